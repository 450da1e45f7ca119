/* What the two halves of the regular expressions share: the program. */
#ifndef DOCKERFILE_REGEX_CODE_H
#define DOCKERFILE_REGEX_CODE_H

#include "dockerfile/regex.h"

enum regex_op {
	RE_RUNE,  /* x: the rune */
	RE_ANY,	  /* all but a newline */
	RE_CLASS, /* x: of classes */
	RE_SPLIT, /* go on at x, or else at y */
	RE_JUMP,  /* go on at x */
	RE_BEGIN,
	RE_END,
	RE_WORD,
	RE_NO_WORD, /* assertions */
	RE_MATCH,
};
struct regex_inst {
	enum regex_op op;
	int32_t x, y;
};
struct regex_range {
	rune low, high;
	bool negated; /* all but these */
};
struct regex_class {
	struct regex_range *items;
	size_t count, room;
	bool negated;
};

/* A thread of the machine: where it stands, and where its match began. */
struct regex_thread {
	int32_t at;
	size_t start;
};
struct regex_threads {
	struct regex_thread *items;
	uint32_t *where; /* sparse set: index into items of each instruction */
	size_t count;
};

struct regex {
	struct regex_inst *code;
	size_t count, room;
	struct regex_class *classes;
	size_t class_count, class_room;
	bool anchored; /* can match at the start of the text only */
	struct regex_threads now, next;
	int32_t *stack; /* instructions still to be followed */
};

/* Reading the text of one. */
struct regex_parser {
	struct regex *re;
	struct span rest;
	bool quoted; /* after \Q */
};

struct err *regex_malformed(const char *what);
struct regex_inst *regex_emit(struct regex *re, enum regex_op op, int32_t x, int32_t y);
/* Take a rune off the rest; RUNE_END at its end. */
rune regex_take(struct regex_parser *p);
/* The single character that an escape stands for, behind its backslash. */
struct err *regex_parse_escape(struct regex_parser *p, rune *out);
/* \d \s \w and their negations at p, added to c; false when it is none of them. */
bool regex_parse_perl(struct regex_parser *p, struct regex_class *c);
bool regex_is_unicode_class(struct span s);
/* A class, behind its '['. */
struct err *regex_parse_class(struct regex_parser *p);

#endif
