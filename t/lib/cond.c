/*
 * Conditions: what each means for a record, what is refused and at which column, and what hostile input costs.
 */
#include "rule/cond.h"

#include "tap.h"

static struct record record = RECORD_INIT;
static struct buf text = BUF_INIT;

/* The record that conditions are judged on from here on. */
static void
given(struct str json)
{
	struct json_error error = {0};

	buf_reset(&text);
	buf_padded(&text, json);
	if (!record_scan(&record, (struct str){text.ptr, json.len}, &error))
		ok(false, "a record: %s", error.reason);
}

static void
judge(const char *condition, bool want)
{
	struct cond_error error = {0};
	struct cond *c = cond_compile(str_of(condition), 0, &error);
	bool got = c && cond_eval(c, &record, NULL);

	ok(c && got == want, "%s: %s", want ? "holds" : "fails", condition);
	if (!c)
		printf("# %s at column %u\n", error.reason, error.column);
	cond_free(c);
}

static void
holds(const char *condition)
{
	judge(condition, true);
}

static void
fails(const char *condition)
{
	judge(condition, false);
}

static void
test_comparisons(void)
{
	given(STR("{\"n\":5,\"z\":0,\"s\":\"m\",\"t\":true,\"f\":false,\"u\":null,\"a\":[1],\"o\":{"
	          "\"k\":1},"
	          "\"big\":1e999,\"m\":7,\"s2\":\"m\",\"e\":\"\"}"));
	holds("n == 5");
	holds("n == 5.0");
	fails("n != 5");
	holds("n != 4");
	holds("n < 6");
	fails("n < 5");
	holds("n <= 5");
	holds("n > 4");
	fails("n > 5");
	holds("n >= 5");
	holds("n>=5");
	holds("5 <= n");
	holds("n < m");
	fails("n == m");
	holds("s == s2");
	fails("s != s2");
	holds("s == \"m\"");
	holds("s == 'm'");
	holds("s < 'n'");
	holds("s > 'Z'");
	holds("s >= 'm'");
	holds("s < 'ma'");
	holds("e < s");
	holds("e == ''");
	holds("t == true");
	holds("t != false");
	holds("t != f");
	fails("t == f");
	holds("u == null");
	fails("u != null");
	fails("n == null");
	fails("n != null");
	holds("-n == -5");
	holds("n == --5");
	holds("n > -1");
	holds("z == -0");
	/* Values of different kinds. */
	fails("n == '5'");
	fails("n != '5'");
	fails("n < 'x'");
	fails("s > 1");
	fails("s != 1");
	fails("t == 1");
	fails("t != 'true'");
	fails("t > f");
	fails("u < u");
	fails("a == a");
	fails("o != o");
	/* What is not there. */
	fails("x == 1");
	fails("x != 1");
	fails("x == x");
	fails("x == null");
	fails("x < 1 or x >= 1");
	holds("not x == 1");
	holds("not (x > 1)");
	fails("big > 1");
	fails("big < 1");
	holds("exists(big)");
}

static void
test_strings(void)
{
	given(STR(
		"{\"s\":\"a\\u0062\\n\",\"p\":\"ab\\n\",\"q\":\"it's \\\"x\\\"\",\"e\":\"\\u00e9\","
		"\"g\":\"\xf0\x9f\x98\x80\",\"h\":\"\\ud83d\\ude00\",\"b\":\"\\\\\"}"));
	holds("s == \"ab\\n\"");
	holds("s == p");
	holds("p == s");
	fails("s != p");
	fails("s < p");
	holds("s <= p and s >= p");
	holds("s < 'abc'");
	holds("q == 'it\\'s \"x\"'");
	holds("q == \"it's \\\"x\\\"\"");
	holds("q == 'it\\u0027s \\\"x\\\"'");
	holds("e == '\xc3\xa9'");
	holds("e == '\\u00E9'");
	holds("g == h");
	holds("g == '\\uD83D\\uDE00'");
	holds("b == '\\\\'");
	holds("b =~ /^\\\\$/");
	holds("s =~ /b$/");
	holds("s in ('x', 'ab\\n')");
	holds("'b' > 'a'");
	holds("e > 'z'");
}

