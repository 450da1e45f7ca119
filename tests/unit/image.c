/* Images: the field's cases, then what is packed, damaged or misleading. */
#include <setjmp.h>
#include <stdarg.h>

#include <archive.h>
#include <archive_entry.h>
#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <isa-l.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <zstd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/json.h"
#include "base/proc.h"
#include "image/document.h"
#include "image/from.h"
#include "image/remote.h"

#define CASES TEST_DATA "/cases"

struct fixture {
	char dir[32];
	struct image_cache *cache;
};

static int set_up(void **state)
{
	static struct fixture f;

	snprintf(f.dir, sizeof(f.dir), "/tmp/tare-image-XXXXXX");
	assert_non_null(mkdtemp(f.dir));
	f.cache = image_cache_new();
	*state = &f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	image_cache_free(f->cache);
	err_free(dir_remove(f->dir));
	return 0;
}

static void ok(struct err *e)
{
	if (e)
		fail_msg("%s (at %s)", e->what, e->at ? e->at : "-");
}

/* An error that says this. */
static void says(struct err *e, const char *text)
{
	assert_non_null(e);
	if (!strstr(e->what, text))
		fail_msg("\"%s\" is not in \"%s\"", text, e->what);
	err_free(e);
}

static char *make_case(const struct fixture *f, const char *recipes, const char *id)
{
	_cleanup_(freep) char *mk = path_join(CASES, "mk.py");
	_cleanup_(freep) char *json = xasprintf("%s/%s", TEST_DATA, recipes);
	const char *const argv[] = { "python3", mk, json, f->dir, id, NULL };
	const struct proc p = { .argv = argv };
	_cleanup_(proc_result_done) struct proc_result r = { 0 };

	ok(proc_check(&p, &r));
	return xstrndup(str_get(&r.out), strcspn(str_get(&r.out), "\n"));
}

static struct err *read_archive(const struct fixture *f, const char *path, struct image *out)
{
	_cleanup_(closep) int fd = open(path, O_RDONLY | O_CLOEXEC);
	const struct image_source src = { .from = IMAGE_FROM_ARCHIVE, .fd = fd, .ref = path };

	assert_true(fd >= 0);
	return image_read(&src, f->cache, out);
}

/* What images.json expects, which holds names that no JSON parser of C reads. */
static const struct {
	const char *id;
	int64_t layers, files, stored, visible, wasted, packages;
	int64_t compressed_low, compressed_high; /* -1: there is none */
} cases[] = {
	{ "B1", 2, 1, 501000, 1000, 500000, 0, -1, -1 },
	{ "B2", 2, 2, 1048576, 1048576, 0, 0, 1040000, 1060000 },
	{ "B3", 2, 2, 29200381, 29200355, 26, 0, 20000, 40000 },
	{ "B4", 2, 2, 9437184, 9437184, 0, 0, 1050000, 1070000 },
	{ "B5", 1, 1, 1048576, 1048576, 0, 0, 1040000, 1060000 },
	{ "C1", 4, 3, 5004, 5004, 0, 0, -1, -1 },
	{ "C2", 1, 8, 103, 103, 0, 1, 9216, 9216 },
	{ "C3", 1, 6, 27, 27, 0, 0, 9216, 9216 },
	{ "C4", 1, 10, 6, 6, 0, 0, 1, 100000 },
	{ "C5", 5, 2, 2098152, 1049576, 1048576, 0, -1, -1 },
};

static void check_case(size_t i, const struct image *image)
{
	assert_int_equal(image->layer_count, cases[i].layers);
	assert_int_equal(image->files, cases[i].files);
	assert_int_equal(image->size_bytes, cases[i].stored);
	assert_int_equal(image->visible_bytes, cases[i].visible);
	assert_int_equal(image->size_bytes - image->visible_bytes, cases[i].wasted);
	assert_int_equal(image->packages, cases[i].packages);
	assert_in_range(image->compressed_bytes + 1, cases[i].compressed_low + 1,
		cases[i].compressed_high + 1);
}

