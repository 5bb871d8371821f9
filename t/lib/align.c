/*
 * Quotes against source files, in each way in which audits spoil what they quote.
 */
#include "tap.h"

#include "report/align.h"

struct trial {
	struct align_quote q;
	struct align_source s;
	struct alignment a;
	struct str line[256];
	size_t lines;
};

static void
trial_run(struct trial *t, enum lang lang, const char *source, const char *quote, uint32_t first,
          uint32_t last)
{
	struct str rest = str_of(quote);
	struct align_range stated = {first, last};

	t->lines = 0;
	while (t->lines < 256 && str_line(&rest, &t->line[t->lines]))
		t->lines++;
	align_quote_init(&t->q, t->line, t->lines, lang);
	align_source_init(&t->s, str_of(source), lang);
	align(&t->q, &t->s, &stated, first > 0, &t->a);
}

static void
trial_end(struct trial *t)
{
	alignment_release(&t->a);
	align_source_release(&t->s);
	align_quote_release(&t->q);
}

static const char *const place_name[] = {"gone", "part", "weak", "whole"};

/* WANT is "whole 2-3 exact": the place, the lines, how. */
static void
aligns(const char *source, const char *quote, uint32_t first, uint32_t last, const char *want,
       const char *name)
{
	struct trial t;
	struct buf b = BUF_INIT;

	trial_run(&t, LANG_PYTHON, source, quote, first, last);
	buf_printf(&b, "%s", place_name[t.a.place]);
	if (t.a.first > 0)
		buf_printf(&b, " %u-%u ", t.a.first, t.a.last);
	if (t.a.place >= ALIGN_WEAK)
		align_how(&b, t.a.how);
	is_str(str_trim(buf_view(&b)), want, name);
	buf_release(&b);
	trial_end(&t);
}

static const char agent[] =
	"import zmq\n"                                                   /* 1 */
	"\n"                                                             /* 2 */
	"class Agent(Base):\n"                                           /* 3 */
	"    def __init__(self, port):\n"                                /* 4 */
	"        self.endpoint = f\"tcp://*:{port}\"\n"                  /* 5 */
	"        # the pool gives a bound one\n"                         /* 6 */
	"        self.socket = get_rep_socket(self.endpoint).socket\n"   /* 7 */
	"        self.poller = zmq.Poller()\n"                           /* 8 */
	"        self._bind_with_retry(self.socket, self.port)\n"        /* 9 */
	"\n"                                                             /* 10 */
	"    def guard(self):\n"                                         /* 11 */
	"        if not self.api_key:\n"                                 /* 12 */
	"            self._auth_dependency = None\n"                     /* 13 */
	"        app.add_middleware(CORS, allow_origins=[\"*\"], x=1)\n" /* 14 */
	"        try:\n"                                                 /* 15 */
	"            self.load(path, mode=\"r\", limit=20)\n"            /* 16 */
	"        except:\n"                                              /* 17 */
	"            pass\n"                                             /* 18 */
	"\n"                                                             /* 19 */
	"    def stop(self):\n"                                          /* 20 */
	"        try:\n"                                                 /* 21 */
	"            self.sweeper_stop.set()\n"                          /* 22 */
	"        except:\n"                                              /* 23 */
	"            pass\n";                                            /* 24 */

