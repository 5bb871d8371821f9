/*
 * Claims against the trees that t/trees.sh makes, before and after what they claim was fixed.
 */
#include "tap.h"

#include "report/judge.h"
#include "report/search.h"

#include <sys/stat.h>
#include <unistd.h>

static struct claims all;
static struct arena memory;
static char dir[] = "/tmp/eros-judge.XXXXXX";

static void *
room(size_t size)
{
	return memset(arena_take(&memory, size), 0, size);
}

/* A claim more, of the report that was begun last. */
static struct claim *
claim(const char *number, const char *title, const char *fix)
{
	struct claim *c = claims_add(&all);

	c->report = (uint32_t)all.reports - 1;
	c->number = str_of(number);
	c->title = str_of(title);
	c->fix = str_of(fix);
	c->line = 10 * (uint32_t)all.count;
	all.report[c->report].claims++;
	return c;
}

static void
report(const char *file)
{
	struct claim_report *r = claims_add_report(&all);

	r->file = str_of(file);
}

/* One location more: its lines are none where FIRST is 0. */
static void
at(struct claim *c, const char *path, uint32_t first, uint32_t last)
{
	struct claim_location *l, *old = c->location;
	struct claim_range *r = room(sizeof(*r));

	l = room((c->locations + 1) * sizeof(*l));
	if (c->locations > 0)
		memcpy(l, old, c->locations * sizeof(*l));
	*r = (struct claim_range){first, last, false, false};
	l[c->locations++] = (struct claim_location){
		.path = str_of(path), .range = r, .ranges = first > 0, .line = c->line + 1};
	c->location = l;
}

/* LOCATION is the index of the location that the quote stands under, or -1. */
static void
code(struct claim *c, enum claim_role role, int location, const char *text)
{
	struct claim_quote *q = room((c->quotes + 1) * sizeof(*q)), *last;
	struct str rest = str_of(text), line;

	if (c->quotes > 0)
		memcpy(q, c->quote, c->quotes * sizeof(*q));
	last = &q[c->quotes++];
	*last = (struct claim_quote){.role = role, .location = location, .line = c->line + 2};
	last->text = room(32 * sizeof(*last->text));
	while (last->lines < 32 && str_line(&rest, &line))
		last->text[last->lines++] = (struct claim_line){line, c->line + 2, 0};
	c->quote = q;
}

#define AGENTS "/main_pc_code/agents/"

