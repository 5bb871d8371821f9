/*
 * eros-health: is the agent that these samples come from sound?
 *
 * Reads records; writes them with the members health (healthy, degraded or critical) and reason. A record that
 * is no sample passes through unchanged.
 */
#include "base/exit.h"
#include "base/options.h"
#include "policy/health.h"
#include "record/emit.h"
#include "record/filter.h"
#include "record/nonfinite.h"

struct app {
	struct filter filter;
	struct settings settings;
	enum health fail_on; /* HEALTH_COUNT: whatever is found */
	bool summary;
	uint64_t found[HEALTH_COUNT], broken;
	struct buf reason, repaired;
	struct record record; /* scanned from the repaired line */
};

enum { KEY_FAIL_ON = OPTION_LONG, KEY_SUMMARY };

static const struct argp_option options[] = {
	{"fail-on", KEY_FAIL_ON, "HEALTH", 0,
         "Exit with 1 if a sample is degraded or worse, or critical", 0},
	{"summary", KEY_SUMMARY, NULL, 0, "At the end write a record with the counts", 0},
	{0},
};

static error_t
parse(int key, char *arg, struct argp_state *state)
{
	struct app *a = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &a->settings;
		state->child_inputs[1] = &a->filter;
		return 0;
	case KEY_FAIL_ON:
		a->fail_on = (enum health)(
			DEGRADED + option_word(state, "--fail-on", arg, health_name + DEGRADED));
		return 0;
	case KEY_SUMMARY: a->summary = true; return 0;
	default: return ARGP_ERR_UNKNOWN;
	}
}

/* Add the reason as JSON; only that of a broken metric can need escapes. */
static void
add_reason(struct app *a, struct buf *out, const struct health_sample *s,
           const struct health_limits *l, struct health_verdict v)
{
	struct filter *f = &a->filter;

	if (!v.broken) {
		buf_byte(out, '"');
		health_reason(s, l, v, out);
		buf_byte(out, '"');
		return;
	}
	buf_reset(&a->reason);
	health_reason(s, l, v, &a->reason);
	buf_quote(out, buf_view(&a->reason));
	a->broken++;
	diag("bad_metric", buf_cstr(&a->reason), "%s:%zu: bad metric", f->file, f->in.line_no);
	filter_status(f, EROS_DATA);
}

static void
judge(struct app *a, const struct record *r, const struct health_sample *s)
{
	static const struct str quoted[] = {
		{"\"healthy\"", 9}, {"\"degraded\"", 10}, {"\"critical\"", 10}};
	const struct health_limits *l = settings_of(&a->settings, r, &a->filter.scratch);
	struct health_verdict v = health_judge(s, l);
	struct buf *scratch = &a->filter.scratch;
	struct edit edits[] = {{STR("health"), quoted[v.health]}, {STR("reason"), STR_NONE}};

	buf_reset(scratch);
	add_reason(a, scratch, s, l, v);
	edits[1].value = buf_view(scratch);
	record_edit(r, edits, 2, writer_buf(&a->filter.out));
	a->found[v.health]++;
	if (v.health >= a->fail_on)
		filter_status(&a->filter, EROS_NO);
}

static void
on_record(struct filter *f, const struct record *r)
{
	struct health_sample sample;

	if (health_sample(r, &sample)) {
		judge(f->arg, r, &sample);
	} else {
		buf_add(writer_buf(&f->out), r->text, r->len);
		buf_byte(writer_buf(&f->out), '\n');
	}
	writer_done(&f->out);
}

/* Python writes NaN and Infinity for numbers: as the value of a metric they make it a broken one. */
static bool
on_bad_line(struct filter *f, struct str line)
{
	struct app *a = f->arg;
	struct json_error error;

	buf_reset(&a->repaired);
	if (!nonfinite_quote(line, metric_member, &a->repaired) ||
	    !record_scan(&a->record, buf_view(&a->repaired), &error))
		return false;
	on_record(f, &a->record);
	return true;
}

static void
on_finish(struct filter *f)
{
	struct app *a = f->arg;
	struct buf *out = writer_buf(&f->out);

	if (!a->summary)
		return;
	emit_open(out, "health");
	emit_count(out, "samples", a->found[HEALTHY] + a->found[DEGRADED] + a->found[CRITICAL]);
	emit_begin(out, "counts", '{');
	for (int i = 0; i < HEALTH_COUNT; i++)
		emit_count(out, health_name[i], a->found[i]);
	emit_end(out, '}');
	emit_count(out, "broken", a->broken);
	emit_close(out);
	writer_done(&f->out);
}

static const char doc[] = "Judge samples: add the members health and reason to each.";

int
main(int argc, char **argv)
{
	struct health_limits builtin = HEALTH_LIMITS_INIT;
	struct app a = {.filter = FILTER_INIT, .fail_on = HEALTH_COUNT, .record = RECORD_INIT};
	const struct argp_child children[] = {
		{&a.settings.argp, 0, NULL, 0}, {&filter_argp, 0, "Input:", 0}, {0}};
	const struct argp argp = {options, parse, "[FILE...]", doc, children, NULL, NULL};
	char **files;
	int status;

	settings_init(&a.settings, "health", health_settings, &builtin, sizeof(builtin));
	a.settings.ready = health_limits_ready;
	files = options_parse(&argp, argc, argv, &a);
	settings_load(&a.settings, a.settings.policy);
	a.filter.record = on_record;
	a.filter.bad_line = on_bad_line;
	a.filter.finish = on_finish;
	a.filter.arg = &a;
	status = filter_run(&a.filter, files);
	settings_release(&a.settings);
	buf_release(&a.reason);
	buf_release(&a.repaired);
	record_release(&a.record);
	return status;
}
