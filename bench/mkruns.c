/*
 * mkruns: recordings of agents at work on made-up source trees, some of which end in a loop, to measure detectors on.
 *
 *   bench/mkruns long 1 | eros-pad | bench/detect
 *
 * SET is "long", 30 runs of which the 7 loops are also the longest, or "hard", 60 runs of the same lengths of which 24
 * loop for a part only, mostly in other words each time, among healthy ones with much that repeats: batches of
 * similar edits, the same tests after each edit, polling, progress lines. SHAPE says what a step becomes: "plain"
 * is an output for what the agent writes and one for what it sees, "roles" the same with roles and without a
 * type, "tools" an output, a tool and a tool_result; "lines" an output for each line, "whole" one output for all of
 * the run. The same SEED always gives the same records.
 */
#include "base/exit.h"
#include "base/hash.h"
#include "base/num.h"
#include "base/options.h"
#include "record/emit.h"
#include "record/writer.h"

#include <unistd.h>

enum { FILES = 40, NAMES = 6, LINES = 60 };

enum shape { PLAIN, ROLES, TOOLS, LINES_EACH, WHOLE };
static const char *const shape_name[] = {"plain", "roles", "tools", "lines", "whole", NULL};
static const char *const set_name[] = {"long", "hard", NULL};

enum habit { EXPLORE, BATCH, POLL, HABITS };
enum loop { EXACT, PAIR, TRIPLE, NUMBERS, REWORD, REREAD, SAME_ERROR, LOOPS };

struct run {
	struct writer *out;
	enum shape shape;
	char agent[32];
	bool loops;
	uint64_t random, tree;
	double ts;
	unsigned step;
	struct buf say, command, see, all;
};

static uint64_t
draw(struct run *r, uint64_t below)
{
	r->random += 0x9e3779b97f4a7c15ULL;
	return hash_mix(r->random) % below;
}

static bool
chance(struct run *r, unsigned percent)
{
	return draw(r, 100) < percent;
}

/* The word number N of kind KIND in this run's source tree: always the same. */
static void
add_name(struct run *r, struct buf *b, unsigned kind, uint64_t n)
{
	static const char *const part[] = {"auth",  "ba",   "cache", "dor",   "el",  "fetch",
	                                   "gra",   "hook", "in",    "jor",   "ka",  "li",
	                                   "model", "net",  "or",    "parse", "que", "ra",
	                                   "sol",   "ti",   "user",  "vi",    "wo",  "zen"};
	uint64_t h = hash_mix(r->tree ^ (uint64_t)kind << 32 ^ n * 0x9e3779b97f4a7c15ULL);

	buf_str(b, part[h % 24]);
	buf_str(b, part[h / 24 % 24]);
	if (kind == 1)
		buf_printf(b, "_%s", part[h / 576 % 24]);
}

static void
add_file(struct run *r, struct buf *b, uint64_t file)
{
	buf_str(b, "src/");
	add_name(r, b, 0, file % 7);
	buf_byte(b, '/');
	add_name(r, b, 0, 100 + file);
	buf_str(b, ".py");
}

static const char *
pick(struct run *r, const char *const *words, size_t count)
{
	return words[draw(r, count)];
}

#define PICK(r, ...)                                  \
	pick((r), (const char *const[]){__VA_ARGS__}, \
	     sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))

static void
add_code(struct run *r, struct buf *b, uint64_t file, unsigned from, unsigned count)
{
	static const char *const form[] = {
		"    %s = self.%s(%s)\n",       "    if %s is None: return %s(%s)\n",
		"def %s(self, %s, %s=None):\n", "    raise %s(\"%s %s\")\n",
		"    for %s in %s.%s():\n",     "    return %s[%s].%s\n"};

	for (unsigned line = from; line < from + count; line++) {
		uint64_t h = hash_mix(r->tree ^ file << 20 ^ line);
		struct buf n[3] = {BUF_INIT, BUF_INIT, BUF_INIT};

		for (int i = 0; i < 3; i++)
			add_name(r, &n[i], h >> i & 1, (h >> (8 * i)) % 150);
		buf_printf(b, "%u:", line);
		buf_printf(b, form[h % 6], buf_cstr(&n[0]), buf_cstr(&n[1]), buf_cstr(&n[2]));
		for (int i = 0; i < 3; i++)
			buf_release(&n[i]);
	}
}

