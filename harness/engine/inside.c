#include "engine/inside.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/proc.h"

#define RUN_LIMIT_NS (10 * MINUTE_NS) /* a large image is pushed in it on a busy machine */
#define OUT_CEILING  (16u << 20)

struct err *program_help(const char *const *argv, const char *const *env, struct str *out)
{
	_cleanup_(proc_result_done) struct proc_result r = { 0 };

	TRY(proc_run(&(struct proc){ .argv = argv, .env = env }, &r));
	str_addn(out, str_get(&r.out), r.out.len);
	str_addn(out, str_get(&r.err), r.err.len);
	return NULL;
}

char *program_says(const char *const *argv, const char *const *env)
{
	_cleanup_(proc_result_done) struct proc_result r = { 0 };
	_cleanup_(err_freep) struct err *e = proc_check(
		&(struct proc){ .argv = argv, .env = env }, &r);

	if (e || !r.out.len)
		return NULL;
	return xstrndup(str_get(&r.out), strcspn(str_get(&r.out), "\n"));
}

void facts_ask(
	struct engine_info *i, const char *key, const char *const *argv, const struct strv *env)
{
	_cleanup_(freep) char *says = program_says(argv, env ? (const char *const *)env->items : NULL);

	if (says)
		facts_set(&i->facts.more, key, "%s", says);
}

char *program_find(const char *dir, const char *name)
{
	_cleanup_(freep) char *path = dir ? path_join(dir, name) : path_find_program(NULL, name);

	return path && access(path, X_OK) == 0 ? TAKE_PTR(path) : NULL;
}

struct heard {
	struct str *out;
	struct str last; /* of stderr */
};

static struct err *hear(void *ctx, int fd, const char *line, size_t n, int64_t at_ns)
{
	struct heard *h = ctx;

	if (fd == 1 && h->out->len + n < OUT_CEILING) {
		str_addn(h->out, line, n);
		str_addc(h->out, '\n');
	} else if (fd == 2 && n) {
		str_clear(&h->last);
		str_addn(&h->last, line, n);
	}
	return NULL;
}

static void heard_done(struct heard *h)
{
	str_done(&h->last);
}

struct err *inside_run(struct lab *lab, const struct cmd *c, struct str *out)
{
	_cleanup_(heard_done) struct heard h = { .out = out };
	_cleanup_(timed_done) struct timed t = { 0 };
	const struct spawn s = {
		.argv = (const char *const *)c->argv.items,
		.env = (const char *const *)c->env.items,
		.cwd = c->cwd,
		.out = -1,
		.err = -1,
	};
	const struct line_sink sink = { hear, &h };

	TRY(spawn_timed(lab->sock, &s, RUN_LIMIT_NS, NULL, &sink, &t));
	if (t.timed_out)
		return err_new(ERR_TOOL, "%s does not answer", s.argv[0]);
	if (t.end.status)
		return err_at(err_new(ERR_TOOL, "%s", h.last.len ? str_get(&h.last) : "it failed"),
			"%s, exit %d", s.argv[0], t.end.status);
	return NULL;
}

static const char *const proxies[] = {
	"HTTP_PROXY",
	"HTTPS_PROXY",
	"NO_PROXY",
	"http_proxy",
	"https_proxy",
	"no_proxy",
};

struct err *inside_env(const char *dir, const char *home, struct strv *env)
{
	static const char path[] = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
	_cleanup_(freep) char *tmp = path_join(home, "tmp");

	TRY(dir_make(tmp, 0700));
	strv_addf(env, "PATH=%s%s%s", dir ? dir : "", dir ? ":" : "", path);
	strv_addf(env, "HOME=%s", home);
	strv_addf(env, "TMPDIR=%s", tmp);
	for (size_t i = 0; i < ARRAY_SIZE(proxies); i++)
		if (getenv(proxies[i]))
			strv_addf(env, "%s=%s", proxies[i], getenv(proxies[i]));
	return NULL;
}

/* Two of one name differ in their directory: a few digits of its digest tell them apart. */
struct err *inside_dir(struct lab *lab, const struct engine_facts *facts, char **dir_out)
{
	const char *at = strchr(facts->engine, '@');
	size_t n = at ? (size_t)(at - facts->engine) : strlen(facts->engine);
	_cleanup_(freep) char *dir = NULL;
	char hex[XXH_SIZE];

	if (at) {
		xxh_bytes(at, strlen(at), hex);
		dir = xasprintf("%s/e/%.*s-%.6s", lab->dir, (int)n, facts->engine, hex);
	} else {
		dir = xasprintf("%s/e/%s", lab->dir, facts->engine);
	}
	TRY(dir_make(dir, 0700));
	*dir_out = TAKE_PTR(dir);
	return NULL;
}

struct err *inside_cgroup(struct lab *lab, const char *dir, char **cgroup_out)
{
	return lab_cgroup(lab, strrchr(dir, '/') + 1, cgroup_out);
}

static void add_ids(struct strv *argv, const char *option, const struct strv *ids, bool bare)
{
	for (size_t i = 0; i < ids->count; i++) {
		strv_add(argv, option);
		if (bare || strchr(ids->items[i], '='))
			strv_add(argv, ids->items[i]);
		else
			strv_addf(argv, "id=%s", ids->items[i]);
	}
}

void inside_ids(const struct variant *v, struct strv *argv)
{
	add_ids(argv, "--secret", &v->secrets, false);
	add_ids(argv, "--ssh", &v->ssh, true);
}

void inside_options(const struct build *b, struct strv *argv)
{
	const struct variant *v = b->variant;

	if (v->target)
		strv_addl(argv, "--target", v->target);
	if (v->platform)
		strv_addl(argv, "--platform", v->platform);
	for (size_t i = 0; i < v->arg_count; i++) {
		strv_add(argv, "--build-arg");
		strv_addf(argv, "%s=%s", v->args[i].name, v->args[i].value);
	}
	for (size_t i = 0; i < v->context_count; i++) {
		_cleanup_(freep) char *dir = v->contexts[i].dir[0] == '/'
						     ? xstrdup(v->contexts[i].dir)
						     : path_join(b->context, v->contexts[i].dir);

		strv_add(argv, "--build-context");
		strv_addf(argv, "%s=%s", v->contexts[i].name, dir);
	}
	inside_ids(v, argv);
	if (b->extra)
		strv_addv(argv, b->extra);
}

struct err *inside_pushed(struct lab *lab, const struct build *b, struct image_ref *out)
{
	_cleanup_(freep) char *host = xasprintf("127.0.0.1:%d/", lab->cache_port);

	if (!str_starts(b->tag, host))
		return err_new(ERR_INPUT, "\"%s\" is not of the lab's registry", b->tag);
	out->where = IMAGE_REGISTRY;
	out->ref = xstrdup(b->tag + strlen(host));
	out->socket = xstrdup(lab_registry_socket(lab));
	return NULL;
}
