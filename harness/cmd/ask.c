#include "cmd/ask.h"

#include "base/clock.h"
#include "base/random.h"

/* ERR_INPUT about a word of an option, with what was probably meant. */
static struct err *unknown(const char *kind, const char *option, const char *word,
	const char *const *words)
{
	const char *near = str_nearest(word, words);
	_cleanup_(str_done) struct str list = STR_INIT;

	for (size_t i = 0; words[i]; i++)
		str_addf(&list, "%s%s", i ? ", " : "one of ", words[i]);
	return err_next(err_at(err_new(ERR_INPUT, "unknown %s \"%s\"%s%s%s", kind, word,
				       STR_MEANT(near)),
				"%s", option),
		"%s", str_get(&list));
}

static struct err *flags(const struct strv *words, const char *kind, const char *option,
	const char *const *names, bool *out)
{
	for (size_t i = 0; i < words->count; i++) {
		int k = word_index(names, words->items[i]);

		if (k < 0)
			return unknown(kind, option, words->items[i], names);
		out[k] = true;
	}
	return NULL;
}

static bool has_cache(const struct plan_spec *s, struct cache c)
{
	for (size_t i = 0; i < s->cache_count; i++)
		if (s->caches[i].mode == c.mode && s->caches[i].depth == c.depth)
			return true;
	return false;
}

static struct err *spec_caches(const struct ask *a, struct plan_spec *s)
{
	for (size_t i = 0; i < a->caches.count; i++) {
		struct cache c;

		if (strcmp(a->caches.items[i], "all") == 0) {
			s->cache_all = true;
			continue;
		}
		TRY(err_at(cache_parse(a->caches.items[i], &c), "--cache"));
		if (!has_cache(s, c) && s->cache_count < MAX_CACHES)
			s->caches[s->cache_count++] = c;
	}
	return NULL;
}

static struct err *spec_link(const char *text, struct link *out)
{
	_cleanup_(strv_done) struct strv parts = STRV_INIT;

	if (!text || strcmp(text, "loopback") == 0)
		return NULL;
	strv_split(&parts, text, ',');
	if (parts.count != 2)
		return err_next(err_at(err_new(ERR_INPUT, "\"%s\" is no link", text), "--link"),
			"a round-trip time and a rate per second: 40ms,12.5MB");
	TRY(err_at(duration_parse(parts.items[0], &out->rtt_ns), "--link"));
	return err_at(bytes_parse(parts.items[1], &out->rate_bytes_s), "--link");
}

static struct err *spec_output(const char *word, struct plan_spec *s)
{
	int k = word ? word_index(output_names, word) : OUTPUT_IMAGE;

	if (k < 0)
		return unknown("output", "--output", word, output_names);
	s->output = (enum output)k;
	s->output_given = word != NULL;
	return NULL;
}

static struct err *spec_until(const struct ask *a, struct plan_spec *s)
{
	static const char *const words[] = { "decided", NULL };

	if (!a->until)
		return NULL;
	if (word_index(words, a->until) < 0)
		return unknown("end", "--until", a->until, words);
	if (a->samples)
		return err_next(err_at(err_new(ERR_INPUT, "--samples and --until exclude each other"),
					"--until"),
			"one of both; --budget ends either early");
	s->until_decided = true;
	return NULL;
}

struct err *ask_spec(const struct ask *a, struct plan_spec *out)
{
	struct plan_spec s = { .samples = (int)a->samples, .budget_ns = a->budget_ns };

	if (a->samples > 1000)
		return err_at(err_new(ERR_INPUT, "more than 1000 samples"), "--samples");
	TRY(spec_until(a, &s));
	TRY(spec_caches(a, &s));
	TRY(flags(&a->states, "state", "--state", state_names, s.state));
	TRY(flags(&a->edits, "edit", "--edit", edit_names, s.edit));
	s.edits_given = a->edits.count > 0;
	TRY(spec_output(a->output, &s));
	TRY(spec_link(a->link, &s.link));
	s.seed = (uint64_t)a->seed;
	while (!s.seed) {
		random_bytes(&s.seed, sizeof(s.seed));
		s.seed &= 0xffffffff; /* short enough to be typed again */
	}
	*out = s;
	return NULL;
}

