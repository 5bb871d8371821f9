#include "report/outline.h"

#include <ctype.h>

/*
 * Where findings begin. Headings are judged by what they say (a number, a severity) and by what stands below them up to
 * the next heading that is no field ("Impact"): a severity label, locations, code, labels. One that holds
 * further findings is a container. What no heading accounts for is looked through for items, bold
 * paragraphs, rows and lines that are findings by themselves (inner.c, rows.c).
 */

/* Fields that a finding has and a report as a whole has not. */
static bool
is_own_field(enum field f)
{
	return f == FIELD_SEVERITY || f == FIELD_IMPACT || f == FIELD_LOCATION ||
	       f == FIELD_LINES || f == FIELD_DEMO || f == FIELD_CATEGORY;
}

static void
notes_severity(struct notes *n, struct str value)
{
	if (word_severity(value) != CLAIM_UNSTATED && value.len <= 80)
		n->severities++;
}

void
notes_text(struct notes *n, const struct pieces *p, const struct piece *piece)
{
	struct segment segment[SEGMENTS];
	size_t count = segments_read(piece->text, p->span + piece->span, piece->spans, segment);

	n->text++;
	n->locations += location_in(piece->text);
	for (size_t i = 0; i < count; i++) {
		enum field f = segment[i].field;

		if (f == FIELD_SEVERITY)
			notes_severity(n, segment[i].text);
		if (f == FIELD_SEVERITY && segment[i].text.len == 0)
			n->severity_next = true;
		if (f == FIELD_LOCATION || f == FIELD_LINES)
			n->places++;
		if (f == FIELD_DESCRIPTION || f == FIELD_IMPACT || f == FIELD_FIX ||
		    f == FIELD_DEMO)
			n->fields |= 1U << f;
		if (f == FIELD_NONE && count == 1 && n->severity_next)
			notes_severity(n, segment[i].text);
		if (f != FIELD_SEVERITY)
			n->severity_next = false;
	}
	if (count == 1 && segment[0].field == FIELD_NONE && piece->first && piece->text.len <= 24 &&
	    word_is_severity(piece->text))
		n->severities++;
}

/* A row of a table with the labels on its left, or below its head: the severity it gives. */
static void
notes_cell(struct notes *n, const struct pieces *p, size_t i)
{
	const struct piece *cell = &p->piece[i];

	n->locations += location_in(cell->text);
	if (cell->column == 1 && word_field(p->piece[i - 1].text) == FIELD_SEVERITY)
		notes_severity(n, cell->text);
	else if (!cell->header && n->severity_column == (int)cell->column)
		notes_severity(n, cell->text);
	if (cell->header && word_field(cell->text) == FIELD_SEVERITY)
		n->severity_column = (int)cell->column;
}

void
notes_piece(struct notes *n, const struct pieces *p, size_t i)
{
	const struct piece *piece = &p->piece[i];

	switch (piece->kind) {
	case PIECE_TEXT: notes_text(n, p, piece); break;
	case PIECE_CELL: notes_cell(n, p, i); break;
	case PIECE_CODE: n->code++; break;
	case PIECE_ROW:
		if (piece->table)
			n->severity_column = -1;
		break;
	default: break;
	}
}

static bool
is_report_title(const struct title *t, struct str text)
{
	static const char *const words[] = {"report",     "audit",      "review",   "assessment",
	                                    "analysis",   "Report",     "Audit",    "Review",
	                                    "Assessment", "Analysis",   "REPORT",   "AUDIT",
	                                    "REVIEW",     "ASSESSMENT", "ANALYSIS", NULL};

	if (t->level > 2 || t->head.named || t->head.numbered)
		return false;
	for (size_t i = 0; words[i]; i++)
		if (memmem(text.ptr, text.len, words[i], strlen(words[i])))
			return true;
	return false;
}

/* A severity alone on the line before a heading, as issue trackers export it, is that of what follows. */
static bool
severity_before(const struct pieces *p, size_t i)
{
	const struct piece *b = i > 0 ? &p->piece[i - 1] : NULL;

	return b && b->kind == PIECE_TEXT && b->first && b->text.len <= 24 && b->depth == 0 &&
	       word_is_severity(b->text) &&
	       !(i > 1 && (p->piece[i - 2].kind == PIECE_HEADING ||
	                   word_field(p->piece[i - 2].text) == FIELD_SEVERITY));
}

