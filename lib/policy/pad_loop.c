#include "policy/pad_loop.h"

#include "base/mem.h"
#include "policy/pad_evidence.h"

#include <math.h>
#include <stdlib.h>

enum {
	RING_STEP = 4, /* by which a ring grows, and of which PAD_RING is a multiple */
	CLOSE = 2,     /* steps back at which a repetition still weighs in full */
	GROWN = 2,     /* times in a row a gap must have grown to be a poll's */
	SENTENCE = 3,
	SHORT = 40,   /* words of a text that may be a line of progress */
	TELLING = 12, /* words of an answer that cannot be the same by chance */
	LONG = 60,    /* words of a message that is never the same by habit */
	FULL = 8,     /* words of a message that weighs in full */
	ASKED = 6,    /* samples that a share must rest on */
	ROUNDS = 3,
	STALE = 2,      /* steps after which a cycle of the other kind no longer goes on */
	ECHO_UNIT = 40, /* repeated words within a message that count as one repetition */
	ECHO_MOST = 10,
	NOTICED = 5 /* repetitions that the program's own notice of a loop counts for */
};

#define GROWTH      1.25
#define HEAT        0.25
#define OTHER_THING 0.2
#define MORE_THINGS 0.8
#define SAME_TAIL   0.8
#define IN_CYCLE    0.9
#define ALONE       0.5
#define NEW         0.2 /* the weight below which a message is new */

static inline struct pad_step *
ring_at(const struct pad_ring *r, uint32_t number)
{
	uint32_t back = r->count - number + 1;

	return &r->step[back <= r->next ? r->next - back : r->next + r->room - back];
}

/* The step before S, which is not the oldest. */
static inline struct pad_step *
ring_before(const struct pad_ring *r, const struct pad_step *s)
{
	return r->step + (s > r->step ? s - r->step : r->room) - 1;
}

static uint32_t
ring_oldest(const struct pad_ring *r)
{
	return r->count > r->room ? r->count - r->room + 1 : 1;
}

static struct pad_step *
ring_push(struct pad_ring *r)
{
	if (r->count == r->room && r->room < PAD_RING) {
		r->room += RING_STEP;
		r->step = xreallocarray(r->step, r->room, sizeof(r->step[0]));
	}
	r->count++;
	r->next = r->next < r->room ? r->next + 1 : 1;
	*ring_at(r, r->count) = (struct pad_step){.gap = -1, .took = -1};
	return ring_at(r, r->count);
}

static struct pad_mark
mark_of(const struct pad_text *t)
{
	struct pad_mark m = {.key = t->key, .words = t->words, .progress = t->progress};

	memcpy(m.sketch, t->sketch, sizeof(m.sketch));
	return m;
}

static double
mark_alike(const struct pad_mark *a, const struct pad_mark *b)
{
	return a->key == b->key ? 1 : pad_text_alike(a->sketch, b->sketch);
}

/* Whether two texts may speak of the same things: 1, or less where one names what the other does not. */
static double
names_agree(uint64_t a, uint64_t b)
{
	bool more = (a & ~b) != 0, less = (b & ~a) != 0;

	return more && less ? OTHER_THING : more || less ? MORE_THINGS : 1;
}

/* How much the evidence changes when a step's weight becomes WEIGHT. */
static void
reweigh(struct pad_loop *l, struct pad_step *s, double weight)
{
	double change = weight - (double)s->weight;

	l->evidence = (float)fmax(0, (double)l->evidence + change);
	l->heat = (float)fmax(0, (double)l->heat + HEAT * change);
	s->weight = (float)weight;
}

/* Take a step's weight into account; one that says little, INFO below 1, wears away little. */
static void
weigh(struct pad_loop *l, struct pad_step *s, double weight, double info)
{
	l->evidence = (float)((double)l->evidence * (1 - PAD_WEAR * (1 - weight) * info) + weight);
	l->heat = (float)((double)l->heat +
	                  HEAT * fmax(fmin(1, 2 * info), weight) * (weight - (double)l->heat));
	s->weight = (float)weight;
}

static bool
same_answer(const struct pad_step *a, const struct pad_step *b)
{
	return !a->answered || !b->answered || mark_alike(&a->answer, &b->answer) >= 0.6;
}

static bool
same_step(const struct pad_step *a, const struct pad_step *b)
{
	double alike;

	if (a->excused || !same_answer(a, b))
		return false;
	if (a->exact == b->exact && a->said.key == b->said.key)
		return true;
	if (a->exact != 0)
		return a->said.key == b->said.key && a->answered && b->answered;
	alike = pad_text_alike(a->said.sketch, b->said.sketch);
	return alike >= 0.6 && alike * names_agree(a->names, b->names) >= 0.6;
}

