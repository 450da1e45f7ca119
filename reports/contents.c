#include "reports/contents.h"

#include "base/term.h"
#include "reports/figure.h"

#define NAMED	    3	/* packages in a sentence */
#define LEAST_SHARE 0.1 /* of a change: what is less did not do it */
#define MADE_BY	    60	/* bytes of an instruction in a sentence */

bool contents_known(const struct image *a, const struct image *b)
{
	return a->view_count && b->view_count;
}

int64_t part_bytes(const struct part *p)
{
	return p->b_bytes - p->a_bytes;
}

static int64_t magnitude(int64_t n)
{
	return n < 0 ? -n : n;
}

static int by_change(const void *pa, const void *pb)
{
	const struct part *a = pa, *b = pb;
	int64_t ma = magnitude(part_bytes(a)), mb = magnitude(part_bytes(b));

	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	if (ma != mb)
		return ma > mb ? -1 : 1;
	if (a->layer != b->layer)
		return a->layer < b->layer ? -1 : 1;
	return strcmp(a->name, b->name);
}

static void put(struct parts *to, const struct part *p)
{
	*GROW(to->items, to->count, to->room) = *p;
}

/* Layers: what is the same by its tar or its contents, else by what made it, in their order. */
static bool same_layer(const struct image *a, size_t i, const struct image *b, size_t k, int pass)
{
	const struct layer_view *x = &a->views[i], *y = &b->views[k];

	if (pass == 0)
		return i < a->diff_ids.count && k < b->diff_ids.count &&
		       str_eq(a->diff_ids.items[i], b->diff_ids.items[k]);
	if (pass == 1)
		return x->of && y->of && x->size_bytes == y->size_bytes &&
		       strcmp(x->of->key, y->of->key) == 0 && str_eq(x->made_by, y->made_by);
	return *x->made_by ? str_eq(x->made_by, y->made_by) : i == k;
}

/* Of each of b's layers the one of a that it was before, or -1. */
static ssize_t *match_layers(const struct image *a, const struct image *b)
{
	ssize_t *of = xcalloc(b->view_count + 1, sizeof(*of));
	_cleanup_(freep) bool *taken = xcalloc(a->view_count + 1, sizeof(*taken));

	for (size_t k = 0; k < b->view_count; k++)
		of[k] = -1;
	for (int pass = 0; pass < 3; pass++)
		for (size_t k = 0; k < b->view_count; k++)
			for (size_t i = 0; i < a->view_count && of[k] < 0; i++)
				if (!taken[i] && same_layer(a, i, b, k, pass)) {
					taken[i] = true;
					of[k] = (ssize_t)i;
				}
	return of;
}

static void layers(const struct image *a, const struct image *b, struct parts *out)
{
	_cleanup_(freep) ssize_t *of = match_layers(a, b);
	_cleanup_(freep) bool *kept = xcalloc(a->view_count + 1, sizeof(*kept));

	for (size_t k = 0; k < b->view_count; k++) {
		const struct layer_view *v = &b->views[k];
		struct part p = { .kind = PART_LAYER,
			.layer = k + 1,
			.name = v->made_by,
			.in_a = of[k] >= 0,
			.in_b = true,
			.b_bytes = v->size_bytes };

		if (of[k] >= 0) {
			p.a_bytes = a->views[of[k]].size_bytes;
			kept[of[k]] = true;
		}
		if (part_bytes(&p) || !p.in_a)
			put(out, &p);
	}
	for (size_t i = 0; i < a->view_count; i++)
		if (!kept[i])
			put(out, &(struct part){ .kind = PART_LAYER,
					 .layer = i + 1,
					 .name = a->views[i].made_by,
					 .in_a = true,
					 .a_bytes = a->views[i].size_bytes });
}

/* A package or a path of one side, wherever it lies. */
struct thing {
	const char *manager, *name, *version; /* of a path: its name alone */
	int64_t bytes;
	size_t layer;
};
struct things {
	struct thing *items;
	size_t count, room;
};

static int by_name(const void *pa, const void *pb)
{
	const struct thing *a = pa, *b = pb;
	int order = strcmp(a->manager, b->manager);

	order = order ? order : strcmp(a->name, b->name);
	return order ? order : strcmp(a->version, b->version);
}

