/* Control groups, v1 (cpuacct, memory) and v2: where a build's cost is counted. */
#ifndef MEASURE_CGROUP_H
#define MEASURE_CGROUP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

enum cgroup_kind { CGROUP_NONE, CGROUP_V1, CGROUP_V2 };

/* What this machine has and we may write, and why not (*why is static). */
enum cgroup_kind cgroup_probe(const char **why);
/* Make /tare/NAME in every hierarchy that is used. `name` holds no dot-dot. */
struct err *cgroup_make(const char *name);
/* Kill what runs there, then remove it and what lies below it, in every hierarchy. */
struct err *cgroup_remove(const char *name);
struct err *cgroup_kill(const char *name);
/* Which group /tare/NAME is, to know it again; 0 when there is none. */
int64_t cgroup_inode(const char *name);
/* The path as a daemon's --cgroup-parent takes it: "/tare/NAME". */
char *cgroup_path(const char *name) __attribute__((warn_unused_result));

struct usage {
	bool cpu_known, mem_known, disk_known;
	int64_t cpu_ns;
	int64_t mem_peak_bytes; /* anonymous memory, sampled */
	int64_t disk_written_bytes;
	char *why; /* what is not known, why not; or NULL */
};

/* Cost between two calls; the sampler of memory is a thread that reads every 50 ms. */
struct cgroup_meter;
struct err *cgroup_meter_start(const char *name, struct cgroup_meter **out);
struct err *cgroup_meter_stop(struct cgroup_meter *m, struct usage *out); /* frees m */
void usage_done(struct usage *u);

#endif
