/* Names of bases, pins, the secret, and the registry's store as files. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <crypt.h>

#include "base/file.h"
#include "lab/bases.h"
#include "lab/private.h"
#include "lab/registry.h"
#include "lab/secret.h"

#define D64 "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static const struct {
	const char *ref, *full, *repo, *lab_tag, *error;
} names[] = {
	{ "alpine", "docker.io/library/alpine:latest", "library/alpine", "latest", NULL },
	{ "python:3.13-slim", "docker.io/library/python:3.13-slim", "library/python", "3.13-slim",
		NULL },
	{ "docker/dockerfile:1", "docker.io/docker/dockerfile:1", "docker/dockerfile", "1", NULL },
	{ "docker.io/python", "docker.io/library/python:latest", "library/python", "latest", NULL },
	{ "index.docker.io/u/p:1", "docker.io/u/p:1", "u/p", "1", NULL },
	{ "gcr.io/distroless/cc", "gcr.io/distroless/cc:latest", "gcr.io/distroless/cc", "latest",
		NULL },
	{ "localhost/x:1", "localhost/x:1", "localhost/x", "1", NULL },
	{ "localhost:5000/x", "localhost:5000/x:latest", "localhost__5000/x", "latest", NULL },
	{ "python@sha256:" D64, "docker.io/library/python@sha256:" D64, "library/python",
		"sha256-" D64, NULL },
	{ "python:3@sha256:" D64, "docker.io/library/python:3@sha256:" D64, "library/python",
		"sha256-" D64, NULL },
	{ "", NULL, NULL, NULL, "no image reference" },
	{ "scratch", NULL, NULL, NULL, "the empty image" },
	{ "python:${V}", NULL, NULL, NULL, "a variable has no value" },
	{ "Python", NULL, NULL, NULL, "capitals" },
	{ "a/../b", NULL, NULL, NULL, "capitals or other" },
	{ "a//b", NULL, NULL, NULL, "capitals or other" },
	{ "../a", NULL, NULL, NULL, "no registry" },
	{ "../../etc/passwd:1", NULL, NULL, NULL, "no registry" },
	{ "Gcr.io/a", NULL, NULL, NULL, "no registry" },
	{ "a:-b", NULL, NULL, NULL, "the tag" },
	{ "a@sha256:12", NULL, NULL, NULL, "no sha256" },
	{ "a@md5:12", NULL, NULL, NULL, "no sha256" },
	{ "--all", NULL, NULL, NULL, "other characters" },
};

static void test_names(void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		_cleanup_(base_name_done) struct base_name n = { 0 };
		_cleanup_(err_freep) struct err *e = base_name_parse(names[i].ref, &n);

		print_message("\"%s\"\n", names[i].ref);
		if (names[i].error) {
			assert_non_null(e);
			assert_non_null(strstr(e->what, names[i].error));
			continue;
		}
		assert_null(e);
		assert_string_equal(n.full, names[i].full);
		assert_string_equal(n.repo, names[i].repo);
		assert_string_equal(n.lab_tag, names[i].lab_tag);
	}
}

static const struct {
	const char *repo;
	bool valid;
} repos[] = {
	{ "a", true },
	{ "a/b-c/d_e/f__g/h.i", true },
	{ "a--b", true },
	{ "gcr.io/x", true },
	{ "", false },
	{ "/a", false },
	{ "a/", false },
	{ "a//b", false },
	{ "A", false },
	{ ".", false },
	{ "..", false },
	{ "a/..", false },
	{ "a/../b", false },
	{ "a..b", false },
	{ "_a", false },
	{ "a_", false },
	{ "a___b", false },
	{ "a/_manifests", false },
	{ "-a", false },
	{ "a-", false },
	{ "a b", false },
	{ "a\n", false },
	{ "a._b", false },
};

static void test_repos(void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(repos); i++) {
		print_message("\"%s\"\n", repos[i].repo);
		assert_int_equal(registry_repo_is_valid(repos[i].repo), repos[i].valid);
	}
}

static int set_up(void **state)
{
	static char dir[32];

	snprintf(dir, sizeof(dir), "/tmp/tare-bases-XXXXXX");
	*state = mkdtemp(dir);
	return *state ? 0 : -1;
}

static int tear_down(void **state)
{
	err_free(dir_remove(*state));
	return 0;
}

static void make(const char *dir, const char *path)
{
	_cleanup_(freep) char *whole = path_join(dir, path);

	assert_null(dir_make(whole, 0700));
}

static void test_pins(void **state)
{
	const char *dir = *state;
	_cleanup_(pins_done) struct pins p = { 0 }, again = { 0 };
	_cleanup_(strv_done) struct strv all = STRV_INIT;
	struct pin *real, *standin;

	assert_null(pins_read(dir, &p));
	assert_int_equal(p.count, 0);
	/* references into the list end with the next pins_get */
	for (int i = 0; i < 2; i++) {
		struct pin *q = pins_get(&p, "docker.io/library/python:3", i == 1, NULL);

		q->repo = xstrdup("library/python");
		q->tag = xstrdup("3");
		snprintf(q->digest, DIGEST_SIZE, "sha256:%c", i ? 'b' : 'a');
	}
	make(dir, "keep");
	assert_null(pins_write(dir, &p));
	assert_null(pins_read(dir, &again));
	real = pins_find(&again, "docker.io/library/python:3", false, NULL);
	standin = pins_find(&again, "docker.io/library/python:3", true, NULL);
	assert_non_null(real);
	assert_non_null(standin);
	assert_string_equal(real->digest, "sha256:a");
	assert_string_equal(standin->digest, "sha256:b");
	assert_null(pins_find(&again, "docker.io/library/python:3", false, "mirror:5000"));
	assert_null(bases_repos(dir, &all));
	assert_int_equal(all.count, 1);
}