static void
thought(struct run *r, uint64_t file, uint64_t name)
{
	struct buf *b = &r->say;

	buf_str(b, PICK(r, "Let me ", "I need to ", "Next, I will ", "Now I should ",
	                "The next step is to ", "To understand this I have to ",
	                "It makes sense to "));
	buf_str(b, PICK(r, "look at ", "check ", "inspect ", "read ", "examine ", "go through ",
	                "open "));
	buf_str(b, PICK(r, "how ", "where ", "the way ", "the place in which ", "whether "));
	add_name(r, b, 1, name);
	buf_str(b, PICK(r, " is called in ", " is handled by ", " gets its value in ",
	                " is defined in ", " behaves in ", " is tested in "));
	add_file(r, b, file);
	buf_str(b, PICK(r, ", since the report mentions it. ",
	                ", because the caller depends on it. ", " before changing anything. ",
	                "; the failing case goes through there. ", ". "));
	if (chance(r, 50)) {
		buf_str(b, PICK(r, "The earlier result suggests that ", "It seems that ", "So far ",
		                "I found that "));
		add_name(r, b, 1, draw(r, 150));
		buf_str(b, PICK(r, " is not involved.", " returns the wrong type.",
		                " ignores its second argument.", " is only a wrapper.",
		                " is set twice.", " was renamed."));
	}
}

/* The step as it stands in say, command and see becomes records. */
static void
emit(struct run *r, const char *kind, const char *role, const struct buf *text)
{
	struct buf *b = writer_buf(r->out);

	emit_open(b, kind);
	if (role != NULL)
		emit_string(b, "role", str_of(role));
	emit_number(b, "ts", r->ts);
	emit_string(b, "agent", str_of(r->agent));
	emit_bool(b, "label", r->loops);
	if (kind == NULL || strcmp(kind, "tool") != 0)
		emit_string(b, "content", buf_view(text));
	if (kind != NULL && strcmp(kind, "output") != 0) {
		struct buf id = BUF_INIT;

		buf_printf(&id, "c%u", r->step);
		emit_string(b, "tool", STR("shell"));
		emit_string(b, "id", buf_view(&id));
		buf_release(&id);
	}
	if (kind != NULL && strcmp(kind, "tool") == 0) {
		emit_begin(b, "input", '{');
		emit_string(b, "command", buf_view(text));
		emit_end(b, '}');
	}
	emit_close(b);
	writer_done(r->out);
}

static void
emit_lines(struct run *r, struct str text)
{
	struct buf line = BUF_INIT;
	const char *p = text.ptr, *end = text.ptr + text.len;

	while (p < end) {
		const char *lf = memchr(p, '\n', (size_t)(end - p));
		size_t len = (size_t)((lf != NULL ? lf : end) - p);

		buf_span(&line, (struct str){p, len});
		if (len > 0)
			emit(r, "output", NULL, &line);
		buf_reset(&line);
		p += len + 1;
	}
	buf_release(&line);
}

/* A step's text, where records do not follow its parts. */
static void
step_text(struct run *r)
{
	struct buf text = BUF_INIT;

	buf_printf(&text, "%s\n\n%s\n%s\n", buf_cstr(&r->say), buf_cstr(&r->command),
	           buf_cstr(&r->see));
	if (r->shape == WHOLE)
		buf_span(&r->all, buf_view(&text));
	else
		emit_lines(r, buf_view(&text));
	buf_release(&text);
}

static void
step_done(struct run *r)
{
	r->step++;
	r->ts += 4 + (double)draw(r, 20);
	if (r->shape == TOOLS) {
		emit(r, "output", "assistant", &r->say);
		emit(r, "tool", NULL, &r->command);
		r->ts += 1;
		emit(r, "tool_result", NULL, &r->see);
	} else if (r->shape >= LINES_EACH) {
		step_text(r);
	} else {
		buf_str(&r->say, "\n\n");
		buf_span(&r->say, buf_view(&r->command));
		emit(r, r->shape == ROLES ? NULL : "output", r->shape == ROLES ? "assistant" : NULL,
		     &r->say);
		emit(r, r->shape == ROLES ? NULL : "output", r->shape == ROLES ? "user" : NULL,
		     &r->see);
	}
	buf_reset(&r->say);
	buf_reset(&r->command);
	buf_reset(&r->see);
}

static void
step_read(struct run *r, uint64_t file, unsigned from)
{
	thought(r, file, draw(r, 150));
	buf_str(&r->command, "open ");
	add_file(r, &r->command, file);
	buf_printf(&r->command, " %u", from);
	buf_str(&r->see, "[File: ");
	add_file(r, &r->see, file);
	buf_printf(&r->see, " (%u lines total)]\n", LINES * 4);
	add_code(r, &r->see, file, from, 12 + (unsigned)draw(r, 30));
	step_done(r);
}

