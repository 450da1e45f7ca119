/* What an image's program needs to be started, and the image does not hold: told from the first bytes
 * of programs and the final tree. */
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "image/program.h"
#include "image/view.h"
#include "image_stack.h"

#define LOADER "/lib64/ld-linux-x86-64.so.2"

static void put(char *at, uint64_t v, int size, bool big)
{
	for (int i = 0; i < size; i++)
		at[big ? size - 1 - i : i] = (char)(v >> 8 * i);
}

/* The head of an ELF program; `loader` NULL: static. */
static void elf(struct str *s, bool is64, bool big, const char *loader)
{
	char b[256] = "\177ELF";
	int word = is64 ? 8 : 4, header = is64 ? 64 : 52, entry = is64 ? 56 : 32;

	b[4] = is64 ? 2 : 1;
	b[5] = big ? 2 : 1;
	put(b + 16, 3, 2, big);
	put(b + (is64 ? 32 : 28), (uint64_t)header, word, big);
	put(b + (is64 ? 54 : 42), (uint64_t)entry, 2, big);
	put(b + (is64 ? 56 : 44), 1, 2, big);
	put(b + header, loader ? 3 : 1, 4, big);
	put(b + header + (is64 ? 8 : 4), 200, word, big);
	put(b + header + (is64 ? 32 : 16), loader ? strlen(loader) + 1 : 0, word, big);
	snprintf(b + 200, 56, "%s", loader ? loader : "");
	str_addn(s, b, sizeof(b));
}

/* Every class and byte order says the same; cut anywhere, damaged anywhere, it says that or nothing. */
static void test_elf(void **state)
{
	for (int kind = 0; kind < 4; kind++) {
		_cleanup_(str_done) struct str head = STR_INIT, fixed = STR_INIT, is = STR_INIT;

		elf(&head, kind & 1, kind & 2, LOADER);
		elf(&fixed, kind & 1, kind & 2, NULL);
		program_starter(head.buf, head.len, &is);
		assert_string_equal(str_get(&is), LOADER);
		str_clear(&is);
		program_starter(fixed.buf, fixed.len, &is);
		assert_string_equal(str_get(&is), "");
		for (size_t n = 0; n < 200 + strlen(LOADER) + 1; n++) {
			_cleanup_(freep) char *cut = xstrndup("", 0);

			cut = xrealloc(cut, n + 1, 1);
			memcpy(cut, head.buf, n);
			program_starter(cut, n, &is);
			assert_string_equal(str_get(&is), "");
		}
	}
}

static void test_damaged(void **state)
{
	_cleanup_(str_done) struct str head = STR_INIT, is = STR_INIT;

	elf(&head, true, false, LOADER);
	for (size_t i = 4; i < 130; i++)
		for (int v = 0; v < 256; v++) {
			char was = head.buf[i];

			head.buf[i] = (char)v;
			str_clear(&is);
			program_starter(head.buf, head.len, &is);
			assert_true(!is.len || *str_get(&is) == '/');
			head.buf[i] = was;
		}
}

static const struct { const char *text, *starter; } scripts[] = {
	{ "#!/bin/sh\necho", "/bin/sh" },
	{ "#! /usr/bin/env  python3 \n", "/usr/bin/env  python3" },
	{ "#!/bin/sh", "/bin/sh" },
	{ "#!\n", "" },
	{ "#!", "" },
	{ "#!bin/sh\n", "" },
	{ "# !/bin/sh\n", "" },
	{ "", "" },
};

static void test_scripts(void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(scripts); i++) {
		_cleanup_(str_done) struct str is = STR_INIT;

		program_starter(scripts[i].text, strlen(scripts[i].text), &is);
		assert_string_equal(str_get(&is), scripts[i].starter);
	}
}

/* A file: 'e' a dynamic program, 's' a static one, 'l' a link to text, else a script of text. */
struct file {
	char kind;
	const char *path, *text;
};

