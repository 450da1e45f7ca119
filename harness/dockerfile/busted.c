/* Which steps must run again between two states of a Dockerfile and its context. */
#include "dockerfile/dockerfile.h"
#include "dockerfile/text.h"

/* A path that is not as it was, and in what. */
struct change {
	const char *path, *what;
};
struct changes {
	struct change *items;
	size_t count, room;
	bool linear; /* instructions that are no steps count too */
};

/* Owners do not count: every client of BuildKit, the legacy builder and buildah sends files as
 * root's. Nor do times. */
static const char *difference(const struct manifest_entry *x, const struct manifest_entry *y)
{
	if (strcmp(x->digest, y->digest) != 0)
		return "content";
	return x->mode != y->mode ? "mode" : NULL;
}

static void add(struct changes *c, const char *path, const char *what)
{
	if (what)
		*GROW(c->items, c->count, c->room) = (struct change){ path, what };
}

/* Both are sorted: walk them side by side. */
static void compare(const struct manifest *before, const struct manifest *now, struct changes *out)
{
	size_t i = 0, k = 0;

	while (i < before->count || k < now->count) {
		const struct manifest_entry *x = i < before->count ? &before->items[i] : NULL;
		const struct manifest_entry *y = k < now->count ? &now->items[k] : NULL;
		int order = !x ? 1 : !y ? -1 : strcmp(x->path, y->path);

		if (order < 0)
			add(out, x->path, "removed");
		else if (order > 0)
			add(out, y->path, "added");
		else
			add(out, y->path, difference(x, y));
		i += order <= 0;
		k += order >= 0;
	}
}

/* The first NAME of a list of NAME=VALUE that is not in `in` with the same value; NULL: none. */
static const char *first_missing(const struct strv *of, const struct strv *in)
{
	for (size_t i = 0; i < of->count; i++)
		if (!(i < in->count && strcmp(of->items[i], in->items[i]) == 0) &&
			!strv_has(in, of->items[i]))
			return of->items[i];
	return NULL;
}

static char *name_of(const char *pair)
{
	return xstrndup(pair, strcspn(pair, "="));
}

/* The first variable or setting that differs. */
static char *differing(const struct strv *before, const struct strv *now)
{
	const char *pair = first_missing(now, before);

	if (!pair)
		pair = first_missing(before, now);
	return pair ? name_of(pair) : NULL;
}

static char *why_text(const struct df_step *s, const char *what)
{
	return xasprintf("line %d %s: %s", s->instruction->line, s->instruction->name, what);
}

static char *why_variable(const struct df_step *s, const char *kind, const char *name)
{
	_cleanup_(freep) char *what = xasprintf("%s %s changed", kind, name);

	return why_text(s, what);
}

/* Why a step is busted by itself, a new string; NULL: it is not. Its text first: a reader of a
 * changed line looks there. */
static char *reason(
	const struct df_step *before, const struct df_step *now, const struct changes *changes)
{
	_cleanup_(freep) char *arg = NULL, *setting = NULL;

	if (!before)
		return why_text(now, "it is new");
	if (strcmp(before->key, now->key) != 0 &&
		strcmp(before->instruction->original, now->instruction->original) != 0)
		return why_text(now, "its text changed");
	arg = differing(&before->args, &now->args);
	if (arg)
		return why_variable(now, "variable", arg);
	setting = differing(&before->settings, &now->settings);
	if (setting)
		return why_variable(now, "setting", setting);
	if (strcmp(before->key, now->key) != 0)
		return why_text(now, "its text changed");
	if (changes->linear && strcmp(before->before, now->before) != 0)
		return why_text(now, "an instruction before it changed");
	for (size_t i = 0; i < changes->count; i++)
		if (graph_step_reads(now, changes->items[i].path))
			return xasprintf("line %d %s reads %s: %s", now->instruction->line,
				now->instruction->name, changes->items[i].path,
				changes->items[i].what);
	return NULL;
}

/* The step of the same stage and place. Both graphs have theirs in order, so `from` goes up. */
static const struct df_step *counterpart(
	const struct df_graph *before, const struct df_step *now, size_t *from)
{
	while (*from < before->count) {
		const struct df_step *s = &before->steps[*from];

		if (s->stage == now->stage && s->index == now->index)
			return s;
		if (s->stage > now->stage || (s->stage == now->stage && s->index > now->index))
			return NULL;
		(*from)++;
	}
	return NULL;
}

/* Whether what is under a step has changed, from its parent `first` on. */
static bool any_changed(const struct df_step *s, size_t first, const bool *changed)
{
	for (size_t k = first; k < s->parent_count; k++)
		if (changed[s->parents[k]])
			return true;
	return false;
}

/* changed: the step's result, or one that it stands on. A linked step hands on what is below it
 * without running again, where links are known. Until nothing changes: a stage may read a later
 * one, but a chain of those is short. */
static void spread(const struct df_graph *now, bool links, bool *busted)
{
	_cleanup_(freep) bool *changed = xcalloc(now->count, sizeof(*changed));
	bool more = true;

	memcpy(changed, busted, now->count * sizeof(*changed));
	while (more) {
		more = false;
		for (size_t i = 0; i < now->count; i++) {
			const struct df_step *s = &now->steps[i];

			if (!changed[i] && any_changed(s, 0, changed))
				changed[i] = more = true;
			if (!busted[i] && any_changed(s, links && s->linked, changed))
				busted[i] = more = true;
		}
	}
}

void graph_spread(const struct df_graph *now, bool *busted)
{
	spread(now, true, busted);
}

static void find_busted(const struct df_graph *before, const struct manifest *manifest_before,
	const struct df_graph *now, const struct manifest *manifest_now, bool linear, bool *busted,
	char **why)
{
	struct changes changes = { .linear = linear };
	size_t from = 0;

	compare(manifest_before, manifest_now, &changes);
	for (size_t i = 0; i < now->count; i++) {
		char *text = reason(
			counterpart(before, &now->steps[i], &from), &now->steps[i], &changes);

		busted[i] = text != NULL;
		if (why)
			why[i] = text;
		else
			free(text);
	}
	spread(now, !linear, busted);
	free(changes.items);
}

struct err *graph_busted(const struct df_graph *before, const struct manifest *manifest_before,
	const struct df_graph *now, const struct manifest *manifest_now, bool *busted, char **why)
{
	find_busted(before, manifest_before, now, manifest_now, false, busted, why);
	return NULL;
}

struct err *graph_busted_linear(const struct df_graph *before,
	const struct manifest *manifest_before, const struct df_graph *now,
	const struct manifest *manifest_now, bool *busted, char **why)
{
	find_busted(before, manifest_before, now, manifest_now, true, busted, why);
	return NULL;
}
