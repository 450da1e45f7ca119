/* What a report knows beyond its leading run, as JSON: every point of every series. */
#include <math.h>

#include "base/json.h"
#include "reports/report.h"
#include "reports/reports.h"
#include "reports/run_json.h"

static json_t *news_json(const struct news *n)
{
	static const char *const kinds[] = {
		[NEWS_LOSS] = "loss", [NEWS_FINDING] = "finding", [NEWS_GAIN] = "gain"
	};
	json_t *o = json_object();

	json_object_set_new(o, "kind", json_string(kinds[n->kind]));
	json_object_set_new(o, "word", json_string(n->word));
	add_texts(o, (const struct json_text[]){ { "where", n->where }, { "text", n->text },
			     { "proof", n->proof }, { NULL } });
	return o;
}

static json_t *run_point(const struct history *h, const struct track_run *r)
{
	json_t *o = json_object(), *values = json_object();

	json_object_set_new(o, "run", json_string(r->of->run->uuid));
	json_object_set_new(o, "start", time_or_null(r->of->run->start_unix_ns));
	add_texts(o, (const struct json_text[]){ { "commit", r->of->run->commit },
			     { "branch", r->of->run->branch },
			     { "machine", h->machines.items[r->of->machine] },
			     { "moved", r->marker }, { NULL } });
	json_object_set_new(o, "n", json_integer((json_int_t)r->n));
	json_object_set_new(o, "void", json_integer((json_int_t)r->voids));
	json_object_set_new(o, "failures", json_integer((json_int_t)r->failures));
	json_object_set_new(o, "finding", json_boolean(r->finding));
	for (int k = 0; k < HEADLINES; k++)
		if (r->v[k].n)
			json_object_set_new(values, headline_table[k].name,
				estimate_json(&r->v[k], headline_table[k].unit));
	json_object_set_new(o, "values", values);
	return o;
}

static json_t *change_json(const struct track *t, const struct line *l, const struct change *c)
{
	json_t *o = json_object();
	const struct run *before = t->runs[c->before].of->run, *at = t->runs[c->at].of->run;

	json_object_set_new(o, "metric", json_string(headline_table[l->headline].name));
	json_object_set_new(o, "before", json_string(before->uuid));
	json_object_set_new(o, "at", json_string(at->uuid));
	json_object_set_new(o, "ratio", number(exp(c->effect.at)));
	json_object_set_new(o, "low", c->effect.known ? number(exp(c->effect.low)) : json_null());
	json_object_set_new(o, "high", c->effect.known ? number(exp(c->effect.high)) : json_null());
	json_object_set_new(o, "difference", number(c->total));
	json_object_set_new(o, "step", text_or_null(c->step));
	json_object_set_new(o, "step_s", c->step ? number(c->step_s) : json_null());
	json_object_set_new(o, "suspect", text_or_null(c->suspect));
	return o;
}

static json_t *track_json(const struct history *h, const struct track *t)
{
	json_t *o = json_object(), *runs = json_array(), *changes = json_array();
	_cleanup_(str_done) struct str name = STR_INIT;

	cell_name(&name, t->cell->cell);
	json_object_set_new(o, "cell", json_bytes(str_get(&name)));
	json_object_set_new(o, "standin", json_boolean(t->standin));
	for (size_t i = 0; i < t->count; i++)
		json_array_append_new(runs, run_point(h, &t->runs[i]));
	for (size_t i = 0; i < t->line_count; i++)
		for (size_t k = 0; k < t->lines[i].change_count; k++)
			json_array_append_new(
				changes, change_json(t, &t->lines[i], &t->lines[i].changes[k]));
	json_object_set_new(o, "runs", runs);
	json_object_set_new(o, "changes", changes);
	return o;
}

void report_json(const struct report *r, json_t *into)
{
	json_t *news = json_array(), *trends = json_array();

	for (size_t i = 0; i < r->news_count; i++)
		json_array_append_new(news, news_json(&r->news[i]));
	for (size_t i = 0; i < r->history.count; i++)
		json_array_append_new(trends, track_json(&r->history, &r->history.tracks[i]));
	json_object_set_new(into, "news", news);
	json_object_set_new(into, "trends", trends);
}