static void
test_forms(void)
{
	aligns(agent, "        self.poller = zmq.Poller()", 0, 0, "whole 8-8 exact", "exact");
	aligns(agent, "self.poller =  zmq.Poller( )", 0, 0, "whole 8-8 white space",
	       "indentation and white space");
	aligns(agent, "\xc2\xa0 self.poller = zmq.Poller()\xc2\xa0", 0, 0, "whole 8-8 white space",
	       "unbreakable space");
	aligns(agent, "self.poller = zmq.Poller()  # never closed", 0, 0, "whole 8-8 comments",
	       "a comment added");
	aligns(agent, "self.poller = zmq.Poller()  // never closed", 0, 0, "whole 8-8 comments",
	       "a comment of another language added");
	aligns(agent, "self.poller = zmq.Poller() \xe2\x86\x90 never closed", 0, 0,
	       "whole 8-8 comments", "a note behind an arrow");
	aligns(agent,
	       "self.endpoint = f\"tcp://*:{port}\"\n# binds here\nself.socket = "
	       "get_rep_socket(self.endpoint).socket",
	       0, 0, "whole 5-7 white space", "a comment replaced");
	aligns(agent,
	       "self.socket = get_rep_socket(self.endpoint).socket\n...\n"
	       "self._bind_with_retry(self.socket, self.port)",
	       7, 9, "whole 7-9 white space, elided", "elided by dots");
	aligns(agent,
	       "self.socket = get_rep_socket(self.endpoint).socket\n# ...\n"
	       "self._bind_with_retry(self.socket, self.port)",
	       7, 9, "whole 7-9 white space, elided", "elided by a comment");
	aligns(agent,
	       "self.socket = get_rep_socket(self.endpoint).socket\n/* snip */\n"
	       "self._bind_with_retry(self.socket, self.port)",
	       7, 9, "whole 7-9 white space, elided", "elided by a comment of another language");
	aligns(agent,
	       "self.socket = get_rep_socket(self.endpoint).socket\n"
	       "self._bind_with_retry(self.socket, self.port)",
	       7, 9, "whole 7-9 white space, elided", "elided by nothing");
	aligns(agent, "self.socket = get_rep_socket(\xe2\x80\xa6).socket", 7, 7,
	       "whole 7-7 joined, elided, tokens dropped", "elided within a line");
	aligns(agent, "if not self.api_key: self._auth_dependency = None", 0, 0,
	       "whole 12-13 joined", "two lines on one");
	aligns(agent, "self._auth_dependency = None; self.poller = zmq.Poller()", 0, 0,
	       "whole 8-13 joined, reordered", "statements on one line, in another order");
	aligns(agent, "self._bind_with_retry(self.socket, self.port)\nself.poller = zmq.Poller()\n",
	       0, 0, "whole 8-9 white space, reordered", "lines in another order");
	aligns(agent, "self.load(path, limit=20)", 0, 0, "whole 16-16 tokens dropped",
	       "an argument dropped");
	aligns(agent, "self._bind_with_retry(self.socket self.port)", 0, 0, "whole 9-9 comments",
	       "a comma dropped");
	aligns(agent, "allow_origins=[\"*\"]", 0, 0, "whole 14-14 tokens dropped",
	       "a part of a line");
	aligns(agent, "12: if not self.api_key:\n13:     self._auth_dependency = None\n", 0, 0,
	       "whole 12-13 comments", "line numbers");
	aligns(agent, "> if not self.api_key:\n>     self._auth_dependency = None\n", 0, 0,
	       "whole 12-13 comments", "mail quotes");
	aligns(agent, "| if not self.api_key:\n|     self._auth_dependency = None\n", 0, 0,
	       "whole 12-13 comments", "bars");
	aligns(agent, "-        if not self.api_key:\n-            self._auth_dependency = None\n",
	       0, 0, "whole 12-13 comments", "diff signs");
	aligns(agent, "\nif not self.api_key:\n\n\n    self._auth_dependency = None\n\n", 0, 0,
	       "whole 12-13 white space", "blank lines between");
	aligns(agent,
	       "# Agent\nFile: main/agent.py\n126:140 /main/agents/agent.py\n"
	       "self.poller = zmq.Poller()",
	       0, 0, "whole 8-8 white space", "lines that are no code");
}

