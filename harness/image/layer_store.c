#include "image/layer_store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <xxhash.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/random.h"

#define MAGIC	 UINT64_C(0x3372656179614c74) /* "tLayaer3": another layout is another number */
#define ROOM_MAX ((size_t)1 << 30)	      /* of one layer */
#define SHAPE	 (sizeof(struct layer_entry) << 16 | sizeof(struct layer_package))

#define STORE_MAX (INT64_C(512) * 1000 * 1000)

struct layer_store {
	int dir;
	atomic_bool grew;
};

/* The head of a file, then entries, packages, owned and text. */
struct head {
	uint64_t magic, shape;
	struct layer_facts facts;
	uint64_t inode, device, size, changed_ns; /* of the file that was hashed; zeroes: none */
	uint64_t count, package_count, owned_count, text_size, unread;
	uint64_t sum; /* XXH3 of all that follows */
};

struct layer_store *layer_store_open(void)
{
	const char *cache = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
	_cleanup_(freep) char *path = NULL;
	_cleanup_(closep) int dir = -1;
	struct layer_store *s;
	struct stat st;

	if ((!cache || !*cache) && (!home || !*home))
		return NULL;
	path = cache && *cache ? xasprintf("%s/tare/layers", cache)
			       : xasprintf("%s/.cache/tare/layers", home);
	err_free(dir_make(path, 0700));
	dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	if (dir < 0 || fstat(dir, &st) < 0 || st.st_uid != geteuid() || (st.st_mode & 022))
		return NULL;
	s = NEW(struct layer_store);
	s->dir = TAKE_FD(dir);
	return s;
}

/* What may stay, from the environment. */
static int64_t most_bytes(void)
{
	const char *said = getenv("TARE_LAYERS_MAX");
	_cleanup_(err_freep) struct err *e = NULL;
	int64_t most = STORE_MAX;

	if (said)
		e = bytes_parse(said, &most);
	return e ? STORE_MAX : most;
}

void layer_store_close(struct layer_store *s)
{
	if (!s)
		return;
	if (s->grew)
		layer_store_trim(s->dir, most_bytes());
	close(s->dir);
	free(s);
}

static void stamp(struct head *h, const struct stat *file)
{
	if (!file)
		return;
	h->inode = file->st_ino;
	h->device = file->st_dev;
	h->size = (uint64_t)file->st_size;
	h->changed_ns = (uint64_t)file->st_ctim.tv_sec * 1000000000 +
			(uint64_t)file->st_ctim.tv_nsec;
}

static bool same_stamp(const struct head *h, const struct stat *file)
{
	struct head is = { 0 };

	stamp(&is, file);
	return !file || (h->inode == is.inode && h->device == is.device && h->size == is.size &&
				h->changed_ns == is.changed_ns);
}

static bool read_all(int fd, void *to, size_t n)
{
	for (char *at = to; n > 0;) {
		ssize_t got = read(fd, at, n);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return false;
		at += got;
		n -= (size_t)got;
	}
	return true;
}

/* The four lists and their sizes, in the order of the file. */
struct part {
	void **at;
	size_t size;
};

static void parts_of(struct layer *l, struct part parts[4])
{
	parts[0] = (struct part){ (void **)&l->entries, l->count * sizeof(*l->entries) };
	parts[1] = (struct part){ (void **)&l->packages, l->package_count * sizeof(*l->packages) };
	parts[2] = (struct part){ (void **)&l->owned, l->owned_count * sizeof(*l->owned) };
	parts[3] = (struct part){ (void **)&l->text, l->text_size };
}

static uint64_t sum_of(const struct part parts[4])
{
	XXH3_state_t *state = XXH3_createState();
	uint64_t sum;

	XXH3_64bits_reset(state);
	for (int i = 0; i < 4; i++)
		if (parts[i].size)
			XXH3_64bits_update(state, *parts[i].at, parts[i].size);
	sum = XXH3_64bits_digest(state);
	XXH3_freeState(state);
	return sum;
}

