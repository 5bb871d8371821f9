#include "report/reading.h"

#include <ctype.h>

/* What stands between the beginning and the end of a finding, sorted into its claim. */

/* More than this of one kind is no help to anybody. */
enum { MAX_INLINE = 256, MAX_TEXT = 1 << 16 };

struct filling {
	struct building b;
	const struct pieces *p;
	const struct start *s;
	enum field field; /* that the text stands under */
	enum field base;  /* to go back to after a label with its value */
	bool headed;      /* the field is that of a heading */
	bool given;       /* the severity was given by a label */
	struct str lead;  /* the line of text before, for code to go by */
	uint32_t lead_line;
	size_t inlines;
	bool left; /* a row of a table: the label that its first cell is */
	enum field left_field;
	uint8_t column[COLUMNS]; /* of a table inside the finding, by its head */
};

/* To the text of a field, a line of its own. */
static void
text_add(struct buf *b, struct str s)
{
	if (s.len == 0 || b->len + s.len > MAX_TEXT)
		return;
	if (b->len > 0)
		buf_byte(b, '\n');
	buf_span(b, s);
}

static struct buf *
text_of(struct filling *f, enum field field)
{
	switch (field) {
	case FIELD_FIX: return &f->b.fix;
	case FIELD_IMPACT: return &f->b.impact;
	case FIELD_NONE:
	case FIELD_LOCATION:
	case FIELD_LINES:
	case FIELD_DESCRIPTION: return &f->b.description;
	default: return NULL;
	}
}

static void
said_add(struct filling *f, enum claim_said_kind kind, struct str words, uint32_t line)
{
	struct building *b = &f->b;

	GROW(b->said, b->saids, b->said_cap);
	b->said[b->saids++] = (struct claim_said){kind, claims_keep(b->out, words), line};
}

static void
status_read(struct filling *f, struct str words, uint32_t line)
{
	enum claim_said_kind kind;

	if (word_said(words, &kind))
		said_add(f, kind, word_strip(words), line);
}

static void
severity_set(struct filling *f, struct str words, uint32_t line)
{
	enum claim_severity severity = word_severity(words);
	struct claim *c = f->b.claim;

	if (f->given || severity == CLAIM_UNSTATED || words.len > 200)
		return;
	c->severity = severity;
	words = word_strip(words);
	while (words.len > 0 && words.ptr[words.len - 1] == '.')
		words.len--;
	c->severity_words = claims_keep(f->b.out, words);
	c->severity_line = line;
	f->given = true;
}

static void
category_set(struct filling *f, struct str words)
{
	if (f->b.claim->category.len == 0 && words.len > 0 && words.len <= 120)
		f->b.claim->category = claims_keep(f->b.out, words);
}

