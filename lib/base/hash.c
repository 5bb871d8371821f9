#include "base/hash.h"

#include <sys/random.h>

static uint64_t
word(const char *p, size_t len)
{
	uint64_t w = 0;

	memcpy(&w, p, len);
	return w;
}

uint64_t
hash_bytes(struct str s, uint64_t seed)
{
	uint64_t h = hash_mix(seed ^ s.len);

	for (; s.len >= 8; s = str_from(s, 8))
		h = hash_mix(h ^ word(s.ptr, 8));
	return s.len > 0 ? hash_mix(h ^ word(s.ptr, s.len)) : h;
}

static uint64_t
rotate(uint64_t x, int bits)
{
	return x << bits | x >> (64 - bits);
}

static void
sip_round(uint64_t v[4])
{
	v[0] += v[1];
	v[1] = rotate(v[1], 13) ^ v[0];
	v[0] = rotate(v[0], 32);
	v[2] += v[3];
	v[3] = rotate(v[3], 16) ^ v[2];
	v[0] += v[3];
	v[3] = rotate(v[3], 21) ^ v[0];
	v[2] += v[1];
	v[1] = rotate(v[1], 17) ^ v[2];
	v[2] = rotate(v[2], 32);
}

static const uint64_t *
process_key(void)
{
	static uint64_t key[2];
	static bool drawn;

	if (!drawn) {
		/* Without randomness (a very old kernel) the tables still work, only undefended. */
		if (getrandom(key, sizeof(key), 0) != sizeof(key))
			key[0] = 0x9e3779b97f4a7c15ULL;
		drawn = true;
	}
	return key;
}

/* J.-P. Aumasson and D. J. Bernstein, "SipHash: a fast short-input PRF" (2012), with 1 and 3 rounds. */
uint64_t
hash_keyed(struct str s)
{
	const uint64_t *k = process_key();
	uint64_t v[4] = {k[0] ^ 0x736f6d6570736575ULL, k[1] ^ 0x646f72616e646f6dULL,
	                 k[0] ^ 0x6c7967656e657261ULL, k[1] ^ 0x7465646279746573ULL};
	uint64_t last = (uint64_t)s.len << 56;

	for (; s.len >= 8; s = str_from(s, 8)) {
		uint64_t m = word(s.ptr, 8);

		v[3] ^= m;
		sip_round(v);
		v[0] ^= m;
	}
	last |= s.len > 0 ? word(s.ptr, s.len) : 0;
	v[3] ^= last;
	sip_round(v);
	v[0] ^= last;
	v[2] ^= 0xff;
	for (int i = 0; i < 3; i++)
		sip_round(v);
	return v[0] ^ v[1] ^ v[2] ^ v[3];
}