static void
test_logic(void)
{
	given(STR("{\"t\":true,\"f\":false,\"n\":1,\"s\":\"true\",\"u\":null}"));
	holds("t");
	fails("f");
	fails("n");
	fails("s");
	fails("u");
	fails("x");
	holds("not f");
	holds("not n");
	holds("not x");
	holds("not not t");
	holds("t and n == 1");
	fails("t and f");
	fails("f and t");
	holds("f or t");
	holds("x or t");
	fails("x or f");
	holds("f or f or t or f");
	fails("t and t and f and t");
	holds("t or f and f");
	fails("(t or f) and f");
	holds("f and f or t");
	fails("not t or f");
	holds("not (f or f)");
	holds("not n == 2 and t");
	holds("t == (n == 1)");
	holds("(t and t) == t");
	holds("(t and n) == f");
	holds("(n or t) == t");
	holds("(f or n) == false");
	holds("(n > 0) != (n > 1)");
	holds("t and (f or (t and (f or t)))");
	holds("\tt  and\tt ");
}

static void
test_arithmetic(void)
{
	given(STR(
		"{\"n\":7,\"m\":2,\"s\":\"x\",\"t\":\"x\",\"big\":1e308,\"meta\":{\"turn\":30}}"));
	holds("n + m == 9");
	holds("n - m - 1 == 4");
	holds("n * m == 14");
	holds("n / m == 3.5");
	holds("n % m == 1");
	holds("-n % m == -1");
	holds("1 + 2 * 3 == 7");
	holds("(1 + n) * 2 == 16");
	holds("8 / n * 7 == 8");
	holds("10 - 4 - 3 == 3");
	holds("2 * 3 % 4 == 2");
	holds("n - -m == 9");
	holds("-(n + m) == -9");
	holds("meta.turn % 10 == 0");
	holds("n > m * 3");
	holds("m * 3 < n");
	fails("n / 0 == 0");
	fails("n / 0 != 0");
	fails("n % 0 == 0");
	fails("n / (m - 2) > 0");
	fails("0 / 0 == 0 / 0");
	fails("n + s == 7");
	fails("n + x == 7");
	fails("-x == 0");
	fails("-s != 0");
	fails("-s == t");
	fails("-s in (t)");
	fails("-n == t");
	fails("big * 10 > 1");
	holds("not (big * 10 > 1)");
}

static void
test_members(void)
{
	given(STR("{\"meta\":{\"turn\":3,\"a-b\":{\"c "
	          "d\":1}},\"dot.ted\":4,\"a\":{\"b\":1},\"a.b\":2,"
	          "\"not\":true,\"count\":9,\"over\":8,\"gr\xc3\xb6\xc3\x9f"
	          "e\":1,\"tick`\":1,\"d\":1,\"d\":2,\"k\\u0065y\":5,\"u\":null,\"0\":{\"1\":6}}"));
	holds("meta.turn == 3");
	holds("`meta`.turn == 3");
	holds("meta.`a-b`.`c d` == 1");
	holds("`meta.a-b.c d` == 1");
	holds("member(\"meta.turn\") == 3");
	holds("member('tick`') == 1");
	holds("dot.ted == 4");
	holds("a.b == 2");
	holds("`not`");
	holds("count == 9 and over == 8");
	holds("gr\xc3\xb6\xc3\x9f"
	      "e == 1");
	holds("d == 2");
	holds("key == 5");
	holds("`0`.1 == 6");
	fails("meta.x == 1");
	fails("meta.turn.x == 1");
	holds("exists(meta)");
	holds("exists(meta.turn)");
	holds("exists ( meta.`a-b` )");
	holds("exists(member('meta.turn'))");
	holds("exists(u)");
	fails("exists(meta.x)");
	holds("not exists(x)");
}

