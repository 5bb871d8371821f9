/*
 * eros-pad: is this agent getting on, or going round in circles?
 *
 * Reads records; writes those of what an agent says and does (output, tool, tool_result) with the members
 * pleasure, arousal, dominance, healthy, diagnosis, repetition, cycle and errors, measured over what that
 * agent did up to there. Every other record passes through unchanged.
 */
#include "base/map.h"
#include "base/options.h"
#include "policy/pad_event.h"
#include "record/filter.h"
#include "rule/settings.h"

#include <math.h>

enum { MEMBERS = 8, MAX_AGENTS = 100000 };

struct app {
	struct filter filter;
	struct settings settings;
	struct map agents;
	uint64_t max_agents, forgotten;
	struct buf diagnosis; /* as JSON */
};

enum { KEY_MAX_AGENTS = OPTION_LONG };

static const struct argp_option options[] = {
	{"max-agents", KEY_MAX_AGENTS, "N", 0,
         "Remember N agents, then forget the least recently seen (100000)", 0},
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
	case KEY_MAX_AGENTS:
		a->max_agents = option_count(state, "--max-agents", arg, 1, UINT32_MAX);
		return 0;
	default: return ARGP_ERR_UNKNOWN;
	}
}

static struct pad_agent *
agent_of(struct app *a, const struct record *r)
{
	struct str name = record_string(r, STR("agent"), &a->filter.scratch);
	bool fresh;
	struct pad_agent *agent = map_use(&a->agents, name, &fresh);

	if (fresh && a->agents.count > a->max_agents) {
		struct pad_agent *oldest = map_oldest(&a->agents);

		pad_release(oldest);
		map_delete(&a->agents, oldest);
		a->forgotten++;
	}
	return agent;
}

/* A value from 0 to 1 as text, in four decimals at most. */
static struct str
measure_text(char text[static 6], double value)
{
	unsigned units = (unsigned)(value * 10000 + 0.5);
	size_t len = units % 10000 == 0 ? 1 : 6;

	text[0] = units >= 10000 ? '1' : '0';
	text[1] = '.';
	for (int i = 5; i > 1; i--, units /= 10)
		text[i] = (char)('0' + units % 10);
	while (len > 1 && text[len - 1] == '0')
		len--;
	return (struct str){text, len};
}

/* A count below 100. */
static struct str
count_text(char text[static 2], unsigned count)
{
	text[0] = (char)('0' + count / 10);
	text[1] = (char)('0' + count % 10);
	return count > 9 ? (struct str){text, 2} : (struct str){text + 1, 1};
}

static struct str
diagnosis_text(struct buf *b, enum pad_diagnosis diagnosis)
{
	buf_reset(b);
	buf_byte(b, '"');
	buf_str(b, pad_diagnosis_name[diagnosis]);
	buf_byte(b, '"');
	return buf_view(b);
}

static void
write_measures(struct app *a, const struct record *r, const struct pad_measures *m)
{
	char text[MEMBERS][6];
	struct str healthy = m->healthy ? STR("true") : STR("false");
	const struct edit edits[MEMBERS] = {
		{STR("pleasure"), measure_text(text[0], m->pleasure)},
		{STR("arousal"), measure_text(text[1], m->arousal)},
		{STR("dominance"), measure_text(text[2], m->dominance)},
		{STR("healthy"), m->judged ? healthy : STR_NONE},
		{STR("diagnosis"), diagnosis_text(&a->diagnosis, m->diagnosis)},
		{STR("repetition"), measure_text(text[5], m->repetition)},
		{STR("cycle"), count_text(text[6], m->cycle)},
		{STR("errors"), count_text(text[7], m->errors)},
	};

	record_edit(r, edits, MEMBERS, writer_buf(&a->filter.out));
}

static void
on_record(struct filter *f, const struct record *r)
{
	struct app *a = f->arg;
	struct pad_event event;
	struct pad_measures m;
	double now = NAN;

	if (pad_event(r, &f->scratch, &event)) {
		const struct pad_limits *limits = settings_of(&a->settings, r, &a->filter.scratch);

		record_ts(r, &now);
		if (pad_step(agent_of(a, r), &event, now, limits, &m)) {
			write_measures(a, r, &m);
			writer_done(&f->out);
			return;
		}
	}
	buf_add(writer_buf(&f->out), r->text, r->len);
	buf_byte(writer_buf(&f->out), '\n');
	writer_done(&f->out);
}

static void
agents_release(struct app *a)
{
	for (struct pad_agent *p = map_oldest(&a->agents), *next; p != NULL; p = next) {
		next = map_newer(&a->agents, p);
		pad_release(p);
	}
	map_release(&a->agents);
}

static const char doc[] =
	"Measure agents: add pleasure, arousal, dominance and a verdict to what they say and do.";

int
main(int argc, char **argv)
{
	static const struct pad_limits builtin = PAD_LIMITS_INIT;
	struct app a = {.filter = FILTER_INIT,
	                .agents = MAP_INIT(sizeof(struct pad_agent)),
	                .max_agents = MAX_AGENTS};
	const struct argp_child children[] = {
		{&a.settings.argp, 0, NULL, 0}, {&filter_argp, 0, "Input:", 0}, {0}};
	const struct argp argp = {options, parse, "[FILE...]", doc, children, NULL, NULL};
	char **files;
	int status;

	settings_init(&a.settings, "pad", pad_settings, &builtin, sizeof(builtin));
	files = options_parse(&argp, argc, argv, &a);
	settings_load(&a.settings, a.settings.policy);
	a.filter.record = on_record;
	a.filter.arg = &a;
	status = filter_run(&a.filter, files);
	if (a.forgotten > 0)
		diag("agents_forgotten", NULL,
		     "%llu agents were forgotten to stay within --max-agents",
		     (unsigned long long)a.forgotten);
	agents_release(&a);
	settings_release(&a.settings);
	buf_release(&a.diagnosis);
	return status;
}
