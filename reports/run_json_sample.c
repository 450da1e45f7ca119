/* A sample as JSON. */
#include <math.h>

#include "base/json.h"
#include "reports/run_json.h"

static json_t *values_json(const struct values *v)
{
	json_t *o = json_object();

	for (int m = 0; m < METRIC_COUNT; m++) {
		if (v->known[m] && isfinite(v->v[m]))
			json_object_set_new(o, metric_table[m].name, number(v->v[m]));
		else if (v->absent[m])
			json_object_set_new(o, metric_table[m].name, absent_json(v->absent[m]));
	}
	return o;
}

static json_t *seconds_or_null(int64_t ns)
{
	return ns < 0 ? json_null() : number((double)ns / 1e9);
}

static json_t *steps_json(const struct steps *steps)
{
	json_t *list = json_array();

	for (size_t i = 0; i < steps->count; i++) {
		const struct step *s = &steps->items[i];
		json_t *o = json_object();

		json_object_set_new(o, "line", s->line ? json_integer(s->line) : json_null());
		json_object_set_new(
			o, "stage", s->stage >= 0 ? json_integer(s->stage) : json_null());
		json_object_set_new(o, "index", json_integer(s->index));
		json_object_set_new(o, "text", text_or_null(s->text));
		json_object_set_new(o, "start_s", seconds_or_null(s->start_ns));
		json_object_set_new(o, "end_s", seconds_or_null(s->end_ns));
		json_object_set_new(o, "cached", json_boolean(s->cached));
		json_object_set_new(o, "failed", json_boolean(s->failed));
		json_object_set_new(o, "ambiguous", json_boolean(s->ambiguous));
		json_array_append_new(list, o);
	}
	return list;
}

static json_t *checks_json(const struct checks *c)
{
	json_t *list = json_array();

	for (size_t i = 0; i < c->fail_count; i++) {
		const struct check_info *info = &check_table[c->fails[i].check];
		json_t *o = json_object();

		json_object_set_new(o, "check", json_string(info->name));
		json_object_set_new(
			o, "class", json_string(info->class == CHECK_VOID ? "void" : "finding"));
		json_object_set_new(o, "text", json_string(info->text));
		json_object_set_new(o, "detail", text_or_null(c->fails[i].detail));
		json_array_append_new(list, o);
	}
	return list;
}

static json_t *inputs_json(const struct sample *s)
{
	json_t *list = json_array();

	for (size_t i = 0; i < s->input_count; i++) {
		json_t *o = json_object();

		add_texts(o, (const struct json_text[]){ { "ref", s->inputs[i].ref },
				     { "digest", s->inputs[i].digest }, { NULL } });
		json_object_set_new(o, "standin", json_boolean(s->inputs[i].standin));
		json_array_append_new(list, o);
	}
	return list;
}

json_t *sample_json(const struct sample *s)
{
	json_t *o = json_object();

	json_object_set_new(o, "ordinal", json_integer(s->ordinal));
	json_object_set_new(o, "block", json_integer(s->block));
	json_object_set_new(o, "kind", json_string(sample_kind_names[s->kind]));
	json_object_set_new(o, "status", json_string(sample_status_names[s->status]));
	json_object_set_new(o, "counts", json_boolean(sample_counts(s)));
	json_object_set_new(o, "start", time_or_null(s->start_unix_ns));
	json_object_set_new(o, "exit_code", json_integer(s->exit_code));
	add_texts(o, (const struct json_text[]){ { "failure", s->failure },
			     { "change", s->change }, { "command", s->command },
			     { "image", s->image.digest },
			     { "import_digest", s->import_digest },
			     { "export_digest", s->export_digest }, { NULL } });
	json_object_set_new(o, "values", values_json(&s->values));
	json_object_set_new(o, "steps", steps_json(&s->steps));
	json_object_set_new(o, "failed_checks", checks_json(&s->checks));
	json_object_set_new(o, "inputs", inputs_json(s));
	return o;
}
