#include "image/gather.h"

#include <pthread.h>
#include <stdatomic.h>

#include "image/cache.h"

#define WORKERS_MAX 4

/* One blob to read; a layer that occurs again is read once. */
struct job {
	size_t index;
	struct layer *layer;
	struct err *failed;
};

struct gathering {
	const struct blobs *blobs;
	struct image_view *view;
	int64_t ceiling;
	struct layer_store *store;
	bool unhashed;
	struct job *jobs; /* largest first */
	size_t count;
	atomic_size_t next;
	atomic_bool stop;
};

/* What was read against what is claimed of it; a blob's digest was compared as it was read. */
static struct err *check(const struct blobs *b, const struct image_layer *l, const struct layer *is)
{
	if (b->named_by_tar && !str_eq(is->facts.digest, l->digest) &&
		!str_eq(is->facts.diff_id, l->digest))
		return err_at(err_new(ERR_CHECK, "what came has the digest %s", is->facts.digest),
			"%s@%s", b->where, l->digest);
	if (l->size_bytes >= 0 && is->facts.packed_bytes != l->size_bytes)
		return err_at(err_new(ERR_CHECK, "the manifest says %lld bytes, and %lld came",
				      (long long)l->size_bytes, (long long)is->facts.packed_bytes),
			"%s@%s", b->where, l->digest);
	return NULL;
}

/* Read it with as much doubt as was asked for. */
static struct err *read_layer(
	const struct gathering *g, size_t i, struct stream *s, struct layer **out)
{
	const char *claimed = g->view->image.layers[i].digest;
	const struct strv *diff_ids = &g->view->config.diff_ids;

	if (!g->blobs->named_by_tar)
		return layer_read_blob(s, g->ceiling, claimed, out);
	if (!g->unhashed || i >= diff_ids->count || strlen(diff_ids->items[i]) >= DIGEST_SIZE)
		return layer_read(s, g->ceiling, out);
	TRY(layer_read_unhashed(s, g->ceiling, out));
	snprintf((*out)->facts.digest, DIGEST_SIZE, "%s", claimed);
	snprintf((*out)->facts.diff_id, DIGEST_SIZE, "%s", diff_ids->items[i]);
	return NULL;
}

/* What a broken transfer says comes before what became of its bytes. */
static struct err *read_blob(struct gathering *g, struct job *j)
{
	const struct image_layer *claimed = &g->view->image.layers[j->index];
	struct layer *l = NULL;
	struct err *e, *ended;
	struct stream *s;

	TRY(g->blobs->open(g->blobs->ctx, j->index, &s));
	if (!s)
		return NULL;
	e = read_layer(g, j->index, s, &l);
	ended = g->blobs->close(g->blobs->ctx, s);
	if (ended) {
		err_free(e);
		layer_unref(l);
		return ended;
	}
	TRY(err_at(e, "%s@%s", g->blobs->where, claimed->digest));
	e = check(g->blobs, claimed, l);
	if (e)
		layer_unref(l);
	else
		j->layer = l;
	return e;
}

/* One that an earlier run read, if it is still the same; else read and kept for the next. */
static struct err *get_blob(struct gathering *g, struct job *j)
{
	const struct blobs *b = g->blobs;
	const struct image_layer *claimed = &g->view->image.layers[j->index];
	struct stat st, *file = b->stat ? &st : NULL;
	bool known = g->store && (!file || b->stat(b->ctx, j->index, file));

	if (known)
		j->layer = layer_store_find(g->store, claimed->digest, file);
	if (j->layer && claimed->size_bytes == j->layer->facts.packed_bytes)
		return NULL;
	layer_unref(TAKE_PTR(j->layer));
	TRY(read_blob(g, j));
	if (known && j->layer)
		layer_store_keep(g->store, j->layer, file);
	return NULL;
}

