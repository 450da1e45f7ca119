/* Where an image may be read: mirrors of docker.io, as docker's daemon knows them ("registry-mirrors" of
 * daemon.json, dockerd(8)), what registries.conf says, then its own registry. */
#include "base/file.h"
#include "base/json.h"
#include "image/places.h"

#define CONFIG_MAX  (1 << 20)
#define MIRRORS_MAX 8

/* A daemon of the user's own, then the machine's. */
static void config_paths(struct strv *out)
{
	const char *config = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");

	if (config && *config)
		strv_addf(out, "%s/docker/daemon.json", config);
	else if (home && *home)
		strv_addf(out, "%s/.config/docker/daemon.json", home);
	strv_add(out, "/etc/docker/daemon.json");
}

static void docker_mirrors(struct strv *out)
{
	_cleanup_(strv_done) struct strv paths = STRV_INIT;

	config_paths(&paths);
	for (size_t i = 0; i < paths.count && !out->count; i++) {
		_cleanup_(strv_done) struct strv all = STRV_INIT;
		_cleanup_(json_doc_freep) struct json_doc *doc = NULL;
		_cleanup_(str_done) struct str text = STR_INIT;
		_cleanup_(err_freep) struct err *e = file_read(paths.items[i], CONFIG_MAX, &text);

		if (!e)
			e = json_parse(paths.items[i], str_get(&text), text.len, &doc);
		if (!e)
			e = json_strs_or_none(json_root(doc), "registry-mirrors", &all);
		for (size_t k = 0; !e && k < all.count && k < MIRRORS_MAX; k++)
			if (str_starts(all.items[k], "http://") || str_starts(all.items[k], "https://"))
				strv_add(out, all.items[k]);
	}
}

void places_add(struct places *p, char *base, const char *host, const char *repo)
{
	*GROW(p->items, p->count, p->room) = (struct place){ base, xstrdup(host), xstrdup(repo) };
}

void places_done(struct places *p)
{
	for (size_t i = 0; i < p->count; i++) {
		free(p->items[i].base);
		free(p->items[i].host);
		free(p->items[i].repo);
	}
	free(p->items);
}

/* An address as "https://mirror:5000/". */
static void add_address(struct places *p, const char *address, const char *repo)
{
	const char *host = strstr(address, "://") + strlen("://");
	_cleanup_(freep) char *name = xstrndup(host, strcspn(host, "/"));
	size_t n = strlen(address);

	while (address[n - 1] == '/')
		n--;
	places_add(p, xasprintf("%.*s/v2", (int)n, address), name, repo);
}

struct err *remote_places(const struct remote *r, struct places *out)
{
	_cleanup_(strv_done) struct strv mirrors = STRV_INIT;
	_cleanup_(freep) char *name = xasprintf("%s/%s", r->host, r->repo);
	bool moved;

	if (str_eq(r->host, "docker.io"))
		docker_mirrors(&mirrors);
	for (size_t i = 0; i < mirrors.count; i++)
		add_address(out, mirrors.items[i], r->repo);
	TRY(registries_places(name, str_starts(r->reference, "sha256:"), out, &moved));
	if (!moved)
		places_add(out, xstrdup(r->base), r->host, r->repo);
	return NULL;
}
