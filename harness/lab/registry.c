#include "lab/registry.h"

#include <jansson.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/http.h"
#include "base/random.h"
#include "lab/bases.h"
#include "lab/private.h"
#include "lab/secret.h"

#define START_LIMIT_NS (15 * SECOND_NS)
#define STOP_GRACE_NS  (2 * SECOND_NS)
#define DOCUMENT_MAX   (4 << 20)

/* Below lab->dir: registry/ is of the run, keep/registry outlives it. */
struct registry {
	char *dir, *storage;
	char *base_socket, *cache_socket;
	char *htpasswd;
	int base_daemon, cache_daemon;
	bool base_running, cache_running;
};

static void registry_free(struct registry *r)
{
	free(r->dir);
	free(r->storage);
	free(r->base_socket);
	free(r->cache_socket);
	free(r->htpasswd);
	free(r);
}

static struct registry *registry_new(const struct lab *lab)
{
	struct registry *r = NEW(struct registry);

	r->dir = path_join(lab->dir, "registry");
	r->storage = path_join(lab->dir, "keep/registry");
	r->base_socket = path_join(r->dir, "base.sock");
	r->cache_socket = path_join(r->dir, "cache.sock");
	r->htpasswd = path_join(r->dir, "htpasswd");
	return r;
}

/* The configuration of one process, in JSON, which is YAML. http.secret is not the lab's: it only
 * signs the state of uploads. */
static json_t *config_json(const struct registry *r, bool readonly)
{
	json_t *doc, *storage;
	char secret[41];

	random_hex(secret, sizeof(secret) - 1);
	storage = json_pack("{s:{s:s},s:{s:{s:b},s:{s:b}}}", "filesystem", "rootdirectory",
		r->storage, "maintenance", "uploadpurging", "enabled", 0, "readonly", "enabled",
		readonly);
	doc = json_pack("{s:s,s:{s:s,s:{s:b}},s:o,s:{s:s,s:s,s:s}}", "version", "0.1", "log",
		"level", "warn", "accesslog", "disabled", 1, "storage", storage, "http", "net",
		"unix", "addr", readonly ? r->base_socket : r->cache_socket, "secret", secret);
	if (readonly)
		return doc;
	json_object_set_new(storage, "delete", json_pack("{s:b}", "enabled", 1));
	json_object_set_new(doc, "auth",
		json_pack("{s:{s:s,s:s}}", "htpasswd", "realm", "tare", "path", r->htpasswd));
	return doc;
}

static struct err *config_write(const struct registry *r, bool readonly, char **path_out)
{
	json_t *doc = config_json(r, readonly);
	_cleanup_(freep) char *text = json_dumps(doc, JSON_INDENT(1));

	json_decref(doc);
	*path_out = path_join(r->dir, readonly ? "base.yml" : "cache.yml");
	return file_replace(*path_out, 0600, text, strlen(text));
}

static struct err *process_start(
	struct lab *lab, const char *program, bool readonly, int *id, bool *running)
{
	const struct registry *r = lab->private->registry;
	const char *name = readonly ? "registry-base" : "registry-cache";
	_cleanup_(freep) char *config = NULL;
	const char *const env[] = { "PATH=/usr/bin:/bin", NULL };

	TRY(config_write(r, readonly, &config));
	const char *const argv[] = { program, "serve", config, NULL };
	const struct spawn s = { .argv = argv, .env = env, .cwd = r->dir, .out = -1, .err = -1 };
	TRY(lab_daemon_start(lab, name, &s, id));
	*running = true;
	return NULL;
}

static struct err *registry_prune(struct lab *lab)
{
	const struct registry *r = lab->private->registry;
	_cleanup_(strv_done) struct strv keep = STRV_INIT;
	_cleanup_(freep) char *config = NULL;

	TRY(bases_repos(lab->dir, &keep));
	TRY(config_write(r, true, &config));
	return storage_prune(r->storage, config, &keep);
}

struct err *registry_start(struct lab *lab)
{
	_cleanup_(freep) char *program = path_find_program(NULL, "docker-registry");
	struct registry *r = lab->private->registry = registry_new(lab);

	if (!program)
		return err_next(err_new(ERR_TOOL, "docker-registry is not installed"),
			"run ci/setup, or install the package docker-registry");
	/* a killed run's sockets and secret are not ours */
	TRY(dir_remove(r->dir));
	TRY(dir_make(r->dir, 0700));
	TRY(dir_make(r->storage, 0700));
	TRY(registry_prune(lab));
	secret_make(&lab->user, &lab->password);
	TRY(secret_htpasswd(r->htpasswd, lab->user, lab->password));
	TRY(process_start(lab, program, true, &r->base_daemon, &r->base_running));
	TRY(process_start(lab, program, false, &r->cache_daemon, &r->cache_running));
	TRY(lab_wait_socket(lab, "registry-base", r->base_socket, START_LIMIT_NS));
	return lab_wait_socket(lab, "registry-cache", r->cache_socket, START_LIMIT_NS);
}

