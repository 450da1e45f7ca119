#include "image/layer_build.h"

void content_search_begin(struct content_search *s)
{
	str_clear(&s->head);
	s->begun = s->found = s->in_vain = false;
}

static bool is_elf(const void *bytes, size_t n)
{
	return n >= 4 && memcmp(bytes, "\177ELF", 4) == 0;
}

/* Keep what follows the first `from` bytes of the head. */
static void cut_head(struct content_search *s, size_t from)
{
	s->head.len -= from;
	memmove(s->head.buf, s->head.buf + from, s->head.len);
}

static void keep_found(
	struct content_search *s, const struct content_wanted *what, const char *bytes, size_t n)
{
	size_t room = s->head.len < what->keep ? what->keep - s->head.len : 0;

	s->found = true;
	str_addn(&s->head, bytes, n < room ? n : room);
}

/* Across the end of the piece before. */
static bool find_in_head(
	struct content_search *s, const struct content_wanted *what, const char *bytes, size_t n)
{
	size_t seen = n < what->look ? n : what->look - 1;
	const char *at;

	str_addn(&s->head, bytes, seen);
	at = what->find(s->head.buf, s->head.len);
	if (!at)
		return false;
	cut_head(s, (size_t)(at - s->head.buf));
	keep_found(s, what, bytes + seen, n - seen);
	return true;
}

void content_search_add(struct content_search *s, const struct content_wanted *what,
	const void *piece, size_t n)
{
	const char *bytes = piece, *at;

	if (s->in_vain || n == 0)
		return;
	s->in_vain = !s->begun && what->elf && !is_elf(bytes, n);
	s->begun = true;
	if (s->in_vain)
		return;
	if (s->found) {
		keep_found(s, what, bytes, n);
		return;
	}
	if (find_in_head(s, what, bytes, n))
		return;
	at = what->find(bytes, n);
	if (n >= what->look) {
		str_clear(&s->head);
		str_addn(&s->head, bytes + n - (what->look - 1), what->look - 1);
	} else if (s->head.len > what->look - 1) {
		cut_head(s, s->head.len - (what->look - 1));
	}
	if (at) {
		str_clear(&s->head);
		keep_found(s, what, at, (size_t)(bytes + n - at));
	}
}
