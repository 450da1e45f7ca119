/* Private to store/: what a finished run keeps of each cell. */
#ifndef STORE_SUMMARY_H
#define STORE_SUMMARY_H

#include "store/dimension.h"

/* Within the transaction that ends the run. */
struct err *store_summarise(struct store *st, int64_t run);
/* An error where the run is not there, or has ended and is immutable. */
struct err *store_mutable(struct store *st, int64_t run);
/* The bits of all checks of class void, or of class finding. */
int64_t store_class_bits(enum check_class class);

#endif