/* By their names, and the docker-archives by a descriptor as well. */
static void test_cases(void **state)
{
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_(freep) char *path = make_case(f, "cases/images.json", cases[i].id);
		_cleanup_(image_view_freep) struct image_view *v = NULL;
		_cleanup_(image_done) struct image image = { 0 };
		const struct image_options o = { 0 };

		print_message("%s\n", cases[i].id);
		ok(image_open(path, &o, &v));
		check_case(i, &v->image);
		if (!str_ends(path, ".tar"))
			continue;
		ok(read_archive(f, path, &image));
		check_case(i, &image);
	}
}

/* Archives that are not what they say; beside each what mk.py makes of it. */
static const struct {
	const char *id, *error;
} odd[] = {
	{ "no-layer", "lacks one of its layers" },
	{ "not-a-tar", "where it should have a layer" },
	{ "link-loop", "lacks one of its layers" },
	{ "config-lie", "the config's digest is" },
	{ "layer-lie", "is not the one that the config names" },
	{ "no-manifest", "lacks manifest.json" },
	{ "two-images", "one image was expected" },
	{ "bad-json", "not JSON" },
};

/* Write an archive of names and texts; a text that starts with "->" is a link. */
static char *write_archive(
	const struct fixture *f, const char *const *members, const char *tail, size_t tail_size)
{
	char *path = path_join(f->dir, "odd.tar");
	struct archive *a = archive_write_new();

	archive_write_set_format_gnutar(a);
	assert_int_equal(archive_write_open_filename(a, path), ARCHIVE_OK);
	for (; members[0]; members += 2) {
		struct archive_entry *e = archive_entry_new();
		bool link = str_starts(members[1], "->"), layer = str_eq(members[1], "LAYER");
		size_t n = link ? 0 : layer ? tail_size : strlen(members[1]);

		archive_entry_set_pathname(e, members[0]);
		archive_entry_set_filetype(e, link ? AE_IFLNK : AE_IFREG);
		archive_entry_set_perm(e, 0644);
		archive_entry_set_size(e, n);
		if (link)
			archive_entry_set_symlink(e, members[1] + 2);
		assert_int_equal(archive_write_header(a, e), ARCHIVE_OK);
		archive_write_data(a, layer ? tail : members[1], n);
		archive_entry_free(e);
	}
	archive_write_free(a);
	return path;
}

/* A tar of one file of n bytes 'x'. */
static void make_tar(struct str *out, size_t n)
{
	_cleanup_(freep) char *room = xcalloc(n + 20480, 1);
	_cleanup_(freep) char *data = xcalloc(n + 1, 1);
	struct archive *a = archive_write_new();
	struct archive_entry *e = archive_entry_new();
	size_t used = 0;

	memset(data, 'x', n);
	archive_write_set_format_ustar(a);
	archive_write_set_bytes_in_last_block(a, 1);
	archive_write_open_memory(a, room, n + 20480, &used);
	archive_entry_set_pathname(e, "file");
	archive_entry_set_filetype(e, AE_IFREG);
	archive_entry_set_perm(e, 0644);
	archive_entry_set_size(e, n);
	archive_write_header(a, e);
	archive_write_data(a, data, n);
	archive_entry_free(e);
	archive_write_free(a);
	str_addn(out, room, used);
}

