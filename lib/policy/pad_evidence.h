/*
 * Evidence that an agent repeats itself: the sum of weights from 0, new, to 1, a repetition, which what is new
 * wears away. For each weight w
 *
 *   E <- E (1 - PAD_WEAR (1 - w)) + w           repetition = E^2 / (E^2 + PAD_HALF)
 *
 * so an agent of whose steps a share p repeats settles at E = p / (PAD_WEAR (1 - p)): one retry is forgotten, a loop
 * outweighs everything, the longer the more, and is not forgotten the moment it ends.
 */
#ifndef POLICY_PAD_EVIDENCE_H
#define POLICY_PAD_EVIDENCE_H

#include <math.h>

#define PAD_WEAR 0.05
#define PAD_HALF 5.0

static inline double
pad_repetition(double evidence)
{
	return evidence * evidence / (evidence * evidence + PAD_HALF);
}

/* 0 at LOW and below, 1 at HIGH and above. */
static inline double
pad_ramp(double x, double low, double high)
{
	return fmin(1, fmax(0, (x - low) / (high - low)));
}

#endif
