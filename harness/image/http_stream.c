#include <errno.h>
#include <pthread.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "image/stream.h"

struct http_stream {
	struct stream s;
	struct http http;
	char *url, *socket; /* what http points at: the caller's may be gone before the thread reads
			       it */
	struct strv headers;
	struct http_login login; /* renew may be NULL */
	struct http_answer answer;
	struct err *failed; /* of the thread; read after it was joined */
	pthread_t thread;
	int ours, theirs; /* a socket pair, so that a closed end is no signal */
	bool ended;	  /* we saw the end */
	struct fd_stream *fd;
};

static struct err *on_bytes(void *ctx, const void *bytes, size_t n)
{
	const struct http_stream *hs = ctx;

	while (n > 0) {
		ssize_t done = send(hs->theirs, bytes, n, MSG_NOSIGNAL);

		if (done < 0 && errno != EINTR)
			return err_new(ERR_IO, "nobody reads it any more");
		if (done > 0) {
			bytes = (const char *)bytes + done;
			n -= done;
		}
	}
	return NULL;
}

/* Once more, as someone else. */
static struct err *ask_again(struct http_stream *hs)
{
	_cleanup_(freep) char *header = NULL;
	struct http h = hs->http;

	TRY(hs->login.renew(hs->login.ctx, hs->headers.count ? hs->headers.items[0] : NULL,
		hs->answer.challenge, &header));
	http_answer_done(&hs->answer);
	h.headers = (const char *const[]){ header, NULL };
	return http_do(&h, &hs->answer);
}

static void *fetch(void *arg)
{
	struct http_stream *hs = arg;

	hs->failed = http_do(&hs->http, &hs->answer);
	if (!hs->failed && hs->answer.status == 401 && hs->login.renew)
		hs->failed = ask_again(hs);
	shutdown(hs->theirs, SHUT_WR);
	return NULL;
}

static struct err *http_next(struct stream *s, const void **bytes_out, size_t *n_out)
{
	struct http_stream *hs = (struct http_stream *)s;

	TRY(stream_next(&hs->fd->s, bytes_out, n_out));
	hs->ended = *n_out == 0;
	return NULL;
}

static void take_request(struct http_stream *hs, const struct http *h)
{
	hs->url = xstrdup(h->url);
	hs->socket = h->socket ? xstrdup(h->socket) : NULL;
	for (size_t i = 0; h->headers && h->headers[i]; i++)
		strv_add(&hs->headers, h->headers[i]);
	hs->http = *h;
	hs->http.url = hs->url;
	hs->http.socket = hs->socket;
	hs->http.headers = (const char *const *)hs->headers.items;
	hs->http.sink = on_bytes;
	hs->http.ctx = hs;
}

static void stream_free(struct http_stream *hs)
{
	close(hs->ours);
	close(hs->theirs);
	free(hs->url);
	free(hs->socket);
	strv_done(&hs->headers);
	free(hs->fd);
	free(hs);
}

struct err *http_stream_open(
	const struct http *h, const struct http_login *login, struct http_stream **out)
{
	struct http_stream *hs;
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0)
		return err_sys("socketpair", errno);
	hs = NEW(struct http_stream);
	hs->s.next = http_next;
	take_request(hs, h);
	if (login)
		hs->login = *login;
	hs->ours = pair[0];
	hs->theirs = pair[1];
	hs->fd = fd_stream_new(hs->ours);
	*out = hs;
	if (pthread_create(&hs->thread, NULL, fetch, hs) == 0)
		return NULL;
	stream_free(hs);
	return err_new(ERR_IO, "no thread can be started");
}

struct stream *http_stream_of(struct http_stream *hs)
{
	return &hs->s;
}

struct err *http_stream_close(struct http_stream *hs)
{
	struct err *e = NULL;

	shutdown(hs->ours, SHUT_RD);
	pthread_join(hs->thread, NULL);
	if (!hs->failed && hs->answer.status != 200)
		e = err_at(err_new(ERR_IO, "HTTP %ld", hs->answer.status), "%s", hs->http.url);
	else if (hs->ended)
		e = TAKE_PTR(hs->failed);
	err_free(hs->failed);
	http_answer_done(&hs->answer);
	stream_free(hs);
	return e;
}
