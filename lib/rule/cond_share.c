#include "rule/cond_code.h"

struct cond_share {
	uint64_t now;
	struct memo *memo;
};

struct cond_share *
cond_share_new(void)
{
	struct cond_share *s = xcalloc(1, sizeof(*s));

	s->now = 1;
	return s;
}

struct memo *
cond_share_memo(struct cond_share *s, struct str path)
{
	struct memo *m = s->memo;

	while (m && !str_eq(m->path, path))
		m = m->next;
	if (!m) {
		m = xcalloc(1, sizeof(*m));
		m->now = &s->now;
		m->path = path;
		m->prefix = key_prefix(path);
		m->inner = memchr(path.ptr, '.', path.len) != NULL;
		m->next = s->memo;
		s->memo = m;
	}
	return m;
}

/*
 * Guards. Most records fail most conditions, and by a single comparison: that can be told without running them. A
 * condition is taken apart at each "and" that decides all of it; a part that only looks something up,
 * perhaps negated, is a guard.
 */

/* Where the part that begins at AT ends; false where a jump beyond shows that not all of it decides. */
static bool
part_end(const struct cond *c, size_t at, size_t *end)
{
	size_t reach = at;

	for (; at < c->count; at++) {
		const struct code *code = &c->code[at];
		size_t target = at + 1 + code->to;
		bool jumps = code->op == OP_AND || code->op == OP_OR || code->op == OP_IN ||
		             code->op == OP_IN_CONST;

		if (code->op == OP_AND && target == c->count)
			break;
		if (jumps && target > reach)
			reach = target;
	}
	*end = at;
	return reach <= at;
}

static bool
guard_of(const struct code *code, size_t count, struct guard *guard)
{
	*guard = (struct guard){code, true};
	if (!code->memo)
		return false;
	for (size_t i = 1; i < count; i++) {
		if (code[i].op == OP_NOT)
			guard->wanted = !guard->wanted;
		else if (code[i].op != OP_TRUTH)
			return false;
	}
	return true;
}

/* What leads through inner objects takes longer, and goes last. */
static void
guard_add(struct cond *c, struct guard guard)
{
	size_t at = c->guards++;

	for (; at > 0 && !guard.code->memo->inner && c->guard[at - 1].code->memo->inner; at--)
		c->guard[at] = c->guard[at - 1];
	c->guard[at] = guard;
}

static void
find_guards(struct cond *c)
{
	struct guard guard;

	c->guard = xcalloc(c->count, sizeof(*c->guard));
	c->decided = true;
	for (size_t at = 0, end; at < c->count; at = end + 1) {
		bool whole = part_end(c, at, &end);

		if (whole && guard_of(c->code + at, end - at, &guard))
			guard_add(c, guard);
		else
			c->decided = false;
		if (!whole)
			break;
	}
}

void
cond_share_add(struct cond_share *s, struct cond *c)
{
	for (size_t i = 0; i < c->count; i++) {
		struct code *code = &c->code[i];

		if (code->op == OP_MEMBER || code->op == OP_TEST || code->op == OP_EXISTS)
			code->memo = cond_share_memo(s, code->path);
	}
	find_guards(c);
	for (size_t i = 0; i < c->windows; i++)
		cond_share_add(s, (struct cond *)c->window[i].cond);
}

void
cond_share_next(struct cond_share *s)
{
	s->now++;
}

void
cond_share_free(struct cond_share *s)
{
	for (struct memo *m = s->memo, *next; m; m = next) {
		next = m->next;
		free(m);
	}
	free(s);
}
