/* What podman's store holds, from files as containers/storage writes them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/file.h"
#include "engine/podman_store.h"

#define HEX(c) c c c c c c c c c c c c c c c c
#define INDEX "sha256:" HEX("1111")
#define CHILD "sha256:" HEX("2222")
#define ID    HEX("3333")

/* A base of two platforms, pulled; an image that was built; one between that has no name. */
static const char images[] =
	"[{\"id\":\"" ID "\",\"digest\":\"" INDEX "\",\"names\":[\"docker.io/library/python:3.13-slim\"],"
	"\"big-data-names\":[\"sha256:" ID "\",\"manifest-" INDEX "\",\"manifest-" CHILD
	"\",\"manifest\"]},"
	"{\"id\":\"b\",\"digest\":\"" CHILD "\",\"names\":[\"localhost/app:1\"],"
	"\"big-data-names\":[\"manifest-" CHILD "\"]},"
	"{\"id\":\"c\",\"digest\":\"" CHILD "\"}]";

struct store_dir {
	char *graph;
};

static void write_file(const struct store_dir *s, const char *dir, const char *file, const char *text)
{
	_cleanup_(freep) char *in = path_join(s->graph, dir);
	_cleanup_(freep) char *path = path_join(in, file);

	assert_null(dir_make(in, 0700));
	assert_null(file_replace(path, 0600, text, strlen(text)));
}

static int set_up(void **state)
{
	struct store_dir *s = NEW(struct store_dir);
	char dir[] = "/tmp/tare-test-XXXXXX";

	assert_non_null(mkdtemp(dir));
	s->graph = xstrdup(dir);
	*state = s;
	return 0;
}

static int tear_down(void **state)
{
	struct store_dir *s = *state;

	err_free(dir_remove(s->graph));
	free(s->graph);
	free(s);
	return 0;
}

static void a_store_that_is_not_there_holds_nothing(void **state)
{
	const struct store_dir *s = *state;
	_cleanup_(sample_done) struct sample sample = { 0 };
	int64_t things = -1;

	assert_null(podman_store_things(s->graph, &things));
	assert_int_equal(things, 0);
	assert_null(podman_store_inputs(s->graph, "docker.io/library/python:3.13-slim", &sample));
	assert_int_equal(sample.input_count, 0);
}

static void images_and_layers_are_counted(void **state)
{
	const struct store_dir *s = *state;
	int64_t things;

	write_file(s, "overlay-images", "images.json", images);
	write_file(s, "overlay-layers", "layers.json", "[{\"id\":\"x\"},{\"id\":\"y\"}]");
	write_file(s, "overlay-layers", "volatile-layers.json", "[{\"id\":\"z\"}]");
	assert_null(podman_store_things(s->graph, &things));
	assert_int_equal(things, 3 + 2 + 1);
}

static void a_base_is_known_by_its_index_and_its_manifest(void **state)
{
	const struct store_dir *s = *state;
	_cleanup_(sample_done) struct sample sample = { 0 };

	write_file(s, "overlay-images", "images.json", images);
	assert_null(podman_store_inputs(s->graph, "python:3.13-slim", &sample));
	assert_int_equal(sample.input_count, 2);
	assert_string_equal(sample.inputs[0].ref, "python:3.13-slim");
	assert_string_equal(sample.inputs[0].digest, INDEX);
	assert_string_equal(sample.inputs[1].digest, CHILD);
	assert_null(podman_store_inputs(s->graph, "alpine:3.23", &sample));
	assert_int_equal(sample.input_count, 2);
}

static void a_base_by_digest_has_no_tag(void **state)
{
	const struct store_dir *s = *state;
	_cleanup_(sample_done) struct sample sample = { 0 };

	write_file(s, "overlay-images", "images.json",
		"[{\"names\":[\"gcr.io/distroless/cc@" INDEX "\"],"
		"\"big-data-names\":[\"manifest-" INDEX "\"]}]");
	assert_null(podman_store_inputs(s->graph, "gcr.io/distroless/cc:nonroot@" INDEX, &sample));
	assert_int_equal(sample.input_count, 1);
	assert_string_equal(sample.inputs[0].digest, INDEX);
}

static void what_is_no_list_is_an_error_with_its_file(void **state)
{
	const struct store_dir *s = *state;
	int64_t things;

	write_file(s, "overlay-layers", "layers.json", "[{");
	_cleanup_(err_freep) struct err *e = podman_store_things(s->graph, &things);

	assert_non_null(e);
	assert_non_null(strstr(e->at, "layers.json"));
}

#define STORY(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		STORY(a_store_that_is_not_there_holds_nothing),
		STORY(images_and_layers_are_counted),
		STORY(a_base_is_known_by_its_index_and_its_manifest),
		STORY(a_base_by_digest_has_no_tag),
		STORY(what_is_no_list_is_an_error_with_its_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
