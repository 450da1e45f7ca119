#include "model/sample.h"

void sample_done(struct sample *s)
{
	free(s->revision);
	free(s->token);
	free(s->change);
	free(s->command);
	free(s->log_tail);
	free(s->failure);
	values_done(&s->values);
	steps_done(&s->steps);
	checks_done(&s->checks);
	manifest_done(&s->manifest);
	image_done(&s->image);
	for (size_t i = 0; i < s->input_count; i++)
		free(s->inputs[i].ref);
	free(s->inputs);
	*s = (struct sample){ 0 };
}
