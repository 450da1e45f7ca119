#include "lab/bases.h"

#include "base/clock.h"
#include "base/json.h"
#include "lab/registry.h"
#include "lab/relay.h"

#define LABEL_STANDIN "tare.standin"
#define LABEL_RECIPE  "tare.standin.recipe"

/* What lab_bases was asked, and what it knows. */
struct asked {
	struct lab *lab;
	enum bases_from from;
	const char *registry;
	void (*says)(const char *line);
	struct pins pins;
};

static void say(const struct asked *a, const char *doing, const struct base_name *n)
{
	_cleanup_(freep) char *line = xasprintf("%s %s", doing, n->full);

	if (a->says)
		a->says(line);
}

/* The labels of an image's config; a new reference, NULL when it has none. */
static struct err *config_labels(const struct str *config, const char *where, json_t **out)
{
	_cleanup_(json_doc_freep) struct json_doc *doc = NULL;
	struct json_at labels;

	TRY(json_parse(where, str_get(config), config->len, &doc));
	labels = json_member(json_root(doc), "config");
	*out = NULL;
	if (labels.value && json_has(labels, "Labels"))
		*out = json_deep_copy(json_member(labels, "Labels").value);
	return NULL;
}

/* The labels of the image under a manifest; none of an index: each of its images has its own. */
static struct err *image_labels(
	struct lab *lab, const char *repo, const struct str *manifest, json_t **out)
{
	_cleanup_(json_doc_freep) struct json_doc *doc = NULL;
	_cleanup_(str_done) struct str config = STR_INIT;
	_cleanup_(freep) char *digest = NULL;

	*out = NULL;
	TRY(json_parse(repo, str_get(manifest), manifest->len, &doc));
	if (!json_has(json_root(doc), "config"))
		return NULL;
	TRY(json_str(json_member(json_root(doc), "config"), "digest", &digest));
	TRY(registry_blob(lab, repo, digest, &config));
	return config_labels(&config, repo, out);
}

/* A stand-in says that it is one, and nothing else does. Notes its recipe. */
static struct err *check_labels(const struct asked *a, struct pin *p, const struct str *manifest)
{
	const char *standin, *recipe;
	json_t *labels;
	bool is;

	TRY(image_labels(a->lab, p->repo, manifest, &labels));
	standin = json_string_value(json_object_get(labels, LABEL_STANDIN));
	recipe = json_string_value(json_object_get(labels, LABEL_RECIPE));
	is = standin && str_eq(standin, "true");
	if (p->standin && !p->recipe && recipe)
		p->recipe = xstrdup(recipe);
	if (labels)
		json_decref(labels);
	if (is == p->standin)
		return NULL;
	return err_next(
		err_at(err_new(ERR_CHECK, is ? "the image is a stand-in, and its pin says it is not"
					     : "the image is no stand-in, and its pin says it is"),
			"%s", p->full),
		"tare clean --all, then start again");
}

/* Whether the pinned manifest is in the registry, whole and what the pin says. */
static struct err *pin_holds(const struct asked *a, struct pin *p, bool *out)
{
	_cleanup_(str_done) struct str manifest = STR_INIT;
	char digest[DIGEST_SIZE];

	*out = false;
	if (!p || !p->digest[0])
		return NULL;
	TRY(registry_manifest(a->lab, p->repo, p->digest, out, &manifest, digest, NULL));
	if (*out && !str_eq(digest, p->digest))
		return err_at(err_new(ERR_CHECK, "a base's manifest is not what was pinned"), "%s",
			p->full);
	return *out ? check_labels(a, p, &manifest) : NULL;
}

/* Copied under its tag: pin what stands there now. */
static struct err *pin_now(
	struct asked *a, const struct base_name *n, bool standin, const char *why, struct pin **out)
{
	struct pin *p = pins_get(&a->pins, n->full, standin, standin ? NULL : a->registry);
	_cleanup_(str_done) struct str when = STR_INIT;
	bool holds;

	free(p->repo);
	free(p->tag);
	free(p->why);
	free(p->when);
	free(p->recipe);
	time_show(&when, clock_unix_ns());
	p->repo = xstrdup(n->repo);
	p->tag = xstrdup(n->lab_tag);
	p->why = why ? xstrdup(why) : NULL;
	p->when = str_take(&when);
	p->recipe = NULL;
	TRY(lab_manifest_digest(a->lab, p->repo, p->tag, p->digest));
	TRY(pin_holds(a, p, &holds));
	if (!holds)
		return err_at(
			err_new(ERR_TOOL, "the copy is not in the lab's registry"), "%s", n->full);
	*out = p;
	return pins_write(a->lab->dir, &a->pins);
}

/* skopeo's name of the image upstream. It takes a tag or a digest, not both. */
static char *source_of(const struct asked *a, const struct base_name *n)
{
	const char *mark = n->digest ? "@" : ":", *what = n->digest ? n->digest : n->tag;

	if (a->registry)
		return xasprintf("docker://%s/%s%s%s", a->registry, n->repo, mark, what);
	return xasprintf("docker://%s/%s%s%s", n->host, n->path, mark, what);
}

