/* tare inspect on a terminal: the answer last. */
#include "reports/image_words.h"

#define SHOWN 8 /* of a ranking or of notices, on a terminal */
#define SPARSE_LOG_MIN 10000000

struct printing {
	const struct image_view *v;
	const struct survey *s;
	FILE *f;
	struct term t;
};

static void title(const struct printing *p, const char *text)
{
	_cleanup_(str_done) struct str s = STR_INIT;

	plain_text(&s, p->t, text);
	fprintf(p->f, "\n %s\n", str_get(&s));
}

static void print_head(const struct printing *p)
{
	_cleanup_(str_done) struct str s = STR_INIT;
	const struct image_config *c = &p->v->config;

	clipped(&s, p->t, p->v->taken, p->t.width - 24, true);
	if (c->os && *c->os)
		str_addf(&s, "  %s/%s", c->os, c->architecture);
	fprintf(p->f, " %s\n", str_get(&s));
	if (p->v->partial)
		fprintf(p->f, " partial: %s\n", p->v->partial);
}

static void figure(const struct printing *p, const char *name, int64_t bytes, const char *note)
{
	_cleanup_(freep) char *text = bytes >= 0 ? bytes_text(bytes) : xstrdup("-");

	fprintf(p->f, "  %-12s %9s   %s\n", name, text, note);
}

static void print_figures(const struct printing *p)
{
	const struct image *i = &p->v->image;
	_cleanup_(str_done) struct str layers = STR_INIT, files = STR_INIT, waste = STR_INIT;

	str_add(&layers, "content of all files in ");
	count_words(&layers, p->v->layer_count, "layer");
	count_words(&files, i->files > 0 ? (uint64_t)i->files : 0, "file");
	str_add(&files, " of the final tree, each inode once");
	if (i->size_bytes > 0)
		str_addf(&waste, "efficiency %.4f",
			(double)i->visible_bytes / (double)i->size_bytes);
	fputc('\n', p->f);
	figure(p, "size", i->size_bytes, str_get(&layers));
	figure(p, "compressed", i->compressed_bytes,
		i->compressed_bytes < 0 ? "not known: nothing here is compressed"
					: "the layers as a registry holds them");
	figure(p, "visible", i->visible_bytes, i->files < 0 ? "" : str_get(&files));
	figure(p, "wasted", i->size_bytes < 0 ? -1 : i->size_bytes - i->visible_bytes,
		str_get(&waste));
}

static void layer_row(struct table *tb, const struct printing *p, size_t i)
{
	const struct image_layer *l = &p->v->image.layers[i];
	const struct survey_layer *k = &p->s->layers[i];
	_cleanup_(freep) char *number = xasprintf("%zu", i + 1), *size = bytes_text(k->content),
			      *wasted = bytes_text(k->wasted),
			      *packed = l->size_bytes >= 0 ? bytes_text(l->size_bytes)
							   : xstrdup("-"),
			      *made_by = layer_words(p->v, i);
	_cleanup_(str_done) struct str words = STR_INIT;
	const char *cells[5];

	clipped(&words, p->t, p->v->layers[i] ? made_by : "absent", p->t.width - 46, false);
	cells[0] = number;
	cells[1] = size;
	cells[2] = wasted;
	cells[3] = packed;
	cells[4] = p->v->layers[i] ? str_get(&words) : "absent";
	table_row(tb, cells);
}

static struct err *print_layers(const struct printing *p)
{
	struct table *tb = table_new(p->t);

	fputc('\n', p->f);
	table_column(tb, "layer", true, false);
	table_column(tb, "size", true, false);
	table_column(tb, "wasted", true, false);
	table_column(tb, "compressed", true, false);
	table_column(tb, "instruction", false, false);
	for (size_t i = 0; i < p->v->layer_count; i++)
		layer_row(tb, p, i);
	return table_print(tb, p->f);
}

static void ranked_line(const struct printing *p, const struct ranked *r, const char *note)
{
	_cleanup_(freep) char *bytes = bytes_text(r->bytes);
	_cleanup_(str_done) struct str path = STR_INIT;

	clipped(&path, p->t, r->path, p->t.width - 16 - (*note ? term_columns(note) + 2 : 0), true);
	fprintf(p->f, "  %9s  %s%s%s\n", bytes, str_get(&path), *note ? "  " : "", note);
}

