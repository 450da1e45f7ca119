/* The lab's registry behind its relay: who may write, what is counted, what stays. */
#include "image_fixture.h"

#include "base/http.h"
#include "lab/registry.h"

/* The status of a request over a port; 0 when there was no answer. */
static long ask(const struct lab *lab, int port, const char *method, const char *path, bool secret)
{
	_cleanup_(freep) char *url = xasprintf("http://127.0.0.1:%d/v2/%s", port, path);
	_cleanup_(http_answer_done) struct http_answer a = { 0 };
	const struct http h = { .method = method,
		.url = url,
		.body = "",
		.user = secret ? lab->user : NULL,
		.password = secret ? lab->password : NULL };
	struct err *e = http_do(&h, &a);

	err_free(e);
	return e ? 0 : a.status;
}

static const struct {
	const char *name, *method, *path;
	bool cache, secret;
	long status;
} rights[] = {
	{ "bases are open to read", "GET", "", false, false, 200 },
	{ "bases cannot be written", "POST", "x/blobs/uploads/", false, false, 405 },
	{ "not even with the secret", "POST", "x/blobs/uploads/", false, true, 405 },
	{ "caches are not written without the secret", "POST", "x/blobs/uploads/", true, false,
		401 },
	{ "caches are written with it", "POST", "x/blobs/uploads/", true, true, 202 },
	{ "the version check says who one must be", "GET", "", true, false, 401 },
	{ "and takes the secret", "GET", "", true, true, 200 },
	{ "no debug page", "GET", "../debug/vars", false, false, 404 },
};

static void only_the_secret_writes(void **state)
{
	struct lab *lab = open_lab(*state);

	for (size_t i = 0; i < ARRAY_SIZE(rights); i++) {
		print_message("  %s\n", rights[i].name);
		assert_int_equal(ask(lab, rights[i].cache ? lab->cache_port : lab->base_port,
					 rights[i].method, rights[i].path, rights[i].secret),
			rights[i].status);
	}
	lab_close(lab);
}

static struct err *for_us_alone(const struct lab *lab, const char *name)
{
	_cleanup_(freep) char *path = path_join(lab->dir, name);
	struct stat st;

	if (stat(path, &st) < 0)
		return err_sys(path, errno);
	return (st.st_mode & 07777) == 0600 ? NULL
					    : err_new(ERR_CHECK, "%s is open to others", path);
}

static void the_secret_stays_one(void **state)
{
	struct fixture *f = *state;
	struct lab *lab = open_lab(f);
	_cleanup_(freep) char *image = make_case(f, "B2"), *password = xstrdup(lab->password);
	_cleanup_(freep) char *registry = path_join(f->dir, "registry");
	_cleanup_(freep) char *pattern = xasprintf("%s.pattern", f->dir);
	_cleanup_(freep) char *shown = xasprintf("cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ | "
						 "grep -aFf %s",
		pattern);
	_cleanup_(freep) char *logged = xasprintf("grep -rFf %s %s/log", pattern, f->dir);

	no_error(file_replace(pattern, 0600, password, strlen(password)));
	push_layout(lab, image, "a/b", "1");
	ask(lab, lab->cache_port, "GET", "", false);
	assert_int_equal(in_lab(lab, shown, NULL), 1);
	assert_int_equal(in_lab(lab, logged, NULL), 1);
	no_error(for_us_alone(lab, "registry/htpasswd"));
	no_error(for_us_alone(lab, "registry/auth.json"));
	lab_close(lab);
	assert_false(path_exists(registry));
	lab = open_lab(f);
	assert_string_not_equal(lab->password, password);
	lab_close(lab);
}

static void pushes_are_counted(void **state)
{
	struct fixture *f = *state;
	struct lab *lab = open_lab(f);
	_cleanup_(freep) char *image = make_case(f, "B4");
	struct relay_bytes before = lab_relay_bytes(lab), after;
	char digest[DIGEST_SIZE], none[DIGEST_SIZE];

	push_layout(lab, image, "counted/x", "1");
	after = lab_relay_bytes(lab);
	/* a megabyte of noise, and little else */
	assert_in_range(after.cache_tx - before.cache_tx, 1050000, 1100000);
	assert_in_range(after.cache_rx - before.cache_rx, 100, 50000);
	assert_int_equal(after.base_rx + after.base_tx, 0);
	assert_true(after.connections > before.connections);
	no_error(lab_manifest_digest(lab, "counted/x", "1", digest));
	no_error(lab_manifest_digest(lab, "counted/x", "2", none));
	assert_true(str_starts(digest, "sha256:"));
	assert_string_equal(none, "");
	before = lab_relay_bytes(lab);
	assert_int_equal(before.cache_rx, after.cache_rx);
	assert_int_equal(before.base_rx, 0);
	lab_close(lab);
}

