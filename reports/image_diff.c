/* tare diff on a terminal: the answer last. */
#include "reports/image_words.h"

#define SHOWN 12

struct printing {
	const struct comparison *c;
	FILE *f;
	struct term t;
};

static void row(struct table *tb, const char *name, int64_t a, int64_t b, bool bytes)
{
	_cleanup_(freep) char *from = a < 0   ? xstrdup("-")
				      : bytes ? bytes_text(a)
					      : xasprintf("%lld", (long long)a);
	_cleanup_(freep) char *to = b < 0   ? xstrdup("-")
				    : bytes ? bytes_text(b)
					    : xasprintf("%lld", (long long)b);
	_cleanup_(freep) char *delta = a < 0 || b < 0 ? xstrdup("")
				       : bytes	      ? delta_text(b - a)
				       : a == b	      ? xstrdup("0")
						      : xasprintf("%+lld", (long long)(b - a));
	const char *cells[] = { name, from, to, delta };

	table_row(tb, cells);
}

static int64_t wasted(const struct image *i)
{
	return i->size_bytes < 0 ? -1 : i->size_bytes - i->visible_bytes;
}

static struct err *print_figures(const struct printing *p)
{
	const struct image *a = &p->c->a->image, *b = &p->c->b->image;
	struct table *tb = table_new(p->t);
	static const char *const titles[] = { "", "first", "second", "" };

	for (size_t i = 0; i < ARRAY_SIZE(titles); i++)
		table_column(tb, titles[i], i > 0, false);
	row(tb, "size", a->size_bytes, b->size_bytes, true);
	row(tb, "compressed", a->compressed_bytes, b->compressed_bytes, true);
	row(tb, "visible", a->visible_bytes, b->visible_bytes, true);
	row(tb, "wasted", wasted(a), wasted(b), true);
	row(tb, "layers", (int64_t)p->c->a->layer_count, (int64_t)p->c->b->layer_count, false);
	row(tb, "files", a->files, b->files, false);
	row(tb, "packages", a->packages, b->packages, false);
	row(tb, "setuid", a->setuid, b->setuid, false);
	return table_print(tb, p->f);
}

static void print_layers(const struct printing *p)
{
	const struct comparison *c = p->c;

	fprintf(p->f, "\n layers: %zu of %zu shared\n", c->shared, c->b->layer_count);
	for (size_t i = 0; i < c->b->layer_count; i++) {
		_cleanup_(freep) char *delta = delta_text(c->b_layers[i]);
		_cleanup_(freep) char *made_by = layer_words(c->b, i);
		_cleanup_(str_done) struct str words = STR_INIT;

		if (c->same_layer[i] >= 0)
			continue;
		clipped(&words, p->t, made_by, p->t.width - 28, false);
		fprintf(p->f, "  %9s  layer %zu%s%s\n", delta, i + 1, words.len ? "  " : "",
			str_get(&words));
	}
}

static void print_packages(const struct printing *p)
{
	const struct comparison *c = p->c;

	if (c->package_count == 0)
		return;
	fprintf(p->f, "\n packages: %zu differ, %llu are the same\n", c->package_count,
		(unsigned long long)c->same_packages);
	for (size_t i = 0; i < c->package_count && i < SHOWN; i++) {
		const struct package_change *k = &c->packages[i];
		_cleanup_(freep) char *delta = delta_text(k->b_bytes - k->a_bytes);
		_cleanup_(str_done) struct str s = STR_INIT, shown = STR_INIT;

		str_addf(&s, "%s %s ", package_manager_names[k->manager], k->name);
		if (k->from && k->to)
			str_addf(&s, "%s → %s", k->from, k->to);
		else
			str_addf(&s, "%s %s", k->to ? k->to : k->from, k->to ? "added" : "removed");
		clipped(&shown, p->t, str_get(&s), p->t.width - 14, false);
		fprintf(p->f, "  %9s  %s\n", delta, str_get(&shown));
	}
}

static void print_dirs(
	const struct printing *p, const struct ranking *r, const char *title, int sign)
{
	if (r->count)
		fprintf(p->f, "\n %s\n", title);
	for (size_t i = 0; i < r->count && i < SHOWN / 2; i++) {
		_cleanup_(freep) char *delta = delta_text(sign * r->items[i].bytes);
		_cleanup_(str_done) struct str path = STR_INIT;

		clipped(&path, p->t, r->items[i].path, p->t.width - 14, true);
		fprintf(p->f, "  %9s  %s\n", delta, str_get(&path));
	}
}

static void print_files(const struct printing *p)
{
	const struct comparison *c = p->c;
	const char *comma = "";

	fputs("\n files: ", p->f);
	for (int w = 0; w < CHANGES; w++) {
		if (c->counts[w])
			fprintf(p->f, "%s%llu %s", comma, (unsigned long long)c->counts[w],
				w == CHANGE_TIME ? "time only" : change_names[w]);
		comma = c->counts[w] ? ", " : comma;
	}
	fprintf(p->f, "%s\n", *comma ? "" : "none differs");
	for (size_t i = 0; i < c->count && i < SHOWN; i++) {
		const struct difference *d = &c->items[i];
		_cleanup_(freep) char *delta = delta_text(d->b_bytes - d->a_bytes);
		_cleanup_(str_done) struct str path = STR_INIT, what = STR_INIT;

		change_words(&what, d->what);
		clipped(&path, p->t, d->path, p->t.width - 18 - (int)what.len, true);
		fprintf(p->f, "  %9s  %s  %s\n", delta, str_get(&path), str_get(&what));
	}
}

static void print_config(const struct printing *p)
{
	for (size_t i = 0; i < p->c->config_count; i++) {
		const struct config_change *d = &p->c->config[i];
		_cleanup_(freep) char *line = xasprintf("%s: %s → %s", d->what,
			d->from ? d->from : "nothing", d->to ? d->to : "nothing");
		_cleanup_(str_done) struct str s = STR_INIT;

		clipped(&s, p->t, line, p->t.width - 3, false);
		fprintf(p->f, "%s  %s\n", i ? "" : "\n config\n", str_get(&s));
	}
}

static void print_name(const struct printing *p, const char *which, const struct image_view *v)
{
	_cleanup_(str_done) struct str s = STR_INIT;

	clipped(&s, p->t, v->taken, p->t.width - 10, true);
	fprintf(p->f, " %-7s %s%s%s\n", which, str_get(&s), v->partial ? "  partial: " : "",
		v->partial ? v->partial : "");
}

struct err *report_diff_table(const struct comparison *c, FILE *f, struct term t)
{
	const struct printing p = { c, f, t };
	_cleanup_(str_done) struct str s = STR_INIT, shown = STR_INIT;

	print_name(&p, "first", c->a);
	print_name(&p, "second", c->b);
	fputc('\n', f);
	TRY(print_figures(&p));
	print_layers(&p);
	print_packages(&p);
	print_dirs(&p, &c->grown, "directories that grew", 1);
	print_dirs(&p, &c->shrunk, "directories that shrank", -1);
	print_files(&p);
	print_config(&p);
	diff_sentence(&s, c);
	plain_text(&shown, t, str_get(&s));
	fputc('\n', f);
	paragraph(f, "", "", str_get(&shown), t.width);
	return ferror(f) ? err_new(ERR_IO, "cannot write what changed") : NULL;
}
