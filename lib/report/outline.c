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

/* "✅ Control flow", which neither counts nor rates anything and does not say that it was mended. */
static bool
is_praise(struct str text, const struct head *h)
{
	enum claim_said_kind kind;

	return word_is_praise(text) && !h->numbered && h->severity == SEVERITY_UNKNOWN &&
	       h->said.len == 0 && !word_said(text, &kind);
}

static void
title_read(struct outline *o, size_t i)
{
	const struct piece *piece = &o->p->piece[i];
	struct title *t;

	GROW(o->title, o->count, o->cap);
	t = &o->title[o->count];
	*t = (struct title){.piece = i,
	                    .level = piece->level,
	                    .parent = -1,
	                    .in.group = -1,
	                    .notes.severity_column = -1};
	head_read(piece->text, STR(""), &t->head);
	t->aside = t->head.named                      ? ASIDE_NONE
	           : is_praise(piece->text, &t->head) ? ASIDE_CLEAN
	                                              : word_aside(piece->text);
	t->group = !t->head.named && word_is_group(piece->text, &t->group_severity);
	t->findings = !t->group && word_is_findings(piece->text);
	t->group = t->group && !t->aside;
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
		notes_lead(&o->title[owner].notes, &o->p->piece[i], &o->lead[i]);
	}
}

/* The heading of all promises findings, but not everywhere below it. */
static void
document_find(struct outline *o)
{
	struct title *t = o->title;
	bool rated = false;

	if (o->count == 0 || t->head.named || t->head.numbered)
		return;
	for (size_t i = 1; i < o->count; i++) {
		if (o->title[i].level <= t->level)
			return;
		rated = rated || o->title[i].group || o->title[i].notes.severities > 0 ||
		        o->title[i].notes.ranks > 0 || o->title[i].head.severity != SEVERITY_UNKNOWN;
	}
	t->document = true;
	t->aside = ASIDE_NONE;
	t->findings = t->findings && o->count == 1;
	t->group = t->group && !rated;
}

/* What a heading rates is below it: numbered headings or items, or rows of a table where the heading is a mere rank. */
static bool
is_rank(const struct title *t, struct str text, enum severity *severity)
{
	const struct notes *n = &t->notes;

	*severity = t->head.severity;
	if (n->counted > 1 && n->prose == 0 && n->severities == 0 && !t->head.named &&
	    t->head.severity != SEVERITY_UNKNOWN)
		return true;
	if (!head_is_rank(&t->head, text, severity) ||
	    (head_is_signed(&t->head) && n->text + n->code > 0))
		return false;
	return t->numbered > 0 || (n->listed + n->counted > 0 && text.ptr[0] == 'P');
}

/* "P0: blockers", "High: what to do about it": a group where findings are numbered or listed below it, else one. */
static void
titles_rank(struct outline *o)
{
	document_find(o);
	for (size_t i = 0; i < o->count; i++) {
		const struct title *t = &o->title[i];

		if (t->parent >= 0 && t->field == FIELD_NONE &&
		    (t->head.numbered || t->notes.counted > 0))
			o->title[t->parent].numbered++;
	}
	for (size_t i = 0; i < o->count; i++) {
		struct title *t = &o->title[i];
		enum severity severity;
		struct str text = word_strip(o->p->piece[t->piece].text);

		if (t->group || !is_rank(t, text, &severity))
			continue;
		t->group = true;
		t->group_severity = severity;
	}
}

/* Where findings are looked for; at the next only where there were none. */
enum look {
	LOOK_STRICT,   /* where headings promise them, or they are evident */
	LOOK_FREE,     /* in the whole report */
	LOOK_ANYWHERE, /* in its summary and its plan, too */
};

/*
 * What heading I makes of what stands below it. A plan may be grouped by severity, too, and holds no findings
 * nevertheless, unless they are looked for anywhere.
 */
