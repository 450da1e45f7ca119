/* scenario.json: what is claimed of the variants, and what they differ in. */
#include "model/cell.h"
#include "model/metric.h"
#include "scenario/private.h"

#define CLAIMS_CEILING 64

/* The name of a variant of this scenario, the member `key`. */
static struct err *variant_named(
	struct json_at at, const char *key, const struct scenario *s, char **out)
{
	TRY(json_str(at, key, out));
	return variant_known(at, key, s, *out);
}

/* One of `words`, or the default where nothing is said. */
static struct err *word_or(struct json_at at, const char *key, const char *const *words,
	const char *otherwise, char **out)
{
	int word;

	if (!json_has(at, key)) {
		*out = xstrdup(otherwise);
		return NULL;
	}
	TRY(json_word(at, key, words, &word));
	*out = xstrdup(words[word]);
	return NULL;
}

static struct err *cell_read(struct json_at at, const struct scenario *s, struct claim_cell *c)
{
	struct cache cache;

	TRY(json_only(at, KEYS("variant", "cache", "state", "edit")));
	TRY(variant_named(at, "variant", s, &c->variant));
	TRY(json_str_or(at, "cache", "none", &c->cache));
	TRY(err_here(json_member(at, "cache"), cache_parse(c->cache, &cache)));
	TRY(word_or(at, "state", state_names, cache.mode == CACHE_NONE ? "cold" : "warm", &c->state));
	return word_or(at, "edit", edit_names, "none", &c->edit);
}

static struct err *metric_read(struct json_at at, enum metric *out)
{
	const char *names[METRIC_COUNT + 1] = { NULL };
	int word;

	for (int m = 0; m < METRIC_COUNT; m++)
		names[m] = metric_table[m].name;
	TRY(json_word(at, "metric", names, &word));
	*out = (enum metric)word;
	return NULL;
}

/* A ratio of at least 1: JSON has one kind of number, and tare's reader of it whole ones only. */
static struct err *minimum_read(struct json_at at, double *out)
{
	struct json_at one = json_member(at, "minimum");

	*out = one.value ? json_number_value(one.value) : 1;
	if (*out >= 1)
		return NULL;
	return err_next(json_error(one, "not a ratio of the larger to the smaller"),
		"a number from 1 on");
}

static struct err *claim_read(struct json_at at, const struct scenario *s, struct claim *c)
{
	int word;

	TRY(json_only(at, KEYS("row", "metric", "direction", "minimum", "of", "than", "says")));
	TRY(json_int_or(at, "row", 0, &c->row));
	TRY(metric_read(at, &c->metric));
	TRY(json_word(at, "direction", claim_way_names, &word));
	c->way = (enum claim_way)word;
	TRY(minimum_read(at, &c->minimum));
	TRY(json_str_or(at, "says", NULL, &c->says));
	TRY(cell_read(json_member(at, "of"), s, &c->of));
	return cell_read(json_member(at, "than"), s, &c->than);
}

struct err *claims_read(struct json_at at, struct scenario *s)
{
	struct json_at list = json_member(at, "claims");
	size_t n = json_count(list);

	if (!list.value)
		return NULL;
	if (!json_is_array(list.value) || n > CLAIMS_CEILING)
		return json_error(list, "not an array of at most %d claims", CLAIMS_CEILING);
	for (size_t i = 0; i < n; i++)
		TRY(claim_read(json_element(list, i), s,
			GROW(s->claims, s->claim_count, s->claim_room)));
	return NULL;
}

/* A line that the variant has and the first one has not, or the other way round. */
static struct err *lines_check(struct json_at list, const struct variant_diff *d)
{
	for (size_t i = 0; i < d->lines.count; i++)
		if (!str_starts(d->lines.items[i], "+ ") && !str_starts(d->lines.items[i], "- "))
			return err_next(json_error(json_element(list, i),
						"\"%s\" is neither more nor less than the first",
						d->lines.items[i]),
				"\"+ INSTRUCTION\" or \"- INSTRUCTION\"");
	return NULL;
}

struct err *differs_read(struct json_at at, struct scenario *s)
{
	struct json_at map = json_member(at, "differs");
	const char *name;
	json_t *value;

	if (!map.value)
		return NULL;
	if (!json_is_object(map.value))
		return json_error(map, "not an object of arrays");
	json_object_foreach ((json_t *)map.value, name, value) {
		struct variant_diff *d = GROW(s->differs, s->differs_count, s->differs_room);

		d->variant = xstrdup(name);
		TRY(json_strs_or_none(map, name, &d->lines));
		TRY(lines_check(json_member(map, name), d));
		if (!variant_find(s, name))
			return json_error(map, "no variant \"%s\"", name);
	}
	return NULL;
}