static void
test_lists(void)
{
	given(STR("{\"s\":\"code\",\"n\":2,\"t\":true,\"u\":null,\"m\":2}"));
	holds("s in (\"code\", \"browser\")");
	fails("s in ('a', 'b')");
	holds("n in (1, 2, 3)");
	holds("n in (1 + 1)");
	holds("n in ('x', m)");
	holds("t in (true)");
	holds("u in (null)");
	fails("s in (1, 2)");
	fails("x in ('a', null)");
	holds("s not in ('a', 'b')");
	fails("s not in ('a', 'code')");
	holds("s not in ('a', 1)");
	fails("s not in (1, 2)");
	fails("x not in ('a')");
	holds("not (x in ('a'))");
	holds("n in (x, 2)");
	holds("s in ('code') and n in (2)");
	holds("s in ('no') or n in (2)");
	holds("(n in (1, 2)) == t");
	holds("n + 1 in (3)");
	holds("n in (1, m, 5) and m in (n)");
	holds("1 in (1, 2) and t");
	fails("1 not in (1, 2)");
}

static void
test_patterns(void)
{
	given(STR("{\"c\":\"please RETRY now\\nsecond line\",\"path\":\"a/b\",\"n\":5,\"e\":\"\","
	          "\"bin\":\"x\\udcffretry\",\"g\":\"caf\xc3\xa9\"}"));
	holds("c =~ /retry|panic/i");
	fails("c =~ /retry|panic/");
	holds("c !~ /retry|panic/");
	fails("c !~ /retry/i");
	holds("c =~ /^second/m");
	fails("c =~ /^second/");
	holds("c =~ /now.second/s");
	fails("c =~ /now.second/");
	holds("c =~ / s e c o n d # words/x");
	holds("c =~ / S e c /xi");
	holds("path =~ /a\\/b/");
	holds("path=~/^a/ and n==5");
	holds("e =~ //");
	holds("bin =~ /retry/");
	holds("g =~ /^caf.$/");
	holds("g =~ /CAF\xc3\x89/i");
	fails("n =~ /5/");
	fails("n !~ /5/");
	fails("x =~ /a/");
	fails("x !~ /a/");
	holds("not (x =~ /a/)");
	holds("'abc' =~ /b/");
	holds("'abc' !~ /z/ and n == 5");
	holds("n / 1 / 5 == 1");
}

static void
refused_with(struct str condition, unsigned flags, unsigned column, const char *reason)
{
	struct cond_error error = {0};
	struct cond *c = cond_compile(condition, flags, &error);

	if (!ok(!c, "refused: %.60s", condition.ptr)) {
		cond_free(c);
		return;
	}
	is_str(str_of(error.reason), reason, "  in these words");
	is_int(error.column, column, "  at this column");
}

static void
refused(const char *condition, unsigned column, const char *reason)
{
	refused_with(str_of(condition), COND_WINDOWS, column, reason);
}

static void
test_operand_errors(void)
{
	refused("risk_score >=", 14, "expected a number after '>='");
	refused("risk_score >= ", 14, "expected a number after '>='");
	refused("risk_score >= and x", 15, "expected a number after '>='");
	refused("", 1, "expected a condition");
	refused("  ", 1, "expected a condition");
	refused("and x", 1, "expected a condition");
	refused("x and", 6, "expected a condition after 'and'");
	refused("x or or y", 6, "expected a condition after 'or'");
	refused("not", 4, "expected a condition after 'not'");
	refused("x ==", 5, "expected a value after '=='");
	refused("x + ", 4, "expected a number after '+'");
	refused("x == not y", 6, "expected a value after '=='");
	refused("x =~ 'a'", 6, "expected a /pattern/ after '=~'");
	refused("x =~", 5, "expected a /pattern/ after '=~'");
	refused("x in 'a'", 6, "expected '(' after 'in'");
	refused("x in ()", 7, "expected a value after '('");
	refused("x in (1 2)", 9, "expected ',' or ')' after '1'");
	refused("x in (1,)", 9, "expected a value after ','");
	refused("x not 5", 7, "expected 'in' after 'not'");
	refused("exists(5)", 8, "expected a member's name after '('");
	refused("exists x", 8, "expected an operator before 'x'");
	refused("x + 'a' > 1", 5, "expected a number after '+'");
	refused("'a' + x > 1", 1, "expected a number before '+'");
	refused("x > true", 5, "expected a number after '>'");
	refused("null <= x", 1, "expected a number before '<='");
	refused("(x > 1) + 1 > 1", 1, "expected a number before '+'");
	refused("-'a' == 1", 2, "expected a number after '-'");
	refused("5", 1, "expected a condition, not a number");
	refused("x and 'a'", 7, "expected a condition, not a string");
	refused("x or null", 6, "expected a condition, not null");
	refused("not 5", 5, "expected a condition, not a number");
	refused("x + 1", 1, "expected a condition, not a number");
	refused("5 =~ /a/", 1, "expected a string before '=~'");
}