static void
first_report(void)
{
	struct claim *c;

	report("first.md");
	c = claim("1", "Pooled REP sockets are bound twice",
	          "Remove `get_rep_socket` for server sockets; make one by "
	          "`self.context.socket(zmq.REP)`. "
	          "Or set `bind=False` in a helper `get_rep_connect_socket`.");
	at(c, AGENTS "emotion_engine.py", 126, 140);
	at(c, "emotion_engine_enhanced.py", 0, 0);
	at(c, "chitchat_agent.py", 0, 0);
	at(c, "nlu_agent.py", 0, 0);
	code(c, CLAIM_QUOTE, 0,
	     "# EmotionEngine\n\nself.socket = get_rep_socket(self.endpoint).socket   # pool "
	     "binds\n"
	     "\n...\n\nself._bind_socket_with_retry(self.socket, self.port)   # 2nd bind "
	     "\xe2\x9e\x9c "
	     "EADDRINUSE");
	code(c, CLAIM_REMEDY_INLINE, -1, "get_rep_socket");
	code(c, CLAIM_REMEDY_INLINE, -1, "self.context.socket(zmq.REP)");
	code(c, CLAIM_REMEDY_INLINE, -1, "bind=False");
	code(c, CLAIM_REMEDY_INLINE, -1, "get_rep_connect_socket");

	c = claim("2", "Publisher binds, then connects", "make a plain one and connect:");
	at(c, AGENTS "error_publisher.py", 41, 53);
	code(c, CLAIM_QUOTE, 0,
	     "self.socket = get_pub_socket(self.endpoint).socket  # pool binds\n"
	     "self.socket.connect(self.endpoint)        # then connects(!)");
	code(c, CLAIM_REMEDY, -1,
	     "ctx = zmq.Context.instance()\nself.socket = ctx.socket(zmq.PUB)\n"
	     "self.socket.setsockopt(zmq.LINGER, 0)\nself.socket.connect(self.endpoint)");

	c = claim("3", "Code execution by `pickle.loads`",
	          "switch to safe formats (MsgPack / JSON) and validate schema.");
	at(c, AGENTS "fused_audio_preprocessor.py", 708, 712);
	at(c, AGENTS "streaming_interrupt_handler.py", 226, 229);
	code(c, CLAIM_QUOTE, 0, "data = pickle.loads(message)");
	code(c, CLAIM_QUOTE, 1, "data = pickle.loads(msg)");

	c = claim("4", "Executor crashes on startup",
	          "drop `self.context = None` and use BaseAgent's context.");
	at(c, AGENTS "executor.py", 121, 126);
	code(c, CLAIM_QUOTE, 0,
	     "self.context = None  # overwrites\n"
	     "self.command_socket = self.context.socket(zmq.REP)  # AttributeError");
	code(c, CLAIM_REMEDY_INLINE, -1, "self.context = None");

	c = claim("5", "`eval` of the alert's condition",
	          "parse condition with regex & `operator` mapping, no `eval`.");
	at(c, "/common/observability/metrics.py", 63, 66);
	code(c, CLAIM_QUOTE, 0, "return eval(f\"{value} {self.condition}\")");
	code(c, CLAIM_REMEDY_INLINE, -1, "operator");
	code(c, CLAIM_REMEDY_INLINE, -1, "eval");

	c = claim("6", "REST API open by default, any origin",
	          "fail-closed when API key missing, restrict `allow_origins`.");
	code(c, CLAIM_QUOTE, -1,
	     "if not self.api_key: self._auth_dependency = None    # no auth\n"
	     "allow_origins=[\"*\"]           # any origin");
	code(c, CLAIM_REMEDY_INLINE, -1, "allow_origins");

	c = claim("7", "Lease sweeper not joined",
	          "`self.servicer._lease_sweeper.join(timeout=5)` after stop.");
	at(c, "/model_ops_coordinator/transport/grpc_server.py", 400, 404);
	code(c, CLAIM_QUOTE, 0, "self.servicer._lease_sweeper_stop.set()\n# thread not joined");
	code(c, CLAIM_REMEDY_INLINE, -1, "self.servicer._lease_sweeper.join(timeout=5)");

	c = claim("8", "Undefined `endpoint` repeats in many agents", "");
	code(c, CLAIM_INLINE, -1, "self.endpoint");
	c = claim("9", "Loops without an end", "add stop Event / check.");
	code(c, CLAIM_INLINE, -1, "while True:");
}

