#include "bin/registry.h"

#include "base/clock.h"
#include "base/exit.h"
#include "base/file.h"
#include "base/random.h"
#include "base/signals.h"

#include <errno.h>
#include <math.h>
#include <unistd.h>

enum {
	FILE_MAX = 16 << 20,
	RETURNS = 20 /* attempts of revert at a project that keeps changing */
};

const char *
registry_scope(struct str project, struct buf *buf)
{
	buf_reset(buf);
	buf_str(buf, "registry/");
	buf_span(buf, project);
	return buf_cstr(buf);
}

struct asking {
	const struct registry_request *q;
	struct registry_answer *a;
};

static void
ask(struct rows *r, void *arg)
{
	struct asking *asking = arg;

	registry_step(r, asking->q, asking->a);
}

void
registry_ask(struct registry *g, const struct registry_request *q, struct registry_answer *a)
{
	struct asking asking = {q, a};
	struct buf scope = BUF_INIT;
	bool reads = q->op == REGISTRY_SYNC;
	int status = (reads ? store_view : store_update)(
		g->store, registry_scope(g->project, &scope), ask, &asking);

	if (status != EROS_OK)
		store_die(g->store, status);
	buf_release(&scope);
}

int
registry_status(struct registry *g, const struct registry_request *q, enum registry_outcome outcome)
{
	switch (outcome) {
	case REGISTRY_DONE: return EROS_OK;
	case REGISTRY_NOT_YET: return EROS_TEMPFAIL;
	case REGISTRY_NO_PROJECT:
		diag("project_not_found", NULL, "no such project: " STR_FMT, STR_ARG(g->project));
		return EROS_NOINPUT;
	case REGISTRY_NO_AGENT:
		diag("agent_not_found", NULL, "no such agent in " STR_FMT ": " STR_FMT,
		     STR_ARG(g->project), STR_ARG(q->agent));
		return EROS_NOINPUT;
	default: return EROS_NO;
	}
}

int
registry_answer(struct registry *g, const struct registry_request *q, struct registry_answer *a)
{
	int status = registry_status(g, q, a->outcome);
	struct writer out;

	writer_init(&out, STDOUT_FILENO, "stdout");
	registry_answer_record(q, a, g->project, writer_buf(&out));
	writer_done(&out);
	writer_close(&out);
	registry_answer_release(a);
	return status;
}

static int
ask_once(struct registry *g, struct registry_request q)
{
	struct registry_answer a = REGISTRY_ANSWER_INIT;

	q.by = g->by;
	q.expects = g->expects;
	q.expect = g->expect;
	registry_ask(g, &q, &a);
	return registry_answer(g, &q, &a);
}

/* What PATH holds, with room for the scanner after it. */
static struct str
read_file(const char *path, struct buf *text)
{
	struct buf raw = BUF_INIT;
	size_t len;

	if (!file_read(path, FILE_MAX, &raw))
		die(EROS_NOINPUT, "cannot_open", strerror(errno), "cannot read %s", path);
	len = str_trim(buf_view(&raw)).len;
	buf_padded(text, str_trim(buf_view(&raw)));
	buf_release(&raw);
	return (struct str){text->ptr, len};
}

int
registry_init(struct registry *g)
{
	struct registry_request q = {.op = REGISTRY_INIT,
	                             .state = g->state.len > 0 ? g->state : STR("init")};
	struct buf text = BUF_INIT;
	struct json_error error;
	struct json v;
	int status;

	if (g->constraints) {
		q.constraints = read_file(g->constraints, &text);
		if (!json_scan(q.constraints, &v, &error))
			die(EROS_DATA, "bad_record", error.reason, "%s: no JSON", g->constraints);
		if (v.type != JSON_OBJECT)
			die(EROS_DATA, "bad_record", NULL, "%s: constraints are no object",
			    g->constraints);
	}
	status = ask_once(g, q);
	buf_release(&text);
	return status;
}

static bool
read_export(const struct record *r, struct registry_request *q, struct buf *scratch)
{
	struct json constraints, agents, turn;

	buf_room(scratch, 2 * r->len);
	q->state = record_string(r, STR("state"), scratch);
	if (q->state.len == 0 || !record_get(r, STR("constraints"), &constraints) ||
	    constraints.type != JSON_OBJECT || !record_get(r, STR("agents"), &agents) ||
	    agents.type != JSON_ARRAY || !record_get(r, STR("turn"), &turn) ||
	    !json_count(turn, &q->turn))
		return false;
	q->constraints = (struct str){constraints.ptr, constraints.len};
	q->agents = (struct str){agents.ptr, agents.len};
	return true;
}

