#include "image/notable.h"

const char *const notable_names[NOTABLE_KINDS] = { "setuid", "world-writable", "secret",
	"package manager", "CA bundle" };

static void add(struct survey *s, enum notable kind, const char *path, uint32_t mode,
	uint16_t layer, bool hidden)
{
	struct notices *n = &s->notices[kind];

	if (n->seen++ < NOTICES_MAX)
		*GROW(n->items, n->count, n->room) = (struct notice){ xstrdup(path), mode, layer,
			hidden };
}

/* Names that hold a key or a password wherever they lie. */
static bool is_secret_name(const char *name)
{
	static const char *const names[] = { "id_rsa", "id_dsa", "id_ecdsa", "id_ed25519", ".env",
		".npmrc", ".pypirc", ".netrc", ".git-credentials", ".pgpass", ".htpasswd",
		".dockercfg", "credentials.json", "kubeconfig", ".vault-token" };

	/* most names are none of them by their first letter */
	for (size_t i = 0; strchr(".ick", *name) && i < ARRAY_SIZE(names); i++)
		if (strcmp(name, names[i]) == 0)
			return true;
	name = strrchr(name, '.');
	return name && (str_eq(name, ".p12") || str_eq(name, ".pfx") || str_eq(name, ".keystore"));
}

static bool is_secret(const char *path)
{
	static const char *const ends[] = { ".docker/config.json", ".aws/credentials",
		".kube/config", ".config/gh/hosts.yml", ".cargo/credentials.toml",
		".m2/settings-security.xml" };
	const char *slash = strrchr(path, '/');

	for (size_t i = 0; strstr(path, "/.") && i < ARRAY_SIZE(ends); i++)
		if (str_ends(path, ends[i]))
			return true;
	return is_secret_name(slash ? slash + 1 : path);
}

void notable_entry(struct survey *s, const struct layer *l, uint16_t layer,
	const struct layer_entry *e, const struct fate *f)
{
	const char *path = layer_text(l, e->path);

	if (e->type == ENTRY_FILE && e->size > 0 && is_secret(path))
		add(s, NOTABLE_SECRET, path, e->mode, layer, f->names == 0);
}

static void look_at_modes(const struct rootfs *t, struct survey *s)
{
	_cleanup_(str_done) struct str path = STR_INIT;

	for (uint32_t i = 0; i < t->count; i++) {
		const struct layer_entry *e = rootfs_has(t, i) ? rootfs_entry(t, i) : NULL;
		uint32_t mode = e ? rootfs_fate(t, i)->mode : 0;
		bool file = e && e->type == ENTRY_FILE, dir = e && e->type == ENTRY_DIR;
		bool writable = (file || dir) && (mode & 0002) && !(dir && (mode & 01000));

		if (!writable && !(file && (mode & 06000)))
			continue;
		rootfs_path(t, i, &path);
		if (writable)
			add(s, NOTABLE_WRITABLE, str_get(&path), mode, t->nodes[i].layer, false);
		if (file && (mode & 06000))
			add(s, NOTABLE_SETUID, str_get(&path), mode, t->nodes[i].layer, false);
	}
}

static void look_for(const struct rootfs *t, struct survey *s, enum notable kind, const char *path)
{
	uint32_t node = rootfs_find(t, path);
	const struct layer_entry *e = node == NO_NODE ? NULL : rootfs_entry(t, node);

	if (e && e->type == ENTRY_FILE)
		add(s, kind, path, e->mode, t->nodes[node].layer, false);
}

static void look_for_programs(const struct rootfs *t, struct survey *s)
{
	static const char *const names[] = { "apt-get", "dpkg", "apk", "dnf", "microdnf", "yum",
		"rpm", "zypper", "pacman", "pip", "pip3", "npm", "yarn", "gem", "conda" };
	static const char *const dirs[] = { "usr/bin", "sbin", "usr/local/bin" };

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		for (size_t k = 0; k < ARRAY_SIZE(dirs); k++) {
			_cleanup_(freep) char *path = xasprintf("%s/%s", dirs[k], names[i]);

			look_for(t, s, NOTABLE_MANAGER, path);
		}
}

static const char *const bundles[] = { "etc/ssl/certs/ca-certificates.crt",
	"etc/pki/tls/certs/ca-bundle.crt", "etc/ssl/cert.pem", "etc/ssl/ca-bundle.pem" };

bool rootfs_has_ca_bundle(const struct rootfs *t)
{
	for (size_t i = 0; i < ARRAY_SIZE(bundles); i++) {
		uint32_t node = rootfs_find(t, bundles[i]);
		const struct layer_entry *e = node == NO_NODE ? NULL : rootfs_entry(t, node);

		if (e && e->type == ENTRY_FILE)
			return true;
	}
	return false;
}

void notable_tree(const struct rootfs *t, struct survey *s)
{
	look_at_modes(t, s);
	look_for_programs(t, s);
	for (size_t i = 0; i < ARRAY_SIZE(bundles); i++)
		look_for(t, s, NOTABLE_CA, bundles[i]);
}
