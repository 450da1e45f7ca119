#include "run/private.h"

bool trial_is_fresh(const struct trial *t)
{
	return t->slot->kind == SAMPLE_PRIME || t->pc->cell.state == STATE_COLD ||
	       t->pc->cell.cache.mode != CACHE_STORE;
}

bool trial_is_warm(const struct trial *t)
{
	return t->slot->kind == SAMPLE_TIMED && t->pc->cell.state == STATE_WARM;
}

bool trial_is_updated(const struct trial *t)
{
	return t->slot->kind == SAMPLE_TIMED && t->pc->cell.edit == EDIT_CATALOGUE;
}

bool trial_primes(const struct trial *t)
{
	return t->slot->kind == SAMPLE_PRIME ||
	       (t->pc->cell.state == STATE_COLD && t->pc->cell.cache.mode != CACHE_NONE);
}

void trial_done(struct trial *t)
{
	for (size_t i = 0; t->why && i < t->now.graph->count; i++)
		free(t->why[i]);
	free(t->why);
	free(t->busted);
	free(t->bases);
	reading_done(&t->now);
	free(t->root);
	free(t->tag);
	free(t->import_ref);
	free(t->export_ref);
	strv_done(&t->marks[0]);
	strv_done(&t->marks[1]);
	scope_done(&t->scope);
	usage_done(&t->cost);
	err_free(t->image_error);
	found_done(&t->found);
	sample_done(&t->sample);
}
