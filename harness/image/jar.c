/* Java's archives. Each file in a zip begins with a header of its own, and archives in archives are
 * mostly stored as they are, so one pass over the bytes finds Maven's pom.properties of all of them
 * without the directory at the end (PKWARE APPNOTE 4.3.7). */
#include "image/inflate.h"
#include "image/layer_build.h"

#define HEADER	  30
#define DATA_MAX  (16 << 10) /* of a file that is read; they are a few lines */
#define FOUND_MAX 8192	     /* of an archive */
#define NAME_MAX_ 512

static const char mark[] = "PK\3\4";

void jar_search_done(struct jar_search *j)
{
	str_done(&j->held);
	strv_done(&j->found);
	strv_done(&j->inner);
	free(j->manifest);
	*j = (struct jar_search){ 0 };
}

void jar_search_begin(struct jar_search *j)
{
	jar_search_done(j);
}

static unsigned word(const char *at)
{
	return (unsigned char)at[0] | (unsigned)(unsigned char)at[1] << 8;
}

/* A header that is whole: its file's name and what follows it. */
struct zipped {
	const char *name, *data;
	size_t name_size, data_size; /* of what is there */
	unsigned method;
};

/* False where more bytes are needed. */
static bool header(const char *at, size_t n, struct zipped *out)
{
	size_t extra;

	if (n < HEADER)
		return false;
	out->method = word(at + 8);
	out->name = at + HEADER;
	out->name_size = word(at + 26);
	extra = word(at + 28);
	if (n < HEADER + out->name_size + extra)
		return false;
	out->data = at + HEADER + out->name_size + extra;
	out->data_size = n - HEADER - out->name_size - extra;
	return true;
}

static bool name_ends(const struct zipped *z, const char *with)
{
	size_t m = strlen(with);

	return z->name_size >= m && z->name_size < NAME_MAX_ &&
	       memcmp(z->name + z->name_size - m, with, m) == 0;
}

static bool name_starts(const struct zipped *z, const char *with)
{
	return z->name_size >= strlen(with) && memcmp(z->name, with, strlen(with)) == 0;
}

static bool is_pom(const struct zipped *z)
{
	return name_ends(z, "/pom.properties") && name_starts(z, "META-INF/maven/");
}

static bool is_manifest(const struct zipped *z)
{
	return z->name_size == strlen("META-INF/MANIFEST.MF") &&
	       name_starts(z, "META-INF/MANIFEST.MF");
}

/* Its text: unpacked, or as it stands there. */
static void content(const struct zipped *z, struct str *out)
{
	char text[DATA_MAX];
	size_t n = z->data_size < DATA_MAX ? z->data_size : DATA_MAX;

	if (z->method == 8)
		str_addn(out, text,
			inflate_some(INFLATE_RAW, z->data, z->data_size, text, sizeof(text)));
	else if (z->method == 0)
		str_addn(out, z->data, n);
}

/* The value of a line "KEY=VALUE" or "KEY: VALUE", new; NULL where there is none. */
static char *value_of(const char *text, const char *key, char separator)
{
	size_t m = strlen(key);

	for (const char *line = text; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (strncmp(line, key, m) != 0 || line[m] != separator)
			continue;
		line += m + 1;
		line += strspn(line, " ");
		return xstrndup(line, strcspn(line, "\r\n"));
	}
	return NULL;
}

static void read_pom(struct jar_search *j, const struct zipped *z)
{
	_cleanup_(str_done) struct str text = STR_INIT;
	_cleanup_(freep) char *group = NULL, *artifact = NULL, *version = NULL;

	content(z, &text);
	group = value_of(str_get(&text), "groupId", '=');
	artifact = value_of(str_get(&text), "artifactId", '=');
	version = value_of(str_get(&text), "version", '=');
	if (!group || !artifact || !version || !*artifact || !*version ||
		j->found.count >= FOUND_MAX)
		return;
	strv_addf(&j->found, "%s:%s", group, artifact);
	strv_own(&j->found, TAKE_PTR(version));
}

