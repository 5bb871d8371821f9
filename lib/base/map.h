/*
 * A map from byte strings to values of one fixed size, in order of last use.
 *
 *   struct map agents = MAP_INIT(sizeof(struct agent));
 *   struct agent *a = map_use(&agents, name, &fresh);      found, or made and zeroed; now the newest
 *
 * A value keeps its address until it is deleted. Iteration goes from the oldest to the newest and allows
 * deleting the entry it is at; it does not depend on hash values, so output that follows it is the same
 * on every run. The caller releases what a value owns before deleting it or releasing the map.
 */
#ifndef BASE_MAP_H
#define BASE_MAP_H

#include "base/str.h"

#include <stdint.h>

struct map_entry {
	struct map_entry *older, *newer, *next;
	uint64_t hash;
	size_t key_len;
	/* the value, then the key, follow */
};

struct map {
	size_t value_size, count, slots;
	struct map_entry **slot;
	struct map_entry *oldest, *newest;
};

#define MAP_INIT(size) {(size), 0, 0, NULL, NULL, NULL}

void *map_find(const struct map *m, struct str key);           /* NULL where there is none; order unchanged */
void *map_use(struct map *m, struct str key, bool *fresh);     /* FRESH may be NULL */
void *map_touch(struct map *m, struct str key);                /* NULL where there is none; else now the newest */
struct str map_key(const struct map *m, const void *value);    /* NUL-terminated, lives as long as the value */
void map_delete(struct map *m, void *value);
void map_release(struct map *m);

/* for (v = map_oldest(m); v; v = next) { next = map_newer(m, v); … } */
void *map_oldest(const struct map *m);
void *map_newer(const struct map *m, const void *value);

/* Bytes one entry of the map takes, for a caller that keeps its memory within a bound. */
size_t map_cost(const struct map *m, size_t key_len);

#endif
