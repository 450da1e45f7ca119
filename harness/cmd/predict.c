#include "cmd/predict.h"

#include <ctype.h>

#include "base/clock.h"
#include "base/json.h"
#include "explain/predict.h"
#include "reports/table.h"
#include "scenario/scenario.h"

#define STEP_COLUMNS 26 /* of an instruction in the table: it stays within 80 */
#define LINES_SHOWN  5	/* in a sentence */

/* A variant's graph and context, and what follows from them. */
struct seen {
	const struct scenario *scenario;
	const struct variant *variant;
	struct dockerfile *dockerfile;
	struct df_graph *graph;
	struct manifest files;
	int64_t left_out;
	struct prediction p;
};

static void seen_done(struct seen *x)
{
	prediction_done(&x->p);
	manifest_done(&x->files);
	graph_free(x->graph);
	dockerfile_free(x->dockerfile);
}

/* Dockerfile and ignore file are read by the build itself: where no step reads them they are not
 * what the context could do without. */
static void drop_own(struct seen *x)
{
	const char *file = x->variant->dockerfile;
	_cleanup_(freep) char *own = xasprintf("%s.dockerignore", file);

	prediction_drop_unread(&x->p, ".dockerignore");
	if (!str_eq(x->scenario->context, x->scenario->dir))
		return;
	prediction_drop_unread(&x->p, file);
	prediction_drop_unread(&x->p, own);
}

static struct err *look(const struct scenario *s, const struct variant *v, struct seen *out)
{
	_cleanup_(str_done) struct str text = STR_INIT;

	out->scenario = s;
	out->variant = v;
	TRY(scenario_dockerfile(s, v, &text));
	TRY(dockerfile_parse(v->dockerfile, str_get(&text), text.len, &out->dockerfile));
	TRY(graph_build_for(
		out->dockerfile, v->target, v->platform, v->args, v->arg_count, &out->graph));
	TRY(context_list(s, v, IGNORE_MOBY, &out->files, &out->left_out));
	predict(out->graph, &out->files, &out->p);
	drop_own(out);
	return NULL;
}

/* --- words --- */

/* The instruction on one line, white space as one space each. */
static char *step_text(const struct df_step *step)
{
	_cleanup_(str_done) struct str s = STR_INIT;

	for (const char *p = step->instruction->original; *p; p++) {
		if (!isspace((unsigned char)*p))
			str_addc(&s, *p);
		else if (s.len && s.buf[s.len - 1] != ' ')
			str_addc(&s, ' ');
	}
	return str_take(&s);
}

/* "4 COPY . /app"; longer than `columns`: cut, with an ellipsis. */
static char *step_name(const struct df_step *step, int columns)
{
	_cleanup_(freep) char *text = step_text(step);
	size_t n = strlen(text);
	bool cut = term_columns(text) > columns;

	while (cut && n && (term_columns(text) >= columns || (text[n] & 0xc0) == 0x80))
		text[--n] = '\0';
	return xasprintf("%d %s%s", step->instruction->line, text, cut ? "…" : "");
}

static const char *plural(size_t n)
{
	return n == 1 ? "" : "s";
}

/* --- table --- */

static void add_row(struct table *tb, const struct seen *x, const char *path, size_t outcome,
	size_t files, int64_t size_bytes)
{
	const struct outcome *o = &x->p.outcomes[outcome];
	bool read = o->first != SIZE_MAX;
	_cleanup_(freep) char *step = read ? step_name(&x->graph->steps[o->first], STEP_COLUMNS)
					   : NULL;
	_cleanup_(freep) char *again = xasprintf("%zu of %zu", o->again_count, x->graph->count);
	_cleanup_(freep) char *count = xasprintf("%zu", files);
	_cleanup_(str_done) struct str size = STR_INIT;

	bytes_show(&size, size_bytes);
	table_row(tb, (const char *const[]){ path, count, str_get(&size),
			      read ? step : "nothing reads it", read ? again : "" });
}

static struct table *new_table(void)
{
	struct table *tb = table_new(term_of(stdout));

	table_column(tb, "a change of", false, true);
	table_column(tb, "files", true, false);
	table_column(tb, "size", true, false);
	table_column(tb, "busts line", false, false);
	table_column(tb, "again", true, false);
	return tb;
}

static void add_each_file(struct table *tb, const struct seen *x)
{
	for (size_t o = 0; o < x->p.outcome_count; o++)
		for (size_t i = 0; i < x->files.count; i++)
			if (x->p.of[i] == o)
				add_row(tb, x, x->files.items[i].path, o, 1,
					x->files.items[i].size_bytes);
}

static void add_rows(struct table *tb, const struct seen *x)
{
	struct predict_rows rows;

	predict_rows(&x->p, &rows);
	for (size_t i = 0; i < rows.count; i++)
		add_row(tb, x, rows.items[i].path, rows.items[i].outcome, rows.items[i].files,
			rows.items[i].size_bytes);
	predict_rows_done(&rows);
}

static void say(FILE *f, const struct str *text)
{
	struct term t = term_of(f);
	_cleanup_(str_done) struct str safe = STR_INIT, shown = STR_INIT;

	term_encode(&safe, str_get(text), text->len);
	plain_text(&shown, t, str_get(&safe));
	paragraph(f, "", "", str_get(&shown), t.width < 100 ? t.width : 100);
}

