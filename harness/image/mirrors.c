/* Mirrors of docker.io, as docker's daemon knows them: "registry-mirrors" of daemon.json (dockerd(8)).
 */
#include "base/file.h"
#include "base/json.h"
#include "image/remote.h"

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

void remote_mirrors(struct strv *out)
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
