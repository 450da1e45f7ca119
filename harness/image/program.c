#include "image/program.h"

#define SCRIPT_LINE_MAX 255 /* BINPRM_BUF_SIZE, less its NUL */
#define HEADERS_MAX	64  /* programs have about a dozen */

enum { ET_EXEC = 2, ET_DYN = 3, PT_INTERP = 3 };

/* Where the fields of one class of ELF lie: of the header, and of a program header. */
struct elf_class {
	size_t header, phoff, phentsize, phnum;
	size_t entry, offset, filesz;
	size_t word; /* of offsets and sizes */
};
static const struct elf_class elf32 = { 52, 28, 42, 44, 32, 4, 16, 4 };
static const struct elf_class elf64 = { 64, 32, 54, 56, 56, 8, 32, 8 };

struct elf {
	const unsigned char *bytes;
	size_t n;
	const struct elf_class *class;
	bool big; /* endian */
};

/* A number of `size` bytes; 0 beyond what is there. */
static uint64_t number(const struct elf *e, uint64_t at, size_t size)
{
	uint64_t v = 0;

	if (at > e->n || e->n - at < size)
		return 0;
	for (size_t i = 0; i < size; i++)
		v |= (uint64_t)e->bytes[at + i] << 8 * (e->big ? size - 1 - i : i);
	return v;
}

static bool elf_init(struct elf *e, const unsigned char *bytes, size_t n)
{
	uint64_t type;

	if (n < 20 || memcmp(bytes, "\177ELF", 4) != 0 || bytes[4] < 1 || bytes[4] > 2 ||
		bytes[5] < 1 || bytes[5] > 2)
		return false;
	*e = (struct elf){ bytes, n, bytes[4] == 1 ? &elf32 : &elf64, bytes[5] == 2 };
	type = number(e, 16, 2);
	return n >= e->class->header && (type == ET_EXEC || type == ET_DYN);
}

/* A path that ends inside its segment, and is one. */
static void add_path(const struct elf *e, uint64_t at, uint64_t size, struct str *out)
{
	const char *path;

	if (at >= e->n || size < 2 || size > e->n - at)
		return;
	path = (const char *)e->bytes + at;
	if (*path == '/' && strnlen(path, size) < size)
		str_add(out, path);
}

static void elf_starter(const struct elf *e, struct str *out)
{
	const struct elf_class *c = e->class;
	uint64_t at = number(e, c->phoff, c->word), size = number(e, c->phentsize, 2);
	uint64_t count = number(e, c->phnum, 2);

	if (size < c->entry || count > HEADERS_MAX)
		return;
	for (; count > 0 && at < e->n; count--, at += size)
		if (number(e, at, 4) == PT_INTERP) {
			add_path(e, number(e, at + c->offset, c->word),
				number(e, at + c->filesz, c->word), out);
			return;
		}
}

static void script_starter(const char *line, size_t n, struct str *out)
{
	static const char blank[] = " \t";
	size_t end = 0;

	if (n > SCRIPT_LINE_MAX)
		n = SCRIPT_LINE_MAX;
	while (end < n && line[end] && line[end] != '\n')
		end++;
	while (end > 0 && strchr(blank, *line))
		line++, end--;
	while (end > 0 && strchr(blank, line[end - 1]))
		end--;
	if (end > 0 && *line == '/')
		str_addn(out, line, end);
}

void program_starter(const void *head, size_t n, struct str *out)
{
	const char *text = head;
	struct elf e;

	if (n > 2 && text[0] == '#' && text[1] == '!')
		script_starter(text + 2, n - 2, out);
	else if (elf_init(&e, head, n))
		elf_starter(&e, out);
}
