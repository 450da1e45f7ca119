/* Where builds get packages from: their registries, or the lab's caching proxy. */
#include "run/private.h"

#define LOCAL "127.0.0.1,localhost"

/* Programs that fetch packages, as words of a RUN; `http`: by default over http, so that a proxy can
 * keep what they fetch. */
static const struct {
	const char *name;
	bool http;
} programs[] = {
	{ "apt-get", true }, { "apt", true }, { "pip" }, { "pip3" }, { "uv" }, { "poetry" }, { "pipenv" },
	{ "conda" }, { "npm" }, { "yarn" }, { "pnpm" }, { "bun" }, { "go" }, { "cargo" }, { "mvn" },
	{ "./mvnw" }, { "gradle" }, { "./gradlew" }, { "bundle" }, { "gem" }, { "composer" }, { "dotnet" },
	{ "mix" }, { "apk" }, { "dnf" }, { "yum" }, { "microdnf" }, { "curl" }, { "wget" },
};

const char *fetching_program(const char *text, enum fetches how)
{
	static const char between[] = " \t\n;&|()'\"[],\\";

	while (*(text += strspn(text, between))) {
		size_t n = strcspn(text, between);

		for (size_t i = 0; i < ARRAY_SIZE(programs); i++)
			if ((how == FETCHES || programs[i].http == (how == FETCHES_HTTP)) &&
				strlen(programs[i].name) == n &&
				strncmp(programs[i].name, text, n) == 0)
				return programs[i].name;
		text += n;
	}
	return NULL;
}

/* The first program of this kind that a RUN of the variant names; NULL: none. */
static const char *names_one(const struct reading *r, enum fetches how)
{
	const char *found = NULL;

	for (size_t i = 0; i < r->graph->count && !found; i++) {
		const struct df_instruction *in = r->graph->steps[i].instruction;

		if (str_eq(in->name, "RUN"))
			found = fetching_program(in->original, how);
	}
	return found;
}

char *proxy_cannot(const struct scenario *s, const struct variant *v)
{
	_cleanup_(reading_done) struct reading r = { 0 };
	_cleanup_(err_freep) struct err *unread = variant_reading(s, v, &r);
	const char *https;

	if (unread || names_one(&r, FETCHES_HTTP))
		return NULL;
	https = names_one(&r, FETCHES_HTTPS);
	return https ? xasprintf("%s asks its registry over https, which a proxy cannot keep without "
				 "breaking into it: --packages direct", https)
		     : NULL;
}

struct err *run_proxy_check(struct scenario *const *scenarios, size_t count)
{
	_cleanup_(freep) char *first = NULL;

	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; k < scenarios[i]->variant_count; k++) {
			char *why = proxy_cannot(scenarios[i], &scenarios[i]->variants[k]);

			if (!why)
				return NULL;
			free(first);
			first = why;
		}
	return err_at(err_new(ERR_INPUT, "the lab's proxy is of no use to any build here: %s",
			      first ? first : "there is none"),
		"--packages lab");
}

static void arg_add(struct variant *v, const char *name, char *value)
{
	struct build_arg *arg = GROW(v->args, v->arg_count, v->arg_room);

	*arg = (struct build_arg){ xstrdup(name), value };
}

void variant_reach_here(struct variant *v)
{
	const char *besides = getenv("no_proxy");

	for (size_t i = 0; i < v->arg_count; i++)
		if (str_eq(v->args[i].name, "no_proxy"))
			return;
	arg_add(v, "no_proxy", xasprintf("%s%s%s", besides ? besides : "", besides ? "," : "", LOCAL));
}

static void use_proxy(struct variant *v, int port)
{
	arg_add(v, "http_proxy", xasprintf("http://127.0.0.1:%d", port));
	variant_reach_here(v);
}

void run_use_proxy(struct scenario *const *scenarios, size_t count, int port)
{
	for (size_t i = 0; i < count; i++) {
		for (size_t k = 0; k < scenarios[i]->variant_count; k++)
			use_proxy(&scenarios[i]->variants[k], port);
		for (size_t k = 0; k < scenarios[i]->spare_count; k++)
			use_proxy(&scenarios[i]->spares[k], port);
	}
}
