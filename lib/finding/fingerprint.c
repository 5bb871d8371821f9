#include "finding/fingerprint.h"

#include "base/hash.h"
#include "base/map.h"
#include "base/utf8.h"

#include <inttypes.h>
#include <stdio.h>

enum { BLOCK = 100, FACTOR = 37, END_OF_FILE = 0xffff, SIGNS = 4096 };

struct rolling {
	uint16_t window[BLOCK];
	size_t starts[BLOCK]; /* the line that begins with this character of the window, or 0 */
	unsigned at;
	uint64_t hash, oldest; /* FACTOR to the power of BLOCK */
	size_t lines;
	bool line_start, after_cr;
	struct map seen; /* how often each hash was, by its digits */
	void (*line)(void *arg, size_t number, const char *fingerprint);
	void *arg;
};

/* The window is full of what follows the start of a line: tell its hash. */
static void
tell(struct rolling *r)
{
	char text[FINGERPRINT_SIZE];
	int len = snprintf(text, sizeof(text), "%" PRIx64, r->hash);
	size_t *count = map_use(&r->seen, (struct str){text, (size_t)len}, NULL);

	snprintf(text + len, sizeof(text) - (size_t)len, ":%zu", ++*count);
	r->line(r->arg, r->starts[r->at], text);
	r->starts[r->at] = 0;
}

static void
shift(struct rolling *r, uint16_t c)
{
	r->hash = r->hash * FACTOR + c - r->oldest * r->window[r->at];
	r->window[r->at] = c;
	r->at = (r->at + 1) % BLOCK;
}

static void
take(struct rolling *r, uint16_t c)
{
	bool after_cr = r->after_cr;

	r->after_cr = c == '\r';
	if (c == ' ' || c == '\t' || (after_cr && c == '\n'))
		return;
	if (c == '\r')
		c = '\n';
	if (r->starts[r->at] > 0)
		tell(r);
	if (r->line_start)
		r->starts[r->at] = ++r->lines;
	r->line_start = c == '\n';
	shift(r, c);
}

/* How many bytes at P, where no valid sequence begins, a decoder replaces by one U+FFFD: as much as may begin one. */
static size_t
broken_length(const char *p, const char *end)
{
	const unsigned char *u = (const unsigned char *)p;
	size_t want = u[0] >= 0xf0 && u[0] < 0xf5 ? 3 : u[0] >= 0xe0 && u[0] < 0xf0 ? 2 : 1, n = 1;
	unsigned char low = u[0] == 0xe0 ? 0xa0 : u[0] == 0xf0 ? 0x90 : 0x80;
	unsigned char high = u[0] == 0xed ? 0x9f : u[0] == 0xf4 ? 0x8f : 0xbf;

	for (; n < want && p + n < end && u[n] >= low && u[n] <= high; n++)
		low = 0x80, high = 0xbf;
	return n;
}

