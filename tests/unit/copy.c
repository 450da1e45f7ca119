/* scenario/: private copies of contexts, hostile ones among them, edits and taking them back. */
#include "scenario_fixture.h"

#include <pthread.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/xattr.h>

#define DOCKERFILE "FROM scratch\nCOPY . .\n"

static void as_found(void **state)
{
	static const struct {
		const char *name;
		mode_t mode;
	} files[] = {
		{ "plain", 0644 },
		{ "program", 0755 },
		{ "open", 0666 },
		{ "closed", 0600 },
		{ "setuid", 04755 },
		{ "deep/er/file", 0640 },
		{ "latin-\xe9.txt", 0644 },
		{ "new\nline", 0644 },
		{ " ", 0644 },
		{ "-rf", 0644 },
	};
	struct fixture *f = *state;
	_cleanup_(scenario_freep) struct scenario *s = NULL;
	_cleanup_(copy_freep) struct copy *c = NULL;
	struct timespec old[2] = { { 1000000000, 5 }, { 1000000000, 123456789 } };
	mode_t before;

	put(f, "Dockerfile", DOCKERFILE);
	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		_cleanup_(freep) char *path = path_join(f->app, files[i].name);

		put(f, files[i].name, files[i].name);
		assert_int_equal(chmod(path, files[i].mode), 0);
		assert_int_equal(utimensat(AT_FDCWD, path, old, 0), 0);
	}
	before = umask(077);
	s = load(f);
	c = copied(f, s);
	umask(before);
	assert_int_equal(c->manifest.count, ARRAY_SIZE(files) + 3); /* Dockerfile, deep, deep/er */
	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		_cleanup_(freep) char *path = path_join(c->context, files[i].name);
		const struct manifest_entry *e = manifest_find(&c->manifest, files[i].name);
		char digest[XXH_SIZE];
		struct stat st;

		assert_int_equal(lstat(path, &st), 0);
		assert_int_equal(st.st_mode & 07777, files[i].mode);
		assert_int_equal(st.st_nlink, 1);
		assert_int_equal(st.st_mtim.tv_sec, 1000000000);
		assert_int_equal(st.st_mtim.tv_nsec, 123456789);
		assert_text(c->context, files[i].name, files[i].name);
		xxh_bytes(files[i].name, strlen(files[i].name), digest);
		assert_non_null(e);
		assert_string_equal(e->digest, digest);
		assert_int_equal(e->mode, S_IFREG | files[i].mode);
		assert_int_equal(e->size_bytes, strlen(files[i].name));
	}
}

static void sizes_around_a_block(void **state)
{
	static const size_t sizes[] = { 0, 1, 131071, 131072, 131073, 262144, 300001 };
	struct fixture *f = *state;
	_cleanup_(scenario_freep) struct scenario *s = NULL;
	_cleanup_(copy_freep) struct copy *c = NULL;

	put(f, "Dockerfile", DOCKERFILE);
	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		_cleanup_(freep) char *text = xcalloc(sizes[i] + 1, 1);
		_cleanup_(freep) char *name = xasprintf("size-%zu", sizes[i]);

		for (size_t k = 0; k < sizes[i]; k++)
			text[k] = (char)('a' + k * k % 23);
		put(f, name, text);
	}
	s = load(f);
	c = copied(f, s);
	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		_cleanup_(freep) char *name = xasprintf("size-%zu", sizes[i]);
		_cleanup_(freep) char *from = path_join(f->app, name);
		_cleanup_(freep) char *text = text_of(from);
		char digest[XXH_SIZE];

		assert_text(c->context, name, text);
		xxh_bytes(text, sizes[i], digest);
		assert_string_equal(manifest_find(&c->manifest, name)->digest, digest);
		assert_int_equal(manifest_find(&c->manifest, name)->size_bytes, sizes[i]);
	}
}

