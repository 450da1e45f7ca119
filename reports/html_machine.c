/* Machine: where and how each run was made, what was checked, and how to make it again. */
#include "reports/encode.h"
#include "reports/html_parts.h"

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

static void facts(struct str *s, const struct run *run)
{
	_cleanup_(freep) char *seed = xasprintf("%llu", (unsigned long long)run->seed);

	str_add(s, "<dl>\n");
	fact(s, "command", run->command);
	fact(s, "project", run->project);
	fact(s, "commit", run->commit);
	fact(s, "branch", run->branch);
	fact(s, "uncommitted changes", run->dirty ? "yes" : NULL);
	fact(s, "tag", run->tag);
	fact(s, "CI job", run->ci_job);
	fact(s, "seed of the order", seed);
	fact(s, "tare", run->version);
	for (size_t i = 0; i < run->engine_count; i++)
		engine_fact(s, &run->engines[i]);
	for (size_t i = 0; i < run->env.count; i++)
		fact(s, run->env.items[i].key, run->env.items[i].value);
	str_add(s, "</dl>\n");
}

struct tally {
	size_t made, failed;
};

static void check_row(struct str *s, int check, const struct tally *t, const char *const *columns)
{
	const struct check_info *info = &check_table[check];
	_cleanup_(freep) char *made = xasprintf("%zu", t->made);
	_cleanup_(freep) char *failed = xasprintf("%zu", t->failed);

	html_row(s,
		(const char *const[]){ info->name, info->class == CHECK_VOID ? "void" : "finding",
			made, failed, info->text },
		columns);
}

static void checks(struct str *s, const struct run_summary *rs)
{
	static const char *const columns[] = { "check", "class", "#made", "#failed",
		"what it says when it fails", NULL };
	struct tally t[CHECK_COUNT] = { { 0 } };
	size_t made = 0, failed = 0;

	for (size_t i = 0; i < rs->sample_count; i++)
		for (int k = 0; k < CHECK_COUNT; k++) {
			t[k].made += rs->samples[i].checks.made >> k & 1;
			t[k].failed += rs->samples[i].checks.failed >> k & 1;
		}
	for (int k = 0; k < CHECK_COUNT; k++) {
		made += t[k].made;
		failed += t[k].failed;
	}
	_cleanup_(freep) char *label = xasprintf(
		"%zu checks of %zu builds, %zu failed", made, run_builds(rs), failed);

	html_table(s, label, columns);
	for (int k = 0; k < CHECK_COUNT; k++)
		if (t[k].made)
			check_row(s, k, &t[k], columns);
	html_table_end(s);
}

/* The same order needs the same seed. */
static void again(struct str *s, const struct run *run)
{
	if (!run->command)
		return;
	str_add(s, "<p class=\"soft\">To measure it again:</p>\n<pre tabindex=\"0\"><code>");
	if (run->commit) {
		str_add(s, "git checkout ");
		encode_html(s, run->commit);
		str_addc(s, '\n');
	}
	encode_html(s, run->command);
	if (!strstr(run->command, "--seed"))
		str_addf(s, " --seed %llu", (unsigned long long)run->seed);
	str_add(s, "</code></pre>\n");
}

void html_machine(struct str *s, const struct report *r)
{
	for (size_t i = 0; i < r->lead_count; i++) {
		_cleanup_(str_done) struct str title = STR_INIT;
		char name[7];

		str_addf(&title, "Run %s", run_short(r->runs[i], name));
		html_element(s, "h3", NULL, str_get(&title));
		facts(s, r->runs[i]);
		checks(s, r->leads[i]);
		again(s, r->runs[i]);
	}
	if (!r->lead_count)
		html_element(s, "p", "soft", "No run was recorded.");
}
