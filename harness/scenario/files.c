/* Which files of a directory a developer may work on. */
#include "scenario/find.h"

#include <dirent.h>
#include <fcntl.h>

#include "base/file.h"
#include "base/proc.h"

#define FILES_CEILING 20000 /* candidates that are looked at */
#define LIST_CEILING  ((size_t)16 << 20)

/* Files that git tracks below the directory; false where git or its repository is not there. */
static bool tracked(const char *dir, struct strv *out)
{
	_cleanup_(proc_result_done) struct proc_result git = { 0 };
	/* a repository may be hostile: what it would have git start stays off */
	const char *const argv[] = { "git", "-C", dir, "-c", "core.fsmonitor=false", "-c",
		"core.hooksPath=/dev/null", "ls-files", "-z", "--cached", NULL };
	struct proc p = { .argv = argv, .ceiling = LIST_CEILING };
	_cleanup_(err_freep) struct err *e = proc_run(&p, &git);

	if (e || git.status != 0)
		return false;
	for (size_t i = 0; i < git.out.len && out->count < FILES_CEILING;
		i += strlen(git.out.buf + i) + 1)
		strv_add(out, git.out.buf + i);
	return out->count > 0;
}

static void walk(int dir, struct str *path, int depth, struct strv *out);

static void walk_entry(
	DIR *in, const struct dirent *entry, struct str *path, int depth, struct strv *out)
{
	size_t above = path->len;

	str_addf(path, "%s%s", above ? "/" : "", entry->d_name);
	if (entry->d_type == DT_REG)
		strv_add(out, path->buf);
	if (entry->d_type == DT_DIR)
		walk(open_beneath(dirfd(in), entry->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW),
			path, depth + 1, out);
	path->len = above;
	path->buf[above] = '\0';
}

/* Where there is no git: the files near the top. Takes the descriptor. */
static void walk(int fd, struct str *path, int depth, struct strv *out)
{
	DIR *in = fd < 0 || depth > 6 ? NULL : fdopendir(fd);
	struct dirent *entry;

	if (!in) {
		closep(&fd);
		return;
	}
	while (out->count < FILES_CEILING && (entry = readdir(in)))
		if (entry->d_name[0] != '.')
			walk_entry(in, entry, path, depth, out);
	closedir(in);
}

void files_of(const char *dir, struct strv *out)
{
	_cleanup_(str_done) struct str path = STR_INIT;

	if (tracked(dir, out))
		return;
	strv_clear(out);
	walk(open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC), &path, 0, out);
}