/* "covered by 1)", "duplicate of M-02", "see also #5". */
static void
hints_read(struct filling *f, struct str s, uint32_t line)
{
	static const struct {
		const char *words;
		enum claim_hint_kind kind;
	} phrases[] = {
		{"covered by ", CLAIM_HINT_PART},   {"part of ", CLAIM_HINT_PART},
		{"included in ", CLAIM_HINT_PART},  {"addressed by ", CLAIM_HINT_PART},
		{"subsumed by ", CLAIM_HINT_PART},  {"consequence of ", CLAIM_HINT_PART},
		{"duplicate of ", CLAIM_HINT_SAME}, {"dup of ", CLAIM_HINT_SAME},
		{"same as ", CLAIM_HINT_SAME},      {"identical to ", CLAIM_HINT_SAME},
		{"duplicates ", CLAIM_HINT_SAME},   {"see also ", CLAIM_HINT_SEE},
		{"related to ", CLAIM_HINT_SEE},    {"similar to ", CLAIM_HINT_SEE},
		{"see ", CLAIM_HINT_SEE},           {"cf. ", CLAIM_HINT_SEE},
	};
	struct building *b = &f->b;

	for (size_t i = 0; i < sizeof(phrases) / sizeof(*phrases); i++) {
		size_t n = strlen(phrases[i].words);

		for (size_t at = 0; at + n < s.len; at++) {
			struct str rest;
			struct head h;

			if (tolower((unsigned char)s.ptr[at]) != phrases[i].words[0] ||
			    strncasecmp(s.ptr + at, phrases[i].words, n) != 0 ||
			    (at > 0 && isalnum((unsigned char)s.ptr[at - 1])))
				continue;
			rest = str_from(s, at + n);
			if (rest.len > 40)
				rest.len = 40;
			head_read(rest, STR(""), &h);
			/* A bare number may count anything, but where it closes a bracket or the line. */
			if (h.number.len == 0 && rest.len > 0 &&
			    isdigit((unsigned char)rest.ptr[0]) &&
			    phrases[i].kind != CLAIM_HINT_SEE) {
				size_t k = 1;

				while (k < rest.len && isdigit((unsigned char)rest.ptr[k]))
					k++;
				if (k == rest.len || strchr(").,;]", rest.ptr[k]))
					h.number = (struct str){rest.ptr, k};
			}
			if (h.number.len == 0)
				continue;
			GROW(b->hint, b->hints, b->hint_cap);
			b->hint[b->hints++] = (struct claim_hint){
				phrases[i].kind, claims_keep(b->out, h.number),
				claims_keep(b->out, word_strip((struct str){
							    s.ptr + at,
							    s.len - at < 80 ? s.len - at : 80})),
				line};
			return;
		}
	}
}

static bool
has_letters(struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		if (isalpha((unsigned char)s.ptr[i]))
			return true;
	return false;
}

/* `code` in the text, that is no path. */
static void
inline_read(struct filling *f, const struct piece *piece, struct str within, enum field field)
{
	for (size_t i = 0; i < piece->spans && f->inlines < MAX_INLINE; i++) {
		const struct span *s = &f->p->span[piece->span + i];
		struct str code = {piece->text.ptr + s->from, s->to - s->from};
		struct line line = {str_trim(code), piece->line, false};

		if (s->kind != SPAN_CODE || code.ptr < within.ptr ||
		    code.ptr + code.len > within.ptr + within.len)
			continue;
		if (line.text.len < 2 || !has_letters(line.text) || location_only(line.text))
			continue;
		quote_add(&f->b, &line, NULL, 1,
		          field == FIELD_FIX    ? CLAIM_REMEDY_INLINE
		          : field == FIELD_DEMO ? CLAIM_DEMO
		                                : CLAIM_INLINE,
		          STR(""));
		f->inlines++;
	}
}

static enum claim_place
place_of(enum field field, const struct piece *piece)
{
	if (field == FIELD_FIX)
		return CLAIM_FIX;
	if (field == FIELD_LOCATION || field == FIELD_LINES)
		return CLAIM_LABEL;
	if (piece->kind == PIECE_CELL)
		return CLAIM_TABLE;
	return piece->item && location_only(piece->text) ? CLAIM_ITEM : CLAIM_PROSE;
}

/* The locations of S, which is a part of the piece's text. */
static void
locations_within(struct filling *f, const struct piece *piece, struct str s, enum claim_place place)
{
	size_t from = (size_t)(s.ptr - piece->text.ptr), count = 0;
	struct span *span = xcalloc(piece->spans + 1, sizeof(*span));

	for (size_t i = 0; i < piece->spans; i++) {
		const struct span *in = &f->p->span[piece->span + i];

		if (in->kind != SPAN_LINK || in->from < from || in->to > from + s.len)
			continue;
		span[count] = *in;
		span[count].from -= (uint32_t)from;
		span[count++].to -= (uint32_t)from;
	}
	locations_read(&f->b, s, span, count, piece->line, place);
	free(span);
}

