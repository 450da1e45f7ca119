/* tare list: runs, scenarios, engines. */
#include "base/json.h"
#include "cmd/ask.h"
#include "cmd/cmd.h"
#include "cmd/engines.h"
#include "reports/reports.h"

struct list {
	struct strv args, tags;
	char *db;
	int64_t limit;
	bool json;
};

static const struct opt list_table[] = {
	{ OPT_STR, 0, "db", "FILE", "the database", offsetof(struct list, db) },
	{ OPT_INT, 'n', "limit", "N", "at most so many runs (default: 20)", offsetof(struct list, limit) },
	{ OPT_LIST, 0, "tag", "LIST", "scenarios with all of these tags", offsetof(struct list, tags) },
	{ OPT_FLAG, 0, "json", NULL, "print JSON", offsetof(struct list, json) },
	{ OPT_ARGS, 0, NULL, "WHAT", NULL, offsetof(struct list, args) },
	{ OPT_END },
};

static const struct opts list_opts = { "list", "runs, scenarios or engines", "[runs|scenarios|engines]",
	NULL, list_table };

static void list_done(struct list *l)
{
	opts_done(&list_opts, l);
}

static struct err *list_runs(const struct list *opt)
{
	_cleanup_(store_closep) struct store *st = NULL;
	_cleanup_(freep) char *path = store_where(opt->db);
	size_t limit = opt->limit ? (size_t)opt->limit : 20;
	json_t *j;

	TRY(store_open(path, STORE_READ, &st));
	if (!opt->json)
		return report_runs_table(st, limit, stdout, term_of(stdout));
	TRY(report_runs_json(st, limit, &j));
	return json_print(j, stdout);
}

/* Rows go to a table or, with --json, to a list: the other one is NULL. */
struct sheet {
	struct table *table;
	json_t *list;
};

static struct sheet sheet_new(bool json)
{
	return (struct sheet){ json ? NULL : table_new(term_of(stdout)), json ? json_array() : NULL };
}

static void sheet_column(struct sheet *s, const char *title, bool shrink)
{
	if (s->table)
		table_column(s->table, title, false, shrink);
}

/* `names` are the members of the JSON; takes no ownership. */
static void sheet_row(struct sheet *s, const char *const *names, const char *const *cells)
{
	json_t *row;

	if (s->table) {
		table_row(s->table, cells);
		return;
	}
	row = json_object();
	for (size_t i = 0; names[i]; i++)
		json_object_set_new(row, names[i], json_bytes(cells[i]));
	json_array_append_new(s->list, row);
}

static struct err *sheet_print(struct sheet *s)
{
	return s->table ? table_print(s->table, stdout) : json_print(s->list, stdout);
}

/* Every tag there is, sorted. */
static void tags_of(const struct scenarios *l, struct strv *out)
{
	for (size_t i = 0; i < l->count; i++)
		for (size_t k = 0; k < l->items[i]->tags.count; k++)
			strv_add_once(out, l->items[i]->tags.items[k]);
	strv_sort(out);
}

static struct err *tags_check(const struct scenarios *l, const struct strv *asked)
{
	_cleanup_(strv_done) struct strv tags = STRV_INIT;
	_cleanup_(str_done) struct str list = STR_INIT;
	const char *near;

	tags_of(l, &tags);
	strv_join(&list, &tags, ", ");
	for (size_t i = 0; i < asked->count; i++) {
		if (strv_has(&tags, asked->items[i]))
			continue;
		near = tags.count ? str_nearest(asked->items[i], (const char *const *)tags.items)
				  : NULL;
		return err_next(err_at(err_new(ERR_INPUT, "no scenario is tagged \"%s\"%s%s%s",
					       asked->items[i], STR_MEANT(near)),
					"--tag"),
			"one of %s", str_get(&list));
	}
	return NULL;
}

static bool has_tags(const struct scenario *s, const struct strv *asked)
{
	for (size_t i = 0; i < asked->count; i++)
		if (!strv_has(&s->tags, asked->items[i]))
			return false;
	return true;
}

static struct err *scenarios_json(const struct scenarios *l, const struct strv *asked)
{
	json_t *list = json_array();

	for (size_t i = 0; i < l->count; i++) {
		const struct scenario *s = l->items[i];
		struct strv variants = STRV_INIT;

		if (!has_tags(s, asked))
			continue;
		for (size_t k = 0; k < s->variant_count; k++)
			strv_add(&variants, s->variants[k].name);
		json_array_append_new(list,
			json_pack("{s:o, s:o, s:o, s:o}", "name", json_bytes(s->name), "tags",
				json_texts(&s->tags), "variants", json_texts(&variants), "claim",
				json_bytes(s->claim ? s->claim : "")));
		strv_done(&variants);
	}
	return json_print(list, stdout);
}

static struct err *scenarios_print(const struct scenarios *l, const struct strv *asked)
{
	struct table *table = table_new(term_of(stdout));

	table_column(table, "scenario", false, false);
	table_column(table, "tags", false, true);
	table_column(table, "claim", false, true);
	for (size_t i = 0; i < l->count; i++) {
		const struct scenario *s = l->items[i];
		_cleanup_(str_done) struct str tags = STR_INIT;

		if (!has_tags(s, asked))
			continue;
		strv_join(&tags, &s->tags, ", ");
		table_row(table, (const char *const[]){
					 s->name, str_get(&tags), s->claim ? s->claim : "" });
	}
	return table_print(table, stdout);
}

static struct err *list_scenarios(const struct list *opt)
{
	_cleanup_(scenarios_done) struct scenarios l = { 0 };

	TRY(library_scenarios(&(struct strv){ 0 }, &l));
	TRY(tags_check(&l, &opt->tags));
	return opt->json ? scenarios_json(&l, &opt->tags) : scenarios_print(&l, &opt->tags);
}

static struct err *engine_row(const struct engine *e, struct sheet *sheet)
{
	struct engine_info info = { 0 };
	const char *version;

	TRY(e->probe(NULL, &info));
	version = info.facts.version ? info.facts.version : "";
	sheet_row(sheet, KEYS("name", "version", "usable", "summary"),
		(const char *const[]){ e->name, version, info.usable ? "yes" : "no", e->summary });
	engine_info_done(&info);
	return NULL;
}

static struct err *list_engines(const struct list *opt)
{
	struct sheet sheet = sheet_new(opt->json);

	sheet_column(&sheet, "engine", false);
	sheet_column(&sheet, "version", false);
	sheet_column(&sheet, "usable", false);
	sheet_column(&sheet, "what it is", true);
	for (size_t i = 0; engine_table[i]; i++)
		TRY(engine_row(engine_table[i], &sheet));
	return sheet_print(&sheet);
}

static struct err *list_main(int argc, char **argv)
{
	static const char *const words[] = { "runs", "scenarios", "engines", NULL };
	_cleanup_(list_done) struct list opt = { 0 };
	const char *what, *near;

	TRY(opts_parse(&list_opts, &opt, argc, argv));
	what = opt.args.count ? opt.args.items[0] : "runs";
	switch (word_index(words, what)) {
	case 0:
		return list_runs(&opt);
	case 1:
		return list_scenarios(&opt);
	case 2:
		return list_engines(&opt);
	}
	near = str_nearest(what, words);
	return err_next(err_new(ERR_INPUT, "cannot list \"%s\"%s%s%s", what,
				STR_MEANT(near)),
		"one of runs, scenarios, engines");
}

const struct command command_list = { &list_opts, list_main };
