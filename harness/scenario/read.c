/* scenario.json: its top level. The JSON Schema says the same to editors; a test compares both. */
#include "scenario/private.h"

#include <ctype.h>

#include "model/cell.h"

static const char *const engine_words[] = { "docker", "docker-legacy", "buildx", "buildkit",
	"podman", "buildah", NULL };

bool name_valid(const char *name)
{
	size_t n = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789._-");

	return n > 0 && n <= NAME_CEILING && name[n] == '\0' && isalnum((unsigned char)name[0]);
}

struct err *name_read(struct json_at at, const char *key, bool required, char **out)
{
	_cleanup_(freep) char *name = NULL;

	if (required)
		TRY(json_str(at, key, &name));
	else
		TRY(json_str_or(at, key, NULL, &name));
	if (name && !name_valid(name))
		return err_next(json_error(json_member(at, key), "\"%s\" is not a name", name),
			"up to %d of a-z, 0-9, dot, dash and underscore, the first a "
			"letter or digit",
			NAME_CEILING);
	*out = TAKE_PTR(name);
	return NULL;
}

/* Below its directory by its text alone; links are for openat2 to refuse. */
static bool stays_below(const char *path)
{
	if (*path == '\0' || *path == '/')
		return false;
	for (const char *p = path; p; p = strchr(p, '/')) {
		p += *p == '/';
		if (strncmp(p, "..", 2) == 0 && (p[2] == '/' || p[2] == '\0'))
			return false;
	}
	return true;
}

struct err *path_read(struct json_at at, const char *key, bool required, char **out)
{
	_cleanup_(freep) char *path = NULL;

	if (required)
		TRY(json_str(at, key, &path));
	else
		TRY(json_str_or(at, key, NULL, &path));
	if (path && !stays_below(path))
		return err_next(json_error(json_member(at, key),
					"\"%s\" leaves the scenario's directory", path),
			"a relative path without \"..\"");
	*out = TAKE_PTR(path);
	return NULL;
}

/* The elements of the array at `key`, each one of `words`. */
static struct err *engines_read(struct json_at at, struct strv *out)
{
	struct json_at list = json_member(at, "engine");

	TRY(json_strs_or_none(at, "engine", out));
	for (size_t i = 0; i < out->count; i++) {
		struct json_at place = json_element(list, i);
		const char *near;

		if (word_index(engine_words, out->items[i]) >= 0)
			continue;
		near = str_nearest(out->items[i], engine_words);
		return err_next(
			json_error(place, "unknown engine \"%s\"%s%s%s", out->items[i],
				STR_MEANT(near)),
			"one of docker, docker-legacy, buildx, buildkit, podman, buildah");
	}
	return NULL;
}

struct err *err_here(struct json_at at, struct err *e)
{
	struct err *here = e ? json_error(at, "%s", e->what) : NULL;

	if (!e)
		return NULL;
	if (e->next)
		err_next(here, "%s", e->next);
	err_free(e);
	return here;
}

static struct err *caches_read(struct json_at at, struct strv *out)
{
	struct json_at list = json_member(at, "cache");

	TRY(json_strs_or_none(at, "cache", out));
	for (size_t i = 0; i < out->count; i++) {
		struct cache ignored;
		struct err *e;

		if (str_eq(out->items[i], "all"))
			continue;
		e = cache_parse(out->items[i], &ignored);
		if (e)
			return err_here(json_element(list, i), e);
	}
	return NULL;
}

static struct err *timeout_read(struct json_at at, int64_t *out)
{
	TRY(json_duration_or(at, "timeout", TIMEOUT_DEFAULT_NS, out));
	if (*out <= 0)
		return err_next(json_error(json_member(at, "timeout"), "no time to build in"),
			"a duration as \"90s\" or \"30m\"");
	return NULL;
}

/* A directory of the scenario's own, or a program of the library. */
static struct err *context_read(struct json_at at, struct scenario *s)
{
	TRY(path_read(at, "context", false, &s->context));
	TRY(name_read(at, "program", false, &s->program));
	if (s->context && s->program)
		return json_error(json_member(at, "program"), "a scenario has one context");
	return NULL;
}

struct err *scenario_read(const char *text, size_t n, struct scenario *s)
{
	_cleanup_(json_doc_freep) struct json_doc *doc = NULL;
	_cleanup_(freep) char *schema = NULL;
	struct json_at root;

	TRY(json_parse(s->file, text, n, &doc));
	root = json_root(doc);
	TRY(json_only(root, KEYS("$schema", "name", "claim", "claims", "tags", "program", "context",
				    "timeout", "engine", "cache", "bases", "index", "health", "variants",
				    "differs", "edits", "limits")));
	TRY(json_str_or(root, "$schema", NULL, &schema));
	TRY(name_read(root, "name", true, &s->name));
	TRY(json_str_or(root, "claim", NULL, &s->claim));
	TRY(context_read(root, s));
	TRY(timeout_read(root, &s->timeout_ns));
	TRY(engines_read(root, &s->engines));
	TRY(caches_read(root, &s->caches));
	TRY(tags_read(root, s));
	TRY(health_read(root, &s->health));
	TRY(variants_read(root, s));
	TRY(limits_read(root, s));
	TRY(claims_read(root, s));
	TRY(differs_read(root, s));
	TRY(built_read(root, s));
	TRY(index_read(root, s));
	return edits_read(root, s);
}