static void
second_report(void)
{
	struct claim *c;

	report("second.md");
	c = claim("1", "Wrong API usage causes failure",
	          "Convert `GRPCServer.start()` to `async def` or wrap the sync call:");
	at(c, "/workspace/model_ops_coordinator/app.py", 228, 238);
	at(c, "", 241, 249);
	code(c, CLAIM_QUOTE, -1,
	     "# create_task expects coroutine objects\nserver_tasks.append(asyncio.create_task(\n"
	     "    self.zmq_server.start(),\n    name=\"zmq-server\"\n))\n\n"
	     "server_tasks.append(asyncio.create_task(    # \xe2\x86\x90 sync function\n"
	     "    self.grpc_server.start(),\n    name=\"grpc-server\"\n))");
	code(c, CLAIM_REMEDY, -1,
	     "async def start(self):\n    loop = asyncio.get_running_loop()\n"
	     "    await loop.run_in_executor(None, self._start_sync)\n\n"
	     "def _start_sync(self):  # renamed old logic\n    ...");

	c = claim("2", "The same on the way to shutdown",
	          "Ensure each `stop()` is `async def`, or run sync stops in an executor:");
	at(c, "/workspace/model_ops_coordinator/app.py", 295, 299);
	code(c, CLAIM_QUOTE, -1,
	     "stop_tasks.append(self.rest_server.stop())  # returns None\n"
	     "await asyncio.gather(*stop_tasks)           # TypeError here");
	code(c, CLAIM_REMEDY, -1,
	     "loop = asyncio.get_running_loop()\nawait loop.run_in_executor(None, "
	     "self.rest_server.stop)");

	c = claim("3", "Data race on `voice_buffer`", "Replace list with `queue.Queue()`.");
	at(c, "/workspace" AGENTS "face_recognition_agent.py", 200, 208);
	code(c, CLAIM_INLINE, -1, "self.voice_buffer");
	code(c, CLAIM_INLINE, -1, "pop(0)");

	c = claim("4", "Lease sweeper not joined on shutdown", "");
	at(c, "/workspace/model_ops_coordinator/transport/grpc_server.py", 400, 404);
	code(c, CLAIM_REMEDY, -1,
	     "self.servicer._lease_sweeper_stop.set()\nself.servicer._lease_sweeper.join(timeout="
	     "5)");

	c = claim("5", "Errors are swallowed",
	          "Catch specific exceptions (`subprocess.CalledProcessError`, "
	          "`FileNotFoundError`) and log "
	          "them.");
	at(c, "/workspace/common/utils/unified_config_loader.py", 104, 106);
	code(c, CLAIM_QUOTE, -1, "except:     # bare except\n    pass");
	code(c, CLAIM_REMEDY_INLINE, -1, "subprocess.CalledProcessError");
	code(c, CLAIM_REMEDY_INLINE, -1, "FileNotFoundError");

	c = claim("6", "The reaper leaves a window", "Reduce interval to `0.1 s`.");
	at(c, "/workspace/model_ops_coordinator/transport/grpc_server.py", 270, 276);

	c = claim("7", "Empty payload gives 500", "Add a check and return 400.");
	at(c, "/workspace/model_ops_coordinator/transport/rest_api.py", 70, 90);
	code(c, CLAIM_INLINE, -1, "json.loads('')");
	code(c, CLAIM_INLINE, -1, "JSONDecodeError");
	code(c, CLAIM_INLINE, -1, "except Exception");
}

static void
tree_make(const char *state)
{
	const char *srcdir = getenv("srcdir");
	struct buf b = BUF_INIT;

	buf_printf(&b, "%s/t/trees.sh %s %s/%s", srcdir ? srcdir : ".", state, dir, state);
	ok(system(buf_cstr(&b)) == 0, "made the tree %s", state);
	buf_release(&b);
}

static void
tree_remove(void)
{
	struct buf b = BUF_INIT;

	buf_printf(&b, "rm -rf %s", dir);
	ok(system(buf_cstr(&b)) == 0, "removed the trees");
	buf_release(&b);
}

struct trial {
	struct source_tree tree;
	struct judge j;
};

static void
trial_run(struct trial *t, const char *name)
{
	static char path[200];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	*t = (struct trial){.j = {.tree = &t->tree, .explain = true}};
	if (!ok(source_tree_open(&t->tree, path), "%s is a tree", path))
		exit(done_testing());
	judge_claims(&t->j, &all);
	is_int((long long)t->j.count, (long long)all.count, "a finding for each claim");
}

static void
trial_end(struct trial *t)
{
	judge_release(&t->j);
	source_tree_release(&t->tree);
}

static void
begin(void)
{
	claims_release(&all);
	all = (struct claims)CLAIMS_INIT;
}

