#include "report/merge.h"
#include "report/wording.h"
#include "tap.h"

/* What reports say, and which of it is the same: GROUP. */
struct said {
	int group;
	const char *report, *path;
	size_t line, end;
	const char *title, *message;
};

/*
 * Audits of one tree by several people: the same faults in other words, other faults in the same functions, and the same
 * kind of fault elsewhere.
 */
static const struct said corpus[] = {
	{1, "a", "vault.py", 40, 62, "Reentrancy in withdraw lets an attacker drain the vault",
         "withdraw() sends funds through call_external before it reduces the balance, so a "
         "callback can enter withdraw() again."},
	{1, "b", "vault.py", 41, 60, "withdraw() is vulnerable to re-entrancy",
         "The balance is only reduced after call_external. A malicious receiver re-enters and "
         "drains the vault."},
	{1, "c", "vault.py", 45, 58, "State is updated after the external call in withdraw",
         "balances[user] is reduced after call_external returns, an attacker can reenter and "
         "withdraw twice."},
	{2, "a", "vault.py", 44, 50, "Missing check for a paused vault in withdraw",
         "withdraw() does not look at self.paused, users can take funds out in an emergency."},
	{2, "b", "vault.py", 40, 52, "withdraw ignores the paused flag",
         "Nothing in withdraw() checks self.paused. Pausing the vault has no effect on "
         "withdrawals."},
	{3, "a", "vault.py", 48, 55, "Rounding in withdraw favours the user",
         "The share price is rounded up, so dust is lost by the vault with each withdrawal."},
	{4, "a", "api/rest.py", 78, 90, "Empty payload returns 500 instead of 400",
         "json.loads raises JSONDecodeError on an empty body, the broad except makes it a server "
         "error."},
	{4, "c", "api/rest.py", 80, 88, "JSONDecodeError on empty body is answered with status 500",
         "A request without a body makes json.loads fail; the handler catches Exception and "
         "returns 500 where 400 is right."},
	{5, "b", "api/rest.py", 78, 92, "No rate limit on the submit endpoint",
         "Anybody can post as many requests as they like; the queue grows without a bound."},
	{5, "c", "api/rest.py", 70, 95, "Requests to submit are not rate limited",
         "The submit endpoint accepts any number of posts, an attacker can fill the queue."},
	{6, "a", "api/rest.py", 20, 24, "Wildcard CORS",
         "allow_origins is a star, any origin may call the API."},
	{6, "b", "api/rest.py", 20, 20, "CORS allows every origin",
         "allow_origins=[\"*\"] together with credentials lets any site call the API."},
	{7, "a", "grpc/server.py", 400, 404, "Lease sweeper thread not joined on shutdown",
         "The sweeper is signalled by _lease_sweeper_stop and never joined."},
	{7, "b", "grpc/server.py", 398, 404, "Shutdown does not join the lease-sweeper thread",
         "stop() sets _lease_sweeper_stop but does not wait for the thread to end."},
	{8, "a", "grpc/server.py", 270, 276, "Sweeper interval allows over-allocation of leases",
         "Leases are swept once a second; up to 999 ms of VRAM can be allocated beyond the limit."},
	{8, "c", "grpc/server.py", 268, 280, "VRAM limit can be exceeded between two sweeps",
         "The lease sweeper runs each second. A client that crashes holds VRAM until then, so more "
         "than the limit is allocated."},
	{9, "a", "grpc/server.py", 270, 290, "Lease table is changed while it is iterated",
         "The sweeper deletes from self.leases inside a for loop over it, which raises "
         "RuntimeError."},
	{9, "b", "grpc/server.py", 271, 288,
         "RuntimeError: dictionary changed size during iteration in sweeper",
         "for lease in self.leases deletes expired entries from the same dictionary."},
	{10, "a", "config.py", 104, 106, "Bare except hides errors",
         "except: pass swallows YAML and subprocess errors."},
	{10, "c", "config.py", 100, 110, "Silent error swallowing in the configuration loader",
         "A bare except with pass hides subprocess and YAML errors, failures of GPU detection are "
         "lost."},
	{11, "b", "config.py", 101, 108, "Command injection through the GPU query",
         "The query is run by a shell with a name from the configuration."},
	{11, "c", "config.py", 99, 105, "Shell injection in GPU detection",
         "subprocess is called with shell=True and the configured name, a crafted name runs "
         "commands."},
	{12, "b", "emotion.py", 12, 14, "Bare except hides errors",
         "except: pass swallows errors of the model."},
	{13, "b", "tts.py", 30, 33, "Retry without backoff",
         "The call is repeated at once, for ever."},
	{14, "a", "history.py", 10, 20, "History list grows without a bound",
         "self.history is appended to and never cut."},
	{14, "b", "history.py", 12, 12, "Unbounded growth of history",
         "self.history.append without any limit uses up memory."},
	{15, "a", "history.py", 10, 22, "History is written without a lock",
         "Two threads write the file at once, lines are lost."},
	{15, "c", "history.py", 14, 20, "Race condition when the history file is written",
         "There is no lock around reading, changing and writing the file, so updates of threads "
         "are lost."},
	{16, "c", "", 0, 0, "Tests are missing", "There are few tests."},
};
enum { SAID = sizeof(corpus) / sizeof(corpus[0]) };

