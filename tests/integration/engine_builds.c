/* Real engines in a real lab: cold and warm builds, each cache mode, a failing step, a push; and
 * nothing of the engine is left afterwards. The base is FROM scratch with a static busybox, so that
 * nothing is fetched from outside. */
#include "engine_fixture.h"

#include "lab/registry.h"

#define TIMEOUT_NS (5 * MINUTE_NS)

/* Both stages begin alike: BuildKit has one step for two. */
static const char dockerfile[] = "ARG BUSYBOX=/bin/busybox\n"
				 "FROM scratch AS build\n"
				 "COPY busybox /bin/busybox\n"
				 "WORKDIR /app\n"
				 "RUN [\"/bin/busybox\", \"sh\", \"-c\", \"/bin/busybox sleep 0.3; "
				 "/bin/busybox echo made > made\"]\n"
				 "FROM scratch\n"
				 "COPY busybox /bin/busybox\n"
				 "WORKDIR /app\n"
				 "COPY --from=build /app/made .\n"
				 "COPY source .\n"
				 "ENV A=b\n"
				 "RUN [\"/bin/busybox\", \"cat\", \"source\"]\n"
				 "CMD [\"/bin/busybox\"]\n";

static const char failing[] =
	"FROM scratch\n"
	"COPY busybox /bin/busybox\n"
	"RUN [\"/bin/busybox\", \"sh\", \"-c\", \"/bin/busybox echo no >&2; exit 7\"]\n"
	"RUN [\"/bin/busybox\", \"true\"]\n";

/* A base of one's own, with a shell. */
static const char base_dockerfile[] =
	"FROM scratch\n"
	"COPY busybox /bin/busybox\n"
	"RUN [\"/bin/busybox\", \"ln\", \"-s\", \"busybox\", \"/bin/sh\"]\n";

static const char on_bases[] = "FROM tare-test-base:1 AS a\n"
			       "ARG WORD\n"
			       "RUN echo $WORD > /word\n"
			       "FROM gcr.io/tare-test/base:1\n"
			       "COPY --from=a /word /word\n";
static const char on_hub_alone[] = "FROM tare-test-base:1 AS a\n"
				   "ARG WORD\n"
				   "RUN echo $WORD > /word\n"
				   "FROM tare-test-base:1\n"
				   "COPY --from=a /word /word\n";
static const struct step_slot on_bases_slots[] = {
	{ 0, 0, 3, "a", 2, 2, "RUN echo $WORD > /word", NULL, 0 },
	{ 1, 0, 5, NULL, 2, 2, "COPY --from=a /word /word", (const int[]){ 0 }, 1 },
};

static const char slow[] = "FROM scratch\n"
			   "COPY busybox /bin/busybox\n"
			   "RUN [\"/bin/busybox\", \"sleep\", \"100\"]\n";

static const int p01[] = { 0 }, p02[] = { 1 }, p11[] = { 3 }, p12[] = { 4, 2 }, p13[] = { 5 },
		 p14[] = { 6 };
static const struct step_slot slots[] = {
	{ 0, 0, 3, "build", 1, 3, "COPY busybox /bin/busybox", NULL, 0 },
	{ 0, 1, 4, "build", 2, 3, "WORKDIR /app", p01, 1 },
	{ 0, 2, 5, "build", 3, 3, "RUN …", p02, 1 },
	{ 1, 0, 7, NULL, 1, 5, "COPY busybox /bin/busybox", NULL, 0 },
	{ 1, 1, 8, NULL, 2, 5, "WORKDIR /app", p11, 1 },
	{ 1, 2, 9, NULL, 3, 5, "COPY --from=build /app/made .", p12, 2 },
	{ 1, 3, 10, NULL, 4, 5, "COPY source .", p13, 1 },
	{ 1, 4, 12, NULL, 5, 5, "RUN cat", p14, 1 },
};

struct bench {
	struct seat on;
	char *context, *dockerfile, *failing;
	int roots;
	const struct step_slot *slots; /* of the Dockerfile that is built */
	size_t slot_count;
	int64_t timeout_ns;
};

