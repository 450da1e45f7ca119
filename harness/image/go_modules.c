/* Go's build information inside a program (debug/buildinfo): a magic, then, since Go 1.18, two
 * strings with their lengths; the second lists the modules. */
#include "image/layer_build.h"

#define MAGIC	    "\xff Go buildinf:"
#define MAGIC_BYTES 14
#define HEADER	    32
#define INLINE	    2 /* the flag: strings follow, not pointers */
#define FOUND_MAX   (1 << 20)

static const char *find(const char *bytes, size_t n)
{
	return memmem(bytes, n, MAGIC, MAGIC_BYTES);
}

const struct content_wanted go_wanted = {
	.look = MAGIC_BYTES, .keep = FOUND_MAX, .elf = true, .find = find
};

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

struct err *go_modules_add(struct layer *l, uint32_t entry, const struct content_search *g)
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
