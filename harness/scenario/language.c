#include "scenario/language.h"

#include "base/str.h"

#define HASH	"# TOKEN\n"
#define SLASHES "// TOKEN\n"
#define DASHES	"-- TOKEN\n"
#define SEMIS	";; TOKEN\n"
#define STARS	"/* TOKEN */\n"
#define MARKUP	"<!-- TOKEN -->\n"

static const struct {
	const char *extensions, *comment;
} languages[] = {
	{ " py rb pl pm sh bash r jl ex exs cr nim tcl ", HASH },
	{ " go rs c h cc cpp cxx hh hpp java kt kts scala groovy cs fs swift dart zig d ",
		SLASHES },
	{ " js mjs cjs jsx ts mts cts tsx ", SLASHES },
	{ " lua hs elm sql adb ads ", DASHES },
	{ " clj cljs cljc el lisp scm ", SEMIS },
	{ " css scss less ", STARS },
	{ " html htm vue svelte ", MARKUP },
};

/* The extension, lower case or as written, as " py "; false: none, or too long for one. */
static bool extension_word(const char *path, char word[12])
{
	const char *slash = strrchr(path, '/');
	const char *dot = strrchr(slash ? slash : path, '.');
	size_t n = dot ? strlen(dot + 1) : 0;

	if (n == 0 || n > 8 || strchr(dot + 1, ' '))
		return false;
	word[0] = ' ';
	memcpy(word + 1, dot + 1, n);
	word[n + 1] = ' ';
	word[n + 2] = '\0';
	return true;
}

const char *language_comment(const char *path)
{
	char word[12];

	if (!extension_word(path, word))
		return NULL;
	for (size_t i = 0; i < ARRAY_SIZE(languages); i++)
		if (strstr(languages[i].extensions, word))
			return languages[i].comment;
	return NULL;
}

static bool has_any(const char *path, const char *const *parts)
{
	for (size_t i = 0; parts[i]; i++)
		if (strstr(path, parts[i]))
			return true;
	return false;
}

int language_rank(const char *path)
{
	static const char *const seldom[] = { "test", "spec", "vendor/", "third_party/",
		"node_modules/", ".min.", ".config.", "setup.py", "conftest", "migrations/",
		"generated", "_pb2", ".pb.", "docs/", "scripts/", "tools/", "examples/", NULL };
	static const char *const starts[] = { "main.", "app.", "index.", "server.", "wsgi.", "lib.",
		NULL };
	const char *slash = strrchr(path, '/');
	const char *name = slash ? slash + 1 : path;
	const char *comment = language_comment(path);
	int rank = has_any(path, seldom) ? 4 : 0;

	/* a page's dress, and what only starts a program */
	if (str_eq(comment, MARKUP) || str_eq(comment, STARS) || str_ends(path, "sh"))
		rank += RANK_SELDOM;
	for (size_t i = 0; starts[i]; i++)
		if (str_starts(name, starts[i]))
			return rank;
	return rank + 1;
}
