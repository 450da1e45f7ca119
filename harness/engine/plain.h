/* BuildKit's plain log. Blocks of lines, an empty line between them; a block begins with
 * "#N NAME", and each line of it with "#N ": a program's output then with the seconds it came at,
 * all else is the engine's. Nothing that a program prints stands anywhere else in a line, so what
 * looks like progress in another place is left out, and the step it came from is flagged. */
#ifndef ENGINE_PLAIN_H
#define ENGINE_PLAIN_H

#include "engine/vertex.h"

struct plain {
	struct vertexes all;
	char current[8]; /* the number of the block's vertex; "" between blocks */
	bool inside;	 /* a block: no empty line since its header */
	bool summary;	 /* below the first rule: what failed is told again */
	int place;	 /* a "Dockerfile:LINE" that waits for its excerpt; 0: none */
};

/* One line, at_ns after spawn; what it tells is in `steps` afterwards. */
void plain_line(struct plain *p, const char *line, size_t n, int64_t at_ns, struct steps *steps);
/* The command ended: close what is open, fill in the phases. */
void plain_end(struct plain *p, int64_t at_ns, struct steps *steps);

#endif