static void test_secret(void **state)
{
	const char *dir = *state;
	_cleanup_(freep) char *path = path_join(dir, "htpasswd"), *user = NULL, *password = NULL;
	_cleanup_(str_done) struct str text = STR_INIT;
	struct crypt_data data = { 0 };
	struct stat st;
	char *hash;

	secret_make(&user, &password);
	assert_int_equal(strlen(password), 40);
	assert_null(secret_htpasswd(path, user, password));
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_null(file_read(path, 1000, &text));
	assert_true(str_starts(str_get(&text), "tare:$2b$04$"));
	assert_null(strstr(str_get(&text), password));
	hash = strchr(text.buf, ':') + 1;
	hash[strcspn(hash, "\n")] = '\0';
	assert_string_equal(crypt_rn(password, hash, &data, sizeof(data)), hash);
}

#define REPOS "keep/registry/docker/registry/v2/repositories/"

/* After a push the mark's links stay and the others go; another repository is left alone. */
static void test_trim(void **state)
{
	char *dir = *state;
	const struct lab lab = { .dir = dir };
	_cleanup_(strv_done) struct strv mark = STRV_INIT, now = STRV_INIT, none = STRV_INIT;
	_cleanup_(freep) char *below = path_join(dir, REPOS "a/b/below/_manifests/tags/t");

	assert_null(lab_repo_mark(&lab, "a/b", &none));
	assert_int_equal(none.count, 0);
	make(dir, REPOS "a/b/_layers/sha256/one");
	make(dir, REPOS "a/b/_manifests/revisions/sha256/m");
	make(dir, REPOS "a/b/_manifests/tags/prime/current");
	make(dir, REPOS "a/b/below/_manifests/tags/t");
	assert_null(lab_repo_mark(&lab, "a/b", &mark));
	assert_int_equal(mark.count, 3);
	make(dir, REPOS "a/b/_layers/sha256/two");
	make(dir, REPOS "a/b/_manifests/tags/sample");
	assert_null(lab_repo_trim(&lab, "a/b", &mark));
	assert_null(lab_repo_mark(&lab, "a/b", &now));
	assert_int_equal(now.count, 3);
	assert_true(strv_has(&now, "_layers/sha256/one"));
	assert_true(strv_has(&now, "_manifests/tags/prime"));
	assert_null(lab_repo_forget(&lab, "a/b"));
	assert_true(path_exists(below));
	strv_clear(&now);
	assert_null(lab_repo_mark(&lab, "a/b", &now));
	assert_int_equal(now.count, 0);
	for (size_t i = 0; i < ARRAY_SIZE(repos); i++)
		if (!repos[i].valid) {
			_cleanup_(err_freep) struct err *e = lab_repo_forget(&lab, repos[i].repo);

			assert_non_null(e);
		}
	assert_true(path_exists(dir));
}

static void test_storage_list(void **state)
{
	char *dir = *state;
	_cleanup_(freep) char *storage = path_join(dir, "keep/registry");
	_cleanup_(strv_done) struct strv all = STRV_INIT;

	assert_null(storage_list(storage, &all));
	assert_int_equal(all.count, 0);
	make(dir, REPOS "a/b/_layers");
	make(dir, REPOS "a/b/c/_uploads");
	make(dir, REPOS "d/_manifests/tags/_layers");
	make(dir, REPOS "empty/dir");
	assert_null(storage_list(storage, &all));
	assert_int_equal(all.count, 3);
	assert_true(strv_has(&all, "a/b"));
	assert_true(strv_has(&all, "a/b/c"));
	assert_true(strv_has(&all, "d"));
}

#define STORY(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_repos),
		STORY(test_pins),
		STORY(test_secret),
		STORY(test_trim),
		STORY(test_storage_list),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
