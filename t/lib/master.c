#include "report/baseline.h"
#include "report/markdown_text.h"
#include "report/master.h"
#include "tap.h"

static void
line(const char *text, const char *want)
{
	struct buf b = BUF_INIT;

	markdown_line(&b, str_of(text));
	is_str(buf_view(&b), want, text);
	buf_release(&b);
}

static void
test_lines(void)
{
	struct buf nul = BUF_INIT;

	line("plain words, a.b (c): d!", "plain words, a.b (c): d!");
	line("snake_case a & b &# a_", "snake_case a & b \\&\\# a\\_");
	line("*a* _b_ [c](d) <e> #1 a|b ~~x~~ &amp; $x$ \\",
	     "\\*a\\* \\_b\\_ \\[c\\](d) \\<e\\> \\#1 a\\|b \\~\\~x\\~\\~ \\&amp; \\$x\\$ \\\\");
	line("- a", "\\- a");
	line("12. a", "12\\. a");
	line("1.5 s", "1\\.5 s");
	line("12 a", "12 a");
	line("== a", "\\== a");
	line("http://a.example www.b.example", "http\\://a.example www\\.b.example");
	line("two\n# lines\r\nof\ttext", "two \\# lines of text");
	line("\033[2J\xff", "\\x1b\\[2J\\xff");
	line("call `a_b(*)` here", "call `a_b(*)` here");
	line("`` a`b `` and ` c", "``a`b`` and \\` c");
	line("`a\nb`", "`a b`");
	line("nothing: ` `", "nothing: \\` \\`");
	line("`` `` and `a`", "\\`\\` \\`\\` and `a`");
	line("", "");

	markdown_line(&nul, (struct str){"\0b", 2});
	is_str(buf_view(&nul), "\\x00b", "a NUL at the beginning");
	buf_release(&nul);
}

static void
block(const char *text, const char *want)
{
	struct buf b = BUF_INIT;

	markdown_block(&b, str_of(text), 3);
	is_str(buf_view(&b), want, text);
	buf_release(&b);
}

static void
test_blocks(void)
{
	block("one", "one\n");
	block("one\n  two\n\n\nthree\n", "one\n   two\n\n   three\n");
	block("do:\n```python\n\ta = 1  # *\n\n```\nthen",
	      "do:\n\n   ```python\n   \ta = 1  # *\n   \n   ```\n\n   then\n");
	block("```\n``` in\n", "```\n   ```\n");
	block("x\n```\nopen", "x\n\n   ```\n   open\n   ```\n");
	block("# h\n> q", "\\# h\n   \\> q\n");
	block("", "\n");
}

static void
test_code(void)
{
	struct buf b = BUF_INIT;

	markdown_code(&b, STR("a`b"));
	markdown_code(&b, STR("`"));
	markdown_code(&b, STR(""));
	markdown_code(&b, STR("a\nb\001"));
	is_str(buf_view(&b),
	       "``a`b``"
	       "`` ` ``"
	       "`  `"
	       "`a b\\x01`",
	       "code spans");
	buf_release(&b);
}

enum { FINDINGS = 6 };

