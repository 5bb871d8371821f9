#include "report/outline.h"

/*
 * What the headings of a report are: by what each says, and by what stands below it up to the next one that is no field
 * ("Impact").
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
	static const char *const names[] = {"report",     "audit",    "review",
	                                    "assessment", "analysis", NULL};
	struct str word;

	if (t->level > 2 || t->head.named || t->head.numbered)
		return false;
	while ((word = word_next(&text)).len > 0)
		for (size_t i = 0; names[i]; i++)
			if (word.len >= strlen(names[i]) &&
			    strncasecmp(word.ptr, names[i], strlen(names[i])) == 0)
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

/* What a heading "Severity: high" says, or empty. */
static struct str
severity_label(const struct pieces *p, size_t i)
{
	const struct piece *piece = &p->piece[i];
	struct str rest;

	return label_read(piece->text, p->span + piece->span, piece->spans, &rest) ==
	                               FIELD_SEVERITY &&
	                       word_severity(rest) != SEVERITY_UNKNOWN
	               ? rest
	               : STR("");
}

/* Whether the next heading is below the one at piece I. */
static bool
goes_deeper(const struct pieces *p, size_t i)
{
	uint8_t level = p->piece[i].level;

	for (i++; i < p->count && p->piece[i].kind != PIECE_HEADING;)
		i++;
	return i < p->count && p->piece[i].level > level;
}

/* "Buffer overflows ✅ OK" */
static bool
ends_in_praise(struct str text)
{
	for (size_t i = text.len; i-- > 1;)
		if (word_is_praise(str_from(text, i)) && (unsigned char)text.ptr[i] >= 0xe2)
			return text.len - i < 24;
	return false;
}

/* "✅ Control flow", which neither counts nor rates anything and does not say that it was mended. */
static bool
is_praise(struct str text, const struct head *h)
{
	enum claim_said_kind kind;

	return ((word_is_praise(text) && !h->numbered) || ends_in_praise(text)) &&
	       h->severity == SEVERITY_UNKNOWN && h->said.len == 0 && !word_said(text, &kind);
}

/* A number of its own is a sign of a finding, but sections have one, too: "2. Scope". */
static enum aside
title_aside(struct str text, const struct head *h)
{
	struct str rest = h->title;

	if (h->named)
		return ASIDE_NONE;
	if (is_praise(text, h))
		return ASIDE_CLEAN;
	if (h->numbered)
		for (int i = 0; i < 2; i++)
			text_word_next(&rest);
	return h->numbered && text_word_next(&rest).len > 0 ? ASIDE_NONE : word_aside(text);
}

/* What is longer and tells what is the case is no name of a section: "No check of the base leads to major issues". */
enum { SECTION_MAX = 60 };

static void
title_read(struct outline *o, size_t i)
{
	const struct piece *piece = &o->p->piece[i];
	struct title *t;
	bool tells;

	GROW(o->title, o->count, o->cap);
	t = &o->title[o->count];
	*t = (struct title){.piece = i,
	                    .level = piece->level,
	                    .parent = -1,
	                    .in.group = -1,
	                    .notes.severity_column = -1};
	head_read(piece->text, STR(""), &t->head);
	t->aside = title_aside(piece->text, &t->head);
	tells = piece->text.len > SECTION_MAX && word_tells(piece->text);
	t->group = !t->head.named && !tells && word_is_group(piece->text, &t->group_severity);
	t->findings = !t->group && !tells && word_is_findings(piece->text);
	t->group = t->group && !t->aside;
	t->field = t->head.named || (t->head.numbered && t->head.title.len > 24)
	                   ? FIELD_NONE
	                   : word_field(piece->text);
	/* "Why it's critical" */
	t->group = t->group && t->field == FIELD_NONE;
	/* It rates the finding above, or all below. */
	if (severity_label(o->p, i).len > 0) {
		t->group = goes_deeper(o->p, i);
		t->group_severity = word_severity(severity_label(o->p, i));
		t->field = t->group ? FIELD_NONE : FIELD_SEVERITY;
	}
	t->before = severity_before(o->p, i);
	t->report = !t->before && is_report_title(t, piece->text);
	t->path = location_path(piece->text);
	t->lined = location_lined(piece->text) && t->path.ptr < word_strip(piece->text).ptr + 2;
	t->place = location_only(piece->text);
	for (int level = 1; level < t->level; level++)
		if (o->last[level] > t->parent)
			t->parent = o->last[level];
	o->fields[t->level][t->field] += t->field != FIELD_NONE;
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
	if (t->field == FIELD_SEVERITY)
		notes_severity(&up->notes, severity_label(o->p, t->piece));
}

