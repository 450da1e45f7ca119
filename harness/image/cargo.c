/* The crates of a Rust program, as cargo auditable lists them in its section .dep-v0: JSON that zlib
 * packed. A stream does not tell where a section is before its end, so the list is known by how it
 * begins. And those that cargo installed, by the file it keeps of them. */
#include "base/json.h"
#include "image/inflate.h"
#include "image/layer_build.h"

#define LOOK	   256
#define PACKED_MAX (1 << 20)
#define LIST_MAX   (8 << 20)
#define BEGINNING  "{\"packages\":[{"

/* A zlib stream of a usual level whose first block is a packed one (RFC 1950, 1951). */
static bool may_begin(const unsigned char *at)
{
	return (at[1] == 0x01 || at[1] == 0x5e || at[1] == 0x9c || at[1] == 0xda) &&
	       ((at[2] & 6) == 4 || (at[2] & 6) == 2);
}

static const char *find(const char *bytes, size_t n)
{
	const char *at = bytes;
	char out[sizeof(BEGINNING) - 1];

	for (; n >= LOOK && (at = memchr(at, 0x78, (size_t)(bytes + n - LOOK + 1 - at))); at++)
		if (may_begin((const unsigned char *)at) &&
			inflate_some(INFLATE_ZLIB, at, LOOK, out, sizeof(out)) == sizeof(out) &&
			memcmp(out, BEGINNING, sizeof(out)) == 0)
			return at;
	return NULL;
}

const struct content_wanted cargo_wanted = {
	.look = LOOK, .keep = PACKED_MAX, .elf = true, .find = find
};

/* One of the list; what only built it is not in it. */
static struct err *add_crate(struct layer *l, uint32_t entry, struct json_at at, bool root)
{
	bool is_root;
	_cleanup_(freep) char *name = NULL, *version = NULL, *kind = NULL;
	_cleanup_(freep) char *key = xstrdup(layer_text(l, l->entries[entry].path));
	_cleanup_(err_freep) struct err *e = json_str(at, "name", &name);

	if (!e)
		e = json_str(at, "version", &version);
	if (!e)
		e = json_str_or(at, "kind", "runtime", &kind);
	if (!e)
		e = json_bool_or(at, "root", false, &is_root);
	if (e || is_root != root || !str_eq(kind, "runtime") || !*name)
		return NULL;
	return layer_add_package(l, PACKAGE_CARGO, entry, key, name, *version ? version : "unknown");
}

struct err *cargo_crates_add(struct layer *l, uint32_t entry, const struct content_search *s)
{
	_cleanup_(json_doc_freep) struct json_doc *doc = NULL;
	_cleanup_(err_freep) struct err *e = NULL;
	_cleanup_(freep) char *list = NULL;
	struct json_at all;
	size_t n;

	if (!s->found)
		return NULL;
	list = xrealloc(NULL, LIST_MAX, 1);
	n = inflate_some(INFLATE_ZLIB, s->head.buf, s->head.len, list, LIST_MAX);
	e = json_parse(".dep-v0", list, n, &doc);
	if (e)
		return NULL;
	all = json_member(json_root(doc), "packages");
	/* the program's own crate comes first: its file is that one's */
	for (int root = 1; root >= 0; root--)
		for (size_t i = 0; i < json_count(all); i++)
			TRY(add_crate(l, entry, json_element(all, i), root));
	return NULL;
}

/* "\"ripgrep 13.0.0 (registry+https://…)\" = [\"rg\"]" of .crates.toml, whose programs are in
 * bin/ beside it. */
static struct err *installed_line(struct layer *l, uint32_t entry, char *line)
{
	const char *path = layer_text(l, l->entries[entry].path), *slash = strrchr(path, '/');
	_cleanup_(freep) char *dir = xstrndup(path, slash ? (size_t)(slash - path) : 0);
	char *name, *version, *program;

	if (*line != '"')
		return NULL;
	line++;
	name = strsep(&line, " ");
	version = line ? strsep(&line, " ") : NULL;
	if (!version || !*name || !*version)
		return NULL;
	TRY(layer_add_package(l, PACKAGE_CARGO, entry, name, name, version));
	line = line ? strchr(line, '[') : NULL;
	while (line && strsep(&line, "\"") && line && (program = strsep(&line, "\""))) {
		_cleanup_(freep) char *file = xasprintf("%s/bin/%s", dir, program);

		layer_add_owned(l, file, strlen(file));
	}
	return NULL;
}

struct err *cargo_installed_read(struct layer *l, uint32_t entry, const char *text)
{
	_cleanup_(freep) char *copy = xstrdup(text);
	char *rest = copy, *line;

	while ((line = strsep(&rest, "\n")))
		TRY(installed_line(l, entry, line));
	return NULL;
}
