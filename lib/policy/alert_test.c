/*
 * Test cases beside the rules: records go in, and the alerts that come out are compared with those that are expected.
 * A case names the members it cares about; one that it does not name may be anything.
 */
#include "base/clock.h"
#include "base/num.h"
#include "policy/alert.h"
#include "record/emit.h"

static const char *const case_keys[] = {"alerts", "group_wait", "input", "name", "pending",
                                        "repeat", "stale",      "until", NULL};

struct outcome {
	struct buf text; /* alert records, a line each */
	size_t count;
};

/* YAML as JSON: plain scalars that read as one are numbers, booleans or null. */
static void
add_json(const struct yaml *node, struct buf *out)
{
	double number;

	switch (node->type) {
	case YAML_SCALAR:
		if (!node->quoted &&
		    (num_parse(node->text, &number) || str_is(node->text, "true") ||
		     str_is(node->text, "false") || str_is(node->text, "null")))
			buf_span(out, node->text);
		else
			buf_quote(out, node->text);
		return;
	case YAML_LIST:
	case YAML_MAP:
		buf_byte(out, node->type == YAML_MAP ? '{' : '[');
		for (const struct yaml *n = node->child; n; n = n->next) {
			if (n != node->child)
				buf_byte(out, ',');
			if (node->type == YAML_MAP) {
				buf_quote(out, n->key);
				buf_byte(out, ':');
			}
			add_json(n, out);
		}
		buf_byte(out, node->type == YAML_MAP ? '}' : ']');
		return;
	}
}

static void
on_note(void *arg, const struct alert_note *note)
{
	struct outcome *outcome = arg;

	alert_note_record(note, &outcome->text);
	outcome->count++;
}

/* One record of the input: a map, or the record itself as text. */
static void
feed(struct alert *a, const struct yaml_file *file, const struct yaml *node)
{
	struct record r = RECORD_INIT;
	struct buf text = BUF_INIT, padded = BUF_INIT;
	struct json_error error;

	if (node->type == YAML_SCALAR)
		buf_span(&text, node->text);
	else
		add_json(node, &text);
	buf_padded(&padded, buf_view(&text));
	if (!record_scan(&r, buf_view(&padded), &error))
		yaml_die(file, node, "input: bad record: %s", error.reason);
	alert_record(a, &r, -1);
	record_release(&r);
	buf_release(&text);
	buf_release(&padded);
}

static double
duration_or(const struct yaml_file *file, const struct yaml *node, double otherwise)
{
	return node ? yaml_duration(file, node) : otherwise;
}

/* A text and a number that are written alike are alike: 'true' and true, 1 and "1". */
static bool
same_value(struct json got, const struct yaml *want)
{
	struct buf want_json = BUF_INIT, padded = BUF_INIT, a = BUF_INIT, b = BUF_INIT;
	struct json_error error;
	struct json value;
	double x, y;
	bool same;

	add_json(want, &want_json);
	buf_padded(&padded, buf_view(&want_json));
	same = json_scan(buf_view(&padded), &value, &error);
	if (same && json_number(got, &x) && json_number(value, &y))
		same = x == y;
	else if (same)
		same = str_eq(json_text(got, &a), json_text(value, &b));
	buf_release(&want_json);
	buf_release(&padded);
	buf_release(&a);
	buf_release(&b);
	return same;
}

/* Whether GOT has all that WANT names; an inner map likewise names what it cares about. */
static bool
has_all(struct json got, const struct yaml *want)
{
	for (const struct yaml *n = want->child; n; n = n->next) {
		struct json value;

		if (!json_get(got, n->key, &value))
			return false;
		if (n->type == YAML_MAP ? !has_all(value, n) : !same_value(value, n))
			return false;
	}
	return true;
}

static bool
line_matches(struct str line, const struct yaml *want)
{
	struct buf padded = BUF_INIT;
	struct json_error error;
	struct json value;
	bool matches;

	buf_padded(&padded, line);
	matches = json_scan(buf_view(&padded), &value, &error) && has_all(value, want);
	buf_release(&padded);
	return matches;
}

