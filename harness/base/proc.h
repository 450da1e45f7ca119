/* Running a helper program and reading what it says. Not for timed builds: those go through
 * measure/. argv arrays only, never a shell. */
#ifndef BASE_PROC_H
#define BASE_PROC_H

#include <stdint.h>
#include <sys/types.h>

#include "base/str.h"

struct proc {
	const char *const *argv; /* NULL-terminated; argv[0] is searched as path_find_program does */
	const char *const *env;  /* NULL: the environment of this process */
	const char *cwd;         /* NULL: as is */
	const char *input;       /* what standard input holds; NULL: /dev/null */
	size_t ceiling;          /* bytes kept of each of stdout and stderr; 0: 1 MiB */
	int64_t timeout_ns;      /* 0: 30 s; then killed with its group */
	const volatile int *stop; /* not 0: its group gets SIGTERM, 10 s later SIGKILL; NULL: never */
};

struct proc_result {
	int status;      /* exit status; 128 + signal */
	bool timed_out, stopped;
	struct str out, err;
};

/* Run to its end. ERR_TOOL when it cannot be started; a non-zero status is no error. */
struct err *proc_run(const struct proc *p, struct proc_result *out);
/* The same, and a non-zero status or a time-out is ERR_TOOL with the last line of its stderr; ERR_AGAIN
 * when it was stopped. */
struct err *proc_check(const struct proc *p, struct proc_result *out);
void proc_result_done(struct proc_result *r);

#endif
