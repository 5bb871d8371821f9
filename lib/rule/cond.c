#include "rule/cond_code.h"

void
cond_error_text(const struct cond_error *error, struct buf *out)
{
	buf_printf(out, "%s at column %u", error->reason, error->column);
}

void
cond_free(struct cond *c)
{
	if (!c)
		return;
	for (size_t i = 0; i < c->count; i++) {
		if (c->code[i].op == OP_MATCH)
			pattern_free(c->code[i].pattern);
	}
	for (size_t i = 0; i < c->windows; i++)
		cond_free((struct cond *)c->window[i].cond);
	buf_release(c->scratch);
	free(c->scratch);
	free(c->code);
	free(c->window);
	free(c->member);
	free(c->guard);
	free(c->pool);
	free(c);
}

bool
cond_eval(const struct cond *c, const struct record *r, const double *counts)
{
	struct value v;

	if (c->guards > 0) {
		if (!cond_guarded(c, r))
			return false;
		if (c->decided)
			return true;
	}
	v = code_run(c->code, c->count, r, counts, c->scratch);
	return v.kind == VALUE_BOOL && v.truth;
}

size_t
cond_windows(const struct cond *c)
{
	return c->windows;
}

const struct cond_window *
cond_window(const struct cond *c, size_t i)
{
	return &c->window[i];
}

bool
cond_is_constant(const struct cond *c, bool *value)
{
	if (c->count != 1 || c->code[0].op != OP_CONST)
		return false;
	*value = cond_eval(c, NULL, NULL);
	return true;
}

unsigned
cond_constant_part(const struct cond *c)
{
	return c->constant_column;
}

size_t
cond_members(const struct cond *c)
{
	return c->members;
}

struct str
cond_member(const struct cond *c, size_t i)
{
	return c->member[i];
}

bool
cond_reads(const struct cond *c, size_t i)
{
	for (size_t at = 0; at < c->count; at++) {
		const struct code *code = &c->code[at];
		bool reads = code->op == OP_MEMBER || code->op == OP_TEST || code->op == OP_EXISTS;

		if (reads && str_eq(code->path, c->member[i]))
			return true;
	}
	return false;
}

bool
cond_asks(const struct cond *c)
{
	for (size_t at = 0; at < c->count; at++) {
		if (c->code[at].op == OP_EXISTS)
			return true;
	}
	return false;
}
