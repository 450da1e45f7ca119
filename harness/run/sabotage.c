/* The mistakes of the sabotage suite, by name. Each is made in a real run, where a careless change
 * of the harness, a neighbour or the engine could make it. */
#include "run/sabotage.h"

#include "base/file.h"
#include "engine/inside.h"

#define LINK_MODE 0644

static bool is_timed(const struct trial *t)
{
	return t->slot->kind == SAMPLE_TIMED;
}

static bool is_prime(const struct trial *t)
{
	return t->slot->kind == SAMPLE_PRIME;
}

static bool is_cold_timed(const struct trial *t)
{
	return is_timed(t) && t->pc->cell.state == STATE_COLD;
}

static bool is_edited(const struct trial *t)
{
	return trial_is_warm(t) && t->pc->cell.edit != EDIT_NONE;
}

static bool is_warm_import(const struct trial *t)
{
	return trial_is_warm(t) && t->import_ref;
}

static bool is_first_warm(const struct trial *t)
{
	return trial_is_warm(t) && t->slot->block == 0;
}

static bool is_later_prime(const struct trial *t)
{
	return is_prime(t) && t->slot->prime > 0;
}

/* --- builds that nobody asked for, on the store that is selected --- */

static struct err *run_all_of(struct trial *t, const struct build *b)
{
	_cleanup_(cmds_done) struct cmds cmds = { 0 };
	_cleanup_(str_done) struct str out = STR_INIT;

	TRY(t->engine->engine->build(t->engine->state, b, &cmds));
	for (size_t i = 0; i < cmds.count; i++)
		TRY(inside_run(t->loop->job->lab, &cmds.items[i], &out));
	return NULL;
}

/* A Dockerfile of ours in an empty context; what it is built into, the caller says. */
static struct err *other_build(struct trial *t, const char *dockerfile, struct build *b)
{
	const char *lab = t->loop->job->lab->dir;
	_cleanup_(freep) char *dir = xasprintf("%s/context/other", lab);
	_cleanup_(freep) char *file = path_join(dir, "Dockerfile");

	TRY(dir_make(dir, 0700));
	TRY(file_replace(file, 0600, dockerfile, strlen(dockerfile)));
	b->context = dir;
	b->dockerfile = file;
	b->variant = t->variant;
	b->bases = t->loop->job->bases;
	b->base_count = t->loop->job->base_count;
	return run_all_of(t, b);
}

static struct err *get_base(struct trial *t)
{
	struct build b = { .tag = "tare-other:base", .output = OUTPUT_IMAGE };
	_cleanup_(freep) char *text = xasprintf("FROM %s\nLABEL other=1\n",
		t->now.graph->bases.items[0]);

	return other_build(t, text, &b);
}

/* The same build, at the same time as it were: what it leaves is there when the clock starts. */
static struct err *build_before(struct trial *t)
{
	struct build b = t->build;

	b.import_ref = b.export_ref = NULL;
	b.output = OUTPUT_IMAGE;
	b.tag = "tare-other:same";
	return run_all_of(t, &b);
}

/* Another cell's build writes to the ref that this one's priming build exported to. */
static struct err *overwrite(struct trial *t)
{
	struct build b = {
		.tag = t->pc->cell.cache.mode == CACHE_INLINE ? t->import_ref : t->tag,
		.output = t->pc->cell.output,
		.cache = t->pc->cell.cache,
		.export_ref = t->import_ref,
	};
	_cleanup_(freep) char *text = xasprintf("FROM %s\nRUN echo other > /other\n",
		t->ground->reading.graph->bases.items[0]);

	return other_build(t, text, &b);
}

/* --- the base in the lab's registry --- */

/* The file that says which manifest a tag of the registry is. */
static char *link_of(const struct trial *t, const struct base *b)
{
	return xasprintf("%s/keep/registry/docker/registry/v2/repositories/%s/_manifests/tags/%s/"
			 "current/link", t->loop->job->lab->dir, b->repo, b->tag);
}