static void test_odd_archives(void **state)
{
	struct fixture *f = *state;
	_cleanup_(str_done) struct str tar = STR_INIT;
	_cleanup_(freep) char *good = NULL, *good_name = NULL, *wrong = NULL, *wrong_name = NULL;
	char diff[DIGEST_SIZE], digest[DIGEST_SIZE];

	make_tar(&tar, 1000);
	sha256_bytes(tar.buf, tar.len, diff);
	good = xasprintf("{\"rootfs\":{\"diff_ids\":[\"%s\"]}}", diff);
	sha256_bytes(good, strlen(good), digest);
	good_name = xasprintf("%s.json", digest + 7);
	wrong = xasprintf("{\"rootfs\":{\"diff_ids\":[\"%s\"]}}", digest);
	sha256_bytes(wrong, strlen(wrong), digest);
	wrong_name = xasprintf("%s.json", digest + 7);
	_cleanup_(freep) char *names = xasprintf(
		"[{\"Config\":\"%s\",\"Layers\":[\"a/layer.tar\"]}]", good_name);
	_cleanup_(freep) char *lies = xasprintf(
		"[{\"Config\":\"%s\",\"Layers\":[\"a/layer.tar\"]}]", wrong_name);
	const char *const archives[][12] = {
		{ good_name, good, "manifest.json", names },
		{ "a/layer.tar", "no tar at all", good_name, good, "manifest.json", names },
		{ "a/layer.tar", "->../b/l", "b/l", "->../a/layer.tar", good_name, good,
			"manifest.json", names },
		{ "a/layer.tar", "LAYER", good_name, wrong, "manifest.json", names },
		{ "a/layer.tar", "LAYER", wrong_name, wrong, "manifest.json", lies },
		{ "a/layer.tar", "LAYER", good_name, good },
		{ "manifest.json", "[{},{}]" },
		{ "manifest.json", "[{" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(odd); i++) {
		_cleanup_(freep) char *path = write_archive(f, archives[i], tar.buf, tar.len);
		_cleanup_(image_done) struct image image = { 0 };

		print_message("%s\n", odd[i].id);
		says(read_archive(f, path, &image), odd[i].error);
	}
	/* and the sound one, with the layer behind a link that comes before it */
	const char *const sound[] = { "a/layer.tar", "->../b/l", "manifest.json", names, "b/l",
		"LAYER", good_name, good, NULL };
	_cleanup_(freep) char *path = write_archive(f, sound, tar.buf, tar.len);
	_cleanup_(image_done) struct image image = { 0 };

	ok(read_archive(f, path, &image));
	assert_int_equal(image.size_bytes, 1000);
	assert_int_equal(image.compressed_bytes, -1);
	assert_string_equal(image.layers[0].digest, diff);
}

static void test_cached_image(void **state)
{
	struct fixture *f = *state;
	_cleanup_(freep) char *path = make_case(f, "cases/images.json", "C5");
	_cleanup_(image_done) struct image first = { 0 }, again = { 0 };

	assert_false(image_cached(f->cache, "", &again));
	ok(read_archive(f, path, &first));
	assert_true(image_cached(f->cache, first.config, &again));
	assert_int_equal(again.size_bytes, 2098152);
	assert_int_equal(again.layer_count, 5);
	assert_string_equal(again.diff_ids.items[4], first.diff_ids.items[4]);
}

/* A daemon that has one image, and says what it was asked for. */
struct daemon {
	const char *inspect; /* its answer, or NULL: 404 */
	const char *saved;   /* path of the archive; NULL: the connection breaks */
	int listening, said;
	char socket[64];
	pid_t pid;
};

static void answer(const struct daemon *d, int client)
{
	_cleanup_(str_done) struct str text = STR_INIT;
	char ask[4096] = "";
	ssize_t n = read(client, ask, sizeof(ask) - 1);
	bool get = n > 0 && strstr(ask, "/get HTTP");

	if (write(d->said, get ? "g" : "i", 1) != 1)
		_exit(1);
	if (get && d->saved)
		err_free(file_read(d->saved, 64 << 20, &text));
	else if (!get && d->inspect)
		str_add(&text, d->inspect);
	dprintf(client, "HTTP/1.1 %s\r\nContent-Length: %zu\r\nConnection: close\r\n\r\n",
		get || d->inspect ? "200 OK" : "404 Not Found",
		text.len + (get && !d->saved ? 9 : 0));
	err_free(file_write_all(client, "socket", str_get(&text), text.len));
	close(client);
}

static void daemon_start(struct daemon *d, const struct fixture *f, int *said_out)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	int said[2];

	snprintf(d->socket, sizeof(d->socket), "%s/d.sock", f->dir);
	snprintf(at.sun_path, sizeof(at.sun_path), "%s", d->socket);
	unlink(d->socket);
	d->listening = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(d->listening, (struct sockaddr *)&at, sizeof(at)), 0);
	assert_int_equal(listen(d->listening, 8), 0);
	assert_int_equal(pipe(said), 0);
	d->said = said[1];
	d->pid = fork();
	if (d->pid == 0)
		prctl(PR_SET_PDEATHSIG, SIGKILL); /* of a test that failed */
	while (d->pid == 0)
		answer(d, accept(d->listening, NULL, NULL));
	close(said[1]);
	close(d->listening);
	*said_out = said[0];
}

