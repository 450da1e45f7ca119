/* Configs, and why two builds of the same inputs differ. */
#include "image/compare_build.h"

#include "image/layer_build.h"
#include "image/map.h"

static void add(struct comparison *c, const char *what, const char *from, const char *to)
{
	struct config_change *d = GROW(c->config, c->config_count, c->config_room);

	d->what = xstrdup(what);
	d->from = from ? xstrdup(from) : NULL;
	d->to = to ? xstrdup(to) : NULL;
}

/* One word of a config; "" is nothing. */
static void text(struct comparison *c, const char *what, const char *from, const char *to)
{
	from = from && *from ? from : NULL;
	to = to && *to ? to : NULL;
	if (!str_eq(from, to))
		add(c, what, from, to);
}

/* A command: its words count together. */
static void command(
	struct comparison *c, const char *what, const struct strv *from, const struct strv *to)
{
	struct str a = STR_INIT, b = STR_INIT;

	for (size_t i = 0; i < from->count; i++)
		str_addf(&a, "%s%s", i ? " " : "", from->items[i]);
	for (size_t i = 0; i < to->count; i++)
		str_addf(&b, "%s%s", i ? " " : "", to->items[i]);
	text(c, what, str_get(&a), str_get(&b));
	str_done(&a);
	str_done(&b);
}

/* The line of a list that speaks of the same key, "KEY=…" or all of it. */
static const char *same_key(const struct strv *v, const char *line)
{
	size_t n = strcspn(line, "=");

	for (size_t i = 0; i < v->count; i++)
		if (strncmp(v->items[i], line, n) == 0 &&
			(v->items[i][n] == '=' || v->items[i][n] == '\0'))
			return v->items[i];
	return NULL;
}

static void list(
	struct comparison *c, const char *what, const struct strv *from, const struct strv *to)
{
	for (size_t i = 0; i < from->count; i++)
		text(c, what, from->items[i], same_key(to, from->items[i]));
	for (size_t i = 0; i < to->count; i++)
		if (!same_key(from, to->items[i]))
			text(c, what, NULL, to->items[i]);
}

void compare_configs(struct comparison *c)
{
	const struct image_config *a = &c->a->config, *b = &c->b->config;

	text(c, "os", a->os, b->os);
	text(c, "architecture", a->architecture, b->architecture);
	text(c, "user", a->user, b->user);
	text(c, "workdir", a->workdir, b->workdir);
	command(c, "entrypoint", &a->entrypoint, &b->entrypoint);
	command(c, "cmd", &a->cmd, &b->cmd);
	list(c, "env", &a->env, &b->env);
	list(c, "label", &a->labels, &b->labels);
	list(c, "port", &a->ports, &b->ports);
	list(c, "volume", &a->volumes, &b->volumes);
	text(c, "created", a->created, b->created);
}

static unsigned entry_differs(const struct layer *a, const struct layer_entry *x,
	const struct layer *b, const struct layer_entry *y)
{
	unsigned d = 0;

	if (x->type != y->type || x->size != y->size || x->hash[0] != y->hash[0] ||
		x->hash[1] != y->hash[1] || x->device != y->device ||
		strcmp(layer_text(a, x->link), layer_text(b, y->link)) != 0)
		d |= 1u << DIFFERS_CONTENT;
	if (x->mode != y->mode || x->uid != y->uid || x->gid != y->gid || x->sparse != y->sparse)
		d |= 1u << DIFFERS_METADATA;
	return x->mtime != y->mtime ? d | 1u << DIFFERS_TIME : d;
}

/* Two layers that should be one, path by path. */
static unsigned layers_differ(const struct layer *a, const struct layer *b)
{
	struct map paths = { 0 };
	unsigned d = a->count != b->count ? 1u << DIFFERS_CONTENT : 0;
	bool added;

	for (size_t i = 0; i < a->count; i++) {
		const char *path = layer_text(a, a->entries[i].path);

		*map_at(&paths, tar_path_hash(path, strlen(path)), &added) = i;
	}
	for (size_t k = 0; k < b->count; k++) {
		const char *path = layer_text(b, b->entries[k].path);
		const uint64_t *i = map_find(&paths, tar_path_hash(path, strlen(path)));

		d |= i ? entry_differs(a, &a->entries[*i], b, &b->entries[k])
		       : 1u << DIFFERS_CONTENT;
		if (i && *i != k && a->count == b->count)
			d |= 1u << DIFFERS_ORDER;
	}
	map_done(&paths);
	/* the same entries in the same order: what differs is how the tar was written */
	return d ? d : 1u << DIFFERS_METADATA;
}

static unsigned without_layers(const struct comparison *c)
{
	const struct image *a = &c->a->image, *b = &c->b->image;

	if (!str_eq(a->config, b->config))
		return 1u << DIFFERS_CONFIG;
	for (size_t i = 0; i < a->layer_count; i++)
		if (!str_eq(a->layers[i].digest, b->layers[i].digest))
			return 1u << DIFFERS_COMPRESSION;
	return 1u << (str_eq(a->attestation, b->attestation) ? DIFFERS_NOT : DIFFERS_ATTESTATION);
}

void compare_builds(struct comparison *c)
{
	const struct strv *a = &c->a->config.diff_ids, *b = &c->b->config.diff_ids;
	size_t i = 0;

	while (i < a->count && i < b->count && str_eq(a->items[i], b->items[i]))
		i++;
	if (i == a->count && i == b->count) {
		c->differs = without_layers(c);
		return;
	}
	c->first_differs = (int)i;
	if (i < c->a->layer_count && i < c->b->layer_count && c->a->layers[i] && c->b->layers[i])
		c->differs = layers_differ(c->a->layers[i], c->b->layers[i]);
	else
		c->differs = 1u << DIFFERS_CONTENT;
}