static void links_stay_links(void **state)
{
	static const struct {
		const char *name, *target;
	} links[] = {
		{ "near", "plain" },
		{ "far", "/etc/passwd" },
		{ "up", "../../.." },
		{ "loop", "loop" },
		{ "dangling", "gone" },
	};
	struct fixture *f = *state;
	_cleanup_(scenario_freep) struct scenario *s = NULL;
	_cleanup_(copy_freep) struct copy *c = NULL;

	put(f, "Dockerfile", DOCKERFILE);
	put(f, "plain", "x");
	for (size_t i = 0; i < ARRAY_SIZE(links); i++) {
		_cleanup_(freep) char *path = path_join(f->app, links[i].name);

		assert_int_equal(symlink(links[i].target, path), 0);
	}
	s = load(f);
	c = copied(f, s);
	for (size_t i = 0; i < ARRAY_SIZE(links); i++) {
		_cleanup_(freep) char *path = path_join(c->context, links[i].name);
		const struct manifest_entry *e = manifest_find(&c->manifest, links[i].name);
		char target[64] = { 0 }, digest[XXH_SIZE];

		assert_true(readlink(path, target, sizeof(target) - 1) > 0);
		assert_string_equal(target, links[i].target);
		xxh_bytes(target, strlen(target), digest);
		assert_string_equal(e->digest, digest);
		assert_true(S_ISLNK(e->mode));
	}
}

static void what_is_no_file_is_left_out_and_listed(void **state)
{
	struct fixture *f = *state;
	_cleanup_(scenario_freep) struct scenario *s = NULL;
	_cleanup_(copy_freep) struct copy *c = NULL;
	_cleanup_(freep) char *fifo = path_join(f->app, "pipe");
	_cleanup_(closep) int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct sockaddr_un name = { .sun_family = AF_UNIX };

	put(f, "Dockerfile", DOCKERFILE);
	assert_int_equal(mkfifo(fifo, 0666), 0);
	snprintf(name.sun_path, sizeof(name.sun_path), "%s/run.sock", f->app);
	assert_int_equal(bind(fd, (struct sockaddr *)&name, sizeof(name)), 0);
	s = load(f);
	c = copied(f, s);
	assert_true(strv_has(&c->skipped, "pipe: a FIFO"));
	assert_true(strv_has(&c->skipped, "run.sock: a socket"));
	assert_int_equal(c->skipped.count, 2);
	assert_int_equal(c->manifest.count, 1);
	assert_false(there(c->context, "pipe"));
}

/* As root: whose a file is stays, and so do the bits that a new owner takes away. */
static void owners_stay(void **state)
{
	struct fixture *f = *state;
	_cleanup_(scenario_freep) struct scenario *s = NULL;
	_cleanup_(copy_freep) struct copy *c = NULL;
	_cleanup_(freep) char *path = path_join(f->app, "theirs");
	_cleanup_(freep) char *link = path_join(f->app, "link");
	_cleanup_(freep) char *copy = path_join(f->copy, "context/theirs");
	struct stat st;

	if (geteuid() != 0)
		skip();
	put(f, "Dockerfile", DOCKERFILE);
	put(f, "theirs", "x");
	assert_int_equal(symlink("theirs", link) | lchown(link, 7, 8), 0);
	assert_int_equal(chown(path, 1234, 5678) | chmod(path, 06755), 0);
	s = load(f);
	c = copied(f, s);
	assert_int_equal(stat(copy, &st), 0);
	assert_int_equal(st.st_uid, 1234);
	assert_int_equal(st.st_gid, 5678);
	assert_int_equal(st.st_mode & 07777, 06755);
	assert_int_equal(manifest_find(&c->manifest, "theirs")->uid, 1234);
	assert_int_equal(manifest_find(&c->manifest, "theirs")->gid, 5678);
	assert_int_equal(manifest_find(&c->manifest, "link")->uid, 7);
}

static void extended_attributes_stay(void **state)
{
	struct fixture *f = *state;
	_cleanup_(scenario_freep) struct scenario *s = NULL;
	_cleanup_(copy_freep) struct copy *c = NULL;
	_cleanup_(freep) char *path = path_join(f->app, "tool");
	_cleanup_(freep) char *copy = path_join(f->copy, "context/tool");
	bool root = geteuid() == 0;
	char value[16] = { 0 };

	put(f, "Dockerfile", DOCKERFILE);
	put(f, "tool", "x");
	if (setxattr(path, "user.origin", "mirror", 6, 0) < 0)
		skip(); /* not on this file system */
	assert_int_equal(chmod(path, 0444), 0);
	if (root)
		assert_int_equal(chown(f->top, 65534, 65534) | seteuid(65534), 0);
	s = load(f);
	c = copied(f, s);
	if (root)
		assert_int_equal(seteuid(0), 0);
	assert_int_equal(getxattr(copy, "user.origin", value, sizeof(value)), 6);
	assert_string_equal(value, "mirror");
	assert_int_equal(c->skipped.count, 0);
}

