/* A run as JSON; reports/run.schema.json describes it. Keys are stable: what is read by others is
 * added to, never renamed. */
#include "base/json.h"
#include "reports/answer.h"
#include "reports/notes.h"
#include "reports/reports.h"
#include "reports/run_json.h"

static json_t *facts_json(const struct facts *f)
{
	json_t *o = json_object();

	for (size_t i = 0; i < f->count; i++)
		json_object_set_new(o, f->items[i].key, json_bytes(f->items[i].value));
	return o;
}

static json_t *run_json(const struct run *r)
{
	char name[7];
	json_t *o = json_object();

	json_object_set_new(o, "id", json_string(r->uuid));
	json_object_set_new(o, "name", json_string(run_short(r, name)));
	json_object_set_new(o, "start", time_or_null(r->start_unix_ns));
	json_object_set_new(o, "end", time_or_null(r->end_unix_ns));
	add_texts(o, (const struct json_text[]){ { "project", r->project },
			     { "commit", r->commit }, { "merge_base", r->merge_base },
			     { "branch", r->branch }, { "ci_job", r->ci_job }, { "tag", r->tag },
			     { "version", r->version }, { "command", r->command }, { NULL } });
	json_object_set_new(o, "dirty", json_boolean(r->dirty));
	/* as text: a seed has 64 bits, a reader's numbers may have 53 */
	_cleanup_(freep) char *seed = xasprintf("%llu", (unsigned long long)r->seed);

	json_object_set_new(o, "seed", json_string(seed));
	return o;
}

static json_t *engines_json(const struct run *r)
{
	json_t *list = json_array();

	for (size_t i = 0; i < r->engine_count; i++) {
		const struct engine_facts *e = &r->engines[i];
		json_t *o = json_object();

		json_object_set_new(o, "engine", json_bytes(e->engine));
		add_texts(o, (const struct json_text[]){ { "version", e->version },
				     { "storage_driver", e->storage_driver },
				     { "network", e->network }, { NULL } });
		json_object_set_new(o, "rootless", json_boolean(e->rootless));
		json_object_set_new(o, "more", facts_json(&e->more));
		json_array_append_new(list, o);
	}
	return list;
}

/* The list of runs needs no more of each than itself. */
struct err *report_runs_json(struct store *st, size_t limit, json_t **out)
{
	struct run **runs;
	size_t count;
	json_t *list;

	TRY(store_runs(st, limit, &runs, &count));
	list = json_array();
	for (size_t i = 0; i < count; i++)
		json_array_append_new(list, run_json(runs[i]));
	runs_free(runs, count);
	*out = json_object();
	json_object_set_new(*out, "schema", json_integer(1));
	json_object_set_new(*out, "runs", list);
	return NULL;
}

json_t *estimate_json(const struct estimate *e, const char *unit)
{
	json_t *o = json_object();

	if (!e->known) {
		json_decref(o);
		return json_null();
	}
	json_object_set_new(o, "unit", json_string(unit));
	json_object_set_new(o, "estimate", number(e->at));
	json_object_set_new(o, "low", number(e->low));
	json_object_set_new(o, "high", number(e->high));
	json_object_set_new(o, "high_open", json_boolean(e->high_open));
	json_object_set_new(o, "interval", json_string(e->is_range ? "range" : "95 %"));
	json_object_set_new(o, "n", json_integer((json_int_t)e->n));
	return o;
}

static json_t *metrics_json(const struct cell_sum *c)
{
	json_t *o = json_object();

	for (int m = 0; m < METRIC_COUNT; m++) {
		const struct metric_info *info = &metric_table[m];

		if (c->metrics[m].known)
			json_object_set_new(
				o, info->name, estimate_json(&c->metrics[m], info->unit));
		else if (m == M_BUILD_WALL && c->timeouts)
			json_object_set_new(o, info->name,
				absent_json("the median is a build ended at its time limit"));
		else if (c->absent[m])
			json_object_set_new(o, info->name, absent_json(c->absent[m]));
	}
	return o;
}

static json_t *samples_json(const struct run_summary *rs, const struct cell_sum *c)
{
	json_t *list = json_array();

	for (size_t i = 0; i < rs->sample_count; i++)
		if (rs->samples[i].cell_id == c->cell->id)
			json_array_append_new(list, sample_json(&rs->samples[i]));
	return list;
}

static json_t *cell_steps_json(const struct cell_sum *c)
{
	json_t *o;

	if (!c->steps)
		return json_null();
	o = json_object();
	json_object_set_new(o, "cached", json_integer((json_int_t)c->cached));
	json_object_set_new(o, "total", json_integer((json_int_t)c->steps));
	json_object_set_new(o, "cached_low", json_integer((json_int_t)c->cached_low));
	json_object_set_new(o, "cached_high", json_integer((json_int_t)c->cached_high));
	return o;
}

static json_t *pays_json(const struct cell_sum *c)
{
	static const char *const words[] = { [PAYS_UNKNOWN] = "unknown",
		[PAYS_AFTER] = "after",
		[PAYS_TIE] = "tie",
		[PAYS_NEVER] = "never" };
	json_t *o = json_object();

	json_object_set_new(o, "is", json_string(words[c->pays]));
	json_object_set_new(o, "builds", c->pays == PAYS_AFTER ? number(c->builds) : json_null());
	return o;
}

