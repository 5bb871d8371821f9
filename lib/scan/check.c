/* Whether a match is what its rule means: the conditions about where it stands and what else is there. */
#include "scan/engine.h"

/* A match being checked. */
struct check {
	struct worker *w;
	const struct scan_rule *rule;
	struct str view;
	size_t from, to;
	struct str capture[SCAN_NAMES];
};

/* What the last search captured under the names from FIRST to END of RULE, as the text has it. */
static void
take_captures(struct check *c, const struct pattern *p, size_t base, size_t first, size_t end)
{
	for (size_t i = first; i < end; i++) {
		size_t from, to;

		if (search_group(c->w->search, pattern_group(p, c->rule->name[i]), &from, &to))
			c->capture[i] = (struct str){c->w->text.raw.ptr + base + from, to - from};
	}
}

/* 1 or 0 for whether P occurs from FROM to TO, -1 where that was given up. */
static int
occurs(struct check *c, const struct scan_pattern *p, size_t from, size_t to)
{
	struct worker *w = c->w;
	const struct pattern *pattern = worker_pattern(w, c->rule, p, c->capture);
	const struct memo_occurs *m = w->occurs;
	int found;

	for (size_t i = 0; i < MEMOS; i++, m++)
		if (m->pattern == pattern && m->view == c->rule->view && m->from == from &&
		    m->to == to)
			return pattern ? m->found : -1;
	if (!pattern || !worker_spend(w, to - from))
		return -1;
	found = worker_search(w, pattern, (struct str){c->view.ptr + from, to - from}, 0, to - from,
	                      NULL);
	if (to - from >= MEMO_LEAST)
		w->occurs[w->occurs_next++ % MEMOS] =
			(struct memo_occurs){pattern, c->rule->view, from, to, found};
	return found;
}

/*
 * The part of the text that SCOPE means for the match, by where its last byte is; all of it where there is no such block
 * around it.
 */
static void
scope(struct check *c, enum scan_scope scope, size_t *from, size_t *to)
{
	const struct blocks *blocks;
	const struct block *b;

	*from = scope == SCOPE_AFTER ? c->to : 0;
	*to = c->view.len;
	if (scope == SCOPE_FILE)
		return;
	blocks = text_blocks(&c->w->text);
	b = blocks_at(blocks, c->to > c->from ? c->to - 1 : c->to);
	while (b && ((scope == SCOPE_CLASS && b->kind != BLOCK_CLASS) ||
	             (scope == SCOPE_FUNCTION && b->kind != BLOCK_FUNCTION)))
		b = block_outer(blocks, b);
	if (!b)
		return;
	if (scope != SCOPE_AFTER)
		*from = b->head;
	*to = b->end > *from ? b->end : *from;
}

/* Whether a block around the match is opened by what P matches. */
static int
in_block(struct check *c, const struct scan_pattern *p)
{
	const struct blocks *blocks = text_blocks(&c->w->text);

	for (const struct block *b = blocks_at(blocks, c->from); b; b = block_outer(blocks, b)) {
		/* What opens a block is not in it. */
		int found = c->from >= b->body ? occurs(c, p, b->head, b->body) : 0;

		if (found != 0)
			return found;
	}
	return 0;
}

/* Go on to the next match of M's pattern. */
static void
next_cover(struct check *c, struct memo_cover *m)
{
	size_t before = m->next;

	m->found = m->next <= c->view.len ? search_next(c->w->search, m->pattern, c->view, m->next)
	                                  : 0;
	if (m->found > 0) {
		search_group(c->w->search, 0, &m->from, &m->to);
		m->next = m->to > m->from ? m->to : m->to + 1;
	} else {
		m->next = c->view.len + 1;
	}
	if (!worker_spend(c->w, m->next - before))
		m->found = -1;
	else
		c->w->given_up += m->found < 0;
}

static struct memo_cover *
cover_of(struct check *c, const struct pattern *pattern)
{
	struct memo_cover *m = c->w->cover;

	for (size_t i = 0; i < MEMOS; i++, m++)
		if (m->pattern == pattern && m->view == c->rule->view && m->asked <= c->from)
			return m;
	m = &c->w->cover[c->w->cover_next++ % MEMOS];
	*m = (struct memo_cover){.pattern = pattern, .view = c->rule->view, .found = 1};
	return m;
}

/* Whether something that P matches reaches over all of the match. */
static int
in_match(struct check *c, const struct scan_pattern *p)
{
	const struct pattern *pattern = worker_pattern(c->w, c->rule, p, c->capture);
	struct memo_cover *m;

	if (!pattern)
		return -1;
	m = cover_of(c, pattern);
	m->asked = c->from;
	while (m->found > 0 && m->to <= c->from)
		next_cover(c, m);
	return m->found <= 0 ? m->found : m->from <= c->from && m->to >= c->to;
}

