/* What a context holds, without copying or reading any of it. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>

#include "base/file.h"
#include "scenario/ignored.h"
#include "scenario/private.h"
#include "scenario/tree.h"

struct lister {
	const char *top;
	const struct ignore *ignore;
	struct manifest *out;
	int64_t entries, left_out;
	int depth;
	struct str path; /* of the entry at hand, relative */
};

static struct err *err_entry(const struct lister *l, int num)
{
	_cleanup_(freep) char *path = path_join(l->top, str_get(&l->path));

	return err_sys(path, num);
}

static struct err *check_ceilings(const struct lister *l)
{
	const char *what = l->entries > TREE_ENTRIES_CEILING ? "holds more than a million files"
			   : l->depth > TREE_DEPTH_CEILING   ? "is more than 200 directories deep"
							     : NULL;

	if (!what)
		return NULL;
	return err_next(err_at(err_new(ERR_INPUT, "the build context %s", what), "%s", l->top),
		"list what the build does not read in .dockerignore");
}

static struct err *list_dir(struct lister *l, int fd);

static struct err *list_entry(struct lister *l, int dir, const char *name)
{
	const char *path = str_get(&l->path);
	bool ignored = l->ignore && ignore_match(l->ignore, path);
	struct manifest_entry *e;
	struct stat st;

	l->entries++;
	l->left_out += ignored;
	TRY(check_ceilings(l));
	if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return err_entry(l, errno);
	if (S_ISDIR(st.st_mode) && (!ignored || ignore_may_hold(l->ignore, path)))
		return list_dir(l, open_beneath(dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW));
	if (ignored || !(S_ISREG(st.st_mode) || S_ISLNK(st.st_mode)))
		return NULL;
	e = manifest_add(l->out, path);
	e->mode = st.st_mode;
	e->uid = st.st_uid;
	e->gid = st.st_gid;
	e->size_bytes = S_ISREG(st.st_mode) ? st.st_size : 0;
	return NULL;
}

static void closedirp(DIR **dir)
{
	if (*dir)
		closedir(*dir);
}

/* Takes the descriptor. */
static struct err *list_dir(struct lister *l, int fd)
{
	_cleanup_(closedirp) DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	size_t above = l->path.len;

	if (!dir)
		return err_entry(l, errno);
	l->depth++;
	for (;;) {
		const struct dirent *entry;

		errno = 0;
		entry = readdir(dir);
		if (!entry)
			break;
		if (str_eq(entry->d_name, ".") || str_eq(entry->d_name, ".."))
			continue;
		str_addf(&l->path, "%s%s", above ? "/" : "", entry->d_name);
		TRY(list_entry(l, dirfd(dir), entry->d_name));
		l->path.len = above;
		l->path.buf[above] = '\0';
	}
	l->depth--;
	return errno ? err_entry(l, errno) : NULL;
}

struct err *context_list(const struct scenario *s, const struct variant *v, enum ignore_dialect d,
	struct manifest *out, int64_t *left_out)
{
	_cleanup_(dockerfile_at_done) struct dockerfile_at at = { 0 };
	_cleanup_(ignore_freep) struct ignore *ignore = NULL;
	struct lister l = { .top = s->context, .out = out };
	struct err *e;

	TRY(dockerfile_at_find(s, v, &at));
	TRY(ignored_load(s, &at, d, &ignore));
	l.ignore = ignore;
	e = list_dir(&l, open(s->context, O_RDONLY | O_DIRECTORY | O_CLOEXEC));
	str_done(&l.path);
	TRY(e);
	manifest_seal(out);
	*left_out = l.left_out;
	return NULL;
}

struct err *scenario_dockerfile(const struct scenario *s, const struct variant *v, struct str *out)
{
	return variant_text(s, v, out);
}
