/* Every metric there is: name, unit (UCUM), better direction, kind. One table; a new metric is a
 * line here. Ids are stored: append only. */
#ifndef MODEL_METRIC_H
#define MODEL_METRIC_H

#include <stdbool.h>

#include "base/str.h"

enum metric_better { BETTER_LESS, BETTER_MORE, BETTER_NONE };
enum metric_kind { METRIC_EXACT, METRIC_ESTIMATE };

/*      enum           name                  unit   better       kind     */
#define METRICS(X)                                                                                 \
	X(BUILD_WALL, "build.wall", "s", LESS, ESTIMATE)                                           \
	X(BUILD_CPU, "build.cpu", "s", LESS, ESTIMATE)                                             \
	X(BUILD_MEM_PEAK, "build.mem_peak", "By", LESS, ESTIMATE)                                  \
	X(BUILD_DISK_WRITTEN, "build.disk_written", "By", LESS, ESTIMATE)                          \
	X(BUILD_NET_RX, "build.net_rx", "By", LESS, ESTIMATE)                                      \
	X(BUILD_NET_TX, "build.net_tx", "By", LESS, ESTIMATE)                                      \
	X(REGISTRY_RX, "registry.rx", "By", LESS, ESTIMATE)                                        \
	X(REGISTRY_TX, "registry.tx", "By", LESS, ESTIMATE)                                        \
	X(PHASE_BASE_PULL, "phase.base_pull", "s", LESS, ESTIMATE)                                 \
	X(PHASE_CACHE_IMPORT, "phase.cache_import", "s", LESS, ESTIMATE)                           \
	X(PHASE_EXECUTE, "phase.execute", "s", LESS, ESTIMATE)                                     \
	X(PHASE_IMAGE_EXPORT, "phase.image_export", "s", LESS, ESTIMATE)                           \
	X(PHASE_PUSH, "phase.push", "s", LESS, ESTIMATE)                                           \
	X(PHASE_CACHE_EXPORT, "phase.cache_export", "s", LESS, ESTIMATE)                           \
	X(STEPS_TOTAL, "steps.total", "1", NONE, EXACT)                                            \
	X(STEPS_CACHED, "steps.cached", "1", MORE, EXACT)                                          \
	X(CACHE_HIT_RATIO, "cache.hit_ratio", "1", MORE, EXACT)                                    \
	X(CACHE_BYTES, "cache.bytes", "By", LESS, EXACT)                                           \
	X(IMAGE_SIZE, "image.size", "By", LESS, EXACT)                                             \
	X(IMAGE_COMPRESSED, "image.compressed", "By", LESS, EXACT)                                 \
	X(IMAGE_VISIBLE, "image.visible", "By", LESS, EXACT)                                       \
	X(IMAGE_LAYERS, "image.layers", "1", LESS, EXACT)                                          \
	X(IMAGE_FILES, "image.files", "1", LESS, EXACT)                                            \
	X(IMAGE_WASTED, "image.wasted", "By", LESS, EXACT)                                         \
	X(IMAGE_EFFICIENCY, "image.efficiency", "1", MORE, EXACT)                                  \
	X(IMAGE_PACKAGES, "image.packages", "1", LESS, EXACT)                                      \
	X(IMAGE_SETUID, "image.setuid", "1", LESS, EXACT)                                          \
	X(IMAGE_ROOT_USER, "image.root_user", "1", LESS, EXACT)                                    \
	X(IMAGE_SHELL, "image.shell", "1", LESS, EXACT)                                            \
	X(PULL_DELTA, "pull.delta", "By", LESS, EXACT)                                             \
	X(START_WALL, "start.wall", "s", LESS, ESTIMATE)                                           \
	X(PUSH_BYTES, "push.bytes", "By", LESS, EXACT)                                             \
	X(IMAGE_CA_BUNDLE, "image.ca_bundle", "1", NONE, EXACT)                                    \
	X(START_PULL_WALL, "start.pull_wall", "s", LESS, ESTIMATE)                                 \
	X(START_OK, "start.ok", "1", MORE, EXACT)                                                  \
	X(START_PULL_BYTES, "start.pull_bytes", "By", LESS, ESTIMATE)                              \
	X(IMAGE_CHANGED, "image.changed", "1", LESS, EXACT)

enum metric {
#define X(id, name, unit, better, kind) M_##id,
	METRICS(X)
#undef X
	METRIC_COUNT
};

struct metric_info {
	const char *name, *unit;
	enum metric_better better;
	enum metric_kind kind;
};
extern const struct metric_info metric_table[METRIC_COUNT];
/* Whether starts of an image give it, and builds do not. */
bool metric_is_of_starts(enum metric m);

/* The values of one sample: each is known, or absent with a reason (never zero for unknown). */
struct values {
	double v[METRIC_COUNT];
	bool known[METRIC_COUNT];
	char *absent[METRIC_COUNT]; /* why, or NULL where nobody asked */
};

void values_set(struct values *v, enum metric m, double value);
/* Says why m is absent; a known value stays. */
void values_absent(struct values *v, enum metric m, const char *why, ...)
	__attribute__((format(printf, 3, 4)));
void values_done(struct values *v);

#endif
