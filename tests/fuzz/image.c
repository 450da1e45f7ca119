/* Fuzzing of harness/image: no input may crash, hang or leak. With clang:
 *
 *   clang -g -O1 -fsanitize=fuzzer,address,undefined -std=gnu11 -D_GNU_SOURCE -DTARE_VERSION='"0"'
 * \
 *     -Iharness -I. -include base/banned.h tests/fuzz/image.c harness/image/[a-z]*.c \
 *     harness/model/[a-z]*.c harness/base/{clock,dir,err,file,hash,http,json,nearest,path,proc}.c \
 *     harness/base/{random,str,strv,term}.c -lcurl -ljansson -lcrypto -lxxhash -lisal -lzstd -lm \
 *     -pthread -o fuzz-image
 *   ./fuzz-image -max_len=65536 -timeout=10 CORPUS
 *
 * The first byte says what the rest is: 'a' a docker-archive, 'd' a manifest or index, 'c' a
 * config, 'p' and a digit a file of a package manager, 'r' a reference; else a layer, whose tree
 * is made. */
#include "image/compare.h"
#include "image/from.h"
#include "image/layer_build.h"
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

static void try_text(char kind, const struct str *text)
{
	struct image_config c = { 0 };
	struct document d = { 0 };
	struct remote r = { 0 };
	struct str words = STR_INIT;

	if (kind == 'd') {
		err_free(document_read("d", text, "linux/amd64", NULL, &d));
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

/* A file of a package manager, in a layer that has it at a path that such files have. */
static void try_package(enum package_file kind, const struct str *text)
{
	static const char path[] = "usr/lib/node_modules/a.dist-info/package.json";
	struct layer *l = NEW(struct layer);
	uint32_t at;

	l->references = 1;
	err_free(layer_add_text(l, "", 0, &at));
	err_free(layer_add_text(l, path, strlen(path), &at));
	GROW(l->entries, l->count, l->room)->path = at;
	err_free(package_file_read(l, 0, kind, text));
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
		try_package((enum package_file)(bytes[1] % (GO_PROGRAM + 1)), &text);
	} else if (*bytes == 'd' || *bytes == 'c' || *bytes == 'r') {
		str_addn(&text, (const char *)bytes + 1, n - 1);
		try_text((char)*bytes, &text);
	} else if (*bytes == 'a') {
		try_archive(&m);
	} else {
		try_layer(&m);
	}
	return 0;
}
