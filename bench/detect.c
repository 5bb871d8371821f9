/*
 * detect: how well does a measure tell one kind of agent from the other?
 *
 * Reads labelled records, for instance what eros-pad made of recordings whose loops are known, takes one score for
 * each agent and prints the area under the ROC curve: the chance that an agent with the label scores higher
 * than one without, a tie counting half. 0.5 is a guess, 1 is perfect.
 *
 *   eros-pad runs.jsonl | bench/detect --label loop
 *   by=max auc=0.9938 positive=7 negative=23
 *
 * An agent has the label if in any of its records the member is true, a number above 0, or text other than "",
 * "ok", "healthy" and "none". Its score is the largest, the mean or the last value of the member --score; by
 * "length", how many records it has, every measure is to be compared to that.
 */
#include "base/exit.h"
#include "base/map.h"
#include "base/options.h"
#include "record/filter.h"

#include <stdlib.h>

enum { BY_MAX, BY_MEAN, BY_LAST, BY_LENGTH, BY_COUNT };

static const char *const by_name[] = {"max", "mean", "last", "length", NULL};

struct agent {
	double max, sum, last;
	size_t scores, records;
	bool positive;
};

struct app {
	struct filter filter;
	struct map agents;
	const char *label, *score, *agent;
	int by; /* BY_COUNT: each */
};

struct result {
	double score;
	bool positive;
};

enum { KEY_AGENT = OPTION_LONG, KEY_BY, KEY_LABEL, KEY_SCORE };

static const struct argp_option options[] = {
	{"agent", KEY_AGENT, "NAME", 0, "The member that tells the agents apart (agent)", 0},
	{"by", KEY_BY, "HOW", 0, "max, mean, last or length; each of them where not given", 0},
	{"label", KEY_LABEL, "NAME", 0, "The member that holds the truth (label)", 0},
	{"score", KEY_SCORE, "NAME", 0, "The member that is measured (repetition)", 0},
	{0},
};

static error_t
parse(int key, char *arg, struct argp_state *state)
{
	struct app *a = state->input;

	switch (key) {
	case ARGP_KEY_INIT: state->child_inputs[0] = &a->filter; return 0;
	case KEY_AGENT: a->agent = arg; return 0;
	case KEY_BY: a->by = option_word(state, "--by", arg, by_name); return 0;
	case KEY_LABEL: a->label = arg; return 0;
	case KEY_SCORE: a->score = arg; return 0;
	default: return ARGP_ERR_UNKNOWN;
	}
}

static bool
is_positive(const struct record *r, const char *label)
{
	struct json v;
	double number;

	if (!record_path(r, str_of(label), &v))
		return false;
	if (v.type == JSON_STRING)
		return !json_is(v, STR("")) && !json_is(v, STR("ok")) &&
		       !json_is(v, STR("healthy")) && !json_is(v, STR("none"));
	return v.type == JSON_TRUE || (json_number(v, &number) && number > 0);
}

static void
on_record(struct filter *f, const struct record *r)
{
	struct app *a = f->arg;
	struct str name = record_string(r, str_of(a->agent), &f->scratch);
	struct agent *agent = map_use(&a->agents, name, NULL);
	struct json v;
	double score;

	agent->records++;
	agent->positive |= is_positive(r, a->label);
	if (!record_path(r, str_of(a->score), &v) || !json_number(v, &score))
		return;
	if (agent->scores++ == 0 || score > agent->max)
		agent->max = score;
	agent->sum += score;
	agent->last = score;
}

static double
score_of(const struct agent *a, int by)
{
	if (by == BY_LENGTH)
		return (double)a->records;
	if (a->scores == 0)
		return 0;
	return by == BY_MAX ? a->max : by == BY_LAST ? a->last : a->sum / (double)a->scores;
}

static int
result_cmp(const void *a, const void *b)
{
	double x = ((const struct result *)a)->score, y = ((const struct result *)b)->score;

	return (x > y) - (x < y);
}

/* Mann and Whitney's statistic: for each positive the negatives below it, those level with it half. */
static double
auc(const struct result *r, size_t count, size_t positive)
{
	double wins = 0;
	size_t below = 0;

	for (size_t i = 0, next; i < count; i = next) {
		size_t level[2] = {0, 0};

		for (next = i; next < count && r[next].score == r[i].score; next++)
			level[r[next].positive]++;
		wins += (double)level[1] * ((double)below + (double)level[0] / 2);
		below += level[0];
	}
	return wins / ((double)positive * (double)(count - positive));
}

static bool
report(const struct map *agents, int by, struct buf *out)
{
	struct result *results = xcalloc(agents->count + 1, sizeof(*results));
	size_t count = 0, positive = 0;

	for (struct agent *a = map_oldest(agents); a != NULL; a = map_newer(agents, a)) {
		results[count++] = (struct result){score_of(a, by), a->positive};
		positive += a->positive;
	}
	qsort(results, count, sizeof(*results), result_cmp);
	if (positive > 0 && positive < count)
		buf_printf(out, "by=%s auc=%.4f positive=%zu negative=%zu\n", by_name[by],
		           auc(results, count, positive), positive, count - positive);
	free(results);
	return positive > 0 && positive < count;
}

static void
on_finish(struct filter *f)
{
	struct app *a = f->arg;
	bool told = true;

	for (int by = 0; by < BY_COUNT; by++)
		told &= a->by == by || a->by == BY_COUNT
		                ? report(&a->agents, by, writer_buf(&f->out))
		                : true;
	if (!told) {
		diag("bad_record", NULL, "agents with and without the label '%s' are needed",
		     a->label);
		filter_status(f, EROS_DATA);
	}
}

static const struct argp_child children[] = {{&filter_argp, 0, "Input:", 0}, {0}};
static const struct argp argp = {
	options,  parse, "[FILE...]", "Compute the area under the ROC curve from labelled records.",
	children, NULL,  NULL};

int
main(int argc, char **argv)
{
	struct app a = {.filter = FILTER_INIT,
	                .agents = MAP_INIT(sizeof(struct agent)),
	                .label = "label",
	                .score = "repetition",
	                .agent = "agent",
	                .by = BY_COUNT};
	char **files = options_parse(&argp, argc, argv, &a);
	int status;

	a.filter.record = on_record;
	a.filter.finish = on_finish;
	a.filter.arg = &a;
	status = filter_run(&a.filter, files);
	map_release(&a.agents);
	return status;
}