static void title(FILE *f, const struct seen *x)
{
	_cleanup_(str_done) struct str s = STR_INIT;

	str_addf(&s, "%s/%s (%s, %d stage%s, %zu step%s): %zu file%s in the context",
		x->scenario->name, x->variant->name, x->variant->dockerfile, x->graph->built_count,
		plural((size_t)x->graph->built_count), x->graph->count, plural(x->graph->count),
		x->p.file_count, plural(x->p.file_count));
	if (x->left_out > 0)
		str_addf(&s, ", %lld more left out by the ignore file", (long long)x->left_out);
	say(f, &s);
}

/* ", and with it lines 4, 5 and 7": the steps that run again after the first, by their lines. */
static void add_lines(struct str *s, const struct seen *x, const struct outcome *o)
{
	size_t others = o->again_count - 1, shown = others > LINES_SHOWN ? LINES_SHOWN : others;
	size_t n = 0;

	if (others > 0)
		str_addf(s, ", and with it line%s", plural(others));
	for (size_t i = 0; i < x->graph->count && n < shown; i++) {
		if (!o->again[i] || i == o->first)
			continue;
		str_addf(s, "%s %d",
			n == 0		  ? ""
			: n + 1 == others ? " and"
					  : ",",
			x->graph->steps[i].instruction->line);
		n++;
	}
	if (others > shown)
		str_addf(s, " and %zu more", others - shown);
}

/* What most of the files bust. */
static void say_most(FILE *f, const struct seen *x)
{
	const struct outcome *most = NULL;
	_cleanup_(str_done) struct str s = STR_INIT;
	_cleanup_(freep) char *step = NULL;

	for (size_t i = 0; i < x->p.outcome_count; i++) {
		const struct outcome *o = &x->p.outcomes[i];

		if (o->first != SIZE_MAX && (!most || o->files > most->files))
			most = o;
	}
	if (!most)
		return;
	step = step_name(&x->graph->steps[most->first], 60);
	str_addf(&s, "A change of %s%zu file%s busts line %s", most->files > 1 ? "any of " : "",
		most->files, plural(most->files), step);
	add_lines(&s, x, most);
	str_addc(&s, '.');
	say(f, &s);
}

static void say_unread(FILE *f, const struct seen *x)
{
	_cleanup_(str_done) struct str s = STR_INIT;
	const struct outcome *last = x->p.outcome_count ? &x->p.outcomes[x->p.outcome_count - 1]
							: NULL;

	if (!last || last->first != SIZE_MAX || last->files == 0)
		return;
	str_addf(&s, "Nothing reads %zu of the files, ", last->files);
	bytes_show(&s, last->size_bytes);
	str_addf(&s, " in all: .dockerignore can leave %s out.", last->files > 1 ? "them" : "it");
	say(f, &s);
}

struct err *predict_table(
	const struct scenario *s, const struct variant *v, bool each_file, FILE *f)
{
	_cleanup_(seen_done) struct seen x = { 0 };
	struct table *tb;

	TRY(look(s, v, &x));
	title(f, &x);
	if (x.p.file_count == 0)
		return NULL;
	tb = new_table();
	if (each_file)
		add_each_file(tb, &x);
	else
		add_rows(tb, &x);
	TRY(table_print(tb, f));
	say_most(f, &x);
	say_unread(f, &x);
	return fflush(f) == 0 && !ferror(f) ? NULL : err_new(ERR_IO, "cannot write the table");
}

/* --- JSON --- */

static json_t *steps_json(const struct df_graph *g)
{
	json_t *list = json_array();

	for (size_t i = 0; i < g->count; i++) {
		const struct df_step *step = &g->steps[i];
		_cleanup_(freep) char *text = step_text(step);

		json_array_append_new(list,
			json_pack("{s:i, s:i, s:o, s:o}", "stage", step->stage, "line",
				step->instruction->line, "instruction",
				json_bytes(step->instruction->name), "text", json_bytes(text)));
	}
	return list;
}

/* The steps that run again, by their place in "steps". */
static json_t *again_json(const struct df_graph *g, const struct outcome *o)
{
	json_t *list = json_array();

	for (size_t i = 0; i < g->count; i++)
		if (o->again[i])
			json_array_append_new(list, json_integer((json_int_t)i));
	return list;
}

static json_t *files_json(const struct seen *x)
{
	json_t *list = json_array();

	for (size_t i = 0; i < x->files.count; i++) {
		const struct manifest_entry *file = &x->files.items[i];
		const struct outcome *o;

		if (x->p.of[i] == SIZE_MAX)
			continue;
		o = &x->p.outcomes[x->p.of[i]];
		json_array_append_new(
			list, json_pack("{s:o, s:I, s:o, s:o}", "path", json_bytes(file->path),
				      "size_bytes", (json_int_t)file->size_bytes, "first_step",
				      o->first == SIZE_MAX ? json_null()
							   : json_integer((json_int_t)o->first),
				      "steps_again", again_json(x->graph, o)));
	}
	return list;
}

struct err *predict_json(const struct scenario *s, const struct variant *v, json_t *to)
{
	_cleanup_(seen_done) struct seen x = { 0 };

	TRY(look(s, v, &x));
	json_array_append_new(
		to, json_pack("{s:o, s:o, s:o, s:o, s:o, s:I}", "scenario", json_bytes(s->name),
			    "variant", json_bytes(v->name), "dockerfile", json_bytes(v->dockerfile),
			    "steps", steps_json(x.graph), "files", files_json(&x), "left_out",
			    (json_int_t)x.left_out));
	return NULL;
}
