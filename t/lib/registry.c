#include "policy/registry_request.h"
#include "policy/registry_undo.h"

#include "base/hash.h"
#include "base/memory_rows.h"
#include "base/num.h"
#include "tap.h"

#include <inttypes.h>
#include <stdlib.h>

static struct memory_rows rows = MEMORY_ROWS_INIT;
static struct registry_answer answer;
static double now = 1000;

static enum registry_outcome
ask(struct registry_request q)
{
	now += 1;
	registry_step(memory_rows_begin(&rows, now), &q, &answer);
	memory_rows_end(&rows);
	return answer.outcome;
}

#define ASK(...) ask((struct registry_request){__VA_ARGS__})

static void
begin(void)
{
	memory_rows_release(&rows);
	rows = (struct memory_rows)MEMORY_ROWS_INIT;
	ASK(.op = REGISTRY_INIT, .by = STR("lead"), .state = STR("plan"),
	    .constraints = STR("{\"budget\":10,\"phases\":[\"plan\",\"build\",\"te\\u0073t\"]}"));
}

/* The project as sync shows it: version, turn, state, members. */
static const char *
shown(void)
{
	static struct buf out;

	ASK(.op = REGISTRY_SYNC);
	buf_reset(&out);
	buf_printf(&out, "%" PRIu64 " %" PRIu64 " " STR_FMT "" STR_FMT, answer.version, answer.turn,
	           STR_ARG(buf_view(&answer.state)), STR_ARG(buf_view(&answer.snapshot)));
	return buf_cstr(&out);
}

/* The record of the last entry in the log. */
static const char *
told(void)
{
	static struct buf out;
	const struct memory_entry *e = &rows.log[rows.entries - 1];

	buf_reset(&out);
	registry_entry_record(e->text, STR("p"), e->version, 5, &out);
	out.len--;
	return buf_cstr(&out);
}

static void
test_begin(void)
{
	ok(ASK(.op = REGISTRY_SYNC) == REGISTRY_NO_PROJECT,
	   "there is no project before it was made");
	begin();
	ok(answer.changed && answer.version == 1 && answer.turn == 0,
	   "a new one has version 1 and turn 0");
	is_str(str_of(told()),
	       "{\"type\":\"registry\",\"ts\":5,\"project\":\"p\",\"version\":1,\"op\":\"init\","
	       "\"by\":"
	       "\"lead\","
	       "\"state\":\"plan\",\"constraints\":{\"budget\":10,\"phases\":[\"plan\",\"build\","
	       "\"te\\u0073t\"]},"
	       "\"turn\":0}",
	       "its beginning is in the history");
	is_str(str_of(shown()),
	       "1 0 "
	       "plan,\"constraints\":{\"budget\":10,\"phases\":[\"plan\",\"build\",\"te\\u0073t\"]}"
	       ","
	       "\"agents\":[]",
	       "it holds what was given");
	ok(ASK(.op = REGISTRY_INIT, .state = STR("x")) == REGISTRY_EXISTS && answer.version == 1 &&
	           str_is(buf_view(&answer.state), "plan"),
	   "a second beginning is refused, and told what is there");
}

static void
test_turns(void)
{
	begin();
	ok(ASK(.op = REGISTRY_ADVANCE, .by = STR("a"), .state = STR("build"), .expects = true) ==
	                   REGISTRY_DONE &&
	           answer.turn == 1 && answer.version == 2,
	   "an advance begins the next turn");
	is_str(str_of(told()),
	       "{\"type\":\"registry\",\"ts\":5,\"project\":\"p\",\"version\":2,\"op\":\"advance\","
	       "\"by\":\"a\","
	       "\"state\":\"build\",\"was\":\"plan\",\"turn\":1}",
	       "and says what was before");
	ok(ASK(.op = REGISTRY_ADVANCE, .state = STR("x"), .expects = true) == REGISTRY_STALE &&
	           answer.turn == 1 && answer.version == 2 && !answer.changed,
	   "one that expects an earlier turn does nothing");
	ok(ASK(.op = REGISTRY_ADVANCE, .next_phase = true) == REGISTRY_DONE &&
	           str_is(buf_view(&answer.state), "test"),
	   "the next phase is the one after the state");
	ok(ASK(.op = REGISTRY_ADVANCE, .next_phase = true) == REGISTRY_NO_PHASE &&
	           answer.version == 3,
	   "after the last one there is none");
}

