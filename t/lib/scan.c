/*
 * Scanning, part by part: what literals are seen in patterns, the sieve against a plain search, blocks, and what a rule's
 * conditions say of matches, by rules whose tests stand beside them.
 */
#include "scan/scan.h"

#include "scan/blocks.h"
#include "scan/literals.h"
#include "scan/sieve.h"
#include "source/lines.h"
#include "tap.h"

#include <stdlib.h>

static void
literal(const char *pattern, const char *want)
{
	struct arena a = ARENA_INIT;
	struct literals l = literals_of(str_of(pattern), &a);
	struct buf got = BUF_INIT;

	for (size_t i = 0; i < l.count; i++)
		buf_printf(&got, "%s" STR_FMT, i ? " " : "", STR_ARG(l.text[i]));
	is_str(buf_view(&got), want, pattern);
	buf_release(&got);
	arena_release(&a);
}

static void
test_literals(void)
{
	literal("pickle\\.loads\\(", "pickle.loads(");
	literal("\\bwhile\\s+True\\b:", "while");
	literal("while True", "while");
	literal("a|bc", "");
	literal("ab|cde|fg", "ab cde fg");
	literal("x(?:ab|cd)y", "ab cd");
	literal("(?<n>foo|ba)r+bazz", "bazz");
	literal("(foo)?ba", "ba");
	literal("foo*", "fo");
	literal("foo+", "foo");
	literal("foo{0,1}b", "fo");
	literal("foo{2}", "foo");
	literal("fo{,3}", "fo{,3}");
	literal("[abc]def[^]x]gh", "def");
	literal("[[:alpha:]]ab", "ab");
	literal("[]]ab", "ab");
	literal("(?i)foo", "");
	literal("(?i:foo)bar", "");
	literal("(?s)foo", "foo");
	literal("(?=foo)ba", "ba");
	literal("(?<!ab)cd(?!ef)gh", "cdgh");
	literal("\\Qa.b\\E", "");
	literal("(?>foo|bars)", "foo bars");
	literal("(?P<n>abc)", "abc");
	literal("^ab$", "ab");
	literal("\\x41b", "");
	literal("", "");
	literal("(?:)", "");
	literal("a.bcd", "bcd");
	literal("abc\\d+de", "abc");
	literal("(a)(?1)bcd", "");
	literal("caf\xc3\xa9s", "caf");
}

struct found {
	size_t count[40], sum[40];
};

static void
on_found(void *arg, unsigned number, size_t end)
{
	struct found *f = arg;

	f->count[number]++;
	f->sum[number] += end;
}

static void
test_sieve(void)
{
	static const char *const words[] = {"abcaa", "ab", "abab", "bab",  "b.", "cab",
	                                    "bca",   "aa", "aaa",  "abab", "cc"};
	enum { WORDS = sizeof(words) / sizeof(words[0]), LEN = 3000 };
	struct sieve *s = sieve_new();
	struct found got = {0}, want = {0};
	char text[LEN + 1];
	bool same = true;

	for (unsigned i = 0, x = 1; i < LEN; i++) {
		x = x * 1103515245 + 12345;
		text[i] = "abcaab."[(x >> 16) % 7];
	}
	text[LEN] = '\0';
	for (unsigned i = 0; i < WORDS; i++) {
		sieve_add(s, str_of(words[i]), i);
		for (const char *p = text; (p = strstr(p, words[i])); p++)
			on_found(&want, i, (size_t)(p - text) + strlen(words[i]));
	}
	sieve_ready(s);
	sieve_run(s, str_of(text), on_found, &got);
	for (unsigned i = 0; i < WORDS; i++)
		same = same && got.count[i] == want.count[i] && got.sum[i] == want.sum[i] &&
		       got.count[i] > 0;
	ok(same, "the sieve finds what a plain search does");
	sieve_run(s, STR(""), on_found, &got);
	sieve_free(s);
	s = sieve_new();
	sieve_ready(s);
	sieve_run(s, STR("anything"), on_found, &got);
	sieve_free(s);
	sieve_free(NULL);
}

/* The blocks of TEXT as "first line-last line:kind<parent". */
static void
blocks(enum lang lang, const char *text, const char *want)
{
	struct buf mask = BUF_INIT, got = BUF_INIT;
	struct lines lines = LINES_INIT;
	struct blocks b = {0};

	lang_mask(lang, str_of(text), &mask);
	lines_index(&lines, str_of(text));
	blocks_find(&b, lang, str_of(text), buf_view(&mask));
	for (size_t i = 0; i < b.count; i++)
		buf_printf(&got, "%s%zu-%zu:%c<%zu", i ? " " : "",
		           lines_at(&lines, b.block[i].head), lines_at(&lines, b.block[i].end - 1),
		           "ocf"[b.block[i].kind], b.block[i].parent);
	is_str(buf_view(&got), want, lang_name(lang));
	blocks_release(&b);
	lines_release(&lines);
	buf_release(&mask);
	buf_release(&got);
}

