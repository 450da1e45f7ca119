#include "model/practice.h"

void practices_done(struct practices *p)
{
	for (size_t i = 0; i < p->count; i++) {
		free(p->items[i].text);
		free(p->items[i].elsewhere);
	}
	free(p->items);
	*p = (struct practices){ 0 };
}