static void
test_agents(void)
{
	begin();
	ASK(.op = REGISTRY_REGISTER, .agent = STR("b"), .meta = STR("{\"model\":\"m\"}"));
	ASK(.op = REGISTRY_REGISTER, .agent = STR("a"), .ttl = 50);
	ok(answer.changed && answer.version == 3, "agents register");
	ASK(.op = REGISTRY_REGISTER, .agent = STR("b"));
	ok(!answer.changed && answer.version == 3, "again is no change");
	ASK(.op = REGISTRY_REGISTER, .agent = STR("a"), .ttl = 50);
	ok(!answer.changed && rows.entries == 3,
	   "nor is it in the history that a lease was renewed");
	ok(ASK(.op = REGISTRY_ACTED, .agent = STR("c")) == REGISTRY_NO_AGENT,
	   "one that is not registered cannot act");
	ASK(.op = REGISTRY_ACTED, .agent = STR("b"));
	ok(answer.changed && answer.agents == 2 && answer.waiting == 1 &&
	           str_is(buf_view(&answer.missing), "\"a\""),
	   "who has acted is told whom all wait for");
	ASK(.op = REGISTRY_ACTED, .agent = STR("b"));
	ok(!answer.changed, "acting twice in a turn is acting once");
	ok(strstr(shown(), "{\"agent\":\"b\",\"since\":") != NULL &&
	           strstr(shown(), "\"acted\":true,\"meta\":{\"model\":\"m\"}}]") != NULL,
	   "all of which can be seen");
	ok(ASK(.op = REGISTRY_ADVANCE, .state = STR("x"), .all_acted = true) ==
	                   REGISTRY_NOT_ACTED &&
	           str_is(buf_view(&answer.missing), "\"a\"") && answer.turn == 0,
	   "an advance when all have acted waits for the last");
	now += 50;
	ok(ASK(.op = REGISTRY_ADVANCE, .state = STR("x"), .all_acted = true) == REGISTRY_DONE &&
	           answer.agents == 1,
	   "but not for one whose lease ran out");
	ok(ASK(.op = REGISTRY_ADVANCE, .state = STR("y"), .all_acted = true) == REGISTRY_NOT_ACTED,
	   "who acted before has not acted in the new turn");
	ASK(.op = REGISTRY_LEAVE, .agent = STR("b"));
	ok(answer.changed, "an agent leaves");
	ASK(.op = REGISTRY_LEAVE, .agent = STR("b"));
	ok(answer.outcome == REGISTRY_DONE && !answer.changed, "once");
}

static void
test_constraints(void)
{
	begin();
	ASK(.op = REGISTRY_SET, .key = STR("a \"key\""), .value = STR("[1, 2.0]"));
	ASK(.op = REGISTRY_SET, .key = STR("budget"), .value = STR("11"));
	is_str(str_of(told()),
	       "{\"type\":\"registry\",\"ts\":5,\"project\":\"p\",\"version\":3,\"op\":\"set\","
	       "\"key\":\"budget\",\"value\":11,\"was\":10,\"turn\":0}",
	       "a constraint is set");
	ASK(.op = REGISTRY_SET, .key = STR("budget"), .value = STR("11"));
	ok(!answer.changed && answer.version == 3, "to what it is: no change");
	ASK(.op = REGISTRY_UNSET, .key = STR("phases"));
	is_str(str_of(shown()),
	       "4 0 plan,\"constraints\":{\"a \\\"key\\\"\":[1, 2.0],\"budget\":11},\"agents\":[]",
	       "and unset");
	ASK(.op = REGISTRY_UNSET, .key = STR("phases"));
	ok(!answer.changed, "once");
}

