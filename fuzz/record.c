/*
 * Any bytes as a line: the scanner and its portable form come to the same index or the same fault; every value of a record
 * can be walked, read and scanned by itself; and an edited record scans again and has the edits. Literals
 * that are no numbers are quoted in what is no record alone.
 *
 * The first byte chooses the edits. The rest is the line.
 */
#include "base/utf8.h"
#include "record/nonfinite.h"
#include "record/record.h"

#include <math.h>
#include <stdlib.h>

/* The portable form, under names of its own. */
#define LANES_PORTABLE
#undef HAVE_SCAN_WIDE
#define record_scan(r, text, error) portable_record_scan(r, text, error)
#define json_scan(text, v, error)   portable_json_scan(text, v, error)
#define json_iter(v)                portable_json_iter(v)
#define json_next(it, key, v)       portable_json_next(it, key, v)
#include "record/scan.c"
#undef record_scan
#undef json_scan
#undef json_iter
#undef json_next

static void
require(bool held)
{
	if (!held)
		abort();
}

static bool
same_error(const struct json_error *a, const struct json_error *b)
{
	return a->offset == b->offset && strcmp(a->reason, b->reason) == 0;
}

static bool
same_value(struct json a, struct json b)
{
	return a.ptr == b.ptr && a.len == b.len && a.type == b.type && a.escaped == b.escaped;
}

static void
same_index(const struct record *a, const struct record *b)
{
	require(a->count == b->count && a->searched == b->searched);
	require(memcmp(a->slot, b->slot, sizeof(a->slot)) == 0);
	for (size_t i = 0; i < a->count; i++) {
		const struct member *m = &a->member[i], *n = &b->member[i];

		require(m->prefix == n->prefix && m->key_len == n->key_len);
		require(same_value(member_value(a, m), member_value(b, n)));
		require(same_value(member_key(a, m), member_key(b, n)));
	}
}

/* Add TEXT, a NUL and then what would be read as more of it: only the NUL may count. */
static struct str
padded(struct buf *b, struct str text)
{
	buf_span(b, text);
	memset(buf_room(b, JSON_PAD), '"', JSON_PAD);
	b->ptr[b->len] = '\0';
	return buf_view(b);
}

/* A value scanned by itself is what it was in its place. */
static void
scan_alone(struct json v)
{
	struct buf b = BUF_INIT;
	struct json_error error;
	struct json alone;

	require(json_scan(padded(&b, (struct str){v.ptr, v.len}), &alone, &error));
	require(alone.ptr == b.ptr && alone.len == v.len && alone.type == v.type &&
	        alone.escaped == v.escaped);
	buf_release(&b);
}

static void
read_value(struct json v)
{
	struct buf b = BUF_INIT;
	double number = 0;
	uint64_t count;

	json_text(v, &b);
	if (json_number(v, &number))
		require(v.type == JSON_NUMBER && isfinite(number));
	if (json_count(v, &count))
		require((double)count == number);
	if (v.type == JSON_STRING)
		require(json_string(v, &b).len <= v.len - 2 && json_is(v, json_string(v, &b)));
	buf_release(&b);
}

/* All values inside V, by both iterators; each level costs a frame, and there are JSON_MAX_DEPTH. */
static void
walk(struct json v)
{
	struct json_iter it = json_iter(v), portable = portable_json_iter(v);
	struct json key, other_key, value, other;

	read_value(v);
	while (json_next(&it, &key, &value)) {
		require(portable_json_next(&portable, &other_key, &other));
		require(same_value(value, other));
		if (v.type == JSON_OBJECT) {
			require(same_value(key, other_key));
			read_value(key);
		}
		walk(value);
	}
	require(!portable_json_next(&portable, &other_key, &other));
}

