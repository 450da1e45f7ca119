/* tare plan: cells, order and estimated time; builds nothing. */
#include "base/clock.h"
#include "base/json.h"
#include "base/term.h"
#include "cmd/ask.h"
#include "cmd/watch.h"
#include "reports/reports.h"

static const struct opt plan_table[] = { ASK_OPTIONS, { OPT_END } };

static const struct opts plan_opts = { "plan", "show the cells, their order and the time they take",
	"[DIR|SCENARIO...] [OPTIONS]",
	"Takes the options of tare run that say what is built, and builds nothing.", plan_table };

struct planning {
	struct ask ask;
	struct scenarios scenarios;
	struct engines engines;
	struct plan *plan;
	struct store *store; /* NULL: nothing was measured yet */
};

static void planning_done(struct planning *p)
{
	plan_free(p->plan);
	store_close(p->store);
	engines_done(&p->engines);
	scenarios_done(&p->scenarios);
	opts_done(&plan_opts, &p->ask);
}

static double expected_s(const struct planning *p, const struct cell *c)
{
	double s = -1;

	if (p->store)
		err_free(store_expected_wall(p->store, c, &s));
	return s;
}

static void add_row(struct table *tb, const struct planning *p, const struct cell *c)
{
	_cleanup_(str_done) struct str time = STR_INIT;
	double s = expected_s(p, c);
	const char *cells[] = { c->scenario, c->variant, c->engine, cache_name(c->cache),
		state_names[c->state], edit_names[c->edit], output_names[c->output], NULL, NULL };

	if (s >= 0)
		duration_show(&time, (int64_t)(s * 1e9));
	cells[7] = str_get(&time);
	cells[8] = c->unsupported ? c->unsupported : "";
	table_row(tb, cells);
}

static struct err *print_cells(const struct planning *p)
{
	struct table *tb = table_new(term_of(stdout));
	static const char *const titles[] = { "scenario", "variant", "engine", "cache", "state", "edit",
		"output" };

	for (size_t i = 0; i < ARRAY_SIZE(titles); i++)
		table_column(tb, titles[i], false, false);
	table_column(tb, "expected", true, false);
	table_column(tb, "unsupported", false, true);
	for (size_t i = 0; i < p->plan->cell_count; i++)
		add_row(tb, p, &p->plan->cells[i].cell);
	return table_print(tb, stdout);
}

static void print_order(const struct planning *p)
{
	int block = -1;

	printf("\nOrder, seed %llu:\n", (unsigned long long)p->plan->spec.seed);
	for (size_t i = 0; i < p->plan->slot_count; i++) {
		const struct plan_slot *s = &p->plan->slots[i];
		const struct cell *c = &p->plan->cells[s->cell].cell;

		if (s->block != block)
			printf(" block %d\n", s->block + 1);
		block = s->block;
		printf("  %3zu  %s  %s  %s  %s\n", i + 1, c->variant, c->engine, cache_name(c->cache),
			s->kind == SAMPLE_PRIME ? "prime" : edit_names[c->edit]);
	}
}

static void print_time(const struct planning *p)
{
	_cleanup_(str_done) struct str s = STR_INIT;
	double seconds = p->store ? plan_expected_s(p->store, p->plan) : -1;

	if (seconds >= 0)
		duration_show(&s, (int64_t)(seconds * 1e9));
	if (p->plan->spec.until_decided)
		printf("\nUntil %zu of these are decided against their reference, %d to %d blocks; each:",
			p->plan->comparison_count, PAIRS_LEAST, MAX_PAIRS);
	printf("\n%zu builds, %s%s\n", plan_total(p->plan),
		seconds >= 0 ? "about " : "no time known yet: some of these cells were never built",
		str_get(&s));
}

static json_t *cell_json(const struct planning *p, const struct cell *c)
{
	double s = expected_s(p, c);
	json_t *j = json_pack("{s:o, s:o, s:s, s:s, s:s, s:s, s:s}", "scenario",
		json_bytes(c->scenario), "variant", json_bytes(c->variant), "engine", c->engine,
		"cache", cache_name(c->cache), "state", state_names[c->state], "edit",
		edit_names[c->edit], "output", output_names[c->output]);

	json_object_set_new(j, "expected_s", s >= 0 ? json_real(s) : json_null());
	json_object_set_new(j, "unsupported", c->unsupported ? json_bytes(c->unsupported) : json_null());
	return j;
}

static struct err *print_json(const struct planning *p)
{
	json_t *cells = json_array(), *order = json_array();

	for (size_t i = 0; i < p->plan->cell_count; i++)
		json_array_append_new(cells, cell_json(p, &p->plan->cells[i].cell));
	for (size_t i = 0; i < p->plan->slot_count; i++) {
		const struct plan_slot *s = &p->plan->slots[i];

		json_array_append_new(order, json_pack("{s:i, s:i, s:s}", "cell", (int)s->cell, "block",
						     s->block, "kind", sample_kind_names[s->kind]));
	}
	return json_print(json_pack("{s:I, s:o, s:o}", "seed", (json_int_t)p->plan->spec.seed, "cells",
				  cells, "order", order),
		stdout);
}

static void open_store(struct planning *p)
{
	_cleanup_(freep) char *path = store_where(p->ask.db);

	err_free(store_open(path, STORE_READ, &p->store)); /* without history there is no estimate */
}

static struct err *plan_main(int argc, char **argv)
{
	_cleanup_(planning_done) struct planning p = { 0 };
	struct plan_spec spec;

	TRY(opts_parse(&plan_opts, &p.ask, argc, argv));
	TRY(ask_spec(&p.ask, &spec));
	TRY(ask_scenarios(&p.ask, &p.scenarios));
	TRY(engines_choose(&p.ask.engines, &p.engines));
	TRY(ask_plan(&spec, &p.scenarios, &p.engines, &p.plan));
	open_store(&p);
	if (p.ask.json)
		return print_json(&p);
	TRY(print_cells(&p));
	if (!p.ask.quiet)
		print_order(&p);
	print_time(&p);
	return p.engines.unusable ? TAKE_PTR(p.engines.unusable) : NULL;
}

const struct command command_plan = { &plan_opts, plan_main };
