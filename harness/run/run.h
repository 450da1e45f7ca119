/* The loop over samples: prepare, time, collect, check, record. */
#ifndef RUN_RUN_H
#define RUN_RUN_H

#include "engine/engine.h"
#include "plan/plan.h"
#include "store/store.h"

struct run_engine {
	const struct engine *engine;
	char *word;   /* as --engine takes it: docker@DIR */
	char *label;  /* in cells: docker@20.10 */
	struct engine_info info;
	bool language_known; /* info tells what it lacks of the Dockerfile language */
	void *state;  /* open engines; else NULL */
};

/* A base that cannot be had, and why. */
struct base_lack {
	char *ref, *why;
};

/* Who watches a run: a terminal, a log. Any may be NULL. */
struct run_watch {
	/* A build begins; expected_s < 0: not known yet. */
	void (*begin)(void *ctx, const struct plan *p, const struct plan_slot *slot, double expected_s);
	/* The build has come to this step, foreign text. */
	void (*step)(void *ctx, const struct step *step);
	/* It was recorded. */
	void (*end)(void *ctx, const struct plan *p, const struct plan_slot *slot,
		const struct sample *s);
	void (*say)(void *ctx, const char *line);
	void *ctx;
};

struct run_job {
	struct store *store;
	struct lab *lab;
	struct run *run;
	struct plan *plan;
	struct scenario **scenarios;
	size_t scenario_count;
	struct run_engine *engines;
	size_t engine_count;
	struct base *bases;       /* pinned, for all scenarios */
	size_t base_count;
	const struct base_lack *lacks; /* cells that are built on one of these are dropped */
	size_t lack_count;
	const char *const *extra; /* engine options after -- */
	const char *const *skip;  /* absolute paths left out of context copies */
	int64_t timeout_ns;       /* of a build; 0: the scenario's own */
	bool proxied;		  /* builds get packages through the lab's proxy */
	bool verify;		  /* read every layer of every image, known or not */
	int64_t starts;           /* of each image; < 0: what run_starts says */
	const volatile int *stop; /* set by a signal handler */
	struct run_watch watch;
};

/* Start the engines of the plan and let them say what they really can: info is right from then on,
 * and cells that cannot be built after all are dropped from the plan with the reason. An engine that
 * does not start loses all its cells; the first such error is returned, the others can be used. */
struct err *run_open_engines(struct run_job *job);
/* Build all that is left of the plan, one transaction a sample. ERR_AGAIN when *stop was set: what
 * was recorded stays, and --resume goes on. A build that fails is a recorded result, no error. */
struct err *run_all(struct run_job *job);
void run_close_engines(struct run_job *job);

/* Packages through the lab's caching proxy. ERR_INPUT where no build can use it: for each, the first
 * program asks its registry over https. */
struct err *run_proxy_check(struct scenario *const *scenarios, size_t count);
/* Hand the proxy to all builds, by arguments that every engine gives to RUN by itself and keeps out of
 * image and cache. */
void run_use_proxy(struct scenario *const *scenarios, size_t count, int port);

/* How often the images of s are started where nobody said: 5 times where it is tagged "runner" or
 * claims something of its starts, and says how it is asked whether it is well; else 0. */
int64_t run_starts(const struct scenario *s);

/* Refs of every base that the scenarios' variants are built on, unique; with `frontends` those of
 * their syntax directives too, which BuildKit pulls and buildah does not read. */
struct err *run_base_refs(struct scenario *const *scenarios, size_t count, bool frontends,
	struct strv *out);
void run_engine_done(struct run_engine *e);

#endif
