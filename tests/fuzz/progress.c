/* What engines print while they build, which a build step can imitate: all three parsers read it. */
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "engine/buildah.h"
#include "engine/plain.h"
#include "engine/rawjson.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

struct parsers {
	struct rawjson rawjson;
	struct plain plain;
	struct buildah buildah;
	struct steps of_rawjson, of_plain, of_buildah;
};

/* A line that begins with a tab comes on stderr. */
static void line(struct parsers *p, const char *text, size_t n, int64_t at_ns)
{
	rawjson_line(&p->rawjson, text, n, &p->of_rawjson);
	plain_line(&p->plain, text, n, at_ns, &p->of_plain);
	buildah_line(&p->buildah, *text == '\t' ? 2 : 1, text + (*text == '\t'),
		n - (*text == '\t'), at_ns, &p->of_buildah);
}

static void end(struct parsers *p, int64_t at_ns)
{
	rawjson_end(&p->rawjson, at_ns, &p->of_rawjson);
	plain_end(&p->plain, at_ns, &p->of_plain);
	buildah_end(&p->buildah, at_ns, &p->of_buildah);
	vertexes_done(&p->rawjson.all);
	vertexes_done(&p->plain.all);
	buildah_done(&p->buildah);
	steps_done(&p->of_rawjson);
	steps_done(&p->of_plain);
	steps_done(&p->of_buildah);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	_cleanup_(freep) char *text = xcalloc(n + 1, 1);
	struct parsers p = { 0 };
	int64_t at_ns = 0;

	if (n > 0)
		memcpy(text, bytes, n);
	buildah_init(&p.buildah);
	for (size_t at = 0; at < n; at_ns += SECOND_NS / 10) {
		char *newline = memchr(text + at, '\n', n - at);
		size_t length = newline ? (size_t)(newline - text) - at : n - at;

		text[at + length] = '\0';
		line(&p, text + at, length, at_ns);
		at += length + 1;
	}
	end(&p, at_ns);
	return 0;
}