/* A text that stands under FIELD. */
static void
value_read(struct filling *f, const struct piece *piece, struct str s, enum field field)
{
	bool whole = s.ptr == piece->text.ptr;
	struct buf *text = text_of(f, field);

	switch (field) {
	case FIELD_SEVERITY: severity_set(f, s, piece->line); return;
	case FIELD_PRIORITY:
		if (f->b.claim->severity == CLAIM_UNSTATED && !f->given) {
			severity_set(f, s, piece->line);
			f->given = false;
		}
		return;
	case FIELD_STATUS: status_read(f, s, piece->line); return;
	case FIELD_CATEGORY: category_set(f, s); return;
	case FIELD_NUMBER:
		if (f->b.claim->number.len == 0 && s.len <= 24)
			f->b.claim->number = claims_keep(f->b.out, word_strip(s));
		return;
	case FIELD_TITLE:
		if (f->b.claim->title.len == 0 && s.len > 0)
			f->b.claim->title = claims_keep(f->b.out, s);
		else
			text_add(&f->b.description, s);
		inline_read(f, piece, s, field);
		return;
	case FIELD_ASIDE: return;
	case FIELD_DEMO: inline_read(f, piece, s, field); return;
	case FIELD_LINES: location_lines(&f->b, s, piece->line, CLAIM_LABEL); return;
	default: break;
	}
	locations_within(f, piece, s, place_of(field, piece));
	inline_read(f, piece, s, field);
	hints_read(f, s, piece->line);
	if (!text || (field == FIELD_LOCATION && (location_in(s) || !whole)))
		return;
	if (piece->item && whole && piece->marker.len > 0 &&
	    isdigit((unsigned char)piece->marker.ptr[0])) {
		struct buf line = BUF_INIT;

		buf_span(&line, piece->marker);
		buf_byte(&line, ' ');
		buf_span(&line, s);
		text_add(text, buf_view(&line));
		buf_release(&line);
		return;
	}
	if (piece->item && whole) {
		text_add(text, STR("-"));
		buf_byte(text, ' ');
		buf_span(text, s);
		return;
	}
	text_add(text, s);
}

/* Whether text after a label of this kind goes on belonging to it. */
static bool
is_lasting(enum field f)
{
	return f == FIELD_DESCRIPTION || f == FIELD_IMPACT || f == FIELD_FIX || f == FIELD_DEMO;
}

/* A severity or a status that makes up a line: "high", "_Resolved_". */
static bool
bare_read(struct filling *f, const struct piece *piece)
{
	enum claim_said_kind kind;
	struct str s = word_strip(piece->text);
	const struct span *span = f->p->span + piece->span;

	if (piece->first && piece->text.len <= 24 && word_is_severity(piece->text) &&
	    piece->depth == 0) {
		severity_set(f, piece->text, piece->line);
		return true;
	}
	if (s.len == 0 || s.len > 90 || piece->spans == 0 || span->kind == SPAN_CODE ||
	    !word_said(s, &kind))
		return false;
	/* "[FIXED]", or all of it in emphasis. */
	for (size_t i = 0; i < piece->spans; i++)
		if ((span[i].kind == SPAN_STRONG || span[i].kind == SPAN_EMPH) &&
		    span[i].to - span[i].from + 4 >= piece->text.len) {
			said_add(f, kind, s, piece->line);
			return true;
		}
	return false;
}

/* A status in emphasis or brackets within a line: "_Resolved_", "[FIXED]". */
static void
said_read(struct filling *f, const struct piece *piece)
{
	for (size_t i = 0; i < piece->spans; i++) {
		const struct span *s = &f->p->span[piece->span + i];
		struct str in = {piece->text.ptr + s->from, s->to - s->from};
		enum claim_said_kind kind;

		if (s->kind != SPAN_CODE && s->kind != SPAN_LINK && in.len >= 4 && in.len <= 24 &&
		    in.len + 4 < piece->text.len && !memchr(in.ptr, ':', in.len) &&
		    isupper((unsigned char)word_strip(in).ptr[0]) && word_said(in, &kind) &&
		    word_strip(in).len <= 16)
			said_add(f, kind, word_strip(in), piece->line);
	}
}

