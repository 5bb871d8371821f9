#include "policy/pad.h"
#include "policy/pad_event.h"

#include "tap.h"

#include <stdlib.h>

static const struct pad_limits limits = PAD_LIMITS_INIT;
static const struct pad_limits classic = {PAD_CLASSIC, 5, 0.2, 0.8, 0.3, 0.75};
static struct pad_agent agent;
static struct pad_measures m;
static double now;

static void
restart(void)
{
	pad_release(&agent);
	now = 1000;
}

static void
step(const struct pad_limits *l, struct pad_event e)
{
	e.ok = e.ok == PAD_FAILED && e.kind != PAD_RESULT ? PAD_UNKNOWN : e.ok;
	now += 5;
	pad_step(&agent, &e, now, l, &m);
}

static void
say(const char *text)
{
	step(&limits, (struct pad_event){.kind = PAD_OUTPUT, .text = str_of(text)});
}

static void
answer(const char *id, enum pad_ok ok, const char *text)
{
	step(&limits,
	     (struct pad_event){
		     .kind = PAD_RESULT, .ok = ok, .id = str_of(id), .text = str_of(text)});
}

static void
call(const char *id, const char *tool, const char *input)
{
	step(&limits, (struct pad_event){.kind = PAD_TOOL,
	                                 .id = str_of(id),
	                                 .tool = str_of(tool),
	                                 .input = str_of(input)});
}

static void
call_answered(int n, const char *input, enum pad_ok ok, const char *text)
{
	char id[16];

	snprintf(id, sizeof(id), "c%d", n);
	call(id, "shell", input);
	answer(id, ok, text);
}

/* A classic output of its own window. */
static void
old(const char *goal, const char *text)
{
	step(&classic,
	     (struct pad_event){.kind = PAD_OUTPUT, .goal = str_of(goal), .text = str_of(text)});
}

static void
is_pad(double pleasure, double arousal, double dominance, const char *name)
{
	bool same = fabs(m.pleasure - pleasure) < 1e-9 && fabs(m.arousal - arousal) < 1e-9 &&
	            fabs(m.dominance - dominance) < 1e-9;

	ok(same, "%s", name);
	if (!same)
		printf("#   got: %g %g %g\n#  want: %g %g %g\n", m.pleasure, m.arousal, m.dominance,
		       pleasure, arousal, dominance);
}

static void
test_classic_pleasure(void)
{
	restart();
	old("Fix the LOGIN page page", "the page is");
	is_num(m.pleasure, 0.5, "classic: distinct words of the goal, in lower case");
	old("Fix the LOGIN page page", "a Fix, fix");
	is_num(m.pleasure, 0.75, "classic: words are what white space separates, over the window");
	restart();
	old("fix", "prefix");
	is_num(m.pleasure, 0, "classic: a part of a word is no word");
	restart();
	old("", "whatever");
	is_num(m.pleasure, 0, "classic: without a goal there is no pleasure");
	restart();
	old("\xc3\x84ndern jetzt", "\xc3\xa4ndern\xc2\xa0jetzt");
	is_num(m.pleasure, 1, "classic: letters and spaces beyond ASCII");
	restart();
	old("one", "two");
	old("two three", "x");
	is_num(m.pleasure, 0.5, "classic: a new goal is looked for in the whole window");
	for (int i = 0; i < 4; i++)
		old("two three", "y");
	is_num(m.pleasure, 0, "classic: what has left the window does not count");
}

static void
test_classic_arousal(void)
{
	restart();
	old("", "An ERROR; it failed, retry. terrors unable");
	is_num(m.arousal, 0.8, "classic: 0.2 for each phrase, wherever it occurs");
	old("", "Trying");
	is_num(m.arousal, 0.8, "classic: each counts once");
	old("", "again");
	is_num(m.arousal, 1, "classic: a phrase may reach from one output into the next");
	restart();
	old("", "x");
	old("", "x");
	is_num(m.arousal, 0, "classic: two outputs are too few for a repeat");
	old("", "y");
	is_num(m.arousal, 0.4, "classic: two of the last three are equal");
	old("", "z");
	is_num(m.arousal, 0, "classic: only of the last three");
	old("", "y");
	is_num(m.arousal, 0.4, "classic: the first and the third");
	old("", "Y");
	is_num(m.arousal, 0, "classic: equal means equal");
	restart();
	old("", "error failed retry trying again unable");
	old("", "a");
	old("", "a");
	is_num(m.arousal, 1, "classic: arousal is at most 1");
}

