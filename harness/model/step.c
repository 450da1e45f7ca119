#include "model/step.h"

const char *const phase_names[PHASE_COUNT] = { "base_pull", "cache_import", "execute",
	"image_export", "push", "cache_export" };

void step_done(struct step *s)
{
	free(s->stage_name);
	free(s->text);
	free(s->error);
	free(s->parents);
	*s = (struct step){ 0 };
}

void steps_done(struct steps *s)
{
	for (size_t i = 0; i < s->count; i++)
		step_done(&s->items[i]);
	for (int p = 0; p < PHASE_COUNT; p++)
		free(s->phase[p].error);
	free(s->items);
	free(s->import_ref);
	free(s->import_digest);
	free(s->export_digest);
	str_done(&s->log);
	*s = (struct steps){ 0 };
}