static struct context
context_below(const struct outline *o, size_t i, enum look how)
{
	const struct title *t = &o->title[i];
	struct context in = t->in;

	if (t->group)
		in = (struct context){t->group_severity, (int)i, !in.firm, in.firm, in.firm};
	else if (t->aside != ASIDE_NONE && (how < LOOK_ANYWHERE || t->aside == ASIDE_CLEAN))
		in = (struct context){in.severity, in.group, false, true,
		                      in.firm || t->aside != ASIDE_LOOSE};
	else if (t->findings && !in.firm)
		in = (struct context){in.severity, in.group, true, false, false};
	in.findings = in.findings || (how > LOOK_STRICT && !in.aside);
	return in;
}

/* What the headings above say: the nearest that is a group, promises findings or is an aside. */
static void
titles_context(struct outline *o, enum look how)
{
	for (size_t i = 0; i < o->count; i++) {
		struct title *t = &o->title[i];

		if (t->parent < 0)
			continue;
		t->in = context_below(o, (size_t)t->parent, how);
		if (t->path.len == 0)
			t->path = o->title[t->parent].path;
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

	if (o->title[i].document && word_is_one(o->title[i].head.title))
		return o->count;
	for (; k < o->count && o->title[k].level > o->title[i].level; k++) {
		const struct title *t = &o->title[k];

		if (title_is_entry(t) || t->group ||
		    (t->aside && t->field == FIELD_NONE && !t->head.numbered))
			break;
	}
	return k;
}

/* "Bug Report: the cache never shrinks". */
static struct str
report_subject(struct str title)
{
	const char *colon = memchr(title.ptr, ':', title.len < 40 ? title.len : 40);
	struct str rest =
		colon ? str_trim(str_from(title, (size_t)(colon - title.ptr) + 1)) : title;

	return rest.len > 0 ? rest : title;
}

static void
title_start(struct outline *o, size_t i, size_t end)
{
	struct title *t = &o->title[i];
	size_t to = end < o->count ? o->title[end].piece - o->title[end].before : o->p->count;
	struct start *s = start_add(o, t->parent, t->piece, to);

	s->head = t->head;
	if (t->document)
		s->head.title = report_subject(t->head.title);
	s->path = t->path;
	if (t->before) {
		s->severity = word_severity(o->p->piece[t->piece - 1].text);
		s->severity_words = str_trim(o->p->piece[t->piece - 1].text);
		s->severity_line = o->p->piece[t->piece - 1].line;
	}
}

/* Take the findings that are headings, and look for others between them. */
static void
outline_take(struct outline *o, enum look how)
{
	size_t first = o->count > 0 ? o->title[0].piece : o->p->count;
	struct context none = {SEVERITY_UNKNOWN, -1, how > LOOK_STRICT, false, false};

	inner_find(o, 0, first, -1, none, how > LOOK_STRICT);
	for (size_t i = 0; i < o->count;) {
		struct title *t = &o->title[i];
		struct context in;
		size_t end = i + 1;

		if (t->standing != STANDING_NONE) {
			end = title_end(o, i);
			title_start(o, i, end);
			i = end;
			continue;
		}
		in = context_below(o, i, how);
		inner_find(o, t->piece + 1, end < o->count ? o->title[end].piece : o->p->count,
		           (int)i, in, how > LOOK_STRICT);
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
		    rest.len <= 40 && word_severity(rest) != SEVERITY_UNKNOWN)
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
	enum look most = LOOK_ANYWHERE;

	for (int level = 0; level <= 6; level++)
		o.last[level] = -1;
	o.lead = xcalloc(p->count + 1, sizeof(*o.lead));
	for (size_t i = 0; i < p->count; i++)
		lead_read(p, i, &o.lead[i]);
	for (size_t i = 0; i < p->count; i++)
		if (p->piece[i].kind == PIECE_HEADING)
			title_read(&o, i);
	titles_note(&o);
	titles_rank(&o);
	if (o.count > 0 && o.title[0].document && word_is_guide(p->piece[o.title[0].piece].text))
		most = LOOK_STRICT;
	for (enum look how = LOOK_STRICT; how <= most && s->count == 0; how++) {
		titles_context(&o, how);
		titles_stand(&o, how > LOOK_STRICT);
		outline_take(&o, how);
	}
	outline_unread(&o, report);
	free(o.title);
	free(o.lead);
}