/* In order, those of one name and version together: a package's files may lie in several layers. */
static void settle(struct things *t)
{
	size_t kept = 0;

	if (t->count)
		qsort(t->items, t->count, sizeof(*t->items), by_name);
	for (size_t i = 0; i < t->count; i++) {
		struct thing *last = kept ? &t->items[kept - 1] : NULL;

		if (!last || by_name(last, &t->items[i]) != 0) {
			t->items[kept++] = t->items[i];
			continue;
		}
		last->bytes += t->items[i].bytes;
		last->layer = t->items[i].layer > last->layer ? t->items[i].layer : last->layer;
	}
	t->count = kept;
}

static struct things things_of(const struct image *i, enum part_kind kind)
{
	struct things t = { 0 };

	for (size_t l = 0; l < i->view_count; l++) {
		const struct layer_contents *c = i->views[l].of;

		for (size_t k = 0; kind == PART_PACKAGE && c && k < c->package_count; k++)
			*GROW(t.items, t.count, t.room) = (struct thing){ c->packages[k].manager,
				c->packages[k].name, c->packages[k].version,
				c->packages[k].size_bytes, l + 1 };
		for (size_t k = 0; kind == PART_FILE && c && k < c->file_count; k++)
			*GROW(t.items, t.count, t.room) = (struct thing){ "", c->files[k].path, "",
				c->files[k].size_bytes, l + 1 };
	}
	settle(&t);
	return t;
}

/* Whatever its version: a package of another one is one part. */
static int same_name(const struct thing *a, const struct thing *b)
{
	int order = strcmp(a->manager, b->manager);

	return order ? order : strcmp(a->name, b->name);
}

/* Whether x's version is there after t[at], too: then that is its pair, and not t[at]. */
static bool is_later(const struct things *t, size_t at, const struct thing *x)
{
	while (++at < t->count && same_name(&t->items[at], x) == 0)
		if (by_name(&t->items[at], x) == 0)
			return true;
	return false;
}

/* Which of a[i] and b[k] comes first; 0: they are a pair. */
static int order_of(const struct things *a, size_t i, const struct things *b, size_t k)
{
	int order;

	if (i == a->count || k == b->count)
		return i == a->count ? 1 : -1;
	order = same_name(&a->items[i], &b->items[k]);
	if (order == 0 && is_later(a, i, &b->items[k]))
		return -1;
	return order == 0 && is_later(b, k, &a->items[i]) ? 1 : order;
}

static void put_thing(struct parts *out, enum part_kind kind, const struct thing *a,
	const struct thing *b, int64_t unsure)
{
	const struct thing *is = b ? b : a;
	struct part p = { .kind = kind,
		.layer = is->layer,
		.name = is->name,
		.in_a = a != NULL,
		.in_b = b != NULL,
		.a_bytes = a ? a->bytes : 0,
		.b_bytes = b ? b->bytes : 0,
		.unsure = unsure };

	if (kind == PART_PACKAGE) {
		p.manager = is->manager;
		p.from = a ? a->version : NULL;
		p.to = b ? b->version : NULL;
	}
	if (part_bytes(&p) || !a || !b || (p.from && !str_eq(p.from, p.to)))
		put(out, &p);
}

/* What a path that is not listed may have at most: the least that a cut list names. */
static int64_t unlisted(const struct image *i)
{
	int64_t most = 0;

	for (size_t l = 0; l < i->view_count; l++) {
		const struct layer_contents *c = i->views[l].of;
		int64_t least = c && c->file_count ? c->files[c->file_count - 1].size_bytes : 0;

		if (c && (int64_t)c->file_count < i->views[l].files && least > most)
			most = least;
	}
	return most;
}

