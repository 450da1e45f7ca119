#include "image/box.h"

#include <errno.h>
#include <fcntl.h>

#include "base/file.h"
#include "image/document.h"
#include "image/members.h"

struct box {
	char *path;
	int dir;  /* of a directory; else -1 */
	int file; /* of an archive, borrowed; else -1 */
	struct members members;
};

static struct err *part_next(struct stream *s, const void **bytes_out, size_t *n_out)
{
	struct part_stream *p = (struct part_stream *)s;
	size_t most = p->left < STREAM_BUFFER ? (size_t)p->left : STREAM_BUFFER;
	ssize_t n = 0;

	do
		n = most ? pread(p->fd, p->buffer, most, p->at) : 0;
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return err_sys("an image's file", errno);
	if (n == 0 && most > 0)
		return err_new(ERR_INPUT, "an image's file ends too early");
	p->at += n;
	p->left -= n;
	*bytes_out = p->buffer;
	*n_out = (size_t)n;
	return NULL;
}

static struct err *part_skip(struct stream *s, int64_t n)
{
	struct part_stream *p = (struct part_stream *)s;

	if (n > p->left)
		return err_new(ERR_INPUT, "an image's file ends too early");
	p->at += n;
	p->left -= n;
	return NULL;
}

static struct part_stream *part_new(int fd, bool owned, int64_t at, int64_t size)
{
	struct part_stream *p = xrealloc(NULL, 1, sizeof(*p));

	*p = (struct part_stream){ .fd = fd, .owned = owned, .at = at, .left = size };
	p->s.next = part_next;
	p->s.skip = part_skip;
	return p;
}

void part_stream_free(struct part_stream *p)
{
	if (p && p->owned)
		close(p->fd);
	free(p);
}

struct err *box_open_dir(const char *path, struct box **out)
{
	_cleanup_(closep) int dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct box *b;

	if (dir < 0)
		return err_sys(path, errno);
	b = NEW(struct box);
	b->path = xstrdup(path);
	b->dir = TAKE_FD(dir);
	b->file = -1;
	*out = b;
	return NULL;
}

static struct err *list(struct box *b, struct part_stream *from)
{
	_cleanup_(tar_freep) struct tar *t = tar_new(&from->s);
	struct tar_entry e;
	struct member *unused;
	bool more;

	for (;;) {
		TRY(tar_next(t, &e, &more));
		if (!more)
			return NULL;
		TRY(members_add(&b->members, &e, tar_offset(t), &unused));
	}
}

struct err *box_open_tar(int fd, const char *path, struct box **out)
{
	_cleanup_(box_freep) struct box *b = NEW(struct box);
	_cleanup_(part_stream_freep) struct part_stream *all = NULL;
	struct stat st;

	if (fstat(fd, &st) < 0)
		return err_sys(path, errno);
	b->path = xstrdup(path);
	b->dir = -1;
	b->file = fd;
	all = part_new(fd, false, 0, st.st_size);
	TRY(err_at(list(b, all), "%s", path));
	*out = TAKE_PTR(b);
	return NULL;
}

void box_free(struct box *b)
{
	if (!b)
		return;
	free(b->path);
	closep(&b->dir);
	members_done(&b->members);
	free(b);
}

const char *box_path(const struct box *b)
{
	return b->path;
}

/* Of a directory: a regular file in it, opened without waiting for one that is a pipe. */
static struct err *open_file(const struct box *b, const char *name, struct part_stream **out)
{
	_cleanup_(closep) int fd = open_beneath(b->dir, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat st;

	*out = NULL;
	if (fd < 0)
		return errno == ENOENT ? NULL : err_at(err_sys(name, errno), "%s", b->path);
	if (fstat(fd, &st) < 0)
		return err_sys(name, errno);
	if (!S_ISREG(st.st_mode))
		return err_at(err_new(ERR_INPUT, "%s is no regular file", name), "%s", b->path);
	*out = part_new(TAKE_FD(fd), true, 0, st.st_size);
	return NULL;
}

struct err *box_stream(const struct box *b, const char *name, struct part_stream **out)
{
	const struct member *m;

	if (b->dir >= 0)
		return open_file(b, name, out);
	m = members_find(&b->members, name);
	*out = m ? part_new(b->file, false, m->offset, m->size) : NULL;
	return NULL;
}

bool box_has(const struct box *b, const char *name)
{
	_cleanup_(part_stream_freep) struct part_stream *p = NULL;
	_cleanup_(err_freep) struct err *e = box_stream(b, name, &p);

	return p != NULL;
}

bool box_stat(const struct box *b, const char *name, struct stat *out)
{
	_cleanup_(part_stream_freep) struct part_stream *p = NULL;
	_cleanup_(err_freep) struct err *e = b->dir >= 0 ? box_stream(b, name, &p) : NULL;

	return p && fstat(p->fd, out) == 0;
}

struct err *box_text(const struct box *b, const char *name, struct str *out)
{
	_cleanup_(part_stream_freep) struct part_stream *p = NULL;
	const void *bytes;
	size_t n;

	TRY(box_stream(b, name, &p));
	if (!p)
		return err_at(err_new(ERR_INPUT, "%.100s is not there", name), "%s", b->path);
	if (p->left > DOCUMENT_MAX)
		return err_at(err_new(ERR_INPUT, "%.100s is larger than %d MiB", name,
				      DOCUMENT_MAX >> 20),
			"%s", b->path);
	do {
		TRY(err_at(stream_next(&p->s, &bytes, &n), "%s: %s", b->path, name));
		str_addn(out, bytes, n);
	} while (n > 0);
	return NULL;
}
