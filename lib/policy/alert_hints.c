#include "policy/alert_rules.h"

#include "record/emit.h"

/* The members and the types of record that eros-record(5) defines, as its source has them. */
static const char *const members[] = {
#include "members.inc"
	NULL,
};
static const char *const types[] = {
#include "types.inc"
	NULL,
};

/* What a path begins with: what is in objects of a user's own is nobody else's business. */
static bool
is_one_of(struct str path, const char *const *known)
{
	const char *dot = memchr(path.ptr, '.', path.len);
	struct str first = {path.ptr, dot ? (size_t)(dot - path.ptr) : path.len};

	for (; *known; known++)
		if (str_is(first, *known))
			return true;
	return false;
}

static size_t
hint(const struct alert_rule *rule, struct str path)
{
	struct buf where = BUF_INIT;
	const char *meant;

	if (is_one_of(path, members))
		return 0;
	meant = str_nearest(path, members);
	if (rule->file)
		buf_printf(&where, "%s:%u", rule->file, rule->line);
	else
		buf_str(&where, "-e");
	diag("unknown_member", NULL,
	     "%s: hint: " STR_FMT ": eros-record(5) knows no member '" STR_FMT "'%s%s%s",
	     buf_cstr(&where), STR_ARG(rule->name), STR_ARG(path), meant ? " (did you mean '" : "",
	     meant ? meant : "", meant ? "'?)" : "");
	buf_release(&where);
	return 1;
}

/* What is only counted may be a type, too: absent(beat). */
static size_t
hint_condition(const struct alert_rule *rule)
{
	size_t hints = 0;

	for (size_t i = 0; i < cond_members(rule->cond); i++) {
		struct str path = cond_member(rule->cond, i);

		if (cond_reads(rule->cond, i) || !is_one_of(path, types))
			hints += hint(rule, path);
	}
	return hints;
}

static size_t
hint_texts(const struct alert_rule *rule, const struct alert_labels *texts)
{
	size_t hints = 0;

	for (size_t i = 0; i < texts->count; i++)
		for (size_t p = 0; p < texts->label[i].pieces; p++)
			if (texts->label[i].piece[p].kind == PIECE_MEMBER)
				hints += hint(rule, texts->label[i].piece[p].text);
	return hints;
}

static size_t
hint_rule(const struct alert_rule *rule, const struct alert_by *by)
{
	size_t hints = hint_condition(rule);

	for (size_t i = 0; i < by->count; i++)
		hints += hint(rule, by->path[i]);
	return hints + hint_texts(rule, &rule->labels) + hint_texts(rule, &rule->annotations);
}

void
alert_rules_check(const struct alert_rules *rules, struct buf *out)
{
	size_t hints = 0;

	for (size_t i = 0; i < rules->count; i++)
		hints += hint_rule(&rules->rule[i], &rules->by[rules->rule[i].by]);
	emit_open(out, "check");
	emit_count(out, "rules", rules->count);
	emit_count(out, "hints", hints);
	emit_close(out);
}
