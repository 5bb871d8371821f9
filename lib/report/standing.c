#include "report/locate.h"
#include "report/outline.h"

#include <ctype.h>

/*
 * Whether a heading is a finding, by what it says, what is above it and what stands below it: first each by itself,
 * then from the inside out, for what holds findings is none.
 */

static unsigned
bits(unsigned x)
{
	return (unsigned)__builtin_popcount(x);
}

/* A report on one finding: the heading of all, and its severity below it, or its name and where it is. */
static bool
is_only(const struct title *t)
{
	if (!t->document || t->many || t->findings || t->head.title.len == 0)
		return false;
	return t->notes.severities == 1 ||
	       (t->notes.severities == 0 && t->notes.places > 0 && word_is_one(t->head.title));
}

/* A section of items that say each for itself what is wrong and where, or of a table. */
static bool
is_section(const struct title *t)
{
	const struct notes *n = &t->notes;

	if (!t->head.named && (n->bold_named > 1 || (n->bold_numbered > 1 && !t->head.numbered)))
		return true;
	/* A name of a thing, and a list of what is the case with it. */
	if ((n->titled > 1 || n->placed > 2) && n->prose == 0 && !t->head.numbered &&
	    !word_tells(word_front(t->head.title)))
		return true;
	if (n->severities + n->places + n->fields > 0)
		return false;
	if (n->text + n->code == 0 && n->rows > 2)
		return true;
	if (t->head.numbered)
		return t->findings && n->entries + n->counted > 1;
	return n->entries > 1 || (n->entries + n->counted > 0 && n->prose + n->code == 0);
}

/* Nothing is wrong here: all that is listed has a mark of approval. */
static bool
is_praised(const struct title *t)
{
	const struct notes *n = &t->notes;

	return n->praised > 0 && n->faulted == 0 && n->severities + n->places + n->fields == 0 &&
	       t->head.severity == SEVERITY_UNKNOWN;
}

/* "Metrics are public": it sounds like an aside, but its labels say that it is a finding. */
static bool
is_evident(const struct title *t)
{
	const struct notes *n = &t->notes;

	return t->before || (n->severities == 1 && (n->places > 0 || bits(n->fields) > 0) &&
	                     !t->report && word_tells(t->head.title));
}

/* "Task 3 - …" that says where and how a fault is to be mended. */
static bool
is_task(const struct title *t)
{
	return notes_mend(&t->notes) && t->notes.clauses < 2;
}

/* "Issue #2 - CRITICAL", and labels below it. */
static bool
is_untitled(const struct title *t)
{
	const struct notes *n = &t->notes;

	return t->head.named &&
	       (n->severities == 1 || (t->head.severity != SEVERITY_UNKNOWN && n->places > 0));
}

/* What a heading cannot be a finding for, whatever stands below it. */
static bool
is_none(const struct title *t, bool named)
{
	const struct notes *n = &t->notes;

	if (t->group || (t->head.step && n->severities == 0 && !is_task(t)) ||
	    (t->head.title.len == 0 && !is_untitled(t)))
		return true;
	if (t->field != FIELD_NONE && t->parent >= 0 && !t->before)
		return true;
	if ((n->cleared > 0 && n->severities == 0) || (n->opened > 0 && !named))
		return true;
	/* Each row of a table is one. */
	if (n->severities == 0 &&
	    (n->rated > 0 ||
	     (n->listed > (n->text + n->code > 0) &&
	      (t->findings || (!t->head.numbered && t->in.severity != SEVERITY_UNKNOWN)))))
		return true;
	if (t->aside && !named && !is_evident(t))
		return true;
	return t->place && !named && n->severities == 0 && !t->before;
}

/* A heading below a field, such as "Recommendations", is a part of that: not where it says itself that it is a finding. */
static bool
is_part(const struct title *t, const struct title *up)
{
	if (!up || up->field == FIELD_NONE || up->findings || up->group || t->head.named ||
	    t->head.severity != SEVERITY_UNKNOWN || t->notes.severities > 0)
		return false;
	return up->field == FIELD_FIX || up->field == FIELD_DEMO || up->field == FIELD_IMPACT ||
	       (up->field == FIELD_DESCRIPTION && !t->head.numbered);
}

static bool
is_telling(const struct title *t)
{
	struct str rest = t->head.title;

	return text_word_next(&rest).len > 0 && text_word_next(&rest).len > 0 &&
	       text_word_next(&rest).len > 0;
}

/* What a heading may be a finding for that neither rates nor names itself. */
static bool
is_weak(const struct title *t, const struct title *up, bool in_findings)
{
	const struct notes *n = &t->notes;
	bool told = n->locations > 0 || n->code > 0 || n->fields > 0 || t->lined;
	if (t->in.severity != SEVERITY_UNKNOWN && (told || n->text > 0 || t->head.numbered))
		return true;
	if (t->in.ideas && n->places + n->locations == 0)
		return false;
	if (((t->head.numbered || t->lined) && (told || n->places > 0)) || (in_findings && told))
		return true;
	if (bits(n->fields) >= 2 && (n->locations > 0 || n->code > 0) && t->level > 1)
		return true;
	/* Prose right below a heading that promises findings, with a title that says more than "Performance". */
	return ((up && up->findings) || t->follows) && n->prose > 0 &&
	       n->counted + n->entries == 0 && is_telling(t);
}

