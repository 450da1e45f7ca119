/* A lab in a new directory, and a look at what a run left behind on the machine. */
#ifndef LAB_FIXTURE_H
#define LAB_FIXTURE_H

#include <dirent.h>
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <cmocka.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/random.h"
#include "lab/hidden.h"
#include "lab/lab.h"
#include "measure/cgroup.h"

DEFINE_CLEANUP(DIR *, closedir)

static inline void no_error(struct err *e)
{
	if (e)
		fail_msg("%s%s%s", e->what, e->at ? ": " : "", e->at ? e->at : "");
}

struct fixture {
	char *dir; /* of the lab; absent at first */
	char run[13];
	char mark[16]; /* a number of seconds that only our sleepers sleep */
};

static inline int fixture_make(void **state)
{
	struct fixture *f = NEW(struct fixture);
	const char *tmp = getenv("TMPDIR");
	char place[200], digits[9];

	snprintf(place, sizeof(place), "%s/tare-lab-XXXXXX", tmp ? tmp : "/tmp");
	assert_non_null(mkdtemp(place));
	f->dir = path_join(place, "lab");
	random_hex(f->run, 12);
	random_hex(digits, 8);
	snprintf(f->mark, sizeof(f->mark), "%ld", 100000 + strtol(digits, NULL, 16) % 800000000);
	*state = f;
	return 0;
}

static inline int fixture_drop(void **state)
{
	struct fixture *f = *state;
	_cleanup_(strv_done) struct strv says = STRV_INIT;
	char *slash = strrchr(f->dir, '/');

	no_error(lab_clean(f->dir, true, &says));
	assert_false(path_exists(f->dir));
	*slash = '\0';
	no_error(dir_remove(f->dir));
	free(f->dir);
	free(f);
	return 0;
}

static inline struct lab *open_lab(struct fixture *f)
{
	struct lab *lab = NULL;

	no_error(lab_open(f->dir, f->run, (struct link){ 0 }, &lab));
	return lab;
}

/* Run a shell script inside the lab; its exit status, its output appended. */
static inline int in_lab(struct lab *lab, const char *script, struct str *out)
{
	const char *const argv[] = { "/bin/sh", "-c", script, NULL };
	const char *const env[] = { "PATH=/usr/bin:/bin:/usr/sbin:/sbin", NULL };
	struct spawn s = { .argv = argv, .env = env, .out = -1, .err = -1 };
	struct timed t;
	int status;

	no_error(spawn_timed(lab->sock, &s, MINUTE_NS, NULL, NULL, &t));
	if (out)
		str_add(out, str_get(&t.tail));
	else if (t.end.status)
		print_message("  %s", str_get(&t.tail));
	status = t.end.status;
	timed_done(&t);
	return status;
}

/* How many processes of the machine have our mark as an argument. */
static inline int sleepers(const struct fixture *f)
{
	_cleanup_(closedirp) DIR *proc = opendir("/proc");
	struct dirent *entry;
	int n = 0;

	while ((entry = readdir(proc))) {
		_cleanup_(freep) char *path = xasprintf("/proc/%s/cmdline", entry->d_name);
		_cleanup_(str_done) struct str text = STR_INIT;

		err_free(file_read(path, 1 << 20, &text));
		for (size_t i = 0; i < text.len; i += strlen(text.buf + i) + 1)
			n += str_eq(text.buf + i, f->mark);
	}
	return n;
}

/* Wait until so many are there: a program's arguments show only a moment after it started. */
static inline void all_sleep(const struct fixture *f, int count)
{
	int64_t deadline = clock_mono_ns() + 20 * SECOND_NS;

	while (sleepers(f) < count) {
		assert_true(clock_mono_ns() < deadline);
		nanosleep(&(struct timespec){ 0, 1000000 }, NULL);
	}
}

/* Within five seconds. */
static inline bool all_end(const struct fixture *f)
{
	int64_t deadline = clock_mono_ns() + 5 * SECOND_NS;

	while (sleepers(f) && clock_mono_ns() < deadline)
		nanosleep(&(struct timespec){ 0, 10000000 }, NULL);
	return sleepers(f) == 0;
}

/* Whether the machine's own mount table shows anything of the lab. */
static inline bool is_mounted(const char *dir)
{
	_cleanup_(str_done) struct str text = STR_INIT;

	no_error(file_read("/proc/self/mountinfo", 64 << 20, &text));
	return strstr(str_get(&text), dir);
}

/* The names in a directory, sorted, each with a blank after it. */
static inline char *names_in(const char *dir)
{
	_cleanup_(str_done) struct str out = STR_INIT;
	struct dirent **list;
	int n = scandir(dir, &list, NULL, alphasort);

	for (int i = 0; i < n; i++) {
		if (*list[i]->d_name != '.')
			str_addf(&out, "%s ", list[i]->d_name);
		free(list[i]);
	}
	if (n >= 0)
		free(list);
	return str_take(&out);
}

#endif
