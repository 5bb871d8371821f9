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

int
main(void)
{
	test_reachable();
	test_warmup();
	test_ramp();
	buf_release(&out);
	buf_release(&text);
	buf_release(&scratch);
	record_release(&record);
	return done_testing();
}