/* Everything that an ignore file keeps from the build, and what it can't. */
static void ignored_files_are_not_copied(void **state)
{
	static const struct {
		const char *name;
		bool listed, copied;
	} files[] = {
		{ "Dockerfile", false, true },
		{ ".dockerignore", false, true },
		{ "src/app.py", true, true },
		{ "notes.md", false, false },
		{ "big/data.bin", false, false },
		{ "big/keep.txt", true, true },
		{ ".git/HEAD", false, false },
		{ "empty/deep/x.md", false, false },
	};
	struct fixture *f = *state;
	_cleanup_(scenario_freep) struct scenario *s = NULL;
	_cleanup_(copy_freep) struct copy *c = NULL;

	for (size_t i = 0; i < ARRAY_SIZE(files); i++)
		put(f, files[i].name, "x");
	put(f, "Dockerfile", DOCKERFILE);
	put(f, ".dockerignore",
		"Dockerfile\n.dockerignore\n**/*.md\n.git\nempty\nbig\n!big/keep.txt\n");
	s = load(f);
	c = copied(f, s);
	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		print_message("  %s\n", files[i].name);
		assert_int_equal(
			manifest_find(&c->manifest, files[i].name) != NULL, files[i].listed);
		assert_int_equal(there(c->context, files[i].name), files[i].copied);
	}
	assert_non_null(manifest_find(&c->manifest, "big")); /* it holds what is let through */
	assert_null(manifest_find(&c->manifest, "empty"));
	assert_false(there(c->context, "empty"));
}

static void podman_reads_its_own_ignore_file(void **state)
{
	struct fixture *f = *state;
	_cleanup_(scenario_freep) struct scenario *s = NULL;
	_cleanup_(copy_freep) struct copy *docker = NULL;
	_cleanup_(copy_freep) struct copy *podman = NULL;

	put(f, "Dockerfile", DOCKERFILE);
	put(f, ".dockerignore", "a\nboth\n");
	put(f, ".containerignore", "b\nboth\n");
	put(f, "a", "");
	put(f, "b", "");
	put(f, "both", "");
	s = load(f);
	OK(copy_make(s, &s->variants[0], f->copy, NULL, &docker));
	assert_null(manifest_find(&docker->manifest, "a"));
	assert_non_null(manifest_find(&docker->manifest, "b"));
	assert_false(there(docker->context, "both"));
	OK(copy_make_as(s, &s->variants[0], IGNORE_BUILDAH, f->copy, NULL, &podman));
	assert_non_null(manifest_find(&podman->manifest, "a"));
	assert_null(manifest_find(&podman->manifest, "b"));
	assert_false(there(podman->context, "both"));
}

static void a_dockerfile_outside_comes_beside_the_copy(void **state)
{
	struct fixture *f = *state;
	_cleanup_(freep) char *file = xasprintf("%s/elsewhere/prod.Dockerfile", f->top);
	struct scenario_opts o = { .file = file };
	_cleanup_(scenario_freep) struct scenario *s = NULL;
	_cleanup_(copy_freep) struct copy *c = NULL;
	_cleanup_(freep) char *expected = xasprintf("%s/dockerfile/prod.Dockerfile", f->copy);

	put(f, "../elsewhere/prod.Dockerfile", DOCKERFILE "RUN true\n");
	put(f, "../elsewhere/prod.Dockerfile.dockerignore", "secret\n");
	put(f, "app.py", "1");
	put(f, "secret", "1");
	OK(scenario_load(f->app, &o, &s));
	c = copied(f, s);
	assert_string_equal(c->dockerfile, expected);
	assert_text(f->copy, "dockerfile/prod.Dockerfile", DOCKERFILE "RUN true\n");
	assert_text(f->copy, "dockerfile/prod.Dockerfile.dockerignore", "secret\n");
	assert_false(there(c->context, "secret"));
	assert_int_equal(c->manifest.count, 1);
}

