#include "measure/machine.h"

#include <fcntl.h>
#include <sys/utsname.h>

#include "base/clock.h"
#include "base/file.h"
#include "measure/cgroup.h"

#define TEXT_CEILING (4 << 20)
#define JUMP_NS	     (200 * INT64_C(1000000)) /* real time against monotonic: a step, not a slew */
#define SUSPEND_NS   (50 * INT64_C(1000000))

/* A file's text without its last newline; "" when it cannot be read. */
static void read_text(const char *path, struct str *out)
{
	_cleanup_(err_freep) struct err *e = file_read(path, TEXT_CEILING, out);

	if (e)
		str_clear(out);
	while (out->len && out->buf[out->len - 1] == '\n')
		out->buf[--out->len] = '\0';
}

/* The value of the first line "KEY<spaces, tabs, : or =>VALUE"; NULL when there is none. */
static char *line_value(const char *text, const char *key)
{
	size_t n = strlen(key);

	for (const char *line = text; line; line = strchr(line, '\n')) {
		const char *value;

		line += *line == '\n';
		value = line + n;
		if (strncmp(line, key, n) != 0 || !*value || !strchr(" \t:=", *value))
			continue;
		value += strspn(value, " \t:=\"");
		return xstrndup(value, strcspn(value, "\"\n"));
	}
	return NULL;
}

static void set_line(struct facts *out, const char *fact, const char *path, const char *key)
{
	_cleanup_(str_done) struct str text = STR_INIT;
	_cleanup_(freep) char *value = NULL;

	read_text(path, &text);
	value = line_value(str_get(&text), key);
	if (value && *value)
		facts_set(out, fact, "%s", value);
}

static void set_text(struct facts *out, const char *fact, const char *path)
{
	_cleanup_(str_done) struct str text = STR_INIT;

	read_text(path, &text);
	if (text.len)
		facts_set(out, fact, "%s", text.buf);
}

static void set_memory(struct facts *out)
{
	long pages = sysconf(_SC_PHYS_PAGES), size = sysconf(_SC_PAGESIZE);

	if (pages > 0 && size > 0)
		facts_set(out, "mem.bytes", "%lld", (long long)pages * size);
}

/* What says that this is no bare machine: a hypervisor's name, a container's marker. */
static void set_virtual(struct facts *out)
{
	_cleanup_(str_done) struct str cpu = STR_INIT, vendor = STR_INIT;
	_cleanup_(freep) char *flags = NULL;
	bool guest, container = path_exists("/.dockerenv") || path_exists("/run/.containerenv");

	read_text("/proc/cpuinfo", &cpu);
	read_text("/sys/class/dmi/id/sys_vendor", &vendor);
	flags = line_value(str_get(&cpu), "flags");
	guest = flags && strstr(flags, "hypervisor");
	if (guest)
		facts_set(out, "virt", "%s%s", vendor.len ? vendor.buf : "virtual machine",
			container ? ", container" : "");
	else
		facts_set(out, "virt", "%s", container ? "container" : "none");
}

static void set_load(struct facts *out)
{
	double load[1];

	if (getloadavg(load, 1) == 1)
		facts_set(out, "load.start", "%.2f", load[0]);
}

static void set_cgroup(struct facts *out)
{
	const char *why;

	switch (cgroup_probe(&why)) {
	case CGROUP_V1:
		facts_set(out, "cgroup", "v1");
		break;
	case CGROUP_V2:
		facts_set(out, "cgroup", "v2");
		break;
	case CGROUP_NONE:
		facts_set(out, "cgroup", "none: %s", why);
		break;
	}
}

void machine_facts(struct facts *out)
{
	struct utsname name;

	set_line(out, "cpu.model", "/proc/cpuinfo", "model name");
	facts_set(out, "cpu.cores", "%ld", sysconf(_SC_NPROCESSORS_ONLN));
	set_memory(out);
	if (uname(&name) == 0) {
		facts_set(out, "kernel", "%s", name.release);
		facts_set(out, "arch", "%s", name.machine);
	}
	set_line(out, "os", "/etc/os-release", "PRETTY_NAME");
	set_text(out, "governor", "/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor");
	set_text(out, "turbo.off", "/sys/devices/system/cpu/intel_pstate/no_turbo");
	set_text(out, "clocksource",
		"/sys/devices/system/clocksource/clocksource0/current_clocksource");
	set_virtual(out);
	set_cgroup(out);
	set_load(out);
	facts_set(out, "user", "%s", geteuid() == 0 ? "root" : "rootless");
}

static int64_t read_clock(clockid_t id)
{
	struct timespec ts;

	clock_gettime(id, &ts);
	return ts.tv_sec * SECOND_NS + ts.tv_nsec;
}

struct clock_mark clock_mark(void)
{
	return (struct clock_mark){
		.mono_ns = read_clock(CLOCK_MONOTONIC),
		.boot_ns = read_clock(CLOCK_BOOTTIME),
		.real_ns = read_clock(CLOCK_REALTIME),
	};
}

const char *clock_fault(struct clock_mark before, struct clock_mark after)
{
	int64_t mono_ns = after.mono_ns - before.mono_ns;
	int64_t slept_ns = after.boot_ns - before.boot_ns - mono_ns;
	int64_t drift_ns = after.real_ns - before.real_ns - mono_ns - slept_ns;
	/* NTP slews by at most 500 ppm: a long build may drift that far without a jump */
	int64_t slew_ns = mono_ns / 2000;

	if (mono_ns < 0)
		return "the monotonic clock went back";
	if (slept_ns > SUSPEND_NS)
		return "the machine was suspended";
	if (drift_ns > JUMP_NS + slew_ns)
		return "the clock was set forward";
	if (drift_ns < -JUMP_NS - slew_ns)
		return "the clock was set back";
	return NULL;
}