/* What it was asked for since, in order. */
static void daemon_stop(struct daemon *d, int said, const char *expected)
{
	char all[16] = "";

	kill(d->pid, SIGKILL);
	waitpid(d->pid, NULL, 0);
	assert_true(read(said, all, sizeof(all) - 1) >= 0);
	assert_string_equal(all, expected);
	close(said);
}

static void test_daemon(void **state)
{
	struct fixture *f = *state;
	_cleanup_(freep) char *path = make_case(f, "cases/images.json", "C5"), *known = NULL;
	_cleanup_(image_done) struct image archive = { 0 };
	_cleanup_(image_done) struct image saved = { 0 }, again = { 0 }, other = { 0 };
	_cleanup_(image_cache_freep) struct image_cache *cache = image_cache_new();
	struct daemon d = { .inspect = "{\"Id\":\"sha256:id\",\"Descriptor\":{}}", .saved = path };
	struct image_source src = { .from = IMAGE_FROM_DAEMON, .socket = d.socket, .ref = "a/b:c" };
	int said;

	/* containerd's store: an id of its own */
	ok(read_archive(f, path, &archive));
	daemon_start(&d, f, &said);
	ok(image_read(&src, cache, &saved));
	assert_string_equal(saved.config, archive.config);
	assert_int_equal(saved.size_bytes, 2098152);
	ok(image_read(&src, cache, &again));
	assert_string_equal(again.config, archive.config);
	daemon_stop(&d, said, "igi");
	/* another image of layers that are known */
	known = xasprintf("{\"Id\":\"sha256:other\",\"RootFS\":{\"Layers\":[\"%s\",\"%s\"]}}",
		archive.diff_ids.items[0], archive.diff_ids.items[4]);
	d.inspect = known;
	daemon_start(&d, f, &said);
	ok(image_read(&src, cache, &other));
	assert_int_equal(other.size_bytes, 1048576 + 1000);
	assert_int_equal(other.layer_count, 2);
	assert_string_equal(other.config, "sha256:other");
	daemon_stop(&d, said, "i");
}

static void test_daemon_fails(void **state)
{
	struct fixture *f = *state;
	_cleanup_(image_done) struct image image = { 0 };
	struct daemon d = { .inspect = NULL };
	struct image_source src = { .from = IMAGE_FROM_DAEMON, .socket = d.socket, .ref = "a" };
	int said;

	daemon_start(&d, f, &said);
	says(image_read(&src, f->cache, &image), "no such image");
	daemon_stop(&d, said, "i");
	d.inspect = "{\"Id\":\"x\"}";
	daemon_start(&d, f, &said);
	says(image_read(&src, f->cache, &image), "partial");
	src.ref = "a b";
	says(image_read(&src, f->cache, &image), "no image can be called that");
	daemon_stop(&d, said, "ig");
	src.ref = "a";
	assert_int_equal(unlink(d.socket), 0);
	says(image_read(&src, f->cache, &image), "connect");
}

static void gzip_add(struct str *out, const char *bytes, size_t n)
{
	_cleanup_(freep) unsigned char *room = xcalloc(n + 1024, 1);
	struct isal_zstream z;

	isal_deflate_stateless_init(&z);
	z.gzip_flag = IGZIP_GZIP;
	z.end_of_stream = 1;
	z.next_in = (unsigned char *)bytes;
	z.avail_in = n;
	z.next_out = room;
	z.avail_out = n + 1024;
	assert_int_equal(isal_deflate_stateless(&z), COMP_OK);
	str_addn(out, (char *)room, z.total_out);
}

static void zstd_add(struct str *out, const char *bytes, size_t n)
{
	size_t most = ZSTD_compressBound(n);
	_cleanup_(freep) char *room = xcalloc(most, 1);
	size_t used = ZSTD_compress(room, most, bytes, n, 3);

	assert_false(ZSTD_isError(used));
	str_addn(out, room, used);
}

/* A stream of bytes, `step` at a time: formats are told by few of them. */
struct slow {
	struct stream s;
	const struct str *bytes;
	size_t at, step;
};