static void
test_classic_dominance(void)
{
	restart();
	old("", "completed success");
	is_num(m.dominance, 0.4, "classic: a fifth for each word of success");
	old("", "done and processed");
	is_num(m.dominance, 0.8, "classic: over the window");
	old("", "maybe, might");
	is_num(m.dominance, 0.6, "classic: less a tenth for each of doubt");
	old("", "uncertain not");
	is_num(m.dominance, 0.5, "classic: half of a phrase is none");
	old("", "sure trying");
	is_num(m.dominance, 0.3, "classic: phrases of doubt, too");
	restart();
	old("", "maybe");
	is_num(m.dominance, 0, "classic: not below 0");
}

static void
test_classic_verdict(void)
{
	static const struct pad_event call_only = {.kind = PAD_TOOL, .input = {"x", 1}};

	restart();
	step(&classic, call_only);
	is_pad(0, 0, 0, "classic: all 0 before the first output");
	ok(!m.judged && m.diagnosis == PAD_NO_OUTPUT, "classic: and no verdict");
	old("a b c d e", "a done success");
	is_pad(0.2, 0, 0.4, "classic: a fifth of the goal");
	ok(m.judged && !m.healthy && m.diagnosis == PAD_DIVERGENT, "classic: 0.2 is not above 0.2");
	old("a b c d e", "b");
	ok(m.healthy && m.diagnosis == PAD_OK, "classic: healthy above it");
	old("a b c d e", "maybe");
	is_num(m.dominance, 0.3, "classic: dominance of 0.3");
	ok(!m.healthy && m.diagnosis == PAD_UNCERTAIN, "classic: is not above 0.3");
	old("a b c d e", "completed processed error failed retry unable");
	is_num(m.arousal, 0.8, "classic: arousal of 0.8");
	ok(!m.healthy && m.diagnosis == PAD_LOOPING, "classic: is not below 0.8");
}

static void
test_classic_long(void)
{
	size_t len = 100000;
	char *text = malloc(len + 1);

	memset(text, 'x', len);
	memcpy(text + 50000, " Unable goal ", 13);
	text[len] = '\0';
	restart();
	old("goal", text);
	is_pad(1, 0.2, 0, "classic: a long output is searched to its end");
	text[len - 1] = 'y';
	old("goal", text);
	old("goal", text);
	is_num(m.arousal, 0.6, "classic: long outputs are compared in full");
	free(text);
}

static struct pad_text
text_of(const char *text)
{
	struct pad_text t = {.stems = 0};

	pad_text_read(&t, str_of(text));
	return t;
}

static void
test_text(void)
{
	struct pad_text a =
		text_of("Request 12 failed at 2026-03-01T12:00:00Z after 1.5s, id 9f86d081");
	struct pad_text b =
		text_of("request 7 failed at 2026-03-02T08:10:59Z after 0.25s,  id 1b4f0e98");

	ok(a.key == b.key, "numbers, times and ids are alike");
	ok(a.names == b.names, "and no names");
	a = text_of("updated src/one.py");
	b = text_of("updated src/two.py");
	ok(a.key != b.key && a.names != b.names && a.names != 0, "files are names");
	ok(text_of("file_1").names != text_of("file_2").names, "identifiers are, digits and all");
	ok(text_of("parseUser").names != 0, "those with humps, too");
	ok(text_of("A plain sentence.").names == 0, "a plain word is none");
	is_num((double)text_of("test 17/100 passed").progress, (double)0.17f, "progress: N/M");
	is_num((double)text_of("17 of 100 done").progress, (double)0.17f, "progress: N of M");
	is_num((double)text_of("at 30%").progress, (double)0.3f, "progress: percent");
	ok(text_of("on 01/02/2024").progress < 0, "a date is no progress");
	ok(text_of("nor is 5/3").progress < 0, "nor is what is more than all");
	ok(text_of("Let me see.\n\n```\nls -l\n```\n").tail ==
	           text_of("Now then!\n\n```\nls -l\n```").tail,
	   "the tail is the last fence");
	ok(text_of("One.\n\nDo it.").tail == text_of("Another.\n\nDo it.").tail,
	   "or the last paragraph");
	is_num(pad_text_alike(text_of("a b c d e f g h").sketch, text_of("i j k l m n o p").sketch),
	       0, "texts without a word in common are not alike");
	ok(text_of("").key == text_of(" \n").key && text_of("").words == 0, "a text without words");
	ok(text_of("Error: no such file").failure &&
	           !text_of("I fixed what caused that old error").failure,
	   "a report of a failure begins with it");
}

