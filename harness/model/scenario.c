#include "model/scenario.h"

void health_done(struct health *h)
{
	free(h->path);
	free(h->user);
	strv_done(&h->exec);
	*h = (struct health){ 0 };
}

const struct health *variant_health(const struct scenario *s, const struct variant *v)
{
	return v->health.limit_ns ? &v->health : &s->health;
}

void variant_done(struct variant *v)
{
	free(v->name);
	free(v->dockerfile);
	free(v->target);
	free(v->platform);
	free(v->compression);
	for (size_t i = 0; i < v->arg_count; i++) {
		free(v->args[i].name);
		free(v->args[i].value);
	}
	free(v->args);
	for (size_t i = 0; i < v->context_count; i++) {
		free(v->contexts[i].name);
		free(v->contexts[i].dir);
	}
	free(v->contexts);
	strv_done(&v->secrets);
	strv_done(&v->ssh);
	health_done(&v->health);
	*v = (struct variant){ 0 };
}

static void edit_spec_done(struct edit_spec *e)
{
	free(e->file);
	free(e->variant);
	free(e->find);
	free(e->text);
	free(e->says);
}

static void claim_cell_done(struct claim_cell *c)
{
	free(c->variant);
	free(c->cache);
	free(c->state);
	free(c->edit);
}

static void claim_done(struct claim *c)
{
	claim_cell_done(&c->of);
	claim_cell_done(&c->than);
	free(c->says);
}

/* What is said about it: claims, health, bases and differences. */
static void said_free(struct scenario *s)
{
	for (size_t i = 0; i < s->claim_count; i++)
		claim_done(&s->claims[i]);
	for (size_t i = 0; i < s->built_count; i++) {
		free(s->built[i].ref);
		free(s->built[i].variant);
		free(s->built[i].before);
		free(s->built[i].after);
	}
	free(s->index.before);
	free(s->index.after);
	for (size_t i = 0; i < s->differs_count; i++) {
		free(s->differs[i].variant);
		strv_done(&s->differs[i].lines);
	}
	free(s->claims);
	free(s->built);
	free(s->differs);
	health_done(&s->health);
	strv_done(&s->tags);
}

const struct built_base *scenario_built(const struct scenario *s, const char *ref)
{
	size_t n = strlen(ref);

	if (str_ends(ref, BY_DIGEST))
		n -= strlen(BY_DIGEST);
	for (size_t i = 0; i < s->built_count; i++)
		if (strlen(s->built[i].ref) == n && strncmp(s->built[i].ref, ref, n) == 0)
			return &s->built[i];
	return NULL;
}

bool scenario_has_catalogue(const struct scenario *s)
{
	for (size_t i = 0; i < s->built_count; i++)
		if (s->built[i].before)
			return true;
	return s->index.before != NULL;
}

const struct variant *built_by(const struct scenario *s, const struct built_base *b)
{
	for (size_t i = 0; i < s->variant_count; i++)
		if (str_eq(s->variants[i].name, b->variant))
			return &s->variants[i];
	for (size_t i = 0; i < s->spare_count; i++)
		if (str_eq(s->spares[i].name, b->variant))
			return &s->spares[i];
	return NULL;
}

void scenario_free(struct scenario *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < s->variant_count; i++)
		variant_done(&s->variants[i]);
	for (size_t i = 0; i < s->edit_count; i++)
		edit_spec_done(&s->edits[i]);
	for (size_t i = 0; i < s->spare_count; i++)
		variant_done(&s->spares[i]);
	free(s->variants);
	free(s->spares);
	free(s->edits);
	free(s->limits);
	free(s->project);
	free(s->name);
	free(s->dir);
	free(s->context);
	free(s->file);
	free(s->claim);
	free(s->program);
	said_free(s);
	strv_done(&s->engines);
	strv_done(&s->caches);
	free(s);
}
