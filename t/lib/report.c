#include "report/read.h"

#include "base/file.h"
#include "tap.h"

#include <sys/stat.h>
#include <unistd.h>

/* Reports in each layout: what must come out, a line a finding: LINE [NUMBER] severity title. */
static const struct {
	const char *file, *want;
} layouts[] = {
	{"titles.md", "23 [H-01] high Unsafe cast drops the upper bits\n"
                      "56 [H-02] high Stale price is used\n"
                      "64 [M-01] medium Missing check of the return value\n"
                      "72 [L-01] low Typo in a comment\n"
                      "76 [L-02] low Unused import\n"
                      "82 [G-01] info Cache the length\n"},
	{"groups.md", "15 [] critical SQL built from user input\n"
                      "31 [1] high Token never expires\n"
                      "36 [2] high Password in the log\n"
                      "41 [] low `app/util.py:3`: unused import\n"
                      "42 [] low Dead code in `app/util.py`, lines 40\xe2\x80\x93"
                      "52\n"},
	{"llm.md", "11 [3] low Wrong unit in the log\n"
                   "15 [1] critical Race in the worker pool\n"
                   "38 [2] medium Leaked file descriptor\n"
                   "51 [4] medium Unbounded retry\n"
                   "58 [BUG-005] low Panic on empty input\n"},
	{"flat.md", "3 [] high both write the same temporary file.\n"
                    "6 [] low the name is not escaped.\n"
                    "9 [] medium src/a/read.py - reads the whole file into memory (line 12)\n"
                    "10 [] low `src/a/read.py:90` - error text without the name\n"
                    "11 [] info src/a/read.py:157-163+ - long function\n"
                    "14 [] high writes without fsync\n"
                    "15 [] low variable is never read\n"
                    "18 [] critical src/d/key.py:3 has the private key in it\n"
                    "19 [9] critical `eval` of a request body in src/d/api.py:55,60\n"},
	{"tracker.md", "5 [] high Withdrawals can be repeated\n"
                       "27 [] medium Fee rounds down to zero\n"},
	{"ranked.md", "5 [1] high The admin token opens every mailbox\n"
                      "9 [2] medium Templates are rendered with what users write\n"
                      "16 [1] high No limit on retries in mail/send.py\n"
                      "17 [2] low `mail/send.py:12` logs addresses\n"
                      "21 [BUG-038] medium The queue is not closed\n"
                      "34 [SEC-002] low No limit on the size of a mail\n"
                      "40 [0b] critical Two threads share one socket\n"},
	{"folded.md", "9 [] info Avoid bare except.\n"
                      "25 [] high Handle the missing key.\n"},
	{"firms.md", "3 [1] high Missing validation of owner\n"
                     "23 [2] low Unused return value\n"
                     "37 [ABC-01-001] high WP1: Stored XSS via name\n"
                     "41 [ABC-01-002] medium WP2: Weak hash\n"},
	{"plain.txt", "3 [1] critical Hardcoded secret\n"
                      "10 [2] medium Missing timeout\n"},
	{"chat.md", "3 [1] high Off-by-one in pagination\n"
                    "11 [2] medium Unclosed session\n"
                    "15 [3] low No rate limit\n"},
	{"files.md", "5 [] high Off by one\n"
                     "8 [] medium Blocking call\n"
                     "13 [] critical token is logged\n"
                     "14 [] low unused variable\n"},
	{"table.md", "5 [A1] high Command injection\n"
                     "6 [A2] medium Path traversal\n"
                     "7 [A3] low Magic number\n"},
	{"short.md", "5 [] critical Race condition in cache\n"
                     "7 [] critical Nil dereference\n"
                     "11 [1] high `handler.go:12` - body is never closed\n"
                     "12 [2] high `handler.go:40` - status is wrong\n"
                     "15 [] low `util.go:9`: name\n"},
	{"html.md", "3 [C-01] critical Reentrancy in withdraw\n"
                    "9 [H-01] high Unchecked call\n"},
	{"blocks.md", "3 [] high SQL injection\n"
                      "8 [] medium XSS\n"
                      "15 [] low unused import of os\n"
                      "19 [] low unused variable x\n"},
	{"yaml.md", "7 [F-1] high bad thing\n"
                    "12 [F-2] low other thing\n"},
	{"lines.md", "3 [1] high `foo.py:12` \xe2\x80\x93 missing null check.\n"
                     "4 [2] low `bar.py:30-33` \xe2\x80\x93 off by one.\n"},
	{"emoji.md", "3 [] critical `file.py:10`: the password is logged\n"
                     "4 [] medium `file.py:20`: no timeout\n"},
	{"perfile.md", "4 [1] high missing lock\n"
                       "5 [2] low wrong type\n"
                       "8 [1] medium leak\n"},
	{"ranked-groups.md", "7 [1] critical The queue is lost on restart\n"
                             "18 [2] critical Two workers take the same job\n"
                             "26 [P1-01] high `send()` drops errors\n"
                             "27 [P1-02] high Retries never end\n"
                             "31 [7] medium Everything is sorted twice (mail/sort.py)\n"
                             "48 [8] medium Dead code\n"},
	{"sections.md", "13 [1] high A refund is paid twice \xe2\x80\x94 fixed in May\n"
                        "22 [] medium `logout` leaves the token\n"
                        "23 [] medium Two refreshes at once\n"
                        "27 [] medium Anybody may list orders\n"
                        "29 [] medium Writes after close\n"
                        "39 [1] unstated The catalogue is read on each start\n"},
	{"tables.md", "14 [1] high Links are followed out of the project\n"
                      "20 [2] low Supply chain (development only)\n"
                      "24 [GO-12] high Cookies take all memory\n"
                      "39 [S1] medium Split on `;` is fragile\n"
                      "47 [A2] low No index\n"},
	{"scripts.md", "9 [1] critical \xe9\x94\x81\xe7\x9a\x84\xe9\xa1\xba\xe5\xba\x8f"
                       "\xe9\x94\x99\xe8\xaf\xaf - `queue/lock.go`\n"
                       "18 [2] critical \xe9\x99\xa4\xe9\x9b\xb6 - `src/rate.rs`\n"
                       "24 [3] medium \xe7\xbc\xba\xe5\xb0\x91\xe6\xa3\x80\xe6\x9f\xa5\n"
                       "36 [L-1] low \xe5\x90\x8d\xe5\xad\x97\xe5\x86\x99\xe9\x94\x99\n"
                       "37 [L-2] low \xe6\xb2\xa1\xe6\x9c\x89\xe6\xb5\x8b\xe8\xaf\x95\n"},
	{"names.md", "3 [1] critical No space behind the marks\n"
                     "9 [2] medium Sorted by a sign\n"
                     "15 [1] medium Status text has wrong marks\n"
                     "17 [2] medium Path traversal in the upload\n"
                     "19 [3] medium Log injection by a name\n"
                     "23 [1] critical Slow replies\n"},
	{"single.md", "1 [] high the cache never shrinks\n"},
	{"languages.md", "7 [1] critical `tienda/caja.ts` - El total se calcula dos veces\n"
                         "19 [2] low Comentarios obsoletos\n"
                         "29 [3.1] medium \xd0\x97\xd0\xb0\xd0\xb4\xd0\xb0\xd0\xbd\xd0\xb8\xd0\xb5 "
                         "\xd1\x82\xd0\xb5\xd1\x80\xd1\x8f\xd0\xb5\xd1\x82\xd1\x81\xd1\x8f\n"
                         "37 [3.2] medium \xd0\x9e\xd1\x87\xd0\xb5\xd1\x80\xd0\xb5\xd0\xb4\xd1\x8c "
                         "\xd1\x80\xd0\xb0\xd1\x81\xd1\x82\xd1\x91\xd1\x82\n"},
	{"opened.md", "10 [1] critical The menu cannot be opened on a small screen\n"
                      "16 [2] high Two links lead nowhere\n"},
	{"prose.md", "1 [] unstated Missing Seat Bug - Analysis\n"},
	{"items.md", "11 [1] critical The password is logged. `login()` (`src/login.js:12`) writes "
                     "what it is given\n"
                     "19 [2] low Two drivers part their options alike (`src/a.js:9`, "
                     "`src/b.js:10`).\n"
                     "23 [3.1] medium Keep the key out of the address.\n"
                     "25 [3.2] medium Frames are not kept out.\n"
                     "32 [B1] unstated `round()` makes it 0\n"
                     "33 [B2] unstated draws from a common seed\n"
                     "37 [5.1] low The menu is shut too early\n"},
	{"cleared.md", "5 [1.1] high Writes are lost\n"},
	{"columns.md", "9 [F1] high The table has no tests at all.\n"
                       "10 [F2] medium A logger is there, and not used everywhere.\n"
                       "22 [] low `$tab` in a class\n"
                       "23 [] low what `stars()` gives is not escaped\n"},
	{"told.md", "11 [1] high Tasks are started and never watched\n"
                    "18 [2] high Two locks are taken in two orders\n"
                    "46 [F-01] critical The token leaks to other pages\n"
                    "57 [F-02] high The queue has no end\n"},
	{"shape.md", "5 [] unstated `check_cmd` runs in a dry run\n"
                     "6 [] unstated `git` fetches into the tree\n"
                     "10 [] unstated `README.md:9` and `docs/start.md:12` say that it was run.\n"
                     "11 [] unstated The gate leaves out `cmd`\n"},
	{"bare.md", "5 [1] unstated The token never ends\n"
                    "9 [2] unstated The temporary file is known\n"
                    "29 [2] unstated Reads are repeated\n"},
	{"direct.md", "3 [1] unstated The log leaks the password — `src/log.py:88`. It is clear "
                      "text.\n"
                      "4 [2] unstated A helper is not used — `src/misc.py:5`. Nobody calls it.\n"},
	{"labels.md", "6 [] unstated The token never ends\n"
                      "10 [] unstated The temporary file is known\n"},
	{"tongues.md", "9 [1] high La sesión no acaba\n"
                       "15 [2] low Une fonction ne sert à rien\n"
                       "21 [] high Der Name ist bekannt\n"
                       "25 [] critical пароль в журнале\n"
                       "31 [3] high 鍵が公開されている\n"},
	{"runs.md", "9 [C1] critical Numbers lose their digits\n"
                    "15 [C2] critical Counts are of what was scanned\n"
                    "19 [1] high The parser is written twice\n"
                    "25 [2] high The writer is written twice\n"
                    "31 [3] unstated No tests of the parser\n"
                    "37 [4] unstated Cells are not inlined\n"
                    "41 [H-1] high The pool is changed and its money stays\n"},
	{"kin.md", "13 [1] unstated Lanes jump. CONFIRMED\n"
                   "15 [2] unstated Turns go through the middle. CONFIRMED\n"
                   "19 [3] unstated Hard stops break physics\n"
                   "27 [] unstated Tags are keyed by their order\n"
                   "28 [] unstated One bad number spoils the sum\n"
                   "33 [] high `core/queue.c:9` the queue is read twice\n"
                   "34 [] high `doc/README` is outdated\n"},
	{"marks.md", "3 [H-01] high The vault can be emptied\n"
                     "14 [H-02] high The clock is trusted\n"
                     "22 [BUG-3] critical The log leaks\n"
                     "26 [4] medium The temporary name is known\n"
                     "30 [VULN-05] medium Open redirect\n"
                     "34 [m-01] medium crash tests leave out phases\n"
                     "40 [] high Tokens never expire. They work for ever.\n"
                     "44 [1] low The helper is not used\n"
                     "46 [] critical value of 'x' is not set\n"
                     "47 [] medium function is too long\n"},
	{"effort.md", "5 [1] critical Names that all can see\n"
                      "20 [2] critical An index is not looked at\n"},
	{"parts.md", "11 [1] unstated Names are compared in each round\n"
                     "22 [2] unstated A cache has no bounds\n"
                     "32 [2.1] medium The ring is never let go\n"
                     "38 [2.2] low The tape is never let go\n"},
	{"ticked.md", "5 [] high Make the root read-only.\n"
                      "8 [] medium Drop the parser of rules.\n"
                      "11 [] high Words are split twice in `src/words.c`.\n"},
	{"recap.md", "15 [1] high The outbox keeps what was sent\n"
                     "19 [2] high A peer that says nothing is waited for\n"
                     "25 [3] medium Headers are sorted by case\n"
                     "29 [4] medium Errors are logged after the retry\n"
                     "42 [] low No copyright in the headers\n"
                     "43 [] low Two spellings of \"gateway\"\n"},
	{"rows.md", "10 [1] high SQL is built from `name`\n"
                    "15 [2] low An import is not used\n"},
	{"houses.md", "7 [5.1] critical Coins can be taken\n"
                      "13 [5.2] high The vault can be entered twice\n"
                      "19 [5.3] low Names differ\n"
                      "27 [1] high The owner is changed in one step\n"
                      "45 [7] low Errors are shown\n"
                      "55 [1] unstated Paid twice on retry\n"
                      "56 [2] unstated `pay/db.go:15` – the pool has no limit.\n"
                      "60 [] critical Data is lost in a crash\n"
                      "61 [] high Leaked descriptor\n"
                      "62 [] high Off by one\n"},
	{"bold.md", "7 [1] high Orders are lost when the shop is closed.\n"
                    "11 [2] high Two orders of one second overwrite each other.\n"
                    "15 [1] low The search forgets every second hit.\n"
                    "19 [1] unstated All orders are read on each query.\n"
                    "23 [2] unstated The list loads every text.\n"
                    "26 [3] unstated The stores have no version.\n"},
	{"rating.md", "15 [3.1] medium Runs out of gas\n"
                      "27 [3.2] low The owner may freeze all\n"
                      "45 [4.1] medium Names are too long\n"},
	{"register.md", "10 [ABI-01] critical `far` calls are made near\n"
                        "11 [ABI-02] high Structs are returned by the wrong rule\n"
                        "17 [] high The first account becomes administrator.\n"
                        "18 [] unstated The footer loads an old library.\n"},
	{"clauses.md", "5 [] unstated Messages are written before the lock is held\n"
                       "9 [] unstated Retries never end\n"
                       "13 [] unstated Names with a slash leave the folder\n"
                       "28 [M-01] medium The index is read whole\n"},
	{"cousins.md", "5 [1.1] low The title is made and thrown away\n"
                       "11 [1.2] medium The ring is never let go\n"
                       "19 [2.1] unstated The cursor: up and down are twins\n"
                       "25 [2.2] unstated The keyboard\n"
                       "32 [3.1] low A path is cut\n"
                       "38 [3.2] low Lengths are not looked at\n"},
	{"shown.md", "5 [1.1] unstated `load.py` 的鎖\n"
                     "13 [1.2] unstated 影像\n"
                     "23 [2.1] unstated 參數\n"},
	{"tasks.md", "7 [1] unstated `tick()`: protect what is counted\n"
                     "17 [2] unstated Fix `tar.c`: a pointer is cut\n"
                     "29 [4] unstated `wait()` lets go of the wrong lock\n"},
	{"things.md", "5 [S1] critical The queue is lost\n"
                      "13 [] unstated The name as it was\n"
                      "15 [] unstated Empty names\n"
                      "19 [] unstated No batches\n"
                      "20 [] unstated Order of formats\n"},
	{"items-told.md",
         "5 [1] critical The build needs a compiler that is not out. `build.toml:4` pins it.\n"
         "6 [2] critical Unknown frames come out as \"OK\". `src/codec.c:112` makes it up.\n"
         "10 [] unstated `src/types.c:5` defines an empty type; nobody has a use for it.\n"
         "11 [] unstated The decoder copies the whole buffer on every frame (`src/codec.c:197`), "
         "which is slow.\n"
         "16 [1] unstated Resuming changes the numbers.\n"
         "19 [2] unstated A division by zero\n"
         "23 [3] unstated The metrics are dead\n"
         "25 [4] unstated Other symbols\n"},
	{"tables-told.md", "7 [] unstated Errors of deletion could be ignored\n"
                           "8 [] unstated Reads that were interrupted are fatal\n"
                           "9 [] unstated The size is read on each repaint\n"
                           "15 [ABI-01] unstated `far` calls are silently made near\n"
                           "16 [ABI-02] unstated Structs are returned by the wrong rule\n"
                           "22 [] unstated The name is not checked\n"
                           "23 [] unstated The lock is never released\n"},
	{"risks.md", "5 [L1] low Copies in the render path\n"
                     "11 [L2] low The size is asked for twice\n"
                     "19 [H1] high The log has the password in it\n"},
	{"modules.md", "7 [1.1] unstated role 的语义危险\n"
                       "11 [1.2] unstated attachment 未对接\n"
                       "19 [2.1] unstated merge 太弱\n"
                       "23 [2.2] unstated 拷贝\n"
                       "29 [A] unstated 接口阻碍扩展\n"
                       "33 [B] unstated 没有配置抽象\n"},
	{"threats.md", "9 [CLN-001] high Timing oracle\n"
                       "13 [CLN-003] high The crate leaks time\n"
                       "19 [1] medium The token is exchanged twice\n"},
	{"counted.md", "3 [1] unstated The window goes stale\n"
                       "9 [2] unstated The list names what is gone\n"
                       "19 [] high Files are too long\n"
                       "20 [] high `shell=True` is a risk\n"
                       "21 [] medium Notes to do\n"},
	{"pdf.md", "14 [5.1.1] high Value loaded inside `wake()` is another one\n"
                   "29 [5.2.1] info Extra variable\n"},
	{"vertical.md", "5 [] critical Requests to any host via the download\n"
                        "13 [] critical Any file can be read via import\n"},
	{"letters.md", "3 [C1] unstated Errors never end what is queued\n"
                       "7 [C2] unstated A bare word starts the spindle\n"
                       "11 [F-01] unstated The table is read twice\n"
                       "17 [M-01] medium The brake is let go\n"},
	{"box.txt", "6 [1] critical THE LOCK IS NOT HELD\n"
                    "16 [2] high ROOMS ARE COUNTED TWICE\n"},
	{"themes.md", "5 [1] high The launcher takes no lock\n"
                      "13 [] medium Reports without gauges crash the handler (src/track.ts:13).\n"
                      "14 [] medium Locks renew for ever, so a job that hangs blocks its group "
                      "(`src/lock.ts:129`).\n"
                      "15 [] medium Names go unescaped into the query (`src/search.ts:289`).\n"
                      "16 [] medium The list is never empty.\n"
                      "20 [1] high Escapes are read in three places\n"
                      "27 [2] high Surrogates are magic numbers\n"
                      "32 [S3] low INFO is made up\n"
                      "41 [1] unstated 推理竞态条件\n"
                      "47 [6] high No pages in the list\n"
                      "51 [7] high One query for each row\n"},
	{"judged.md", "5 [] high _previewInterest does not look for a zero base, which leads to "
                      "major vulnerabilities\n"},
	{"kinds.md",
         "6 [] medium Vault.exit (med, logic) - it can be paused, but there is no way to do so.\n"
         "7 [] low Meta.execute L46 (low, code) - it takes coins and never uses them.\n"
         "9 [] medium Other coins put the books out of order\n"},
	{"untitled.md", "10 [2] critical The task runs before what it needs.\n"
                        "31 [Q-HIGH-1] high Five copies of one skeleton\n"
                        "35 [Q-LOW-2] low Values are found in two ways\n"},
	{"wide.md", "5 [001] critical 队列在重启后丢失\n"
                    "11 [002] medium 超时没有上限\n"
                    "18 [Б-3] critical Пароль в журнале\n"
                    "24 [Б-4] unstated Confidence не калиброван\n"
                    "30 [H1] critical la base es accesible desde la red\n"
                    "37 [] critical `src/setup.c`: 右の割当でオフバイワンがあります\n"
                    "38 [] critical `src/time.c`: 時間を `int` で扱っており危険です\n"},
};

