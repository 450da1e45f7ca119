#include "image/document.h"

#include <sys/utsname.h>

#include "base/json.h"

#define MANIFESTS_IN_INDEX_MAX 10000

static const struct {
	const char *machine, *arch;
} machines[] = {
	{ "x86_64", "amd64" },
	{ "aarch64", "arm64" },
	{ "i686", "386" },
	{ "armv7l", "arm" },
	{ "ppc64le", "ppc64le" },
	{ "s390x", "s390x" },
	{ "riscv64", "riscv64" },
};

static char *this_platform(void)
{
	struct utsname u;

	if (uname(&u) < 0)
		return xstrdup("linux/amd64");
	for (size_t i = 0; i < ARRAY_SIZE(machines); i++)
		if (str_eq(machines[i].machine, u.machine))
			return xasprintf("linux/%s", machines[i].arch);
	return xasprintf("linux/%s", u.machine);
}

static struct err *digest_read(struct json_at at, const char *key, char digest[DIGEST_SIZE])
{
	_cleanup_(freep) char *text = NULL;

	TRY(json_str(at, key, &text));
	if (strlen(text) != 71 || !str_starts(text, "sha256:") ||
		strspn(text + 7, "0123456789abcdef") != 64)
		return json_error(json_member(at, key), "this is no sha256 digest");
	snprintf(digest, DIGEST_SIZE, "%s", text);
	return NULL;
}

/* "linux/arm/v7"; "" where nothing is said, NULL for an attestation. */
static struct err *platform_read(struct json_at entry, char **out)
{
	struct json_at p = json_member(entry, "platform");
	struct json_at notes = json_member(entry, "annotations");
	_cleanup_(freep) char *os = NULL, *arch = NULL, *variant = NULL;

	*out = NULL;
	if (notes.value && json_has(notes, "vnd.docker.reference.type"))
		return NULL;
	if (p.value) {
		TRY(json_str_or(p, "os", "", &os));
		TRY(json_str_or(p, "architecture", "", &arch));
		TRY(json_str_or(p, "variant", NULL, &variant));
		if (str_eq(os, "unknown") || str_eq(arch, "unknown"))
			return NULL;
	}
	*out = p.value ? xasprintf(
				 "%s/%s%s%s", os, arch, variant ? "/" : "", variant ? variant : "")
		       : xstrdup("");
	return NULL;
}

/* Whether what an index offers is what is wanted: a variant that is not asked for is any. */
static bool platform_fits(const char *offered, const char *wanted)
{
	size_t n = strlen(wanted);

	return str_starts(offered, wanted) && (offered[n] == '\0' || offered[n] == '/');
}

/* Choosing one image of an index. */
struct choice {
	const char *wanted, *tag;
	struct str offered; /* what there is, for the error */
	struct strv tags;
	size_t images; /* of the tag */
	bool fits;     /* one was of the platform */
};

static void choice_done(struct choice *c)
{
	str_done(&c->offered);
	strv_done(&c->tags);
}

static struct err *consider(struct choice *c, struct json_at entry, char chosen[DIGEST_SIZE])
{
	struct json_at notes = json_member(entry, "annotations");
	_cleanup_(freep) char *is = NULL, *tag = NULL;
	bool fits;

	TRY(platform_read(entry, &is));
	if (!is)
		return NULL;
	if (notes.value)
		TRY(json_str_or(notes, "org.opencontainers.image.ref.name", NULL, &tag));
	if (tag && !strv_has(&c->tags, tag))
		strv_add(&c->tags, tag);
	if (c->tag && !str_eq(c->tag, tag))
		return NULL;
	str_addf(&c->offered, " %s", *is ? is : "unnamed");
	fits = *is && platform_fits(is, c->wanted);
	if (c->images++ == 0 || (fits && !c->fits))
		TRY(digest_read(entry, "digest", chosen));
	c->fits |= fits;
	/* what names no platform may be any: its config tells */
	if (!*is && c->images == 1)
		c->fits = true;
	return NULL;
}

/* BuildKit's way: a manifest beside the image's, which names it in an annotation. */
static struct err *attestation_read(struct json_at all, struct document *out)
{
	for (size_t i = 0; i < json_count(all); i++) {
		struct json_at entry = json_element(all, i), notes = json_member(entry, "annotations");
		_cleanup_(freep) char *of = NULL;

		if (notes.value)
			TRY(json_str_or(notes, "vnd.docker.reference.digest", NULL, &of));
		if (of && str_eq(of, out->chosen))
			return digest_read(entry, "digest", out->attestation);
	}
	return NULL;
}

