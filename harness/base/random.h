/* Seeded random numbers (xoshiro256**, Blackman & Vigna 2018; seeded by splitmix64), the same
 * sequence everywhere; and real randomness for secrets and ids. */
#ifndef BASE_RANDOM_H
#define BASE_RANDOM_H

#include <stddef.h>
#include <stdint.h>

struct rng {
	uint64_t s[4];
};

void rng_seed(struct rng *r, uint64_t seed);
uint64_t rng_next(struct rng *r);
/* Uniform in [0, n), without bias; n > 0. */
uint64_t rng_below(struct rng *r, uint64_t n);
/* Fisher-Yates. */
void rng_shuffle(struct rng *r, size_t *items, size_t n);
double rng_unit(struct rng *r); /* [0, 1) */

/* From the kernel. */
void random_bytes(void *out, size_t n);
/* n hex digits and a NUL. */
void random_hex(char *out, size_t n);

/* UUID version 7 (RFC 9562): 36 characters and a NUL, ordered by time. */
#define UUID_SIZE 37
void uuid_v7(char out[UUID_SIZE]);

#endif
