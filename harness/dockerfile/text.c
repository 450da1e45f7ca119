#include "dockerfile/text.h"

#include "dockerfile/unicode.h"

char *span_dup(struct span s)
{
	return xstrndup(s.p, s.n);
}

/* How many bytes the sequence that `c` leads has, its payload and its least value; 0: no lead. */
static size_t lead(unsigned char c, rune *value, rune *least)
{
	size_t n = c < 0xc2 ? 0 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : c < 0xf5 ? 4 : 0;

	*value = n == 2 ? c & 0x1f : n == 3 ? c & 0x0f : c & 0x07;
	*least = n == 2 ? 0x80 : n == 3 ? 0x800 : 0x10000;
	return n;
}

static bool is_code_point(rune r)
{
	return r >= 0 && r <= 0x10ffff && (r < 0xd800 || r > 0xdfff);
}

rune rune_first_wide(struct span s, size_t *width_out)
{
	const unsigned char *p = (const unsigned char *)s.p;
	rune r, least;
	size_t n;

	*width_out = s.n > 0;
	if (s.n == 0)
		return RUNE_END;
	n = lead(p[0], &r, &least);
	if (n == 0 || n > s.n)
		return RUNE_BAD;
	for (size_t i = 1; i < n; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return RUNE_BAD;
		r = r << 6 | (p[i] & 0x3f);
	}
	if (r < least || !is_code_point(r))
		return RUNE_BAD;
	*width_out = n;
	return r;
}

rune rune_last(struct span s, size_t *width_out)
{
	*width_out = 1;
	if (s.n > 0 && (unsigned char)s.p[s.n - 1] < 0x80)
		return s.p[s.n - 1];
	for (size_t n = s.n < 4 ? s.n : 4; n > 1; n--) {
		rune r = rune_first(span_from(s, s.n - n), width_out);

		if (*width_out == n)
			return r;
	}
	return rune_first(span_from(s, s.n - (s.n > 0)), width_out);
}

void rune_add(struct str *s, rune r)
{
	if (!is_code_point(r))
		r = RUNE_BAD;
	if (r < 0x80) {
		str_addc(s, (char)r);
	} else if (r < 0x800) {
		str_addn(s, (char[]){ (char)(0xc0 | r >> 6), (char)(0x80 | (r & 0x3f)) }, 2);
	} else if (r < 0x10000) {
		str_addn(s,
			(char[]){ (char)(0xe0 | r >> 12), (char)(0x80 | (r >> 6 & 0x3f)),
				(char)(0x80 | (r & 0x3f)) },
			3);
	} else {
		str_addn(s,
			(char[]){ (char)(0xf0 | r >> 18), (char)(0x80 | (r >> 12 & 0x3f)),
				(char)(0x80 | (r >> 6 & 0x3f)), (char)(0x80 | (r & 0x3f)) },
			4);
	}
}

bool rune_is_wide_space(rune r)
{
	return r == 0x85 || r == 0xa0 || r == 0x1680 || (r >= 0x2000 && r <= 0x200a) ||
	       r == 0x2028 || r == 0x2029 || r == 0x202f || r == 0x205f || r == 0x3000;
}

bool rune_is_letter(rune r)
{
	if (r < 0x80)
		return (r | 0x20) >= 'a' && (r | 0x20) <= 'z';
	return unicode_is_letter(r);
}

bool rune_is_digit(rune r)
{
	if (r < 0x80)
		return r >= '0' && r <= '9';
	return unicode_is_digit(r);
}

struct span span_trim_left(struct span s)
{
	size_t width;

	while (s.n > 0 && rune_is_space(rune_first(s, &width)))
		s = span_from(s, width);
	return s;
}

struct span span_trim(struct span s)
{
	size_t width;

	s = span_trim_left(s);
	while (s.n > 0 && rune_is_space(rune_last(s, &width)))
		s.n -= width;
	return s;
}

/* The runes beyond ASCII whose lower or upper case lies in it. */
static rune fold(rune r, bool upper)
{
	if (upper)
		return r == 0x131 ? 'I' : r == 0x17f ? 'S' : r >= 'a' && r <= 'z' ? r - 32 : r;
	return r == 0x130 ? 'i' : r == 0x212a ? 'k' : r >= 'A' && r <= 'Z' ? r + 32 : r;
}

static char *text_case(struct span s, bool upper)
{
	_cleanup_(str_done) struct str out = STR_INIT;
	char *ascii = xstrndup(s.p, s.n);
	size_t width, n = 0;

	while (n < s.n && (unsigned char)ascii[n] < 0x80) {
		ascii[n] = (char)fold(ascii[n], upper);
		n++;
	}
	if (n == s.n)
		return ascii;
	free(ascii);
	while (s.n > 0) {
		rune_add(&out, fold(rune_first(s, &width), upper));
		s = span_from(s, width);
	}
	return str_take(&out);
}

char *text_lower(struct span s)
{
	return text_case(s, false);
}

char *text_upper(struct span s)
{
	return text_case(s, true);
}
