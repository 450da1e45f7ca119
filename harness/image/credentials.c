/* What docker login left behind: config.json, or a helper that it names. Nothing of it is printed
 * or kept. */
#include "base/file.h"
#include "base/json.h"
#include "base/proc.h"
#include "image/remote.h"

#define CONFIG_MAX (1 << 20)
#define HUB_KEY	   "https://index.docker.io/v1/"

/* Where docker login writes, then podman login. */
static void config_paths(struct strv *out)
{
	const char *dir = getenv("DOCKER_CONFIG"), *home = getenv("HOME"),
		   *file = getenv("REGISTRY_AUTH_FILE"), *runtime = getenv("XDG_RUNTIME_DIR");

	if (dir && *dir)
		strv_addf(out, "%s/config.json", dir);
	else if (home && *home)
		strv_addf(out, "%s/.docker/config.json", home);
	if (file && *file)
		strv_add(out, file);
	else if (runtime && *runtime)
		strv_addf(out, "%s/containers/auth.json", runtime);
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

/* What a helper gives under this name is a token that is given for tokens. */
#define TOKEN_USER "<token>"

static bool from_helper(const char *helper, const char *key, struct login *out)
{
	_cleanup_(freep) char *program = xasprintf("docker-credential-%s", helper);
	const char *const argv[] = { program, "get", NULL };
	const struct proc p = { .argv = argv, .input = key };
	_cleanup_(proc_result_done) struct proc_result r = { 0 };
	_cleanup_(json_doc_freep) struct json_doc *doc = NULL;
	_cleanup_(freep) char *user = NULL, *secret = NULL, *both = NULL, *packed = NULL;
	_cleanup_(err_freep) struct err *e = is_plain(helper) ? proc_check(&p, &r) : NULL;

	if (e || !r.out.len)
		return false;
	e = json_parse(program, str_get(&r.out), r.out.len, &doc);
	if (!e)
		e = json_str(json_root(doc), "Username", &user);
	if (!e)
		e = json_str(json_root(doc), "Secret", &secret);
	if (e)
		return false;
	if (str_eq(user, TOKEN_USER)) {
		out->identity = TAKE_PTR(secret);
		return true;
	}
	both = xasprintf("%s:%s", user, secret);
	packed = base64(both);
	out->basic = xasprintf("Basic %s", packed);
	return true;
}

/* What stands in the file itself. */
static bool from_entry(struct json_at entry, struct login *out)
{
	_cleanup_(freep) char *auth = NULL, *identity = NULL;
	_cleanup_(err_freep) struct err *e = NULL;

	if (!entry.value)
		return false;
	e = json_str_or(entry, "identitytoken", NULL, &identity);
	if (!e)
		e = json_str_or(entry, "auth", NULL, &auth);
	if (e)
		return false;
	if (identity && *identity)
		out->identity = TAKE_PTR(identity);
	else if (auth && *auth)
		out->basic = xasprintf("Basic %s", auth);
	return out->identity || out->basic;
}

static bool from_config(struct json_at root, const char *key, struct login *out)
{
	struct json_at helpers = json_member(root, "credHelpers");
	_cleanup_(freep) char *helper = NULL, *store = NULL;
	_cleanup_(err_freep) struct err *e = NULL;

	if (from_entry(json_member(json_member(root, "auths"), key), out))
		return true;
	if (helpers.value)
		e = json_str_or(helpers, key, NULL, &helper);
	if (!e && !helper)
		e = json_str_or(root, "credsStore", NULL, &store);
	return !e && (helper || store) && from_helper(helper ? helper : store, key, out);
}

/* Older versions of docker keep a host with what came before and after it. */
static const struct {
	const char *before, *after;
} shapes[] = { { "", "" }, { "https://", "" }, { "https://", "/v1/" }, { "https://", "/v2/" } };

static bool from_keys(struct json_at root, const char *host, struct login *out)
{
	if (str_eq(host, "docker.io") && from_config(root, HUB_KEY, out))
		return true;
	for (size_t i = 0; i < ARRAY_SIZE(shapes); i++) {
		_cleanup_(freep) char *key = xasprintf("%s%s%s", shapes[i].before, host, shapes[i].after);

		if (from_config(root, key, out))
			return true;
	}
	return false;
}

static bool from_file(const char *path, const char *host, struct login *out)
{
	_cleanup_(json_doc_freep) struct json_doc *doc = NULL;
	_cleanup_(str_done) struct str text = STR_INIT;
	_cleanup_(err_freep) struct err *e = file_read(path, CONFIG_MAX, &text);

	if (!e)
		e = json_parse(path, str_get(&text), text.len, &doc);
	return !e && from_keys(json_root(doc), host, out);
}

void login_find(const char *host, struct login *out)
{
	_cleanup_(strv_done) struct strv paths = STRV_INIT;

	*out = (struct login){ 0 };
	config_paths(&paths);
	for (size_t i = 0; i < paths.count && !from_file(paths.items[i], host, out); i++)
		;
}

void login_done(struct login *l)
{
	free(l->basic);
	free(l->identity);
	*l = (struct login){ 0 };
}