/* Whether everything that a list points at is in the text: a damaged file must not lead outside. */
static bool is_sound(const struct layer *l)
{
	if (l->text_size == 0 || l->text[l->text_size - 1] != '\0')
		return false;
	for (size_t i = 0; i < l->count; i++)
		if (l->entries[i].path >= l->text_size || l->entries[i].link >= l->text_size ||
			l->entries[i].type > ENTRY_OPAQUE || l->entries[i].size < 0)
			return false;
	for (size_t i = 0; i < l->package_count; i++) {
		const struct layer_package *p = &l->packages[i];

		if (p->entry >= l->count || p->name >= l->text_size || p->version >= l->text_size ||
			p->key >= l->text_size || p->manager >= PACKAGE_MANAGERS ||
			p->owned_count > l->owned_count ||
			p->owned > l->owned_count - p->owned_count)
			return false;
	}
	return true;
}

static struct layer *load(int fd, const struct head *h)
{
	_cleanup_(layer_unrefp) struct layer *l = NEW(struct layer);
	struct part parts[4];
	size_t sum = 0;

	l->references = 1;
	l->facts = h->facts;
	l->count = l->room = h->count;
	l->package_count = l->package_room = h->package_count;
	l->owned_count = l->owned_room = h->owned_count;
	l->text_size = l->text_room = h->text_size;
	l->unread = (uint32_t)h->unread;
	parts_of(l, parts);
	for (int i = 0; i < 4; i++)
		sum += parts[i].size;
	if (sum > ROOM_MAX)
		return NULL;
	for (int i = 0; i < 4; i++) {
		*parts[i].at = xrealloc(NULL, parts[i].size + 1, 1);
		if (!read_all(fd, *parts[i].at, parts[i].size))
			return NULL;
	}
	return sum_of(parts) == h->sum && is_sound(l) ? TAKE_PTR(l) : NULL;
}

struct layer *layer_store_find(
	const struct layer_store *s, const char *digest, const struct stat *file)
{
	_cleanup_(closep) int fd = openat(
		s->dir, digest + strlen("sha256:"), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	struct head h;

	if (fd < 0 || !read_all(fd, &h, sizeof(h)) || h.magic != MAGIC || h.shape != SHAPE ||
		h.count > ROOM_MAX || h.package_count > ROOM_MAX || h.owned_count > ROOM_MAX ||
		h.text_size > ROOM_MAX || memcmp(h.facts.digest, digest, DIGEST_SIZE) != 0 ||
		!same_stamp(&h, file))
		return NULL;
	futimens(fd, NULL); /* used just now, where it matters who goes first */
	return load(fd, &h);
}

/* A file that was written just now could be written again without its time telling. */
static bool is_settled(const struct stat *file)
{
	return clock_unix_ns() / SECOND_NS - (int64_t)file->st_ctim.tv_sec > 1;
}

void layer_store_keep(struct layer_store *s, const struct layer *l, const struct stat *file)
{
	const char *name = l->facts.digest + strlen("sha256:");
	struct head h = { .magic = MAGIC,
		.shape = SHAPE,
		.facts = l->facts,
		.count = l->count,
		.package_count = l->package_count,
		.owned_count = l->owned_count,
		.text_size = l->text_size,
		.unread = l->unread };
	struct layer copy = *l;
	struct part parts[4];
	char random[17], other[96];
	struct err *e;
	int fd;

	if (file && !is_settled(file))
		return;
	stamp(&h, file);
	parts_of(&copy, parts);
	h.sum = sum_of(parts);
	random_hex(random, 16);
	snprintf(other, sizeof(other), "%s.%s", name, random);
	fd = openat(s->dir, other, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return;
	e = file_write_all(fd, other, &h, sizeof(h));
	for (int i = 0; i < 4 && !e; i++)
		e = file_write_all(fd, other, *parts[i].at, parts[i].size);
	close(fd);
	/* in one piece or not at all; it is a cache, so nobody waits for the disk */
	if (e || renameat(s->dir, other, s->dir, name) < 0)
		unlinkat(s->dir, other, 0);
	s->grew = true;
	err_free(e);
}