/* FROM's tag is pushed anew while the run goes on. */
static struct err *move_base(struct trial *t)
{
	const struct base *base = &t->loop->job->bases[0];
	_cleanup_(freep) char *tag = xasprintf("127.0.0.1:%d/%s:%s", t->loop->job->lab->cache_port,
		base->repo, base->tag);
	_cleanup_(freep) char *text = xasprintf("FROM %s\nLABEL moved=1\n", base->ref);
	struct build b = { .tag = tag, .output = OUTPUT_PUSH };

	return other_build(t, text, &b);
}

static struct err *put_base_back(struct trial *t)
{
	const struct base *base = &t->loop->job->bases[0];
	_cleanup_(freep) char *link = link_of(t, base);

	return file_replace(link, LINK_MODE, base->digest, strlen(base->digest));
}

/* --- the store --- */

/* The engine's own words for throwing away what it kept. */
static void add_prune(const struct trial *t, struct strv *argv)
{
	if (t->engine->engine->buildah)
		strv_addl(argv, "rmi", "-af");
	else if (str_eq(t->engine->engine->name, "buildkit"))
		strv_addl(argv, "prune", "--all");
	else
		strv_addl(argv, "builder", "prune", "-af");
}

/* The engine lost what it had kept: its own garbage collection, or a neighbour's prune. */
static struct err *evict(struct trial *t)
{
	_cleanup_(cmds_done) struct cmds build = { 0 }, prune = { .count = 1 };
	_cleanup_(str_done) struct str out = STR_INIT;
	struct cmd *c = &prune.items[0];

	TRY(t->engine->engine->build(t->engine->state, &t->build, &build));
	for (size_t i = 0; strcmp(build.items[0].argv.items[i], "build") != 0; i++)
		strv_add(&c->argv, build.items[0].argv.items[i]);
	add_prune(t, &c->argv);
	strv_addv(&c->env, (const char *const *)build.items[0].env.items);
	return inside_run(t->loop->job->lab, c, &out);
}

/* The store is emptied but for its cache mounts, which podman keeps beside its images. */
static struct err *keep_mount(struct trial *t)
{
	_cleanup_(freep) char *mount = xasprintf("%s/tmp/buildah-cache/seen", t->root);
	_cleanup_(freep) char *log = path_join(mount, "log");

	TRY(dir_make(mount, 0755));
	return file_replace(log, LINK_MODE, "x\n", 2);
}

static struct err *keep_store(struct trial *t)
{
	free(t->root);
	t->root = xstrdup(t->ground->primes[0].root);
	t->fresh = false;
	return NULL;
}

static struct err *forget_prime(struct trial *t)
{
	t->primed->sample = 0;
	return NULL;
}

/* --- refs and edits --- */

static struct err *import_elsewhere(struct trial *t)
{
	free(t->import_ref);
	t->import_ref = xasprintf("127.0.0.1:%d/tare-other/cache%s", t->loop->job->lab->cache_port,
		t->engine->info.depths ? ":nothing" : "");
	return NULL;
}

/* The edit of another cell: a source edit where none was asked for, and none where one was. */
static struct err *swap_edit(struct trial *t)
{
	enum edit other = t->pc->cell.edit == EDIT_NONE ? EDIT_SOURCE : EDIT_NONE;
	struct sample *s = &t->sample;

	free(s->change);
	s->change = NULL;
	manifest_done(&s->manifest);
	return copy_edit(t->ground->copy, t->scenario, t->variant, other, s->token, &s->change,
		&s->manifest);
}

static struct err *take_edit_back(struct trial *t)
{
	return copy_restore(t->ground->copy);
}

/* --- what came of it --- */

/* The relay carried the bytes and counted none. */
static struct err *stop_count(struct trial *t)
{
	t->relay_after = t->relay_before;
	return NULL;
}

static void check_again(struct trial *t, bool done)
{
	struct plan *p = t->loop->job->plan;

	for (size_t i = 0; i < p->slot_count; i++)
		if (p->slots[i].kind == t->slot->kind && p->slots[i].cell == t->slot->cell &&
			p->slots[i].block == t->slot->block)
			p->slots[i].done = done;
	checks_done(&t->sample.checks);
	trial_check(t);
}

