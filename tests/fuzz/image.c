/* Fuzzing of harness/image: no input may crash, hang or leak. The first byte says what the rest is: 'a'
 * a docker-archive, 'd' a manifest or index, 'c' a config, 'p' and a digit a file of a package
 * manager, 'm' rpm's database, 'j' a Java archive, 'e' a program, 'r' a reference, 't' a
 * registries.conf; else a layer, whose
 * tree is made. */
#include "base/toml.h"
#include "image/compare.h"
#include "image/from.h"
#include "image/layer_build.h"
#include "image/program.h"
#include "image/remote.h"
#include "image/survey.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

struct memory {
	struct stream s;
	const uint8_t *bytes;
	size_t left, step;
};

static struct err *memory_next(struct stream *s, const void **bytes_out, size_t *n_out)
{
	struct memory *m = (struct memory *)s;

	*bytes_out = m->bytes;
	*n_out = m->left < m->step ? m->left : m->step;
	m->bytes += *n_out;
	m->left -= *n_out;
	return NULL;
}

/* What is made of an image that could be read. */
static void look(struct image_view *v)
{
	struct comparison c;
	struct survey s;

	if (v->tree) {
		survey_read(v, 5, &s);
		survey_done(&s);
		compare_images(v, v, 5, &c);
		comparison_done(&c);
	}
	image_view_free(v);
}

/* The layer twice: it meets what it made itself. */
static void try_layer(struct memory *m)
{
	struct image_view *v;
	struct layer *l;
	struct err *e = layer_read(&m->s, 1 << 24, &l);

	if (!e) {
		v = NEW(struct image_view);
		view_room(v, 2);
		v->layers[0] = l;
		v->layers[1] = layer_ref(l);
		v->image.layers = xcalloc(2, sizeof(*v->image.layers));
		v->image.layer_count = 2;
		v->config.workdir = xstrdup("");
		v->config.os = xstrdup("");
		strv_add(&v->config.cmd, "sh");
		e = image_view_finish(v);
		look(v);
	}
	err_free(e);
}

static void try_archive(struct memory *m)
{
	struct image_view *v = NEW(struct image_view);
	const struct image_options o = { .ceiling = 1 << 24 };
	struct err *e = image_from_stream(&m->s, "archive", &o, v);

	if (!e)
		e = image_view_finish(v);
	err_free(e);
	look(v);
}

static struct err *ignore_item(void *ctx, const struct toml_item *item)
{
	return NULL;
}

static void try_text(char kind, const struct str *text)
{
	struct image_config c = { 0 };
	struct document d = { 0 };
	struct remote r = { 0 };
	struct str words = STR_INIT;

	if (kind == 'd') {
		err_free(document_read("d", text, "linux/amd64", NULL, &d));
	} else if (kind == 't') {
		err_free(toml_read("t", str_get(text), text->len, ignore_item, NULL));
	} else if (kind == 'r') {
		err_free(remote_init(&r, str_get(text), NULL));
	} else {
		err_free(config_read("c", text, &c));
		for (size_t i = 0; i < 4; i++)
			if (config_instruction(&c, i, 4))
				instruction_words(&words, config_instruction(&c, i, 4));
	}
	str_done(&words);
	config_done(&c);
	document_done(&d);
	remote_done(&r);
}

/* A layer with one file, at a path that files of package managers have. */
static struct layer *layer_of(const char *path)
{
	struct layer *l = NEW(struct layer);
	uint32_t at;

	l->references = 1;
	err_free(layer_add_text(l, "", 0, &at));
	err_free(layer_add_text(l, path, strlen(path), &at));
	GROW(l->entries, l->count, l->room)->path = at;
	return l;
}

static void try_package(enum package_file kind, const struct str *text)
{
	struct layer *l = layer_of("usr/lib/node_modules/a.dist-info/package.json");

	err_free(package_file_read(l, 0, kind, text));
	layer_unref(l);
}

static void try_rpm(struct str *text)
{
	struct layer *l = layer_of("var/lib/rpm/rpmdb.sqlite");
	bool readable;

	err_free(rpm_read(l, 0, text, &readable));
	layer_unref(l);
}

static void try_jar(const struct memory *m)
{
	struct layer *l = layer_of("opt/app-1.jar");
	struct jar_search j = { 0 };

	jar_search_begin(&j);
	for (size_t at = 0; at < m->left; at += m->step)
		jar_search_add(&j, m->bytes + at, m->left - at < m->step ? m->left - at : m->step);
	jar_search_add(&j, "", 0);
	err_free(jar_search_end(&j, l, 0));
	jar_search_done(&j);
	layer_unref(l);
}

/* What starts it, Go's modules and Rust's crates in it. */
static void try_program(const struct memory *m)
{
	struct layer *l = layer_of("bin/x");
	struct content_search go = { 0 }, cargo = { 0 };
	struct str starter = STR_INIT;

	program_starter(m->bytes, m->left < PROGRAM_HEAD_MAX ? m->left : PROGRAM_HEAD_MAX, &starter);
	content_search_begin(&go);
	content_search_begin(&cargo);
	for (size_t at = 0; at < m->left; at += m->step) {
		size_t n = m->left - at < m->step ? m->left - at : m->step;

		content_search_add(&go, &go_wanted, m->bytes + at, n);
		content_search_add(&cargo, &cargo_wanted, m->bytes + at, n);
	}
	err_free(go_modules_add(l, 0, &go));
	err_free(cargo_crates_add(l, 0, &cargo));
	str_done(&go.head);
	str_done(&cargo.head);
	str_done(&starter);
	layer_unref(l);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct memory m = { .s.next = memory_next, .bytes = bytes + 1, .left = n - 1, .step = 700 };
	_cleanup_(str_done) struct str text = STR_INIT;

	if (n < 2)
		return 0;
	if (*bytes == 'p') {
		str_addn(&text, (const char *)bytes + 2, n - 2);
		try_package((enum package_file)(bytes[1] % (PROGRAM + 1)), &text);
	} else if (*bytes == 'm') {
		str_addn(&text, (const char *)bytes + 1, n - 1);
		try_rpm(&text);
	} else if (*bytes == 'j') {
		try_jar(&m);
	} else if (*bytes == 'e') {
		try_program(&m);
	} else if (memchr("dcrt", *bytes, 4)) {
		str_addn(&text, (const char *)bytes + 1, n - 1);
		try_text((char)*bytes, &text);
	} else if (*bytes == 'a') {
		try_archive(&m);
	} else {
		try_layer(&m);
	}
	return 0;
}
