/* Here-documents: the words that announce them, and their lines. Private to this folder. */
#ifndef DOCKERFILE_HEREDOC_H
#define DOCKERFILE_HEREDOC_H

#include "dockerfile/dockerfile.h"
#include "dockerfile/text.h"

/* Whether a word announces a here-document (N<<[-]NAME); out is filled, without content, only
 * then. ERR_INPUT when its name has a quote that is not closed. */
struct err *heredoc_word(struct span word, struct df_heredoc *out, bool *found_out);
/* Add those that a line announces to the instruction, without content. */
struct err *heredocs_of_line(struct span line, struct df_instruction *in);
void heredoc_done(struct df_heredoc *h);
/* The content as the engine uses it: leading tabs cut for <<-. */
char *heredoc_text(const struct df_heredoc *h) __attribute__((returns_nonnull, warn_unused_result));

#endif
