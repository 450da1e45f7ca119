/* What the page's views are written with. */
#include "reports/encode.h"
#include "reports/html_parts.h"
#include "reports/table.h"

void html_element(struct str *s, const char *tag, const char *class, const char *text)
{
	str_addf(s, class ? "<%s class=\"%s\">" : "<%s>", tag, class);
	encode_html(s, text);
	str_addf(s, "</%s>\n", tag);
}

void html_prose(struct str *s, const char *text)
{
	_cleanup_(str_done) struct str safe = STR_INIT;
	const char *at;

	encode_html(&safe, text);
	at = str_get(&safe);
	for (size_t i = 0; at[i]; i++) {
		if (at[i] == ' ' && !may_break(at, i))
			str_add(s, "&nbsp;");
		else
			str_addc(s, at[i]);
		/* U+2060: an interval's two figures hold together */
		if (at[i + 1] >= '0' && at[i + 1] <= '9' && i >= 2 && !strncmp(at + i - 2, "–", 3))
			str_add(s, "&#8288;");
	}
}

void html_sentence(struct str *s, const char *class, const char *text)
{
	str_addf(s, class ? "<p class=\"%s\">" : "<p>", class);
	html_prose(s, text);
	str_add(s, "</p>\n");
}

static void word(struct str *s, const char *name, const char *text)
{
	str_addf(s, " data-%s=\"", name);
	encode_html(s, text);
	str_addc(s, '"');
}

void html_open(struct str *s, const char *tag, const char *class, const struct cell *c, bool whole)
{
	_cleanup_(freep) char *name = xasprintf("%s%s%s", c->scenario,
		str_eq(c->variant, "default") ? "" : "/",
		str_eq(c->variant, "default") ? "" : c->variant);

	str_addf(s, class ? "<%s class=\"%s\"" : "<%s", tag, class);
	word(s, "scenario", name);
	if (whole) {
		word(s, "engine", c->engine);
		word(s, "cache", cache_name(c->cache));
		word(s, "edit", c->state == STATE_COLD ? "cold" : edit_names[c->edit]);
	}
	str_addc(s, '>');
}

void html_table(struct str *s, const char *label, const char *const *columns)
{
	str_add(s, "<details class=\"behind\"><summary>Table: ");
	encode_html(s, label);
	str_add(s, "</summary>\n<div class=\"scroll\" role=\"group\" tabindex=\"0\" aria-label=\"");
	encode_html(s, label);
	str_add(s, "\"><table class=\"");
	/* once for the table, not in each of its cells: page.css */
	for (size_t i = 0; columns[i]; i++)
		if (*columns[i] == '#')
			str_addf(s, "r%zu ", i + 1);
	str_add(s, "\"><thead><tr>");
	for (size_t i = 0; columns[i]; i++)
		str_addf(s, "<th scope=\"col\">%s",
			columns[i] + (*columns[i] == '#' || *columns[i] == '+'));
	str_add(s, "<tbody>\n");
}

/* End tags that HTML allows to be left out are: these tables are most of a large page. */
void html_row(struct str *s, const char *const *cells, const char *const *columns)
{
	str_add(s, "<tr>");
	for (size_t i = 0; columns[i]; i++) {
		str_add(s, *columns[i] == '+' ? "<td class=\"long\">" : "<td>");
		encode_html(s, cells[i]);
	}
	str_addc(s, '\n');
}

void html_table_end(struct str *s)
{
	str_add(s, "</table></div></details>\n");
}

void html_proof(struct str *s, const char *command)
{
	if (!command)
		return;
	str_add(s, "<details class=\"proof\"><summary>Command that proves it: both commits, built in turns"
		   "</summary><pre tabindex=\"0\"><code>");
	encode_html(s, command);
	str_add(s, "</code></pre></details>\n");
}