static void
list_claims(const struct claims *c, struct buf *b)
{
	for (size_t i = 0; i < c->count; i++) {
		const struct claim *k = &c->claim[i];

		buf_printf(b, "%u [" STR_FMT "] %s " STR_FMT "\n", k->line, STR_ARG(k->number),
		           k->severity ? severity_name[k->severity] : "unstated",
		           STR_ARG(k->title));
	}
}

/* What LOCATION says: "path 1-2 3-3". */
static void
list_locations(const struct claim *k, struct buf *b)
{
	for (size_t i = 0; i < k->locations; i++) {
		const struct claim_location *l = &k->location[i];

		buf_printf(b, "%s" STR_FMT, i > 0 ? "; " : "", STR_ARG(l->path));
		for (size_t n = 0; n < l->ranges; n++)
			buf_printf(b, " %s%u-%u%s", l->range[n].about ? "~" : "", l->range[n].first,
			           l->range[n].last, l->range[n].open ? "+" : "");
	}
}

static void
list_quotes(const struct claim *k, struct buf *b)
{
	static const char *const roles[] = {"quote", "fix", "inline", "fix-inline", "demo"};

	for (size_t i = 0; i < k->quotes; i++) {
		const struct claim_quote *q = &k->quote[i];

		buf_printf(b, "%s@%d:", roles[q->role], q->location);
		for (size_t n = 0; n < q->lines; n++)
			buf_printf(b, "%s" STR_FMT, n > 0 ? "|" : "", STR_ARG(q->text[n].text));
		buf_byte(b, '\n');
	}
}

