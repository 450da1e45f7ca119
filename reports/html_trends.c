/* Trends: each cell over its runs, with its change points and the table behind its charts. */
#include "base/clock.h"
#include "reports/encode.h"
#include "reports/html_parts.h"
#include "reports/svg.h"

#define ROWS_SHOWN    50
#define CHANGES_SHOWN 6

static void graph(struct str *s, const struct history *h, const struct track *t,
	enum headline headline, const struct line *l)
{
	_cleanup_(str_done) struct str name = STR_INIT, label = STR_INIT;
	struct trend_view v = { .track = t, .headline = headline, .line = l };

	cell_name(&name, t->cell->cell);
	str_addf(&label, "%s of %s, %zu runs; the table below has the figures",
		headline_table[headline].title, str_get(&name), t->count);
	v.label = str_get(&label);
	str_addf(s, "<figure class=\"h%d\"><figcaption>%s", headline,
		headline_table[headline].title);
	if (headline == HEAD_WALL && l && h->machines.count > 1) {
		str_add(s, " <span class=\"soft\">");
		encode_html(s, h->machines.items[l->machine]);
		str_add(s, "</span>");
	}
	str_add(s, "</figcaption>\n");
	svg_trend(s, &v);
	str_add(s, "</figure>\n");
}

static bool has_other(const struct track *t, enum headline h)
{
	for (size_t i = 0; i < t->count; i++)
		if (!t->runs[i].on_branch && t->runs[i].v[h].known)
			return true;
	return false;
}

static const char *why_absent(const struct track *t, enum headline h)
{
	static const enum metric metric[HEADLINES] = { M_BUILD_WALL, M_STEPS_CACHED, M_REGISTRY_RX,
		M_IMAGE_SIZE };

	return t->cell->absent[metric[h]];
}

static void graphs(struct str *s, const struct history *h, const struct track *t)
{
	str_add(s, "<div class=\"graphs\">\n");
	for (int k = 0; k < HEADLINES; k++) {
		size_t lines = 0;

		for (size_t i = 0; i < t->line_count; i++)
			if ((int)t->lines[i].headline == k && ++lines)
				graph(s, h, t, (enum headline)k, &t->lines[i]);
		if (lines)
			continue;
		if (has_other(t, (enum headline)k)) {
			graph(s, h, t, (enum headline)k, NULL);
			continue;
		}
		const char *why = why_absent(t, (enum headline)k);

		if (why) {
			str_addf(s, "<figure class=\"h%d\"><figcaption>%s</figcaption>\n", k,
				headline_table[k].title);
			html_element(s, "p", "soft", why);
			str_add(s, "</figure>\n");
		}
	}
	str_add(s, "</div>\n");
}

static void changes(struct str *s, const struct track *t)
{
	_cleanup_(str_done) struct str list = STR_INIT;

	for (size_t i = 0; i < t->line_count; i++) {
		const struct line *l = &t->lines[i];
		size_t from = l->change_count > CHANGES_SHOWN ? l->change_count - CHANGES_SHOWN : 0;

		for (size_t k = l->change_count; k-- > from;) {
			const struct change *c = &l->changes[k];
			_cleanup_(str_done) struct str text = STR_INIT;
			_cleanup_(freep) char *command = proof_command(
				t, t->runs[c->before].of->run, t->runs[c->at].of->run);

			level_change_words(&text, t, l, c);
			str_addf(&list, "<li class=\"%s\"><b>%s</b> ",
				c->effect.at > 0 ? "loss" : "gain", c->effect.at > 0 ? "▲" : "▼");
			html_prose(&list, str_get(&text));
			html_proof(&list, command);
			str_add(&list, "</li>\n");
		}
	}
	if (list.len)
		str_addf(s, "<ul class=\"changes\">\n%s</ul>\n", str_get(&list));
}

static void remarks(struct str *s, const struct history *h, const struct track_run *r)
{
	if (r->finding)
		str_add(s, "finding; ");
	if (r->voids)
		str_addf(s, "%zu void; ", r->voids);
	if (r->failures)
		str_addf(s, "%zu failed; ", r->failures);
	if (!r->on_branch)
		str_addf(s, "branch %s; ", r->of->run->branch ? r->of->run->branch : "none");
	if (r->marker)
		str_addf(s, "%s; ", r->marker);
	if (h->machines.count > 1)
		str_addf(s, "%s; ", h->machines.items[r->of->machine]);
	if (s->len >= 2) {
		s->len -= 2;
		s->buf[s->len] = '\0';
	}
}

static void interval_text(struct str *s, const struct estimate *e)
{
	if (e->known && e->n > 1)
		figure_interval(s, scale_estimate("s", e), e);
	else
		str_add(s, "–");
}

static void run_row(struct str *s, const struct history *h, const struct track_run *r,
	const char *const *columns)
{
	_cleanup_(str_done) struct str when = STR_INIT, commit = STR_INIT, n = STR_INIT,
				       span = STR_INIT, what = STR_INIT;
	struct str v[HEADLINES] = { STR_INIT };
	char name[7];

	time_show(&when, r->of->run->start_unix_ns);
	when.buf[10] = ' ';
	when.buf[16] = '\0';
	commit_name(&commit, r->of->run);
	str_addf(&n, "%zu", r->n);
	interval_text(&span, &r->v[HEAD_WALL]);
	for (int k = 0; k < HEADLINES; k++)
		headline_show(&v[k], (enum headline)k, &r->v[k]);
	remarks(&what, h, r);
	html_row(s,
		(const char *const[]){ run_short(r->of->run, name), str_get(&when),
			str_get(&commit), str_get(&n), str_get(&v[HEAD_WALL]), str_get(&span),
			str_get(&v[HEAD_STEPS]), str_get(&v[HEAD_REGISTRY]), str_get(&v[HEAD_SIZE]),
			str_get(&what) },
		columns);
	for (int k = 0; k < HEADLINES; k++)
		str_done(&v[k]);
}

