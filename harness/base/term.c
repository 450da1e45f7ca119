#include "base/term.h"

#include <langinfo.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <wchar.h>

struct term term_of(FILE *f)
{
	const char *columns = getenv("COLUMNS"), *term = getenv("TERM"), *no = getenv("NO_COLOR");
	struct term t = { .width = 80 };
	struct winsize size;
	int64_t asked;

	t.tty = isatty(fileno(f));
	t.colour = t.tty && !(no && *no) && term && strcmp(term, "dumb") != 0;
	t.utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
	if (columns && str_to_i64(columns, &asked) && asked >= 20 && asked <= 1000)
		t.width = (int)asked;
	else if (t.tty && ioctl(fileno(f), TIOCGWINSZ, &size) == 0 && size.ws_col >= 20)
		t.width = size.ws_col;
	return t;
}

/* Decode one character of UTF-8 (RFC 3629); its length, or 0 when invalid. */
static size_t utf8_char(const unsigned char *s, size_t n, uint32_t *out)
{
	size_t len = s[0] < 0x80 ? 1 : s[0] >= 0xf0 ? 4 : s[0] >= 0xe0 ? 3 : 2;
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	uint32_t c;

	if (len == 1) {
		*out = s[0];
		return 1;
	}
	if (s[0] < 0xc2 || s[0] > 0xf4 || len > n)
		return 0;
	c = s[0] & (0x7f >> len);
	for (size_t i = 1; i < len; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (s[i] & 0x3f);
	}
	*out = c;
	return c < least[len] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff) ? 0 : len;
}

/* Characters that change what is around them, or cannot be seen: C0, DEL, C1, bidirectional
 * controls, zero-width, separators, BOM, tags. */
static bool is_unsafe(uint32_t c)
{
	return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0xad || c == 0x61c ||
	       (c >= 0x200b && c <= 0x200f) || (c >= 0x2028 && c <= 0x202e) ||
	       (c >= 0x2060 && c <= 0x206f) || c == 0xfeff || (c >= 0xfff9 && c <= 0xfffb) ||
	       (c >= 0xe0000 && c <= 0xe0fff);
}

/* What CI systems take for a command where it stands in a log: "::" and "##" at the beginning of a
 * word, which may begin a line once it is wrapped; "##[" anywhere. */
static bool is_command(const unsigned char *text, const unsigned char *at, const unsigned char *end)
{
	bool begins = at == text || at[-1] == ' ' || at[-1] == '\n' || at[-1] == '\t';

	if (end - at < 2 || at[0] != at[1])
		return false;
	return (at[0] == ':' && begins) ||
	       (at[0] == '#' && (begins || (end - at > 2 && at[2] == '[')));
}

void term_encode(struct str *s, const char *bytes, size_t n)
{
	const unsigned char *at = (const unsigned char *)bytes, *end = at + n;
	uint32_t c = 0;

	while (at < end) {
		size_t len = utf8_char(at, (size_t)(end - at), &c);

		if (len == 0)
			str_addf(s, "\\x%02x", *at);
		else if (is_command((const unsigned char *)bytes, at, end))
			str_addf(s, "\\x%02x", *at);
		else if (c == '\n')
			str_add(s, "\\n");
		else if (c == '\t')
			str_add(s, "\\t");
		else if (is_unsafe(c))
			str_addf(s, c < 0x100 ? "\\x%02x" : c < 0x10000 ? "\\u%04x" : "\\U%08x", c);
		else
			str_addn(s, (const char *)at, len);
		at += len ? len : 1;
	}
}

int term_columns(const char *text)
{
	const unsigned char *at = (const unsigned char *)text;
	size_t left = strlen(text);
	uint32_t c = 0;
	int columns = 0;

	while (left) {
		size_t len = utf8_char(at, left, &c);
		int w = len ? wcwidth((wchar_t)c) : 1;

		columns += w < 0 ? 1 : w;
		at += len ? len : 1;
		left -= len ? len : 1;
	}
	return columns;
}
