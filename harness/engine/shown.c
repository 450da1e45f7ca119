#include "engine/shown.h"

#include <ctype.h>
#include <strings.h>

#define NUMBER_MAX     100000
#define FIRST_LINE_MAX 1024

static const char *const step_words[] = { "RUN ", "COPY ", "ADD ", "WORKDIR " };

/* A decimal number at *p, moved behind it; -1 when there is none or it is out of range. */
static int number(const char **p)
{
	int n = 0;

	if (!isdigit((unsigned char)**p))
		return -1;
	for (; isdigit((unsigned char)**p); (*p)++) {
		n = n * 10 + (**p - '0');
		if (n > NUMBER_MAX)
			return -1;
	}
	return n;
}

/* "i/n" between word and end. */
static bool is_count(const char *word, const char *end, int *i, int *n)
{
	const char *p = word;

	*i = number(&p);
	if (*i < 0 || *p++ != '/')
		return false;
	*n = number(&p);
	return p == end && *n >= *i && *i > 0;
}

static const char *last_word(const char *begin, const char *end)
{
	const char *p = end;

	while (p > begin && p[-1] != ' ')
		p--;
	return p;
}

/* The bracket "[PLATFORM STAGE i/n]": the count is its last word, the stage the one before it;
 * a platform has a slash, which a stage's name has not. */
static bool bracket(const char *name, struct shown *s)
{
	const char *end = name[0] == '[' ? strchr(name, ']') : NULL;
	const char *word;

	if (!end || end[1] != ' ')
		return false;
	word = last_word(name + 1, end);
	if (!is_count(word, end, &s->position, &s->total))
		return false;
	s->text = end + 2;
	s->merge = str_starts(s->text, "LINK ");
	if (s->merge)
		s->text += strlen("LINK ");
	for (end = word; end > name + 1 && end[-1] == ' '; end--)
		; /* the count is padded: "[build  2/12]" */
	word = last_word(name + 1, end);
	if (word < end && !memchr(word, '/', (size_t)(end - word))) {
		s->stage = word;
		s->stage_len = (size_t)(end - word);
	}
	return true;
}

static enum shown_kind kind_in_bracket(const char *text)
{
	for (size_t i = 0; i < ARRAY_SIZE(step_words); i++)
		if (strncasecmp(text, step_words[i], strlen(step_words[i])) == 0)
			return SHOWN_STEP;
	return strncasecmp(text, "FROM ", 5) == 0 ? SHOWN_BASE : SHOWN_OTHER;
}

static const struct {
	const char *prefix;
	enum shown_kind kind;
} other_names[] = {
	{ "[internal] load metadata for ", SHOWN_BASE },
	{ "[context ", SHOWN_BASE }, /* a base that has got another name */
	{ "resolve image config for ", SHOWN_BASE }, { "docker-image://", SHOWN_BASE },
	{ "FROM ", SHOWN_BASE }, { "importing cache manifest from ", SHOWN_CACHE_IMPORT },
	{ "exporting cache", SHOWN_CACHE_EXPORT }, /* "… to registry", "… to client directory" */
	{ "exporting content cache", SHOWN_CACHE_EXPORT },
	{ "preparing layers for inline cache", SHOWN_CACHE_EXPORT },
	{ "exporting to ", SHOWN_IMAGE_EXPORT },
	{ "pushing ", SHOWN_PUSH }, /* "… REF with docker" */
};

struct shown shown_name(const char *name)
{
	struct shown s = { .text = name };

	if (bracket(name, &s)) {
		s.kind = kind_in_bracket(s.text);
		return s;
	}
	for (size_t i = 0; i < ARRAY_SIZE(other_names); i++)
		if (str_starts(name, other_names[i].prefix)) {
			s.kind = other_names[i].kind;
			break;
		}
	return s;
}

bool shown_digest(const char *text, char digest[DIGEST_SIZE])
{
	const size_t prefix = strlen("sha256:");

	for (const char *p = text; (p = strstr(p, "sha256:")); p += prefix) {
		if (strspn(p + prefix, "0123456789abcdef") != 64)
			continue;
		memcpy(digest, p, prefix + 64);
		digest[prefix + 64] = '\0';
		return true;
	}
	return false;
}

/* "docker.io/library/python:3.13" is written "python:3.13". */
static const char *familiar(const char *ref)
{
	if (str_starts(ref, "docker.io/library/"))
		return ref + strlen("docker.io/library/");
	return str_starts(ref, "docker.io/") ? ref + strlen("docker.io/") : ref;
}

char *shown_base(const char *text, char digest[DIGEST_SIZE])
{
	const char *at = strstr(text, "@sha256:");
	const char *begin = at;
	_cleanup_(freep) char *ref = NULL;

	if (!at || !shown_digest(at, digest))
		return NULL;
	while (begin > text && begin[-1] != ' ')
		begin--;
	if (str_starts(begin, "docker-image://"))
		begin += strlen("docker-image://");
	ref = xstrndup(begin, (size_t)(at - begin));
	return xstrdup(familiar(ref));
}

int shown_exit_code(const char *error)
{
	const char *p = NULL;
	int code;

	/* the last one: what stands before it quotes the command */
	for (const char *q = error; (q = strstr(q, "exit code: ")); q++)
		p = q + strlen("exit code: ");
	if (!p)
		return -1;
	code = number(&p);
	return code > 255 ? -1 : code;
}

bool shown_canceled(const char *error)
{
	return strstr(error, "context canceled") || strstr(error, "code = Canceled");
}

bool shown_clipped(const char *line, size_t n)
{
	static const char begin[] = "[output clipped, log limit ", end[] = " reached]";
	const size_t b = sizeof(begin) - 1, e = sizeof(end) - 1;

	while (n && (line[n - 1] == '\r' || line[n - 1] == ' '))
		n--;
	return n > b + e && memcmp(line, begin, b) == 0 && memcmp(line + n - e, end, e) == 0 &&
	       !memchr(line + b, ' ', n - b - e);
}

int shown_place(const char *line, size_t n)
{
	const char *colon = memrchr(line, ':', n);
	const char *p = colon ? colon + 1 : NULL;
	int place;

	if (!p || colon == line || memchr(line, ' ', n))
		return 0;
	place = number(&p);
	return place > 0 && p == line + n ? place : 0;
}

char *shown_first_line(const char *text)
{
	size_t n = strcspn(text, "\n");

	return xstrndup(text, n < FIRST_LINE_MAX ? n : FIRST_LINE_MAX);
}
