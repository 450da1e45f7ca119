/* Copying images into the lab's registry with skopeo, which knows the user's credentials, mirrors
 * and CAs. */
#include <errno.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/term.h"
#include "lab/bases.h"
#include "lab/private.h"
#include "lab/secret.h"

#define ASK_LIMIT_NS  (10 * SECOND_NS)
#define COPY_LIMIT_NS (20 * MINUTE_NS)
#define SAID_MAX      (64 << 10)
#define REASON_MAX    300

extern char **environ;

struct ran {
	int status;
	bool timed_out;
	struct str said; /* both streams */
};

static void ran_done(struct ran *r)
{
	str_done(&r->said);
}

/* What a program wrote into a memory file, the end of it. */
static void read_tail(int fd, struct str *out)
{
	off_t size = lseek(fd, 0, SEEK_END);
	off_t from = size > SAID_MAX ? size - SAID_MAX : 0;
	char buffer[4096];
	ssize_t n;

	while ((n = pread(fd, buffer, sizeof(buffer), from)) > 0 && out->len < SAID_MAX) {
		str_addn(out, buffer, n);
		from += n;
	}
}

/* The user's environment, with scratch space in the lab. */
static void env_make(const char *tmp, struct strv *env)
{
	for (char **e = environ; *e; e++)
		if (!str_starts(*e, "TMPDIR="))
			strv_add(env, *e);
	strv_addf(env, "TMPDIR=%s", tmp);
	/* else it takes root's, which an ordinary user in its namespace seems to be */
	if (!getenv("HOME"))
		strv_addf(env, "HOME=%s", tmp);
}

static struct err *wait_for(struct lab *lab, int id, int64_t limit_ns, struct ran *out)
{
	struct spawned end;

	TRY(spawn_wait(lab->sock, id, clock_mono_ns() + limit_ns, &end));
	out->timed_out = end.running;
	if (end.running) {
		TRY(spawn_kill(lab->sock, id, SIGKILL, true));
		TRY(spawn_wait(lab->sock, id, INT64_MAX, &end));
	}
	out->status = end.status;
	return NULL;
}

static struct err *run_in_lab(
	struct lab *lab, const struct strv *args, int64_t limit_ns, struct ran *out)
{
	_cleanup_(freep) char *program = path_find_program(NULL, "skopeo");
	_cleanup_(freep) char *tmp = path_join(lab->dir, "tmp");
	_cleanup_(closep) int said = memfd_create("skopeo", MFD_CLOEXEC);
	_cleanup_(strv_done) struct strv argv = STRV_INIT, env = STRV_INIT;
	struct err *e;
	int id;

	if (!program)
		return err_next(err_new(ERR_TOOL, "skopeo is not installed"),
			"run ci/setup, or install the package skopeo");
	if (said < 0)
		return err_sys("memfd", errno);
	TRY(dir_make(tmp, 0700));
	strv_add(&argv, program);
	strv_addv(&argv, (const char *const *)args->items);
	env_make(tmp, &env);
	const struct spawn s = { .argv = (const char *const *)argv.items,
		.env = (const char *const *)env.items,
		.out = said,
		.err = said };
	TRY(spawn_start(lab->sock, &s, &id));
	e = wait_for(lab, id, limit_ns, out);
	read_tail(said, &out->said);
	return e;
}

/* The message of skopeo's last line, without time stamp and escapes, and without the name, which
 * the reader knows. */
static char *message_of(const char *line)
{
	const char *quoted = strstr(line, "msg=\"");
	const char *from = quoted ? quoted + strlen("msg=\"") : line;
	const char *known = str_starts(from, "Error parsing image name") ? strstr(from, "\\\": ")
									 : NULL;
	struct str out = STR_INIT;

	for (from = known ? known + strlen("\\\": ") : from; *from; from++)
		if (quoted && *from == '"')
			break;
		else if (*from != '\\' || !quoted || !from[1])
			str_addc(&out, *from);
		else
			str_addc(&out, *++from);
	return str_take(&out);
}