static void
test_layouts(void)
{
	const char *srcdir = getenv("srcdir");

	for (size_t i = 0; i < sizeof(layouts) / sizeof(*layouts); i++) {
		struct claims c = CLAIMS_INIT;
		struct buf path = BUF_INIT, got = BUF_INIT;
		const char *reason;

		buf_printf(&path, "%s/t/data/report/%s", srcdir ? srcdir : ".", layouts[i].file);
		is_int(report_read(&c, buf_cstr(&path), REPORT_AUTO, &reason), REPORT_READ,
		       layouts[i].file);
		list_claims(&c, &got);
		is_str(buf_view(&got), layouts[i].want, layouts[i].file);
		is_int((long long)c.unreads, 0, "nothing is left over");
		claims_release(&c);
		buf_release(&path);
		buf_release(&got);
	}
}

/* "location 3": the names of cases, which are of many lines. */
static const char *
name_of(const char *kind, size_t i)
{
	static char name[64];

	snprintf(name, sizeof(name), "%s %zu", kind, i);
	return name;
}

/* One finding, its body being TEXT. */
static const struct claim *
one(struct claims *c, const char *text, const char *name)
{
	struct buf b = BUF_INIT;

	claims_release(c);
	buf_printf(&b, "# [H-01] Something\n\n%s\n", text);
	report_parse(c, STR("r.md"), buf_view(&b), REPORT_MARKDOWN);
	buf_release(&b);
	if (!ok(c->count == 1, "%s: one finding", name))
		exit(1);
	return c->claim;
}

