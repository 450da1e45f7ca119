#include "scenario/tree.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>

#include "base/file.h"
#include "scenario/content.h"
#include "scenario/xattr.h"

/* A copy in progress. */
struct walk {
	const struct tree *t;
	struct content content;
	bool chown; /* root can, and a context may hold other people's files */
	int64_t entries, bytes;
	int depth;
	struct str path; /* of the entry at hand, relative */
};

struct place { /* a directory in both trees */
	DIR *from;
	int to;
};

static void place_done(struct place *p)
{
	if (p->from)
		closedir(p->from);
	closep(&p->to);
}

/* Take a directory's descriptor, for reading its entries and for opening them; false: errno. */
static bool place_from(struct place *p, int fd, struct stat *st)
{
	if (fd < 0 || fstat(fd, st) < 0)
		return false;
	p->from = fdopendir(fd);
	return p->from;
}

static struct err *err_entry(const struct walk *w, int num)
{
	_cleanup_(freep) char *path = path_join(w->t->from, str_get(&w->path));
	struct err *e = err_sys(path, num);

	if (num == EACCES)
		err_next(e, "make it readable, or list it in .dockerignore");
	return e;
}

static struct err *err_large(const struct walk *w, const char *what)
{
	return err_next(err_at(err_new(ERR_INPUT, "the build context %s", what), "%s", w->t->from),
		"list what the build does not read in .dockerignore");
}

static struct err *count_entry(struct walk *w)
{
	if (++w->entries > TREE_ENTRIES_CEILING)
		return err_large(w, "holds more than a million files");
	if (w->path.len >= PATH_MAX)
		return err_large(w, "holds a path of more than 4095 bytes");
	return NULL;
}

/* A needed path, a directory above one, or what is in one. */
static bool is_needed(const struct walk *w)
{
	const struct strv *needed = w->t->needed;
	const char *path = str_get(&w->path);

	for (size_t i = 0; needed && i < needed->count; i++) {
		const char *one = needed->items[i];
		size_t n = strlen(one);

		if (w->path.len <= n ? str_starts(one, path) && strchr("/", one[w->path.len])
				     : str_starts(path, one) && path[n] == '/')
			return true;
	}
	return false;
}

static bool left_out(const struct walk *w, const struct stat *st)
{
	for (size_t i = 0; i < w->t->leave_count; i++)
		if (w->t->leave[i].dev == st->st_dev && w->t->leave[i].ino == st->st_ino)
			return true;
	return false;
}

static void list(const struct walk *w, const struct stat *st, int64_t size, const char *digest)
{
	struct manifest_entry *e = manifest_add(w->t->manifest, str_get(&w->path));

	e->mode = st->st_mode;
	e->uid = st->st_uid;
	e->gid = st->st_gid;
	e->size_bytes = size;
	memcpy(e->digest, digest, strlen(digest) + 1);
}

/* Before all else: a new owner takes set-uid bits and capabilities away. */
static int set_owner(const struct walk *w, int fd, const struct stat *st)
{
	return w->chown && (st->st_uid || st->st_gid) ? fchown(fd, st->st_uid, st->st_gid) : 0;
}

/* fchmod, because the umask has its say in open; the time last, as all else moves it. */
static int set_mode(int fd, const struct stat *st)
{
	struct timespec times[2] = { { .tv_nsec = UTIME_OMIT }, st->st_mtim };

	return fchmod(fd, st->st_mode & 07777) < 0 ? -1 : futimens(fd, times);
}

static int set_attributes(const struct walk *w, int fd, const struct stat *st)
{
	return set_owner(w, fd, st) < 0 ? -1 : set_mode(fd, st);
}

static void skip(const struct walk *w, mode_t mode)
{
	const char *what = S_ISSOCK(mode)   ? "a socket"
			   : S_ISFIFO(mode) ? "a FIFO"
			   : S_ISBLK(mode)  ? "a block device"
			   : S_ISCHR(mode)  ? "a character device"
					    : "no file, directory or link";

	strv_addf(w->t->skipped, "%s: %s", str_get(&w->path), what);
}

