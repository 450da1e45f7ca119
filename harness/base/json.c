#include "base/json.h"

#include "base/clock.h"
#include "base/term.h"

#define MAX_BYTES (16u << 20)

struct json_doc {
	char *file;
	json_t *root;
	struct strv pointers; /* owns every json_at's pointer */
};

struct err *json_parse(const char *file, const char *text, size_t n, struct json_doc **out)
{
	json_error_t bad;
	json_t *root;

	if (n > MAX_BYTES)
		return err_at(err_new(ERR_INPUT, "the JSON is larger than 16 MiB"), "%s", file);
	root = json_loadb(text, n, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &bad);
	if (!root)
		return err_at(err_new(ERR_INPUT, "not JSON: %s", bad.text), "%s:%d:%d", file,
			bad.line, bad.column);
	*out = NEW(struct json_doc);
	(*out)->file = xstrdup(file);
	(*out)->root = root;
	return NULL;
}

struct json_at json_root(struct json_doc *doc)
{
	return (struct json_at){ doc, doc->root, "" };
}

void json_doc_free(struct json_doc *doc)
{
	if (!doc)
		return;
	json_decref(doc->root);
	strv_done(&doc->pointers);
	free(doc->file);
	free(doc);
}

struct err *json_error(struct json_at at, const char *what, ...)
{
	_cleanup_(str_done) struct str text = STR_INIT;
	_cleanup_(str_done) struct str pointer = STR_INIT;
	va_list ap;

	va_start(ap, what);
	str_vaddf(&text, what, ap);
	va_end(ap);
	term_encode(&pointer, at.pointer, strlen(at.pointer));
	return err_at(err_new(ERR_INPUT, "%s", str_get(&text)), "%s: %s", at.doc->file,
		*at.pointer ? str_get(&pointer) : "/");
}

/* "~" and "/" in a key are written ~0 and ~1 (RFC 6901). */
static void add_token(struct str *s, const char *key)
{
	for (; *key; key++)
		if (*key == '~')
			str_add(s, "~0");
		else if (*key == '/')
			str_add(s, "~1");
		else
			str_addc(s, *key);
}

static struct json_at below(struct json_at at, const json_t *value, struct str *pointer)
{
	struct strv *all = &at.doc->pointers;

	strv_own(all, str_take(pointer));
	return (struct json_at){ at.doc, value, all->items[all->count - 1] };
}

struct json_at json_member(struct json_at at, const char *key)
{
	struct str pointer = STR_INIT;

	str_addf(&pointer, "%s/", at.pointer);
	add_token(&pointer, key);
	return below(at, json_object_get(at.value, key), &pointer);
}

struct json_at json_element(struct json_at at, size_t index)
{
	struct str pointer = STR_INIT;

	str_addf(&pointer, "%s/%zu", at.pointer, index);
	return below(at, json_array_get(at.value, index), &pointer);
}

size_t json_count(struct json_at at)
{
	return json_array_size(at.value);
}

bool json_has(struct json_at at, const char *key)
{
	return json_object_get(at.value, key) != NULL;
}

static bool among(const char *word, const char *const *words)
{
	for (; *words; words++)
		if (strcmp(word, *words) == 0)
			return true;
	return false;
}

/* "one of a, b, c" as the next step. */
static struct err *suggest(struct err *e, const char *const *words)
{
	_cleanup_(str_done) struct str list = STR_INIT;

	for (size_t i = 0; words[i]; i++)
		str_addf(&list, "%s%s", i ? ", " : "one of ", words[i]);
	return err_next(e, "%s", str_get(&list));
}

static struct err *unknown(struct json_at at, const char *kind, const char *word,
	const char *const *words)
{
	_cleanup_(str_done) struct str shown = STR_INIT;
	const char *near = str_nearest(word, words);

	term_encode(&shown, word, strlen(word));
	return suggest(json_error(at, "unknown %s \"%s\"%s%s%s", kind, str_get(&shown),
			       STR_MEANT(near)),
		words);
}

struct err *json_only(struct json_at at, const char *const *keys)
{
	const char *key;
	json_t *value;

	if (!json_is_object(at.value))
		return json_error(at, "an object was expected here");
	json_object_foreach((json_t *)at.value, key, value)
		if (!among(key, keys))
			return unknown(json_member(at, key), "member", key, keys);
	return NULL;
}