/* The next character; *p is moved past it. */
static uint32_t
decode(const char **p, const char *end)
{
	static const unsigned char mask[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
	size_t n = utf8_length(*p, end);
	uint32_t code;

	if (n == 0) {
		*p += broken_length(*p, end);
		return 0xfffd;
	}
	code = (unsigned char)**p & mask[n];
	for (size_t i = 1; i < n; i++)
		code = code << 6 | ((unsigned char)(*p)[i] & 0x3f);
	*p += n;
	return code;
}

void
fingerprint_lines(struct str text, void (*line)(void *arg, size_t number, const char *fingerprint),
                  void *arg)
{
	struct rolling r = {.line_start = true,
	                    .oldest = 1,
	                    .seen = MAP_INIT(sizeof(size_t)),
	                    .line = line,
	                    .arg = arg};
	const char *p = text.ptr, *end = p + text.len;

	for (int i = 0; i < BLOCK; i++)
		r.oldest *= FACTOR;
	while (p < end) {
		uint32_t c = decode(&p, end);

		if (c >= 0x10000) {
			take(&r, (uint16_t)(0xd800 + ((c - 0x10000) >> 10)));
			take(&r, (uint16_t)(0xdc00 + ((c - 0x10000) & 0x3ff)));
		} else {
			take(&r, (uint16_t)c);
		}
	}
	take(&r, END_OF_FILE);
	for (int i = 0; i < BLOCK; i++) {
		if (r.starts[r.at] > 0)
			tell(&r);
		shift(&r, 0);
	}
	map_release(&r.seen);
}

/* What is known of the next character of a hash: where it is, and whether the one before it was a CR. */
struct cursor {
	const char *p, *end;
	bool after_cr, ended;
};

/* The next character that counts: END_OF_FILE after the last, then zeros. */
static uint32_t
next_character(struct cursor *c)
{
	while (c->p < c->end) {
		bool after_cr = c->after_cr;
		uint32_t code = (unsigned char)*c->p < 0x80 ? (unsigned char)*c->p++
		                                            : decode(&c->p, c->end);

		c->after_cr = code == '\r';
		if (code == '\r')
			return '\n';
		if (code != ' ' && code != '\t' && !(after_cr && code == '\n'))
			return code;
	}
	if (c->ended)
		return 0;
	c->ended = true;
	return END_OF_FILE;
}

/* The hash of the line that begins at P. */
static uint64_t
hash_at(const char *p, const char *end)
{
	struct cursor c = {.p = p, .end = end};
	uint64_t hash = 0;

	for (int n = 0; n < BLOCK; n++) {
		uint32_t code = next_character(&c);

		if (code < 0x10000) {
			hash = hash * FACTOR + code;
			continue;
		}
		hash = hash * FACTOR + (0xd800 + ((code - 0x10000) >> 10));
		if (++n < BLOCK)
			hash = hash * FACTOR + (0xdc00 + ((code - 0x10000) & 0x3ff));
	}
	return hash;
}

/*
 * A number below SIGNS made of the first characters of the line at P, as far as they are plain: lines of different signs have
 * different hashes.
 */
static unsigned
sign_at(const char *p, const char *end)
{
	uint64_t first = 0;

	for (;
	     p < end && (unsigned char)*p < 0x80 && *p != '\n' && *p != '\r' && first < 1ULL << 56;
	     p++)
		if (*p != ' ' && *p != '\t')
			first = first << 8 | (unsigned char)*p;
	return (unsigned)(hash_mix(first) % SIGNS);
}

/* Past the line end after P; NULL where there is none. */
static const char *
next_line(const char *p, const char *end)
{
	while (p < end && *p != '\n' && *p != '\r')
		p++;
	if (p == end)
		return NULL;
	return p + 1 + (*p == '\r' && end - p > 1 && p[1] == '\n');
}

struct counted {
	uint64_t hash;
	size_t count;
};

static int
by_hash(const void *a, const void *b)
{
	uint64_t x = ((const struct counted *)a)->hash, y = ((const struct counted *)b)->hash;

	return (x > y) - (x < y);
}

void
fingerprint_some(struct str text, const size_t *start, size_t count,
                 void (*line)(void *arg, size_t index, const char *fingerprint), void *arg)
{
	const char *end = text.ptr + text.len;
	struct counted *counted = xcalloc(count + 1, sizeof(*counted));
	bool signs[SIGNS] = {false};
	size_t told = 0;

	for (size_t i = 0; i < count; i++) {
		counted[i].hash = hash_at(text.ptr + start[i], end);
		signs[sign_at(text.ptr + start[i], end)] = true;
	}
	qsort(counted, count, sizeof(*counted), by_hash);
	for (const char *p = text.ptr; p && told < count; p = next_line(p, end)) {
		struct counted key = {0, 0}, *found = NULL;
		char print[FINGERPRINT_SIZE];

		if (signs[sign_at(p, end)]) {
			key.hash = hash_at(p, end);
			found = bsearch(&key, counted, count, sizeof(*counted), by_hash);
		}
		if (!found)
			continue;
		/* Of equal ones the first counts for all. */
		while (found > counted && found[-1].hash == key.hash)
			found--;
		found->count++;
		for (; told < count && text.ptr + start[told] == p; told++) {
			snprintf(print, sizeof(print), "%" PRIx64 ":%zu", key.hash, found->count);
			line(arg, told, print);
		}
	}
	free(counted);
}

struct sought {
	size_t number;
	char *fingerprint;
	bool found;
};

static void
on_line(void *arg, size_t number, const char *fingerprint)
{
	struct sought *s = arg;

	if (number == s->number) {
		memcpy(s->fingerprint, fingerprint, strlen(fingerprint) + 1);
		s->found = true;
	}
}

bool
fingerprint_line(struct str text, size_t number, char fingerprint[static FINGERPRINT_SIZE])
{
	struct sought s = {number, fingerprint, false};

	fingerprint_lines(text, on_line, &s);
	return s.found;
}
