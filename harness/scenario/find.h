/* Finding scenarios and the project that they belong to. */
#ifndef SCENARIO_FIND_H
#define SCENARIO_FIND_H

#include "base/str.h"

/* The directory that the user means, resolved. ERR_INPUT, with a suggestion, when there is none. */
struct err *scenario_dir(const char *where, char **out);
/* The name in `dir` that `word` most likely meant; borrowed from names; NULL: none. */
const char *near_in(const char *dir, const char *word, struct strv *names);
/* The origin URL of the git repository around `dir`, without credentials; else its own name. */
char *project_of(const char *dir) __attribute__((warn_unused_result));
/* A URL without user, password, query and fragment. */
char *url_without_credentials(const char *url) __attribute__((warn_unused_result));

/* Files below a directory, relative to it: those that git tracks, where there is a repository,
 * else those near the top. A few thousand at most; nothing where it cannot be read. */
void files_of(const char *dir, struct strv *out);

#endif
