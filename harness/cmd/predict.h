/* The answer of tare explain --predict for one variant, as a table or as JSON. */
#ifndef CMD_PREDICT_H
#define CMD_PREDICT_H

#include <jansson.h>
#include <stdio.h>

#include "model/scenario.h"

/* each_file: a line for each, no directory summed up. */
struct err *predict_table(
	const struct scenario *s, const struct variant *v, bool each_file, FILE *f);
/* Appended to the array `to`. */
struct err *predict_json(const struct scenario *s, const struct variant *v, json_t *to);

#endif
