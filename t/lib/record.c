/*
 * The scanner, the index, strings and numbers of records, edits and emission. Built twice: with the
 * machine's wide instructions and, as record-portable, without.
 */
#include "tap.h"

#include "base/file.h"
#include "base/utf8.h"
#include "record/emit.h"
#include "record/lanes.h"
#include "record/record.h"

#include <dirent.h>

static struct buf text = BUF_INIT;

static struct str
padded(struct str s)
{
	buf_reset(&text);
	buf_padded(&text, s);
	return (struct str){text.ptr, s.len};
}

static bool
valid(struct str s, struct json_error *error)
{
	struct json v;

	return json_scan(padded(s), &v, error);
}

static void
accepts(const char *s)
{
	struct json_error error;

	ok(valid(str_of(s), &error), "accepts %.60s", s);
}

static void
rejects(struct str s, size_t offset, const char *reason)
{
	struct json_error error = {"nothing", 0};

	ok(!valid(s, &error), "rejects %.60s", s.ptr);
	is_str(str_of(error.reason), reason, "  for the reason");
	is_int((long long)error.offset, (long long)offset, "  at the offset");
}

static void
test_grammar(void)
{
	accepts("{}");
	accepts(" [ ] \n");
	accepts("[1, -0, 0.5, 1e5, 1E+5, -1.25e-7, 123456789012345678901234567890]");
	accepts("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\ud83d\\ude00\"");
	accepts("\"plain text that is longer than one lane, caf\xc3\xa9, \xe2\x82\xac, "
	        "\xf0\x9f\x98\x80\"");
	accepts("{\"a\":{\"b\":[{},[],[[]]]},\"c\":null}");
	rejects(STR(""), 0, "unexpected end");
	rejects(STR("{"), 1, "unexpected end");
	rejects(STR("{\"a\":1"), 6, "unexpected end");
	rejects(STR("\"abc"), 4, "unterminated string");
	rejects(STR("[1,]"), 3, "expected a value");
	rejects(STR("{\"a\":1,}"), 7, "expected a member name");
	rejects(STR("{\"a\" 1}"), 5, "expected ':'");
	rejects(STR("[1 2]"), 3, "expected ',' or ']'");
	rejects(STR("{\"a\":[1}"), 7, "expected ',' or ']'");
	rejects(STR("[1]]"), 3, "unexpected text after the value");
	rejects(STR("[01]"), 2, "expected ',' or ']'");
	rejects(STR("[-]"), 2, "bad number");
	rejects(STR("[1.]"), 3, "bad number");
	rejects(STR("[1e]"), 3, "bad number");
	rejects(STR("[+1]"), 1, "expected a value");
	rejects(STR("[NaN]"), 1, "expected a value");
	rejects(STR("[nul]"), 1, "expected a value");
	rejects(STR("\"\\x\""), 2, "bad escape in string");
	rejects(STR("\"\\u12g4\""), 5, "bad escape in string");
	rejects(STR("\"a\tb\""), 2, "control character in string");
	rejects(STR("\"a\0b\""), 2, "control character in string");
	rejects(STR("[1]\0"), 3, "unexpected text after the value");
	rejects(STR("\"\xc0\xaf\""), 1, "invalid UTF-8");
	rejects(STR("\"\xed\xa0\x80\""), 1, "invalid UTF-8");
	rejects(STR("\"\xf4\x90\x80\x80\""), 1, "invalid UTF-8");
	rejects(STR("\"\xe2\x82\""), 1, "invalid UTF-8");
}

