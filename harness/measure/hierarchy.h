/* Where the control group file systems are mounted, and the files in them. */
#ifndef MEASURE_HIERARCHY_H
#define MEASURE_HIERARCHY_H

#include "measure/cgroup.h"

/* The hierarchies that hold what we count: one on v2; on v1 cpuacct and memory, which may be one
 * and the same. Paths are mount points. */
struct hierarchy {
	enum cgroup_kind kind;
	char *cpu, *memory; /* v1; memory is NULL where it is mounted together with cpuacct */
	char *unified;	    /* v2 */
	struct strv all;    /* whatever is mounted: engines make groups in each */
};

/* What is mounted, into a zeroed *h. CGROUP_NONE is no error. */
void hierarchy_find(struct hierarchy *h);
void hierarchy_done(struct hierarchy *h);
/* The directories of /tare/NAME in each hierarchy; of /tare itself for "". */
void hierarchy_dirs(const struct hierarchy *h, const char *name, struct strv *out);
/* The same in every hierarchy there is: what has to be removed in the end. */
void hierarchy_all_dirs(const struct hierarchy *h, const char *name, struct strv *out);
/* The files that a process writes "0" to in order to join /tare/NAME. */
void hierarchy_join_files(const char *name, struct strv *out);

#endif
