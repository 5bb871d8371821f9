/*
 * What an adapter is, and what it makes records with.
 *
 * There is one adapter for each agent program, in a file of its own. It is given the program's
 * events one by one and makes records of them; an event that it does not know becomes a raw record,
 * and text an output.
 */
#ifndef AGENT_ADAPTER_H
#define AGENT_ADAPTER_H

#include "agent/import.h"
#include "base/map.h"
#include "record/emit.h"
#include "record/record.h"

#include <math.h>

struct adapter {
	const char *name;
	size_t state_size; /* of import.state, zeroed at the start */

	/* Whether an object that nobody has claimed yet is this program's. */
	bool (*claims)(const struct record *r);

	/* An object on a line of its own. NULL: every line goes to `line`. */
	void (*object)(struct import *im, const struct record *r);

	/* Any other line, blank ones only where `object` is NULL. NULL: it is an output of bare
	 * text. */
	const char *(*line)(struct import *im, struct str line);

	/* At the end of the stream; may be NULL, as may release, which frees what the state owns.
	 */
	const char *(*end)(struct import *im);
	void (*release)(struct import *im);
};

extern const struct adapter adapter_claude, adapter_codex, adapter_gemini, adapter_opencode,
	adapter_openai, adapter_csv, adapter_text, adapter_records;

/* Tokens and money; NAN where nothing is known. */
struct usage {
	double input, output, cached, cost;
};

#define USAGE_NONE ((struct usage){NAN, NAN, NAN, NAN})

enum {
	USAGE_STEPS = 16,     /* messages whose figures may still be replaced */
	TOOLS_MAX = 1024,     /* calls that wait for their result */
	TOOL_NAME_MAX = 128,  /* bytes of a name that are kept until then */
	SESSION_MAX = 128,    /* bytes of a session's id that are kept */
	GOAL_MAX = 512,       /* bytes of a prompt that are taken as the goal */
	LIVE_SECONDS = 60,    /* a time further from its arrival is that of a recording */
	JOINT_MAX = 64 << 10, /* bytes of text that are joined before they go out as they are */
};

/* Text that comes in fragments, see joint_add. */
struct joint {
	struct buf text;
	const char *role;
	double ts;
	bool timed;
};

/* What is held back while it is not decided what it is, see detect.c. */
struct detect {
	enum holds { HELD_NOTHING, HELD_LINE, HELD_DOCUMENT } holds;
	struct buf held; /* lines, each ended by LF */
	unsigned seen;   /* lines that nobody claimed */
	int depth;       /* of the document so far */
	bool string, escape;
};

struct import {
	const struct import_options *options;
	const struct adapter *adapter; /* NULL until it is decided */
	void *state;                   /* the adapter's own */
	struct buf *out;

	/* Of the line being handled. */
	double ts; /* its time, or that of its arrival */
	double arrival;
	bool timed;         /* whether ts may be used under options->clock */
	size_t start;       /* where the record being made begins in `out` */
	const char *reason; /* why it is refused, or NULL */
	struct str refused; /* what is refused with it */
	bool sidechain; /* it is a sub-agent's, inside PARENT, a JSON string, where that is known */
	struct json parent;

	double last;   /* the last time that a line had, or NAN */
	bool recorded; /* it had passed long before the line arrived */

	/* Of the session. */
	struct buf session; /* its id as the program spells it */
	struct buf goal;
	struct buf labels; /* agent, specialty, goal and the extra members, for every record */
	struct edit
		*edits; /* those that the options give, for what passes through; the first is ts */
	size_t edit_count;
	struct buf given; /* what the edits point to */
	struct map tools;
	struct joint joint;
	struct usage total, step[USAGE_STEPS];
	uint64_t step_id[USAGE_STEPS];
	unsigned next_step;

	struct detect detect;
	struct buf scratch; /* what text_of gave last */
	struct buf padded;  /* for JSON inside a string */
	struct buf renamed[2];
	struct record record;
};

/*
 * Making a record: make_open, members by emit_*, make_close. The time and the labels are added by
 * make_open.
 */
