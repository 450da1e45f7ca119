/* Layers from a line of text, for tests of the tree: "f a/b 10 1; w a/b | h x a/b". A layer ends
 * at "|", an entry at ";": f PATH SIZE [SEED], d PATH, l PATH TARGET, h PATH TARGET, w PATH (a
 * whiteout), o PATH (opaque). */
#ifndef IMAGE_STACK_H
#define IMAGE_STACK_H

#include "image/layer.h"

#define STACK_MAX 16

struct memory_stream {
	struct stream s;
	const struct str *bytes;
	bool done;
};

static inline struct err *memory_next(struct stream *s, const void **bytes_out, size_t *n_out)
{
	struct memory_stream *m = (struct memory_stream *)s;

	*bytes_out = str_get(m->bytes);
	*n_out = m->done ? 0 : m->bytes->len;
	m->done = true;
	return NULL;
}

/* One ustar header. */
static inline void stack_header(
	struct str *tar, char type, const char *path, const char *link, size_t size, unsigned mode)
{
	char block[512] = "";
	unsigned sum = 0;

	snprintf(block, 100, "%.99s", path);
	snprintf(block + 100, 8, "%07o", mode & 07777);
	snprintf(block + 108, 8, "%07o", 0);
	snprintf(block + 116, 8, "%07o", 0);
	snprintf(block + 124, 12, "%011o", (unsigned)size);
	snprintf(block + 136, 12, "%011o", 1700000000);
	memset(block + 148, ' ', 8);
	block[156] = type;
	snprintf(block + 157, 100, "%.99s", link);
	memcpy(block + 257, "ustar\00000", 8);
	for (int i = 0; i < 512; i++)
		sum += (unsigned char)block[i];
	snprintf(block + 148, 8, "%06o", sum);
	str_addn(tar, block, sizeof(block));
}

/* A file of these bytes. */
static inline void stack_file(
	struct str *tar, const char *path, const char *bytes, size_t n, unsigned mode)
{
	stack_header(tar, '0', path, "", n, mode);
	str_addn(tar, bytes, n);
	while (tar->len % 512)
		str_addc(tar, '\0');
}

/* One header and a content of its own. */
static inline void stack_entry(
	struct str *tar, char type, const char *path, const char *link, size_t size, int seed)
{
	stack_header(tar, type, path, link, size, type == '5' ? 0755 : 0644);
	for (size_t i = 0; i < (size + 511) / 512 * 512; i++)
		str_addc(tar, (char)(i < size ? (int)i * 7 + seed : 0));
}

static inline void stack_word(struct str *tar, const char *line)
{
	char kind, path[80] = "", link[80] = "", name[100];
	const char *slash;
	size_t size = 0;
	int seed = 0;

	if (sscanf(line, " %c %79s %79s", &kind, path, link) < 2)
		return;
	slash = strrchr(path, '/');
	if (kind == 'f') {
		sscanf(line, " f %*s %zu %d", &size, &seed);
		stack_entry(tar, '0', path, "", size, seed);
	} else if (kind == 'w' || kind == 'o') {
		snprintf(name, sizeof(name), "%.*s.wh.%s",
			kind == 'o' ? 0
			: slash	    ? (int)(slash + 1 - path)
				    : 0,
			path,
			kind == 'o' ? ""
			: slash	    ? slash + 1
				    : path);
		if (kind == 'o')
			snprintf(name, sizeof(name), "%s/.wh..wh..opq", path);
		stack_entry(tar, '0', name, "", 0, 0);
	} else {
		stack_entry(tar, kind == 'd' ? '5' : kind == 'h' ? '1' : '2', path, link, 0, 0);
	}
}

/* The layer of a tar that lacks its end. */
static inline struct layer *stack_layer(struct str *tar)
{
	struct memory_stream m = { .s.next = memory_next, .bytes = tar };
	struct layer *l = NULL;

	str_addn(tar, (char[1024]){ 0 }, 1024);
	assert_null(layer_read(&m.s, 0, &l));
	return l;
}

/* The layers of a text; their number. */
static inline size_t stack_layers(const char *text, struct layer *layers[STACK_MAX])
{
	_cleanup_(strv_done) struct strv parts = STRV_INIT;
	size_t i;

	strv_split(&parts, text, '|');
	for (i = 0; i < parts.count && i < STACK_MAX; i++) {
		_cleanup_(strv_done) struct strv lines = STRV_INIT;
		_cleanup_(str_done) struct str tar = STR_INIT;

		strv_split(&lines, parts.items[i], ';');
		for (size_t k = 0; k < lines.count; k++)
			stack_word(&tar, lines.items[k]);
		layers[i] = stack_layer(&tar);
	}
	return i;
}

#endif