static struct finding *
make(const struct said *said, size_t count)
{
	struct finding *f = xcalloc(count, sizeof(*f));
	static char id[SAID][8];

	for (size_t i = 0; i < count; i++) {
		snprintf(id[i], sizeof(id[i]), "id%zu", i);
		f[i].id = str_of(id[i]);
		f[i].title = str_of(said[i].title);
		f[i].message = str_of(said[i].message);
		if (said[i].path[0])
			*finding_location(&f[i]) = (struct location){.path = str_of(said[i].path),
			                                             .line = said[i].line,
			                                             .end_line = said[i].end};
		*finding_source(&f[i]) = (struct source){
			.report = str_of(said[i].report), .line = i + 1, .title = f[i].title};
	}
	return f;
}

static void
unmake(struct finding *f, size_t count)
{
	for (size_t i = 0; i < count; i++)
		finding_release(&f[i]);
	free(f);
}

static void
test_corpus(void)
{
	struct finding *f = make(corpus, SAID);
	struct merge m = {.finding = f, .count = SAID};
	int same = 0, found = 0, right = 0, named = 0;

	merge_run(&m);
	for (size_t a = 0; a < SAID; a++)
		for (size_t b = a + 1; b < SAID; b++) {
			bool one = corpus[a].group == corpus[b].group, put = m.into[a] == m.into[b];

			same += one;
			found += put;
			right += one && put;
			if (put && !one)
				fprintf(stderr, "# %s = %s\n", corpus[a].title, corpus[b].title);
			if (one && !put)
				for (size_t k = 0; k < m.merged[m.into[a]].possible_count; k++)
					named += str_eq(m.merged[m.into[a]].possible[k],
					                m.merged[m.into[b]].id);
		}
	fprintf(stderr, "# %d of %d duplicates found, %d of %d right, %d more named\n", right, same,
	        right, found, named);
	ok(right * 100 >= same * 40, "40 %% of the duplicates are found");
	ok(right * 100 >= found * 80, "80 %% of what is found is right");
	merge_release(&m);
	unmake(f, SAID);
}

/* What a report says of itself. */
static struct claims
claims_of(size_t count)
{
	struct claims all = CLAIMS_INIT;

	for (size_t i = 0; i < count; i++)
		claims_add(&all);
	return all;
}

