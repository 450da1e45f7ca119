#ifndef ENGINE_E4A_H
#define ENGINE_E4A_H

#include "engine/match.h"

/* E4a of the cases: stages builder, mid (FROM builder), builder, and the last one without a name.
 * RUN 1 | COPY --from=0 | RUN 3 | COPY --from=builder (stage 2), --from=0, --from=mid */
static const int p_mid[] = { 0 }, p_three[] = { 2 }, p_one[] = { 3, 0 }, p_two[] = { 4, 1 };
static const struct step_slot e4a[] = {
	{ 0, 0, 2, "builder", 2, 2, "RUN echo 1 > /one", NULL, 0 },
	{ 1, 0, 4, "mid", 1, 1, "COPY --from=0 /one /two", p_mid, 1 },
	{ 2, 0, 6, "builder", 2, 2, "RUN echo 3 > /three", NULL, 0 },
	{ 3, 0, 8, NULL, 1, 3, "COPY --from=builder /three /", p_three, 1 },
	{ 3, 1, 9, NULL, 2, 3, "COPY --from=0 /one /", p_one, 2 },
	{ 3, 2, 10, NULL, 3, 3, "COPY --from=mid /two /", p_two, 2 },
};

#endif
