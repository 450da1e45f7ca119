/* Refs of images and caches: what stands there, and taking away what a sample added. */
#include "base/file.h"
#include "base/http.h"
#include "base/json.h"
#include "run/private.h"

#define INDEX_CEILING (1u << 20)

/* What follows "127.0.0.1:PORT/". */
static const char *name_of(const char *ref)
{
	return strchr(ref, '/') + 1;
}

char *ref_repo(const char *ref)
{
	return xstrndup(name_of(ref), strcspn(name_of(ref), ":"));
}

const char *ref_tag(const char *ref)
{
	const char *colon = strchr(name_of(ref), ':');

	return colon ? colon + 1 : NULL;
}

/* Every tag of a repository, sorted; none when there is no such repository. */
static struct err *tags_of(struct lab *lab, const char *repo, struct strv *out)
{
	_cleanup_(freep) char *url = xasprintf("http://registry/v2/%s/tags/list", repo);
	_cleanup_(http_answer_done) struct http_answer a = { 0 };
	_cleanup_(json_doc_freep) struct json_doc *doc = NULL;
	struct http ask = { .url = url, .socket = lab_registry_socket(lab) };

	TRY(http_do(&ask, &a));
	if (a.status != 200)
		return NULL;
	TRY(json_parse(url, str_get(&a.body), a.body.len, &doc));
	TRY(json_strs_or_none(json_root(doc), "tags", out));
	strv_sort(out);
	return NULL;
}

bool ref_is_tag(const char *ref)
{
	return *ref != '/' && ref_tag(ref);
}

/* podman's cache is a repository with a tag a layer, named by its content: the digest is of all. */
static void digest_of_tags(const struct strv *tags, char digest[DIGEST_SIZE])
{
	struct sha256 *h;

	if (!tags->count)
		return;
	h = sha256_new();
	for (size_t i = 0; i < tags->count; i++)
		sha256_add(h, tags->items[i], strlen(tags->items[i]) + 1);
	sha256_end(h, digest);
}

struct err *ref_tags(struct trial *t, const char *ref, int *out, char digest[DIGEST_SIZE])
{
	_cleanup_(strv_done) struct strv tags = STRV_INIT;
	_cleanup_(freep) char *repo = ref_repo(ref);

	TRY(tags_of(t->loop->job->lab, repo, &tags));
	*out = (int)tags.count;
	digest_of_tags(&tags, digest);
	return NULL;
}

struct err *ref_layout(const char *dir, char digest[DIGEST_SIZE])
{
	_cleanup_(freep) char *path = path_join(dir, "index.json");
	_cleanup_(str_done) struct str text = STR_INIT;

	if (!path_exists(path))
		return NULL;
	TRY(file_read(path, INDEX_CEILING, &text));
	return cache_layout_read(path, &text, digest);
}

void ref_digest(struct trial *t, const char *ref, char digest[DIGEST_SIZE])
{
	_cleanup_(freep) char *repo = *ref == '/' ? NULL : ref_repo(ref);
	int tags;

	*digest = '\0';
	if (*ref == '/')
		err_free(ref_layout(ref, digest));
	else if (ref_tag(ref))
		err_free(lab_manifest_digest(t->loop->job->lab, repo, ref_tag(ref), digest));
	else
		err_free(ref_tags(t, ref, &tags, digest));
}

char *cache_repo(const char *repo)
{
	return xasprintf("%s/cache", repo);
}

/* The repositories that this sample may add to and that later samples read: of its priming build's
 * images and of its caches. */
static void shared_repos(const struct trial *t, struct strv *out)
{
	strv_add(out, t->primed->repo);
	strv_own(out, cache_repo(t->primed->repo));
}

struct err *refs_mark(struct trial *t)
{
	_cleanup_(strv_done) struct strv repos = STRV_INIT;
	char unused[DIGEST_SIZE];

	if (!trial_is_warm(t))
		return NULL;
	shared_repos(t, &repos);
	for (size_t i = 0; i < repos.count; i++)
		TRY(lab_repo_mark(t->loop->job->lab, repos.items[i], &t->marks[i]));
	t->marked = true;
	if (t->export_ref && *t->export_ref != '/' && !ref_is_tag(t->export_ref))
		return ref_tags(t, t->export_ref, &t->found.tags_before, unused);
	return NULL;
}

struct err *refs_restore(struct trial *t)
{
	_cleanup_(strv_done) struct strv repos = STRV_INIT;
	struct lab *lab = t->loop->job->lab;
	_cleanup_(freep) char *repo = NULL;

	if (t->marked) {
		shared_repos(t, &repos);
		for (size_t i = 0; i < repos.count; i++)
			TRY(lab_repo_trim(lab, repos.items[i], &t->marks[i]));
	}
	if (t->marked && t->pc->cell.cache.mode == CACHE_LOCAL && t->export_ref)
		return lab_remove(lab, t->export_ref);
	if (t->primed || t->makes || t->pc->cell.output != OUTPUT_PUSH || !t->tag)
		return NULL;
	repo = ref_repo(t->tag); /* a cold build's repository is its own */
	return lab_repo_forget(lab, repo);
}
