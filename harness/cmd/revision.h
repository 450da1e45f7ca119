/* What is being measured: the commit, branch and CI job, read from git and the environment. */
#ifndef CMD_REVISION_H
#define CMD_REVISION_H

#include "model/run.h"

/* Fill commit, merge_base, branch, dirty and ci_job of run for the repository that holds dir; what
 * cannot be known stays NULL. */
void revision_fill(struct run *run, const char *dir);

#endif