/* WANT has a letter for each finding: that of its verdict. */
static void
verdicts(const struct judge *j, const char *want, const char *name)
{
	static const char letter[] = "-CPFNU";
	char got[64] = "";

	for (size_t i = 0; i < j->count && i < sizeof(got) - 1; i++)
		got[i] = letter[j->finding[i].verdict];
	if (!is_str(str_of(got), want, name))
		for (size_t i = 0; i < j->count; i++)
			fprintf(stderr, "# " STR_FMT ": " STR_FMT "\n",
			        STR_ARG(j->finding[i].title), STR_ARG(j->finding[i].why));
}

static void
test_two_reports(void)
{
	struct trial t;

	begin();
	first_report();
	second_report();
	tree_make("before");
	tree_make("after");
	trial_run(&t, "before");
	verdicts(&t.j, "CCCCCCCUUCCUCCUN", "before the fixes");
	is_str(t.j.finding[5].locations[0].path, "model_ops_coordinator/transport/rest_api.py",
	       "a quote without a place is found in the tree");
	is_int((long long)t.j.finding[5].locations[0].line, 44, "at its line");
	is_int((long long)t.j.finding[0].location_count, 4, "all the files cited");
	is_str(t.j.finding[0].locations[2].path, "main_pc_code/agents/chitchat_agent.py",
	       "a bare name is that next to what was named before");
	trial_end(&t);
	trial_run(&t, "after");
	verdicts(&t.j, "FFFFFFFUUFFUFFUN", "after the fixes");
	ok(t.j.finding[0].evidence_count > 0, "with evidence");
	trial_end(&t);
}

/* A file of the tree "small". */
static void
file(const char *path, const char *text)
{
	struct buf b = BUF_INIT;
	FILE *out;

	buf_printf(&b, "%s/small/%s", dir, path);
	buf_cstr(&b);
	for (size_t i = strlen(dir) + 1; i < b.len; i++) {
		if (b.ptr[i] != '/')
			continue;
		b.ptr[i] = '\0';
		mkdir(b.ptr, 0777);
		b.ptr[i] = '/';
	}
	out = fopen(buf_cstr(&b), "w");
	if (!out || fputs(text, out) == EOF || fclose(out) != 0)
		ok(false, "cannot write %s", path);
	buf_release(&b);
}

#define LOAD                                                                          \
	"def load(self, name):\n    raw = self.storage.fetch_blob(name)\n    return " \
	"unpickle(raw)\n"