static void
test_depth(void)
{
	struct json_error error;
	struct buf b = BUF_INIT;
	struct record r = RECORD_INIT;

	for (int i = 0; i < JSON_MAX_DEPTH; i++)
		buf_byte(&b, '[');
	for (int i = 0; i < JSON_MAX_DEPTH; i++)
		buf_byte(&b, ']');
	ok(valid(buf_view(&b), &error), "%d levels are accepted", JSON_MAX_DEPTH);
	buf_reset(&b);
	for (int i = 0; i <= JSON_MAX_DEPTH; i++)
		buf_byte(&b, '[');
	ok(!valid(buf_view(&b), &error), "one more is not");
	is_str(str_of(error.reason), "nested too deeply", "and that is said");
	buf_reset(&b);
	for (int i = 0; i < JSON_MAX_DEPTH; i++)
		buf_str(&b, "{\"a\":");
	buf_byte(&b, '1');
	for (int i = 0; i < JSON_MAX_DEPTH; i++)
		buf_byte(&b, '}');
	ok(record_scan(&r, padded(buf_view(&b)), &error), "as many inner objects in a record");
	buf_reset(&b);
	for (int i = 0; i <= JSON_MAX_DEPTH; i++)
		buf_str(&b, "{\"a\":");
	ok(!record_scan(&r, padded(buf_view(&b)), &error), "and no more there");
	is_str(str_of(error.reason), "nested too deeply", "for that reason");
	record_release(&r);
	buf_release(&b);
}

/* Every kind of byte at every place, against a plain loop. */
static void
test_lanes(void)
{
	char room[64 + JSON_PAD];
	int wrong = 0;

	for (int at = 0; at < 64; at++) {
		for (int c = 0; c < 256; c++) {
			uint64_t stops = c < ' ' || c == '"' || c == '\\' || c >= 0x80;

			memset(room, c == '!' ? '"' : 'x', sizeof(room));
			room[at] = (char)c;
			wrong += lanes_stops(room) != (c == '!' ? ~(1ULL << at) : stops << at);
			memset(room, '7', sizeof(room));
			room[at] = (char)c;
			room[70] = '.';
			wrong += lanes_digits(room) != room + (c >= '0' && c <= '9' ? 70 : at);
		}
	}
	is_int(wrong, 0, "lanes stop at the right byte");
}

/* Where the scanner finds that LINE, a record, is no UTF-8; its end where it does not. */
static size_t
fault_of(struct record *r, struct str line)
{
	struct json_error error;

	if (record_scan(r, line, &error))
		return line.len;
	return strcmp(error.reason, "invalid UTF-8") == 0 ? error.offset : 0;
}

/*
 * Every first byte with every second one, and with the ends of what continues, at each place of a block: against the plain
 * function.
 */
static void
test_utf8(void)
{
	static const unsigned char ends[] = {'a',  0x7f, 0x80, 0x8f, 0x90,
	                                     0x9f, 0xa0, 0xbf, 0xc0, 0xff};
	char room[256 + JSON_PAD];
	struct record r = RECORD_INIT;
	int wrong = 0;

	for (int at = 24; at < 94; at++) {
		struct str line = {room, (size_t)at + 40};

		for (int two = 0x8000; two < 0x10000; two++) {
			const char *want = room, *end = room + line.len;
			unsigned char second = (unsigned char)two;

			memset(room, 'x', sizeof(room));
			memcpy(room, "{\"k\":\"äöüßéèàçñ", 24);
			memcpy(room + at + 38, "\"}", 3);
			room[at] = (char)(two >> 8);
			room[at + 1] =
				(char)(second < ' ' || second == '"' || second == '\\' ? 'y'
			                                                               : second);
			room[at + 2] = (char)ends[two % 7];
			room[at + 3] = (char)ends[two % 10];
			while (want < end && utf8_length(want, end) > 0)
				want += utf8_length(want, end);
			wrong += fault_of(&r, line) != (size_t)(want - room);
		}
	}
	is_int(wrong, 0, "what is no UTF-8 is found where it is");
	record_release(&r);
}

static bool
scan(struct record *r, const char *s)
{
	struct json_error error;

	return record_scan(r, padded(str_of(s)), &error);
}

