#include "base/random.h"

#include <stdio.h>
#include <sys/random.h>

#include "base/clock.h"

static uint64_t rotl(uint64_t x, int k)
{
	return (x << k) | (x >> (64 - k));
}

/* splitmix64 (Steele, Lea & Flood 2014). */
static uint64_t splitmix(uint64_t *x)
{
	uint64_t z = (*x += 0x9e3779b97f4a7c15);

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
	return z ^ (z >> 31);
}

void rng_seed(struct rng *r, uint64_t seed)
{
	for (int i = 0; i < 4; i++)
		r->s[i] = splitmix(&seed);
}

uint64_t rng_next(struct rng *r)
{
	uint64_t *s = r->s, result = rotl(s[1] * 5, 7) * 9, t = s[1] << 17;

	s[2] ^= s[0];
	s[3] ^= s[1];
	s[1] ^= s[2];
	s[0] ^= s[3];
	s[2] ^= t;
	s[3] = rotl(s[3], 45);
	return result;
}

uint64_t rng_below(struct rng *r, uint64_t n)
{
	uint64_t limit = UINT64_MAX - UINT64_MAX % n, x;

	do
		x = rng_next(r);
	while (x >= limit);
	return x % n;
}

void rng_shuffle(struct rng *r, size_t *items, size_t n)
{
	for (size_t i = n; i > 1; i--) {
		size_t k = rng_below(r, i), t = items[i - 1];

		items[i - 1] = items[k];
		items[k] = t;
	}
}

double rng_unit(struct rng *r)
{
	return (double)(rng_next(r) >> 11) * 0x1p-53;
}

void random_bytes(void *out, size_t n)
{
	unsigned char *at = out;

	while (n) {
		ssize_t got = getrandom(at, n, 0);

		if (got <= 0)
			continue;
		at += got;
		n -= (size_t)got;
	}
}

void random_hex(char *out, size_t n)
{
	static const char digits[] = "0123456789abcdef";
	unsigned char byte;

	for (size_t i = 0; i < n; i++) {
		random_bytes(&byte, 1);
		out[i] = digits[byte & 15];
	}
	out[n] = '\0';
}

void uuid_v7(char out[UUID_SIZE])
{
	uint64_t ms = (uint64_t)(clock_unix_ns() / 1000000);
	unsigned char r[10];

	random_bytes(r, sizeof(r));
	snprintf(out, UUID_SIZE, "%08x-%04x-7%01x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x",
		(unsigned)(ms >> 16), (unsigned)(ms & 0xffff), r[0] & 15, r[1], (r[2] & 0x3f) | 0x80,
		r[3], r[4], r[5], r[6], r[7], r[8], r[9]);
}
