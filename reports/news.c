/* What is new in the runs that lead: exact metrics against the run before, and the two sides of a
 * comparison. */
#include "reports/contents.h"
#include "reports/news_parts.h"

#include <math.h>

#define METRICS_NAMED 4

struct news *news_add(struct report *r, enum news_kind kind, const char *word, double size)
{
	struct news *n = GROW(r->news, r->news_count, r->news_room);

	n->kind = kind;
	n->word = word;
	n->size = fabs(size);
	return n;
}

int compare_loss(enum metric m, bool more)
{
	enum metric_better b = metric_table[m].better;

	return b == BETTER_NONE ? 0 : (b == BETTER_LESS) == more ? 1 : -1;
}

static bool is_new(const struct compare_row *row)
{
	return row->verdict && row->a.known && row->b.known &&
	       row->verdict != verdict_names[VERDICT_SAME] &&
	       row->verdict != verdict_names[VERDICT_INCONCLUSIVE] && !row->why;
}

/* From 0 there is no ratio: such a change is as large as a doubling. */
static double log_ratio(const struct compare_row *row)
{
	if (metric_table[row->metric].kind == METRIC_ESTIMATE)
		return row->effect.at;
	return row->a.at > 0 && row->b.at > 0 ? log(row->b.at / row->a.at) : M_LN2;
}

/* "image.size 212 MB → 253 MB (+19 %)". */
static void row_words(struct str *s, const struct compare_row *row)
{
	const struct metric_info *m = &metric_table[row->metric];
	_cleanup_(str_done) struct str a = STR_INIT, b = STR_INIT;

	metric_show_pair(&a, &b, row->metric, &row->a, &row->b);
	str_addf(s, "%s %s → %s", m->name, str_get(&a), str_get(&b));
	if (m->kind == METRIC_ESTIMATE && row->effect.known) {
		str_add(s, " (");
		figure_ratio(s, row->effect.at);
		str_add(s, ", 95 %: ");
		figure_ratio(s, row->effect.low);
		str_add(s, " to ");
		figure_ratio(s, row->effect.high);
		str_addc(s, ')');
	} else if (row->a.at > 0 && row->b.at > 0) {
		str_add(s, " (");
		figure_difference(s, m->unit, row->b.at - row->a.at);
		str_add(s, ", ");
		figure_ratio(s, log(row->b.at / row->a.at));
		str_addc(s, ')');
	}
}

/* Which layer, package and file moved the bytes; else which packages came and went. */
static void contents_words(struct str *s, const struct image *a, const struct image *b)
{
	_cleanup_(parts_done) struct parts p = { 0 };
	double total = (double)(b->size_bytes - a->size_bytes);

	parts_between(a, b, &p);
	if (a->size_bytes >= 0 && b->size_bytes >= 0 && fabs(total) >= 1)
		parts_words(s, &p, b, total);
	else
		packages_words(s, &p);
}

static double layer_bytes(const struct image *i, size_t layer)
{
	return layer < i->layer_count && i->layers[layer].size_bytes > 0
		       ? (double)i->layers[layer].size_bytes
		       : 0;
}

/* What did it; of images whose contents are not known "; layer 5 of 7 +40.6 MB compressed": the one
 * that differs most. */
static void layer_words(struct str *s, const struct compare_pair *p)
{
	const struct image *a = p->a->typical ? &p->a->typical->image : NULL;
	const struct image *b = p->b->typical ? &p->b->typical->image : NULL;
	size_t most = 0, count;
	double d = 0;

	if (a && b && contents_known(a, b)) {
		contents_words(s, a, b);
		return;
	}
	if (!a || !b || !a->layer_count || !b->layer_count)
		return;
	count = a->layer_count > b->layer_count ? a->layer_count : b->layer_count;
	for (size_t i = 0; i < count; i++) {
		double di = layer_bytes(b, i) - layer_bytes(a, i);

		if (fabs(di) > fabs(d)) {
			d = di;
			most = i;
		}
	}
	if (fabs(d) < 1)
		return;
	str_addf(s, "; layer %zu of %zu ", most + 1, b->layer_count);
	figure_difference(s, "By", d);
	str_add(s, " compressed");
}