static bool
is_rule_line(struct str s)
{
	struct str t = str_trim(s);

	return t.len >= 9 && word_strip(t).len == 0;
}

static void
text_read(struct filling *f, const struct piece *piece)
{
	struct segment segment[SEGMENTS];
	size_t count = segments_read(piece->text, f->p->span + piece->span, piece->spans, segment);

	if (is_rule_line(piece->text))
		return;
	if (piece->first && !piece->item && f->field == FIELD_ASIDE && !f->headed)
		f->field = f->base;
	said_read(f, piece);
	f->lead = piece->text;
	f->lead_line = piece->line;
	for (size_t i = 0; i < count; i++) {
		enum field field = segment[i].field;
		struct str value = segment[i].text;

		if (field == FIELD_NONE) {
			if (count == 1 && f->field != FIELD_SEVERITY && bare_read(f, piece))
				continue;
			value_read(f, piece, count == 1 ? piece->text : value, f->field);
			if (!is_lasting(f->field) && f->field != FIELD_LOCATION &&
			    f->field != FIELD_LINES && f->field != FIELD_NONE)
				f->field = f->base;
			continue;
		}
		if (is_lasting(field))
			f->base = field;
		f->field = field;
		f->headed = false;
		if (value.len == 0)
			continue;
		value_read(f, piece, value, field);
		if (!is_lasting(field))
			f->field = f->base;
	}
}

static bool
lead_says(struct str lead, const char *const *words)
{
	for (; *words; words++)
		for (size_t i = 0, n = strlen(*words); i + n <= lead.len; i++)
			if (strncasecmp(lead.ptr + i, *words, n) == 0 &&
			    (i == 0 || !isalpha((unsigned char)lead.ptr[i - 1])))
				return true;
	return false;
}

/* What the code of a fence is, by the label it stands under and the line before it. */
static enum claim_role
role_of(const struct filling *f, const struct fence *fence)
{
	static const char *const shells[] = {"console", "shell-session", "mermaid",  "http",
	                                     "log",     "output",        "terminal", NULL};
	static const char *const before[] = {"before",    "current", "vulnerable", "existing",
	                                     "buggy",     "problem", "original",   "instead of",
	                                     "currently", "bad",     NULL};
	static const char *const after[] = {"after",        "should be", "fixed", "replace",
	                                    "corrected",    "suggest",   "fix",   "change to",
	                                    "change it to", "recommend", "use:",  "better",
	                                    "proposed",     "could be",  "good",  NULL};
	static const char *const demo[] = {
		"exploit",   "poc",  "proof of concept", "reproduce", "attack", "payload", "output",
		"test case", "run:", "demonstrat",       "steps",     NULL};
	struct str lead = f->lead;
	bool colon = lead.len > 0 && strchr(":*", lead.ptr[lead.len - 1]);

	for (size_t i = 0; shells[i]; i++)
		if (str_is(fence->info, shells[i]))
			return CLAIM_DEMO;
	if (lead.len > 100)
		lead = str_from(lead, lead.len - 100);
	if (colon && lead_says(lead, before) && !lead_says(lead, after))
		return CLAIM_QUOTE;
	if (f->field == FIELD_FIX)
		return CLAIM_REMEDY;
	if (f->field == FIELD_DEMO)
		return CLAIM_DEMO;
	if (colon && lead_says(lead, after) && !lead_says(lead, before))
		return CLAIM_REMEDY;
	if (colon && lead_says(lead, demo))
		return CLAIM_DEMO;
	return CLAIM_QUOTE;
}