static void the_copy_is_not_copied_into_itself(void **state)
{
	struct fixture *f = *state;
	_cleanup_(freep) char *inside = path_join(f->app, "lab/copy");
	_cleanup_(freep) char *db = path_join(f->app, "tare.db");
	const char *const skip[] = { db, NULL };
	_cleanup_(scenario_freep) struct scenario *s = NULL;
	_cleanup_(copy_freep) struct copy *c = NULL;

	put(f, "Dockerfile", DOCKERFILE);
	put(f, "tare.db", "rows");
	put(f, "lab/copy/context/old", "of an earlier run");
	s = load(f);
	OK(copy_make(s, &s->variants[0], inside, skip, &c));
	assert_false(there(c->context, "lab/copy"));
	assert_false(there(c->context, "old"));
	assert_false(there(c->context, "tare.db"));
	assert_int_equal(c->manifest.count, 2); /* Dockerfile, lab */
}

static void an_unreadable_file_is_named(void **state)
{
	struct fixture *f = *state;
	bool root = geteuid() == 0;
	_cleanup_(freep) char *path = path_join(f->app, "private.key");
	_cleanup_(scenario_freep) struct scenario *s = NULL;
	_cleanup_(err_freep) struct err *e = NULL;
	struct copy *c = NULL;

	put(f, "Dockerfile", DOCKERFILE);
	put(f, "private.key", "x");
	assert_int_equal(chmod(path, 0), 0);
	if (root)
		assert_int_equal(chown(f->top, 65534, 65534) | seteuid(65534), 0);
	s = load(f);
	e = copy_make(s, &s->variants[0], f->copy, NULL, &c);
	if (root)
		assert_int_equal(seteuid(0), 0);
	assert_non_null(e);
	assert_int_equal(e->kind, ERR_IO);
	assert_non_null(strstr(e->at, "private.key"));
	assert_non_null(strstr(e->next, ".dockerignore"));
}

static const struct {
	int depth;
	bool copied;
} depths[] = { { 100, true }, { 200, true }, { 201, false } };

static void depth_has_a_ceiling(void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(depths); i++) {
		void *one = NULL;
		struct fixture *f;
		_cleanup_(scenario_freep) struct scenario *s = NULL;
		_cleanup_(copy_freep) struct copy *c = NULL;
		_cleanup_(str_done) struct str path = STR_INIT;
		_cleanup_(err_freep) struct err *e = NULL;

		fixture_up(&one);
		f = one;
		put(f, "Dockerfile", DOCKERFILE);
		for (int k = 0; k < depths[i].depth; k++)
			str_add(&path, "d/");
		str_add(&path, "leaf");
		put(f, path.buf, "x");
		s = load(f);
		e = copy_make(s, &s->variants[0], f->copy, NULL, &c);
		assert_int_equal(e == NULL, depths[i].copied);
		if (e)
			assert_int_equal(e->kind, ERR_INPUT);
		fixture_down(&one);
	}
}

static void size_has_a_ceiling(void **state)
{
	struct fixture *f = *state;
	_cleanup_(freep) char *path = path_join(f->app, "disk.img");
	_cleanup_(scenario_freep) struct scenario *s = NULL;
	_cleanup_(err_freep) struct err *e = NULL;
	struct copy *c = NULL;

	put(f, "Dockerfile", DOCKERFILE);
	put(f, "disk.img", "x");
	assert_int_equal(truncate(path, INT64_C(17) << 30), 0); /* a hole: takes no room */
	s = load(f);
	e = copy_make(s, &s->variants[0], f->copy, NULL, &c);
	assert_non_null(e);
	assert_int_equal(e->kind, ERR_INPUT);
	assert_string_equal(e->what, "the build context is larger than 16 GiB");
	assert_non_null(strstr(e->next, ".dockerignore"));
}

