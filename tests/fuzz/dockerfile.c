/* Dockerfiles: parsed, their graph built, their steps asked what they read, and compared with
 * themselves: nothing may be busted that did not change. */
#include <stddef.h>
#include <stdint.h>

#include "dockerfile/dockerfile.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static void compare(const struct df_graph *g)
{
	_cleanup_(freep) bool *busted = xcalloc(g->count + 1, sizeof(*busted));
	struct manifest files = { 0 };

	manifest_add(&files, "a/b.c");
	manifest_seal(&files);
	err_free(graph_busted(g, &files, g, &files, busted, NULL));
	for (size_t i = 0; i < g->count; i++)
		if (busted[i])
			abort();
	err_free(graph_busted_linear(g, &files, g, &files, busted, NULL));
	for (size_t i = 0; i < g->count; i++)
		if (busted[i])
			abort();
	manifest_done(&files);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct build_arg arg = { "A", "b" };
	_cleanup_(dockerfile_freep) struct dockerfile *d = NULL;
	_cleanup_(graph_freep) struct df_graph *g = NULL;
	struct err *e = dockerfile_parse("D", (const char *)bytes, n, &d);

	if (!e)
		e = graph_build(d, NULL, &arg, 1, &g);
	for (size_t i = 0; g && i < g->count; i++)
		graph_step_reads(&g->steps[i], "a/b.c");
	if (g)
		compare(g);
	err_free(e);
	return 0;
}
