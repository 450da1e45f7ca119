/* An image as areas: layers, in each its packages and what belongs to none, in those their largest
 * files. */
#include <math.h>

#include "reports/encode.h"
#include "reports/figure.h"
#include "reports/svg_image.h"
#include "reports/treemap.h"

#define WIDTH	    1000.0 /* that the layout is made for: across, all is in per cent */
#define HEIGHT	    300.0
#define STRIP	    20.0 /* the name above what is inside */
#define TEXT_WIDTH  46.0 /* an area narrower or lower than that holds no text */
#define TEXT_HEIGHT 17.0
#define CHAR_WIDTH  7.2
#define LEAST_AREA  30.0 /* of a box of its own; what is smaller shares one */
#define LAYERS_MOST 40
#define PARTS_MOST  24 /* of a layer, and of a package */

/* A box with a name and what it weighs. */
struct box {
	const char *name; /* foreign */
	double bytes;
	size_t layer;	/* its colour; from 0 */
	ssize_t inside; /* what it stands for: a layer's index, or a package's; -1: nothing */
	bool hidden;
};

struct boxes {
	struct box items[PARTS_MOST + LAYERS_MOST];
	size_t count;
	double rest; /* bytes of what is too small for one */
	size_t rest_count;
};

static int by_bytes(const void *pa, const void *pb)
{
	const struct box *a = pa, *b = pb;

	if (a->bytes != b->bytes)
		return a->bytes > b->bytes ? -1 : 1;
	return strcmp(a->name, b->name);
}

static void attribute(struct str *s, const char *name, double v)
{
	str_addf(s, " %s=\"", name);
	svg_number(s, v);
	str_addc(s, '"');
}

static void title(struct str *s, const struct box *b)
{
	str_add(s, "<title>");
	encode_html(s, b->name);
	str_add(s, ": ");
	figure_bytes(s, b->bytes);
	str_add(s, "</title>");
}

/* As much of a name as fits, on a page as wide as the layout, and its size where there is room. */
static void name_text(struct str *s, const struct box *b, double width)
{
	size_t fits = (size_t)fmax((width - 10) / CHAR_WIDTH, 1), n = str_cut(b->name, fits);
	_cleanup_(freep) char *shown = xstrndup(b->name, n);
	_cleanup_(str_done) struct str size = STR_INIT;

	figure_bytes(&size, b->bytes);
	str_add(s, "<text x=\"5\" y=\"14\">");
	encode_html(s, shown);
	str_add(s, b->name[n] ? "…" : "");
	if (n + size.len + 1 <= fits)
		str_addf(s, " <tspan>%s</tspan>", str_get(&size));
	str_add(s, "</text>");
}

/* A box at `a` of a drawing `across` wide; what is written before box_end is inside and clipped. */
static void box_begin(struct str *s, const struct box *b, struct area a, double across, bool text)
{
	str_add(s, "<svg");
	svg_share(s, "x", a.x / across * 100);
	attribute(s, "y", a.y);
	svg_share(s, "width", a.width / across * 100);
	attribute(s, "height", a.height);
	str_addc(s, '>');
	title(s, b);
	str_addf(s, "<rect class=\"%s t%zu\"/>", /* as large as its box: page.css */
		b->hidden ? "tile unseen" : "tile", b->layer % 4);
	if (text)
		name_text(s, b, a.width);
}

static void box_end(struct str *s)
{
	str_add(s, "</svg>\n");
}

static bool holds_text(struct area a)
{
	return a.width >= TEXT_WIDTH && a.height >= TEXT_HEIGHT;
}

/* Put a box of what is too small beside the others, and lay all out in `in`. */
static void lay_out(
	struct boxes *b, const char *rest_name, size_t layer, struct area in, struct area *areas)
{
	double values[PARTS_MOST + LAYERS_MOST];

	if (b->rest > 0)
		b->items[b->count++] = (struct box){ rest_name, b->rest, layer, -1, false };
	qsort(b->items, b->count, sizeof(*b->items), by_bytes);
	for (size_t i = 0; i < b->count; i++)
		values[i] = b->items[i].bytes;
	treemap(values, b->count, in, areas);
}

/* Add it where it is large enough for a box of its own; the last place is for the rest. */
static void add(struct boxes *b, size_t most, double least, const struct box *box)
{
	if (box->bytes <= 0)
		return;
	if (box->bytes < least || b->count + 1 >= most) {
		b->rest += box->bytes;
		b->rest_count++;
	} else {
		b->items[b->count++] = *box;
	}
}

/* The files of a package, or of none, that are large enough. */
static void files(struct str *s, const struct layer_view *v, const struct box *of, double across,
	struct area in)
{
	struct area areas[PARTS_MOST + LAYERS_MOST];
	struct boxes b = { 0 };
	double seen = 0, least = LEAST_AREA * 6 / (in.width * in.height) * of->bytes;
	ssize_t package = of->inside == (ssize_t)v->of->package_count ? -1 : of->inside;

