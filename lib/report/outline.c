#include "report/outline.h"

/*
 * Where findings begin. Headings are judged by what they say (a number, a severity) and by what stands below them up to
 * the next heading that is no field ("Impact"): a severity label, locations, code, labels. One that holds
 * further findings is a container. What no heading accounts for is looked through for items, bold
 * paragraphs, rows and lines that are findings by themselves (inner.c, rows.c).
 */

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

/* Whether heading K is below I, or one of the fields that are written at the level of each finding: "## Impact". */
static bool
belongs(const struct outline *o, size_t i, size_t k)
{
	const struct title *t = &o->title[k];

	return t->level > o->title[i].level ||
	       (t->level == o->title[i].level && t->field != FIELD_NONE && !t->group &&
	        o->fields[t->level][t->field] > 1);
}

/* The first heading after I that does not belong to it: not below it, or not about one finding alone. */
static size_t
title_end(const struct outline *o, size_t i)
{
	size_t k = i + 1;

	if (o->title[i].document && word_is_one(o->title[i].head.title))
		return o->count;
	for (; k < o->count && belongs(o, i, k); k++) {
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
	/* "Vault::deposit ..." is a name. */
	bool name = colon && (colon + 1 == title.ptr + title.len || colon[1] == ':');
	struct str rest =
		colon && !name ? str_trim(str_from(title, (size_t)(colon - title.ptr) + 1)) : title;

	return rest.len > 0 ? rest : title;
}

static void
title_start(struct outline *o, size_t i, size_t end)
{
	struct title *t = &o->title[i];
	size_t to = end < o->count ? o->title[end].piece - o->title[end].before : o->p->count;
	struct start *s = start_add(o, t->parent, t->piece, to);

	o->sure = true;
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

/* What heading I makes of its own text; the heading of all may promise findings only there. */
static struct context
context_within(const struct outline *o, size_t i, enum look how)
{
	struct context in = context_below(o, i, how);

	in.promised = in.promised || o->title[i].promises;
	in.findings = in.findings || o->title[i].promises;
	return in;
}

/* Show VISIT all stretches of text that no finding begins at the head of. */
static void
outline_walk(struct outline *o, enum look how,
             void (*visit)(struct outline *o, size_t from, size_t to, int parent, struct context in,
                           bool lenient),
             void (*take)(struct outline *o, size_t title, size_t end))
{
	size_t first = o->count > 0 ? o->title[0].piece : o->p->count;
	struct context none = {.group = -1, .findings = how > LOOK_STRICT};

	visit(o, 0, first, -1, none, how > LOOK_STRICT);
	for (size_t i = 0, end; i < o->count; i = end) {
		bool stands = o->title[i].standing != STANDING_NONE;

		end = stands ? title_end(o, i) : i + 1;
		if (stands && take)
			take(o, i, end);
		if (!stands)
			visit(o, o->title[i].piece + 1,
			      end < o->count ? o->title[end].piece : o->p->count, (int)i,
			      context_within(o, i, how), how > LOOK_STRICT);
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
	size_t before;

	o.lead = xcalloc(p->count + 1, sizeof(*o.lead));
	for (size_t i = 0; i < p->count; i++)
		lead_read(p, i, &o.lead[i]);
	titles_read(&o);
	o.guide = o.count > 0 && o.title[0].document &&
	          word_is_guide(p->piece[o.title[0].piece].text);
	if (o.guide)
		most = LOOK_STRICT;
	for (enum look how = LOOK_STRICT; how <= most && (s->count == 0 || !o.sure); how++) {
		if (how == LOOK_ANYWHERE && s->count > 0)
			break;
		s->count = 0;
		titles_context(&o, how);
		titles_stand(&o, how > LOOK_STRICT);
		o.kin = (struct kin){{0}, {0}};
		outline_walk(&o, how, inner_count, NULL);
		outline_walk(&o, how, inner_find, title_start);
	}
	before = out->unreads;
	outline_unread(&o, report);
	out->report[report].clear = s->count == 0 && out->unreads == before && outline_is_clear(&o);
	free(o.title);
	free(o.lead);
}
