/*
 * Loops: how much an agent repeats itself, from what it writes, calls and is answered.
 *
 * Each step (a message or a tool call, with its answer) is given a weight from 0, new, to 1, a repetition:
 *
 *   a message   that is the same as, or nearly, one of the last PAD_RING; or whose words and shingles were all seen
 *               before; or that repeats itself within.
 *   a call      with the same arguments as one of the last PAD_RING, unless its answer is another one than then;
 *               or with other arguments, but an answer that came before: the same file read again, the
 *               same error once more.
 *
 * A repetition right after what it repeats weighs most, one long after it little, unless it is part of a cycle that is
 * going on. Excused are: what comes back in growing intervals, or after a pause as long as PAD_PAUSE (polling); what
 * follows a wait; a call reported again under the same id (in flight); a short message whose "N of M" or count has
 * advanced; the same wording about another file.
 *
 * The weights are summed to the evidence: see pad_evidence.h.
 */
#ifndef POLICY_PAD_LOOP_H
#define POLICY_PAD_LOOP_H

#include "policy/pad_seen.h"

enum { PAD_RING = 24, PAD_CYCLE_MAX = 5, PAD_PAUSE = 120 };

/* What a text is compared by. */
struct pad_mark {
	uint32_t key, words;
	uint8_t sketch[PAD_SKETCH];
	float progress;
};

struct pad_step {
	double ts, counter;
	uint64_t names;
	struct pad_mark said,
		answer; /* the message, or the call's arguments; what came in return */
	uint32_t exact; /* of a call: its tool and arguments, byte for byte */
	uint32_t tail;  /* of a message */
	uint32_t id;
	uint32_t like;   /* the number of the step it repeats; 0: none */
	float gap;       /* seconds since that one; negative: not known */
	float took;      /* seconds until the answer */
	float weight;    /* what it added to the evidence */
	uint8_t growing; /* how often in a row the gap has grown */
	bool answered, excused, reflected;
	bool nearly; /* like the other but for a call's numbers, or what a message says before its tail */
};

struct pad_ring {
	struct pad_step *step;
	uint32_t room, count; /* steps so far, numbered from 1 */
	uint32_t next;        /* the place after the latest step, 1 to room */
};

struct pad_loop {
	struct pad_ring message, call;
	struct pad_seen seen;
	double last;          /* when the agent last did something */
	float evidence, heat; /* heat: the mean weight of the latest steps */
	uint8_t excuse;       /* how many steps to come are excused */
	uint8_t since_message, since_call;
	bool begun;
};

/* Returns whether the message was excused. */
bool pad_loop_message(struct pad_loop *l, const struct pad_text *t, double now);

/* T is the text of the arguments, EXACT a hash of them and the tool's name, ID of the call's id (0: none). */
void pad_loop_call(struct pad_loop *l, const struct pad_text *t, uint32_t exact, uint32_t id,
                   double now);

/* An answer to the call ID; without one to the latest step. */
void pad_loop_answer(struct pad_loop *l, const struct pad_text *t, uint32_t id, bool failed,
                     double now);
void pad_loop_compact(struct pad_loop *l, double now);
void pad_loop_wait(struct pad_loop *l, double now);

/* The agent's program says that it loops, which is as good as having seen it. */
void pad_loop_noticed(struct pad_loop *l);

/* The length of the cycle that goes on, 0 where there is none: three rounds, of a cycle of one four. */
unsigned pad_loop_cycle(const struct pad_loop *l);
void pad_loop_release(struct pad_loop *l);

#endif