static void
test_form_errors(void)
{
	refused("x == 'abc", 6, "unterminated string");
	refused("x == \"a\\", 6, "unterminated string");
	refused("x =~ /abc", 6, "unterminated pattern");
	refused("`x == 1", 1, "unterminated name");
	refused("`` == 1", 1, "empty name");
	refused("member('') == 1", 8, "empty name");
	refused("a.`b", 3, "unterminated name");
	refused("(x > 1", 1, "'(' without ')'");
	refused("((x > 1)", 1, "'(' without ')'");
	refused("x > 1)", 6, "')' without '('");
	refused("(x > 1 y)", 8, "expected ')' after '1'");
	refused("1 < x < 3", 7,
	        "comparisons do not chain: join two with 'and', as in a < b and b < c");
	refused("a == b == c", 8,
	        "comparisons do not chain: join two with 'and', as in a < b and b < c");
	refused("a in (1) in (2)", 10,
	        "comparisons do not chain: join two with 'and', as in a < b and b < c");
	refused("x = 1", 3, "unknown operator '=': use '==' to compare");
	refused("x && y", 3, "unknown operator '&&': use 'and'");
	refused("x || y", 3, "unknown operator '||': use 'or'");
	refused("!x", 1, "unknown operator '!': use 'not'");
	refused("x <> 1", 3, "unknown operator '<>': use '!='");
	refused("x ~ 'a'", 3, "unknown operator '~': use '=~' to match");
	refused("x AND y", 3, "unexpected 'AND': 'and' is written small");
	refused(".x == 1", 1,
	        "unknown operator '.': a name has no dot before it, a number has a digit");
	refused("x == .5", 6,
	        "unknown operator '.': a name has no dot before it, a number has a digit");
	refused("x == 5m", 6, "a duration such as '5m' belongs after 'over'");
	refused("x == 007", 6, "bad number '007'");
	refused("x == 1e999", 6, "bad number '1e999'");
	refused("x == 0x1F", 6, "bad number '0x1F'");
	refused("x @ y", 3, "unexpected '@'");
	refused("x \xe2\x89\xa5 1", 3, "expected an operator before '\xe2\x89\xa5'");
	refused("x y", 3, "expected an operator before 'y'");
	refused("x 'y'", 3, "expected an operator before ''y''");
	refused("exist(x)", 1, "unknown function 'exist' (did you mean 'exists'?)");
	refused("system('x')", 1, "unknown function 'system'");
	refused("x == 'a\\q'", 6, "bad escape in string");
	refused("x == \"ab\\q\"", 10, "bad escape in string");
	refused("x =~ /a(/", 9, "bad pattern: missing closing parenthesis");
	refused("x =~ /a*b[/", 11, "bad pattern: missing terminating ] for character class");
	refused("x =~ /a/g", 9, "unknown flag 'g' (there are i, m, s and x)");
	refused("x =~ /\\C/", 9, "bad pattern: using \\C is disabled by the application");
	refused("x =~ /(*NO_JIT)a/", 7, "a pattern cannot begin with '(*'");
	refused("x =~ /(*LIMIT_MATCH=9)a/", 7, "a pattern cannot begin with '(*'");
	refused_with(STR("x == \0 1"), 0, 6, "NUL byte");
	refused("x == '\xff'", 7, "invalid UTF-8");
}

