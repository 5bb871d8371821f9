#include "report/locate.h"
#include "report/outline.h"

/* Findings that are items of lists or paragraphs: "- **[MED]** path - name", "1. **title**", "Bug #3 (HIGH)". */

/* How far a line that is no finding by itself is looked at for what makes it one. */
enum { LOOK_AHEAD = 200 };

static bool
is_sure(const struct lead *l)
{
	return l->is && (l->tagged || l->lines || l->head.named || (l->bold && l->head.numbered));
}

/* Whether piece J is an item like I. */
static bool
is_sibling(const struct outline *o, size_t i, size_t j)
{
	return j < o->p->count && o->p->piece[j].kind == PIECE_TEXT && o->p->piece[j].item &&
	       o->p->piece[j].depth == o->p->piece[i].depth &&
	       o->lead[j].ordered == o->lead[i].ordered;
}

/* Whether the rule at J closes the box that the title at I stands in, rather than parts what follows from it. */
static bool
is_box(const struct outline *o, size_t i, size_t j)
{
	return i > 0 && j <= i + 2 && o->p->piece[i - 1].kind == PIECE_RULE;
}

/* Whether what begins at I ends before J. */
static bool
is_end(const struct outline *o, size_t i, size_t j)
{
	const struct piece *a = &o->p->piece[i], *b = &o->p->piece[j];
	const struct lead *from = &o->lead[i], *at = &o->lead[j];

	if (b->kind == PIECE_RULE)
		return !is_box(o, i, j);
	if (b->kind == PIECE_CODE && fence_findings(o->p, j) > 0)
		return true;
	/* A table behind a list is of the whole. */
	if (b->kind == PIECE_ROW)
		return b->table && a->item && !from->ordered && b->depth < a->depth;
	if (b->kind != PIECE_TEXT || (at->head.step && !from->head.step))
		return false;
	if (!a->item)
		return at->is && b->depth == 0 && (is_sure(at) || (from->bold && at->bold));
	if (!b->item) {
		if (b->depth >= a->depth || !b->first)
			return false;
		/* A label, and the next of the list: it is of that one. */
		if (at->label && is_sibling(o, i, j + 1))
			return true;
		return from->ordered ? is_sure(at) || (at->is && at->bold) : !at->label;
	}
	if (b->depth != a->depth)
		return b->depth < a->depth;
	if (from->ordered)
		return at->ordered ? !from->bold || at->bold || at->entry || is_sure(at)
		                   : at->tagged;
	return !at->label || at->tagged;
}

static size_t
lead_end(const struct outline *o, size_t i, size_t to)
{
	size_t j = i + 1;

	while (j < to && !is_end(o, i, j))
		j++;
	return j;
}

/* What stands around it makes a finding of a lead: a rank or a promise above it, or labels and places below. */
static bool
is_placed(const struct lead *l, const struct piece *piece, const struct notes *n, struct context in)
{
	bool titled = l->bold || l->ordered || l->head.named;

	if (l->head.named && (l->bold || piece->item) &&
	    (n->text > 1 || n->code > 0 || n->locations > 0 || in.findings))
		return true;
	if (in.severity != SEVERITY_UNKNOWN && piece->depth <= 1 && l->head.title.len >= 8 &&
	    (titled || n->locations > 0))
		return true;
	if (in.promised && l->bold && (l->ordered || l->titled) && l->head.title.len >= 8 &&
	    !word_is_severity(l->head.title))
		return true;
	if (!in.findings && !l->head.numbered)
		return false;
	if (titled && (n->places > 0 || (n->fields > 0 && n->locations + n->code > 0)))
		return true;
	if (!in.findings)
		return false;
	return (titled && n->fields != 0) ||
	       ((titled || piece->item) && piece->depth <= 1 && n->locations > 0);
}

/* "[HIGH] Add a limit": what to do, and not where. */
static bool
is_task(const struct outline *o, const struct lead *l, size_t i)
{
	return o->p->piece[i].item && word_is_action(l->head.title) &&
	       !location_in(o->p->piece[i].text);
}