static void
step_search(struct run *r, uint64_t name)
{
	unsigned hits = 1 + (unsigned)draw(r, 8);

	thought(r, draw(r, FILES), name);
	buf_str(&r->command, "search_dir \"");
	add_name(r, &r->command, 1, name);
	buf_str(&r->command, "\" src");
	buf_printf(&r->see, "Found %u matches:\n", hits);
	for (unsigned i = 0; i < hits; i++) {
		uint64_t file = hash_mix(r->tree ^ name * 31 ^ i) % FILES;

		add_file(r, &r->see, file);
		add_code(r, &r->see, file, (unsigned)(hash_mix(name ^ i) % (LINES * 4)), 1);
	}
	step_done(r);
}

static void
step_edit(struct run *r, uint64_t file, unsigned line)
{
	thought(r, file, draw(r, 150));
	buf_printf(&r->command, "edit %u:%u\n", line, line + 3);
	add_code(r, &r->command, file + 1000 + r->step, line, 3);
	buf_str(&r->command, "end_of_edit");
	buf_str(&r->see, "[The file has been updated. Review the changes and make sure they are "
	                 "correct.]\n");
	add_code(r, &r->see, file, line > 8 ? line - 8 : 0, 16);
	step_done(r);
}

static void
step_test(struct run *r, unsigned failing)
{
	buf_str(&r->say, PICK(r, "Let me run the tests. ", "Running the test suite again to see. ",
	                      "Now the tests. ", "I will verify the change with the tests. "));
	buf_str(&r->command, "python -m pytest -q tests");
	buf_str(&r->see,
	        "============================= test session starts ==============================\n"
	        "platform linux -- Python 3.9.2, pytest-7.4.0, pluggy-1.0.0\nrootdir: /testbed\n");
	for (unsigned i = 0; i < failing; i++) {
		buf_str(&r->see, "FAILED tests/test_");
		add_name(r, &r->see, 0, 200 + draw(r, 60));
		buf_str(&r->see, ".py::test_");
		add_name(r, &r->see, 1, draw(r, 150));
		buf_str(&r->see, " - AssertionError\n");
	}
	buf_printf(&r->see, "%u failed, %u passed in %u.%02us\n", failing, 120 - failing,
	           1 + (unsigned)draw(r, 9), (unsigned)draw(r, 100));
	step_done(r);
}

static void
explore(struct run *r, unsigned steps)
{
	while (steps-- > 0) {
		unsigned what = (unsigned)draw(r, 100);

		if (what < 40)
			step_read(r, draw(r, FILES), (unsigned)draw(r, 4) * LINES);
		else if (what < 65)
			step_search(r, draw(r, 150));
		else if (what < 85)
			step_edit(r, draw(r, FILES), (unsigned)draw(r, LINES * 4));
		else
			step_test(r, (unsigned)draw(r, 5));
	}
}

/* The same change to one file after the other. */
static void
batch(struct run *r, unsigned steps)
{
	for (unsigned i = 0; i < steps; i++) {
		buf_str(&r->say, "Now I will update the import in ");
		add_file(r, &r->say, i);
		buf_printf(&r->say, " in the same way (%u of %u).", i + 1, steps);
		buf_str(&r->command,
		        "sed -i 's/from lib import old_client/from lib.client import Client/' ");
		add_file(r, &r->command, i);
		buf_str(&r->see, "Updated ");
		add_file(r, &r->see, i);
		step_done(r);
	}
}

/* A job elsewhere is looked at, ever less often. */
static void
poll(struct run *r, unsigned steps)
{
	double gap = 5;

	for (unsigned i = 0; i < steps; i++) {
		buf_str(&r->say, "The build is still running, I will check on it again.");
		buf_str(&r->command, "build-status --job nightly");
		buf_printf(&r->see, "job nightly: running, %u of %u targets", 10 + i * 7, 400);
		step_done(r);
		r->ts += gap;
		gap *= 1.6;
	}
}

static void
reworded(struct run *r, uint64_t file, uint64_t name)
{
	thought(r, file, name);
	buf_str(&r->command, "search_file \"");
	add_name(r, &r->command, 1, name);
	buf_str(&r->command, "\" ");
	add_file(r, &r->command, file);
	buf_str(&r->see, "No matches found for \"");
	add_name(r, &r->see, 1, name);
	buf_str(&r->see, "\" in ");
	add_file(r, &r->see, file);
	step_done(r);
}

static void
fixed(struct run *r, uint64_t n)
{
	buf_str(&r->say,
	        "I will try to run the reproduction script once more to see the output of ");
	add_name(r, &r->say, 1, n);
	buf_str(&r->command, "python reproduce_");
	add_name(r, &r->command, 0, n);
	buf_str(&r->command, ".py");
	buf_str(&r->see, "Traceback (most recent call last):\n  File \"reproduce.py\", line "
	                 "12\nAttributeError: ");
	add_name(r, &r->see, 1, n + 1);
	step_done(r);
}

