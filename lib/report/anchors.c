#include "report/anchors.h"

#include "base/mem.h"

#include <stdlib.h>

enum { BLOCKS = 1 << 16, LONGEST = 64 };

uint32_t
anchors_add(struct anchors *a, struct str word)
{
	bool fresh;
	uint32_t *number = map_use(&a->number, word, &fresh);

	if (fresh) {
		GROW(a->word, a->count, a->cap);
		a->word[a->count] = map_key(&a->number, number);
		*number = (uint32_t)a->count++;
	}
	return *number;
}

static unsigned
block(const char *p)
{
	return (unsigned)(unsigned char)p[0] << 8 | (unsigned char)p[1];
}

static uint64_t
length_bit(size_t len)
{
	return UINT64_C(1) << (len < 63 ? len : 63);
}

void
anchors_build(struct anchors *a)
{
	if (a->count == 0)
		return;
	a->shortest = LONGEST;
	for (size_t i = 0; i < a->count; i++)
		if (a->word[i].len < a->shortest)
			a->shortest = a->word[i].len;
	a->shift = xmalloc(BLOCKS);
	memset(a->shift, (int)a->shortest - 1, BLOCKS);
	for (size_t i = 0; i < a->count; i++) {
		for (size_t k = 2; k <= a->shortest; k++) {
			uint8_t *shift = &a->shift[block(a->word[i].ptr + k - 2)];

			if (*shift > a->shortest - k)
				*shift = (uint8_t)(a->shortest - k);
		}
		a->lengths |= length_bit(a->word[i].len);
	}
}

static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_' || c == '$' || (unsigned char)c >= 0x80;
}

/* The number of the word that TEXT begins with, to its last letter; NULL where it is none of them. */
static const uint32_t *
word_at(const struct anchors *a, struct str text)
{
	size_t len = 0;

	while (len < text.len && is_letter(text.ptr[len]))
		len++;
	return a->lengths & length_bit(len) ? map_find(&a->number, (struct str){text.ptr, len})
	                                    : NULL;
}

void
anchors_scan(const struct anchors *a, struct str text,
             void (*found)(void *arg, uint32_t word, size_t offset), void *arg)
{
	size_t m = a->shortest;

	for (size_t end = m; a->count > 0 && end <= text.len;) {
		unsigned shift = a->shift[block(text.ptr + end - 2)];
		size_t from = end - m;
		const uint32_t *word;

		end += shift > 0 ? shift : 1;
		if (shift > 0 || (from > 0 && is_letter(text.ptr[from - 1])))
			continue;
		word = word_at(a, str_from(text, from));
		if (word)
			found(arg, *word, from);
	}
}

void
anchors_release(struct anchors *a)
{
	map_release(&a->number);
	free(a->word);
	free(a->shift);
}
