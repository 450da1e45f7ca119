/* From the text of a Dockerfile to its instructions and stages. */
#include "dockerfile/heredoc.h"
#include "dockerfile/instruction.h"
#include "dockerfile/words.h"

#define DOCKERFILE_SIZE_MAX  (2 * 1024 * 1024)
#define DOCKERFILE_LINE_MAX  65535 /* BuildKit's */
#define DOCKERFILE_STAGE_MAX 10000

struct reader {
	const char *file;
	struct span rest;
	int line; /* of the last line taken */
	bool directives_over;
	struct strv directives; /* seen so far */
	struct dockerfile *d;
	/* of the instruction at hand */
	int first_line, column;
};

static struct err *at_line(const struct reader *r, struct err *e, int line, int column)
{
	return e ? err_at(e, "%s:%d:%d", r->file, line, column) : NULL;
}

static struct err *at_instruction(const struct reader *r, struct err *e)
{
	return at_line(r, e, r->first_line, r->column);
}

/* Take the next line with its newline; *found_out is false at the end. */
static struct err *take_line(struct reader *r, struct span *out, bool *found_out)
{
	const char *end = r->rest.n > 0 ? memchr(r->rest.p, '\n', r->rest.n) : NULL;
	size_t n = end ? (size_t)(end - r->rest.p) : r->rest.n;

	*found_out = r->rest.n > 0;
	if (!*found_out)
		return NULL;
	r->line++;
	if (n > DOCKERFILE_LINE_MAX)
		return at_line(r,
			err_next(
				err_new(ERR_INPUT, "a line of %zu bytes; BuildKit takes at most %d",
					n, DOCKERFILE_LINE_MAX),
				"break it with a backslash at the end of each part"),
			r->line, DOCKERFILE_LINE_MAX + 1);
	*out = (struct span){ r->rest.p, n + (end != NULL) };
	r->rest = span_from(r->rest, out->n);
	return NULL;
}

static struct span without_newline(struct span s)
{
	return span_trim_right_of(s, '\r', '\n');
}

static bool is_comment(struct span s)
{
	return span_starts(span_trim_left(s), "#");
}

/* --- directives --- */

static struct err *use_directive(struct reader *r, const char *key, struct span value)
{
	const char *space = memchr(value.p, ' ', value.n);

	if (strv_has(&r->directives, key))
		return err_next(err_new(ERR_INPUT, "the directive %s is given twice", key),
			"keep one of them");
	strv_add(&r->directives, key);
	if (strcmp(key, "syntax") == 0)
		r->d->syntax = xstrndup(value.p, space ? (size_t)(space - value.p) : value.n);
	if (strcmp(key, "escape") != 0)
		return NULL;
	if (!span_eq(value, "`") && !span_eq(value, "\\"))
		return err_next(err_new(ERR_INPUT, "the escape character is ` or \\, not \"%.*s\"",
					(int)(value.n < 80 ? value.n : 80), value.p),
			"write # escape=`");
	r->d->escape = *value.p;
	return NULL;
}

/* Directives stand before all else: the first line that is none ends them. */
static struct err *read_directive(struct reader *r, struct span line)
{
	static const char *const known[] = { "syntax", "escape", "check" };
	struct span key, value;

	if (r->directives_over)
		return NULL;
	r->directives_over = true;
	if (!directive_split(line, &key, &value))
		return NULL;
	for (size_t i = 0; i < ARRAY_SIZE(known); i++) {
		_cleanup_(freep) char *lower = text_lower(key);

		if (strcmp(lower, known[i]) != 0)
			continue;
		r->directives_over = false;
		return at_line(r, use_directive(r, known[i], value), r->line, 1);
	}
	return NULL;
}

/* --- lines --- */

/* Whether the line goes on: an escape before trailing blanks, not escaped itself. It is cut off. */
static bool cut_continuation(const struct reader *r, struct span *line)
{
	struct span s = span_trim_right_of(*line, ' ', '\t');

	if (s.n == 0 || s.p[s.n - 1] != r->d->escape)
		return false;
	if (s.n > 1 && s.p[s.n - 2] == r->d->escape)
		return false;
	*line = (struct span){ s.p, s.n - 1 };
	return true;
}