/* The first is the archive's own. */
static void read_manifest(struct jar_search *j, const struct zipped *z)
{
	_cleanup_(str_done) struct str text = STR_INIT;

	if (j->manifest_seen)
		return;
	j->manifest_seen = true;
	content(z, &text);
	j->manifest = value_of(str_get(&text), "Implementation-Version", ':');
	if (!j->manifest)
		j->manifest = value_of(str_get(&text), "Bundle-Version", ':');
}

static void look_at(struct jar_search *j, const struct zipped *z)
{
	if (is_pom(z))
		read_pom(j, z);
	else if (is_manifest(z))
		read_manifest(j, z);
	else if (name_ends(z, ".jar") && j->inner.count < FOUND_MAX)
		strv_own(&j->inner, xstrndup(z->name, z->name_size));
}

/* Leave what was looked at. */
static void forget(struct jar_search *j, size_t n)
{
	j->held.len -= n;
	memmove(j->held.buf, j->held.buf + n, j->held.len);
}

void jar_search_add(struct jar_search *j, const void *bytes, size_t n)
{
	bool last = n == 0;
	size_t at = 0, keep = 0;

	str_addn(&j->held, bytes, n);
	while (at < j->held.len) {
		const char *from = j->held.buf + at, *found = memmem(from, j->held.len - at, mark, 4);
		size_t left = found ? (size_t)(j->held.buf + j->held.len - found) : 0;
		struct zipped z;

		keep = left;
		if (!found) {
			keep = j->held.len - at < 3 ? j->held.len - at : 3;
			break;
		}
		if (!header(found, left, &z))
			break;
		if ((is_pom(&z) || is_manifest(&z)) && z.data_size < DATA_MAX && !last)
			break;
		look_at(j, &z);
		at = (size_t)(found - j->held.buf) + 4;
		keep = 0;
	}
	forget(j, j->held.len - keep);
}

/* "lib/guava-31.1-jre.jar": a name, and a version from the first dash before a digit. */
static void name_parts(const char *path, char **name_out, char **version_out)
{
	const char *slash = strrchr(path, '/'), *base = slash ? slash + 1 : path;
	char *name = xstrndup(base, strlen(base) - 4);

	*name_out = name;
	*version_out = NULL;
	for (char *dash = name; *dash && !*version_out; dash++)
		if (dash > name && *dash == '-' && dash[1] >= '0' && dash[1] <= '9') {
			*dash = '\0';
			*version_out = xstrdup(dash + 1);
		}
}

/* Which of the coordinates that were found has this artifact; -1: none. */
static int64_t coordinate_of(const struct jar_search *j, const char *artifact, const char *version)
{
	for (size_t i = 0; i + 1 < j->found.count; i += 2) {
		const char *colon = strrchr(j->found.items[i], ':');

		if (str_eq(colon + 1, artifact) &&
			(!version || str_eq(j->found.items[i + 1], version)))
			return (int64_t)i;
	}
	return -1;
}

static struct err *add(struct layer *l, uint32_t entry, const char *name, const char *version)
{
	_cleanup_(freep) char *key = xstrdup(layer_text(l, l->entries[entry].path));

	return layer_add_package(l, PACKAGE_JAVA, entry, key, name, version);
}

/* An archive by its name, unless it says itself what it is. */
static struct err *add_named(
	struct jar_search *j, struct layer *l, uint32_t entry, const char *path, bool outer)
{
	_cleanup_(freep) char *name = NULL, *version = NULL;
	const char *said = NULL;
	int64_t i;

	name_parts(path, &name, &version);
	i = coordinate_of(j, name, version);
	if (i >= 0)
		return outer ? add(l, entry, j->found.items[i], j->found.items[i + 1]) : NULL;
	said = version ? version : outer && j->manifest ? j->manifest : NULL;
	return add(l, entry, name, said && *said ? said : "unknown");
}

struct err *jar_search_end(struct jar_search *j, struct layer *l, uint32_t entry)
{
	_cleanup_(freep) char *path = xstrdup(layer_text(l, l->entries[entry].path));

	TRY(add_named(j, l, entry, path, true));
	for (size_t i = 0; i + 1 < j->found.count; i += 2)
		TRY(add(l, entry, j->found.items[i], j->found.items[i + 1]));
	for (size_t i = 0; i < j->inner.count; i++)
		TRY(add_named(j, l, entry, j->inner.items[i], false));
	return NULL;
}
