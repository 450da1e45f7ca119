/* scenario.json: what builds take from elsewhere: bases that are built, tags that move between them,
 * and a package index. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "scenario/private.h"
#include "scenario/tree.h"

/* How long the repository is of a name with a tag; 0: it has none. */
static size_t repo_size(const char *ref)
{
	const char *slash = strrchr(ref, '/'), *colon = strrchr(ref, ':');

	return colon && (!slash || colon > slash) && colon[1] ? (size_t)(colon - ref) : 0;
}

static struct err *build_read(struct json_at build, const struct scenario *s, struct built_base *b)
{
	TRY(json_only(build, KEYS("variant")));
	TRY(json_str(build, "variant", &b->variant));
	return variant_known(build, "variant", s, b->variant);
}

static struct err *moves_read(struct json_at moves, struct built_base *b)
{
	TRY(json_only(moves, KEYS("before", "after")));
	TRY(json_str(moves, "before", &b->before));
	return json_str(moves, "after", &b->after);
}

static struct err *base_read(struct json_at map, const char *ref, struct scenario *s)
{
	struct json_at one = json_member(map, ref);
	struct json_at build = json_member(one, "build"), moves = json_member(one, "moves");
	struct built_base *b;

	TRY(json_only(one, KEYS("build", "moves")));
	if (!build.value == !moves.value)
		return err_next(json_error(one, build.value ? "built, and a tag that moves"
							    : "nothing says how it comes about"),
			"{\"build\": {\"variant\": \"base\"}}, or {\"moves\": {\"before\": "
			"\"base:1.0\", \"after\": \"base:1.1\"}}");
	b = GROW(s->built, s->built_count, s->built_room);
	b->ref = xstrdup(ref);
	return build.value ? build_read(build, s, b) : moves_read(moves, b);
}

/* Where a tag moves to is built, and has its blobs in the same repository. */
static struct err *target_check(
	struct json_at moves, const char *key, const struct scenario *s, const struct built_base *b)
{
	const char *to = str_eq(key, "before") ? b->before : b->after;
	const struct built_base *base = scenario_built(s, to);
	size_t n = repo_size(b->ref);

	if (!base || !base->variant || !str_eq(base->ref, to)) /* nor by its digest */
		return json_error(json_member(moves, key), "no base \"%s\" is built", to);
	if (n && repo_size(to) == n && strncmp(to, b->ref, n) == 0)
		return NULL;
	return err_next(json_error(json_member(moves, key),
				"\"%s\" is not another tag of \"%s\"", to, b->ref),
		"a tag moves within its repository");
}

static struct err *moves_check(struct json_at map, const struct scenario *s)
{
	for (size_t i = 0; i < s->built_count; i++) {
		const struct built_base *b = &s->built[i];
		struct json_at moves = json_member(json_member(map, b->ref), "moves");

		if (!b->before)
			continue;
		TRY(target_check(moves, "before", s, b));
		TRY(target_check(moves, "after", s, b));
	}
	return NULL;
}

struct err *built_read(struct json_at at, struct scenario *s)
{
	struct json_at map = json_member(at, "bases");
	const char *ref;
	json_t *value;

	if (!map.value)
		return NULL;
	if (!json_is_object(map.value))
		return json_error(map, "not an object of bases");
	json_object_foreach ((json_t *)map.value, ref, value)
		TRY(base_read(map, ref, s));
	return moves_check(map, s);
}

struct err *index_read(struct json_at at, struct scenario *s)
{
	struct json_at index = json_member(at, "index");

	if (!index.value)
		return NULL;
	TRY(json_only(index, KEYS("before", "after")));
	TRY(path_read(index, "before", true, &s->index.before));
	return path_read(index, "after", true, &s->index.after);
}

/* A directory that was checked may have become another: below the scenario's it still lies. */
static struct err *index_path(const struct scenario *s, const char *from, char **out)
{
	_cleanup_(freep) char *named = path_join(s->dir, from);
	_cleanup_(freep) char *path = realpath(named, NULL);

	if (!path || !path_below(s->dir, path))
		return err_at(err_new(ERR_INPUT, "the package index is not in the scenario's directory"),
			"%s", named);
	*out = TAKE_PTR(path);
	return NULL;
}

struct err *index_copy(const struct scenario *s, const char *from, const char *dir)
{
	_cleanup_(freep) char *path = NULL;
	_cleanup_(manifest_done) struct manifest files = { 0 };
	_cleanup_(strv_done) struct strv skipped = STRV_INIT;
	struct tree t = { .to = dir, .manifest = &files, .skipped = &skipped };

	TRY(index_path(s, from, &path));
	t.from = path;
	TRY(dir_make(dir, 0755));
	TRY(tree_copy(&t));
	if (skipped.count)
		return err_at(err_new(ERR_INPUT, "no file of a package index: %s", skipped.items[0]), "%s",
			path);
	for (size_t i = 0; i < files.count; i++)
		if (S_ISLNK(files.items[i].mode))
			return err_at(err_new(ERR_INPUT, "a package index holds no links: %s",
					      files.items[i].path),
				"%s", path);
	return NULL;
}

struct err *index_check(const struct scenario *s)
{
	const char *const names[] = { s->index.before, s->index.after };
	_cleanup_(closep) int dir = open(s->dir, O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (dir < 0)
		return err_sys(s->dir, errno);
	for (size_t i = 0; i < ARRAY_SIZE(names) && names[i]; i++) {
		_cleanup_(closep) int fd = open_beneath(dir, names[i], O_PATH | O_DIRECTORY);

		if (fd < 0)
			return err_at(err_new(ERR_INPUT, "\"%s\" is not a directory of this scenario: %s",
					      names[i], strerror(errno)),
				"%s: /index/%s", s->file, i ? "after" : "before");
	}
	return NULL;
}