static void warn(struct reader *r, const char *text)
{
	struct df_warning *w = GROW(r->d->warnings, r->d->warning_count, r->d->warning_room);

	w->line = r->line;
	w->text = xstrdup(text);
}

/* The lines that continue the one in `joined`. Comments among them are left out, blank lines too,
 * with a warning. */
static struct err *join_lines(struct reader *r, struct str *joined)
{
	bool more = true, found, blank = false;
	struct span line;

	while (more) {
		TRY(take_line(r, &line, &found));
		if (!found)
			break;
		if (is_comment(line))
			continue;
		line = without_newline(line);
		if (span_trim_left(line).n == 0) {
			blank = true;
			continue;
		}
		more = cut_continuation(r, &line);
		str_addn(joined, line.p, line.n);
	}
	if (blank)
		warn(r, "an empty line inside of a continued instruction: an error in the future");
	return NULL;
}

static struct err *read_heredoc(struct reader *r, struct df_heredoc *h)
{
	const char *start = r->rest.p;
	struct span line, end;
	bool found;

	for (;;) {
		TRY(take_line(r, &line, &found));
		if (!found)
			return at_instruction(r,
				err_next(err_new(ERR_INPUT, "the here-document %.80s does not end",
						 h->name),
					"end it with a line that holds %.80s alone", h->name));
		end = without_newline(line);
		while (h->strip_tabs && span_starts(end, "\t"))
			end = span_from(end, 1);
		if (span_eq(end, h->name))
			break;
	}
	h->content = xstrndup(start, (size_t)(line.p - start));
	return NULL;
}

static struct err *read_heredocs(struct reader *r, struct span line, struct df_instruction *in)
{
	const char *first = memchr(line.p, '<', line.n);

	if (!first || !instruction_takes_heredocs(in) ||
		!memmem(first, line.n - (size_t)(first - line.p), "<<", 2))
		return NULL;
	TRY(at_instruction(r, heredocs_of_line(line, in)));
	for (size_t i = 0; i < in->heredoc_count; i++)
		TRY(read_heredoc(r, &in->heredocs[i]));
	return NULL;
}

/* --- stages --- */

static struct err *add_stage(struct reader *r, const struct df_instruction *from)
{
	struct dockerfile *d = r->d;
	const char *platform = instruction_flag(from, "platform");
	struct df_stage *stage;

	if (d->stage_count == DOCKERFILE_STAGE_MAX)
		return err_next(err_new(ERR_INPUT, "more than %d stages", DOCKERFILE_STAGE_MAX),
			"split the Dockerfile");
	stage = GROW(d->stages, d->stage_count, d->stage_room);
	stage->base = xstrdup(from->words.items[0]);
	stage->name = from->words.count == 3 ? text_lower(span_of(from->words.items[2])) : NULL;
	stage->platform = platform && *platform ? xstrdup(platform) : NULL;
	stage->line = from->line;
	stage->column = from->column;
	stage->first = stage->last = d->count;
	return NULL;
}

/* Put the instruction where it belongs. FROM starts a stage; only ARG may stand before one. */
static struct err *place(struct reader *r, struct df_instruction *in)
{
	struct dockerfile *d = r->d;

	TRY(instruction_check(in));
	if (same_word(in->name, "FROM"))
		TRY(add_stage(r, in));
	else if (d->stage_count == 0 && !same_word(in->name, "ARG"))
		return err_next(err_new(ERR_INPUT, "%s before the first FROM", in->name),
			"start a stage with FROM; only ARG may stand before it");
	in->stage = (int)d->stage_count - 1;
	if (d->stage_count > 0)
		d->stages[d->stage_count - 1].last = d->count;
	return NULL;
}

/* --- all of it --- */

/* An instruction from its first line, which is trimmed on the left, to the end of its bodies. */
static struct err *read_instruction(struct reader *r, struct span line, bool more)
{
	_cleanup_(str_done) struct str joined = STR_INIT;
	struct df_instruction *in;

