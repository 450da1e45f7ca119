#include "measure/net.h"

#include <inttypes.h>

#include "base/file.h"

#define CEILING (1u << 20)

/* "  eth0: 1296  12 0 …": the first number is what was received. */
static int64_t received(const char *line)
{
	const char *colon = strchr(line, ':');
	const char *name = line + strspn(line, " ");
	int64_t bytes;

	if (!colon || (colon - name == 2 && memcmp(name, "lo", 2) == 0))
		return 0;
	return sscanf(colon + 1, "%" SCNd64, &bytes) == 1 ? bytes : 0;
}

int64_t net_received_bytes(void)
{
	_cleanup_(str_done) struct str text = STR_INIT;
	_cleanup_(strv_done) struct strv lines = STRV_INIT;
	_cleanup_(err_freep) struct err *unknown = file_read("/proc/net/dev", CEILING, &text);
	int64_t sum = 0;

	if (unknown)
		return -1;
	strv_split(&lines, str_get(&text), '\n');
	for (size_t i = 0; i < lines.count; i++)
		sum += received(lines.items[i]);
	return sum;
}
