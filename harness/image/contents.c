/* What is recorded of an image's layers: packages and the largest files, once for all images in
 * which a layer holds the same. */
#include "image/cache.h"
#include "image/layer_build.h"
#include "image/view.h"

#define FILES_A_LAYER	  200
#define FILES_AN_IMAGE	  2000 /* counted from the top: below is the base, which is known */
#define PACKAGES_AN_IMAGE 10000
#define WORD_MAX	  256 /* of a package's name or version */
#define MADE_BY_MAX	  1000

/* A file of the layer, and where its name stands. */
struct candidate {
	const struct layer_entry *entry;
	const struct fate *fate;
	const char *path; /* as the layer has it */
};

/* What of a package lies in the layer. */
struct part {
	size_t package;
	const struct package *is;
	int64_t bytes, files;
};

struct reading {
	const struct image_view *view;
	size_t files_left, packages_left;
	struct candidate *files; /* of the layer at hand: those that are kept, largest first */
	size_t file_count;
	struct part *parts; /* those that have something in it, largest first */
	ssize_t *place_of;  /* of each package of the image: its place among them; -1 */
};

static int by_size(const struct candidate *a, const struct candidate *b)
{
	if (a->entry->size != b->entry->size)
		return a->entry->size > b->entry->size ? -1 : 1;
	/* engines list directories in whatever order: names decide, and the content's key stays */
	return strcmp(a->path, b->path);
}

static int by_bytes(const void *pa, const void *pb)
{
	const struct part *a = pa, *b = pb;
	int names;

	if (a->bytes != b->bytes)
		return a->bytes > b->bytes ? -1 : 1;
	if (a->is->manager != b->is->manager)
		return a->is->manager < b->is->manager ? -1 : 1;
	names = strcmp(a->is->name, b->is->name);
	return names ? names : strcmp(a->is->version, b->is->version);
}

static uint32_t owner_of(const struct image_view *v, const struct fate *f)
{
	return f->names > 0 ? v->packages.owner[f->node] : NO_PACKAGE;
}

/* Keep it if it is among the largest so far: few of a layer's files ever are. */
static void consider(struct reading *r, const struct candidate *c)
{
	size_t at = r->file_count;

	if (at == FILES_A_LAYER && by_size(c, &r->files[at - 1]) >= 0)
		return;
	if (at < FILES_A_LAYER)
		r->file_count++;
	else
		at--;
	for (; at > 0 && by_size(c, &r->files[at - 1]) < 0; at--)
		r->files[at] = r->files[at - 1];
	r->files[at] = *c;
}

/* The layer's files, its sums, and what its packages have of them. */
static void look_at_layer(struct reading *r, size_t layer, struct layer_view *to)
{
	const struct layer *l = r->view->layers[layer];

	r->file_count = 0;
	for (size_t i = 0; i < r->view->packages.count; i++)
		r->parts[i] = (struct part){ i, &r->view->packages.items[i], 0, 0 };
	for (size_t k = 0; k < l->count; k++) {
		const struct layer_entry *e = &l->entries[k];
		const struct fate *f = &r->view->tree->fates[layer][k];
		uint32_t package = owner_of(r->view, f);

		if (e->type != ENTRY_FILE)
			continue;
		consider(r, &(struct candidate){ e, f, layer_text(l, e->path) });
		to->files++;
		to->size_bytes += e->size;
		to->hidden_bytes += f->names > 0 ? 0 : e->size;
		if (package != NO_PACKAGE) {
			r->parts[package].bytes += e->size;
			r->parts[package].files++;
		}
	}
}

static char *word(const char *text)
{
	return xstrndup(text, strnlen(text, WORD_MAX));
}

static void keep_packages(struct reading *r, size_t layer, struct layer_contents *to)
{
	size_t all = r->view->packages.count;

	for (size_t i = 0; i < all; i++)
		r->place_of[i] = -1;
	qsort(r->parts, all, sizeof(*r->parts), by_bytes);
	for (size_t i = 0; i < all && r->packages_left; i++) {
		const struct part *p = &r->parts[i];

		/* one without files stands where it is told of */
		if (!p->files && (p->is->files || p->is->layer != layer))
			continue;
		r->packages_left--;
		r->place_of[p->package] = (ssize_t)to->package_count;
		*GROW(to->packages, to->package_count, to->package_room) = (struct content_package){
			xstrdup(package_manager_names[p->is->manager]), word(p->is->name),
			word(p->is->version), p->bytes, p->files
		};
	}
}

