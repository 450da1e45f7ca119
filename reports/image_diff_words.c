#include "base/clock.h"
#include "reports/image_words.h"

char *delta_text(int64_t bytes)
{
	struct str s = STR_INIT;

	if (bytes != 0)
		str_addc(&s, bytes > 0 ? '+' : '-');
	bytes_show(&s, bytes < 0 ? -bytes : bytes);
	return str_take(&s);
}

void change_words(struct str *s, unsigned what)
{
	const char *comma = "";

	for (int w = 0; w < CHANGES; w++) {
		if (!(what >> w & 1))
			continue;
		str_addf(s, "%s%s", comma, change_names[w]);
		comma = ", ";
	}
}

static void size_words(struct str *s, const struct comparison *c)
{
	int64_t a = c->a->image.size_bytes, b = c->b->image.size_bytes;
	_cleanup_(freep) char *from = bytes_text(a), *to = bytes_text(b),
			      *delta = delta_text(b - a);

	if (a == b)
		str_addf(s, "Both have %s of content. ", from);
	else if (a > 0)
		str_addf(s, "The second image is %s: %s instead of %s (%s, %+.1f %%). ",
			b > a ? "larger" : "smaller", to, from, delta,
			100.0 * (double)(b - a) / (double)a);
	else
		str_addf(s, "The second image is larger: %s instead of nothing. ", to);
}

/* The layer of b that brought most of what is new. */
static void layer_blame(struct str *s, const struct comparison *c)
{
	size_t worst = 0;

	for (size_t i = 1; i < c->b->layer_count; i++)
		if (c->b_layers[i] - (c->same_layer[i] >= 0 ? c->b_layers[i] : 0) >
			c->b_layers[worst] - (c->same_layer[worst] >= 0 ? c->b_layers[worst] : 0))
			worst = i;
	if (c->b->layer_count == 0 || c->same_layer[worst] >= 0 || c->b_layers[worst] == 0)
		return;

	_cleanup_(freep) char *bytes = bytes_text(c->b_layers[worst]);
	_cleanup_(freep) char *made_by = layer_words(c->b, worst);

	str_addf(s, "Most of what is new, %s, came with layer %zu", bytes, worst + 1);
	if (*made_by) {
		str_add(s, " (");
		term_encode(s, made_by, strnlen(made_by, 60));
		str_add(s, strlen(made_by) > 60 ? "…)" : ")");
	}
	str_add(s, ". ");
}

static void differs_words(struct str *s, const struct comparison *c)
{
	const char *comma = "";

	if (c->differs == 1u << DIFFERS_NOT) {
		str_add(s, "They are the same image.");
		return;
	}
	if (c->first_differs < 0)
		str_add(s, "All layers hold the same; what differs is the ");
	else
		str_addf(s, "The first layer that differs is %d, by ", c->first_differs + 1);
	for (int d = 0; d < DIFFERS_KINDS; d++) {
		if (!(c->differs >> d & 1))
			continue;
		str_addf(s, "%s%s", comma, differs_names[d]);
		comma = ", ";
	}
	str_addc(s, '.');
}

void diff_sentence(struct str *s, const struct comparison *c)
{
	if (c->a->image.size_bytes >= 0 && c->b->image.size_bytes >= 0)
		size_words(s, c);
	layer_blame(s, c);
	if (c->pull_delta >= 0) {
		_cleanup_(freep) char *pull = bytes_text(c->pull_delta);

		str_addf(s, "Who has the first pulls %s. ", pull);
	}
	differs_words(s, c);
}
