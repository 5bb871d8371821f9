#include "report/claim.h"

#include <stdalign.h>

/* What is kept lies in blocks of this size, or in one of its own where it is larger. */
enum { BLOCK_SIZE = 1 << 16 };

struct claims_block {
	struct claims_block *next;
	size_t used, size;
	alignas(max_align_t) char data[];
};

void
claims_release(struct claims *c)
{
	struct claims_block *next;

	for (struct claims_block *b = c->blocks; b; b = next) {
		next = b->next;
		free(b);
	}
	free(c->report);
	free(c->claim);
	free(c->unread);
	*c = (struct claims)CLAIMS_INIT;
}

struct claim *
claims_add(struct claims *c)
{
	GROW(c->claim, c->count, c->cap);
	c->claim[c->count] = (struct claim){0};
	return &c->claim[c->count++];
}

struct claim_report *
claims_add_report(struct claims *c)
{
	GROW(c->report, c->reports, c->report_cap);
	c->report[c->reports] = (struct claim_report){0};
	return &c->report[c->reports++];
}

struct claim_unread *
claims_add_unread(struct claims *c)
{
	GROW(c->unread, c->unreads, c->unread_cap);
	c->unread[c->unreads] = (struct claim_unread){0};
	return &c->unread[c->unreads++];
}

void *
claims_room(struct claims *c, size_t size)
{
	struct claims_block *b = c->blocks;
	size_t need = (size + alignof(max_align_t) - 1) & ~(alignof(max_align_t) - 1);

	if (!b || need > b->size - b->used) {
		size_t room = need > BLOCK_SIZE ? need : BLOCK_SIZE;

		b = xmalloc(sizeof(*b) + room);
		*b = (struct claims_block){c->blocks, 0, room};
		c->blocks = b;
	}
	b->used += need;
	return b->data + b->used - need;
}

struct str
claims_keep(struct claims *c, struct str s)
{
	char *copy;

	if (s.len == 0)
		return STR("");
	copy = claims_room(c, s.len);
	memcpy(copy, s.ptr, s.len);
	return (struct str){copy, s.len};
}

const char *
claim_severity_name(enum claim_severity severity)
{
	static const char *const names[] = {"unstated", "info", "low",
	                                    "medium",   "high", "critical"};

	return names[severity];
}
