#include "image/remote.h"

#include "base/clock.h"
#include "base/json.h"
#include "image/document.h"
#include "image/places.h"

#define BLOB_LIMIT_NS (30 * MINUTE_NS)
#define TRIES	      4
#define HUB	      "registry-1.docker.io"

static const char *const accept_headers[] = {
	"Accept: application/vnd.oci.image.index.v1+json",
	"Accept: application/vnd.docker.distribution.manifest.list.v2+json",
	"Accept: application/vnd.oci.image.manifest.v1+json",
	"Accept: application/vnd.docker.distribution.manifest.v2+json",
};

/* Whether the first component of a reference is a host: docker's rule. */
static bool is_host(const char *ref, size_t n)
{
	return memchr(ref, '.', n) || memchr(ref, ':', n) ||
	       (n == 9 && memcmp(ref, "localhost", 9) == 0);
}

/* What runs on this machine alone speaks without TLS. */
static bool is_local(const char *host)
{
	return str_starts(host, "localhost:") || str_eq(host, "localhost") ||
	       str_starts(host, "127.") || str_starts(host, "[::1]");
}

char *remote_base(const char *host, bool plain)
{
	return xasprintf("%s://%s/v2", plain || is_local(host) ? "http" : "https",
		str_eq(host, "docker.io") ? HUB : host);
}

static struct err *check_characters(const char *ref)
{
	if (*ref &&
		strspn(ref, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
			    "._-/:@[]") == strlen(ref) &&
		!strstr(ref, ".."))
		return NULL;
	return err_new(ERR_INPUT, "no image can be called that: %.200s", ref);
}

/* REPO[:TAG][@DIGEST]; a digest says more than a tag. */
static void split_reference(struct remote *r, const char *rest)
{
	const char *at = strchr(rest, '@');
	_cleanup_(freep) char *named = at ? xstrndup(rest, (size_t)(at - rest)) : xstrdup(rest);
	char *slash = strrchr(named, '/'), *colon = strchr(slash ? slash : named, ':');

	if (colon)
		*colon = '\0';
	r->repo = xstrdup(named);
	r->reference = xstrdup(at ? at + 1 : colon ? colon + 1 : "latest");
}

struct err *remote_init(struct remote *r, const char *ref, const char *socket)
{
	size_t n = strcspn(ref, "/");
	bool host = !socket && ref[n] == '/' && is_host(ref, n);

	pthread_mutex_init(&r->lock, NULL);
	TRY(check_characters(ref));
	r->socket = socket;
	/* a lab's image is always named in full */
	if (socket && !strpbrk(strrchr(ref, '/') ? strrchr(ref, '/') : ref, ":@"))
		return err_new(ERR_INPUT, "%s has neither tag nor digest", ref);
	if (socket) {
		r->host = xstrdup("registry");
		r->base = xstrdup("http://registry/v2");
		split_reference(r, ref);
		return NULL;
	}
	r->host = host ? xstrndup(ref, n) : xstrdup("docker.io");
	split_reference(r, host ? ref + n + 1 : ref);
	if (str_eq(r->host, "docker.io") && !strchr(r->repo, '/')) {
		char *short_name = r->repo;

		r->repo = xasprintf("library/%s", short_name);
		free(short_name);
	}
	r->base = remote_base(r->host, false);
	return NULL;
}

static void put(char **to, const char *text)
{
	free(*to);
	*to = xstrdup(text);
}

void remote_move(struct remote *r, const struct place *to)
{
	put(&r->base, to->base);
	put(&r->host, to->host);
	put(&r->repo, to->repo);
	free(TAKE_PTR(r->authorization));
}

void remote_done(struct remote *r)
{
	free(r->base);
	free(r->host);
	free(r->repo);
	free(r->reference);
	free(r->authorization);
	pthread_mutex_destroy(&r->lock);
}

