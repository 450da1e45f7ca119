/* Time and quantities as people write and read them. */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdint.h>

#include "base/str.h"

#define SECOND_NS INT64_C(1000000000)
#define MINUTE_NS (60 * SECOND_NS)
#define HOUR_NS   (60 * MINUTE_NS)

/* CLOCK_MONOTONIC and CLOCK_REALTIME (since the epoch), in ns. */
int64_t clock_mono_ns(void);
int64_t clock_unix_ns(void);

/* "1.5s", "200ms", "30m", "2h", "1m30s" -> ns. ERR_INPUT where the unit is missing or unknown. */
struct err *duration_parse(const char *text, int64_t *ns_out);
/* "10", "1.5MB", "64KiB", "2G" -> bytes (K, M, G, T decimal; Ki, Mi, … binary; B optional). */
struct err *bytes_parse(const char *text, int64_t *bytes_out);
/* "48.2 s", "0.6 s", "350 ms", "2 min 10 s": three significant digits; appended to s. */
void duration_show(struct str *s, int64_t ns);
/* "181 MB", "2.31 kB": decimal units, three significant digits; appended to s. */
void bytes_show(struct str *s, int64_t bytes);
/* RFC 3339 in UTC, "2026-11-25T01:33:38Z"; appended to s. */
void time_show(struct str *s, int64_t unix_ns);
/* RFC 3339 with optional fraction and zone -> ns since the epoch; ERR_INPUT otherwise. */
struct err *time_parse(const char *text, int64_t *unix_ns_out);

#endif
