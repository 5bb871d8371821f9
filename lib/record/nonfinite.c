#include "record/nonfinite.h"

#include "record/json.h"

/* The length of the literal that begins at P, or 0: it must end where a value can. */
static size_t
literal_length(const char *p, const char *end)
{
	static const char *const literals[] = {"NaN", "Infinity", "-Infinity"};

	for (size_t i = 0; i < sizeof(literals) / sizeof(literals[0]); i++) {
		size_t len = strlen(literals[i]);

		if ((size_t)(end - p) >= len && memcmp(p, literals[i], len) == 0)
			return p + len == end || strchr(",} \t\r\n", p[len]) ? len : 0;
	}
	return 0;
}

/* P is at an opening quote; returns past the closing one. */
static const char *
string_end(const char *p, const char *end)
{
	for (p++; p < end && *p != '"'; p++)
		if (*p == '\\' && p + 1 < end)
			p++;
	return p < end ? p + 1 : end;
}

/* Whether KEY, quotes included, names one of KEYS. Being unchecked text, it is scanned first. */
static bool
key_is_one(struct str key, const char *const *keys)
{
	struct buf padded = BUF_INIT;
	struct json_error error;
	struct json name;
	bool found = false;

	buf_padded(&padded, key);
	if (json_scan((struct str){padded.ptr, key.len}, &name, &error))
		for (; *keys && !found; keys++)
			found = json_is(name, str_of(*keys));
	buf_release(&padded);
	return found;
}

bool
nonfinite_quote(struct str line, const char *const *keys, struct buf *out)
{
	const char *p = line.ptr, *end = p + line.len, *copied = p;
	struct str key = STR_NONE;
	bool at_value = false; /* a value of the outermost object, whose name is KEY, begins next */
	size_t depth = 0, len;

	while (p < end) {
		const char *from = p++;

		switch (*from) {
		case ' ':
		case '\t':
		case '\r':
		case '\n': continue;
		case '{':
		case '[': depth++; break;
		case '}':
		case ']': depth -= depth > 0; break;
		case '"':
			p = string_end(from, end);
			if (!at_value && depth == 1)
				key = (struct str){from, (size_t)(p - from)};
			break;
		case ':': at_value = depth == 1 && key.len > 0; continue;
		default:
			len = at_value ? literal_length(from, end) : 0;
			if (len == 0 || !key_is_one(key, keys))
				break;
			p = from + len;
			buf_add(out, copied, (size_t)(from - copied));
			buf_byte(out, '"');
			buf_add(out, from, len);
			buf_byte(out, '"');
			copied = p;
		}
		at_value = false;
	}
	if (copied == line.ptr)
		return false;
	buf_padded(out, (struct str){copied, (size_t)(end - copied)});
	return true;
}
