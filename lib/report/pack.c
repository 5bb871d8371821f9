#include "report/read.h"

/*
 * Claims on their way from the child that read them. One walk over the structure serves both directions, so that they
 * cannot differ; whatever comes in is checked against what is left of the bytes.
 */

struct packing {
	struct buf *to;     /* writing, or NULL */
	struct str from;    /* reading: what is left */
	struct claims *own; /* reading: whose memory */
	bool bad;
};

static void
pack_bytes(struct packing *p, void *data, size_t size)
{
	if (p->to) {
		buf_add(p->to, data, size);
	} else if (p->bad || size > p->from.len) {
		memset(data, 0, size);
		p->bad = true;
	} else {
		memcpy(data, p->from.ptr, size);
		p->from = str_from(p->from, size);
	}
}

static void
pack_number(struct packing *p, uint32_t *value)
{
	pack_bytes(p, value, sizeof(*value));
}

static void
pack_bool(struct packing *p, bool *value)
{
	uint32_t number = *value;

	pack_number(p, &number);
	*value = number != 0;
}

static void
pack_enum(struct packing *p, void *value, uint32_t count)
{
	uint32_t number;

	memcpy(&number, value, sizeof(number));
	pack_number(p, &number);
	if (number >= count) {
		p->bad = true;
		number = 0;
	}
	memcpy(value, &number, sizeof(number));
}

static void
pack_str(struct packing *p, struct str *s)
{
	uint32_t len = (uint32_t)s->len;

	pack_number(p, &len);
	if (p->to) {
		buf_span(p->to, *s);
		return;
	}
	if (p->bad || len > p->from.len) {
		p->bad = true;
		*s = STR("");
		return;
	}
	*s = claims_keep(p->own, (struct str){p->from.ptr, len});
	p->from = str_from(p->from, len);
}

/* A list's length, and room for it when reading: each element takes four bytes at least. */
static void *
pack_list(struct packing *p, void *list, size_t *count, size_t size)
{
	uint32_t number = (uint32_t)*count;

	pack_number(p, &number);
	if (p->to)
		return list;
	if (number > p->from.len / 4) {
		p->bad = true;
		number = 0;
	}
	*count = number;
	list = arena_take(&p->own->arena, (number + (size_t)1) * size);
	memset(list, 0, (number + (size_t)1) * size);
	return list;
}

static void
pack_location(struct packing *p, struct claim_location *l)
{
	pack_str(p, &l->path);
	pack_str(p, &l->url);
	pack_number(p, &l->line);
	pack_enum(p, &l->place, CLAIM_FIX + 1);
	l->range = pack_list(p, l->range, &l->ranges, sizeof(*l->range));
	for (size_t i = 0; i < l->ranges; i++) {
		pack_number(p, &l->range[i].first);
		pack_number(p, &l->range[i].last);
		pack_bool(p, &l->range[i].about);
		pack_bool(p, &l->range[i].open);
	}
}

static void
pack_quote(struct packing *p, struct claim_quote *q, size_t locations)
{
	uint32_t location = (uint32_t)(q->location + 1);

	pack_enum(p, &q->role, CLAIM_DEMO + 1);
	pack_str(p, &q->language);
	pack_number(p, &location);
	pack_number(p, &q->line);
	if (location > locations)
		p->bad = true;
	q->location = p->bad ? -1 : (int)location - 1;
	q->text = pack_list(p, q->text, &q->lines, sizeof(*q->text));
	for (size_t i = 0; i < q->lines; i++) {
		pack_str(p, &q->text[i].text);
		pack_number(p, &q->text[i].line);
		pack_number(p, &q->text[i].number);
	}
}