static void
test_members(void)
{
	struct record r = RECORD_INIT;
	struct buf scratch = BUF_INIT;
	struct json v;
	double d;

	ok(scan(&r, " {\"a\": 1.50, \"b\\u0062\":\"x\\ny\",\"o\":{\"p\":{\"q\":7,\"q\":8}},\"a\":2,"
	            "\"o.p\":3,\"t\":true,\"agent\":\"a/b\"} "),
	   "a record is indexed");
	is_int((long long)r.count, 7, "with all its members");
	ok(record_number(&r, STR("a"), &d) && d == 2, "the last duplicate wins");
	is_str(record_string(&r, STR("bb"), &scratch), "x\ny", "keys are compared unescaped");
	ok(record_get(&r, STR("o"), &v) && v.type == JSON_OBJECT, "an inner object");
	is_str((struct str){v.ptr, v.len}, "{\"p\":{\"q\":7,\"q\":8}}", "is a view of its text");
	ok(record_path(&r, STR("o.p.q"), &v) && json_number(v, &d) && d == 8,
	   "a path leads into it");
	ok(record_path(&r, STR("o.p"), &v) && v.type == JSON_NUMBER,
	   "a member of that very name first");
	ok(!record_path(&r, STR("o.p.q.r"), &v), "a path that ends early leads nowhere");
	ok(!record_path(&r, STR("t.x"), &v), "nor does one through a value");
	ok(record_true(&r, STR("t")) && !record_true(&r, STR("a")),
	   "true is true, a number is not");
	is_int((long long)record_agent(&r, &scratch).len, 0,
	       "a name that could leave its directory is none");
	ok(!scan(&r, "[1]") && !scan(&r, "{\"a\":}") && r.count == 0,
	   "what is no object is no record");
	record_release(&r);
	buf_release(&scratch);
}

static void
test_values(void)
{
	struct record r = RECORD_INIT;
	struct buf scratch = BUF_INIT;
	struct json v, key;
	struct json_iter it;
	uint64_t n;
	double d;

	scan(&r, "{\"s\":\"\\ud83d\\ude00\\u00e9\\udc80\\ud800x\",\"big\":1e999,\"c\":12,\"h\":1.5,"
	         "\"l\":[1,\"two\",[3],{\"k\":4}],\"e\":[],\"ts\":\"2026-03-01T12:00:00.25Z\"}");
	is_str(record_string(&r, STR("s"), &scratch), "\xf0\x9f\x98\x80\xc3\xa9\x80\xef\xbf\xbdx",
	       "escapes: a pair, a character, a byte kept, a lone surrogate");
	ok(!record_number(&r, STR("big"), &d), "a number that overflows is none");
	ok(record_get(&r, STR("c"), &v) && json_count(v, &n) && n == 12, "a count");
	ok(record_get(&r, STR("h"), &v) && !json_count(v, &n), "a fraction is no count");
	ok(record_ts(&r, &d) && d == 1772366400.25, "a time as RFC 3339 text");
	record_get(&r, STR("l"), &v);
	it = json_iter(v);
	n = 0;
	while (json_next(&it, &key, &v))
		n = n * 10 + v.type;
	is_int((long long)n, JSON_NUMBER * 1000 + JSON_STRING * 100 + JSON_ARRAY * 10 + JSON_OBJECT,
	       "an array is walked in order");
	record_get(&r, STR("e"), &v);
	it = json_iter(v);
	ok(!json_next(&it, &key, &v), "an empty one ends at once");
	record_release(&r);
	buf_release(&scratch);
}

static void
edits_to(const char *before, const struct edit *edits, size_t count, const char *after)
{
	struct record r = RECORD_INIT;
	struct buf out = BUF_INIT, again = BUF_INIT;
	struct json_error error;
	struct json v;

	scan(&r, before);
	record_edit(&r, edits, count, &out);
	out.len--;
	is_str(buf_view(&out), after, before);
	buf_padded(&again, buf_view(&out));
	ok(json_scan((struct str){again.ptr, out.len}, &v, &error), "  and it is still JSON");
	record_release(&r);
	buf_release(&out);
	buf_release(&again);
}