static void
test_echo(void)
{
	static char text[20000];
	size_t len = 0;

	for (int i = 0; i < 20; i++)
		len += (size_t)snprintf(
			text + len, sizeof(text) - len,
			"I should look at the configuration first and then decide what to do "
			"about the parser, because it depends on it.\n");
	restart();
	say(text);
	ok(m.repetition > 0.7, "one long message that repeats itself: %g", m.repetition);
	len = 0;
	for (int i = 0; i < 100; i++)
		len += (size_t)snprintf(text + len, sizeof(text) - len,
		                        "test %d of 100 ran and passed in %d ms\n", i, i * 37 % 91);
	restart();
	say(text);
	is_num(m.repetition, 0, "lines of progress are no such thing");
	len = (size_t)snprintf(text, sizeof(text), "```\n");
	for (int i = 0; i < 60; i++)
		len += (size_t)snprintf(
			text + len, sizeof(text) - len,
			"if err is not None: raise err from the outer frame of it all\n");
	restart();
	say(text);
	is_num(m.repetition, 0, "nor is code in a fence");
}

static void
test_loops(void)
{
	restart();
	for (int i = 0; i < 5; i++)
		say("I will try that again.");
	ok(m.diagnosis == PAD_LOOPING && m.cycle == 1, "the same message five times: %g",
	   m.repetition);
	restart();
	for (int i = 0; i < 8; i++)
		say(i % 2 ? "Now I will undo the change." : "I make the change once more.");
	ok(m.diagnosis == PAD_LOOPING && m.cycle == 2, "A-B-A-B: %g", m.repetition);
	for (int length = 3; length <= 5; length++) {
		char input[32];

		restart();
		for (int i = 0; i < 6 * length; i++) {
			snprintf(input, sizeof(input), "{\"cmd\":\"step %c\"}", 'a' + i % length);
			call_answered(i, input, PAD_SUCCEEDED, "nothing to do");
		}
		ok(m.diagnosis == PAD_LOOPING && m.cycle == (unsigned)length,
		   "a cycle of %d calls: %u %g", length, m.cycle, m.repetition);
	}
	restart();
	for (int i = 0; i < 6; i++)
		call_answered(i, "{\"path\":\"a.c\"}", PAD_SUCCEEDED,
		              "int main(void) { return 0; }");
	ok(m.diagnosis == PAD_LOOPING && m.cycle == 1, "the same call with the same arguments");
	is_int(m.errors, 0, "its results are no errors");
	restart();
	for (int i = 0; i < 6; i++)
		call("", "shell", "{\"cmd\":\"make\"}");
	ok(m.diagnosis == PAD_LOOPING, "the same call without any answer");
}