int
registry_import(struct registry *g)
{
	const char *path = g->operand[0] ? g->operand[0] : "-";
	struct registry_request q = {.op = REGISTRY_IMPORT};
	struct buf text = BUF_INIT, scratch = BUF_INIT;
	struct record r = RECORD_INIT;
	struct json_error error;
	int status;

	if (!record_scan(&r, read_file(path, &text), &error))
		die(EROS_DATA, "bad_record", error.reason, "%s: no record", path);
	if (!read_export(&r, &q, &scratch))
		die(EROS_DATA, "bad_record", NULL, "%s: not what eros-registry exports", path);
	status = ask_once(g, q);
	record_release(&r);
	buf_release(&text);
	buf_release(&scratch);
	return status;
}

int
registry_sync(struct registry *g)
{
	return ask_once(g, (struct registry_request){.op = REGISTRY_SYNC});
}

int
registry_advance(struct registry *g)
{
	struct registry_request q = {
		.op = REGISTRY_ADVANCE, .state = str_of(g->operand[0]), .all_acted = g->all_acted};

	if (q.state.len == 0 || q.state.len > REGISTRY_STATE_MAX)
		die_usage("a state has 1 to %d bytes", REGISTRY_STATE_MAX);
	return ask_once(g, q);
}

struct str
registry_meta(const struct registry *g, struct buf *buf)
{
	if (g->meta.len == 0)
		return STR("");
	buf_byte(buf, '{');
	buf_span(buf, buf_view(&g->meta));
	buf_byte(buf, '}');
	return buf_view(buf);
}

int
registry_agent(struct registry *g, enum registry_op op)
{
	struct registry_request q = {.op = op, .agent = str_of(g->operand[0]), .ttl = g->ttl};
	struct buf meta = BUF_INIT;
	int status;

	if (!str_is_name(q.agent))
		die_usage("bad name for an agent: '%s'", g->operand[0]);
	q.meta = registry_meta(g, &meta);
	status = ask_once(g, q);
	buf_release(&meta);
	return status;
}

int
registry_constraint(struct registry *g, enum registry_op op)
{
	struct registry_request q = {.op = op, .key = str_of(g->operand[0])};
	struct buf text = BUF_INIT;
	struct json_error error;
	struct json v;
	int status;

	if (q.key.len == 0 || q.key.len > REGISTRY_KEY_MAX)
		die_usage("a key has 1 to %d bytes", REGISTRY_KEY_MAX);
	if (op == REGISTRY_SET) {
		struct str given = str_of(g->operand[1]);

		buf_padded(&text, given);
		q.value = (struct str){text.ptr, given.len};
		if (g->string || !json_scan(q.value, &v, &error)) {
			buf_reset(&text);
			buf_quote(&text, given);
			q.value = buf_view(&text);
		} else {
			q.value = (struct str){v.ptr, v.len};
		}
	}
	status = ask_once(g, q);
	buf_release(&text);
	return status;
}

static void
sleep_until(struct registry *g, struct store_waiter *w, double until)
{
	/* The store forgets a waiter that it has not heard of for long. */
	double left = fmin(until - clock_mono(), REGISTRY_WAIT_TTL / 2);
	int status = EROS_OK;
	bool woken;

	if (left > 0)
		status = store_wait(w, left, &woken);
	if (status != EROS_OK)
		store_die(g->store, status);
}

int
registry_wait(struct registry *g)
{
	struct registry_request q = {.op = REGISTRY_WAIT, .turn = g->turn};
	struct registry_answer a = REGISTRY_ANSWER_INIT;
	double until = clock_mono() + g->wait;
	struct store_waiter *w = NULL;
	struct buf scope = BUF_INIT;
	char id[RANDOM_KEY];
	int status;

	random_key(id); /* under which nobody else waits */
	q.id = str_of(id);
	if (!g->turns) {
		struct registry_request look = {.op = REGISTRY_SYNC};

		registry_ask(g, &look, &a);
		q.turn = a.turn + 1;
	}
	signal_watch();
	status = store_waiter_open(g->store, registry_scope(g->project, &scope), q.id, &w);
	if (status != EROS_OK)
		store_die(g->store, status);
	for (registry_ask(g, &q, &a);
	     a.outcome == REGISTRY_NOT_YET && clock_mono() < until && signal_caught == 0;
	     registry_ask(g, &q, &a))
		sleep_until(g, w, until);
	if (a.outcome == REGISTRY_NOT_YET) {
		struct registry_answer gone = REGISTRY_ANSWER_INIT;

		q.op = REGISTRY_UNWAIT;
		registry_ask(g, &q, &gone);
		q.op = REGISTRY_WAIT;
		registry_answer_release(&gone);
	}
	store_waiter_close(w);
	buf_release(&scope);
	status = registry_answer(g, &q, &a);
	return signal_caught ? EROS_SIGNAL + signal_caught : status;
}
