/* Short helper programs of an engine, and the environment that all of its programs get. */
#ifndef ENGINE_INSIDE_H
#define ENGINE_INSIDE_H

#include "engine/engine.h"

/* The first line of what a program says about itself; NULL when it cannot be asked. `env` NULL:
 * that of tare. Runs outside the lab, starts nothing. */
char *program_says(const char *const *argv, const char *const *env);
/* Note that line as the fact `key`, when there is one. `env` NULL: that of tare. */
void facts_ask(
	struct engine_info *i, const char *key, const char *const *argv, const struct strv *env);
/* The program of that name: with NAME@DIR in DIR or nowhere, as two versions are not to be mixed;
 * else where PATH has it. NULL: there is none. */
char *program_find(const char *dir, const char *name) __attribute__((warn_unused_result));
/* All that it says on stdout and stderr, whatever it ends with. */
struct err *program_help(const char *const *argv, const char *const *env, struct str *out);

/* Run `c` in the lab to its end; its stdout goes onto out. ERR_TOOL with the last line of its
 * stderr when it fails. */
struct err *inside_run(struct lab *lab, const struct cmd *c, struct str *out);

/* PATH (dir first, unless NULL), HOME and TMPDIR below `home`, both made; and the proxies of
 * tare's own environment. */
struct err *inside_env(const char *dir, const char *home, struct strv *env);

/* A directory for this engine below lab->dir, made; short, as sockets lie in it. */
struct err *inside_dir(struct lab *lab, const struct engine_facts *facts, char **dir_out);
/* A cgroup for this engine, named after its directory; NULL where none can be had. */
struct err *inside_cgroup(struct lab *lab, const char *dir, char **cgroup_out);

/* Secrets and ssh, which all engines spell alike. */
void inside_ids(const struct variant *v, struct strv *argv);
/* The options that docker and podman spell alike: target, platform, arguments, contexts, secrets,
 * ssh, and what the user added. */
void inside_options(const struct build *b, struct strv *argv);

/* An image that was pushed to the lab's registry, as image/ finds it there. */
struct err *inside_pushed(struct lab *lab, const struct build *b, struct image_ref *out);

#endif
