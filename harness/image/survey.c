#include "image/survey.h"

#include "image/layer_build.h"
#include "image/map.h"
#include "image/notable.h"

/* A directory nearly all of which is one of its own says nothing that this one does not. */
#define CHAIN_SHARE 0.8

static void look_at_entries(const struct image_view *v, struct survey *s)
{
	for (size_t i = 0; i < v->layer_count; i++) {
		const struct layer *l = v->layers[i];

		for (size_t k = 0; l && k < l->count; k++) {
			const struct layer_entry *e = &l->entries[k];
			const struct fate *f = &v->tree->fates[i][k];

			s->layers[i].entries++;
			s->layers[i].content += e->size;
			notable_entry(s, l, (uint16_t)i, e, f);
			if (e->type != ENTRY_FILE || f->names > 0 || !f->placed)
				continue;
			s->layers[i].wasted += e->size;
			s->layers[f->hidden_by].hides += e->size;
			s->waste[f->cause] += e->size;
			s->waste_files[f->cause]++;
		}
	}
}

static void wasted_by_path(const struct image_view *v, struct map *sums)
{
	for (size_t i = 0; i < v->layer_count; i++)
		for (size_t k = 0; v->layers[i] && k < v->layers[i]->count; k++) {
			const struct layer_entry *e = &v->layers[i]->entries[k];
			const char *path = layer_text(v->layers[i], e->path);
			bool added;

			if (e->size > 0 && v->tree->fates[i][k].names == 0)
				*map_at(sums, tar_path_hash(path, strlen(path)),
					&added) += (uint64_t)e->size;
		}
}

/* The paths with the most wasted bytes: their sums first, then their names where the sum is large
 * enough, told by the first layer that has them. */
static void rank_hidden(const struct image_view *v, struct survey *s)
{
	struct map sums = { 0 };

	wasted_by_path(v, &sums);
	for (size_t i = 0; sums.count && i < v->layer_count; i++)
		for (size_t k = 0; v->layers[i] && k < v->layers[i]->count; k++) {
			const struct layer_entry *e = &v->layers[i]->entries[k];
			const struct fate *f = &v->tree->fates[i][k];
			const char *path = layer_text(v->layers[i], e->path);
			uint64_t *sum;
			bool added;

			if (e->size == 0 || f->names > 0)
				continue;
			sum = map_at(&sums, tar_path_hash(path, strlen(path)), &added);
			ranking_add(&s->hidden, &(struct ranked){ (char *)path, (int64_t)*sum, 1,
							(uint16_t)i, f->hidden_by, f->cause });
			*sum = 0;
		}
	map_done(&sums);
}

static void rank_files(const struct rootfs *t, struct survey *s)
{
	_cleanup_(str_done) struct str path = STR_INIT;

	for (uint32_t i = 0; i < t->count; i++) {
		const struct layer_entry *e = rootfs_has(t, i) ? rootfs_entry(t, i) : NULL;

		if (!e || e->type != ENTRY_FILE || rootfs_fate(t, i)->node != i ||
			!ranking_wants(&s->files, e->size))
			continue;
		rootfs_path(t, i, &path);
		ranking_add(&s->files, &(struct ranked){ (char *)str_get(&path), e->size, 1,
					       t->nodes[i].layer, NO_LAYER, 0 });
	}
}

/* Bytes and files of each directory and all in it. */
struct weight {
	int64_t bytes, largest_child;
	uint64_t files;
};

static void add_up(struct weight *to, const struct weight *from, bool dir)
{
	to->bytes += from->bytes;
	to->files += from->files;
	if (dir && from->bytes > to->largest_child)
		to->largest_child = from->bytes;
}

static struct weight *weigh(const struct rootfs *t)
{
	struct weight *w = xcalloc(t->count, sizeof(*w));
	_cleanup_(freep) uint32_t *order = xcalloc(t->count, sizeof(*order));
	size_t n = 0;

	for (uint32_t i = NODE_ROOT; i != NO_NODE; i = rootfs_next(t, i)) {
		const struct layer_entry *e = rootfs_entry(t, i);

		order[n++] = i;
		if (!e || e->type != ENTRY_FILE || rootfs_fate(t, i)->node != i)
			continue;
		w[i].bytes = e->size;
		w[i].files = 1;
	}
	/* what is in a directory comes after it, so backwards it is complete when it is added */
	while (n-- > 1)
		add_up(&w[t->nodes[order[n]].parent], &w[order[n]], rootfs_is_dir(t, order[n]));
	return w;
}

static void rank_dirs(const struct rootfs *t, struct survey *s)
{
	_cleanup_(freep) struct weight *w = weigh(t);
	_cleanup_(str_done) struct str path = STR_INIT;

	for (uint32_t i = 1; i < t->count; i++) {
		if (!rootfs_has(t, i) || !rootfs_is_dir(t, i) ||
			!ranking_wants(&s->dirs, w[i].bytes) ||
			(double)w[i].largest_child > CHAIN_SHARE * (double)w[i].bytes)
			continue;
		rootfs_path(t, i, &path);
		ranking_add(&s->dirs, &(struct ranked){ (char *)str_get(&path), w[i].bytes,
					      w[i].files, t->nodes[i].layer, NO_LAYER, 0 });
	}
}

void survey_read(const struct image_view *v, size_t most, struct survey *out)
{
	*out = (struct survey){ 0 };
	out->layers = xcalloc(v->layer_count + 1, sizeof(*out->layers));
	ranking_init(&out->files, most);
	ranking_init(&out->dirs, most);
	ranking_init(&out->hidden, most);
	look_at_entries(v, out);
	notable_tree(v->tree, out);
	rank_files(v->tree, out);
	rank_dirs(v->tree, out);
	rank_hidden(v, out);
}

void survey_done(struct survey *s)
{
	free(s->layers);
	ranking_done(&s->files);
	ranking_done(&s->dirs);
	ranking_done(&s->hidden);
	for (int i = 0; i < NOTABLE_KINDS; i++) {
		for (size_t k = 0; k < s->notices[i].count; k++)
			free(s->notices[i].items[k].path);
		free(s->notices[i].items);
	}
}
