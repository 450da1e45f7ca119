/* The catalogue that builds take from: a package index, and tags of bases that were built here. A
 * catalogue edit updates it: nothing of the context changes, and a build may get something else. */
#include <ctype.h>
#include <errno.h>
#include <unistd.h>

#include "base/file.h"
#include "run/private.h"

/* LAB/index is served; what stands in it for a scenario is a link to a copy beside it. */
static char *index_place(const struct lab *lab, size_t scenario, const char *state)
{
	return xasprintf("%s/index/%zu%s", lab->dir, scenario, state);
}

/* Let the scenario's index be that state of it, at once: a build that still runs finds one or the
 * other. */
static struct err *index_point(const struct lab *lab, size_t scenario, bool after)
{
	_cleanup_(freep) char *to = xasprintf("%zu-%s", scenario, after ? "after" : "before");
	_cleanup_(freep) char *fresh = index_place(lab, scenario, "-new");
	_cleanup_(freep) char *place = index_place(lab, scenario, "");

	if (unlink(fresh) < 0 && errno != ENOENT)
		return err_sys(fresh, errno);
	if (symlink(to, fresh) < 0 || rename(fresh, place) < 0)
		return err_sys(place, errno);
	return NULL;
}

static struct err *index_fill(const struct lab *lab, const struct scenario *s, size_t at)
{
	_cleanup_(freep) char *before = index_place(lab, at, "-before");
	_cleanup_(freep) char *after = index_place(lab, at, "-after");

	TRY(index_copy(s, s->index.before, before));
	TRY(index_copy(s, s->index.after, after));
	return index_point(lab, at, false);
}

/* INDEX_URL/simple -> http://127.0.0.1:41234/0/simple. podman hands the proxies of this machine to RUN,
 * which know of no server here. */
static void give_address(struct variant *v, int port, size_t scenario)
{
	bool proxied = getenv("http_proxy") || getenv("HTTP_PROXY"), given = false;

	for (size_t i = 0; i < v->arg_count; i++) {
		_cleanup_(freep) char *value = v->args[i].value;
		bool asks = str_starts(value, INDEX_URL);

		v->args[i].value = asks ? xasprintf("http://127.0.0.1:%d/%zu%s", port, scenario,
						  value + strlen(INDEX_URL))
					: TAKE_PTR(value);
		given |= asks;
	}
	if (given && proxied)
		variant_reach_here(v);
}

static void give_addresses(struct scenario *s, int port, size_t at)
{
	for (size_t i = 0; i < s->variant_count; i++)
		give_address(&s->variants[i], port, at);
	for (size_t i = 0; i < s->spare_count; i++)
		give_address(&s->spares[i], port, at);
}

struct err *catalogue_open(struct run_job *job)
{
	_cleanup_(freep) char *dir = path_join(job->lab->dir, "index");
	int port = 0;

	for (size_t i = 0; i < job->scenario_count; i++) {
		struct scenario *s = job->scenarios[i];

		if (!s->index.before)
			continue;
		TRY(dir_make(dir, 0700));
		if (!port)
			TRY(lab_serve(job->lab, dir, &port));
		TRY(index_fill(job->lab, s, i));
		give_addresses(s, port, i);
	}
	return NULL;
}

/* Whether a name may begin there: web:1@DIGEST is not asked for in team/web:1@DIGEST. */
static bool begins_name(const char *text, const char *at)
{
	return at == text || !(isalnum((unsigned char)at[-1]) || strchr("/._-:", at[-1]));
}

/* All that asks for the digest of this base; *found is set where something does. */
static void pin_one(struct str *text, const struct built *b, bool *found)
{
	_cleanup_(freep) char *asks = xasprintf("%s%s", b->how->ref, BY_DIGEST);
	struct str out = STR_INIT;
	const char *from = str_get(text), *at;

	for (; (at = strstr(from, asks)); from = at + strlen(asks)) {
		bool is_it = begins_name(str_get(text), at);

		str_addn(&out, from, (size_t)(at - from));
		str_add(&out, is_it ? b->by_digest : asks);
		*found |= is_it;
	}
	str_add(&out, from);
	str_done(text);
	*text = out;
}

struct err *catalogue_pin(const struct trial *t, const char *dockerfile)
{
	_cleanup_(str_done) struct str text = STR_INIT;
	bool found = false;

	if (!t->scenario->built_count)
		return NULL;
	TRY(file_read(dockerfile, DOCKERFILE_CEILING, &text));
	for (size_t i = 0; i < t->scenario->built_count; i++) {
		const struct built *b = built_named(t, t->scenario->built[i].ref);

		if (b)
			pin_one(&text, b, &found);
	}
	return found ? file_replace(dockerfile, 0644, str_get(&text), text.len) : NULL;
}

/* What an update moves, in words. */
static char *update_words(const struct scenario *s)
{
	struct str said = STR_INIT;

	for (size_t i = 0; i < s->built_count; i++) {
		const struct built_base *b = &s->built[i];

		if (b->before)
			str_addf(&said, "%s%s was %s and is %s", said.len ? "; " : "", b->ref,
				strrchr(b->before, ':') + 1, strrchr(b->after, ':') + 1);
	}
	if (s->index.before)
		str_addf(&said, "%sthe package index was %s and is %s", said.len ? "; " : "",
			s->index.before, s->index.after);
	return str_take(&said);
}

struct err *catalogue_turn(struct trial *t)
{
	if (t->scenario->index.before)
		TRY(index_point(t->loop->job->lab, t->pc->scenario, trial_is_updated(t)));
	if (!trial_is_updated(t))
		return NULL;
	free(t->sample.change);
	t->sample.change = update_words(t->scenario);
	return NULL;
}
