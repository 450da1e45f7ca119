/* What the two halves of the variable expansion share. Private to them. */
#ifndef DOCKERFILE_LEXER_H
#define DOCKERFILE_LEXER_H

#include "dockerfile/shell.h"

/* What becomes of escapes. */
enum keep {
	KEEP_NONE,    /* they have done their work */
	KEEP_ESCAPES, /* they stay */
	KEEP_PATTERN, /* they stay, doubled where quotes made them plain: a pattern is read again */
};

struct lexer {
	const struct shell *sh;
	struct span rest;
	bool started; /* a byte order mark counts as none before that only */
	enum keep escapes;
	const struct env *env;
	struct env *used;   /* or NULL */
	struct strv *words; /* NULL: one word is wanted */
	struct str word;    /* of words, so far */
	bool in_word;
	int depth;
};

/* The next rune, looked at or taken; RUNE_END at the end of the text. */
rune lexer_peek(struct lexer *lx);
rune lexer_next(struct lexer *lx);
/* Up to and behind `stop`, or to the end of the text for RUNE_END, appended to out. */
struct err *lexer_until(struct lexer *lx, rune stop, enum keep escapes, struct str *out);
/* shell_variable.c: what '$' and the text behind it stand for. */
struct err *lexer_dollar(struct lexer *lx, struct str *out);
struct err *lexer_bad(const char *what);

#endif
