/*
 * UTF-8 as RFC 3629 defines it: no overlong forms, no surrogates, nothing above U+10FFFF.
 */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include <stddef.h>
#include <stdint.h>

/* Length in bytes of the valid sequence that starts at P, or 0 where there is none before END. */
static inline size_t
utf8_length(const char *p, const char *end)
{
	const unsigned char *u = (const unsigned char *)p;
	size_t room = (size_t)(end - p);

	if (room == 0)
		return 0;
	if (u[0] < 0x80)
		return 1;
	if (u[0] < 0xe0)
		return u[0] >= 0xc2 && room > 1 && (u[1] & 0xc0) == 0x80 ? 2 : 0;
	if (u[0] < 0xf0) {
		unsigned char low = u[0] == 0xe0 ? 0xa0 : 0x80, high = u[0] == 0xed ? 0x9f : 0xbf;

		return room > 2 && u[1] >= low && u[1] <= high && (u[2] & 0xc0) == 0x80 ? 3 : 0;
	}
	if (u[0] < 0xf5) {
		unsigned char low = u[0] == 0xf0 ? 0x90 : 0x80, high = u[0] == 0xf4 ? 0x8f : 0xbf;

		return room > 3 && u[1] >= low && u[1] <= high && (u[2] & 0xc0) == 0x80 &&
		               (u[3] & 0xc0) == 0x80
		           ? 4
		           : 0;
	}
	return 0;
}

/* Write CODE, at most U+10FFFF, to OUT, which has room for 4 bytes; returns how many it took. */
static inline size_t
utf8_encode(char *out, uint32_t code)
{
	if (code < 0x80) {
		out[0] = (char)code;
		return 1;
	}
	if (code < 0x800) {
		out[0] = (char)(0xc0 | code >> 6);
		out[1] = (char)(0x80 | (code & 0x3f));
		return 2;
	}
	if (code < 0x10000) {
		out[0] = (char)(0xe0 | code >> 12);
		out[1] = (char)(0x80 | (code >> 6 & 0x3f));
		out[2] = (char)(0x80 | (code & 0x3f));
		return 3;
	}
	out[0] = (char)(0xf0 | code >> 18);
	out[1] = (char)(0x80 | (code >> 12 & 0x3f));
	out[2] = (char)(0x80 | (code >> 6 & 0x3f));
	out[3] = (char)(0x80 | (code & 0x3f));
	return 4;
}

#endif
