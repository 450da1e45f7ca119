/* What a build cost and left behind, as values; what cannot be known is absent with its reason. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>

#include "image/view.h"
#include "run/private.h"

static void collect_times(struct trial *t)
{
	struct values *v = &t->sample.values;
	static const enum metric phases[PHASE_COUNT] = { M_PHASE_BASE_PULL, M_PHASE_CACHE_IMPORT,
		M_PHASE_EXECUTE, M_PHASE_IMAGE_EXPORT, M_PHASE_PUSH, M_PHASE_CACHE_EXPORT };

	values_set(v, M_BUILD_WALL, (double)t->wall_ns / 1e9);
	if (t->push_ns && !t->sample.steps.phase[PHASE_PUSH].known)
		t->sample.steps.phase[PHASE_PUSH] = (struct phase_time){ true, t->push_ns, NULL };
	for (int p = 0; p < PHASE_COUNT; p++)
		if (t->sample.steps.phase[p].known)
			values_set(v, phases[p], (double)t->sample.steps.phase[p].ns / 1e9);
}

static double seconds(struct timeval t)
{
	return (double)t.tv_sec + (double)t.tv_usec / 1e6;
}

/* Blocks that the commands and what they waited for wrote, page cache included once it is flushed
 * by them (getrusage(2)): says nothing of a daemon. */
static void set_own_disk(struct trial *t)
{
	values_set(&t->sample.values, M_BUILD_DISK_WRITTEN, (double)t->usage.ru_oublock * 512);
}

/* Where no cgroup can be written: an engine without a daemon is its commands and what they waited
 * for, of one with a daemon nothing is known. */
static void collect_usage(struct trial *t)
{
	struct values *v = &t->sample.values;
	static const char why[] = "no cgroup can be written here";

	values_absent(v, M_BUILD_MEM_PEAK, "%s", why);
	if (t->engine->engine->daemon) {
		values_absent(v, M_BUILD_CPU, "%s, and the engine's daemon does the work", why);
		values_absent(v, M_BUILD_DISK_WRITTEN, "%s, and the engine's daemon does the work", why);
		return;
	}
	values_set(v, M_BUILD_CPU, seconds(t->usage.ru_utime) + seconds(t->usage.ru_stime));
	set_own_disk(t);
}

static void collect_cost(struct trial *t)
{
	struct values *v = &t->sample.values;
	const char *why = t->cost.why ? t->cost.why : "not counted by this cgroup";

	if (!t->scope.cgroup) {
		collect_usage(t);
		return;
	}
	if (t->cost.cpu_known)
		values_set(v, M_BUILD_CPU, (double)t->cost.cpu_ns / 1e9);
	if (t->cost.mem_known)
		values_set(v, M_BUILD_MEM_PEAK, (double)t->cost.mem_peak_bytes);
	if (t->cost.disk_known)
		values_set(v, M_BUILD_DISK_WRITTEN, (double)t->cost.disk_written_bytes);
	else if (!t->engine->engine->daemon)
		set_own_disk(t);
	values_absent(v, M_BUILD_CPU, "%s", why);
	values_absent(v, M_BUILD_MEM_PEAK, "%s", why);
	values_absent(v, M_BUILD_DISK_WRITTEN, "%s", why);
}

static void collect_bytes(struct trial *t)
{
	struct values *v = &t->sample.values;
	const struct relay_bytes *a = &t->relay_before, *b = &t->relay_after;
	static const char host[] = "builds use the host's network here, which is not theirs alone";

	values_set(v, M_REGISTRY_RX,
		(double)(b->base_rx - a->base_rx + b->cache_rx - a->cache_rx));
	values_set(v, M_REGISTRY_TX,
		(double)(b->base_tx - a->base_tx + b->cache_tx - a->cache_tx));
	values_absent(v, M_BUILD_NET_RX, "%s", host);
	values_absent(v, M_BUILD_NET_TX, "%s", host);
}

static void collect_steps(struct trial *t)
{
	struct values *v = &t->sample.values;
	size_t total = t->now.graph->count, cached = 0;

	for (size_t i = 0; i < t->sample.steps.count; i++)
		cached += t->sample.steps.items[i].cached && t->sample.steps.items[i].stage >= 0;
	values_set(v, M_STEPS_TOTAL, (double)total);
	values_set(v, M_STEPS_CACHED, (double)cached);
	if (total)
		values_set(v, M_CACHE_HIT_RATIO, (double)cached / (double)total);
	else
		values_absent(v, M_CACHE_HIT_RATIO, "the Dockerfile has no step");
}

