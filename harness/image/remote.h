/* A registry's answers: documents and blobs of one repository. */
#ifndef IMAGE_REMOTE_H
#define IMAGE_REMOTE_H

#include "image/stream.h"

struct remote {
	char *base;	     /* "https://ghcr.io/v2" */
	char *host;	     /* "ghcr.io", as credentials are kept by */
	char *repo;	     /* "user/shop" */
	char *reference;     /* a tag or digest */
	const char *socket;  /* reached through it; or NULL */
	char *authorization; /* a header, once the registry asked for it; or NULL */
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
/* A blob as a stream; close it with http_stream_close. After one remote_get; from any thread. */
struct err *remote_blob(const struct remote *r, const char *digest, struct http_stream **out);

/* Credentials of the user for a host: "Basic …" from docker's config.json or a helper that it
 * names; NULL where there are none. */
char *remote_basic(const char *host);

#endif