/* The same slot is given out again; then the run goes on as if it had not been. */
static struct err *record_again(struct trial *t)
{
	int64_t first = t->sample.id;

	t->sample.id = 0;
	t->sample.ordinal = t->loop->ordinal++;
	check_again(t, true);
	TRY(store_add_sample(t->loop->job->store, &t->sample));
	t->sample.id = first;
	check_again(t, false);
	return NULL;
}

/* The engine's clock was set back while a step ran. */
static struct err *turn_log_back(struct trial *t)
{
	for (size_t i = 0; i < t->sample.steps.count; i++)
		t->sample.steps.items[i].end_ns = t->sample.steps.items[i].start_ns / 2;
	return NULL;
}

static struct err *set_clock_back(struct trial *t)
{
	t->clock_after.real_ns -= INT64_C(3600) * 1000000000;
	return NULL;
}

static struct err *lose_step(struct trial *t)
{
	if (t->sample.steps.count)
		step_done(&t->sample.steps.items[--t->sample.steps.count]);
	return NULL;
}

static void look_at(struct trial *t, const char *tag)
{
	char *repo = xstrndup(t->tag, (size_t)(strrchr(t->tag, ':') - t->tag));

	free(t->tag);
	t->tag = xasprintf("%s:%s", repo, tag);
	t->build.tag = t->tag;
	free(repo);
}

static struct err *look_at_prime(struct trial *t)
{
	look_at(t, "prime");
	return NULL;
}

static struct err *look_nowhere(struct trial *t)
{
	look_at(t, "nowhere");
	return NULL;
}

static const struct {
	const char *name;
	enum sabotage_point at;
	bool (*on)(const struct trial *t);
	struct err *(*make)(struct trial *t);
} mistakes[] = {
	{ "warm-base", SABOTAGE_SELECTED, is_cold_timed, get_base },
	{ "base-elsewhere", SABOTAGE_READY, is_cold_timed, get_base },
	{ "second-build", SABOTAGE_READY, is_timed, build_before },
	{ "base-moved", SABOTAGE_PLACED, is_cold_timed, move_base },
	{ "base-moved", SABOTAGE_RECORDED, is_cold_timed, put_base_back },
	{ "stale-store", SABOTAGE_PLACED, is_later_prime, keep_store },
	{ "stale-mount", SABOTAGE_SELECTED, is_later_prime, keep_mount },
	{ "evicted", SABOTAGE_READY, is_first_warm, evict },
	{ "no-prime", SABOTAGE_PLACED, trial_is_warm, forget_prime },
	{ "wrong-ref", SABOTAGE_PLACED, is_warm_import, import_elsewhere },
	{ "overwritten", SABOTAGE_PLACED, is_warm_import, overwrite },
	{ "swapped-cells", SABOTAGE_EDITED, trial_is_warm, swap_edit },
	{ "edit-undone", SABOTAGE_READY, is_edited, take_edit_back },
	{ "log-backwards", SABOTAGE_TOLD, is_timed, turn_log_back },
	{ "clock-back", SABOTAGE_TOLD, is_timed, set_clock_back },
	{ "lost-step", SABOTAGE_TOLD, is_timed, lose_step },
	{ "other-image", SABOTAGE_TOLD, is_edited, look_at_prime },
	{ "no-image", SABOTAGE_TOLD, is_timed, look_nowhere },
	{ "relay-bypassed", SABOTAGE_READY, is_timed, sabotage_open_way },
	{ "relay-deaf", SABOTAGE_TOLD, is_timed, stop_count },
	{ "recorded-twice", SABOTAGE_RECORDED, is_timed, record_again },
};

struct err *sabotage(struct trial *t, enum sabotage_point at)
{
	for (size_t i = 0; i < ARRAY_SIZE(mistakes); i++)
		if (mistakes[i].at == at && sabotage_is(mistakes[i].name) && mistakes[i].on(t))
			TRY(err_wrap(mistakes[i].make(t), "sabotage %s", mistakes[i].name));
	return NULL;
}
