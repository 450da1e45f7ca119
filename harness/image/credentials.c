/* What docker login left behind: config.json, or a helper that it names. Nothing of it is printed
 * or kept. */
#include "base/file.h"
#include "base/json.h"
#include "base/proc.h"
#include "image/remote.h"

#define CONFIG_MAX (1 << 20)
#define HUB_KEY	   "https://index.docker.io/v1/"

static char *config_path(void)
{
	const char *dir = getenv("DOCKER_CONFIG"), *home = getenv("HOME");

	if (dir && *dir)
		return path_join(dir, "config.json");
	return home && *home ? xasprintf("%s/.docker/config.json", home) : NULL;
}

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static char *base64(const char *text)
{
	const unsigned char *at = (const unsigned char *)text;
	size_t n = strlen(text);
	struct str s = STR_INIT;

	for (; n > 0; at += n < 3 ? n : 3, n -= n < 3 ? n : 3) {
		unsigned v = (unsigned)at[0] << 16 | (n > 1 ? (unsigned)at[1] << 8 : 0) |
			     (n > 2 ? at[2] : 0);

		str_addc(&s, digits[v >> 18]);
		str_addc(&s, digits[v >> 12 & 63]);
		str_addc(&s, n > 1 ? digits[v >> 6 & 63] : '=');
		str_addc(&s, n > 2 ? digits[v & 63] : '=');
	}
	return str_take(&s);
}

/* A helper's name becomes a program's: no path, no other characters. */
static bool is_plain(const char *name)
{
	return *name && strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				     "0123456789-_.") == strlen(name);
}

static char *from_helper(const char *helper, const char *key)
{
	_cleanup_(freep) char *program = xasprintf("docker-credential-%s", helper);
	const char *const argv[] = { program, "get", NULL };
	const struct proc p = { .argv = argv, .input = key };
	_cleanup_(proc_result_done) struct proc_result r = { 0 };
	_cleanup_(json_doc_freep) struct json_doc *doc = NULL;
	_cleanup_(freep) char *user = NULL, *secret = NULL, *both = NULL, *packed = NULL;
	_cleanup_(err_freep) struct err *e = is_plain(helper) ? proc_check(&p, &r) : NULL;

	if (e || !r.out.len)
		return NULL;
	e = json_parse(program, str_get(&r.out), r.out.len, &doc);
	if (!e)
		e = json_str(json_root(doc), "Username", &user);
	if (!e)
		e = json_str(json_root(doc), "Secret", &secret);
	if (e)
		return NULL;
	both = xasprintf("%s:%s", user, secret);
	packed = base64(both);
	return xasprintf("Basic %s", packed);
}

static char *from_config(struct json_at root, const char *key)
{
	struct json_at helpers = json_member(root, "credHelpers");
	struct json_at entry = json_member(json_member(root, "auths"), key);
	_cleanup_(freep) char *helper = NULL, *store = NULL, *auth = NULL;
	_cleanup_(err_freep) struct err *e = NULL;

	if (entry.value)
		e = json_str_or(entry, "auth", NULL, &auth);
	if (!e && auth && *auth)
		return xasprintf("Basic %s", auth);
	if (!e && helpers.value)
		e = json_str_or(helpers, key, NULL, &helper);
	if (!e && !helper)
		e = json_str_or(root, "credsStore", NULL, &store);
	return !e && (helper || store) ? from_helper(helper ? helper : store, key) : NULL;
}

char *remote_basic(const char *host)
{
	_cleanup_(freep) char *path = config_path();
	_cleanup_(json_doc_freep) struct json_doc *doc = NULL;
	_cleanup_(str_done) struct str text = STR_INIT;
	_cleanup_(err_freep) struct err *e = path ? file_read(path, CONFIG_MAX, &text) : NULL;

	if (!path || e)
		return NULL;
	e = json_parse(path, str_get(&text), text.len, &doc);
	return e ? NULL : from_config(json_root(doc), str_eq(host, "docker.io") ? HUB_KEY : host);
}
