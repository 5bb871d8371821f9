/*
 * The policy of a watch: limits that leave one another room, verdicts on one agent and on a team, what a successor is
 * left. Time is given.
 */
#include "policy/watch_clock.h"
#include "tap.h"

#include "base/buf.h"

#include <stdlib.h>

static struct settings limits, pad;
static struct watch watch;
static struct buf out, text, scratch;
static struct record record = RECORD_INIT;
static double now;

/* A watch of its own for each test. */
static void
begin(struct watch_options options, struct watch_limits l)
{
	static const struct pad_limits builtin = PAD_LIMITS_INIT;

	settings_init(&limits, "watch", watch_settings, &l, sizeof(l));
	settings_init(&pad, "pad", pad_settings, &builtin, sizeof(builtin));
	options.limits = &limits;
	options.pad = &pad;
	if (!options.team)
		options.team = "t";
	if (options.interval == 0)
		options.interval = 2;
	watch_init(&watch, &options);
	now = 0;
	buf_reset(&out);
}

static void
end(void)
{
	watch_release(&watch);
	settings_release(&limits);
	settings_release(&pad);
}

static const struct watch_options plain = {.team = NULL};
static const struct watch_limits builtin = WATCH_LIMITS_INIT;

/* Hand over the record JSON, written with ' for ", at the time NOW. */
static bool
take(const char *json)
{
	struct json_error error;
	size_t len = strlen(json);

	buf_reset(&text);
	buf_padded(&text, str_of(json));
	for (size_t i = 0; i < len; i++)
		if (text.ptr[i] == '\'')
			text.ptr[i] = '"';
	buf_reset(&scratch);
	buf_room(&scratch, 2 * len);
	if (!record_scan(&record, (struct str){text.ptr, len}, &error))
		abort();
	return watch_record(&watch, &record, &scratch, now, &out);
}

/* The checks that come up to the time TO; what they say is added to OUT. */
static void
until(double to)
{
	while (now + watch.options.interval <= to && !watch.stopped) {
		now += watch.options.interval;
		watch_check(&watch, now, &out);
	}
}

/* Of what was said since the last time, without the pulses: "TS CAUSE", or the name of an alert, in a line. */
static const char *
said(void)
{
	static char line[1000];
	struct str rest = buf_view(&out), one;
	size_t len = 0;

	line[0] = '\0';
	while (str_line(&rest, &one)) {
		struct buf b = BUF_INIT, strings = BUF_INIT;
		struct json_error error;
		struct str what;
		double ts = -1;

		buf_padded(&b, one);
		buf_room(&strings, 2 * one.len);
		if (!record_scan(&record, (struct str){b.ptr, one.len}, &error))
			abort();
		record_ts(&record, &ts);
		what = record_string(&record, STR("cause"), &strings);
		if (what.len == 0)
			what = record_string(&record, STR("alert"), &strings);
		if (what.len == 0 && record_find(&record, STR("stalled")))
			what = STR("report");
		if (what.len > 0)
			len += (size_t)snprintf(line + len, sizeof(line) - len, "%s%g " STR_FMT,
			                        len > 0 ? "; " : "", ts, STR_ARG(what));
		buf_release(&b);
		buf_release(&strings);
	}
	buf_reset(&out);
	return line;
}

static void
is_said(const char *want, const char *name)
{
	is_str(str_of(said()), want, name);
}

/* What is wrong with LIMITS, as far as it begins; "" where nothing is. */
static void
is_refused(struct watch_limits l, struct watch_options o, const char *want, const char *name)
{
	struct buf reason = BUF_INIT;
	bool sound;

	o.interval = o.interval > 0 ? o.interval : 2;
	sound = watch_limits_check(&l, &o, &reason);
	ok(sound == (*want == '\0') && strstr(buf_cstr(&reason), want), "%s", name);
	if (!strstr(buf_cstr(&reason), want))
		fprintf(stderr, "#   got: '%s'\n", reason.ptr);
	buf_release(&reason);
}

