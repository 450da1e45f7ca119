/* What the files of package managers say, and whose files are whose. */
#include <setjmp.h>
#include <sqlite3.h>
#include <stdarg.h>

#include <cmocka.h>

#include "image/layer_build.h"
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
	{ "cargo install",
		{ { "root/.cargo/.crates.toml",
			  "[v1]\n\"ripgrep 13.0.0 (registry+https://x)\" = [\"rg\"]\n" },
			{ "root/.cargo/bin/rg", "12345" } },
		"cargo ripgrep 13.0.0 5;none 52" },
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

/* {"packages":[{"name":"serde","version":"1.0.200","source":"crates.io"},{"name":"cc","version":"1.0.1","kind":"build"},{"name":"ripgrep","version":"14.1.0","root":true,"dependencies":[0,1]}]}
 * as zlib packs it. */
static const unsigned char crates[] = {
	0x78, 0x9c, 0x65, 0x8e, 0x41, 0x0a, 0x03, 0x21, 0x0c, 0x45, 0xef, 0x92, 0xb5, 0x88, 0x96,
	0xae, 0xbc, 0x4a, 0x99, 0x85, 0x8d, 0x61, 0x08, 0x33, 0x55, 0x89, 0xda, 0xcd, 0xe0, 0xdd,
	0x9b, 0x76, 0x51, 0x5a, 0x66, 0xf9, 0x1f, 0xef, 0xc1, 0x3f, 0xa0, 0x46, 0xdc, 0xe2, 0x4a,
	0x0d, 0xc2, 0xed, 0x80, 0x1c, 0x1f, 0x04, 0x01, 0x1a, 0x49, 0x22, 0x30, 0xf0, 0x24, 0x69,
	0x5c, 0xb2, 0x12, 0x6f, 0x9d, 0xbd, 0x38, 0xa7, 0xac, 0x95, 0x21, 0xf8, 0x96, 0x50, 0x62,
	0xa7, 0x66, 0xb9, 0xc0, 0x34, 0xdf, 0x12, 0xf1, 0x94, 0x79, 0x25, 0x1b, 0xe7, 0xa4, 0xf3,
	0x3e, 0x78, 0x4f, 0xbf, 0xba, 0x70, 0x5d, 0x85, 0xea, 0x7f, 0x73, 0xb5, 0x9a, 0x29, 0x92,
	0x52, 0x3a, 0x84, 0x2e, 0x83, 0x0c, 0x24, 0xaa, 0x94, 0x13, 0x65, 0xe4, 0xcf, 0x53, 0x67,
	0xfc, 0x32, 0x97, 0xf9, 0x02, 0x29, 0x68, 0x3b, 0x93,
};

/* A Rust program whose crates cargo auditable noted; what only built it is none. */
static void test_cargo(void **state)
{
	for (size_t at = 262000; at < 262300; at += 7) {
		_cleanup_(str_done) struct str tar = STR_INIT;
		_cleanup_(layer_unrefp) struct layer *l = NULL;
		_cleanup_(freep) char *program = xcalloc(1, 400000);

		memcpy(program, "\177ELF", 4);
		memcpy(program + at, crates, sizeof(crates));
		stack_file(&tar, "bin/rg", program, 400000, 0755);
		l = stack_layer(&tar);
		expect(l, "cargo ripgrep 14.1.0 400000;cargo serde 1.0.200 0;none 0");
	}
}

/* "groupId=com.google.guava\nartifactId=guava\nversion=31.1-jre\n", deflated. */
static const unsigned char pom[] = {
	0x4b, 0x2f, 0xca, 0x2f, 0x2d, 0xf0, 0x4c, 0xb1, 0x4d, 0xce, 0xcf, 0xd5, 0x4b, 0xcf, 0xcf,
	0x4f, 0xcf, 0x49, 0xd5, 0x4b, 0x2f, 0x4d, 0x2c, 0x4b, 0xe4, 0x4a, 0x2c, 0x2a, 0xc9, 0x4c,
	0x4b, 0x4c, 0x2e, 0x01, 0xca, 0x41, 0x04, 0xca, 0x52, 0x8b, 0x8a, 0x33, 0xf3, 0xf3, 0x6c,
	0x8d, 0x0d, 0xf5, 0x0c, 0x75, 0xb3, 0x8a, 0x52, 0xb9, 0x00,
};

static void add_zipped(struct str *jar, const char *name, int method, const void *data, size_t n)
{
	unsigned char header[30] = "PK\3\4";

	header[8] = (unsigned char)method;
	header[26] = (unsigned char)strlen(name);
	str_addn(jar, (const char *)header, sizeof(header));
	str_add(jar, name);
	str_addn(jar, data, n);
}

static void make_jar(struct str *jar)
{
	static const char manifest[] = "Manifest-Version: 1.0\r\nImplementation-Version: 9.9\r\n";

	add_zipped(jar, "META-INF/MANIFEST.MF", 0, manifest, sizeof(manifest) - 1);
	add_zipped(jar, "META-INF/maven/com.google.guava/guava/pom.properties", 8, pom, sizeof(pom));
	add_zipped(jar, "BOOT-INF/lib/slf4j-api-2.0.9.jar", 0, "x", 1);
}

static void test_jar(void **state)
{
	_cleanup_(str_done) struct str jar = STR_INIT, tar = STR_INIT;
	_cleanup_(layer_unrefp) struct layer *l = NULL;
	_cleanup_(freep) char *wanted = NULL;

	make_jar(&jar);
	wanted = xasprintf("java app 9.9 %zu;java com.google.guava:guava 31.1-jre 0;"
			   "java slf4j-api 2.0.9 0;none 0", jar.len);
	stack_file(&tar, "opt/app.jar", str_get(&jar), jar.len, 0644);
	l = stack_layer(&tar);
	expect(l, wanted);
}