static void
test_places(void)
{
	struct trial t;
	struct claim *c;

	file("src/store/blob.py", "import os\n\n" LOAD);
	file("src/old/blob.py", "import os\n");
	file("src/store/blob_backup.py", LOAD LOAD);
	file("src/cache.py",
	     "# def load(self, name): raw = self.storage.fetch_blob(name)\nx = 1\n\n\n"
	     "# Unlike others, this one keeps nothing\n");
	file("docs/report.md", LOAD);
	file("src/guard.py",
	     "def stop(self):\n    if self.server:\n        log.info(\"shutdown\")\n"
	     "        self.sweeper_event_flag.set()\n\ndef read(self, raw):\n"
	     "    if not self.checksum_of(raw):\n        raise Bad(raw)\n"
	     "    return decode_number_table(raw)\n");
	file("weird.py", "raw = self.storage.fetch_other(name)\n");
	begin();
	report("somewhere.md");
	c = claim("1", "prefix of another machine", "");
	at(c, "/home/jane/project/src/store/blob.py", 3, 5);
	code(c, CLAIM_QUOTE, 0, "raw = self.storage.fetch_blob(name)");
	c = claim("2", "missing leading directory", "");
	at(c, "store/blob.py", 4, 4);
	code(c, CLAIM_QUOTE, 0, "raw = self.storage.fetch_blob(name)");
	c = claim("3", "no place", "");
	code(c, CLAIM_QUOTE, -1, "raw = self.storage.fetch_blob(name)\nreturn unpickle(raw)");
	c = claim("4", "a place that is not there any more", "");
	at(c, "lib/loader.py", 3, 5);
	code(c, CLAIM_QUOTE, 0, "raw = self.storage.fetch_blob(name)\nreturn unpickle(raw)");
	c = claim("5", "no such file, and nothing quoted", "");
	at(c, "lib/loader.py", 3, 5);
	c = claim("6", "a line beyond the end", "");
	at(c, "src/store/blob.py", 300, 305);
	c = claim("7", "a bare name of two files, of which one was named before", "");
	at(c, "blob.py", 4, 4);
	code(c, CLAIM_QUOTE, 0, "raw = self.storage.fetch_blob(name)");
	c = claim("8", "outside of the tree", "");
	at(c, "../../../../../../etc/passwd", 1, 1);
	c = claim("9", "code that is nowhere", "");
	code(c, CLAIM_QUOTE, -1, "raw = self.vault.open_sealed_box(name)");
	c = claim("10", "only a directory", "");
	at(c, "src/store", 0, 0);
	c = claim("11", "what is in every file", "");
	code(c, CLAIM_QUOTE, -1, "except:\n    pass");
	c = claim("12", "named in a comment", "");
	at(c, "src/cache.py", 1, 1);
	code(c, CLAIM_QUOTE, 0, "def load(self, name):");
	c = claim("13", "a comment quoted", "");
	at(c, "src/cache.py", 5, 5);
	code(c, CLAIM_QUOTE, 0, "# Unlike others, this one keeps nothing");
	c = claim("14", "an auditor's comment", "");
	at(c, "src/cache.py", 5, 5);
	code(c, CLAIM_QUOTE, 0, "# the lock is never released");
	c = claim("15", "Worker is abandoned on shutdown", "Wait for the worker.");
	at(c, "src/guard.py", 4, 4);
	code(c, CLAIM_QUOTE, 0, "self.sweeper_event_flag.set()");
	c = claim("16", "Numbers are trusted", "Check the checksum.");
	at(c, "src/guard.py", 9, 9);
	code(c, CLAIM_QUOTE, 0, "return decode_number_table(raw)");
	c = claim("17", "a directory without it, but the root has one", "");
	at(c, "src/gone/weird.py", 1, 1);
	c = claim("18", "the same from another machine", "");
	at(c, "/src/gone/weird.py", 1, 1);
	trial_run(&t, "small");
	verdicts(&t.j, "CCCCNNCNNUUNCUCFNU", "places of all kinds");
	for (size_t i = 0; i < 7; i++)
		if (i < 4 || i > 5)
			is_str(t.j.finding[i].locations[0].path, "src/store/blob.py",
			       "the file that has it");
	is_int((long long)t.j.finding[0].locations[0].line, 4, "and the line");
	is_int((long long)t.j.finding[3].location_count, 3, "other places are told of too");
	is_str(t.j.finding[3].locations[1].note, "backup copy", "a backup copy as such");
	is_int(t.j.finding[3].locations[2].verdict, VERDICT_NOT_FOUND,
	       "what was cited as not there");
	is_str(t.j.finding[7].locations[0].note, "no such file", "nothing outside is found");
	ok(t.j.steps[0].len > 0, "the steps are kept");
	ok(t.j.finding[0].confidence > 0.9, "sure of what is there");
	ok(t.j.finding[0].fingerprint.len > 0, "with a fingerprint");
	ok(!str_eq(t.j.finding[0].id, t.j.finding[1].id), "with an id of its own");
	trial_end(&t);
}

#define SETTLE                                                                             \
	"def settle(order):\n    balance = read_balance(order.account)\n    if balance < " \
	"order.total:\n        refuse_payment(order)\n    return balance - order.total\n"

