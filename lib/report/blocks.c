#include "report/outline.h"

/*
 * Blocks of labels, each of which is a finding: they open with the same label, and each gives one severity, or, where there
 * are several, says where it is and something more.
 */

/* "ISSUE #1 - HIGH", and labels on the lines below it. */
bool
lead_opens(const struct piece *piece, const struct lead *lead)
{
	return piece->kind == PIECE_TEXT && piece->first && !piece->item && lead->head.named &&
	       lead->head.title.len == 0 && !lead->head.step;
}

/* The label that piece I begins with where it may open a finding without any title, else FIELD_NONE. */
static enum field
opening(const struct outline *o, size_t i)
{
	enum field f = o->lead[i].field;

	if (lead_opens(&o->p->piece[i], &o->lead[i]))
		return FIELD_NUMBER;
	return f == FIELD_TITLE || f == FIELD_NUMBER || f == FIELD_SEVERITY ||
	                       f == FIELD_LOCATION || f == FIELD_DESCRIPTION
	               ? f
	               : FIELD_NONE;
}

/* A block that opens at I, up to END: rated, or saying where and something more. */
enum block { BLOCK_NONE, BLOCK_UNRATED, BLOCK_RATED };

static enum block
block_read(const struct outline *o, size_t i, size_t end)
{
	struct notes n = {.severity_column = -1};
	bool rated = o->lead[i].head.named && o->lead[i].head.severity != SEVERITY_UNKNOWN;

	for (size_t k = i; k < end; k++)
		notes_piece(&n, o->p, k);
	if (n.severities + rated == 1 && n.locations + n.places + n.fields > 0)
		return BLOCK_RATED;
	return n.severities + rated == 0 && n.places > 0 && n.fields != 0 ? BLOCK_UNRATED
	                                                                  : BLOCK_NONE;
}

/* Whether a block opens at I: with OPEN, if there were others before, and where TITLED with a paragraph that names it. */
static bool
is_open(const struct outline *o, size_t i, enum field open, bool titled)
{
	enum field f = opening(o, i);

	if (f == FIELD_NONE || (open != FIELD_NONE && f != open))
		return false;
	return !titled || (!o->p->piece[i].item && (f == FIELD_NUMBER || f == FIELD_TITLE));
}

void
labelled_find(struct outline *o, size_t from, size_t to, int parent, bool titled)
{
	enum field open = FIELD_NONE;
	size_t before = o->starts->count, unrated = 0, end;
	size_t times[FIELD_ASIDE + 1] = {0}, most = 0;

	for (size_t i = from; i < to; i++)
		most = ++times[opening(o, i)] > most && opening(o, i) != FIELD_NONE
		               ? times[opening(o, i)]
		               : most;
	for (size_t i = from; i < to; i = end) {
		enum block block;
		struct start *s;

		end = i + 1;
		/* Another kind of block may follow a rule. */
		if (o->p->piece[i].kind == PIECE_RULE)
			open = FIELD_NONE; /* What opens one block alone is none where others open several. */
		if (!is_open(o, i, open, titled) || (most > 1 && times[opening(o, i)] == 1))
			continue;
		while (end < to && o->p->piece[end].kind != PIECE_RULE &&
		       opening(o, end) != opening(o, i))
			end++;
		block = block_read(o, i, end);
		if (block == BLOCK_NONE)
			continue;
		unrated += block == BLOCK_UNRATED;
		open = opening(o, i);
		s = start_add(o, parent, i, end);
		s->block = true;
		if (o->lead[i].head.named)
			s->head = o->lead[i].head;
	}
	/* One below the heading of all tells of the whole report. */
	if (o->starts->count == before + 1 &&
	    (unrated > 0 || titled || (parent >= 0 && o->title[parent].document)))
		o->starts->count = before;
	o->sure = o->sure || o->starts->count > before;
}
