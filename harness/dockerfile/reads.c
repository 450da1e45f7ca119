/* Which files of the context a COPY or ADD reads. */
#include "dockerfile/graph_build.h"
#include "dockerfile/heredoc.h"
#include "dockerfile/instruction.h"
#include "dockerfile/pattern.h"

char *reads_path(const char *source)
{
	_cleanup_(freep) char *rooted = xasprintf("/%s", source);
	_cleanup_(freep) char *clean = path_clean(span_of(rooted));

	return xstrdup(clean[1] ? clean + 1 : ".");
}

/* "x/./y" of COPY --parents is x/y: the part before the dot is not kept in the image. */
static char *deep_path(const char *source)
{
	const char *pivot = strstr(source, "/./");
	_cleanup_(freep) char *joined = NULL;

	if (!pivot)
		return reads_path(source);
	joined = xasprintf("%.*s/%s", (int)(pivot - source), source, pivot + strlen("/./"));
	return reads_path(joined);
}

static bool is_scp_style(const char *s)
{
	static const char letters[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";
	static const char host_letters[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.";
	size_t user = strspn(s, letters), host;

	if (user == 0 || s[user] != '@')
		return false;
	host = strspn(s + user + 1, host_letters);
	return host > 0 && s[user + 1 + host] == ':';
}

/* ADD fetches URLs and git repositories itself: they read no file of the context. */
static bool is_remote(const char *source)
{
	static const char *const schemes[] = { "http://", "https://", "git://", "ssh://" };

	for (size_t i = 0; i < ARRAY_SIZE(schemes); i++)
		if (strncasecmp(source, schemes[i], strlen(schemes[i])) == 0)
			return true;
	return is_scp_style(source);
}

struct copy {
	struct graph_builder *b;
	const struct stage_state *st;
	const struct command *c;
	struct df_step *step;
	struct str *key;
	struct env used; /* variables that it uses */
	bool context;	 /* reads the context: no --from */
};

static void key_add(struct str *key, const char *part)
{
	str_addc(key, '\x1f');
	str_add(key, part);
}

static struct err *expand(struct copy *p, const char *text, char **out)
{
	return graph_expand(p->b, text, &p->st->env, &p->used, out);
}

/* --chown, --chmod and --checksum are expanded, other flags are not. */
static struct err *copy_flags(struct copy *p)
{
	static const char *const names[] = { "chown", "chmod", "checksum" };
	const struct df_instruction *in = p->c->in;

	for (size_t i = 0; i < in->flag_count; i++) {
		_cleanup_(freep) char *expanded = NULL;
		const char *value = in->flags[i].value ? in->flags[i].value : "true";

		for (size_t k = 0; k < ARRAY_SIZE(names) && !expanded; k++)
			if (strcmp(in->flags[i].name, names[k]) == 0)
				TRY(expand(p, value, &expanded));
		key_add(p->key, in->flags[i].name);
		key_add(p->key, expanded ? expanded : value);
		if (strcmp(in->flags[i].name, "exclude") == 0)
			strv_add(&p->step->excludes, value);
		if (strcmp(in->flags[i].name, "parents") == 0)
			p->step->deep = strcasecmp(value, "true") == 0;
	}
	return NULL;
}

/* A here-document as a source: the text counts, with its variables unless its name is quoted. */
static struct err *copy_heredoc(struct copy *p, const struct df_heredoc *word)
{
	struct shell sh = { .escape = '\\', .skip_quotes = true };
	const struct df_instruction *outer = p->c->outer;
	_cleanup_(freep) char *text = NULL, *expanded = NULL;

	for (size_t i = 0; i < outer->heredoc_count; i++)
		if (strcmp(outer->heredocs[i].name, word->name) == 0) {
			free(text);
			text = heredoc_text(&outer->heredocs[i]);
		}
	if (text && word->expand)
		TRY(shell_word(&sh, span_of(text), &p->st->env, &p->used, &expanded));
	TRY(graph_count_text(p->b, expanded));
	key_add(p->key, word->name);
	key_add(p->key, expanded ? expanded : text ? text : "");
	return NULL;
}

static struct err *copy_source(struct copy *p, const char *source)
{
	_cleanup_(freep) char *expanded = NULL;
	struct df_heredoc h = { 0 };
	struct err *e;
	bool found;

	err_free(heredoc_word(span_of(source), &h, &found));
	if (found) {
		e = copy_heredoc(p, &h);
		heredoc_done(&h);
		return e;
	}
	TRY(expand(p, source, &expanded));
	key_add(p->key, expanded);
	if (p->context && (strcmp(p->c->in->name, "ADD") != 0 || !is_remote(expanded)))
		strv_own(&p->step->paths,
			p->step->deep ? deep_path(expanded) : reads_path(expanded));
	return NULL;
}

static struct err *copy_all(struct copy *p)
{
	const struct strv *words = &p->c->in->words;
	_cleanup_(freep) char *dest = NULL;

	TRY(copy_flags(p));
	for (size_t i = 0; i + 1 < words->count; i++)
		TRY(copy_source(p, words->items[i]));
	TRY(expand(p, words->items[words->count - 1], &dest));
	key_add(p->key, dest);
	if (*dest != '/' && p->st->workdir)
		strv_addf(&p->step->settings, "WORKDIR=%s", p->st->workdir);
	TRY(graph_count(p->b, &p->used));
	for (size_t i = 0; i < p->used.count; i++)
		strv_addf(&p->step->args, "%s=%s", p->used.items[i].name, p->used.items[i].value);
	return NULL;
}

struct err *reads_of_copy(struct graph_builder *b, const struct stage_state *st,
	const struct command *c, struct df_step *step, struct str *key)
{
	struct copy p = {
		.b = b, .st = st, .c = c, .step = step, .key = key, .context = step->from.count == 0
	};
	const char *from = instruction_flag(c->in, "from");
	struct err *e;

	p.context = strcmp(c->in->name, "ADD") == 0 || !from || !*from;
	e = copy_all(&p);
	env_done(&p.used);
	return e;
}

/* --- matching --- */

static bool has_wildcards(const char *s)
{
	for (; *s; s++) {
		if (strchr("*?[", *s))
			return true;
		if (*s == '\\' && s[1])
			s++;
	}
	return false;
}

/* The length of the part of path, a parent or itself, that the pattern names; 0: none. */
static size_t named_part(const char *pattern, bool wild, struct span path)
{
	for (size_t n = 1; n <= path.n; n++) {
		struct span part = { path.p, n };
		bool bad;

		if (n < path.n && path.p[n] != '/')
			continue;
		if (wild ? path_match(span_of(pattern), part, &bad) : span_eq(part, pattern))
			return n;
	}
	return 0;
}

/* Whether a pattern with ** matches path or one of its parents. */
static bool deep_match(const char *text, struct span path)
{
	struct pattern p = { 0 };
	bool blank, matched = false;
	struct err *e = pattern_read(span_of(text), IGNORE_MOBY, &p, &blank);

	for (size_t n = 1; !e && !blank && !matched && n <= path.n; n++)
		if (n == path.n || path.p[n] == '/')
			matched = pattern_match(&p, (struct span){ path.p, n }) != p.exclusion;
	err_free(e);
	pattern_done(&p);
	return matched;
}

/* Whether --exclude leaves out this path, which is relative to a directory that is read. */
static bool is_excluded(const struct df_step *step, struct span path)
{
	for (size_t i = 0; path.n > 0 && i < step->excludes.count; i++)
		if (deep_match(step->excludes.items[i], path))
			return true;
	return false;
}

bool graph_step_reads(const struct df_step *step, const char *path)
{
	struct span whole = span_of(path);

	for (size_t i = 0; i < step->paths.count; i++) {
		const char *pattern = step->paths.items[i];
		size_t n = 0;

		if (strcmp(pattern, ".") == 0 || (step->deep && deep_match(pattern, whole))) {
			if (!is_excluded(step, whole))
				return true;
			continue;
		}
		if (!step->deep)
			n = named_part(pattern, has_wildcards(pattern), whole);
		if (n > 0 && !is_excluded(step, span_from(whole, n + (n < whole.n))))
			return true;
	}
	return false;
}
