/*
 * Asking git about trees: what it knows, and what it must not be made to do.
 */
#include "tap.h"

#include "report/history.h"
#include "report/judge.h"
#include "report/judgements.h"

#include <unistd.h>

static char dir[] = "/tmp/eros-history.XXXXXX";

/* Run the command, in the directory of the test, with a git that knows nobody. */
static bool
run(const char *fmt, ...)
{
	struct buf b = BUF_INIT;
	va_list ap;
	int status;

	buf_printf(&b,
	           "cd %s && export HOME=%s GIT_CONFIG_NOSYSTEM=1 GIT_AUTHOR_NAME=Jane "
	           "GIT_AUTHOR_EMAIL=j@x GIT_COMMITTER_NAME=Jane GIT_COMMITTER_EMAIL=j@x "
	           "GIT_AUTHOR_DATE='1700000000 +0000' GIT_COMMITTER_DATE='1700000000 +0000' && ",
	           dir, dir);
	va_start(ap, fmt);
	buf_vprintf(&b, fmt, ap);
	va_end(ap);
	status = system(buf_cstr(&b));
	buf_release(&b);
	return status == 0;
}

static const char *
path_of(const char *name)
{
	static char path[200];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	return path;
}

static const char make_repo[] =
	"mkdir -p repo/src && cd repo && git init -q -b main . && "
	"printf 'import x\\n\\ndef f(a):\\n    return dangerous_call(a)\\n\\ndef g():\\n    try:\\n"
	"        h()\\n    except:\\n        pass\\n' >src/old.py && git add . && "
	"git commit -qm 'Add the module' && git mv src/old.py src/new.py && git commit -qm Rename "
	"&& "
	"{ printf 'import x\\nimport y\\nimport z\\n'; "
	"sed -e '/^import/d; s/dangerous_call(a)/safe(a)/' src/new.py; } >src/n && "
	"mv src/n src/new.py && git commit -qam 'Make it safe'";

struct seen {
	size_t versions;
	struct buf paths;
	bool found;
};

static bool
note_version(void *arg, const struct version *v)
{
	struct seen *s = arg;

	s->versions++;
	buf_span(&s->paths, v->path);
	buf_byte(&s->paths, ' ');
	s->found |= memmem(v->text.ptr, v->text.len, "dangerous_call", 14) != NULL;
	return true;
}

static void
note_blame(void *arg, const struct blame *b)
{
	struct buf *out = arg;

	buf_printf(out, "%u " STR_FMT " " STR_FMT ";", b->line, STR_ARG(b->author),
	           STR_ARG(b->summary));
}

static void
test_history(void)
{
	const char *reason;
	struct history *h;
	struct seen seen = {0};
	struct buf b = BUF_INIT;

	ok(run(make_repo), "made a repository");
	h = history_open(path_of("repo"), &reason);
	if (!ok(h != NULL, "its history can be asked: %s", reason ? reason : "yes"))
		return;
	ok(history_versions(h, STR("src/new.py"), note_version, &seen), "versions of a file");
	is_str(str_trim(buf_view(&seen.paths)), "src/new.py src/new.py src/old.py",
	       "the newest first, through a rename");
	ok(seen.found, "with their texts");
	ok(history_versions(h, STR("src/none.py"), note_version, &seen), "of no file none");
	is_int((long long)seen.versions, 3, "no version of it");
	ok(!history_versions(h, STR("src/a\nb"), note_version, &seen), "a name over two lines");
	ok(history_text(h, STR("HEAD"), STR("src/new.py"), &b), "the text at HEAD");
	ok(b.len > 0 && memmem(b.ptr, b.len, "safe(a)", 7), "which is this");
	ok(!history_text(h, STR("HEAD"), STR("../../etc/passwd"), &b), "and none from outside");
	buf_reset(&b);
	ok(history_blame(h, STR("src/new.py"), (uint32_t[]){6, 2}, 2, note_blame, &b), "blame");
	ok(memmem(b.ptr, b.len, "6 Jane Make it safe;", 20) != NULL, "says who and why: " STR_FMT,
	   STR_ARG(buf_view(&b)));
	history_close(h);
	buf_release(&seen.paths);
	buf_release(&b);
}