/* The member, or an error that says what was expected. */
static struct err *need(struct json_at at, const char *key, bool (*is)(const json_t *),
	const char *expected, struct json_at *out)
{
	*out = json_member(at, key);
	if (!out->value)
		return json_error(at, "the member \"%s\" is missing: %s", key, expected);
	if (!is(out->value))
		return json_error(*out, "%s was expected here", expected);
	return NULL;
}

static bool is_string(const json_t *v)
{
	return json_is_string(v);
}

static bool is_integer(const json_t *v)
{
	return json_is_integer(v);
}

static bool is_boolean(const json_t *v)
{
	return json_is_boolean(v);
}

struct err *json_str(struct json_at at, const char *key, char **out)
{
	struct json_at m;

	TRY(need(at, key, is_string, "a string", &m));
	if (strlen(json_string_value(m.value)) != json_string_length(m.value))
		return json_error(m, "a string without NUL was expected here");
	*out = xstrdup(json_string_value(m.value));
	return NULL;
}

struct err *json_int(struct json_at at, const char *key, int64_t *out)
{
	struct json_at m;

	TRY(need(at, key, is_integer, "a whole number", &m));
	*out = json_integer_value(m.value);
	return NULL;
}

struct err *json_bool(struct json_at at, const char *key, bool *out)
{
	struct json_at m;

	TRY(need(at, key, is_boolean, "true or false", &m));
	*out = json_is_true(m.value);
	return NULL;
}

struct err *json_str_or(struct json_at at, const char *key, const char *def, char **out)
{
	if (json_has(at, key))
		return json_str(at, key, out);
	*out = def ? xstrdup(def) : NULL;
	return NULL;
}

struct err *json_int_or(struct json_at at, const char *key, int64_t def, int64_t *out)
{
	if (json_has(at, key))
		return json_int(at, key, out);
	*out = def;
	return NULL;
}

struct err *json_bool_or(struct json_at at, const char *key, bool def, bool *out)
{
	if (json_has(at, key))
		return json_bool(at, key, out);
	*out = def;
	return NULL;
}

struct err *json_duration_or(struct json_at at, const char *key, int64_t def_ns, int64_t *ns_out)
{
	_cleanup_(freep) char *text = NULL;
	struct json_at m = json_member(at, key);
	_cleanup_(err_freep) struct err *bad = NULL;

	TRY(json_str_or(at, key, NULL, &text));
	if (!text) {
		*ns_out = def_ns;
		return NULL;
	}
	bad = duration_parse(text, ns_out);
	return bad ? err_next(json_error(m, "%s", bad->what), "%s", bad->next ? bad->next : "30m") :
		     NULL;
}

struct err *json_strs_or_none(struct json_at at, const char *key, struct strv *out)
{
	struct json_at m = json_member(at, key);
	const char *text;

	if (!m.value)
		return NULL;
	if (!json_is_array(m.value))
		return json_error(m, "an array of strings was expected here");
	for (size_t i = 0; i < json_count(m); i++) {
		TRY(json_text(json_element(m, i), &text));
		strv_add(out, text);
	}
	return NULL;
}

struct err *json_text(struct json_at at, const char **out)
{
	if (!json_is_string(at.value))
		return json_error(at, "a string was expected here");
	*out = json_string_value(at.value);
	return NULL;
}

struct err *json_word(struct json_at at, const char *key, const char *const *words, int *out)
{
	_cleanup_(freep) char *word = NULL;

	TRY(json_str(at, key, &word));
	for (int i = 0; words[i]; i++)
		if (strcmp(words[i], word) == 0) {
			*out = i;
			return NULL;
		}
	return unknown(json_member(at, key), key, word, words);
}

json_t *json_bytes(const char *bytes)
{
	_cleanup_(str_done) struct str safe = STR_INIT;
	json_t *plain = json_string(bytes);

	if (plain)
		return plain;
	term_encode(&safe, bytes, strlen(bytes));
	return json_string(str_get(&safe));
}

json_t *json_texts(const struct strv *v)
{
	json_t *list = json_array();

	for (size_t i = 0; i < v->count; i++)
		json_array_append_new(list, json_bytes(v->items[i]));
	return list;
}

struct err *json_print(json_t *value, FILE *f)
{
	int failed = json_dumpf(value, f, JSON_INDENT(2) | JSON_REAL_PRECISION(12) | JSON_ENSURE_ASCII);

	json_decref(value);
	if (failed || fputc('\n', f) == EOF || fflush(f) == EOF)
		return err_new(ERR_IO, "cannot write the JSON");
	return NULL;
}
