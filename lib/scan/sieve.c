/*
 * A table says for each two bytes how far the nearest place is, from these on, at which a text might end its first SPAN bytes, the
 * length of the shortest of all. Where that is here, the texts whose first SPAN bytes end in these two are compared.
 */
#include "scan/sieve.h"

#include "base/mem.h"

#include <stdlib.h>

enum { PAIRS = 1 << 16, SPAN_MAX = 64 };

struct entry {
	struct str text;
	unsigned number;
	uint32_t next; /* of those with the same last pair, from 1 */
};

struct sieve {
	struct entry *entry;
	size_t entries, cap;
	size_t span;
	unsigned char shift[PAIRS];
	uint32_t first[PAIRS]; /* entries, from 1, by the last pair of their span */
};

struct sieve *
sieve_new(void)
{
	struct sieve *s = xcalloc(1, sizeof(*s));

	s->span = SPAN_MAX;
	return s;
}

void
sieve_free(struct sieve *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < s->entries; i++)
		free((char *)s->entry[i].text.ptr);
	free(s->entry);
	free(s);
}

void
sieve_add(struct sieve *s, struct str text, unsigned number)
{
	GROW(s->entry, s->entries, s->cap);
	s->entry[s->entries++] =
		(struct entry){.text = {xstrndup(text.ptr, text.len), text.len}, .number = number};
	if (text.len < s->span)
		s->span = text.len;
}

static unsigned
pair(const char *p)
{
	return (unsigned char)p[0] | (unsigned)(unsigned char)p[1] << 8;
}

void
sieve_ready(struct sieve *s)
{
	memset(s->shift, (int)(s->span - 1), sizeof(s->shift));
	for (size_t i = s->entries; i-- > 0;) {
		struct entry *e = &s->entry[i];
		unsigned last = pair(e->text.ptr + s->span - 2);

		for (size_t at = 0; at + 2 <= s->span; at++) {
			size_t left = s->span - 2 - at;
			unsigned char *shift = &s->shift[pair(e->text.ptr + at)];

			if (left < *shift)
				*shift = (unsigned char)left;
		}
		e->next = s->first[last];
		s->first[last] = (uint32_t)i + 1;
	}
}

void
sieve_run(const struct sieve *s, struct str text,
          void (*hit)(void *arg, unsigned number, size_t end), void *arg)
{
	size_t at = s->span - 2; /* of a pair, the last of a span */

	while (s->entries > 0 && at + 2 <= text.len) {
		unsigned p = pair(text.ptr + at);
		size_t shift = s->shift[p], start = at + 2 - s->span;

		for (uint32_t i = shift ? 0 : s->first[p]; i; i = s->entry[i - 1].next) {
			const struct entry *e = &s->entry[i - 1];

			if (e->text.len <= text.len - start &&
			    memcmp(e->text.ptr, text.ptr + start, e->text.len) == 0)
				hit(arg, e->number, start + e->text.len);
		}
		at += shift ? shift : 1;
	}
}
