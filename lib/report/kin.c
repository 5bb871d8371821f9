#include "report/locate.h"
#include "report/outline.h"

/*
 * Headings that are written alike are of one kind. So where most of them are findings by themselves, tell what is the
 * case, or name a place and show what is there, the others are findings, too, if they have anything to say. Alike are
 * those below the same heading, those of one level that are numbered in the same way, and those whose numbers run on.
 */
struct family {
	size_t all, standing;
	size_t telling, shown;
};

/* What stands below it tells what is the case, more than once. */
static bool
is_list(const struct notes *n)
{
	return n->clauses > 1 || (n->told > 1 && n->told > n->prose);
}

/* It has something to say, and a title that tells what is the case. */
static bool
is_telling(const struct title *t)
{
	return t->notes.text + t->notes.code > 0 && !is_list(&t->notes) && !t->in.ideas &&
	       word_tells(t->head.title);
}

/* It names a place, and shows the code or what to do. */
static bool
is_shown(const struct title *t)
{
	const struct notes *n = &t->notes;

	return n->places + n->locations > 0 && n->code + n->fields > 0 && !is_list(n);
}

static void
family_add(struct family *f, const struct title *t)
{
	f->all++;
	f->standing += t->standing != STANDING_NONE;
	f->telling += is_telling(t);
	f->shown += is_shown(t);
}

/* Whether T may be a finding for what others are; NAMED: it counts itself. */
static bool
may_join(const struct title *t, bool named)
{
	return t->standing == STANDING_NONE && !t->report && !t->many && !t->document &&
	       !t->aside && !t->in.aside && !t->findings && t->notes.text + t->notes.code > 0 &&
	       title_may(t, named);
}

/* Those below the same heading, with numbers and without. */
static struct family *
siblings_of(const struct title *t, struct family *siblings)
{
	return &siblings[2 * (size_t)(t->parent + 1) + t->head.numbered];
}

static bool
is_sibling(const struct title *t, const struct family *f, bool lenient)
{
	const struct notes *n = &t->notes;
	bool named = t->head.named || t->head.numbered;

	if (!may_join(t, named) || (lenient && !named))
		return false;
	if (is_telling(t) && f->telling > 2 && f->telling * 3 >= f->all * 2)
		return true;
	if (f->standing < 2)
		return false;
	return named ? f->standing * 2 >= f->all
	             : f->standing * 4 >= f->all * 3 && n->locations + n->code + n->fields > 0;
}

static void
siblings_join(struct outline *o, struct family *siblings, bool lenient)
{
	for (size_t i = 0; i < o->count; i++)
		if (o->title[i].field == FIELD_NONE && !o->title[i].group && !o->title[i].aside)
			family_add(siblings_of(&o->title[i], siblings), &o->title[i]);
	for (size_t i = 0; i < o->count; i++) {
		struct title *t = &o->title[i];

		if (is_sibling(t, siblings_of(t, siblings), lenient))
			t->standing = STANDING_WEAK;
	}
}

/* How a heading is numbered: "", "3", "3.1", "M-3". */
enum form { FORM_NONE, FORM_NUMBER, FORM_PARTS, FORM_NAME, FORMS };

static enum form
form_of(const struct title *t)
{
	struct str number = t->head.number;

	return t->head.named                         ? FORM_NAME
	       : number.len == 0                     ? FORM_NONE
	       : digits_length(number) == number.len ? FORM_NUMBER
	                                             : FORM_PARTS;
}

/* What a section is about may differ from the next: of those near T half must be findings, or sound like it. */
static bool
is_cousin(const struct title *t, const struct family *f, const struct family *near)
{
	if (!may_join(t, form_of(t) != FORM_NONE))
		return false;
	if (form_of(t) == FORM_NONE)
		return is_telling(t) && f->standing > 1 && f->standing * 4 >= f->all * 3;
	if (is_shown(t) && f->shown > 2 && f->shown * 4 >= f->all * 3)
		return true;
	return f->standing > 1 && f->standing * 2 >= f->all &&
	       (near->standing + near->telling) * 2 >= near->all;
}

static void
cousins_join(struct outline *o, struct family *siblings)
{
	struct family cousins[7][FORMS] = {{{0}}};

	for (size_t i = 0; i < o->count; i++) {
		const struct title *t = &o->title[i];

		if (t->field == FIELD_NONE && !t->group && !t->aside && !t->in.aside)
			family_add(&cousins[t->level][form_of(t)], t);
	}
	for (size_t i = 0; i < o->count; i++) {
		struct title *t = &o->title[i];

		if (is_cousin(t, &cousins[t->level][form_of(t)], siblings_of(t, siblings)))
			t->standing = STANDING_WEAK;
	}
}

/* A run of N headings: where half of them are findings all are, whatever they are called. */
static void
run_join(struct outline *o, const size_t *run, size_t n)
{
	size_t standing = 0;

	for (size_t i = 0; i < n; i++)
		standing += o->title[run[i]].standing != STANDING_NONE;
	for (size_t i = 0; n > 2 && standing * 2 >= n && i < n; i++) {
		struct title *t = &o->title[run[i]];

		if (t->standing == STANDING_NONE && t->head.title.len > 0 &&
		    t->notes.text + t->notes.code > 0 && title_may(t, true))
			t->standing = STANDING_WEAK;
	}
}

/* Headings of one level with running numbers, "### 9. …", "### 10. …", across the sections they are in. */
static void
runs_join(struct outline *o)
{
	size_t *run = xcalloc(o->count + 1, sizeof(*run));

	for (int level = 2; level <= 6; level++) {
		uint32_t last = 0;
		size_t n = 0;

		for (size_t i = 0; i < o->count; i++) {
			const struct title *t = &o->title[i];

			if (t->level != level || !t->head.numbered || form_of(t) != FORM_NUMBER)
				continue;
			if (n > 0 && line_number_of(t->head.number) != last + 1) {
				run_join(o, run, n);
				n = 0;
			}
			last = line_number_of(t->head.number);
			run[n++] = i;
		}
		run_join(o, run, n);
	}
	free(run);
}

void
titles_kin(struct outline *o, bool lenient)
{
	struct family *siblings = xcalloc(2 * o->count + 2, sizeof(*siblings));

	siblings_join(o, siblings, lenient);
	runs_join(o);
	cousins_join(o, siblings);
	free(siblings);
}
