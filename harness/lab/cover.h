/* Keeping the machine's own container state apart: inside the lab's mount namespace, what engines
 * read and write whatever their --root is, is covered. */
#ifndef LAB_COVER_H
#define LAB_COVER_H

#include <stdbool.h>

#include "base/err.h"

/* Called once in a new mount namespace. `dir` is the lab. What is written to the covers lies on a
 * tmpfs that ends with the namespace. */
struct err *cover_all(const char *dir, bool root);

#endif
