#include "lab/relay_link.h"

#include "base/clock.h"

#define KIB 1024
#define MIB (1024 * KIB)
/* More than the jitter of a timer, so that the link is never idle while there is something to
 * send, and little enough that connections take turns. */
#define BACKLOG_NS   (10 * SECOND_NS / 1000)
#define RATE_CEILING (INT64_C(1) << 40)
#define RTT_CEILING  (10 * SECOND_NS)

static int64_t clamp(int64_t v, int64_t low, int64_t high)
{
	return v < low ? low : v > high ? high : v;
}

bool link_is_shaped(struct link l)
{
	return l.rtt_ns > 0 || l.rate_bytes_s > 0;
}

int64_t link_due_ns(struct link_clock *c, struct link l, int64_t now_ns, size_t n)
{
	int64_t left = now_ns;

	if (l.rate_bytes_s > 0) {
		int64_t start = c->busy_until_ns > now_ns ? c->busy_until_ns : now_ns;

		left = start + (int64_t)((double)n * SECOND_NS / l.rate_bytes_s);
		c->busy_until_ns = left;
	}
	return left + clamp(l.rtt_ns, 0, RTT_CEILING) / 2;
}

int64_t link_wait_ns(const struct link_clock *c, struct link l, int64_t now_ns)
{
	int64_t backlog_ns = c->busy_until_ns - now_ns;

	if (l.rate_bytes_s <= 0 || backlog_ns <= BACKLOG_NS)
		return 0;
	return backlog_ns - BACKLOG_NS / 2;
}

size_t link_chunk_bytes(struct link l)
{
	return l.rate_bytes_s > 0 ? clamp(l.rate_bytes_s / 1000, 512, 64 * KIB) : 64 * KIB;
}

size_t link_window_bytes(struct link l)
{
	int64_t rate = clamp(l.rate_bytes_s, 0, RATE_CEILING);
	double under_way = (double)rate * clamp(l.rtt_ns, 0, RTT_CEILING) / 2 / SECOND_NS;

	return 4 * MIB + (under_way > 60 * MIB ? 60 * MIB : (size_t)under_way);
}
