#include "report/claim.h"

void
claims_release(struct claims *c)
{
	arena_release(&c->arena);
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

struct str
claims_keep(struct claims *c, struct str s)
{
	return s.len > 0 ? arena_copy(&c->arena, s) : STR("");
}

struct str
claim_key(struct buf *b, uint32_t report, struct str name)
{
	buf_reset(b);
	buf_printf(b, "%u/", report);
	buf_span(b, name);
	return buf_view(b);
}
