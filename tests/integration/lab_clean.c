/* F5 of the cases from the field: mounts that a killed run left (buildah#2030,
 * containers/build#168, podman#23504). Deleting before unmounting would empty the user's
 * directory. */
#include "lab_fixture.h"

#include "lab/place.h"

struct left {
	char *precious, *file; /* the user's directory, and a file in it */
	char *overlay, *nested, *bound, *link, *outside;
	pid_t sitter; /* its working directory is in the nested tmpfs */
};

static char *join(const char *a, const char *b)
{
	return path_join(a, b);
}

static pid_t sit_in(const char *dir, const struct fixture *f)
{
	int ready[2];
	char byte;
	pid_t pid;

	assert_int_equal(pipe(ready), 0);
	pid = fork();
	if (pid == 0) {
		if (chdir(dir) < 0 || write(ready[1], "x", 1) != 1)
			_exit(127);
		close(ready[0]);
		close(ready[1]);
		execl("/bin/sleep", "sleep", f->mark, (char *)NULL);
		_exit(127);
	}
	close(ready[1]);
	assert_int_equal(read(ready[0], &byte, 1), 1);
	close(ready[0]);
	return pid;
}

static void make_dir(const char *path)
{
	no_error(dir_make(path, 0700));
}

static void bind(const char *from, const char *to)
{
	make_dir(to);
	assert_int_equal(mount(from, to, NULL, MS_BIND, NULL), 0);
}

static void leave(struct fixture *f, struct left *l)
{
	_cleanup_(freep) char *path = NULL;
	bool found;

	no_error(place_open(f->dir, true, &path, &found));
	l->precious = xasprintf("%s-precious", f->dir);
	l->outside = xasprintf("%s-outside", f->dir);
	l->file = join(l->precious, "thesis.tex");
	l->overlay = join(f->dir, "root/overlay");
	l->nested = join(l->overlay, "a b\\c"); /* escaped in the mount table */
	l->bound = join(f->dir, "root/bound");
	l->link = join(f->dir, "root/link");
	make_dir(l->precious);
	no_error(file_replace(l->file, 0600, "years", 5));
	make_dir(l->overlay);
	bind(l->overlay, l->overlay);
	make_dir(l->nested);
	assert_int_equal(mount("none", l->nested, "tmpfs", 0, NULL), 0);
	bind(l->precious, l->bound);
	assert_int_equal(symlink(l->precious, l->link), 0);
	bind(l->precious, l->outside);
	l->sitter = sit_in(l->nested, f);
}

static void pick_up(struct left *l)
{
	kill(l->sitter, SIGKILL);
	waitpid(l->sitter, NULL, 0);
	umount2(l->outside, MNT_DETACH);
	rmdir(l->outside);
	unlink(l->file);
	rmdir(l->precious);
	free(l->precious);
	free(l->outside);
	free(l->file);
	free(l->overlay);
	free(l->nested);
	free(l->bound);
	free(l->link);
}

static bool is_whole(const struct left *l)
{
	_cleanup_(str_done) struct str text = STR_INIT;

	no_error(file_read(l->file, 100, &text));
	return str_eq(str_get(&text), "years");
}

static void unmounts_deepest_first(void **state)
{
	struct fixture *f = *state;
	struct left l;
	_cleanup_(strv_done) struct strv says = STRV_INIT, again = STRV_INIT;
	_cleanup_(freep) char *below = join(f->dir, "");

	leave(f, &l);
	no_error(lab_clean(f->dir, true, &says));
	assert_int_equal(says.count, 3 + 1 + 1);
	assert_true(str_starts(says.items[0], "unmounted ") && str_ends(says.items[0], "/bound"));
	assert_true(str_ends(says.items[1], "/overlay/a b\\c"));
	assert_true(str_ends(says.items[2], "/root/overlay"));
	assert_false(path_exists(f->dir));
	assert_false(is_mounted(below));
	assert_true(is_whole(&l));
	assert_true(is_mounted(l.outside));
	assert_int_equal(kill(l.sitter, 0), 0); /* not in the ledger: not ours to end */
	no_error(lab_clean(f->dir, true, &again));
	assert_int_equal(again.count, 0);
	pick_up(&l);
}

/* The next run does the same, and keeps what outlives a run. */
static void a_run_cleans_up_before_it_starts(void **state)
{
	struct fixture *f = *state;
	struct left l;
	_cleanup_(freep) char *root = join(f->dir, "root");

	leave(f, &l);
	lab_close(open_lab(f));
	assert_false(path_exists(root));
	assert_true(is_whole(&l));
	pick_up(&l);
}

/* A lab that is a file system of its own stays mounted, empty. */
static void keeps_a_lab_that_is_a_mount(void **state)
{
	struct fixture *f = *state;
	_cleanup_(strv_done) struct strv says = STRV_INIT;
	_cleanup_(freep) char *names = NULL;

	make_dir(f->dir);
	assert_int_equal(mount("none", f->dir, "tmpfs", 0, "mode=0700"), 0);
	lab_close(open_lab(f));
	no_error(lab_clean(f->dir, true, &says));
	names = names_in(f->dir);
	assert_string_equal(names, "");
	assert_true(is_mounted(f->dir));
	assert_int_equal(umount(f->dir), 0);
	assert_int_equal(rmdir(f->dir), 0);
}

/* A lab on a disk that is full sooner or later while it comes up, until it does. */
static void a_full_disk_leaves_nothing_running(void **state)
{
	struct fixture *f = *state;
	bool opened = false;

	for (int pages = 1; !opened && pages < 32; pages++) {
		_cleanup_(freep) char *options = xasprintf("size=%dk,mode=0700", pages * 4);
		struct lab *lab = NULL;
		struct err *e;

		make_dir(f->dir);
		assert_int_equal(mount("none", f->dir, "tmpfs", 0, options), 0);
		e = lab_open(f->dir, f->run, (struct link){ 0 }, &lab);
		print_message("  %s: %s\n", options, e ? e->what : "opened");
		opened = !e;
		err_free(e);
		lab_close(lab);
		/* busy, if a process of the lab were left */
		assert_int_equal(umount(f->dir), 0);
		assert_int_equal(rmdir(f->dir), 0);
	}
	assert_true(opened);
}

static void nothing_to_do(void **state)
{
	struct fixture *f = *state;
	_cleanup_(strv_done) struct strv says = STRV_INIT;

	no_error(lab_clean(f->dir, true, &says));
	assert_int_equal(says.count, 0);
	assert_false(path_exists(f->dir));
	lab_close(open_lab(f));
	no_error(lab_clean(f->dir, true, &says));
	assert_int_equal(says.count, 2); /* the log, the lab */
}

#define LAB_TEST(f) cmocka_unit_test_setup_teardown(f, fixture_make, fixture_drop)

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		LAB_TEST(unmounts_deepest_first),
		LAB_TEST(a_run_cleans_up_before_it_starts),
		LAB_TEST(keeps_a_lab_that_is_a_mount),
		LAB_TEST(a_full_disk_leaves_nothing_running),
		LAB_TEST(nothing_to_do),
	};
	const struct CMUnitTest of_user[] = { LAB_TEST(nothing_to_do) };
	int code;

	if (lab_hidden(argc, argv, &code))
		return code;
	/* an ordinary user cannot leave mounts on the machine */
	if (geteuid() != 0)
		return cmocka_run_group_tests_name("lab_clean", of_user, NULL, NULL);
	return cmocka_run_group_tests_name("lab_clean", tests, NULL, NULL);
}
