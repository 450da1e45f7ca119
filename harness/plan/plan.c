#include "base/file.h"
#include "plan/private.h"

#define DOCKERFILE_CEILING (1u << 20)
#define SAMPLES_DEFAULT	   3

struct err *variant_has_mounts(const struct scenario *s, const struct variant *v, bool *out)
{
	_cleanup_(freep) char *path = path_join(s->dir, v->dockerfile);
	_cleanup_(str_done) struct str text = STR_INIT;
	_cleanup_(dockerfile_freep) struct dockerfile *d = NULL;
	_cleanup_(graph_freep) struct df_graph *g = NULL;

	TRY(file_read(*v->dockerfile == '/' ? v->dockerfile : path, DOCKERFILE_CEILING, &text));
	TRY(dockerfile_parse(v->dockerfile, str_get(&text), text.len, &d));
	TRY(graph_build(d, v->target, v->args, v->arg_count, &g));
	*out = false;
	for (size_t i = 0; i < g->count; i++)
		*out |= g->steps[i].cache_mount;
	return NULL;
}

static struct err *expand(struct plan *p, struct scenario *const *scenarios, size_t scenario_count,
	const struct plan_engine *engines, size_t engine_count, plan_cannot cannot)
{
	for (size_t s = 0; s < scenario_count; s++)
		for (size_t v = 0; v < scenarios[s]->variant_count; v++) {
			bool mounts;

			TRY(variant_has_mounts(scenarios[s], &scenarios[s]->variants[v], &mounts));
			expand_variant(p, scenarios[s], s, v, mounts, engines, engine_count, cannot);
		}
	return NULL;
}

static struct err *nothing_left(const struct plan *p)
{
	const char *why = p->cell_count ? p->cells[0].cell.unsupported : NULL;

	return err_next(err_new(ERR_INPUT, "nothing of what was asked for can be built%s%s",
				why ? ": " : "", why ? why : ""),
		"tare plan shows every cell with its reason");
}

static bool has_rivals(const struct plan *p)
{
	for (size_t i = 0; i < p->cell_count; i++)
		if (p->cells[i].variant)
			return true;
	return false;
}

/* A comparison is asked for where a scenario has several variants, or several cache modes were
 * named: without a number of samples it is built until decided. */
static bool asks_to_compare(const struct plan *p, const struct plan_spec *asked)
{
	return has_rivals(p) || asked->cache_all || asked->cache_count > 1;
}

static struct err *how_many(
	struct plan *p, const struct plan_spec *asked, struct scenario *const *scenarios)
{
	struct plan_spec *s = &p->spec;

	if (!asked->samples && !asked->until_decided)
		s->until_decided = asks_to_compare(p, asked);
	if (s->until_decided) {
		compare_cells(p);
		compare_claims(p, scenarios);
	}
	if (asked->until_decided && !p->comparison_count)
		return err_next(err_new(ERR_INPUT, "nothing can be decided: there is one cell, or "
						   "none that the others are compared with"),
			"--samples N, or more of --variant, --cache, --engine");
	s->until_decided = p->comparison_count > 0;
	if (!s->samples)
		s->samples = SAMPLES_DEFAULT;
	return NULL;
}

struct err *plan_new(const struct plan_spec *spec, struct scenario *const *scenarios,
	size_t scenario_count, const struct plan_engine *engines, size_t engine_count,
	plan_cannot cannot, struct plan **out)
{
	_cleanup_(plan_freep) struct plan *p = NEW(struct plan);

	p->spec = *spec;
	spec_defaults(&p->spec, scenarios, scenario_count);
	TRY(expand(p, scenarios, scenario_count, engines, engine_count, cannot));
	TRY(how_many(p, spec, scenarios));
	lay_out(p);
	if (!p->slot_count)
		return nothing_left(p);
	*out = TAKE_PTR(p);
	return NULL;
}

void plan_free(struct plan *p)
{
	if (!p)
		return;
	for (size_t i = 0; i < p->cell_count; i++)
		cell_done(&p->cells[i].cell);
	free(p->cells);
	free(p->slots);
	free(p->comparisons);
	free(p);
}
