#include "engine/plain.h"

#include <ctype.h>

#include "base/clock.h"

/* Of what the engine itself prints; a program's output may be longer and is not copied. */
#define LINE_MAX_BYTES (64 * 1024)

/* "#N " at the front: N, terminated, and what follows; NULL when the line is none of a vertex. */
static const char *numbered(const char *line, char number[8])
{
	size_t digits = line[0] == '#' ? strspn(line + 1, "0123456789") : 0;

	if (!digits || digits > 6 || line[1 + digits] != ' ')
		return NULL;
	memcpy(number, line + 1, digits);
	number[digits] = '\0';
	return line + digits + 2;
}

/* "12.40 text": what the program printed; NULL when it is the engine's own line. */
static const char *output_of(const char *rest)
{
	size_t whole = strspn(rest, "0123456789");
	size_t part = whole && rest[whole] == '.' ? strspn(rest + whole + 1, "0123456789") : 0;
	const char *end = rest + whole + 1 + part;

	if (!part || (*end != ' ' && *end != '\0'))
		return NULL;
	return *end ? end + 1 : end;
}

/* "2.1s" and nothing else. */
static bool seconds_of(const char *text, size_t n, int64_t *ns_out)
{
	_cleanup_(freep) char *word = xstrndup(text, n);
	double s;

	if (n < 2 || word[n - 1] != 's' || !isdigit((unsigned char)word[0]))
		return false;
	word[n - 1] = '\0';
	if (!str_to_double(word, &s) || s < 0 || s > 1e6)
		return false;
	*ns_out = (int64_t)(s * 1e9 + 0.5);
	return true;
}

static struct vertex *vertex_of(struct plain *p, const char *number)
{
	return *number ? vertexes_get(&p->all, number) : NULL;
}

/* Something looked like progress where the engine never prints it. */
static void flag(struct plain *p, struct steps *steps)
{
	struct vertex *v = vertex_of(p, p->current);

	if (v && v->step >= 0)
		steps->items[v->step].ambiguous = true;
}

static void take_header(
	struct plain *p, const char *number, const char *name, int64_t at_ns, struct steps *steps)
{
	struct vertex *v = vertex_of(p, number);

	p->inside = true;
	memcpy(p->current, number, sizeof(p->current));
	if (!v)
		return;
	if (v->name && !str_eq(v->name, name)) {
		flag(p, steps);
		return;
	}
	vertex_name(&p->all, v, name);
	if (v->shown.kind == SHOWN_CACHE_IMPORT && !steps->import_ref)
		steps->import_ref = xstrdup(name + strlen("importing cache manifest from "));
	if (v->open_ns < 0 && !v->busy.count)
		v->open_ns = at_ns;
	v->started = true;
	vertex_step(&p->all, v, steps);
}

/* The vertex ended. Its own clock says how long it took: its header may be late, as only one
 * vertex at a time is printed. */
static void take_end(struct vertex *v, int64_t took_ns, int64_t at_ns)
{
	spans_add(&v->busy, at_ns - took_ns, at_ns);
	v->open_ns = -1;
}

/* DONE, CACHED, CANCELED, ERROR: the block's last line. */
static bool take_verdict(struct vertex *v, const char *rest, int64_t at_ns)
{
	int64_t took_ns = 0;

	if (str_starts(rest, "DONE ") && seconds_of(rest + 5, strlen(rest + 5), &took_ns)) {
		take_end(v, took_ns, at_ns);
		return true;
	}
	if (str_eq(rest, "CACHED")) {
		v->cached = true;
		take_end(v, 0, at_ns);
		return true;
	}
	if (!str_eq(rest, "CANCELED") && !str_starts(rest, "ERROR: "))
		return false;
	free(v->error);
	v->error = xstrdup(rest[0] == 'E' ? rest + strlen("ERROR: ") : "context canceled");
	take_end(v, v->open_ns >= 0 ? at_ns - v->open_ns : 0, at_ns);
	return true;
}

/* "exporting layers 0.4s done" */
static void take_status(
	struct plain *p, struct vertex *v, const char *rest, int64_t at_ns, struct steps *steps)
{
	size_t n = strlen(rest);
	const char *end, *word;
	int64_t took_ns = 0;

	if (!str_ends(rest, " done"))
		return;
	end = rest + n - strlen(" done");
	for (word = end; word > rest && word[-1] != ' '; word--)
		;
	seconds_of(word, (size_t)(end - word), &took_ns);
	vertex_status(&p->all, v, rest, at_ns - took_ns, at_ns, steps);
}

static void take_numbered(
	struct plain *p, const char *number, const char *rest, int64_t at_ns, struct steps *steps)
{
	const char *output = output_of(rest);
	struct vertex *v;

	if (!p->inside && !output) {
		take_header(p, number, rest, at_ns, steps);
		return;
	}
	v = str_eq(number, p->current) ? vertex_of(p, number) : NULL;
	if (!v) {
		flag(p, steps);
		return;
	}
	if (output && v->step >= 0)
		steps->items[v->step].clipped |= shown_clipped(output, strlen(output));
	if (output || str_eq(rest, "..."))
		return;
	if (!take_verdict(v, rest, at_ns))
		take_status(p, v, rest, at_ns, steps);
	vertex_step(&p->all, v, steps);
}

/* Below the first rule the log of what failed is told again, each line with its seconds, then the
 * place in the Dockerfile. */
static void take_summary(struct plain *p, const char *line)
{
	if (p->place && str_starts(line, "----"))
		p->all.failed_line = p->place;
	p->place = shown_place(line, strlen(line));
}

void plain_line(struct plain *p, const char *line, size_t n, int64_t at_ns, struct steps *steps)
{
	_cleanup_(freep) char *copy = xstrndup(line, n < LINE_MAX_BYTES ? n : LINE_MAX_BYTES);
	char number[8];
	const char *rest;

	if (str_eq(copy, "------"))
		p->summary = true;
	if (p->summary) {
		take_summary(p, copy);
		return;
	}
	if (!*copy) {
		p->inside = false;
		return;
	}
	rest = numbered(copy, number);
	if (rest)
		take_numbered(p, number, rest, at_ns, steps);
}

void plain_end(struct plain *p, int64_t at_ns, struct steps *steps)
{
	vertexes_end(&p->all, at_ns, steps);
}