static void
make(struct finding *f)
{
	static const char *const id[] = {"a", "b", "c", "d", "e", "f"};
	static const char *const title[] = {"Low one", "Critical *one*", "Changed one",
	                                    "Gone",    "Nothing cited",  "Fixed"};
	static const enum verdict verdict[] = {VERDICT_CONFIRMED,    VERDICT_CONFIRMED,
	                                       VERDICT_CHANGED,      VERDICT_NOT_FOUND,
	                                       VERDICT_UNVERIFIABLE, VERDICT_FIXED};
	static const enum severity severity[] = {SEVERITY_LOW,  SEVERITY_CRITICAL, SEVERITY_MEDIUM,
	                                         SEVERITY_HIGH, SEVERITY_UNKNOWN,  SEVERITY_HIGH};

	for (int i = 0; i < FINDINGS; i++) {
		f[i] = (struct finding)FINDING_INIT;
		f[i].id = str_of(id[i]);
		f[i].title = str_of(title[i]);
		f[i].verdict = verdict[i];
		f[i].severity = severity[i];
		*finding_source(&f[i]) = (struct source){.report = STR("a.md"),
		                                         .number = str_of(id[i]),
		                                         .line = (size_t)i + 1,
		                                         .title = f[i].title};
	}
	f[1].message = STR("It breaks.\nAlways.");
	f[1].impact = STR("Much.");
	f[1].fix = STR("Do:\n```\nx = 1\n```");
	f[1].sources[0].message = f[1].message;
	f[1].sources[0].severity = STR("Critical");
	*finding_source(&f[1]) = (struct source){.report = STR("b_c.md"),
	                                         .severity = STR("Low"),
	                                         .title = STR("Other words"),
	                                         .fix = STR("Leave it."),
	                                         .claim = STR("[FIXED]")};
	*finding_location(&f[1]) =
		(struct location){.path = STR("x/y.py"), .line = 3, .end_line = 5};
	*finding_location(&f[1]) = (struct location){.path = STR("z.py"),
	                                             .line = 1,
	                                             .verdict = VERDICT_FIXED,
	                                             .note = STR("backup copy")};
	*finding_evidence(&f[1]) = (struct evidence){.kind = STR("quote"),
	                                             .match = STR("exact"),
	                                             .path = STR("x/y.py"),
	                                             .line = 3,
	                                             .report = STR("a.md"),
	                                             .report_line = 9};
	*finding_possible(&f[1]) = STR("a");
	*finding_judgement(&f[1]) =
		(struct judgement){STR("confirmed"), STR("ann"), STR("seen it")};
	f[2].why = STR("half of the quote is there");
	f[3].why = STR("no such file");
	f[5].why = STR("the fix is there");
	*finding_evidence(&f[5]) = (struct evidence){
		.kind = STR("fix"), .match = STR("exact"), .path = STR("x.py"), .line = 7};
}

static const char *const wanted =
	"# Master Bug Report\n\n"
	"- **Tree:** `/src`\n- **Commit:** `abc`\n"
	"- **Inputs:**\n  - `a.md` (Report \\*1\\*), from line 1: 1 finding\n"
	"- **Findings:** 7 stated, 6 after duplicates were merged: 2 confirmed, 1 changed, 1 "
	"unverifiable, 2 "
	"invalidated\n"
	"- **Confirmed by severity:** Critical 1, High 0, Medium 0, Low 1\n"
	"\n## Critical\n"
	"\n### 1. Critical \\*one\\*\n\n"
	"1. **Severity:** Critical (the reports differ: “Critical” in a.md no. b, line 2; “Low” in "
	"b_c.md, "
	"which says “\\[FIXED\\]”)\n"
	"2. **The Bug:** Critical \\*one\\*.\n"
	"3. **Location(s):**\n"
	"   - `x/y.py:3-5`: quote, exact (a.md, line 9)\n"
	"   - `z.py:1`; fixed there; backup copy\n"
	"4. **Root Cause & Impact:** It breaks.\n   Always.\n"
	"\n   Much.\n"
	"\n   b_c.md: Other words\n"
	"\n   Judged confirmed by ann: seen it\n"
	"\n   Possible duplicate of no. 2.\n"
	"5. **Proposed Fix:** Do:\n\n   ```\n   x = 1\n   ```\n"
	"\n   b_c.md:\n\n   Leave it.\n"
	"\n## Low\n"
	"\n### 2. Low one\n\n"
	"1. **Severity:** Low (none stated in a.md no. a, line 1)\n"
	"2. **The Bug:** Low one.\n"
	"3. **Location(s):** not stated in the report\n"
	"4. **Root Cause & Impact:** not stated in the report\n"
	"5. **Proposed Fix:** not stated in the report\n"
	"\n## Changed Findings\n"
	"\n### 3. Changed one\n\nWhy: half of the quote is there\n\n"
	"1. **Severity:** Medium (none stated in a.md no. c, line 3)\n"
	"2. **The Bug:** Changed one.\n"
	"3. **Location(s):** not stated in the report\n"
	"4. **Root Cause & Impact:** not stated in the report\n"
	"5. **Proposed Fix:** not stated in the report\n"
	"\n## Unverifiable Findings\n"
	"\n### 4. Nothing cited\n\nWhy: not known\n\n"
	"1. **Severity:** Severity not stated (none stated in a.md no. e, line 5)\n"
	"2. **The Bug:** Nothing cited.\n"
	"3. **Location(s):** not stated in the report\n"
	"4. **Root Cause & Impact:** not stated in the report\n"
	"5. **Proposed Fix:** not stated in the report\n"
	"\n## Not Read\n\nThese lines look like findings, but could not be read as such.\n\n"
	"- a.md, line 12, no title: `## ?`\n"
	"\n## Invalidated Findings\n"
	"\n### 5. Gone\n\n- **Verdict:** not found\n- **Why:** no such file\n"
	"- Stated in a.md no. d, line 4\n"
	"\n### 6. Fixed\n\n- **Verdict:** fixed\n- **Why:** the fix is there\n"
	"- fix: `x.py:7`, exact\n- Stated in a.md no. f, line 6\n";