static void
title_read(struct outline *o, size_t i)
{
	const struct piece *piece = &o->p->piece[i];
	struct title *t;

	GROW(o->title, o->count, o->cap);
	t = &o->title[o->count];
	*t = (struct title){
		.piece = i, .level = piece->level, .parent = -1, .notes = {.severity_column = -1}};
	head_read(piece->text, STR(""), &t->head);
	t->group = !t->head.named && word_is_group(piece->text, &t->group_severity);
	t->findings = !t->group && word_is_findings(piece->text);
	t->aside = word_is_aside(piece->text) && !t->head.named;
	t->field = t->head.named || (t->head.numbered && t->head.title.len > 24)
	                   ? FIELD_NONE
	                   : word_field(piece->text);
	t->report = is_report_title(t, piece->text);
	t->before = severity_before(o->p, i);
	t->path = location_path(piece->text);
	t->place = location_only(piece->text);
	for (int level = 1; level < t->level; level++)
		if (o->last[level] > t->parent)
			t->parent = o->last[level];
	o->last[t->level] = (int)o->count;
	for (int level = t->level + 1; level <= 6; level++)
		o->last[level] = -1;
	o->count++;
}

/* A field belongs to the heading above it, which may be a finding. */
static void
field_note(struct outline *o, struct title *t)
{
	struct title *up = &o->title[t->parent];

	if (is_own_field(t->field))
		up->own_fields |= 1U << t->field;
	up->notes.fields |= 1U << t->field;
	up->notes.places += t->field == FIELD_LOCATION;
}

/* Note for each heading what stands below it up to the next one that is no field. */
static void
titles_note(struct outline *o)
{
	size_t owner = 0;
	bool any = false, severity = false;

	for (size_t i = 0, next = 0; i < o->p->count; i++) {
		if (next < o->count && o->title[next].piece == i) {
			struct title *t = &o->title[next];
			bool inside = t->field != FIELD_NONE && t->parent >= 0;

			severity = inside && t->field == FIELD_SEVERITY;
			if (inside)
				field_note(o, t);
			if (inside && any && !o->title[t->parent].group)
				owner = (size_t)t->parent;
			else
				owner = next;
			any = true;
			next++;
			continue;
		}
		if (!any)
			continue;
		if (severity && o->p->piece[i].kind == PIECE_TEXT) {
			notes_severity(&o->title[owner].notes, o->p->piece[i].text);
			severity = false;
			continue;
		}
		notes_piece(&o->title[owner].notes, o->p, i);
		o->title[owner].notes.tagged += o->lead[i].is && o->lead[i].tagged;
	}
}

/* What the headings above say: the nearest that is a group, promises findings or is an aside. */
static void
titles_context(struct outline *o)
{
	for (size_t i = 0; i < o->count; i++) {
		struct title *t = &o->title[i];

		if (t->parent < 0)
			continue;
		t->in = o->title[t->parent].in;
		if (o->title[t->parent].group)
			t->in = (struct context){o->title[t->parent].group_severity, t->parent,
			                         true, false};
		else if (o->title[t->parent].aside)
			t->in = (struct context){t->in.severity, t->in.group, false, true};
		else if (o->title[t->parent].findings)
			t->in = (struct context){t->in.severity, t->in.group, true, false};
		if (t->path.len == 0)
			t->path = o->title[t->parent].path;
	}
}

static unsigned
bits(unsigned x)
{
	return (unsigned)__builtin_popcount(x);
}