static void
test_places(void)
{
	aligns(agent, "except:\n    pass", 17, 18, "whole 17-18 white space",
	       "a weak quote at the stated lines");
	aligns(agent, "except:   # hides all\n    pass", 24, 25,
	       "whole 23-24 white space, comments", "the other one, the range being off by one");
	aligns(agent, "except:\n    pass", 5, 6, "weak 17-18 white space", "and not elsewhere");
	aligns(agent, "except:\n    pass", 0, 0, "weak 17-18 white space", "nor without a place");
	aligns(agent, "self.other = connect(remote)\nself.poller = zmq.Poller()", 0, 0, "part 7-8",
	       "in part");
	aligns(agent, "data = pickle.loads(message)", 0, 0, "gone", "gone");
	aligns(agent, "", 1, 5, "gone", "nothing quoted");
	aligns("", "data = pickle.loads(message)", 1, 5, "gone", "nothing there");
	aligns("x = 1\n# data = pickle.loads(message) was here\n", "data = pickle.loads(message)",
	       2, 2, "gone", "named in a comment only");
	aligns("    return allow_origins if self.dev else self.origins\n", "return allow_origins",
	       1, 1, "part 1-1", "a line that goes on");
	aligns("a = load_everything(x)\nb = 1\nif ok:\n    a = load_everything(x)\n",
	       "a = load_everything(x)", 4, 4, "whole 4-4 white space",
	       "of two places the stated one");
	aligns("a = load_everything(x)\n\n\n\n\n\n\n\n\n\n\n\n    a = load_everything(x)\n",
	       "a = load_everything(x)", 9, 9, "whole 13-13 white space",
	       "of two others the one that is nearer");
	aligns("def load_rules(params, makefile):\n    pass\n\n\n\n\n\n    load_rules(params, "
	       "makefile)\n",
	       "load_rules(params, makefile)", 4, 4, "whole 8-8 white space",
	       "sooner all of a line than a part of one");
	aligns("x = 1\n\nregister_rule(\n    \"cc\",\n    "
	       "command=cc_command,\n)\n\n\nregister_rule(\n"
	       "    \"ld\",\n)\n",
	       "register_rule(\n    \"cc\",\n    command=cc_command,", 9, 9, "whole 3-5 exact",
	       "sooner in a row than at the stated lines in part");
	aligns("def f(self, url):\n    return self.set(\"Location\", "
	       "encode(url))\n}\n\n\n\n\n\n\n\n\n\n\n\n\n"
	       "\n\n\n\n\n\n\n\n\n\n\n\n\n\n}\n",
	       "return self.set(\"Location\", encode(loc))\n}", 30, 30, "part 2-3",
	       "sooner what is like a line than a brace of it");
	aligns("  a = load_everything(x)\n\n\n    a = load_everything(x)\n",
	       "    a = load_everything(x)", 1, 1, "whole 1-1 white space",
	       "at the stated line, though its indentation is not as quoted");
	aligns("\n\n\n\n  a = load_everything(x)\n\n\n    a = load_everything(x)\n",
	       "    a = load_everything(x)", 1, 1, "whole 8-8 exact",
	       "sooner with the indentation that was quoted");
	aligns("x = 1\nclass Writer:\n    def open_stream(self, name): pass\n",
	       "class Writer(object):\n    def open_stream(self, name): pass", 2, 2, "part 2-3",
	       "in part, and where the rest would be");
	aligns("a = load_everything(x)\n", "gone(1)\ngone(2)\na = load_everything(x)\ngone(3)", 9,
	       9, "part 1-1", "but not beyond the file");
	aligns("limits = {\n    \"recommended_by_default\": load_everything(x),\n}\n",
	       "\"description\": \"disallow aliasing\",\n\"category\": \"Best Practices\",\n"
	       "\"recommended_by_default\": load_everything(x),\n\"fast\",",
	       0, 0, "part 1-3", "data that have gone");
}

static void
test_lines(void)
{
	struct trial t;

	trial_run(&t, LANG_PYTHON, agent,
	          "self.poller = zmq.Poller()\n\nself.gone_entirely(away, now)\n"
	          "self._bind_with_retry(self.socket, self.other)",
	          0, 0);
	is_int(t.a.line[0].state, LINE_FOUND, "a line found");
	is_int(t.a.line[0].first, 8, "where it is");
	is_int(t.a.line[1].state, LINE_EMPTY, "a blank line");
	is_int(t.a.line[2].state, LINE_GONE, "a line that is not there");
	is_int(t.a.line[3].state, LINE_SIMILAR, "a line that has changed");
	is_int(t.a.line[3].first, 9, "where what became of it is");
	ok(t.a.score > 0.3 && t.a.score < 0.8, "the score is between: %g", t.a.score);
	trial_end(&t);

	trial_run(&t, LANG_C, "int f(void)\n{\n\treturn close_all(handles); /* late */\n}\n",
	          "return close_all(handles); // late", 0, 0);
	is_int(t.a.place, ALIGN_WHOLE, "comments of C");
	trial_end(&t);
}