static void a_path_has_a_ceiling(void **state)
{
	struct fixture *f = *state;
	_cleanup_(scenario_freep) struct scenario *s = NULL;
	_cleanup_(err_freep) struct err *e = NULL;
	struct copy *c = NULL;
	char name[251];
	int at;

	memset(name, 'n', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	put(f, "Dockerfile", DOCKERFILE);
	at = open(f->app, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	for (int i = 0; i < 20; i++) {
		int in;

		assert_int_equal(mkdirat(at, name, 0755), 0);
		in = openat(at, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		close(at);
		at = in;
	}
	close(at);
	s = load(f);
	e = copy_make(s, &s->variants[0], f->copy, NULL, &c);
	assert_non_null(e);
	assert_string_equal(e->what, "the build context holds a path of more than 4095 bytes");
}

/* A Dockerfile that is a link stays one, and what it leads to is there though it is ignored. */
static void a_linked_dockerfile_can_be_read(void **state)
{
	struct fixture *f = *state;
	_cleanup_(freep) char *link = path_join(f->app, "Dockerfile");
	_cleanup_(scenario_freep) struct scenario *s = NULL;
	_cleanup_(copy_freep) struct copy *c = NULL;

	put(f, "docker/prod", DOCKERFILE);
	put(f, "docker/other", "x");
	put(f, ".dockerignore", "*\n");
	assert_int_equal(symlink("docker/prod", link), 0);
	s = load(f);
	c = copied(f, s);
	assert_text(c->context, "Dockerfile", DOCKERFILE);
	assert_false(there(c->context, "docker/other"));
	assert_int_equal(c->manifest.count, 0);
}

/* A named context is read although the main one ignores it. */
static void named_contexts_are_copied_whole(void **state)
{
	struct fixture *f = *state;
	_cleanup_(scenario_freep) struct scenario *s = NULL;
	_cleanup_(copy_freep) struct copy *c = NULL;

	put(f, "Dockerfile", DOCKERFILE);
	put(f, "scenario.json",
		"{\"name\": \"shop\", \"variants\": [{\"name\": \"one\","
		" \"contexts\": {\"lib\": \"third/lib\"}}]}");
	put(f, ".dockerignore", "*\n");
	put(f, "third/lib/deep/a.c", "x");
	put(f, "third/library", "x");
	put(f, "third/other/b.c", "x");
	s = load(f);
	c = copied(f, s);
	assert_text(c->context, "third/lib/deep/a.c", "x");
	assert_false(there(c->context, "third/library"));
	assert_false(there(c->context, "third/other"));
	assert_int_equal(c->manifest.count, 0);
}

/* As an ordinary user: what is ignored need not be readable, and what was copied read-only can be
 * replaced by the next copy. */
static void an_ordinary_user_copies_twice(void **state)
{
	struct fixture *f = *state;
	bool root = geteuid() == 0;
	_cleanup_(freep) char *locked = path_join(f->app, "vendor/pkg");
	_cleanup_(freep) char *key = path_join(f->app, "private.key");
	_cleanup_(scenario_freep) struct scenario *s = NULL;

	put(f, "Dockerfile", DOCKERFILE);
	put(f, ".dockerignore", "private.key\n");
	put(f, "private.key", "x");
	put(f, "vendor/pkg/deep/a.go", "x");
	if (root)
		assert_int_equal(chown(f->top, 65534, 65534) | chown(locked, 65534, 65534), 0);
	assert_int_equal(chmod(locked, 0555) | chmod(key, 0), 0);
	if (root)
		assert_int_equal(seteuid(65534), 0);
	s = load(f);
	for (int i = 0; i < 2; i++) {
		_cleanup_(copy_freep) struct copy *c = copied(f, s);

		assert_int_equal(manifest_find(&c->manifest, "vendor/pkg")->mode, S_IFDIR | 0555);
		assert_text(c->context, "vendor/pkg/deep/a.go", "x");
	}
	OK(copy_remove(f->copy));
	assert_false(path_exists(f->copy));
	if (root)
		assert_int_equal(seteuid(0), 0);
	assert_int_equal(chmod(locked, 0755), 0);
}

/* --- while somebody else works in the context --- */
struct hand { /* another process's */
	const struct fixture *f;
	atomic_bool stop;
	pthread_t thread;
};

static void *swaps(void *arg)
{
	struct hand *h = arg;
	_cleanup_(freep) char *dir = path_join(h->f->app, "dir");
	_cleanup_(freep) char *link = path_join(h->f->app, "trap");

	while (!atomic_load(&h->stop)) {
		renameat2(AT_FDCWD, dir, AT_FDCWD, link, RENAME_EXCHANGE);
		usleep(50);
	}
	return NULL;
}

static void *appends(void *arg)
{
	struct hand *h = arg;
	_cleanup_(freep) char *path = path_join(h->f->app, "growing.log");
	static const char line[4096] = { [0 ... 4095] = 'x' };

	for (size_t i = 0; !atomic_load(&h->stop); i++) {
		_cleanup_(closep) int fd = open(path, O_WRONLY | O_APPEND | O_CLOEXEC);

		if (i % 1000 == 999 && ftruncate(fd, 100000) < 0)
			return NULL;
		if (write(fd, line, sizeof(line)) < 0)
			return NULL;
	}
	return NULL;
}

static void hand_start(struct hand *h, const struct fixture *f, void *(*work)(void *))
{
	h->f = f;
	assert_int_equal(pthread_create(&h->thread, NULL, work, h), 0);
}

static void hand_stop(struct hand *h)
{
	atomic_store(&h->stop, true);
	pthread_join(h->thread, NULL);
}

/* A directory that turns into a link to the outside between look and open: an error, or the
 * directory, or the link; never what the link leads to. */
static void nothing_outside_is_read(void **state)
{
	struct fixture *f = *state;
	_cleanup_(freep) char *link = path_join(f->app, "trap");
	_cleanup_(scenario_freep) struct scenario *s = NULL;
	struct hand h = { 0 };

	put(f, "Dockerfile", DOCKERFILE);
	put(f, "dir/harmless", "x");
	put(f, "../outside/secret", "x");
	assert_int_equal(symlink("../outside", link), 0);
	s = load(f);
	hand_start(&h, f, swaps);
	for (int i = 0; i < 300; i++) {
		_cleanup_(copy_freep) struct copy *c = NULL;
		_cleanup_(err_freep) struct err *e = copy_make(
			s, &s->variants[0], f->copy, NULL, &c);

		if (e)
			continue;
		for (size_t k = 0; k < c->manifest.count; k++)
			assert_null(strstr(c->manifest.items[k].path, "secret"));
	}
	hand_stop(&h);
}

static void a_file_that_changes_is_listed_as_copied(void **state)
{
	struct fixture *f = *state;
	_cleanup_(scenario_freep) struct scenario *s = NULL;
	struct hand h = { 0 };

	put(f, "Dockerfile", DOCKERFILE);
	put(f, "growing.log", "");
	s = load(f);
	hand_start(&h, f, appends);
	for (int i = 0; i < 100; i++) {
		_cleanup_(copy_freep) struct copy *c = copied(f, s);
		_cleanup_(freep) char *path = path_join(c->context, "growing.log");
		const struct manifest_entry *e = manifest_find(&c->manifest, "growing.log");
		_cleanup_(closep) int fd = open(path, O_RDONLY | O_CLOEXEC);
		char digest[XXH_SIZE];
		struct stat st;

		assert_int_equal(fstat(fd, &st), 0);
		assert_int_equal(e->size_bytes, st.st_size);
		OK(xxh_fd(fd, path, digest));
		assert_string_equal(e->digest, digest);
	}
	hand_stop(&h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		STORY(as_found),
		STORY(sizes_around_a_block),
		STORY(links_stay_links),
		STORY(what_is_no_file_is_left_out_and_listed),
		STORY(owners_stay),
		STORY(extended_attributes_stay),
		STORY(ignored_files_are_not_copied),
		STORY(podman_reads_its_own_ignore_file),
		STORY(a_dockerfile_outside_comes_beside_the_copy),
		STORY(the_copy_is_not_copied_into_itself),
		STORY(an_unreadable_file_is_named),
		cmocka_unit_test(depth_has_a_ceiling),
		STORY(size_has_a_ceiling),
		STORY(a_path_has_a_ceiling),
		STORY(a_linked_dockerfile_can_be_read),
		STORY(named_contexts_are_copied_whole),
		STORY(an_ordinary_user_copies_twice),
		STORY(nothing_outside_is_read),
		STORY(a_file_that_changes_is_listed_as_copied),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
