/* Images read back from the lab's registry, as they lie there after a push. */
#include "image_fixture.h"

#include "base/http.h"
#include "base/json.h"
#include "image/image.h"
#include "lab/registry.h"

static const struct {
	const char *id;
	int64_t size, compressed_low, compressed_high;
	size_t layers;
} cases[] = {
	{ "B2", 1048576, 1040000, 1060000, 2 },
	{ "B3", 29200381, 20000, 40000, 2 },
	{ "B4", 9437184, 1050000, 1070000, 2 },
	{ "C2", 103, 9216, 9216, 1 },
	{ "C3", 27, 9216, 9216, 1 },
	{ "C4", 6, 10240, 30720, 1 },
};

static struct err *read_back(
	struct lab *lab, const char *ref, struct image_cache *cache, struct image *out)
{
	const struct image_source src = {
		.from = IMAGE_FROM_REGISTRY, .ref = ref, .socket = lab_registry_socket(lab)
	};

	return image_read(&src, cache, out);
}

static void cases_are_read_back(void **state)
{
	struct fixture *f = *state;
	struct lab *lab = open_lab(f);
	_cleanup_(image_cache_freep) struct image_cache *cache = image_cache_new();
	struct relay_bytes before;

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_(freep) char *layout = make_case(f, cases[i].id);
		_cleanup_(image_done) struct image image = { 0 };
		char digest[DIGEST_SIZE];

		print_message("  %s\n", cases[i].id);
		push_layout(lab, layout, "case/x", cases[i].id);
		before = lab_relay_bytes(lab);
		_cleanup_(freep) char *ref = xasprintf("case/x:%s", cases[i].id);
		no_error(read_back(lab, ref, cache, &image));
		no_error(lab_manifest_digest(lab, "case/x", cases[i].id, digest));
		assert_string_equal(image.digest, digest);
		assert_int_equal(image.size_bytes, cases[i].size);
		assert_int_equal(image.layer_count, cases[i].layers);
		assert_in_range(
			image.compressed_bytes, cases[i].compressed_low, cases[i].compressed_high);
		/* looking is not counted */
		assert_int_equal(lab_relay_bytes(lab).cache_rx, before.cache_rx);
		assert_int_equal(lab_relay_bytes(lab).base_rx, before.base_rx);
	}
	lab_close(lab);
}

/* PUT with the secret; the status. */
static long put(struct lab *lab, const char *url, const char *type, const struct str *body)
{
	_cleanup_(freep) char *header = xasprintf("Content-Type: %s", type);
	const char *const headers[] = { header, NULL };
	_cleanup_(http_answer_done) struct http_answer a = { 0 };
	const struct http h = { .method = "PUT",
		.url = url,
		.socket = registry_cache_socket(lab),
		.headers = headers,
		.user = lab->user,
		.password = lab->password,
		.body = str_get(body),
		.body_size = body->len };

	no_error(http_do(&h, &a));
	return a.status;
}

static void push_blob(struct lab *lab, const struct str *body)
{
	_cleanup_(http_answer_done) struct http_answer a = { 0 };
	const struct http h = { .method = "POST",
		.url = "http://lab/v2/raw/x/blobs/uploads/",
		.socket = registry_cache_socket(lab),
		.user = lab->user,
		.password = lab->password,
		.body = "" };
	_cleanup_(freep) char *url = NULL;
	char digest[DIGEST_SIZE];

	no_error(http_do(&h, &a));
	assert_int_equal(a.status, 202);
	sha256_bytes(str_get(body), body->len, digest);
	url = xasprintf("%s&digest=%s", a.location, digest);
	assert_int_equal(put(lab, url, "application/octet-stream", body), 201);
}

/* A layout with its index as it is: every blob, then every manifest, then the index as TAG. */
static void push_raw(struct lab *lab, const char *layout, const char *tag)
{
	_cleanup_(freep) char *blobs = path_join(layout, "blobs/sha256");
	_cleanup_(freep) char *names = names_in(blobs), *index = path_join(layout, "index.json");
	_cleanup_(freep) char *at = xasprintf("http://lab/v2/raw/x/manifests/%s", tag);
	_cleanup_(strv_done) struct strv all = STRV_INIT;
	_cleanup_(str_done) struct str text = STR_INIT;

	strv_split(&all, names, ' ');
	for (int pass = 0; pass < 2; pass++)
		for (size_t i = 0; i + 1 < all.count; i++) {
			_cleanup_(freep) char *path = path_join(blobs, all.items[i]);
			_cleanup_(freep) char *url = xasprintf(
				"http://lab/v2/raw/x/manifests/sha256:%s", all.items[i]);
			_cleanup_(str_done) struct str body = STR_INIT;

			no_error(file_read(path, 4 << 20, &body));
			if (pass == 0)
				push_blob(lab, &body);
			else if (strstr(str_get(&body), "\"schemaVersion\""))
				assert_int_equal(
					put(lab, url, "application/vnd.oci.image.manifest.v1+json",
						&body),
					201);
		}
	no_error(file_read(index, 4 << 20, &text));
	assert_int_equal(put(lab, at, "application/vnd.oci.image.index.v1+json", &text), 201);
}

