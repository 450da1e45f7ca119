/* practices.json of the library: what its rows are called. */
#include "base/file.h"
#include "base/library.h"
#include "scenario/private.h"

#define PRACTICES_FILE	  "practices.json"
#define PRACTICES_CEILING 64

static struct err *practice_read(struct json_at at, struct practice *p)
{
	TRY(json_only(at, KEYS("row", "practice", "not_measured")));
	TRY(json_int(at, "row", &p->row));
	TRY(json_str(at, "practice", &p->text));
	return json_str_or(at, "not_measured", NULL, &p->elsewhere);
}

static struct err *practices_read(struct json_at at, struct practices *out)
{
	struct json_at list = json_member(at, "practices");
	size_t n = json_count(list);

	TRY(json_only(at, KEYS("practices")));
	if (!list.value || !json_is_array(list.value) || n > PRACTICES_CEILING)
		return json_error(at, "\"practices\" is not an array of at most %d",
			PRACTICES_CEILING);
	for (size_t i = 0; i < n; i++)
		TRY(practice_read(
			json_element(list, i), GROW(out->items, out->count, out->room)));
	return NULL;
}

struct err *practices_load(struct practices *out)
{
	_cleanup_(freep) char *dir = library_dir();
	_cleanup_(freep) char *path = path_join(dir, PRACTICES_FILE);
	_cleanup_(json_doc_freep) struct json_doc *doc = NULL;
	_cleanup_(str_done) struct str text = STR_INIT;
	struct err *e;

	if (!path_exists(path))
		return NULL;
	TRY(file_read(path, SCENARIO_CEILING, &text));
	TRY(json_parse(path, str_get(&text), text.len, &doc));
	e = practices_read(json_root(doc), out);
	if (e)
		practices_done(out);
	return e;
}