static enum standing
title_standing(const struct title *t, bool lenient)
{
	const struct notes *n = &t->notes;
	bool body = n->text > 0 || n->code > 0 || n->locations > 0 || n->fields > 0;
	bool named = t->head.named || (t->head.severity != CLAIM_UNSTATED && t->head.title.len > 0);
	bool in_findings = t->in.findings || (lenient && !t->in.aside);

	if (t->group || t->head.step || t->head.title.len == 0 || t->report ||
	    (t->field != FIELD_NONE && t->parent >= 0 && !t->before))
		return STANDING_NONE;
	if (t->aside && !named && !t->before && !t->head.numbered)
		return STANDING_NONE;
	if (t->place && !named && n->severities == 0 && !t->before)
		return STANDING_NONE;
	if (t->before)
		return STANDING_STRONG;
	if (n->severities > 1 && !t->head.named)
		return STANDING_NONE;
	if (t->findings && !t->head.numbered && !named && n->severities == 0 &&
	    bits(t->own_fields) < 2)
		return STANDING_NONE;
	if (n->severities > 0 && (!t->aside || t->head.numbered))
		return STANDING_STRONG;
	if (n->tagged > 1 && !t->head.named)
		return STANDING_NONE;
	if (named && (body || in_findings || t->in.group >= 0) && (!t->in.aside || body))
		return STANDING_STRONG;
	if (bits(t->own_fields) >= 2)
		return STANDING_STRONG;
	if (t->in.aside)
		return STANDING_NONE;
	if (t->in.severity != CLAIM_UNSTATED && body)
		return STANDING_WEAK;
	if (t->head.numbered && (n->places > 0 || n->locations > 0 || n->code > 0 || n->fields > 0))
		return STANDING_WEAK;
	if (in_findings && (n->locations > 0 || n->code > 0 || n->fields > 0))
		return STANDING_WEAK;
	if (bits(n->fields) >= 2 && (n->locations > 0 || n->code > 0) && t->level > 1)
		return STANDING_WEAK;
	return STANDING_NONE;
}

/* A heading such as "[M-01] …": it is a finding whatever is below it, and ends the one above. */
static bool
is_entry(const struct title *t)
{
	return t->standing == STANDING_STRONG && t->head.named &&
	       isalpha((unsigned char)t->head.number.ptr[0]) && t->head.title.len > 0;
}

/* From the inside out: what holds findings is none, unless it is evidently one and they are its parts. */
static void
titles_settle(struct outline *o)
{
	for (size_t i = o->count; i-- > 0;) {
		struct title *t = &o->title[i];
		bool sure = t->head.named || t->notes.severities > 0 || t->before;

		if (t->standing == STANDING_WEAK && t->strong + t->weak > 0)
			t->standing = STANDING_NONE;
		if (t->standing == STANDING_STRONG && t->notes.severities == 0 &&
		    !(is_entry(t) && t->notes.text > 0) &&
		    (t->strong >= 2 || (t->strong > 0 && !sure)))
			t->standing = STANDING_NONE;
		if (t->parent < 0)
			continue;
		o->title[t->parent].strong += t->standing == STANDING_STRONG ? 1 : t->strong;
		o->title[t->parent].weak += t->standing == STANDING_WEAK ? 1 : t->weak;
	}
}

/* The names of the headings above, the report's own left out. */
static struct str
section_of(const struct outline *o, int parent)
{
	int chain[8], count = 0;
	struct buf b = BUF_INIT;
	struct str kept;

	for (; parent >= 0 && count < 8; parent = o->title[parent].parent)
		if (!o->title[parent].report && o->title[parent].standing == STANDING_NONE)
			chain[count++] = parent;
	while (count-- > 0) {
		if (b.len > 0)
			buf_str(&b, " / ");
		buf_span(&b, word_strip(o->p->piece[o->title[chain[count]].piece].text));
	}
	kept = claims_keep(o->out, buf_view(&b));
	buf_release(&b);
	return kept;
}

struct start *
start_add(struct outline *o, int parent, size_t from, size_t to)
{
	struct starts *s = o->starts;
	struct start *start;

	GROW(s->start, s->count, s->cap);
	start = &s->start[s->count++];
	*start = (struct start){.from = from,
	                        .to = to,
	                        .section = STR(""),
	                        .path = STR(""),
	                        .severity_words = STR("")};
	if (parent < 0)
		return start;
	start->path = o->title[parent].path;
	if (parent != o->section_parent) {
		o->section = section_of(o, parent);
		o->section_parent = parent;
	}
	start->section = o->section;
	if (!o->title[parent].group)
		parent = o->title[parent].in.group;
	if (parent >= 0) {
		start->severity = o->title[parent].group_severity;
		start->severity_words = word_strip(o->p->piece[o->title[parent].piece].text);
		start->severity_line = o->p->piece[o->title[parent].piece].line;
	}
	return start;
}

/* The first heading after I that does not belong to it: not below it, or not about one finding alone. */
static size_t
title_end(const struct outline *o, size_t i)
{
	size_t k = i + 1;

	for (; k < o->count && o->title[k].level > o->title[i].level; k++) {
		const struct title *t = &o->title[k];

		if (is_entry(t) || t->group ||
		    (t->aside && t->field == FIELD_NONE && !t->head.numbered))
			break;
	}
	return k;
}

