/* Go's build information inside a program (debug/buildinfo): a magic, then, since Go 1.18, two
 * strings with their lengths; the second lists the modules. */
#include "image/layer_build.h"

#define MAGIC	    "\xff Go buildinf:"
#define MAGIC_BYTES 14
#define HEADER	    32
#define INLINE	    2 /* the flag: strings follow, not pointers */
#define FOUND_MAX   (1 << 20)

void go_search_begin(struct go_search *g)
{
	str_clear(&g->head);
	g->found = false;
}

static bool is_elf(const void *bytes, size_t n)
{
	return n >= 4 && memcmp(bytes, "\177ELF", 4) == 0;
}

/* Keep what follows the first `from` bytes of the head. */
static void cut_head(struct go_search *g, size_t from)
{
	g->head.len -= from;
	memmove(g->head.buf, g->head.buf + from, g->head.len);
}

static void keep_found(struct go_search *g, const char *bytes, size_t n)
{
	size_t room = g->head.len < FOUND_MAX ? FOUND_MAX - g->head.len : 0;

	g->found = true;
	str_addn(&g->head, bytes, n < room ? n : room);
}

void go_search_add(struct go_search *g, const void *piece, size_t n)
{
	size_t seen = n < MAGIC_BYTES ? n : MAGIC_BYTES - 1;
	const char *bytes = piece, *at;

	if (g->found)
		keep_found(g, bytes, n);
	if (g->found || n == 0 || (g->head.len == 0 && !is_elf(bytes, n)))
		return;
	/* across the end of the piece before, then in this one */
	str_addn(&g->head, bytes, seen);
	at = memmem(g->head.buf, g->head.len, MAGIC, MAGIC_BYTES);
	if (at) {
		cut_head(g, (size_t)(at - g->head.buf));
		keep_found(g, bytes + seen, n - seen);
		return;
	}
	at = memmem(bytes, n, MAGIC, MAGIC_BYTES);
	if (n >= MAGIC_BYTES) {
		str_clear(&g->head);
		str_addn(&g->head, bytes + n - (MAGIC_BYTES - 1), MAGIC_BYTES - 1);
	} else if (g->head.len > MAGIC_BYTES - 1) {
		cut_head(g, g->head.len - (MAGIC_BYTES - 1));
	}
	if (at) {
		str_clear(&g->head);
		keep_found(g, at, (size_t)(bytes + n - at));
	}
}

/* A length and as many bytes; false where they are not there. */
static bool string(const char **at, const char *end, const char **out, size_t *n_out)
{
	uint64_t n = 0;

	for (int shift = 0; shift < 35 && *at < end; shift += 7) {
		unsigned char b = (unsigned char)*(*at)++;

		n |= (uint64_t)(b & 0x7f) << shift;
		if (b & 0x80)
			continue;
		if (n > (uint64_t)(end - *at))
			return false;
		*out = *at;
		*n_out = (size_t)n;
		*at += n;
		return true;
	}
	return false;
}

/* "mod\tNAME\tVERSION\tSUM" or "dep\t…"; what replaces another is listed after it, as "=>". */
static struct err *add_module(struct layer *l, uint32_t entry, char *line)
{
	const char *path = layer_text(l, l->entries[entry].path);
	_cleanup_(freep) char *key = xstrdup(path);
	char *kind = strsep(&line, "\t"), *name = strsep(&line, "\t"),
	     *version = strsep(&line, "\t");

	if (!version || !*name || (strcmp(kind, "mod") != 0 && strcmp(kind, "dep") != 0))
		return NULL;
	return layer_add_package(l, PACKAGE_GO, entry, key, name, *version ? version : "unknown");
}

struct err *go_search_end(struct go_search *g, struct layer *l, uint32_t entry)
{
	const char *at, *end, *version, *modules;
	_cleanup_(freep) char *text = NULL;
	char *rest, *line;
	size_t n;

	if (!g->found || g->head.len < HEADER || !(g->head.buf[15] & INLINE))
		return NULL;
	at = g->head.buf + HEADER;
	end = g->head.buf + g->head.len;
	if (!string(&at, end, &version, &n) || !string(&at, end, &modules, &n) || n < 33)
		return NULL;
	/* sixteen bytes of a mark stand before and behind */
	text = xstrndup(modules + 16, n - 32);
	for (rest = text; (line = strsep(&rest, "\n"));)
		TRY(add_module(l, entry, line));
	return NULL;
}