static void
test_blocks(void)
{
	blocks(LANG_PYTHON,
	       "import x\n"
	       "class A(B):\n"
	       "    \"\"\"text\n"
	       "def no(): inside a string\n"
	       "    \"\"\"\n"
	       "    def f(self,\n"
	       "  odd=1):\n"
	       "        if x:\n"
	       "            y()\n"
	       "\n"
	       "        # comment\n"
	       "  # comment\n"
	       "        z = [\n"
	       "1, 2]\n"
	       "    async def g(self): pass\n"
	       "w()\n",
	       "2-15:c<0 6-14:f<1 8-9:o<2");
	blocks(LANG_PYTHON, "while True:\n\tx()\n        y()\nz()", "1-3:o<0");
	blocks(LANG_PYTHON, "a = 1 + \\\n  2\nb()\n", "");
	blocks(LANG_PYTHON, "", "");
	blocks(LANG_PYTHON, "def f(:\n  (\n x", "");
	blocks(LANG_C,
	       "struct a {\n"
	       "	int x;\n"
	       "};\n"
	       "static int\n"
	       "f(int a)\n"
	       "{\n"
	       "	for (int i = 0; i < 1; i++) {\n"
	       "		g(\"}\");\n"
	       "	}\n"
	       "	return 0; /* } */\n"
	       "}\n",
	       "1-3:c<0 4-11:f<0 7-9:o<2");
	blocks(LANG_JAVASCRIPT, "class A extends B {\n f(x) {\n  y(() => {\n  });\n }\n}\n",
	       "1-6:c<0 2-5:f<1 3-4:f<2");
	blocks(LANG_C, "}}{", "1-1:o<0");
	blocks(LANG_RUBY, "class A\n  def b\n    c\n  end\nend\n", "1-4:c<0 2-3:f<1");
	blocks(LANG_MARKDOWN, "a {\n  b\n}\n", "");
}

static void
test_versions(void)
{
	ok(scan_is_version(STR("3")) && scan_is_version(STR("3.10")) &&
	           scan_is_version(STR("0.1.22")),
	   "versions");
	ok(!scan_is_version(STR("")) && !scan_is_version(STR("3.")) &&
	           !scan_is_version(STR(".3")) && !scan_is_version(STR("3..1")) &&
	           !scan_is_version(STR("3.x")) && !scan_is_version(STR("1234567890")),
	   "and what is none");
}

static void
on_failure(void *arg, const char *file, unsigned line, const char *what)
{
	buf_printf(arg, "%s:%u: %s\n", file, line, what);
}

/* Run the tests in rules of which this is one: BODY has all but what they share. */
static void
passes(const char *name, const char *body, const char *want)
{
	struct buf text = BUF_INIT, failures = BUF_INIT;
	struct yaml_file file = {0};
	struct yaml_error error = {0};
	struct scan_rules *rules = scan_rules_new();
	size_t tests = 0;

	buf_printf(&text, "rules:\n  - id: r\n    title: t\n    severity: low\n%s", body);
	if (ok(yaml_parse(&file, "r", buf_view(&text), &error), "%s: %s", name, error.reason)) {
		file.fault = &error;
		scan_rules_add(rules, &file);
		if (ok(error.line == 0, "%s: %u: %s", name, error.line, error.reason)) {
			scan_test(rules, on_failure, &failures, &tests);
			ok(tests > 0, "%s has tests", name);
			is_str(buf_view(&failures), want, name);
		}
	}
	scan_rules_free(rules);
	yaml_release(&file);
	buf_release(&text);
	buf_release(&failures);
}