static bool is_asked(const struct ask *a, const char *variant)
{
	return !a->variants.count || strv_has(&a->variants, variant);
}

static struct err *unknown_variant(const struct scenario *s, const char *word)
{
	_cleanup_(strv_done) struct strv names = STRV_INIT;

	for (size_t i = 0; i < s->variant_count; i++)
		strv_add(&names, s->variants[i].name);
	return unknown("variant", "--variant", word, (const char *const *)names.items);
}

static bool builds_base(const struct scenario *s, const struct variant *v)
{
	for (size_t i = 0; i < s->built_count; i++)
		if (str_eq(s->built[i].variant, v->name))
			return true;
	return false;
}

/* Keep the variants asked for; each must be there. Those that bases are built by are put aside. */
static struct err *keep_variants(const struct ask *a, struct scenario *s)
{
	size_t kept = 0;

	for (size_t k = 0; k < a->variants.count; k++) {
		bool found = false;

		for (size_t i = 0; i < s->variant_count; i++)
			found |= strcmp(s->variants[i].name, a->variants.items[k]) == 0;
		if (!found)
			return unknown_variant(s, a->variants.items[k]);
	}
	for (size_t i = 0; i < s->variant_count; i++) {
		if (is_asked(a, s->variants[i].name))
			s->variants[kept++] = s->variants[i];
		else if (builds_base(s, &s->variants[i]))
			*GROW(s->spares, s->spare_count, s->spare_room) = s->variants[i];
		else
			variant_done(&s->variants[i]);
	}
	s->variant_count = kept;
	return NULL;
}

static struct err *load_one(const struct ask *a, const char *where, struct scenarios *out)
{
	struct scenario_opts opts = { a->project, a->file, a->target, a->platform, &a->build_args,
		&a->secrets, &a->ssh };
	_cleanup_(scenario_freep) struct scenario *s = NULL;

	TRY(scenario_load(where, &opts, &s));
	TRY(keep_variants(a, s));
	out->items = xrealloc(out->items, out->count + 1, sizeof(*out->items));
	out->items[out->count++] = TAKE_PTR(s);
	return NULL;
}

struct err *ask_scenarios(const struct ask *a, struct scenarios *out)
{
	if (!a->where.count)
		return load_one(a, ".", out);
	for (size_t i = 0; i < a->where.count; i++)
		TRY(load_one(a, a->where.items[i], out));
	return NULL;
}

struct err *library_scenarios(const struct strv *names, struct scenarios *out)
{
	_cleanup_(strv_done) struct strv all = STRV_INIT;

	if (!names->count)
		TRY(scenario_list(&all));
	names = names->count ? names : &all;
	out->items = xcalloc(names->count + 1, sizeof(struct scenario *));
	for (size_t i = 0; i < names->count; i++) {
		TRY(scenario_load(names->items[i], NULL, &out->items[i]));
		out->count++;
	}
	return NULL;
}

static char *cannot(void *ctx, const struct cell *cell, const struct variant *variant)
{
	struct run_engine *e = ctx;

	return engine_cannot(e->engine, &e->info, cell, variant);
}

struct err *ask_plan(const struct plan_spec *spec, const struct scenarios *s, const struct engines *e,
	struct plan **out)
{
	_cleanup_(freep) struct plan_engine *engines = xcalloc(e->count, sizeof(*engines));

	for (size_t i = 0; i < e->count; i++)
		engines[i] = (struct plan_engine){ e->items[i].label, e->items[i].info.depths,
			&e->items[i] };
	return plan_new(spec, s->items, s->count, engines, e->count, cannot, out);
}

struct err *ask_word(const char *option, const char *word, const char *const *names, int *out)
{
	int k = word ? word_index(names, word) : 0;

	if (k < 0)
		return unknown("word", option, word, names);
	*out = k;
	return NULL;
}

struct err *bases_mode(const char *word, enum bases_from *out)
{
	static const char *const names[] = { "auto", "real", "standin", NULL };
	int k;

	TRY(ask_word("--bases", word, names, &k));
	*out = (enum bases_from)k;
	return NULL;
}

void scenarios_done(struct scenarios *s)
{
	for (size_t i = 0; i < s->count; i++)
		scenario_free(s->items[i]);
	free(s->items);
	*s = (struct scenarios){ 0 };
}
