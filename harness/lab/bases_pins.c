#include "lab/bases.h"

#include "base/file.h"
#include "base/json.h"

#define PINS_FILE "keep/bases.json"
#define PINS_MAX  10000
#define FILE_MAX  (8 << 20)

static void pin_done(struct pin *p)
{
	free(p->full);
	free(p->from);
	free(p->repo);
	free(p->tag);
	free(p->recipe);
	free(p->why);
	free(p->when);
}

void pins_done(struct pins *p)
{
	for (size_t i = 0; i < p->count; i++)
		pin_done(&p->items[i]);
	free(p->items);
	*p = (struct pins){ 0 };
}

static struct err *pin_read(struct json_at at, struct pin *p)
{
	_cleanup_(freep) char *digest = NULL;

	TRY(json_only(at,
		KEYS("ref", "standin", "from", "repo", "tag", "digest", "recipe", "why", "when")));
	TRY(json_str(at, "ref", &p->full));
	TRY(json_bool(at, "standin", &p->standin));
	TRY(json_str_or(at, "from", NULL, &p->from));
	TRY(json_str(at, "repo", &p->repo));
	TRY(json_str(at, "tag", &p->tag));
	TRY(json_str(at, "digest", &digest));
	TRY(json_str_or(at, "recipe", NULL, &p->recipe));
	TRY(json_str_or(at, "why", NULL, &p->why));
	TRY(json_str_or(at, "when", NULL, &p->when));
	if (strlen(digest) >= DIGEST_SIZE)
		return json_error(json_member(at, "digest"), "this is no digest");
	snprintf(p->digest, DIGEST_SIZE, "%s", digest);
	return NULL;
}

static struct err *pins_read_doc(struct json_at all, struct pins *out)
{
	if (json_count(all) > PINS_MAX)
		return json_error(all, "there are more than %d", PINS_MAX);
	for (size_t i = 0; i < json_count(all); i++)
		TRY(pin_read(json_element(all, i), GROW(out->items, out->count, out->room)));
	return NULL;
}

struct err *pins_read(const char *lab_dir, struct pins *out)
{
	_cleanup_(freep) char *path = path_join(lab_dir, PINS_FILE);
	_cleanup_(json_doc_freep) struct json_doc *doc = NULL;
	_cleanup_(str_done) struct str text = STR_INIT;

	if (!path_exists(path))
		return NULL;
	TRY(file_read(path, FILE_MAX, &text));
	TRY(json_parse(path, str_get(&text), text.len, &doc));
	return pins_read_doc(json_root(doc), out);
}

static json_t *pin_json(const struct pin *p)
{
	return json_pack("{s:s,s:b,s:s*,s:s,s:s,s:s,s:s*,s:s*,s:s*}", "ref", p->full, "standin",
		p->standin, "from", p->from, "repo", p->repo, "tag", p->tag, "digest", p->digest,
		"recipe", p->recipe, "why", p->why, "when", p->when);
}

struct err *pins_write(const char *lab_dir, const struct pins *p)
{
	_cleanup_(freep) char *path = path_join(lab_dir, PINS_FILE);
	_cleanup_(freep) char *text = NULL;
	json_t *all = json_array();

	for (size_t i = 0; i < p->count; i++)
		json_array_append_new(all, pin_json(&p->items[i]));
	text = json_dumps(all, JSON_INDENT(1));
	json_decref(all);
	return file_replace(path, 0600, text, strlen(text));
}

struct pin *pins_find(const struct pins *p, const char *full, bool standin, const char *from)
{
	for (size_t i = 0; i < p->count; i++) {
		struct pin *q = &p->items[i];

		if (str_eq(q->full, full) && q->standin == standin && str_eq(q->from, from))
			return q;
	}
	return NULL;
}

struct pin *pins_get(struct pins *p, const char *full, bool standin, const char *from)
{
	struct pin *q = pins_find(p, full, standin, from);

	if (q)
		return q;
	q = GROW(p->items, p->count, p->room);
	q->full = xstrdup(full);
	q->standin = standin;
	q->from = from ? xstrdup(from) : NULL;
	return q;
}

struct err *bases_repos(const char *lab_dir, struct strv *out)
{
	_cleanup_(pins_done) struct pins p = { 0 };

	TRY(pins_read(lab_dir, &p));
	for (size_t i = 0; i < p.count; i++)
		if (!strv_has(out, p.items[i].repo))
			strv_add(out, p.items[i].repo);
	return NULL;
}
