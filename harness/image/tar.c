#include "image/tar.h"

#include "image/tar_header.h"

#define SPECIAL_MAX (1 << 20) /* of a PAX header or a long name, as Go has it */

struct tar {
	struct stream *from;
	const unsigned char *at; /* what was pulled and not used yet */
	size_t left;
	int64_t offset;	      /* bytes used */
	int64_t content_left; /* of the entry at hand */
	int64_t padding;      /* behind it */
	bool ended;
	struct str name, link, special;
	struct pax pax;
	struct tar_header header;
};

struct tar *tar_new(struct stream *from)
{
	struct tar *t = NEW(struct tar);

	t->from = from;
	pax_clear(&t->pax);
	return t;
}

void tar_free(struct tar *t)
{
	if (!t)
		return;
	str_done(&t->name);
	str_done(&t->link);
	str_done(&t->special);
	pax_done(&t->pax);
	free(t);
}

int64_t tar_offset(const struct tar *t)
{
	return t->offset;
}

static struct err *fill(struct tar *t)
{
	const void *bytes;

	if (t->left > 0)
		return NULL;
	TRY(stream_next(t->from, &bytes, &t->left));
	t->at = bytes;
	t->ended = t->left == 0;
	return NULL;
}

/* At most `most` bytes where they lie. */
static struct err *piece(
	struct tar *t, int64_t most, const unsigned char **bytes_out, size_t *n_out)
{
	TRY(fill(t));
	*bytes_out = t->at;
	*n_out = (int64_t)t->left < most ? t->left : (size_t)most;
	if (*n_out == 0)
		return NULL;
	t->at += *n_out;
	t->left -= *n_out;
	t->offset += (int64_t)*n_out;
	return NULL;
}

static struct err *err_short(void)
{
	return err_new(ERR_INPUT, "a layer is no tar: it ends too early");
}

static struct err *skip(struct tar *t, int64_t n)
{
	const unsigned char *bytes;
	size_t got;

	while (n > 0) {
		if (t->left == 0 && t->from->skip) {
			t->offset += n;
			return t->from->skip(t->from, n);
		}
		TRY(piece(t, n, &bytes, &got));
		if (got == 0)
			return err_short();
		n -= (int64_t)got;
	}
	return NULL;
}

/* A block where it lies, or gathered in `room`; *block_out is NULL at the end. */
static struct err *next_block(
	struct tar *t, unsigned char room[TAR_BLOCK], const unsigned char **block_out)
{
	const unsigned char *bytes;
	size_t n, have = 0;

	do {
		TRY(piece(t, (int64_t)(TAR_BLOCK - have), &bytes, &n));
		if (n == TAR_BLOCK) {
			*block_out = bytes;
			return NULL;
		}
		if (n > 0)
			memcpy(room + have, bytes, n);
		have += n;
	} while (n > 0 && have < TAR_BLOCK);
	*block_out = have == TAR_BLOCK ? room : NULL;
	return have == 0 || have == TAR_BLOCK ? NULL : err_short();
}

static void set_content(struct tar *t, int64_t n)
{
	t->content_left = n;
	t->padding = -n & (TAR_BLOCK - 1);
}

struct err *tar_content(struct tar *t, const void **bytes_out, size_t *n_out)
{
	const unsigned char *bytes = NULL;

	*n_out = 0;
	if (t->content_left == 0)
		return NULL;
	TRY(piece(t, t->content_left, &bytes, n_out));
	if (*n_out == 0)
		return err_short();
	t->content_left -= (int64_t)*n_out;
	*bytes_out = bytes;
	return NULL;
}

static struct err *skip_content(struct tar *t)
{
	TRY(skip(t, t->content_left + t->padding));
	t->content_left = t->padding = 0;
	return NULL;
}

/* The content of a header that speaks of the next one. */
static struct err *special(struct tar *t, struct str *to)
{
	const void *bytes;
	size_t n;

	if (t->header.size > SPECIAL_MAX)
		return err_new(ERR_INPUT, "a layer is no tar: it has a header of %lld bytes",
			(long long)t->header.size);
	str_clear(to);
	set_content(t, t->header.size);
	do {
		TRY(tar_content(t, &bytes, &n));
		str_addn(to, bytes, n);
	} while (n > 0);
	return skip_content(t);
}

