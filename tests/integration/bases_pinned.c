/* Bases: copied once, pinned, and never mixed up with their stand-ins. Upstream is a registry of
 * the test's own, inside the lab. */
#include "image_fixture.h"

#include "lab/registry.h"

#define STANDIN "{\"tare.standin\":\"true\",\"tare.standin.recipe\":\"sha256:r\"}"
#define CONFIG                                                                                     \
	"{\"version\":\"0.1\",\"log\":{\"level\":\"error\"},\"storage\":{\"filesystem\":"          \
	"{\"rootdirectory\":\"%s.upstream\"}},\"http\":{\"addr\":\"%s\"}}"

struct world {
	struct fixture *f;
	struct lab *lab;
	char *registry; /* upstream: 127.0.0.1:PORT */
};

static void start_upstream(struct world *w)
{
	_cleanup_(freep) char *config = xasprintf("%s.upstream.yml", w->f->dir);
	_cleanup_(freep) char *text = xasprintf(CONFIG, w->f->dir, w->registry);
	_cleanup_(freep) char *program = path_find_program(NULL, "docker-registry");
	const char *const argv[] = { program, "serve", config, NULL };
	const char *const env[] = { NULL };
	const struct spawn s = { .argv = argv, .env = env, .out = -1, .err = -1 };
	int id;

	no_error(file_replace(config, 0600, text, strlen(text)));
	no_error(lab_daemon_start(w->lab, "upstream", &s, &id));
	no_error(lab_wait_socket(w->lab, "upstream", strchr(w->registry, ':') + 1, 10 * SECOND_NS));
}

static void world_open(struct world *w, struct fixture *f)
{
	w->f = f;
	w->lab = open_lab(f);
	/* beside the lab's own, which are below it */
	w->registry = xasprintf("127.0.0.1:%d", 32100 + w->lab->base_port % 500);
	start_upstream(w);
}

static void world_close(struct world *w)
{
	lab_close(w->lab);
	free(w->registry);
}

static void put_upstream(struct world *w, const char *id, const char *labels, const char *name)
{
	_cleanup_(freep) char *layout = make_labelled(w->f, id, labels);
	_cleanup_(freep) char *script = xasprintf(
		"HOME=/nowhere skopeo copy -q --dest-tls-verify=false oci:%s docker://%s/%s",
		layout, w->registry, name);

	assert_int_equal(in_lab(w->lab, script, NULL), 0);
}

/* A library of one recipe; its assembly is a copy of a layout that lies ready. */
static void put_recipe(struct world *w, const char *id, const char *labels, const char *ref)
{
	_cleanup_(freep) char *layout = make_labelled(w->f, id, labels);
	_cleanup_(freep) char *library = xasprintf("%s.library", w->f->dir);
	_cleanup_(freep) char *script = xasprintf(
		"mkdir -p %s/bases && cd %s/bases && echo '{\"name\":\"%s\"}' >r.json && "
		"printf '#!/bin/sh\\nset -e\\nrm -rf \"$2\"\\ncp -r %s \"$2\"\\n"
		"grep -o sha256:[0-9a-f]* \"$2\"/index.json | head -n 1\\n' >assemble && "
		"chmod 755 assemble",
		library, library, ref, layout);
	const char *const argv[] = { "sh", "-c", script, NULL };
	const struct proc p = { .argv = argv };
	_cleanup_(proc_result_done) struct proc_result r = { 0 };

	no_error(proc_check(&p, &r));
	setenv("TARE_SCENARIOS", library, 1);
}

static struct err *get(struct world *w, const char *ref, enum bases_from from, const char *registry,
	struct base *out)
{
	_cleanup_(strv_done) struct strv refs = STRV_INIT;

	strv_add(&refs, ref);
	return lab_bases(w->lab, &refs, from, registry, NULL, out);
}