/* What is quoted is in another file than the one cited. */
static void
test_moved(void)
{
	struct trial t;
	struct claim *c;

	file("shop/pay.py", "def pay(order):\n    return start(order)\n");
	file("shop/settle.py", "import os\n\n" SETTLE);
	file("shop/settle_backup.py", SETTLE);
	file("shop/x.py", "x = 1\n");
	file("shop/text.py", "def ask(user):\n    \"\"\"The user may be anybody here\n    Nobody "
	                     "is asked for a key before that\n    \"\"\"\n");
	file("shop/late.py",
	     "def late(order):\n    balance = 0\n    refuse_payment(order)\n    return 1\n");
	begin();
	report("somewhere.md");
	c = claim("1", "moved to another file", "");
	at(c, "shop/pay.py", 4, 6);
	code(c, CLAIM_QUOTE, 0,
	     "    balance = read_balance(order.account)\n    if balance < order.total:\n        "
	     "refuse_payment(order)");
	c = claim("2", "moved, with one of its lines edited", "");
	at(c, "shop/pay.py", 4, 6);
	code(c, CLAIM_QUOTE, 0,
	     "    balance = read_balance(order.owner)\n    if balance < order.total:\n        "
	     "refuse_payment(order)");
	c = claim("3", "a line of it is left", "");
	at(c, "shop/late.py", 2, 5);
	code(c, CLAIM_QUOTE, 0,
	     "    balance = read_balance(order.account)\n    if balance < order.total:\n        "
	     "refuse_payment(order)");
	c = claim("4", "a line that any file may have", "");
	at(c, "shop/x.py", 4, 4);
	code(c, CLAIM_QUOTE, 0, "def settle(order):");
	c = claim("5", "what is nowhere", "");
	at(c, "shop/pay.py", 4, 4);
	code(c, CLAIM_QUOTE, 0, "reserve_balance(order.account, order.deadline)");
	c = claim("6", "text of which a line was edited", "");
	at(c, "shop/text.py", 2, 3);
	code(c, CLAIM_QUOTE, 0,
	     "The user may be anybody here\nNobody is asked for a key at all before that");
	c = claim("7", "a note of the auditor", "");
	at(c, "shop/text.py", 2, 3);
	code(c, CLAIM_QUOTE, 0, "the session is never closed");
	trial_run(&t, "small");
	verdicts(&t.j, "PPPNNPU", "what was moved is no more than changed");
	is_int((long long)t.j.finding[5].locations[0].line, 2, "text that was edited is found");
	is_str(t.j.finding[0].locations[0].path, "shop/settle.py", "where it is now leads");
	is_int((long long)t.j.finding[0].locations[0].line, 4, "with its line");
	is_str(t.j.finding[0].locations[0].note, "found by its quote, not cited",
	       "and is told as such");
	is_str(t.j.finding[0].locations[1].path, "shop/pay.py", "beside what is cited");
	is_str(t.j.finding[1].locations[0].path, "shop/settle.py", "so does most of it");
	is_str(t.j.finding[2].locations[0].path, "shop/late.py",
	       "the cited file leads where it has a part");
	is_str(t.j.finding[2].locations[1].path, "shop/settle.py", "and the other is told of");
	ok(t.j.steps[0].len > 0, "the steps are kept");
	trial_end(&t);
}

