/* A real engine in a lab of its own. */
#ifndef ENGINE_FIXTURE_H
#define ENGINE_FIXTURE_H

#include "engine/engine.h"
#include "lab_fixture.h"

struct seat {
	void *f; /* struct fixture */
	struct lab *lab;
	const struct engine *engine;
	struct engine_info info;
	void *state; /* once it is open */
};

/* Find the engine of that name in PATH, or below the place where ci/setup puts engines, and open a
 * lab for it; the test is skipped where it is not installed. */
static inline void seat_take(struct seat *s, const char *name, const char *below)
{
	const char *prefix = getenv("TARE_PREFIX");
	_cleanup_(freep) char *dir = below ? xasprintf("%s/engines/%s",
						     prefix ? prefix : "/opt/tare", below)
					   : NULL;
	_cleanup_(freep) char *word = xasprintf("%s%s%s", name, dir ? "@" : "", dir ? dir : "");
	_cleanup_(freep) char *found = NULL;

	if (dir && !path_exists(dir))
		skip();
	no_error(engine_find(word, &s->engine, &found));
	no_error(s->engine->probe(found, &s->info));
	if (!s->info.usable)
		fail_msg("%s: %s", word, s->info.why);
	s->lab = open_lab(s->f);
}

static inline void seat_drop(struct seat *s)
{
	if (s->state)
		s->engine->close(s->state);
	lab_close(s->lab);
	engine_info_done(&s->info);
	fixture_drop(&s->f);
}

#endif
