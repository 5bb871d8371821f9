#include "policy/registry.h"

#include "policy/registry_rows.h"
#include "record/emit.h"
#include "record/json.h"

const char *const registry_op_name[] = {"init",  "import", "sync", "advance", "register",
                                        "acted", "leave",  "set",  "unset",   "revert",
                                        "wait",  "unwait", NULL};
const char *const registry_outcome_name[] = {"",
                                             "stale_turn",
                                             "not_acted",
                                             "not_yet",
                                             "project_exists",
                                             "project_not_found",
                                             "agent_not_found",
                                             "no_phase",
                                             NULL};

/* A step that is being made. */
struct making {
	struct rows *rows;
	const struct registry_request *q;
	struct registry_answer *a;
	struct registry_head head; /* its state is kept in state */
	struct buf state, key, entry;
	bool touched; /* a row was put or deleted though nothing is told of it */
};

static void
refuse(struct making *m, enum registry_outcome outcome)
{
	m->a->outcome = outcome;
}

/* The text of an object or array without its brackets and the white space within them. */
static struct str
inside(struct str json)
{
	return json.len < 2 ? STR_NONE : str_trim((struct str){json.ptr + 1, json.len - 2});
}

static struct str
object_or_empty(struct str json)
{
	return json.len > 0 ? json : STR("{}");
}

/* Begin the entry for the log; the operation adds what it did, and entry_end appends it. */
static struct buf *
entry_begin(struct making *m)
{
	emit_open(&m->entry, NULL);
	emit_string(&m->entry, "op", str_of(registry_op_name[m->q->op]));
	if (m->q->by.len > 0)
		emit_string(&m->entry, "by", m->q->by);
	return &m->entry;
}

static void
entry_end(struct making *m)
{
	emit_count(&m->entry, "turn", m->head.turn);
	emit_end(&m->entry, '}');
	rows_append(m->rows, buf_view(&m->entry));
	m->a->changed = true;
}

static void
set_state(struct making *m, struct str state)
{
	buf_reset(&m->state);
	buf_span(&m->state, state);
	m->head.state = buf_view(&m->state);
}

/* Wake those who wait for the turn that has come, or an earlier one. */
static void
wake(struct making *m)
{
	struct str rest, id;
	struct row row;
	uint64_t turn;

	while (registry_first(m->rows, REGISTRY_WAITER, &row, &rest)) {
		buf_reset(&m->key);
		buf_span(&m->key, row.key);
		rest = str_from(buf_view(&m->key), REGISTRY_WAITER.len);
		if (!registry_wait_read(rest, &turn, &id) || turn > m->head.turn)
			return;
		rows_wake(m->rows, id);
		rows_delete(m->rows, buf_view(&m->key));
	}
	m->head.waited = false;
}

static void
turn_begin(struct making *m, struct str state)
{
	m->head.turn++;
	set_state(m, state);
	if (m->head.waited)
		wake(m);
	registry_head_put(m->rows, &m->head);
}

static void
put_constraint(struct making *m, struct str key, struct str value)
{
	rows_put(m->rows, registry_key(&m->key, REGISTRY_CONSTRAINT, key), value);
}

/* Put the members of the JSON object TEXT. */
static void
put_constraints(struct making *m, struct str text)
{
	struct buf scratch = BUF_INIT, padded = BUF_INIT;
	struct json_iter it;
	struct json key, value;

	buf_padded(&padded, text);
	it = json_iter((struct json){padded.ptr, text.len, JSON_OBJECT, false});
	while (text.len > 0 && json_next(&it, &key, &value)) {
		buf_reset(&scratch);
		put_constraint(m, json_string(key, &scratch), (struct str){value.ptr, value.len});
	}
	buf_release(&scratch);
	buf_release(&padded);
}

