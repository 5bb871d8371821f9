/*
 * What a finding says apart from its verdict: all of it in the report's words.
 */
#include "report/judge_parts.h"

#include "base/hash.h"

struct str
bench_report(const struct bench *b, const struct claim *c)
{
	return b->claims->report[c->report].file;
}

/* The first quote's text without white space, what tells findings of one title apart. */
static void
quote_squeeze(const struct claim *c, struct buf *out)
{
	for (size_t i = 0; i < c->quotes && out->len == 0; i++) {
		const struct claim_quote *q = &c->quote[i];

		for (size_t k = 0; q->role == CLAIM_QUOTE && k < q->lines; k++)
			for (size_t n = 0; n < q->text[k].text.len; n++)
				if ((unsigned char)q->text[k].text.ptr[n] > ' ')
					buf_byte(out, q->text[k].text.ptr[n]);
	}
}

/* An id that depends on what the finding is about and not on where the report has it; of equal ones each its own. */
static struct str
id_make(struct bench *b, const struct claim *c)
{
	struct buf quote = BUF_INIT, nth = BUF_INIT;
	struct str parts[4] = {c->title, STR(""), STR(""), STR("")}, first, id;
	uint32_t n;
	bool fresh;

	quote_squeeze(c, &quote);
	parts[1] = buf_view(&quote);
	for (size_t i = 0; i < c->locations && parts[2].len == 0; i++)
		parts[2] = c->location[i].path;
	id = first = finding_id(&b->j->arena, parts, 4);
	n = *(uint32_t *)map_use(&b->ids, first, &fresh);
	while (!fresh) {
		buf_reset(&nth);
		buf_count(&nth, ++n + 1);
		parts[3] = buf_view(&nth);
		id = finding_id(&b->j->arena, parts, 4);
		map_use(&b->ids, id, &fresh);
	}
	*(uint32_t *)map_use(&b->ids, first, NULL) = n;
	buf_release(&quote);
	buf_release(&nth);
	return id;
}

/* What the report says became of it; the last word counts. */
static struct str
said(const struct claim *c)
{
	return c->saids > 0 ? c->said[c->saids - 1].words : STR_NONE;
}

/* The report's name, and which of several in one file it is. */
static struct str
source_name(struct bench *b, const struct claim *c)
{
	const struct claims *all = b->claims;
	const struct claim_report *r = &all->report[c->report];
	bool several = false;

	for (size_t i = c->report > 0 ? c->report - 1 : 0; i < all->reports && i <= c->report + 1;
	     i++)
		several |= i != c->report && str_eq(all->report[i].file, r->file);
	if (!several || r->title.len == 0)
		return r->file;
	return arena_format(&b->j->arena, STR_FMT ": " STR_FMT, STR_ARG(r->file),
	                    STR_ARG(r->title));
}

void
bench_state(struct bench *b, uint32_t claim)
{
	const struct claim *c = &b->claims->claim[claim];
	struct finding *f = &b->j->finding[claim];

	f->id = id_make(b, c);
	f->severity = c->severity;
	f->title = c->title;
	f->message = c->description;
	f->impact = c->impact;
	f->fix = c->fix;
	if (str_starts(c->category, STR("CWE-")))
		f->cwe = c->category;
	*finding_source(f) = (struct source){.report = source_name(b, c),
	                                     .number = c->number,
	                                     .severity = c->severity_words,
	                                     .line = c->line,
	                                     .title = c->title,
	                                     .message = c->description,
	                                     .impact = c->impact,
	                                     .fix = c->fix,
	                                     .claim = said(c)};
}
