/* The registry's store as files. distribution keeps repositories/NAME/{_layers,_manifests,_uploads}
 * of links to blobs; a blob that no link names is removed by its own garbage collector. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/proc.h"
#include "lab/private.h"
#include "lab/registry.h"

#define REPO_LENGTH_MAX 255
#define DEPTH_MAX	32
#define ENTRIES_MAX	100000

DEFINE_CLEANUP(DIR *, closedir)

char *storage_repos(const char *storage)
{
	return path_join(storage, "docker/registry/v2/repositories");
}

/* [a-z0-9]+ with single or several separators between, components divided by one slash. */
bool registry_repo_is_valid(const char *repo)
{
	char before = '/';

	if (strlen(repo) > REPO_LENGTH_MAX)
		return false;
	for (const char *c = repo; *c; before = *c++) {
		bool word = (*c >= 'a' && *c <= 'z') || (*c >= '0' && *c <= '9');
		bool word_before = before != '/' && before != '.' && before != '_' && before != '-';

		if (word || (*c == '/' && word_before) || (*c == '.' && word_before))
			continue;
		if (*c == '-' && (word_before || before == '-'))
			continue;
		if (*c == '_' && (word_before || (before == '_' && c[1] != '_')))
			continue;
		return false;
	}
	return before != '/' && before != '.' && before != '_' && before != '-';
}

/* Whether a directory is a repository, rather than only on the way to some. */
static bool is_repo(const char *dir)
{
	static const char *const parts[] = { "_manifests", "_layers", "_uploads" };
	bool found = false;

	for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
		_cleanup_(freep) char *part = path_join(dir, parts[i]);

		found |= path_exists(part);
	}
	return found;
}

/* Names of the directories in `path`, or of all entries; none where it is absent. */
static struct err *names_in(const char *path, struct strv *out)
{
	_cleanup_(closedirp) DIR *d = opendir(path);
	const struct dirent *e;

	if (!d)
		return errno == ENOENT || errno == ENOTDIR ? NULL : err_sys(path, errno);
	while ((e = readdir(d))) {
		if (str_eq(e->d_name, ".") || str_eq(e->d_name, ".."))
			continue;
		if (out->count == ENTRIES_MAX)
			return err_at(err_new(ERR_IO, "too many entries"), "%s", path);
		strv_add(out, e->d_name);
	}
	return NULL;
}

static struct err *list_repos(const char *dir, const char *name, int depth, struct strv *out)
{
	_cleanup_(strv_done) struct strv names = STRV_INIT;

	if (depth > DEPTH_MAX)
		return NULL;
	if (*name && is_repo(dir))
		strv_add(out, name);
	TRY(names_in(dir, &names));
	for (size_t i = 0; i < names.count; i++) {
		_cleanup_(freep) char *sub = path_join(dir, names.items[i]);
		_cleanup_(freep) char *full = *name ? path_join(name, names.items[i])
						    : xstrdup(names.items[i]);

		if (names.items[i][0] != '_')
			TRY(list_repos(sub, full, depth + 1, out));
	}
	return NULL;
}

struct err *storage_list(const char *storage, struct strv *out)
{
	_cleanup_(freep) char *repos = storage_repos(storage);

	return list_repos(repos, "", 0, out);
}

static struct err *repo_remove(const char *storage, const char *repo)
{
	static const char *const parts[] = { "_manifests", "_layers", "_uploads" };
	_cleanup_(freep) char *repos = storage_repos(storage);
	_cleanup_(freep) char *dir = path_join(repos, repo);

	/* another repository may lie below this one */
	for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
		_cleanup_(freep) char *part = path_join(dir, parts[i]);

		TRY(dir_remove(part));
	}
	if (rmdir(dir) < 0 && errno != ENOENT && errno != ENOTEMPTY)
		return err_sys(dir, errno);
	return NULL;
}

static struct err *collect_garbage(const char *config)
{
	const char *const argv[] = { "docker-registry", "garbage-collect", config, NULL };
	const char *const env[] = { "PATH=/usr/bin:/bin", NULL };
	const struct proc p = {
		.argv = argv, .env = env, .timeout_ns = 5 * MINUTE_NS, .ceiling = 64 << 10
	};
	_cleanup_(proc_result_done) struct proc_result r = { 0 };

	return err_wrap(proc_check(&p, &r), "removing unused blobs");
}

struct err *storage_prune(const char *storage, const char *config, const struct strv *keep)
{
	_cleanup_(freep) char *unswept = path_join(storage, "unswept");
	_cleanup_(strv_done) struct strv repos = STRV_INIT;

	TRY(storage_list(storage, &repos));
	for (size_t i = 0; i < repos.count; i++) {
		if (strv_has(keep, repos.items[i]))
			continue;
		/* first, so that a killed run's successor still looks for the blobs */
		TRY(file_replace(unswept, 0600, "", 0));
		TRY(repo_remove(storage, repos.items[i]));
	}
	if (!path_exists(unswept))
		return NULL;
	TRY(collect_garbage(config));
	return dir_remove(unswept);
}

/* Links of one kind in a repository, by their path in it. */
static struct err *add_links(const char *dir, const char *below, struct strv *out)
{
	_cleanup_(freep) char *path = path_join(dir, below);
	_cleanup_(strv_done) struct strv names = STRV_INIT;

	TRY(names_in(path, &names));
	for (size_t i = 0; i < names.count; i++)
		strv_own(out, path_join(below, names.items[i]));
	return NULL;
}

static struct err *repo_dir(const struct lab *lab, const char *repo, char **out)
{
	_cleanup_(freep) char *storage = path_join(lab->dir, "keep/registry");
	_cleanup_(freep) char *repos = storage_repos(storage);

	if (!registry_repo_is_valid(repo))
		return err_new(ERR_INPUT, "no repository can be called %s", repo);
	*out = path_join(repos, repo);
	return NULL;
}

struct err *lab_repo_mark(const struct lab *lab, const char *repo, struct strv *out)
{
	_cleanup_(freep) char *dir = NULL;

	TRY(repo_dir(lab, repo, &dir));
	TRY(add_links(dir, "_layers/sha256", out));
	TRY(add_links(dir, "_manifests/revisions/sha256", out));
	return add_links(dir, "_manifests/tags", out);
}

struct err *lab_repo_trim(const struct lab *lab, const char *repo, const struct strv *mark)
{
	_cleanup_(strv_done) struct strv now = STRV_INIT;
	_cleanup_(freep) char *dir = NULL;

	TRY(repo_dir(lab, repo, &dir));
	TRY(lab_repo_mark(lab, repo, &now));
	/* from the tags down to the layers: what is named stays whole */
	for (size_t i = now.count; i-- > 0;) {
		_cleanup_(freep) char *path = path_join(dir, now.items[i]);

		if (!strv_has(mark, now.items[i]))
			TRY(dir_remove(path));
	}
	return NULL;
}

struct err *lab_repo_forget(const struct lab *lab, const char *repo)
{
	_cleanup_(freep) char *storage = path_join(lab->dir, "keep/registry");

	if (!registry_repo_is_valid(repo))
		return err_new(ERR_INPUT, "no repository can be called %s", repo);
	return repo_remove(storage, repo);
}
