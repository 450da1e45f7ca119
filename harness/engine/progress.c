#include "engine/progress.h"

#include "base/clock.h"
#include "lab/bases.h"

void progress_reset(struct progress *p)
{
	vertexes_done(&p->rawjson.all);
	vertexes_done(&p->plain.all);
	p->rawjson = (struct rawjson){ 0 };
	p->plain = (struct plain){ 0 };
}

static void structured_line(
	struct rawjson *r, const char *line, size_t n, int64_t at_ns, struct steps *steps)
{
	if (!r->spawn_unix_ns)
		r->spawn_unix_ns = clock_unix_ns() - at_ns;
	if (line)
		rawjson_line(r, line, n, steps);
	else
		rawjson_end(r, at_ns, steps);
}

void progress_line(
	struct progress *p, const char *line, size_t n, int64_t at_ns, struct steps *steps)
{
	if (p->structured)
		structured_line(&p->rawjson, line, n, at_ns, steps);
	else if (line)
		plain_line(&p->plain, line, n, at_ns, steps);
	else
		plain_end(&p->plain, at_ns, steps);
}

const struct vertexes *progress_told(const struct progress *p)
{
	return p->structured ? &p->rawjson.all : &p->plain.all;
}

/* The base of that name, completed, or of that place in the lab's registry; NULL: none. */
static const char *find_ref(const struct lab *lab, const struct build *b, const char *told)
{
	_cleanup_(base_name_done) struct base_name want = { 0 };
	_cleanup_(err_freep) struct err *e = base_name_parse(told, &want);

	for (size_t i = 0; !e && i < b->base_count; i++) {
		_cleanup_(base_name_done) struct base_name n = { 0 };
		_cleanup_(freep) char *there = xasprintf(
			"127.0.0.1:%d/%s", lab->base_port, b->bases[i].repo);

		e = base_name_parse(b->bases[i].ref, &n);
		if (!e && (str_eq(n.full, want.full) || str_eq(told, there)))
			return b->bases[i].ref;
	}
	return NULL;
}

/* The base that the engine means by `told`: it completes names, may leave a tag out, and some have
 * got the name that they have in the lab's registry; of one named by its digest it tells both apart. */
static const char *ref_of(
	const struct lab *lab, const struct build *b, const char *told, const char *digest)
{
	_cleanup_(freep) char *by_digest = xasprintf("%s@%s", told, digest);
	const char *slash = strrchr(told, '/'), *colon = strrchr(told, ':');
	bool tagged = colon && (!slash || colon > slash);
	const char *ref = tagged ? NULL : find_ref(lab, b, by_digest);

	if (!ref)
		ref = find_ref(lab, b, told);
	return ref ? ref : told;
}

void progress_inputs(
	const struct progress *p, const struct lab *lab, const struct build *b, struct sample *s)
{
	const struct vertexes *all = progress_told(p);

	for (size_t i = 0; i < all->base_count; i++) {
		struct input_digest *in = GROW(s->inputs, s->input_count, s->input_room);

		in->ref = xstrdup(ref_of(lab, b, all->bases[i].ref, all->bases[i].digest));
		memcpy(in->digest, all->bases[i].digest, sizeof(in->digest));
	}
}
