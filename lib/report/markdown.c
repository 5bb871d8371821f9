#include "report/reading.h"

/* The first heading, or the name the marker gives. */
static struct str
title_of(struct claims *out, const struct pieces *p, struct str name)
{
	if (name.len > 0)
		return claims_keep(out, name);
	for (size_t i = 0; i < p->count; i++)
		if (p->piece[i].kind == PIECE_HEADING)
			return claims_keep(out, p->piece[i].text);
	return STR("");
}

static void
tables_refused(struct claims *out, uint32_t report, const struct fences *f)
{
	for (size_t i = 0; i < f->refusals; i++)
		*claims_add_unread(out) = (struct claim_unread){report, f->refused[i], STR(""),
		                                                "a table with too many cells"};
}

static void
part_read(struct claims *out, struct str file, const struct page *l, const struct part *part)
{
	struct pieces p = PIECES_INIT;
	struct starts s = {NULL, 0, 0};
	uint32_t report = (uint32_t)out->reports;
	bool any = part->to > part->from;
	struct line *line = any ? l->line + part->from : NULL;
	size_t first = out->count, count = page_single(line, part->to - part->from);
	struct claim_report *r = claims_add_report(out);

	r->file = claims_keep(out, file);
	r->line = any ? line->number : 0;
	r->last_line = any ? l->line[part->to - 1].number : 0;
	pieces_read(&p, line, count);
	r->title = title_of(out, &p, part->name);
	starts_find(&p, &s, out, report);
	for (size_t i = 0; i < s.count; i++)
		claim_fill(out, report, &p, &s.start[i]);
	tables_refused(out, report, &p.fences);
	severities_guess(out, first);
	claims_join(out, first);
	out->report[report].claims = out->count - first;
	free(s.start);
	pieces_release(&p);
}

void
markdown_read(struct claims *out, struct str file, struct str text)
{
	struct page l = PAGE_INIT;
	struct part *part;
	size_t count;

	page_read(&l, text);
	count = parts_find(&l, &part);
	for (size_t i = 0; i < count; i++)
		part_read(out, file, &l, &part[i]);
	free(part);
	page_release(&l);
}
