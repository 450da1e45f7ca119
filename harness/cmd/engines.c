#include "cmd/engines.h"

#include <libgen.h>

/* In cells a directory counts by its name: "docker@/opt/x/docker-20.10" is docker@20.10, and
 * "buildkit@/opt/x/buildkit" is buildkit, so that tables of two machines can be compared. */
static char *label_of(const char *name, const char *dir)
{
	_cleanup_(freep) char *copy = dir ? xstrdup(dir) : NULL;
	_cleanup_(freep) char *prefix = xasprintf("%s-", name);
	const char *last;

	if (!dir)
		return xstrdup(name);
	last = basename(copy);
	if (str_eq(last, name))
		return xstrdup(name);
	return xasprintf("%s@%s", name, str_starts(last, prefix) ? last + strlen(prefix) : last);
}

static struct err *err_unusable(const char *word, const struct engine_info *info)
{
	return err_next(err_at(err_new(ERR_TOOL, "%s cannot build here: %s", word, info->why), "--engine"),
		"%s", info->next ? info->next : "tare doctor lists every engine and what it lacks");
}

static struct err *probe(const char *word, struct run_engine *out)
{
	_cleanup_(freep) char *dir = NULL;

	TRY(engine_find(word, &out->engine, &dir));
	TRY(out->engine->probe(dir, &out->info));
	out->word = xstrdup(word);
	out->label = label_of(out->engine->name, dir);
	free(out->info.facts.engine);
	out->info.facts.engine = xstrdup(out->label);
	return NULL;
}

static void take(struct engines *e, struct run_engine *found, bool named)
{
	if (found->info.usable) {
		*GROW(e->items, e->count, e->room) = *found;
		*found = (struct run_engine){ 0 };
		return;
	}
	strv_addf(&e->notes, "%s is not used: %s", found->word, found->info.why);
	if (named && !e->unusable)
		e->unusable = err_unusable(found->word, &found->info);
}

static struct err *choose_one(struct engines *e, const char *word, bool named)
{
	_cleanup_(run_engine_done) struct run_engine found = { 0 };

	TRY(probe(word, &found));
	for (size_t i = 0; i < e->count; i++)
		if (strcmp(e->items[i].label, found.label) == 0)
			return err_next(err_at(err_new(ERR_INPUT, "two engines would be called %s",
						       found.label),
						"--engine"),
				"give their directories different names");
	take(e, &found, named);
	return NULL;
}

static struct err *err_none(struct engines *e)
{
	if (e->unusable)
		return TAKE_PTR(e->unusable);
	return err_next(err_new(ERR_TOOL, "no engine here can build%s%s", e->notes.count ? ": " : "",
				e->notes.count ? e->notes.items[0] : ""),
		"tare doctor lists every engine and what it lacks");
}

struct err *engines_choose(const struct strv *words, struct engines *out)
{
	_cleanup_(engines_done) struct engines e = { 0 };

	for (size_t i = 0; i < words->count; i++)
		TRY(choose_one(&e, words->items[i], true));
	for (size_t i = 0; !words->count && engine_table[i]; i++)
		TRY(choose_one(&e, engine_table[i]->name, false));
	if (!e.count)
		return err_none(&e);
	*out = e;
	e = (struct engines){ 0 };
	return NULL;
}

void engines_done(struct engines *e)
{
	for (size_t i = 0; i < e->count; i++)
		run_engine_done(&e->items[i]);
	free(e->items);
	err_free(e->unusable);
	strv_done(&e->notes);
	*e = (struct engines){ 0 };
}

void engines_show(struct str *s, const struct engines *e)
{
	for (size_t i = 0; i < e->count; i++)
		str_addf(s, "%s%s %s", i ? ", " : "", e->items[i].label,
			e->items[i].info.facts.version ? e->items[i].info.facts.version : "");
}