static void
repeat(struct buf *b, const char *s, size_t n)
{
	while (n-- > 0)
		buf_str(b, s);
}

static void
test_limits(void)
{
	struct buf b = BUF_INIT;

	repeat(&b, "(", COND_MAX_TEXT);
	refused_with(buf_view(&b), 0, COND_MAX_DEPTH + 1, "nested deeper than 64 levels");
	buf_byte(&b, '(');
	refused_with(buf_view(&b), 0, COND_MAX_TEXT + 1, "longer than 8192 bytes");
	buf_reset(&b);
	repeat(&b, "not ", 65);
	buf_str(&b, "x");
	refused(buf_cstr(&b), 64 * 4 + 1, "nested deeper than 64 levels");
	buf_reset(&b);
	buf_str(&b, "x == ");
	repeat(&b, "-", 65);
	buf_str(&b, "1");
	refused(buf_cstr(&b), 70, "nested deeper than 64 levels");

	/* What the limits allow is right: the stack at its highest, long chains, many signs. */
	given(STR("{\"x\":1}"));
	buf_reset(&b);
	repeat(&b, "x + x * (", COND_MAX_DEPTH);
	buf_str(&b, "x");
	repeat(&b, ")", COND_MAX_DEPTH);
	buf_str(&b, " == 65");
	holds(buf_cstr(&b));
	buf_reset(&b);
	repeat(&b, "x in (2, (", COND_MAX_DEPTH);
	buf_str(&b, "x == 2");
	repeat(&b, "))", COND_MAX_DEPTH);
	fails(buf_cstr(&b));
	buf_reset(&b);
	repeat(&b, "x == 0 or ", 810);
	buf_str(&b, "x == 1");
	holds(buf_cstr(&b));
	buf_reset(&b);
	repeat(&b, "x==1 and ", 900);
	buf_str(&b, "x==2");
	fails(buf_cstr(&b));
	buf_reset(&b);
	repeat(&b, "-", 64);
	buf_str(&b, "x == 1");
	holds(buf_cstr(&b));
	buf_release(&b);
}

/* A condition on content that is as much C as COUNT says, with something else at the end. */
static void
judge_long(const char *condition, const char *c, size_t count, bool want)
{
	struct buf b = BUF_INIT;

	buf_str(&b, "{\"c\":\"");
	repeat(&b, c, count);
	buf_str(&b, "!\"}");
	given(buf_view(&b));
	judge(condition, want);
	buf_release(&b);
}

static void
test_hostile(void)
{
	size_t before = cond_given_up;

	judge_long("c =~ /(a+)+$/", "a", 50000, false);
	is_int((long long)(cond_given_up - before), 1, "a search that explodes is given up");
	judge_long("c !~ /(a+)+$/", "a", 50000, false);
	is_int((long long)(cond_given_up - before), 2, "and counts as false under !~ as well");
	judge_long("c =~ /(a|a)*$/", "a", 50000, false);
	judge_long("c =~ /\\s*\\s*\\s*$/", " ", 50000, false);
	judge_long("c =~ /[ab][ab]*[ab]*[xy]/", "a", 100000, false);
	before = cond_given_up;
	judge_long("c =~ /retry|panic|a!/", "a", 4000000, true);
	judge_long("c =~ /(retry|panic)\\s/i", "a", 4000000, false);
	judge_long("c =~ /\\w+@\\w+/", "a", 1000000, false);
	judge_long("c =~ /(?:ab)+!/", "ab", 30000, true);
	judge_long("c =~ /a+!$/", "a", 1000000, true);
	judge_long("c =~ /^(?=.*a)(?=.*!)/", "a", 1000000, true);
	judge_long("c =~ /a(?!b)(?=[!)])/", "a", 1000000, true);
	judge_long("c =~ /(?=.*a)b|!/", "a", 1000, true);
	judge_long("c =~ /(\\w)\\1!/", "a", 1000, true);
	judge_long("c =~ /a(?=[)*+]|!)/", "a", 100000, true);
	is_int((long long)(cond_given_up - before), 0, "searches of long texts are not");
	before = cond_given_up;
	judge_long("c =~ /(?=[ab]*+c)a/", "a", 4000000, false);
	judge_long("c =~ /(?![ab]*!)a/", "a", 4000000, false);
	judge_long("c =~ /(?(?=[)]?a*+c)a|b)/", "a", 4000000, false);
	judge_long("c =~ /(?=(?1)c)a|q(a*+)/", "a", 4000000, false);
	judge_long("c =~ /(*pla:a*+c)a/", "a", 4000000, false);
	judge_long("c =~ /(a+)\\1[xy]/", "a", 4000000, false);
	judge_long("c =~ /\\X[xy]/", "a", 4000000, false);
	is_int((long long)(cond_given_up - before), 7, "but for those whose work is not counted");
	judge_long("c =~ /(a+)\\1[xy]/", "a", 8000, false);
	judge_long("c =~ /(?=[ab]*+c)a/", "a", 8000, false);
}

