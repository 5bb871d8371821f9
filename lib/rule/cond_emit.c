#include "rule/cond_parse.h"

struct cond *
cond_new(void)
{
	struct cond *c = xcalloc(1, sizeof(*c));

	c->scratch = xcalloc(1, sizeof(*c->scratch));
	return c;
}

void
code_emit(struct parser *p, struct code code)
{
	struct cond *c = p->c;

	GROW(c->code, c->count, c->cap);
	c->code[c->count++] = code;
}

void
code_cut(struct parser *p, size_t at)
{
	struct cond *c = p->c;

	for (; c->count > at; c->count--) {
		if (c->code[c->count - 1].op == OP_MATCH)
			pattern_free(c->code[c->count - 1].pattern);
	}
}

bool
code_is_constant(const struct parser *p, size_t at)
{
	return p->c->count == at + 1 && p->c->code[at].op == OP_CONST;
}

bool
code_is_true(const struct parser *p, size_t at)
{
	const struct value *v = &p->c->code[at].value;

	return v->kind == VALUE_BOOL && v->truth;
}

void
code_replace(struct parser *p, size_t at, struct value v)
{
	code_cut(p, at);
	code_emit(p, (struct code){.op = OP_CONST, .value = v});
}

void
code_land(struct parser *p, unsigned jump)
{
	while (jump > 0) {
		struct code *c = &p->c->code[jump - 1];
		unsigned before = c->to;

		c->to = (unsigned)p->c->count - jump;
		jump = before;
	}
}

void
code_fold(struct parser *p, size_t at)
{
	struct cond *c = p->c;

	if (!p->lex.failed)
		code_replace(p, at,
		             code_run(c->code + at, c->count - at, NULL, NULL, p->root->scratch));
}

void
code_note_constant(struct parser *p, unsigned column)
{
	if (p->root->constant_column == 0)
		p->root->constant_column = column;
}

/* Where that is a member alone, in one instruction. */
void
code_compare(struct parser *p, size_t at, enum test test, const struct value *value)
{
	struct code *last = &p->c->code[p->c->count - 1];

	if (p->c->count == at + 1 && last->op == OP_MEMBER) {
		last->op = OP_TEST;
		last->test = test;
		last->value = *value;
	} else {
		code_emit(p, (struct code){.op = OP_COMPARE_CONST, .test = test, .value = *value});
	}
}