/* What one build told. */
struct built {
	struct steps steps;
	int status;
	bool timed_out;
	struct str tail;
};

static void built_done(struct built *b)
{
	steps_done(&b->steps);
	str_done(&b->tail);
}

static void write_file(const char *dir, const char *name, const char *text)
{
	_cleanup_(freep) char *path = path_join(dir, name);

	no_error(file_replace(path, 0644, text, strlen(text)));
}

static void write_context(struct bench *b)
{
	_cleanup_(freep) char *busybox = NULL;
	_cleanup_(str_done) struct str bytes = STR_INIT;

	b->timeout_ns = TIMEOUT_NS;
	b->slots = slots;
	b->slot_count = ARRAY_SIZE(slots);
	b->context = xasprintf("%s/context", b->on.lab->dir);
	b->dockerfile = path_join(b->context, "Dockerfile");
	b->failing = path_join(b->context, "Dockerfile.failing");
	no_error(dir_make(b->context, 0755));
	no_error(file_read("/bin/busybox", 8 << 20, &bytes));
	busybox = path_join(b->context, "busybox");
	no_error(file_replace(busybox, 0755, bytes.buf, bytes.len));
	write_file(b->context, "source", "one\n");
	write_file(b->context, "Dockerfile", dockerfile);
	write_file(b->context, "Dockerfile.failing", failing);
	write_file(b->context, "Dockerfile.base", base_dockerfile);
}

struct sink {
	struct bench *bench;
	struct built *out;
};

static struct err *on_line(void *ctx, int fd, const char *line, size_t n, int64_t at_ns)
{
	struct sink *s = ctx;

	return s->bench->on.engine->progress(s->bench->on.state, fd, line, n, at_ns, &s->out->steps);
}

static void run_cmd(struct bench *b, const struct cmd *c, struct built *out)
{
	_cleanup_(scope_done) struct scope scope = { 0 };
	_cleanup_(timed_done) struct timed t = { 0 };
	struct sink sink = { b, out };
	struct spawn s = {
		.argv = (const char *const *)c->argv.items,
		.env = (const char *const *)c->env.items,
		.cwd = c->cwd,
		.out = -1,
		.err = -1,
	};

	no_error(b->on.engine->scope(b->on.state, &scope));
	s.cgroup = scope.cgroup;
	no_error(spawn_timed(
		b->on.lab->sock, &s, b->timeout_ns, NULL, &(struct line_sink){ on_line, &sink }, &t));
	no_error(b->on.engine->progress(
		b->on.state, 0, NULL, 0, t.end.end_ns - t.end.start_ns, &out->steps));
	out->status = t.end.status;
	out->timed_out = t.timed_out;
	str_add(&out->tail, str_get(&t.tail));
}

static struct built build(struct bench *b, const struct build *what)
{
	_cleanup_(cmds_done) struct cmds cmds = { 0 };
	struct built out = { 0 };

	no_error(b->on.engine->build(b->on.state, what, &cmds));
	for (size_t i = 0; i < cmds.count && !out.status; i++)
		run_cmd(b, &cmds.items[i], &out);
	no_error(b->on.engine->match(b->on.state, b->slots, b->slot_count, &out.steps));
	return out;
}

/* A fresh root, which is empty. */
static char *fresh(struct bench *b)
{
	char *root = xasprintf("%s/roots/%s-%d", b->on.lab->dir, b->on.engine->name, b->roots++);
	int64_t count = -1;

	no_error(b->on.engine->select(b->on.state, root, true));
	no_error(b->on.engine->store_count(b->on.state, &count));
	assert_int_equal(count, 0);
	return root;
}

static struct build image_build(const struct bench *b)
{
	static const struct variant plain;

	return (struct build){ .context = b->context,
		.dockerfile = b->dockerfile,
		.variant = &plain,
		.tag = "tare-test:latest",
		.cache = { CACHE_STORE, 0 } };
}

