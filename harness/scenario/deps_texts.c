/* One small package more, in the words of each package manager. Each package is there to stay, needs
 * no other, and has two stand-bys in case it is a dependency already. */
#include "scenario/deps.h"
#include "scenario/private.h"

static struct edit_spec *edit_add(struct scenario *s, const char *file, char *find, char *text,
	char *says)
{
	struct edit_spec *e = GROW(s->edits, s->edit_count, s->edit_room);

	*e = (struct edit_spec){ .edit = EDIT_DEPS,
		.how = find ? EDIT_REPLACE : EDIT_APPEND,
		.file = xstrdup(file),
		.find = find,
		.text = text,
		.says = says };
	return e;
}

static bool stands_once(const char *text, const char *part)
{
	const char *at = strstr(text, part);

	return at && !strstr(at + 1, part);
}

/* What must come before text that is appended. */
static const char *line_end(const char *text)
{
	size_t n = strlen(text);

	return n && text[n - 1] != '\n' ? "\n" : "";
}

/* The first whose name stands in neither text; count: none. */
static size_t first_new(const char *const *names, size_t count, const struct manifest_found *m)
{
	size_t i = 0;

	while (i < count && (strstr(m->text, names[i]) || (m->lock && strstr(m->lock_text, names[i]))))
		i++;
	return i;
}

static const char all_there[] = "the packages that it would add are there already";

static const char *pip_add(struct scenario *s, const struct manifest_found *m)
{
	static const char *const names[] = { "iniconfig", "toolz", "colorama" };
	static const char *const versions[] = { "2.0.0", "0.12.1", "0.4.6" };
	size_t k = first_new(names, ARRAY_SIZE(names), m);

	if (strstr(m->text, "--hash"))
		return "it pins hashes";
	if (k == ARRAY_SIZE(names))
		return all_there;
	edit_add(s, m->path, NULL,
		xasprintf("%s%s==%s  # TOKEN\n", line_end(m->text), names[k], versions[k]),
		xasprintf("%s %s more", names[k], versions[k]));
	return NULL;
}

/* "packages": { … "dependencies": { of the lock's root, as it stands there; NULL: another form. */
static char *npm_root(const char *lock)
{
	const char *start = strstr(lock, "\"packages\": {"), *root, *end, *first;

	root = start ? strstr(start, "\"\": {") : NULL;
	end = root ? strstr(root, "\"dependencies\": {") : NULL;
	first = root ? strstr(root, "\"node_modules/") : NULL;
	if (!end || (first && first < end))
		return NULL;
	return xstrndup(start, (size_t)(end - start) + strlen("\"dependencies\": {"));
}

static const struct {
	const char *version, *integrity;
} npm_packages[] = {
	{ "1.1.1",
		"sha512-xceH2snhtb5M9liqDsmEw56le376mTZkEX/jEb/RxNFyegNul7eNslCXP9FDj/Lcu0X8KEyMceP2ntpaHrDEVA==" },
	{ "2.1.3",
		"sha512-6FlzubTLZG3J2a/NVCAleEhjzq5oxgHyaCU9yYXvcLsvoVaHJq/s5xXI6/XXP6tz7R9xAOtHnSO/tXtF3WRTlA==" },
	{ "1.3.0",
		"sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA==" },
};

static void npm_lock_add(
	struct scenario *s, const struct manifest_found *m, char *root, const char *name, size_t k)
{
	static const char packages[] = "\"packages\": {";

	edit_add(s, m->lock, root,
		xasprintf("%s\n    \"node_modules/%s\": {\n      \"version\": \"%s\",\n"
			  "      \"integrity\": \"%s\",\n      \"edit\": \"TOKEN\"\n    },%s\n"
			  "        \"%s\": \"%s\",",
			packages, name, npm_packages[k].version, npm_packages[k].integrity,
			root + strlen(packages), name, npm_packages[k].version),
		xstrdup("the same in the lock file"));
}

static const char *npm_add(struct scenario *s, const struct manifest_found *m)
{
	static const char *const names[] = { "picocolors", "ms", "left-pad" };
	static const char find[] = "\"dependencies\": {\n";
	const char *quoted[] = { "\"picocolors\"", "\"ms\"", "\"left-pad\"" };
	size_t k = first_new(quoted, ARRAY_SIZE(names), m);
	char *root = m->lock ? npm_root(m->lock_text) : NULL;

	if (!stands_once(m->text, find) || (m->lock && !(root && stands_once(m->lock_text, root)))) {
		free(root);
		return "its dependencies are not written as npm writes them";
	}
	if (k == ARRAY_SIZE(names)) {
		free(root);
		return all_there;
	}
	edit_add(s, m->path, xstrdup(find),
		xasprintf("\"edit\": \"TOKEN\",\n  %s    \"%s\": \"%s\",\n", find, names[k],
			npm_packages[k].version),
		xasprintf("%s %s more", names[k], npm_packages[k].version));
	if (root)
		npm_lock_add(s, m, root, names[k], k);
	return NULL;
}