#define LIMITS(...) ((struct watch_limits){.timeout = 600, __VA_ARGS__})

static void
test_reachable(void)
{
	struct watch_limits l = builtin;

	is_refused(l, plain, "", "the built-in limits leave one another room");
	is_refused(l, (struct watch_options){.interval = 28.4}, "",
	           "as long as silence is reached");
	is_refused(l, (struct watch_options){.interval = 28.5}, "20 checks of silence takes 600 s",
	           "silence that lasts until the hard limit");
	l.timeout = 0;
	is_refused(l, (struct watch_options){.interval = 3600}, "",
	           "without a hard limit all is reached");
	is_refused(LIMITS(.warmup = 600), plain, "the warm-up takes 600 s",
	           "a warm-up until the hard limit");
	is_refused(LIMITS(.warmup = 599), plain, "", "or just before");
	is_refused(LIMITS(.warmup = 30, .warmup_ramp = 570), plain, "with its ramp takes 600 s",
	           "its ramp");
	is_refused(LIMITS(.warmup = 30, .strikes = 285), plain, "285 checks of strikes", "strikes");
	is_refused(LIMITS(.warmup = 30, .burn = 285), plain, "285 checks of burn", "a burn");
	is_refused(LIMITS(.quiet = {0, 600}), plain, "silence with a tool in flight takes 600 s",
	           "a quiet tool");
	is_refused(LIMITS(.quiet = {0, 0, 600}), plain, "silence in an API wait takes",
	           "an API wait");
	is_refused(LIMITS(.quiet = {0, 0, 0, 600}), plain, "silence under a rate limit takes",
	           "a rate limit");
	is_refused(LIMITS(.silence = 20, .quiet = {0, 40}), plain, "no more than any silence, 40 s",
	           "a tool that may be quiet no longer than any agent");
	is_refused(LIMITS(.budget_usd = 2), (struct watch_options){.team_usd = 1},
	           "cannot use 2 USD where its team has 1", "a budget above the team's");
	is_refused(LIMITS(.budget_tokens = 2), (struct watch_options){.team_tokens = 1},
	           "cannot use 2 tokens where its team has 1", "in tokens");
	is_refused(LIMITS(.silence = 0), (struct watch_options){.turns = 1},
	           "nobody is ever stalled", "turns that nothing counts");
}

static void
test_warmup(void)
{
	struct watch_limits l = builtin;

	begin(plain, l);
	take("{'type':'start','agent':'a','pid':7}");
	until(70);
	is_said("70 stalled", "silence counts from the end of the warm-up");
	end();

	begin(plain, l);
	for (int i = 0; i < 20; i++) {
		now = i * 1.4;
		take("{'type':'output','agent':'a','content':'x','pleasure':0,'arousal':1,"
		     "'dominance':0,'healthy':false,'diagnosis':'looping'}");
	}
	take("{'type':'usage','agent':'a','cost_usd':5}");
	now = 0;
	until(28);
	is_said("", "nothing is said in the warm-up");
	until(34);
	is_said("34 looping", "and strikes count after it");
	end();

	l.timeout = 20;
	begin(plain, l);
	take("{'type':'output','agent':'a','content':'x'}");
	until(24);
	is_said("20 timeout", "the hard limit counts in it");
	end();

	l = builtin;
	begin(plain, l);
	take("{'type':'start','agent':'a','pid':7,'attempt':0}");
	now = 40;
	take("{'type':'exit','agent':'a','pid':7,'status':1}");
	take("{'type':'start','agent':'a','pid':8,'attempt':1}");
	until(108);
	is_said("", "the next attempt has a warm-up of its own");
	until(110);
	is_said("110 stalled", "and what follows");
	end();
}