/* Whether lead I is a finding; weak is what only looks like one. */
static enum standing
lead_standing(const struct outline *o, size_t i, size_t to, int parent, struct context in)
{
	const struct lead *l = &o->lead[i];
	const struct piece *piece = &o->p->piece[i];
	struct notes n = {.severity_column = -1};

	if (!l->is)
		return STANDING_NONE;
	if (l->tagged && !l->head.step && !in.aside && !is_task(o, l, i))
		return STANDING_STRONG;
	for (size_t j = i; j < to && j < i + LOOK_AHEAD && (j == i || !is_end(o, i, j)); j++)
		notes_piece(&n, o->p, j);
	/* "Task 3 - …": one of many things to do, unless it says where and how a fault is to be mended. */
	if (l->head.step)
		return !in.aside && notes_mend(&n) ? STANDING_STRONG : STANDING_NONE;
	/* A task of which more is said than what to do. */
	if (l->tagged && !in.aside && n.text > 2)
		return STANDING_STRONG;
	if (n.severities == 1 && (l->bold || l->ordered || l->head.named) &&
	    (!in.aside || n.locations > 0))
		return STANDING_STRONG;
	if (in.aside)
		return STANDING_NONE;
	if (l->lines && parent >= 0 && o->title[parent].path.len > 0)
		return STANDING_STRONG;
	if (is_placed(l, piece, &n, in))
		return STANDING_STRONG;
	if (o->guide || word_is_action(l->head.title) || word_is_praise(piece->text))
		return STANDING_NONE;
	if ((l->entry && l->ordered) || l->lined)
		return STANDING_WEAK;
	/* A list without places below a rank; where it only sums up, that is seen later (join.c). */
	return in.severity != SEVERITY_UNKNOWN && piece->item && piece->depth <= 1 &&
	                       l->head.title.len >= 8
	               ? STANDING_WEAK
	               : STANDING_NONE;
}

/* A list of what the severities mean: each once, one after the other, and no place named. */
static bool
is_legend(struct outline *o, size_t from, size_t to)
{
	unsigned seen = 0, count = 0;
	struct notes n = {.severity_column = -1};

	for (size_t i = from; i < to; i++) {
		const struct lead *l = &o->lead[i];

		if (!l->tagged && count == 0)
			continue;
		if (!l->tagged && count >= 3 && !o->p->piece[i].item && o->p->piece[i].first)
			break;
		notes_piece(&n, o->p, i);
		if (n.locations > 0 || n.code > 0)
			return false;
		if (!l->tagged)
			continue;
		if (l->head.named || (seen & 1U << l->head.severity))
			return false;
		seen |= 1U << l->head.severity;
		count++;
	}
	return count >= 3;
}

/* The file that a label between the findings names, for those below it. */
static struct str
file_of(const struct outline *o, size_t i)
{
	const struct piece *piece = &o->p->piece[i];
	struct str rest;

	if (piece->kind != PIECE_TEXT || piece->item || !o->lead[i].label ||
	    label_read(piece->text, o->p->span + piece->span, piece->spans, &rest) !=
	            FIELD_LOCATION)
		return STR("");
	return location_path(rest);
}

/* What leads look like, as an index into struct kin. */
static unsigned
shape_of(const struct piece *piece, const struct lead *l)
{
	return (unsigned)piece->item | (unsigned)l->ordered << 1 | (unsigned)l->bold << 2 |
	       (unsigned)(l->head.numbered && !l->ordered) << 3 | (unsigned)l->tagged << 4 |
	       (unsigned)(l->entry && !l->bold) << 5 | (unsigned)(piece->depth > 1) << 6;
}

static bool
is_kin(const struct outline *o, size_t i, struct context in, bool others)
{
	const struct lead *l = &o->lead[i];
	unsigned shape = shape_of(&o->p->piece[i], l);

	return l->is && !l->head.step && !in.aside &&
	       (others || in.findings || in.severity != SEVERITY_UNKNOWN) &&
	       (l->bold || l->ordered || l->entry) && l->head.title.len >= 8 &&
	       o->kin.accepted[shape] > 1 && o->kin.accepted[shape] * 2 >= o->kin.all[shape];
}

/* An item of a list below a rank, of which the one before is a finding. */
static bool
is_next(const struct outline *o, size_t i, struct context in)
{
	const struct start *last =
		o->starts->count > 0 ? &o->starts->start[o->starts->count - 1] : NULL;
	const struct lead *l = &o->lead[i];

	return last && last->to == i && !last->row && !last->fenced && !in.aside &&
	       in.severity != SEVERITY_UNKNOWN && l->is && is_sibling(o, last->from, i) &&
	       l->head.title.len >= 8 && !word_is_action(l->head.title);
}

