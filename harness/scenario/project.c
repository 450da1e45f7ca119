/* What a scenario belongs to: the same project on every machine that cloned it. */
#include "scenario/find.h"

#include "base/proc.h"

char *url_without_credentials(const char *url)
{
	const char *scheme = strstr(url, "://");
	const char *host = scheme ? scheme + 3 : url;
	size_t authority = strcspn(host, scheme ? "/?#" : ":/");
	const char *at = memrchr(host, '@', authority);

	/* git@host:path, as scp writes it, has no scheme; a path has no colon before its slash */
	if (at && (scheme || host[authority] == ':')) {
		const char *end = scheme ? at + 1 + strcspn(at + 1, "?#") : url + strlen(url);

		return xasprintf("%.*s%.*s", (int)(host - url), url, (int)(end - at - 1), at + 1);
	}
	return xstrndup(url, scheme ? strcspn(url, "?#") : strlen(url));
}

static const char *base_name(const char *dir)
{
	const char *slash = strrchr(dir, '/');

	return slash && slash[1] ? slash + 1 : dir;
}

char *project_of(const char *dir)
{
	_cleanup_(proc_result_done) struct proc_result git = { 0 };
	const char *const argv[] = { "git", "-C", dir, "config", "--get", "remote.origin.url",
		NULL };
	struct proc p = { .argv = argv, .ceiling = 4096 };
	_cleanup_(err_freep) struct err *e = proc_run(&p, &git);
	size_t n;

	if (e || git.status != 0 || git.out.len < 2)
		return xstrdup(base_name(dir));
	n = strcspn(git.out.buf, "\n");
	git.out.buf[n] = '\0';
	return url_without_credentials(git.out.buf);
}