static void pair_things(
	const struct image *a, const struct image *b, enum part_kind kind, struct parts *out)
{
	struct things ta = things_of(a, kind), tb = things_of(b, kind);
	int64_t most_a = kind == PART_FILE ? unlisted(a) : 0;
	int64_t most_b = kind == PART_FILE ? unlisted(b) : 0;
	size_t i = 0, k = 0;

	while (i < ta.count || k < tb.count) {
		int order = order_of(&ta, i, &tb, k);

		if (order == 0)
			put_thing(out, kind, &ta.items[i], &tb.items[k], 0);
		else if (order < 0)
			put_thing(out, kind, &ta.items[i], NULL, most_b);
		else
			put_thing(out, kind, NULL, &tb.items[k], most_a);
		i += order <= 0;
		k += order >= 0;
	}
	free(ta.items);
	free(tb.items);
}

void parts_between(const struct image *a, const struct image *b, struct parts *out)
{
	*out = (struct parts){ 0 };
	layers(a, b, out);
	pair_things(a, b, PART_PACKAGE, out);
	pair_things(a, b, PART_FILE, out);
	if (out->count)
		qsort(out->items, out->count, sizeof(*out->items), by_change);
}

void parts_done(struct parts *p)
{
	free(p->items);
	*p = (struct parts){ 0 };
}

void part_name(struct str *s, const struct part *p)
{
	if (p->kind == PART_LAYER)
		str_addf(s, "layer %zu%s%s", p->layer, *p->name ? ", " : "", p->name);
	else if (p->kind == PART_FILE)
		str_add(s, p->name);
	else if (p->from && p->to && !str_eq(p->from, p->to))
		str_addf(s, "%s %s %s → %s", p->manager, p->name, p->from, p->to);
	else
		str_addf(s, "%s %s %s", p->manager, p->name, p->to ? p->to : p->from);
}

static void encoded(struct str *s, const char *text, size_t most)
{
	size_t n = str_cut(text, most);

	term_encode(s, text, n);
	str_add(s, text[n] ? "…" : "");
}

static const char *fate(const struct part *p)
{
	return p->in_a && p->in_b ? "" : p->in_b ? " added" : " removed";
}

static void part_words(struct str *s, const struct part *p, const struct image *b)
{
	_cleanup_(str_done) struct str name = STR_INIT;

	part_name(&name, p);
	if (p->kind == PART_LAYER && p->in_b) {
		str_addf(s, "layer %zu of %zu", p->layer, b->view_count);
		str_add(s, *p->name ? ", " : "");
		encoded(s, p->name, MADE_BY);
		str_addc(s, ',');
	} else {
		str_add(s, p->kind == PART_FILE ? "file " : "");
		encoded(s, str_get(&name), p->kind == PART_LAYER ? MADE_BY : 200);
	}
	/* of a layer it would be said of every one: what makes it moved */
	str_addf(s, "%s ", p->kind == PART_LAYER && p->in_b ? "" : p->unsure ? "" : fate(p));
	figure_difference(s, "By", (double)part_bytes(p));
}

/* The first of its kind that has a share of the change, in its direction. */
static const struct part *mover(const struct parts *p, enum part_kind kind, double total)
{
	for (size_t i = 0; i < p->count; i++) {
		double d = (double)part_bytes(&p->items[i]);

		if (p->items[i].kind != kind || d * total <= 0 ||
			(double)p->items[i].unsure > (d < 0 ? -d : d) * LEAST_SHARE)
			continue;
		return d / total < LEAST_SHARE ? NULL : &p->items[i];
	}
	return NULL;
}

void parts_words(struct str *s, const struct parts *p, const struct image *b, double total)
{
	for (int kind = 0; kind < PART_KINDS; kind++) {
		const struct part *m = mover(p, (enum part_kind)kind, total);

		if (!m)
			continue;
		str_add(s, "; ");
		part_words(s, m, b);
	}
}

void packages_words(struct str *s, const struct parts *p)
{
	size_t named = 0, more = 0;

	for (size_t i = 0; i < p->count; i++) {
		const struct part *x = &p->items[i];
		_cleanup_(str_done) struct str name = STR_INIT;

		if (x->kind != PART_PACKAGE || (x->in_a && x->in_b))
			continue;
		if (named == NAMED) {
			more++;
			continue;
		}
		part_name(&name, x);
		str_add(s, named++ ? ", " : "; ");
		encoded(s, str_get(&name), 200);
		str_add(s, fate(x));
	}
	if (more)
		str_addf(s, ", and %zu more", more);
}
