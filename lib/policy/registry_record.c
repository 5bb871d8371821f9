#include "policy/registry.h"

#include "record/emit.h"

static void
put_reason(const struct registry_request *q, const struct registry_answer *a, struct buf *out)
{
	static const char *const words[] = {
		[REGISTRY_DONE] = "",
		[REGISTRY_STALE] = "the turn is another one",
		[REGISTRY_NOT_ACTED] = "not all agents have acted",
		[REGISTRY_NOT_YET] = "the turn has not come",
		[REGISTRY_EXISTS] = "there is such a project",
		[REGISTRY_NO_PROJECT] = "there is no such project",
		[REGISTRY_NO_AGENT] = "no such agent is registered",
		[REGISTRY_NO_PHASE] = "there is no phase after this state",
	};

	emit_string(out, "error", str_of(registry_outcome_name[a->outcome]));
	emit_string(out, "reason", str_of(words[a->outcome]));
	if (q->expects)
		emit_count(out, "expected", q->expect);
}

void
registry_answer_record(const struct registry_request *q, const struct registry_answer *a,
                       struct str project, struct buf *out)
{
	emit_open(out, "registry");
	emit_number(out, "ts", a->ts);
	emit_string(out, "project", project);
	emit_string(out, "op", str_of(registry_op_name[q->op]));
	if (q->id.len > 0 && q->op != REGISTRY_WAIT)
		emit_json(out, "id", q->id);
	if (q->by.len > 0)
		emit_string(out, "by", q->by);
	if (q->agent.len > 0)
		emit_string(out, "agent", q->agent);
	if (q->key.len > 0)
		emit_string(out, "key", q->key);
	emit_bool(out, "ok", a->outcome == REGISTRY_DONE);
	if (a->outcome != REGISTRY_DONE)
		put_reason(q, a, out);
	else if (q->op != REGISTRY_SYNC && q->op != REGISTRY_WAIT)
		emit_bool(out, "changed", a->changed);
	if (a->outcome != REGISTRY_NO_PROJECT) {
		emit_count(out, "version", a->version);
		emit_count(out, "turn", a->turn);
		emit_string(out, "state", buf_view(&a->state));
	}
	if (a->counted) {
		emit_count(out, "agents_total", a->agents);
		emit_begin(out, "waiting_for", '[');
		buf_span(out, buf_view(&a->missing));
		emit_end(out, ']');
	}
	buf_span(out, buf_view(&a->snapshot));
	emit_close(out);
}

void
registry_entry_record(struct str entry, struct str project, uint64_t version, double ts,
                      struct buf *out)
{
	emit_open(out, "registry");
	emit_number(out, "ts", ts);
	emit_string(out, "project", project);
	emit_count(out, "version", version);
	buf_byte(out, ',');
	buf_span(out, (struct str){entry.ptr + 1, entry.len - 2});
	emit_close(out);
}
