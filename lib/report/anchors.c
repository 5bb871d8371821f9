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
	a->first = xcalloc(BLOCKS, sizeof(*a->first));
	a->next = xcalloc(a->count, sizeof(*a->next));
	for (size_t i = 0; i < a->count; i++) {
		unsigned last = block(a->word[i].ptr + a->shortest - 2);

		for (size_t k = 2; k <= a->shortest; k++) {
			uint8_t *shift = &a->shift[block(a->word[i].ptr + k - 2)];

			if (*shift > a->shortest - k)
				*shift = (uint8_t)(a->shortest - k);
		}
		a->next[i] = a->first[last];
		a->first[last] = (uint32_t)i + 1;
	}
}

static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_' || c == '$' || (unsigned char)c >= 0x80;
}

static bool
stands_at(struct str word, struct str text, size_t at)
{
	return word.len <= text.len - at && memcmp(word.ptr, text.ptr + at, word.len) == 0 &&
	       (at == 0 || !is_letter(text.ptr[at - 1])) &&
	       (at + word.len == text.len || !is_letter(text.ptr[at + word.len]));
}

void
anchors_scan(const struct anchors *a, struct str text,
             void (*found)(void *arg, uint32_t word, size_t offset), void *arg)
{
	size_t m = a->shortest;

	for (size_t end = m; a->count > 0 && end <= text.len;) {
		unsigned b = block(text.ptr + end - 2);

		if (a->shift[b] > 0) {
			end += a->shift[b];
			continue;
		}
		for (uint32_t i = a->first[b]; i > 0; i = a->next[i - 1])
			if (stands_at(a->word[i - 1], text, end - m))
				found(arg, i - 1, end - m);
		end++;
	}
}

void
anchors_release(struct anchors *a)
{
	map_release(&a->number);
	free(a->word);
	free(a->next);
	free(a->shift);
	free(a->first);
}
