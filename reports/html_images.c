/* Images: the layers of each variant's image as areas and as a table, and what differs between two.
 */
#include <math.h>

#include "reports/encode.h"
#include "reports/html_parts.h"
#include "reports/svg.h"
#include "reports/treemap.h"

#define IMAGES_SHOWN 12
#define MAP_HEIGHT   200
#define MAP_RATIO    4.0 /* of the drawing's sides, about */
#define LAYERS_SHOWN 60
#define TEXT_WIDTH   9.0 /* per cent: an area narrower than that holds no text */
#define TEXT_HEIGHT  10.0

/* A layer, or the layers that are too many or too small to draw. */
struct tile {
	size_t layer;
	double bytes;
};

static int by_bytes(const void *pa, const void *pb)
{
	const struct tile *a = pa, *b = pb;

	if (a->bytes != b->bytes)
		return a->bytes > b->bytes ? -1 : 1;
	return a->layer < b->layer ? -1 : 1;
}

static size_t tiles_of(const struct image *i, struct tile *tiles)
{
	size_t n = 0;

	for (size_t k = 0; k < i->layer_count; k++)
		if (i->layers[k].size_bytes > 0)
			tiles[n++] = (struct tile){ k, (double)i->layers[k].size_bytes };
	qsort(tiles, n, sizeof(*tiles), by_bytes);
	return n < LAYERS_SHOWN ? n : LAYERS_SHOWN;
}

static void draw_tile(struct str *s, const struct tile *t, struct area a)
{
	_cleanup_(str_done) struct str text = STR_INIT;

	str_addf(s, "<g><title>layer %zu: ", t->layer + 1);
	figure_bytes(s, t->bytes);
	str_addf(s, "</title><rect class=\"tile t%zu\"", t->layer % 4);
	svg_share(s, "x", a.x / MAP_RATIO);
	svg_share(s, "y", a.y);
	svg_share(s, "width", a.width / MAP_RATIO);
	svg_share(s, "height", a.height);
	str_add(s, "/>");
	if (a.width / MAP_RATIO >= TEXT_WIDTH && a.height >= TEXT_HEIGHT) {
		str_addf(&text, "%zu: ", t->layer + 1);
		figure_bytes(&text, t->bytes);
		svg_text(s, a.x / MAP_RATIO + 0.8, a.y / 100 * MAP_HEIGHT + 16, "start",
			str_get(&text));
	}
	str_add(s, "</g>");
}

static void map(struct str *s, const struct image *i, const char *label)
{
	_cleanup_(freep) struct tile *tiles = xcalloc(i->layer_count + 1, sizeof(*tiles));
	_cleanup_(freep) double *values = xcalloc(i->layer_count + 1, sizeof(*values));
	_cleanup_(freep) struct area *areas = xcalloc(i->layer_count + 1, sizeof(*areas));
	size_t n = tiles_of(i, tiles);

	for (size_t k = 0; k < n; k++)
		values[k] = tiles[k].bytes;
	treemap(values, n, (struct area){ 0, 0, 100 * MAP_RATIO, 100 }, areas);
	str_addf(s, "<svg class=\"map\" height=\"%d\" role=\"img\" aria-label=\"", MAP_HEIGHT);
	encode_html(s, label);
	str_add(s, "\">");
	for (size_t k = 0; k < n; k++)
		draw_tile(s, &tiles[k], areas[k]);
	str_add(s, "</svg>\n");
}

static void layer_table(struct str *s, const struct image *i)
{
	static const char *const columns[] = { "#layer", "#compressed", "#share", "digest", "kind",
		NULL };
	double all = 0;

	for (size_t k = 0; k < i->layer_count; k++)
		all += fmax((double)i->layers[k].size_bytes, 0);
	html_table(s, "the layers", columns);
	for (size_t k = 0; k < i->layer_count; k++) {
		const struct image_layer *l = &i->layers[k];
		_cleanup_(str_done) struct str size = STR_INIT;
		_cleanup_(freep) char *n = xasprintf("%zu", k + 1);
		_cleanup_(freep) char *share = xasprintf(
			"%.1f %%", all > 0 ? fmax((double)l->size_bytes, 0) / all * 100 : 0.0);
		_cleanup_(freep) char *digest = xasprintf("%.19s", l->digest);

		if (l->size_bytes >= 0)
			figure_bytes(&size, (double)l->size_bytes);
		else
			str_add(&size, "unknown");
		html_row(s,
			(const char *const[]){ n, str_get(&size), share, digest,
				l->media_type ? l->media_type : "" },
			columns);
	}
	html_table_end(s);
}

