/* What a build's refs hold afterwards, read back past the relay: the evidence of the checks. */
#include "base/file.h"
#include "base/http.h"
#include "lab/registry.h"
#include "run/private.h"

#define DOCUMENT_CEILING (4u << 20)
#define HEAD_BYTES	 4

bool step_has_layer(const struct df_step *s)
{
	return str_eq(s->instruction->name, "RUN") || str_eq(s->instruction->name, "COPY") ||
	       str_eq(s->instruction->name, "ADD");
}

static bool copies_from(const struct df_step *s, int stage)
{
	_cleanup_(freep) char *word = xasprintf("stage:%d", stage);

	return strv_has(&s->from, word);
}

/* The step that `s` is built on top of: in its own stage, or in the one that its FROM names. */
static ssize_t below(const struct df_graph *g, const struct df_step *s)
{
	for (size_t i = 0; i < s->parent_count; i++) {
		int stage = g->steps[s->parents[i]].stage;

		if (stage == s->stage || !copies_from(s, stage))
			return s->parents[i];
	}
	return -1;
}

size_t graph_layers(const struct df_graph *g, bool *in_image)
{
	ssize_t at = -1;
	size_t layers = 0;

	memset(in_image, 0, g->count * sizeof(*in_image));
	for (size_t i = 0; i < g->count; i++)
		if (g->steps[i].stage == g->target)
			at = (ssize_t)i;
	for (; at >= 0; at = below(g, &g->steps[at])) {
		in_image[at] = step_has_layer(&g->steps[at]);
		layers += in_image[at];
	}
	return layers;
}

static struct err *read_registry_cache(struct trial *t, char digest[DIGEST_SIZE])
{
	_cleanup_(freep) char *repo = ref_repo(t->export_ref);
	_cleanup_(str_done) struct str body = STR_INIT;
	bool found;

	TRY(registry_manifest(t->loop->job->lab, repo, ref_tag(t->export_ref), &found, &body, digest,
		NULL));
	return found ? cache_manifest_read(t->export_ref, &body, &t->found.cache) : NULL;
}

static struct err *read_local_cache(struct trial *t, char digest[DIGEST_SIZE])
{
	_cleanup_(freep) char *path = NULL;
	_cleanup_(str_done) struct str text = STR_INIT;

	TRY(ref_layout(t->export_ref, digest));
	if (!*digest)
		return NULL;
	path = xasprintf("%s/blobs/sha256/%s", t->export_ref, digest + strlen("sha256:"));
	TRY(file_read(path, DOCUMENT_CEILING, &text));
	return cache_manifest_read(path, &text, &t->found.cache);
}

static struct err *read_inline_cache(struct trial *t, char digest[DIGEST_SIZE])
{
	_cleanup_(freep) char *repo = ref_repo(t->export_ref);
	_cleanup_(str_done) struct str config = STR_INIT;

	ref_digest(t, t->export_ref, digest);
	if (t->image_error)
		return NULL;
	TRY(registry_blob(t->loop->job->lab, repo, t->sample.image.config, &config));
	return cache_inline_read(t->export_ref, &config, &t->found.inline_cache);
}

/* What is at export_ref, and its digest, "" where there is none. */
static struct err *read_cache(struct trial *t, char digest[DIGEST_SIZE])
{
	*digest = '\0';
	switch (t->pc->cell.cache.mode) {
	case CACHE_LOCAL:
		return read_local_cache(t, digest);
	case CACHE_INLINE:
		return read_inline_cache(t, digest);
	default:
		break;
	}
	if (ref_is_tag(t->export_ref))
		return read_registry_cache(t, digest);
	return ref_tags(t, t->export_ref, &t->found.tags_after, digest);
}

/* The compression of a blob, as its first bytes say; static. */
static const char *packing_of(const struct str *head)
{
	static const char gzip[] = { 0x1f, (char)0x8b }, zstd[] = { 0x28, (char)0xb5, 0x2f, (char)0xfd };

	if (head->len >= sizeof(zstd) && memcmp(head->buf, zstd, sizeof(zstd)) == 0)
		return "zstd";
	return head->len >= sizeof(gzip) && memcmp(head->buf, gzip, sizeof(gzip)) == 0 ? "gzip" : "none";
}

static struct err *take_head(void *ctx, const void *bytes, size_t n)
{
	struct str *head = ctx;

	if (head->len < HEAD_BYTES)
		str_addn(head, bytes, n < HEAD_BYTES - head->len ? n : HEAD_BYTES - head->len);
	return NULL;
}

static struct err *read_packing(struct trial *t, const char *repo, const char *digest)
{
	static const char *const range[] = { "Range: bytes=0-3", NULL };
	_cleanup_(freep) char *url = xasprintf("http://registry/v2/%s/blobs/%s", repo, digest);
	_cleanup_(http_answer_done) struct http_answer a = { 0 };
	_cleanup_(str_done) struct str head = STR_INIT;

	TRY(http_do(&(struct http){ .url = url, .socket = lab_registry_socket(t->loop->job->lab),
			    .headers = range, .sink = take_head, .ctx = &head },
		&a));
	if (a.status != 200 && a.status != 206)
		return err_at(err_new(ERR_IO, "the registry answers %ld", a.status), "%s", digest);
	strv_add(&t->found.packings, packing_of(&head));
	return NULL;
}

/* Of the layers that this build made, the topmost first: those below are the base's. */
static struct err *read_packings(struct trial *t)
{
	_cleanup_(freep) bool *in_image = xcalloc(t->now.graph->count + 1, sizeof(*in_image));
	size_t made = graph_layers(t->now.graph, in_image), all = t->sample.image.layer_count;
	_cleanup_(freep) char *repo = NULL;

	if (!t->variant->compression || t->pc->cell.output != OUTPUT_PUSH || t->image_error)
		return NULL;
	repo = ref_repo(t->tag);
	for (size_t i = 0; i < made && i < all; i++)
		TRY(read_packing(t, repo, t->sample.image.layers[all - 1 - i].digest));
	return NULL;
}

void trial_look(struct trial *t)
{
	if (t->sample.status != STATUS_OK)
		return;
	if (t->export_ref)
		t->found.cache_error = read_cache(t, t->sample.export_digest);
	t->found.packing_error = read_packings(t);
	/* a repository that it imports from and exports to has grown since */
	if (t->import_ref && !str_eq(t->import_ref, t->export_ref))
		ref_digest(t, t->import_ref, t->found.import_after);
}

void found_done(struct found *f)
{
	cache_manifest_done(&f->cache);
	strv_done(&f->packings);
	err_free(f->cache_error);
	err_free(f->packing_error);
	*f = (struct found){ 0 };
}
