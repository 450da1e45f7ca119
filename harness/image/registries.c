/* registries.conf, by which podman, skopeo and buildah find an image: containers-registries.conf(5),
 * version 2. Aliases and unqualified-search-registries are of short names, which docker:// has not. */
#include <dirent.h>

#include "base/file.h"
#include "base/toml.h"
#include "image/places.h"

#define CONFIG_MAX (1 << 20)
#define SYSTEM_DIR "/etc/containers"

struct location {
	char *at; /* "mirror:5000/of/it" */
	bool plain, no_tag, no_digest;
};

/* A [[registry]]. */
struct rule {
	char *prefix;
	struct location own;
	bool blocked, mirror_by_digest;
	struct location *mirrors;
	size_t count, room;
};

struct rules {
	struct rule *items;
	size_t count, room;
};

static void rules_done(struct rules *r)
{
	for (size_t i = 0; i < r->count; i++) {
		for (size_t k = 0; k < r->items[i].count; k++)
			free(r->items[i].mirrors[k].at);
		free(r->items[i].mirrors);
		free(r->items[i].prefix);
		free(r->items[i].own.at);
	}
	free(r->items);
}

/* Slashes at its end say nothing, and nothing is as if it did not stand there. */
static void set_name(char **to, const char *text)
{
	size_t n = strlen(text);

	while (n > 0 && text[n - 1] == '/')
		n--;
	free(*to);
	*to = n ? xstrndup(text, n) : NULL;
}

static void set_location(struct location *l, const struct toml_item *item)
{
	if (item->kind == TOML_STRING && str_eq(item->key, "location"))
		set_name(&l->at, item->text);
	if (item->kind == TOML_BOOL && str_eq(item->key, "insecure"))
		l->plain = item->truth;
	if (item->kind == TOML_STRING && str_eq(item->key, "pull-from-mirror")) {
		l->no_tag = str_eq(item->text, "digest-only");
		l->no_digest = str_eq(item->text, "tag-only");
	}
}

static void set_rule(struct rule *r, const struct toml_item *item)
{
	set_location(&r->own, item);
	if (item->kind == TOML_STRING && str_eq(item->key, "prefix"))
		set_name(&r->prefix, item->text);
	if (item->kind == TOML_BOOL && str_eq(item->key, "blocked"))
		r->blocked = item->truth;
	if (item->kind == TOML_BOOL && str_eq(item->key, "mirror-by-digest-only"))
		r->mirror_by_digest = item->truth;
}

static struct err *on_item(void *ctx, const struct toml_item *item)
{
	struct rules *all = ctx;
	struct rule *last = all->count ? &all->items[all->count - 1] : NULL;
	bool rule = str_eq(item->table, "registry"), mirror = str_eq(item->table, "registry.mirror");

	if (item->kind == TOML_TABLE && rule)
		*GROW(all->items, all->count, all->room) = (struct rule){ 0 };
	else if (mirror && !last)
		return err_new(ERR_INPUT, "a mirror of no registry");
	else if (item->kind == TOML_TABLE && mirror)
		*GROW(last->mirrors, last->count, last->room) = (struct location){ 0 };
	else if (rule && last)
		set_rule(last, item);
	else if (mirror && last->count)
		set_location(&last->mirrors[last->count - 1], item);
	return NULL;
}

static int is_config(const struct dirent *d)
{
	return *d->d_name != '.' && str_ends(d->d_name, ".conf");
}

static void add_directory(struct strv *out, const char *dir)
{
	struct dirent **found;
	int n = scandir(dir, &found, is_config, alphasort);

	for (int i = 0; i < n; i++) {
		strv_addf(out, "%s/%s", dir, found[i]->d_name);
		free(found[i]);
	}
	if (n >= 0)
		free(found);
}

