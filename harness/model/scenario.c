#include "model/scenario.h"

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

void scenario_free(struct scenario *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < s->variant_count; i++)
		variant_done(&s->variants[i]);
	for (size_t i = 0; i < s->edit_count; i++)
		edit_spec_done(&s->edits[i]);
	free(s->variants);
	free(s->edits);
	free(s->limits);
	free(s->project);
	free(s->name);
	free(s->dir);
	free(s->context);
	free(s->file);
	free(s->claim);
	strv_done(&s->engines);
	strv_done(&s->caches);
	free(s);
}
