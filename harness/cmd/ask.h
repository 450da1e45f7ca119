/* What `tare run` and `tare plan` are asked: their options, and the plan that follows. */
#ifndef CMD_ASK_H
#define CMD_ASK_H

#include "cmd/cmd.h"
#include "cmd/engines.h"

struct ask {
	struct strv where, engines, caches, states, edits, variants, build_args, secrets, ssh, rest;
	char *file, *target, *platform, *project, *output, *link, *tag, *db, *bases, *bases_from, *lab, *until;
	char *packages;
	int64_t samples, seed, budget_ns, timeout_ns;
	int64_t starts; /* < 0: not said */
	bool resume, verify, json, quiet, verbose;
};

/* The options that both take, for their tables. */
#define ASK_OPTIONS                                                                                \
	{ OPT_LIST, 'e', "engine", "LIST", "podman, docker, docker@DIR (default: those found)",    \
		offsetof(struct ask, engines) },                                                   \
	{ OPT_LIST, 'c', "cache", "LIST",                                                          \
		"none, store, local, registry, inline (local and registry with :min or :max), all", \
		offsetof(struct ask, caches) },                                                    \
	{ OPT_LIST, 0, "state", "LIST", "cold, warm (default: both)", offsetof(struct ask, states) }, \
	{ OPT_LIST, 0, "edit", "LIST",                                                             \
		"none, source, deps, dockerfile, mode, catalogue (default: none, source)",         \
		offsetof(struct ask, edits) },                                                     \
	{ OPT_LIST, 0, "variant", "LIST", "variants of the scenario (default: all)",               \
		offsetof(struct ask, variants) },                                                  \
	{ OPT_STR, 'o', "output", "O",                                                             \
		"image or push (default: push where a cache travels or layers are packed, else image)", \
		offsetof(struct ask, output) },                                                    \
	{ OPT_STR, 0, "link", "RTT,RATE", "the path to the registry, as 40ms,12.5MB (default: loopback)", \
		offsetof(struct ask, link) },                                                      \
	{ OPT_INT, 'n', "samples", "N",                                                            \
		"timed builds of each cell (default: 3, or until decided where cells are compared)", \
		offsetof(struct ask, samples) },                                                   \
	{ OPT_STR, 0, "until", "decided",                                                          \
		"build on until each comparison has its verdict, 30 pairs at most",                \
		offsetof(struct ask, until) },                                                     \
	{ OPT_INT, 0, "seed", "N", "of the order of builds (default: random)",                     \
		offsetof(struct ask, seed) },                                                      \
	{ OPT_STR, 'f', "file", "FILE", "the Dockerfile, when it is not the scenario's own",       \
		offsetof(struct ask, file) },                                                      \
	{ OPT_STR, 0, "target", "STAGE", "the stage to build", offsetof(struct ask, target) },     \
	{ OPT_STRS, 0, "build-arg", "K=V", "a build argument", offsetof(struct ask, build_args) }, \
	{ OPT_STRS, 0, "secret", "SPEC", "a secret the build may read, as docker build takes it",  \
		offsetof(struct ask, secrets) },                                                   \
	{ OPT_STRS, 0, "ssh", "SPEC", "an SSH agent the build may use", offsetof(struct ask, ssh) }, \
	{ OPT_STR, 0, "platform", "P", "the platform to build for", offsetof(struct ask, platform) }, \
	{ OPT_STR, 0, "project", "NAME", "whose scenarios these are (default: the origin's URL)",  \
		offsetof(struct ask, project) },                                                   \
	{ OPT_STR, 0, "db", "FILE", "the database", offsetof(struct ask, db) },                    \
	{ OPT_FLAG, 0, "json", NULL, "print JSON", offsetof(struct ask, json) },                   \
	{ OPT_FLAG, 'q', "quiet", NULL, "no progress", offsetof(struct ask, quiet) },              \
	{ OPT_FLAG, 'v', "verbose", NULL, "say more of what is done", offsetof(struct ask, verbose) }, \
	{ OPT_ARGS, 0, NULL, "DIR|SCENARIO", NULL, offsetof(struct ask, where) }

struct scenarios {
	struct scenario **items;
	size_t count;
};

/* The scenarios named (none: "."), with only the variants asked for. */
struct err *ask_scenarios(const struct ask *a, struct scenarios *out);
/* The scenarios of these names, as they stand; none: the library's. */
struct err *library_scenarios(const struct strv *names, struct scenarios *out);
/* The words of the options as a spec. */
struct err *ask_spec(const struct ask *a, struct plan_spec *out);
/* Cells and order for these engines. */
struct err *ask_plan(const struct plan_spec *spec, const struct scenarios *s, const struct engines *e,
	struct plan **out);
/* The place of an option's word among its names, 0 where it was not said. */
struct err *ask_word(const char *option, const char *word, const char *const *names, int *out);
/* The word of --bases; NULL: auto. */
struct err *bases_mode(const char *word, enum bases_from *out);
void scenarios_done(struct scenarios *s);

#endif