static void an_attestation_is_no_image(void **state)
{
	struct fixture *f = *state;
	struct lab *lab = open_lab(f);
	_cleanup_(image_cache_freep) struct image_cache *cache = image_cache_new();
	_cleanup_(freep) char *layout = make_case(f, "B5");
	_cleanup_(image_done) struct image image = { 0 };
	char index[DIGEST_SIZE];

	push_raw(lab, layout, "1");
	no_error(read_back(lab, "raw/x:1", cache, &image));
	assert_int_equal(image.size_bytes, 1048576);
	assert_int_equal(image.layer_count, 1);
	no_error(lab_manifest_digest(lab, "raw/x", "1", index));
	assert_string_not_equal(image.digest, index);
	lab_close(lab);
}

/* A layer that was read once is not read again: even when it is gone. */
static void a_layer_is_read_once(void **state)
{
	struct fixture *f = *state;
	struct lab *lab = open_lab(f);
	_cleanup_(image_cache_freep) struct image_cache *cache = image_cache_new();
	_cleanup_(freep) char *layout = make_case(f, "B4");
	_cleanup_(image_done) struct image first = { 0 }, again = { 0 };

	push_layout(lab, layout, "once/x", "1");
	no_error(read_back(lab, "once/x:1", cache, &first));
	for (size_t i = 0; i < first.layer_count; i++) {
		_cleanup_(freep) char *script = xasprintf(
			"rm -r %s/keep/registry/docker/registry/v2/"
			"blobs/sha256/%.2s/%s",
			lab->dir, first.layers[i].digest + 7, first.layers[i].digest + 7);

		assert_int_equal(in_lab(lab, script, NULL), 0);
	}
	no_error(read_back(lab, "once/x:1", cache, &again));
	assert_int_equal(again.size_bytes, first.size_bytes);
	lab_close(lab);
}

static const struct {
	const char *name, *script; /* BLOB is the layer's file */
	const char *error;
} damages[] = {
	{ "a byte is another", "printf x | dd of=$BLOB bs=1 seek=500000 conv=notrunc status=none",
		NULL },
	{ "it is cut short", "truncate -s 500000 $BLOB", NULL },
	{ "it is gone", "rm $BLOB", "HTTP 404" },
	{ "something else took its place", "echo hello | gzip -n >$BLOB", "has the digest" },
	{ "another layer took its place", "tar cz -C /etc hostname >$BLOB", "has the digest" },
};

static void damage_is_no_number(void **state)
{
	struct fixture *f = *state;
	struct lab *lab = open_lab(f);
	_cleanup_(freep) char *layout = make_case(f, "B5");

	push_raw(lab, layout, "1");
	for (size_t i = 0; i < ARRAY_SIZE(damages); i++) {
		_cleanup_(image_cache_freep) struct image_cache *cache = image_cache_new();
		_cleanup_(image_done) struct image image = { 0 };
		_cleanup_(freep) char *script = xasprintf(
			"BLOB=$(find %s/keep/registry -name data -size +900k | head -n 1); "
			"mkdir -p %s/tmp && cp $BLOB %s/tmp/saved && %s",
			lab->dir, lab->dir, lab->dir, damages[i].script);
		_cleanup_(freep) char *mend = xasprintf(
			"D=%s/keep/registry/docker/registry/v2/blobs/sha256; "
			"H=$(sha256sum <%s/tmp/saved | cut -c1-64); "
			"cp %s/tmp/saved $D/$(echo $H | cut -c1-2)/$H/data",
			lab->dir, lab->dir, lab->dir);
		struct err *e;

		print_message("  %s\n", damages[i].name);
		assert_int_equal(in_lab(lab, script, NULL), 0);
		e = read_back(lab, "raw/x:1", cache, &image);
		assert_non_null(e);
		print_message("    %s (%s)\n", e->what, e->at ? e->at : "");
		if (damages[i].error)
			assert_non_null(strstr(e->what, damages[i].error));
		err_free(e);
		assert_int_equal(in_lab(lab, mend, NULL), 0);
	}
	lab_close(lab);
}

static const struct {
	const char *ref, *error;
} missing[] = {
	{ "no/such:1", "no such image" },
	{ "raw/x:2", "no such image" },
	{ "raw/x", "neither tag nor digest" },
	{ "raw/x@sha256:"
	  "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
		"no such image" },
};

static void what_is_missing_is_said(void **state)
{
	struct lab *lab = open_lab(*state);
	_cleanup_(image_cache_freep) struct image_cache *cache = image_cache_new();

	for (size_t i = 0; i < ARRAY_SIZE(missing); i++) {
		_cleanup_(image_done) struct image image = { 0 };
		_cleanup_(err_freep) struct err *e = read_back(lab, missing[i].ref, cache, &image);

		print_message("  %s\n", missing[i].ref);
		assert_non_null(e);
		assert_non_null(strstr(e->what, missing[i].error));
	}
	lab_close(lab);
}

#define STORY(name) cmocka_unit_test_setup_teardown(name, fixture_make, fixture_drop)

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		STORY(cases_are_read_back),
		STORY(an_attestation_is_no_image),
		STORY(a_layer_is_read_once),
		STORY(damage_is_no_number),
		STORY(what_is_missing_is_said),
	};
	int code;

	if (lab_hidden(argc, argv, &code))
		return code;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
