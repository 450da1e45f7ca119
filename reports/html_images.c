/* Images: each variant's layers, packages and files as areas and as tables. */
#include <math.h>

#include "reports/encode.h"
#include "reports/html_parts.h"
#include "reports/svg_image.h"
#include "reports/treemap.h"

#define IMAGES_SHOWN   6
#define IMAGES_EACH    2 /* of a run, where there are several */
#define MAP_HEIGHT     200
#define MAP_RATIO      4.0 /* of the drawing's sides, about */
#define LAYERS_SHOWN   60
#define CONTENTS_SHOWN 20  /* packages, and files */
#define TEXT_WIDTH     9.0 /* per cent: an area narrower than that holds no text */
#define TEXT_HEIGHT    10.0

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

/* A known number of bytes. */
static void bytes_cell(struct str *s, int64_t bytes)
{
	if (bytes >= 0)
		figure_bytes(s, (double)bytes);
	else
		str_add(s, "unknown");
}

static void layer_row(struct str *s, const struct image *i, size_t k, const char *const *columns)
{
	const struct image_layer *l = k < i->layer_count ? &i->layers[k] : NULL;
	const struct layer_view *v = k < i->view_count ? &i->views[k] : NULL;
	const char *digest = l && *l->digest	     ? l->digest
			     : k < i->diff_ids.count ? i->diff_ids.items[k]
						     : "";
	_cleanup_(freep) char *n = xasprintf("%zu", k + 1),
			      *short_digest = xasprintf("%.19s", digest);
	_cleanup_(freep) char *files = v ? xasprintf("%lld", (long long)v->files) : xstrdup("");
	_cleanup_(str_done) struct str size = STR_INIT, hidden = STR_INIT, packed = STR_INIT;

	bytes_cell(&size, v ? v->size_bytes : -1);
	bytes_cell(&hidden, v ? v->hidden_bytes : -1);
	bytes_cell(&packed, l ? l->size_bytes : -1);
	html_row(s,
		(const char *const[]){ n, v ? v->made_by : "", str_get(&size), str_get(&hidden),
			files, str_get(&packed), short_digest },
		columns);
}

static size_t layers_of(const struct image *i)
{
	size_t n = i->layer_count > i->diff_ids.count ? i->layer_count : i->diff_ids.count;

	return n > i->view_count ? n : i->view_count;
}

static void layer_table(struct str *s, const struct image *i)
{
	static const char *const columns[] = { "#layer", "+made by", "#content",
		"#replaced or removed", "#files", "#compressed", "digest", NULL };
	size_t all = layers_of(i);

	html_table(s, "the layers", columns);
	for (size_t k = 0; k < all && k < LAYERS_SHOWN; k++)
		layer_row(s, i, k, columns);
	html_table_end(s);
}

/* A package or a file, and the layer that has it. */
struct content {
	const struct content_package *package;
	const struct content_file *file;
	size_t layer;
};

static int64_t content_bytes(const struct content *c)
{
	return c->package ? c->package->size_bytes : c->file->size_bytes;
}

static const char *content_name(const struct content *c)
{
	return c->package ? c->package->name : c->file->path;
}

static int by_content(const void *pa, const void *pb)
{
	const struct content *a = pa, *b = pb;

	if (content_bytes(a) != content_bytes(b))
		return content_bytes(a) > content_bytes(b) ? -1 : 1;
	if (strcmp(content_name(a), content_name(b)) != 0)
		return strcmp(content_name(a), content_name(b));
	return a->layer < b->layer ? -1 : 1;
}

static void content_row(struct str *s, const struct content *c, const char *const *columns)
{
	const struct content_package *p = c->package;
	_cleanup_(str_done) struct str size = STR_INIT;
	_cleanup_(freep) char *layer = xasprintf("%zu", c->layer + 1);
	_cleanup_(freep) char *files = p ? xasprintf("%lld", (long long)p->files) : xstrdup("");
	_cleanup_(freep) char *name = p ? xasprintf("%s %s", p->name, p->version)
					: xstrdup(c->file->path);

	figure_bytes(&size, (double)content_bytes(c));
	html_row(s,
		(const char *const[]){ name, str_get(&size), files, layer,
			p		  ? p->manager
			: c->file->hidden ? "file, replaced or removed"
					  : "file" },
		columns);
}

/* The largest packages, then the largest files, wherever they lie. */
static void content_table(struct str *s, const struct image *i)
{
	static const char *const columns[] = { "+name", "#size", "#files", "#layer", "kind", NULL };

	html_table(s, "its largest packages and files", columns);
	for (int files = 0; files < 2; files++) {
		struct content *all = NULL;
		size_t count = 0, room = 0;

		for (size_t l = 0; l < i->view_count; l++) {
			const struct layer_contents *c = i->views[l].of;

			for (size_t k = 0; !files && c && k < c->package_count; k++)
				*GROW(all, count, room) = (struct content){
					.package = &c->packages[k], .layer = l
				};
			for (size_t k = 0; files && c && k < c->file_count; k++)
				*GROW(all, count, room) = (struct content){ .file = &c->files[k],
					.layer = l };
		}
		if (count)
			qsort(all, count, sizeof(*all), by_content);
		for (size_t k = 0; k < count && k < CONTENTS_SHOWN; k++)
			content_row(s, &all[k], columns);
		free(all);
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

static void picture(struct str *s, const struct cell_sum *c, const struct cell_sum *other)
{
	const struct image *i = &c->typical->image;
	_cleanup_(str_done) struct str name = STR_INIT, against = STR_INIT;

	cell_name(&name, c->cell);
	html_open(s, "section", "image", c->cell, false);
	html_element(s, "h3", NULL, str_get(&name));
	figures(s, c);
	if (i->view_count) {
		str_add(&name, ": layers, packages and files by their size");
		svg_image(s, i, str_get(&name));
	} else {
		str_add(&name, ": layers by their compressed size");
		map(s, i, str_get(&name));
	}
	layer_table(s, i);
	if (i->view_count)
		content_table(s, i);
	if (other)
		html_image_difference(s, other, c);
	str_add(s, "</section>\n");
}

void html_images(struct str *s, const struct report *r)
{
	size_t shown = 0, all = 0, each = r->lead_count > 1 ? IMAGES_EACH : IMAGES_SHOWN;

	for (size_t i = 0; i < r->lead_count; i++) {
		const struct cell_sum *before = NULL;
		size_t here = 0;

		for (size_t k = 0; k < r->leads[i]->group_count; k++) {
			const struct cell_sum *c = pictured_cell(
				r->leads[i], &r->leads[i]->groups[k]);
			const struct cell_sum *past = c ? pictured_before(r, c) : NULL;

			all += c != NULL;
			if (!c || shown >= IMAGES_SHOWN || here++ >= each)
				continue;
			if (before && !str_eq(before->cell->scenario, c->cell->scenario))
				before = NULL;
			picture(s, c, past ? past : before);
			before = before ? before : c;
			shown++;
		}
	}
	if (!all)
		html_element(s, "p", "soft", "No image was read: a build must succeed first.");
	if (all > shown) {
		_cleanup_(freep) char *text =
			xasprintf("Shown are %zu of %zu images%s.", shown, all,
				r->lead_count > 1 ? "; tare report RUN shows more of one run" : "");

		html_element(s, "p", "soft", text);
	}
}