/* "0.0+ 0.1 1.0 …": + cached. */
static char *shown(const struct bench *bench, const struct built *b)
{
	const struct step_slot *slot = bench->slots;
	struct str out = STR_INIT;

	for (size_t t = 0; t < bench->slot_count; t++)
		for (size_t i = 0; i < b->steps.count; i++) {
			const struct step *s = &b->steps.items[i];

			if (s->stage == slot[t].stage && s->index == slot[t].index)
				str_addf(&out, "%d.%d%s%s ", s->stage, s->index,
					s->cached ? "+" : "", s->ambiguous ? "?" : "");
		}
	return str_take(&out);
}

static void expect(struct bench *b, const struct build *what, const char *name, const char *steps)
{
	_cleanup_(built_done) struct built built = build(b, what);
	_cleanup_(freep) char *is = NULL;
	_cleanup_(image_ref_done) struct image_ref ref = { 0 };

	if (built.status)
		fail_msg("%s, %s: exit %d\n%s", b->on.info.facts.engine, name, built.status,
			str_get(&built.tail));
	is = shown(b, &built);
	if (!str_eq(is, steps))
		fail_msg("%s, %s:\n  %s\nnot\n  %s\n%s", b->on.info.facts.engine, name, is, steps,
			str_get(&built.tail));
	no_error(b->on.engine->image(b->on.state, what, &ref));
	assert_non_null(ref.ref);
	assert_true(str_starts(ref.config, "sha256:"));
	for (size_t i = 0; i < built.steps.count; i++) {
		assert_true(built.steps.items[i].start_ns >= 0);
		assert_true(built.steps.items[i].end_ns >= built.steps.items[i].start_ns);
	}
	assert_true(built.steps.phase[PHASE_IMAGE_EXPORT].known);
	assert_int_equal(built.steps.phase[PHASE_PUSH].known,
		what->output == OUTPUT_PUSH && built.steps.structured);
}

#define COLD   "0.0 0.1 0.2 1.0 1.1 1.2 1.3 1.4 "
#define WARM   "0.0+ 0.1+ 0.2+ 1.0+ 1.1+ 1.2+ 1.3+ 1.4+ "
#define SOURCE "0.0+ 0.1+ 0.2+ 1.0+ 1.1+ 1.2+ 1.3 1.4 "

static void store_is_kept(struct bench *b)
{
	struct build what = image_build(b);
	_cleanup_(freep) char *first = fresh(b);
	_cleanup_(freep) char *second = NULL;
	int64_t count = 0;

	expect(b, &what, "cold", COLD);
	no_error(b->on.engine->learn(b->on.state, &b->on.info));
	assert_non_null(b->on.info.facts.storage_driver);
	assert_non_null(b->on.info.facts.network);
	no_error(b->on.engine->store_count(b->on.state, &count));
	assert_true(count > 0);
	expect(b, &what, "warm", WARM);
	write_file(b->context, "source", "two\n");
	expect(b, &what, "after a source edit", SOURCE);
	second = fresh(b);
	expect(b, &what, "cold again", COLD);
	no_error(b->on.engine->select(b->on.state, first, false));
	expect(b, &what, "warm in the first store", WARM);
}

static void a_failing_step_is_named(struct bench *b)
{
	struct build what = image_build(b);
	_cleanup_(built_done) struct built built = { 0 };
	const struct step *failed = NULL;

	what.dockerfile = b->failing;
	built = build(b, &what);
	assert_int_not_equal(built.status, 0);
	for (size_t i = 0; i < built.steps.count; i++)
		if (built.steps.items[i].failed)
			failed = &built.steps.items[i];
	assert_non_null(failed);
	assert_int_equal(failed->exit_code, 7);
	assert_true(str_starts(failed->text, "RUN [\"/bin/busybox\", \"sh\""));
}