static void print_files(const struct printing *p)
{
	if (p->s->files.count)
		title(p, "largest files");
	for (size_t i = 0; i < p->s->files.count && i < SHOWN; i++) {
		_cleanup_(freep) char *note = xasprintf(
			"layer %u", p->s->files.items[i].layer + 1u);

		ranked_line(p, &p->s->files.items[i], note);
	}
	if (p->s->dirs.count)
		title(p, "largest directories");
	for (size_t i = 0; i < p->s->dirs.count && i < SHOWN; i++) {
		_cleanup_(str_done) struct str note = STR_INIT;

		count_words(&note, p->s->dirs.items[i].files, "file");
		ranked_line(p, &p->s->dirs.items[i], str_get(&note));
	}
}

static void print_waste(const struct printing *p)
{
	_cleanup_(str_done) struct str causes = STR_INIT;

	if (p->s->hidden.count == 0)
		return;
	for (int c = 0; c < WASTE_CAUSES; c++) {
		_cleanup_(freep) char *bytes = bytes_text(p->s->waste[c]);

		if (p->s->waste[c])
			str_addf(&causes, "%s%s %s", causes.len ? ", " : "", bytes, waste_names[c]);
	}
	fprintf(p->f, "\n wasted: %s\n", str_get(&causes));
	for (size_t i = 0; i < p->s->hidden.count && i < SHOWN; i++) {
		const struct ranked *r = &p->s->hidden.items[i];
		_cleanup_(freep) char *note = xasprintf(
			"%s, layer %u", waste_names[r->cause], r->hidden_by + 1u);

		ranked_line(p, r, r->hidden_by == NO_LAYER ? "" : note);
	}
}

/* "dpkg 93 packages, 71.2 MB". */
static void manager_line(const struct printing *p, int m)
{
	_cleanup_(str_done) struct str s = STR_INIT;
	_cleanup_(freep) char *text = NULL;
	int64_t bytes = 0;
	uint64_t count = 0;

	for (size_t i = 0; i < p->v->packages.count; i++) {
		const struct package *k = &p->v->packages.items[i];

		count += k->manager == (enum package_manager)m;
		bytes += k->manager == (enum package_manager)m ? k->bytes : 0;
	}
	if (count == 0)
		return;
	count_words(&s, count, "package");
	text = bytes_text(bytes);
	fprintf(p->f, "  %9s  %s: %s\n", text, package_manager_names[m], str_get(&s));
}

/* The heaviest packages, without sorting what others borrow. */
static void heaviest(const struct printing *p)
{
	struct ranking r;

	ranking_init(&r, SHOWN);
	for (size_t i = 0; i < p->v->packages.count; i++) {
		const struct package *k = &p->v->packages.items[i];
		_cleanup_(freep) char *name = xasprintf(
			"  %s %s %s", package_manager_names[k->manager], k->name, k->version);

		if (ranking_wants(&r, k->bytes))
			ranking_add(&r, &(struct ranked){
						name, k->bytes, k->files, k->layer, NO_LAYER, 0 });
	}
	for (size_t i = 0; i < r.count; i++)
		ranked_line(p, &r.items[i], "");
	ranking_done(&r);
}

static void print_packages(const struct printing *p)
{
	const struct packages *k = &p->v->packages;
	_cleanup_(freep) char *bytes = bytes_text(k->ownerless_bytes);
	_cleanup_(str_done) struct str files = STR_INIT;

	title(p, k->count ? "packages" : "no packages");
	for (int m = 0; m < PACKAGE_MANAGERS; m++)
		manager_line(p, m);
	count_words(&files, k->ownerless_files, "file");
	if (k->ownerless_files)
		fprintf(p->f, "  %9s  no package's: %s\n", bytes, str_get(&files));
	heaviest(p);
	if (k->unread)
		fprintf(p->f,
			"  %9s  package databases that are not read (rpm, or too large): %u\n", "",
			k->unread);
}

/* Foreign paths are in it. */
static void print_lacks(const struct printing *p)
{
	_cleanup_(str_done) struct str text = STR_INIT, shown = STR_INIT;

	if (!p->v->image.lacks)
		return;
	term_encode(&text, p->v->image.lacks, strlen(p->v->image.lacks));
	plain_text(&shown, p->t, str_get(&text));
	fputc('\n', p->f);
	paragraph(p->f, " does not start: ", "   ", str_get(&shown), p->t.width);
}

