#include "lab/bases.h"

#include "lab/registry.h"

#define REF_MAX	      1024
#define DIGEST_LENGTH 71 /* sha256: and 64 digits */
#define TAG_MAX	      128
#define HUB	      "docker.io"

static struct err *err_ref(const char *ref, const char *why)
{
	return err_new(ERR_INPUT, "\"%.200s\" is no image reference: %s", ref, why);
}

/* The part before the first slash is a registry if it looks like a host, as everywhere. */
static size_t host_length(const char *ref)
{
	size_t n = strcspn(ref, "/");

	if (!ref[n])
		return 0;
	if (memchr(ref, '.', n) || memchr(ref, ':', n) || (n == 9 && !strncmp(ref, "localhost", n)))
		return n;
	return 0;
}

static bool is_digest(const char *d)
{
	return strlen(d) == DIGEST_LENGTH && str_starts(d, "sha256:") &&
	       strspn(d + 7, "0123456789abcdef") == 64;
}

static bool is_tag(const char *t)
{
	size_t n = strspn(t, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-");

	return n > 0 && n <= TAG_MAX && !t[n] && *t != '.' && *t != '-';
}

static struct err *read_host(const char *ref, struct base_name *n, const char **rest)
{
	size_t length = host_length(ref);

	n->host = length ? xstrndup(ref, length) : xstrdup(HUB);
	if (strspn(n->host, "abcdefghijklmnopqrstuvwxyz0123456789.-:") != strlen(n->host) ||
		*n->host == '.' || *n->host == '-' || strstr(n->host, ".."))
		return err_ref(ref, "no registry has such a name");
	if (str_eq(n->host, "index.docker.io") || str_eq(n->host, "registry-1.docker.io")) {
		free(n->host);
		n->host = xstrdup(HUB);
	}
	*rest = length ? ref + length + 1 : ref;
	return NULL;
}

static struct err *read_path(const char *ref, const char *rest, struct base_name *n)
{
	_cleanup_(freep) char *path = xstrdup(rest);
	char *at = strchr(path, '@'), *colon;

	if (at) {
		*at = '\0';
		n->digest = xstrdup(at + 1);
	}
	colon = strrchr(path, ':');
	if (colon) {
		*colon = '\0';
		n->tag = xstrdup(colon + 1);
	} else if (!at) {
		n->tag = xstrdup("latest");
	}
	n->path = str_eq(n->host, HUB) && !strchr(path, '/') ? xasprintf("library/%s", path)
							     : TAKE_PTR(path);
	if (!registry_repo_is_valid(n->path))
		return err_ref(ref, "the name has capitals or other characters");
	if (n->tag && !is_tag(n->tag))
		return err_ref(ref, "the tag has other characters");
	return n->digest && !is_digest(n->digest) ? err_ref(ref, "the digest is no sha256") : NULL;
}

/* A host may have a port, and a repository no colon. */
static char *lab_repo(const struct base_name *n)
{
	struct str s = STR_INIT;

	if (str_eq(n->host, HUB))
		return xstrdup(n->path);
	for (const char *c = n->host; *c; c++)
		str_add(&s, *c == ':' ? "__" : (char[]){ *c, '\0' });
	str_addf(&s, "/%s", n->path);
	return str_take(&s);
}

static struct err *name_read(const char *ref, struct base_name *n)
{
	const char *rest;

	if (strlen(ref) > REF_MAX)
		return err_ref(ref, "it is too long");
	if (strchr(ref, '$'))
		return err_ref(ref, "a variable has no value");
	if (str_eq(ref, "scratch"))
		return err_ref(ref, "it is the empty image");
	TRY(read_host(ref, n, &rest));
	TRY(read_path(ref, rest, n));
	n->full = xasprintf("%s/%s%s%s%s%s", n->host, n->path, n->tag ? ":" : "",
		n->tag ? n->tag : "", n->digest ? "@" : "", n->digest ? n->digest : "");
	n->repo = lab_repo(n);
	n->lab_tag = n->digest ? xasprintf("sha256-%s", n->digest + 7) : xstrdup(n->tag);
	return registry_repo_is_valid(n->repo) ? NULL : err_ref(ref, "it is too long");
}

struct err *base_name_parse(const char *ref, struct base_name *out)
{
	struct base_name n = { 0 };
	struct err *e = name_read(ref, &n);

	if (e)
		base_name_done(&n);
	else
		*out = n;
	return e;
}

void base_name_done(struct base_name *n)
{
	free(n->full);
	free(n->host);
	free(n->path);
	free(n->tag);
	free(n->digest);
	free(n->repo);
	free(n->lab_tag);
	*n = (struct base_name){ 0 };
}
