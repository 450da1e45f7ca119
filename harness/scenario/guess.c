/* Edits for a scenario that names none. */
#include "scenario/private.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>

#include "scenario/find.h"
#include "scenario/ignored.h"
#include "scenario/language.h"

/* A source file that can be edited: regular, not huge, in the context, not ignored. */
static bool usable(int dir, const struct ignore *ignore, const char *path)
{
	struct stat st;

	if (!language_comment(path) || (ignore && ignore_match(ignore, path)))
		return false;
	return fstatat(dir, path, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(st.st_mode) &&
	       st.st_size <= (off_t)EDITED_CEILING;
}

/* Likelier first, then shorter, then by name: the same choice on every machine. */
static bool better(const char *a, const char *b)
{
	int ranks = language_rank(a) - language_rank(b);
	int lengths = (int)strlen(a) - (int)strlen(b);

	if (ranks || lengths)
		return ranks ? ranks < 0 : lengths < 0;
	return strcmp(a, b) < 0;
}

/* The best source file of a rank below `limit` that this step reads; borrowed; NULL: none. */
static const char *best_of(const struct df_step *step, int limit, const struct strv *files, int dir,
	const struct ignore *ignore)
{
	const char *best = NULL;

	for (size_t i = 0; step->paths.count && i < files->count; i++) {
		const char *file = files->items[i];

		if (language_rank(file) < limit && (!best || better(file, best)) &&
			graph_step_reads(step, file) && usable(dir, ignore, file))
			best = file;
	}
	return best;
}

static void source_add(struct scenario *s, const char *file)
{
	struct edit_spec *source = GROW(s->edits, s->edit_count, s->edit_room);
	struct edit_spec *mode;

	*source = (struct edit_spec){ .edit = EDIT_SOURCE,
		.how = EDIT_APPEND,
		.file = xstrdup(file),
		.text = xstrdup(language_comment(file)) };
	mode = GROW(s->edits, s->edit_count, s->edit_room);
	*mode = (struct edit_spec){
		.edit = EDIT_MODE, .how = EDIT_CHMOD, .file = xstrdup(file), .mode_xor = FLIP_BITS
	};
}

/* The last step that reads source code: what a developer changes comes in there. */
static struct err *guess_source(
	struct scenario *s, const struct variant *v, const struct df_graph *g)
{
	_cleanup_(closep) int dir = open(s->context, O_PATH | O_DIRECTORY | O_CLOEXEC);
	_cleanup_(dockerfile_at_done) struct dockerfile_at at = { 0 };
	_cleanup_(ignore_freep) struct ignore *ignore = NULL;
	_cleanup_(strv_done) struct strv files = STRV_INIT;
	static const int limits[] = { RANK_SELDOM, INT_MAX };
	const char *best = NULL;

	if (dir < 0)
		return err_sys(s->context, errno);
	TRY(dockerfile_at_find(s, v, &at));
	TRY(ignored_load(s, &at, IGNORE_MOBY, &ignore));
	files_of(s->context, &files);
	/* an entry point that is copied last is seldom what a developer works on */
	for (size_t k = 0; k < ARRAY_SIZE(limits); k++)
		for (size_t i = g->count; i-- && !best;)
			best = best_of(&g->steps[i], limits[k], &files, dir, ignore);
	if (best)
		source_add(s, best);
	return NULL;
}

/* Start and length of a line (from 1) of the text; false when it is not there. */
static bool line_find(const char *text, int line, size_t *start, size_t *n)
{
	const char *p = text;

	while (--line > 0 && p) {
		p = strchr(p, '\n');
		p = p ? p + 1 : NULL;
	}
	if (!p || !*p)
		return false;
	*start = (size_t)(p - text);
	*n = strcspn(p, "\r\n");
	return true;
}

/* A shell command in its own line: a comment after it changes its text and nothing else. */
static bool can_comment(const struct df_instruction *run, const char *line, size_t n, char escape)
{
	size_t blanks = strspn(line, " \t");

	return !run->json && run->heredoc_count == 0 && blanks < n && line[blanks] != '#' &&
	       line[n - 1] != escape;
}

/* The text from `start` to `end`, stretched to whole lines before it until it stands there once;
 * NULL when it cannot, or holds a TOKEN of its own. */
static char *unique_until(const char *text, size_t start, size_t end)
{
	for (;;) {
		_cleanup_(freep) char *part = xstrndup(text + start, end - start);
		const char *first = strstr(text, part);

		for (const char *p = part; (p = strstr(p, "TOKEN")); p++)
			if (token_at(part, p))
				return NULL;
		if (!strstr(first + 1, part))
			return TAKE_PTR(part);
		if (start == 0)
			return NULL;
		for (start--; start > 0 && text[start - 1] != '\n';)
			start--;
	}
}

static void dockerfile_add(struct scenario *s, char *find, char *text, char *says)
{
	struct edit_spec *e = GROW(s->edits, s->edit_count, s->edit_room);

	*e = (struct edit_spec){ .edit = EDIT_DOCKERFILE,
		.how = EDIT_REPLACE,
		.find = find,
		.text = text,
		.says = says };
}

/* The last RUN gets a comment; where it cannot hold one (exec form, heredoc), an ENV before it. */
static void guess_dockerfile(
	struct scenario *s, const struct df_instruction *run, const char *text, char escape)
{
	size_t start, n;
	char *find;

	if (line_find(text, run->end_line, &start, &n) &&
		can_comment(run, text + start, n, escape)) {
		find = unique_until(text, start, start + n);
		if (find)
			dockerfile_add(s, find, xasprintf("%s # TOKEN", find),
				xasprintf("a comment in line %d", run->end_line));
		return;
	}
	if (!line_find(text, run->line, &start, &n))
		return;
	find = unique_until(text, start, start + n);
	if (find)
		dockerfile_add(s, find,
			xasprintf("%.*sENV TARE_EDIT=TOKEN\n%s", (int)(strlen(find) - n), find,
				find + strlen(find) - n),
			xasprintf("an ENV before line %d", run->line));
}

struct err *scenario_guess_edits(struct scenario *s, const struct variant *v)
{
	_cleanup_(freep) char *path = variant_path(s, v);
	_cleanup_(str_done) struct str text = STR_INIT;
	_cleanup_(dockerfile_freep) struct dockerfile *d = NULL;
	_cleanup_(graph_freep) struct df_graph *g = NULL;
	const struct df_instruction *run = NULL;

	TRY(variant_text(s, v, &text));
	TRY(dockerfile_parse(path, str_get(&text), text.len, &d));
	TRY(graph_build_for(d, v->target, v->platform, v->args, v->arg_count, &g));
	TRY(guess_source(s, v, g));
	for (size_t i = 0; i < g->count; i++)
		if (str_eq(g->steps[i].instruction->name, "RUN") && !g->steps[i].onbuild)
			run = g->steps[i].instruction;
	if (run)
		guess_dockerfile(s, run, str_get(&text), d->escape);
	return NULL;
}
