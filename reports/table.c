#include "reports/table.h"

#include <libsmartcols/libsmartcols.h>

/* Longer text is no cell: libsmartcols takes a minute to wrap a megabyte. */
#define CELL_BYTES 4096

struct table {
	struct libscols_table *scols;
	struct libscols_line *line; /* the last one added */
	struct term t;
	size_t columns;
};

/* libsmartcols fails for want of memory alone. */
static void *must(void *p)
{
	return p ? p : xcalloc(SIZE_MAX, SIZE_MAX);
}

static const struct {
	const char *utf8, *ascii;
} spellings[] = {
	{ "–", "-" },
	{ "—", "-" },
	{ "−", "-" },
	{ "…", "..." },
	{ "×", "x" },
	{ "≥", ">=" },
	{ "≤", "<=" },
	{ "·", "*" },
	{ "→", "->" },
	{ "¹", "[1]" },
	{ "²", "[2]" },
	{ "³", "[3]" },
	{ "⁴", "[4]" },
	{ "⁵", "[5]" },
	{ "⁶", "[6]" },
	{ "⁷", "[7]" },
	{ "⁸", "[8]" },
	{ "⁹", "[9]" },
	{ "⁰", "[0]" },
};

static const char *spelling(const char *p, size_t *len)
{
	for (size_t i = 0; i < ARRAY_SIZE(spellings); i++)
		if (str_starts(p, spellings[i].utf8)) {
			*len = strlen(spellings[i].utf8);
			return spellings[i].ascii;
		}
	return NULL;
}

void plain_text(struct str *s, struct term t, const char *utf8)
{
	size_t len = 1;

	if (t.utf8) {
		str_add(s, utf8);
		return;
	}
	for (const char *p = utf8; *p; p += len) {
		const char *ascii = spelling(p, &len);

		if (!ascii)
			len = 1;
		if (ascii)
			str_add(s, ascii);
		else if ((unsigned char)*p < 0x80)
			str_addc(s, *p);
		else
			str_addf(s, "\\x%02x", (unsigned char)*p);
	}
}

void superscript(struct str *s, size_t number)
{
	static const char *const digits[] = { "⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹" };

	if (number >= 10)
		superscript(s, number / 10);
	str_add(s, digits[number % 10]);
}

struct table *table_new(struct term t)
{
	struct table *tb = NEW(struct table);

	tb->t = t;
	tb->scols = must(scols_new_table());
	/* cells are encoded already, by base/term.h: encoding twice would escape the escapes */
	scols_table_enable_noencoding(tb->scols, 1);
	scols_table_enable_colors(tb->scols, t.colour);
	scols_table_set_column_separator(tb->scols, "  ");
	scols_table_set_termforce(tb->scols, SCOLS_TERMFORCE_ALWAYS);
	/* nothing is cut off in a file or pipe */
	scols_table_set_termwidth(tb->scols, t.tty && t.width > 1 ? (size_t)t.width - 1 : 4096);
	return tb;
}

void table_column(struct table *tb, const char *title, bool right, bool shrink)
{
	_cleanup_(str_done) struct str s = STR_INIT;
	int flags = (right ? SCOLS_FL_RIGHT : 0) | (shrink ? SCOLS_FL_WRAP : 0);

	plain_text(&s, tb->t, title);
	must(scols_table_new_column(tb->scols, str_get(&s), 0, flags));
	tb->columns++;
}

void table_row(struct table *tb, const char *const *cells)
{
	tb->line = must(scols_table_new_line(tb->scols, NULL));
	for (size_t i = 0; i < tb->columns; i++) {
		_cleanup_(str_done) struct str safe = STR_INIT, shown = STR_INIT;
		size_t n;

		if (!cells[i])
			continue;
		n = str_cut(cells[i], CELL_BYTES);
		term_encode(&safe, cells[i], n);
		str_add(&safe, cells[i][n] ? "…" : "");
		plain_text(&shown, tb->t, str_get(&safe));
		if (scols_line_set_data(tb->line, i, str_get(&shown)) < 0)
			must(NULL);
	}
}

void table_tint(struct table *tb, size_t column, enum tint tint)
{
	static const char *const colours[] = {
		[TINT_GAIN] = "green",
		[TINT_FINDING] = "yellow",
		[TINT_LOSS] = "red",
		[TINT_DIM] = "darkgray",
	};

	if (tb->t.colour && tint != TINT_NONE)
		scols_cell_set_color(scols_line_get_cell(tb->line, column), colours[tint]);
}

static void trimmed(struct strv *lines, char *line)
{
	size_t n = strlen(line);

	while (n && line[n - 1] == ' ')
		line[--n] = '\0';
	strv_add(lines, line);
}

static void table_free(struct table *tb)
{
	scols_unref_table(tb->scols);
	free(tb);
}

struct err *table_lines(struct table *tb, struct strv *lines)
{
	_cleanup_(freep) char *text = NULL;
	char *rest, *line;
	int r = scols_print_table_to_string(tb->scols, &text);

	table_free(tb);
	if (r < 0)
		return err_new(ERR_IO, "cannot lay out a table");
	rest = text;
	while ((line = strsep(&rest, "\n")) && (rest || *line))
		trimmed(lines, line);
	return NULL;
}

struct err *table_print(struct table *tb, FILE *f)
{
	_cleanup_(strv_done) struct strv lines = STRV_INIT;

	TRY(table_lines(tb, &lines));
	for (size_t i = 0; i < lines.count; i++)
		fprintf(f, " %s\n", lines.items[i]);
	return ferror(f) ? err_new(ERR_IO, "cannot write the table") : NULL;
}

bool may_break(const char *text, size_t i)
{
	static const char *const units[] = { "%", "×", "x", "=", "s", "ms", "min", "B", "kB", "MB",
		"GB" };
	const char *next = text + i + 1;

	if (i && text[i - 1] == '=')
		return false;
	for (size_t k = 0; k < ARRAY_SIZE(units); k++)
		if (str_starts(next, units[k]) && strchr(" ,.:;)", next[strlen(units[k])]))
			return false;
	return true;
}

/* The length of the longest head of `text` that ends before a space and is `columns` wide at most;
 * at least one word. */
static size_t line_length(const char *text, int columns)
{
	size_t fit = 0, i = 0;

	while (text[i]) {
		while (text[i] == ' ')
			i++;
		while (text[i] && (text[i] != ' ' || !may_break(text, i)))
			i++;

		_cleanup_(freep) char *head = xstrndup(text, i);

		if (fit && term_columns(head) > columns)
			break;
		fit = i;
	}
	return fit;
}

void paragraph(FILE *f, const char *first, const char *rest, const char *text, int width)
{
	const char *indent = first;

	while (*text) {
		size_t n = line_length(text, width - term_columns(indent));

		fprintf(f, "%s%.*s\n", indent, (int)n, text);
		for (text += n; *text == ' ';)
			text++;
		indent = rest;
	}
}