static struct err *slow_next(struct stream *s, const void **bytes_out, size_t *n_out)
{
	struct slow *m = (struct slow *)s;
	size_t left = m->bytes->len - m->at;

	*bytes_out = str_get(m->bytes) + m->at;
	*n_out = left < m->step ? left : m->step;
	m->at += *n_out;
	return NULL;
}

static struct err *measure(const struct str *bytes, size_t step, struct layer_facts *out)
{
	_cleanup_(layer_unrefp) struct layer *l = NULL;
	struct slow m = { .s.next = slow_next, .bytes = bytes, .step = step };

	TRY(layer_read(&m.s, 0, &l));
	*out = l->facts;
	return NULL;
}

/* The same tar, packed in every way that occurs: one result. */
static void test_packings(void **state)
{
	_cleanup_(str_done) struct str tar = STR_INIT;
	struct str ways[6] = { 0 };
	char diff_id[DIGEST_SIZE];
	size_t half;

	make_tar(&tar, 700001);
	half = tar.len / 2;
	sha256_bytes(tar.buf, tar.len, diff_id);
	str_addn(&ways[0], tar.buf, tar.len);
	gzip_add(&ways[1], tar.buf, tar.len);
	zstd_add(&ways[2], tar.buf, tar.len);
	gzip_add(&ways[3], tar.buf, half); /* two members, as estargz has them */
	gzip_add(&ways[3], tar.buf + half, tar.len - half);
	zstd_add(&ways[4], tar.buf, half); /* two frames and a skippable one, as zstd:chunked */
	zstd_add(&ways[4], tar.buf + half, tar.len - half);
	str_addn(&ways[4], "\x50\x2a\x4d\x18\x04\x00\x00\x00skip", 12);
	gzip_add(&ways[5], tar.buf, tar.len); /* and zeros behind it */
	str_addn(&ways[5], "\0\0\0\0\0\0\0\0", 8);
	for (size_t i = 0; i < ARRAY_SIZE(ways); i++) {
		static const size_t steps[] = { 1, 3, 4096, 1 << 20 };

		for (size_t k = 0; k < ARRAY_SIZE(steps); k++) {
			struct layer_facts facts;

			print_message("packing %zu by %zu\n", i, steps[k]);
			ok(measure(&ways[i], steps[k], &facts));
			assert_int_equal(facts.content_bytes, 700001);
			assert_string_equal(facts.diff_id, diff_id);
			assert_int_equal(facts.packed_bytes, ways[i].len);
			assert_int_equal(facts.packed, i != 0);
		}
		str_done(&ways[i]);
	}
}

static void test_damage(void **state)
{
	_cleanup_(str_done) struct str tar = STR_INIT, gz = STR_INIT, zs = STR_INIT,
				       none = STR_INIT;
	struct layer_facts facts;

	make_tar(&tar, 100000);
	gzip_add(&gz, tar.buf, tar.len);
	zstd_add(&zs, tar.buf, tar.len);
	ok(measure(&none, 10, &facts));
	assert_int_equal(facts.content_bytes, 0);
	tar.len = 50000;
	says(measure(&tar, 4096, &facts), "no tar");
	gz.buf[gz.len - 5] ^= 1; /* its checksum */
	says(measure(&gz, 4096, &facts), "damaged");
	gz.len -= 9;
	says(measure(&gz, 4096, &facts), "too early");
	zs.len -= 1;
	says(measure(&zs, 4096, &facts), "too early");
	zs.buf[0] ^= 1; /* no magic any more: plain, and no tar */
	says(measure(&zs, 4096, &facts), "no tar");
}