/* Note for each heading what stands below it up to the next one that is no field. */
static void
titles_note(struct outline *o)
{
	size_t owner = 0, rated;
	bool any = false, severity = false, deeper = false;

	for (size_t i = 0, next = 0; i < o->p->count; i++) {
		if (next < o->count && o->title[next].piece == i) {
			struct title *t = &o->title[next];
			bool inside = t->field != FIELD_NONE && t->parent >= 0;

			severity = inside && t->field == FIELD_SEVERITY &&
			           severity_label(o->p, i).len == 0;
			if (inside)
				field_note(o, t);
			deeper = inside && any && !o->title[t->parent].group;
			owner = deeper ? (size_t)t->parent : next;
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
		rated = o->title[owner].notes.severities;
		notes_piece(&o->title[owner].notes, o->p, i);
		/* "Risk: Low" below "Effort" is that of the fix, where the finding has one of its own. */
		if (deeper && rated > 0 && o->title[owner].head.numbered)
			o->title[owner].notes.severities = rated;
		if (o->p->piece[i].table)
			o->title[owner].notes.rated += rows_rated(o->p, i);
		notes_lead(&o->title[owner].notes, &o->p->piece[i], &o->lead[i]);
	}
}

/* Whether anything that may be a finding stands before piece TO. */
static bool
has_leads(const struct outline *o, size_t to)
{
	for (size_t i = 0; i < to; i++)
		if (o->lead[i].is || o->p->piece[i].kind == PIECE_ROW)
			return true;
	return false;
}

/* The heading of all promises findings, but not everywhere below it. */
static void
document_find(struct outline *o)
{
	struct title *t = o->title;
	size_t named = 0, rows = 0;
	bool rated =
		false; /* "Next steps" may be the first heading there is, behind all findings. */
	if (o->count == 0 || (t->aside && has_leads(o, t->piece)))
		return;
	for (size_t i = 1; i < o->count; i++) {
		if (o->title[i].level <= t->level)
			return;
		rated = rated || o->title[i].group || o->title[i].notes.severities > 0 ||
		        o->title[i].notes.ranks > 0 ||
		        o->title[i].head.severity != SEVERITY_UNKNOWN;
		named += o->title[i].head.named || o->title[i].head.severity != SEVERITY_UNKNOWN;
		rows += o->title[i].notes.rated;
	}
	t->many = named > 1 || rows > 1;
	if ((t->head.named || t->head.numbered) && !t->many)
		return;
	t->document = true;
	t->aside = ASIDE_NONE;
	t->promises = t->findings;
	t->findings = t->findings && o->count == 1;
	t->group = t->group && !rated;
}

/* What a heading rates is below it: numbered headings or items, or rows of a table where the heading is a mere rank. */
static bool
is_rank(const struct title *t, struct str text, enum severity *severity)
{
	const struct notes *n = &t->notes;
	struct str rest = text, first;

	*severity = t->head.severity;
	if (n->counted > 1 && n->prose == 0 && n->severities == 0 && !t->head.named &&
	    t->head.severity != SEVERITY_UNKNOWN)
		return true;
	/* "Performance issues (high priority)", each with a number. */
	if (t->findings && t->numbered > 1 && !t->head.named && !t->head.numbered &&
	    t->head.severity != SEVERITY_UNKNOWN && n->severities == 0)
		return true;
	if (!head_is_rank(&t->head, text, severity) ||
	    (head_is_signed(&t->head) && n->text + n->code > 0 && n->bold_numbered < 2))
		return false;
	first = word_next(&rest);
	/* The sign gives way to a word: "🔴 High priority smells". */
	if (head_is_signed(&t->head) && severity_of_word(first) != SEVERITY_UNKNOWN)
		*severity = severity_of_word(first);
	return t->numbered > 0 || n->bold_numbered > 1 ||
	       (n->listed + n->counted > 0 && text.ptr[0] == 'P') ||
	       (t->sections > 0 && t->fielded == 0 && n->text + n->code == 0);
}

/* "P0: blockers", "High: what to do about it": a group where findings are numbered or listed below it, else one. */
static void
titles_rank(struct outline *o)
{
	document_find(o);
	for (size_t i = 0; i < o->count; i++) {
		const struct title *t = &o->title[i];
		struct title *up = t->parent >= 0 ? &o->title[t->parent] : NULL;

		if (!up)
			continue;
		up->fielded += t->field != FIELD_NONE;
		up->sections += t->field == FIELD_NONE && !t->aside;
		up->numbered +=
			t->field == FIELD_NONE && (t->head.numbered || t->notes.counted > 0);
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

/*
 * What heading I makes of what stands below it. A plan may be grouped by severity, too, and holds no findings
 * nevertheless, unless they are looked for anywhere.
 */
struct context
context_below(const struct outline *o, size_t i, enum look how)
{
	const struct title *t = &o->title[i];
	struct context in = t->in;

	if (t->group)
		in = (struct context){.severity = t->group_severity,
		                      .group = (int)i,
		                      .findings = !in.firm,
		                      .aside = in.firm,
		                      .firm = in.firm};
	else if (t->aside != ASIDE_NONE && (how < LOOK_ANYWHERE || t->aside == ASIDE_CLEAN))
		in = (struct context){.severity = in.severity,
		                      .group = in.group,
		                      .aside = t->aside != ASIDE_IDEAS,
		                      .ideas = t->aside == ASIDE_IDEAS,
		                      .firm = in.firm || t->aside > ASIDE_LOOSE};
	else if (t->findings && !in.firm)
		in = (struct context){.severity = in.severity,
		                      .group = in.group,
		                      .promised = true,
		                      .findings = true};
	in.findings = in.findings || (how > LOOK_STRICT && !in.aside && !in.ideas);
	return in;
}

/* Whether heading I has nothing below it: what it says is of the headings of its level that follow, "# High" "# 1. …". */
static bool
is_bare(const struct outline *o, size_t i)
{
	const struct title *t = &o->title[i];

	return (t->findings || t->group) && !t->aside && t->field == FIELD_NONE &&
	       t->notes.text + t->notes.code + t->notes.rows == 0 && i + 1 < o->count &&
	       o->title[i + 1].level <= t->level;
}

/* What the headings above say: the nearest that is a group, promises findings or is an aside. */
void
titles_context(struct outline *o, enum look how)
{
	int bare[7] = {-1, -1, -1, -1, -1, -1, -1};

	for (size_t i = 0; i < o->count; i++) {
		struct title *t = &o->title[i];

		for (int level = t->level + 1; level < 7; level++)
			bare[level] = -1;
		if (t->group || t->findings || t->aside)
			bare[t->level] = is_bare(o, i) ? (int)i : -1;
		else if (bare[t->level] >= 0)
			t->in = context_below(o, (size_t)bare[t->level], how);
		t->follows = bare[t->level] >= 0 && bare[t->level] != (int)i &&
		             o->title[bare[t->level]].findings;
		if (t->parent < 0)
			continue;
		if (bare[t->level] < 0 || bare[t->level] == (int)i)
			t->in = context_below(o, (size_t)t->parent, how);
		if (t->path.len == 0)
			t->path = o->title[t->parent].path;
	}
}

void
titles_read(struct outline *o)
{
	for (int level = 0; level <= 6; level++)
		o->last[level] = -1;
	for (size_t i = 0; i < o->p->count; i++)
		if (o->p->piece[i].kind == PIECE_HEADING)
			title_read(o, i);
	titles_note(o);
	titles_rank(o);
}
