/*
 * Hashing.
 *
 * hash_bytes is quick and the same on every run: for comparing contents (fingerprints, shingles). hash_keyed is
 * SipHash-1-3 under a key drawn at start, so that nobody can choose names that collide: for tables whose
 * keys come from input.
 */
#ifndef BASE_HASH_H
#define BASE_HASH_H

#include "base/str.h"

#include <stdint.h>

/* Finalizer of MurmurHash3 by Austin Appleby (public domain): every bit of X reaches every bit of the result. */
static inline uint64_t
hash_mix(uint64_t x)
{
	x ^= x >> 33;
	x *= 0xff51afd7ed558ccdULL;
	x ^= x >> 33;
	x *= 0xc4ceb9fe1a85ec53ULL;
	return x ^ x >> 33;
}

uint64_t hash_bytes(struct str s, uint64_t seed);
uint64_t hash_keyed(struct str s);

#endif
