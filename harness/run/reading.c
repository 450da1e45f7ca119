#include "base/file.h"
#include "run/private.h"

struct err *reading_make(const char *path, const struct variant *v, struct reading *out)
{
	_cleanup_(str_done) struct str text = STR_INIT;
	struct reading r = { 0 };

	TRY(file_read(path, DOCKERFILE_CEILING, &text));
	TRY(dockerfile_parse(v->dockerfile, str_get(&text), text.len, &r.dockerfile));
	*out = r;
	return graph_build(out->dockerfile, v->target, v->args, v->arg_count, &out->graph);
}

void reading_done(struct reading *r)
{
	graph_free(r->graph);
	dockerfile_free(r->dockerfile);
	*r = (struct reading){ 0 };
}

static void add_ref(struct strv *out, const char *ref)
{
	if (!strv_has(out, ref))
		strv_add(out, ref);
}

struct err *variant_reading(const struct scenario *s, const struct variant *v, struct reading *out)
{
	_cleanup_(freep) char *path = *v->dockerfile == '/' ? xstrdup(v->dockerfile) :
							       path_join(s->dir, v->dockerfile);

	return reading_make(path, v, out);
}

struct err *variant_base_refs(const struct scenario *s, const struct variant *v, bool frontends,
	struct strv *out)
{
	_cleanup_(reading_done) struct reading r = { 0 };

	TRY(variant_reading(s, v, &r));
	for (size_t i = 0; i < r.graph->bases.count; i++)
		add_ref(out, r.graph->bases.items[i]);
	if (frontends && r.dockerfile->syntax)
		add_ref(out, r.dockerfile->syntax);
	return NULL;
}

/* Those of a variant that no engine builds. */
static struct err *copied_refs(const struct scenario *s, const struct variant *v, bool frontends,
	struct strv *out)
{
	_cleanup_(strv_done) struct strv refs = STRV_INIT;

	TRY(variant_base_refs(s, v, frontends, &refs));
	for (size_t i = 0; i < refs.count; i++)
		if (!scenario_built(s, refs.items[i]))
			add_ref(out, refs.items[i]);
	return NULL;
}

struct err *run_base_refs(struct scenario *const *scenarios, size_t count, bool frontends,
	struct strv *out)
{
	for (size_t s = 0; s < count; s++) {
		TRY(built_check(scenarios[s]));
		for (size_t v = 0; v < scenarios[s]->variant_count; v++)
			TRY(copied_refs(scenarios[s], &scenarios[s]->variants[v], frontends, out));
		for (size_t v = 0; v < scenarios[s]->spare_count; v++)
			TRY(copied_refs(scenarios[s], &scenarios[s]->spares[v], frontends, out));
	}
	return NULL;
}