/* From upstream, or from --bases-from. *why_not is the reason when it cannot be had. */
static struct err *get_real(
	struct asked *a, const struct base_name *n, struct pin **out, char **why_not)
{
	_cleanup_(freep) char *source = source_of(a, n);

	say(a, "looking for", n);
	*why_not = copy_cannot(a->lab, source);
	if (*why_not)
		return NULL;
	say(a, "copying", n);
	TRY(copy_in(a->lab, source, n->repo, n->lab_tag, n->digest != NULL));
	return pin_now(a, n, false, NULL, out);
}

static struct err *err_no_base(const struct base_name *n, const char *why, const char *and)
{
	return err_next(
		err_at(err_new(ERR_TOOL, "the base cannot be had: %s%s", why, and), "%s", n->full),
		"give a registry that has it with --bases-from REGISTRY");
}

static struct err *get_standin(
	struct asked *a, const struct base_name *n, const char *why, struct pin **out)
{
	struct pin *p = pins_find(&a->pins, n->full, true, NULL);
	_cleanup_(freep) char *file = NULL, *layout = NULL, *source = NULL;
	char digest[DIGEST_SIZE];
	bool holds;

	TRY(recipe_find(n->full, &file));
	if (!file)
		return err_no_base(n, why,
			n->digest ? ", and a stand-in has another digest"
				  : ", and there is no recipe for a stand-in");
	TRY(pin_holds(a, p, &holds));
	if (!holds)
		say(a, "assembling a stand-in for", n);
	TRY(recipe_assemble(a->lab, file, &layout, digest));
	if (holds && str_eq(p->digest, digest)) {
		*out = p;
		return NULL;
	}
	source = xasprintf("oci:%s", layout);
	TRY(copy_in(a->lab, source, n->repo, n->lab_tag, false));
	return pin_now(a, n, true, why, out);
}

static struct err *find_pin(struct asked *a, const struct base_name *n, struct pin **out)
{
	struct pin *real = pins_find(&a->pins, n->full, false, a->registry);
	struct pin *standin = pins_find(&a->pins, n->full, true, NULL);
	_cleanup_(freep) char *why = NULL;
	bool holds = false;

	if (a->from == BASES_STANDIN)
		return get_standin(a, n, "a stand-in was asked for", out);
	TRY(pin_holds(a, real, &holds));
	if (holds) {
		*out = real;
		return NULL;
	}
	/* what a series of runs began with, it goes on with */
	if (a->from == BASES_AUTO && standin && !a->registry)
		return get_standin(a, n, standin->why ? standin->why : "a stand-in is pinned", out);
	TRY(get_real(a, n, out, &why));
	if (!why)
		return NULL;
	return a->from == BASES_REAL ? err_no_base(n, why, "") : get_standin(a, n, why, out);
}

/* The real image and its stand-in have one name: whichever was asked for stands under it. */
static struct err *put_in_front(struct lab *lab, const struct pin *p)
{
	char now[DIGEST_SIZE];

	TRY(lab_manifest_digest(lab, p->repo, p->tag, now));
	return str_eq(now, p->digest) ? NULL : registry_tag(lab, p->repo, p->digest, p->tag);
}

static struct err *base_one(struct asked *a, const char *ref, struct base *out)
{
	_cleanup_(base_name_done) struct base_name n = { 0 };
	struct pin *p = NULL;

	TRY(base_name_parse(ref, &n));
	TRY(find_pin(a, &n, &p));
	TRY(put_in_front(a->lab, p));
	*out = (struct base){ .ref = xstrdup(ref),
		.repo = xstrdup(p->repo),
		.tag = xstrdup(p->tag),
		.standin = p->standin,
		.why = p->why ? xstrdup(p->why) : NULL };
	snprintf(out->digest, sizeof(out->digest), "%s", p->digest);
	return NULL;
}

static struct err *bases_all(struct asked *a, const struct strv *refs, struct base *out)
{
	struct err *e = NULL;
	size_t done = 0;

	while (done < refs->count && !(e = base_one(a, refs->items[done], &out[done])))
		done++;
	while (e && done > 0)
		base_done(&out[--done]);
	return e;
}

struct err *lab_bases(struct lab *lab, const struct strv *refs, enum bases_from from,
	const char *registry, void (*says)(const char *line), struct base *out)
{
	struct asked a = { .lab = lab, .from = from, .registry = registry, .says = says };
	struct link link = relay_link(lab);
	struct err *e = pins_read(lab->dir, &a.pins);

	/* the link is for what is measured */
	if (!e)
		e = lab_set_link(lab, (struct link){ 0 });
	if (!e)
		e = bases_all(&a, refs, out);
	err_free(lab_set_link(lab, link));
	pins_done(&a.pins);
	return e;
}

struct err *lab_tag(struct lab *lab, const char *repo, const char *digest, const char *tag)
{
	return registry_tag(lab, repo, digest, tag);
}

void base_done(struct base *b)
{
	free(b->ref);
	free(b->repo);
	free(b->tag);
	free(b->why);
	*b = (struct base){ 0 };
}