struct buf *make_open(struct import *im, const char *type);
void make_close(struct import *im);

/* Whole records. Nothing is made of an empty text; CONTENT that is no string is put out as it is
 * written. */
void make_output(struct import *im, const char *role, struct json content);
void make_text(struct import *im, const char *role, struct str text);
void make_raw(struct import *im, struct str event, struct json object, bool compact);
void make_error(struct import *im, const char *severity, struct json text);
void make_result(struct import *im, struct json reason); /* good where it says "stop" */

/* A wait, to which the caller may add members before make_close. A DELAY that is NAN is left out.
 */
struct buf *make_wait(struct import *im, const char *reason, double delay);

/*
 * A call of a tool: make_tool, the member input, make_close. Its name is kept under ID, so that
 * make_tool_result can put it into the result; a NAME of its own is needed only where the call may
 * not have been seen.
 */
struct buf *make_tool(struct import *im, struct json id, struct str name);
struct buf *make_tool_result(struct import *im, struct json id, struct str name, bool ok);
bool tool_pending(const struct import *im, struct json id);

/* The member KEY as text: a string as it is written, nothing for null, anything else as a string of
 * its JSON. */
void emit_text(struct buf *b, const char *key, struct json v);

/* The member KEY as it is written, where V is not null. */
void emit_value(struct buf *b, const char *key, struct json v);

/* The member KEY, a number, where VALUE is one. */
void emit_known(struct buf *b, const char *key, double value);

/* TEXT as the JSON object or array that it holds, else as a string. */
void emit_argument(struct import *im, const char *key, struct str text);

/*
 * Usage. usage_step adds the figures of one message to the total, in place of what the same ID
 * brought before; usage_total replaces what U knows of the total. Both make a usage record where
 * that changed anything.
 */
void usage_step(struct import *im, struct json id, struct usage u);
void usage_total(struct import *im, struct usage u);

/* The session's id, which names the agent where no option does. */
void import_session(struct import *im, struct json id);

/* What a user asked; the first one is the goal where no option gives it. */
void import_prompt(struct import *im, struct str text);

/* A time as programs write it: RFC 3339, or Unix time in s, ms, us or ns. False where V is none. */
bool import_time(struct json v, double *ts);

/* From here on the line's time is V, where V is one. */
void import_at(struct import *im, struct json v);

/* The labels anew, after what they are made of has changed; and the edits, once. */
void labels_make(struct import *im);
void edits_make(struct import *im);

/* Take the record that was just made back, and refuse the line, where it has no time and needs one.
 */
void import_check(struct import *im);

/* The adapter for what follows. */
void import_decide(struct import *im, const struct adapter *adapter);

/* Handle an object, or another line, by the adapter or while there is none. */
void import_object(struct import *im, struct record *r);
void import_text(struct import *im, struct str line);

/*
 * Deciding. detect_object decides by an object, where it can. detect_line decides by, or holds
 * back, a line that is no object or follows what is held; true where it has dealt with it.
 * detect_end lets go of what is held.
 */
void detect_object(struct import *im, const struct record *r);
bool detect_line(struct import *im, struct str line);
void detect_end(struct import *im);

/*
 * Fragments of text are joined to lines and sentences before they become outputs: joint_add makes
 * one of each that is complete, joint_flush of what is left. A change of role flushes.
 */
void joint_add(struct import *im, const char *role, struct str text);
void joint_flush(struct import *im);

/* The contents of a string, else an empty text; valid until the next text_of. */
struct str text_of(struct import *im, struct json v);

/* The value KEY of an object, of type JSON_NULL where there is none; NAN where it is no number. */
struct json value_of(struct json object, const char *key);
double number_of(struct json object, const char *key);

static inline double
known_or(double value, double otherwise)
{
	return isnan(value) ? otherwise : value;
}

/* A record as a value, and one of its members. */
struct json object_of(const struct record *r);
struct json member_of(const struct record *r, const char *key);
bool member_is(const struct record *r, const char *key, const char *text);

/* TEXT cut to at most MAX bytes, not inside a character. */
struct str text_cut(struct str text, size_t max);

#endif
