/*
 * Alerting rules, and what is known under them. The input is up to three parts, split by lines "---": a rules
 * file, records, a state. A file is loaded or has a fault with a line; under what was loaded, records and state,
 * whatever they are, give notes that are valid JSON, and what is saved then loads again as it was.
 */
#include "policy/alert.h"

#include <stdint.h>
#include <stdlib.h>

enum { INPUT_MAX = 1 << 16 };

static void
check_json(const struct buf *b)
{
	struct buf padded = BUF_INIT;
	struct json_error error;
	struct json value;

	buf_padded(&padded, buf_view(b));
	if (!json_scan((struct str){padded.ptr, b->len}, &value, &error))
		abort();
	buf_release(&padded);
}

static void
on_note(void *arg, const struct alert_note *note)
{
	const struct alert_options *options = arg;
	struct buf text = BUF_INIT;

	alert_note_record(note, &text);
	check_json(&text);
	buf_reset(&text);
	alert_note_alertmanager(note, options, "urn:fuzz", &text);
	check_json(&text);
	buf_release(&text);
}

static void
feed(struct alert *a, struct str records)
{
	struct record r = RECORD_INIT;
	struct buf padded = BUF_INIT;
	struct json_error error;
	struct str line;

	while (str_line(&records, &line)) {
		buf_reset(&padded);
		buf_padded(&padded, line);
		if (record_scan(&r, (struct str){padded.ptr, line.len}, &error))
			alert_record(a, &r, -1);
	}
	record_release(&r);
	buf_release(&padded);
}

static void
start(struct alert *a, const struct alert_rules *rules, struct alert_options *options)
{
	alert_init(a, rules, options);
	a->notify = on_note;
	a->arg = options;
	alert_track(a);
}

/* What A knows, saved, loaded and saved again, is the same. */
static void
check_state(const struct alert *a, const struct alert_rules *rules, struct alert_options *options)
{
	struct buf first = BUF_INIT, second = BUF_INIT;
	struct alert again;
	const char *reason;
	size_t line;

	alert_save(a, &first);
	start(&again, rules, options);
	if (!alert_load(&again, buf_view(&first), &line, &reason))
		abort();
	alert_save(&again, &second);
	if (!str_eq(buf_view(&first), buf_view(&second)))
		abort();
	alert_release(&again);
	buf_release(&first);
	buf_release(&second);
}

static void
work(const struct alert_rules *rules, struct str records, struct str state)
{
	struct alert_options options = ALERT_OPTIONS_INIT;
	struct alert a;
	const char *reason = "";
	size_t line = 1;
	bool loaded;

	options.max_groups = 16;
	options.group_wait = 1;
	start(&a, rules, &options);
	loaded = alert_load(&a, state, &line, &reason);
	if (!loaded && (line == 0 || !reason || !*reason))
		abort();
	feed(&a, records);
	alert_settle(&a);
	if (loaded || state.len == 0)
		check_state(&a, rules, &options);
	alert_finish(&a);
	alert_release(&a);
}

/* The next part of *REST, which a line "---" ends. */
static struct str
part(struct str *rest)
{
	const char *mark = rest->len > 0 ? memmem(rest->ptr, rest->len, "\n---\n", 5) : NULL;
	struct str one = {rest->ptr, mark ? (size_t)(mark - rest->ptr) + 1 : rest->len};

	*rest = str_from(*rest, one.len + (mark ? 4 : 0));
	return one;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str rest = {(const char *)data, size}, text = part(&rest), records = part(&rest);
	struct alert_rules rules = ALERT_RULES_INIT;
	struct yaml_error fault = {0};
	struct yaml_file file;

	if (size > INPUT_MAX || !yaml_parse(&file, "fuzz", text, &fault))
		return 0;
	file.fault = &fault;
	alert_rules_add(&rules, &file);
	if (fault.line > 0 ? fault.reason[0] == '\0' : rules.count > 0 && !rules.share)
		abort();
	if (fault.line == 0)
		work(&rules, records, rest);
	alert_rules_release(&rules);
	yaml_release(&file);
	return 0;
}
