/* An image's config: what runs, and the history that names each layer's instruction. */
#include "base/json.h"
#include "image/document.h"

#define HISTORY_MAX 20000

static struct err *history_read(struct json_at all, struct image_config *c)
{
	size_t count = json_count(all);

	if (count > HISTORY_MAX)
		return json_error(all, "there are more than %d lines of history", HISTORY_MAX);
	for (size_t i = 0; i < count; i++) {
		struct history *h = GROW(c->history, c->history_count, c->history_room);

		TRY(json_str_or(json_element(all, i), "created_by", "", &h->created_by));
		TRY(json_bool_or(json_element(all, i), "empty_layer", false, &h->empty));
	}
	return NULL;
}

/* The names of an object's members, with their values where `values`. */
static void members(struct json_at at, bool values, struct strv *out)
{
	const char *key;
	json_t *value;

	json_object_foreach ((json_t *)at.value, key, value) {
		const char *text = values ? json_string_value(value) : NULL;

		if (text)
			strv_addf(out, "%s=%s", key, text);
		else
			strv_add(out, key);
	}
}

/* What may be null as well as absent. */
static bool is_there(struct json_at at, const char *key)
{
	struct json_at m = json_member(at, key);

	return m.value && !json_is_null(m.value);
}

static struct err *run_read(struct json_at at, struct image_config *c)
{
	const struct {
		const char *key;
		struct strv *to;
	} lists[] = { { "Entrypoint", &c->entrypoint }, { "Cmd", &c->cmd }, { "Env", &c->env } };

	TRY(json_str_or(at, "User", "", &c->user));
	TRY(json_str_or(at, "WorkingDir", "", &c->workdir));
	for (size_t i = 0; i < ARRAY_SIZE(lists); i++)
		if (is_there(at, lists[i].key))
			TRY(json_strs_or_none(at, lists[i].key, lists[i].to));
	members(json_member(at, "Labels"), true, &c->labels);
	members(json_member(at, "ExposedPorts"), false, &c->ports);
	members(json_member(at, "Volumes"), false, &c->volumes);
	return NULL;
}

static struct err *config_fill(struct json_at root, struct image_config *c)
{
	TRY(json_str_or(root, "os", "", &c->os));
	TRY(json_str_or(root, "architecture", "", &c->architecture));
	TRY(json_str_or(root, "created", "", &c->created));
	if (is_there(root, "history"))
		TRY(history_read(json_member(root, "history"), c));
	if (is_there(root, "config"))
		TRY(run_read(json_member(root, "config"), c));
	if (!c->user)
		c->user = xstrdup("");
	if (!c->workdir)
		c->workdir = xstrdup("");
	if (!is_there(root, "rootfs"))
		return NULL;
	return json_strs_or_none(json_member(root, "rootfs"), "diff_ids", &c->diff_ids);
}

struct err *config_read(const char *where, const struct str *text, struct image_config *out)
{
	_cleanup_(json_doc_freep) struct json_doc *doc = NULL;
	_cleanup_(config_done) struct image_config c = { 0 };

	TRY(json_parse(where, str_get(text), text->len, &doc));
	if (!json_is_object(json_root(doc).value))
		return json_error(json_root(doc), "this is no image's config");
	TRY(config_fill(json_root(doc), &c));
	c.size_bytes = (int64_t)text->len;
	*out = c;
	c = (struct image_config){ 0 };
	return NULL;
}

void config_done(struct image_config *c)
{
	free(c->os);
	free(c->architecture);
	free(c->created);
	free(c->user);
	free(c->workdir);
	strv_done(&c->entrypoint);
	strv_done(&c->cmd);
	strv_done(&c->env);
	strv_done(&c->ports);
	strv_done(&c->volumes);
	strv_done(&c->labels);
	strv_done(&c->diff_ids);
	for (size_t i = 0; i < c->history_count; i++)
		free(c->history[i].created_by);
	free(c->history);
	*c = (struct image_config){ 0 };
}

/* Whether a line of history can have made no layer, where its builder did not say so. */
static bool is_metadata(const char *text)
{
	static const char *const words[] = { "ARG", "CMD", "ENTRYPOINT", "ENV", "EXPOSE",
		"HEALTHCHECK", "LABEL", "MAINTAINER", "ONBUILD", "SHELL", "STOPSIGNAL", "USER",
		"VOLUME" };
	const char *nop = strstr(text, "#(nop) ");

	if (nop)
		text = nop + strlen("#(nop) ");
	text += strspn(text, " ");
	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (str_starts(text, words[i]) && text[strlen(words[i])] == ' ')
			return true;
	return false;
}

static bool made_layer(const struct history *h, bool flagged)
{
	return !h->empty && (flagged || !is_metadata(h->created_by));
}

static size_t made(const struct image_config *c, bool flagged)
{
	size_t n = 0;

	for (size_t i = 0; i < c->history_count; i++)
		n += made_layer(&c->history[i], flagged);
	return n;
}

const char *config_instruction(const struct image_config *c, size_t i, size_t n)
{
	bool flagged = made(c, true) == n;

	if (!flagged && made(c, false) != n)
		return NULL;
	for (size_t k = 0; k < c->history_count; k++)
		if (made_layer(&c->history[k], flagged) && i-- == 0)
			return c->history[k].created_by;
	return NULL;
}

/* Behind "|2 A=1 B=2 ", where a builder lists the arguments of a RUN. */
static const char *skip_arguments(const char *text)
{
	const char *shell = *text == '|' ? strstr(text, " /bin/sh -c ") : NULL;

	return shell ? shell + 1 : text;
}

void instruction_words(struct str *s, const char *created_by)
{
	static const char shell[] = "/bin/sh -c ", nop[] = "#(nop) ", mark[] = "# buildkit";
	const char *text = created_by + strspn(created_by, " ");
	bool ran, blank = false;
	size_t n;

	/* BuildKit and podman write "RUN /bin/sh -c make", a classic builder leaves RUN out */
	if (str_starts(text, "RUN /bin/sh -c ") || str_starts(text, "RUN |"))
		text += strlen("RUN ");
	text = skip_arguments(text);
	ran = str_starts(text, shell);
	if (ran)
		text += strlen(shell);
	if (str_starts(text, nop))
		text += strlen(nop);
	else if (ran)
		str_add(s, "RUN ");
	text += strspn(text, " \t");
	n = strlen(text);
	if (str_ends(text, mark))
		n -= strlen(mark);
	while (n > 0 && strchr(" \t\n", text[n - 1]))
		n--;
	for (; n > 0; n--, text++) {
		bool space = strchr(" \t\n", *text) != NULL;

		if (!space || !blank)
			str_addc(s, space ? ' ' : *text);
		blank = space;
	}
}
