/*
 * Inside of patterns: what cond_pattern.c and search.c share.
 */
#ifndef RULE_PATTERN_CODE_H
#define RULE_PATTERN_CODE_H

#include "rule/pattern.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

enum {
	HEAP_LIMIT = 32 << 10, /* KiB, where there is no JIT */
	JIT_STACK_MIN = 32 << 10,
	JIT_STACK_MAX = 512 << 10,
};

struct pattern {
	pcre2_code *code;
	pcre2_match_context *context;
	pcre2_match_data *data;
	pcre2_jit_stack *stack;
	bool heavy;
};

#endif