static void keep_files(struct reading *r, struct layer_contents *to)
{
	for (size_t i = 0; i < r->file_count && r->files_left; i++) {
		const struct candidate *c = &r->files[i];
		uint32_t package = owner_of(r->view, c->fate);

		r->files_left--;
		*GROW(to->files, to->file_count,
			to->file_room) = (struct content_file){ xstrdup(c->path), c->entry->size,
			package == NO_PACKAGE ? -1 : r->place_of[package], !c->fate->names };
	}
}

/* Two that hold the same have the same key, and none else. */
static void seal(struct layer_contents *c)
{
	_cleanup_(str_done) struct str all = STR_INIT;

	str_addf(&all, "%zu packages", c->package_count);
	for (size_t i = 0; i < c->package_count; i++) {
		const struct content_package *p = &c->packages[i];

		str_addf(&all, "%zu %s%zu %s%zu %s%lld %lld,", strlen(p->manager), p->manager,
			strlen(p->name), p->name, strlen(p->version), p->version,
			(long long)p->size_bytes, (long long)p->files);
	}
	for (size_t i = 0; i < c->file_count; i++) {
		const struct content_file *f = &c->files[i];

		str_addf(&all, "%zu %s%lld %zd %d,", strlen(f->path), f->path,
			(long long)f->size_bytes, f->package, f->hidden);
	}
	xxh_bytes(str_get(&all), all.len, c->key);
}

/* "COPY dir:5f2b… in /app" is another text for each build: the digest is left out. */
static void drop_digests(char *text)
{
	char *to = text;

	for (const char *at = text; *at;) {
		size_t n = str_starts(at, "dir:")     ? 4
			   : str_starts(at, "file:")  ? 5
			   : str_starts(at, "multi:") ? 6
						      : 0;
		size_t hex = n ? strspn(at + n, "0123456789abcdef") : 0;

		if (hex == 64) {
			memmove(to, "…", strlen("…"));
			to += strlen("…");
			at += n + hex;
		} else {
			*to++ = *at++;
		}
	}
	*to = '\0';
}

static char *made_by(const struct image_view *v, size_t layer, const struct image_cache *cache)
{
	const char *said = config_instruction(&v->config, layer, v->layer_count);
	const struct strv *ids = &v->config.diff_ids;
	const char *known = !said && cache && layer < ids->count
				    ? cache_made_by(cache, ids->items[layer])
				    : NULL;
	_cleanup_(str_done) struct str words = STR_INIT;
	char *text;

	if (known)
		return xstrdup(known);
	if (said)
		instruction_words(&words, said);
	text = xstrndup(str_get(&words), strnlen(str_get(&words), MADE_BY_MAX));
	drop_digests(text);
	return text;
}

void image_contents(struct image_view *v, const struct image_cache *cache)
{
	struct reading r = {
		.view = v, .files_left = FILES_AN_IMAGE, .packages_left = PACKAGES_AN_IMAGE
	};
	struct image *image = &v->image;

	if (v->partial)
		return;
	r.files = xcalloc(FILES_A_LAYER, sizeof(*r.files));
	r.parts = xcalloc(v->packages.count + 1, sizeof(*r.parts));
	r.place_of = xcalloc(v->packages.count + 1, sizeof(*r.place_of));
	image->views = xcalloc(v->layer_count + 1, sizeof(*image->views));
	image->view_count = v->layer_count;
	image->view_room = v->layer_count + 1;
	for (size_t i = v->layer_count; i-- > 0;) {
		struct layer_view *to = &image->views[i];

		to->made_by = made_by(v, i, cache);
		to->of = contents_new();
		look_at_layer(&r, i, to);
		keep_packages(&r, i, to->of);
		keep_files(&r, to->of);
		seal(to->of);
	}
	free(r.files);
	free(r.parts);
	free(r.place_of);
}