/* "212 MB in 5 layers, 45.7 MB compressed, 3,120 files, 120 packages". */
static void figures(struct str *s, const struct cell_sum *c)
{
	static const struct {
		enum metric metric;
		const char *what;
	} shown[] = { { M_IMAGE_SIZE, "content" }, { M_IMAGE_COMPRESSED, "compressed" },
		{ M_IMAGE_WASTED, "wasted" }, { M_IMAGE_FILES, "files" },
		{ M_IMAGE_PACKAGES, "packages" }, { M_IMAGE_SETUID, "setuid files" } };
	_cleanup_(str_done) struct str text = STR_INIT;

	for (size_t i = 0; i < ARRAY_SIZE(shown); i++) {
		const struct estimate *e = &c->metrics[shown[i].metric];

		if (!e->known)
			continue;
		str_add(&text, text.len ? ", " : "");
		metric_show(&text, shown[i].metric, e);
		str_addf(&text, " %s", shown[i].what);
	}
	html_element(s, "p", "soft", str_get(&text));
}

static bool has_layer(const struct image *i, const char *digest)
{
	for (size_t k = 0; k < i->layer_count; k++)
		if (str_eq(i->layers[k].digest, digest))
			return true;
	return false;
}

/* "3 of 5 layers are shared with A; 12.3 MB are new". */
static void difference(
	struct str *s, const char *name, const struct image *a, const struct image *b)
{
	size_t shared = 0;
	double fresh = 0, gone = 0;
	_cleanup_(str_done) struct str text = STR_INIT;

	for (size_t k = 0; k < b->layer_count; k++) {
		bool same = has_layer(a, b->layers[k].digest);

		shared += same;
		fresh += same ? 0 : fmax((double)b->layers[k].size_bytes, 0);
	}
	for (size_t k = 0; k < a->layer_count; k++)
		if (!has_layer(b, a->layers[k].digest))
			gone += fmax((double)a->layers[k].size_bytes, 0);
	str_addf(&text, "Against %s: %zu of %zu layers are the same; ", name, shared,
		b->layer_count);
	figure_difference(&text, "By", fresh);
	str_add(&text, " of new layers, ");
	figure_difference(&text, "By", -gone);
	str_add(&text, " of layers that are gone.");
	html_sentence(s, NULL, str_get(&text));
}

/* The first cell of a table whose image was read. */
static const struct cell_sum *pictured(const struct run_summary *rs, const struct sum_group *g)
{
	for (size_t i = g->first; i < g->first + g->count; i++) {
		const struct cell_sum *c = &rs->cells[i];

		if (c->typical && c->typical->image.layer_count && c->has_row)
			return c;
	}
	return NULL;
}

static void picture(struct str *s, const struct cell_sum *c, const struct cell_sum *other)
{
	const struct image *i = &c->typical->image;
	_cleanup_(str_done) struct str name = STR_INIT, against = STR_INIT;

	cell_name(&name, c->cell);
	html_open(s, "section", "image", c->cell, false);
	html_element(s, "h3", NULL, str_get(&name));
	figures(s, c);
	str_add(&name, ": layers by their compressed size");
	map(s, i, str_get(&name));
	if (other) {
		cell_name(&against, other->cell);
		difference(s, str_get(&against), &other->typical->image, i);
	}
	layer_table(s, i);
	str_add(s, "</section>\n");
}

void html_images(struct str *s, const struct report *r)
{
	size_t shown = 0, all = 0;

	for (size_t i = 0; i < r->lead_count; i++) {
		const struct cell_sum *before = NULL;

		for (size_t k = 0; k < r->leads[i]->group_count; k++) {
			const struct cell_sum *c = pictured(r->leads[i], &r->leads[i]->groups[k]);

			if (!c || all++ >= IMAGES_SHOWN)
				continue;
			if (before && !str_eq(before->cell->scenario, c->cell->scenario))
				before = NULL;
			picture(s, c, before);
			before = before ? before : c;
			shown++;
		}
	}
	if (!all)
		html_element(s, "p", "soft", "No image was read: a build must succeed first.");
	if (all > shown) {
		_cleanup_(freep) char *text = xasprintf("Shown are %zu of %zu images.", shown, all);

		html_element(s, "p", "soft", text);
	}
}
