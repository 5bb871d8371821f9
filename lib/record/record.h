/*
 * A record: one JSON object on one line, with an index of its members.
 *
 * record_scan validates the whole text in one pass and notes where each member of the object lies;
 * nothing is copied, and the index is reused from record to record. Members of inner objects are
 * found by json_get. Everything points into the text, which the caller (usually the reader) owns.
 *
 * Keys are compared after unescaping; of duplicates the last one counts.
 */
#ifndef RECORD_RECORD_H
#define RECORD_RECORD_H

#include "record/json.h"

struct member {
	uint64_t prefix;           /* key_prefix of the key */
	uint32_t key, key_len;     /* offset in the text and length, without the quotes */
	uint32_t value, value_len; /* as struct json has them */
	uint8_t type;              /* enum json_type */
	bool key_escaped, value_escaped;
};

enum { RECORD_SLOTS = 256 };

struct record {
	const char *text;
	size_t len;
	struct member *member;
	size_t count, cap;
	/*
	 * A hash table of the keys: slot[key_slot(prefix)] is the number, from 1, of the last member
	 * that falls there. A key whose slot is 0 is not in the record; one whose slot holds another
	 * key must be searched for. Not kept where the keys hold escapes or are very many.
	 */
	uint8_t slot[RECORD_SLOTS];
	bool searched; /* the table is not kept */
};

#define RECORD_INIT          \
	{                    \
		.text = NULL \
	}

/* A record may be this long at most: members are indexed by 32 bits. */
#define RECORD_MAX ((size_t)1 << 30)

/*
 * Index TEXT, which fulfils what json_scan asks and is not longer than RECORD_MAX. False where it
 * is not valid JSON or not an object; R then holds nothing.
 */
bool record_scan(struct record *r, struct str text, struct json_error *error);
void record_release(struct record *r);

/* The first eight bytes of KEY, zeros after its end. */
static inline uint64_t
key_prefix(struct str key)
{
	uint64_t prefix = 0;

	memcpy(&prefix, key.ptr, key.len < sizeof(prefix) ? key.len : sizeof(prefix));
	return prefix;
}

static inline unsigned
key_slot(uint64_t prefix)
{
	return (unsigned)(prefix * 0x9e3779b97f4a7c15ULL >> 56);
}

/* The member KEY, or NULL. For a constant key the compiler does the hashing. */
const struct member *record_search(const struct record *r, struct str key);

/* PREFIX is that of KEY: whoever looks for the same key in many records finds it out once. */
static inline const struct member *
record_find_prefixed(const struct record *r, struct str key, uint64_t prefix)
{
	unsigned number = r->slot[key_slot(prefix)];
	const struct member *m;

	if (number == 0 && !r->searched)
		return NULL;
	m = r->member + (r->searched ? 0 : number - 1);
	if (r->searched || m->prefix != prefix || m->key_len != key.len ||
	    (key.len > sizeof(prefix) && memcmp(r->text + m->key, key.ptr, key.len) != 0))
		return record_search(r, key);
	return m;
}

static inline const struct member *
record_find(const struct record *r, struct str key)
{
	return record_find_prefixed(r, key, key_prefix(key));
}

/* A member's value, and its name as a string. Where it lies it is made: a copy of what was just written stalls. */
static inline struct json
member_value(const struct record *r, const struct member *m)
{
	return (struct json){r->text + m->value, m->value_len, (enum json_type)m->type,
	                     m->value_escaped};
}

struct json member_key(const struct record *r, const struct member *m);
bool member_has_key(const struct record *r, const struct member *m, struct str key);

/* The value of the member KEY; false where there is none. */
bool record_get(const struct record *r, struct str key, struct json *value);

/* The same for a path of keys through inner objects, "meta.turn"; a member named "meta.turn" itself
 * goes first. */
bool record_path(const struct record *r, struct str path, struct json *value);

/* Shorthands: false or an empty span where the member is missing or of another type. */
bool record_number(const struct record *r, struct str key, double *number);
struct str record_string(const struct record *r, struct str key, struct buf *scratch);
bool record_true(const struct record *r, struct str key);

/* The member ts: Unix seconds, or RFC 3339 text. False where it is missing or neither. */
bool record_ts(const struct record *r, double *ts);

/* The member agent where it is a valid name, else an empty span. */
struct str record_agent(const struct record *r, struct buf *scratch);

/*
 * Changing a record. Each edit gives a key and its new value as JSON text; a value with a NULL ptr
 * removes the member. A member that exists is replaced where it stands (of duplicates the last; the
 * others go), a new one is appended; every other byte is copied unchanged. Adds the record and a LF
 * to OUT.
 */
struct edit {
	struct str key; /* needs no escaping */
	struct str value;
};

void record_edit(const struct record *r, const struct edit *edits, size_t count, struct buf *out);

#endif
