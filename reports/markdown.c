/* Markdown for a job's summary, a pull request's comment and mail: verdict first, ten rows, the
 * rest folded, and never more than what those places take. */
#include "base/clock.h"
#include "base/hash.h"
#include "reports/answer.h"
#include "reports/encode.h"
#include "reports/reports.h"
#include "reports/figure.h"
#include "reports/report.h"

#define MOST_BYTES   60000 /* GitHub takes 65,536 in a comment */
#define ROWS_SHOWN   10
#define TEXT_COLUMNS 400 /* of one cell */

struct markdown {
	struct str out;
	size_t left_out; /* rows that there was no room for */
};

/* Text that is already safe to show, cut where it is too long, at a character's beginning. */
static void text(struct str *s, const char *words)
{
	size_t n = str_cut(words, TEXT_COLUMNS);
	_cleanup_(freep) char *cut = xstrndup(words, n);

	encode_markdown(s, cut);
	str_add(s, words[n] ? "…" : "");
}

/* A row, where there is room; what must follow the rows needs the rest. */
static void add_row(struct markdown *m, const struct str *row)
{
	if (m->out.len + row->len > MOST_BYTES)
		m->left_out++;
	else
		str_add(&m->out, str_get(row));
}

/* The same for the scenarios of a project whatever the run: who posts it looks for this, and
 * changes that comment instead of adding one. */
static void marker(struct markdown *m, const struct report *r)
{
	_cleanup_(str_done) struct str key = STR_INIT;
	char digest[DIGEST_SIZE];

	for (size_t i = 0; i < r->lead_count; i++)
		for (size_t k = 0; k < r->leads[i]->count; k++) {
			const struct cell *c = r->leads[i]->cells[k].cell;

			if (k && str_eq(c->scenario, r->leads[i]->cells[k - 1].cell->scenario))
				continue;
			str_addf(&key, "%s\n%s\n", c->project, c->scenario);
		}
	sha256_bytes(str_get(&key), key.len, digest);
	str_addf(&m->out, "<!-- tare report %.16s -->\n", digest + strlen("sha256:"));
}

static void news_row(struct markdown *m, const struct news *n)
{
	static const char *const shapes[] = {
		[NEWS_LOSS] = "🔺", [NEWS_FINDING] = "🔸", [NEWS_GAIN] = "🔽"
	};
	_cleanup_(str_done) struct str row = STR_INIT;

	str_addf(&row, "| %s %s | ", shapes[n->kind], n->word);
	text(&row, n->text);
	str_add(&row, " | ");
	text(&row, n->where);
	str_add(&row, " |\n");
	add_row(m, &row);
}

static void fold(struct markdown *m, const char *title)
{
	str_addf(&m->out, "\n<details><summary>%s</summary>\n\n", title);
}

static void unfold(struct markdown *m)
{
	str_add(&m->out, "\n</details>\n");
}

static void news(struct markdown *m, const struct report *r)
{
	static const char head[] = "\n| | what | where |\n| --- | --- | --- |\n";
	size_t shown = r->news_count < ROWS_SHOWN ? r->news_count : ROWS_SHOWN;
	_cleanup_(freep) char *rest = NULL;

	if (!shown)
		return;
	str_add(&m->out, head);
	for (size_t i = 0; i < shown; i++)
		news_row(m, &r->news[i]);
	if (shown == r->news_count)
		return;
	rest = xasprintf("The other %zu", r->news_count - shown);
	fold(m, rest);
	str_add(&m->out, head + 1);
	for (size_t i = shown; i < r->news_count; i++)
		news_row(m, &r->news[i]);
	unfold(m);
}

static void cell_row(struct markdown *m, const struct cell_sum *c)
{
	_cleanup_(str_done) struct str row = STR_INIT, name = STR_INIT;
	struct str figures[4] = { STR_INIT };

	cell_name(&name, c->cell);
	str_add(&row, "| ");
	text(&row, str_get(&name));
	if (c->wall.known)
		figure_with_interval(&figures[0], "s", &c->wall);
	else
		cell_figure(&figures[0], (struct scale){ 1, 1, "s" }, c);
	if (c->steps)
		str_addf(&figures[1], "%zu/%zu", c->cached, c->steps);
	metric_show(&figures[2], M_REGISTRY_RX, &c->metrics[M_REGISTRY_RX]);
	metric_show(&figures[3], M_IMAGE_SIZE, &c->metrics[M_IMAGE_SIZE]);
	for (size_t i = 0; i < ARRAY_SIZE(figures); i++) {
		str_add(&row, " | ");
		text(&row, str_get(&figures[i]));
		str_done(&figures[i]);
	}
	str_addf(&row, " | %zu%s |\n", c->n,
		c->findings ? " (findings)"
		: c->voids  ? " (void)"
			    : "");
	add_row(m, &row);
}