/* How many of the latest steps in a row equal the one LENGTH before them. */
static unsigned
ring_run(const struct pad_ring *r, unsigned length)
{
	uint32_t n = r->count, least = ring_oldest(r) + length;
	const struct pad_step *s, *old;

	if (n < least)
		return 0;
	s = ring_at(r, n);
	old = ring_at(r, n - length);
	for (; n >= least && same_step(s, old); n--) {
		s = ring_before(r, s);
		old = ring_before(r, old);
	}
	return r->count - n;
}

static unsigned
ring_cycle(const struct pad_ring *r)
{
	for (unsigned length = 1; length <= PAD_CYCLE_MAX; length++) {
		unsigned rounds = length == 1 ? ROUNDS : ROUNDS - 1;

		if (ring_run(r, length) >= length * rounds)
			return length;
	}
	return 0;
}

unsigned
pad_loop_cycle(const struct pad_loop *l)
{
	unsigned length = l->since_call <= STALE ? ring_cycle(&l->call) : 0;

	return length == 0 && l->since_message <= STALE ? ring_cycle(&l->message) : length;
}

/* Time passes to NOW: how long nothing was done before. Negative: not known. */
static double
pause_before(struct pad_loop *l, double now)
{
	double pause = l->begun && isfinite(now) && isfinite(l->last) ? now - l->last : -1;

	l->last = now;
	l->begun = true;
	return pause;
}

/* S, at lag LAG, is like OLD: note how the time between has changed. */
static void
note_like(struct pad_step *s, const struct pad_step *old, uint32_t number)
{
	s->like = number;
	s->gap = isfinite(s->ts) && isfinite(old->ts) ? (float)(s->ts - old->ts) : -1;
	if (old->gap > 0 && (double)s->gap > GROWTH * (double)old->gap)
		s->growing = (uint8_t)(old->growing < UINT8_MAX ? old->growing + 1 : UINT8_MAX);
}

static double
lag_weight(uint32_t lag)
{
	return lag <= CLOSE ? 1 : (double)CLOSE / lag;
}

/*
 * Whether the short text of S says more of its work is done than OLD did: of a stated whole, which will come to an
 * end, or, where there is no word of trouble, by a count that goes on by one.
 */
static bool
advanced(const struct pad_step *s, const struct pad_step *old, bool trouble)
{
	if (s->said.words > SHORT)
		return false;
	if (s->said.progress >= 0 && s->said.progress > old->said.progress)
		return true;
	return !trouble && s->counter >= 0 && old->counter >= 0 && s->counter == old->counter + 1;
}

/* How far S repeats OLD; where only the tail is the same, *nearly says so. */
static double
message_alike(const struct pad_step *s, const struct pad_step *old, bool *nearly)
{
	double whole = mark_alike(&s->said, &old->said);

	if (whole > 0)
		whole = pad_ramp(whole, 0.4, 0.85) * names_agree(s->names, old->names);
	*nearly = s->tail != 0 && s->tail == old->tail && whole < SAME_TAIL;
	return *nearly ? SAME_TAIL : whole;
}

static double
message_match(struct pad_loop *l, struct pad_step *s, bool trouble)
{
	const struct pad_ring *r = &l->message;
	const struct pad_step *best = NULL, *old = s;
	uint32_t oldest = ring_oldest(r);
	double weight = 0;

	for (uint32_t n = r->count - 1; n >= oldest; n--) {
		double near = lag_weight(r->count - n), w;
		bool nearly;

		if (near <= weight)
			break;
		old = ring_before(r, old);
		w = message_alike(s, old, &nearly) * near;

		if (w > weight) {
			weight = w;
			best = old;
			s->nearly = nearly;
			note_like(s, old, n);
		}
	}
	if (best != NULL && (s->growing >= GROWN || advanced(s, best, trouble)))
		s->excused = true;
	return weight;
}

/*
 * What a repetition beside a message that is new is worth: it may be but an answer that is always the same, or an
 * old start of something new; less likely the longer it is.
 */
static double
message_alone(const struct pad_loop *l, const struct pad_step *s)
{
	bool same = s->like != 0 && ring_at(&l->message, s->like)->said.key == s->said.key;

	return ALONE + (1 - ALONE) * (same ? pad_ramp(s->said.words, TELLING, LONG) : 0);
}

/*
 * A message that is new tells of the one before it, where that seemed a repetition: as what it led to, when they are
 * an agent's doing and what came of it. ADVANCED: it is an old one, but for a count that goes on.
 */
static void
message_reflects(struct pad_loop *l, bool advance)
{
	struct pad_step *before;

	if (l->message.count < 2 || l->since_call == 1)
		return;
	before = ring_at(&l->message, l->message.count - 1);
	if (before->answered || before->excused || before->weight <= 0 || before->reflected)
		return;
	before->reflected = true;
	reweigh(l, before,
	        advance || before->nearly ? 0 : (double)before->weight * message_alone(l, before));
}

