/*
 * Any bytes as the state that eros-alert keeps: what is refused is refused at a line for a reason, what is taken up can be
 * gone on from and saved, and what was saved is taken up again.
 */
#include "policy/alert.h"

#include <stdint.h>
#include <stdlib.h>

static const char *const records[] = {
	"{\"type\":\"sample\",\"ts\":1000,\"agent\":\"a\",\"risk_score\":0.5,\"tool\":\"bash\"}",
	"{\"type\":\"sample\",\"ts\":1100,\"agent\":\"b\",\"risk_score\":0.1}",
	"{\"type\":\"sample\",\"ts\":9000,\"agent\":\"a\",\"risk_score\":0.1}",
};

static void
add_rules(struct alert_rules *rules)
{
	static const struct str exprs[] = {
		STR("risk_score > 0.3"),
		STR("count(risk_score > 0) over 5m >= 2"),
		STR("absent(tool) over 90s"),
	};
	struct alert_defaults defaults = {.hold = 10, .keep = 20, .by = alert_by_agent};
	struct cond_error error;

	for (size_t i = 0; i < sizeof(exprs) / sizeof(exprs[0]); i++)
		if (!alert_rules_condition(rules, exprs[i], exprs[i], &defaults, &error))
			abort();
}

static void
on_note(void *arg, const struct alert_note *note)
{
	struct buf *out = arg, padded = BUF_INIT;
	struct json_error error;
	struct json v;

	buf_reset(out);
	alert_note_record(note, out);
	buf_padded(&padded, buf_view(out));
	if (!json_scan(buf_view(&padded), &v, &error))
		abort();
	buf_release(&padded);
}

static void
feed(struct alert *a)
{
	struct record r = RECORD_INIT;
	struct json_error error;

	for (size_t i = 0; i < sizeof(records) / sizeof(records[0]); i++) {
		struct buf b = BUF_INIT;

		buf_padded(&b, str_of(records[i]));
		if (!record_scan(&r, buf_view(&b), &error))
			abort();
		alert_record(a, &r, -1);
		buf_release(&b);
	}
	record_release(&r);
}

/* Take up TEXT, go on with the records, and save; an empty state where TEXT is refused. */
static void
go_on(const struct alert_rules *rules, struct str text, bool own, struct buf *state)
{
	struct alert_options options = ALERT_OPTIONS_INIT;
	struct buf out = BUF_INIT;
	const char *reason = NULL;
	struct alert a;
	size_t line = 0;

	alert_init(&a, rules, &options);
	a.notify = on_note;
	a.arg = &out;
	alert_track(&a);
	if (alert_load(&a, text, &line, &reason)) {
		feed(&a);
		alert_settle(&a);
		alert_save(&a, state);
	} else if (own || !reason || line == 0) {
		abort();
	}
	alert_release(&a);
	buf_release(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct alert_rules rules = ALERT_RULES_INIT;
	struct buf first = BUF_INIT, second = BUF_INIT;

	add_rules(&rules);
	go_on(&rules, (struct str){(const char *)data, size}, false, &first);
	if (first.len > 0)
		go_on(&rules, buf_view(&first), true, &second);
	alert_rules_release(&rules);
	buf_release(&first);
	buf_release(&second);
	return 0;
}
