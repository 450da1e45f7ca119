/* A scenario on disk and its plan, for tests of plan/. */
#ifndef PLAN_FIXTURE_H
#define PLAN_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/file.h"
#include "plan/plan.h"

/* With a source edit and no deps edit. */
struct fixture {
	char dir[64];
	struct scenario *scenario;
	struct plan *plan;
};

static inline char *can_all(void *ctx, const struct cell *cell, const struct variant *v)
{
	return NULL;
}

static inline void write_file(const struct fixture *f, const char *name, const char *text)
{
	_cleanup_(freep) char *path = path_join(f->dir, name);

	assert_null(file_replace(path, 0644, text, strlen(text)));
}

/* json: scenario.json; NULL: none, so one variant. */
static inline void write_scenario(struct fixture *f, const char *dockerfile, const char *json)
{
	struct scenario_opts none = { .project = "tests" };

	snprintf(f->dir, sizeof(f->dir), "%s", "/tmp/tare-plan-XXXXXX");
	assert_non_null(mkdtemp(f->dir));
	write_file(f, "Dockerfile", dockerfile);
	write_file(f, "app.py", "print(1)\n");
	if (json)
		write_file(f, "scenario.json", json);
	assert_null(scenario_load(f->dir, &none, &f->scenario));
}

static inline void done(struct fixture *f)
{
	plan_free(f->plan);
	scenario_free(f->scenario);
	err_free(dir_remove(f->dir));
}

/* A sample as the loop would hand it to the plan; to be given to sample_done. */
static inline struct sample ended(
	const struct plan_slot *slot, enum sample_status status, bool is_void, double wall_s)
{
	struct sample s = { .kind = slot->kind, .status = status, .block = slot->block };

	s.values.known[M_BUILD_WALL] = true;
	s.values.v[M_BUILD_WALL] = wall_s;
	if (is_void)
		checks_fail(&s.checks, CHECK_RELAY_USED, "a test");
	return s;
}

/* The build of a slot ended like this. */
static inline void end(struct plan *p, struct plan_slot *slot, enum sample_status status,
	bool is_void, double wall_s)
{
	struct sample s = ended(slot, status, is_void, wall_s);

	plan_observe(p, slot, &s);
	sample_done(&s);
}

#endif