static const char *go_add(struct scenario *s, const struct manifest_found *m)
{
	static const char *const names[] = { "github.com/pkg/errors", "github.com/google/uuid" };
	static const char *const sums[][3] = {
		{ "v0.9.1", "FEBLx1zS214owpjy7qsBeixbURkuhQAwrK5UwLGTwt4=",
			"bwawxfHBFNV+L2hUp1rHADufV3IMtnDRdf1r5NINEl0=" },
		{ "v1.6.0", "NIvaJDMOsjHA8n1jAhLSgzrAzy1Hgr+hNrb57e+94F0=",
			"TIyPZe4MgqvfeYDBFedMoGGpEw/LqOeaOT+nhxU+yHo=" },
	};
	size_t k = first_new(names, ARRAY_SIZE(names), m);

	if (!strstr(m->dockerfile, "go mod download"))
		return "go build downloads what is imported only: run go mod download before it";
	if (k == ARRAY_SIZE(names))
		return all_there;
	edit_add(s, m->path, NULL,
		xasprintf("%srequire %s %s // TOKEN\n", line_end(m->text), names[k], sums[k][0]),
		xasprintf("%s %s more", names[k], sums[k][0]));
	/* go.sum knows no comment: a line of a module that nobody asks for holds the token */
	if (m->lock)
		edit_add(s, m->lock, NULL,
			xasprintf("%s%s %s h1:%s\n%s %s/go.mod h1:%s\n"
				  "edit.invalid/tare v0.0.0-TOKEN h1:%s\n",
				line_end(m->lock_text), names[k], sums[k][0], sums[k][1], names[k],
				sums[k][0], sums[k][2], sums[k][1]),
			xstrdup("its sums"));
	return NULL;
}

/* The root package's list in the lock, up to its first line; NULL: it has none. */
static char *cargo_root(const struct manifest_found *m)
{
	const char *name = strstr(m->text, "name = \""), *end, *list;
	_cleanup_(freep) char *line = NULL;

	end = name ? strchr(name, '\n') : NULL;
	if (!end)
		return NULL;
	line = xasprintf("[[package]]\n%.*s\n", (int)(end - name), name);
	name = strstr(m->lock_text, line);
	list = name ? strstr(name, "dependencies = [\n") : NULL;
	end = name ? strstr(name + 1, "[[package]]") : NULL;
	if (!list || (end && end < list))
		return NULL;
	return xstrndup(name, (size_t)(list - name) + strlen("dependencies = [\n"));
}

static const char *cargo_add(struct scenario *s, const struct manifest_found *m)
{
	static const char find[] = "[dependencies]\n";
	static const char *const names[] = { "fnv" };
	char *root = m->lock ? cargo_root(m) : NULL;

	if (!stands_once(m->text, find) || (m->lock && !(root && stands_once(m->lock_text, root)))) {
		free(root);
		return "its dependencies are not written as cargo writes them";
	}
	if (first_new(names, ARRAY_SIZE(names), m)) {
		free(root);
		return all_there;
	}
	edit_add(s, m->path, xstrdup(find), xasprintf("%sfnv = \"=1.0.7\" # TOKEN\n", find),
		xstrdup("fnv 1.0.7 more"));
	if (!root)
		return NULL;
	edit_add(s, m->lock, root, xasprintf("%s \"fnv\", # TOKEN\n", root),
		xstrdup("the same in the lock file"));
	edit_add(s, m->lock, NULL,
		xasprintf("%s\n[[package]]\nname = \"fnv\"\nversion = \"1.0.7\" # TOKEN\n"
			  "source = \"registry+https://github.com/rust-lang/crates.io-index\"\n"
			  "checksum = \"3f9eec918d3f24069decb9af1554cad7c880e2da24a9afd88aca000531ab82c1\"\n",
			line_end(m->lock_text)),
		xstrdup("its checksum"));
	return NULL;
}

static const char *maven_add(struct scenario *s, const struct manifest_found *m)
{
	static const char find[] = "<dependencies>";

	if (!stands_once(m->text, find))
		return "it has not one list of dependencies";
	if (strstr(m->text, "<artifactId>jspecify<"))
		return all_there;
	edit_add(s, m->path, xstrdup(find),
		xasprintf("%s\n    <dependency><!-- TOKEN -->\n"
			  "      <groupId>org.jspecify</groupId>\n"
			  "      <artifactId>jspecify</artifactId>\n"
			  "      <version>1.0.0</version>\n    </dependency>",
			find),
		xstrdup("org.jspecify:jspecify 1.0.0 more"));
	return NULL;
}

static const char *unknown_add(struct scenario *s, const struct manifest_found *m)
{
	return "what a small change of it is, tare does not know";
}

const struct package_manager package_managers[] = {
	{ "pip", "requirements.txt", NULL, pip_add },
	{ "npm", "package.json", "package-lock.json", npm_add },
	{ "go", "go.mod", "go.sum", go_add },
	{ "cargo", "Cargo.toml", "Cargo.lock", cargo_add },
	{ "maven", "pom.xml", NULL, maven_add },
	{ "python", "pyproject.toml", NULL, unknown_add },
	{ "bundler", "Gemfile", NULL, unknown_add },
	{ "composer", "composer.json", NULL, unknown_add },
	{ "gradle", "build.gradle", NULL, unknown_add },
	{ "gradle", "build.gradle.kts", NULL, unknown_add },
	{ NULL, NULL, NULL, NULL },
};