static json_t *notes_json(const struct run_summary *rs, const struct cell_sum *c)
{
	_cleanup_(notes_done) struct notes n = { 0 };
	_cleanup_(strv_done) struct strv all = STRV_INIT;
	struct cell_notes at;

	notes_of(&n, rs, c, notes_all, &at);
	for (size_t i = 0; i < n.count; i++) {
		struct str s = STR_INIT;

		note_show(&s, &n, i);
		strv_own(&all, str_take(&s));
	}
	return json_texts(&all);
}

static void add_cell_words(json_t *o, const struct cell *c)
{
	json_t *link = json_object();

	add_texts(o, (const struct json_text[]){ { "project", c->project },
			     { "scenario", c->scenario }, { "variant", c->variant },
			     { "engine", c->engine }, { NULL } });
	json_object_set_new(o, "cache", json_string(cache_name(c->cache)));
	json_object_set_new(o, "state", json_string(state_names[c->state]));
	json_object_set_new(o, "edit", json_string(edit_names[c->edit]));
	json_object_set_new(o, "output", json_string(output_names[c->output]));
	json_object_set_new(link, "rtt_s", number((double)c->link.rtt_ns / 1e9));
	json_object_set_new(link, "rate_By_s", number((double)c->link.rate_bytes_s));
	json_object_set_new(o, "link", link);
	json_object_set_new(o, "unsupported", text_or_null(c->unsupported));
}

static json_t *cell_json(const struct run_summary *rs, const struct cell_sum *c)
{
	json_t *o = json_object();

	add_cell_words(o, c->cell);
	json_object_set_new(o, "n", json_integer((json_int_t)c->n));
	json_object_set_new(o, "void", json_integer((json_int_t)c->voids));
	json_object_set_new(o, "findings", json_integer((json_int_t)c->findings));
	json_object_set_new(o, "failures", json_integer((json_int_t)c->failures));
	json_object_set_new(o, "timeouts", json_integer((json_int_t)c->timeouts));
	json_object_set_new(o, "limit_s", c->timeouts ? number(c->limit_s) : json_null());
	json_object_set_new(o, "primes", json_integer((json_int_t)c->primes));
	json_object_set_new(o, "has_row", json_boolean(c->has_row));
	json_object_set_new(o, "prime_failures", json_integer((json_int_t)c->prime_failures));
	json_object_set_new(o, "standin", json_boolean(c->standin));
	json_object_set_new(o, "metrics", metrics_json(c));
	json_object_set_new(o, "steps", cell_steps_json(c));
	json_object_set_new(o, "prime", estimate_json(&c->prime, "s"));
	json_object_set_new(o, "gain", estimate_json(&c->gain, "s"));
	json_object_set_new(o, "ratio", estimate_json(&c->ratio, "1"));
	json_object_set_new(o, "against_edit",
		c->cold ? json_string(edit_names[c->cold->cell->edit]) : json_null());
	json_object_set_new(o, "pays", pays_json(c));
	json_object_set_new(o, "notes", notes_json(rs, c));
	json_object_set_new(o, "samples", samples_json(rs, c));
	return o;
}

static json_t *remarks_json(const struct run_summary *rs)
{
	_cleanup_(strv_done) struct strv all = STRV_INIT;
	size_t count;
	struct void_remark *voids = run_voids(rs, &count);

	run_remarks(rs, &all);
	for (size_t i = 0; i < count; i++)
		strv_addf(&all, "%s (%s)", voids[i].what, voids[i].at);
	void_remarks_free(voids, count);
	return json_texts(&all);
}

static json_t *answers_json(const struct run_summary *rs)
{
	_cleanup_(strv_done) struct strv all = STRV_INIT;

	run_answers(rs, false, &all);
	return json_texts(&all);
}

json_t *report_no_run_json(void)
{
	return json_pack("{s:i, s:n, s:{}, s:[], s:[], s:[], s:[], s:[]}", "schema", 1, "run",
		"environment", "engines", "cells", "comparisons", "remarks", "answer");
}

struct err *report_run_json(struct store *st, const struct run *run, json_t **out)
{
	_cleanup_(summary_freep) struct run_summary *rs = NULL;
	json_t *o, *cells;

	TRY(summary_load(st, run, &rs));
	cells = json_array();
	for (size_t i = 0; i < rs->count; i++)
		json_array_append_new(cells, cell_json(rs, &rs->cells[i]));
	o = json_object();
	json_object_set_new(o, "schema", json_integer(1));
	json_object_set_new(o, "run", run_json(run));
	json_object_set_new(o, "environment", facts_json(&run->env));
	json_object_set_new(o, "engines", engines_json(run));
	json_object_set_new(o, "cells", cells);
	json_object_set_new(o, "comparisons", decided_json(rs));
	json_object_set_new(o, "remarks", remarks_json(rs));
	json_object_set_new(o, "answer", answers_json(rs));
	*out = o;
	return NULL;
}