static void
title_start(struct outline *o, size_t i, size_t end)
{
	struct title *t = &o->title[i];
	size_t to = end < o->count ? o->title[end].piece - o->title[end].before : o->p->count;
	struct start *s = start_add(o, t->parent, t->piece, to);

	s->head = t->head;
	s->path = t->path;
	if (t->before) {
		s->severity = word_severity(o->p->piece[t->piece - 1].text);
		s->severity_words = str_trim(o->p->piece[t->piece - 1].text);
		s->severity_line = o->p->piece[t->piece - 1].line;
	}
}

/* Take the findings that are headings, and look for others between them. */
static void
outline_take(struct outline *o, bool lenient)
{
	size_t first = o->count > 0 ? o->title[0].piece : o->p->count;
	struct context none = {CLAIM_UNSTATED, -1, lenient, false};

	inner_find(o, 0, first, -1, none, lenient);
	for (size_t i = 0; i < o->count;) {
		struct title *t = &o->title[i];
		struct context in = t->in;
		size_t end = i + 1;

		if (t->standing != STANDING_NONE) {
			end = title_end(o, i);
			title_start(o, i, end);
			i = end;
			continue;
		}
		if (t->group)
			in = (struct context){t->group_severity, (int)i, true, false};
		else if (t->aside)
			in = (struct context){in.severity, in.group, lenient, !lenient};
		else if (t->findings)
			in.findings = true, in.aside = false;
		in.findings = in.findings || (lenient && !in.aside);
		inner_find(o, t->piece + 1, end < o->count ? o->title[end].piece : o->p->count,
		           (int)i, in, lenient);
		i = end;
	}
}

/* A severity that no finding accounts for, and a named heading with nothing to it: said, not passed over. */
static void
outline_unread(struct outline *o, uint32_t report)
{
	size_t next = 0;

	for (size_t i = 0; i < o->p->count; i++) {
		const struct piece *piece = &o->p->piece[i];
		struct str rest;
		struct claim_unread *u;
		const char *reason = NULL;

		while (next < o->starts->count && o->starts->start[next].to <= i)
			next++;
		if (next < o->starts->count && o->starts->start[next].from <= i)
			continue;
		if (piece->kind == PIECE_TEXT &&
		    label_read(piece->text, o->p->span + piece->span, piece->spans, &rest) ==
		            FIELD_SEVERITY &&
		    rest.len <= 40 && word_severity(rest) != CLAIM_UNSTATED)
			reason = "a severity, but no finding it belongs to";
		if (piece->kind == PIECE_HEADING) {
			struct head h;

			head_read(piece->text, STR(""), &h);
			if (h.named && !h.step)
				reason = h.title.len > 0
				                 ? "a numbered heading with nothing below it"
				                 : "no title";
		}
		if (!reason)
			continue;
		u = claims_add_unread(o->out);
		*u = (struct claim_unread){report, piece->line, STR(""), reason};
		u->text = claims_keep(o->out,
		                      (struct str){piece->text.ptr,
		                                   piece->text.len < 120 ? piece->text.len : 120});
	}
}

void
starts_find(const struct pieces *p, struct starts *s, struct claims *out, uint32_t report)
{
	struct outline o = {.p = p, .starts = s, .out = out, .section_parent = -1};

	for (int level = 0; level <= 6; level++)
		o.last[level] = -1;
	o.lead = xcalloc(p->count + 1, sizeof(*o.lead));
	for (size_t i = 0; i < p->count; i++)
		lead_read(p, i, &o.lead[i]);
	for (size_t i = 0; i < p->count; i++)
		if (p->piece[i].kind == PIECE_HEADING)
			title_read(&o, i);
	titles_note(&o);
	titles_context(&o);
	for (int lenient = 0; lenient < 2 && s->count == 0; lenient++) {
		for (size_t i = 0; i < o.count; i++) {
			o.title[i].strong = o.title[i].weak = 0;
			o.title[i].standing = title_standing(&o.title[i], lenient);
		}
		titles_settle(&o);
		outline_take(&o, lenient);
	}
	outline_unread(&o, report);
	free(o.title);
	free(o.lead);
}