static void
test_ramp(void)
{
	static const char off[] =
		"{'type':'output','agent':'a','content':'x','pleasure':0.1,"
		"'arousal':0,'dominance':0.5,'healthy':false,'diagnosis':'divergent'}";
	struct watch_limits l = builtin;

	l.warmup_ramp = 40;
	l.silence = 0;
	begin(plain, l);
	take(off);
	until(52);
	is_said("", "while the ramp is below the pleasure of an agent it is not divergent");
	until(60);
	is_said("54 divergent", "then it is");
	end();

	begin(plain, l);
	take("{'type':'output','agent':'a','content':'x','pleasure':0.1,'arousal':0,"
	     "'dominance':0.2,'healthy':false,'diagnosis':'divergent'}");
	until(36);
	is_said("34 uncertain", "the ramp is one of pleasure alone");
	end();
}

/* Each thing that an agent may be busy with has its own limit, counted from where it began. */
static void
test_busy(void)
{
	static const struct {
		const char *record, *want, *name;
	} cases[] = {
		{"{'type':'tool','agent':'a','tool':'T','id':'1'}", "150 stalled",
	         "a tool in flight"},
		{"{'type':'wait','agent':'a','reason':'tool','id':'1'}", "150 stalled",
	         "a tool that is said to run"},
		{"{'type':'wait','agent':'a','reason':'api_retry','delay':1}", "250 stalled",
	         "an API wait"},
		{"{'type':'wait','agent':'a'}", "250 stalled", "a wait for a reason not told"},
		{"{'type':'wait','agent':'a','reason':'rate_limit','delay':9}", "350 stalled",
	         "a rate limit"},
		{"{'type':'wait','agent':'a','reason':'rate_limit','delay':0}", "92 stalled",
	         "a wait that is over at once is none"},
	};
	struct watch_limits l = builtin;

	l.quiet[WATCH_TOOL] = 100;
	l.quiet[WATCH_API] = 200;
	l.quiet[WATCH_RATE] = 300;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		begin((struct watch_options){.turns = 0}, l);
		take("{'type':'start','agent':'a'}");
		until(48);
		now = 49;
		take("{'type':'output','agent':'a','content':'x'}");
		now = 50;
		take(cases[i].record);
		until(500);
		is_said(cases[i].want, cases[i].name);
		end();
	}

	begin(plain, l);
	take("{'type':'start','agent':'a'}");
	for (now = 40; now < 340; now += 20) {
		take("{'type':'wait','agent':'a','reason':'api_retry','delay':1}");
		watch_check(&watch, now + 2, &out);
	}
	is_said("242 stalled", "announcing the same wait again and again does not prolong it");
	end();
}

static void
test_flights(void)
{
	struct watch_limits l = builtin;

	l.strikes = 0; /* fifty calls that are the same */
	begin(plain, l);
	take("{'type':'start','agent':'a'}");
	now = 40;
	for (int i = 0; i < 50; i++) {
		char json[100];

		snprintf(json, sizeof(json), "{'type':'tool','agent':'a','tool':'T','id':'%d'}", i);
		take(json);
		if (i < WATCH_FLIGHTS)
			take(json); /* in flight still */
	}
	for (int i = 0; i < 49; i++) {
		char json[100];

		snprintf(json, sizeof(json), "{'type':'tool_result','agent':'a','id':'%d'}",
		         49 - i);
		take(json);
	}
	until(200);
	is_said("", "of many tools at once the last still holds off the silence");
	take("{'type':'tool_result','agent':'a','id':'0'}");
	until(240);
	is_said("", "until it answers");
	until(242);
	is_said("242 stalled", "then silence counts");
	end();
}

