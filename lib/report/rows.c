#include "report/locate.h"
#include "report/number.h"
#include "report/outline.h"

/* Findings that are rows of a table, or lines of a fence with bars in them. */

/* What each column holds, by its head, or where that says nothing, by what stands in it. */
struct table {
	uint8_t column[COLUMNS]; /* enum field */
	bool severity, title, place, fix, counts, number;
	bool faults;       /* by its head the column of titles tells what is wrong */
	bool legend;       /* of what the severities mean: each once, and nothing else but words */
	bool named, tells; /* most rows have a name, "ABI-01", and most titles tell something */
	size_t rows, severe; /* rows below the head, and those that give a severity */
	size_t end;
};

static enum field
column_field(struct str head)
{
	enum field f = word_field_ends(head);
	struct str s = word_strip(head);

	if (f == FIELD_DESCRIPTION || f == FIELD_TITLE)
		return FIELD_TITLE;
	if (s.len == 0 || str_is(s, "#") || memchr(head.ptr, '#', head.len))
		return FIELD_NUMBER;
	return f;
}

bool
column_is_entry(struct str head)
{
	enum field f = column_field(head);

	return f == FIELD_TITLE || f == FIELD_NUMBER;
}

/* "Issue", "问题": what is in the column is wrong, and not only described. */
static bool
is_faults(struct str head)
{
	static const char faults[] = "issue|issues|bug|problem|problems|finding|findings|defect|"
				     "vulnerability|error|weakness|flaw|fault";
	char words[WORDS_MAX + 2];

	return ((unsigned char)head.ptr[0] >= 0x80 && word_field_ends(head) == FIELD_DESCRIPTION) ||
	       (words_of(head, words) && words_any(words, faults));
}

static void
table_head(struct table *t, const struct piece *cell)
{
	struct str s = cell->text;
	enum field f = column_field(s);

	if (cell->column < COLUMNS)
		t->column[cell->column] = (uint8_t)f;
	t->severity = t->severity || f == FIELD_SEVERITY || f == FIELD_PRIORITY;
	t->title = t->title || f == FIELD_TITLE;
	t->faults = t->faults || (f == FIELD_TITLE && is_faults(s));
	t->number = t->number || f == FIELD_NUMBER;
	t->place = t->place || f == FIELD_LOCATION || f == FIELD_LINES;
	t->fix = t->fix || f == FIELD_FIX;
	t->counts = t->counts || memmem(s.ptr, s.len, "ount", 4) ||
	            memmem(s.ptr, s.len, "otal", 4) || memmem(s.ptr, s.len, "umber of", 8);
}

/* What stands in a column: how many cells are filled, a severity or a place, and how much text there is. */
struct contents {
	size_t filled, rated, placed, numbers, named, told, text;
};

static void
contents_add(struct contents *c, const struct piece *cell)
{
	struct str s = str_trim(cell->text);

	c->filled += s.len > 0;
	c->rated += s.len > 0 && s.len <= 24 && word_is_severity(s);
	c->placed += s.len > 0 && location_only(s);
	c->numbers += digits_length(s) > 0 || lines_word(s) > 0;
	c->named += name_length(word_strip(s)) > 0;
	c->told += word_tells(s) && !word_is_action(s) && !word_is_clear(s) && !word_is_praise(s);
	c->text += s.len;
}

/* Most of a column, and not one cell alone. */
static bool
is_most(size_t count, size_t of)
{
	return count > 1 && count * 5 >= of * 4;
}

/*
 * What stands in the columns tells more than their heads: those that say nothing to us, or something else, as where rows are
 * shorter than the head. What has most text of the rest is the title.
 */
static void
table_guess(struct table *t, const struct contents *c)
{
	size_t title = COLUMNS;

	for (size_t i = 0; i < COLUMNS; i++) {
		enum field f = (enum field)t->column[i];
		bool free = f == FIELD_NONE || (f == FIELD_LINES && c[i].numbers == 0);

		if (c[i].filled == 0)
			continue;
		if (t->severe == 0 && is_most(c[i].rated, c[i].filled)) {
			t->column[i] = FIELD_SEVERITY;
			t->severity = true;
			t->severe = c[i].rated;
			t->title = t->title && f != FIELD_TITLE;
		} else if (free && !t->place && is_most(c[i].placed, c[i].filled)) {
			t->column[i] = FIELD_LOCATION;
			t->place = true;
		} else if (free && c[i].text >= 12 * c[i].filled &&
		           (title == COLUMNS || c[i].text > c[title].text)) {
			title = i;
		}
	}
	if (!t->title && title < COLUMNS && (t->place || (t->severe > 0 && t->number))) {
		t->column[title] = FIELD_TITLE;
		t->title = true;
	}
	for (size_t i = 0; i < COLUMNS; i++) {
		t->named = t->named ||
		           (t->column[i] == FIELD_NUMBER && is_most(c[i].named, c[i].filled));
		t->tells = t->tells || (t->column[i] == FIELD_TITLE && c[i].told > 1 &&
		                        c[i].told * 4 >= c[i].filled * 3);
	}
}

/* SEEN: 1 << the severities that there were. */
static void
severity_seen(struct table *t, enum severity severity, unsigned *seen)
{
	if (severity == SEVERITY_UNKNOWN)
		return;
	t->severe++;
	t->legend = t->legend && (severity == SEVERITY_INFO || !(*seen & 1U << severity));
	*seen |= 1U << severity;
}

