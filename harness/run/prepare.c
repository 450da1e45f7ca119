/* What stands ready before the clock starts: context, edit, store, refs. */
#include "base/clock.h"
#include "base/file.h"
#include "run/sabotage.h"

static struct err *make_ground(struct trial *t)
{
	struct ground *g = t->ground;
	_cleanup_(freep) char *dir =
		xasprintf("%s/context/%zu", t->loop->job->lab->dir, t->slot->cell);

	if (g->copy)
		return NULL;
	TRY(dir_make(dir, 0700));
	TRY(copy_make_as(t->scenario, t->variant,
		t->engine->engine->buildah ? IGNORE_BUILDAH : IGNORE_MOBY, dir, t->loop->job->skip,
		&g->copy));
	TRY(catalogue_pin(t, g->copy->dockerfile));
	return reading_make(g->copy->dockerfile, t->variant, &g->reading);
}

/* The place of the priming build that this one is or uses. */
static struct primed *primed_of(struct ground *g, int prime)
{
	if ((size_t)prime >= g->prime_count) {
		g->primes = xrealloc(g->primes, (size_t)prime + 1, sizeof(*g->primes));
		memset(g->primes + g->prime_count, 0,
			((size_t)prime + 1 - g->prime_count) * sizeof(*g->primes));
		g->prime_count = (size_t)prime + 1;
	}
	return &g->primes[prime];
}

static char *in_lab(const struct trial *t, const char *folder, const char *what, int n)
{
	return xasprintf("%s/%s/%zu-%s%d", t->loop->job->lab->dir, folder, t->slot->cell, what, n);
}

/* Names in the lab's registry: a repository for each priming build, and for each cold build its
 * own, since registries check blobs per repository and a push must not be helped by another. */
static char *repo_name(const struct trial *t, const char *what, int n)
{
	return xasprintf("tare-%s/%zu-%s%d", t->loop->job->lab->run, t->slot->cell, what, n);
}

static void set_places(struct trial *t)
{
	int prime = t->pc->primed ? t->slot->prime : t->sample.ordinal;

	if (!trial_primes(t) && (!t->pc->primed || t->pc->cell.state == STATE_COLD))
		return;
	t->primed = primed_of(t->ground, prime);
	if (t->primed->repo)
		return;
	t->primed->repo = repo_name(t, "p", prime);
	t->primed->root = in_lab(t, "store", "p", prime);
	t->primed->local = in_lab(t, "cache", "p", prime);
}

static void set_root(struct trial *t)
{
	t->fresh = trial_is_fresh(t);
	if (t->pc->cell.cache.mode == CACHE_STORE && t->primed) /* kept between samples */
		t->root = xstrdup(t->primed->root);
	else
		t->root = xasprintf("%s/store/%zu-fresh", t->loop->job->lab->dir, t->pc->engine);
}

static char *own_tag(const struct trial *t)
{
	return trial_primes(t) ? xstrdup("prime") : xasprintf("s%d", t->sample.ordinal);
}

/* 127.0.0.1:PORT/REPO[:TAG] */
static char *registry_ref(const struct trial *t, const char *repo, const char *tag)
{
	return xasprintf("127.0.0.1:%d/%s%s%s", t->loop->job->lab->cache_port, repo, tag ? ":" : "",
		tag ? tag : "");
}

static void set_tag(struct trial *t)
{
	_cleanup_(freep) char *repo = t->primed ? xstrdup(t->primed->repo) :
						  repo_name(t, "c", t->sample.ordinal);
	_cleanup_(freep) char *tag = own_tag(t);

	if (t->makes)
		t->tag = registry_ref(t, t->makes->base.repo, t->makes->base.tag);
	else
		t->tag = t->pc->cell.output == OUTPUT_PUSH ? registry_ref(t, repo, tag) :
							     xasprintf("%s:%s", repo, tag);
}

/* Beside the image's repository, never in it: BuildKit pushes both at once, and the registry of
 * Debian 12 (distribution 2.8) truncates a blob's link before it writes it again, so that a manifest
 * that comes in that moment is refused for a blob that is there. A cache of BuildKit's kind is one
 * tag; podman's is a repository, a tag a layer. */