static void
test_master(void)
{
	struct finding f[FINDINGS];
	struct claims all = CLAIMS_INIT;
	struct master m = {.finding = f,
	                   .count = FINDINGS,
	                   .claims = &all,
	                   .tree = STR("/src"),
	                   .commit = STR("abc")};
	struct buf b = BUF_INIT;

	make(f);
	*claims_add_report(&all) = (struct claim_report){
		.file = STR("a.md"), .title = STR("Report *1*"), .line = 1, .claims = 1};
	*claims_add_unread(&all) = (struct claim_unread){
		.report = 0, .line = 12, .text = STR("## ?"), .reason = "no title"};
	master_write(&b, &m);
	is_str(buf_view(&b), wanted, "a master report");
	buf_reset(&b);
	m = (struct master){.tree = STR("t")};
	master_write(&b, &m);
	is_str(buf_view(&b),
	       "# Master Bug Report\n\n- **Tree:** `t`\n- **Commit:** not known\n"
	       "- **Findings:** 0 stated, 0 after duplicates were merged: 0 confirmed, 0 changed, "
	       "0 "
	       "unverifiable, 0 invalidated\n"
	       "- **Confirmed by severity:** Critical 0, High 0, Medium 0, Low 0\n"
	       "\n## Confirmed Findings\n\nNone.\n\n## Invalidated Findings\n\nNone.\n",
	       "one of nothing");
	for (int i = 0; i < FINDINGS; i++)
		finding_release(&f[i]);
	claims_release(&all);
	buf_release(&b);
}

/* Add an earlier finding given as JSON. */
static bool
earlier(struct baseline *base, const char *json)
{
	struct record r = RECORD_INIT;
	struct buf b = BUF_INIT;
	struct json_error error;
	const char *reason;
	bool added;

	buf_padded(&b, str_of(json));
	added = record_scan(&r, (struct str){b.ptr, strlen(json)}, &error) &&
	        baseline_add(base, &r, &reason);
	record_release(&r);
	buf_release(&b);
	return added;
}