/* A file's claimed size is neither believed nor allocated. */
static void test_claimed_size(void **state)
{
	_cleanup_(str_done) struct str tar = STR_INIT;
	struct layer_facts facts;
	unsigned sum = 0;

	make_tar(&tar, 1000);
	memset(tar.buf + 124, 0xff, 12); /* the size, in base 256 */
	tar.buf[124] = (char)0x80;
	memset(tar.buf + 125, 0, 3);
	tar.buf[128] = 0; /* 2^56 - 1 bytes, which is more than any layer has */
	memset(tar.buf + 148, ' ', 8);
	for (int i = 0; i < 512; i++)
		sum += (unsigned char)tar.buf[i];
	snprintf(tar.buf + 148, 8, "%06o", sum);
	says(measure(&tar, 4096, &facts), "impossible size");
	tar.buf[129] = tar.buf[130] = 0; /* 2^40 - 1: possible, and not there */
	memset(tar.buf + 148, ' ', 8);
	snprintf(tar.buf + 148, 8, "%06o", sum - 0xff - 0xff);
	says(measure(&tar, 4096, &facts), "no tar");
}

static const struct {
	const char *name, *platform, *index, *chosen, *error;
} indexes[] = {
	{ "of this machine's kind", "linux/arm64",
		"{\"manifests\":[{\"digest\":\"A\",\"platform\":{\"os\":\"linux\",\"architecture\":\"amd64\"}},"
		"{\"digest\":\"B\",\"platform\":{\"os\":\"linux\",\"architecture\":\"arm64\",\"variant\":\"v8\"}}]}",
		"B", NULL },
	{ "another is asked for", "linux/s390x",
		"{\"manifests\":[{\"digest\":\"A\",\"platform\":{\"os\":\"linux\",\"architecture\":\"amd64\"}}]}",
		NULL, "no image for linux/s390x" },
	{ "the only one is another machine's", NULL,
		"{\"manifests\":[{\"digest\":\"A\",\"platform\":{\"os\":\"plan9\",\"architecture\":\"mips\"}}]}",
		"A", NULL },
	{ "only an attestation", NULL,
		"{\"manifests\":[{\"digest\":\"A\",\"platform\":{\"os\":\"unknown\",\"architecture\":\"unknown\"}}]}",
		NULL, "no image for" },
	{ "no digest", NULL,
		"{\"manifests\":[{\"digest\":\"sha256:12\",\"platform\":{\"os\":\"linux\",\"architecture\":\"amd64\"}}]}",
		NULL, "no sha256 digest" },
	{ "neither", NULL, "{\"schemaVersion\":1,\"fsLayers\":[]}", NULL, "neither" },
};

/* "A" and "B" stand for whole digests. */
static void fill_digests(const char *text, struct str *out)
{
	for (; *text; text++) {
		str_addc(out, *text);
		if (text[0] == '"' && (text[1] == 'A' || text[1] == 'B') && text[2] == '"') {
			str_add(out, "sha256:");
			for (int i = 0; i < 64; i++)
				str_addc(out, text[1] == 'A' ? 'a' : 'b');
			text++;
		}
	}
}

static void test_indexes(void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(indexes); i++) {
		_cleanup_(str_done) struct str text = STR_INIT;
		_cleanup_(document_done) struct document d = { 0 };
		struct err *e;

		print_message("%s\n", indexes[i].name);
		fill_digests(indexes[i].index, &text);
		e = document_read("index", &text, indexes[i].platform, NULL, &d);
		if (indexes[i].error) {
			says(e, indexes[i].error);
			continue;
		}
		ok(e);
		assert_int_equal(d.chosen[7], indexes[i].chosen[0] + ('a' - 'A'));
	}
}

static const struct {
	const char *ref, *base, *repo, *reference; /* base NULL: an error */
} references[] = {
	{ "alpine", "https://registry-1.docker.io/v2", "library/alpine", "latest" },
	{ "me/shop:1", "https://registry-1.docker.io/v2", "me/shop", "1" },
	{ "docker.io/alpine:3", "https://registry-1.docker.io/v2", "library/alpine", "3" },
	{ "ghcr.io/a/b/c", "https://ghcr.io/v2", "a/b/c", "latest" },
	{ "ghcr.io/a:1@sha256:ab", "https://ghcr.io/v2", "a", "sha256:ab" },
	{ "localhost/a", "http://localhost/v2", "a", "latest" },
	{ "localhost:5000/a:b", "http://localhost:5000/v2", "a", "b" },
	{ "127.0.0.1:80/a", "http://127.0.0.1:80/v2", "a", "latest" },
	{ "[::1]:80/a", "http://[::1]:80/v2", "a", "latest" },
	{ "host:5000/a/b:c", "https://host:5000/v2", "a/b", "c" },
	{ "dpkg/@/c", "https://registry-1.docker.io/v2", "dpkg/", "/c" }, /* of the fuzzer */
	{ "a b", NULL, NULL, NULL },
	{ "a/../b", NULL, NULL, NULL },
	{ "", NULL, NULL, NULL },
	{ "a?x=1", NULL, NULL, NULL },
};

