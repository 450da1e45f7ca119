/* One instruction: from its line to its words, and whether BuildKit accepts it. Private to this
 * folder. */
#ifndef DOCKERFILE_INSTRUCTION_H
#define DOCKERFILE_INSTRUCTION_H

#include "dockerfile/dockerfile.h"
#include "dockerfile/text.h"

/* Fill name, flags, words, json, legacy, original and onbuild from a line. ERR_INPUT without a
 * place. */
struct err *instruction_parse(struct span line, char escape, struct df_instruction *out);
/* Whether BuildKit accepts its flags and arguments. */
struct err *instruction_check(const struct df_instruction *in);
/* Whether here-documents may follow its line. */
bool instruction_takes_heredocs(const struct df_instruction *in);
void instruction_done(struct df_instruction *in);

/* A flag's value; NULL when it is not there. */
const char *instruction_flag(const struct df_instruction *in, const char *name);

/* check_flags.c: whether all flags are among the known ones of this instruction, given once. */
struct err *check_flags(const struct df_instruction *in);
/* check_health.c: the durations and count of HEALTHCHECK. */
struct err *check_health(const struct df_instruction *in);
/* mount.c: --mount and --device of RUN as far as BuildKit checks them while it parses. */
struct err *check_mounts(const struct df_instruction *in);

#endif