	for (size_t i = 0; i < v->of->file_count; i++) {
		const struct content_file *f = &v->of->files[i];
		const char *slash = strrchr(f->path, '/');

		if (f->package != package || f->hidden)
			continue;
		seen += (double)f->size_bytes;
		add(&b, PARTS_MOST, least,
			&(struct box){ slash ? slash + 1 : f->path, (double)f->size_bytes,
				of->layer, -1, false });
	}
	b.rest += fmax(of->bytes - seen, 0);
	if (b.count < 2)
		return;
	lay_out(&b, "smaller files", of->layer, in, areas);
	for (size_t i = 0; i < b.count; i++) {
		box_begin(s, &b.items[i], areas[i], across, holds_text(areas[i]));
		box_end(s);
	}
}

static double no_package_bytes(const struct layer_view *v)
{
	double left = (double)(v->size_bytes - v->hidden_bytes);

	for (size_t i = 0; i < v->of->package_count; i++)
		left -= (double)v->of->packages[i].size_bytes;
	return fmax(left, 0);
}

/* A layer's packages, its files of none, and those that are not seen. */
static void parts(struct str *s, const struct layer_view *v, const struct box *of, struct area in)
{
	struct area areas[PARTS_MOST + LAYERS_MOST];
	struct boxes b = { 0 };
	double least = LEAST_AREA * 3 / (in.width * in.height) * of->bytes;

	for (size_t i = 0; i < v->of->package_count; i++)
		add(&b, PARTS_MOST, least,
			&(struct box){ v->of->packages[i].name,
				(double)v->of->packages[i].size_bytes, of->layer, (ssize_t)i,
				false });
	add(&b, PARTS_MOST + 2, 0,
		&(struct box){ "of no package", no_package_bytes(v), of->layer,
			(ssize_t)v->of->package_count, false });
	add(&b, PARTS_MOST + 2, 0,
		&(struct box){
			"replaced or removed", (double)v->hidden_bytes, of->layer, -1, true });
	if (!b.count)
		return;
	lay_out(&b, "smaller packages", of->layer, in, areas);
	for (size_t i = 0; i < b.count; i++) {
		struct area a = areas[i];
		bool text = holds_text(a);
		struct area inner = { 3, STRIP, a.width - 6, a.height - STRIP - 3 };

		box_begin(s, &b.items[i], a, in.width + 2 * in.x, text);
		if (text && b.items[i].inside >= 0 && inner.height >= STRIP &&
			inner.width >= 2 * TEXT_WIDTH)
			files(s, v, &b.items[i], a.width, inner);
		box_end(s);
	}
}

static void layer_name(struct str *s, const struct layer_view *v, size_t i)
{
	str_addf(s, "%zu%s%s", i + 1, *v->made_by ? " " : "", v->made_by);
}

static size_t layers(const struct image *i, struct boxes *b, struct str *names)
{
	double all = 0;

	for (size_t k = 0; k < i->view_count; k++)
		all += (double)i->views[k].size_bytes;
	for (size_t k = 0; k < i->view_count && k < LAYERS_MOST; k++) {
		layer_name(&names[k], &i->views[k], k);
		add(b, LAYERS_MOST, LEAST_AREA / (WIDTH * HEIGHT) * all,
			&(struct box){ str_get(&names[k]), (double)i->views[k].size_bytes, k,
				(ssize_t)k, false });
	}
	return i->view_count < LAYERS_MOST ? i->view_count : LAYERS_MOST;
}

void svg_image(struct str *s, const struct image *i, const char *label)
{
	struct str names[LAYERS_MOST] = { STR_INIT };
	struct area areas[PARTS_MOST + LAYERS_MOST];
	struct boxes b = { 0 };
	size_t named = layers(i, &b, names);

	lay_out(&b, "smaller layers", 0, (struct area){ 0, 0, WIDTH, HEIGHT }, areas);
	str_addf(s, "<svg class=\"map\" height=\"%.0f\" role=\"img\" aria-label=\"", HEIGHT);
	encode_html(s, label);
	str_add(s, "\">\n");
	for (size_t k = 0; k < b.count; k++) {
		struct area a = areas[k];
		bool text = holds_text(a);
		struct area inner = { 3, STRIP, a.width - 6, a.height - STRIP - 3 };

		box_begin(s, &b.items[k], a, WIDTH, text);
		if (text && b.items[k].inside >= 0 && i->views[b.items[k].inside].of &&
			inner.height > 0 && inner.width > 0)
			parts(s, &i->views[b.items[k].inside], &b.items[k], inner);
		box_end(s);
	}
	str_add(s, "</svg>\n");
	for (size_t k = 0; k < named; k++)
		str_done(&names[k]);
}
