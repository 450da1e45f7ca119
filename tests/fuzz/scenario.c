/* scenario.json, and with it all that reads JSON. */
#include <stddef.h>
#include <stdint.h>

#include "scenario/private.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct scenario *s = NEW(struct scenario);

	s->dir = xstrdup("/nowhere");
	s->file = xstrdup("scenario.json");
	err_free(scenario_read((const char *)bytes, n, s));
	scenario_free(s);
	return 0;
}