/* "pinging container registry HOST: Get ...: dial tcp: lookup HOST on SERVER: no such host" is
 * "HOST: no such host" to whoever reads a report, and says nothing of the network here. */
static char *shorten(const char *message)
{
	static const char pinging[] = "pinging container registry ";
	const char *host = strstr(message, pinging), *last = NULL, *end;

	if (host)
		host += strlen(pinging);
	end = host ? strstr(host, ": ") : NULL;
	for (const char *c = end; c; c = strstr(c + 1, ": "))
		last = c;
	return last ? xasprintf("%.*s%s", (int)(end - host), host, last) : xstrdup(message);
}

/* Foreign text: encoded, and no longer than a sentence. */
static char *reason_of(const struct ran *r)
{
	_cleanup_(strv_done) struct strv lines = STRV_INIT;
	_cleanup_(str_done) struct str shown = STR_INIT;
	_cleanup_(freep) char *message = NULL, *brief = NULL;
	const char *last = "it said nothing";
	size_t n;

	if (r->timed_out)
		return xstrdup("no answer in time");
	strv_split(&lines, str_get(&r->said), '\n');
	for (size_t i = 0; i < lines.count; i++)
		if (*lines.items[i])
			last = lines.items[i];
	message = message_of(last);
	brief = shorten(message);
	n = strlen(brief);
	term_encode(&shown, brief, n < REASON_MAX ? n : REASON_MAX);
	return str_take(&shown);
}

static bool is_loopback(const char *source)
{
	return str_starts(source, "docker://127.") || str_starts(source, "docker://localhost:") ||
	       str_starts(source, "docker://localhost/") || str_starts(source, "docker://[::1]");
}

char *copy_cannot(struct lab *lab, const char *source)
{
	_cleanup_(strv_done) struct strv args = STRV_INIT;
	_cleanup_(ran_done) struct ran r = { 0 };
	_cleanup_(err_freep) struct err *e = NULL;

	strv_addl(&args, "inspect", "--raw");
	if (is_loopback(source))
		strv_add(&args, "--tls-verify=false");
	strv_add(&args, source);
	e = run_in_lab(lab, &args, ASK_LIMIT_NS, &r);
	if (e)
		return xstrdup(e->what);
	return r.status == 0 && !r.timed_out ? NULL : reason_of(&r);
}

/* The secret goes to skopeo in a file: others may read its arguments. */
static struct err *write_auth(const struct lab *lab, char **path_out)
{
	_cleanup_(freep) char *registry = xasprintf("127.0.0.1:%d", lab->cache_port);

	*path_out = path_join(lab->dir, "registry/auth.json");
	return secret_authfile(*path_out, registry, lab->user, lab->password);
}

struct err *copy_in(
	struct lab *lab, const char *source, const char *repo, const char *tag, bool all)
{
	_cleanup_(strv_done) struct strv args = STRV_INIT;
	_cleanup_(freep) char *auth = NULL, *why = NULL;
	_cleanup_(ran_done) struct ran r = { 0 };

	TRY(write_auth(lab, &auth));
	strv_addl(&args, "copy", "--quiet", "--preserve-digests", "--dest-tls-verify=false",
		"--dest-authfile", auth);
	if (is_loopback(source))
		strv_add(&args, "--src-tls-verify=false");
	if (all)
		strv_add(&args, "--all");
	strv_add(&args, source);
	strv_addf(&args, "docker://127.0.0.1:%d/%s:%s", lab->cache_port, repo, tag);
	TRY(run_in_lab(lab, &args, COPY_LIMIT_NS, &r));
	if (r.status == 0 && !r.timed_out)
		return NULL;
	why = reason_of(&r);
	return err_at(err_new(ERR_TOOL, "skopeo could not copy it: %s", why), "%s", source);
}
