/* Whether two builds of one variant gave the same image: by content, as times and digests never are. */
#include "image/compare.h"
#include "run/private.h"

#define NAMED_MOST 8 /* packages in a sentence */

bool trial_is_compared(const struct trial *t)
{
	return scenario_has_catalogue(t->scenario) && t->pc->cell.cache.mode == CACHE_NONE && !t->makes;
}

static const struct first_image *first_of(const struct trial *t)
{
	const struct loop *l = t->loop;

	for (size_t i = 0; i < l->first_count; i++)
		if (l->firsts[i].scenario == t->pc->scenario && l->firsts[i].variant == t->pc->variant &&
			l->firsts[i].engine == t->pc->engine)
			return &l->firsts[i];
	return NULL;
}

static bool is_edited(const struct trial *t)
{
	return t->slot->kind == SAMPLE_TIMED && t->pc->cell.edit != EDIT_NONE;
}

static void add_package(struct str *s, const struct package_change *p, size_t at)
{
	str_addf(s, "%s%s ", at ? ", " : "", p->name);
	if (p->from && p->to)
		str_addf(s, "%s became %s", p->from, p->to);
	else
		str_addf(s, "%s %s", p->to ? p->to : p->from, p->to ? "came" : "went");
}

/* Which packages are others in the image: foreign text. */
static void say_packages(struct sample *s, const struct comparison *c)
{
	_cleanup_(freep) char *change = s->change;
	struct str said = STR_INIT;

	if (change && *change)
		str_addf(&said, "%s; ", change);
	str_add(&said, "in the image: ");
	for (size_t i = 0; i < c->package_count && i < NAMED_MOST; i++)
		add_package(&said, &c->packages[i], i);
	if (c->package_count > NAMED_MOST)
		str_addf(&said, " and %zu more", c->package_count - NAMED_MOST);
	s->change = str_take(&said);
}

static void compare(struct trial *t, const struct image_view *first, const struct image_view *view)
{
	struct comparison c;

	compare_images(first, view, 0, &c);
	values_set(&t->sample.values, M_IMAGE_CHANGED,
		(double)(c.counts[CHANGE_ADDED] + c.counts[CHANGE_REMOVED] + c.counts[CHANGE_CONTENT]));
	if (c.package_count)
		say_packages(&t->sample, &c);
	comparison_done(&c);
}

void trial_changed(struct trial *t, struct image_view *taken)
{
	_cleanup_(image_view_freep) struct image_view *view = taken;
	const struct first_image *first = first_of(t);
	struct loop *l = t->loop;

	if (!view && first && str_eq(first->view->image.config, t->sample.image.config)) {
		values_set(&t->sample.values, M_IMAGE_CHANGED, 0);
	} else if (!view) {
		values_absent(&t->sample.values, M_IMAGE_CHANGED, "an earlier build left this very image");
	} else if (first) {
		compare(t, first->view, view);
	} else if (!is_edited(t)) {
		*GROW(l->firsts, l->first_count, l->first_room) = (struct first_image){ t->pc->scenario,
			t->pc->variant, t->pc->engine, TAKE_PTR(view) };
		values_absent(&t->sample.values, M_IMAGE_CHANGED,
			"it is the first build of its variant, which the others are compared with");
	} else {
		values_absent(&t->sample.values, M_IMAGE_CHANGED,
			"no build of this run without an edit came before");
	}
}

void firsts_done(struct loop *l)
{
	for (size_t i = 0; i < l->first_count; i++)
		image_view_free(l->firsts[i].view);
	free(l->firsts);
}
