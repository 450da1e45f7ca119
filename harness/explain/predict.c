#include "explain/predict.h"

#include <sys/stat.h>

static void outcome_done(struct outcome *o)
{
	free(o->again);
	free(o->reads);
}

/* Which steps read the path, in `reads`. */
static void ask_steps(const struct df_graph *g, const char *path, bool *reads)
{
	for (size_t i = 0; i < g->count; i++)
		reads[i] = graph_step_reads(&g->steps[i], path);
}

static size_t find(const struct prediction *p, const bool *reads)
{
	for (size_t i = 0; i < p->outcome_count; i++)
		if (memcmp(p->outcomes[i].reads, reads, p->graph->count * sizeof(*reads)) == 0)
			return i;
	return SIZE_MAX;
}

static size_t add(struct prediction *p, const bool *reads)
{
	struct outcome *o = GROW(p->outcomes, p->outcome_count, p->outcome_room);
	size_t n = p->graph->count;

	o->reads = xcalloc(n + 1, sizeof(*o->reads));
	o->again = xcalloc(n + 1, sizeof(*o->again));
	memcpy(o->reads, reads, n * sizeof(*reads));
	memcpy(o->again, reads, n * sizeof(*reads));
	o->first = SIZE_MAX;
	graph_spread(p->graph, o->again);
	for (size_t i = n; i-- > 0;) {
		o->again_count += o->again[i];
		if (reads[i])
			o->first = i;
	}
	return p->outcome_count - 1;
}

static int by_first(const void *a, const void *b)
{
	const struct outcome *x = *(const struct outcome *const *)a;
	const struct outcome *y = *(const struct outcome *const *)b;

	if (x->first != y->first)
		return x->first < y->first ? -1 : 1;
	if (x->again_count != y->again_count)
		return x->again_count > y->again_count ? -1 : 1;
	return x < y ? -1 : x > y; /* as the files that have them come */
}

/* Put the outcomes in the order of their first steps. */
static void sort(struct prediction *p)
{
	size_t n = p->outcome_count;
	_cleanup_(freep) const struct outcome **order = xcalloc(n + 1, sizeof(*order));
	_cleanup_(freep) size_t *place = xcalloc(n + 1, sizeof(*place));
	struct outcome *sorted = xcalloc(n + 1, sizeof(*sorted));

	for (size_t i = 0; i < n; i++)
		order[i] = &p->outcomes[i];
	qsort(order, n, sizeof(*order), by_first);
	for (size_t i = 0; i < n; i++) {
		sorted[i] = *order[i];
		place[order[i] - p->outcomes] = i;
	}
	for (size_t i = 0; i < p->files->count; i++)
		if (p->of[i] != SIZE_MAX)
			p->of[i] = place[p->of[i]];
	free(p->outcomes);
	p->outcomes = sorted;
}

void predict(const struct df_graph *g, const struct manifest *files, struct prediction *out)
{
	_cleanup_(freep) bool *reads = xcalloc(g->count + 1, sizeof(*reads));

	*out = (struct prediction){ .graph = g, .files = files };
	out->of = xcalloc(files->count + 1, sizeof(*out->of));
	for (size_t i = 0; i < files->count; i++) {
		const struct manifest_entry *file = &files->items[i];

		out->of[i] = SIZE_MAX;
		if (S_ISDIR(file->mode))
			continue;
		ask_steps(g, file->path, reads);
		out->of[i] = find(out, reads);
		if (out->of[i] == SIZE_MAX)
			out->of[i] = add(out, reads);
		out->outcomes[out->of[i]].files++;
		out->outcomes[out->of[i]].size_bytes += file->size_bytes;
		out->file_count++;
	}
	sort(out);
}

void prediction_drop_unread(struct prediction *p, const char *path)
{
	const struct manifest_entry *file = manifest_find(p->files, path);
	size_t i = file ? (size_t)(file - p->files->items) : 0;
	struct outcome *o;

	if (!file || p->of[i] == SIZE_MAX || p->outcomes[p->of[i]].first != SIZE_MAX)
		return;
	o = &p->outcomes[p->of[i]];
	o->files--;
	o->size_bytes -= file->size_bytes;
	p->file_count--;
	p->of[i] = SIZE_MAX;
}

void prediction_done(struct prediction *p)
{
	for (size_t i = 0; i < p->outcome_count; i++)
		outcome_done(&p->outcomes[i]);
	free(p->outcomes);
	free(p->of);
	*p = (struct prediction){ 0 };
}
