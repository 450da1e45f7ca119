/* One pattern of an ignore file, as moby/patternmatcher compiles it. Private to this folder. */
#ifndef DOCKERFILE_PATTERN_H
#define DOCKERFILE_PATTERN_H

#include "dockerfile/dockerfile.h"
#include "dockerfile/regex.h"

enum pattern_kind { PATTERN_EXACT, PATTERN_PREFIX, PATTERN_SUFFIX, PATTERN_REGEX };
struct pattern {
	char *text;	/* cleaned, without its '!' */
	bool exclusion; /* '!' */
	enum pattern_kind kind;
	struct regex *regex;
};

/* Read one pattern; *blank_out: there is none. ERR_INPUT when it is malformed. */
struct err *pattern_read(
	struct span line, enum ignore_dialect dialect, struct pattern *out, bool *blank_out);
/* Whether it matches this very path; parents are the caller's. */
bool pattern_match(const struct pattern *p, struct span path);
void pattern_done(struct pattern *p);

#endif
