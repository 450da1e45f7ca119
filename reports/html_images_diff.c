/* The difference between two images: layer, package, file. */
#include <math.h>

#include "reports/contents.h"
#include "reports/html_parts.h"

#define PARTS_SHOWN 15 /* of a kind */

static bool has_layer(const struct image *i, const char *digest)
{
	for (size_t k = 0; k < i->layer_count; k++)
		if (str_eq(i->layers[k].digest, digest))
			return true;
	return strv_has(&i->diff_ids, digest);
}

/* "3 of 5 layers are the same": by the digests that both have. */
static void shared_words(struct str *s, const struct image *a, const struct image *b)
{
	bool diffs = a->diff_ids.count && b->diff_ids.count;
	size_t all = diffs ? b->diff_ids.count : b->layer_count, shared = 0;

	for (size_t k = 0; k < all; k++)
		shared += has_layer(a, diffs ? b->diff_ids.items[k] : b->layers[k].digest);
	str_addf(s, "%zu of %zu layers %s the same", shared, all, shared == 1 ? "is" : "are");
}

static void part_row(struct str *s, const struct part *p, const char *const *columns)
{
	static const char *const kinds[] = { "layer", "package", "file" };
	_cleanup_(str_done) struct str name = STR_INIT, a = STR_INIT, b = STR_INIT, d = STR_INIT;

	part_name(&name, p);
	if (p->in_a)
		figure_bytes(&a, (double)p->a_bytes);
	else
		str_add(&a, p->unsure ? "not listed" : "–");
	if (p->in_b)
		figure_bytes(&b, (double)p->b_bytes);
	else
		str_add(&b, p->unsure ? "not listed" : "–");
	str_add(&d, p->unsure && part_bytes(p) > 0 ? "at most " : "");
	figure_difference(&d, "By", (double)part_bytes(p));
	html_row(s,
		(const char *const[]){
			str_get(&name), str_get(&d), str_get(&a), str_get(&b), kinds[p->kind] },
		columns);
}

static void part_table(struct str *s, const struct parts *p)
{
	static const char *const columns[] = { "+what", "#change", "#before", "#after", "kind",
		NULL };
	size_t shown[PART_KINDS] = { 0 };

	html_table(s, "what differs", columns);
	for (size_t i = 0; i < p->count; i++)
		if (shown[p->items[i].kind]++ < PARTS_SHOWN)
			part_row(s, &p->items[i], columns);
	html_table_end(s);
}

/* Whose image the other is: the same cell's before, or another variant's. */
static void other_words(struct str *s, const struct cell_sum *a, const struct cell_sum *b)
{
	str_add(s, "Against ");
	if (a->cell->id == b->cell->id)
		str_add(s, "the run before");
	else
		cell_name(s, a->cell);
	str_add(s, ": ");
}

void html_image_difference(struct str *s, const struct cell_sum *a, const struct cell_sum *b)
{
	const struct image *ia = &a->typical->image, *ib = &b->typical->image;
	_cleanup_(parts_done) struct parts p = { 0 };
	_cleanup_(str_done) struct str text = STR_INIT;
	double total = (double)(ib->size_bytes - ia->size_bytes);
	bool known = ia->size_bytes >= 0 && ib->size_bytes >= 0;

	parts_between(ia, ib, &p);
	other_words(&text, a, b);
	shared_words(&text, ia, ib);
	if (known && fabs(total) >= 1) {
		str_add(&text, "; ");
		figure_difference(&text, "By", total);
		str_add(&text, " of content");
		parts_words(&text, &p, ib, total);
	} else if (known) {
		str_add(&text, "; as many bytes of content");
	}
	str_addc(&text, '.');
	html_sentence(s, NULL, str_get(&text));
	if (p.count && contents_known(ia, ib))
		part_table(s, &p);
}
