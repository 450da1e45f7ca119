/* Private to what is printed of images. */
#ifndef REPORTS_IMAGE_WORDS_H
#define REPORTS_IMAGE_WORDS_H

#include "reports/image.h"
#include "reports/table.h"

/* Text of at most `columns` on a terminal, its end or (`tail`) its beginning left out; whole
 * elsewhere. Foreign bytes are encoded. Appended. */
void clipped(struct str *s, struct term t, const char *text, int columns, bool tail);
/* "1,021 files", "1 file". */
void count_words(struct str *s, uint64_t n, const char *noun);
/* "212 MB", with as many digits as a byte count deserves. */
char *bytes_text(int64_t bytes);
/* The instruction of layer i, new; "" where it is not known. */
char *layer_words(const struct image_view *v, size_t i);
/* "+40.7 MB", "-1.2 kB", "0 B". */
char *delta_text(int64_t bytes);
/* Why a path differs: "added", "content, mode". Appended. */
void change_words(struct str *s, unsigned what);
/* The answer of a comparison. Appended. */
void diff_sentence(struct str *s, const struct comparison *c);

#endif
