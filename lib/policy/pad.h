/*
 * PAD: the state of an agent as pleasure (it gets on with its goal), arousal (repetition and trouble) and
 * dominance (it gets its way), each from 0 to 1, measured over its most recent outputs, with the evidence for
 * them and a verdict.
 *
 *   struct pad_agent a = {0};                      valid: nothing seen; one per agent
 *   if (pad_step(&a, &event, now, &limits, &m))    m holds the measures as they are after the event
 *   pad_release(&a);                               frees, then valid as at the start
 *
 * There are two models. Classic counts words and nothing else: see pad_classic.h. The default one looks at how the
 * agent's messages and tool calls repeat, see pad_loop.h and pad_flow.h, and at what its tools answer.
 *
 * What is kept of an agent is bounded, about PAD_AGENT_MAX bytes under the default model, and grows with what there
 * is to keep: some 500 bytes after a handful of short outputs.
 */
#ifndef POLICY_PAD_H
#define POLICY_PAD_H

#include "policy/pad_classic.h"
#include "policy/pad_flow.h"
#include "policy/pad_loop.h"
#include "rule/settings.h"

#include <stdint.h>

enum { PAD_WINDOW_MAX = 64, PAD_GOAL_WORDS = 24, PAD_AGENT_MAX = 14848 };

enum pad_model { PAD_DEFAULT, PAD_CLASSIC };
extern const char *const pad_model_name[]; /* "default", "classic", NULL */

enum pad_diagnosis {
	PAD_NO_OUTPUT,
	PAD_OK,
	PAD_LOOPING,
	PAD_FAILING,
	PAD_DIVERGENT,
	PAD_UNCERTAIN
};
extern const char *const pad_diagnosis_name[]; /* "no output", "ok", "looping", … */

/* Healthy is an agent whose pleasure and dominance are above and whose arousal and repetition are below these. */
struct pad_limits {
	int model; /* enum pad_model */
	uint64_t window;
	double pleasure, arousal, dominance;
	double repetition; /* under the default model only */
};

/* The table for settings_init, by which a policy file and the environment name them. */
extern const struct setting pad_settings[];

#define PAD_LIMITS_INIT                             \
	{                                           \
		PAD_DEFAULT, 5, 0.2, 0.8, 0.3, 0.75 \
	}

enum pad_kind {
	PAD_OUTPUT,  /* a message of the agent: text */
	PAD_ECHO,    /* a message to the agent: text */
	PAD_TOOL,    /* a tool was called: tool, input, id */
	PAD_RESULT,  /* it answered: id, ok, text */
	PAD_WAIT,    /* the agent waits for something that is not its own doing */
	PAD_COMPACT, /* its history was replaced by a summary */
	PAD_NOTICED  /* its program itself noticed a loop */
};

enum pad_ok { PAD_FAILED, PAD_SUCCEEDED, PAD_UNKNOWN };

struct pad_event {
	enum pad_kind kind;
	enum pad_ok ok;
	struct str text;
	struct str tool, id;
	struct str input; /* the arguments, in any spelling that is always the same */
	struct str goal;  /* empty: as before */
};

struct pad_measures {
	double pleasure, arousal, dominance;
	double repetition;
	unsigned
		cycle; /* length of the cycle of tool calls or messages that goes on now; 0: none */
	unsigned errors; /* of the last so many steps as the window is long */
	bool judged;     /* whether there was anything to give a verdict on */
	bool healthy;
	enum pad_diagnosis diagnosis;
};

/* What the default model knows of the goal. */
struct pad_goal {
	uint64_t key;                  /* of the goal's text; 0: none */
	uint32_t word[PAD_GOAL_WORDS]; /* hashes of its words' stems */
	uint32_t seen[PAD_GOAL_WORDS]; /* the event in which each occurred last; 0: none */
	unsigned count;
};

struct pad_agent {
	struct pad_loop loop;
	struct pad_flow flow;
	struct pad_goal *goal;
	struct pad_classic *classic;
	uint64_t failed;         /* a bit for each step, the latest lowest: whether it failed */
	uint32_t steps;          /* how many of those bits count */
	uint32_t clock;          /* events so far */
	uint32_t outputs, words; /* how many the agent has written */
	float trust; /* success against doubt in its words, -1 to 1, the latest counting most */
};

/*
 * Take EVENT, which happened at NOW (Unix seconds; NAN where that is not known). True, with *M set, for the kinds
 * that are the agent's doing: PAD_OUTPUT, PAD_TOOL and PAD_RESULT.
 */
bool pad_step(struct pad_agent *a, const struct pad_event *event, double now,
              const struct pad_limits *limits, struct pad_measures *m);

/* The measures as they stand, without an event. */
void pad_measure(const struct pad_agent *a, const struct pad_limits *limits,
                 struct pad_measures *m);

/* Bytes that A has allocated, for a caller that keeps its memory within a bound. */
size_t pad_size(const struct pad_agent *a);

void pad_release(struct pad_agent *a);

#endif
