/* HTTP over libcurl: registries on TCP, daemons on Unix sockets. */
#ifndef BASE_HTTP_H
#define BASE_HTTP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

struct http {
	const char *method;  /* NULL: GET */
	const char *url;     /* http or https only */
	const char *socket;  /* path of a Unix socket to reach it through; or NULL */
	const char *const *headers; /* NULL-terminated "Name: value"; or NULL */
	const char *user, *password; /* Basic; or NULL */
	const char *body; size_t body_size; /* what is sent; or NULL */
	int64_t timeout_ns;  /* 0: 30 s */
	bool direct; /* through no proxy, whatever the environment names */
	bool follow; /* redirects, five at most; credentials stay with the host they are for */
	/* Ask again after 429, 502 and 503, as Retry-After says or after 1, 2, 4… s, half a minute
	 * at most: so many times in all. 0: once */
	int tries;
	size_t ceiling;      /* of the answer's body; 0: 4 MiB; ERR_INPUT above it */
	/* Where the body of a 2xx goes instead of `body` below; an error ends the transfer. Or NULL. */
	struct err *(*sink)(void *ctx, const void *bytes, size_t n);
	void *ctx;
};

struct http_answer {
	long status;
	struct str body;
	char *content_type; /* or NULL */
	char *digest;       /* Docker-Content-Digest; or NULL */
	char *location;     /* or NULL */
	char *challenge;    /* WWW-Authenticate of the host asked, not of a redirect's; or NULL */
};

/* One request. An HTTP status of 400 and up is no error here; no answer at all is ERR_IO. */
struct err *http_do(const struct http *h, struct http_answer *out);
void http_answer_done(struct http_answer *a);

#endif
