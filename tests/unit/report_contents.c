/* What differs between two images: layer, package, file. */
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "reports/contents.h"

/* "RUN make 30: pip numpy 2.1 20, file usr/x 8 | …": layers with their bytes, in them packages and
 * files; "+" at the end: more files than are listed. */
static void layer_of(const char *text, struct image *i)
{
	struct layer_view *v = GROW(i->views, i->view_count, i->view_room);
	char name[100] = "", a[60], b[60], c[60];
	long long bytes = 0;
	const char *at = strchr(text, ':');
	_cleanup_(strv_done) struct strv things = STRV_INIT;

	assert_int_equal(sscanf(text, " %99[^0-9] %lld", name, &bytes), 2);
	name[strlen(name) - 1] = '\0';
	v->made_by = xstrdup(name);
	v->size_bytes = bytes;
	v->of = contents_new();
	snprintf(v->of->key, XXH_SIZE, "%zu", strlen(text));
	strv_split(&things, at + 1, ',');
	for (size_t k = 0; k < things.count; k++) {
		const char *t = things.items[k];

		if (sscanf(t, " file %59s %lld", a, &bytes) == 2)
			*GROW(v->of->files, v->of->file_count,
				v->of->file_room) = (struct content_file){ xstrdup(a), bytes, -1,
				false };
		else if (sscanf(t, " %59s %59s %59s %lld", a, b, c, &bytes) == 4)
			*GROW(v->of->packages, v->of->package_count,
				v->of->package_room) = (struct content_package){ xstrdup(a),
				xstrdup(b), xstrdup(c), bytes, 1 };
	}
	v->files = (int64_t)v->of->file_count + (str_ends(text, "+") ? 1 : 0);
	i->size_bytes += v->size_bytes;
}

static void image_of(const char *text, struct image *i)
{
	_cleanup_(strv_done) struct strv layers = STRV_INIT;

	*i = (struct image){ 0 };
	strv_split(&layers, text, '|');
	for (size_t k = 0; k < layers.count; k++)
		layer_of(layers.items[k], i);
}

static const struct {
	const char *name, *a, *b, *words;
} rows[] = {
	{ "a package's new version, and its file",
		"FROM x 100:| RUN pip 1000: pip numpy 2.1 900, file lib/n.so 500",
		"FROM x 100:| RUN pip 9000: pip numpy 2.2 8900, file lib/n.so 8500",
		"; layer 2 of 2, RUN pip, +8.00 kB; pip numpy 2.1 → 2.2 +8.00 kB; "
		"file lib/n.so +8.00 kB" },
	{ "a layer that came", "FROM x 100:", "FROM x 100:| COPY big 5000: file big 5000",
		"; layer 2 of 2, COPY big, +5.00 kB; file big added +5.00 kB" },
	{ "a layer that went", "FROM x 100:| COPY big 5000: file big 5000",
		"FROM x 100:", "; layer 2, COPY big removed −5.00 kB; file big removed −5.00 kB" },
	{ "what moved the other way did not do it", "RUN make 9000: file a 100, file b 8900",
		"RUN make 18000: file a 10000, file b 8000",
		"; layer 1 of 1, RUN make, +9.00 kB; file a +9.90 kB" },
	{ "what has no tenth of it did not, either", "RUN make 1000: file a 10, file b 10",
		"RUN make 9000: file a 60, file b 10", "; layer 1 of 1, RUN make, +8.00 kB" },
	{ "a file that may have been there, too small to be listed", "RUN make 1000: file a 900+",
		"RUN make 3000: file a 900, file b 2100", "; layer 1 of 1, RUN make, +2.00 kB" },
	{ "versions of one name stay with their like", "RUN npm 300: npm x 1 100, npm x 2 200",
		"RUN npm 5200: npm x 2 200, npm x 3 5000",
		"; layer 1 of 1, RUN npm, +4.90 kB; npm x 3 added +5.00 kB" },
	{ "layers in another order are the same ones",
		"RUN a 500: file a 500| RUN b 700: file b 700",
		"RUN b 700: file b 700| RUN a 9500: file a 9500",
		"; layer 2 of 2, RUN a, +9.00 kB; file a +9.00 kB" },
	{ "names are not taken for more", "RUN a 5: file \033]0;x 5",
		"RUN a 500: file \033]0;x 500",
		"; layer 1 of 1, RUN a, +495 B; file \\x1b]0;x +495 B" },
};

static void test_words(void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		_cleanup_(image_done) struct image a, b;
		_cleanup_(parts_done) struct parts p = { 0 };
		_cleanup_(str_done) struct str s = STR_INIT;

		print_message("%s\n", rows[i].name);
		image_of(rows[i].a, &a);
		image_of(rows[i].b, &b);
		parts_between(&a, &b, &p);
		parts_words(&s, &p, &b, (double)(b.size_bytes - a.size_bytes));
		assert_string_equal(str_get(&s), rows[i].words);
	}
}

static void test_the_same(void **state)
{
	_cleanup_(image_done) struct image a, b;
	_cleanup_(parts_done) struct parts p = { 0 };

	image_of("FROM x 100: dpkg libc 2 100| RUN pip 1000: file lib/n.so 500", &a);
	image_copy(&b, &a);
	parts_between(&a, &b, &p);
	assert_int_equal(p.count, 0);
}

static void test_packages(void **state)
{
	_cleanup_(image_done) struct image a, b;
	_cleanup_(parts_done) struct parts p = { 0 };
	_cleanup_(str_done) struct str s = STR_INIT;

	image_of("RUN x 9: pip a 1 1, pip b 1 1", &a);
	image_of("RUN x 9: pip b 2 1, pip c 1 1, pip d 1 1, pip e 1 1", &b);
	parts_between(&a, &b, &p);
	packages_words(&s, &p);
	assert_string_equal(
		str_get(&s), "; pip a 1 removed, pip c 1 added, pip d 1 added, and 1 more");
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_words),
		cmocka_unit_test(test_the_same), cmocka_unit_test(test_packages) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