/* Run the engine's own `save` in the lab, reading the archive as it comes. */
static struct err *read_saved(
	struct trial *t, const struct image_ref *ref, struct image_view **view)
{
	_cleanup_(closep) int from = -1;
	_cleanup_(closep) int to = -1;
	struct image_source src = { .from = IMAGE_FROM_ARCHIVE };
	struct spawn s = {
		.argv = (const char *const *)ref->save.argv.items,
		.env = (const char *const *)ref->save.env.items,
		.cwd = ref->save.cwd,
		.err = -1,
	};
	struct spawned end;
	struct err *e;
	int fds[2], id, sock = t->loop->job->lab->sock;

	if (pipe2(fds, O_CLOEXEC) < 0)
		return err_sys("pipe", errno);
	from = fds[0];
	to = fds[1];
	s.out = to;
	TRY(spawn_start(sock, &s, &id));
	closep(&to);
	to = -1;
	src.fd = from;
	e = image_read_whole(&src, t->loop->layers, view, &t->sample.image);
	if (e)
		err_free(spawn_kill(sock, id, SIGKILL, true));
	err_free(spawn_wait(sock, id, INT64_MAX, &end));
	return e;
}

/* *view: all of it, unless it was known. */
static struct err *read_image(struct trial *t, struct image_view **view)
{
	_cleanup_(image_ref_done) struct image_ref ref = { 0 };
	struct image_source src = { 0 };

	TRY(t->engine->engine->image(t->engine->state, &t->build, &ref));
	memcpy(t->told_config, ref.config, DIGEST_SIZE);
	if (ref.where != IMAGE_REGISTRY && *ref.config &&
		image_cached(t->loop->layers, ref.config, &t->sample.image))
		return NULL;
	if (ref.where == IMAGE_ARCHIVE_CMD)
		return read_saved(t, &ref, view);
	src.from = ref.where == IMAGE_REGISTRY ? IMAGE_FROM_REGISTRY : IMAGE_FROM_DAEMON;
	src.socket = ref.socket;
	src.ref = ref.ref;
	src.platform = t->variant->platform;
	return image_read_whole(&src, t->loop->layers, view, &t->sample.image);
}

/* What a registry, or a client, that has the priming build's image lacks of this one: of each the
 * same blobs, as both go by their digests. */
static void collect_delta(struct trial *t)
{
	struct values *v = &t->sample.values;
	static const enum metric metrics[] = { M_PUSH_BYTES, M_PULL_DELTA };
	const struct image *before = trial_is_warm(t) && t->primed ? &t->primed->image : NULL;
	int64_t bytes = before && *before->config ? image_delta(before, &t->sample.image) : -1;
	const char *why = !before ? "no build before this one left an image"
			  : !*before->config
				  ? "the image of the priming build is not known"
				  : "an image in the engine's own store is not compressed";

	for (size_t i = 0; i < ARRAY_SIZE(metrics); i++) {
		if (bytes >= 0)
			values_set(v, metrics[i], (double)bytes);
		values_absent(v, metrics[i], "%s", why);
	}
}

void trial_image(struct trial *t)
{
	struct values *v = &t->sample.values;
	const struct image *i = &t->sample.image;
	_cleanup_(image_view_freep) struct image_view *view = NULL;

	if (t->sample.status != STATUS_OK)
		return;
	t->image_error = read_image(t, &view);
	if (t->image_error) {
		values_absent(v, M_IMAGE_SIZE, "the image cannot be read back: %s", t->image_error->what);
		return;
	}
	if (i->compressed_bytes < 0)
		values_absent(v, M_IMAGE_COMPRESSED,
			"an image in the engine's own store is not compressed");
	image_values(i, v);
	collect_delta(t);
	if (trial_is_compared(t))
		trial_changed(t, TAKE_PTR(view));
}

static void collect_inputs(struct trial *t)
{
	struct sample *s = &t->sample;

	err_free(t->engine->engine->inputs(t->engine->state, &t->build, s));
	for (size_t i = 0; i < s->input_count; i++)
		for (size_t k = 0; k < t->base_count; k++)
			if (strcmp(s->inputs[i].ref, t->bases[k].ref) == 0)
				s->inputs[i].standin = t->bases[k].standin;
}

void trial_collect(struct trial *t)
{
	collect_times(t);
	collect_cost(t);
	collect_bytes(t);
	collect_steps(t);
	collect_inputs(t);
}