/* What an agent's earlier words say about a message. */
struct past {
	double stale; /* how far it is put together from what was there before, 0 to 1 */
	double known; /* the share of its words that were; 1 where it has too few to say */
};

static struct past
message_past(const struct pad_loop *l, const struct pad_text *t)
{
	unsigned words, shingles;
	unsigned word = pad_seen_known(&l->seen, &t->word, t->ask, &words);
	unsigned shingle = pad_seen_known(&l->seen, &t->shingle, t->ask, &shingles);
	double known, stale;

	if (words < ASKED || shingles < ASKED)
		return (struct past){0, 1};
	known = (double)word / words;
	stale = (double)shingle / shingles;
	return (struct past){0.7 * fmin(1, (double)t->words / LONG) * pad_ramp(stale, 0.5, 0.9) *
	                             pad_ramp(known, 0.94, 1),
	                     known};
}

static double
message_context(const struct pad_loop *l, const struct pad_step *s)
{
	const struct pad_step *before;

	if (l->message.count < 2 || l->since_call == 1 || s->like == l->message.count - 1)
		return 1;
	before = ring_at(&l->message, l->message.count - 1);
	return before->weight < (float)NEW && !before->reflected ? message_alone(l, s) : 1;
}

static double
message_echo(const struct pad_text *t)
{
	if (t->words == 0)
		return 0;
	return pad_ramp((double)t->echo / t->words, 0.4, 0.8) *
	       fmin(ECHO_MOST, (double)t->echo / ECHO_UNIT);
}

static bool
excuse_take(struct pad_loop *l, double pause)
{
	bool excused = l->excuse > 0 || pause >= PAD_PAUSE;

	l->excuse -= l->excuse > 0;
	return excused;
}

/* Whether S says word for word, but for numbers, what the step it repeats did, and so soon that it is no chance. */
static bool
message_at_once(const struct pad_loop *l, const struct pad_step *s)
{
	uint32_t lag = l->message.count - s->like;

	if (s->like == 0 || ring_at(&l->message, s->like)->said.key != s->said.key)
		return false;
	return lag == 1 || (lag <= CLOSE && s->said.words >= SENTENCE);
}

/* How far the message S, which is the latest, is a repetition. */
static double
message_weight(struct pad_loop *l, struct pad_step *s, const struct pad_text *t, double info)
{
	double weight = message_match(l, s, t->trouble > 0);
	struct past past = message_past(l, t);

	if (!message_at_once(l, s))
		weight *= info;
	if (s->like != 0 && !s->nearly && ring_at(&l->message, s->like)->said.key != s->said.key)
		weight *= 0.5 + 0.5 * pad_ramp(past.known, 0.92, 1);
	weight = fmax(weight, past.stale) * message_context(l, s);
	return ring_cycle(&l->message) > 0 ? fmax(weight, IN_CYCLE) : weight;
}

/* A message without a word in it, such as a line of numbers, says nothing and is no step. */
bool
pad_loop_message(struct pad_loop *l, const struct pad_text *t, double now)
{
	double pause = pause_before(l, now), weight, info = fmin(1, (double)t->words / FULL);
	struct pad_step *s;

	if (t->word.count == 0)
		return false;
	s = ring_push(&l->message);
	l->since_message = 0;
	l->since_call += l->since_call < UINT8_MAX;
	s->ts = now;
	s->said = mark_of(t);
	s->counter = t->counter;
	s->names = t->names;
	s->tail = t->tail;
	weight = message_weight(l, s, t, info);
	s->excused |= excuse_take(l, pause);
	if (weight < NEW || s->excused)
		message_reflects(l, s->excused);
	weigh(l, s, s->excused ? 0 : weight, info);
	l->evidence += (float)message_echo(t);
	pad_seen_add(&l->seen, &t->word);
	pad_seen_add(&l->seen, &t->shingle);
	return s->excused;
}

/* The call that S repeats, and how surely. */
static double
call_match(struct pad_loop *l, struct pad_step *s)
{
	const struct pad_ring *r = &l->call;
	const struct pad_step *best = NULL;
	double weight = 0;

	for (uint32_t n = r->count - 1; n >= ring_oldest(r) && n > 0; n--) {
		const struct pad_step *old = ring_at(r, n);
		double w = old->exact == s->exact ? 1 : old->said.key == s->said.key ? 0.5 : 0;

		w *= lag_weight(r->count - n);
		if (w > weight) {
			weight = w;
			best = old;
			s->nearly = old->exact != s->exact;
			note_like(s, old, n);
		}
	}
	if (best != NULL && (s->growing >= GROWN || best->took >= PAD_PAUSE))
		s->excused = true;
	return weight;
}