static char *cache_ref(const struct trial *t, const char *tag)
{
	_cleanup_(freep) char *repo = cache_repo(t->primed->repo);

	return registry_ref(t, repo, t->engine->info.depths ? tag : NULL);
}

static void set_registry_refs(struct trial *t, const char *tag)
{
	t->export_ref = cache_ref(t, tag);
	if (!trial_primes(t))
		t->import_ref = cache_ref(t, "prime");
}

static void set_local_refs(struct trial *t)
{
	if (trial_primes(t)) {
		t->export_ref = xstrdup(t->primed->local);
		return;
	}
	t->import_ref = xstrdup(t->primed->local);
	t->export_ref = in_lab(t, "cache", "s", t->sample.ordinal);
}

static void set_refs(struct trial *t)
{
	_cleanup_(freep) char *tag = own_tag(t);

	if (!t->primed)
		return;
	switch (t->pc->cell.cache.mode) {
	case CACHE_REGISTRY:
		set_registry_refs(t, tag);
		break;
	case CACHE_LOCAL:
		set_local_refs(t);
		break;
	case CACHE_INLINE: /* it travels in the image itself */
		t->export_ref = xstrdup(t->tag);
		if (!trial_primes(t))
			t->import_ref = registry_ref(t, t->primed->repo, "prime");
		break;
	default:
		break;
	}
}

/* What makes the edit of this sample unlike every other's. */
static struct err *apply_edit(struct trial *t)
{
	enum edit edit = t->slot->kind == SAMPLE_PRIME ? EDIT_NONE : t->pc->cell.edit;
	struct sample *s = &t->sample;

	s->token = xasprintf("%s-%d", t->loop->job->lab->run, s->ordinal);
	return copy_edit(t->ground->copy, t->scenario, t->variant, edit, s->token, &s->change,
		&s->manifest);
}

/* Which steps must run again since the priming build, as the engine at hand decides it. */
static struct err *expect(struct trial *t)
{
	struct ground *g = t->ground;
	__typeof__(graph_busted) *busted =
		t->engine->engine->buildah ? graph_busted_linear : graph_busted;

	TRY(reading_make(g->copy->dockerfile, t->variant, &t->now));
	t->busted = xcalloc(t->now.graph->count, sizeof(*t->busted));
	t->why = xcalloc(t->now.graph->count, sizeof(*t->why));
	return busted(g->reading.graph, &g->copy->manifest, t->now.graph, &t->sample.manifest,
		t->busted, t->why);
}

static struct err *ready_store(struct trial *t)
{
	const struct engine *e = t->engine->engine;

	TRY(e->select(t->engine->state, t->root, t->fresh));
	TRY(sabotage(t, SABOTAGE_SELECTED));
	t->store_before = -1;
	if (t->fresh)
		TRY(e->store_count(t->engine->state, &t->store_before));
	return e->scope(t->engine->state, &t->scope);
}

static void set_build(struct trial *t)
{
	t->build = (struct build){
		.context = t->ground->copy->context,
		.dockerfile = t->ground->copy->dockerfile,
		.variant = t->variant,
		.output = t->pc->cell.output,
		.tag = t->tag,
		.cache = t->pc->cell.cache,
		.import_ref = t->import_ref,
		.export_ref = t->export_ref,
		.extra = t->loop->job->extra,
		.bases = t->bases,
		.base_count = t->base_count,
	};
}

struct err *trial_prepare(struct trial *t)
{
	TRY(err_wrap(make_ground(t), "the private copy of the context"));
	set_places(t);
	set_root(t);
	set_tag(t);
	set_refs(t);
	TRY(sabotage(t, SABOTAGE_PLACED));
	TRY(apply_edit(t));
	TRY(sabotage(t, SABOTAGE_EDITED));
	TRY(expect(t));
	TRY(built_use(t));
	TRY(catalogue_turn(t));
	set_build(t);
	TRY(err_wrap(ready_store(t), "preparing the store of %s", t->engine->label));
	TRY(refs_mark(t));
	if (t->import_ref)
		ref_digest(t, t->import_ref, t->sample.import_digest);
	return sabotage(t, SABOTAGE_READY);
}

struct err *trial_restore(struct trial *t)
{
	TRY(copy_restore(t->ground->copy));
	return refs_restore(t);
}