static void
code_read(struct filling *f, const struct piece *piece)
{
	const struct fence *fence = &f->p->fences.fence[piece->fence];
	enum claim_role role = role_of(f, fence);
	int under = f->b.under;

	if (f->b.near >= 0 && f->b.location[f->b.near].line == f->lead_line)
		f->b.under = f->b.near;
	else if (f->b.fresh > 1)
		f->b.under = -1;
	f->b.fresh = 0;
	quotes_read(&f->b, fence, role);
	if (f->b.under < 0)
		f->b.under = under;
	if (role == CLAIM_REMEDY && f->b.fix.len < MAX_TEXT) {
		text_add(&f->b.fix, STR("```"));
		for (size_t i = 0; i < fence->lines; i++) {
			buf_byte(&f->b.fix, '\n');
			buf_span(&f->b.fix, fence->line[i].text);
		}
		text_add(&f->b.fix, STR("```"));
	}
	f->lead = STR("");
	f->lead_line = 0;
}

/* Code quoted as a block quote, without a fence. */
static size_t
quoted_read(struct filling *f, size_t i)
{
	struct fence fence = {STR(""), NULL, 0, f->p->piece[i].line};
	struct line *line = NULL;
	size_t cap = 0, j = i;

	while (j < f->s->to && f->p->piece[j].kind == PIECE_TEXT && f->p->piece[j].quotes > 0 &&
	       word_is_code(f->p->piece[j].text)) {
		GROW(line, fence.lines, cap);
		line[fence.lines++] =
			(struct line){f->p->piece[j].text, f->p->piece[j].line, false};
		j++;
	}
	fence.line = line;
	if (fence.lines > 0)
		quotes_read(&f->b, &fence, role_of(f, &fence));
	free(line);
	return j;
}

/* A cell of a table inside the finding: of labels with their values, or with labels at its head. */
static void
cell_read(struct filling *f, const struct piece *piece)
{
	enum field here =
		piece->column < COLUMNS ? (enum field)f->column[piece->column] : FIELD_NONE;
	enum field field;

	if (piece->column == 0) {
		f->left_field = word_field(piece->text);
		f->left = f->left_field != FIELD_NONE;
	}
	if (piece->header && piece->column < COLUMNS)
		f->column[piece->column] = (uint8_t)word_field(piece->text);
	if (piece->column == 1 && f->left &&
	    (f->left_field != FIELD_SEVERITY || word_severity(piece->text) != CLAIM_UNSTATED))
		field = f->left_field;
	else if (piece->header || (piece->column == 0 && f->left))
		return;
	else
		field = here == FIELD_NONE ? f->field : here;
	value_read(f, piece, piece->text, field == FIELD_NUMBER ? FIELD_NONE : field);
}

static void
heading_read(struct filling *f, const struct piece *piece)
{
	struct str text = piece->text;
	enum field field = word_field(text), inner;
	struct str rest;

	inner = label_read(text, f->p->span + piece->span, piece->spans, &rest);
	f->lead = text;
	if (field == FIELD_NONE && inner != FIELD_NONE && rest.len > 0) {
		value_read(f, piece, rest, inner);
		return;
	}
	f->field = field == FIELD_NONE ? FIELD_DESCRIPTION : field;
	f->headed = true;
	if (is_lasting(f->field))
		f->base = f->field;
	if (field == FIELD_NONE)
		value_read(f, piece, text, FIELD_DESCRIPTION);
}

static void
body_read(struct filling *f, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++) {
		const struct piece *piece = &f->p->piece[i];

		switch (piece->kind) {
		case PIECE_HEADING: heading_read(f, piece); break;
		case PIECE_TEXT:
			if (piece->quotes > 0 && word_is_code(piece->text) &&
			    f->field != FIELD_STATUS) {
				size_t end = quoted_read(f, i);

				if (end > i) {
					i = end - 1;
					break;
				}
			}
			text_read(f, piece);
			break;
		case PIECE_CODE: code_read(f, piece); break;
		case PIECE_ROW:
			if (piece->table)
				memset(f->column, 0, sizeof(f->column));
			break;
		case PIECE_CELL: cell_read(f, piece); break;
		case PIECE_RULE: break;
		}
	}
}

