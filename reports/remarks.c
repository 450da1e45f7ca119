/* What is said below a table about the run as a whole. */
#include "reports/notes.h"

void standins_of(const struct run_summary *rs, struct strv *refs)
{
	for (size_t i = 0; i < rs->sample_count; i++)
		for (size_t k = 0; k < rs->samples[i].input_count; k++) {
			const struct input_digest *in = &rs->samples[i].inputs[k];

			if (in->standin && in->ref && !strv_has(refs, in->ref))
				strv_add(refs, in->ref);
		}
}

void standin_words(struct str *s, const struct strv *refs)
{
	for (size_t i = 0; i < refs->count; i++) {
		str_add(s, i == 0 ? "" : i + 1 < refs->count ? ", " : " and ");
		term_encode(s, refs->items[i], strlen(refs->items[i]));
	}
	str_addf(s, " %s assembled here from packages, not upstream's",
		refs->count == 1 ? "is a stand-in" : "are stand-ins");
}

static void remark_standins(const struct run_summary *rs, struct strv *out)
{
	_cleanup_(strv_done) struct strv refs = STRV_INIT;
	struct str s = STR_INIT;

	standins_of(rs, &refs);
	if (!refs.count)
		return;
	standin_words(&s, &refs);
	strv_own(out, str_take(&s));
}

static void remark_engines(const struct run_summary *rs, struct strv *out)
{
	_cleanup_(str_done) struct str s = STR_INIT;

	for (size_t i = 0; i < rs->run->engine_count; i++) {
		const struct engine_facts *e = &rs->run->engines[i];
		_cleanup_(str_done) struct str more = STR_INIT;

		str_add(&s, s.len ? "; " : "");
		term_encode(&s, e->engine, strlen(e->engine));
		if (e->version) {
			str_addc(&s, ' ');
			term_encode(&s, e->version, strlen(e->version));
		}
		if (e->storage_driver)
			term_encode(&more, e->storage_driver, strlen(e->storage_driver));
		if (e->network) {
			str_addf(&more, "%snetwork ", more.len ? ", " : "");
			term_encode(&more, e->network, strlen(e->network));
		}
		str_add(&more, e->rootless ? more.len ? ", rootless" : "rootless" : "");
		if (more.len)
			str_addf(&s, " (%s)", str_get(&more));
	}
	if (s.len)
		strv_own(out, str_take(&s));
}

static void remark_packages(const struct run_summary *rs, struct strv *out)
{
	const char *how = facts_get(&rs->run->env, "packages");
	_cleanup_(str_done) struct str s = STR_INIT;

	if (!how)
		return;
	str_add(&s, "packages: ");
	term_encode(&s, how, strlen(how));
	strv_own(out, str_take(&s));
}

void run_remarks(const struct run_summary *rs, struct strv *out)
{
	if (!rs->run->end_unix_ns)
		strv_add(out, "this run has no end yet: tare run --resume continues it");
	remark_engines(rs, out);
	remark_standins(rs, out);
	remark_packages(rs, out);
}

static void void_place(struct str *s, const struct run_summary *rs, const struct sample *smp)
{
	char name[7];

	for (size_t i = 0; i < rs->count; i++)
		if (rs->cells[i].cell->id == smp->cell_id)
			cell_words(s, rs, rs->cells[i].cell);
	str_addf(s, "%s, %s build %s/%d", s->len ? "" : "a cell of another run",
		smp->kind == SAMPLE_PRIME ? "priming" : "timed", run_short(rs->run, name),
		smp->ordinal);
}

static const char *fail_detail(const struct sample *s, enum check k)
{
	for (size_t i = 0; i < s->checks.fail_count; i++)
		if (s->checks.fails[i].check == k)
			return s->checks.fails[i].detail;
	return NULL;
}

struct void_remark *run_voids(const struct run_summary *rs, size_t *count)
{
	struct void_remark *v = xcalloc(CHECK_COUNT, sizeof(*v));

	*count = 0;
	for (int k = 0; k < CHECK_COUNT; k++) {
		_cleanup_(str_done) struct str at = STR_INIT;
		size_t failed = 0;

		if (check_table[k].class != CHECK_VOID)
			continue;
		for (size_t i = 0; i < rs->sample_count; i++) {
			const struct sample *s = &rs->samples[i];
			const char *detail = fail_detail(s, k);

			if (!(s->checks.failed >> k & 1) || failed++)
				continue;
			void_place(&at, rs, s);
			if (detail) {
				str_add(&at, ": ");
				term_encode(&at, detail, strlen(detail));
			}
		}
		if (!failed)
			continue;
		v[*count].what = xasprintf("%zu of %zu samples %s void and %s no part: %s", failed,
			run_builds(rs), failed == 1 ? "is" : "are",
			failed == 1 ? "takes" : "take", check_table[k].text);
		v[(*count)++].at = str_take(&at);
	}
	return v;
}

void void_remarks_free(struct void_remark *v, size_t count)
{
	for (size_t i = 0; v && i < count; i++) {
		free(v[i].what);
		free(v[i].at);
	}
	free(v);
}

/* "local, inline": each mode once, whatever the edits. */
static void add_mode(struct str *modes, const struct cell *c)
{
	_cleanup_(str_done) struct str word = STR_INIT;
	_cleanup_(strv_done) struct strv there = STRV_INIT;

	str_add(&word, cache_name(c->cache));
	if (c->state == STATE_COLD && c->cache.mode != CACHE_NONE)
		str_add(&word, " (cold)");
	strv_split(&there, str_get(modes), ',');
	for (size_t i = 0; i < there.count; i++)
		if (str_eq(there.items[i] + (there.items[i][0] == ' '), str_get(&word)))
			return;
	str_addf(modes, "%s%s", modes->len ? ", " : "", str_get(&word));
}

struct unsupported *group_unsupported(
	const struct run_summary *rs, const struct sum_group *g, size_t *count)
{
	struct unsupported *u = xcalloc(g->count + 1, sizeof(*u));

	*count = 0;
	for (size_t i = g->first; i < g->first + g->count; i++) {
		const struct cell *c = rs->cells[i].cell;
		_cleanup_(str_done) struct str modes = STR_INIT;
		size_t k = 0;

		if (!c->unsupported)
			continue;
		while (k < *count &&
			!(str_eq(u[k].engine, c->engine) && str_eq(u[k].reason, c->unsupported)))
			k++;
		str_add(&modes, u[k].modes ? u[k].modes : "");
		add_mode(&modes, c);
		free(u[k].modes);
		u[k] = (struct unsupported){ c->engine, c->unsupported, str_take(&modes) };
		*count += k == *count;
	}
	return u;
}

void unsupported_free(struct unsupported *u, size_t count)
{
	for (size_t i = 0; u && i < count; i++)
		free(u[i].modes);
	free(u);
}
