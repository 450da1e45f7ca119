/* A run: one invocation, and the environment it ran in. */
#ifndef MODEL_RUN_H
#define MODEL_RUN_H

#include "base/random.h"
#include "model/sample.h"

/* What the times depend on. Key and value pairs, sorted by key: cpu.model, cpu.cores, mem.bytes,
 * kernel, os, governor, virt, fs.lab, cgroup, user (root or rootless), load.start, ... */
struct fact {
	char *key, *value;
};
struct facts {
	struct fact *items;
	size_t count, room;
};
void facts_set(struct facts *f, const char *key, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
const char *facts_get(const struct facts *f, const char *key); /* NULL: not known */
void facts_done(struct facts *f);

/* An engine as it was found. */
struct engine_facts {
	char *engine;  /* as --engine takes it */
	char *version, *storage_driver, *network; /* NULL: unknown */
	bool rootless;
	struct facts more; /* cli, plugin, daemon, runtime versions, options that matter */
};

struct run {
	int64_t id;
	char uuid[UUID_SIZE];
	int64_t start_unix_ns, end_unix_ns; /* end 0: not ended, mutable */
	char *project, *commit, *merge_base, *branch, *ci_job, *tag; /* NULL: none */
	bool dirty;
	char *version; /* of tare */
	char *command; /* as typed, encoded */
	uint64_t seed;
	char *plan;    /* JSON: what --resume reads */
	struct facts env;
	struct engine_facts *engines;
	size_t engine_count, engine_room;
};

void engine_facts_done(struct engine_facts *e);
void run_free(struct run *r);
DEFINE_CLEANUP(struct run *, run_free)

#endif