/* A .git that names programs everywhere where git would run one. */
static const char make_hostile[] =
	"cp -r repo hostile && cd hostile && printf '#!/bin/sh\\ntouch %s/pwned\\ncat \"$1\"\\n' "
	">../evil && chmod +x ../evil && for k in core.fsmonitor core.pager core.sshCommand "
	"core.editor core.askPass core.gitProxy core.alternateRefsCommand diff.external "
	"diff.x.textconv diff.x.command filter.x.clean filter.x.smudge filter.x.process "
	"credential.helper gpg.program log.showSignature alias.log alias.blame pager.log "
	"uploadpack.packObjectsHook; do git config $k %s/evil; done && "
	"git config remote.origin.promisor true && git config remote.origin.url 'ext::%s/evil' && "
	"git config extensions.partialClone origin && git config core.hooksPath %s && "
	"printf '* diff=x filter=x\\n' >.gitattributes && cp .gitattributes .git/info/attributes "
	"&& "
	"for k in post-checkout pre-auto-gc reference-transaction; do cp ../evil .git/hooks/$k; "
	"done";

static void
test_hostile(void)
{
	const char *reason;
	struct history *h;
	struct seen seen = {0};
	struct buf b = BUF_INIT;

	ok(run(make_hostile, dir, dir, dir, dir), "a repository that names programs");
	h = history_open(path_of("hostile"), &reason);
	if (!ok(h != NULL, "can be asked: %s", reason ? reason : "yes"))
		return;
	history_versions(h, STR("src/new.py"), note_version, &seen);
	is_int((long long)seen.versions, 3, "for versions");
	ok(history_blame(h, STR("src/new.py"), (uint32_t[]){6}, 1, note_blame, &b), "for blame");
	history_close(h);
	ok(access(path_of("pwned"), F_OK) != 0, "and none of them was run");
	ok(run("cd hostile && rm -f ../pwned && rm -rf $(find .git/objects -type f | head -n 3) && "
	       "true"),
	   "some objects are gone");
	h = history_open(path_of("hostile"), &reason);
	history_versions(h, STR("src/new.py"), note_version, &seen);
	history_close(h);
	ok(access(path_of("pwned"), F_OK) != 0, "none is fetched");
	buf_release(&seen.paths);
	buf_release(&b);
}

static void
refuses(const char *make, const char *want, const char *name)
{
	const char *reason = NULL;
	struct history *h;

	ok(run("rm -rf bad && cp -r repo bad && cd bad && %s", make), "made one");
	h = history_open(path_of("bad"), &reason);
	is_str(str_of(h ? "none" : reason), want, name);
	history_close(h);
}

static void
test_refusals(void)
{
	refuses("rm -rf .git", "it has no .git", "no repository");
	refuses("mv .git ../away && ln -s ../away .git", "its .git is no directory of its own",
	        "a link");
	refuses("rm -rf .git ../away && echo 'gitdir: ../repo/.git' >.git",
	        "its .git is no directory of its own", "a file that leads elsewhere");
	refuses("echo /elsewhere >.git/objects/info/alternates", "its objects are not all its own",
	        "alternates");
	refuses("mv .git/objects/pack ../pack && ln -s ../../../pack .git/objects/pack",
	        "its objects are not all its own", "a link among the objects");
	refuses("mkdir -p .git/objects/aa && mkfifo .git/objects/aa/bb",
	        "its objects are not all its own", "a pipe among them");
	refuses("echo 'ref: ../../../etc/passwd' >.git/HEAD", "its HEAD names no commit",
	        "a reference that leads out");
	refuses("rm -f .git/refs/heads/main && ln -s /etc/passwd .git/refs/heads/main",
	        "its HEAD names no commit", "a reference that is a link");
	refuses("rm .git/HEAD && mkfifo .git/HEAD", "its HEAD names no commit", "a pipe");
	ok(run("cd bad && rm -rf .git && cp -r ../repo/.git . && git pack-refs --all && git gc -q"),
	   "one with packed references and objects");
	{
		const char *reason;
		struct history *h = history_open(path_of("bad"), &reason);

		ok(h != NULL, "is as good as any");
		history_close(h);
	}
}

static struct arena memory;

static struct claim_quote
quote(const char *text)
{
	struct claim_quote q = {.role = CLAIM_QUOTE, .location = -1};
	struct str rest = str_of(text), line;

	q.text = arena_take(&memory, 8 * sizeof(*q.text));
	while (str_line(&rest, &line))
		q.text[q.lines++] = (struct claim_line){line, 1, 0};
	return q;
}

