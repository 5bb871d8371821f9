#include "policy/pad.h"

#include "base/hash.h"
#include "base/mem.h"
#include "policy/pad_evidence.h"

#include <math.h>
#include <stdlib.h>

const char *const pad_model_name[] = {"default", "classic", NULL};
const char *const pad_diagnosis_name[] = {
	[PAD_NO_OUTPUT] = "no output", [PAD_OK] = "ok",
	[PAD_LOOPING] = "looping",     [PAD_FAILING] = "failing",
	[PAD_DIVERGENT] = "divergent", [PAD_UNCERTAIN] = "uncertain",
};

const struct setting pad_settings[] = {
	{"model", SETTING_WORD, offsetof(struct pad_limits, model), 0, 0, pad_model_name,
         "default, or classic, which only counts words"},
	{"window", SETTING_COUNT, offsetof(struct pad_limits, window), 1, PAD_WINDOW_MAX, NULL,
         "Measure over the latest N outputs (5)"},
	{"pleasure", SETTING_NUMBER, offsetof(struct pad_limits, pleasure), 0, 1, NULL,
         "Healthy is pleasure above this (0.2)"},
	{"arousal", SETTING_NUMBER, offsetof(struct pad_limits, arousal), 0, 1, NULL,
         "Healthy is arousal below this (0.8)"},
	{"dominance", SETTING_NUMBER, offsetof(struct pad_limits, dominance), 0, 1, NULL,
         "Healthy is dominance above this (0.3)"},
	{"repetition", SETTING_NUMBER, offsetof(struct pad_limits, repetition), 0, 1, NULL,
         "Healthy is repetition below this (0.75)"},
	{0},
};

enum {
	RECENT = 10,      /* steps by whose failures the trouble is measured */
	GOAL_MEMORY = 64, /* steps for which a word of the goal counts as present */
	GOAL_WORDS = 50,  /* words an agent must have written before it can be off its goal */
	LONG_TEXT = 2048, /* bytes of a message that may repeat itself within */
	MOOD_UNIT = 50    /* words in which one of success or of doubt weighs half */
};

#define MOOD       0.35 /* the weight of the latest output in trust */
#define OFF_GOAL   0.1
#define GOALLESS   0.7
#define COMPOSED   0.65
#define SELF_TRUST 0.45

static void
goal_set(struct pad_agent *a, struct str goal)
{
	uint64_t key = hash_bytes(goal, 0) | 1;
	struct pad_goal *g = a->goal;

	if (goal.len == 0 || (g != NULL && g->key == key))
		return;
	if (g == NULL)
		g = a->goal = xmalloc(sizeof(*g));
	*g = (struct pad_goal){.key = key};
	g->count = pad_text_stems(goal, g->word, PAD_GOAL_WORDS);
}

static void
text_read(struct pad_agent *a, struct pad_text *t, struct str text)
{
	struct pad_goal *g = a->goal;

	t->stem = g != NULL ? g->word : NULL;
	t->stems = g != NULL ? g->count : 0;
	pad_text_read(t, text);
	for (unsigned i = 0; i < t->stems; i++) {
		if (t->found & 1u << i)
			g->seen[i] = a->clock;
	}
}

/* The share of the goal's words that the agent used lately; negative: there is none, or it is too early to say. */
static double
goal_share(const struct pad_agent *a, const struct pad_limits *limits)
{
	const struct pad_goal *g = a->goal;
	unsigned seen = 0;

	if (g == NULL || g->count == 0)
		return -1;
	for (unsigned i = 0; i < g->count; i++)
		seen += g->seen[i] > 0 && a->clock - g->seen[i] < GOAL_MEMORY;
	if (seen == 0 && (a->outputs < limits->window || a->words < GOAL_WORDS))
		return -1;
	return (double)seen / g->count;
}

static void
step_ended(struct pad_agent *a, bool failed)
{
	a->failed = a->failed << 1 | failed;
	a->steps += a->steps < PAD_WINDOW_MAX;
}

static unsigned
failures(const struct pad_agent *a, uint64_t steps)
{
	if (steps > a->steps)
		steps = a->steps;
	return steps == 0 ? 0 : (unsigned)__builtin_popcountll(a->failed << (64 - steps));
}

static uint32_t
id_of(struct str id)
{
	return id.len == 0 ? 0 : (uint32_t)hash_bytes(id, 0) | 1;
}

static void
take_output(struct pad_agent *a, const struct pad_event *e, double now,
            const struct pad_limits *limits)
{
	struct pad_text t;
	bool excused;
	double mood;

	t.flow = a->loop.call.count == 0 || e->text.len >= LONG_TEXT ? &a->flow : NULL;
	text_read(a, &t, e->text);
	excused = pad_loop_message(&a->loop, &t, now);
	if (t.flow != NULL)
		pad_flow_end(t.flow, excused);
	mood = ((double)t.trust - (double)t.doubt) / (1 + (double)t.words / MOOD_UNIT);
	a->trust += (float)(MOOD * (fmin(1, fmax(-1, mood)) - (double)a->trust));
	a->outputs += a->outputs < UINT32_MAX;
	a->words += t.words < UINT32_MAX - a->words ? t.words : 0;
	if (a->loop.call.count == 0)
		step_ended(a, e->ok == PAD_FAILED || (e->ok == PAD_UNKNOWN && t.failure));
	if (limits->model == PAD_CLASSIC)
		pad_classic_add(a->classic, e->text, limits->window);
}

static void
take_call(struct pad_agent *a, const struct pad_event *e, double now)
{
	struct pad_text t;

	t.flow = NULL;
	text_read(a, &t, e->input);
	t.key ^= (uint32_t)hash_bytes(e->tool, 0);
	pad_loop_call(&a->loop, &t, (uint32_t)hash_bytes(e->input, hash_bytes(e->tool, 0)),
	              id_of(e->id), now);
}