static void *work(void *arg)
{
	struct gathering *g = arg;
	size_t i;

	while (!g->stop && (i = atomic_fetch_add(&g->next, 1)) < g->count) {
		g->jobs[i].failed = get_blob(g, &g->jobs[i]);
		if (g->jobs[i].failed)
			g->stop = true;
	}
	return NULL;
}

static void run_workers(struct gathering *g, int workers)
{
	pthread_t threads[WORKERS_MAX];
	int started = 0;
	long online = sysconf(_SC_NPROCESSORS_ONLN);

	if (workers <= 0)
		workers = online < WORKERS_MAX ? (int)online : WORKERS_MAX;
	if ((size_t)workers > g->count)
		workers = (int)g->count;
	/* this thread is one of them */
	while (started < workers - 1 && started < WORKERS_MAX &&
		pthread_create(&threads[started], NULL, work, g) == 0)
		started++;
	work(g);
	while (started > 0)
		pthread_join(threads[--started], NULL);
}

/* The first of equal blobs; -1 where there is none before i. */
static int64_t same_before(const struct image *image, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (str_eq(image->layers[k].digest, image->layers[i].digest))
			return (int64_t)k;
	return -1;
}

static void plan(struct gathering *g, struct image_cache *cache)
{
	const struct image *image = &g->view->image;

	for (size_t i = 0; i < image->layer_count; i++) {
		struct layer *known = cache ? cache_find_blob(cache, image->layers[i].digest)
					    : NULL;

		if (known) {
			g->view->layers[i] = layer_ref(known);
			g->view->shared++;
		} else if (same_before(image, i) < 0) {
			g->jobs[g->count++].index = i;
		}
	}
	for (size_t i = 1; i < g->count; i++)
		for (size_t k = i; k > 0; k--) {
			struct job *a = &g->jobs[k - 1], *b = &g->jobs[k], swap = *a;

			if (image->layers[a->index].size_bytes >=
				image->layers[b->index].size_bytes)
				break;
			*a = *b;
			*b = swap;
		}
}

/* Hand the layers over, or end with the first error. */
static struct err *collect(struct gathering *g)
{
	struct err *failed = NULL;

	for (size_t i = 0; i < g->count; i++) {
		struct job *j = &g->jobs[i];

		if (j->failed && !failed)
			failed = TAKE_PTR(j->failed);
		err_free(j->failed);
		g->view->layers[j->index] = TAKE_PTR(j->layer);
	}
	return failed;
}

static struct err *settle(const struct blobs *b, struct image_cache *cache, struct image_view *v)
{
	const struct strv *diff_ids = &v->config.diff_ids;
	size_t absent = 0;

	for (size_t i = 0; i < v->image.layer_count; i++) {
		int64_t before = same_before(&v->image, i);

		if (!v->layers[i] && before >= 0 && v->layers[before])
			v->layers[i] = layer_ref(v->layers[before]);
		absent += !v->layers[i];
		if (!v->layers[i])
			continue;
		if (i >= diff_ids->count ||
			!str_eq(diff_ids->items[i], v->layers[i]->facts.diff_id))
			return err_at(err_new(ERR_CHECK,
					      "layer %zu is not the one that the config names", i),
				"%s@%s", b->where, v->image.layers[i].digest);
		if (cache)
			cache_keep_layer(cache, v->layers[i]);
	}
	if (absent)
		v->partial = xasprintf("%zu of %zu layers are not there: foreign, or left out",
			absent, v->image.layer_count);
	return NULL;
}

struct err *gather_layers(
	const struct blobs *b, const struct image_options *o, struct image_view *v)
{
	struct gathering g = { .blobs = b,
		.view = v,
		.ceiling = o->ceiling,
		.store = o->store,
		.unhashed = o->unhashed };
	struct err *e;

	view_room(v, v->image.layer_count);
	g.jobs = xcalloc(v->image.layer_count + 1, sizeof(*g.jobs));
	plan(&g, o->cache);
	run_workers(&g, o->workers);
	e = collect(&g);
	free(g.jobs);
	return e ? e : settle(b, o->cache, v);
}