static void
loop(struct run *r, enum loop kind, unsigned steps)
{
	uint64_t file = draw(r, FILES), name = draw(r, 150);

	for (unsigned i = 0; i < steps; i++) {
		switch (kind) {
		case EXACT: fixed(r, name); break;
		case PAIR: fixed(r, name + i % 2); break;
		case TRIPLE: fixed(r, name + i % 3); break;
		case NUMBERS:
			buf_printf(&r->say,
			           "Attempt %u: the server did not answer in %u ms, trying again.",
			           i + 2, (unsigned)draw(r, 900));
			buf_printf(&r->command, "curl --max-time %u http://localhost/health",
			           1 + (unsigned)draw(r, 30));
			buf_printf(&r->see, "curl: (28) Connection timed out after %u milliseconds",
			           (unsigned)draw(r, 30000));
			step_done(r);
			break;
		case REWORD: reworded(r, file, name); break;
		case REREAD: step_read(r, file + i % 2, LINES); break;
		case SAME_ERROR:
			thought(r, file, name);
			buf_printf(&r->command, "edit %u:%u\n", 40 + i % 3, 44 + i % 3);
			add_code(r, &r->command, file + i % 4, 40, 3);
			buf_str(&r->see, "Your proposed edit has introduced new syntax "
			                 "error(s).\nERRORS:\n- E999 "
			                 "IndentationError: unexpected indent\nThis is how your "
			                 "edit would have looked\n");
			add_code(r, &r->see, file, 40, 12);
			step_done(r);
			break;
		case LOOPS: break;
		}
	}
}

static void
healthy(struct run *r, unsigned steps, bool hard)
{
	while (steps > 0) {
		unsigned part = 10 + (unsigned)draw(r, 20);
		enum habit habit =
			chance(r, hard ? 50 : 15) ? (enum habit)draw(r, HABITS) : EXPLORE;

		if (part > steps)
			part = steps;
		if (habit == BATCH)
			batch(r, part);
		else if (habit == POLL)
			poll(r, part);
		else
			explore(r, part);
		steps -= part;
	}
}

static void
one_run(struct run *r, bool hard)
{
	unsigned steps = hard       ? 40 + (unsigned)draw(r, 100)
	                 : r->loops ? 110 + (unsigned)draw(r, 120)
	                            : 40 + (unsigned)draw(r, 110);
	unsigned looping = !r->loops ? 0
	                   : hard    ? 8 + (unsigned)draw(r, steps / 3)
	                             : steps / 2 + (unsigned)draw(r, steps / 3);
	enum loop kind = hard && chance(r, 70) ? (chance(r, 50) ? REWORD : REREAD)
	                                       : (enum loop)draw(r, LOOPS);
	unsigned after = hard && chance(r, 50) ? (unsigned)draw(r, (steps - looping) / 2) : 0;

	healthy(r, steps - looping - after, hard);
	loop(r, kind, looping);
	healthy(r, after, hard);
}

int
main(int argc, char **argv)
{
	struct writer out;
	struct run r = {.out = &out};
	uint64_t seed = 1;
	bool hard = argc > 1 && strcmp(argv[1], set_name[1]) == 0;
	unsigned runs = hard ? 60 : 30, loops = hard ? 24 : 7;

	if (argc < 2 || argc > 4 || (!hard && strcmp(argv[1], set_name[0]) != 0) ||
	    (argc > 2 && !num_parse_count(str_of(argv[2]), UINT32_MAX, &seed)))
		die(EROS_USAGE, "usage", NULL,
		    "usage: mkruns long|hard [SEED [plain|roles|tools|lines|whole]]");
	while (argc > 3 && shape_name[r.shape] != NULL && strcmp(argv[3], shape_name[r.shape]) != 0)
		r.shape++;
	writer_init(&out, STDOUT_FILENO, "stdout");
	for (unsigned i = 0; i < runs; i++) {
		r.random = r.tree = hash_mix(seed << 16 | i);
		r.loops = i < loops;
		r.step = 0;
		r.ts = 1700000000;
		buf_printf(&r.say, "run-%02u", i);
		memcpy(r.agent, buf_cstr(&r.say), r.say.len + 1);
		buf_reset(&r.say);
		one_run(&r, hard);
		if (r.shape == WHOLE)
			emit(&r, "output", NULL, &r.all);
		buf_reset(&r.all);
	}
	writer_close(&out);
	buf_release(&r.say);
	buf_release(&r.command);
	buf_release(&r.see);
	buf_release(&r.all);
	return EROS_OK;
}
