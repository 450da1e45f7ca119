/* What is behind a limit that is exceeded: layer, package, file. */
#include "base/str.h"
#include "reports/gate.h"
#include "reports/image_words.h"

#define CAUSES_OF_A_KIND 3
/* A part of the change below this says nothing. */
#define LEAST_SHARE 0.1

const char *const gate_cause_names[] = { "layer", "package", "file", "config" };

/* One row being explained. */
struct cause_of {
	const struct gate *g;
	const struct gate_row *row;
	struct gate_causes *out;
	bool whole; /* no change to explain: what is largest */
	double least;
};

static void put(const struct cause_of *x, const struct gate_cause *c)
{
	struct gate_causes *to = x->out;
	size_t of_kind = 0, at;

	if ((double)c->bytes < x->least)
		return;
	GROW(to->items, to->count, to->room);
	for (at = to->count - 1; at > 0 && (to->items[at - 1].kind > c->kind ||
						   (to->items[at - 1].kind == c->kind &&
							   to->items[at - 1].bytes < c->bytes));
		at--)
		to->items[at] = to->items[at - 1];
	to->items[at] = *c;
	to->items[at].what = xstrdup(c->what);
	for (size_t i = 0; i < to->count; i++) {
		if (to->items[i].kind != c->kind || ++of_kind <= CAUSES_OF_A_KIND)
			continue;
		free(to->items[i].what);
		to->count--;
		memmove(&to->items[i], &to->items[i + 1], (to->count - i) * sizeof(*to->items));
		return;
	}
}

/* What layer i weighs in a metric; 0 where that is not known. */
static int64_t weight(enum metric m, const struct image_view *v, const struct survey *s, size_t i)
{
	const struct survey_layer *l = &s->layers[i];

	switch (m) {
	case M_IMAGE_COMPRESSED:
	case M_PULL_DELTA:
		return i < v->image.layer_count && v->image.layers[i].size_bytes > 0
			       ? v->image.layers[i].size_bytes
			       : 0;
	case M_IMAGE_WASTED:
		return l->wasted;
	case M_IMAGE_VISIBLE:
		return l->content - l->wasted;
	default:
		return l->content;
	}
}

/* The old layer that a new one is the next version of: the same instruction's, and not used yet;
 * -1: none. */
static int predecessor(const struct gate *g, size_t i, bool *used)
{
	_cleanup_(freep) char *words = layer_words(g->new, i);

	if (g->comparison->same_layer[i] >= 0)
		return g->comparison->same_layer[i];
	for (size_t k = 0; k < g->old->layer_count; k++) {
		_cleanup_(freep) char *old = layer_words(g->old, k);

		if (used[k] || !*words || !str_eq(words, old))
			continue;
		used[k] = true;
		return (int)k;
	}
	return -1;
}

static bool *shared_layers(const struct gate *g)
{
	bool *used = xcalloc((g->old ? g->old->layer_count : 0) + 1, sizeof(*used));

	for (size_t i = 0; g->old && i < g->new->layer_count; i++)
		if (g->comparison->same_layer[i] >= 0)
			used[g->comparison->same_layer[i]] = true;
	return used;
}

static void layers(const struct cause_of *x)
{
	const struct gate *g = x->g;
	enum metric m = x->row->metric;
	_cleanup_(freep) bool *used = shared_layers(g);

	for (size_t i = 0; i < g->new->layer_count; i++) {
		int old = x->whole || !g->old ? -1 : predecessor(g, i, used);
		_cleanup_(freep) char *words = layer_words(g->new, i);
		struct gate_cause c = {
			.kind = GATE_LAYER,
			.what = words,
			.label = "layer",
			.layer = (int)i + 1,
			.bytes = weight(m, g->new, &g->survey_new, i),
		};

		if (m == M_PULL_DELTA && g->old && g->comparison->same_layer[i] >= 0)
			continue;
		if (old >= 0 && m != M_PULL_DELTA)
			c.bytes -= weight(m, g->old, &g->survey_old, (size_t)old);
		put(x, &c);
	}
}

/* What a package or file weighs in a packed layer is not known. */
static bool is_packed(enum metric m)
{
	return m == M_IMAGE_COMPRESSED || m == M_PULL_DELTA;
}

