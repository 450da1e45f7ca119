/* What a build printed, and why one that failed did, where it says so. */
#include "run/private.h"

#define CAUSE_MOST 160	/* bytes of a line in a sentence */
#define CAUSE_NEAR 4096 /* bytes before the end; what stands further up was got over */

/* How package managers, git and curl say that a host does not answer. */
static const char *const signs[] = { "Could not resolve", "Temporary failure resolving",
	"Temporary failure in name resolution", "Name or service not known", "no such host",
	"ENOTFOUND", "EAI_AGAIN", "ECONNREFUSED", "ETIMEDOUT", "Connection refused",
	"connection refused", "Connection timed out", "Network is unreachable",
	"network is unreachable", "No route to host", "Max retries exceeded", "i/o timeout",
	"502  Bad Gateway", "502 Bad Gateway", "503  Service Unavailable",
	"503 Service Unavailable", NULL };

static bool is_sign(const char *line, size_t n)
{
	for (size_t i = 0; signs[i]; i++)
		if (memmem(line, n, signs[i], strlen(signs[i])))
			return true;
	return false;
}

/* The lines of its end, whole ones. */
static const char *near_end(const char *log)
{
	size_t len = strlen(log);
	const char *end_of_line;

	if (len <= CAUSE_NEAR)
		return log;
	end_of_line = strchr(log + len - CAUSE_NEAR, '\n');
	return end_of_line ? end_of_line + 1 : log + len - CAUSE_NEAR;
}

/* The first line near the end that says so, borrowed; NULL: none. */
static const char *find_sign(const char *log, size_t *n)
{
	for (log = near_end(log); *log; log += *n + (log[*n] == '\n')) {
		*n = strcspn(log, "\n");
		if (is_sign(log, *n))
			return log;
	}
	return NULL;
}

/* Of a long line the end: there stands what failed, before it what was tried. */
static char *cause_words(const char *line, size_t n)
{
	const char *from = n > CAUSE_MOST ? line + n - CAUSE_MOST : line;

	while (from > line && ((unsigned char)*from & 0xc0) == 0x80)
		from--;
	return xasprintf("%s%.*s", from > line ? "…" : "", (int)(line + n - from), from);
}

static void say_cause(struct sample *s)
{
	size_t n;
	const char *line = s->log_tail ? find_sign(s->log_tail, &n) : NULL;
	_cleanup_(freep) char *words = line ? cause_words(line, n) : NULL;
	char *said;

	if (!line)
		return;
	said = xasprintf("%s: something that it fetches from is out of reach: %s", s->failure, words);
	free(s->failure);
	s->failure = said;
}

/* The lines that are no progress: those start with a brace, and the first may have lost it. */
static void add_plain(struct str *to, const struct str *printed)
{
	const char *text = str_get(printed);

	for (size_t n; *text; text += n + (text[n] == '\n')) {
		n = strcspn(text, "\n");
		if (!n || *text == '{' || text[n - 1] == '}')
			continue;
		str_add_tail(to, text, n, LOG_KEPT_BYTES);
		str_add_tail(to, "\n", 1, LOG_KEPT_BYTES);
	}
}

void trial_told_log(struct trial *t, const struct str *printed)
{
	struct sample *s = &t->sample;
	struct str log = STR_INIT;

	if (s->steps.structured) {
		str_add_tail(&log, str_get(&s->steps.log), s->steps.log.len, LOG_KEPT_BYTES);
		add_plain(&log, printed);
	} else {
		str_addn(&log, str_get(printed), printed->len);
	}
	s->log_tail = str_take(&log);
	if (s->status == STATUS_FAILED)
		say_cause(s);
}
