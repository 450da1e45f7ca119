#include "model/cell.h"

#include "base/clock.h"

bool link_equal(const struct link *a, const struct link *b)
{
	return a->rtt_ns == b->rtt_ns && a->rate_bytes_s == b->rate_bytes_s;
}

const char *cache_name(struct cache c)
{
	static const char *const names[][3] = {
		[CACHE_NONE] = { "none", "none", "none" },
		[CACHE_STORE] = { "store", "store", "store" },
		[CACHE_LOCAL] = { "local", "local:min", "local:max" },
		[CACHE_REGISTRY] = { "registry", "registry:min", "registry:max" },
		[CACHE_INLINE] = { "inline", "inline", "inline" },
	};

	return names[c.mode][c.depth];
}

static struct err *unknown_cache(const char *word)
{
	const char *near = str_nearest(word, cache_mode_names);

	return err_next(err_new(ERR_INPUT, "unknown cache mode \"%s\"%s%s%s", word,
				STR_MEANT(near)),
		"one of none, store, local, registry, inline, all");
}

struct err *cache_parse(const char *word, struct cache *out)
{
	size_t n = strcspn(word, ":");
	_cleanup_(freep) char *name = xstrndup(word, n);
	int mode = word_index(cache_mode_names, name), depth = DEPTH_DEFAULT;

	if (mode < 0)
		return unknown_cache(word);
	if (word[n])
		depth = word_index(cache_depth_names, word + n + 1);
	if (depth < 0 || (word[n] && depth == DEPTH_DEFAULT))
		return err_next(err_new(ERR_INPUT, "unknown cache mode \"%s\"", word),
			"%s:min (the final stage) or %s:max (all stages)", name, name);
	if (depth != DEPTH_DEFAULT && mode != CACHE_LOCAL && mode != CACHE_REGISTRY)
		return err_next(err_new(ERR_INPUT, "cache mode %s has no min and max", name),
			"only local and registry take :min or :max");
	*out = (struct cache){ mode, depth };
	return NULL;
}

static bool is_cache(struct cache c, const char *word)
{
	struct cache wanted = { 0 };

	err_free(cache_parse(word, &wanted)); /* scenario.json was checked */
	if (c.mode != wanted.mode)
		return false;
	return c.depth == wanted.depth || (c.depth != DEPTH_MIN && wanted.depth != DEPTH_MIN);
}

bool cell_is_claimed(const struct cell *c, const struct claim_cell *w)
{
	return str_eq(c->variant, w->variant) && str_eq(state_names[c->state], w->state) &&
	       str_eq(edit_names[c->edit], w->edit) && is_cache(c->cache, w->cache);
}

void link_show(struct str *s, struct link l)
{
	if (!l.rtt_ns && !l.rate_bytes_s) {
		str_add(s, "loopback");
		return;
	}
	duration_show(s, l.rtt_ns);
	str_add(s, ", ");
	bytes_show(s, l.rate_bytes_s);
	str_add(s, "/s");
}

char *cell_key(const struct cell *c)
{
	struct str s = STR_INIT;

	str_addf(&s, "%s/%s/%s|%s|%s|%s|%s|%s|", c->project, c->scenario, c->variant, c->engine,
		cache_name(c->cache), state_names[c->state], edit_names[c->edit],
		output_names[c->output]);
	link_show(&s, c->link);
	return str_take(&s);
}

void cell_done(struct cell *c)
{
	free(c->project);
	free(c->scenario);
	free(c->variant);
	free(c->engine);
	free(c->unsupported);
	*c = (struct cell){ 0 };
}

void cell_copy(struct cell *to, const struct cell *from)
{
	*to = *from;
	to->project = xstrdup(from->project);
	to->scenario = xstrdup(from->scenario);
	to->variant = xstrdup(from->variant);
	to->engine = xstrdup(from->engine);
	to->unsupported = from->unsupported ? xstrdup(from->unsupported) : NULL;
}