static void
test_near_loops(void)
{
	char text[256];

	restart();
	for (int i = 0; i < 7; i++) {
		snprintf(text, sizeof(text),
		         "%02d:%02d:07 attempt %d timed out after %d ms, retrying", i, i * 7, i,
		         100 + i * 31);
		say(text);
	}
	ok(m.diagnosis == PAD_LOOPING, "numbers and times that change make no difference: %g",
	   m.repetition);
	restart();
	for (int i = 0; i < 10; i++) {
		static const char *const how[] = {
			"Let me have a look at it.", "I had better check this first.",
			"So what does that give?", "Right, once more then."};

		snprintf(text, sizeof(text), "%s\n\n```\nfind_file \"conf.py\" src\n```",
		         how[i % 4 ^ i / 4 % 4]);
		say(text);
		say("No matches for \"conf.py\" in src");
	}
	ok(m.diagnosis == PAD_LOOPING, "the same act, whatever is said before: %g", m.repetition);
	restart();
	for (int i = 0; i < 12; i++) {
		snprintf(text, sizeof(text), "{\"cmd\":\"%s conf/app.yaml\"}",
		         (const char *const[]){"cat", "head", "tail", "less", "more",
		                               "sed -n p"}[i % 6]);
		call_answered(i, text, PAD_SUCCEEDED,
		              "server: port: 80 host: localhost workers: four log: "
		              "/var/log/app.log level: info "
		              "backend: name: main retries: none");
	}
	ok(m.repetition > 0.5, "the same file read by other means: %g", m.repetition);
	restart();
	for (int i = 0; i < 8; i++)
		step(&limits, (struct pad_event){.kind = PAD_COMPACT});
	say("I will start over.");
	ok(m.repetition > 0.7, "compaction upon compaction: %g", m.repetition);
	restart();
	say("Working on it.");
	step(&limits, (struct pad_event){.kind = PAD_NOTICED});
	say("Working on this.");
	ok(m.diagnosis == PAD_LOOPING, "a loop that the program itself noticed");
}

static void
test_no_loops(void)
{
	char text[256], input[256];
	double gap = 5;

	restart();
	for (int i = 0; i < 12; i++) {
		call_answered(i, "{\"cmd\":\"status\"}", PAD_SUCCEEDED, "still running");
		now += gap *= 1.6;
	}
	ok(m.healthy, "polling in growing intervals: %g", m.repetition);
	restart();
	for (int i = 0; i < 12; i++) {
		call_answered(i, "{\"cmd\":\"status\"}", PAD_SUCCEEDED, "still running");
		now += 300;
	}
	ok(m.healthy && m.repetition < 0.2, "polling every five minutes: %g", m.repetition);
	restart();
	for (int i = 0; i < 50; i++) {
		snprintf(text, sizeof(text),
		         "Now I update the import in src/mod_%d.py in the same way.", i);
		snprintf(input, sizeof(input),
		         "{\"path\":\"src/mod_%d.py\",\"old\":\"import a\",\"new\":\"import b\"}",
		         i);
		say(text);
		call_answered(i, input, PAD_SUCCEEDED, "The file has been updated.");
	}
	ok(m.healthy && m.repetition < 0.3, "fifty similar edits: %g", m.repetition);
	restart();
	for (int i = 1; i <= 100; i++) {
		snprintf(text, sizeof(text), "test %d/100 passed", i);
		say(text);
	}
	ok(m.healthy && m.repetition < 0.2, "a log of progress: %g", m.repetition);
	restart();
	for (int i = 0; i < 10; i++)
		call("t1", "shell", "{\"cmd\":\"make\"}");
	ok(m.healthy && m.repetition == 0, "one call in flight, reported again and again");
	restart();
	for (int i = 0; i < 10; i++) {
		step(&limits, (struct pad_event){.kind = PAD_WAIT});
		call("", "fetch", "{\"url\":\"x\"}");
	}
	ok(m.healthy && m.repetition == 0, "what is done again after a wait");
	restart();
	for (int i = 0; i < 20; i++) {
		snprintf(text, sizeof(text), "%d tests failed: %c%c%c %c%c", 20 - i, 'a' + i,
		         'b' + i, 'c' + i, 'd' + i, 'e' + i);
		snprintf(input, sizeof(input), "{\"path\":\"%c.c\",\"new\":\"x%d\"}", 'a' + i, i);
		call_answered(2 * i, input, PAD_SUCCEEDED, "ok");
		call_answered(2 * i + 1, "{\"cmd\":\"make check\"}", PAD_UNKNOWN, text);
	}
	ok(m.healthy, "edit and test, with other results each time: %g", m.repetition);
}

