/* What is recorded of an image's layers: whose bytes they are, the largest files, and one key for
 * what is the same. */
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "image/view.h"
#include "image_stack.h"

#define STATUS "Package: hello\nStatus: install ok installed\nVersion: 2.10-3\n"
#define LIST   "/usr/bin/hello\n/usr/lib/libhello.so\n"

struct file {
	int layer;
	const char *path, *text; /* NULL: a whiteout of the path */
};

static const struct {
	const char *name;
	struct file files[8];
	const char *expect; /* of each layer: "BYTES in FILES, HIDDEN: PACKAGES; FILES" */
} rows[] = {
	{ "files, the largest first; of one size by their names",
		{ { 0, "b", "123" }, { 0, "a", "123" }, { 0, "c", "12345" } },
		"11 in 3, 0:; c 5 -1, a 3 -1, b 3 -1," },
	{ "what a later layer hides is hidden in the one that has it",
		{ { 0, "x", "12345" }, { 0, "y", "1" }, { 1, "x", "12" }, { 2, "y", NULL } },
		"6 in 2, 6:; x 5 -1 hidden, y 1 -1 hidden,|2 in 1, 0:; x 2 -1,|0 in 0, 0:;" },
	{ "a package's files lie in the layers that brought them",
		{ { 0, "var/lib/dpkg/status", STATUS }, { 0, "var/lib/dpkg/info/hello.list", LIST },
			{ 0, "usr/bin/hello", "1234567" }, { 1, "usr/lib/libhello.so", "1234" } },
		"103 in 3, 0: dpkg hello 2.10-3 7 1,; var/lib/dpkg/status 60 -1, "
		"var/lib/dpkg/info/hello.list 36 -1, usr/bin/hello 7 0,|"
		"4 in 1, 0: dpkg hello 2.10-3 4 1,; usr/lib/libhello.so 4 0," },
	{ "a package without a file stands where it is told of",
		{ { 0, "x", "1" }, { 1, "var/lib/dpkg/status", STATUS } },
		"1 in 1, 0:; x 1 -1,|60 in 1, 0: dpkg hello 2.10-3 0 0,; "
		"var/lib/dpkg/status 60 -1," },
	{ "nothing at all", { { 0, "d/", "" } }, "0 in 0, 0:;" },
};

static void show(const struct image *image, struct str *s)
{
	for (size_t i = 0; i < image->view_count; i++) {
		const struct layer_view *v = &image->views[i];

		str_addf(s, "%s%lld in %lld, %lld:", i ? "|" : "", (long long)v->size_bytes,
			(long long)v->files, (long long)v->hidden_bytes);
		for (size_t k = 0; k < v->of->package_count; k++) {
			const struct content_package *p = &v->of->packages[k];

			str_addf(s, " %s %s %s %lld %lld,", p->manager, p->name, p->version,
				(long long)p->size_bytes, (long long)p->files);
		}
		str_addc(s, ';');
		for (size_t k = 0; k < v->of->file_count; k++) {
			const struct content_file *f = &v->of->files[k];

			str_addf(s, " %s %lld %zd%s,", f->path, (long long)f->size_bytes,
				f->package, f->hidden ? " hidden" : "");
		}
	}
}

static void add_file(struct str *tar, const struct file *f)
{
	const char *name = strrchr(f->path, '/') ? strrchr(f->path, '/') + 1 : f->path;
	_cleanup_(freep) char *gone = xasprintf("%.*s.wh.%s", (int)(name - f->path), f->path, name);

	if (!f->text)
		stack_file(tar, gone, "", 0, 0644);
	else if (str_ends(f->path, "/"))
		stack_header(tar, '5', f->path, "", 0, 0755);
	else
		stack_file(tar, f->path, f->text, strlen(f->text), 0644);
}

/* The contents of a stack of layers; the view is freed. */
static struct image contents_of(const struct file files[8])
{
	_cleanup_(image_view_freep) struct image_view *v = NEW(struct image_view);
	struct image image;
	int layers = 0;

	for (int i = 0; i < 8 && files[i].path; i++)
		layers = files[i].layer + 1;
	view_room(v, (size_t)layers);
	for (int l = 0; l < layers; l++) {
		_cleanup_(str_done) struct str tar = STR_INIT;

		for (int i = 0; i < 8 && files[i].path; i++)
			if (files[i].layer == l)
				add_file(&tar, &files[i]);
		v->layers[l] = stack_layer(&tar);
	}
	assert_null(image_view_finish(v));
	image_contents(v, NULL);
	image = v->image;
	v->image = (struct image){ 0 };
	return image;
}

static void test_rows(void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		_cleanup_(image_done) struct image image = contents_of(rows[i].files);
		_cleanup_(str_done) struct str is = STR_INIT;

		print_message("%s\n", rows[i].name);
		show(&image, &is);
		assert_string_equal(str_get(&is), rows[i].expect);
	}
}

/* The key is of what is kept alone: not of contents, times or the order in the tar. */
static void test_keys(void **state)
{
	static const struct file files[][8] = {
		{ { 0, "x", "123" }, { 0, "y", "1" } },
		{ { 0, "y", "2" }, { 0, "x", "abc" } },
		{ { 0, "x", "123" }, { 0, "z", "1" } },
		{ { 0, "x", "123" }, { 0, "y", "1" }, { 1, "y", NULL } },
	};
	char first[XXH_SIZE];

	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		_cleanup_(image_done) struct image image = contents_of(files[i]);

		if (i == 0)
			memcpy(first, image.views[0].of->key, XXH_SIZE);
		assert_int_equal(strcmp(first, image.views[0].of->key) == 0, i < 2);
	}
}

/* Files beyond the bound are in the sums alone. */
static void test_bound(void **state)
{
	_cleanup_(str_done) struct str stack = STR_INIT;
	struct layer *layers[STACK_MAX];
	_cleanup_(image_view_freep) struct image_view *v = NEW(struct image_view);

	for (int i = 0; i < 500; i++)
		str_addf(&stack, "f file-%d %d;", i, i + 1);
	view_room(v, stack_layers(str_get(&stack), layers));
	v->layers[0] = layers[0];
	assert_null(image_view_finish(v));
	image_contents(v, NULL);
	assert_int_equal(v->image.views[0].files, 500);
	assert_int_equal(v->image.views[0].size_bytes, 500 * 501 / 2);
	assert_int_equal(v->image.views[0].of->file_count, 200);
	assert_string_equal(v->image.views[0].of->files[0].path, "file-499");
	assert_string_equal(v->image.views[0].of->files[199].path, "file-300");
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_rows),
		cmocka_unit_test(test_keys), cmocka_unit_test(test_bound) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
