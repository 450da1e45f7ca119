/* How a line is cut into an instruction, its flags and its arguments. Private to this folder. */
#ifndef DOCKERFILE_WORDS_H
#define DOCKERFILE_WORDS_H

#include "dockerfile/text.h"

struct command_line {
	struct span command;
	struct strv flags; /* "--name=value", unquoted */
	struct span args;  /* the rest, trimmed */
};

/* Borrows from line. */
void command_split(struct span line, char escape, struct command_line *out);
void command_line_done(struct command_line *c);

/* Words between white space; quotes and escapes protect it and are kept. */
void words_split(struct span text, char escape, struct strv *out);
/* Pieces between runs of tab, vertical tab, form feed, return and space; at most `max` of them
 * (0: any number), the last one being all that is left. None for empty text. */
void words_split_plain(struct span text, size_t max, struct strv *out);

/* "# key = value" cut into both; false when it is none. Of a value that is white space alone one
 * character is left. */
bool directive_split(struct span line, struct span *key, struct span *value);

#endif
