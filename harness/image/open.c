/* Names of images, and what they are read from. */
#include <errno.h>
#include <fcntl.h>

#include "base/file.h"
#include "base/proc.h"
#include "image/from.h"

#define DAEMON_SOCKET "/var/run/docker.sock"

/* What comes before the colon says how to read what follows. */
struct scheme {
	const char *prefix;
	struct err *(*read)(const char *rest, const struct image_options *o, struct image_view *v);
};

static struct err *err_no_file(const char *path)
{
	return err_at(err_new(ERR_INPUT, "this is no regular file"), "%s", path);
}

/* A regular file, without waiting for one that is a pipe. */
static struct err *open_regular(const char *path, int *fd_out)
{
	_cleanup_(closep) int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat st;

	if (fd < 0)
		return err_sys(path, errno);
	if (fstat(fd, &st) < 0)
		return err_sys(path, errno);
	if (!S_ISREG(st.st_mode))
		return err_next(err_no_file(path), "a pipe is docker-archive:-");
	*fd_out = TAKE_FD(fd);
	return NULL;
}

/* Whether it begins as a packed file does. */
static bool is_packed(int fd)
{
	unsigned char head[4] = { 0 };

	return pread(fd, head, 4, 0) == 4 &&
	       ((head[0] == 0x1f && head[1] == 0x8b) ||
		       (head[0] == 0x28 && head[1] == 0xb5 && head[2] == 0x2f && head[3] == 0xfd));
}

static struct err *read_stream(
	int fd, const char *where, const struct image_options *o, struct image_view *v)
{
	_cleanup_(freep) struct fd_stream *from = fd_stream_new(fd);

	return image_from_stream(&from->s, where, o, v);
}

static struct err *read_docker_archive(
	const char *rest, const struct image_options *o, struct image_view *v)
{
	_cleanup_(box_freep) struct box *b = NULL;
	_cleanup_(closep) int fd = -1;

	if (str_eq(rest, "-"))
		return read_stream(STDIN_FILENO, "standard input", o, v);
	TRY(open_regular(rest, &fd));
	if (is_packed(fd))
		return read_stream(fd, rest, o, v);
	TRY(box_open_tar(fd, rest, &b));
	return image_from_archive(b, o, v);
}

/* "PATH:TAG" in two, where PATH alone is not there. */
static char *split_tag(const char *rest, const char **tag_out)
{
	const char *colon = strrchr(rest, ':');

	*tag_out = NULL;
	if (!colon || path_exists(rest) || strchr(colon, '/'))
		return xstrdup(rest);
	*tag_out = colon + 1;
	return xstrndup(rest, (size_t)(colon - rest));
}

static struct err *read_layout(
	const char *rest, const struct image_options *o, struct image_view *v)
{
	const char *tag;
	_cleanup_(freep) char *path = split_tag(rest, &tag);
	_cleanup_(box_freep) struct box *b = NULL;

	TRY(box_open_dir(path, &b));
	return image_from_layout(b, tag, o, v);
}

static struct err *read_layout_archive(
	const char *rest, const struct image_options *o, struct image_view *v)
{
	const char *tag;
	_cleanup_(freep) char *path = split_tag(rest, &tag);
	_cleanup_(box_freep) struct box *b = NULL;
	_cleanup_(closep) int fd = -1;

	TRY(open_regular(path, &fd));
	if (is_packed(fd))
		return err_next(
			err_at(err_new(ERR_INPUT, "a packed layout is not read"), "%s", path),
			"unpack it first: gunzip or zstd -d");
	TRY(box_open_tar(fd, path, &b));
	return image_from_layout(b, tag, o, v);
}

static struct err *read_registry(
	const char *rest, const struct image_options *o, struct image_view *v)
{
	const struct image_source src = { .from = IMAGE_FROM_REGISTRY, .ref = rest };

	return image_from_registry(&src, o, v);
}

static const char *daemon_socket(void)
{
	const char *host = getenv("DOCKER_HOST");

	return host && str_starts(host, "unix://") ? host + strlen("unix://") : DAEMON_SOCKET;
}

static struct err *read_daemon(
	const char *rest, const struct image_options *o, struct image_view *v)
{
	const struct image_source src = {
		.from = IMAGE_FROM_DAEMON, .socket = daemon_socket(), .ref = rest
	};
	_cleanup_(json_doc_freep) struct json_doc *said = NULL;

	TRY(err_next(daemon_inspect(&src, &said), "docker images lists them; the socket is %s",
		src.socket));
	return image_from_daemon(&src, said, o, v);
}

static const struct scheme schemes[] = {
	{ "docker-archive:", read_docker_archive },
	{ "oci:", read_layout },
	{ "oci-archive:", read_layout_archive },
	{ "docker://", read_registry },
	{ "docker-daemon:", read_daemon },
	{ "podman:", image_from_podman },
};

static struct err *read_as(
	const char *prefix, const char *rest, const struct image_options *o, struct image_view *v)
{
	for (size_t i = 0; i < ARRAY_SIZE(schemes); i++) {
		if (!str_eq(schemes[i].prefix, prefix))
			continue;
		v->taken = xasprintf("%s%s", prefix, rest);
		return schemes[i].read(rest, o, v);
	}
	return err_new(ERR_INPUT, "images are not read from %s", prefix);
}

/* A file that is a tar of an image, of docker's kind or OCI's: those of docker since 25 are both.
 */
static struct err *read_file(const char *path, const struct image_options *o, struct image_view *v)
{
	_cleanup_(box_freep) struct box *b = NULL;
	_cleanup_(closep) int fd = -1;

	TRY(open_regular(path, &fd));
	if (is_packed(fd))
		return read_as("docker-archive:", path, o, v);
	TRY(box_open_tar(fd, path, &b));
	return read_as(
		box_has(b, "manifest.json") ? "docker-archive:" : "oci-archive:", path, o, v);
}

static bool daemon_has(const char *ref)
{
	const struct image_source src = {
		.from = IMAGE_FROM_DAEMON, .socket = daemon_socket(), .ref = ref
	};
	_cleanup_(json_doc_freep) struct json_doc *said = NULL;
	_cleanup_(err_freep) struct err *e = path_exists(src.socket) ? daemon_inspect(&src, &said)
								     : NULL;

	return said != NULL;
}

static struct err *read_bare(const char *name, const struct image_options *o, struct image_view *v)
{
	const char *tag;
	_cleanup_(freep) char *path = split_tag(name, &tag);
	struct stat st;

	if (stat(path, &st) == 0)
		return S_ISDIR(st.st_mode) ? read_as("oci:", name, o, v) : read_file(path, o, v);
	if (*name == '/' || str_starts(name, "./") || str_starts(name, "../"))
		return err_sys(name, ENOENT);
	if (daemon_has(name))
		return read_as("docker-daemon:", name, o, v);
	if (podman_has(name))
		return read_as("podman:", name, o, v);
	return read_as("docker://", name, o, v);
}

static struct err *read_any(const char *name, const struct image_options *o, struct image_view *v)
{
	for (size_t i = 0; i < ARRAY_SIZE(schemes); i++)
		if (str_starts(name, schemes[i].prefix))
			return read_as(schemes[i].prefix, name + strlen(schemes[i].prefix), o, v);
	return read_bare(name, o, v);
}

struct err *image_open(const char *name, const struct image_options *o, struct image_view **out)
{
	_cleanup_(image_view_freep) struct image_view *v = NEW(struct image_view);

	TRY(err_at(read_any(name, o, v), "%s", name));
	TRY(err_at(image_view_finish(v), "%s", name));
	*out = TAKE_PTR(v);
	return NULL;
}
