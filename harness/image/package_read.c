/* What the files of package managers say. Nothing in them is believed but names, versions and
 * paths, and a damaged one says less, not wrong. */
#include "base/json.h"
#include "image/layer_build.h"

#define WORD_MAX 512 /* a name or version */

static struct err *add_word(struct layer *l, const char *text, uint32_t *at_out)
{
	return layer_add_text(l, text, strnlen(text, WORD_MAX), at_out);
}

struct err *layer_add_package(struct layer *l, enum package_manager m, uint32_t entry,
	const char *key, const char *name, const char *version)
{
	struct layer_package p = { .entry = entry, .manager = m };

	if (l->owned_count > UINT32_MAX - 1)
		return err_new(ERR_INPUT, "the packages of a layer own too many files");
	p.owned = (uint32_t)l->owned_count;
	TRY(add_word(l, name, &p.name));
	TRY(add_word(l, version, &p.version));
	TRY(layer_add_text(l, key, strnlen(key, TAR_PATH_MAX), &p.key));
	*GROW(l->packages, l->package_count, l->package_room) = p;
	return NULL;
}

void layer_add_owned(struct layer *l, const char *path, size_t n)
{
	char clean[TAR_PATH_MAX], given[TAR_PATH_MAX];

	if (l->package_count == 0 || n >= TAR_PATH_MAX || l->owned_count >= UINT32_MAX)
		return;
	memcpy(given, path, n);
	given[n] = '\0';
	n = tar_path_clean(given, clean);
	*GROW(l->owned, l->owned_count, l->owned_room) = tar_path_hash(clean, n);
	l->packages[l->package_count - 1].owned_count++;
}

/* A line of `*text`, without its end; false where there is none. */
static bool next_line(const char **text, const char **line_out, size_t *n_out)
{
	if (!**text)
		return false;
	*line_out = *text;
	*n_out = strcspn(*text, "\n");
	*text += *n_out + ((*text)[*n_out] == '\n');
	if (*n_out > 0 && (*line_out)[*n_out - 1] == '\r')
		--*n_out;
	return true;
}

/* The value of a line "KEY: VALUE", put into `to`; false where it is another's. */
static bool field(const char *line, size_t n, const char *key, struct str *to)
{
	size_t m = strlen(key);

	if (n <= m || strncasecmp(line, key, m) != 0 || line[m] != ':')
		return false;
	for (m++; m < n && line[m] == ' ';)
		m++;
	str_clear(to);
	str_addn(to, line + m, n - m < WORD_MAX ? n - m : WORD_MAX);
	return true;
}

struct stanza {
	struct str name, version, status;
};

static void stanza_done(struct stanza *s)
{
	str_done(&s->name);
	str_done(&s->version);
	str_done(&s->status);
}

static void stanza_clear(struct stanza *s)
{
	str_clear(&s->name);
	str_clear(&s->version);
	str_clear(&s->status);
}

/* A stanza ended: an installed package, where it names one. distroless gives no status; its files
 * are joined by their own name, `key`, which is NULL elsewhere. */
static struct err *dpkg_stanza(struct layer *l, uint32_t entry, const char *key, struct stanza *s)
{
	const char *name = str_get(&s->name), *status = str_get(&s->status);
	bool installed = !*status || str_ends(status, " installed");

	if (*name && *str_get(&s->version) && installed)
		TRY(layer_add_package(
			l, PACKAGE_DPKG, entry, key ? key : name, name, str_get(&s->version)));
	stanza_clear(s);
	return NULL;
}

/* "usr/lib/dpkg/info/libc6:amd64.list": libc6. */
static char *package_of_file(const char *path)
{
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
	size_t n = strlen(name) - (str_ends(name, ".list")	       ? 5
					  : str_ends(name, ".md5sums") ? 8
								       : 0);
	const char *colon = memchr(name, ':', n);

	return xstrndup(name, colon ? (size_t)(colon - name) : n);
}

static struct err *read_dpkg(struct layer *l, uint32_t entry, const char *text, bool one)
{
	_cleanup_(freep) char *key = one ? package_of_file(layer_text(l, l->entries[entry].path))
					 : NULL;
	_cleanup_(stanza_done) struct stanza s = { 0 };
	const char *line;
	size_t n;

	while (next_line(&text, &line, &n)) {
		if (n == 0)
			TRY(dpkg_stanza(l, entry, key, &s));
		else if (!field(line, n, "Package", &s.name) &&
			 !field(line, n, "Version", &s.version))
			field(line, n, "Status", &s.status);
	}
	return dpkg_stanza(l, entry, key, &s);
}

/* Paths a line; with sums, behind the first two spaces. */
static struct err *read_list(struct layer *l, uint32_t entry, const char *text, bool sums)
{
	_cleanup_(freep) char *name = package_of_file(layer_text(l, l->entries[entry].path));
	const char *line, *space;
	size_t n;

	TRY(layer_add_package(l, PACKAGE_DPKG, entry, name, name, ""));
	while (next_line(&text, &line, &n)) {
		space = sums ? memchr(line, ' ', n) : NULL;
		while (space && space < line + n && *space == ' ')
			space++;
		if (space)
			layer_add_owned(l, space, (size_t)(line + n - space));
		else if (!sums)
			layer_add_owned(l, line, n);
	}
	return NULL;
}