static void
table_read(const struct pieces *p, size_t i, size_t to, struct table *t)
{
	struct contents contents[COLUMNS] = {{0}};
	unsigned seen = 0;

	*t = (struct table){.rows = 0};
	t->legend = true;
	for (; i < to; i++) {
		const struct piece *piece = &p->piece[i];

		if (piece->kind == PIECE_ROW) {
			if (piece->table && t->rows > 0)
				break;
			t->rows++;
			continue;
		}
		if (piece->kind != PIECE_CELL)
			break;
		if (piece->column < COLUMNS && !piece->header)
			contents_add(&contents[piece->column], piece);
		if (piece->header)
			table_head(t, piece);
		else if (piece->column < COLUMNS && (t->column[piece->column] == FIELD_SEVERITY ||
		                                     t->column[piece->column] == FIELD_PRIORITY))
			severity_seen(t, word_severity(piece->text), &seen);
	}
	t->end = i;
	t->legend = t->legend && t->severe > 2 && t->severe + 1 >= t->rows && !t->place &&
	            !t->number && contents[2].filled == 0;
	table_guess(t, contents);
}

static bool
is_findings(const struct table *t, struct context in)
{
	if ((t->counts && !t->place && !(t->faults && t->severe > 1)) || t->rows < 2 ||
	    (t->rows == 2 && !t->title))
		return false;
	if (t->legend)
		return false;
	if (t->severity && t->severe > 0)
		return t->title || t->place;
	if (in.aside)
		return false;
	if (t->tells && (t->named || (t->faults && (t->place || in.findings))))
		return true;
	return (in.severity != SEVERITY_UNKNOWN || in.findings) &&
	       ((t->place && (t->title || t->fix)) || (t->title && t->fix));
}

/* "[[H-01]](#h-01)" is H-01. */
static struct str
number_of(struct str s)
{
	struct head h;

	head_read(s, STR(""), &h);
	return h.named && h.title.len == 0 ? h.number : word_strip(s);
}

/* A row's title is its longest cell of those that tell what is wrong; number and severity have cells of their own. */
static void
row_head(const struct pieces *p, size_t i, const struct table *t, struct head *h, bool *cleared)
{
	struct str title = STR(""), number = STR(""), words = STR(""), said = STR("");

	for (i++; i < p->count && p->piece[i].kind == PIECE_CELL; i++) {
		struct str s = str_trim(p->piece[i].text);

		if (p->piece[i].column >= COLUMNS || s.len == 0)
			continue;
		switch (t->column[p->piece[i].column]) {
		case FIELD_TITLE:
			if (title.len == 0)
				title = s;
			break;
		case FIELD_NUMBER: number = number_of(s); break;
		case FIELD_SEVERITY: words = s; break;
		case FIELD_PRIORITY:
			if (words.len == 0)
				words = s;
			break;
		case FIELD_STATUS: said = s; break;
		default: break;
		}
	}
	head_read(title, STR(""), h);
	if (number.len > 0 && number.len <= 24) {
		h->number = number;
		h->numbered = true;
	}
	if (words.len > 0 && word_severity(words) != SEVERITY_UNKNOWN) {
		h->severity = word_severity(words);
		h->words = word_strip(words);
	}
	*cleared = h->severity == SEVERITY_UNKNOWN &&
	           (word_strip(words).len == 0 || word_is_clear(words) || word_is_praise(words));
	if (said.len > 0 && word_said(said, &h->said_kind))
		h->said = word_strip(said);
}

size_t
rows_rated(const struct pieces *p, size_t i)
{
	static const struct context none = {.group = -1};
	struct table t;

	table_read(p, i, p->count, &t);
	return is_findings(&t, none) ? t.severe : 0;
}

size_t
rows_find(struct outline *o, size_t i, size_t to, int parent, struct context in)
{
	struct table t;

	table_read(o->p, i, to, &t);
	if (!is_findings(&t, in))
		return t.end;
	for (; i < t.end; i++) {
		struct start *s;
		struct head h;
		size_t end = i + 1;
		bool cleared;

		if (o->p->piece[i].kind != PIECE_ROW || o->p->piece[i].header)
			continue;
		while (end < t.end && o->p->piece[end].kind == PIECE_CELL)
			end++;
		row_head(o->p, i, &t, &h, &cleared);
		/* In a column of severities a dash says that nothing is wrong. */
		if (t.severity && t.severe > 0 && cleared)
			continue;
		if (h.title.len == 0 && !t.place)
			continue;
		if (word_is_generic(h.title) && !t.place)
			continue;
		s = start_add(o, parent, i, end);
		s->head = h;
		s->row = true;
		memcpy(s->column, t.column, sizeof(s->column));
	}
	o->sure = true;
	return t.end;
}

size_t
fence_findings(const struct pieces *p, size_t i)
{
	const struct fence *f = &p->fences.fence[p->piece[i].fence];
	size_t count = 0;

	for (size_t k = 0; k < f->lines; k++)
		count += line_is_finding(f->line[k].text);
	return count;
}

void
fenced_find(struct outline *o, size_t i, int parent)
{
	const struct fence *f = &o->p->fences.fence[o->p->piece[i].fence];

	for (size_t k = 0; k < f->lines; k++) {
		struct start *s;

		if (!line_is_finding(f->line[k].text))
			continue;
		s = start_add(o, parent, i, i + 1);
		s->line = k;
		s->fenced = true;
	}
}
