/* Fuzzing of harness/dockerfile: no input may crash, hang or leak. With clang:
 *
 *   clang -g -O1 -fsanitize=fuzzer,address,undefined -std=gnu11 -D_GNU_SOURCE -Iharness \
 *     -include base/banned.h tests/fuzz/dockerfile.c harness/dockerfile/[a-z]*.c \
 *     harness/base/{clock,err,nearest,str,strv}.c -lm -o fuzz-dockerfile
 *   ./fuzz-dockerfile -max_len=4096 -timeout=10 CORPUS tests/data/cases tests/data/dockerfile
 *
 * What starts with 'i' is an ignore file, with 'I' one of buildah's; all else is a Dockerfile. */
#include <stddef.h>
#include <stdint.h>

#include "dockerfile/dockerfile.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static void try_dockerfile(const char *text, size_t n)
{
	struct build_arg arg = { "A", "b" };
	_cleanup_(dockerfile_freep) struct dockerfile *d = NULL;
	_cleanup_(graph_freep) struct df_graph *g = NULL;
	struct err *e = dockerfile_parse("D", text, n, &d);

	if (!e)
		e = graph_build(d, NULL, &arg, 1, &g);
	for (size_t i = 0; g && i < g->count; i++)
		graph_step_reads(&g->steps[i], "a/b.c");
	err_free(e);
}

static void try_ignore(const char *text, size_t n, enum ignore_dialect d)
{
	_cleanup_(ignore_freep) struct ignore *i = NULL;
	struct err *e = ignore_parse("I", text, n, d, &i);

	if (!e) {
		ignore_match(i, "a/b/c.d");
		ignore_may_hold(i, "a");
	}
	err_free(e);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	const char *text = (const char *)bytes;

	if (n > 0 && *bytes == 'i')
		try_ignore(text + 1, n - 1, IGNORE_MOBY);
	else if (n > 0 && *bytes == 'I')
		try_ignore(text + 1, n - 1, IGNORE_BUILDAH);
	else
		try_dockerfile(text, n);
	return 0;
}
