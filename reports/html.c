/* The page: one file, nothing fetched, nothing run. */
#include "base/clock.h"
#include "base/file.h"
#include "reports/answer.h"
#include "reports/encode.h"
#include "reports/html_parts.h"
#include "reports/page.h"
#include "reports/reports.h"

#define TRENDS_SHOWN 12

static void fact(struct str *s, const char *key, const char *value)
{
	if (!value || !*value)
		return;
	html_element(s, "dt", NULL, key);
	html_element(s, "dd", NULL, value);
}

static void engine_fact(struct str *s, const struct engine_facts *e)
{
	_cleanup_(str_done) struct str v = STR_INIT;

	str_add(&v, e->version ? e->version : "version unknown");
	if (e->storage_driver)
		str_addf(&v, ", storage driver %s", e->storage_driver);
	if (e->network)
		str_addf(&v, ", network %s", e->network);
	str_add(&v, e->rootless ? ", rootless" : "");
	for (size_t i = 0; i < e->more.count; i++)
		str_addf(&v, ", %s %s", e->more.items[i].key, e->more.items[i].value);
	fact(s, e->engine, str_get(&v));
}

void html_machine(struct str *s, const struct run *run)
{
	_cleanup_(freep) char *seed = xasprintf("%llu", (unsigned long long)run->seed);

	str_add(s, "<dl>\n");
	fact(s, "command", run->command);
	fact(s, "project", run->project);
	fact(s, "commit", run->commit);
	fact(s, "branch", run->branch);
	fact(s, "uncommitted changes", run->dirty ? "yes" : NULL);
	fact(s, "tag", run->tag);
	fact(s, "seed of the order", seed);
	fact(s, "tare", run->version);
	for (size_t i = 0; i < run->engine_count; i++)
		engine_fact(s, &run->engines[i]);
	for (size_t i = 0; i < run->env.count; i++)
		fact(s, run->env.items[i].key, run->env.items[i].value);
	str_add(s, "</dl>\n");
}

static void head(struct str *s, const struct run_summary *rs)
{
	_cleanup_(str_done) struct str line = STR_INIT, when = STR_INIT;
	char name[7];

	str_add(s, "<header>\n");
	html_element(s, "h1", NULL, rs->count ? rs->cells[0].cell->scenario : "an empty run");
	time_show(&when, rs->run->start_unix_ns);
	str_addf(&line, "Run %s, %.10s %.5s UTC", run_short(rs->run, name), str_get(&when),
		str_get(&when) + 11);
	for (size_t i = 0; i < rs->run->engine_count; i++) {
		const struct engine_facts *e = &rs->run->engines[i];

		str_addf(&line, ", %s%s%s", e->engine, e->version ? " " : "",
			e->version ? e->version : "");
	}
	if (!rs->run->end_unix_ns)
		str_add(&line, ". Not finished: tare run --resume continues it");
	html_element(s, "p", NULL, str_get(&line));
	str_add(s, "</header>\n");
}

static void main_part(struct str *s, const struct run_summary *rs, const struct cell_trend *trends,
	size_t trend_count)
{
	head(s, rs);
	str_add(s, "<div id=\"answer\">\n");
	html_variants(s, rs);
	for (size_t i = 0; i < rs->group_count; i++)
		html_verdict(s, rs, &rs->groups[i]);
	str_add(s, "</div>\n<div id=\"flags\">\n");
	html_flags(s, rs);
	str_add(s, "</div>\n<h2 id=\"matrix\">Cache matrix</h2>\n");
	for (size_t i = 0; i < rs->group_count; i++)
		html_matrix(s, rs, &rs->groups[i]);
	str_add(s, "<h2 id=\"trends\">Trends</h2>\n");
	html_trends(s, rs, trends, trend_count);
	str_add(s, "<h2 id=\"machine\">Machine</h2>\n");
	html_machine(s, rs->run);
}

static const char nav[] = "<b>tare</b>\n<a href=\"#answer\">Answer</a>\n"
			  "<a href=\"#flags\">Flags</a>\n<a href=\"#matrix\">Cache matrix</a>\n"
			  "<a href=\"#trends\">Trends</a>\n<a href=\"#machine\">Machine</a>\n";

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
	struct str title, main;
};

static const char *page_value(const char *name, void *ctx)
{
	const struct page *p = ctx;

	if (str_eq(name, "csp"))
		return page_css_hash;
	if (str_eq(name, "css"))
		return page_css;
	if (str_eq(name, "nav"))
		return nav;
	return str_get(str_eq(name, "title") ? &p->title : &p->main);
}

static void page_done(struct page *p)
{
	str_done(&p->title);
	str_done(&p->main);
}

struct err *report_html(struct store *st, const struct run *run, const char *path)
{
	_cleanup_(summary_freep) struct run_summary *rs = NULL;
	_cleanup_(page_done) struct page p = { 0 };
	_cleanup_(str_done) struct str out = STR_INIT;
	struct cell_trend *trends;
	size_t trend_count;
	char name[7];

	TRY(summary_load(st, run, &rs));
	TRY(trends_load(st, rs, TRENDS_SHOWN, &trends, &trend_count));
	encode_html(&p.title, rs->count ? rs->cells[0].cell->scenario : "run");
	str_addf(&p.title, ", run %s: tare", run_short(run, name));
	main_part(&p.main, rs, trends, trend_count);
	trends_free(trends, trend_count);
	fill_template(&out, page_value, &p);
	return file_replace(path, 0644, str_get(&out), out.len);
}