/* However its content is cut. */
static void test_jar_in_pieces(void **state)
{
	_cleanup_(str_done) struct str jar = STR_INIT;

	make_jar(&jar);
	for (size_t step = 1; step < jar.len; step++) {
		_cleanup_(jar_search_done) struct jar_search j = { 0 };

		jar_search_begin(&j);
		for (size_t at = 0; at < jar.len; at += step)
			jar_search_add(&j, jar.buf + at, jar.len - at < step ? jar.len - at : step);
		jar_search_add(&j, "", 0);
		assert_int_equal(j.found.count, 2);
		assert_string_equal(j.found.items[0], "com.google.guava:guava");
		assert_string_equal(j.found.items[1], "31.1-jre");
		assert_int_equal(j.inner.count, 1);
		assert_string_equal(j.manifest, "9.9");
	}
}

static void add_number(struct str *to, uint32_t n)
{
	for (int shift = 24; shift >= 0; shift -= 8)
		str_addc(to, (char)(n >> shift));
}

/* A tag of rpm's header: its data, and the entry that says where it is. */
static void add_tag(struct str *index, struct str *data, uint32_t tag, uint32_t type,
	const void *bytes, size_t n)
{
	add_number(index, tag);
	add_number(index, type);
	add_number(index, (uint32_t)data->len);
	add_number(index, 1);
	str_addn(data, bytes, n);
}

/* bash 1:5.2-1 with /usr/bin/bash. */
static void make_header(struct str *blob)
{
	_cleanup_(str_done) struct str index = STR_INIT, data = STR_INIT;

	add_tag(&index, &data, 1003, 4, "\0\0\0\1", 4);
	add_tag(&index, &data, 1116, 4, "\0\0\0\0", 4);
	add_tag(&index, &data, 1000, 6, "bash", 5);
	add_tag(&index, &data, 1001, 6, "5.2", 4);
	add_tag(&index, &data, 1002, 6, "1", 2);
	add_tag(&index, &data, 1117, 8, "bash", 5);
	add_tag(&index, &data, 1118, 8, "/usr/bin/", 10);
	add_number(blob, (uint32_t)index.len / 16);
	add_number(blob, (uint32_t)data.len);
	str_addn(blob, index.buf, index.len);
	str_addn(blob, data.buf, data.len);
}

/* rpm's own table with one header; what SQLite would write to the file. */
static unsigned char *make_database(const char *table, const void *blob, size_t n, size_t *size_out)
{
	_cleanup_(freep) char *insert = xasprintf("INSERT INTO %s VALUES (1, ?)", table);
	_cleanup_(freep) char *create = xasprintf(
		"CREATE TABLE %s (hnum INTEGER PRIMARY KEY AUTOINCREMENT, blob BLOB NOT NULL)", table);
	unsigned char *bytes;
	sqlite3_int64 size;
	sqlite3_stmt *q;
	sqlite3 *db;

	assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, create, NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(db, insert, -1, &q, NULL), SQLITE_OK);
	sqlite3_bind_blob(q, 1, blob, (int)n, SQLITE_STATIC);
	assert_int_equal(sqlite3_step(q), SQLITE_DONE);
	sqlite3_finalize(q);
	bytes = sqlite3_serialize(db, "main", &size, 0);
	sqlite3_close(db);
	*size_out = (size_t)size;
	return bytes;
}

static void expect_rpm(const unsigned char *bytes, size_t size, const char *packages, size_t none)
{
	_cleanup_(str_done) struct str tar = STR_INIT;
	_cleanup_(layer_unrefp) struct layer *l = NULL;
	_cleanup_(freep) char *wanted = xasprintf("%snone %zu", packages, none);

	stack_file(&tar, "var/lib/rpm/rpmdb.sqlite", (const char *)bytes, size, 0644);
	stack_file(&tar, "usr/bin/bash", "12345", 5, 0755);
	l = stack_layer(&tar);
	expect(l, wanted);
}

static void test_rpm(void **state)
{
	_cleanup_(str_done) struct str blob = STR_INIT;
	unsigned char *bytes;
	size_t size;

	make_header(&blob);
	bytes = make_database("Packages", blob.buf, blob.len, &size);
	expect_rpm(bytes, size, "rpm bash 1:5.2-1 5;", size);
	sqlite3_free(bytes);
	bytes = make_database("Others", blob.buf, blob.len, &size);
	expect_rpm(bytes, size, "", size + 5);
	sqlite3_free(bytes);
}

/* A header that ends too early says nothing; neither do numbers that lead out of it. */
static void test_rpm_damaged(void **state)
{
	_cleanup_(str_done) struct str blob = STR_INIT;
	unsigned char *bytes;
	size_t size;

	make_header(&blob);
	for (size_t n = 0; n < blob.len; n += 5) {
		bytes = make_database("Packages", blob.buf, n, &size);
		expect_rpm(bytes, size, "", size + 5);
		sqlite3_free(bytes);
	}
	memset(blob.buf, 0xff, 8);
	bytes = make_database("Packages", blob.buf, blob.len, &size);
	expect_rpm(bytes, size, "", size + 5);
	/* pages that point at themselves */
	memset(bytes + 100, 0x05, size - 100);
	expect_rpm(bytes, size, "", size + 5);
	sqlite3_free(bytes);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_rows),
		cmocka_unit_test(test_go), cmocka_unit_test(test_cargo), cmocka_unit_test(test_jar),
		cmocka_unit_test(test_jar_in_pieces), cmocka_unit_test(test_rpm),
		cmocka_unit_test(test_rpm_damaged) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
