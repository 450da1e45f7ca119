#include "model/check.h"

const struct check_info check_table[CHECK_COUNT] = {
#define X(id, class, name, text) { name, CHECK_##class, text },
	CHECKS(X)
#undef X
};

void checks_pass(struct checks *c, enum check k)
{
	c->made |= UINT64_C(1) << k;
}

void checks_fail(struct checks *c, enum check k, const char *detail, ...)
{
	struct check_fail *f = GROW(c->fails, c->fail_count, c->fail_room);
	struct str text = STR_INIT;
	va_list ap;

	c->made |= UINT64_C(1) << k;
	c->failed |= UINT64_C(1) << k;
	va_start(ap, detail);
	str_vaddf(&text, detail, ap);
	va_end(ap);
	f->check = k;
	f->detail = str_take(&text);
}

static bool any(const struct checks *c, enum check_class class)
{
	for (int k = 0; k < CHECK_COUNT; k++)
		if ((c->failed >> k & 1) && check_table[k].class == class)
			return true;
	return false;
}

bool checks_void(const struct checks *c)
{
	return any(c, CHECK_VOID);
}

bool checks_finding(const struct checks *c)
{
	return any(c, CHECK_FINDING);
}

void checks_done(struct checks *c)
{
	for (size_t i = 0; i < c->fail_count; i++)
		free(c->fails[i].detail);
	free(c->fails);
	*c = (struct checks){ 0 };
}