/* Lines that were edited are found by what is left of them, where the rest of the quote is. */
static void
test_edited(void)
{
	aligns("def pay(order):\n    check(order)\n    send(order)\n\n\n\n\n\n\n\n\n\n\n\n"
	       "\n\n\n\n\n\n\n\n"
	       "def settle(order):\n    verify_balance(order.account, strict)\n    "
	       "send_payment(order, True)\n"
	       "    log(order)\n",
	       "    verify_balance(order.account)\n    send_payment(order, False)\n    "
	       "send(order)\n",
	       3, 3, "part 24-26",
	       "two lines that were edited, not the one that is there elsewhere");
	aligns("class A:\n    def open_stream(self):\n        pass\n\n    def "
	       "close_stream_now(self, force):\n"
	       "        pass\n",
	       "    def close_stream(self, force):\n        pass\n", 2, 3, "part 5-6",
	       "a name that was lengthened");
	aligns("x = 1\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\nRETRY_THRESHOLD: Final[int] = 5\n",
	       "RETRY_THRESHOLD = 5", 1, 1, "whole 19-19 tokens dropped",
	       "a short line, of a word that tells");
	aligns("x = 1\ny = 2\nresult = collect_metrics(\n    registry,\n    window,\n    "
	       "deadline=timeout,\n)\n",
	       "result = collect_metrics(registry, interval, deadline=timeout)", 1, 1, "part 3-6",
	       "one that was put on several lines");
	aligns("def pay(order):\n    rules = [order.total]\n    items = load(order)\n    return "
	       "False\n",
	       "return evaluate(rules, {\"total\": total, \"items\": items})", 4, 4, "gone",
	       "words of it scattered over some lines are nothing like it");
	aligns("options = {\n    \"fields\": fields,\n    limit: maximum_size,\n    order: "
	       "ascending,\n}\n",
	       "    limit: minimum_size,\n    order: ascending,\n", 3, 4, "part 3-4",
	       "a line of data that was edited is no note");
	aligns("\"\"\"\nx = 1\n", "the user may be anybody here\n\"\"\"\n", 9, 9, "weak 1-1 exact",
	       "marks are not all of a quote, whatever the rest may be");
}

/* What is everywhere stands at the stated lines too; the line that is not does not. */
static void
test_row(void)
{
	struct buf b = BUF_INIT;
	struct trial t;

	for (int i = 0; i < ALIGN_PLACES; i++)
		buf_printf(&b,
		           "if where_it_is == pane:\n    key = drag_end_%d_pane\nif where_it_is == "
		           "status:\n    key = drag_end_%d_status\n",
		           i, i);
	buf_str(&b, "if where_it_is == pane:\n    key = double_click_pane\nif where_it_is == "
	            "status:\n    key = double_click_status\n");
	trial_run(&t, LANG_PYTHON, buf_cstr(&b),
	          "if where_it_is == pane:\n    key = double_click_pane\nif where_it_is == status:",
	          9, 11);
	is_int(t.a.place, ALIGN_WHOLE,
	       "all lines of it in a row, and not those at the stated lines");
	is_int(t.a.first, 4 * ALIGN_PLACES + 1, "where the one is that is there once");
	trial_end(&t);
	buf_release(&b);
}

/* Where the stated lines are by now is about right: among places that are alike it decides, and no more. */
static void
test_shifted(void)
{
	static const char text[] =
		"t.error(err)\nt.is(res.statusCode, 200)\nt.is(res.payload, hello)\n";
	struct align_range stated = {1, 3};
	struct buf b = BUF_INIT;
	struct str rest = STR(text), line[3];
	struct align_quote q;
	struct align_source s;
	struct alignment a;

	for (int i = 0; i < 3; i++)
		buf_printf(&b,
		           "x = %d\n\n\nt.error(err)\nt.equal(res.statusCode, "
		           "200)\nt.equal(res.payload, hello)\n",
		           i);
	buf_str(&b, "\nt.error(err)\nt.equal(res.statusCode, 501)\nt.same(answer(res), wrong)\n");
	for (size_t i = 0; i < 3; i++)
		str_line(&rest, &line[i]);
	align_quote_init(&q, line, 3, LANG_JAVASCRIPT);
	align_source_init(&s, buf_view(&b), LANG_JAVASCRIPT);
	align_shifted(&q, &s, &stated, 1, 10, &a);
	is_int(a.first, 10, "of three places the one that is nearest to where it would be");
	alignment_release(&a);
	align_shifted(&q, &s, &stated, 1, 19, &a);
	is_int(a.first, 16, "not less of it that is nearer");
	alignment_release(&a);
	align_quote_release(&q);
	align_source_release(&s);
	buf_release(&b);
}

/* A quote that begins within a comment. */
static void
test_comments(void)
{
	static const char source[] =
		"/*\n * Frees all of it.\n */\nvoid close_all(struct handles *h)\n{\n";
	struct trial t;

	trial_run(&t, LANG_C, source,
	          " * Frees every one.\n */\nvoid close_all(struct handles *h)\n", 0, 0);
	is_int(t.a.place, ALIGN_WHOLE, "the end of a comment is none of the code");
	is_int(t.a.first, 3, "which is found, as far as the comment is there with it");
	trial_end(&t);
	trial_run(&t, LANG_JAVASCRIPT, "const all = /.*/;\nmatch_every(all, names);\n",
	          "const some = /.*/;\nmatch_every(all, names);\n", 0, 0);
	is_int(t.a.place, ALIGN_PART, "a pattern is no comment");
	trial_end(&t);
}

