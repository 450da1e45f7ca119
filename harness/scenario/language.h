/* Which files are source code, and how a comment is written in them. */
#ifndef SCENARIO_LANGUAGE_H
#define SCENARIO_LANGUAGE_H

/* A comment line that holds the word TOKEN, by the file's extension: "# TOKEN\n"; static. NULL:
 * not a source file that we know. */
const char *language_comment(const char *path);
#define RANK_SELDOM 2
/* How likely a developer edits this source file in a day: lower is likelier. Tests, tools'
 * settings and generated code come last: from
 * RANK_SELDOM on. */
int language_rank(const char *path);

#endif
