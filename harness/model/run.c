#include "model/run.h"

static struct fact *fact_of(const struct facts *f, const char *key)
{
	for (size_t i = 0; i < f->count; i++)
		if (strcmp(f->items[i].key, key) == 0)
			return &f->items[i];
	return NULL;
}

/* A new place for key, in the order of keys. */
static struct fact *fact_insert(struct facts *f, const char *key)
{
	size_t at = 0;

	(void)GROW(f->items, f->count, f->room);
	while (at + 1 < f->count && strcmp(f->items[at].key, key) < 0)
		at++;
	memmove(&f->items[at + 1], &f->items[at], (f->count - 1 - at) * sizeof(*f->items));
	f->items[at] = (struct fact){ xstrdup(key), NULL };
	return &f->items[at];
}

void facts_set(struct facts *f, const char *key, const char *fmt, ...)
{
	struct fact *fact = fact_of(f, key);
	struct str value = STR_INIT;
	va_list ap;

	if (!fact)
		fact = fact_insert(f, key);
	va_start(ap, fmt);
	str_vaddf(&value, fmt, ap);
	va_end(ap);
	free(fact->value);
	fact->value = str_take(&value);
}

const char *facts_get(const struct facts *f, const char *key)
{
	const struct fact *fact = fact_of(f, key);

	return fact ? fact->value : NULL;
}

void facts_done(struct facts *f)
{
	for (size_t i = 0; i < f->count; i++) {
		free(f->items[i].key);
		free(f->items[i].value);
	}
	free(f->items);
	*f = (struct facts){ 0 };
}

void engine_facts_done(struct engine_facts *e)
{
	free(e->engine);
	free(e->version);
	free(e->storage_driver);
	free(e->network);
	facts_done(&e->more);
	*e = (struct engine_facts){ 0 };
}

void run_free(struct run *r)
{
	if (!r)
		return;
	free(r->project);
	free(r->commit);
	free(r->merge_base);
	free(r->branch);
	free(r->ci_job);
	free(r->tag);
	free(r->version);
	free(r->command);
	free(r->plan);
	facts_done(&r->env);
	for (size_t i = 0; i < r->engine_count; i++)
		engine_facts_done(&r->engines[i]);
	free(r->engines);
	free(r);
}
