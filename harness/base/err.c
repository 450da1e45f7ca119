#include "base/err.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>

static void die_of_memory(void)
{
	fputs("tare: out of memory\n", stderr);
	_exit(ERR_IO);
}

void *xcalloc(size_t n, size_t size)
{
	void *p = calloc(n ? n : 1, size ? size : 1);

	if (!p)
		die_of_memory();
	return p;
}

void *xrealloc(void *p, size_t n, size_t size)
{
	void *grown = reallocarray(p, n ? n : 1, size ? size : 1);

	if (!grown)
		die_of_memory();
	return grown;
}

char *xstrdup(const char *s)
{
	char *copy = strdup(s);

	if (!copy)
		die_of_memory();
	return copy;
}

char *xstrndup(const char *s, size_t n)
{
	char *copy = strndup(s, n);

	if (!copy)
		die_of_memory();
	return copy;
}

static char *xvasprintf(const char *fmt, va_list ap)
{
	char *text;

	if (vasprintf(&text, fmt, ap) < 0)
		die_of_memory();
	return text;
}

char *xasprintf(const char *fmt, ...)
{
	va_list ap;
	char *text;

	va_start(ap, fmt);
	text = xvasprintf(fmt, ap);
	va_end(ap);
	return text;
}

struct err *err_new(enum err_kind kind, const char *what, ...)
{
	struct err *e = NEW(struct err);
	va_list ap;

	e->kind = kind;
	va_start(ap, what);
	e->what = xvasprintf(what, ap);
	va_end(ap);
	return e;
}

struct err *err_at(struct err *e, const char *at, ...)
{
	va_list ap;

	if (!e || e->at)
		return e;
	va_start(ap, at);
	e->at = xvasprintf(at, ap);
	va_end(ap);
	return e;
}

struct err *err_next(struct err *e, const char *next, ...)
{
	va_list ap;

	if (!e || e->next)
		return e;
	va_start(ap, next);
	e->next = xvasprintf(next, ap);
	va_end(ap);
	return e;
}

struct err *err_wrap(struct err *e, const char *doing, ...)
{
	_cleanup_(freep) char *prefix = NULL;
	_cleanup_(freep) char *what = NULL;
	va_list ap;

	if (!e)
		return NULL;
	va_start(ap, doing);
	prefix = xvasprintf(doing, ap);
	va_end(ap);
	what = e->what;
	e->what = xasprintf("%s: %s", prefix, what);
	return e;
}

struct err *err_sys(const char *path, int num)
{
	return err_at(err_new(ERR_IO, "%s", strerror(num)), "%s", path);
}

void err_free(struct err *e)
{
	if (!e)
		return;
	free(e->what);
	free(e->at);
	free(e->next);
	free(e);
}