static void
test_windows(void)
{
	struct cond_error error = {0};
	struct cond *c = cond_compile(STR("count(tool == \"bash\" and not ok) over 5m >= 3 and "
	                                  "(absent(beat.at) over 1.5s or count(true) over 1h30m > x)"),
	                              COND_WINDOWS, &error);

	if (!ok(c != NULL, "windows: %s", error.reason))
		return;
	is_int((long long)cond_windows(c), 3, "three of them");
	is_num(cond_window(c, 0)->seconds, 300, "the first over 5m");
	is_num(cond_window(c, 1)->seconds, 1.5, "the second over 1.5s");
	is_num(cond_window(c, 2)->seconds, 5400, "the third over 1h30m");
	ok(!cond_window(c, 0)->absent && cond_window(c, 1)->absent, "a count and an absent");
	given(STR("{\"tool\":\"bash\",\"ok\":false,\"x\":5}"));
	ok(cond_eval(cond_window(c, 0)->cond, &record, NULL), "the record is counted");
	ok(!cond_eval(cond_window(c, 1)->cond, &record, NULL), "it lacks the member");
	ok(cond_eval(cond_window(c, 2)->cond, &record, NULL), "every record is counted");
	ok(cond_eval(c, &record, (double[]){3, 0, 0}), "3 counted, none with the member");
	ok(!cond_eval(c, &record, (double[]){2, 0, 0}), "2 counted");
	ok(!cond_eval(c, &record, (double[]){3, 1, 5}), "a member seen");
	ok(cond_eval(c, &record, (double[]){3, 1, 6}), "more than a member's value");
	given(STR("{\"tool\":\"bash\",\"ok\":true,\"beat\":{\"at\":null}}"));
	ok(!cond_eval(cond_window(c, 0)->cond, &record, NULL), "the record is not counted");
	ok(cond_eval(cond_window(c, 1)->cond, &record, NULL), "it has the member");
	is_int((long long)cond_members(c), 4, "members of windows are members of the condition");
	is_str(cond_member(c, 2), "beat.at", "by path");
	ok(cond_constant_part(c) == 0, "counting every record is no constant comparison");
	cond_free(c);

	refused_with(STR("count(x) over 5m > 1"), 0, 1, "count() over time is not available here");
	refused_with(STR("x and absent(y) over 5m"), 0, 7,
	             "absent() over time is not available here");
	refused("count(x) > 1", 10, "expected 'over' and a duration after ')'");
	refused("count(x) over > 1", 15, "expected a duration such as 5m after 'over'");
	refused("count(x) over", 14, "expected a duration such as 5m after 'over'");
	refused("count(x) over 0s > 1", 15, "expected a duration such as 5m after 'over'");
	refused("count(x) over 30m1h > 1", 15, "expected a duration such as 5m after 'over'");
	refused("count(x) over 5y > 1", 15, "expected a duration such as 5m after 'over'");
	refused("count(x) over 5m", 1, "expected a condition, not a number");
	refused("count(5) over 5m > 1", 7, "expected a condition, not a number");
	refused("count() over 5m > 1", 7, "expected a condition after '('");
	refused("count(count(x) over 5m > 1) over 5m > 1", 7, "count() cannot be counted itself");
	refused("absent(1) over 5m", 8, "expected a member's name after '('");
	refused("absent(x) over 5m > 1", 1, "expected a number before '>'");
}

