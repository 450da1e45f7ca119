/* Ignore files of both dialects, asked about a few paths. */
#include <stddef.h>
#include <stdint.h>

#include "dockerfile/dockerfile.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static void try_dialect(const char *text, size_t n, enum ignore_dialect d)
{
	static const char *const paths[] = { "a", "a/b/c.d", ".git/HEAD", "src/a b/\xc3\xa9" };
	_cleanup_(ignore_freep) struct ignore *i = NULL;

	err_free(ignore_parse("I", text, n, d, &i));
	for (size_t k = 0; i && k < ARRAY_SIZE(paths); k++) {
		ignore_match(i, paths[k]);
		ignore_may_hold(i, paths[k]);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	try_dialect((const char *)bytes, n, IGNORE_MOBY);
	try_dialect((const char *)bytes, n, IGNORE_BUILDAH);
	return 0;
}