static void
test_waiting(void)
{
	begin();
	ok(ASK(.op = REGISTRY_WAIT, .turn = 0, .id = STR("w")) == REGISTRY_DONE, "turn 0 has come");
	ok(ASK(.op = REGISTRY_WAIT, .turn = 1, .id = STR("w1")) == REGISTRY_NOT_YET,
	   "turn 1 has not");
	ASK(.op = REGISTRY_WAIT, .turn = 2, .id = STR("w2"));
	ASK(.op = REGISTRY_WAIT, .turn = 1, .id = STR("w3"));
	ASK(.op = REGISTRY_UNWAIT, .turn = 1, .id = STR("w3"));
	ASK(.op = REGISTRY_ADVANCE, .state = STR("x"));
	ok(rows.wakes == 1 && str_is(rows.woken[0], "w1"),
	   "when it comes, who waits for it is woken");
	ASK(.op = REGISTRY_ADVANCE, .state = STR("x"));
	ok(rows.wakes == 1 && str_is(rows.woken[0], "w2"), "and nobody else");
	ASK(.op = REGISTRY_WAIT, .turn = 3, .id = STR("w4"));
	now += REGISTRY_WAIT_TTL;
	ASK(.op = REGISTRY_ADVANCE, .state = STR("x"));
	ok(rows.wakes == 0, "a waiter that is no longer heard of is forgotten");
}

static void
test_requests(void)
{
	static const struct {
		const char *text, *reason;
	} bad[] = {
		{"{\"op\":\"advance\"}", "no state"},
		{"{\"op\":\"go\"}", "no op, or an unknown one"},
		{"{\"op\":\"revert\"}", "no op, or an unknown one"},
		{"{\"decision\":\"panic\"}", "unknown decision"},
		{"{\"op\":\"acted\",\"agent\":\"../x\"}", "no agent, or a bad name"},
		{"{\"op\":\"set\",\"key\":\"k\"}", "no value"},
		{"{\"op\":\"set\",\"key\":\"\",\"value\":1}", "no key, or one that is too long"},
		{"{\"op\":\"sync\",\"expect\":-1}", "expect is no count"},
		{"{\"op\":\"register\",\"agent\":\"a\",\"meta\":[]}", "meta is no object"},
		{"{\"op\":\"register\",\"agent\":\"a\",\"ttl\":0}", "ttl is no number above 0"},
		{"{\"op\":\"init\",\"constraints\":1}", "constraints are no object"},
		{"{\"op\":\"sync\",\"project\":\"a/b\"}", "project is no name"},
	};
	struct record r = RECORD_INIT;
	struct buf text = BUF_INIT, scratch = BUF_INIT;
	struct registry_request q;
	struct json_error error;
	const char *reason;
	struct str project;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		project = STR("p");
		buf_reset(&text);
		buf_padded(&text, str_of(bad[i].text));
		record_scan(&r, str_of(text.ptr), &error);
		ok(!registry_request_read(&r, &scratch, &project, &q, &reason) &&
		           strcmp(reason, bad[i].reason) == 0,
		   "%s: %s", bad[i].text, bad[i].reason);
	}
	buf_reset(&text);
	buf_padded(&text, STR("{\"type\":\"decision\",\"decision\":\"abort\",\"project\":\"q\","
	                      "\"expect\":4}"));
	record_scan(&r, str_of(text.ptr), &error);
	ok(registry_request_read(&r, &scratch, &project, &q, &reason) && q.op == REGISTRY_ADVANCE &&
	           str_is(q.state, "aborted") && str_is(project, "q"),
	   "a decision to abort is an advance");
	record_release(&r);
	buf_release(&text);
	buf_release(&scratch);
}

/* Constraints and state at VERSION by what the log says. */
static bool
past_of(uint64_t version, struct buf *out)
{
	struct registry_past past = REGISTRY_PAST_INIT;
	bool known = true;

	registry_past_begin(memory_rows_begin(&rows, now), &past);
	for (size_t i = rows.entries; known && i-- > 0 && rows.log[i].version > version;)
		known = registry_past_undo(&past, rows.log[i].text);
	buf_reset(out);
	buf_span(out, buf_view(&past.state));
	registry_past_constraints(&past, out);
	registry_past_release(&past);
	return known;
}

