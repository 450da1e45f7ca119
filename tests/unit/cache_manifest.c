/* What an exported cache holds, from its manifest: texts as BuildKit wrote them, and others. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "image/cache_manifest.h"

#define A	"sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define B	"sha256:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
#define CONFIG	"application/vnd.buildkit.cacheconfig.v0"
#define GZIP	"application/vnd.oci.image.layer.v1.tar+gzip"
#define LAYER(digest, diff_id) \
	"{\"mediaType\":\"" GZIP "\",\"digest\":\"" digest "\",\"size\":32," \
	"\"annotations\":{\"containerd.io/uncompressed\":\"" diff_id "\"}}"

static const struct {
	const char *name, *text;
	bool is_cache;
	size_t layers;
	const char *digest, *diff_id; /* of the last layer */
	const char *says;	      /* of the error; NULL: it is read */
} manifests[] = {
	{ "an image manifest that is a cache",
		"{\"schemaVersion\":2,\"config\":{\"mediaType\":\"" CONFIG "\",\"digest\":\"" A "\"},"
		"\"layers\":[" LAYER(A, B) "," LAYER(B, A) "]}",
		true, 2, B, A, NULL },
	{ "an index, with its config among the layers",
		"{\"schemaVersion\":2,\"manifests\":[" LAYER(A, B)
		",{\"mediaType\":\"" CONFIG "\",\"digest\":\"" B "\"}]}",
		true, 1, A, B, NULL },
	{ "an image, which is no cache",
		"{\"config\":{\"mediaType\":\"application/vnd.oci.image.config.v1+json\"},"
		"\"layers\":[" LAYER(A, B) "]}",
		false, 1, A, B, NULL },
	{ "a layer without its tar's digest", "{\"layers\":[{\"digest\":\"" A "\"}]}", false, 1, A, "",
		NULL },
	{ "a cache of nothing", "{\"config\":{\"mediaType\":\"" CONFIG "\"},\"layers\":[]}", true, 0, NULL,
		NULL, NULL },
	{ "no list of layers", "{\"schemaVersion\":2}", false, 0, NULL, NULL, "no manifest of a cache" },
	{ "a layer without a digest", "{\"layers\":[{\"mediaType\":\"" GZIP "\"}]}", false, 0, NULL, NULL,
		"digest" },
	{ "a digest that is a number", "{\"layers\":[{\"digest\":7}]}", false, 0, NULL, NULL, "string" },
	{ "a list", "[]", false, 0, NULL, NULL, "no manifest of a cache" },
	{ "half a text", "{\"layers\":[", false, 0, NULL, NULL, "JSON" },
	{ "nothing", "", false, 0, NULL, NULL, "JSON" },
};

static struct str str_of(const char *text)
{
	struct str s = STR_INIT;

	str_add(&s, text);
	return s;
}

static void a_manifest_lists_its_layers(void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(manifests); i++) {
		_cleanup_(cache_manifest_done) struct cache_manifest m = { 0 };
		_cleanup_(str_done) struct str text = str_of(manifests[i].text);
		_cleanup_(err_freep) struct err *e = cache_manifest_read("REF", &text, &m);

		print_message("%s\n", manifests[i].name);
		if (manifests[i].says) {
			assert_non_null(e);
			assert_non_null(strstr(e->what, manifests[i].says));
			assert_non_null(strstr(e->at, "REF"));
			continue;
		}
		assert_null(e);
		assert_int_equal(m.is_cache, manifests[i].is_cache);
		assert_int_equal(m.layer_count, manifests[i].layers);
		if (m.layer_count) {
			assert_string_equal(m.layers[m.layer_count - 1].digest, manifests[i].digest);
			assert_string_equal(m.layers[m.layer_count - 1].diff_id, manifests[i].diff_id);
		}
	}
}

static const struct {
	const char *text, *digest; /* NULL: refused */
} layouts[] = {
	{ "{\"manifests\":[{\"digest\":\"" A "\"},{\"digest\":\"" B "\"}]}", A },
	{ "{\"manifests\":[]}", NULL },
	{ "{\"manifests\":[{\"digest\":\"sha256:../../../../etc/passwd\"}]}", NULL },
	{ "{\"manifests\":[{\"digest\":\"sha512:" "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" "\"}]}",
		NULL },
	{ "{}", NULL },
};

static void a_layout_names_where_its_cache_begins(void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(layouts); i++) {
		_cleanup_(str_done) struct str text = str_of(layouts[i].text);
		char digest[DIGEST_SIZE];
		_cleanup_(err_freep) struct err *e = cache_layout_read("index.json", &text, digest);

		assert_int_equal(e == NULL, layouts[i].digest != NULL);
		if (!e)
			assert_string_equal(digest, layouts[i].digest);
	}
}

static void an_inline_cache_stands_in_the_config(void **state)
{
	_cleanup_(str_done) struct str with = str_of("{\"moby.buildkit.cache.v0\":\"W10=\",\"os\":\"linux\"}");
	_cleanup_(str_done) struct str without = str_of("{\"os\":\"linux\"}");
	bool has;

	assert_null(cache_inline_read("REF", &with, &has));
	assert_true(has);
	assert_null(cache_inline_read("REF", &without, &has));
	assert_false(has);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_manifest_lists_its_layers),
		cmocka_unit_test(a_layout_names_where_its_cache_begins),
		cmocka_unit_test(an_inline_cache_stands_in_the_config),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