/* Read a header that is none of an entry's own; *done is false where it is. */
static struct err *extension(struct tar *t, bool *done)
{
	*done = true;
	switch (t->header.type) {
	case 'x':
	case 'X':
		TRY(special(t, &t->special));
		return pax_read(str_get(&t->special), t->special.len, &t->pax);
	case 'L':
		return special(t, &t->name);
	case 'K':
		return special(t, &t->link);
	case 'g': /* engines do not apply what it says */
	case 'V':
		set_content(t, t->header.size);
		return skip_content(t);
	default:
		*done = false;
		return NULL;
	}
}

/* The rest of an old sparse file's map. */
static struct err *skip_map(struct tar *t)
{
	unsigned char room[TAR_BLOCK];
	const unsigned char *block;

	while (t->header.extended) {
		TRY(next_block(t, room, &block));
		if (!block)
			return err_short();
		t->header.extended = block[504];
	}
	return NULL;
}

static enum tar_type type_of(char c, const char *path)
{
	size_t n = strlen(path);

	if (c == '\0' && n > 0 && path[n - 1] == '/')
		return TAR_DIR; /* before there was a type */
	return c >= TAR_HARDLINK && c <= TAR_FIFO ? (enum tar_type)c : TAR_FILE;
}

static const char *first_text(const struct str *a, const struct str *b, const char *c)
{
	return a->len ? str_get(a) : b->len ? str_get(b) : c;
}

static struct err *set_owner(const struct tar *t, struct tar_entry *e)
{
	int64_t uid = t->pax.uid >= 0 ? t->pax.uid : t->header.uid;
	int64_t gid = t->pax.gid >= 0 ? t->pax.gid : t->header.gid;

	if (uid < 0 || uid > UINT32_MAX || gid < 0 || gid > UINT32_MAX)
		return err_new(ERR_INPUT, "a layer is no tar: an owner is no number of one");
	e->uid = (uint32_t)uid;
	e->gid = (uint32_t)gid;
	return NULL;
}

static struct err *set_size(struct tar *t, struct tar_entry *e)
{
	int64_t stored = t->pax.size >= 0 ? t->pax.size : t->header.size;

	if (stored < 0 || stored > INT64_MAX - TAR_BLOCK || t->header.real_size < 0)
		return err_new(ERR_INPUT, "a layer claims files of impossible size");
	e->stored = e->type == TAR_FILE ? stored : 0;
	e->size = e->stored;
	e->sparse = e->type == TAR_FILE && (t->pax.sparse || t->header.type == 'S');
	if (e->sparse)
		e->size = t->pax.sparse ? t->pax.real_size : t->header.real_size;
	set_content(t, e->stored);
	return NULL;
}

static struct err *entry(struct tar *t, struct tar_entry *e)
{
	const struct tar_header *h = &t->header;

	/* a long name of GNU's before one of PAX, as Go has it */
	e->path = first_text(&t->pax.sparse_name, &t->name, "");
	if (!*e->path)
		e->path = t->pax.path.len ? str_get(&t->pax.path) : h->name;
	e->link = first_text(&t->link, &t->pax.link, h->link);
	if (strlen(e->path) >= TAR_PATH_MAX || strlen(e->link) >= TAR_PATH_MAX)
		return err_new(ERR_INPUT, "a layer has a path of more than %d bytes", TAR_PATH_MAX);
	e->type = type_of(h->type, e->path);
	e->mtime = t->pax.has_mtime ? t->pax.mtime : h->mtime;
	e->mode = (uint32_t)h->mode & 07777;
	e->major = (uint32_t)h->major;
	e->minor = (uint32_t)h->minor;
	TRY(set_owner(t, e));
	TRY(skip_map(t));
	return set_size(t, e);
}

struct err *tar_next(struct tar *t, struct tar_entry *out, bool *more_out)
{
	unsigned char room[TAR_BLOCK];
	const unsigned char *block;
	bool extends = true;

	TRY(skip_content(t));
	pax_clear(&t->pax);
	str_clear(&t->name);
	str_clear(&t->link);
	while (extends) {
		TRY(next_block(t, room, &block));
		*more_out = block && !tar_block_is_zero(block);
		if (!*more_out)
			return NULL;
		TRY(tar_header_read(block, &t->header));
		TRY(extension(t, &extends));
	}
	return entry(t, out);
}