/* Cells in the tables' order, from the `from`th on, at most `most`. */
static void cell_rows(struct markdown *m, const struct report *r, size_t from, size_t most)
{
	size_t at = 0;

	str_add(&m->out, "| cell | time | steps cached | registry | image.size | n |\n"
			 "| --- | ---: | ---: | ---: | ---: | ---: |\n");
	for (size_t i = 0; i < r->lead_count; i++)
		for (size_t k = 0; k < r->leads[i]->count; k++) {
			const struct cell_sum *c = &r->leads[i]->cells[k];

			if (!c->has_row || c->cell->unsupported)
				continue;
			if (at >= from && at < from + most)
				cell_row(m, c);
			at++;
		}
}

static size_t cell_count(const struct report *r)
{
	size_t n = 0;

	for (size_t i = 0; i < r->lead_count; i++)
		for (size_t k = 0; k < r->leads[i]->count; k++)
			n += r->leads[i]->cells[k].has_row &&
			     !r->leads[i]->cells[k].cell->unsupported;
	return n;
}

/* Unfolded where nothing else has rows. */
static void cells(struct markdown *m, const struct report *r)
{
	size_t count = cell_count(r), shown = r->news_count ? 0 : ROWS_SHOWN;
	_cleanup_(freep) char *title = NULL;

	if (shown && count) {
		str_add(&m->out, "\n");
		cell_rows(m, r, 0, shown);
	}
	if (count <= shown)
		return;
	title = xasprintf(shown ? "The other %zu cells" : "All %zu cells", count - shown);
	fold(m, title);
	cell_rows(m, r, shown, count);
	unfold(m);
}

static void paragraph_of(struct markdown *m, const char *before, const char *words)
{
	_cleanup_(str_done) struct str row = STR_INIT;

	str_addf(&row, "\n%s", before);
	text(&row, words);
	str_addc(&row, '\n');
	add_row(m, &row);
}

/* The worst that is new, else what the leads answer. */
static void verdict(struct markdown *m, const struct report *r)
{
	_cleanup_(strv_done) struct strv answers = STRV_INIT;

	if (!r->lead_count) {
		str_add(&m->out, "No run was recorded: `tare run` measures.\n");
		return;
	}
	if (r->news_count) {
		str_addf(&m->out, "**%s:** ", r->news[0].word);
		text(&m->out, r->news[0].text);
		str_add(&m->out, " (");
		text(&m->out, r->news[0].where);
		str_add(&m->out, ")\n");
		return;
	}
	if (r->watched)
		str_addf(&m->out, "Nothing changed: all %zu figures are as before.\n", r->watched);
	for (size_t i = 0; i < r->lead_count; i++)
		run_answers(r->leads[i], r->lead_count > 1, &answers);
	for (size_t i = 0; i < answers.count; i++)
		paragraph_of(m, "", answers.items[i]);
	if (!r->watched && !answers.count)
		str_add(&m->out, "No answer: nothing was measured that can be compared.\n");
}

static void foot(struct markdown *m, const struct report *r)
{
	_cleanup_(str_done) struct str when = STR_INIT, commit = STR_INIT;
	char name[7];

	if (m->left_out)
		str_addf(&m->out, "\n%zu rows left out; `tare report --html` has them.\n",
			m->left_out);
	if (!r->lead_count)
		return;
	time_show(&when, r->runs[0]->start_unix_ns);
	commit_name(&commit, r->runs[0]);
	str_addf(&m->out, "\n<sub>tare run %s, %s", run_short(r->runs[0], name), str_get(&when));
	if (commit.len) {
		str_add(&m->out, ", commit ");
		text(&m->out, str_get(&commit));
	}
	str_add(&m->out, "</sub>\n");
}

struct err *report_markdown(const struct report *r, FILE *f)
{
	struct markdown m = { 0 };
	bool failed;

	marker(&m, r);
	verdict(&m, r);
	news(&m, r);
	cells(&m, r);
	foot(&m, r);
	failed = fputs(str_get(&m.out), f) < 0;
	str_done(&m.out);
	return failed ? err_new(ERR_IO, "cannot write the Markdown") : NULL;
}