static void test_references(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(references); i++) {
		_cleanup_(remote_done) struct remote r = { 0 };
		struct err *e = remote_init(&r, references[i].ref, NULL);

		print_message("%s\n", references[i].ref);
		if (!references[i].base) {
			says(e, "no image can be called that");
			continue;
		}
		ok(e);
		assert_string_equal(r.base, references[i].base);
		assert_string_equal(r.repo, references[i].repo);
		assert_string_equal(r.reference, references[i].reference);
	}
}

static void check_owner(
	const struct image_view *v, const char *path, uint32_t uid, uint32_t gid, int64_t mtime)
{
	uint32_t node = rootfs_find(v->tree, path);
	const struct layer_entry *e;

	assert_int_not_equal(node, NO_NODE);
	e = rootfs_entry(v->tree, node);
	assert_int_equal(e->uid, uid);
	assert_int_equal(e->gid, gid);
	assert_int_equal(e->mtime, mtime);
}

/* C4: what stands in headers of each kind comes out as it went in. */
static void test_headers(void **state)
{
	struct fixture *f = *state;
	_cleanup_(freep) char *path = make_case(f, "cases/images.json", "C4");
	_cleanup_(image_view_freep) struct image_view *v = NULL;
	const struct image_options o = { 0 };
	char d[100], name[400];
	uint32_t node;

	ok(image_open(path, &o, &v));
	check_owner(v, "u1", 4294967294, 2147483648, 1700000000);
	check_owner(v, "u2", 4294967294, 2147483648, 1700000000);
	check_owner(v, "u3", 0, 0, -1);
	memset(d, 'd', 99);
	d[99] = '\0';
	snprintf(name, sizeof(name), "%s/%s/%s/gnu-name", d, d, d);
	check_owner(v, name, 0, 0, 1700000000);
	assert_int_equal(rootfs_find(v->tree, "link"), rootfs_find(v->tree, name));
	snprintf(name, sizeof(name), "%s/%s/%s/pax-name", d, d, d);
	check_owner(v, name, 0, 0, 1700000000);
	node = rootfs_find(v->tree, "fifo");
	assert_int_equal(rootfs_entry(v->tree, node)->type, ENTRY_FIFO);
	node = rootfs_find(v->tree, "null");
	assert_int_equal(rootfs_entry(v->tree, node)->type, ENTRY_CHARDEV);
	node = rootfs_find(v->tree, "loop0");
	assert_int_equal(rootfs_entry(v->tree, node)->type, ENTRY_BLOCKDEV);
}

/* C3: names are bytes, whatever the locale and the header. */
static void test_names(void **state)
{
	static const char *const names[] = { "caf\xe9.txt", "caf\xe8.txt", "caf\xc3\xa9.txt",
		"cafe\xcc\x81.txt", "tab\tnew\nline\x1b[31m.txt", "\xe2\x80\xaegpj.exe" };
	struct fixture *f = *state;
	_cleanup_(freep) char *path = make_case(f, "cases/images.json", "C3");
	_cleanup_(image_view_freep) struct image_view *v = NULL;
	const struct image_options o = { 0 };

	ok(image_open(path, &o, &v));
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		uint32_t node = rootfs_find(v->tree, names[i]);

		assert_int_not_equal(node, NO_NODE);
		assert_int_equal(rootfs_entry(v->tree, node)->size, i + 2);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_references),
		cmocka_unit_test_setup_teardown(test_headers, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_names, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_cases, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_odd_archives, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_cached_image, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_daemon, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_daemon_fails, set_up, tear_down),
		cmocka_unit_test(test_packings),
		cmocka_unit_test(test_damage),
		cmocka_unit_test(test_claimed_size),
		cmocka_unit_test(test_indexes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