static void
test_locations(void)
{
	static const struct {
		const char *text, *want;
	} cases[] = {
		{"```\n126:140 /src/a.py\nx = 1\n```", "/src/a.py 126-140"},
		{"`src/a.py:126-140`", "src/a.py 126-140"},
		{"`src/a.py` (~L92)", "src/a.py ~92-92"},
		{"**References:**\n- src/a.py:7\n- https://example.org/a.py", "src/a.py 7-7"},
		{"**Location:** `src/a.py` (`f`, ~211–212)", "src/a.py ~211-212"},
		{"It takes `src/a.py` (~30 ms) long", "src/a.py"},
		{"`src/a.py` (linhas 179-190)", "src/a.py 179-190"},
		{"`src/a.py`, строки 4-5", "src/a.py 4-5"},
		{"`src/a.py` 第 126-128 行", "src/a.py 126-128"},
		{"`src/a.py` 第 3 章", "src/a.py"},
		{"Zeile 7 in `src/a.py`", "src/a.py 7-7"},
		{"src/a.py:32,35", "src/a.py 32-32 35-35"},
		{"src/a.py:1,2,5-9", "src/a.py 1-1 2-2 5-9"},
		{"src/a.py:~70", "src/a.py ~70-70"},
		{"File: src/a.py\nLines: 157-163+", "src/a.py 157-163+"},
		{"10:12; 20:22:src/a.py", "src/a.py 10-12 20-22"},
		{"10:12; 20:22 src/a.py", "src/a.py 10-12 20-22"},
		{"File: `src/a.py`\n\nLines: *228-238*, *241-249*", "src/a.py 228-238 241-249"},
		{"In `src/a.py` (lines 2-8) it is wrong", "src/a.py 2-8"},
		{"In `src/a.py`, line 7, it is wrong", "src/a.py 7-7"},
		{"See lines 3-4 of `src/a.py`", "src/a.py 3-4"},
		{"See [Line: 18](../src/x.py#L18)", "../src/x.py 18-18"},
		{"https://github.com/o/r/blob/main/src/x.sol#L10-L20", "src/x.sol 10-20"},
		{"https://github.com/o/r/tree/main/src/x.sol#L10-20", "src/x.sol 10-20"},
		{"https://gitlab.com/o/r/-/blob/main/src/x.sol#L10", "src/x.sol 10-10"},
		{"Location: C:\\work\\a.cs:5", "\\work\\a.cs 5-5"},
		{"`src/a.py`:36 and `src/b.py`:39", "src/a.py 36-36; src/b.py 39-39"},
		{"src/a.py & src/b.py", "src/a.py; src/b.py"},
		{"Files:\n\n- `src/a.py`\n- `b.py`", "src/a.py; b.py"},
		{"src/a.py:12:5: error", "src/a.py 12-12"},
		{"../../etc/passwd and ../../x.c:3", "../../x.c 3-3"},
		{"Use json.loads, Node.js, e.g. self.socket and/or 3.10; it/s 5:10", ""},
		{"src/a.py:5\xe2\x80\x93"
	         "9",
	         "src/a.py 5-9"},
		{"src/a.py L5-L9", "src/a.py 5-9"},
		{"Dockerfile:3 and `.env`", "Dockerfile 3-3; .env"},
		{"src/a.py:99999999999999999999", "src/a.py"},
		{"Lines 4-6\n\nFile: src/a.py", "src/a.py 4-6"},
		{"app/[id]/page.tsx:4", "app/[id]/page.tsx 4-4"},
		{"File: `src/a.py:98`, `:221-232` (and :299)",
	         "src/a.py 98-98; src/a.py 221-232; src/a.py 299-299"},
		{"[`src/a.ts:5-9`](file:///d:/Some%20Body/src/a.ts#L5-L9)", "src/a.ts 5-9"},
		{"[here](file:///home/x/src/a.ts#L5-L9)", "/home/x/src/a.ts 5-9"},
		{"**src/__init__.py:4** and **src/__main__.py** are wrong",
	         "src/__init__.py 4-4; src/__main__.py"},
		{"**Status codes** are wrong in `src/a.py:4`", "src/a.py 4-4"},
	};
	struct claims c = CLAIMS_INIT;

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct buf got = BUF_INIT;

		list_locations(one(&c, cases[i].text, name_of("location", i)), &got);
		is_str(buf_view(&got), cases[i].want, name_of("location", i));
		buf_release(&got);
	}
	claims_release(&c);
}

