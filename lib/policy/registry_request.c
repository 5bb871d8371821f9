#include "policy/registry_request.h"

#include <math.h>

/* The state that a decision leads to. */
static const struct {
	const char *decision, *state;
} outcomes[] = {{"pause_and_recalibrate", "paused"},
                {"continue_partial", "partial"},
                {"abort", "aborted"},
                {"advance_phase", ""}, /* the next phase */
                {NULL, NULL}};

/* The operations that records may ask for. */
static const enum registry_op allowed[] = {REGISTRY_INIT,     REGISTRY_SYNC,  REGISTRY_ADVANCE,
                                           REGISTRY_REGISTER, REGISTRY_ACTED, REGISTRY_LEAVE,
                                           REGISTRY_SET,      REGISTRY_UNSET};

static bool
read_op(struct str word, enum registry_op *op)
{
	for (size_t i = 0; i < sizeof(allowed) / sizeof(allowed[0]); i++) {
		if (str_is(word, registry_op_name[allowed[i]])) {
			*op = allowed[i];
			return true;
		}
	}
	return false;
}

/* A member that must be of TYPE where it is there, as written. */
static bool
read_json(const struct record *r, const char *key, enum json_type type, struct str *text)
{
	struct json v;

	*text = STR_NONE;
	if (!record_get(r, str_of(key), &v))
		return true;
	*text = (struct str){v.ptr, v.len};
	return v.type == type;
}

static bool
read_expect(const struct record *r, struct registry_request *q)
{
	struct json v;

	q->expects = record_get(r, STR("expect"), &v);
	return !q->expects || json_count(v, &q->expect);
}

static const char *
read_decision(struct str word, struct registry_request *q)
{
	q->op = REGISTRY_SYNC;
	if (str_is(word, "continue"))
		return NULL;
	for (size_t i = 0; outcomes[i].decision != NULL; i++) {
		if (!str_is(word, outcomes[i].decision))
			continue;
		q->op = REGISTRY_ADVANCE;
		q->state = str_of(outcomes[i].state);
		q->next_phase = q->state.len == 0;
		return NULL;
	}
	return "unknown decision";
}

/* What the operation must have. */
static const char *
check(const struct registry_request *q)
{
	bool agent =
		q->op == REGISTRY_REGISTER || q->op == REGISTRY_ACTED || q->op == REGISTRY_LEAVE;
	bool key = q->op == REGISTRY_SET || q->op == REGISTRY_UNSET;

	if (q->op == REGISTRY_ADVANCE && !q->next_phase && q->state.len == 0)
		return "no state";
	if (q->state.len > REGISTRY_STATE_MAX)
		return "state is too long";
	if (agent && !str_is_name(q->agent))
		return "no agent, or a bad name";
	if (key && (q->key.len == 0 || q->key.len > REGISTRY_KEY_MAX))
		return "no key, or one that is too long";
	if (q->op == REGISTRY_SET && q->value.len == 0)
		return "no value";
	return NULL;
}

static const char *
read_words(const struct record *r, struct buf *scratch, struct registry_request *q)
{
	struct json v;

	if (!read_op(record_string(r, STR("op"), scratch), &q->op))
		return "no op, or an unknown one";
	q->state = record_string(r, STR("state"), scratch);
	if (q->op == REGISTRY_INIT && q->state.len == 0)
		q->state = STR("init");
	q->agent = record_string(r, STR("agent"), scratch);
	q->key = record_string(r, STR("key"), scratch);
	q->all_acted = record_true(r, STR("when_all_acted"));
	if (record_get(r, STR("value"), &v))
		q->value = (struct str){v.ptr, v.len};
	if (!read_json(r, "meta", JSON_OBJECT, &q->meta))
		return "meta is no object";
	if (!read_json(r, "constraints", JSON_OBJECT, &q->constraints))
		return "constraints are no object";
	if (record_get(r, STR("ttl"), &v) && (!json_number(v, &q->ttl) || q->ttl <= 0))
		return "ttl is no number above 0";
	if (!read_expect(r, q))
		return "expect is no count";
	return check(q);
}

bool
registry_request_read(const struct record *r, struct buf *scratch, struct str *project,
                      struct registry_request *q, const char **reason)
{
	struct str named;
	struct json v;

	*q = (struct registry_request){0};
	buf_room(scratch, 2 * r->len);
	q->by = record_string(r, STR("by"), scratch);
	if (record_get(r, STR("id"), &v))
		q->id = (struct str){v.ptr, v.len};
	if (record_get(r, STR("decision"), &v) && v.type == JSON_STRING &&
	    record_find(r, STR("op")) == NULL)
		*reason = read_decision(json_string(v, scratch), q);
	else
		*reason = read_words(r, scratch, q);
	named = record_string(r, STR("project"), scratch);
	if (named.len > 0 || project->len == 0)
		*project = named;
	if (*reason == NULL && !str_is_name(*project))
		*reason = project->len == 0 ? "no project" : "project is no name";
	return *reason == NULL;
}
