/* That the sample is the one whose turn it was, and that its edit is what a deps edit has to be. */
#include "run/checks.h"

/* Less than one TLS handshake: nothing was downloaded. */
#define NOTHING_BYTES 4096

static const struct plan_slot *unbuilt_before(const struct plan *p, const struct plan_slot *now)
{
	for (size_t i = 0; i < p->slot_count; i++) {
		const struct plan_slot *s = &p->slots[i];

		if (s->kind == SAMPLE_TIMED && !s->done && s->block < now->block &&
			p->cells[s->cell].scenario == p->cells[now->cell].scenario)
			return s;
	}
	return NULL;
}

/* Blocks are balanced when each has one place for each cell, none is built twice, and none of a
 * later block before all of an earlier one. */
void check_once(struct trial *t, enum check k)
{
	const struct plan *p = t->loop->job->plan;
	const struct plan_slot *now = t->slot, *before = unbuilt_before(p, now);
	int places = 0, left = 0;

	for (size_t i = 0; i < p->slot_count; i++) {
		const struct plan_slot *s = &p->slots[i];

		if (s->kind != SAMPLE_TIMED || s->cell != now->cell || s->block != now->block)
			continue;
		places++;
		left += !s->done;
	}
	if (!left)
		checks_fail(&t->sample.checks, k, "block %d has a sample of this cell already", now->block);
	else if (places != 1)
		checks_fail(&t->sample.checks, k, "block %d has %d places for this cell", now->block, places);
	else if (before)
		checks_fail(&t->sample.checks, k, "block %d began before block %d was done", now->block,
			before->block);
	else
		checks_pass(&t->sample.checks, k);
}

/* A proxy on this machine may answer from its own store. */
static bool has_local_proxy(const struct trial *t)
{
	static const char *const names[] = { "http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY" };

	if (t->loop->job->proxied)
		return true;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		const char *url = getenv(names[i]);

		if (url && (strstr(url, "localhost") || strstr(url, "//127.") || strstr(url, "[::1]")))
			return true;
	}
	return false;
}

/* In one direction only: a machine that received nothing during the whole build downloaded nothing
 * for it; one that did may have for others. */
void check_deps_downloaded(struct trial *t, enum check k)
{
	int64_t bytes = t->net_after - t->net_before;
	struct checks *c = &t->sample.checks;
	bool ran = false, asks = false;

	for (size_t i = 0; i < t->now.graph->count; i++) {
		const struct df_instruction *in = t->now.graph->steps[i].instruction;
		const struct step *s = trial_told(t, i);

		if (!s || s->cached || !str_eq(in->name, "RUN"))
			continue;
		ran = true;
		asks |= t->busted[i] && fetching_program(in->original, FETCHES);
	}
	if (!ran)
		checks_fail(c, k, "no RUN step ran");
	else if (asks && t->net_before >= 0 && t->net_after >= 0 && bytes < NOTHING_BYTES &&
		 !has_local_proxy(t))
		checks_fail(c, k, "the machine received %lld bytes during the build", (long long)bytes);
	else
		checks_pass(c, k);
}