static struct err *err_which(struct json_at all, const struct choice *c)
{
	_cleanup_(str_done) struct str tags = STR_INIT;

	for (size_t i = 0; i < c->tags.count; i++)
		str_addf(&tags, " %s", c->tags.items[i]);
	if (c->tag)
		return json_error(
			all, "no image has the tag %s, only:%.200s", c->tag, str_get(&tags));
	return err_next(json_error(all, "there are %zu images:%.200s", c->images, str_get(&tags)),
		"add the tag of one, as in oci:DIR:TAG");
}

static struct err *index_read(
	struct json_at root, const char *platform, const char *tag, struct document *out)
{
	struct json_at all = json_member(root, "manifests");
	_cleanup_(freep) char *wanted = platform ? xstrdup(platform) : this_platform();
	_cleanup_(choice_done) struct choice c = { .wanted = wanted, .tag = tag };
	size_t count = json_count(all);

	if (count > MANIFESTS_IN_INDEX_MAX)
		return json_error(all, "there are more than %d manifests", MANIFESTS_IN_INDEX_MAX);
	for (size_t i = 0; i < count; i++)
		TRY(consider(&c, json_element(all, i), out->chosen));
	if ((tag && c.images == 0) || (!tag && c.tags.count > 1))
		return err_which(all, &c);
	if (!c.fits && (platform || c.images != 1))
		return json_error(
			all, "there is no image for %s, only:%.200s", wanted, str_get(&c.offered));
	return attestation_read(all, out);
}

static struct err *layer_read(struct json_at at, struct image *image)
{
	struct image_layer *l = GROW(image->layers, image->layer_count, image->layer_room);

	TRY(digest_read(at, "digest", l->digest));
	TRY(json_int(at, "size", &l->size_bytes));
	TRY(json_str_or(at, "mediaType", NULL, &l->media_type));
	if (l->size_bytes < 0 || l->size_bytes > INT64_MAX / LAYERS_IN_IMAGE_MAX)
		return json_error(json_member(at, "size"), "no layer has this size");
	image->compressed_bytes += l->size_bytes;
	return NULL;
}

static struct err *manifest_read(struct json_at root, struct image *image)
{
	struct json_at layers = json_member(root, "layers");

	TRY(digest_read(json_member(root, "config"), "digest", image->config));
	TRY(json_int(json_member(root, "config"), "size", &image->config_bytes));
	if (image->config_bytes < 0 || image->config_bytes > DOCUMENT_MAX)
		return json_error(json_member(root, "config"), "no config has this size");
	if (json_count(layers) > LAYERS_IN_IMAGE_MAX)
		return json_error(layers, "there are more than %d", LAYERS_IN_IMAGE_MAX);
	for (size_t i = 0; i < json_count(layers); i++)
		TRY(layer_read(json_element(layers, i), image));
	return NULL;
}

struct err *document_read(const char *where, const struct str *text, const char *platform,
	const char *tag, struct document *out)
{
	_cleanup_(json_doc_freep) struct json_doc *doc = NULL;
	struct document d = { 0 };
	struct json_at root;
	struct err *e;

	TRY(json_parse(where, str_get(text), text->len, &doc));
	root = json_root(doc);
	d.index = json_has(root, "manifests");
	if (d.index)
		e = index_read(root, platform, tag, &d);
	else if (json_has(root, "config") && json_has(root, "layers"))
		e = manifest_read(root, &d.image);
	else
		e = json_error(root, "this is neither an image manifest nor an index");
	if (e)
		document_done(&d);
	else
		*out = d;
	return e;
}

void document_done(struct document *d)
{
	image_done(&d->image);
}

struct err *archive_manifest_read(
	const char *where, const struct str *text, char **config_out, struct strv *layers)
{
	_cleanup_(json_doc_freep) struct json_doc *doc = NULL;
	struct json_at root;

	TRY(json_parse(where, str_get(text), text->len, &doc));
	root = json_root(doc);
	if (json_count(root) != 1)
		return json_error(root, "one image was expected, not %zu", json_count(root));
	TRY(json_str(json_element(root, 0), "Config", config_out));
	TRY(json_strs_or_none(json_element(root, 0), "Layers", layers));
	if (layers->count > LAYERS_IN_IMAGE_MAX)
		return json_error(root, "there are more than %d layers", LAYERS_IN_IMAGE_MAX);
	return NULL;
}