/* What a push added is taken away, and the next one sends it again. */
static void a_trimmed_push_is_sent_again(void **state)
{
	struct fixture *f = *state;
	struct lab *lab = open_lab(f);
	_cleanup_(freep) char *prime = make_case(f, "B2"), *sample = make_case(f, "B4");
	_cleanup_(strv_done) struct strv mark = STRV_INIT;
	struct relay_bytes start, first, second;
	char digest[DIGEST_SIZE];

	push_layout(lab, prime, "t/x", "prime");
	no_error(lab_repo_mark(lab, "t/x", &mark));
	start = lab_relay_bytes(lab);
	push_layout(lab, sample, "t/x", "s1");
	first = lab_relay_bytes(lab);
	no_error(lab_repo_trim(lab, "t/x", &mark));
	no_error(lab_manifest_digest(lab, "t/x", "s1", digest));
	assert_string_equal(digest, "");
	no_error(lab_manifest_digest(lab, "t/x", "prime", digest));
	assert_string_not_equal(digest, "");
	push_layout(lab, sample, "t/x", "s2");
	second = lab_relay_bytes(lab);
	assert_in_range(first.cache_tx - start.cache_tx, 1050000, 1100000);
	assert_in_range(second.cache_tx - first.cache_tx, 1050000, 1100000);
	/* and without a trim it is not */
	push_layout(lab, sample, "t/x", "s3");
	assert_in_range(lab_relay_bytes(lab).cache_tx - second.cache_tx, 0, 20000);
	lab_close(lab);
}

static int64_t kilobytes(struct lab *lab, const char *dir)
{
	_cleanup_(freep) char *script = xasprintf("du -sk %s/%s", lab->dir, dir);
	_cleanup_(str_done) struct str out = STR_INIT;

	assert_int_equal(in_lab(lab, script, &out), 0);
	return strtol(str_get(&out), NULL, 10);
}

static void nothing_of_a_run_stays(void **state)
{
	struct fixture *f = *state;
	struct lab *lab = open_lab(f);
	_cleanup_(freep) char *image = make_case(f, "B4");
	int ports[2] = { lab->base_port, lab->cache_port };
	char digest[DIGEST_SIZE];

	push_layout(lab, image, "gone/x", "1");
	assert_true(kilobytes(lab, "keep/registry") > 1000);
	lab_close(lab);
	lab = open_lab(f);
	/* what engines keep in their stores names the ports */
	assert_int_equal(lab->base_port, ports[0]);
	assert_int_equal(lab->cache_port, ports[1]);
	no_error(lab_manifest_digest(lab, "gone/x", "1", digest));
	assert_string_equal(digest, "");
	assert_true(kilobytes(lab, "keep/registry") < 500);
	lab_close(lab);
}

/* The quickest of five GETs: the machine may be busy with other things. */
static int64_t quickest_ns(const struct lab *lab)
{
	int64_t least = INT64_MAX;

	for (int i = 0; i < 5; i++) {
		int64_t start = clock_mono_ns(), took;

		assert_int_equal(ask(lab, lab->base_port, "GET", "", false), 200);
		took = clock_mono_ns() - start;
		least = took < least ? took : least;
	}
	return least;
}

static void a_link_takes_its_time(void **state)
{
	struct lab *lab = open_lab(*state);
	int64_t slow, fast;

	no_error(lab_set_link(lab, (struct link){ .rtt_ns = 60000000 }));
	slow = quickest_ns(lab);
	no_error(lab_set_link(lab, (struct link){ 0 }));
	fast = quickest_ns(lab);
	print_message(
		"  60 ms asked, %.1f got; without, %.1f\n", (double)slow / 1e6, (double)fast / 1e6);
	assert_in_range(slow, 60000000, 120000000);
	assert_true(fast < 60000000);
	lab_close(lab);
}

static void a_dead_registry_is_no_silence(void **state)
{
	struct lab *lab = open_lab(*state);
	int64_t start = clock_mono_ns();

	assert_int_equal(in_lab(lab, "kill -9 $(pidof docker-registry)", NULL), 0);
	assert_int_equal(ask(lab, lab->base_port, "GET", "", false), 0);
	assert_int_equal(ask(lab, lab->cache_port, "GET", "", true), 0);
	assert_true(clock_mono_ns() - start < 5 * SECOND_NS);
	lab_close(lab);
}

#define STORY(name) cmocka_unit_test_setup_teardown(name, fixture_make, fixture_drop)

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		STORY(only_the_secret_writes),
		STORY(the_secret_stays_one),
		STORY(pushes_are_counted),
		STORY(a_trimmed_push_is_sent_again),
		STORY(nothing_of_a_run_stays),
		STORY(a_link_takes_its_time),
		STORY(a_dead_registry_is_no_silence),
	};
	int code;

	if (lab_hidden(argc, argv, &code))
		return code;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
