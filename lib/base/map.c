#include "base/map.h"

#include "base/hash.h"
#include "base/mem.h"

#include <stdlib.h>

static void *
value_of(struct map_entry *e)
{
	return e ? e + 1 : NULL;
}

static struct map_entry *
entry_of(const void *value)
{
	return (struct map_entry *)(uintptr_t)value - 1;
}

static char *
key_of(const struct map *m, struct map_entry *e)
{
	return (char *)(e + 1) + m->value_size;
}

static struct map_entry **
slot_of(const struct map *m, uint64_t hash)
{
	return &m->slot[hash & (m->slots - 1)];
}

static void
link_newest(struct map *m, struct map_entry *e)
{
	e->newer = NULL;
	e->older = m->newest;
	*(m->newest ? &m->newest->newer : &m->oldest) = e;
	m->newest = e;
}

static void
unlink_order(struct map *m, struct map_entry *e)
{
	*(e->older ? &e->older->newer : &m->oldest) = e->newer;
	*(e->newer ? &e->newer->older : &m->newest) = e->older;
}

static struct map_entry *
find(const struct map *m, struct str key, uint64_t hash)
{
	if (m->slots == 0)
		return NULL;
	for (struct map_entry *e = *slot_of(m, hash); e; e = e->next)
		if (e->hash == hash && str_eq((struct str){key_of(m, e), e->key_len}, key))
			return e;
	return NULL;
}

void *
map_find(const struct map *m, struct str key)
{
	return m->count > 0 ? value_of(find(m, key, hash_keyed(key))) : NULL;
}

static void
grow(struct map *m)
{
	size_t slots = m->slots ? m->slots * 2 : 16;

	free(m->slot);
	m->slot = xcalloc(slots, sizeof(struct map_entry *));
	m->slots = slots;
	for (struct map_entry *e = m->oldest; e; e = e->newer) {
		struct map_entry **slot = slot_of(m, e->hash);

		e->next = *slot;
		*slot = e;
	}
}

static void *
use(struct map *m, struct map_entry *e)
{
	if (e->newer) {
		unlink_order(m, e);
		link_newest(m, e);
	}
	return value_of(e);
}

void *
map_touch(struct map *m, struct str key)
{
	struct map_entry *e = m->count > 0 ? find(m, key, hash_keyed(key)) : NULL;

	return e ? use(m, e) : NULL;
}

void *
map_use(struct map *m, struct str key, bool *fresh)
{
	uint64_t hash = hash_keyed(key);
	struct map_entry *e = find(m, key, hash), **slot;

	if (fresh)
		*fresh = !e;
	if (e)
		return use(m, e);
	if (m->count >= m->slots)
		grow(m);
	e = xcalloc(1, map_cost(m, key.len));
	e->hash = hash;
	e->key_len = key.len;
	if (key.len > 0)
		memcpy(key_of(m, e), key.ptr, key.len);
	slot = slot_of(m, hash);
	e->next = *slot;
	*slot = e;
	link_newest(m, e);
	m->count++;
	return value_of(e);
}

struct str
map_key(const struct map *m, const void *value)
{
	struct map_entry *e = entry_of(value);

	return (struct str){key_of(m, e), e->key_len};
}

void
map_delete(struct map *m, void *value)
{
	struct map_entry *e = entry_of(value), **link = slot_of(m, e->hash);

	while (*link != e)
		link = &(*link)->next;
	*link = e->next;
	unlink_order(m, e);
	m->count--;
	free(e);
}

void
map_release(struct map *m)
{
	for (struct map_entry *e = m->oldest, *newer; e; e = newer) {
		newer = e->newer;
		free(e);
	}
	free(m->slot);
	*m = (struct map)MAP_INIT(m->value_size);
}

void *
map_oldest(const struct map *m)
{
	return value_of(m->oldest);
}

void *
map_newer(const struct map *m, const void *value)
{
	(void)m;
	return value_of(entry_of(value)->newer);
}

size_t
map_cost(const struct map *m, size_t key_len)
{
	return sizeof(struct map_entry) + m->value_size + key_len + 1;
}