static void package(const struct cause_of *x, const struct package_change *p)
{
	_cleanup_(str_done) struct str what = STR_INIT;

	if (p->from && p->to)
		str_addf(&what, "%s %s → %s", p->name, p->from, p->to);
	else
		str_addf(&what, "%s %s%s", p->name, p->to, x->whole ? "" : " added");
	put(x, &(struct gate_cause){ GATE_PACKAGE, (char *)str_get(&what),
		       package_manager_names[p->manager], 0, p->b_bytes - p->a_bytes, p->b_files,
		       is_packed(x->row->metric) });
}

static void packages(const struct cause_of *x)
{
	const struct packages *all = &x->g->new->packages;
	const struct comparison *c = x->g->comparison;

	for (size_t i = 0; x->whole && i < all->count; i++)
		package(x, &(struct package_change){ .manager = all->items[i].manager,
				   .name = all->items[i].name,
				   .to = all->items[i].version,
				   .b_bytes = all->items[i].bytes,
				   .b_files = all->items[i].files });
	for (size_t i = 0; !x->whole && i < c->package_count; i++)
		if (c->packages[i].to && (x->row->metric != M_IMAGE_PACKAGES || !c->packages[i].from))
			package(x, &c->packages[i]);
}

static void file(const struct cause_of *x, const char *path, uint16_t layer, int64_t bytes)
{
	put(x, &(struct gate_cause){ GATE_FILE, (char *)path, "file",
		       layer == NO_LAYER ? 0 : layer + 1, bytes, 0,
		       is_packed(x->row->metric) });
}

static void files(const struct cause_of *x)
{
	const struct ranking *all = &x->g->survey_new.files;
	const struct comparison *c = x->g->comparison;

	for (size_t i = 0; x->whole && i < all->count; i++)
		file(x, all->items[i].path, all->items[i].layer, all->items[i].bytes);
	for (size_t i = 0; !x->whole && i < c->count; i++)
		file(x, c->items[i].path, c->items[i].b_layer,
			c->items[i].b_bytes - c->items[i].a_bytes);
}

/* Files that are hidden, and were not, or not so many bytes. */
static void hidden_files(const struct cause_of *x)
{
	const struct ranking *new = &x->g->survey_new.hidden, *old = &x->g->survey_old.hidden;

	for (size_t i = 0; i < new->count; i++) {
		int64_t bytes = new->items[i].bytes;

		for (size_t k = 0; !x->whole && k < old->count; k++)
			if (str_eq(old->items[k].path, new->items[i].path))
				bytes -= old->items[k].bytes;
		file(x, new->items[i].path, new->items[i].layer, bytes);
	}
}

static bool has_notice(const struct notices *n, const char *path)
{
	for (size_t i = 0; i < n->count; i++)
		if (str_eq(n->items[i].path, path))
			return true;
	return false;
}

static void setuid_files(const struct cause_of *x)
{
	const struct notices *new = &x->g->survey_new.notices[NOTABLE_SETUID],
			     *old = &x->g->survey_old.notices[NOTABLE_SETUID];

	for (size_t i = 0; i < new->count; i++)
		if (x->whole || !has_notice(old, new->items[i].path))
			file(x, new->items[i].path, new->items[i].layer, 0);
}

static void user(const struct cause_of *x)
{
	const char *now = x->g->new->config.user;
	_cleanup_(freep) char *what = xasprintf("USER is %s", now && *now ? now : "not set");

	put(x, &(struct gate_cause){ GATE_CONFIG, what, "config", 0, 0, 0 });
}

void gate_explain(const struct gate *g, const struct gate_row *r, struct gate_causes *out)
{
	bool bytes = str_eq(metric_table[r->metric].unit, "By"),
	     pull = r->metric == M_PULL_DELTA && g->comparison;
	struct cause_of x = { g, r, out, !g->comparison || (!pull && r->b <= r->a), 0 };
	double change = x.whole || pull ? r->b : r->b - r->a;

	x.least = bytes ? LEAST_SHARE * change : 0;
	if (bytes)
		x.least = x.least > 1 ? x.least : 1;
	if (r->metric == M_IMAGE_SETUID) {
		setuid_files(&x);
	} else if (r->metric == M_IMAGE_ROOT_USER) {
		user(&x);
	} else if (r->metric == M_IMAGE_WASTED) {
		layers(&x);
		hidden_files(&x);
	} else if (bytes) {
		layers(&x);
		packages(&x);
		files(&x);
	} else if (r->metric == M_IMAGE_PACKAGES) {
		packages(&x);
	}
}

void gate_causes_done(struct gate_causes *c)
{
	for (size_t i = 0; i < c->count; i++)
		free(c->items[i].what);
	free(c->items);
	*c = (struct gate_causes){ 0 };
}