static void
test_after(void)
{
	static const char *const news[] = {
		"The parser reads the header first.", "Caching belongs into the client.",
		"Its tests need another fixture.",    "A socket stays open there.",
		"Windows paths break this regex.",    "So I rewrote how dates are read.",
		"Documentation follows tomorrow.",    "Users asked for shorter names.",
	};
	double peak;

	restart();
	for (int i = 0; i < 40; i++)
		say("I will try that again.");
	peak = m.repetition;
	ok(peak > 0.99, "a long loop outweighs a short one: %g", peak);
	say(news[0]);
	ok(m.repetition > 0.9 * peak, "evidence outlasts the loop: %g", m.repetition);
	for (size_t i = 1; i < sizeof(news) / sizeof(news[0]); i++)
		say(news[i]);
	ok(m.healthy && m.repetition > 0.5, "but the verdict does not: %g", m.repetition);
	restart();
	for (size_t i = 0; i < sizeof(news) / sizeof(news[0]); i++)
		say(news[i]);
	is_num(m.repetition, 0, "new messages are no repetition");
	say(news[7]);
	ok(m.healthy && m.repetition < 0.2, "one retry is no loop: %g", m.repetition);
}

static void
test_verdicts(void)
{
	char input[64];

	restart();
	answer("x", PAD_SUCCEEDED, "an answer to nothing");
	ok(!m.judged, "no verdict on an agent that did nothing");
	for (int i = 0; i < 10; i++) {
		snprintf(input, sizeof(input), "{\"try\":\"%c%c\"}", 'a' + i, 'b' + i);
		call_answered(i, input, PAD_FAILED, (const char[]){(char)('a' + i), 0});
	}
	ok(m.diagnosis == PAD_FAILING && !m.healthy, "nothing but failures");
	is_int(m.errors, 5, "errors are those of the window");
	restart();
	for (int i = 0; i < 6; i++) {
		snprintf(input, sizeof(input), "Maybe it might be the %c%c part, I am unsure.",
		         'a' + i, 'p' + i);
		say(input);
	}
	ok(m.diagnosis == PAD_UNCERTAIN, "nothing but doubt: %g", m.dominance);
	restart();
	for (int i = 0; i < 6; i++) {
		static const char *const about[] = {
			"Penguins live in the south, where ice covers the land for most of each "
			"year.",
			"A recipe for bread: flour, water, salt, patience and a very hot oven.",
			"The capital of Peru lies near the sea under a grey winter sky.",
			"Violins are tuned in fifths, guitars mostly in fourths, pianos by someone "
			"else.",
			"Many rivers meander since slow water drops sand along every inner bank.",
			"Chess openings have names that nobody outside of clubs ever remembers."};

		step(&limits, (struct pad_event){.kind = PAD_OUTPUT,
		                                 .goal = STR("Fix the login page of the web shop"),
		                                 .text = str_of(about[i])});
	}
	ok(m.diagnosis == PAD_DIVERGENT, "nothing of the goal in what it says: %g", m.pleasure);
	call("c", "edit", "{\"path\":\"shop/login.html\"}");
	ok(m.diagnosis == PAD_OK && m.pleasure > 0.5, "until it acts on it: %g", m.pleasure);
}

/* The sentence number N of a text that goes on and on, here in other words than a sentence with another number. */
static const char *
sentence(int n, char text[static 128])
{
	static const char *const noun[] = {"parser", "socket", "cache",  "worker", "ledger",
	                                   "index",  "header", "thread", "buffer", "router"};
	static const char *const verb[] = {"keeps",  "drops",   "reads", "moves", "joins",
	                                   "splits", "forgets", "finds", "shows", "counts"};

	snprintf(text, 128, "The %s of part%c%c%c %s every %s that the %s gave.", noun[n % 10],
	         'a' + n % 26, 'a' + n / 26 % 26, 'a' + n / 7 % 26, verb[n / 3 % 10],
	         noun[n / 5 % 10], noun[n / 11 % 10]);
	return text;
}

