#include "finding/finding.h"
#include "finding/fingerprint.h"
#include "finding/sarif.h"
#include "tap.h"

static void
collect(void *arg, size_t number, const char *fingerprint)
{
	(void)number;
	buf_str(arg, fingerprint);
	buf_byte(arg, ' ');
}

static void
hashes(const char *text, size_t len, const char *want, const char *name)
{
	struct buf got = BUF_INIT;
	size_t start[32] = {0}, count = 1;

	fingerprint_lines((struct str){text, len}, collect, &got);
	is_str(buf_view(&got), want, name);
	for (size_t i = 0; i < len; i++)
		if (text[i] == '\n' || (text[i] == '\r' && text[i + 1] != '\n'))
			start[count++] = i + 1;
	buf_reset(&got);
	fingerprint_some((struct str){text, len}, start, count, collect, &got);
	is_str(buf_view(&got), want, "line by line");
	buf_release(&got);
}

/*
 * The wanted values were worked out from the definition in fingerprint.h, by big numbers and without a rolling window;
 * those of the first two agree with what GitHub has published for them.
 */
static void
test_fingerprint(void)
{
#define HASHES(text, want, name) hashes((text), sizeof(text) - 1, (want), (name))
	char one[FINGERPRINT_SIZE];

	HASHES("", "c129715d7a2bc9a3:1 ", "an empty file has a line");
	HASHES(" a\nb\n  \t\tc\n d",
	       "271789c17abda88f:1 "
	       "54703d4cd895b18:1 "
	       "180aee12dab6264:1 "
	       "a23a3dc5e078b07b:1 ",
	       "blanks do not count");
	HASHES(" hello; \t\nworld!!!\r\n\n\r  \t\tGreetings\r End\r\n",
	       "e9496ae3ebfced30:1 "
	       "fb7c023a8b9ccb3f:1 "
	       "ce8ba1a563dcdaca:1 "
	       "e20e36e16fcb0cc8:1 "
	       "b3edc88f2938467e:1 "
	       "c8e28b0b4002a3a0:1 "
	       "c129715d7a2bc9a3:1 ",
	       "any line ends");
	HASHES("Lorem ipsum dolor sit amet.\n"
	       "Lorem ipsum dolor sit amet.\n"
	       "Lorem ipsum dolor sit amet.\n"
	       "Lorem ipsum dolor sit amet.\n"
	       "Lorem ipsum dolor sit amet.\n"
	       "Lorem ipsum dolor sit amet.\n"
	       "Lorem ipsum dolor sit amet.\n"
	       "Lorem ipsum dolor sit amet.\n"
	       "Lorem ipsum dolor sit amet.\n"
	       "Lorem ipsum dolor sit amet.\n",
	       "a7f2ff13bc495cf2:1 "
	       "a7f2ff13bc495cf2:2 "
	       "a7f2ff13bc495cf2:3 "
	       "a7f2ff13bc495cf2:4 "
	       "a7f2ff13bc495cf2:5 "
	       "a7f2ff13bc495cf2:6 "
	       "a7f2ff1481e87703:1 "
	       "a9cf91f7bbf1862b:1 "
	       "55ec222b86bcae53:1 "
	       "cc97dc7b1d7d8f7b:1 "
	       "c129715d7a2bc9a3:1 ",
	       "equal lines are told apart");
	HASHES("\303\251\360\235\204\236x\n\377\342\202 \360\237\230z\n",
	       "e09cc1ef840a83:1 "
	       "f9b03b47d8403542:1 "
	       "c129715d7a2bc9a3:1 ",
	       "characters of UTF-16, and bytes that are none");
	ok(fingerprint_line(STR("a\nb\na\n"), 4, one) && strcmp(one, "c129715d7a2bc9a3:1") == 0,
	   "the line after the last");
	ok(!fingerprint_line(STR("a\nb\n"), 4, one) && !fingerprint_line(STR("a"), 0, one),
	   "a line that is not there");
}

