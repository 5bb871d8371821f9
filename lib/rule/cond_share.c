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

static struct memo *
memo_for(struct cond_share *s, struct str path)
{
	struct memo *m = s->memo;

	while (m && !str_eq(m->path, path))
		m = m->next;
	if (!m) {
		m = xcalloc(1, sizeof(*m));
		m->now = &s->now;
		m->path = path;
		m->next = s->memo;
		s->memo = m;
	}
	return m;
}

/* Most records fail the first test of most conditions: that can be told without running them. */
static bool
first_decides(const struct cond *c)
{
	const struct code *first = c->code;

	return c->count > 0 && first->op == OP_TEST &&
	       (c->count == 1 || (first[1].op == OP_AND && !first[1].answer &&
	                          2 + (size_t)first[1].to == c->count));
}

void
cond_share_add(struct cond_share *s, struct cond *c)
{
	for (size_t i = 0; i < c->count; i++) {
		struct code *code = &c->code[i];

		if (code->op == OP_MEMBER || code->op == OP_TEST || code->op == OP_EXISTS)
			code->memo = memo_for(s, code->path);
	}
	c->first_decides = first_decides(c);
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
