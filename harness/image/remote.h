/* A registry's answers: documents and blobs of one repository. */
#ifndef IMAGE_REMOTE_H
#define IMAGE_REMOTE_H

#include <pthread.h>

#include "image/stream.h"

struct remote {
	char *base;	     /* "https://ghcr.io/v2" */
	char *host;	     /* "ghcr.io", as credentials are kept by */
	char *repo;	     /* "user/shop" */
	char *reference;     /* a tag or digest */
	const char *socket;  /* reached through it; or NULL */
	char *authorization; /* a header, once the registry asked for it; or NULL */
	pthread_mutex_t lock; /* of authorization, while blobs are read */
};

/* Take a reference apart, as docker reads it: HOST/REPO:TAG@DIGEST, Docker Hub and "latest" where
 * they are not named; with a socket REPO:TAG or REPO@DIGEST. */
struct err *remote_init(struct remote *r, const char *ref, const char *socket);
/* Zeroes are fine. */
void remote_done(struct remote *r);
/* A document by tag or digest, appended; its digest is of what came, and compared. `kind` is
 * "manifests" or "blobs". ERR_INPUT when there is none. */
struct err *remote_get(struct remote *r, const char *kind, const char *reference, struct str *body,
	char digest[DIGEST_SIZE]);
/* A blob as a stream; close it with http_stream_close. After one remote_get; from any thread. Where
 * the token ended meanwhile, another one is asked for, once a blob. */
struct err *remote_blob(struct remote *r, const char *digest, struct http_stream **out);

/* Where it may be read. */
struct place {
	char *base, *host, *repo; /* as in struct remote */
};
struct places {
	struct place *items;
	size_t count, room;
};
/* In the order in which they are to be asked, at least one: mirrors that docker's daemon.json lists
 * (the user's, else the machine's), those of registries.conf, then its own registry. ERR_INPUT where
 * registries.conf is none, or blocks it. */
struct err *remote_places(const struct remote *r, struct places *out);
/* Zeroes are fine. */
void places_done(struct places *p);
/* Ask there from now on. */
void remote_move(struct remote *r, const struct place *to);

/* What docker login left behind for a host; both are NULL where there is nothing. */
struct login {
	char *basic;	/* "Basic …" */
	char *identity; /* or a token that is given for tokens (OAuth 2's refresh token) */
};
/* Of docker's config.json, else of podman's auth.json, or of a helper that they name. Nothing of it
 * may be printed or kept. */
void login_find(const char *host, struct login *out);
/* Zeroes are fine. */
void login_done(struct login *l);

#endif