static void
test_budgets(void)
{
	struct watch_limits l = builtin;

	l.budget_usd = 2;
	l.budget_tokens = 1000;
	begin(plain, l);
	take("{'type':'start','agent':'a','pid':1}");
	take("{'type':'start','agent':'b','pid':2}");
	until(40);
	take("{'type':'output','agent':'a','content':'x'}");
	take("{'type':'usage','agent':'a','input_tokens':400,'output_tokens':600,'cost_usd':2,"
	     "'cumulative':true}");
	take("{'type':'usage','agent':'a','input_tokens':400,'output_tokens':600,'cost_usd':2,"
	     "'cumulative':true}");
	take("{'type':'usage','agent':'b','cost_usd':1.5,'cumulative':false}");
	until(42);
	is_said("", "a budget may be used in full, and totals replace one another");
	take("{'type':'usage','agent':'b','cost_usd':0.6,'cumulative':false}");
	until(44);
	is_said("44 over_budget", "figures of steps add up");
	take("{'type':'exit','agent':'a','pid':1,'status':1}");
	take("{'type':'start','agent':'a','pid':3}");
	take("{'type':'usage','agent':'a','output_tokens':1,'cumulative':true}");
	until(80);
	is_said("74 over_budget", "an agent's budget is for all its attempts together");
	end();

	begin((struct watch_options){.team_usd = 3}, builtin);
	take("{'type':'start','agent':'a','pid':1}");
	take("{'type':'start','agent':'b','pid':2}");
	take("{'type':'usage','agent':'a','cost_usd':2}");
	take("{'type':'usage','agent':'b','cost_usd':2}");
	until(30);
	is_said("2 over_budget; 30 over_budget; 30 over_budget",
	        "the team's budget gives an alert, and ends all after their warm-up");
	end();
}

static void
test_attempts(void)
{
	struct watch_limits l = builtin;

	l.respawn = 2;
	begin(plain, l);
	for (int i = 0; i < 3; i++) {
		char json[100];

		snprintf(json, sizeof(json), "{'type':'start','agent':'a','pid':%d,'attempt':%d}",
		         i + 1, i);
		take(json);
		until(now + 100);
		snprintf(json, sizeof(json),
		         "{'type':'exit','agent':'a','pid':%d,'attempt':%d,'signal':15}", i + 1, i);
		take(json);
	}
	is_said("70 stalled; 170 stalled; 270 stalled; 270 retries_exhausted",
	        "one intervention for each attempt, and after the last respawn an alert");
	until(now + 10);
	is_said("", "that is not repeated");
	ok(watch.interventions == 3, "interventions are counted");
	end();

	begin(plain, builtin);
	take("{'type':'start','agent':'a','pid':1}");
	until(1000);
	is_said("70 stalled; 600 timeout", "another cause in the same attempt has its own");
	end();

	begin(plain, builtin);
	take("{'type':'start','agent':'a','pid':1}");
	take("{'type':'start','agent':'a','session':'s'}");
	take("{'type':'exit','agent':'a','pid':9,'status':1}");
	take("{'type':'result','agent':'a','ok':true}");
	take("{'type':'result','agent':'a','ok':false,'sidechain':true}");
	take("{'type':'exit','agent':'a','pid':1,'status':0}");
	take("{'type':'output','agent':'a','content':'late'}");
	until(100);
	ok(strstr(buf_cstr(&out), "\"total\":1,\"active\":0,\"completed\":1,\"failed\":0"),
	   "a session in a process is no attempt, another's exit no end, and what comes late "
	   "nothing");
	end();
}