static void
test_judging(void)
{
	struct claims all = CLAIMS_INIT;
	struct claim_range range[] = {{4, 4, false, false}, {9, 10, false, false}};
	struct claim_location l[] = {
		{.path = STR("src/new.py"), .range = &range[0], .ranges = 1},
		{.path = STR("src/new.py"), .range = &range[1], .ranges = 1},
		{.path = STR("src/new.py"), .range = &range[0], .ranges = 1},
	};
	struct claim_quote q[] = {quote("return dangerous_call(a)"), quote("except:\n    pass"),
	                          quote("return safe(a)")};
	struct source_tree tree;
	struct judge j = {.tree = &tree, .blame = true};
	const char *reason;

	claims_add_report(&all)->file = STR("report.md");
	for (size_t i = 0; i < 3; i++) {
		struct claim *c = claims_add(&all);

		c->title = STR("a finding");
		c->location = &l[i];
		c->quote = &q[i];
		c->locations = c->quotes = 1;
	}
	j.history = history_open(path_of("repo"), &reason);
	if (!ok(source_tree_open(&tree, path_of("repo")), "the tree"))
		return;
	judge_claims(&j, &all);
	is_int(j.finding[0].verdict, VERDICT_FIXED, "what was there in an earlier commit is fixed");
	is_str(j.finding[0].evidence[j.finding[0].evidence_count - 1].kind, "history",
	       "as evidence says");
	is_int(j.finding[1].verdict, VERDICT_CONFIRMED,
	       "stated lines are followed to where they are");
	is_int((long long)j.finding[1].locations[0].line, 11, "namely here");
	is_int(j.finding[2].verdict, VERDICT_CONFIRMED, "what is there is confirmed");
	is_str(j.finding[2].evidence[j.finding[2].evidence_count - 1].kind, "blame",
	       "with who wrote it");
	judge_release(&j);
	history_close(j.history);
	source_tree_release(&tree);
	claims_release(&all);
}

static void
test_judgements(void)
{
	struct finding f = FINDING_INIT;
	struct judgements j = {0};
	struct record r = RECORD_INIT;
	struct json_error error;
	const char *reason;
	static const char *const lines[] = {
		"{\"finding\":\"0123\",\"verdict\":\"not_found\",\"by\":\"jane\",\"why\":\"gone\"}",
		"{\"finding\":\"0123\",\"by\":\"joe\",\"why\":\"looks so\"}",
		"{\"finding\":\"ffff\",\"verdict\":\"fixed\",\"by\":\"joe\"}",
		"{\"finding\":\"0123\",\"verdict\":\"maybe\",\"by\":\"joe\"}",
		"{\"finding\":\"0123\",\"verdict\":\"fixed\"}",
		"{\"verdict\":\"fixed\",\"by\":\"joe\"}",
	};
	static const char *const want[] = {NULL,
	                                   NULL,
	                                   NULL,
	                                   "member \"verdict\" is none",
	                                   "no member \"by\"",
	                                   "no member \"finding\""};

	f.id = STR("0123");
	f.verdict = VERDICT_CONFIRMED;
	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
		struct buf b = BUF_INIT;

		buf_padded(&b, str_of(lines[i]));
		record_scan(&r, (struct str){b.ptr, strlen(lines[i])}, &error);
		ok(judgements_add(&j, &r, &reason) == !want[i], "judgement %zu is %s", i + 1,
		   want[i] ? "refused" : "taken");
		is_str(str_of(reason ? reason : ""), want[i] ? want[i] : "", "for that reason");
		buf_release(&b);
	}
	is_int((long long)judgements_apply(&j, &f, 1), 1, "one is of no finding");
	is_int(f.verdict, VERDICT_NOT_FOUND, "the verdict is that of the judgement");
	is_str(f.why, "judged by jane: gone", "which is told with its author");
	is_int((long long)f.judgement_count, 2, "all judgements are kept");
	record_release(&r);
	finding_release(&f);
	judgements_release(&j);
}

int
main(void)
{
	if (!mkdtemp(dir))
		return 1;
	test_history();
	test_hostile();
	test_refusals();
	test_judging();
	test_judgements();
	arena_release(&memory);
	ok(run("rm -rf repo hostile bad away pack evil"), "cleaned up");
	rmdir(dir);
	return done_testing();
}
