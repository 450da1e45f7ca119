#include "cmd/revision.h"

#include "base/clock.h"
#include "base/proc.h"

/* The first line that git prints, or NULL when it fails. */
static char *git(const char *dir, const char *const *words)
{
	_cleanup_(strv_done) struct strv argv = STRV_INIT;
	_cleanup_(proc_result_done) struct proc_result r = { 0 };
	struct proc p = { .cwd = dir, .timeout_ns = 10 * SECOND_NS };

	strv_addl(&argv, "git", "--no-optional-locks");
	strv_addv(&argv, words);
	p.argv = (const char *const *)argv.items;
	err_free(proc_run(&p, &r));
	if (!r.out.len || r.status || r.timed_out)
		return NULL;
	return xstrndup(str_get(&r.out), strcspn(str_get(&r.out), "\n"));
}

#define GIT(dir, ...) git((dir), (const char *const[]){ __VA_ARGS__, NULL })

static char *merge_base(const char *dir)
{
	static const char *const mains[] = { "origin/HEAD", "origin/main", "origin/master", NULL };
	char *base = NULL;

	for (size_t i = 0; !base && mains[i]; i++)
		base = GIT(dir, "merge-base", "HEAD", mains[i]);
	return base;
}

static char *branch(const char *dir)
{
	/* on a detached head, as most CI jobs are, the CI knows the name */
	static const char *const said[] = { "GITHUB_HEAD_REF", "GITHUB_REF_NAME", "CI_COMMIT_REF_NAME",
		"BRANCH_NAME", NULL };
	char *name = GIT(dir, "symbolic-ref", "--short", "-q", "HEAD");

	for (size_t i = 0; !name && said[i]; i++)
		if (getenv(said[i]) && *getenv(said[i]))
			name = xstrdup(getenv(said[i]));
	return name;
}

static char *ci_job(void)
{
	static const char *const said[] = { "GITHUB_RUN_ID", "CI_JOB_ID", "BUILD_URL", "BUILDKITE_JOB_ID",
		NULL };

	for (size_t i = 0; said[i]; i++)
		if (getenv(said[i]) && *getenv(said[i]))
			return xasprintf("%s=%s", said[i], getenv(said[i]));
	return NULL;
}

void revision_fill(struct run *run, const char *dir)
{
	_cleanup_(freep) char *changes = NULL;

	run->ci_job = ci_job();
	run->commit = GIT(dir, "rev-parse", "--verify", "-q", "HEAD");
	if (!run->commit)
		return;
	run->branch = branch(dir);
	run->merge_base = merge_base(dir);
	changes = GIT(dir, "status", "--porcelain", "--", ".");
	run->dirty = changes != NULL;
}