static void
pack_lists(struct packing *p, struct claim *c)
{
	c->location = pack_list(p, c->location, &c->locations, sizeof(*c->location));
	for (size_t i = 0; i < c->locations; i++)
		pack_location(p, &c->location[i]);
	c->quote = pack_list(p, c->quote, &c->quotes, sizeof(*c->quote));
	for (size_t i = 0; i < c->quotes; i++)
		pack_quote(p, &c->quote[i], c->locations);
	c->said = pack_list(p, c->said, &c->saids, sizeof(*c->said));
	for (size_t i = 0; i < c->saids; i++) {
		pack_enum(p, &c->said[i].kind, CLAIM_SAID_CONFIRMED + 1);
		pack_str(p, &c->said[i].words);
		pack_number(p, &c->said[i].line);
	}
	c->hint = pack_list(p, c->hint, &c->hints, sizeof(*c->hint));
	for (size_t i = 0; i < c->hints; i++) {
		pack_enum(p, &c->hint[i].kind, CLAIM_HINT_SEE + 1);
		pack_str(p, &c->hint[i].number);
		pack_str(p, &c->hint[i].words);
		pack_number(p, &c->hint[i].line);
	}
}

static void
pack_claim(struct packing *p, struct claim *c)
{
	struct str *texts[] = {&c->number,      &c->severity_words, &c->title, &c->section,
	                       &c->description, &c->impact,         &c->fix,   &c->category};
	uint32_t *numbers[] = {&c->report,    &c->ordinal,       &c->line,
	                       &c->last_line, &c->severity_line, &c->mentions};

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		pack_str(p, texts[i]);
	for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++)
		pack_number(p, numbers[i]);
	pack_enum(p, &c->severity, SEVERITY_CRITICAL + 1);
	pack_lists(p, c);
}

static void
pack_report(struct packing *p, struct claim_report *r)
{
	uint32_t claims = (uint32_t)r->claims;

	pack_str(p, &r->file);
	pack_str(p, &r->title);
	pack_number(p, &r->line);
	pack_number(p, &r->last_line);
	pack_number(p, &claims);
	pack_bool(p, &r->clear);
	pack_bool(p, &r->records);
	r->claims = claims;
}

static void
pack_unread(struct packing *p, struct claim_unread *u)
{
	struct str reason = p->to ? str_of(u->reason) : STR("");

	pack_number(p, &u->report);
	pack_number(p, &u->line);
	pack_str(p, &u->text);
	pack_str(p, &reason);
	if (!p->to)
		u->reason = reason.ptr;
}

void
claims_pack(const struct claims *c, struct buf *b)
{
	struct packing p = {.to = b};
	uint32_t counts[] = {(uint32_t)c->reports, (uint32_t)c->count, (uint32_t)c->unreads};

	pack_bytes(&p, counts, sizeof(counts));
	for (size_t i = 0; i < c->reports; i++)
		pack_report(&p, &c->report[i]);
	for (size_t i = 0; i < c->count; i++)
		pack_claim(&p, &c->claim[i]);
	for (size_t i = 0; i < c->unreads; i++)
		pack_unread(&p, &c->unread[i]);
}

bool
claims_unpack(struct claims *out, struct str bytes)
{
	struct packing p = {.from = bytes, .own = out};
	size_t reports = out->reports, claims = out->count, unreads = out->unreads;
	uint32_t counts[3] = {0}, first = (uint32_t)reports;

	pack_bytes(&p, counts, sizeof(counts));
	for (uint32_t i = 0; i < counts[0] && !p.bad; i++)
		pack_report(&p, claims_add_report(out));
	for (uint32_t i = 0; i < counts[1] && !p.bad; i++) {
		struct claim *c = claims_add(out);

		pack_claim(&p, c);
		p.bad = p.bad || c->report >= counts[0];
		c->report += first;
	}
	for (uint32_t i = 0; i < counts[2] && !p.bad; i++) {
		struct claim_unread *u = claims_add_unread(out);

		pack_unread(&p, u);
		p.bad = p.bad || u->report >= counts[0];
		u->report += first;
	}
	if (!p.bad && p.from.len == 0)
		return true;
	out->reports = reports;
	out->count = claims;
	out->unreads = unreads;
	return false;
}
