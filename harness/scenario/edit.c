/* scenario.json: /edits, and which edits a variant has. */
#include "scenario/private.h"

static const char *const edit_words[] = { "source", "deps", "dockerfile", "mode", NULL };

/* Exactly one of append, find with replace, and (of a mode edit alone) flip. */
static struct err *how_check(struct json_at at, enum edit edit)
{
	bool append = json_has(at, "append"), find = json_has(at, "find");
	bool replace = json_has(at, "replace"), flip = json_has(at, "flip");

	if (edit == EDIT_MODE && (append || find || replace))
		return json_error(at, "a mode edit changes permission bits only");
	if (edit != EDIT_MODE && flip)
		return json_error(json_member(at, "flip"), "only a mode edit flips bits");
	if (find != replace)
		return json_error(at, "find and replace go together");
	if (edit != EDIT_MODE && append == find)
		return err_next(json_error(at, append ? "append and replace in one edit"
						      : "this edit changes nothing"),
			"either append, or find with replace");
	return NULL;
}

static struct err *flip_read(struct json_at at, uint32_t *out)
{
	_cleanup_(freep) char *flip = NULL;

	*out = FLIP_BITS;
	if (!json_has(at, "flip"))
		return NULL;
	TRY(json_str(at, "flip", &flip));
	*out = (uint32_t)strtoul(flip, NULL, 8);
	if (strlen(flip) != 4 || strspn(flip, "01234567") != 4 || flip[0] != '0' || *out == 0)
		return err_next(json_error(json_member(at, "flip"),
					"\"%s\" is no set of permission bits", flip),
			"four octal digits from 0001 to 0777");
	return NULL;
}

bool token_at(const char *text, const char *p)
{
	static const char word[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_";

	return str_starts(p, "TOKEN") && (p == text || !strchr(word, p[-1])) &&
	       (!p[5] || !strchr(word, p[5]));
}

static bool has_token(const char *text)
{
	for (const char *p = text; (p = strstr(p, "TOKEN")); p++)
		if (token_at(text, p))
			return true;
	return false;
}

static struct err *text_read(struct json_at at, struct edit_spec *e)
{
	const char *key = json_has(at, "append") ? "append" : "replace";

	e->how = json_has(at, "append") ? EDIT_APPEND : EDIT_REPLACE;
	TRY(json_str(at, key, &e->text));
	if (e->how == EDIT_REPLACE)
		TRY(json_str(at, "find", &e->find));
	if (e->find && !*e->find)
		return json_error(json_member(at, "find"), "nothing to find");
	if (!has_token(e->text))
		return err_next(json_error(json_member(at, key), "TOKEN is not in the text"),
			"put TOKEN, a word of its own, into a comment: it makes each "
			"sample's edit unique, so that no earlier one can serve it");
	return NULL;
}

static struct err *edit_read(struct json_at at, const struct scenario *s, struct edit_spec *e)
{
	int word;

	TRY(json_only(
		at, KEYS("edit", "variant", "file", "append", "find", "replace", "flip", "says")));
	TRY(json_word(at, "edit", edit_words, &word));
	e->edit = (enum edit)word_index(edit_names, edit_words[word]);
	TRY(how_check(at, e->edit));
	TRY(json_str_or(at, "variant", NULL, &e->variant));
	TRY(variant_known(at, "variant", s, e->variant));
	if (e->edit == EDIT_DOCKERFILE && json_has(at, "file"))
		return json_error(
			json_member(at, "file"), "a dockerfile edit changes its variant's");
	TRY(path_read(at, "file", e->edit != EDIT_DOCKERFILE, &e->file));
	TRY(json_str_or(at, "says", NULL, &e->says));
	if (e->edit != EDIT_MODE)
		return text_read(at, e);
	e->how = EDIT_CHMOD;
	return flip_read(at, &e->mode_xor);
}

struct err *edits_read(struct json_at at, struct scenario *s)
{
	struct json_at list = json_member(at, "edits");
	size_t n = json_count(list);

	if (!list.value)
		return NULL;
	if (!json_is_array(list.value) || n > EDITS_CEILING)
		return json_error(list, "not an array of at most %d edits", EDITS_CEILING);
	for (size_t i = 0; i < n; i++)
		TRY(edit_read(
			json_element(list, i), s, GROW(s->edits, s->edit_count, s->edit_room)));
	return NULL;
}

bool edit_is_for(const struct edit_spec *e, const struct variant *v)
{
	return !e->variant || str_eq(e->variant, v->name);
}

bool scenario_has_edit(
	const struct scenario *s, const struct variant *v, enum edit e, const char **why)
{
	if (e == EDIT_NONE || (e == EDIT_CATALOGUE && scenario_has_catalogue(s)))
		return true;
	for (size_t i = 0; i < s->edit_count; i++)
		if (s->edits[i].edit == e && edit_is_for(&s->edits[i], v))
			return true;
	if (e == EDIT_COMMIT)
		*why = "commits are replayed, not applied to a copy";
	else if (e == EDIT_CATALOGUE)
		*why = "neither a base's tag that moves nor a package index is in its scenario.json";
	else if (s->file)
		*why = "its scenario.json has no such edit";
	else if (e == EDIT_DEPS)
		*why = "what a dependency is cannot be guessed: write a scenario.json";
	else if (e == EDIT_DOCKERFILE)
		*why = "no RUN that can be changed without changing what it does";
	else
		*why = "no step reads a source file in a language whose comments are known";
	return false;
}
