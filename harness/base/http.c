#include "base/http.h"

#include <curl/curl.h>
#include <time.h>

#include "base/clock.h"

#define WAIT_MAX_S 30

struct transfer {
	const struct http *asked;
	CURL *curl;
	struct http_answer *answer;
	struct err *stopped; /* what ended it from our side */
	size_t ceiling;
};

static long status_of(CURL *c)
{
	long status = 0;

	curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &status);
	return status;
}

static bool is_success(CURL *c)
{
	return status_of(c) / 100 == 2;
}

static size_t on_body(char *bytes, size_t size, size_t n, void *ctx)
{
	struct transfer *t = ctx;

	n *= size;
	if (t->asked->sink && is_success(t->curl))
		t->stopped = t->asked->sink(t->asked->ctx, bytes, n);
	else if (t->answer->body.len + n > t->ceiling)
		t->stopped = err_new(ERR_INPUT, "the answer is larger than %zu bytes", t->ceiling);
	else
		str_addn(&t->answer->body, bytes, n);
	return t->stopped ? 0 : n;
}

/* The value of the header `name` in this line, as a new string; NULL when it is another. */
static char *header_value(const char *line, size_t n, const char *name)
{
	size_t m = strlen(name);

	if (n <= m || strncasecmp(line, name, m) != 0 || line[m] != ':')
		return NULL;
	for (m++; m < n && line[m] == ' ';)
		m++;
	while (n > m && (line[n - 1] == '\r' || line[n - 1] == '\n'))
		n--;
	return xstrndup(line + m, n - m);
}

static void keep(char **to, char *value)
{
	if (!value)
		return;
	free(*to);
	*to = value;
}

static size_t on_header(char *line, size_t size, size_t n, void *ctx)
{
	struct http_answer *a = ((struct transfer *)ctx)->answer;

	n *= size;
	if (n > strlen("HTTP/") && strncasecmp(line, "HTTP/", strlen("HTTP/")) == 0)
		free(TAKE_PTR(a->challenge)); /* of an answer before this one */
	keep(&a->content_type, header_value(line, n, "Content-Type"));
	keep(&a->digest, header_value(line, n, "Docker-Content-Digest"));
	keep(&a->location, header_value(line, n, "Location"));
	keep(&a->challenge, header_value(line, n, "WWW-Authenticate"));
	return n;
}

static struct curl_slist *header_list(const char *const *headers)
{
	struct curl_slist *list = NULL;

	for (; headers && *headers; headers++)
		list = curl_slist_append(list, *headers);
	return list;
}

static void set_body(CURL *c, const struct http *h)
{
	if (!h->body)
		return;
	curl_easy_setopt(c, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)h->body_size);
	curl_easy_setopt(c, CURLOPT_POSTFIELDS, h->body);
}

static void set_up(CURL *c, const struct http *h, struct transfer *t)
{
	int64_t limit_ns = h->timeout_ns ? h->timeout_ns : 30 * SECOND_NS;

	curl_easy_setopt(c, CURLOPT_URL, h->url);
	curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
	if (h->direct)
		curl_easy_setopt(c, CURLOPT_NOPROXY, "*");
	curl_easy_setopt(c, CURLOPT_TIMEOUT_MS, (long)(limit_ns / 1000000));
	curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(c, CURLOPT_WRITEDATA, t);
	curl_easy_setopt(c, CURLOPT_HEADERFUNCTION, on_header);
	curl_easy_setopt(c, CURLOPT_HEADERDATA, t);
	if (h->socket)
		curl_easy_setopt(c, CURLOPT_UNIX_SOCKET_PATH, h->socket);
	if (h->user) {
		curl_easy_setopt(c, CURLOPT_USERNAME, h->user);
		curl_easy_setopt(c, CURLOPT_PASSWORD, h->password);
	}
	if (h->follow) {
		curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 1L);
		curl_easy_setopt(c, CURLOPT_MAXREDIRS, 5L);
		curl_easy_setopt(c, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
	}
	set_body(c, h);
	if (h->method && strcmp(h->method, "HEAD") == 0)
		curl_easy_setopt(c, CURLOPT_NOBODY, 1L);
	else if (h->method)
		curl_easy_setopt(c, CURLOPT_CUSTOMREQUEST, h->method);
}

/* Wait as the answer asks, in seconds or until a date. */
static void wait_again(CURL *c, int try)
{
	curl_off_t seconds = 0;
	struct timespec t;

	curl_easy_getinfo(c, CURLINFO_RETRY_AFTER, &seconds);
	if (seconds <= 0)
		seconds = INT64_C(1) << try;
	t = (struct timespec){ .tv_sec = seconds < WAIT_MAX_S ? seconds : WAIT_MAX_S };
	nanosleep(&t, NULL);
}

static bool is_busy(long status)
{
	return status == 429 || status == 502 || status == 503;
}

/* Until it is answered by more than "later". */
static CURLcode perform(CURL *c, const struct http *h, struct http_answer *answer)
{
	for (int try = 0;; try++) {
		CURLcode code = curl_easy_perform(c);

		answer->status = status_of(c);
		if (code != CURLE_OK || !is_busy(answer->status) || try + 1 >= h->tries)
			return code;
		http_answer_done(answer);
		wait_again(c, try < 5 ? try : 5);
	}
}

/* Bytes of "https://host:port". */
static size_t origin(const char *url)
{
	const char *host = strstr(url, "://");
	size_t n = host ? (size_t)(host - url) + strlen("://") : 0;

	return n + strcspn(url + n, "/?#");
}

/* Whether who answered last is who was asked, and not where a redirect led. */
static bool is_asked(CURL *c, const struct http *h)
{
	size_t n = origin(h->url);
	const char *last = NULL;
	long redirects = 0;

	curl_easy_getinfo(c, CURLINFO_REDIRECT_COUNT, &redirects);
	curl_easy_getinfo(c, CURLINFO_EFFECTIVE_URL, &last);
	return redirects == 0 || (last && origin(last) == n && strncmp(last, h->url, n) == 0);
}

struct err *http_do(const struct http *h, struct http_answer *out)
{
	struct curl_slist *headers = header_list(h->headers);
	struct http_answer answer = { 0 };
	CURL *c = curl_easy_init();
	struct transfer t = { h, c, &answer, NULL, h->ceiling ? h->ceiling : 4u << 20 };
	CURLcode code;

	if (!c)
		return err_new(ERR_IO, "libcurl cannot start");
	set_up(c, h, &t);
	curl_easy_setopt(c, CURLOPT_HTTPHEADER, headers);
	code = perform(c, h, &answer);
	/* a stranger must not say where the password for this host is to be sent */
	if (!is_asked(c, h))
		free(TAKE_PTR(answer.challenge));
	curl_slist_free_all(headers);
	curl_easy_cleanup(c);
	if (code == CURLE_OK) {
		*out = answer;
		return NULL;
	}
	http_answer_done(&answer);
	return err_at(t.stopped ? t.stopped : err_new(ERR_IO, "%s", curl_easy_strerror(code)), "%s",
		h->url);
}

void http_answer_done(struct http_answer *a)
{
	str_done(&a->body);
	free(a->content_type);
	free(a->digest);
	free(a->location);
	free(a->challenge);
	*a = (struct http_answer){ 0 };
}