/* Add the constraints that there are, as the members of an object. */
static void
add_constraints(struct making *m, struct buf *out)
{
	struct row row;
	struct str name;

	for (bool any = registry_first(m->rows, REGISTRY_CONSTRAINT, &row, &name), first = true;
	     any; any = registry_next(m->rows, REGISTRY_CONSTRAINT, &row, &name), first = false) {
		if (!first)
			buf_byte(out, ',');
		buf_quote(out, name);
		buf_byte(out, ':');
		buf_span(out, row.value);
	}
}

static void
delete_constraints(struct making *m)
{
	struct row row;
	struct str name;

	while (registry_first(m->rows, REGISTRY_CONSTRAINT, &row, &name)) {
		registry_key(&m->key, REGISTRY_CONSTRAINT, name);
		rows_delete(m->rows, buf_view(&m->key));
	}
}

static void
put_agents(struct making *m)
{
	struct json_iter it =
		json_iter((struct json){m->q->agents.ptr, m->q->agents.len, JSON_ARRAY, false});
	struct json unused, element, v;

	while (m->q->agents.len > 0 && json_next(&it, &unused, &element)) {
		struct registry_agent agent = {.expires = ROW_FOREVER,
		                               .since = m->rows->now,
		                               .turn = m->head.turn,
		                               .meta = STR("{}")};
		struct buf name = BUF_INIT;

		if (json_get(element, STR("agent"), &v) && v.type == JSON_STRING)
			agent.name = json_string(v, &name);
		if (json_get(element, STR("since"), &v))
			json_number(v, &agent.since);
		if (json_get(element, STR("meta"), &v) && v.type == JSON_OBJECT)
			agent.meta = (struct str){v.ptr, v.len};
		agent.acted = json_get(element, STR("acted"), &v) && v.type == JSON_TRUE;
		if (str_is_name(agent.name))
			registry_agent_put(m->rows, &agent);
		buf_release(&name);
	}
}

static void
create(struct making *m)
{
	const struct registry_request *q = m->q;
	struct buf *e;

	m->head = (struct registry_head){.turn = q->op == REGISTRY_IMPORT ? q->turn : 0};
	set_state(m, q->state);
	registry_head_put(m->rows, &m->head);
	put_constraints(m, q->constraints);
	if (q->op == REGISTRY_IMPORT)
		put_agents(m);
	e = entry_begin(m);
	emit_string(e, "state", q->state);
	emit_json(e, "constraints", object_or_empty(q->constraints));
	entry_end(m);
}

/* Count the agents, and those of them who have not acted in this turn, whom it names. */
static void
count_agents(struct making *m)
{
	struct registry_answer *a = m->a;
	struct registry_agent agent;
	struct row row;
	struct str name;

	a->counted = true;
	for (bool any = registry_first(m->rows, REGISTRY_AGENT, &row, &name); any;
	     any = registry_next(m->rows, REGISTRY_AGENT, &row, &name)) {
		if (!registry_agent_read(&row, name, &agent))
			continue;
		a->agents++;
		if (agent.acted && agent.turn == m->head.turn)
			continue;
		if (a->waiting++ > 0)
			buf_byte(&a->missing, ',');
		buf_quote(&a->missing, name);
	}
}

/* The string after the present state in the constraint "phases", an array, in STATE. */
static bool
next_phase(struct making *m, struct buf *state)
{
	struct buf text = BUF_INIT, scratch = BUF_INIT;
	struct json_iter it;
	struct json unused, phase;
	struct str value;
	bool here = false, found = false;

	if (!rows_get(m->rows, registry_key(&m->key, REGISTRY_CONSTRAINT, STR("phases")), &value) ||
	    value.ptr[0] != '[')
		return false;
	buf_padded(&text, value);
	it = json_iter((struct json){text.ptr, value.len, JSON_ARRAY, false});
	while (!found && json_next(&it, &unused, &phase)) {
		found = here && phase.type == JSON_STRING;
		if (found)
			buf_span(state, json_string(phase, &scratch));
		here = json_is(phase, m->head.state);
	}
	buf_release(&text);
	buf_release(&scratch);
	return found && state->len > 0;
}