static struct err *copy_file(struct walk *w, const struct place *at, const char *name, bool listed)
{
	_cleanup_(closep) int from = open_beneath(
		dirfd(at->from), name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
	_cleanup_(closep) int to = -1;
	char digest[XXH_SIZE];
	struct stat st;
	int64_t size;

	if (from < 0 || fstat(from, &st) < 0)
		return err_entry(w, errno);
	if (left_out(w, &st))
		return NULL;
	if (!S_ISREG(st.st_mode)) {
		skip(w, st.st_mode);
		return NULL;
	}
	w->bytes += st.st_size;
	if (w->bytes > TREE_BYTES_CEILING)
		return err_large(w, "is larger than 16 GiB");
	to = openat(at->to, name, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (to < 0 || content_copy(&w->content, from, to, st.st_size, &size, digest) < 0 ||
		set_owner(w, to, &st) < 0)
		return err_entry(w, errno);
	xattr_copy(from, to, str_get(&w->path), w->t->skipped); /* while it may be written */
	if (set_mode(to, &st) < 0)
		return err_entry(w, errno);
	if (listed)
		list(w, &st, size, digest);
	return NULL;
}

static struct err *copy_link(struct walk *w, const struct place *at, const char *name,
	const struct stat *st, bool listed)
{
	struct timespec times[2] = { { .tv_nsec = UTIME_OMIT }, st->st_mtim };
	char target[PATH_MAX], digest[XXH_SIZE];
	ssize_t n = readlinkat(dirfd(at->from), name, target, sizeof(target) - 1);

	if (n < 0)
		return err_entry(w, errno);
	target[n] = '\0';
	if (symlinkat(target, at->to, name) < 0 ||
		(w->chown && (st->st_uid || st->st_gid) &&
			fchownat(at->to, name, st->st_uid, st->st_gid, AT_SYMLINK_NOFOLLOW) < 0) ||
		utimensat(at->to, name, times, AT_SYMLINK_NOFOLLOW) < 0)
		return err_entry(w, errno);
	xxh_bytes(target, (size_t)n, digest);
	if (listed)
		list(w, st, 0, digest);
	return NULL;
}

static struct err *copy_entries(struct walk *w, const struct place *at);

/* A directory that is ignored itself is there when something in it is: for the build, then in the
 * manifest too; for tare alone, in the copy only; else not at all. */
static struct err *copy_dir(
	struct walk *w, const struct place *at, const char *name, bool listed, bool copied)
{
	_cleanup_(place_done) struct place in = { NULL, -1 };
	size_t before = w->t->manifest->count;
	struct stat st;

	if (!place_from(&in,
		    open_beneath(dirfd(at->from), name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW), &st))
		return err_entry(w, errno);
	if (left_out(w, &st))
		return NULL;
	if (++w->depth > TREE_DEPTH_CEILING)
		return err_large(w, "is more than 200 directories deep");
	if (mkdirat(at->to, name, 0700) < 0)
		return err_entry(w, errno);
	in.to = openat(at->to, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (in.to < 0)
		return err_entry(w, errno);
	TRY(copy_entries(w, &in));
	w->depth--;
	if (listed || w->t->manifest->count > before)
		list(w, &st, 0, "");
	else if (!copied && unlinkat(at->to, name, AT_REMOVEDIR) == 0)
		return NULL;
	return set_attributes(w, in.to, &st) < 0 ? err_entry(w, errno) : NULL;
}

static struct err *copy_entry(struct walk *w, const struct place *at, const struct dirent *entry)
{
	const struct tree *t = w->t;
	const char *path = str_get(&w->path);
	bool listed = !t->list || !ignore_match(t->list, path);
	bool copied = listed || !t->also || !ignore_match(t->also, path) || is_needed(w);
	unsigned char type = entry->d_type;
	struct stat st = { 0 };

	TRY(count_entry(w));
	if (type != DT_REG && type != DT_DIR) {
		if (fstatat(dirfd(at->from), entry->d_name, &st, AT_SYMLINK_NOFOLLOW) < 0)
			return err_entry(w, errno);
		type = IFTODT(st.st_mode);
	}
	if (type == DT_DIR) {
		if (!copied && !ignore_may_hold(t->list, path) && !ignore_may_hold(t->also, path))
			return NULL;
		return copy_dir(w, at, entry->d_name, listed, copied);
	}
	if (!copied)
		return NULL;
	if (type == DT_REG)
		return copy_file(w, at, entry->d_name, listed);
	if (type == DT_LNK)
		return copy_link(w, at, entry->d_name, &st, listed);
	skip(w, st.st_mode);
	return NULL;
}

static struct err *copy_entries(struct walk *w, const struct place *at)
{
	size_t above = w->path.len;

	for (;;) {
		const struct dirent *entry;

		errno = 0;
		entry = readdir(at->from);
		if (!entry)
			return errno ? err_entry(w, errno) : NULL;
		if (str_eq(entry->d_name, ".") || str_eq(entry->d_name, ".."))
			continue;
		if (above)
			str_addc(&w->path, '/');
		str_add(&w->path, entry->d_name);
		TRY(copy_entry(w, at, entry));
		w->path.len = above;
		w->path.buf[above] = '\0';
	}
}

static void walk_done(struct walk *w)
{
	content_done(&w->content);
	str_done(&w->path);
}

struct err *tree_copy(const struct tree *t)
{
	_cleanup_(walk_done) struct walk w = { .t = t, .chown = geteuid() == 0 };
	_cleanup_(place_done) struct place root = { NULL, -1 };
	struct stat st;

	if (!place_from(&root, open(t->from, O_RDONLY | O_DIRECTORY | O_CLOEXEC), &st))
		return err_sys(t->from, errno);
	root.to = open(t->to, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (root.to < 0)
		return err_sys(t->to, errno);
	content_init(&w.content);
	TRY(copy_entries(&w, &root));
	if (set_attributes(&w, root.to, &st) < 0)
		return err_sys(t->to, errno);
	manifest_seal(t->manifest);
	return NULL;
}
