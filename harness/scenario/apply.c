/* What the three ways of an edit do to a file. */
#include "scenario/change.h"

#include <errno.h>

#include "base/file.h"
#include "scenario/private.h"

#define SHOWN_CEILING 60 /* bytes of an edit's text in a sentence */

struct err *change_write(const struct undo *u, const char *bytes, size_t n)
{
	if (lseek(u->fd, 0, SEEK_SET) < 0 || ftruncate(u->fd, 0) < 0)
		return err_sys(u->path, errno);
	return file_write_all(u->fd, u->path, bytes, n);
}

/* TOKEN where it stands as a word of its own: NPM_TOKEN is none. */
static char *with_token(const char *text, const char *token)
{
	struct str out = STR_INIT;

	for (const char *p = text; *p;) {
		if (token_at(text, p)) {
			str_add(&out, token);
			p += strlen("TOKEN");
		} else {
			str_addc(&out, *p++);
		}
	}
	return str_take(&out);
}

/* A text in a sentence: one line, not too long. */
static void show(struct str *s, const char *text)
{
	size_t start = strspn(text, "\n"), n = strlen(text + start);

	while (n && text[start + n - 1] == '\n')
		n--;
	str_addc(s, '"');
	for (size_t i = 0; i < n && i < SHOWN_CEILING; i++)
		str_addc(s, text[start + i] == '\n' ? ' ' : text[start + i]);
	str_add(s, n > SHOWN_CEILING ? "…\"" : "\"");
}

static struct err *append(const struct undo *u, const char *text, struct str *change)
{
	_cleanup_(str_done) struct str now = STR_INIT;

	str_addn(&now, str_get(&u->text), u->text.len);
	if (now.len && now.buf[now.len - 1] != '\n')
		str_addc(&now, '\n'); /* a comment starts on a line of its own */
	str_add(&now, text);
	str_add(change, "appended ");
	show(change, text);
	return change_write(u, str_get(&now), now.len);
}

static struct err *substitute(
	const struct undo *u, const char *find, const char *text, struct str *change)
{
	_cleanup_(str_done) struct str now = STR_INIT;
	const char *old = str_get(&u->text);
	const char *at = memmem(old, u->text.len, find, strlen(find));
	size_t before = at ? (size_t)(at - old) : 0, after = before + strlen(find);

	if (!at || memmem(at + 1, u->text.len - before - 1, find, strlen(find)))
		return err_next(
			err_at(err_new(ERR_INPUT, "\"%s\" does not stand there exactly once", find),
				"%s", u->path),
			"quote enough of a line to name one place");
	str_addn(&now, old, before);
	str_add(&now, text);
	str_addn(&now, old + after, u->text.len - after);
	show(change, find);
	str_add(change, " became ");
	show(change, text);
	return change_write(u, str_get(&now), now.len);
}

/* The k-th (from 1) non-empty set of the mask's bits, the commonest bits changing first. */
static uint32_t nth_bits(uint32_t mask, unsigned k)
{
	static const uint32_t order[] = { 0020, 0002, 0010, 0001, 0100, 0200, 0040, 0004, 0400 };
	uint32_t bits = 0;

	for (size_t i = 0; i < ARRAY_SIZE(order); i++) {
		if (!(mask & order[i]))
			continue;
		if (k & 1)
			bits |= order[i];
		k >>= 1;
	}
	return bits;
}

/* What a token counts as: the number that it ends with, else a hash of it. */
static unsigned token_number(const char *token)
{
	size_t n = strlen(token), digits = 0;
	char hex[XXH_SIZE];

	while (digits < n && digits < 9 && token[n - digits - 1] >= '0' &&
		token[n - digits - 1] <= '9')
		digits++;
	if (digits)
		return (unsigned)strtoul(token + n - digits, NULL, 10);
	xxh_bytes(token, n, hex);
	hex[7] = '\0';
	return (unsigned)strtoul(hex, NULL, 16);
}

/* Bits to flip that no edit of this copy has flipped yet, as long as there are any. */
static uint32_t pick_bits(struct copy_private *p, uint32_t mask, const char *token, bool *again)
{
	unsigned sets = (1u << __builtin_popcount(mask & 0777)) - 1;
	unsigned start = token_number(token) % sets;

	*again = false;
	for (unsigned i = 0; i < sets; i++) {
		uint32_t bits = nth_bits(mask, (start + i) % sets + 1);

		if (!p->modes_used[bits]) {
			p->modes_used[bits] = true;
			return bits;
		}
	}
	*again = true;
	return nth_bits(mask, start + 1);
}

static struct err *flip(struct copy_private *p, const struct undo *u, uint32_t mask,
	const char *token, struct str *change)
{
	uint32_t old = u->st.st_mode & 07777;
	bool again;
	uint32_t now = old ^ pick_bits(p, mask, token, &again);

	str_addf(change, "mode %04o became %04o%s", old, now,
		again ? ", as in an earlier sample: it has no more bits to flip" : "");
	return fchmod(u->fd, now) < 0 ? err_sys(u->path, errno) : NULL;
}

struct err *change_apply(struct copy_private *p, const struct undo *u, const struct edit_spec *e,
	const char *token, struct str *change)
{
	_cleanup_(freep) char *text = with_token(e->text ? e->text : "", token);

	if (e->how == EDIT_APPEND)
		return append(u, text, change);
	if (e->how == EDIT_REPLACE)
		return substitute(u, e->find, text, change);
	return flip(p, u, e->mode_xor, token, change);
}