static void
test_quotes(void)
{
	static const struct {
		const char *text, *want;
	} cases[] = {
		{"```python\nx = 1\n```\n\n**Fix:**\n\n```python\nx = 2\n```",
	         "quote@-1:x = 1\nfix@-1:x = 2\n"},
		{"### Recommendation\n\n```\nx = 2\n```", "fix@-1:x = 2\n"},
		{"### Proof of Concept\n\n```\nrun()\n```", "demo@-1:run()\n"},
		{"```\n12 | a = 1\n13 | b = 2\n```", "quote@-1:a = 1|b = 2\n"},
		{"```\n12: a = 1\n13:   b = 2\n```", "quote@-1:a = 1|  b = 2\n"},
		{"```\n> a = 1\n> b = 2\n```", "quote@-1:a = 1|b = 2\n"},
		{"```diff\n-a = 1\n+a = 2\n b = 3\n```",
	         "quote@-1:a = 1|b = 3\nfix@-1:a = 2|b = 3\n"},
		{"```js\n// BEFORE\na = 1;\n// AFTER\na = 2;\n```",
	         "quote@-1:a = 1;\nfix@-1:a = 2;\n"},
		{"```\n1:2 /s/a.py\na = 1\n3:4 /s/b.py\nb = 1\n```",
	         "quote@0:a = 1\nquote@1:b = 1\n"},
		{"> a = f(1)\n> b = f(2)", "quote@-1:a = f(1)|b = f(2)\n"},
		{"Calls `eval(x)`. Fix: use `int(x)`", "inline@-1:eval(x)\ninline@-1:int(x)\n"},
		{"Calls `eval(x)`.\nFix: use `int(x)`",
	         "inline@-1:eval(x)\nfix-inline@-1:int(x)\n"},
		{"File: s/a.c:3\n\n```c\nint x;\n```", "quote@0:int x;\n"},
		{"```\nx = 1\n\n**Severity:** High\n", "quote@-1:x = 1\n"},
		{"    ```python\n    x = 1\n    ```", "quote@-1:x = 1\n"},
		{"It should be:\n```\nx = 2\n```", "fix@-1:x = 2\n"},
		{"```ts\n- a() is missing\n- b() is missing\n```",
	         "quote@-1:- a() is missing|- b() is missing\n"},
	};
	struct claims c = CLAIMS_INIT;

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct buf got = BUF_INIT;

		list_quotes(one(&c, cases[i].text, name_of("quote", i)), &got);
		is_str(buf_view(&got), cases[i].want, name_of("quote", i));
		buf_release(&got);
	}
	is_int(one(&c, "```\n12 | a = 1\n13 | b = 2\n```", "numbers")->quote[0].text[1].number, 13,
	       "line numbers of the source are kept");
	claims_release(&c);
}

