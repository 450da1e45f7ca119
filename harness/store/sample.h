/* Private to store/: the parts of a sample, each a file; all within the transaction of one. */
#ifndef STORE_SAMPLE_H
#define STORE_SAMPLE_H

#include "store/dimension.h"

/* All of store_add_sample but its transaction. */
struct err *store_insert_sample(struct store *st, struct sample *s);

/* The row of a manifest or image, added where it is new; 0 where the sample has none. */
struct err *store_put_manifest(struct store *st, int64_t cell, const struct manifest *m,
	int64_t *id);
/* Empty, without a digest, where there is no such row. */
struct err *store_manifest_by_id(struct store *st, int64_t id, struct manifest *out);
/* What an earlier sample could not tell of the same image is filled in. */
struct err *store_put_image(struct store *st, const struct image *i, int64_t *id);
/* Sizes are -1 where there is no such row. */
struct err *store_get_image(struct store *st, int64_t id, struct image *out);

/* The row of a layer as it lies in an image, with what is in it; added where it is new. */
struct err *store_put_view(struct store *st, const struct layer_view *v, int64_t *id);

/* Steps are read after the values: a phase that went well is kept as the value of its metric. */
struct err *store_put_steps(struct store *st, const struct sample *s);
/* Into s->steps. */
struct err *store_get_steps(struct store *st, struct sample *s);
/* What is known by sample, what is absent by cell and run. */
struct err *store_put_values(struct store *st, const struct sample *s);
/* Of one sample: what is known, without why the rest is not. */
struct err *store_get_known(struct store *st, int64_t sample, struct values *out);
/* Into s->values, with why the rest is absent. */
struct err *store_get_values(struct store *st, struct sample *s);

#endif