static void
test_edits(void)
{
	const struct edit set[] = {{STR("h"), STR("1")}};
	const struct edit two[] = {{STR("h"), STR("\"x\"")}, {STR("i"), STR("[]")}};
	const struct edit drop[] = {{STR("h"), STR_NONE}};
	const struct edit both[] = {{STR("a"), STR_NONE}, {STR("n"), STR("9")}};

	edits_to("{}", set, 1, "{\"h\":1}");
	edits_to(" { } ", set, 1, " {\"h\":1 } ");
	edits_to("{\"a\":1.0}", two, 2, "{\"a\":1.0,\"h\":\"x\",\"i\":[]}");
	edits_to("{\"a\" : 1 , \"h\" : 22 , \"b\":\"\\u0041\"}", set, 1,
	         "{\"a\" : 1 , \"h\" : 1 , \"b\":\"\\u0041\"}");
	edits_to("{\"h\":5,\"a\":1,\"\\u0068\":6,\"z\":0}", set, 1,
	         "{\"a\":1,\"\\u0068\":1,\"z\":0}");
	edits_to("{\"h\":5,\"h\":6,\"h\":7}", set, 1, "{\"h\":1}");
	edits_to("{\"h\":5}", drop, 1, "{}");
	edits_to("{\"h\":5,\"a\":1}", drop, 1, "{\"a\":1}");
	edits_to("{\"a\":1, \"h\":5}", drop, 1, "{\"a\":1}");
	edits_to("{\"a\":1, \"h\":5 , \"b\":2}", drop, 1, "{\"a\":1 , \"b\":2}");
	edits_to("{\"h\":1, \"h\":5, \"b\":2, \"h\":3}", drop, 1, "{\"b\":2}");
	edits_to("{\"a\":1}", both, 2, "{\"n\":9}");
	edits_to("{\"a\":1,\"n\":{\"a\":2}}", both, 2, "{\"n\":9}");
}

static void
test_emit(void)
{
	struct buf b = BUF_INIT;

	emit_open(&b, "alert");
	emit_string(&b, "s", STR("a\"b\\\n\x01\xff\xc3\xa9"));
	emit_number(&b, "x", 0.1);
	emit_number(&b, "nan", NAN);
	emit_count(&b, "n", 18446744073709551615ULL);
	emit_bool(&b, "t", true);
	emit_begin(&b, "l", '[');
	emit_begin(&b, NULL, '{');
	emit_json(&b, "k", STR("[1]"));
	emit_end(&b, '}');
	emit_begin(&b, NULL, '{');
	emit_end(&b, '}');
	emit_end(&b, ']');
	emit_close(&b);
	is_str(buf_view(&b),
	       "{\"type\":\"alert\",\"s\":\"a\\\"b\\\\\\n\\u0001\\udcff\xc3\xa9\",\"x\":0.1,"
	       "\"nan\":null,"
	       "\"n\":18446744073709551615,\"t\":true,\"l\":[{\"k\":[1]},{}]}\n",
	       "a record is made member by member");
	buf_release(&b);
}

/* The public conformance cases, where they are at hand: y_ must be accepted, n_ must not, i_ may do
 * either. */
static void
test_suite(const char *dir)
{
	DIR *d = opendir(dir);
	int wrong = 0, seen = 0;

	if (!d) {
		printf("# no %s: the conformance cases are not at hand\n", dir);
		return;
	}
	for (struct dirent *e; (e = readdir(d));) {
		struct buf b = BUF_INIT;
		struct json_error error;
		char *path = path_join(dir, e->d_name);

		if (e->d_name[0] != '.' && file_read(path, 1 << 24, &b)) {
			bool good = valid(buf_view(&b), &error);

			seen++;
			if ((e->d_name[0] == 'y' && !good) || (e->d_name[0] == 'n' && good)) {
				wrong++;
				printf("# %s %s\n", e->d_name, good ? "accepted" : "rejected");
			}
		}
		buf_release(&b);
		free(path);
	}
	closedir(d);
	ok(seen > 300, "the conformance suite has its cases: %d", seen);
	is_int(wrong, 0, "and each comes out as it must");
}

int
main(void)
{
	const char *srcdir = getenv("srcdir");
	char *suite = path_join(srcdir ? srcdir : ".", "../shared/data/json-suite");

	test_grammar();
	test_depth();
	test_lanes();
	test_utf8();
	test_members();
	test_values();
	test_edits();
	test_emit();
	test_suite(suite);
	free(suite);
	buf_release(&text);
	return done_testing();
}