static void
test_past(void)
{
	struct buf past = BUF_INIT;

	begin();
	ASK(.op = REGISTRY_SET, .key = STR("budget"), .value = STR("11"));
	ASK(.op = REGISTRY_SET, .key = STR("new"), .value = STR("\"\\u0041\""));
	ASK(.op = REGISTRY_UNSET, .key = STR("phases"));
	ASK(.op = REGISTRY_ADVANCE, .state = STR("b\"uild"));
	ASK(.op = REGISTRY_ADVANCE, .state = STR("test"));
	ok(past_of(5, &past), "the past can be worked out");
	is_str(buf_view(&past), "b\"uild{\"budget\":11,\"new\":\"\\u0041\"}",
	       "as it was at version 5");
	past_of(2, &past);
	is_str(buf_view(&past),
	       "plan{\"budget\":11,\"phases\":[\"plan\",\"build\",\"te\\u0073t\"]}", "and at 2");
	ok(!past_of(0, &past), "but not before the beginning");
	ok(ASK(.op = REGISTRY_REVERT, .version = 5, .to = 2, .state = STR("plan")) ==
	           REGISTRY_STALE,
	   "a return that is based on an old version is refused");
	ok(ASK(.op = REGISTRY_REVERT, .version = 6, .to = 2, .state = STR("plan"),
	       .constraints = STR("{\"budget\":11}")) == REGISTRY_DONE &&
	           answer.turn == 3 && answer.version == 7,
	   "a return is a new turn");
	is_str(str_of(shown()), "7 3 plan,\"constraints\":{\"budget\":11},\"agents\":[]",
	       "with the old beliefs");
	past_of(6, &past);
	is_str(buf_view(&past), "test{\"budget\":11,\"new\":\"\\u0041\"}",
	       "and can itself be taken back");
	buf_release(&past);
}

static void
test_import(void)
{
	struct buf copy = BUF_INIT;

	begin();
	ASK(.op = REGISTRY_ADVANCE, .state = STR("build"));
	ASK(.op = REGISTRY_REGISTER, .agent = STR("a"), .meta = STR("{\"k\":\"v\"}"));
	ASK(.op = REGISTRY_ACTED, .agent = STR("a"));
	ASK(.op = REGISTRY_SYNC);
	buf_padded(&copy,
	           STR("[{\"agent\":\"a\",\"since\":1003,\"acted\":true,\"meta\":{\"k\":\"v\"}},"
	               "{\"agent\":\"b\",\"acted\":false},{\"agent\":\"../c\"}]"));
	memory_rows_release(&rows);
	rows = (struct memory_rows)MEMORY_ROWS_INIT;
	ok(ASK(.op = REGISTRY_IMPORT, .state = STR("build"), .turn = 7,
	       .constraints = STR("{\"x\":null}"), .agents = str_of(copy.ptr)) == REGISTRY_DONE &&
	           answer.turn == 7 && answer.version == 1,
	   "an exported project begins where it was");
	ok(strstr(shown(),
	          "\"x\":null},\"agents\":[{\"agent\":\"a\",\"since\":1003,\"acted\":true,\"meta\""
	          ":{\"k\":\"v\"}},{\"agent\":\"b\",\"since\":") != NULL,
	   "with its agents");
	ok(strstr(shown(), "..") == NULL, "but for those whose names are none");
	buf_release(&copy);
}

/*
 * The simulation: clients that know an old turn or a new one ask for whatever they like in any order, agents' leases run
 * out, waiters die. A model of a few lines says what must have come of it.
 */
enum { AGENTS = 6, KEYS = 4, WAITERS = 5, PASTS = 64 };

static struct {
	uint64_t turn, version, entries, seed;
	char state[32];
	int value[KEYS]; /* 0: not set */
	struct {
		double expires; /* 0: not registered */
		bool acted;
		uint64_t turn;
	} agent[AGENTS];
	struct {
		uint64_t turn; /* 0: does not wait */
		double expires;
	} waiter[WAITERS];
	struct {
		uint64_t version;
		char text[160];
	} past[PASTS];
	unsigned long wrong;
} model;

static uint64_t
draw(uint64_t below)
{
	model.seed += 0x9e3779b97f4a7c15ULL;
	return hash_mix(model.seed) % below;
}

static void
must(bool held, const char *what)
{
	if (!held && model.wrong++ < 5)
		printf("# version %" PRIu64 ": %s\n", model.version, what);
}

