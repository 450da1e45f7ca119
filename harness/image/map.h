/* From hashes to numbers: 16 bytes an entry, and no names kept. */
#ifndef IMAGE_MAP_H
#define IMAGE_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct map {
	uint64_t *keys; /* 0: free */
	uint64_t *values;
	size_t count, room;
};
/* The value of a key, made 0 where it was not there (*added is true then); valid until the next
 * map_at. */
uint64_t *map_at(struct map *m, uint64_t key, bool *added);
/* NULL where it is not there. */
const uint64_t *map_find(const struct map *m, uint64_t key);
/* Zeroes are fine. */
void map_done(struct map *m);

#endif
