/* A directory of its own for each test of scenarios and copies, and what to put in it. */
#ifndef SCENARIO_FIXTURE_H
#define SCENARIO_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "base/file.h"
#include "scenario/scenario.h"

struct fixture {
	char top[32]; /* temporary; */
	char *app;    /* in it: the user's directory */
	char *copy;   /* in it: where the copy goes; not made yet */
};

static inline int fixture_up(void **state)
{
	struct fixture *f = NEW(struct fixture);

	memcpy(f->top, "/tmp/tare-test-XXXXXX", sizeof("/tmp/tare-test-XXXXXX"));
	assert_non_null(mkdtemp(f->top));
	f->app = xasprintf("%s/app", f->top);
	f->copy = xasprintf("%s/copy", f->top);
	assert_int_equal(mkdir(f->app, 0755), 0);
	*state = f;
	return 0;
}

static inline int fixture_down(void **state)
{
	struct fixture *f = *state;

	err_free(dir_remove(f->top));
	free(f->app);
	free(f->copy);
	free(f);
	return 0;
}

#define STORY(f) cmocka_unit_test_setup_teardown(f, fixture_up, fixture_down)

/* Success, or the test ends with what failed. */
#define OK(call)                                                                                   \
	do {                                                                                       \
		_cleanup_(err_freep) struct err *ok_ = (call);                                     \
		if (ok_)                                                                           \
			fail_msg("%s: %s (at %s)", #call, ok_->what, ok_->at ? ok_->at : "?");     \
	} while (0)

/* A file below the user's directory, its parents made. */
static inline void put(const struct fixture *f, const char *name, const char *text)
{
	_cleanup_(freep) char *path = path_join(f->app, name);
	char *slash = strrchr(path, '/');
	_cleanup_(freep) char *parent = xstrndup(path, (size_t)(slash - path));
	_cleanup_(closep) int fd = -1;

	OK(dir_make(parent, 0755));
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	assert_true(fd >= 0);
	assert_int_equal(fchmod(fd, 0644), 0);
	OK(file_write_all(fd, path, text, strlen(text)));
}

static inline char *text_of(const char *path)
{
	struct str s = STR_INIT;

	OK(file_read(path, (size_t)1 << 26, &s));
	return str_take(&s);
}

static inline void assert_text(const char *dir, const char *name, const char *text)
{
	_cleanup_(freep) char *path = path_join(dir, name);
	_cleanup_(freep) char *found = text_of(path);

	assert_string_equal(found, text);
}

static inline bool there(const char *dir, const char *name)
{
	_cleanup_(freep) char *path = path_join(dir, name);
	struct stat st;

	return lstat(path, &st) == 0;
}

/* The user's directory as a scenario, and its copy. */
static inline struct scenario *load(const struct fixture *f)
{
	struct scenario *s = NULL;

	OK(scenario_load(f->app, NULL, &s));
	return s;
}

static inline struct copy *copied(const struct fixture *f, const struct scenario *s)
{
	struct copy *c = NULL;

	OK(copy_make(s, &s->variants[0], f->copy, NULL, &c));
	return c;
}

#endif