/* The two reports of which the first has numbers 1, 7 and 8 and the second 4 and 6. */
static void
test_reports(void)
{
	static const struct said said[] = {
		{1, "a", "agents/emotion_engine.py", 126, 140,
	         "ZMQ pooled REP sockets are double-bound & `endpoint` is undefined",
	         "Pool already binds, the second bind raises. Missing `endpoint` raises "
	         "AttributeError."},
		{2, "a", "grpc_server.py", 400, 404,
	         "GPU lease sweeper thread not joined on shutdown", ""},
		{1, "a", "", 0, 0, "Undefined `endpoint` & context misuse repeats in many agents",
	         "ensure `self.endpoint` set once and context not nulled"},
		{2, "b", "grpc_server.py", 400, 404, "Lease-Sweeper thread not joined on shutdown",
	         "Thread is signalled to stop but never joined, risking interpreter-shutdown races "
	         "and incomplete lease accounting."},
		{3, "b", "grpc_server.py", 270, 276, "TTL reaper window allows VRAM leakage",
	         "The sweeper checks once per second. If a client rapidly acquires and crashes, "
	         "over-allocation can occur."},
	};
	static struct claim_hint hint = {.kind = CLAIM_HINT_PART, .number = {"1", 1}};
	struct finding *f = make(said, 5);
	struct claims all = claims_of(5);
	struct merge m = {.finding = f, .count = 5, .claims = &all};

	all.claim[0].number = STR("1");
	all.claim[2].number = STR("8");
	all.claim[2].hint = &hint;
	all.claim[2].hints = 1;
	all.claim[3].number = STR("1");
	all.claim[3].report = all.claim[4].report = 1;
	f[1].severity = SEVERITY_MEDIUM;
	f[1].verdict = f[0].verdict = VERDICT_CONFIRMED;
	f[1].confidence = 0.7;
	f[2].verdict = VERDICT_UNVERIFIABLE;
	f[2].severity = SEVERITY_HIGH;
	f[3].severity = SEVERITY_HIGH;
	f[3].verdict = VERDICT_UNVERIFIABLE;
	f[3].why = STR("no quote");
	f[3].fix = STR("join it");
	merge_run(&m);
	is_int((long long)m.merged_count, 3, "of five three are left");
	ok(m.into[0] == m.into[2], "one says that it is part of another");
	is_str(m.merged[0].title, said[0].title, "  which has the words");
	is_int(m.merged[0].severity, SEVERITY_HIGH, "  but the severity of the severer");
	is_int(m.merged[0].verdict, VERDICT_CONFIRMED, "  and is confirmed");
	ok(m.into[1] == m.into[3], "the same in two reports");
	is_str(m.merged[1].id, "id1", "  has the id of the first");
	is_str(m.merged[1].title, said[3].title, "  the words of the severer");
	is_str(m.merged[1].fix, "join it", "  its fix");
	is_int((long long)m.merged[1].source_count, 2, "  both sources");
	is_int((long long)m.merged[1].location_count, 1, "  and their one place");
	is_int(m.merged[1].verdict, VERDICT_CONFIRMED, "  the stronger verdict");
	is_num(m.merged[1].confidence, 0.7, "  with its confidence");
	ok(m.merged[1].evidence_count == 1 && str_is(m.merged[1].evidence[0].kind, "verdict"),
	   "  the other one is kept");
	is_str(m.merged[1].evidence[0].note, "unverifiable: no quote", "  with its reason");
	is_int((long long)m.into[4], 2, "another fault of the same file stays");
	merge_release(&m);
	hint.kind = CLAIM_HINT_SEE;
	m = (struct merge){.finding = f, .count = 5, .claims = &all};
	merge_run(&m);
	is_int((long long)m.merged_count, 4, "\"see also\" is no reason");
	merge_release(&m);
	claims_release(&all);
	unmake(f, 5);
}

static enum verdict
together(enum verdict a, double sure, enum verdict b, double surer)
{
	static const struct said said[] = {{1, "a", "x", 1, 2, "The same words here", ""},
	                                   {1, "b", "x", 1, 2, "The same words here", ""}};
	struct finding *f = make(said, 2);
	struct merge m = {.finding = f, .count = 2};
	enum verdict v;

	f[0].verdict = a;
	f[0].confidence = sure;
	f[1].verdict = b;
	f[1].confidence = surer;
	merge_run(&m);
	v = m.merged_count == 1 ? m.merged[0].verdict : VERDICT_NONE;
	merge_release(&m);
	unmake(f, 2);
	return v;
}

static void
test_verdicts(void)
{
	static const enum verdict order[] = {VERDICT_CONFIRMED, VERDICT_CHANGED, VERDICT_FIXED,
	                                     VERDICT_NOT_FOUND, VERDICT_UNVERIFIABLE};

	for (int a = 0; a < 5; a++)
		for (int b = a; b < 5; b++) {
			ok(together(order[a], 0.5, order[b], 0.5) == order[a], "%s goes before %s",
			   verdict_name[order[a]], verdict_name[order[b]]);
			ok(together(order[b], 0.5, order[a], 0.5) == order[a], "  also after it");
		}
	ok(together(VERDICT_CONFIRMED, 0.5, VERDICT_FIXED, 0.9) == VERDICT_FIXED,
	   "fixed goes before what is not as sure");
	ok(together(VERDICT_FIXED, 0.9, VERDICT_CHANGED, 0.5) == VERDICT_FIXED, "  also after it");
	ok(together(VERDICT_CONFIRMED, 0.9, VERDICT_FIXED, 0.5) == VERDICT_CONFIRMED,
	   "  but not before what is surer");
}