static void
take_answer(struct pad_agent *a, const struct pad_event *e, double now)
{
	struct pad_text t;
	bool failed = e->ok == PAD_FAILED;

	t.flow = NULL;
	t.stem = NULL;
	t.stems = 0;
	pad_text_read(&t, e->text);
	pad_loop_answer(&a->loop, &t, id_of(e->id), failed, now);
	if (e->kind == PAD_RESULT)
		step_ended(a, failed);
}

bool
pad_step(struct pad_agent *a, const struct pad_event *e, double now,
         const struct pad_limits *limits, struct pad_measures *m)
{
	if (a->classic == NULL && limits->model == PAD_CLASSIC)
		a->classic = xcalloc(1, sizeof(*a->classic));
	goal_set(a, e->goal);
	if (a->classic != NULL && e->goal.len > 0)
		pad_classic_goal(a->classic, e->goal);
	a->clock++;
	switch (e->kind) {
	case PAD_OUTPUT: take_output(a, e, now, limits); break;
	case PAD_TOOL: take_call(a, e, now); break;
	case PAD_ECHO:
	case PAD_RESULT: take_answer(a, e, now); break;
	case PAD_WAIT: pad_loop_wait(&a->loop, now); break;
	case PAD_COMPACT: pad_loop_compact(&a->loop, now); break;
	case PAD_NOTICED: pad_loop_noticed(&a->loop); break;
	}
	if (e->kind != PAD_OUTPUT && e->kind != PAD_TOOL && e->kind != PAD_RESULT)
		return false;
	pad_measure(a, limits, m);
	return true;
}

/* The verdict of the default model. */
static enum pad_diagnosis
diagnose(const struct pad_measures *m, const struct pad_limits *limits, double going_on)
{
	if (m->repetition >= limits->repetition && going_on > 0)
		return PAD_LOOPING;
	if (m->arousal >= limits->arousal)
		return PAD_FAILING;
	if (m->pleasure <= limits->pleasure)
		return PAD_DIVERGENT;
	return m->dominance <= limits->dominance ? PAD_UNCERTAIN : PAD_OK;
}

static void
measure_default(const struct pad_agent *a, const struct pad_limits *limits, struct pad_measures *m)
{
	/* What repeated before, but no longer does, is evidence but no trouble. */
	double heat = fmax((double)a->loop.heat, (double)a->flow.heat);
	double going_on = pad_ramp(heat, 0.2, 0.5);
	double loop = m->repetition * going_on;
	double failed = (double)failures(a, RECENT) / RECENT;
	double goal = goal_share(a, limits);

	m->pleasure = goal < 0 ? GOALLESS : goal == 0 ? OFF_GOAL : 0.5 + 0.5 * goal;
	m->pleasure *= 1 - 0.4 * loop;
	m->arousal = fmin(1, fmax(loop, failed) + 0.2 * fmin(loop, failed));
	m->dominance = COMPOSED + SELF_TRUST * (double)a->trust - 0.3 * loop - 0.3 * failed;
	m->dominance = fmin(1, fmax(0, m->dominance));
	m->judged = a->outputs > 0 || a->loop.call.count > 0;
	m->diagnosis = diagnose(m, limits, going_on);
	m->healthy = m->diagnosis == PAD_OK;
}

static void
measure_classic(const struct pad_agent *a, const struct pad_limits *limits, struct pad_measures *m)
{
	m->judged = a->classic != NULL && a->classic->outputs > 0;
	if (!m->judged)
		return;
	pad_classic_measure(a->classic, &m->pleasure, &m->arousal, &m->dominance);
	m->healthy = m->pleasure > limits->pleasure && m->arousal < limits->arousal &&
	             m->dominance > limits->dominance;
	m->diagnosis = m->healthy                        ? PAD_OK
	               : m->arousal >= limits->arousal   ? PAD_LOOPING
	               : m->pleasure <= limits->pleasure ? PAD_DIVERGENT
	                                                 : PAD_UNCERTAIN;
}

void
pad_measure(const struct pad_agent *a, const struct pad_limits *limits, struct pad_measures *m)
{
	*m = (struct pad_measures){
		.repetition =
			pad_repetition(fmax((double)a->loop.evidence, (double)a->flow.evidence)),
		.cycle = pad_loop_cycle(&a->loop),
		.errors = failures(a, limits->window),
	};
	if (limits->model == PAD_CLASSIC)
		measure_classic(a, limits, m);
	else
		measure_default(a, limits, m);
}

size_t
pad_size(const struct pad_agent *a)
{
	const struct pad_classic *c = a->classic;
	size_t size = (a->loop.message.room + a->loop.call.room) * sizeof(struct pad_step) +
	              a->loop.seen.slots * sizeof(a->loop.seen.slot[0]) +
	              (a->flow.place != NULL ? PAD_FLOW_PLACES * sizeof(a->flow.place[0]) : 0);

	if (a->goal != NULL)
		size += sizeof(*a->goal);
	if (c != NULL) {
		size += sizeof(*c) + c->goal_words * sizeof(c->goal[0]) +
		        c->room * sizeof(c->output[0]);
		for (size_t i = 0; i < c->outputs; i++)
			size += c->output[i].kept_len + c->goal_words / 8 + 2;
	}
	return size;
}

void
pad_release(struct pad_agent *a)
{
	pad_loop_release(&a->loop);
	pad_flow_release(&a->flow);
	free(a->goal);
	if (a->classic != NULL)
		pad_classic_release(a->classic);
	free(a->classic);
	*a = (struct pad_agent){0};
}
