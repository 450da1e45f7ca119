/* Starting and timing programs. A small server (the lab's supervisor, init of its namespaces)
 * starts every timed program and every daemon: it is cheap to fork, it is already inside the
 * namespaces, and its end ends all of them. tare is its client over one SOCK_SEQPACKET pair.
 * Times are CLOCK_MONOTONIC: the start is taken by the forked child once it is in its cgroup,
 * before all else; the end by the server, right after wait4. */
#ifndef MEASURE_SPAWN_H
#define MEASURE_SPAWN_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/types.h>

#include "base/str.h"

struct spawn {
	const char *const *argv; /* argv[0] is an absolute path */
	const char *const *env;	 /* the whole environment */
	const char *cwd;	 /* absolute; NULL: "/" */
	const char *cgroup;	 /* of measure/cgroup.h; NULL: the supervisor's own */
	uid_t uid;		 /* who runs it; 0 in a user namespace is its owner */
	gid_t gid;
	int out, err; /* descriptors for stdout and stderr; -1: /dev/null */
};

struct spawned {
	bool running;
	int status; /* exit status; 128 + signal */
	int64_t start_ns, end_ns;
	struct rusage usage; /* of the child and its waited-for children */
};

/* The server: answers on `sock` until its other end closes, and reaps. Returns then. */
void spawn_serve(int sock);

/* Start a program; *id names it until spawn_wait tells that it ended. ERR_TOOL with the step that
 * failed (exec, cwd, cgroup, user). */
struct err *spawn_start(int sock, const struct spawn *s, int *id);
/* Wait until it ended or `deadline_ns` (CLOCK_MONOTONIC; INT64_MAX: no limit) passed:
 * out->running tells which. */
struct err *spawn_wait(int sock, int id, int64_t deadline_ns, struct spawned *out);
/* Signal it and, with `tree`, all of its process group, also when it ended itself. */
struct err *spawn_kill(int sock, int id, int signal, bool tree);

/* What a timed program printed, line by line as it arrived. */
struct line_sink {
	/* `fd` is 1 or 2; the line has no newline and may hold any bytes but NUL; at_ns after
	 * spawn. */
	struct err *(*line)(void *ctx, int fd, const char *line, size_t n, int64_t at_ns);
	void *ctx;
};

struct timed {
	struct spawned end;
	bool timed_out;
	bool interrupted;  /* *stop was set (a signal handler) */
	struct str tail;   /* the last 64 KiB of both streams, as they came */
	int64_t log_bytes; /* of both streams, all of it */
};

/* Start, read both streams to their end, wait. At the deadline, or when *stop becomes non-zero
 * (seen within 100 ms), the group and every process of s->cgroup are killed; without a cgroup, what
 * descends from it and what was orphaned. What is left of its group when it ended is killed too,
 * and a stream that something holds open past that is read for a second. Lines above 1 MiB are cut;
 * a NUL is handed on as a blank. s->out and s->err are not looked at. */
struct err *spawn_timed(int sock, const struct spawn *s, int64_t timeout_ns,
	const volatile int *stop, const struct line_sink *sink, struct timed *out);
void timed_done(struct timed *t);

#endif
