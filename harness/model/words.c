#include "model/words.h"

const char *const cache_mode_names[] = { "none", "store", "local", "registry", "inline", NULL };
const char *const cache_depth_names[] = { "", "min", "max", NULL };
const char *const state_names[] = { "cold", "warm", NULL };
const char *const edit_names[] = { "none", "source", "deps", "dockerfile", "mode", "catalogue",
	"commit", NULL };
const char *const output_names[] = { "image", "push", NULL };
const char *const sample_kind_names[] = { "timed", "prime", "start", NULL };
const char *const sample_status_names[] = { "ok", "failed", "timeout", "interrupted", NULL };
const char *const claim_way_names[] = { "less", "more", "same", NULL };

int word_index(const char *const *names, const char *word)
{
	for (int i = 0; names[i]; i++)
		if (strcmp(names[i], word) == 0)
			return i;
	return -1;
}
