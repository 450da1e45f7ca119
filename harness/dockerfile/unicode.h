/* The two Unicode categories that names in `$NAME` are made of. */
#ifndef DOCKERFILE_UNICODE_H
#define DOCKERFILE_UNICODE_H

#include <stdbool.h>
#include <stdint.h>

bool unicode_is_letter(int32_t r);
bool unicode_is_digit(int32_t r);

#endif