/* The call S is a new one, or got further: so did the agent, whatever it said before it. */
static void
call_reflects(struct pad_loop *l, const struct pad_step *s)
{
	struct pad_step *before;

	if ((s->weight >= (float)NEW && !s->excused) || l->since_message != 1 ||
	    l->message.count == 0)
		return;
	before = ring_at(&l->message, l->message.count);
	if (before->weight > 0)
		reweigh(l, before, 0);
}

void
pad_loop_call(struct pad_loop *l, const struct pad_text *t, uint32_t exact, uint32_t id, double now)
{
	double pause, weight;
	struct pad_step *s;

	if (id != 0 && l->call.count > 0 && ring_at(&l->call, l->call.count)->id == id)
		return;
	pause = pause_before(l, now);
	s = ring_push(&l->call);
	l->since_call = 0;
	l->since_message += l->since_message < UINT8_MAX;
	s->ts = now;
	s->said = mark_of(t);
	s->names = t->names;
	s->exact = exact | 1;
	s->id = id;
	weight = call_match(l, s);
	s->excused |= excuse_take(l, pause);
	if (!s->excused && ring_cycle(&l->call) > 0)
		weight = fmax(weight, IN_CYCLE);
	weigh(l, s, s->excused ? 0 : weight, 1);
	call_reflects(l, s);
	if (t->sleeps)
		l->excuse = 2;
}

static struct pad_step *
step_asked(struct pad_loop *l, uint32_t id, struct pad_ring **ring, uint32_t *number)
{
	struct pad_ring *r = &l->call;

	*ring = r;
	for (uint32_t n = r->count; id != 0 && n >= ring_oldest(r) && n > 0; n--) {
		if (ring_at(r, n)->id == id) {
			*number = n;
			return ring_at(r, n);
		}
	}
	if (r->count == 0 || (id == 0 && l->since_call > 0))
		*ring = r = &l->message;
	*number = r->count;
	return r->count > 0 ? ring_at(r, r->count) : NULL;
}

/* The step S repeats an earlier one: so does its answer, or there was progress. */
static double
answer_confirms(const struct pad_step *s, const struct pad_step *old)
{
	double alike;

	if (!old->answered)
		return (double)s->weight;
	if (s->answer.progress >= 0 && s->answer.progress > old->answer.progress)
		return 0;
	alike = pad_ramp(mark_alike(&s->answer, &old->answer), 0.3, 0.8);
	return s->nearly ? fmin(0.9, 1.8 * (double)s->weight) * alike : (double)s->weight * alike;
}

/* The step S is a new one: its answer may have been there before. */
static double
answer_repeats(const struct pad_ring *r, const struct pad_step *s, uint32_t number, bool failed)
{
	double weight = 0;

	if (s->answer.words < (failed ? 3 : TELLING))
		return 0;
	for (uint32_t n = number - 1; n >= ring_oldest(r) && n > 0; n--) {
		const struct pad_step *old = ring_at(r, n);

		if (old->answered && mark_alike(&s->answer, &old->answer) >= 0.8)
			weight = fmax(weight, 0.5 * lag_weight(number - n));
	}
	return weight;
}

void
pad_loop_answer(struct pad_loop *l, const struct pad_text *t, uint32_t id, bool failed, double now)
{
	struct pad_ring *r;
	uint32_t number;
	struct pad_step *s = step_asked(l, id, &r, &number);

	pause_before(l, now);
	if (s == NULL || s->answered)
		return;
	s->answered = true;
	s->answer = mark_of(t);
	s->took = isfinite(now) && isfinite(s->ts) ? (float)(now - s->ts) : -1;
	if (s->excused)
		return;
	if (s->like >= ring_oldest(r) && s->weight > 0)
		reweigh(l, s, answer_confirms(s, ring_at(r, s->like)));
	else if (s->weight == 0)
		reweigh(l, s, answer_repeats(r, s, number, failed));
	if (r == &l->call && number == r->count)
		call_reflects(l, s);
}

void
pad_loop_compact(struct pad_loop *l, double now)
{
	static const struct pad_text t = {.key = 1, .words = FULL, .word = {1, {1}}};

	pad_loop_message(l, &t, now);
}

void
pad_loop_wait(struct pad_loop *l, double now)
{
	pause_before(l, now);
	l->excuse = l->excuse > 1 ? l->excuse : 1;
}

void
pad_loop_noticed(struct pad_loop *l)
{
	l->evidence = (float)fmax((double)l->evidence, NOTICED);
	l->heat = 1;
}

void
pad_loop_release(struct pad_loop *l)
{
	free(l->message.step);
	free(l->call.step);
	free(l->seen.slot);
	*l = (struct pad_loop){0};
}
