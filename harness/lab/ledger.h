/* The ledger: what tare made that outlives the lab's namespaces. An act is written and fsynced
 * before it is done, so that whoever finds the lab after a power cut or a kill -9 knows what to
 * undo; what it does not name is not touched. One JSON object a line, in the lab directory. */
#ifndef LAB_LEDGER_H
#define LAB_LEDGER_H

#include <stdint.h>

#include "base/str.h"

enum act_kind {
	ACT_CGROUP,	/* name: below /tare/ of every hierarchy; a: its inode, 0 not known yet */
	ACT_SUPERVISOR, /* a: pid, b: start time (clock ticks since boot) */
	ACT_KINDS,
};

struct act {
	enum act_kind kind;
	char *name;
	int64_t a, b;
};

struct acts {
	struct act *items;
	size_t count, room;
};

struct ledger;
/* Open DIR/ledger, made when absent. */
struct err *ledger_open(const char *dir, struct ledger **out);
void ledger_close(struct ledger *l);
DEFINE_CLEANUP(struct ledger *, ledger_close)

/* On disk when it returns. `name` may be NULL. A later line of the same kind and name replaces
 * the earlier one: that is how an inode is added. */
struct err *ledger_add(
	struct ledger *l, enum act_kind kind, const char *name, int64_t a, int64_t b);
/* What stands in it, in order. A torn last line is no act: it was never fsynced. ERR_IO for any
 * other line that cannot be read. */
struct err *ledger_read(struct ledger *l, struct acts *out);
/* All of it has been undone: empty it. */
struct err *ledger_clear(struct ledger *l);
void acts_done(struct acts *a);

#endif
