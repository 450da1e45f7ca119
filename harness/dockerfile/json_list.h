/* The JSON form of arguments, accepted exactly where Go's encoding/json accepts it: what it
 * refuses is no error but the shell form. Private to this folder. */
#ifndef DOCKERFILE_JSON_LIST_H
#define DOCKERFILE_JSON_LIST_H

#include "dockerfile/text.h"

enum json_list {
	JSON_LIST_NONE,	   /* no JSON array */
	JSON_LIST_STRINGS, /* an array of strings: they were added to out */
	JSON_LIST_MIXED,   /* an array that holds something else */
};

/* *nul_out: a string holds \u0000, which no argument can. */
enum json_list json_list_parse(struct span text, struct strv *out, bool *nul_out);

#endif
