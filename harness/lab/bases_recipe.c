/* Stand-ins: scenarios/bases/NAME.json says what one is made of, scenarios/bases/assemble makes
 * it. */
#include <glob.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/json.h"
#include "base/library.h"
#include "base/proc.h"
#include "lab/bases.h"

#define RECIPE_MAX	  (1 << 20)
#define ASSEMBLE_LIMIT_NS (20 * MINUTE_NS)

/* The image that a recipe stands in for, as base_name completes it. */
static struct err *recipe_for(const char *file, char **full_out)
{
	_cleanup_(json_doc_freep) struct json_doc *doc = NULL;
	_cleanup_(base_name_done) struct base_name name = { 0 };
	_cleanup_(str_done) struct str text = STR_INIT;
	_cleanup_(freep) char *ref = NULL;

	TRY(file_read(file, RECIPE_MAX, &text));
	TRY(json_parse(file, str_get(&text), text.len, &doc));
	TRY(json_str(json_root(doc), "name", &ref));
	TRY(err_at(base_name_parse(ref, &name), "%s: /name", file));
	*full_out = TAKE_PTR(name.full);
	return NULL;
}

struct err *recipe_find(const char *full, char **file_out)
{
	_cleanup_(freep) char *library = library_dir();
	_cleanup_(freep) char *pattern = path_join(library, "bases/*.json");
	_cleanup_(globfree) glob_t found = { 0 };

	*file_out = NULL;
	if (glob(pattern, GLOB_ERR, NULL, &found) != 0)
		return NULL;
	for (size_t i = 0; i < found.gl_pathc && !*file_out; i++) {
		_cleanup_(freep) char *is = NULL;

		TRY(recipe_for(found.gl_pathv[i], &is));
		if (str_eq(is, full))
			*file_out = xstrdup(found.gl_pathv[i]);
	}
	return NULL;
}

/* LAB/keep/bases/NAME of .../NAME.json */
static char *layout_dir(const struct lab *lab, const char *file)
{
	_cleanup_(freep) char *bases = path_join(lab->dir, "keep/bases");
	const char *name = strrchr(file, '/');
	_cleanup_(freep) char *stem = xstrdup(name ? name + 1 : file);

	if (str_ends(stem, ".json"))
		stem[strlen(stem) - strlen(".json")] = '\0';
	return path_join(bases, stem);
}

static struct err *take_digest(const struct str *said, const char *file, char digest[DIGEST_SIZE])
{
	size_t n = strcspn(str_get(said), "\n");

	if (n != strlen("sha256:") + 64 || !str_starts(str_get(said), "sha256:"))
		return err_at(err_new(ERR_TOOL, "the assembly said no digest"), "%s", file);
	snprintf(digest, DIGEST_SIZE, "%.*s", (int)n, str_get(said));
	return NULL;
}

struct err *recipe_assemble(
	const struct lab *lab, const char *file, char **layout_out, char digest[DIGEST_SIZE])
{
	_cleanup_(freep) char *library = library_dir();
	_cleanup_(freep) char *program = path_join(library, "bases/assemble");
	_cleanup_(freep) char *bases = path_join(lab->dir, "keep/bases");
	_cleanup_(freep) char *dir = layout_dir(lab, file);
	const char *const argv[] = { program, file, dir, NULL };
	const struct proc p = { .argv = argv, .timeout_ns = ASSEMBLE_LIMIT_NS,
		.stop = lab->stop };
	_cleanup_(proc_result_done) struct proc_result r = { 0 };

	TRY(dir_make(bases, 0700));
	TRY(err_wrap(proc_check(&p, &r), "assembling a stand-in from %s", file));
	TRY(take_digest(&r.out, file, digest));
	*layout_out = TAKE_PTR(dir);
	return NULL;
}
