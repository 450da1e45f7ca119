#include "model/metric.h"

const struct metric_info metric_table[METRIC_COUNT] = {
#define X(id, name, unit, better, kind) { name, unit, BETTER_##better, METRIC_##kind },
	METRICS(X)
#undef X
};

bool metric_is_of_starts(enum metric m)
{
	return m == M_START_WALL || m == M_START_PULL_WALL || m == M_START_OK ||
	       m == M_START_PULL_BYTES;
}

void values_set(struct values *v, enum metric m, double value)
{
	v->v[m] = value;
	v->known[m] = true;
	free(v->absent[m]);
	v->absent[m] = NULL;
}

void values_absent(struct values *v, enum metric m, const char *why, ...)
{
	struct str text = STR_INIT;
	va_list ap;

	if (v->known[m] || v->absent[m])
		return;
	va_start(ap, why);
	str_vaddf(&text, why, ap);
	va_end(ap);
	v->absent[m] = str_take(&text);
}

void values_done(struct values *v)
{
	for (int m = 0; m < METRIC_COUNT; m++)
		free(v->absent[m]);
	*v = (struct values){ 0 };
}
