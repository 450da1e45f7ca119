/* What a change of each file of a context would bust, said before anything is built. Pure. */
#ifndef EXPLAIN_PREDICT_H
#define EXPLAIN_PREDICT_H

#include "dockerfile/dockerfile.h"

/* What files have in common that the same steps read. */
struct outcome {
	size_t first; /* index into the graph's steps of the first one that reads them; SIZE_MAX:
		       * nothing does */
	bool *again;  /* of each step: it runs again after a change of such a file */
	size_t again_count;
	size_t files;
	int64_t size_bytes;
	bool *reads; /* of each step: it reads them itself */
};

struct prediction {
	const struct df_graph *graph; /* borrowed, as are the files */
	const struct manifest *files; /* sorted; directories in it count for nothing */
	struct outcome *outcomes;     /* by their first step; that of no step comes last */
	size_t outcome_count, outcome_room;
	size_t *of; /* of each file: index into outcomes; SIZE_MAX: a directory, or dropped */
	size_t file_count;
};

void predict(const struct df_graph *g, const struct manifest *files, struct prediction *out);
/* Forget this file, if it is there, where no step reads it. */
void prediction_drop_unread(struct prediction *p, const char *path);
void prediction_done(struct prediction *p);

/* A line of the answer: a file, "src/" where all files below have one outcome, or "src/" and a
 * star for those of its entries that have it, where they are many and others have not. */
struct predict_row {
	char *path;
	size_t outcome, files;
	int64_t size_bytes;
};
struct predict_rows {
	struct predict_row *items;
	size_t count, room;
};

/* The rows by outcome and path. */
void predict_rows(const struct prediction *p, struct predict_rows *out);
void predict_rows_done(struct predict_rows *r);

#endif