static void
test_team(void)
{
	begin((struct watch_options){.turns = 10}, builtin);
	take("{'type':'start','agent':'a','pid':1}");
	take("{'type':'start','agent':'b','pid':2}");
	take("{'type':'start','agent':'c','pid':3}");
	take("{'type':'result','agent':'b','ok':true}");
	take("{'type':'exit','agent':'b','pid':2,'status':0}");
	take("{'type':'tool','agent':'c','tool':'T','id':'1'}");
	until(80);
	take("{'type':'output','agent':'c','content':'on my way'}");
	until(86);
	take("{'type':'output','agent':'c','content':'on my way'}");
	until(100);
	is_said("70 stalled", "progress of anybody begins the count of turns anew");
	ok(!watch.stopped, "and the watch goes on");
	until(200);
	ok(watch.stopped, "without progress it stops");
	ok(strstr(buf_cstr(&out),
	          "\"ts\":102,\"team\":\"t\",\"total\":3,\"active\":2,\"completed\":1,"
	          "\"failed\":0,\"interventions\":1,\"health\":\"critical\","
	          "\"reason\":\"no progress in 10 checks\",\"stalled\":[\"a\"],"
	          "\"complete\":[\"b\"],\"incomplete\":[\"a\",\"c\"]}\n"),
	   "and reports who is stalled, and what is complete");
	end();

	begin((struct watch_options){.max_agents = 2}, builtin);
	take("{'type':'start','agent':'a','pid':1}");
	take("{'type':'start','agent':'b','pid':2}");
	take("{'type':'start','agent':'c','pid':3}");
	take("{'type':'output','agent':'c','content':'x'}");
	until(2);
	ok(strstr(buf_cstr(&out), "\"total\":2,"), "an agent too many is not in the team");
	is_said("0 too_many_agents", "and there is an alert, once");
	take("{'type':'exit','agent':'a','pid':1,'status':0}");
	take("{'type':'output','agent':'c','content':'y'}");
	until(4);
	ok(strstr(buf_cstr(&out), "\"total\":3,\"active\":2,"), "until another has ended");
	ok(take("{'type':'output','agent':'c','team':'other','content':'x'}"), "another team's");
	ok(!take("{'type':'output','agent':'../x','content':'x'}"), "a name that is none");
	take("{'type':'output','content':'x'}");
	ok(watch.nameless == 1, "records without a name are counted");
	end();
}

static bool
is_gone(void *arg, const struct watch_agent *a)
{
	return a->pid == *(const int *)arg;
}

static void
test_state(void)
{
	struct buf state = BUF_INIT;
	int gone = 1;

	begin(plain, builtin);
	take("{'type':'start','agent':'a','pid':1,'started':5,'host':'h','attempt':2}");
	take("{'type':'start','agent':'b','pid':2,'started':6}");
	take("{'type':'output','agent':'n','content':'x'}");
	take("{'type':'usage','agent':'b','cost_usd':1.5}");
	until(80);
	is_said("70 stalled; 70 stalled; 70 stalled", "three are stalled");
	watch_save(&watch, &state);
	end();

	begin(plain, builtin);
	ok(watch_load(&watch, buf_view(&state), 80), "a successor reads what was left");
	ok(watch.interventions == 3 && watch.running == 3 && watch.usd == 1.5,
	   "it knows the figures");
	now = 80;
	take("{'type':'start','agent':'a','pid':1,'started':5,'host':'h','attempt':2}");
	until(400);
	is_said("", "and does not intervene again");
	take("{'type':'start','agent':'a','pid':7,'started':9}");
	watch.gone = is_gone;
	watch.arg = &gone;
	gone = 2;
	until(600);
	is_said("470 stalled; 470 retries_exhausted; 600 timeout",
	        "but for another attempt, or cause; and not on who is gone");
	end();

	begin(plain, builtin);
	ok(watch_load(&watch, buf_view(&state), 5000) && watch.running == 2,
	   "an agent without a process is not taken up much later");
	end();
	begin(plain, builtin);
	buf_str(&state, "{\"agent\":\"d");
	ok(!watch_load(&watch, buf_view(&state), 80) && watch.running == 3,
	   "of what is damaged the good is taken");
	ok(!watch_load(&watch, STR("{\"version\":9}\n"), 80), "another version is not read");
	end();
	buf_release(&state);
}

