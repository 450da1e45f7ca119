/* Layers on each other: what is seen in the end, and why the rest is not; by hand, then at random
 * against a model that knows nothing but paths. */
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "base/random.h"
#include "image/survey.h"
#include "image_stack.h"

static const struct {
	const char *name, *stack;
	int64_t files, visible, metadata, overwritten, deleted;
} stacks[] = {
	{ "one layer", "d a; f a/x 10; f y 5", 2, 15, 0, 0, 0 },
	{ "a file with no directory listed", "f a/b/c 10", 1, 10, 0, 0, 0 },
	{ "a whiteout", "f a/x 10; f a/y 5|w a/x", 1, 5, 0, 0, 10 },
	{ "a whiteout hides what is below, wherever it stands", "f x 10|f x 3; w x", 1, 3, 0, 0,
		10 },
	{ "a whiteout of its own layer's file hides nothing", "f x 10; w x", 1, 10, 0, 0, 0 },
	{ "a whiteout of nothing", "f x 10|w y; w a/b", 1, 10, 0, 0, 0 },
	{ "a directory is removed with all in it", "f a/b/x 10; f a/y 5; f z 1|w a", 1, 1, 0, 0,
		15 },
	{ "opaque", "f a/x 10; f a/b/y 5; f z 1|f a/n 2; o a", 2, 3, 0, 0, 15 },
	{ "opaque of nothing", "f x 10|o a", 1, 10, 0, 0, 0 },
	{ "overwritten", "f x 10|f x 20", 1, 20, 0, 10, 0 },
	{ "the same content, as after chown", "f x 10|f x 10", 1, 10, 10, 0, 0 },
	{ "as long, and not the same", "f x 10 1|f x 10 2", 1, 10, 0, 10, 0 },
	{ "twice in one tar", "f x 10; f x 20", 1, 20, 0, 10, 0 },
	{ "empty files weigh nothing", "f x 0|f x 0; f y 0|w y", 1, 0, 0, 0, 0 },
	{ "a file takes a directory's place", "f a/x 10|f a 5", 1, 5, 0, 0, 10 },
	{ "a link takes a directory's place", "f a/x 10|l a b", 1, 0, 0, 0, 10 },
	{ "a directory takes a file's place", "f a 10|d a; f a/x 5", 1, 5, 0, 10, 0 },
	{ "a file lies in a file's place", "f a 10|f a/x 5", 1, 5, 0, 10, 0 },
	{ "a directory again keeps what is in it", "f a/x 10|d a", 1, 10, 0, 0, 0 },
	{ "hard links are one inode", "f x 10; h y x; h z x", 3, 10, 0, 0, 0 },
	{ "one name less", "f x 10; h y x|w x", 1, 10, 0, 0, 0 },
	{ "all names gone", "f x 10; h y x|w x|w y", 0, 0, 0, 0, 10 },
	{ "one name is written anew", "f x 10; h y x|f y 3", 2, 13, 0, 0, 0 },
	{ "a link to a layer below", "f x 10|h y x|w x", 1, 10, 0, 0, 0 },
	{ "a hard link to itself", "f x 10|h x x", 1, 10, 0, 0, 0 },
	{ "a hard link to nothing", "f x 10|h y n", 1, 10, 0, 0, 0 },
	{ "a hard link to a directory", "d a; f x 1|h y a", 1, 1, 0, 0, 0 },
	{ "a hard link into the directory whose place it takes", "f a/x 10|h a a/x", 1, 10, 0, 0,
		0 },
	{ "through a link to a directory", "d usr/lib; l lib usr/lib|f lib/x 10", 2, 10, 0, 0, 0 },
	{ "and what was there", "f usr/lib/x 4; l lib usr/lib|f lib/x 10", 2, 10, 0, 4, 0 },
	{ "through an absolute link", "d usr/lib; l lib /usr/lib|f lib/x 10|w usr/lib/x", 1, 0, 0,
		0, 10 },
	{ "through a link that leads up and out", "d a; l a/up ../../..; f x 3|f a/up/x 10", 2, 10,
		0, 3, 0 },
	{ "through a link to nothing, which is made", "l a b|f a/x 10", 2, 10, 0, 0, 0 },
	{ "a whiteout through a link", "f usr/lib/x 4; l lib usr/lib|w lib/x", 1, 0, 0, 0, 4 },
	{ "a whiteout of the link itself", "f usr/lib/x 4; l lib usr/lib|w lib", 1, 4, 0, 0, 0 },
	{ "paths that lead out stay in", "f ../../etc/x 10; f /etc/x 7", 1, 7, 0, 10, 0 },
	{ "paths with dots", "f ./a/./x 10; f a//b/../x 7", 1, 7, 0, 10, 0 },
	{ "nothing at all", "", 0, 0, 0, 0, 0 },
};

