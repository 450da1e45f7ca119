/* The fingerprint of the machine, and whether its clock stood still. */
#ifndef MEASURE_MACHINE_H
#define MEASURE_MACHINE_H

#include "model/run.h"

/* cpu.model, cpu.cores, mem.bytes, kernel, os, governor, virt, cgroup, load.start, user, ... */
void machine_facts(struct facts *out);

/* Boot, monotonic and real clocks at one moment; compared later: a jump or suspend shows. */
struct clock_mark {
	int64_t mono_ns, boot_ns, real_ns;
};
struct clock_mark clock_mark(void);
/* NULL, or a static sentence saying what the clock did between the two marks. */
const char *clock_fault(struct clock_mark before, struct clock_mark after);

#endif
