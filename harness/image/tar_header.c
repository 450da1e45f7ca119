#include "image/tar_header.h"

#include "image/tar.h"

/* A number in octal or, where its first bit is set, in base 256 with two's complement. */
static bool number(const unsigned char *field, size_t n, int64_t *out)
{
	uint64_t v = 0;
	size_t i = 0;

	if (field[0] & 0x80) {
		bool negative = field[0] & 0x40;

		v = negative ? UINT64_MAX : 0;
		for (i = 0; i < n; i++) {
			unsigned char b = i || negative ? field[i] : field[i] & 0x7f;

			if (v >> 55 != (negative ? 0x1ff : 0))
				return false;
			v = v << 8 | b;
		}
		*out = (int64_t)v;
		return true;
	}
	while (i < n && (field[i] == ' ' || field[i] == '\0'))
		i++;
	for (; i < n && field[i] >= '0' && field[i] <= '7'; i++)
		v = v << 3 | (uint64_t)(field[i] - '0');
	*out = (int64_t)v;
	return i == n || field[i] == ' ' || field[i] == '\0';
}

/* Bytes count as unsigned, or, as some wrote it, as signed; the field itself counts as blanks. */
static bool checksum_fits(const unsigned char *b)
{
	int64_t said = -1;
	int is = 8 * ' ', high = 0;

	for (size_t i = 0; i < TAR_BLOCK; i++)
		is += b[i];
	for (size_t i = 148; i < 156; i++)
		is -= b[i];
	if (!number(b + 148, 8, &said) || said == is)
		return said == is;
	for (size_t i = 0; i < TAR_BLOCK; i++)
		high += (i < 148 || i >= 156) && b[i] >= 0x80;
	return said == is - 256 * high;
}

bool tar_block_is_zero(const unsigned char block[TAR_BLOCK])
{
	return block[0] == 0 && memcmp(block, block + 1, TAR_BLOCK - 1) == 0;
}

/* Copy a field up to its NUL or end; what follows it in `to`. */
static char *copy_field(char *to, const unsigned char *field, size_t size)
{
	size_t n = strnlen((const char *)field, size);

	memcpy(to, field, n);
	to[n] = '\0';
	return to + n;
}

static void read_names(const unsigned char *b, struct tar_header *out)
{
	char *to = out->name;

	if (b[345] && memcmp(b + 257, "ustar\0", 6) == 0) {
		to = copy_field(to, b + 345, 155);
		*to++ = '/';
	}
	copy_field(to, b, 100);
	copy_field(out->link, b + 157, 100);
}

struct err *tar_header_read(const unsigned char b[TAR_BLOCK], struct tar_header *out)
{
	bool device = b[156] == TAR_CHARDEV || b[156] == TAR_BLOCKDEV;

	if (!checksum_fits(b))
		return err_new(ERR_INPUT, "a layer is no tar: a header's checksum is wrong");
	out->type = (char)b[156];
	out->major = out->minor = out->real_size = 0;
	if (!number(b + 100, 8, &out->mode) || !number(b + 108, 8, &out->uid) ||
		!number(b + 116, 8, &out->gid) || !number(b + 124, 12, &out->size) ||
		!number(b + 136, 12, &out->mtime) ||
		(device && (!number(b + 329, 8, &out->major) || !number(b + 337, 8, &out->minor))))
		return err_new(ERR_INPUT, "a layer is no tar: a header has a number that is none");
	if (out->type == 'S' && !number(b + 483, 12, &out->real_size))
		return err_new(ERR_INPUT, "a layer is no tar: a sparse file has no size");
	out->extended = out->type == 'S' && b[482];
	read_names(b, out);
	return NULL;
}

void pax_clear(struct pax *p)
{
	str_clear(&p->path);
	str_clear(&p->link);
	str_clear(&p->sparse_name);
	p->size = p->uid = p->gid = p->real_size = -1;
	p->has_mtime = p->sparse = false;
}

void pax_done(struct pax *p)
{
	str_done(&p->path);
	str_done(&p->link);
	str_done(&p->sparse_name);
}

static bool is(const char *key, size_t n, const char *word)
{
	return strlen(word) == n && memcmp(key, word, n) == 0;
}

/* Decimal, a fraction left off. A negative time stays one. */
static bool pax_number(const char *text, size_t n, int64_t *out)
{
	bool negative = n > 0 && *text == '-';
	int64_t v = 0;
	size_t i = negative;

	for (; i < n && text[i] >= '0' && text[i] <= '9'; i++)
		if (__builtin_mul_overflow(v, 10, &v) ||
			__builtin_add_overflow(v, text[i] - '0', &v))
			return false;
	*out = negative ? -v : v;
	return i > (size_t)negative && (i == n || text[i] == '.');
}

static void set_text(struct str *to, const char *value, size_t n)
{
	str_clear(to);
	str_addn(to, value, n);
}

static struct err *pax_record(
	struct pax *p, const char *key, size_t key_n, const char *value, size_t n)
{
	const struct {
		const char *word;
		int64_t *to;
	} numbers[] = {
		{ "size", &p->size },
		{ "uid", &p->uid },
		{ "gid", &p->gid },
		{ "mtime", &p->mtime },
		{ "GNU.sparse.realsize", &p->real_size },
		{ "GNU.sparse.size", &p->real_size },
	};

	if (is(key, key_n, "path"))
		set_text(&p->path, value, n);
	else if (is(key, key_n, "linkpath"))
		set_text(&p->link, value, n);
	else if (is(key, key_n, "GNU.sparse.name"))
		set_text(&p->sparse_name, value, n);
	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++) {
		if (!is(key, key_n, numbers[i].word) || n == 0)
			continue;
		if (!pax_number(value, n, numbers[i].to) ||
			(*numbers[i].to < 0 && numbers[i].to != &p->mtime))
			return err_new(ERR_INPUT, "a layer is no tar: a PAX header's %s is none",
				numbers[i].word);
		p->has_mtime |= numbers[i].to == &p->mtime;
		p->sparse |= numbers[i].to == &p->real_size;
	}
	return NULL;
}

/* Records of "LENGTH KEY=VALUE\n", the length that of all of it. */
struct err *pax_read(const char *text, size_t n, struct pax *out)
{
	while (n > 0) {
		const char *space = memchr(text, ' ', n < 20 ? n : 20), *equals;
		int64_t length;

		if (!space || !pax_number(text, (size_t)(space - text), &length) ||
			length < space - text + 3 || (uint64_t)length > n ||
			text[length - 1] != '\n')
			return err_new(ERR_INPUT, "a layer is no tar: a PAX header is damaged");
		equals = memchr(space, '=', (size_t)(text + length - space));
		if (!equals)
			return err_new(ERR_INPUT, "a layer is no tar: a PAX record has no value");
		TRY(pax_record(out, space + 1, (size_t)(equals - space - 1), equals + 1,
			(size_t)(text + length - 1 - equals - 1)));
		text += length;
		n -= (size_t)length;
	}
	return NULL;
}