static bool
all_match(const struct outcome *outcome, const struct yaml *alerts)
{
	struct str rest = buf_view(&outcome->text), line;

	if (outcome->count != (alerts ? alerts->count : 0))
		return false;
	for (const struct yaml *n = alerts ? alerts->child : NULL; n; n = n->next)
		if (!str_line(&rest, &line) || !line_matches(line, n))
			return false;
	return true;
}

static void
show(const struct outcome *outcome, const struct yaml *alerts, struct buf *out)
{
	struct str rest = buf_view(&outcome->text), line;

	while (str_line(&rest, &line))
		buf_printf(out, "   got: " STR_FMT "\n", STR_ARG(line));
	if (outcome->count == 0)
		buf_str(out, "   got: no alert\n");
	for (const struct yaml *n = alerts ? alerts->child : NULL; n; n = n->next) {
		buf_str(out, "  want: ");
		add_json(n, out);
		buf_byte(out, '\n');
	}
	if (!alerts || alerts->count == 0)
		buf_str(out, "  want: no alert\n");
}

static void
check_case(const struct yaml_file *file, const struct yaml *test)
{
	const struct yaml *input = yaml_get(test, "input"), *alerts = yaml_get(test, "alerts");

	yaml_expect(file, test, YAML_MAP, "test");
	yaml_expect_keys(file, test, case_keys);
	if (!input)
		yaml_die(file, test, "test without input");
	yaml_expect(file, input, YAML_LIST, "input");
	if (!alerts)
		yaml_die(file, test, "test without alerts (none expected: 'alerts: []')");
	yaml_expect(file, alerts, YAML_LIST, "alerts");
	for (const struct yaml *n = alerts->child; n; n = n->next)
		yaml_expect(file, n, YAML_MAP, "alerts");
}

static bool
run_case(const struct alert_rules *rules, const struct yaml_file *file, const struct yaml *test,
         struct buf *out)
{
	const struct yaml *alerts, *until = yaml_get(test, "until"), *n;
	struct alert_options o = ALERT_OPTIONS_INIT;
	struct outcome outcome = {BUF_INIT, 0};
	struct alert a;
	bool passed;

	check_case(file, test);
	o.stale = duration_or(file, yaml_get(test, "stale"), o.stale);
	o.repeat = duration_or(file, yaml_get(test, "repeat"), o.repeat);
	o.group_wait = duration_or(file, yaml_get(test, "group_wait"), o.group_wait);
	o.pending = (n = yaml_get(test, "pending")) && yaml_bool(file, n);
	alert_init(&a, rules, &o);
	a.notify = on_note;
	a.arg = &outcome;
	for (n = yaml_get(test, "input")->child; n; n = n->next)
		feed(&a, file, n);
	if (until)
		alert_time(&a, yaml_number(file, until, 0, TIMELINE_END));
	alert_settle(&a);
	alert_finish(&a);
	alert_release(&a);
	alerts = yaml_get(test, "alerts");
	passed = all_match(&outcome, alerts);
	if (!passed) {
		n = yaml_get(test, "name");
		buf_printf(out, "%s:%u: failed: %s\n", file->name, test->line,
		           n ? yaml_text(file, n).ptr : "test");
		show(&outcome, alerts, out);
	}
	buf_release(&outcome.text);
	return passed;
}

/* The cases of one file; how many failed. */
static size_t
test_file(const char *path, size_t *cases, struct buf *failures)
{
	struct alert_rules rules = ALERT_RULES_INIT;
	const struct yaml *tests;
	size_t failed = 0;

	alert_rules_load(&rules, path);
	tests = yaml_get(rules.file[0]->root, "tests");
	if (tests)
		yaml_expect(rules.file[0], tests, YAML_LIST, "tests");
	for (const struct yaml *t = tests ? tests->child : NULL; t; t = t->next, ++*cases)
		failed += !run_case(&rules, rules.file[0], t, failures);
	alert_rules_release(&rules);
	return failed;
}

size_t
alert_rules_test(const char **path, size_t count, struct buf *out, struct buf *failures)
{
	size_t cases = 0, failed = 0;

	for (size_t i = 0; i < count; i++)
		failed += test_file(path[i], &cases, failures);
	emit_open(out, "test");
	emit_count(out, "tests", cases);
	emit_count(out, "failed", failed);
	emit_close(out);
	return failed;
}
