#include "lab/cover.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include "base/file.h"
#include "lab/mounts.h"

/* What podman, buildah, docker, containerd and buildkitd read and write whatever they are told; not
 * auth.json and certs.d, which skopeo needs to copy bases. Each is covered by an empty directory
 * where it exists. Where it does not, the nearest directory above it gets an overlay, so that an
 * engine that makes it makes it in the lab. `shown`: an overlay in any case, as 20.10 writes a key
 * beside the certificates. */
static const struct {
	const char *path;
	bool shown;
	bool user; /* of an ordinary user's engines too: a rootless dockerd makes /run/docker/plugins */
} of_root[] = {
	{ "/var/lib/containers", false },
	{ "/var/lib/cni", false },
	{ "/var/lib/docker", false },
	{ "/var/lib/containerd", false },
	{ "/var/lib/buildkit", false },
	{ "/run/containers/storage", false },
	{ "/run/libpod", false },
	{ "/run/crun", false },
	{ "/run/runc", false },
	{ "/run/netns", false },
	{ "/run/cni", false },
	{ "/run/docker", false, true },
	{ "/run/containerd", false, true },
	{ "/run/buildkit", false },
	{ "/opt/containerd", false },
	{ "/etc/docker", true },
	{ "/etc/buildkit", true },
	{ "/etc/cni/net.d", false },
};

struct cover {
	const char *over;     /* the tmpfs, below the lab */
	int count;	      /* directories made there */
	struct strv overlaid; /* where an overlay lies already */
};

static struct err *err_cover(const char *doing, const char *path)
{
	return err_next(
		err_at(err_new(ERR_TOOL, "cannot %s: %s", doing, strerror(errno)), "%s", path),
		"the lab needs overlayfs, tmpfs and bind mounts: in a container, run it with "
		"--privileged");
}

/* A new directory on the tmpfs, with the mode and owner of what it covers. */
static struct err *make_like(struct cover *c, const char *like, char **out)
{
	_cleanup_(freep) char *path = xasprintf("%s/%d", c->over, c->count++);
	struct stat st;

	if (stat(like, &st) < 0 || mkdir(path, 0700) < 0 || chmod(path, st.st_mode & 07777) < 0)
		return err_cover("cover a directory", like);
	/* in a user namespace its owner may not be ours to give */
	if (chown(path, st.st_uid, st.st_gid) < 0 && errno != EPERM && errno != EINVAL)
		return err_cover("cover a directory", like);
	*out = TAKE_PTR(path);
	return NULL;
}