static const char *
model_past(void)
{
	static char text[160];
	size_t len = (size_t)snprintf(text, sizeof(text), "%s{", model.state);
	const char *comma = "";

	for (int k = 0; k < KEYS; k++) {
		if (model.value[k] == 0)
			continue;
		len += (size_t)snprintf(text + len, sizeof(text) - len, "%s\"k%d\":%d", comma, k,
		                        model.value[k]);
		comma = ",";
	}
	snprintf(text + len, sizeof(text) - len, "}");
	return text;
}

static bool
model_lives(int i)
{
	return model.agent[i].expires > now + 1;
}

static bool
model_all_acted(void)
{
	for (int i = 0; i < AGENTS; i++)
		if (model_lives(i) && (!model.agent[i].acted || model.agent[i].turn != model.turn))
			return false;
	return true;
}

/* The turn has come for those who waited for it, and nobody else was woken. */
static void
model_wake(void)
{
	size_t due = 0;

	for (int i = 0; i < WAITERS; i++) {
		if (model.waiter[i].turn == 0 || model.waiter[i].turn > model.turn)
			continue;
		due += model.waiter[i].expires > now;
		model.waiter[i].turn = 0;
	}
	must(rows.wakes == due, "whoever waited for the turn was woken, and nobody else");
}

static void
sim_advance(bool expects, uint64_t expect, bool all)
{
	char state[32];
	bool may = (!expects || expect == model.turn) && (!all || model_all_acted());

	snprintf(state, sizeof(state), "s%u", (unsigned)draw(1000));
	ASK(.op = REGISTRY_ADVANCE, .state = str_of(state), .expects = expects, .expect = expect,
	    .all_acted = all);
	must((answer.outcome == REGISTRY_DONE) == may, "an advance happens if and only if it may");
	if (!may)
		return;
	model.turn++;
	memcpy(model.state, state, sizeof(state));
	model.version++;
	model.entries++;
	model_wake();
}

static void
sim_agent(int i)
{
	char name[8];
	bool lives = model_lives(i);
	double ttl = (double)draw(40);

	snprintf(name, sizeof(name), "a%d", i);
	switch (draw(3)) {
	case 0:
		ASK(.op = REGISTRY_REGISTER, .agent = str_of(name), .ttl = ttl);
		must(answer.changed == !lives, "who is not registered registers");
		model.version +=
			!lives || model.agent[i].expires != (ttl > 0 ? now + ttl : INFINITY);
		if (!lives)
			model.agent[i].acted = false;
		model.agent[i].expires = ttl > 0 ? now + ttl : INFINITY;
		model.entries += !lives;
		break;
	case 1:
		ASK(.op = REGISTRY_ACTED, .agent = str_of(name));
		must((answer.outcome == REGISTRY_NO_AGENT) == !lives, "who is registered acts");
		if (!lives)
			break;
		must(answer.changed == !(model.agent[i].acted && model.agent[i].turn == model.turn),
		     "once a turn");
		model.version += answer.changed;
		model.entries += answer.changed;
		model.agent[i].acted = true;
		model.agent[i].turn = model.turn;
		break;
	default:
		ASK(.op = REGISTRY_LEAVE, .agent = str_of(name));
		must(answer.changed == lives, "who is registered leaves");
		model.version += lives;
		model.entries += lives;
		model.agent[i].expires = 0;
	}
}

static void
sim_set(int k)
{
	char key[8], value[8];
	int v = (int)draw(4);

	snprintf(key, sizeof(key), "k%d", k);
	snprintf(value, sizeof(value), "%d", v);
	if (v > 0)
		ASK(.op = REGISTRY_SET, .key = str_of(key), .value = str_of(value));
	else
		ASK(.op = REGISTRY_UNSET, .key = str_of(key));
	must(answer.changed == (v != model.value[k]), "what is set is no change");
	model.version += v != model.value[k];
	model.entries += v != model.value[k];
	model.value[k] = v;
}

static void
sim_wait(int i)
{
	char id[8];
	uint64_t turn = model.turn + draw(3);

	if (model.waiter[i].turn != 0 && model.waiter[i].expires > now + 1)
		return;
	snprintf(id, sizeof(id), "w%d", i);
	ASK(.op = REGISTRY_WAIT, .turn = turn, .id = str_of(id));
	must((answer.outcome == REGISTRY_NOT_YET) == (turn > model.turn),
	     "a waiter waits for what is to come");
	if (turn <= model.turn)
		return;
	model.version++;
	model.waiter[i].turn = turn;
	model.waiter[i].expires = now + REGISTRY_WAIT_TTL;
}

