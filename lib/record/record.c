#include "record/record.h"

#include "base/clock.h"

void
record_release(struct record *r)
{
	free(r->member);
	*r = (struct record)RECORD_INIT;
}

struct json
member_key(const struct record *r, const struct member *m)
{
	return (struct json){r->text + m->key - 1, m->key_len + 2, JSON_STRING, m->key_escaped};
}

bool
member_has_key(const struct record *r, const struct member *m, struct str key)
{
	if (m->key_escaped)
		return json_is(member_key(r, m), key);
	return m->key_len == key.len && memcmp(r->text + m->key, key.ptr, key.len) == 0;
}

const struct member *
record_search(const struct record *r, struct str key)
{
	for (const struct member *m = r->member + r->count; m-- > r->member;)
		if (member_has_key(r, m, key))
			return m;
	return NULL;
}

bool
record_get(const struct record *r, struct str key, struct json *value)
{
	const struct member *m = record_find(r, key);

	if (m)
		*value = member_value(r, m);
	return m != NULL;
}

bool
record_path(const struct record *r, struct str path, struct json *value)
{
	const char *dot;
	struct str first;

	if (record_get(r, path, value))
		return true;
	dot = memchr(path.ptr, '.', path.len);
	if (!dot)
		return false;
	first = (struct str){path.ptr, (size_t)(dot - path.ptr)};
	if (!record_get(r, first, value))
		return false;
	for (path = str_from(path, first.len + 1);; path = str_from(path, first.len + 1)) {
		dot = memchr(path.ptr, '.', path.len);
		first = (struct str){path.ptr, dot ? (size_t)(dot - path.ptr) : path.len};
		if (!json_get(*value, first, value))
			return false;
		if (!dot)
			return true;
	}
}

bool
record_number(const struct record *r, struct str key, double *number)
{
	struct json v;

	return record_get(r, key, &v) && json_number(v, number);
}

struct str
record_string(const struct record *r, struct str key, struct buf *scratch)
{
	struct json v;

	if (!record_get(r, key, &v) || v.type != JSON_STRING)
		return STR_NONE;
	return json_string(v, scratch);
}

bool
record_true(const struct record *r, struct str key)
{
	struct json v;

	return record_get(r, key, &v) && v.type == JSON_TRUE;
}

bool
record_ts(const struct record *r, double *ts)
{
	struct json v;

	if (!record_get(r, STR("ts"), &v))
		return false;
	if (v.type == JSON_STRING && !v.escaped)
		return time_parse((struct str){v.ptr + 1, v.len - 2}, ts);
	return json_number(v, ts);
}

struct str
record_agent(const struct record *r, struct buf *scratch)
{
	struct str agent = record_string(r, STR("agent"), scratch);

	return str_is_name(agent) ? agent : STR_NONE;
}
