/* What tare inspect and tare diff print of images. */
#ifndef REPORTS_IMAGE_H
#define REPORTS_IMAGE_H

#include <jansson.h>

#include "base/term.h"
#include "image/compare.h"
#include "image/survey.h"

/* Figures, layers, waste, the largest files, packages, what stands out, and a sentence. */
struct err *report_image_table(
	const struct image_view *v, const struct survey *s, FILE *f, struct term t);
/* The same as JSON (image.schema.json): a new reference. */
json_t *report_image_json(const struct image_view *v, const struct survey *s);

/* What changed: figures, layers, packages, files, config, and a sentence. */
struct err *report_diff_table(const struct comparison *c, FILE *f, struct term t);
/* The same as Markdown, for a CI job's summary: the sentence first. */
struct err *report_diff_markdown(const struct comparison *c, FILE *f);
/* The same as JSON (image-diff.schema.json): a new reference. */
json_t *report_diff_json(const struct comparison *c);

#endif