static const char *const full =
	"{\"type\":\"finding\",\"id\":\"0123456789abcdef\",\"rule\":\"r\",\"verdict\":"
	"\"confirmed\","
	"\"why\":\"it is there\",\"confidence\":0.75,\"severity\":\"high\",\"title\":\"T\","
	"\"message\":\"M "
	"`x`\",\"impact\":\"I\",\"fix\":\"F\",\"cwe\":\"CWE-1\",\"locations\":[{\"path\":\"a/"
	"b.py\","
	"\"line\":3,\"end_line\":4,\"column\":5,\"verdict\":\"fixed\",\"note\":\"n\"},{\"path\":"
	"\"c\"}],"
	"\"evidence\":[{\"kind\":\"quote\",\"match\":\"exact\",\"path\":\"a/b.py\",\"line\":3,"
	"\"end_line\":4,\"text\":\"x\\ny\",\"report\":\"r.md\",\"report_line\":9,\"note\":\"m\"}],"
	"\"sources\":[{\"report\":\"r.md\",\"number\":\"1\",\"severity\":\"High "
	"(security)\",\"line\":7,"
	"\"title\":\"T\",\"message\":\"M\",\"impact\":\"I\",\"fix\":\"F\",\"claim\":\"FIXED\"}],"
	"\"judgements\":[{\"verdict\":\"false_positive\",\"by\":\"ann\",\"why\":\"seen\"}],"
	"\"possible_duplicates\":[\"a\",\"b\"],\"fingerprint\":\"ab:1\",\"baseline\":\"new\"}\n";

/* Read TEXT, a line, into F; NULL or why not. */
static const char *
reading(struct finding *f, struct arena *a, struct str text)
{
	struct record r = RECORD_INIT;
	struct buf padded = BUF_INIT;
	struct json_error error;
	const char *reason = "no record";

	buf_padded(&padded, text);
	if (record_scan(&r, (struct str){padded.ptr, text.len}, &error))
		finding_read(f, &r, a, &reason);
	record_release(&r);
	buf_release(&padded);
	return reason;
}

static void
test_record(void)
{
	struct finding f = FINDING_INIT;
	struct arena a = ARENA_INIT;
	struct buf b = BUF_INIT;
	static const struct {
		const char *record, *reason;
	} bad[] = {
		{"{\"severity\":\"worst\"}",
	         "severity is none of critical, high, medium, low and info"},
		{"{\"severity\":1}", "severity is none of critical, high, medium, low and info"},
		{"{\"confidence\":2}", "confidence is no number from 0 to 1"},
		{"{\"confidence\":\"1\"}", "confidence is no number from 0 to 1"},
		{"{\"verdict\":\"maybe\"}", "unknown verdict of a finding"},
		{"{\"title\":1}", "a member of a finding that holds text is no string"},
		{"{\"locations\":{}}", "locations, evidence, sources, judgements and "
	                               "possible_duplicates are lists"},
		{"{\"locations\":[1]}", "an element of a list in a finding is no object"},
		{"{\"locations\":[{\"line\":-1}]}",
	         "a line or column of a finding is no whole number"},
		{"{\"possible_duplicates\":[1]}", "an id among possible_duplicates is no string"},
	};

	ok(!reading(&f, &a, str_of(full)), "a record with everything is read");
	finding_emit(&b, &f);
	is_str(buf_view(&b), full, "  and written as it was");
	ok(!reading(&f, &a, STR("{\"x\":1}")), "one with nothing is read");
	buf_reset(&b);
	finding_emit(&b, &f);
	is_str(buf_view(&b), "{\"type\":\"finding\"}\n", "  and nothing is left of the one before");
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		const char *reason = reading(&f, &a, str_of(bad[i].record));

		is_str(str_of(reason ? reason : ""), bad[i].reason, bad[i].record);
	}
	finding_release(&f);
	arena_release(&a);
	buf_release(&b);
}

static void
test_text(void)
{
	struct finding f = FINDING_INIT;
	struct buf b = BUF_INIT;

	f.title = STR("T");
	finding_text(&b, &f);
	f.rule = STR("r");
	f.message = STR(" two\r\n  lines\033[2J\xff\n");
	f.severity = SEVERITY_HIGH;
	finding_location(&f)->path = STR("a\nb");
	finding_text(&b, &f);
	f.locations[0].line = 12;
	f.verdict = VERDICT_CHANGED;
	finding_text(&b, &f);
	f.locations[0].column = 4;
	finding_text(&b, &f);
	is_str(buf_view(&b),
	       "T\n"
	       "a\\x0ab: high: two lines\\x1b[2J\\xff [r]\n"
	       "a\\x0ab:12: high: changed: two lines\\x1b[2J\\xff [r]\n"
	       "a\\x0ab:12:4: high: changed: two lines\\x1b[2J\\xff [r]\n",
	       "the text form");
	is_int((long long)finding_column(STR("a\xc3\xa9"
	                                     "b\xff"
	                                     "c"),
	                                 0),
	       1, "column of the first byte");
	is_int((long long)finding_column(STR("a\xc3\xa9"
	                                     "b\xff"
	                                     "c"),
	                                 2),
	       2, "  inside a character");
	is_int((long long)finding_column(STR("a\xc3\xa9"
	                                     "b\xff"
	                                     "c"),
	                                 3),
	       3, "  after it");
	is_int((long long)finding_column(STR("a\xc3\xa9"
	                                     "b\xff"
	                                     "c"),
	                                 5),
	       5, "  after a broken one");
	is_int((long long)finding_column(STR("ab"), 9), 3, "  beyond the end");
	finding_release(&f);
	buf_release(&b);
}