/* The sentences FROM to TO, each a message, with PAUSE seconds before each; the most that repetition was. */
static double
narrate(int from, int to, double pause)
{
	char text[128];
	double most = 0;

	for (int n = from; n < to; n++) {
		now += pause;
		say(sentence(n, text));
		most = fmax(most, m.repetition);
	}
	return most;
}

static void
test_flow(void)
{
	struct buf text = BUF_INIT;
	char line[128];
	double most;

	restart();
	most = narrate(0, 600, 0);
	ok(most < 0.2, "a long text, a sentence at a time, is no loop: %g", most);
	most = narrate(540, 600, 0);
	ok(most < limits.repetition && m.diagnosis == PAD_OK,
	   "nor is a part of it that is said again: %g", most);
	restart();
	narrate(0, 300, 0);
	for (int round = 0; round < 6; round++)
		narrate(240, 300, 0);
	ok(m.diagnosis == PAD_LOOPING, "sixty sentences over and over are: %g", m.repetition);
	narrate(300, 500, 0);
	ok(m.diagnosis == PAD_OK, "until something new comes: %g", m.repetition);
	restart();
	for (int round = 0; round < 6; round++)
		narrate(240, 300, PAD_PAUSE);
	ok(m.diagnosis == PAD_OK, "a report that comes again now and then is none: %g",
	   m.repetition);

	restart();
	for (int n = 0; n < 500; n++)
		buf_printf(&text, "%s\n", sentence(n, line));
	say(buf_cstr(&text));
	ok(m.diagnosis == PAD_OK, "one long message is no loop: %g", m.repetition);
	for (int n = 0; n < 500; n++)
		buf_printf(&text, "%s\n", sentence(300 + n % 100, line));
	restart();
	say(buf_cstr(&text));
	ok(m.diagnosis == PAD_LOOPING, "one that ends in a hundred sentences over and over is: %g",
	   m.repetition);
	restart();
	call_answered(1, "{\"path\":\"a.c\"}", PAD_SUCCEEDED, "int main(void)");
	say(buf_cstr(&text));
	ok(m.diagnosis == PAD_LOOPING, "also where there are calls: %g", m.repetition);
	buf_release(&text);
}

static void
test_bounds(void)
{
	char text[512];

	restart();
	for (int i = 0; i < 5000; i++) {
		int len = 0;

		for (int w = 0; w < 40; w++)
			len += snprintf(text + len, sizeof(text) - (size_t)len, "w%d ",
			                (i * 40 + w) * 7919 % 99991);
		say(text);
		call_answered(i, text, PAD_SUCCEEDED, text);
	}
	ok(agent.loop.message.room == PAD_RING && agent.loop.call.room == PAD_RING &&
	           agent.loop.seen.slots == PAD_SEEN_MAX,
	   "what is kept is bounded");
	ok(sizeof(struct pad_agent) + 2 * PAD_RING * sizeof(struct pad_step) +
	                   PAD_SEEN_MAX * sizeof(uint16_t) +
	                   PAD_FLOW_PLACES * sizeof(struct pad_place) + sizeof(struct pad_goal) <=
	           PAD_AGENT_MAX,
	   "by PAD_AGENT_MAX");
	restart();
	say("one short output");
	ok(agent.loop.seen.slots == PAD_SEEN_MIN, "little is kept of a short output");
	for (int i = 0; i < 10; i++) {
		now = NAN;
		say("one short output");
	}
	ok(m.diagnosis == PAD_LOOPING, "times need not be known");
}

int
main(void)
{
	test_classic_pleasure();
	test_classic_arousal();
	test_classic_dominance();
	test_classic_verdict();
	test_classic_long();
	test_text();
	test_echo();
	test_loops();
	test_near_loops();
	test_no_loops();
	test_after();
	test_verdicts();
	test_flow();
	test_bounds();
	pad_release(&agent);
	return done_testing();
}