static void
test_severities(void)
{
	static const struct {
		const char *text, *words;
		enum severity severity;
	} cases[] = {
		{"**Severity:** High (security)", "High (security)", SEVERITY_HIGH},
		{"*Severity* Critical", "Critical", SEVERITY_CRITICAL},
		{"Severity: Low - affects shutdown", "Low - affects shutdown", SEVERITY_LOW},
		{"- Severity: \xf0\x9f\x9f\xa1 MED", "MED", SEVERITY_MEDIUM},
		{"Severity: MEDIUM (upgraded to HIGH if public)",
	         "MEDIUM (upgraded to HIGH if public)", SEVERITY_MEDIUM},
		{"medium", "medium", SEVERITY_MEDIUM},
		{"### Severity\n\nLow", "Low", SEVERITY_LOW},
		{"| Severity | Critical |\n|---|---|\n| File | a.c |", "Critical",
	         SEVERITY_CRITICAL},
		{"Likelihood: Low\n\nImpact: Low", "H-01", SEVERITY_HIGH},
	};
	struct claims c = CLAIMS_INIT;

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const struct claim *k = one(&c, cases[i].text, name_of("severity", i));

		is_str(k->severity_words, cases[i].words, name_of("severity", i));
		is_int(k->severity, cases[i].severity, name_of("severity", i));
	}
	claims_release(&c);
}

