#include "base/str.h"

void strv_own(struct strv *v, char *text)
{
	if (v->count + 1 >= v->room) {
		v->room = v->room ? v->room * 2 : 8;
		v->items = xrealloc(v->items, v->room, sizeof(*v->items));
	}
	v->items[v->count++] = text;
	v->items[v->count] = NULL;
}

void strv_add(struct strv *v, const char *text)
{
	strv_own(v, xstrdup(text));
}

void strv_addf(struct strv *v, const char *fmt, ...)
{
	struct str s = STR_INIT;
	va_list ap;

	va_start(ap, fmt);
	str_vaddf(&s, fmt, ap);
	va_end(ap);
	strv_own(v, str_take(&s));
}

void strv_addv(struct strv *v, const char *const *items)
{
	for (; items && *items; items++)
		strv_add(v, *items);
}

void strv_split(struct strv *v, const char *text, char sep)
{
	const char *end;

	while ((end = strchr(text, sep))) {
		strv_own(v, xstrndup(text, (size_t)(end - text)));
		text = end + 1;
	}
	strv_add(v, text);
}

bool strv_has(const struct strv *v, const char *text)
{
	for (size_t i = 0; i < v->count; i++)
		if (strcmp(v->items[i], text) == 0)
			return true;
	return false;
}

void strv_add_once(struct strv *v, const char *text)
{
	if (!strv_has(v, text))
		strv_add(v, text);
}

static int by_bytes(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

void strv_sort(struct strv *v)
{
	if (v->count)
		qsort(v->items, v->count, sizeof(*v->items), by_bytes);
}

void strv_join(struct str *s, const struct strv *v, const char *between)
{
	for (size_t i = 0; i < v->count; i++) {
		str_add(s, i ? between : "");
		str_add(s, v->items[i]);
	}
}

void strv_clear(struct strv *v)
{
	for (size_t i = 0; i < v->count; i++)
		free(v->items[i]);
	v->count = 0;
	if (v->items)
		v->items[0] = NULL;
}

void strv_done(struct strv *v)
{
	strv_clear(v);
	free(v->items);
	*v = (struct strv)STRV_INIT;
}