/* One line of apk's database; *open: a package's own lines are being read. */
static struct err *apk_line(struct layer *l, uint32_t entry, struct stanza *s, struct str *dir,
	const char *line, size_t n, bool *open)
{
	_cleanup_(str_done) struct str path = STR_INIT;

	if (field(line, n, "P", &s->name) || field(line, n, "V", &s->version))
		return NULL;
	if (!*open && s->name.len && s->version.len) {
		*open = true;
		TRY(layer_add_package(l, PACKAGE_APK, entry, str_get(&s->name), str_get(&s->name),
			str_get(&s->version)));
	}
	if (!*open || n < 2 || line[1] != ':')
		return NULL;
	if (line[0] == 'F') {
		str_clear(dir);
		str_addn(dir, line + 2, n - 2);
	} else if (line[0] == 'R') {
		str_addf(&path, "%s/%.*s", str_get(dir), (int)(n - 2), line + 2);
		layer_add_owned(l, str_get(&path), path.len);
	}
	return NULL;
}

static struct err *read_apk(struct layer *l, uint32_t entry, const char *text)
{
	_cleanup_(stanza_done) struct stanza s = { 0 };
	_cleanup_(str_done) struct str dir = STR_INIT;
	const char *line;
	bool open = false;
	size_t n;

	while (next_line(&text, &line, &n)) {
		TRY(apk_line(l, entry, &s, &dir, line, n, &open));
		if (n > 0)
			continue;
		stanza_clear(&s);
		str_clear(&dir);
		open = false;
	}
	return apk_line(l, entry, &s, &dir, "", 0, &open);
}

/* Where a Python package's files lie: the directory of METADATA, or the egg-info itself. */
static char *pip_key(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash && !str_ends(path, ".egg-info") ? xstrndup(path, (size_t)(slash - path))
						     : xstrdup(path);
}

static struct err *read_pip(struct layer *l, uint32_t entry, const char *text)
{
	_cleanup_(freep) char *key = pip_key(layer_text(l, l->entries[entry].path));
	_cleanup_(stanza_done) struct stanza s = { 0 };
	const char *line;
	size_t n;

	while (next_line(&text, &line, &n) && n > 0)
		if (!field(line, n, "Name", &s.name))
			field(line, n, "Version", &s.version);
	if (!s.name.len || !s.version.len)
		return NULL;
	return layer_add_package(l, PACKAGE_PIP, entry, key, str_get(&s.name), str_get(&s.version));
}

/* Paths from the directory above, the first field of a line of CSV. */
static struct err *read_record(struct layer *l, uint32_t entry, const char *text)
{
	_cleanup_(freep) char *key = pip_key(layer_text(l, l->entries[entry].path));
	const char *slash = strrchr(key, '/'), *line;
	int above = slash ? (int)(slash - key) : 0;
	size_t n;

	TRY(layer_add_package(l, PACKAGE_PIP, entry, key, "", ""));
	while (next_line(&text, &line, &n)) {
		_cleanup_(str_done) struct str path = STR_INIT;
		bool quoted = n > 0 && *line == '"';
		const char *end = memchr(line + quoted, quoted ? '"' : ',', n - quoted);

		if (!end)
			continue;
		if (line[quoted] != '/')
			str_addf(&path, "%.*s/", above, key);
		str_addn(&path, line + quoted, (size_t)(end - line) - quoted);
		layer_add_owned(l, str_get(&path), path.len);
	}
	return NULL;
}

static struct err *read_npm(struct layer *l, uint32_t entry, const struct str *text)
{
	_cleanup_(json_doc_freep) struct json_doc *doc = NULL;
	_cleanup_(freep) char *name = NULL, *version = NULL;
	const char *path = layer_text(l, l->entries[entry].path);
	_cleanup_(freep) char *dir = xstrndup(path, strlen(path) - strlen("/package.json"));
	_cleanup_(err_freep) struct err *e = json_parse(
		"package.json", str_get(text), text->len, &doc);

	if (!e)
		e = json_str(json_root(doc), "name", &name);
	if (!e)
		e = json_str(json_root(doc), "version", &version);
	return e ? NULL : layer_add_package(l, PACKAGE_NPM, entry, dir, name, version);
}

struct err *package_file_read(
	struct layer *l, uint32_t entry, enum package_file kind, const struct str *text)
{
	switch (kind) {
	case DPKG_STATUS:
	case DPKG_STATUS_D:
		return read_dpkg(l, entry, str_get(text), kind == DPKG_STATUS_D);
	case DPKG_LIST:
	case DPKG_SUMS:
		return read_list(l, entry, str_get(text), kind == DPKG_SUMS);
	case APK_INSTALLED:
		return read_apk(l, entry, str_get(text));
	case PIP_METADATA:
		return read_pip(l, entry, str_get(text));
	case PIP_RECORD:
		return read_record(l, entry, str_get(text));
	case NPM_PACKAGE:
		return read_npm(l, entry, text);
	case CARGO_INSTALLED:
		return cargo_installed_read(l, entry, str_get(text));
	default:
		return NULL;
	}
}
