/* The page: one file, nothing fetched, and nothing run but its own script. */
#include "base/clock.h"
#include "base/file.h"
#include "reports/encode.h"
#include "reports/html_parts.h"
#include "reports/page.h"
#include "reports/reports.h"

static const struct view {
	const char *id, *title;
	void (*write)(struct str *s, const struct report *r);
} views[] = {
	{ "overview", "Overview", html_overview },
	{ "cache", "Cache", html_cache },
	{ "trends", "Trends", html_trends },
	{ "builds", "Builds", html_builds },
	{ "images", "Images", html_images },
	{ "runners", "Runners", html_runners },
	{ "machine", "Machine", html_machine },
};

/* The scenarios of the leads: one by its name, several counted. */
static void subject(struct str *s, const struct report *r)
{
	const struct cell *first = NULL;
	size_t count = 0;

	for (size_t i = 0; i < r->lead_count; i++)
		for (size_t k = 0; k < r->leads[i]->count; k++) {
			const struct cell *c = r->leads[i]->cells[k].cell;

			if (k && str_eq(c->scenario, r->leads[i]->cells[k - 1].cell->scenario))
				continue;
			first = first ? first : c;
			count++;
		}
	if (count == 1)
		term_encode(s, first->scenario, strlen(first->scenario));
	else if (count)
		str_addf(s, "%zu scenarios", count);
	else
		str_add(s, r->lead_count ? "an empty run" : "no run yet");
}

static void run_words(struct str *s, const struct run *run)
{
	_cleanup_(str_done) struct str when = STR_INIT, commit = STR_INIT;
	char name[7];

	time_show(&when, run->start_unix_ns);
	str_addf(s, "run %s, %.10s %.5s UTC", run_short(run, name), str_get(&when),
		str_get(&when) + 11);
	commit_name(&commit, run);
	if (commit.len)
		str_addf(s, ", commit %s", str_get(&commit));
	if (run->branch) {
		str_add(s, ", branch ");
		term_encode(s, run->branch, strlen(run->branch));
	}
}

static void what_led(struct str *s, const struct report *r)
{
	if (!r->lead_count) {
		str_add(s, "No run was recorded in this database: tare run measures.");
		return;
	}
	if (r->of == REPORT_COMPARISON) {
		str_add(s, "B: ");
		run_words(s, r->runs[0]);
		str_add(s, ". A: ");
		run_words(s, r->before_runs[0]);
		return;
	}
	str_add(s, r->of == REPORT_RUN ? "" : "Latest: ");
	run_words(s, r->runs[0]);
	if (r->lead_count > 1)
		str_addf(s, "; %zu runs in all, the latest of each scenario", r->lead_count);
	for (size_t i = 0; i < r->runs[0]->engine_count; i++) {
		const struct engine_facts *e = &r->runs[0]->engines[i];

		str_addf(s, ", %s%s%s", e->engine, e->version ? " " : "",
			e->version ? e->version : "");
	}
	if (!r->runs[0]->end_unix_ns)
		str_add(s, ". Not finished: tare run --resume continues it");
}

static void head(struct str *s, const struct report *r)
{
	_cleanup_(str_done) struct str line = STR_INIT, title = STR_INIT;

	subject(&title, r);
	what_led(&line, r);
	str_add(s, "<header>\n");
	html_element(s, "h1", NULL, str_get(&title));
	html_element(s, "p", NULL, str_get(&line));
	str_add(s, "</header>\n");
}

static void main_part(struct str *s, const struct report *r)
{
	for (size_t i = 0; i < ARRAY_SIZE(views); i++) {
		str_addf(s,
			"<section class=\"view\" id=\"%s\" aria-labelledby=\"h-%s\">\n<h2 id=\"h-%s\">%s</h2>\n",
			views[i].id, views[i].id, views[i].id, views[i].title);
		views[i].write(s, r);
		str_add(s, "</section>\n");
	}
}

static void nav(struct str *s)
{
	for (size_t i = 0; i < ARRAY_SIZE(views); i++)
		str_addf(s, "<li><a href=\"#%s\">%s</a></li>\n", views[i].id, views[i].title);
}

/* Put each {{name}} of the template's text; what is put in is not looked at again. */
static void fill_template(
	struct str *s, const char *(*value)(const char *name, void *ctx), void *ctx)
{
	const char *at = page_html, *open;

	while ((open = strstr(at, "{{"))) {
		const char *close = strstr(open, "}}");
		_cleanup_(freep) char *name = xstrndup(open + 2, (size_t)(close - open) - 2);

		str_addn(s, at, (size_t)(open - at));
		str_add(s, value(name, ctx));
		at = close + 2;
	}
	str_add(s, at);
}

struct page {
	struct str title, nav, head, main;
};

static const char *page_value(const char *name, void *ctx)
{
	const struct page *p = ctx;
	const struct {
		const char *name, *text;
	} values[] = {
		{ "csp-style", page_css_hash },
		{ "csp-script", page_js_hash },
		{ "css", page_css },
		{ "js", page_js },
		{ "title", str_get(&p->title) },
		{ "nav", str_get(&p->nav) },
		{ "head", str_get(&p->head) },
		{ "main", str_get(&p->main) },
	};

	for (size_t i = 0; i < ARRAY_SIZE(values); i++)
		if (str_eq(values[i].name, name))
			return values[i].text;
	return "";
}

static void page_done(struct page *p)
{
	str_done(&p->title);
	str_done(&p->nav);
	str_done(&p->head);
	str_done(&p->main);
}

struct err *report_html(const struct report *r, const char *path)
{
	_cleanup_(page_done) struct page p = { 0 };
	_cleanup_(str_done) struct str out = STR_INIT, title = STR_INIT;

	subject(&title, r);
	encode_html(&p.title, str_get(&title));
	str_add(&p.title, ": tare");
	nav(&p.nav);
	head(&p.head, r);
	main_part(&p.main, r);
	fill_template(&out, page_value, &p);
	return file_replace(path, 0644, str_get(&out), out.len);
}
