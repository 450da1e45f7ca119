/* What the spawn server and its client say to each other: one request, one reply, a packet each,
 * over a SOCK_SEQPACKET pair. The strings of a start come in a memfd, so that an environment may
 * be larger than a packet. Both ends are the same executable: structs travel as they are. */
#ifndef MEASURE_WIRE_H
#define MEASURE_WIRE_H

#include "measure/spawn.h"

enum wire_op { WIRE_START, WIRE_WAIT, WIRE_KILL, WIRE_SWEEP };

/* Where a start failed. */
enum wire_step { WIRE_REQUEST, WIRE_FORK, WIRE_CGROUP, WIRE_CWD, WIRE_USER, WIRE_EXEC };

struct wire_request {
	enum wire_op op;
	int id;
	int signal;
	bool tree;
	bool has_out, has_err; /* descriptors that follow the memfd */
	uid_t uid;
	gid_t gid;
	int64_t deadline_ns;
	size_t body_bytes; /* of the memfd: cwd, cgroup, argv..., env..., each with its NUL */
	int argc, envc;
};

struct wire_reply {
	int error; /* errno, 0: done */
	enum wire_step step;
	int id;
	struct spawned state;
};

#define WIRE_FDS	  3 /* memfd, stdout, stderr; of a reply: a pidfd */
#define WIRE_BODY_CEILING (4 << 20)

/* Send one packet with descriptors; false and errno when the other end is gone. */
bool wire_send(int sock, const void *packet, size_t n, const int *fds, int fd_count);
/* Receive one packet of exactly n bytes and up to WIRE_FDS descriptors, the rest of fds -1.
 * 1: got it; 0: the other end closed; -1: errno, or not such a packet (EBADMSG). */
int wire_receive(int sock, void *packet, size_t n, int fds[WIRE_FDS]);
void wire_close(int fds[WIRE_FDS]);

/* spawn_start, which also tells when it started and gives a pidfd that turns readable when the
 * program ends; the caller's to close. */
struct err *wire_start(int sock, const struct spawn *s, int *id, int *pidfd, int64_t *start_ns);
/* Kill what the program left behind: its descendants, and orphans that no other running program
 * of the server is an ancestor of. For where there is no cgroup to ask. */
struct err *wire_sweep(int sock, int id);

#endif