static const struct track *track_of(const struct report *r, const struct cell_sum *c)
{
	for (size_t i = 0; i < r->history.count; i++)
		if (r->history.tracks[i].cell == c && track_latest(&r->history.tracks[i]))
			return &r->history.tracks[i];
	return NULL;
}

static enum headline headline_for(enum metric m)
{
	return m == M_IMAGE_SIZE     ? HEAD_SIZE
	       : m == M_REGISTRY_RX  ? HEAD_REGISTRY
	       : m == M_STEPS_CACHED ? HEAD_STEPS
	       : m == M_BUILD_WALL   ? HEAD_WALL
				     : HEADLINES;
}

/* The news of one pair's rows of a kind that moved the same way: one sentence, the largest first.
 */
static void pair_news(
	struct report *r, size_t pair, enum metric_kind kind, int loss, enum news_kind as)
{
	const struct compare *c = &r->compare;
	const struct compare_row *largest = NULL;
	_cleanup_(str_done) struct str text = STR_INIT, where = STR_INIT;
	size_t named = 0, more = 0;
	bool image = false;
	struct news *n;

	for (size_t i = 0; i < c->row_count; i++) {
		const struct compare_row *row = &c->rows[i];

		if (row->pair != pair || metric_table[row->metric].kind != kind || !is_new(row) ||
			compare_loss(row->metric, row->b.at > row->a.at) != loss)
			continue;
		if (!largest || fabs(log_ratio(row)) > fabs(log_ratio(largest)))
			largest = row;
		image |= str_starts(metric_table[row->metric].name, "image.");
		if (named == METRICS_NAMED) {
			more++;
			continue;
		}
		str_add(&text, named++ ? "; " : "");
		row_words(&text, row);
	}
	if (!largest)
		return;
	if (more)
		str_addf(&text, "; and %zu more", more);
	if (image)
		layer_words(&text, &c->pairs[pair]);
	cell_name(&where, c->pairs[pair].b->cell);
	n = news_add(r, as, largest->verdict, log_ratio(largest));
	n->headline = headline_for(largest->metric);
	n->track = n->headline == HEADLINES ? NULL : track_of(r, c->pairs[pair].b);
	n->where = str_take(&where);
	n->text = str_take(&text);
}

/* Cells that tell the same of one scenario's variant share a sentence. */
static void join_news(struct report *r)
{
	size_t kept = 0;

	for (size_t i = 0; i < r->news_count; i++) {
		struct news *n = &r->news[i], *of = NULL;

		for (size_t k = 0; k < kept && !of; k++)
			if (str_eq(r->news[k].text, n->text) && r->news[k].kind == n->kind)
				of = &r->news[k];
		if (!of) {
			r->news[kept++] = *n;
			continue;
		}
		of->others++;
		free(n->where);
		free(n->text);
		free(n->proof);
	}
	r->news_count = kept;
}

/* The first cell, and how many more. */
static void count_others(struct report *r)
{
	for (size_t i = 0; i < r->news_count; i++) {
		struct news *n = &r->news[i];
		_cleanup_(freep) char *was = NULL;

		if (!n->others)
			continue;
		was = n->where;
		n->where = xasprintf(
			"%s, and %zu more cell%s", was, n->others, n->others == 1 ? "" : "s");
		n->others = 0;
	}
}

static void kind_news(struct report *r, enum metric_kind kind)
{
	for (size_t i = 0; i < r->compare.pair_count; i++) {
		pair_news(r, i, kind, 1, NEWS_LOSS);
		pair_news(r, i, kind, 0, NEWS_FINDING);
		pair_news(r, i, kind, -1, NEWS_GAIN);
	}
	join_news(r);
	count_others(r);
}

void news_of_exact(struct report *r)
{
	kind_news(r, METRIC_EXACT);
	for (size_t i = 0; i < r->compare.row_count; i++)
		r->watched += metric_table[r->compare.rows[i].metric].kind == METRIC_EXACT;
}

void news_of_compare(struct report *r)
{
	kind_news(r, METRIC_ESTIMATE);
	kind_news(r, METRIC_EXACT);
	r->watched = r->compare.row_count;
}