static void table(struct str *s, const struct history *h, const struct track *t)
{
	static const char *const columns[] = { "run", "started, UTC", "commit", "#n", "#build.wall",
		"#interval", "#steps executed", "#registry.rx", "#image.size", "remarks", NULL };
	size_t shown = t->count < ROWS_SHOWN ? t->count : ROWS_SHOWN;
	_cleanup_(freep) char *label = t->count > shown ? xasprintf("the last %zu of %zu runs",
								  shown, t->count)
							: xasprintf("%zu run%s", shown,
								  shown == 1 ? "" : "s");

	html_table(s, label, columns);
	for (size_t i = 0; i < shown; i++)
		run_row(s, h, &t->runs[t->count - 1 - i], columns);
	html_table_end(s);
}

/* Commits by place, for what the script tells of a point. */
static void places(struct str *s, const struct track *t)
{
	str_add(s, "<div class=\"xs\" data-x=\"");
	for (size_t place = 0; place < trend_places(t, 0); place++) {
		_cleanup_(str_done) struct str text = STR_INIT, when = STR_INIT;
		size_t i = trend_first(t, 0, place);

		commit_name(&text, t->runs[i].of->run);
		time_show(&when, t->runs[i].of->run->start_unix_ns);
		str_addf(&text, "%s%.10s", text.len ? " " : "", str_get(&when));
		str_add(s, place ? "|" : "");
		encode_html(s, str_get(&text));
	}
	str_addf(s, "\" data-share=\"%zu\"></div>\n", trend_share(t, 0));
}

static size_t lost_samples(const struct track *t)
{
	size_t n = 0;

	for (size_t i = 0; i < t->count; i++)
		n += t->runs[i].voids + t->runs[i].failures;
	return n;
}

static void soft_line(struct str *s, const struct history *h, const struct track *t)
{
	_cleanup_(str_done) struct str text = STR_INIT;
	size_t share = trend_share(t, 0), lost = lost_samples(t);

	str_addf(&text, "%zu run%s", t->count, t->count == 1 ? "" : "s");
	if (h->branch)
		str_addf(&text, ", branch %s", h->branch);
	if (t->standin)
		str_add(&text, ", on a stand-in base");
	if (share > 1)
		str_addf(&text,
			"; each point is the median of %zu runs with their range, tare report --json has them all",
			share);
	if (lost)
		str_addf(&text, "; %zu void or failed sample%s listed, not drawn", lost,
			lost == 1 ? "" : "s");
	html_element(s, "p", "soft", str_get(&text));
}

static void track_section(struct str *s, const struct history *h, const struct track *t)
{
	_cleanup_(str_done) struct str name = STR_INIT;

	cell_name(&name, t->cell->cell);
	if (t->standin != t->cell->standin)
		str_add(&name, t->standin ? " (stand-in base)" : " (real base)");
	html_open(s, "section", "track", t->cell->cell, true);
	html_element(s, "h3", NULL, str_get(&name));
	soft_line(s, h, t);
	places(s, t);
	graphs(s, h, t);
	changes(s, t);
	table(s, h, t);
	str_add(s, "</section>\n");
}

/* The largest change of the track's last levels: what moved lately comes first. */
static double weight(const struct track *t)
{
	double most = 0;

	for (size_t i = 0; i < t->line_count; i++) {
		const struct line *l = &t->lines[i];

		for (size_t k = 0; k < l->change_count; k++) {
			double w = l->changes[k].effect.at;

			w = w < 0 ? -w : w;
			most = w > most ? w : most;
		}
	}
	return most;
}

static int by_weight(const void *pa, const void *pb)
{
	const struct track *const *a = pa, *const *b = pb;
	double wa = weight(*a), wb = weight(*b);

	if (wa != wb)
		return wa > wb ? -1 : 1;
	return *a < *b ? -1 : *a > *b;
}

static bool has_past(const struct history *h)
{
	for (size_t i = 0; i < h->count; i++)
		if (h->tracks[i].count > 1)
			return true;
	return false;
}

static void legend(struct str *s)
{
	html_element(s, "p", "soft",
		"One point a run, equally spaced: the median with its 95 % interval (below n = 6 the range). "
		"○ a sample of it is a finding. Faint dots are other branches. A thick line is the level "
		"between change points, ┆ a change point, ┊ a change of engine or base. "
		"Cells that changed most come first.");
}

void html_trends(struct str *s, const struct report *r)
{
	const struct history *h = &r->history;
	_cleanup_(freep) const struct track **order = xcalloc(h->count + 1, sizeof(*order));

	if (!has_past(h)) {
		html_element(s, "p", "soft",
			h->count
				? "There is one run so far, so each series is one point; later runs add theirs."
				: "No run has samples that can be drawn.");
		return;
	}
	legend(s);
	for (size_t i = 0; i < h->count; i++)
		order[i] = &h->tracks[i];
	qsort(order, h->count, sizeof(*order), by_weight);
	for (size_t i = 0; i < h->count; i++)
		track_section(s, h, order[i]);
}