/* A line that is everywhere, next to one that is not. */
static void
test_neighbours(void)
{
	struct buf b = BUF_INIT;
	struct trial t;

	for (int i = 0; i < 3 * ALIGN_PLACES; i++)
		buf_printf(&b, "if ok%d:\n    pass\nelse:\n    fail()\n", i);
	buf_str(&b, "if last:\n    pass\nelse:\n    report_failure_of(last)\n    fail()\n");
	trial_run(&t, LANG_PYTHON, buf_cstr(&b), "else:\n    report_failure_of(last)\n    fail()\n",
	          1, 1);
	is_int(t.a.place, ALIGN_WHOLE, "lines that are everywhere, around one that is not");
	is_int(t.a.first, 12 * ALIGN_PLACES + 3, "from the first of them");
	is_int(t.a.last, 12 * ALIGN_PLACES + 5, "to the last");
	trial_end(&t);

	trial_run(&t, LANG_PYTHON, "start_of_all(x)\nfail()\nend_of_all(x)\n",
	          "start_of_all(x)\nfail()\nfail()\nend_of_all(x)", 0, 0);
	is_int(t.a.place, ALIGN_PART, "no line of the file stands for two of the quote");
	trial_end(&t);
	buf_release(&b);
}

static void
repeat(struct buf *b, const char *s, size_t n)
{
	buf_reset(b);
	while (n-- > 0)
		buf_str(b, s);
	buf_cstr(b);
}

/* Inputs made to fit each other everywhere: what counts is that this ends, in a time of the order of their sizes. */
static void
test_hostile(void)
{
	struct buf source = BUF_INIT, quote = BUF_INIT;
	struct str line[4000];
	struct align_quote q;
	struct align_source s;
	struct alignment a;

	repeat(&source, "x x x x x x x x\n", 20000);
	repeat(&quote, "x ", 4000);
	for (size_t i = 0; i < 4000; i++)
		line[i] = (struct str){quote.ptr, 2 * i + 2};
	align_quote_init(&q, line, 400, LANG_PYTHON);
	align_source_init(&s, buf_view(&source), LANG_PYTHON);
	align(&q, &s, &(struct align_range){1, UINT32_MAX}, 1, &a);
	ok(a.place >= ALIGN_PART, "phrases within phrases");
	ok(a.times <= 2 * ALIGN_PLACES, "no more places than that");
	alignment_release(&a);
	align_quote_release(&q);
	for (size_t i = 0; i < 4000; i++)
		line[i] = STR("x x x x x x x y");
	align_quote_init(&q, line, 4000, LANG_PYTHON);
	align(&q, &s, NULL, 0, &a);
	ok(a.place <= ALIGN_PART, "many lines that are nearly there");
	alignment_release(&a);
	align_quote_release(&q);
	align_source_release(&s);
	line[0] = STR("begin_of_it(x)");
	line[3999] = STR("end_of_it(x)");
	buf_reset(&source);
	buf_str(&source, "begin_of_it(x)\n");
	for (size_t i = 1; i < 3999; i++) {
		line[i] = STR("x = x_value(y_other, y, z, value_of)");
		buf_str(&source, "x = x_value(z, value, y, y)\n");
	}
	buf_str(&source, "end_of_it(x)\n");
	align_quote_init(&q, line, 4000, LANG_PYTHON);
	align_source_init(&s, buf_view(&source), LANG_PYTHON);
	align(&q, &s, &(struct align_range){1, 4000}, 1, &a);
	ok(a.place == ALIGN_PART, "and many between two that are there");
	alignment_release(&a);
	align_quote_release(&q);
	align_source_release(&s);
	buf_release(&source);
	buf_release(&quote);
}

static void
test_tokens(void)
{
	static const char *const words[] = {"False",  "yield", "self",    "namespace", "match",
	                                    "memory", "final", "finally", "protected", "pub"};

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		ok(token_is_keyword(str_of(words[i])), "%s is a keyword", words[i]);
	ok(!token_is_keyword(STR("pickle")), "pickle is none");
}

int
main(void)
{
	test_forms();
	test_places();
	test_lines();
	test_edited();
	test_row();
	test_shifted();
	test_comments();
	test_neighbours();
	test_hostile();
	test_tokens();
	return done_testing();
}
