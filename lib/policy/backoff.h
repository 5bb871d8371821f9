/*
 * Backoff: how long to wait before the next attempt.
 *
 * The wait after attempt N (from 0) is base * 2^N seconds, at most max. With full jitter it is spread evenly between 0
 * and that, so that clients which failed together do not come back together (M. Brooker, "Exponential Backoff
 * And Jitter", 2015). The random number is the caller's, so the same input always gives the same wait.
 */
#ifndef POLICY_BACKOFF_H
#define POLICY_BACKOFF_H

enum backoff_jitter { BACKOFF_FULL, BACKOFF_NONE };

/* The words for them, in that order, NULL-terminated: for option_word. */
extern const char *const backoff_words[];

struct backoff {
	double base, max; /* seconds */
	enum backoff_jitter jitter;
};

/* Seconds to wait after attempt ATTEMPT failed; RANDOM is in [0, 1). */
double backoff_delay(const struct backoff *b, unsigned attempt, double random);

#endif