static void
advance(struct making *m)
{
	struct buf phase = BUF_INIT;
	struct str state = m->q->state;
	struct buf *e;

	if (m->q->next_phase && !next_phase(m, &phase)) {
		refuse(m, REGISTRY_NO_PHASE);
		return;
	}
	if (m->q->next_phase)
		state = buf_view(&phase);
	if (m->q->all_acted) {
		count_agents(m);
		if (m->a->waiting > 0) {
			refuse(m, REGISTRY_NOT_ACTED);
			return;
		}
	}
	e = entry_begin(m);
	emit_string(e, "state", state);
	emit_string(e, "was", m->head.state);
	turn_begin(m, state);
	entry_end(m);
	buf_release(&phase);
}

static void
enrol(struct making *m)
{
	const struct registry_request *q = m->q;
	struct registry_agent agent = {.since = m->rows->now}, old;
	bool known = registry_agent_get(m->rows, q->agent, &old);
	struct buf meta = BUF_INIT;
	struct buf *e;

	if (known)
		agent = old;
	agent.name = q->agent;
	buf_span(&meta, q->meta.len > 0 ? q->meta : known ? old.meta : STR("{}"));
	agent.meta = buf_view(&meta);
	agent.expires = q->ttl > 0 ? m->rows->now + q->ttl : ROW_FOREVER;
	if (!known || !str_eq(old.meta, agent.meta)) {
		e = entry_begin(m);
		emit_string(e, "agent", q->agent);
		emit_json(e, "meta", agent.meta);
		entry_end(m);
	}
	m->touched = m->a->changed || agent.expires != old.expires;
	if (m->touched)
		registry_agent_put(m->rows, &agent);
	buf_release(&meta);
}

static void
act(struct making *m)
{
	struct registry_agent agent;
	struct buf meta = BUF_INIT;

	if (!registry_agent_get(m->rows, m->q->agent, &agent)) {
		refuse(m, REGISTRY_NO_AGENT);
		return;
	}
	if (!agent.acted || agent.turn != m->head.turn) {
		buf_span(&meta, agent.meta);
		agent.meta = buf_view(&meta);
		agent.acted = true;
		agent.turn = m->head.turn;
		registry_agent_put(m->rows, &agent);
		emit_string(entry_begin(m), "agent", m->q->agent);
		entry_end(m);
		buf_release(&meta);
	}
	count_agents(m);
}

static void
leave(struct making *m)
{
	struct registry_agent agent;

	if (!registry_agent_get(m->rows, m->q->agent, &agent))
		return;
	rows_delete(m->rows, registry_key(&m->key, REGISTRY_AGENT, m->q->agent));
	emit_string(entry_begin(m), "agent", m->q->agent);
	entry_end(m);
}

/* Set a constraint, or with an empty value unset it. */
static void
constrain(struct making *m)
{
	const struct registry_request *q = m->q;
	struct str key = registry_key(&m->key, REGISTRY_CONSTRAINT, q->key), old;
	bool known = rows_get(m->rows, key, &old), set = q->op == REGISTRY_SET;
	struct buf *e;

	if (set ? known && str_eq(old, q->value) : !known)
		return;
	e = entry_begin(m);
	emit_string(e, "key", q->key);
	if (set)
		emit_json(e, "value", q->value);
	if (known)
		emit_json(e, "was", old);
	if (set)
		rows_put(m->rows, key, q->value);
	else
		rows_delete(m->rows, key);
	entry_end(m);
}

static void
revert(struct making *m)
{
	const struct registry_request *q = m->q;
	struct buf was = BUF_INIT;
	struct buf *e;

	if (q->version != m->rows->version - 1) {
		refuse(m, REGISTRY_STALE);
		return;
	}
	add_constraints(m, &was);
	delete_constraints(m);
	put_constraints(m, q->constraints);
	e = entry_begin(m);
	emit_count(e, "to", q->to);
	emit_string(e, "state", q->state);
	emit_json(e, "constraints", object_or_empty(q->constraints));
	emit_begin(e, "was", '{');
	emit_string(e, "state", m->head.state);
	emit_begin(e, "constraints", '{');
	buf_span(e, buf_view(&was));
	emit_end(e, '}');
	emit_end(e, '}');
	turn_begin(m, q->state);
	entry_end(m);
	buf_release(&was);
}