/* The value of NAME="..." in a challenge, new; NULL where it is not there. */
static char *parameter(const char *challenge, const char *name)
{
	_cleanup_(freep) char *key = xasprintf("%s=\"", name);
	const char *at = strcasestr(challenge, key), *end;

	if (!at)
		return NULL;
	at += strlen(key);
	end = strchr(at, '"');
	return end ? xstrndup(at, (size_t)(end - at)) : NULL;
}

static void add_escaped(struct str *s, const char *text)
{
	for (; *text; text++)
		if (strchr("-._~/:", *text) || (*text >= '0' && *text <= '9') ||
			(*text >= 'A' && *text <= 'Z') || (*text >= 'a' && *text <= 'z'))
			str_addc(s, *text);
		else
			str_addf(s, "%%%02X", (unsigned char)*text);
}

/* *out is a header, and what it was before is freed. */
static struct err *token_of(const struct str *body, const char *url, char **out)
{
	_cleanup_(json_doc_freep) struct json_doc *doc = NULL;
	_cleanup_(freep) char *token = NULL, *access = NULL;

	TRY(json_parse(url, str_get(body), body->len, &doc));
	TRY(json_str_or(json_root(doc), "token", NULL, &token));
	TRY(json_str_or(json_root(doc), "access_token", NULL, &access));
	if (!token && !access)
		return json_error(json_root(doc), "there is no token in it");
	free(*out);
	*out = xasprintf("Authorization: Bearer %s", token ? token : access);
	return NULL;
}

/* Where credentials go must be as safe as where they were asked for. */
static bool realm_is_safe(const struct remote *r, const char *realm)
{
	return str_starts(realm, "https://") ||
	       (str_starts(r->base, "http://") && str_starts(realm, "http://"));
}

static void add_scope(struct str *s, const struct remote *r, const char *service)
{
	str_add(s, "service=");
	add_escaped(s, service ? service : "");
	str_add(s, "&scope=");
	add_escaped(s, "repository:");
	add_escaped(s, r->repo);
	add_escaped(s, ":pull");
}

/* A token for a password, or for none where anyone may read. */
static struct err *ask_for_password(const struct remote *r, const char *realm, const char *service,
	const struct login *l, struct http_answer *out)
{
	_cleanup_(freep) char *header = l->basic ? xasprintf("Authorization: %s", l->basic) : NULL;
	_cleanup_(str_done) struct str url = STR_INIT;
	const char *const headers[] = { header, NULL };

	str_addf(&url, "%s%c", realm, strchr(realm, '?') ? '&' : '?');
	add_scope(&url, r, service);
	return http_do(&(struct http){ .url = str_get(&url), .headers = headers, .tries = TRIES },
		out);
}

/* A token for the one that docker login got instead of a password (distribution's "OAuth 2"). */
static struct err *ask_for_identity(const struct remote *r, const char *realm, const char *service,
	const struct login *l, struct http_answer *out)
{
	_cleanup_(str_done) struct str body = STR_INIT;

	str_add(&body, "grant_type=refresh_token&client_id=tare&refresh_token=");
	add_escaped(&body, l->identity);
	str_addc(&body, '&');
	add_scope(&body, r, service);
	return http_do(&(struct http){ .url = realm,
			       .body = str_get(&body),
			       .body_size = body.len,
			       .tries = TRIES },
		out);
}

static struct err *ask_token(struct remote *r, const char *challenge)
{
	_cleanup_(freep) char *realm = parameter(challenge, "realm"),
			      *service = parameter(challenge, "service");
	_cleanup_(login_done) struct login l = { 0 };
	_cleanup_(http_answer_done) struct http_answer a = { 0 };

	if (!realm || !realm_is_safe(r, realm))
		return err_at(err_new(ERR_IO, "the registry sends to no place for a token"), "%s",
			r->base);
	login_find(r->host, &l);
	TRY(l.identity ? ask_for_identity(r, realm, service, &l, &a)
		       : ask_for_password(r, realm, service, &l, &a));
	if (a.status != 200)
		return err_next(
			err_at(err_new(ERR_INPUT, "no token: HTTP %ld", a.status), "%s", realm),
			"docker login %s", r->host);
	return token_of(&a.body, realm, &r->authorization);
}

