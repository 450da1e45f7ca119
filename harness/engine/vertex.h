/* What BuildKit works on: vertexes, as its progress tells about them, in whichever form. From them
 * come the steps and the phases. */
#ifndef ENGINE_VERTEX_H
#define ENGINE_VERTEX_H

#include "engine/shown.h"
#include "engine/spans.h"
#include "model/sample.h"
#include "model/step.h"

struct vertex {
	char *id;    /* its digest, or the number it has in a plain log */
	char *group; /* vertexes of one instruction share it; NULL: it stands alone */
	char *name;
	struct shown shown;		       /* of name */
	struct strv inputs;		       /* ids */
	struct spans busy;		       /* since spawn */
	struct spans pull, push, inline_cache; /* parts of it that have a phase of their own */
	int64_t open_ns;		       /* started and not completed since; -1: no */
	bool started, cached;
	char *error;  /* or NULL */
	ssize_t step; /* in steps->items; -1: it is none */
};

/* What the log of one command told. */
struct vertexes {
	struct vertex *items;
	size_t count, room;
	char config[DIGEST_SIZE]; /* the image's id; "" not told */
	struct input_digest *bases;
	size_t base_count, base_room;
	int failed_line; /* of the Dockerfile, in the excerpt below an error; 0: none */
};

/* The vertex of that id, made when it is new; NULL when there are too many. The pointer is valid
 * until the next call. */
struct vertex *vertexes_get(struct vertexes *all, const char *id);
/* It is called so from now on; a base that the name tells is added. */
void vertex_name(struct vertexes *all, struct vertex *v, const char *name);
/* A status line of a vertex, done between these times. */
void vertex_status(struct vertexes *all, struct vertex *v, const char *text, int64_t start_ns,
	int64_t end_ns, struct steps *steps);
/* Bring the step of v, if it is one that started, up to what v says now. */
void vertex_step(struct vertexes *all, struct vertex *v, struct steps *steps);
/* The log ended at at_ns: close what is open, and fill in the phases. */
void vertexes_end(struct vertexes *all, int64_t at_ns, struct steps *steps);
/* Forget all, for the next command. */
void vertexes_done(struct vertexes *all);

/* Whether step `reader` reads what step `read` made; all is a struct vertexes. */
bool vertexes_reads(const void *all, size_t reader, size_t read);

#endif