/* Whether all that is to say of title I stands below headings of its own, which say what they hold and nothing more. */
static bool
has_parts(const struct outline *o, size_t i)
{
	size_t parts = 0;

	for (size_t k = i + 1; k < o->count && o->title[k].level > o->title[i].level; k++) {
		const struct title *t = &o->title[k];

		if (t->head.named || t->head.numbered || t->group)
			return false;
		parts += t->notes.text + t->notes.code > 0;
	}
	return parts > 1;
}

bool
title_may(const struct title *t, bool named)
{
	return !is_none(t, named) && !is_praised(t) && !is_section(t);
}

static enum standing
title_standing(const struct outline *o, size_t i, bool lenient)
{
	const struct title *t = &o->title[i], *up = t->parent > 0 ? &o->title[t->parent] : NULL;
	const struct notes *n = &t->notes;
	bool body = n->text > 0 || n->code > 0 || n->locations > 0 || n->fields > 0 ||
	            (t->head.named && has_parts(o, i));
	bool named =
		t->head.named || (t->head.severity != SEVERITY_UNKNOWN && t->head.title.len > 0);
	bool in_findings = t->in.findings || (lenient && !t->in.aside && !t->in.ideas);

	if (lenient && is_only(t))
		return STANDING_STRONG;
	if (t->report || t->many || is_none(t, named) || is_part(t, up))
		return STANDING_NONE;
	if (t->before || (t->head.step && is_task(t)))
		return STANDING_STRONG;
	if (n->severities > 1 && !t->head.named)
		return STANDING_NONE;
	if (t->findings && !t->head.numbered && !named && n->severities == 0 &&
	    bits(t->own_fields) < 2)
		return STANDING_NONE;
	if (n->severities > 0 && (!t->aside || is_evident(t)))
		return STANDING_STRONG;
	if ((n->tagged > 1 && !t->head.named) || is_praised(t))
		return STANDING_NONE;
	if (t->head.named && (body || in_findings || t->in.group >= 0) && (!t->in.aside || body))
		return STANDING_STRONG;
	if (named && !t->in.aside && (body || in_findings || t->in.group >= 0))
		return STANDING_STRONG;
	if (bits(t->own_fields) >= 2)
		return STANDING_STRONG;
	if (t->in.aside || is_section(t) || (t->promises && !named))
		return STANDING_NONE;
	return is_weak(t, up, in_findings) ? STANDING_WEAK : STANDING_NONE;
}

bool
title_is_entry(const struct title *t)
{
	return t->standing == STANDING_STRONG && t->head.named &&
	       !isdigit((unsigned char)t->head.number.ptr[0]) && t->head.title.len > 0;
}

/* Where findings stand below T, whether it is one nevertheless and they are its parts. */
static bool
is_whole(const struct title *t)
{
	bool sure = t->head.named || t->notes.severities > 0 || t->before;

	if (t->standing == STANDING_WEAK)
		return t->strong + t->weak == 0 ||
		       (t->head.numbered && t->in.severity != SEVERITY_UNKNOWN && t->strong == 0 &&
		        t->numbered == 0);
	if (t->document)
		return t->strong == 0;
	return t->notes.severities > 0 || (title_is_entry(t) && t->notes.text > 0) ||
	       (t->strong < 2 && (t->strong == 0 || sure));
}

/* Whether T holds findings rather than being one. */
static bool
is_container(const struct title *t)
{
	return t->standing == STANDING_NONE && t->field == FIELD_NONE && !t->aside &&
	       (t->findings || t->group || t->strong + t->weak > 1);
}

/* Beside a section that holds findings are sections: those that nothing rates or names are no findings. */
static void
titles_sections(struct outline *o)
{
	bool *holds = xcalloc(7 * (o->count + 1), sizeof(*holds));

	for (size_t i = 0; i < o->count; i++)
		if (is_container(&o->title[i]))
			holds[7 * (o->title[i].parent + 1) + o->title[i].level] = true;
	for (size_t i = 0; i < o->count; i++) {
		struct title *t = &o->title[i];

		if (t->standing == STANDING_WEAK && t->in.severity == SEVERITY_UNKNOWN &&
		    !t->in.promised && t->notes.places == 0 &&
		    holds[7 * (t->parent + 1) + t->level])
			t->standing = STANDING_NONE;
	}
	free(holds);
}

void
titles_stand(struct outline *o, bool lenient)
{
	for (size_t i = 0; i < o->count; i++) {
		struct title *t = &o->title[i];

		t->strong = t->weak = t->numbered = 0;
		t->standing = title_standing(o, i, lenient);
	}
	titles_kin(o, lenient);
	for (size_t i = o->count; i-- > 0;) {
		struct title *t = &o->title[i], *up;
		bool weak;

		if (t->standing != STANDING_NONE && !is_whole(t))
			t->standing = STANDING_NONE;
		if (t->parent < 0)
			continue;
		up = &o->title[t->parent];
		weak = t->standing == STANDING_WEAK;
		up->strong += t->standing == STANDING_STRONG ? 1 : t->strong;
		up->weak += weak ? 1 : t->weak;
		up->numbered += weak ? t->head.number.len > 0 : t->numbered;
	}
	titles_sections(o);
	o->headed = false;
	for (size_t i = 0; i < o->count; i++)
		o->headed = o->headed || o->title[i].standing != STANDING_NONE;
}
