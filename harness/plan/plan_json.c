/* The plan as JSON, for a run that is resumed. */
#include "base/json.h"
#include "plan/private.h"

#define PLAN_VERSION 1

static json_t *words_json(const struct strv *words)
{
	json_t *list = json_array();

	for (size_t i = 0; i < words->count; i++)
		json_array_append_new(list, json_bytes(words->items[i]));
	return list;
}

static json_t *caches_json(const struct plan_spec *s)
{
	json_t *list = json_array();

	for (size_t i = 0; i < s->cache_count; i++)
		json_array_append_new(list, json_string(cache_name(s->caches[i])));
	return list;
}

static json_t *flags_json(const bool *flags, const char *const *names)
{
	json_t *list = json_array();

	for (size_t i = 0; names[i]; i++)
		if (flags[i])
			json_array_append_new(list, json_string(names[i]));
	return list;
}

static json_t *spec_json(const struct plan_spec *s)
{
	return json_pack("{s:o, s:b, s:o, s:o, s:b, s:i, s:b, s:s, s:I, s:I, s:I, s:I}", "cache",
		caches_json(s), "cache_all", s->cache_all, "state", flags_json(s->state, state_names),
		"edit", flags_json(s->edit, edit_names), "edits_given", s->edits_given, "samples",
		s->samples, "until_decided", s->until_decided, "output", output_names[s->output], "rtt_ns", (json_int_t)s->link.rtt_ns,
		"rate_bytes_s", (json_int_t)s->link.rate_bytes_s, "seed", (json_int_t)s->seed,
		"budget_ns", (json_int_t)s->budget_ns);
}

char *plan_json(const struct plan *p, const struct plan_typed *typed)
{
	json_t *j = json_pack("{s:i, s:o, s:o, s:o, s:o}", "version", PLAN_VERSION, "spec",
		spec_json(&p->spec), "argv", words_json(&typed->argv), "engines",
		words_json(&typed->engines), "cwd", json_bytes(typed->cwd));
	char *text = json_dumps(j, JSON_COMPACT);

	json_decref(j);
	return text;
}

static struct err *read_caches(struct json_at at, struct plan_spec *s)
{
	_cleanup_(strv_done) struct strv words = STRV_INIT;

	TRY(json_strs_or_none(at, "cache", &words));
	if (words.count > MAX_CACHES)
		return json_error(json_member(at, "cache"), "more than %d cache modes", MAX_CACHES);
	for (size_t i = 0; i < words.count; i++)
		TRY(cache_parse(words.items[i], &s->caches[s->cache_count++]));
	return NULL;
}

static struct err *read_flags(struct json_at at, const char *key, const char *const *names,
	bool *flags)
{
	_cleanup_(strv_done) struct strv words = STRV_INIT;

	TRY(json_strs_or_none(at, key, &words));
	for (size_t i = 0; i < words.count; i++) {
		int k = word_index(names, words.items[i]);

		if (k < 0)
			return json_error(json_member(at, key), "unknown word \"%s\"", words.items[i]);
		flags[k] = true;
	}
	return NULL;
}

static struct err *read_numbers(struct json_at at, struct plan_spec *s)
{
	int64_t samples, seed;

	TRY(json_int(at, "samples", &samples));
	TRY(json_int(at, "seed", &seed));
	TRY(json_int(at, "rtt_ns", &s->link.rtt_ns));
	TRY(json_int(at, "rate_bytes_s", &s->link.rate_bytes_s));
	TRY(json_int(at, "budget_ns", &s->budget_ns));
	s->samples = (int)samples;
	s->seed = (uint64_t)seed;
	return NULL;
}

static struct err *read_spec(struct json_at at, struct plan_spec *s)
{
	int output;

	TRY(read_caches(at, s));
	TRY(read_flags(at, "state", state_names, s->state));
	TRY(read_flags(at, "edit", edit_names, s->edit));
	TRY(json_bool(at, "cache_all", &s->cache_all));
	TRY(json_bool(at, "edits_given", &s->edits_given));
	TRY(json_bool_or(at, "until_decided", false, &s->until_decided));
	TRY(json_word(at, "output", output_names, &output));
	s->output = (enum output)output;
	s->output_given = true;
	return read_numbers(at, s);
}

static struct err *check_version(struct json_at at)
{
	int64_t version;

	TRY(json_int(at, "version", &version));
	if (version == PLAN_VERSION)
		return NULL;
	return err_next(json_error(json_member(at, "version"),
				"this plan is of another version of tare"),
		"start a new run");
}

struct err *plan_json_read(const char *json, struct plan_spec *spec, struct plan_typed *typed)
{
	_cleanup_(json_doc_freep) struct json_doc *doc = NULL;
	_cleanup_(plan_typed_done) struct plan_typed t = { 0 };
	struct plan_spec s = { 0 };
	struct json_at root;

	TRY(json_parse("the run's plan", json, strlen(json), &doc));
	root = json_root(doc);
	TRY(check_version(root));
	TRY(read_spec(json_member(root, "spec"), &s));
	TRY(json_strs_or_none(root, "argv", &t.argv));
	TRY(json_strs_or_none(root, "engines", &t.engines));
	TRY(json_str(root, "cwd", &t.cwd));
	*spec = s;
	*typed = t;
	t = (struct plan_typed){ 0 };
	return NULL;
}

void plan_typed_done(struct plan_typed *t)
{
	strv_done(&t->argv);
	strv_done(&t->engines);
	free(t->cwd);
	*t = (struct plan_typed){ 0 };
}