/* The registry said 401, and how one logs in. */
static struct err *log_in(struct remote *r, const char *challenge)
{
	_cleanup_(login_done) struct login l = { 0 };

	if (challenge && strncasecmp(challenge, "Bearer ", 7) == 0)
		return ask_token(r, challenge);
	login_find(r->host, &l);
	if (!l.basic)
		return err_next(err_at(err_new(ERR_INPUT, "the registry asks for a password"), "%s",
					r->host),
			"docker login %s", r->host);
	free(r->authorization);
	r->authorization = xasprintf("Authorization: %s", l.basic);
	return NULL;
}

/* One document; again after 401, with credentials, or with new ones: a token ends some day. */
static struct err *ask(struct remote *r, const char *url, struct http_answer *a)
{
	for (int try = 0; try == 0 || (try == 1 && a->status == 401); try++) {
		const char *headers[ARRAY_SIZE(accept_headers) + 2] = { NULL };
		const struct http h = { .url = url,
			.socket = r->socket,
			.headers = headers,
			.ceiling = DOCUMENT_MAX,
			.tries = TRIES,
			.follow = true };

		if (try > 0)
			TRY(log_in(r, a->challenge));
		memcpy(headers, accept_headers, sizeof(accept_headers));
		headers[ARRAY_SIZE(accept_headers)] = r->authorization;
		http_answer_done(a);
		TRY(http_do(&h, a));
	}
	return NULL;
}

static struct err *err_answer(const struct remote *r, const char *reference, long status)
{
	struct err *e;

	if (status == 404)
		e = err_new(ERR_INPUT, "the registry has no such image");
	else if (status == 401 || status == 403)
		e = err_next(err_new(ERR_INPUT, "the registry does not give it: HTTP %ld", status),
			"docker login %s", r->host);
	else
		e = err_new(ERR_IO, "the registry answered with HTTP %ld", status);
	return err_at(e, "%s:%s", r->repo, reference);
}

struct err *remote_get(struct remote *r, const char *kind, const char *reference, struct str *body,
	char digest[DIGEST_SIZE])
{
	_cleanup_(freep) char *url = xasprintf("%s/%s/%s/%s", r->base, r->repo, kind, reference);
	_cleanup_(http_answer_done) struct http_answer a = { 0 };

	TRY(ask(r, url, &a));
	if (a.status != 200)
		return err_answer(r, reference, a.status);
	sha256_bytes(str_get(&a.body), a.body.len, digest);
	if (str_starts(reference, "sha256:") && !str_eq(digest, reference))
		return err_at(
			err_new(ERR_CHECK, "what the registry sent has the digest %s", digest),
			"%s@%s", r->repo, reference);
	str_addn(body, str_get(&a.body), a.body.len);
	return NULL;
}

/* Another thread may have got the new one by now. */
static struct err *renew(void *ctx, const char *old, const char *challenge, char **header_out)
{
	struct remote *r = ctx;
	struct err *e = NULL;

	pthread_mutex_lock(&r->lock);
	if (!r->authorization || str_eq(r->authorization, old))
		e = log_in(r, challenge);
	if (!e)
		*header_out = xstrdup(r->authorization);
	pthread_mutex_unlock(&r->lock);
	return e;
}

struct err *remote_blob(struct remote *r, const char *digest, struct http_stream **out)
{
	_cleanup_(freep) char *url = xasprintf("%s/%s/blobs/%s", r->base, r->repo, digest);
	const char *headers[] = { NULL, NULL };
	const struct http h = { .url = url,
		.socket = r->socket,
		.headers = headers,
		.timeout_ns = BLOB_LIMIT_NS,
		.tries = TRIES,
		.follow = true };
	_cleanup_(freep) char *header = NULL;

	pthread_mutex_lock(&r->lock);
	header = r->authorization ? xstrdup(r->authorization) : NULL;
	pthread_mutex_unlock(&r->lock);
	headers[0] = header;
	return http_stream_open(&h, &(struct http_login){ renew, r }, out);
}
