/* tare diff --md: for a job's summary, the answer first. */
#include "reports/encode.h"
#include "reports/image_words.h"

#define SHOWN 20

/* Foreign text. */
static void escaped(FILE *f, const char *text)
{
	_cleanup_(str_done) struct str s = STR_INIT;

	encode_markdown(&s, text);
	fputs(str_get(&s), f);
}

static void figure(FILE *f, const char *name, int64_t a, int64_t b)
{
	_cleanup_(freep) char *from = a < 0 ? xstrdup("–") : bytes_text(a);
	_cleanup_(freep) char *to = b < 0 ? xstrdup("–") : bytes_text(b);
	_cleanup_(freep) char *delta = a < 0 || b < 0 ? xstrdup("") : delta_text(b - a);

	fprintf(f, "| %s | %s | %s | %s |\n", name, from, to, delta);
}

static void figures(FILE *f, const struct comparison *c)
{
	const struct image *a = &c->a->image, *b = &c->b->image;
	bool whole = a->size_bytes >= 0 && b->size_bytes >= 0;

	fputs("\n| | first | second | |\n| --- | ---: | ---: | ---: |\n", f);
	figure(f, "size", a->size_bytes, b->size_bytes);
	figure(f, "compressed", a->compressed_bytes, b->compressed_bytes);
	figure(f, "visible", a->visible_bytes, b->visible_bytes);
	if (whole)
		figure(f, "wasted", a->size_bytes - a->visible_bytes,
			b->size_bytes - b->visible_bytes);
}

static void layers(FILE *f, const struct comparison *c)
{
	fprintf(f, "\n%zu of %zu layers are shared.\n", c->shared, c->b->layer_count);
	if (c->shared == c->b->layer_count)
		return;
	fputs("\n| layer | new bytes | instruction |\n| ---: | ---: | --- |\n", f);
	for (size_t i = 0; i < c->b->layer_count; i++) {
		_cleanup_(freep) char *bytes = delta_text(c->b_layers[i]);
		_cleanup_(freep) char *made_by = layer_words(c->b, i);

		if (c->same_layer[i] >= 0)
			continue;
		fprintf(f, "| %zu | %s | ", i + 1, bytes);
		escaped(f, made_by);
		fputs(" |\n", f);
	}
}

static void packages(FILE *f, const struct comparison *c)
{
	if (c->package_count)
		fputs("\n| package | from | to | bytes |\n| --- | --- | --- | ---: |\n", f);
	for (size_t i = 0; i < c->package_count && i < SHOWN; i++) {
		const struct package_change *k = &c->packages[i];
		_cleanup_(freep) char *delta = delta_text(k->b_bytes - k->a_bytes);

		fprintf(f, "| %s ", package_manager_names[k->manager]);
		escaped(f, k->name);
		fputs(" | ", f);
		escaped(f, k->from ? k->from : "–");
		fputs(" | ", f);
		escaped(f, k->to ? k->to : "–");
		fprintf(f, " | %s |\n", delta);
	}
}

static void files(FILE *f, const struct comparison *c)
{
	if (c->count)
		fputs("\n| file | | bytes |\n| --- | --- | ---: |\n", f);
	for (size_t i = 0; i < c->count && i < SHOWN; i++) {
		const struct difference *d = &c->items[i];
		_cleanup_(freep) char *delta = delta_text(d->b_bytes - d->a_bytes);
		_cleanup_(str_done) struct str what = STR_INIT;

		change_words(&what, d->what);
		fputs("| ", f);
		escaped(f, d->path);
		fprintf(f, " | %s | %s |\n", str_get(&what), delta);
	}
}

struct err *report_diff_markdown(const struct comparison *c, FILE *f)
{
	_cleanup_(str_done) struct str s = STR_INIT;

	diff_sentence(&s, c);
	escaped(f, str_get(&s));
	fputc('\n', f);
	figures(f, c);
	layers(f, c);
	packages(f, c);
	files(f, c);
	return ferror(f) ? err_new(ERR_IO, "cannot write what changed") : NULL;
}