static void make(const char *stack, struct image_view *v)
{
	struct layer *layers[STACK_MAX];

	*v = (struct image_view){ 0 };
	view_room(v, stack_layers(stack, layers));
	memcpy(v->layers, layers, v->layer_count * sizeof(*layers));
	v->image.layers = xcalloc(v->layer_count, sizeof(*v->image.layers));
	v->image.layer_count = v->layer_count;
	assert_null(image_view_finish(v));
}

static void view_free(struct image_view *v)
{
	struct image_view *copy = NEW(struct image_view);

	*copy = *v;
	image_view_free(copy);
}

static void test_stacks(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(stacks); i++) {
		struct image_view v;
		struct survey s;

		print_message("%s\n", stacks[i].name);
		make(stacks[i].stack, &v);
		survey_read(&v, 10, &s);
		assert_int_equal(v.image.files, stacks[i].files);
		assert_int_equal(v.image.visible_bytes, stacks[i].visible);
		assert_int_equal(s.waste[WASTE_METADATA], stacks[i].metadata);
		assert_int_equal(s.waste[WASTE_OVERWRITTEN], stacks[i].overwritten);
		assert_int_equal(s.waste[WASTE_DELETED], stacks[i].deleted);
		assert_int_equal(v.image.size_bytes - v.image.visible_bytes,
			stacks[i].metadata + stacks[i].overwritten + stacks[i].deleted);
		survey_done(&s);
		view_free(&v);
	}
}

/* Which layer hides a file: the first one after which it has no name. */
static void test_hidden_by(void **state)
{
	struct image_view v;
	struct survey s;

	(void)state;
	make("f x 10; h y x; f z 4; f w 1|w x|w y; f z 5|w z", &v);
	survey_read(&v, 10, &s);
	assert_int_equal(s.layers[1].hides, 0);
	assert_int_equal(s.layers[2].hides, 14);
	assert_int_equal(s.layers[3].hides, 5);
	assert_int_equal(s.layers[0].wasted, 14);
	assert_int_equal(s.hidden.count, 2);
	assert_string_equal(s.hidden.items[0].path, "x");
	assert_string_equal(s.hidden.items[1].path, "z"); /* 4 and 5, of two layers */
	assert_int_equal(s.hidden.items[1].bytes, 9);
	survey_done(&s);
	view_free(&v);
}

/* Links in circles end; what lies behind one is nowhere. */
static void test_circles(void **state)
{
	struct image_view v;

	(void)state;
	make("l a b; l b a; l self .; d d; l d/up ..|f a/x 10; f self/self/y 3; f d/up/d/up/z 4",
		&v);
	assert_int_equal(v.image.visible_bytes, 7);
	assert_int_equal(v.tree->lost, 1);
	assert_int_not_equal(rootfs_find(v.tree, "y"), NO_NODE);
	assert_int_not_equal(rootfs_find(v.tree, "self/self/self/z"), NO_NODE);
	assert_int_equal(rootfs_find(v.tree, "a"), NO_NODE);
	view_free(&v);
}

/* The model: a list of paths, each with a type and the number of its content. */
#define NAMES_MAX 400
struct name {
	char path[32];
	char type;
	int inode;
};
struct model {
	struct name names[NAMES_MAX];
	size_t count;
	int64_t sizes[NAMES_MAX];
	int inodes;
};

static struct name *model_find(struct model *m, const char *path)
{
	for (size_t i = 0; i < m->count; i++)
		if (strcmp(m->names[i].path, path) == 0)
			return &m->names[i];
	return NULL;
}

static bool below(const char *path, const char *dir)
{
	size_t n = strlen(dir);

	return strncmp(path, dir, n) == 0 && path[n] == '/';
}

static void model_remove(struct model *m, const char *path, bool itself)
{
	for (size_t i = m->count; i-- > 0;)
		if (below(m->names[i].path, path) ||
			(itself && strcmp(m->names[i].path, path) == 0))
			m->names[i] = m->names[--m->count];
}