static void
test_said(void)
{
	struct claims c = CLAIMS_INIT;
	const struct claim *k =
		one(&c, "**Status:** Acknowledged\n\n_Resolved_\n\nCovered by H-02.", "said");

	is_int((long long)k->saids, 2, "what became of it is carried over");
	is_int(k->said[0].kind, CLAIM_SAID_ACKNOWLEDGED, "acknowledged");
	is_int(k->said[1].kind, CLAIM_SAID_FIXED, "resolved");
	is_int((long long)k->hints, 1, "a hint to another finding");
	is_str(k->hint[0].number, "H-02", "its number");
	claims_release(&c);
}

static void
test_json(void)
{
	struct claims c = CLAIMS_INIT;
	struct buf got = BUF_INIT;

	report_parse(&c, STR("x"),
	             STR("{\"title\":\"x\",\"severity\":\"high\",\"file\":\"a.py\",\"line\":3,"
	                 "\"code\":\"x = 1\"}\n"
	                 "\n{\"message\":\"y\",\"locations\":[\"b.c:4-9\",{\"path\":\"c.c\","
	                 "\"line\":1}]}\n{bad\n{}"),
	             REPORT_AUTO);
	list_claims(&c, &got);
	is_str(buf_view(&got), "1 [] high x\n3 [] unstated y\n", "findings as JSON lines");
	buf_reset(&got);
	list_locations(&c.claim[1], &got);
	is_str(buf_view(&got), "b.c 4-9; c.c 1-1", "locations in two forms");
	is_int((long long)c.unreads, 2, "lines that are no finding are told");
	is_int(c.unread[0].line, 4, "with their line");
	claims_release(&c);
	report_parse(&c, STR("x"),
	             STR("{\"runs\":[\n{\"results\":[\n{\"message\":{\"text\":\"bad\"},\"level\":"
	                 "\"error\",\"ruleId\":\"R\","
	                 "\"locations\":[{\"physicalLocation\":{\"artifactLocation\":{\"uri\":\"s/"
	                 "a.c\"},"
	                 "\"region\":{\"startLine\":7,\"snippet\":{\"text\":\"int x;\"}}}}]}]}]}"),
	             REPORT_AUTO);
	buf_reset(&got);
	list_claims(&c, &got);
	list_locations(c.claim, &got);
	list_quotes(c.claim, &got);
	is_str(buf_view(&got), "3 [] high bad\ns/a.c 7-7quote@0:int x;\n", "SARIF");
	claims_release(&c);
	buf_release(&got);
}

/* TEXT written to a file and read as any report is, in a child. */
static enum report_result
read_apart(struct claims *c, struct str text, const char **reason)
{
	char path[] = "/tmp/eros-t-report.XXXXXX";
	int fd = mkstemp(path);
	enum report_result result;

	if (fd < 0 || !fd_write(fd, text.ptr, text.len))
		exit(1);
	close(fd);
	result = report_read(c, path, REPORT_AUTO, reason);
	unlink(path);
	return result;
}

static void
repeat(struct buf *b, const char *s, size_t times)
{
	for (size_t i = 0; i < times; i++)
		buf_str(b, s);
}