/* What the name stands for in the lab's registry now is what was returned. */
static void stands(struct world *w, const struct base *b)
{
	char digest[DIGEST_SIZE];

	no_error(lab_manifest_digest(w->lab, b->repo, b->tag, digest));
	assert_string_equal(digest, b->digest);
}

static void is_copied_once(void **state)
{
	struct world w;
	struct base first, again, other;

	world_open(&w, *state);
	put_upstream(&w, "one", "{}", "library/alpine:3");
	no_error(get(&w, "alpine:3", BASES_REAL, w.registry, &first));
	assert_string_equal(first.ref, "alpine:3");
	assert_string_equal(first.repo, "library/alpine");
	assert_false(first.standin);
	assert_null(first.why);
	stands(&w, &first);
	/* upstream moves on, the pin does not */
	put_upstream(&w, "two", "{}", "library/alpine:3");
	no_error(get(&w, "alpine:3", BASES_AUTO, w.registry, &again));
	assert_string_equal(again.digest, first.digest);
	no_error(get(&w, "docker.io/library/alpine:3", BASES_REAL, w.registry, &other));
	assert_string_equal(other.digest, first.digest);
	base_done(&again);
	base_done(&other);
	lab_close(w.lab);
	/* the next run has it, and upstream is gone */
	w.lab = open_lab(w.f);
	no_error(get(&w, "alpine:3", BASES_AUTO, w.registry, &again));
	assert_string_equal(again.digest, first.digest);
	stands(&w, &again);
	base_done(&again);
	base_done(&first);
	world_close(&w);
}

/* One name, two images, and each is there when it is asked for. */
static void a_standin_is_another_image(void **state)
{
	struct world w;
	struct base standin, real, again;

	world_open(&w, *state);
	put_recipe(&w, "role", STANDIN, "alpine:3");
	put_upstream(&w, "one", "{}", "library/alpine:3");
	no_error(get(&w, "alpine:3", BASES_STANDIN, w.registry, &standin));
	assert_true(standin.standin);
	assert_string_equal(standin.why, "a stand-in was asked for");
	stands(&w, &standin);
	no_error(get(&w, "alpine:3", BASES_REAL, w.registry, &real));
	assert_false(real.standin);
	assert_string_not_equal(real.digest, standin.digest);
	stands(&w, &real);
	no_error(get(&w, "alpine:3", BASES_STANDIN, w.registry, &again));
	assert_string_equal(again.digest, standin.digest);
	stands(&w, &again);
	base_done(&again);
	no_error(get(&w, "alpine:3", BASES_AUTO, w.registry, &again));
	assert_string_equal(again.digest, real.digest);
	stands(&w, &again);
	base_done(&again);
	base_done(&real);
	/* and its pin goes when the recipe makes another one */
	put_recipe(&w, "newrole", STANDIN, "alpine:3");
	no_error(get(&w, "alpine:3", BASES_STANDIN, NULL, &again));
	assert_string_not_equal(again.digest, standin.digest);
	stands(&w, &again);
	base_done(&again);
	base_done(&standin);
	world_close(&w);
}

static void an_unreachable_base_is_stood_in_for(void **state)
{
	struct world w;
	struct base b;

	world_open(&w, *state);
	put_recipe(&w, "role", STANDIN, "127.0.0.1:1/far/away:1");
	no_error(get(&w, "127.0.0.1:1/far/away:1", BASES_AUTO, NULL, &b));
	assert_true(b.standin);
	assert_string_equal(b.repo, "127.0.0.1__1/far/away");
	assert_non_null(strstr(b.why, "refused"));
	stands(&w, &b);
	base_done(&b);
	world_close(&w);
}