static void model_put(struct model *m, const char *path, char type, int inode)
{
	struct name *old;
	char dir[32];

	for (size_t i = 1; path[i]; i++) {
		if (path[i] != '/')
			continue;
		snprintf(dir, sizeof(dir), "%.*s", (int)i, path);
		old = model_find(m, dir);
		if (!old || old->type != 'd')
			model_put(m, dir, 'd', -1);
	}
	old = model_find(m, path);
	if (old && !(type == 'd' && old->type == 'd'))
		model_remove(m, path, true);
	old = model_find(m, path);
	if (!old)
		old = &m->names[m->count++];
	snprintf(old->path, sizeof(old->path), "%s", path);
	old->type = type;
	old->inode = inode;
}

static int64_t model_visible(const struct model *m)
{
	bool seen[NAMES_MAX] = { false };
	int64_t sum = 0;

	for (size_t i = 0; i < m->count; i++)
		if (m->names[i].type == 'f' && !seen[m->names[i].inode]) {
			seen[m->names[i].inode] = true;
			sum += m->sizes[m->names[i].inode];
		}
	return sum;
}

static int64_t model_files(const struct model *m)
{
	int64_t n = 0;

	for (size_t i = 0; i < m->count; i++)
		n += m->names[i].type != 'd';
	return n;
}

static void random_path(struct rng *r, char path[32])
{
	size_t n = 0;

	for (uint64_t depth = 1 + rng_below(r, 3); depth > 0; depth--)
		n += (size_t)snprintf(
			path + n, 32 - n, "%s%c", n ? "/" : "", 'a' + (int)rng_below(r, 3));
}

/* A layer: markers first in the model, where they stand is chance in the text. */
static void random_layer(struct rng *r, struct model *m, struct str *text)
{
	struct str marks = STR_INIT, entries = STR_INIT;
	char path[32];

	for (uint64_t n = rng_below(r, 4); n > 0; n--) {
		bool opaque = rng_below(r, 3) == 0;

		random_path(r, path);
		model_remove(m, path, !opaque);
		str_addf(&marks, "%c %s;", opaque ? 'o' : 'w', path);
	}
	for (uint64_t n = 1 + rng_below(r, 6); n > 0; n--) {
		uint64_t kind = rng_below(r, 6);

		random_path(r, path);
		if (kind == 0) {
			str_addf(&entries, "d %s;", path);
			model_put(m, path, 'd', -1);
		} else if (kind == 1 && m->count) {
			struct name target = m->names[rng_below(r, m->count)];

			if (target.type != 'f' || below(path, target.path))
				continue;
			str_addf(&entries, "h %s %s;", path, target.path);
			model_put(m, path, 'f', target.inode);
		} else {
			int64_t size = (int64_t)rng_below(r, 2000);

			m->sizes[m->inodes] = size;
			str_addf(&entries, "f %s %lld %d;", path, (long long)size, m->inodes);
			model_put(m, path, 'f', m->inodes++);
		}
	}
	if (rng_below(r, 2))
		str_addf(text, "%s%s", str_get(&marks), str_get(&entries));
	else
		str_addf(text, "%s%s", str_get(&entries), str_get(&marks));
	str_done(&marks);
	str_done(&entries);
}

static void compare(struct model *m, const struct image_view *v, const char *text)
{
	if (v->image.visible_bytes != model_visible(m) || v->image.files != model_files(m))
		fail_msg("%s: %lld bytes in %lld files, not %lld in %lld", text,
			(long long)v->image.visible_bytes, (long long)v->image.files,
			(long long)model_visible(m), (long long)model_files(m));
	for (size_t i = 0; i < m->count; i++) {
		uint32_t node = rootfs_find(v->tree, m->names[i].path);

		if (node == NO_NODE || rootfs_is_dir(v->tree, node) != (m->names[i].type == 'd'))
			fail_msg("%s: %s is not as it should be", text, m->names[i].path);
	}
}

static void test_random(void **state)
{
	struct rng r;

	(void)state;
	for (uint64_t seed = 1; seed <= 3000; seed++) {
		_cleanup_(str_done) struct str text = STR_INIT;
		struct model m = { 0 };
		struct image_view v;
		struct survey s;

		rng_seed(&r, seed);
		for (uint64_t n = 1 + rng_below(&r, 5); n > 0; n--) {
			random_layer(&r, &m, &text);
			if (n > 1)
				str_addc(&text, '|');
		}
		make(str_get(&text), &v);
		compare(&m, &v, str_get(&text));
		survey_read(&v, 5, &s);
		assert_int_equal(s.waste[0] + s.waste[1] + s.waste[2],
			v.image.size_bytes - v.image.visible_bytes);
		survey_done(&s);
		view_free(&v);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_stacks),
		cmocka_unit_test(test_hidden_by),
		cmocka_unit_test(test_circles),
		cmocka_unit_test(test_random),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