static void image_is_pushed(struct bench *b)
{
	_cleanup_(freep) char *tag = xasprintf(
		"127.0.0.1:%d/test/push:%s", b->on.lab->cache_port, b->on.engine->name);
	_cleanup_(freep) char *root = fresh(b);
	struct build what = image_build(b);
	char digest[DIGEST_SIZE] = "";
	int64_t before = lab_relay_bytes(b->on.lab).cache_tx;

	what.tag = tag;
	what.output = OUTPUT_PUSH;
	expect(b, &what, "push", COLD);
	no_error(lab_manifest_digest(b->on.lab, "test/push", b->on.engine->name, digest));
	assert_true(str_starts(digest, "sha256:"));
	assert_true(lab_relay_bytes(b->on.lab).cache_tx > before + 100000);
}

/* Push to a repository of its own; the bytes that went there. */
static int64_t pushed_bytes(struct bench *b, const char *repo, const char *steps)
{
	_cleanup_(freep) char *tag = xasprintf("127.0.0.1:%d/test/%s:1", b->on.lab->cache_port, repo);
	struct build what = image_build(b);
	int64_t before = lab_relay_bytes(b->on.lab).cache_tx;

	what.tag = tag;
	what.output = OUTPUT_PUSH;
	expect(b, &what, repo, steps);
	return lab_relay_bytes(b->on.lab).cache_tx - before;
}

/* podman remembers which repository has which layer, and has the registry mount it: a kept store
 * knows what was pushed from it, whatever was built in others since; an empty one nothing. */
static void what_was_pushed_is_known_to_its_store(struct bench *b)
{
	_cleanup_(freep) char *first = NULL;
	_cleanup_(freep) char *second = NULL;

	if (!str_eq(b->on.engine->name, "podman"))
		return;
	first = fresh(b);
	assert_true(pushed_bytes(b, "known-one", COLD) > 500000);
	second = fresh(b);
	assert_true(pushed_bytes(b, "known-two", COLD) > 500000);
	no_error(b->on.engine->select(b->on.state, first, false));
	assert_in_range(pushed_bytes(b, "known-three", WARM), 1, 100000);
}

/* Prime into an empty builder, then import into another empty one. */
static void cache_travels(struct bench *b, struct cache cache)
{
	_cleanup_(freep) char *repo = xasprintf("127.0.0.1:%d/test/%s-%s", b->on.lab->cache_port,
		b->on.engine->name, cache_mode_names[cache.mode]);
	_cleanup_(freep) char *tag = xasprintf("%s:image", repo);
	_cleanup_(freep) char *dir = xasprintf(
		"%s/cache-%s-%d", b->on.lab->dir, b->on.engine->name, b->roots);
	_cleanup_(freep) char *ref = cache.mode == CACHE_LOCAL	  ? xstrdup(dir)
				     : cache.mode == CACHE_INLINE ? xstrdup(tag)
				     : b->on.engine->buildah	  ? xasprintf("%s-cache", repo)
								  : xasprintf("%s:cache", repo);
	_cleanup_(freep) char *first = fresh(b);
	_cleanup_(freep) char *second = NULL;
	struct build what = image_build(b);

	what.tag = tag;
	what.output = OUTPUT_PUSH;
	what.cache = cache;
	what.export_ref = ref;
	expect(b, &what, cache_name(cache), COLD);
	second = fresh(b);
	what.import_ref = ref;
	what.export_ref = NULL;
	expect(b, &what, cache_name(cache), WARM);
}