static int
is_inside(struct check *c, const struct scan_pattern *p)
{
	int found = in_block(c, p);

	return found ? found : in_match(c, p);
}

/* Whether every pattern of LIST is, or is not, as WANTED says; FOUND asks one. What was given up is neither. */
static bool
all(struct check *c, const struct scan_patterns *list, bool wanted,
    int (*found)(struct check *c, const struct scan_pattern *p))
{
	for (size_t i = 0; i < list->count; i++)
		if (found(c, &list->item[i]) != (int)wanted)
			return false;
	return true;
}

static int
in_lines(struct check *c, const struct scan_pattern *p)
{
	size_t from = c->from, to = c->to;

	text_whole_lines(&c->w->text, &from, &to);
	return occurs(c, p, from, to);
}

static int
in_scope(struct check *c, const struct scan_pattern *p)
{
	size_t from, to;

	scope(c, p->scope, &from, &to);
	return occurs(c, p, from, to);
}

/* Take what `refers` captures; false where it is nowhere, or not the same everywhere. */
static bool
refer(struct check *c)
{
	const struct scan_rule *rule = c->rule;
	const struct pattern *p = worker_pattern(c->w, rule, &rule->refers, c->capture);
	struct str first[SCAN_NAMES];
	bool any = false;
	size_t from, to, at = 0, start, end;
	struct str part;

	if (!p)
		return false;
	scope(c, rule->refers.scope, &from, &to);
	part = (struct str){c->view.ptr + from, to - from};
	if (!worker_spend(c->w, part.len))
		return false;
	while (at <= part.len && worker_search(c->w, p, part, at, part.len, &start) > 0) {
		search_group(c->w->search, 0, &start, &end);
		take_captures(c, p, from, rule->pattern_names, rule->names);
		for (size_t i = rule->pattern_names; i < rule->names; i++) {
			if (any && !str_eq(first[i], c->capture[i]))
				return false;
			first[i] = c->capture[i];
		}
		any = true;
		at = end > start ? end : end + 1;
	}
	return any;
}

static void
keep(struct check *c)
{
	struct worker *w = c->w;
	const struct lines *lines = text_lines(&w->text);
	size_t first = c->from, last = c->to, n = c->rule->names;
	struct scan_hit hit = {.rule = c->rule};

	hit.line = lines_at(lines, c->from);
	hit.end_line = lines_at(lines, c->to > c->from ? c->to - 1 : c->to);
	hit.column =
		finding_column(lines_text(lines, hit.line), c->from - lines_start(lines, hit.line));
	hit.ignored = text_ignores(&w->text, hit.line, hit.end_line, c->rule->id);
	text_whole_lines(&w->text, &first, &last);
	hit.text = arena_copy(&w->arena, (struct str){w->text.raw.ptr + first, last - first});
	hit.capture = arena_take(&w->arena, (n + 1) * sizeof(*hit.capture));
	for (size_t i = 0; i < n; i++)
		hit.capture[i] = arena_copy(&w->arena, c->capture[i].ptr ? c->capture[i] : STR(""));
	GROW(w->hits->hit, w->hits->count, w->hits->cap);
	w->hits->hit[w->hits->count++] = hit;
}

bool
worker_check(struct worker *w, const struct scan_rule *rule, size_t from, size_t to)
{
	struct check c = {.w = w, .rule = rule, .from = from, .to = to};
	size_t start, end, base;

	search_group(w->search, 0, &start, &end);
	base = from - start;
	c.view = text_view(&w->text, rule->view);
	take_captures(&c, rule->pattern.fixed, base, 0, rule->pattern_names);
	/* A pattern may begin with the line ends before it. */
	while (c.from < c.to && (c.view.ptr[c.from] == '\n' || c.view.ptr[c.from] == ' ' ||
	                         c.view.ptr[c.from] == '\t'))
		c.from++;
	if (rule->view == VIEW_STRINGS && c.from < w->text.raw.len &&
	    text_mask(&w->text).ptr[c.from] == SOURCE_STRING)
		return false;
	if (!all(&c, &rule->not, false, in_lines) || !all(&c, &rule->inside, true, is_inside) ||
	    !all(&c, &rule->not_inside, false, is_inside) ||
	    (rule->refers.text.ptr && !refer(&c)) || !all(&c, &rule->requires, true, in_scope) ||
	    !all(&c, &rule->absent, false, in_scope))
		return false;
	keep(&c);
	return true;
}
