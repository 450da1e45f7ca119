/* What the files of package managers say, and whose files are whose. */
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "image/packages.h"
#include "image_stack.h"

struct file {
	const char *path, *text; /* a text that starts with "->" is a link; NULL: a directory */
};

#define STATUS_HELLO                                                                               \
	"Package: hello\nStatus: install ok installed\nInstalled-Size: 9999\nVersion: 2.10-3\n\n"  \
	"Package: gone\nStatus: deinstall ok config-files\nVersion: 1\n\nPackage: last\n"          \
	"Status: install ok installed\nVersion: 3:4.5\n"

static const struct {
	const char *name;
	struct file files[8];
	const char *expect; /* "MANAGER NAME VERSION BYTES;…", then "none BYTES" */
} rows[] = {
	{ "dpkg, its lists by the old names of merged directories",
		{ { "var/lib/dpkg/status", STATUS_HELLO }, { "bin", "->usr/bin" },
			{ "var/lib/dpkg/info/hello:amd64.list", "/.\n/bin\n/bin/hello\n" },
			{ "usr/bin/hello", "12345" }, { "usr/bin/other", "123" } },
		"dpkg hello 2.10-3 5;dpkg last 3:4.5 0;none 222" },
	{ "a database elsewhere says nothing", { { "srv/root/var/lib/dpkg/status", STATUS_HELLO } },
		"none 200" },
	{ "through a link", { { "var/lib", "->../state" }, { "state/dpkg/status", STATUS_HELLO } },
		"dpkg hello 2.10-3 0;dpkg last 3:4.5 0;none 200" },
	{ "distroless",
		{ { "var/lib/dpkg/status.d/base", "Package: base-files\nVersion: 12\n" },
			{ "var/lib/dpkg/status.d/base.md5sums", "00  etc/host.conf\n" },
			{ "etc/host.conf", "1234567" } },
		"dpkg base-files 12 7;none 50" },
	{ "distroless, named by its package",
		{ { "var/lib/dpkg/status.d/netbase", "Package: netbase\nVersion: 6.4\n" },
			{ "var/lib/dpkg/status.d/netbase.md5sums", "00  etc/protocols\n" },
			{ "etc/protocols", "1234567" } },
		"dpkg netbase 6.4 7;none 48" },
	{ "apk",
		{ { "lib/apk/db/installed",
			  "C:Q1\nP:musl\nV:1.2\nA:x86_64\nF:lib\nR:ld.so\nZ:Q1\n\n"
			  "P:busybox\nV:1.36\nF:bin\nR:busybox\nR:x\n" },
			{ "lib/ld.so", "1234" }, { "bin/busybox", "123456" } },
		"apk musl 1.2 4;apk busybox 1.36 6;none 84" },
	{ "pip",
		{ { "lib/python3/site-packages/six-1.16.dist-info/METADATA",
			  "Metadata-Version: 2.1\nName: six\nVersion: 1.16\n\nName: no\n" },
			{ "lib/python3/site-packages/six-1.16.dist-info/RECORD",
				"six.py,sha256=x,5\n\"a,b.py\",,\n../../../bin/six,,\n" },
			{ "lib/python3/site-packages/six.py", "12345" },
			{ "lib/python3/site-packages/a,b.py", "1" }, { "bin/six", "12" } },
		"pip six 1.16 8;none 104" },
	{ "npm, the innermost",
		{ { "app/node_modules/a/package.json", "{\"name\":\"a\",\"version\":\"1\"}" },
			{ "app/node_modules/a/x.js", "123" },
			{ "app/node_modules/a/node_modules/@s/b/package.json",
				"{\"name\":\"@s/b\",\"version\":\"2\"}" },
			{ "app/node_modules/a/node_modules/@s/b/y.js", "12345" },
			{ "app/node_modules/a/lib/package.json",
				"{\"name\":\"no\",\"version\":\"1\"}" },
			{ "app/node_modules/a/bad/node_modules/c/package.json", "{\"name\":" } },
		"npm a 1 64;npm @s/b 2 34;none 0" },
	{ "java", { { "opt/guava-31.1-jre.jar", "12" }, { "opt/app.war", "1" } },
		"java guava 31.1-jre 2;java app unknown 1;none 0" },
	{ "the same twice is one",
		{ { "a/node_modules/x/package.json", "{\"name\":\"x\",\"version\":\"1\"}" },
			{ "b/node_modules/x/package.json", "{\"name\":\"x\",\"version\":\"1\"}" } },
		"npm x 1 52;none 0" },
	{ "none", { { "x", "1234" } }, "none 4" },
};

static void show(const struct packages *p, struct str *out)
{
	for (size_t i = 0; i < p->count; i++)
		str_addf(out, "%s %s %s %lld;", package_manager_names[p->items[i].manager],
			p->items[i].name, p->items[i].version, (long long)p->items[i].bytes);
	str_addf(out, "none %lld", (long long)p->ownerless_bytes);
}

static void expect(struct layer *l, const char *wanted)
{
	_cleanup_(rootfs_freep) struct rootfs *t = NULL;
	_cleanup_(str_done) struct str is = STR_INIT;
	struct packages p;

	assert_null(rootfs_new(&l, 1, &t));
	packages_read(t, &p);
	show(&p, &is);
	assert_string_equal(str_get(&is), wanted);
	packages_done(&p);
}

static void test_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		_cleanup_(str_done) struct str tar = STR_INIT;
		_cleanup_(layer_unrefp) struct layer *l = NULL;

		print_message("%s\n", rows[i].name);
		for (const struct file *f = rows[i].files; f < rows[i].files + 8 && f->path; f++)
			if (str_starts(f->text, "->"))
				stack_header(&tar, '2', f->path, f->text + 2, 0, 0777);
			else
				stack_file(&tar, f->path, f->text, strlen(f->text), 0644);
		l = stack_layer(&tar);
		expect(l, rows[i].expect);
	}
}

/* A Go program: a magic somewhere in an ELF file, however its content is cut. */
static void test_go(void **state)
{
	static const char info[] = "path\tcmd/x\nmod\texample.org/x\tv1.2.3\th1:a=\n"
				   "dep\tgolang.org/y\tv0.1.0\th1:b=\n";

	(void)state;
	for (size_t at = 262000; at < 262300; at += 7) {
		_cleanup_(str_done) struct str tar = STR_INIT;
		_cleanup_(layer_unrefp) struct layer *l = NULL;
		_cleanup_(freep) char *program = xcalloc(1, 400000);
		size_t n = strlen(info) + 32;

		memcpy(program, "\177ELF", 4);
		memcpy(program + at, "\xff Go buildinf:\x08\x02", 16);
		memcpy(program + at + 32, "\x06go1.24", 7);
		program[at + 39] = (char)n;
		memcpy(program + at + 40 + 16, info, strlen(info));
		stack_file(&tar, "bin/x", program, 400000, 0755);
		l = stack_layer(&tar);
		expect(l, "go example.org/x v1.2.3 400000;go golang.org/y v0.1.0 0;none 0");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_rows),
		cmocka_unit_test(test_go) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