/* An item that tells what is the case, and names a place. */
static bool
is_told(const struct outline *o, size_t i, size_t to)
{
	const struct lead *l = &o->lead[i];
	const struct piece *piece = &o->p->piece[i];

	if (!l->is || !piece->item || piece->depth != 1 || l->head.title.len < 16 ||
	    word_is_action(l->head.title) || word_is_praise(piece->text) ||
	    location_only(l->head.title) || !word_tells(l->head.title))
		return false;
	for (size_t j = i; j < to && j < i + LOOK_AHEAD && (j == i || !is_end(o, i, j)); j++)
		if (location_in(o->p->piece[j].text))
			return true;
	return false;
}

/* Whether most items there tell so: where no heading is a finding, these are, whatever the section is called. */
static bool
is_told_by_most(const struct outline *o, size_t from, size_t to, struct context in)
{
	size_t items = 0, told = 0;

	if (o->headed || in.aside || in.ideas)
		return false;
	for (size_t i = from; i < to; i++) {
		items += o->p->piece[i].item && o->p->piece[i].depth == 1;
		told += is_told(o, i, to);
	}
	return told > 1 && told * 3 >= items * 2;
}

void
inner_count(struct outline *o, size_t from, size_t to, int parent, struct context in, bool lenient)
{
	if (in.aside || (!lenient && is_legend(o, from, to)))
		return;
	for (size_t i = from; i < to;) {
		unsigned shape = shape_of(&o->p->piece[i], &o->lead[i]);
		enum standing standing = lead_standing(o, i, to, parent, in);

		o->kin.all[shape] += o->lead[i].is;
		o->kin.accepted[shape] += standing != STANDING_NONE;
		i = standing != STANDING_NONE ? lead_end(o, i, to) : i + 1;
	}
}

/* Whether lead I goes on counting from the finding before it, in whatever section that stands. */
static bool
runs_on(const struct outline *o, size_t i, struct context in)
{
	const struct start *last =
		o->starts->count > 0 ? &o->starts->start[o->starts->count - 1] : NULL;
	const struct lead *l = &o->lead[i];
	unsigned shape = shape_of(&o->p->piece[i], l);

	return last && !last->row && !last->fenced && !in.aside && l->is && l->bold &&
	       l->head.numbered && l->head.title.len >= 8 && o->kin.accepted[shape] > 1 &&
	       digits_length(l->head.number) == l->head.number.len &&
	       digits_length(last->head.number) == last->head.number.len &&
	       last->head.number.len > 0 &&
	       line_number_of(l->head.number) == line_number_of(last->head.number) + 1 &&
	       shape == shape_of(&o->p->piece[last->from], &o->lead[last->from]);
}

/* Whether lead I is a finding by itself, or by what is around it. */
static bool
is_taken(struct outline *o, size_t i, size_t to, int parent, struct context in, bool others)
{
	enum standing standing = lead_standing(o, i, to, parent, in);

	o->sure = o->sure || standing == STANDING_STRONG;
	return standing != STANDING_NONE || is_kin(o, i, in, others) || is_next(o, i, in) ||
	       runs_on(o, i, in);
}

static void
leads_find(struct outline *o, size_t from, size_t to, int parent, struct context in, bool legend)
{
	bool most = is_told_by_most(o, from, to, in);
	size_t before = o->starts->count, end;
	struct str file = STR("");

	for (size_t i = from; i < to; i = end) {
		struct start *start;

		end = i + 1;
		if (o->p->piece[i].kind == PIECE_ROW) {
			end = rows_find(o, i, to, parent, in);
			continue;
		}
		if (o->p->piece[i].kind == PIECE_CODE)
			fenced_find(o, i, parent);
		if (file_of(o, i).len > 0)
			file = file_of(o, i);
		if (legend || !(is_taken(o, i, to, parent, in, o->starts->count > before) ||
		                (most && is_told(o, i, to))))
			continue;
		end = lead_end(o, i, to);
		start = start_add(o, parent, i, end);
		start->head = o->lead[i].head;
		if (file.len > 0)
			start->path = file;
	}
}

void
inner_find(struct outline *o, size_t from, size_t to, int parent, struct context in, bool lenient)
{
	size_t before = o->starts->count;
	bool blocks = false;

	if (!in.aside) {
		labelled_find(o, from, to, parent, true);
		blocks = o->starts->count > before;
		o->starts->count = before;
	}
	if (!blocks)
		leads_find(o, from, to, parent, in, !lenient && is_legend(o, from, to));
	if (o->starts->count == before && !in.aside)
		labelled_find(o, from, to, parent, false);
}
