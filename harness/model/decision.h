/* What a run compared by itself: two of its cells, as it was decided. */
#ifndef MODEL_DECISION_H
#define MODEL_DECISION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define VERDICT_SIZE 16

struct decision {
	int64_t a, b;     /* cells; B against A, by the wall time */
	double alpha;     /* the interval's level is 1 - alpha: all of the run were decided at it */
	char verdict[VERDICT_SIZE]; /* as the command line says it */
	size_t pairs;     /* blocks that hold both */
};

#endif