/* The file, the user's before the machine's, and what is dropped in beside both. */
static void config_paths(struct strv *out)
{
	const char *named = getenv("CONTAINERS_REGISTRIES_CONF"), *config = getenv("XDG_CONFIG_HOME"),
		   *home = getenv("HOME");
	_cleanup_(freep) char *user = config && *config ? xasprintf("%s/containers", config)
				      : home ? xasprintf("%s/.config/containers", home)
					     : xstrdup(SYSTEM_DIR);
	_cleanup_(freep) char *own = path_join(user, "registries.conf"),
			      *own_dir = path_join(user, "registries.conf.d");

	strv_add(out, named && *named	  ? named
		      : path_exists(own) ? own
					 : SYSTEM_DIR "/registries.conf");
	add_directory(out, SYSTEM_DIR "/registries.conf.d");
	if (!str_eq(user, SYSTEM_DIR))
		add_directory(out, own_dir);
}

static struct err *read_rules(struct rules *out)
{
	_cleanup_(strv_done) struct strv paths = STRV_INIT;

	config_paths(&paths);
	for (size_t i = 0; i < paths.count; i++) {
		_cleanup_(str_done) struct str text = STR_INIT;

		if (!path_exists(paths.items[i]))
			continue;
		TRY(file_read(paths.items[i], CONFIG_MAX, &text));
		TRY(toml_read(paths.items[i], str_get(&text), text.len, on_item, out));
	}
	return NULL;
}

/* How much of a name, "docker.io/library/alpine", a prefix is: 0 none of it. */
static size_t matched(const char *name, const char *prefix)
{
	size_t host = strcspn(name, "/"), n = strlen(prefix);

	if (str_starts(prefix, "*.")) /* any host below a domain */
		return n - 1 < host && memcmp(name + host - (n - 1), prefix + 1, n - 1) == 0 ? host : 0;
	return n > 0 && strncmp(name, prefix, n) == 0 && (name[n] == '/' || name[n] == '\0') ? n : 0;
}

static const char *prefix_of(const struct rule *r)
{
	return r->prefix ? r->prefix : r->own.at ? r->own.at : "";
}

/* The rule of the longest prefix; of two, what was read last. */
static const struct rule *find(const struct rules *all, const char *name, size_t *n_out)
{
	const struct rule *best = NULL;
	size_t longest = 0;

	for (size_t i = 0; i < all->count; i++) {
		const char *prefix = prefix_of(&all->items[i]);

		if (matched(name, prefix) && strlen(prefix) >= longest) {
			longest = strlen(prefix);
			*n_out = matched(name, prefix);
			best = &all->items[i];
		}
	}
	return best;
}

/* The place of a name whose beginning stands for a location. */
static void add_place(const struct location *l, const char *rest, struct places *out)
{
	_cleanup_(freep) char *full = l->at ? xasprintf("%s%s", l->at, rest) : NULL;
	size_t host = full ? strcspn(full, "/") : 0;

	if (host == 0 || full[host] == '\0')
		return;
	full[host] = '\0';
	places_add(out, remote_base(full, l->plain), full, full + host + 1);
}

struct err *registries_places(const char *name, bool by_digest, struct places *out, bool *moved_out)
{
	_cleanup_(rules_done) struct rules all = { 0 };
	const struct rule *r;
	size_t n = 0;

	TRY(read_rules(&all));
	r = find(&all, name, &n);
	*moved_out = r && (r->own.at || r->own.plain);
	if (!r)
		return NULL;
	if (r->blocked)
		return err_at(err_new(ERR_INPUT, "registries.conf blocks it"), "%s", name);
	for (size_t i = 0; i < r->count; i++) {
		const struct location *m = &r->mirrors[i];

		if (by_digest ? !m->no_digest : !m->no_tag && !r->mirror_by_digest)
			add_place(m, name + n, out);
	}
	if (r->own.at)
		add_place(&r->own, name + n, out);
	else if (r->own.plain)
		add_place(&(struct location){ .at = (char *)name, .plain = true }, "", out);
	return NULL;
}