static void
test_fail_on(void)
{
	struct finding f = FINDING_INIT;

	ok(fail_on(SEVERITY_UNKNOWN, &f) && !fail_on(SEVERITY_INFO, &f),
	   "one without severity counts for any alone");
	f.severity = SEVERITY_MEDIUM;
	ok(fail_on(SEVERITY_MEDIUM, &f) && !fail_on(SEVERITY_HIGH, &f), "as severe or more");
	for (int v = VERDICT_NONE; v < VERDICT_COUNT; v++) {
		f.verdict = (enum verdict)v;
		ok(fail_on(SEVERITY_LOW, &f) == (v <= VERDICT_CHANGED), "verdict '%s'",
		   verdict_name[v]);
		ok(verdict_of(str_of(verdict_name[v])) == f.verdict, "  and back");
	}
	for (int s = SEVERITY_INFO; s < SEVERITY_COUNT; s++)
		ok(severity_of(str_of(severity_name[s])) == (enum severity)s, "severity %s",
		   severity_name[s]);
	ok(severity_of(STR("High")) == SEVERITY_UNKNOWN && severity_of(STR("")) == SEVERITY_UNKNOWN,
	   "no other word");
}

static void
test_id(void)
{
	struct arena a = ARENA_INIT;
	struct str one = finding_id(&a, (struct str[]){STR("ab"), STR("c")}, 2);
	struct str two = finding_id(&a, (struct str[]){STR("a"), STR("bc")}, 2);

	ok(one.len == 16 && !str_eq(one, two), "an id tells where one part ends");
	is_str(finding_id(&a, (struct str[]){STR("ab"), STR("c")}, 2), one.ptr,
	       "the same each time");
	arena_release(&a);
}

static void
test_sarif(void)
{
	static const struct sarif_rule rules[] = {
		{STR("r"), STR("Title"), STR("Fix"), STR("CWE-1"), SEVERITY_HIGH},
		{STR("s"), STR_NONE, STR_NONE, STR_NONE, SEVERITY_LOW},
	};
	struct sarif s = {.tool = "eros-scan", .rules = rules, .rule_count = 2};
	struct finding f = FINDING_INIT;
	struct buf b = BUF_INIT;

	sarif_open(&s, &b);
	f.rule = STR("s");
	f.id = STR("i");
	f.message = STR("bad \xff byte");
	f.severity = SEVERITY_LOW;
	f.fingerprint = STR("ab:1");
	*finding_location(&f) = (struct location){
		.path = STR("a b/\xc3\xa9?#%.py"), .line = 2, .end_line = 3, .column = 4};
	for (int i = 0; i < 2; i++)
		*finding_location(&f) = (struct location){.path = STR("c:d"), .note = STR("n")};
	sarif_result(&s, &b, &f);
	finding_release(&f);
	f.title = STR("T");
	f.verdict = VERDICT_FIXED;
	f.why = STR("gone");
	f.confidence = 0.5;
	f.baseline = STR("reopened");
	buf_reset(&b);
	sarif_result(&s, &b, &f);
	is_str(buf_view(&b),
	       ",\n{\"message\":{\"text\":\"T\"},\"kind\":\"pass\",\"level\":\"none\","
	       "\"suppressions\":[{\"kind\":\"external\",\"justification\":\"gone\"}],"
	       "\"baselineState\":\"new\",\"properties\":{\"verdict\":\"fixed\",\"why\":\"gone\","
	       "\"confidence\":0.5}}",
	       "a result after the buffer was emptied");
	finding_release(&f);
	buf_release(&b);
}

int
main(void)
{
	test_fingerprint();
	test_record();
	test_text();
	test_fail_on();
	test_id();
	test_sarif();
	return done_testing();
}