static const struct {
	const char *name, *ref;
	enum bases_from from;
	enum err_kind kind;
	const char *what, *also;
} failures[] = {
	{ "no upstream, no recipe", "127.0.0.1:1/nobody/has:1", BASES_AUTO, ERR_TOOL, "refused",
		"no recipe for a stand-in" },
	{ "no upstream, and the real one is asked for", "127.0.0.1:1/far/away:1", BASES_REAL,
		ERR_TOOL, "refused", "" },
	{ "a digest, which no stand-in has",
		"127.0.0.1:1/far/away@sha256:"
		"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
		BASES_AUTO, ERR_TOOL, "refused", "another digest" },
	{ "no reference", "Alpine", BASES_AUTO, ERR_INPUT, "no image reference", "" },
	{ "a stand-in that does not say so", "liar:1", BASES_STANDIN, ERR_CHECK, "is no stand-in",
		"" },
	{ "a stand-in that is passed off", "trojan:1", BASES_REAL, ERR_CHECK, "is a stand-in", "" },
};

static void failures_say_why(void **state)
{
	struct world w;

	world_open(&w, *state);
	put_upstream(&w, "trojan", STANDIN, "library/trojan:1");
	put_recipe(&w, "liar", "{}", "liar:1");
	for (size_t i = 0; i < ARRAY_SIZE(failures); i++) {
		bool local = str_starts(failures[i].ref, "127.");
		struct base b;
		_cleanup_(err_freep) struct err *e = get(
			&w, failures[i].ref, failures[i].from, local ? NULL : w.registry, &b);

		print_message("  %s\n", failures[i].name);
		assert_non_null(e);
		print_message("    %s\n", e->what);
		assert_int_equal(e->kind, failures[i].kind);
		assert_non_null(strstr(e->what, failures[i].what));
		assert_non_null(strstr(e->what, failures[i].also));
	}
	world_close(&w);
}

/* A digest is the index's as often as not: all of it is copied, and it stays what it was. */
static void a_digest_stays(void **state)
{
	struct world w;
	struct base tagged, b;
	_cleanup_(freep) char *ref = NULL;

	world_open(&w, *state);
	put_upstream(&w, "one", "{}", "library/alpine:3");
	no_error(get(&w, "alpine:3", BASES_REAL, w.registry, &tagged));
	ref = xasprintf("alpine:3@%s", tagged.digest);
	no_error(get(&w, ref, BASES_REAL, w.registry, &b));
	assert_string_equal(b.digest, tagged.digest);
	assert_true(str_starts(b.tag, "sha256-"));
	stands(&w, &b);
	base_done(&b);
	base_done(&tagged);
	world_close(&w);
}

/* Getting bases is no sample: the link is as it was, and was not waited for. */
static void the_link_is_left_alone(void **state)
{
	struct world w;
	struct base b;
	const struct link slow = { .rtt_ns = 400000000, .rate_bytes_s = 1000 };
	int64_t start = clock_mono_ns(), took;

	world_open(&w, *state);
	put_upstream(&w, "one", "{}", "library/alpine:3");
	no_error(lab_set_link(w.lab, slow));
	start = clock_mono_ns();
	no_error(get(&w, "alpine:3", BASES_REAL, w.registry, &b));
	took = clock_mono_ns() - start;
	/* over that link: some ten round trips, and 1 kB a second */
	assert_true(took < 6 * SECOND_NS);
	start = clock_mono_ns();
	assert_int_equal(in_lab(w.lab, "true", NULL), 0);
	_cleanup_(freep) char *script = xasprintf(
		"HOME=/nowhere skopeo inspect --raw --tls-verify=false docker://127.0.0.1:%d/library/alpine:3",
		w.lab->base_port);
	assert_int_equal(in_lab(w.lab, script, NULL), 0);
	assert_true(clock_mono_ns() - start > 400000000);
	base_done(&b);
	world_close(&w);
}

#define STORY(name) cmocka_unit_test_setup_teardown(name, fixture_make, fixture_drop)

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		STORY(is_copied_once),
		STORY(a_standin_is_another_image),
		STORY(an_unreachable_base_is_stood_in_for),
		STORY(failures_say_why),
		STORY(a_digest_stays),
		STORY(the_link_is_left_alone),
	};
	int code;

	if (lab_hidden(argc, argv, &code))
		return code;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