static void
test_baseline(void)
{
	static const struct {
		const char *id, *title, *path, *fingerprint;
		enum verdict verdict;
		const char *want, *name;
	} now[] = {
		{"1", "x", "a", "", VERDICT_CONFIRMED, "unchanged", "by its id"},
		{"2", "x", "a", "", VERDICT_FIXED, "fixed", "fixed now"},
		{"3", "x", "a", "", VERDICT_NOT_FOUND, "fixed", "not there now"},
		{"4", "x", "a", "", VERDICT_CHANGED, "reopened", "there again"},
		{"5", "x", "a", "", VERDICT_FIXED, "unchanged", "still fixed"},
		{"6", "x", "a", "", VERDICT_UNVERIFIABLE, "unchanged", "not to be verified"},
		{"n7", "t7", "moved", "ab:2", VERDICT_CONFIRMED, "unchanged",
	         "renamed and shifted"},
		{"n8", "t8", "e/file.py", "cd:1", VERDICT_CONFIRMED, "unchanged",
	         "another line of the same file"},
		{"n9", "t9", "new/f.py", "", VERDICT_FIXED, "fixed", "another directory"},
		{"n10", "t7", "a", "ab:3", VERDICT_CONFIRMED, "new",
	         "one more at a line of the same code"},
		{"n11", "t11", "a", "x:1", VERDICT_CONFIRMED, "new", "of another title"},
	};
	enum { NOW = sizeof(now) / sizeof(now[0]) };
	struct finding f[NOW];
	struct baseline b = BASELINE_INIT;

	ok(earlier(&b, "{\"type\":\"finding\",\"id\":\"1\",\"verdict\":\"confirmed\"}") &&
	           earlier(&b, "{\"type\":\"finding\",\"id\":\"2\"}") &&
	           earlier(&b, "{\"type\":\"finding\",\"id\":\"3\",\"verdict\":\"changed\"}") &&
	           earlier(&b, "{\"type\":\"finding\",\"id\":\"4\",\"verdict\":\"fixed\"}") &&
	           earlier(&b, "{\"type\":\"finding\",\"id\":\"5\",\"verdict\":\"not_found\"}") &&
	           earlier(&b, "{\"type\":\"finding\",\"id\":\"6\",\"verdict\":\"fixed\"}") &&
	           earlier(&b,
	                   "{\"type\":\"finding\",\"id\":\"7\",\"title\":\"t7\",\"fingerprint\":"
	                   "\"ab:1\",\"locations\":[{\"path\":\"d/old.py\",\"line\":3}]}") &&
	           earlier(&b,
	                   "{\"type\":\"finding\",\"id\":\"8\",\"title\":\"t8\",\"fingerprint\":"
	                   "\"ef:1\",\"locations\":[{\"path\":\"e/file.py\",\"line\":3}]}") &&
	           earlier(&b,
	                   "{\"type\":\"finding\",\"id\":\"9\",\"title\":\"t9\",\"locations\":[{"
	                   "\"path\":\"old/f.py\"}]}") &&
	           earlier(&b,
	                   "{\"type\":\"finding\",\"id\":\"10\",\"title\":\"t10\",\"fingerprint\":"
	                   "\"x:1\",\"locations\":[{\"path\":\"gone\",\"line\":3}]}") &&
	           earlier(&b, "{\"type\":\"alert\",\"id\":7}"),
	   "an earlier run is read");
	ok(!earlier(&b, "{\"type\":\"finding\",\"id\":7}"), "  but not what is no finding");
	is_int((long long)b.count, 10, "  nor kept");
	for (int i = 0; i < NOW; i++) {
		f[i] = (struct finding)FINDING_INIT;
		f[i].id = str_of(now[i].id);
		f[i].title = str_of(now[i].title);
		f[i].verdict = now[i].verdict;
		f[i].fingerprint = str_of(now[i].fingerprint);
		*finding_location(&f[i]) =
			(struct location){.path = str_of(now[i].path), .line = 9};
	}
	for (int again = 0; again < 2; again++) {
		is_int((long long)baseline_mark(&b, f, NOW), 1, "how many are gone");
		ok(!b.met[9] && b.met[0], "  and which");
		for (int i = 0; i < NOW; i++)
			is_str(f[i].baseline, now[i].want, now[i].name);
	}
	for (int i = 0; i < NOW; i++)
		finding_release(&f[i]);
	baseline_release(&b);
	is_int((long long)baseline_mark(&b, NULL, 0), 0, "nothing, against nothing");
	baseline_release(&b);
}

int
main(void)
{
	test_lines();
	test_blocks();
	test_code();
	test_master();
	test_baseline();
	return done_testing();
}
