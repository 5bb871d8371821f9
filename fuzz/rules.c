/*
 * Any bytes as alerting rules and, after a line "---", records to judge by them. What is refused is refused in words;
 * rules that are accepted give whole alert records, and the state they leave can be taken up again.
 *
 * A fault in a rules file ends the command by die(), which is caught here. What was built until then is lost, so leaks are
 * not looked for, and the corpus holds rules that are accepted.
 */
#include "policy/alert.h"

#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>

static jmp_buf refused;

int __lsan_is_turned_off(void);

int
__lsan_is_turned_off(void)
{
	return 1;
}

/* In place of those in base/diag.h. */

void
diag(const char *error, const char *cause, const char *fmt, ...)
{
	(void)error, (void)cause, (void)fmt;
}

noreturn void
die(int status, const char *error, const char *cause, const char *fmt, ...)
{
	struct buf text = BUF_INIT;
	va_list ap;

	(void)status, (void)error, (void)cause;
	va_start(ap, fmt);
	buf_vprintf(&text, fmt, ap);
	va_end(ap);
	if (text.len == 0)
		abort();
	buf_release(&text);
	longjmp(refused, 1);
}

noreturn void
die_usage(const char *fmt, ...)
{
	(void)fmt;
	abort();
}

static void
on_note(void *arg, const struct alert_note *note)
{
	struct alert_options options = ALERT_OPTIONS_INIT;

	alert_note_record(note, arg);
	alert_note_alertmanager(note, &options, "", arg);
	buf_byte(arg, '\n');
}

/* Each line of OUT is JSON. */
static void
check(struct str out)
{
	struct json_error error;
	struct str line;
	struct json v;

	while (str_line(&out, &line)) {
		struct buf b = BUF_INIT;

		buf_padded(&b, line);
		if (!json_scan(buf_view(&b), &v, &error))
			abort();
		buf_release(&b);
	}
}

static void
feed(struct alert *a, struct str records)
{
	struct record r = RECORD_INIT;
	struct json_error error;
	struct str line;

	while (str_line(&records, &line)) {
		struct buf b = BUF_INIT;

		buf_padded(&b, line);
		if (record_scan(&r, buf_view(&b), &error))
			alert_record(a, &r, -1);
		buf_release(&b);
	}
	record_release(&r);
}

static void
run(const struct alert_rules *rules, struct str records)
{
	struct alert_options options = ALERT_OPTIONS_INIT;
	struct buf out = BUF_INIT, state = BUF_INIT;
	struct alert a, next;
	const char *reason;
	uint64_t version;
	size_t line;

	options.pending = true;
	options.max_groups = 3;
	alert_init(&a, rules, &options);
	alert_init(&next, rules, &options);
	a.notify = next.notify = on_note;
	a.arg = next.arg = &out;
	alert_track(&a);
	alert_track(&next);
	feed(&a, records);
	alert_settle(&a);
	alert_save(&a, &state);
	if (!alert_load(&next, buf_view(&state), &line, &reason, &version))
		abort();
	feed(&next, records);
	alert_finish(&next);
	check(buf_view(&out));
	alert_release(&a);
	alert_release(&next);
	buf_release(&out);
	buf_release(&state);
}

static struct str
split(struct str *text)
{
	const char *mark = memmem(text->ptr, text->len, "\n---\n", 5);
	struct str rest = STR_NONE;

	if (mark) {
		rest = str_from(*text, (size_t)(mark - text->ptr) + 5);
		text->len = (size_t)(mark - text->ptr) + 1;
	}
	return rest;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct alert_rules rules;
	static struct yaml_file file;
	struct yaml_error error;
	struct str text = {(const char *)data, size}, records = split(&text);

	rules = (struct alert_rules)ALERT_RULES_INIT;
	if (!yaml_parse(&file, "fuzz", text, &error))
		return 0;
	if (setjmp(refused) == 0) {
		alert_rules_add(&rules, &file);
		alert_rules_hints(&rules);
		run(&rules, records);
	}
	alert_rules_release(&rules);
	yaml_release(&file);
	return 0;
}