/* The member's key contents, where an edit may have it: edits name keys that need no escaping. */
static struct str
editable(const struct record *r, unsigned choice)
{
	static const struct str keys[] = {{"health", 6}, {"a", 1}, {"", 0}, {"ts", 2}};
	const struct member *m;

	if (r->count == 0 || choice % 3 == 0)
		return keys[choice / 3 % 4];
	m = &r->member[choice / 3 % r->count];
	return m->key_escaped ? keys[0] : (struct str){r->text + m->key, m->key_len};
}

static size_t
occurrences(const struct record *r, struct str key)
{
	size_t n = 0;

	for (size_t i = 0; i < r->count; i++)
		n += member_has_key(r, &r->member[i], key);
	return n;
}

static void
edit(const struct record *r, unsigned choice)
{
	static const struct str values[] = {
		{"1", 1}, {"\"x\\n\"", 5}, {"{\"a\":[]}", 8}, {NULL, 0}};
	struct edit edits[] = {{editable(r, choice), values[choice & 3]},
	                       {editable(r, choice / 7), values[choice >> 2 & 3]}};
	size_t count = str_eq(edits[0].key, edits[1].key) ? 1 : 1 + (choice >> 7);
	struct buf out = BUF_INIT, copy = BUF_INIT;
	struct record edited = RECORD_INIT;
	struct json_error error;
	struct json value;

	record_edit(r, edits, count, &out);
	require(out.len > 0 && out.ptr[out.len - 1] == '\n');
	require(record_scan(&edited, padded(&copy, (struct str){out.ptr, out.len - 1}), &error));
	for (size_t i = 0; i < count; i++) {
		bool there = record_get(&edited, edits[i].key, &value);

		require(there == (edits[i].value.ptr != NULL));
		require(occurrences(&edited, edits[i].key) == there);
		require(!there || str_eq((struct str){value.ptr, value.len}, edits[i].value));
	}
	record_release(&edited);
	buf_release(&copy);
	buf_release(&out);
}

static void
check_record(const struct record *r, unsigned choice)
{
	struct buf scratch = BUF_INIT;
	struct json whole = {r->text, r->len, JSON_OBJECT, false}, value;
	struct json_error error;
	double ts;

	require(json_scan((struct str){r->text, r->len}, &whole, &error));
	walk(whole);
	for (size_t i = 0; i < r->count; i++) {
		struct str key = json_string(member_key(r, &r->member[i]), &scratch);
		struct json last;

		scan_alone(member_value(r, &r->member[i]));
		require(record_get(r, key, &value) && json_get(whole, key, &last) &&
		        same_value(value, last));
		record_path(r, key, &value);
	}
	if (record_ts(r, &ts))
		require(isfinite(ts));
	record_agent(r, &scratch);
	edit(r, choice);
	buf_release(&scratch);
}

static void
check_nonfinite(struct str line, bool valid)
{
	static const char *const keys[] = {"a", "risk_score", NULL};
	struct buf out = BUF_INIT;

	if (nonfinite_quote(line, keys, &out))
		require(!valid && out.len >= line.len + 2 && out.ptr[out.len] == '\0');
	else
		require(out.len == 0);
	buf_release(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct record r = RECORD_INIT, portable = RECORD_INIT;
	struct json_error error = {0}, other = {0};
	struct buf b = BUF_INIT;
	struct json v, w;
	struct str line;
	bool valid;

	if (size == 0)
		return 0;
	line = padded(&b, (struct str){(const char *)data + 1, size - 1});
	valid = record_scan(&r, line, &error);
	require(valid == portable_record_scan(&portable, line, &other));
	require(valid ? r.text == b.ptr && r.len == b.len : same_error(&error, &other));
	if (valid) {
		same_index(&r, &portable);
		check_record(&r, data[0]);
	}
	valid = json_scan(line, &v, &error);
	require(valid == portable_json_scan(line, &w, &other));
	require(valid ? same_value(v, w) : same_error(&error, &other));
	if (valid)
		walk(v);
	check_nonfinite((struct str){(const char *)data + 1, size - 1}, valid);
	record_release(&r);
	record_release(&portable);
	buf_release(&b);
	return 0;
}