#define IMAGE_FILES 5
static const struct {
	const char *name;
	struct file files[IMAGE_FILES];
	const char *command, *env, *workdir;
	const char *lacks; /* NULL: nothing */
} rows[] = {
	{ "a venv built on glibc, copied to musl",
		{ { 'e', "opt/venv/bin/python", LOADER }, { 's', "lib/ld-musl-x86_64.so.1", "" } },
		"/opt/venv/bin/python", NULL, "",
		"/opt/venv/bin/python needs " LOADER ", which the image lacks" },
	{ "and by a script of it",
		{ { 'e', "opt/venv/bin/python", LOADER },
			{ '#', "opt/venv/bin/gunicorn", "#!/opt/venv/bin/python\n" } },
		"gunicorn", "PATH=/opt/venv/bin:/bin", "",
		"/opt/venv/bin/python needs " LOADER ", which the image lacks" },
	{ "the loader is there, by a link to a directory",
		{ { 'e', "bin/app", LOADER }, { 's', "usr/lib64/ld-linux-x86-64.so.2", "" },
			{ 'l', "lib64", "usr/lib64" } },
		"/bin/app", NULL, "", NULL },
	{ "the loader is a link to nothing",
		{ { 'e', "bin/app", LOADER }, { 'l', "lib64/ld-linux-x86-64.so.2", "../gone.so" } },
		"/bin/app", NULL, "",
		"/bin/app needs " LOADER ", a link to ../gone.so, which the image lacks" },
	{ "a static program", { { 's', "app", "" } }, "/app", NULL, "", NULL },
	{ "a venv without --copies",
		{ { 'l', "opt/venv/bin/python", "/usr/local/bin/python3" } }, "/opt/venv/bin/python",
		NULL, "",
		"/opt/venv/bin/python, a link to /usr/local/bin/python3, which the image lacks" },
	{ "shell form without a shell", { { 's', "app", "" } }, "/bin/sh", NULL, "",
		"the image lacks its program /bin/sh" },
	{ "in no directory of PATH", { { 's', "app", "" } }, "gunicorn", NULL, "",
		"gunicorn is in no directory of PATH" },
	{ "from the working directory", { { 's', "srv/run", "" } }, "./run", NULL, "/srv", NULL },
	{ "not there, from the working directory", { { 's', "srv/run", "" } }, "./walk", NULL, "/srv",
		"the image lacks its program /srv/./walk" },
	{ "env looks in PATH",
		{ { 's', "usr/bin/env", "" }, { '#', "bin/app", "#!/usr/bin/env node\n" } }, "app",
		NULL, "", "/bin/app needs node, which is in no directory of PATH" },
	{ "a directory", { { 's', "bin/app/x", "" } }, "/bin/app", NULL, "",
		"/bin/app is no file that can be run" },
	{ "nobody may run it", { { '-', "app", "text" } }, "/app", NULL, "",
		"nobody may run /app (mode 0644)" },
	{ "a circle of interpreters",
		{ { '#', "a", "#!/b\n" }, { '#', "b", "#!/a\n" } }, "/a", NULL, "", NULL },
	{ "a circle of links", { { 'l', "a", "b" }, { 'l', "b", "a" } }, "/a", NULL, "",
		"/a, a link to b, which the image lacks" },
	{ "no command", { { 's', "app", "" } }, NULL, NULL, "", NULL },
};

static void add_file(struct str *tar, const struct file *f)
{
	_cleanup_(str_done) struct str head = STR_INIT;

	if (f->kind == 'l') {
		stack_header(tar, '2', f->path, f->text, 0, 0777);
		return;
	}
	if (f->kind == 'e' || f->kind == 's')
		elf(&head, true, false, f->kind == 'e' ? f->text : NULL);
	else
		str_add(&head, f->text);
	stack_file(tar, f->path, str_get(&head), head.len, f->kind == '-' ? 0644 : 0755);
}

static void test_rows(void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		_cleanup_(image_view_freep) struct image_view *v = NEW(struct image_view);
		_cleanup_(str_done) struct str tar = STR_INIT;

		print_message("%s\n", rows[i].name);
		for (size_t k = 0; k < IMAGE_FILES && rows[i].files[k].path; k++)
			add_file(&tar, &rows[i].files[k]);
		view_room(v, 1);
		v->layers[0] = stack_layer(&tar);
		v->config.workdir = xstrdup(rows[i].workdir);
		v->config.os = xstrdup("linux");
		if (rows[i].command)
			strv_add(&v->config.cmd, rows[i].command);
		if (rows[i].env)
			strv_add(&v->config.env, rows[i].env);
		assert_null(image_view_finish(v));
		assert_true(str_eq(v->image.lacks, rows[i].lacks));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_elf),
		cmocka_unit_test(test_damaged),
		cmocka_unit_test(test_scripts),
		cmocka_unit_test(test_rows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