/* A row of a table of findings. */
static void
row_read(struct filling *f)
{
	for (size_t i = f->s->from + 1; i < f->s->to; i++) {
		const struct piece *cell = &f->p->piece[i];
		enum field field = cell->column < COLUMNS ? (enum field)f->s->column[cell->column]
		                                          : FIELD_NONE;

		if (field == FIELD_TITLE && !str_eq(f->b.claim->title, str_trim(cell->text)))
			locations_read(&f->b, cell->text, f->p->span + cell->span, cell->spans,
			               cell->line, CLAIM_TABLE);
		if (field == FIELD_NUMBER || field == FIELD_SEVERITY || field == FIELD_STATUS ||
		    field == FIELD_PRIORITY)
			continue;
		value_read(f, cell, cell->text, field);
	}
}

/* "HIGH | path | what | fix", a line of a fence. */
static void
fenced_read(struct filling *f)
{
	const struct fence *fence = &f->p->fences.fence[f->p->piece[f->s->from].fence];
	const struct line *line = &fence->line[f->s->line];
	struct str rest = line->text, title = STR(""), fix = STR("");

	for (size_t i = 0; rest.len > 0; i++) {
		const char *bar = memchr(rest.ptr, '|', rest.len);
		struct str cell =
			str_trim((struct str){rest.ptr, bar ? (size_t)(bar - rest.ptr) : rest.len});

		rest = bar ? str_from(rest, (size_t)(bar - rest.ptr) + 1) : STR("");
		if (i == 0) {
			severity_set(f, cell, line->number);
			continue;
		}
		locations_read(&f->b, cell, NULL, 0, line->number,
		               i == 1 ? CLAIM_LABEL : CLAIM_PROSE);
		if (i == 1 && rest.len > 0)
			continue;
		if (title.len == 0)
			title = cell;
		else
			fix = cell;
	}
	f->b.claim->title = claims_keep(f->b.out, title);
	text_add(&f->b.fix, fix);
}

static void
head_keep(struct filling *f)
{
	const struct start *s = f->s;
	const struct piece *piece = &f->p->piece[s->from];
	struct claim *c = f->b.claim;
	struct claims *out = f->b.out;

	c->number = claims_keep(out, s->head.number);
	c->title = claims_keep(out, s->head.title);
	if (s->head.severity != CLAIM_UNSTATED) {
		c->severity = s->head.severity;
		c->severity_words = claims_keep(out, s->head.words);
		c->severity_line = piece->line;
	} else if (s->severity != CLAIM_UNSTATED) {
		c->severity = s->severity;
		c->severity_words = claims_keep(out, s->severity_words);
		c->severity_line = s->severity_line;
	}
	if (s->head.said.len > 0)
		said_add(f, s->head.said_kind, s->head.said, piece->line);
	if (s->row || s->fenced || s->block)
		return;
	if (piece->spans > 0 && f->p->span[piece->span].kind == SPAN_CODE &&
	    piece->text.ptr[0] == '`' && isdigit((unsigned char)piece->text.ptr[1]))
		location_lines(&f->b, piece->text, piece->line, CLAIM_LABEL);
	locations_read(&f->b, piece->text, f->p->span + piece->span, piece->spans, piece->line,
	               CLAIM_HEADING);
	inline_read(f, piece, piece->text, FIELD_NONE);
	hints_read(f, piece->text, piece->line);
	if (!location_only(s->head.more))
		text_add(&f->b.description, s->head.more);
}