void registry_stop(struct lab *lab)
{
	struct registry *r = lab->private->registry;

	if (!r)
		return;
	if (r->cache_running)
		err_free(lab_daemon_stop(lab, r->cache_daemon, STOP_GRACE_NS));
	if (r->base_running)
		err_free(lab_daemon_stop(lab, r->base_daemon, STOP_GRACE_NS));
	/* what cannot be pruned now is pruned before the next start */
	if (r->base_running)
		err_free(registry_prune(lab));
	err_free(dir_remove(r->dir));
	registry_free(r);
	lab->private->registry = NULL;
}

const char *registry_base_socket(const struct lab *lab)
{
	return lab->private->registry ? lab->private->registry->base_socket : NULL;
}

const char *registry_cache_socket(const struct lab *lab)
{
	return lab->private->registry ? lab->private->registry->cache_socket : NULL;
}

const char *lab_registry_socket(const struct lab *lab)
{
	return registry_base_socket(lab);
}

static const char *const manifest_headers[] = {
	"Accept: application/vnd.oci.image.index.v1+json",
	"Accept: application/vnd.docker.distribution.manifest.list.v2+json",
	"Accept: application/vnd.oci.image.manifest.v1+json",
	"Accept: application/vnd.docker.distribution.manifest.v2+json",
	NULL,
};

/* An answer that is neither what was asked for nor "there is none". */
static struct err *answer_error(long status, const char *repo, const char *reference)
{
	return err_at(err_new(ERR_IO, "the lab's registry answered with HTTP %ld", status), "%s:%s",
		repo, reference);
}

struct err *registry_manifest(struct lab *lab, const char *repo, const char *reference,
	bool *found_out, struct str *body, char digest[DIGEST_SIZE], char **type_out)
{
	_cleanup_(freep) char *url = xasprintf("http://lab/v2/%s/manifests/%s", repo, reference);
	_cleanup_(http_answer_done) struct http_answer a = { 0 };
	const struct http h = { .url = url,
		.socket = registry_base_socket(lab),
		.headers = manifest_headers,
		.ceiling = DOCUMENT_MAX };

	if (!registry_repo_is_valid(repo))
		return err_new(ERR_INPUT, "no repository can be called %s", repo);
	TRY(http_do(&h, &a));
	*found_out = a.status == 200;
	if (a.status == 404)
		return NULL;
	if (a.status != 200)
		return answer_error(a.status, repo, reference);
	sha256_bytes(str_get(&a.body), a.body.len, digest);
	str_addn(body, str_get(&a.body), a.body.len);
	if (type_out)
		*type_out = TAKE_PTR(a.content_type);
	return NULL;
}

struct err *registry_blob(struct lab *lab, const char *repo, const char *digest, struct str *body)
{
	_cleanup_(freep) char *url = xasprintf("http://lab/v2/%s/blobs/%s", repo, digest);
	_cleanup_(http_answer_done) struct http_answer a = { 0 };
	const struct http h = {
		.url = url, .socket = registry_base_socket(lab), .ceiling = DOCUMENT_MAX
	};
	char is[DIGEST_SIZE];

	TRY(http_do(&h, &a));
	if (a.status != 200)
		return answer_error(a.status, repo, digest);
	sha256_bytes(str_get(&a.body), a.body.len, is);
	if (!str_eq(is, digest))
		return err_at(
			err_new(ERR_CHECK, "the blob's digest is %s", is), "%s@%s", repo, digest);
	str_addn(body, str_get(&a.body), a.body.len);
	return NULL;
}

struct err *registry_tag(struct lab *lab, const char *repo, const char *digest, const char *tag)
{
	_cleanup_(freep) char *url = xasprintf("http://lab/v2/%s/manifests/%s", repo, tag);
	_cleanup_(http_answer_done) struct http_answer a = { 0 };
	_cleanup_(str_done) struct str body = STR_INIT;
	_cleanup_(freep) char *type = NULL, *header = NULL;
	char is[DIGEST_SIZE];
	bool found;

	TRY(registry_manifest(lab, repo, digest, &found, &body, is, &type));
	if (!found)
		return err_at(err_new(ERR_CHECK, "the lab's registry has lost a manifest"), "%s@%s",
			repo, digest);
	header = xasprintf("Content-Type: %s", type ? type : "");
	const char *const headers[] = { header, NULL };
	const struct http h = { .method = "PUT",
		.url = url,
		.socket = registry_cache_socket(lab),
		.headers = headers,
		.user = lab->user,
		.password = lab->password,
		.body = str_get(&body),
		.body_size = body.len };
	TRY(http_do(&h, &a));
	return a.status == 201 ? NULL : answer_error(a.status, repo, tag);
}

struct err *lab_manifest_digest(
	struct lab *lab, const char *repo, const char *tag, char digest[DIGEST_SIZE])
{
	_cleanup_(str_done) struct str body = STR_INIT;
	bool found;

	TRY(registry_manifest(lab, repo, tag, &found, &body, digest, NULL));
	if (!found)
		digest[0] = '\0';
	return NULL;
}