static void
constant(const char *condition, bool want, bool want_value, unsigned part)
{
	struct cond_error error = {0};
	struct cond *c = cond_compile(str_of(condition), COND_WINDOWS, &error);
	bool value = !want_value;

	if (!ok(c != NULL, "%s", condition))
		return;
	ok(cond_is_constant(c, &value) == want && (!want || value == want_value), "  %s",
	   want ? "is constant" : "is not constant");
	is_int(cond_constant_part(c), part, "  and has a constant part there");
	cond_free(c);
}

static void
test_constants(void)
{
	constant("1 > 2", true, false, 1);
	constant("1 < 2", true, true, 1);
	constant("true", true, true, 0);
	constant("not true", true, false, 5);
	constant("'a' == \"a\"", true, true, 1);
	constant("1 == '1'", true, false, 1);
	constant("1 != '1'", true, false, 1);
	constant("1/0 == 1/0", true, false, 1);
	constant("2 in (1, 2)", true, true, 1);
	constant("2 not in (1, 2)", true, false, 1);
	constant("'abc' =~ /B/i", true, true, 1);
	constant("x > 1 and 1 > 2", true, false, 11);
	constant("x > 1 or 1 < 2", true, true, 10);
	constant("1 < 2 or x > 1", true, true, 1);
	constant("x > 1 and 1 < 2", false, false, 11);
	constant("x > 1 or (y and 1 > 2)", false, false, 17);
	constant("x > 1 and true and y", false, false, 11);
	constant("x + 1 == 'a'", true, false, 1);
	constant("exists(x) == 1", true, false, 1);
	constant("count(1 > 2) over 5m > 1", false, false, 7);
	constant("x > 1 + 1", false, false, 0);
	constant("x == x", false, false, 0);
	constant("x in (1, 2) and y", false, false, 0);
	given(STR("{\"x\":2,\"y\":true}"));
	holds("x > 1 and 1 < 2");
	holds("1 < 2 and x > 1");
	holds("1 > 2 or x > 1");
	fails("x > 1 and true and y and 1 > 2");
	holds("x > 1 and true and y");
	holds("(x > 3 or false) == false");
	holds("false or y");
	holds("true and y");
	holds("x > 1 and not (1 > 2)");
}

static void
test_members_named(void)
{
	struct cond_error error = {0};
	struct cond *c =
		cond_compile(STR("a > 1 and b.c < a and exists(d) and `e f` or b.c"), 0, &error);

	is_int((long long)cond_members(c), 4, "each member once");
	is_str(cond_member(c, 0), "a", "in order");
	is_str(cond_member(c, 1), "b.c", "as a path");
	is_str(cond_member(c, 2), "d", "one that need only exist");
	is_str(cond_member(c, 3), "e f", "without its backquotes");
	cond_free(c);
}

static void
test_error_text(void)
{
	struct cond_error error = {0};
	struct buf b = BUF_INIT;

	cond_free(NULL);
	ok(!cond_compile(STR("risk_score >="), 0, &error), "an error");
	cond_error_text(&error, &b);
	is_str(buf_view(&b), "expected a number after '>=' at column 14", "as it is shown");
	buf_release(&b);
}

int
main(void)
{
	test_comparisons();
	test_strings();
	test_logic();
	test_arithmetic();
	test_members();
	test_lists();
	test_patterns();
	test_operand_errors();
	test_form_errors();
	test_limits();
	test_hostile();
	test_windows();
	test_constants();
	test_members_named();
	test_error_text();
	record_release(&record);
	buf_release(&text);
	return done_testing();
}