static void print_notices(const struct printing *p)
{
	for (int kind = 0; kind < NOTABLE_KINDS; kind++) {
		const struct notices *n = &p->s->notices[kind];

		if (n->seen == 0)
			continue;
		fprintf(p->f, "\n %s: %llu\n", notable_names[kind], (unsigned long long)n->seen);
		for (size_t i = 0; i < n->count && i < SHOWN; i++) {
			_cleanup_(str_done) struct str path = STR_INIT;

			clipped(&path, p->t, n->items[i].path, p->t.width - 40, true);
			fprintf(p->f, "  %05o  %s%s%u%s\n", n->items[i].mode, str_get(&path),
				"  layer ", n->items[i].layer + 1u,
				n->items[i].hidden ? ", hidden but still in it" : "");
		}
	}
}

/* Files with a record for each user up to the highest id: sparse on disk, and all of it in a layer,
 * where engines write holes as zeros (moby#5419). */
static void print_sparse(const struct printing *p)
{
	static const char *const logs[] = { "var/log/lastlog", "var/log/faillog" };
	const struct rootfs *t = p->v->tree;

	for (size_t i = 0; i < ARRAY_SIZE(logs); i++) {
		uint32_t node = rootfs_find(t, logs[i]);
		const struct layer_entry *e = node == NO_NODE ? NULL : rootfs_entry(t, node);
		_cleanup_(freep) char *bytes = e ? bytes_text(e->size) : NULL, *text = NULL;

		if (!e || e->type != ENTRY_FILE || e->size < SPARSE_LOG_MIN)
			continue;
		text = xasprintf("%s is %s, a record for each user up to the highest id: add users "
				 "with useradd --no-log-init, or remove it in the same RUN",
			logs[i], bytes);
		fputc('\n', p->f);
		paragraph(p->f, " advice: ", "   ", text, p->t.width);
	}
}

/* Which layer hides most, and what it hides: what a rewrite of the Dockerfile would gain. */
static void waste_sentence(const struct printing *p, struct str *s)
{
	size_t worst = 0;
	const struct image *image = &p->v->image;
	_cleanup_(freep) char *wasted = bytes_text(image->size_bytes - image->visible_bytes),
			      *size = bytes_text(image->size_bytes), *most = NULL, *made_by = NULL;

	for (size_t i = 1; i < p->v->layer_count; i++)
		if (p->s->layers[i].hides > p->s->layers[worst].hides)
			worst = i;
	if (image->size_bytes == image->visible_bytes) {
		str_addf(s, "Nothing of %s is wasted. ", size);
		return;
	}
	str_addf(s, "Of %s, %s are wasted, ", size, wasted);
	most = bytes_text(p->s->layers[worst].hides);
	made_by = layer_words(p->v, worst);
	if (p->s->layers[worst].hides == image->size_bytes - image->visible_bytes)
		str_add(s, "all of it");
	else
		str_addf(s, "most of it, %s,", most);
	str_addf(s, " hidden by layer %zu%s", worst + 1, *made_by ? " (" : "");
	term_encode(s, made_by, strlen(made_by) < 60 ? strlen(made_by) : 60);
	str_addf(s, "%s. ", !*made_by ? "" : strlen(made_by) > 60 ? "…)" : ")");
}

static void print_sentence(const struct printing *p)
{
	_cleanup_(str_done) struct str s = STR_INIT, shown = STR_INIT;
	const struct image *i = &p->v->image;

	if (i->size_bytes < 0)
		return;
	waste_sentence(p, &s);
	str_addf(&s, "It runs as %s, %s a shell", i->root_user ? "root" : "an ordinary user",
		i->shell ? "with" : "without");
	str_addf(&s, " and with %lld setuid or setgid file%s.", (long long)i->setuid,
		i->setuid == 1 ? "" : "s");
	plain_text(&shown, p->t, str_get(&s));
	fputc('\n', p->f);
	paragraph(p->f, "", "", str_get(&shown), p->t.width);
}

struct err *report_image_table(
	const struct image_view *v, const struct survey *s, FILE *f, struct term t)
{
	const struct printing p = { v, s, f, t };

	print_head(&p);
	print_figures(&p);
	TRY(print_layers(&p));
	print_waste(&p);
	print_files(&p);
	print_packages(&p);
	print_notices(&p);
	print_lacks(&p);
	print_sparse(&p);
	print_sentence(&p);
	return ferror(f) ? err_new(ERR_IO, "cannot write what the image is like") : NULL;
}