static void
await(struct making *m)
{
	if (m->head.turn >= m->q->turn)
		return;
	rows_put_until(m->rows, registry_wait_key(&m->key, m->q->turn, m->q->id), STR(""),
	               m->rows->now + REGISTRY_WAIT_TTL);
	m->touched = true;
	if (!m->head.waited) {
		m->head.waited = true;
		registry_head_put(m->rows, &m->head);
	}
	refuse(m, REGISTRY_NOT_YET);
}

static void
add_agent(struct buf *out, const struct registry_agent *agent, uint64_t turn)
{
	emit_begin(out, NULL, '{');
	emit_string(out, "agent", agent->name);
	emit_number(out, "since", agent->since);
	emit_bool(out, "acted", agent->acted && agent->turn == turn);
	if (agent->expires < ROW_FOREVER)
		emit_number(out, "expires", agent->expires);
	if (inside(agent->meta).len > 0)
		emit_json(out, "meta", agent->meta);
	emit_end(out, '}');
}

static void
sync(struct making *m)
{
	struct buf *out = &m->a->snapshot;
	struct registry_agent agent;
	struct row row;
	struct str name;

	buf_str(out, ",\"constraints\":{");
	add_constraints(m, out);
	buf_str(out, "},\"agents\":[");
	for (bool any = registry_first(m->rows, REGISTRY_AGENT, &row, &name); any;
	     any = registry_next(m->rows, REGISTRY_AGENT, &row, &name))
		if (registry_agent_read(&row, name, &agent))
			add_agent(out, &agent, m->head.turn);
	buf_byte(out, ']');
}

static void
run(struct making *m)
{
	switch (m->q->op) {
	case REGISTRY_INIT:
	case REGISTRY_IMPORT: create(m); break;
	case REGISTRY_SYNC: sync(m); break;
	case REGISTRY_ADVANCE: advance(m); break;
	case REGISTRY_REGISTER: enrol(m); break;
	case REGISTRY_ACTED: act(m); break;
	case REGISTRY_LEAVE: leave(m); break;
	case REGISTRY_SET:
	case REGISTRY_UNSET: constrain(m); break;
	case REGISTRY_REVERT: revert(m); break;
	case REGISTRY_WAIT: await(m); break;
	case REGISTRY_UNWAIT:
		rows_delete(m->rows, registry_wait_key(&m->key, m->q->turn, m->q->id));
		m->touched = true;
		break;
	}
}

static void
answer_reset(struct registry_answer *a)
{
	struct buf state = a->state, missing = a->missing, snapshot = a->snapshot;

	buf_reset(&state);
	buf_reset(&missing);
	buf_reset(&snapshot);
	*a = (struct registry_answer){.state = state, .missing = missing, .snapshot = snapshot};
}

void
registry_step(struct rows *r, const struct registry_request *q, struct registry_answer *a)
{
	struct making m = {.rows = r, .q = q, .a = a};
	bool creates = q->op == REGISTRY_INIT || q->op == REGISTRY_IMPORT;
	bool exists = registry_head_get(r, &m.head);

	answer_reset(a);
	a->ts = r->now;
	set_state(&m, m.head.state);
	if (exists == creates)
		refuse(&m, exists ? REGISTRY_EXISTS : REGISTRY_NO_PROJECT);
	else if (q->expects && m.head.turn != q->expect)
		refuse(&m, REGISTRY_STALE);
	else
		run(&m);
	a->turn = m.head.turn;
	a->version = a->changed || m.touched ? r->version : r->version - 1;
	buf_span(&a->state, buf_view(&m.state));
	buf_release(&m.state);
	buf_release(&m.key);
	buf_release(&m.entry);
}

void
registry_answer_release(struct registry_answer *a)
{
	buf_release(&a->state);
	buf_release(&a->missing);
	buf_release(&a->snapshot);
}
