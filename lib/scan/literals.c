/*
 * A pattern is a choice of branches, a branch a row of items. Characters in a row make a literal; a group has its own.
 * Of a branch the best is kept, that is, whose shortest text is the longest; of a choice all branches together.
 */
#include "scan/literals.h"

#include "base/buf.h"

#include <stdint.h>

enum { DEPTH_MAX = 32 };

struct reader {
	const char *p, *end;
	struct arena *arena;
	unsigned depth;
	bool failed; /* something that may mean anything was read */
};

struct row {
	char run[64];
	size_t len;
	struct literals best;
};

static size_t
shortest(const struct literals *l)
{
	size_t least = l->count > 0 ? SIZE_MAX : 0;

	for (size_t i = 0; i < l->count; i++)
		if (l->text[i].len < least)
			least = l->text[i].len;
	return least;
}

static void
keep_better(struct literals *best, const struct literals *other)
{
	if (shortest(other) > shortest(best) ||
	    (shortest(other) == shortest(best) && other->count < best->count))
		*best = *other;
}

static void
end_run(struct reader *r, struct row *row)
{
	struct literals l = {.count = 1};

	if (row->len >= LITERALS_SHORTEST) {
		l.text[0] = arena_copy(r->arena, (struct str){row->run, row->len});
		keep_better(&row->best, &l);
	}
	row->len = 0;
}

static void
add(struct reader *r, struct row *row, char c)
{
	if (row->len == sizeof(row->run))
		end_run(r, row);
	row->run[row->len++] = c;
}

/* What a quantifier at P says: whether there is one, and whether its item may be missing. */
static bool
quantifier(struct reader *r, bool *optional)
{
	const char *p = r->p;

	*optional = false;
	if (p == r->end || !strchr("?*+{", *p))
		return false;
	if (*p == '{') {
		const char *q = p + 1;

		while (q < r->end && ((*q >= '0' && *q <= '9') || *q == ','))
			q++;
		if (q == r->end || *q != '}' || q == p + 1 || p[1] == ',')
			return false;
		*optional = p[1] == '0';
		p = q;
	} else {
		*optional = *p != '+';
	}
	p++;
	if (p < r->end && (*p == '?' || *p == '+'))
		p++;
	r->p = p;
	return true;
}

/* One character that stands for itself; white space may be what was a comment, so it says nothing. */
static void
character(struct reader *r, struct row *row, char c)
{
	bool optional;

	if (c == ' ' || (c >= '\t' && c <= '\r') || (unsigned char)c >= 0x80) {
		quantifier(r, &optional);
		end_run(r, row);
		return;
	}
	if (!quantifier(r, &optional)) {
		add(r, row, c);
		return;
	}
	if (!optional)
		add(r, row, c);
	end_run(r, row);
}

/* Anything else of one place: it ends the run. */
static void
other(struct reader *r, struct row *row)
{
	bool optional;

	quantifier(r, &optional);
	end_run(r, row);
}

static void class(struct reader *r, struct row *row)
{
	const char *p = r->p + 1;

	p += p < r->end && *p == '^';
	p += p < r->end && *p == ']';
	while (p < r->end && *p != ']') {
		if (*p == '\\' && r->end - p > 1) {
			p++;
		} else if (*p == '[' && r->end - p > 1 && p[1] == ':') {
			const char *close = memmem(p, (size_t)(r->end - p), ":]", 2);

			if (close)
				p = close + 1;
		}
		p++;
	}
	r->p = p + (p < r->end);
	other(r, row);
}

static void
escape(struct reader *r, struct row *row)
{
	char c = r->end - r->p > 1 ? r->p[1] : 'Q';

	r->p += 2;
	if (strchr("bBAzZG", c))
		return;
	if (strchr("dDwWsShHvVRNntrfea", c))
		other(r, row);
	else if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'))
		r->failed = true;
	else
		character(r, row, c);
}

static struct literals choice(struct reader *r);

/* Past the "(", and "?:" or a name, at P. False where it matches nothing of its own (LOOK), or is not known. */
static bool
group_opens(struct reader *r, bool *look)
{
	const char *p = r->p + 1;

	*look = false;
	if (p < r->end && *p == '*') {
		r->failed = true;
	} else if (p < r->end && *p == '?') {
		p++;
		if (r->end - p > 1 &&
		    (*p == '=' || *p == '!' || (*p == '<' && (p[1] == '=' || p[1] == '!')))) {
			*look = true;
			p += 1 + (*p == '<');
		} else if (p < r->end && (*p == ':' || *p == '>')) {
			p++;
		} else if (r->end - p > 1 &&
		           (*p == '<' || *p == '\'' || (*p == 'P' && p[1] == '<'))) {
			p += 1 + (*p == 'P');
			while (p < r->end && *p != '>' && *p != '\'')
				p++;
			p++;
		} else {
			r->failed = true;
		}
	}
	if (p > r->end)
		r->failed = true;
	r->p = p;
	return !r->failed;
}

/* (?s), (?m) and (?s:…) change nothing here; others do. */
static bool
harmless_options(struct reader *r)
{
	const char *p = r->p;

	if (r->end - p < 4 || p[1] != '?')
		return false;
	for (p += 2; p < r->end && (*p == 's' || *p == 'm'); p++)
		;
	if (p == r->p + 2 || p == r->end || *p != ')')
		return false;
	r->p = p + 1;
	return true;
}

static void
group(struct reader *r, struct row *row)
{
	struct literals inner;
	bool look, optional;

	if (harmless_options(r))
		return;
	if (++r->depth > DEPTH_MAX || !group_opens(r, &look)) {
		r->failed = true;
		return;
	}
	inner = choice(r);
	r->depth--;
	if (r->failed || r->p == r->end) {
		r->failed = true;
		return;
	}
	r->p++;
	quantifier(r, &optional);
	if (look)
		return;
	end_run(r, row);
	if (!optional && inner.count > 0)
		keep_better(&row->best, &inner);
}

static struct literals
branch(struct reader *r)
{
	struct row row = {.len = 0};

	while (!r->failed && r->p < r->end && *r->p != '|' && *r->p != ')') {
		char c = *r->p;

		if (c == '(') {
			group(r, &row);
		} else if (c == '[') {
			class(r, &row);
		} else if (c == '\\') {
			escape(r, &row);
		} else if (c == '^' || c == '$') {
			r->p++;
		} else if (c == '.') {
			r->p++;
			other(r, &row);
		} else {
			r->p++;
			character(r, &row, c);
		}
	}
	end_run(r, &row);
	return row.best;
}

static struct literals
choice(struct reader *r)
{
	struct literals all = branch(r);
	bool none = all.count == 0;

	while (!r->failed && r->p < r->end && *r->p == '|') {
		struct literals one;

		r->p++;
		one = branch(r);
		none = none || one.count == 0 || all.count + one.count > LITERALS_MAX;
		for (size_t i = 0; !none && i < one.count; i++)
			all.text[all.count++] = one.text[i];
	}
	if (none)
		all.count = 0;
	return all;
}

struct literals
literals_of(struct str pattern, struct arena *a)
{
	struct reader r = {.p = pattern.ptr, .end = pattern.ptr + pattern.len, .arena = a};
	struct literals l = choice(&r);

	/* What is left is a ")" of no group, which PCRE2 does not accept. */
	if (r.failed || r.p < r.end)
		l.count = 0;
	return l;
}