/* What is there twice is meant where it would be by now, as others of the same file tell. */
static void
test_shifted(void)
{
	struct trial t;
	struct claim *c;
	struct buf b = BUF_INIT;

	for (int i = 0; i < 40; i++)
		buf_printf(&b, "step_%d = prepare(%d)\n", i, i);
	buf_str(&b, "def open_all(names):\n    opened = open_streams(names)\n    return "
	            "check_streams(opened)\n");
	for (int i = 40; i < 80; i++)
		buf_printf(&b, "step_%d = prepare(%d)\n", i, i);
	buf_str(&b, "def open_some(names):\n    opened = open_streams(names)\n    return "
	            "check_streams(opened)\n"
	            "connect_everything(streams, deadline)\n");
	file("shop/streams.py", buf_cstr(&b));
	begin();
	report("somewhere.md");
	c = claim("1", "there twice", "");
	at(c, "shop/streams.py", 50, 51);
	code(c, CLAIM_QUOTE, 0,
	     "    opened = open_streams(names)\n    return check_streams(opened)");
	trial_run(&t, "small");
	is_int((long long)t.j.finding[0].locations[0].line, 42,
	       "the nearest of two places, where nothing else is known");
	trial_end(&t);
	c = claim("2", "there once, further down", "");
	at(c, "shop/streams.py", 52, 52);
	code(c, CLAIM_QUOTE, 0, "connect_everything(streams, deadline)");
	trial_run(&t, "small");
	verdicts(&t.j, "CC", "both are there");
	is_int((long long)t.j.finding[0].locations[0].line, 85,
	       "as far down as another of the same file");
	is_int((long long)t.j.finding[0].evidence_count, 1,
	       "with the evidence of that place alone");
	trial_end(&t);
	buf_release(&b);
}

/* Statements that came around what is quoted. */
static void
test_wrapped(void)
{
	struct trial t;
	struct claim *c;

	file("shop/send.py",
	     "def send(order):\n    start(order)\n    if order.is_open:\n"
	     "        transfer_funds(order.account, order.total)\n    close(order)\n\n"
	     "def again(order):\n    for part in order.parts:\n        with part.lock:\n"
	     "            transfer_part_of(order.account, part)\n");
	begin();
	report("somewhere.md");
	c = claim("1", "a condition between its lines", "");
	at(c, "shop/send.py", 2, 3);
	code(c, CLAIM_QUOTE, 0,
	     "    start(order)\n    transfer_funds(order.account, order.total)\n    close(order)");
	c = claim("2", "the same without indentation", "");
	at(c, "shop/send.py", 2, 3);
	code(c, CLAIM_QUOTE, 0,
	     "start(order)\ntransfer_funds(order.account, order.total)\nclose(order)");
	c = claim("3", "a line that went under a condition", "");
	at(c, "shop/send.py", 3, 3);
	code(c, CLAIM_QUOTE, 0, "    transfer_funds(order.account, order.total)");
	c = claim("4", "a line where it was, its indentation cut", "");
	at(c, "shop/send.py", 4, 4);
	code(c, CLAIM_QUOTE, 0, "    transfer_funds(order.account, order.total)");
	c = claim("5", "a lock in a loop", "");
	at(c, "shop/send.py", 8, 9);
	code(c, CLAIM_QUOTE, 0,
	     "for part in order.parts:\n    transfer_part_of(order.account, part)");
	c = claim("6", "all of it, as it is", "");
	at(c, "shop/send.py", 1, 1);
	code(c, CLAIM_QUOTE, 0,
	     "for part in order.parts:\n    with part.lock:\n        "
	     "transfer_part_of(order.account, part)");
	c = claim("7", "Funds go out twice", "Refuse what is not open.");
	at(c, "shop/send.py", 3, 3);
	code(c, CLAIM_QUOTE, 0, "    transfer_funds(order.account, order.total)");
	trial_run(&t, "small");
	verdicts(&t.j, "PPPCPCF", "what came around it changes it");
	is_int((long long)t.j.finding[2].locations[0].line, 4, "where it is now is told");
	trial_end(&t);
}