/* What holds an agent up, or has become of it, is not forgotten when another takes over. */
static void
test_business(void)
{
	struct buf state = BUF_INIT;

	begin(plain, builtin);
	take("{'type':'start','agent':'a','pid':1,'started':5}");
	take("{'type':'start','agent':'t','pid':2,'started':5}");
	take("{'type':'start','agent':'r','pid':3,'started':5}");
	take("{'type':'start','agent':'e','pid':4,'started':5}");
	take("{'type':'start','agent':'f','pid':5,'started':5,'attempt':3}");
	until(40);
	take("{'type':'wait','agent':'a','reason':'api_retry','delay':400}");
	take("{'type':'tool','agent':'t','tool':'Bash','id':'t1','input':{'command':'make'}}");
	take("{'type':'usage','agent':'t','output_tokens':90,'cumulative':true}");
	take("{'type':'result','agent':'r','ok':true}");
	take("{'type':'exit','agent':'e','pid':4,'started':5,'status':0}");
	take("{'type':'exit','agent':'f','pid':5,'started':5,'status':1}");
	watch_save(&watch, &state);
	end();

	begin(plain, builtin);
	ok(watch_load(&watch, buf_view(&state), 42), "a successor reads what they were busy with");
	ok(watch.running == 3, "three of them are running");
	now = 42;
	until(460);
	is_said("44 retries_exhausted; 70 lingering",
	        "who waits or has a tool in flight is not silent, and a result has been given");
	take("{'type':'tool_result','agent':'t','tool':'Bash','id':'t1','ok':true}");
	take("{'type':'usage','agent':'t','output_tokens':100,'cumulative':true}");
	is_int((long long)watch.tokens, 100, "usage that is told in sum is not counted twice");
	until(520);
	is_said("502 stalled", "the tool has landed");
	ok(watch.agents.count == 5 && watch.completed == 2 && watch.failed == 1,
	   "nobody is missing");
	end();

	begin(plain, builtin);
	ok(watch_load(&watch, buf_view(&state), 200) && watch.agents.count == 3,
	   "much later, who had ended is no member of the team");
	end();
	buf_release(&state);
}

static void
test_clock(void)
{
	struct watch_clock c;
	const char *far = "{'type':'output','agent':'b','content':'x','ts':9e8}";
	unsigned checks = 0;

	begin((struct watch_options){.turns = 120}, builtin);
	watch_clock_init(&c, &watch.options);
	take("{'type':'start','agent':'a','pid':1,'ts':100}");
	watch_clock_take(&c, &record);
	ok(!watch_clock_due(&c, &watch, true), "nothing is due at the first record");
	take("{'type':'output','agent':'a','content':'x','ts':104}");
	watch_clock_take(&c, &record);
	ok(watch_clock_due(&c, &watch, false) && c.at == 102, "a check before the present is due");
	ok(!watch_clock_due(&c, &watch, false), "one at the present is not");
	ok(watch_clock_due(&c, &watch, true) && c.at == 104, "unless nothing more comes");
	for (int i = 1; i < WATCH_JUMP_RUN; i++) {
		take(far);
		watch_clock_take(&c, &record);
	}
	ok(c.now == 104, "a broken clock does not move the time");
	take(far);
	watch_clock_take(&c, &record);
	ok(c.now == 9e8 && !watch_clock_due(&c, &watch, true), "until all say so");
	take("{'type':'output','agent':'a','content':'x','ts':900600000}");
	watch_clock_take(&c, &record);
	while (watch_clock_due(&c, &watch, false))
		checks++;
	ok(checks > 300 && checks <= watch_horizon(&watch.options) / 2,
	   "of a long gap only the checks that can find something are made");
	take("{'type':'output','agent':'a','content':'x','ts':1}");
	watch_clock_take(&c, &record);
	ok(c.now == 900600000, "time does not go back");
	end();
}

int
main(void)
{
	test_reachable();
	test_warmup();
	test_ramp();
	test_busy();
	test_flights();
	test_budgets();
	test_attempts();
	test_team();
	test_state();
	test_business();
	test_clock();
	buf_release(&out);
	buf_release(&text);
	buf_release(&scratch);
	record_release(&record);
	return done_testing();
}
