#include "reports/image_words.h"

#include "base/clock.h"

void clipped(struct str *s, struct term t, const char *text, int columns, bool tail)
{
	_cleanup_(str_done) struct str safe = STR_INIT;
	const char *at;
	size_t n;

	term_encode(&safe, text, strlen(text));
	at = str_get(&safe);
	if (!t.tty || term_columns(at) <= columns) {
		plain_text(s, t, at);
		return;
	}
	if (!tail) {
		_cleanup_(freep) char *head = xstrdup(at);

		for (n = strlen(head); n > 0 && term_columns(head) > columns - 1; n--)
			head[n - 1] = '\0';
		/* not in the middle of a character */
		while (n > 0 && ((unsigned char)at[n] & 0xc0) == 0x80)
			head[--n] = '\0';
		plain_text(s, t, head);
		plain_text(s, t, "…");
		return;
	}
	while (*at && (term_columns(at) > columns - 1 || ((unsigned char)*at & 0xc0) == 0x80))
		at++;
	plain_text(s, t, "…");
	plain_text(s, t, at);
}

void count_words(struct str *s, uint64_t n, const char *noun)
{
	char digits[32];
	int len = snprintf(digits, sizeof(digits), "%llu", (unsigned long long)n);

	for (int i = 0; i < len; i++)
		str_addf(s, "%s%c", i > 0 && (len - i) % 3 == 0 ? "," : "", digits[i]);
	str_addf(s, " %s%s", noun, n == 1 ? "" : "s");
}

char *bytes_text(int64_t bytes)
{
	struct str s = STR_INIT;

	bytes_show(&s, bytes);
	return str_take(&s);
}

char *layer_words(const struct image_view *v, size_t i)
{
	const char *made_by = config_instruction(&v->config, i, v->layer_count);
	struct str s = STR_INIT;

	if (made_by)
		instruction_words(&s, made_by);
	return str_take(&s);
}