/* More files have all words of a quote than are looked into; the one that has the quote is among these. */
static void
test_few_words(void)
{
	struct trial t;
	struct claim *c;
	struct buf b = BUF_INIT;

	for (int i = 0; i < 2 * SEARCH_MOST; i++) {
		buf_reset(&b);
		buf_printf(&b, "few/module_%03d.py", i);
		file(buf_cstr(&b), "message = receive_queue(channel)\nworker_pool = "
		                   "open_session(channel, message)\n"
		                   "receive_queue(worker_pool, open_session(message, channel))\n");
	}
	file("few/now.py", "# Now, for tests to set\ndef now():\n    pass\n");
	file("few/the_one.py", "x = 1\n\nmessage = open_session(worker_pool, channel)\n"
	                       "receive_queue(message, worker_pool)\n");
	begin();
	report("somewhere.md");
	c = claim("1", "without a place", "");
	code(c, CLAIM_QUOTE, -1,
	     "message = open_session(worker_pool, channel)\nreceive_queue(message, worker_pool)");
	c = claim("2", "without a place, and common but for its comment", "");
	code(c, CLAIM_QUOTE, -1, "# Now, for tests to set\ndef now():");
	trial_run(&t, "small");
	verdicts(&t.j, "CC", "a quote that is in one of many files of the same words");
	is_str(t.j.finding[0].locations[0].path, "few/the_one.py", "is found in that");
	trial_end(&t);
	buf_release(&b);
}

/* A report in the tree is no place to find code, and neither is what is no regular file. */
static void
test_hostile_tree(void)
{
	struct buf b = BUF_INIT, said = BUF_INIT;
	struct trial t;
	struct claim *c;

	file("audit/said.py", "raw = self.storage.fetch_gold(name)\n");
	buf_printf(&said, "%s/small/audit/said.py", dir);
	begin();
	report(buf_cstr(&said));
	c = claim("1", "quoted by the report alone", "");
	code(c, CLAIM_QUOTE, -1, "raw = self.storage.fetch_gold(name)");
	c = claim("2", "a pipe", "");
	at(c, "pipe.py", 1, 1);
	c = claim("3", "a link out of the tree", "");
	at(c, "link.py", 1, 1);
	c = claim("4", "links in a circle", "");
	at(c, "ring/ring/ring/x.py", 1, 1);
	buf_printf(&b,
	           "cd %s/small && mkfifo pipe.py && ln -s /etc/passwd link.py && ln -s . ring && "
	           "ln -s two one && ln -s one two",
	           dir);
	ok(system(buf_cstr(&b)) == 0, "made a pipe and links");
	trial_run(&t, "small");
	verdicts(&t.j, "NNNN", "nothing of it is found");
	trial_end(&t);
	begin();
	trial_run(&t, "small");
	trial_end(&t);
	buf_release(&b);
	buf_release(&said);
}

static void
test_checks(void)
{
	struct finding check = FINDING_INIT;
	struct trial t;
	struct claim *c;
	char path[200];

	begin();
	report("somewhere.md");
	c = claim("1", "Pickled blobs of anybody are unpickled", "");
	at(c, "src/store/blob.py", 5, 5);
	c = claim("2", "Another subject", "");
	at(c, "src/store/blob.py", 5, 5);
	check.rule = STR("unpickle");
	check.message = STR("unpickled data can run code");
	*finding_location(&check) = (struct location){.path = STR("src/store/blob.py"), .line = 5};
	snprintf(path, sizeof(path), "%s/small", dir);
	t = (struct trial){.j = {.tree = &t.tree, .check = &check, .checks = 1}};
	if (!ok(source_tree_open(&t.tree, path), "the tree again"))
		return;
	judge_claims(&t.j, &all);
	verdicts(&t.j, "CU", "a rule confirms what it talks of");
	is_str(t.j.finding[1].evidence[0].kind, "check", "and is shown where it does not");
	trial_end(&t);
	finding_release(&check);
}

int
main(void)
{
	if (!mkdtemp(dir))
		return 1;
	test_two_reports();
	test_places();
	test_moved();
	test_shifted();
	test_wrapped();
	test_few_words();
	test_hostile_tree();
	test_checks();
	claims_release(&all);
	arena_release(&memory);
	tree_remove();
	return done_testing();
}