/* Go back to a version that is remembered, or see that it is remembered rightly. */
static void
sim_past(void)
{
	struct buf past = BUF_INIT;
	unsigned p = (unsigned)draw(PASTS);
	const char *brace;

	if (model.past[p].version == 0)
		return;
	must(past_of(model.past[p].version, &past), "the past can be worked out");
	must(str_is(buf_view(&past), model.past[p].text), "and is what it was");
	brace = strchr(model.past[p].text, '{');
	if (draw(8) == 0) {
		struct str state = {model.past[p].text, (size_t)(brace - model.past[p].text)};

		ASK(.op = REGISTRY_REVERT, .version = model.version, .to = model.past[p].version,
		    .state = state, .constraints = str_of(brace));
		must(answer.outcome == REGISTRY_DONE, "a return to it is made");
		snprintf(model.state, sizeof(model.state), STR_FMT, STR_ARG(state));
		for (int k = 0; k < KEYS; k++) {
			char key[8];
			const char *at;

			snprintf(key, sizeof(key), "\"k%d\":", k);
			at = strstr(brace, key);
			model.value[k] = at ? atoi(at + strlen(key)) : 0;
		}
		model.turn++;
		model.version++;
		model.entries++;
		model_wake();
	}
	buf_release(&past);
}

static void
sim_check(void)
{
	must(answer.version == model.version && rows.version == model.version,
	     "each change is a version");
	must(answer.turn == model.turn && str_is(buf_view(&answer.state), model.state),
	     "turn and state are those of the last advance");
	must(rows.entries == model.entries, "there is no entry for what is no change");
}

/* The log is forgotten from time to time, and with it the past. */
static void
sim_trim(void)
{
	struct rows *r = memory_rows_begin(&rows, now);

	rows_trim(r, model.version);
	memory_rows_end(&rows);
	model.version = rows.version;
	model.entries = rows.entries;
	memset(model.past, 0, sizeof(model.past));
}

static void
test_simulation(void)
{
	const char *steps_text = getenv("EROS_SIM_STEPS"), *seed_text = getenv("EROS_SIM_SEED");
	uint64_t steps = 20000, seed = 20260301, known = 0;

	if (steps_text)
		num_parse_count(str_of(steps_text), UINT64_MAX, &steps);
	if (seed_text)
		num_parse_count(str_of(seed_text), UINT64_MAX, &seed);
	memory_rows_release(&rows);
	rows = (struct memory_rows)MEMORY_ROWS_INIT;
	ASK(.op = REGISTRY_INIT, .state = STR("s"));
	memset(&model, 0, sizeof(model));
	model.seed = seed;
	model.version = model.entries = 1;
	strcpy(model.state, "s");
	for (uint64_t i = 0; i < steps; i++) {
		switch (draw(12)) {
		case 0: sim_advance(true, known, false); break;
		case 1: sim_advance(true, model.turn, draw(2)); break;
		case 2: sim_advance(false, 0, true); break;
		case 3:
		case 4:
		case 5: sim_agent((int)draw(AGENTS)); break;
		case 6:
		case 7: sim_set((int)draw(KEYS)); break;
		case 8: sim_wait((int)draw(WAITERS)); break;
		case 9: known = model.turn; break;
		case 10: now += (double)draw(20); break;
		default: sim_past();
		}
		ASK(.op = REGISTRY_SYNC);
		sim_check();
		if (draw(4) == 0) {
			unsigned p = (unsigned)draw(PASTS);

			model.past[p].version = model.version;
			snprintf(model.past[p].text, sizeof(model.past[p].text), "%s",
			         model_past());
		}
		if (i % 256 == 255)
			sim_trim();
	}
	ok(model.wrong == 0, "%" PRIu64 " steps from seed %" PRIu64 ": %lu broken promises", steps,
	   seed, model.wrong);
}

int
main(void)
{
	test_begin();
	test_turns();
	test_agents();
	test_constraints();
	test_waiting();
	test_requests();
	test_past();
	test_import();
	test_simulation();
	memory_rows_release(&rows);
	registry_answer_release(&answer);
	return done_testing();
}