/* A file that is not in the tree is named with more directories or less; two files that are there are two. */
static void
test_paths(void)
{
	static const struct said said[] = {
		{1, "a", "/workspace/x/y.py", 7, 9, "The thread is not joined", ""},
		{1, "b", "x/y.py", 7, 9, "The thread is never joined", ""},
		{1, "c", "/xx/y.py", 7, 9, "The thread is not joined", ""}};
	struct finding *f = make(said, 3);
	struct merge m = {.finding = f, .count = 3};

	merge_run(&m);
	is_int((long long)m.merged_count, 3, "files that are there");
	merge_release(&m);
	for (int i = 0; i < 3; i++)
		f[i].locations[0].verdict = VERDICT_NOT_FOUND;
	m = (struct merge){.finding = f, .count = 3};
	merge_run(&m);
	ok(m.into[0] == m.into[1] && m.into[2] != m.into[0], "files that are not");
	merge_release(&m);
	unmake(f, 3);
}

/* Of one rule at one line there is one; of the same words elsewhere there are two. */
static void
test_rules(void)
{
	static const struct said said[] = {{1, "", "x", 7, 7, "Bare except", ""},
	                                   {1, "", "x", 7, 7, "Something else", ""},
	                                   {2, "", "y", 7, 7, "Bare except", ""}};
	struct finding *f = make(said, 3);
	struct merge m = {.finding = f, .count = 3};

	f[0].rule = f[1].rule = f[2].rule = STR("bare-except");
	merge_run(&m);
	is_int((long long)m.merged_count, 2, "the same rule at the same line, and in another file");
	merge_release(&m);
	unmake(f, 3);
}

/* However many they are, and however alike: a bounded number of comparisons for each. */
static void
test_many(void)
{
	size_t many = tap_times(10000) * 2;
	struct finding *f = xcalloc(many, sizeof(*f));
	struct merge m = {.finding = f, .count = many};
	struct arena a = ARENA_INIT;
	char text[64];

	for (size_t i = 0; i < many; i++) {
		f[i].id = (snprintf(text, sizeof(text), "%zu", i), arena_copy(&a, str_of(text)));
		snprintf(text, sizeof(text), "fault%zu in part%zu", i / 2, i / 100);
		f[i].title = arena_copy(&a, str_of(text));
		*finding_location(&f[i]) = (struct location){.path = STR("x"), .line = 1};
		*finding_source(&f[i]) = (struct source){.report = i % 2 ? STR("a") : STR("b")};
	}
	merge_run(&m);
	is_int((long long)m.merged_count, (long long)many / 2, "very many in one place");
	merge_release(&m);
	unmake(f, many);
	arena_release(&a);
}

static void
test_none(void)
{
	struct merge m = {.count = 0};

	merge_run(&m);
	is_int((long long)m.merged_count, 0, "of nothing there is nothing");
	merge_release(&m);
}

/* Names and endings. */
static void
test_wording(void)
{
	static const struct said said[] = {
		{0, "", "", 0, 0, "Joining self._lease_sweeper threads", ""},
		{0, "", "", 0, 0, "the thread leaseSweeper is joined", ""},
		{0, "", "", 0, 0, "re-entrancy", ""},
		{0, "", "", 0, 0, "Reentrancy", ""},
		{0, "", "", 0, 0, "of the and", ""},
		/* "The lock is never released", "the lock is not released", "no limit" */
		{0, "", "", 0, 0, "\xe9\x94\x81\xe6\xb2\xa1\xe6\x9c\x89\xe9\x87\x8a\xe6\x94\xbe",
	         ""},
		{0, "", "", 0, 0, "\xe9\x94\x81\xe6\x9c\xaa\xe9\x87\x8a\xe6\x94\xbe", ""},
		{0, "", "", 0, 0, "\xe6\x97\xa0\xe9\x99\x90\xe5\x88\xb6", ""}};
	struct finding *f = make(said, 8);
	struct wordings w;

	wordings_make(&w, f, 8);
	ok(wordings_like(&w, 0, 1) > 0.5,
	   "a name counts by its parts, words without their endings");
	ok(wordings_like(&w, 2, 3) > 0.3, "a hyphen does not matter");
	ok(wordings_like(&w, 0, 2) <= 0 && wordings_like(&w, 4, 4) <= 0, "nothing in common");
	is_num((double)(float)wordings_titles_like(&w, 0, 0), 1, "the same is the same");
	ok(wordings_like(&w, 5, 6) > 0.1, "without spaces, pairs of characters are words");
	ok(wordings_like(&w, 5, 7) <= 0, "and others are others");
	wordings_release(&w);
	unmake(f, 8);
}

int
main(void)
{
	test_corpus();
	test_reports();
	test_verdicts();
	test_paths();
	test_rules();
	test_many();
	test_none();
	test_wording();
	return done_testing();
}
