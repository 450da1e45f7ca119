/* What the checks of a sample cost: the hooks of harness/run/sabotage.h make no mistake here but read
 * the processor's time. Added up are tare's own and that of the programs it asks (buildctl du), from
 * the time the store is selected to the start of the build, and from its end until the sample is
 * recorded, without the image's own analysis. Reading the log's steps and recording are in it: it is
 * an upper bound. What a daemon does to answer is not.
 *
 * One line a sample goes to the file that TARE_CHECKS_COST names: "ENGINE CACHE STATE SECONDS". */
#include <sys/time.h>
#include <time.h>

#include "base/clock.h"
#include "run/sabotage.h"

/* Of the sample in hand; a program has one run. */
static struct {
	double since; /* < 0: nobody counts */
	double sum;
	double asked; /* by programs that were run inside the lab */
} cost = { .since = -1 };

static double of(const struct timeval *t)
{
	return (double)t->tv_sec + (double)t->tv_usec / 1e6;
}

struct err *__real_spawn_timed(int sock, const struct spawn *s, int64_t timeout_ns,
	const volatile int *stop, const struct line_sink *sink, struct timed *out);

/* In the place of measure/spawn.h's, by the linker. */
struct err *__wrap_spawn_timed(int sock, const struct spawn *s, int64_t timeout_ns,
	const volatile int *stop, const struct line_sink *sink, struct timed *out);

struct err *__wrap_spawn_timed(int sock, const struct spawn *s, int64_t timeout_ns,
	const volatile int *stop, const struct line_sink *sink, struct timed *out)
{
	TRY(__real_spawn_timed(sock, s, timeout_ns, stop, sink, out));
	cost.asked += of(&out->end.usage.ru_utime) + of(&out->end.usage.ru_stime);
	return NULL;
}

static double spent(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9 + cost.asked;
}

static void count_on(void)
{
	cost.since = spent();
}

static void pause_count(void)
{
	if (cost.since >= 0)
		cost.sum += spent() - cost.since;
	cost.since = -1;
}

static void write_down(const struct trial *t)
{
	const char *path = getenv("TARE_CHECKS_COST");
	FILE *f = path ? fopen(path, "a") : NULL;

	if (!f)
		return;
	fprintf(f, "%s %s %s %.6f\n", t->engine->label, cache_mode_names[t->pc->cell.cache.mode],
		trial_is_warm(t) ? "warm" : "cold", cost.sum);
	fclose(f);
}

struct err *sabotage(struct trial *t, enum sabotage_point at)
{
	switch (at) {
	case SABOTAGE_SELECTED:
		cost.sum = 0;
		count_on();
		break;
	case SABOTAGE_READY:
	case SABOTAGE_COLLECTED:
		pause_count();
		break;
	case SABOTAGE_TOLD:
	case SABOTAGE_IMAGE:
		count_on();
		break;
	case SABOTAGE_RECORDED:
		pause_count();
		write_down(t);
		break;
	default:
		break;
	}
	return NULL;
}

struct err *sabotage_commands(struct trial *t, struct cmds *cmds)
{
	return NULL;
}

bool sabotage_skips(enum check k)
{
	return false;
}
