/*
 * Cutting a text into words, many bytes at once: 64 bytes become bit masks, one for each class of bytes, and a word is
 * a run of bits. AVX2 or SSE2 makes the masks where there is one; -DLANES_PORTABLE takes the way without, which gives
 * the same answers.
 *
 *   struct pad_cutter c = pad_cutter(text);
 *   while ((count = pad_words(&c, words)) > 0)      the next words, PAD_WORDS at most
 */
#ifndef POLICY_PAD_WORDS_H
#define POLICY_PAD_WORDS_H

#include "base/str.h"

#include <stdint.h>

/* This and pad_text.c are compiled a second time, as SCAN_WIDE, for newer processors: see pad_text_read. */
#ifdef SCAN_WIDE
#define pad_words     pad_words_wide
#define pad_word_hash pad_word_hash_wide
#endif

enum { PAD_WORDS = 128 };

enum pad_word_flags {
	PAD_NUMBER = 1, /* it stands for a number: begins with a digit, or is hexadecimal */
	PAD_NAME = 2,   /* it names a thing: part of a path, identifier */
	PAD_BREAK = 4,  /* a paragraph or a fence begins or ends before it */
	PAD_FENCED = 8  /* it lies in a code fence */
};

struct pad_word {
	uint64_t hash; /* of its letters, in lower case */
	const char *ptr;
	uint32_t len;
	uint32_t flags;
};

struct pad_cutter {
	const char *p, *begin, *end;
	uint32_t flags; /* PAD_BREAK and PAD_FENCED as they are for the next word */
};

static inline struct pad_cutter
pad_cutter(struct str text)
{
	return (struct pad_cutter){text.ptr, text.ptr, text.ptr + text.len, 0};
}

unsigned pad_words(struct pad_cutter *c, struct pad_word words[static PAD_WORDS]);

/* The hash of the first LEN bytes at P, in lower case, in a text that goes to END. */
uint64_t pad_word_hash(const char *p, size_t len, const char *end);

#endif