static void caches_travel(struct bench *b)
{
	static const struct cache caches[] = {
		{ CACHE_REGISTRY, DEPTH_DEFAULT },
		{ CACHE_REGISTRY, DEPTH_MAX },
		{ CACHE_REGISTRY, DEPTH_MIN },
		{ CACHE_LOCAL, DEPTH_MAX },
		{ CACHE_INLINE, 0 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(caches); i++) {
		struct cell cell = { .cache = caches[i], .output = OUTPUT_PUSH };
		_cleanup_(freep) char *why = b->on.engine->cannot(&b->on.info, &cell);

		print_message("  %s: %s\n", cache_name(caches[i]), why ? why : "yes");
		if (!why)
			cache_travels(b, caches[i]);
	}
}

/* A build that is ended at its limit: its step was running until then, and the store is still one
 * to build in. */
static void a_build_can_be_ended(struct bench *b)
{
	struct build what = image_build(b);
	_cleanup_(freep) char *path = path_join(b->context, "Dockerfile.slow");
	_cleanup_(freep) char *root = fresh(b);
	_cleanup_(built_done) struct built built = { 0 };
	const struct step *last;

	write_file(b->context, "Dockerfile.slow", slow);
	what.dockerfile = path;
	b->timeout_ns = 4 * SECOND_NS;
	built = build(b, &what);
	b->timeout_ns = TIMEOUT_NS;
	if (!built.timed_out)
		fail_msg("exit %d: %s", built.status, str_get(&built.tail));
	assert_int_equal(built.steps.count, 2);
	last = &built.steps.items[1];
	assert_true(str_starts(last->text, "RUN"));
	assert_false(last->cached || last->failed);
	assert_true(last->end_ns - last->start_ns > SECOND_NS);
	no_error(b->on.engine->select(b->on.state, root, false));
	what.dockerfile = b->dockerfile;
	/* the first COPY is the one that was built before the limit */
	expect(b, &what, "after one that was ended", "0.0+ 0.1 0.2 1.0+ 1.1 1.2 1.3 1.4 ");
}

static void compression_is_obeyed(struct bench *b)
{
	static const char repo[] = "test/zstd";
	const struct variant v = { .compression = (char *)"zstd" };
	struct build what = image_build(b);
	_cleanup_(freep) char *tag = xasprintf("127.0.0.1:%d/%s:1", b->on.lab->cache_port, repo);
	_cleanup_(freep) char *root = NULL;
	_cleanup_(str_done) struct str body = STR_INIT;
	char digest[DIGEST_SIZE];
	bool found;

	if (!b->on.info.can_compress)
		return;
	root = fresh(b);
	what.tag = tag;
	what.output = OUTPUT_PUSH;
	what.variant = &v;
	expect(b, &what, "zstd", COLD);
	no_error(registry_manifest(b->on.lab, repo, "1", &found, &body, digest, NULL));
	if (strstr(str_get(&body), "\"manifests\"")) {
		char first[DIGEST_SIZE] = "";

		/* an index: the image is the first in it */
		memcpy(first, strstr(str_get(&body), "sha256:"), DIGEST_SIZE - 1);
		str_clear(&body);
		no_error(registry_manifest(b->on.lab, repo, first, &found, &body, digest, NULL));
	}
	assert_non_null(strstr(str_get(&body), "tar+zstd"));
	assert_null(strstr(str_get(&body), "tar+gzip"));
}

/* Build it with the engine itself, and let it stand in the lab's registry. */
static void push_base(struct bench *b, const char *ref, const char *repo, struct base *out)
{
	_cleanup_(freep) char *path = path_join(b->context, "Dockerfile.base");
	_cleanup_(freep) char *tag = xasprintf("127.0.0.1:%d/%s:1", b->on.lab->cache_port, repo);
	struct build what = image_build(b);
	_cleanup_(built_done) struct built built = { 0 };

	what.dockerfile = path;
	what.tag = tag;
	what.output = OUTPUT_PUSH;
	built = build(b, &what);
	assert_int_equal(built.status, 0);
	*out = (struct base){ .ref = xstrdup(ref), .repo = xstrdup(repo), .tag = xstrdup("1") };
	no_error(lab_manifest_digest(b->on.lab, repo, "1", out->digest));
	assert_true(str_starts(out->digest, "sha256:"));
}

/* The engine says that it built on this very base. */
static void assert_input(const struct bench *b, const struct sample *s, const struct base *base)
{
	for (size_t i = 0; i < s->input_count; i++)
		if (str_eq(s->inputs[i].ref, base->ref) &&
			str_eq(s->inputs[i].digest, base->digest))
			return;
	for (size_t i = 0; i < s->input_count; i++)
		print_message("  %s %s\n", s->inputs[i].ref, s->inputs[i].digest);
	fail_msg("%s does not tell %s %s", b->on.info.facts.engine, base->ref, base->digest);
}

/* Bases come from the lab's registry, whatever registry their name says. */
static void bases_are_the_labs(struct bench *b, bool foreign)
{
	struct base bases[2] = { { 0 } };
	struct build what = image_build(b);
	struct build_arg word = { (char *)"WORD", (char *)"one" };
	struct variant v = { .args = &word, .arg_count = 1 };
	_cleanup_(freep) char *path = path_join(b->context, "Dockerfile.on");
	_cleanup_(freep) char *root = NULL;
	_cleanup_(sample_done) struct sample s = { 0 };
	int64_t before;

	push_base(b, "tare-test-base:1", "library/tare-test-base", &bases[0]);
	push_base(b, "gcr.io/tare-test/base:1", "gcr.io/tare-test/base", &bases[1]);
	root = fresh(b);
	before = lab_relay_bytes(b->on.lab).base_rx;
	write_file(b->context, "Dockerfile.on", foreign ? on_bases : on_hub_alone);
	what.dockerfile = path;
	what.variant = &v;
	what.bases = bases;
	what.base_count = foreign ? 2 : 1;
	b->slots = on_bases_slots;
	b->slot_count = ARRAY_SIZE(on_bases_slots);
	expect(b, &what, "on bases, cold", "0.0 1.0 ");
	assert_true(lab_relay_bytes(b->on.lab).base_rx > before + 100000);
	no_error(b->on.engine->inputs(b->on.state, &what, &s));
	for (size_t i = 0; i < what.base_count; i++)
		assert_input(b, &s, &bases[i]);
	expect(b, &what, "on bases, warm", "0.0+ 1.0+ ");
	word.value = (char *)"two"; /* A2: BuildKit may show the argument expanded */
	expect(b, &what, "another argument", "0.0 1.0 ");
	b->slots = slots;
	b->slot_count = ARRAY_SIZE(slots);
	base_done(&bases[0]);
	base_done(&bases[1]);
}

/* A current dockerd of an ordinary user needs what only RootlessKit has; it says so. */
static bool opens(struct bench *b)
{
	struct seat *on = &b->on;
	_cleanup_(err_freep) struct err *e = on->engine->open(on->lab, &on->info, &on->state);

	if (e && (on->lab->root || !e->next))
		no_error(TAKE_PTR(e));
	if (e)
		print_message("  %s\n  at    %s\n  next  %s\n", e->what, e->at, e->next);
	return !e;
}

static void story(struct bench *b, const char *name, const char *below)
{
	seat_take(&b->on, name, below);
	write_context(b);
	if (!opens(b))
		skip();
	store_is_kept(b);
	a_failing_step_is_named(b);
	image_is_pushed(b);
	caches_travel(b);
	a_build_can_be_ended(b);
	what_was_pushed_is_known_to_its_store(b);
	compression_is_obeyed(b);
	bases_are_the_labs(b, b->on.engine->buildah || b->on.info.structured);
	b->on.engine->close(TAKE_PTR(b->on.state));
	assert_false(is_mounted(b->on.lab->dir));
}

static int bench_make(void **state)
{
	struct bench *b = NEW(struct bench);

	*state = b;
	return fixture_make(&b->on.f);
}

static int bench_drop(void **state)
{
	struct bench *b = *state;

	free(b->context);
	free(b->dockerfile);
	free(b->failing);
	seat_drop(&b->on);
	free(b);
	return 0;
}

static void podman(void **state)
{
	story(*state, "podman", NULL);
}

static void docker_20_10(void **state)
{
	story(*state, "docker", "docker-20.10");
}

static void docker_current(void **state)
{
	story(*state, "docker", "docker-current");
}

static void buildkit(void **state)
{
	story(*state, "buildkit", "buildkit");
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(podman, bench_make, bench_drop),
		cmocka_unit_test_setup_teardown(docker_20_10, bench_make, bench_drop),
		cmocka_unit_test_setup_teardown(docker_current, bench_make, bench_drop),
		cmocka_unit_test_setup_teardown(buildkit, bench_make, bench_drop),
	};
	int code;

	if (lab_hidden(argc, argv, &code))
		return code;
	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
