/*
 * Inside a condition: the instructions that cond_parse.c and its like make of its text and cond_run.c carries out.
 *
 * The machine has a stack of values. Jumps lead forward only, so a run takes no more steps than there are
 * instructions. Each level of nesting leaves at most three values waiting, the left sides of a comparison (or a
 * list), of a sum and of a product, so COND_MAX_DEPTH says how high the stack can grow.
 */
#ifndef RULE_COND_CODE_H
#define RULE_COND_CODE_H

#include "rule/pattern.h"

#include <stdint.h>

enum { COND_STACK = 3 * (COND_MAX_DEPTH + 1) + 1 };

enum value_kind {
	VALUE_MISSING, /* no such member, or arithmetic without a result */
	VALUE_NULL,
	VALUE_BOOL,
	VALUE_NUMBER,
	VALUE_TEXT,
	VALUE_OTHER, /* an array or an object */
	VALUE_ANY,   /* of an operand being compiled: known only with the record */
};

struct value {
	enum value_kind kind : 8;
	bool escaped; /* text points between the quotes of a JSON string that holds a backslash */
	bool near;    /* of what "in" looks for: some value of the list was of its kind */
	union {
		bool truth;
		double number;
		struct str text;
	};
};

enum op {
	/* These push a value. */
	OP_CONST,  /* value */
	OP_MEMBER, /* the member at path */
	OP_TEST,   /* whether test holds between that and value */
	OP_EXISTS, /* whether there is a member at path */
	OP_COUNT,  /* the count of window to */
	OP_ABSENT, /* whether that is 0 */
	/* These pop one more than they push. */
	OP_ADD,
	OP_SUBTRACT,
	OP_MULTIPLY,
	OP_DIVIDE,
	OP_REMAINDER,
	OP_COMPARE, /* whether test holds between them */
	/* These replace the value on top. */
	OP_COMPARE_CONST, /* whether test holds between it and value */
	OP_NEGATE,
	OP_MATCH,  /* whether it is text and the pattern's matching it is answer */
	OP_IN_END, /* whether answer and some value of the list was of its kind */
	OP_TRUTH,  /* whether it is true */
	OP_NOT,
	/* These may jump, over TO instructions, leaving answer in place of the value on top. */
	OP_AND,      /* pop; jump where it is not true */
	OP_OR,       /* pop; jump where it is true */
	OP_IN,       /* pop; jump where that equals the value then on top */
	OP_IN_CONST, /* jump where value equals the one on top */
};

enum test { TEST_EQ, TEST_NE, TEST_LT, TEST_LE, TEST_GT, TEST_GE };

/* What was last looked up at a path, for all that share it. */
struct memo {
	const uint64_t
		*now; /* the record's number; what was looked up is of the one that serial says */
	uint64_t serial;
	struct value value;
	struct json json;
	bool exists, inner; /* INNER: the path may lead through inner objects */
	struct str path;
	uint64_t prefix; /* of the path as a key */
	struct memo *next;
};

struct code {
	enum op op : 8;
	enum test test : 8;
	bool answer;
	unsigned to; /* see OP_AND; of OP_COUNT and OP_ABSENT the window */
	struct value value;
	union {
		struct str path;
		struct pattern *pattern;
	};
	struct memo *memo; /* of what is at path; NULL where nothing is shared */
};

/* A part of a condition without which it does not hold, quickly told: CODE looks up something shared. */
struct guard {
	const struct code *code;
	bool wanted; /* what it must be */
};

struct cond {
	struct code *code;
	size_t count, cap;
	struct cond_window *window;
	size_t windows, windows_cap;
	struct str *member;
	size_t members, members_cap;
	struct guard *guard;
	size_t guards;
	bool decided;             /* where all guards hold, so does the condition */
	unsigned constant_column; /* of the first comparison that is constant; 0 for none */
	char *pool;               /* what constants and paths point into */
	struct buf *scratch;      /* unescaped strings, while one instruction runs */
};

/* Whether all guards of C hold for R. */
bool cond_guarded(const struct cond *c, const struct record *r);

/* Carry out COUNT instructions; those on constants alone need no record. */
struct value code_run(const struct code *code, size_t count, const struct record *r,
                      const double *counts, struct buf *scratch);

#endif
