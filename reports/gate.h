/* A gate between two images: what the limits say of the new one, and what is behind a change. */
#ifndef REPORTS_GATE_H
#define REPORTS_GATE_H

#include <jansson.h>

#include "base/term.h"
#include "image/compare.h"
#include "image/survey.h"
#include "model/limit.h"

/* A limit, and who set it: "default", "scenario.json", "--max"; static. */
struct gate_limit {
	struct limit limit;
	const char *from;
};

struct gate_row {
	enum metric metric;
	const struct gate_limit *limit; /* NULL: none */
	bool known_a, known_b;
	double a, b;
	const char *verdict; /* static; NULL: the new image has no value */
	bool exceeded;	     /* its limit is */
	bool unanswered;     /* it has a limit, and the new image no value */
};

enum cause_kind { GATE_LAYER, GATE_PACKAGE, GATE_FILE, GATE_CONFIG };
extern const char *const gate_cause_names[];

/* What is behind an exceeded limit, most bytes of each kind first. */
struct gate_cause {
	enum cause_kind kind;
	char *what;	 /* an instruction, "numpy 2.2.0 added", a path, "app -> root" */
	const char *label; /* static: "layer", a package manager, "file" */
	int layer;	 /* 1 is the first; 0: of no layer */
	int64_t bytes;	 /* more than before; of a count 0 */
	uint64_t files;	 /* of a package */
	bool unpacked;	 /* bytes are of contents, though the metric is of packed ones */
};
struct gate_causes {
	struct gate_cause *items;
	size_t count, room;
};

struct gate {
	const struct image_view *old, *new; /* borrowed; old is NULL where there is no baseline */
	const struct comparison *comparison; /* borrowed; NULL as well */
	struct survey survey_old, survey_new;
	struct values values_old, values_new;
	const struct gate_limit *limits; /* borrowed */
	size_t limit_count;
	struct gate_row rows[METRIC_COUNT]; /* those with a limit first, in its order */
	size_t row_count, exceeded, unanswered;
};

/* Judge the second image of `c` by the first; without c, `new` alone, by absolute limits. At most
 * one limit a metric, of those that an image has (gate_has). */
void gate_decide(struct gate *g, const struct comparison *c, const struct image_view *new,
	const struct gate_limit *limits, size_t limit_count);
/* Zeroes are fine. */
void gate_done(struct gate *g);
/* Whether an image has that metric without being built. */
bool gate_has(enum metric m);
/* What is behind row r: a layer, package and file at most three of each. */
void gate_explain(const struct gate *g, const struct gate_row *r, struct gate_causes *out);
/* Zeroes are fine. */
void gate_causes_done(struct gate_causes *c);

/* "212 MB → 253 MB, +40.7 MB (+19.2 %)"; appended. */
void gate_change(struct str *s, const struct gate_row *r);
/* The answer in a sentence or three, with foreign text as it stands; appended. */
void gate_answer(struct str *s, const struct gate *g);

/* Each limit, what is behind those exceeded, the other metrics, and the answer. */
struct err *report_gate_table(const struct gate *g, FILE *f, struct term t);
/* The same as Markdown, for a CI job's summary: the answer first. */
struct err *report_gate_markdown(const struct gate *g, FILE *f);
/* The same as JSON (image-gate.schema.json): a new reference. */
json_t *report_gate_json(const struct gate *g);

#endif