	r->first_line = r->line;
	if (more) {
		str_addn(&joined, line.p, line.n);
		TRY(join_lines(r, &joined));
		line = (struct span){ str_get(&joined), joined.len };
	}
	in = GROW(r->d->items, r->d->count, r->d->room);
	TRY(at_instruction(r, instruction_parse(line, r->d->escape, in)));
	TRY(read_heredocs(r, line, in));
	in->line = r->first_line;
	in->column = r->column;
	in->end_line = r->line;
	TRY(at_instruction(r, place(r, in)));
	if (in->onbuild) {
		in->onbuild->line = in->line;
		in->onbuild->column = in->column;
		in->onbuild->end_line = in->end_line;
		in->onbuild->stage = in->stage;
	}
	return NULL;
}

static struct err *read_all(struct reader *r)
{
	struct span raw, line;
	bool found, more;

	for (;;) {
		TRY(take_line(r, &raw, &found));
		if (!found)
			break;
		if (r->directives_over && *raw.p == '#')
			continue;
		if (r->line == 1 && span_starts(raw, "\xef\xbb\xbf"))
			raw = span_from(raw, 3);
		line = span_trim_left(without_newline(raw));
		r->column = (int)(line.p - raw.p) + 1;
		TRY(read_directive(r, line));
		if (is_comment(line))
			continue;
		more = cut_continuation(r, &line);
		if (line.n > 0 || more)
			TRY(read_instruction(r, line, more));
	}
	if (r->d->count == 0)
		return at_line(r,
			err_next(err_new(ERR_INPUT, "no instructions"), "start with FROM IMAGE"),
			r->line > 0 ? r->line : 1, 1);
	return NULL;
}

/* What can be no Dockerfile: too long, or with NULs, as UTF-16 has. */
static struct err *check_text(const struct reader *r)
{
	const char *nul = r->rest.n > 0 ? memchr(r->rest.p, '\0', r->rest.n) : NULL;
	const char *line_start = r->rest.p;
	bool utf16 = span_starts(r->rest, "\xff\xfe") || span_starts(r->rest, "\xfe\xff");
	int line = 1;

	if (r->rest.n > DOCKERFILE_SIZE_MAX)
		return at_line(r,
			err_next(err_new(ERR_INPUT, "larger than 2 MiB"),
				"copy large files into the image instead of writing them here"),
			1, 1);
	if (utf16)
		return at_line(r,
			err_next(err_new(ERR_INPUT, "this is UTF-16"), "save it as UTF-8"), 1, 1);
	if (!nul)
		return NULL;
	for (const char *p = r->rest.p; p < nul; p++)
		if (*p == '\n') {
			line++;
			line_start = p + 1;
		}
	return at_line(r, err_next(err_new(ERR_INPUT, "a NUL byte"), "save it as UTF-8 text"), line,
		(int)(nul - line_start) + 1);
}

struct err *dockerfile_parse(const char *file, const char *text, size_t n, struct dockerfile **out)
{
	_cleanup_(dockerfile_freep) struct dockerfile *d = NEW(struct dockerfile);
	struct reader r = { .file = file, .rest = { text, n }, .d = d };
	struct err *e;

	d->file = xstrdup(file);
	d->escape = '\\';
	TRY(check_text(&r));
	e = read_all(&r);
	strv_done(&r.directives);
	TRY(e);
	*out = TAKE_PTR(d);
	return NULL;
}

void dockerfile_free(struct dockerfile *d)
{
	if (!d)
		return;
	for (size_t i = 0; i < d->count; i++)
		instruction_done(&d->items[i]);
	for (size_t i = 0; i < d->stage_count; i++) {
		free(d->stages[i].name);
		free(d->stages[i].base);
		free(d->stages[i].platform);
	}
	for (size_t i = 0; i < d->warning_count; i++)
		free(d->warnings[i].text);
	free(d->items);
	free(d->stages);
	free(d->warnings);
	free(d->file);
	free(d->syntax);
	free(d);
}