static void
test_hostile(void)
{
	static const char bytes[] = "# [H-01] a\0b \xff\xfe\n\nsrc/a.c:3 \0 ../../../etc/passwd:1\n"
				    "```\nx\0y\n";
	struct claims c = CLAIMS_INIT;
	struct buf b = BUF_INIT;
	const char *reason;

	buf_str(&b, "# [H-01] deep\n\nsrc/a.c:3\n\n");
	repeat(&b, "- ", tap_times(100000));
	buf_str(&b, "x\n");
	is_int(read_apart(&c, buf_view(&b), &reason), REPORT_READ, "100,000 nested lists");
	claims_release(&c);
	buf_reset(&b);
	repeat(&b, "|a", 3000);
	buf_str(&b, "|\n");
	repeat(&b, "|-", 3000);
	buf_str(&b, "|\n");
	repeat(&b, "|x|\n", 10000);
	is_int(read_apart(&c, buf_view(&b), &reason), REPORT_NOTHING,
	       "a table of thirty million cells");
	is_int((long long)c.unreads, 1, "is told");
	is_int(c.unread[0].line, 2, "with its line");
	claims_release(&c);
	buf_reset(&b);
	buf_add(&b, bytes, sizeof(bytes) - 1);
	is_int(read_apart(&c, buf_view(&b), &reason), REPORT_READ, "NUL bytes and invalid UTF-8");
	is_int(memchr(c.claim[0].title.ptr, 0, c.claim[0].title.len) == NULL, 1, "no NUL is left");
	claims_release(&c);
	is_int(read_apart(&c, STR(""), &reason), REPORT_NOTHING, "an empty file");
	claims_release(&c);
	is_int(read_apart(&c, STR("Dear all,\n\nthe weather is fine.\n"), &reason), REPORT_NOTHING,
	       "a letter");
	claims_release(&c);
	is_int(report_read(&c, "/nonexistent/report", REPORT_AUTO, &reason), REPORT_UNOPENED,
	       "no file");
	claims_release(&c);
	buf_release(&b);
}

static void
test_too_large(void)
{
	struct claims c = CLAIMS_INIT;
	char path[] = "/tmp/eros-t-report.XXXXXX";
	int fd = mkstemp(path);
	const char *reason = "";

	if (fd < 0 || ftruncate(fd, (off_t)REPORT_MAX + 1) != 0)
		exit(1);
	close(fd);
	is_int(report_read(&c, path, REPORT_AUTO, &reason), REPORT_REFUSED,
	       "more than 64 MiB is refused");
	is_str(str_of(reason), "it is larger than 64 MiB", "and told why");
	unlink(path);
	claims_release(&c);
}

static void
test_pack(void)
{
	struct claims c = CLAIMS_INIT, copy = CLAIMS_INIT;
	struct buf b = BUF_INIT, again = BUF_INIT;

	one(&c, "File: a.c:3\n```\nx\n```\nSee `y`. Duplicate of M-02. _Fixed_\n", "pack");
	claims_pack(&c, &b);
	ok(claims_unpack(&copy, buf_view(&b)), "what was packed is unpacked");
	claims_pack(&copy, &again);
	ok(str_eq(buf_view(&b), buf_view(&again)), "and the same");
	for (size_t i = 0; i < b.len; i++) {
		struct claims part = CLAIMS_INIT;

		if (claims_unpack(&part, (struct str){b.ptr, i}))
			ok(false, "cut off after %zu bytes", i);
		claims_release(&part);
	}
	claims_release(&copy);
	claims_release(&c);
	buf_release(&b);
	buf_release(&again);
}

static void
test_parts(void)
{
	struct claims c = CLAIMS_INIT;
	struct buf got = BUF_INIT;

	report_parse(
		&c, STR("x"),
		STR("# Mission\n\n1. **Severity:** (Critical, High)\n2. check src/a.c:1\n\n**--- "
	            "Report 1 ---**\n"
	            "## 1) First\n**Severity:** High\n\n```c\nopen();\n\n**--- Report 2 ---**\n"
	            "\xe2\x94\x80\xe2\x94\x80\xe2\x94\x80\xe2\x94\x80\xe2\x94\x80\xe2\x94\x80\n"
	            "1. **Second**\n\xc2\xa0  \xe2\x80\xa2 File: `a.c`\n\n\xc2\xa0  *Severity* "
	            "Low\n\n"
	            "\xe2\x94\x80\xe2\x94\x80\xe2\x94\x80\xe2\x94\x80\xe2\x94\x80\xe2\x94\x80\n"
	            "2. **Third**\n   \xe2\x80\xa2 File: `b.c`\n\n**[END OF PROVIDED CONTEXT]**\n\n"
	            "1. **Severity:** High\n"),
		REPORT_AUTO);
	list_claims(&c, &got);
	is_str(buf_view(&got), "7 [1] high First\n15 [1] low Second\n21 [2] unstated Third\n",
	       "two reports in one file, the first with a fence left open");
	is_int((long long)c.reports, 2, "and no more");
	is_str(c.report[1].title, "Report 2", "named by its mark");
	claims_release(&c);
	buf_release(&got);
}

int
main(void)
{
	test_layouts();
	test_locations();
	test_quotes();
	test_severities();
	test_said();
	test_parts();
	test_json();
	test_pack();
	test_hostile();
	test_too_large();
	return done_testing();
}