static void
test_conditions(void)
{
	passes("views",
	       "    languages: [python]\n    pattern: 'x\\(.*y'\n    tests:\n      match: ['x(y)', "
	       "'x(\"\", y)']\n"
	       "      clean: ['x(\"y\")', 'x() # y', '# x(y)', '\"x(y)\"']\n",
	       "");
	passes("strings are seen where that is asked",
	       "    languages: [python]\n    sees: strings\n    pattern: 'x\\(.*y'\n    tests:\n"
	       "      match: ['x(y)', 'x(\"y\")']\n      clean: ['x() # y', '# x(y)', "
	       "'\"x(y)\"']\n",
	       "");
	passes("text is all",
	       "    languages: [python]\n    sees: text\n    pattern: 'x\\(.*y'\n    tests:\n"
	       "      match: ['x(y)', 'x() # y', '# x(y)', '\"x(y)\"']\n      clean: ['x']\n",
	       "");
	passes("a line at a time",
	       "    languages: [python]\n    pattern: '^a\\s+b$'\n    tests:\n"
	       "      match: [{code: \"x\\na b\\r\\na  b\\n\", lines: [2, 3]}]\n      clean: "
	       "[\"a\\nb\"]\n",
	       "");
	passes("several lines",
	       "    languages: [python]\n    multiline: true\n    pattern: '^a\\s+b$'\n    tests:\n"
	       "      match: [{code: \"x\\na\\nb\\na b\\n\", lines: [2, 4]}]\n      clean: [\"a "
	       "c\"]\n",
	       "");
	passes("a pattern with nothing to sieve for",
	       "    languages: [python]\n    pattern: '(?i)eval'\n    tests:\n"
	       "      match: [{code: \"x\\nEVAL\\neval eval\\n\", lines: [2, 3]}]\n      clean: "
	       "['']\n",
	       "");
	passes("not, on the same lines",
	       "    languages: [python]\n    pattern: 'ab(?<x>\\d)'\n    not: ['ok', 'cd{{x}}']\n  "
	       "  tests:\n"
	       "      match: ['ab1 cd2', 'ab1 ab1']\n      clean: ['ok ab1', 'ab1 cd1']\n",
	       "");
	passes("the second match of a line",
	       "    languages: [python]\n    pattern: 'ab(?<x>\\d)'\n    not: 'cd{{x}}'\n    "
	       "tests:\n"
	       "      match: ['ab1 cd1 ab2']\n",
	       "");
	passes("inside",
	       "    languages: [python]\n    pattern: 'ab'\n    inside: ['^\\s*class A', 'def']\n"
	       "    not-inside: 'if|\\(\\([^)]*\\)\\)'\n    tests:\n"
	       "      match: [\"class A:\\n  def f():\\n    ab\\n\", {code: \"class A:\\n  x=1\\n  "
	       "def f(\\n    x):\\n"
	       "    for y in z:\\n      ab\\n\", lines: [6]}]\n"
	       "      clean: [\"class B:\\n  def f():\\n    ab\\n\", \"class A:\\n  ab\\n\", "
	       "\"class A:\\n  def f():\\n    if x:\\n      ab\\n\", \"class A:\\n  def f():\\n    "
	       "((ab))\\n\", ab]\n",
	       "");
	passes("requires and absent",
	       "    languages: [python]\n    pattern: 'start\\((?<t>\\w+)\\)'\n"
	       "    requires: {pattern: 'new\\({{t}}\\)', in: class}\n"
	       "    absent:\n      - {pattern: 'join\\({{t}}\\)', in: function}\n      - 'off'\n   "
	       " tests:\n"
	       "      match: [\"class A:\\n  new(t)\\n  def f():\\n    start(t)\\n  def g():\\n    "
	       "join(t)\\n\"]\n"
	       "      clean: [\"class A:\\n  new(t)\\n  def f():\\n    start(t)\\n    "
	       "join(t)\\n\",\n"
	       "        \"class A:\\n  def f():\\n    start(t)\\nclass B:\\n  new(t)\\n\",\n"
	       "        \"class A:\\n  new(t)\\n  def f():\\n    start(t)\\noff\\n\",\n"
	       "        \"class A:\\n  new(u)\\n  def f():\\n    start(t)\\n\"]\n",
	       "");
	passes("block and after",
	       "    languages: [python]\n    pattern: '^\\s*while x'\n    absent: {pattern: "
	       "'break', in: block}\n"
	       "    requires: {pattern: 'y', in: after}\n    tests:\n"
	       "      match: [\"while x:\\n  y\\nbreak\\n\"]\n"
	       "      clean: [\"while x:\\n  y\\n  break\\n\", \"y\\nwhile x:\\n  z\\ny\\n\"]\n",
	       "");
	passes("braces",
	       "    languages: [c]\n    pattern: 'lock\\((?<l>\\w+)\\)'\n    not: un\n"
	       "    absent: {pattern: 'unlock\\({{l}}\\)', in: function}\n    tests:\n"
	       "      match: [\"int f(void)\\n{\\n  lock(a);\\n}\\nint g(void)\\n{\\n  "
	       "unlock(a);\\n}\\n\"]\n"
	       "      clean: [\"int f(void)\\n{\\n  lock(a);\\n  if (x) {\\n "
	       "unlock(a);\\n}\\n}\\n\"]\n",
	       "");
	passes("captures are taken for what they are",
	       "    languages: [python]\n    sees: text\n    pattern: 'set\\((?<x>[^)]*)\\)'\n    "
	       "absent: 'get<{{x}}>'\n    tests:\n"
	       "      match: ['set(a.c) get<abc>', 'set(.*) get<x>', 'set(a b) get<ab>']\n"
	       "      clean: ['set(a.c) get<a.c>', 'set(.*[\\E) get<.*[\\E>', 'set(a b) get<a "
	       "b>']\n",
	       "");
	passes("refers",
	       "    languages: [python]\n    pattern: 'use (?<a>\\w+)'\n    refers: '{{a}} = "
	       "(?<b>\\w+)'\n"
	       "    requires: 'class {{b}}'\n    tests:\n"
	       "      match: [\"class C\\nx = C\\nuse x\\n\", \"class C\\nx = C\\nx = C\\nuse "
	       "x\\n\"]\n"
	       "      clean: [\"class C\\nclass D\\nx = C\\nx = D\\nuse x\\n\", \"class C\\nuse "
	       "x\\n\"]\n",
	       "");
	passes("defines",
	       "    languages: [python]\n    pattern: 'run (?<a>\\w+)'\n"
	       "    defines: {pattern: '^class {{a}}', has: 'def run', lacks: 'async'}\n    "
	       "tests:\n"
	       "      match:\n"
	       "        - {files: {a.py: \"run A\\n\", b.py: \"class A:\\n  def run(): 1\\n\"}, "
	       "lines: ['a.py:1']}\n"
	       "        - {code: \"run A\\nrun B\\nclass A:\\n  def run(): 1\\nclass B:\\n  async "
	       "def run(): 1\\n\", lines: [1]}\n"
	       "        - \"run A\\nclass A: def run\\n\"\n"
	       "      clean:\n"
	       "        - {files: {a.py: \"run A\\n\", b.c: \"class A:\\n  def run(): 1\\n\"}}\n"
	       "        - {files: {a.py: \"run A\\n\", b.py: \"class A:\\n  def other(): 1\\n\"}}\n"
	       "        - {files: {a.py: \"run A\\n\", b.py: \"class A:\\n  def run(): 1\\n\", "
	       "c.py: \"class A:\\n  async def run(): 1\\n\"}}\n"
	       "        - \"run A\\n# class A: def run\\n\"\n",
	       "");
	passes("where",
	       "    languages: [python]\n    sees: text\n    pattern: 'n = (?<n>\\d+)(?<u>k)?'\n"
	       "    where: 'n =~ /^[5-9]/ and u != \"k\" and line < 3 and path =~ /py$/ and text "
	       "!~ /no/'\n    tests:\n"
	       "      match: ['n = 5']\n"
	       "      clean: ['n = 4', 'n = 5k', \"\\n\\nn = 5\", 'n = 5 no', {code: 'n = 5', "
	       "path: a.pyi}]\n",
	       "");
	passes("globs",
	       "    globs: ['*.cfg', 'deep/**/x']\n    pattern: 'ab'\n    sees: text\n    tests:\n"
	       "      match: [ab, {code: ab, path: a/b.cfg}, {code: ab, path: deep/1/2/x}]\n"
	       "      clean: [{code: ab, path: x}, {code: ab, path: a/deep/x}]\n",
	       "");
	passes("languages by the first line",
	       "    languages: [python, shell]\n    pattern: 'ab'\n    tests:\n"
	       "      match: [{code: \"#!/bin/sh\\nab\\n\", path: tool, lines: [2]}, {code: ab, "
	       "path: x.sh}]\n"
	       "      clean: [{code: ab, path: tool}, {code: ab, path: x.c}]\n",
	       "");
	passes("what is not wanted",
	       "    languages: [python]\n    pattern: 'ab'\n    tests:\n"
	       "      match: ['ab # eros-ignore: x', 'ab # eros-ignore: rr', \"ab = 'eros-ignore: "
	       "r'\", "
	       "\"# eros-ignore: r\\n\\nab\", \"x # eros-ignore: r\\nab\", 'ab # eros-ignore: ']\n"
	       "      clean: ['ab # eros-ignore: r', 'ab # eros-ignore: r it is meant', 'ab # "
	       "eros-ignore:x,r', "
	       "\"# eros-ignore: r\\nab\", \"# eros-ignore: r\\n# more\\nab\", \"ab # eros-ignore: "
	       "x eros-ignore: r\"]\n",
	       "");
	passes("what fails is told",
	       "    languages: [python]\n    pattern: 'ab'\n    tests:\n      match:\n        - a\n"
	       "        - {code: \"ab\\nab\\n\", lines: [2]}\n      clean:\n        - ab\n",
	       "r:9: r: found nothing, wanted something\n"
	       "r:10: r: found at line 1 2, wanted line 2\n"
	       "r:12: r: found at line 1, wanted nothing\n");
}

int
main(void)
{
	test_literals();
	test_sieve();
	test_blocks();
	test_versions();
	test_conditions();
	return done_testing();
}