/* The severity that a number's letter stands for, where nothing else tells: "H-01". */
static void
severity_guess(struct claim *c)
{
	static const struct {
		const char *name;
		enum claim_severity severity;
	} letters[] = {
		{"C", CLAIM_CRITICAL}, {"CRIT", CLAIM_CRITICAL}, {"CRITICAL", CLAIM_CRITICAL},
		{"H", CLAIM_HIGH},     {"HIGH", CLAIM_HIGH},     {"M", CLAIM_MEDIUM},
		{"MED", CLAIM_MEDIUM}, {"MEDIUM", CLAIM_MEDIUM}, {"L", CLAIM_LOW},
		{"LOW", CLAIM_LOW},    {"I", CLAIM_INFO},        {"INFO", CLAIM_INFO},
		{"G", CLAIM_INFO},     {"GAS", CLAIM_INFO},      {"N", CLAIM_INFO},
		{"NC", CLAIM_INFO},    {"QA", CLAIM_INFO},       {"Q", CLAIM_INFO}};
	size_t n = 0;

	while (n < c->number.len && isalpha((unsigned char)c->number.ptr[n]))
		n++;
	for (size_t i = 0;
	     c->severity == CLAIM_UNSTATED && n > 0 && i < sizeof(letters) / sizeof(*letters); i++)
		if (strlen(letters[i].name) == n &&
		    strncasecmp(letters[i].name, c->number.ptr, n) == 0) {
			c->severity = letters[i].severity;
			c->severity_words = c->number;
			c->severity_line = c->line;
		}
}

/* A title that is only a place says nothing; then the first sentence of the description is it. */
static void
title_settle(struct filling *f)
{
	struct claim *c = f->b.claim;
	struct str text = buf_view(&f->b.description), line;

	if (c->title.len > 0 && !location_only(c->title) && !word_is_empty(c->title))
		return;
	while (str_line(&text, &line)) {
		line = word_strip(line);
		if (line.len >= 8) {
			if (line.len > 160)
				line.len = 160;
			c->title = claims_keep(f->b.out, line);
			return;
		}
	}
}

static void
claim_keep(struct filling *f)
{
	struct claim *c = f->b.claim;

	c->description = claims_keep(f->b.out, buf_view(&f->b.description));
	c->impact = claims_keep(f->b.out, buf_view(&f->b.impact));
	c->fix = claims_keep(f->b.out, buf_view(&f->b.fix));
	buf_release(&f->b.description);
	buf_release(&f->b.impact);
	buf_release(&f->b.fix);
	building_keep(&f->b);
}

static uint32_t
last_line(const struct filling *f)
{
	for (size_t i = f->s->to; i-- > f->s->from;) {
		const struct piece *piece = &f->p->piece[i];

		if (piece->kind == PIECE_CODE) {
			const struct fence *fence = &f->p->fences.fence[piece->fence];

			if (f->s->fenced)
				return fence->line[f->s->line].number;
			return fence->lines > 0 ? fence->line[fence->lines - 1].number
			                        : fence->number;
		}
		if (piece->kind != PIECE_RULE)
			return piece->line;
	}
	return f->p->piece[f->s->from].line;
}

void
claim_fill(struct claims *out, uint32_t report, const struct pieces *p, const struct start *s)
{
	struct filling f = {.b = {.out = out, .under = -1, .near = -1, .path = s->path},
	                    .p = p,
	                    .s = s,
	                    .lead = STR("")};
	struct claim *c = claims_add(out);

	f.b.claim = c;
	*c = (struct claim){.report = report,
	                    .line = p->piece[s->from].line,
	                    .last_line = last_line(&f),
	                    .severity_words = STR(""),
	                    .number = STR(""),
	                    .title = STR(""),
	                    .category = STR(""),
	                    .section = s->section,
	                    .row = s->row};
	if (s->fenced)
		c->line = c->last_line;
	head_keep(&f);
	if (s->fenced)
		fenced_read(&f);
	else if (s->row)
		row_read(&f);
	else
		body_read(&f, s->from + (!s->block || s->head.named), s->to);
	severity_guess(c);
	title_settle(&f);
	claim_keep(&f);
}
