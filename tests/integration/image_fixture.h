/* Images of tests/data/cases/mk.py, and getting them into the lab's registry. */
#ifndef IMAGE_FIXTURE_H
#define IMAGE_FIXTURE_H

#include "base/proc.h"
#include "lab/bases.h"
#include "lab_fixture.h"

/* Write a recipe's image beside the lab; its path, new. */
static inline char *make_image(const struct fixture *f, const char *recipes, const char *id)
{
	_cleanup_(freep) char *out = xasprintf("%s.images", f->dir);
	const char *const argv[] = { "python3", TEST_DATA "/cases/mk.py", recipes, out, id, NULL };
	const struct proc p = { .argv = argv };
	_cleanup_(proc_result_done) struct proc_result r = { 0 };

	no_error(proc_check(&p, &r));
	return xstrndup(str_get(&r.out), strcspn(str_get(&r.out), "\n"));
}

/* A case with the fields of images.json. */
static inline char *make_case(const struct fixture *f, const char *id)
{
	return make_image(f, TEST_DATA "/cases/images.json", id);
}

/* An image of one layer with one file of that text, and with labels (JSON). */
static inline char *make_labelled(const struct fixture *f, const char *id, const char *labels)
{
	_cleanup_(freep) char *recipes = xasprintf("%s.recipe.json", f->dir);
	_cleanup_(freep) char *text = xasprintf(
		"{\"%s\":{\"format\":\"oci\",\"config\":{\"Labels\":%s},"
		"\"layers\":[{\"z\":\"gzip\",\"e\":[{\"p\":\"f\",\"s\":\"%s\"}]}]}}",
		id, labels, id);

	no_error(file_replace(recipes, 0600, text, strlen(text)));
	return make_image(f, recipes, id);
}

static inline void push_layout(
	struct lab *lab, const char *layout, const char *repo, const char *tag)
{
	_cleanup_(freep) char *source = xasprintf("oci:%s", layout);

	no_error(copy_in(lab, source, repo, tag, true));
}

#endif