static bool is_dir(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

static struct err *cover_dir(struct cover *c, const char *path)
{
	_cleanup_(freep) char *empty = NULL;

	if (!is_dir(path))
		return NULL;
	TRY(make_like(c, path, &empty));
	if (mount(empty, path, NULL, MS_BIND, NULL) < 0)
		return err_cover("cover a directory", path);
	return NULL;
}

/* It will be covered, with what is mounted in it. */
static bool is_covered(const char *place)
{
	for (size_t i = 0; i < ARRAY_SIZE(of_root); i++) {
		size_t n = strlen(of_root[i].path);

		if (!of_root[i].shown && strncmp(place, of_root[i].path, n) == 0 &&
			(!place[n] || place[n] == '/'))
			return true;
	}
	return false;
}

/* A mount that stands below a directory that gets an overlay: it is taken up, and put back. */
struct standing {
	const char *place;
	int tree;
};

struct standings {
	struct strv places;
	struct standing *items;
	size_t count, room;
};

static void standings_done(struct standings *s)
{
	for (size_t i = 0; i < s->count; i++)
		closep(&s->items[i].tree);
	free(s->items);
	strv_done(&s->places);
}

static bool lies_in(const struct standings *s, const char *place)
{
	const char *last = s->count ? s->items[s->count - 1].place : NULL;
	size_t n = last ? strlen(last) : 0;

	return last && strncmp(place, last, n) == 0 && (place[n] == '/' || !place[n]);
}

/* Each with what is mounted in it; the lab itself is among them, bound to its own place before. */
static struct err *take_up(const char *dir, struct standings *s)
{
	TRY(mounts_below(dir, false, &s->places));
	for (size_t i = 0; i < s->places.count; i++) {
		const char *place = s->places.items[i];
		struct standing *one;
		int tree;

		if (is_covered(place) || lies_in(s, place))
			continue;
		tree = open_tree(
			AT_FDCWD, place, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE);
		if (tree < 0)
			return err_cover("keep a mount in its place", place);
		one = GROW(s->items, s->count, s->room);
		one->place = place;
		one->tree = tree;
	}
	return NULL;
}

static struct err *put_back(const struct standings *s)
{
	for (size_t i = 0; i < s->count; i++)
		if (move_mount(s->items[i].tree, "", AT_FDCWD, s->items[i].place,
			    MOVE_MOUNT_F_EMPTY_PATH) < 0)
			return err_cover("keep a mount in its place", s->items[i].place);
	return NULL;
}

static struct err *overlay(struct cover *c, const char *dir)
{
	_cleanup_(standings_done) struct standings standing = { 0 };
	_cleanup_(freep) char *upper = NULL, *work = NULL, *options = NULL;

	TRY(make_like(c, dir, &upper));
	TRY(make_like(c, dir, &work));
	TRY(take_up(dir, &standing));
	/* by name from within the tmpfs: the lab's path may hold what separates options */
	options = xasprintf("lowerdir=%s,upperdir=%s,workdir=%s", dir, strrchr(upper, '/') + 1,
		strrchr(work, '/') + 1);
	if (chdir(c->over) < 0 || mount("tare", dir, "overlay", 0, options) < 0)
		return err_cover("lay a directory over", dir);
	if (chdir("/") < 0)
		return err_cover("lay a directory over", dir);
	strv_add(&c->overlaid, dir);
	return put_back(&standing);
}

/* The nearest directory above `path` that is there. */
static char *nearest(const char *path)
{
	char *dir = xstrdup(path);

	while (!is_dir(dir)) {
		char *slash = strrchr(dir, '/');

		slash[slash == dir] = '\0';
	}
	return dir;
}

static struct err *overlay_where_needed(struct cover *c, bool root)
{
	for (size_t i = 0; i < ARRAY_SIZE(of_root); i++) {
		_cleanup_(freep) char *dir = nearest(of_root[i].path);

		if (!root && !of_root[i].user)
			continue;
		if (str_eq(dir, of_root[i].path) && !of_root[i].shown)
			continue;
		if (!str_eq(dir, "/") && !strv_has(&c->overlaid, dir))
			TRY(overlay(c, dir));
	}
	return NULL;
}

/* podman's locks are shared memory of a fixed name. */
static struct err *cover_shm(void)
{
	if (is_dir("/dev/shm") &&
		mount("tmpfs", "/dev/shm", "tmpfs", MS_NOSUID | MS_NODEV, "mode=1777") < 0)
		return err_cover("cover a directory", "/dev/shm");
	return NULL;
}

/* What an ordinary user's engines use when HOME and XDG_RUNTIME_DIR are not the lab's. */
static struct err *cover_home(struct cover *c)
{
	static const char *const of_home[] = { ".local/share/containers", ".local/share/docker",
		".local/share/buildkit" };
	static const char *const of_runtime[] = { "libpod", "buildkit" };
	const char *home = getenv("HOME"), *runtime = getenv("XDG_RUNTIME_DIR");

	for (size_t i = 0; home && *home == '/' && i < ARRAY_SIZE(of_home); i++) {
		_cleanup_(freep) char *path = path_join(home, of_home[i]);

		TRY(cover_dir(c, path));
	}
	for (size_t i = 0; runtime && *runtime == '/' && i < ARRAY_SIZE(of_runtime); i++) {
		_cleanup_(freep) char *path = path_join(runtime, of_runtime[i]);

		TRY(cover_dir(c, path));
	}
	return NULL;
}

static struct err *cover_with(struct cover *c, bool root)
{
	TRY(cover_shm());
	if (!root)
		TRY(cover_home(c));
	TRY(overlay_where_needed(c, root));
	for (size_t i = 0; i < ARRAY_SIZE(of_root); i++)
		if (!of_root[i].shown && (root || of_root[i].user))
			TRY(cover_dir(c, of_root[i].path));
	return NULL;
}

struct err *cover_all(const char *dir, bool root)
{
	_cleanup_(freep) char *over = path_join(dir, "over");
	struct cover c = { .over = over };
	struct err *e;

	/* a mount of its own: put back like any other, should it lie below what gets an overlay */
	if (mount(dir, dir, NULL, MS_BIND | MS_REC, NULL) < 0)
		return err_cover("bind the lab", dir);
	TRY(dir_make(over, 0700));
	if (mount("tmpfs", over, "tmpfs", MS_NOSUID | MS_NODEV, "mode=0755,size=1g") < 0)
		return err_cover("mount a tmpfs", over);
	e = cover_with(&c, root);
	strv_done(&c.overlaid);
	return e;
}
