#include "policy/alert.h"
#include "tap.h"

/* Alerts as "firing NAME KEY @TS", a line each, as they are told. */
static struct buf told = BUF_INIT;

static void
on_note(void *arg, const struct alert_note *note)
{
	(void)arg;
	buf_printf(&told, "%s " STR_FMT " " STR_FMT " @", note->state, STR_ARG(note->rule->name),
	           STR_ARG(note->key));
	buf_number(&told, note->ts);
	buf_byte(&told, '\n');
}

static struct alert_options o;
static struct alert_rules rules;
static struct alert a;

/* One rule, called x. */
static void
begin_with(const char *expr, struct alert_defaults defaults)
{
	struct cond_error error;

	buf_reset(&told);
	if (!alert_rules_condition(&rules, STR("x"), str_of(expr), &defaults, &error))
		printf("# %s: column %u: %s\n", expr, error.column, error.reason);
	alert_init(&a, &rules, &o);
	a.notify = on_note;
}

static void
begin(const char *expr, double hold)
{
	begin_with(expr, (struct alert_defaults){.hold = hold, .by = alert_by_agent});
}

static void
end(const char *want, const char *name)
{
	alert_settle(&a);
	is_str(buf_view(&told), want, name);
	alert_release(&a);
	alert_rules_release(&rules);
	o = (struct alert_options)ALERT_OPTIONS_INIT;
}

static void
feed_at(const char *text, double now)
{
	struct record r = RECORD_INIT;
	struct buf padded = BUF_INIT;
	struct json_error error;

	buf_padded(&padded, str_of(text));
	if (!record_scan(&r, buf_view(&padded), &error))
		ok(false, "%s: %s", text, error.reason);
	alert_record(&a, &r, now);
	record_release(&r);
	buf_release(&padded);
}

static void
feed(const char *text)
{
	feed_at(text, -1);
}

static void
states(void)
{
	begin("risk_score > 0.3", 0);
	feed("{\"ts\":10,\"agent\":\"a\",\"risk_score\":0.5}");
	feed("{\"ts\":11,\"agent\":\"b\",\"risk_score\":0.2}");
	feed("{\"ts\":12,\"agent\":\"a\",\"risk_score\":0.6}");
	feed("{\"ts\":13,\"agent\":\"a\",\"risk_score\":0.1}");
	feed("{\"ts\":14,\"agent\":\"a\",\"risk_score\":0.9}");
	end("firing x [\"a\"] @10\nresolved x [\"a\"] @13\nfiring x [\"a\"] @14\n",
	    "fires once, resolves, fires again");

	begin("risk_score > 0.3", 60);
	feed("{\"ts\":0,\"agent\":\"a\",\"risk_score\":0.5}");
	feed("{\"ts\":59.9,\"agent\":\"a\",\"risk_score\":0.5}");
	is_str(buf_view(&told), "", "not before it has held for as long");
	feed("{\"ts\":61,\"agent\":\"a\",\"risk_score\":0.5}");
	end("firing x [\"a\"] @60\n", "fires at the moment it has held for as long");

	begin("risk_score > 0.3", 60);
	feed("{\"ts\":0,\"agent\":\"a\",\"risk_score\":0.5}");
	feed("{\"ts\":30,\"agent\":\"a\",\"risk_score\":0.1}");
	feed("{\"ts\":40,\"agent\":\"a\",\"risk_score\":0.5}");
	feed("{\"ts\":99,\"agent\":\"a\",\"risk_score\":0.5}");
	end("", "an interruption begins the wait anew");

	begin("risk_score > 0.3", 60);
	feed("{\"ts\":0,\"agent\":\"a\",\"risk_score\":0.5}");
	feed("{\"ts\":100,\"agent\":\"a\",\"risk_score\":0.1}");
	end("firing x [\"a\"] @60\nresolved x [\"a\"] @100\n",
	    "what held until contradicted had fired in between");

	begin("risk_score > 0.3", 60);
	feed("{\"ts\":0,\"agent\":\"a\",\"risk_score\":0.5}");
	feed("{\"ts\":70,\"agent\":\"b\"}");
	end("firing x [\"a\"] @60\n", "a silent group's wait goes on by the others' time");

	o.pending = true;
	begin("risk_score > 0.3", 60);
	feed("{\"ts\":0,\"agent\":\"a\",\"risk_score\":0.5}");
	feed("{\"ts\":60,\"agent\":\"b\"}");
	end("pending x [\"a\"] @0\nfiring x [\"a\"] @60\n", "pending is told when asked for");
}

static void
moments(void)
{
	begin("risk_score > 0.3", 60);
	feed("{\"ts\":0,\"agent\":\"a\",\"risk_score\":0.5}");
	feed("{\"ts\":60,\"agent\":\"b\",\"risk_score\":0.5}");
	feed("{\"ts\":60,\"agent\":\"a\",\"risk_score\":0.1}");
	end("", "all records of a moment count before it has passed");
}

static void
witnesses(void)
{
	begin("health == \"critical\"", 0);
	feed("{\"ts\":1,\"agent\":\"a\",\"health\":\"critical\"}");
	feed("{\"ts\":2,\"agent\":\"a\",\"type\":\"tool\"}");
	is_str(buf_view(&told), "firing x [\"a\"] @1\n",
	       "a record about something else says nothing");
	feed("{\"ts\":3,\"agent\":\"a\",\"health\":\"healthy\"}");
	end("firing x [\"a\"] @1\nresolved x [\"a\"] @3\n", "a record with the member speaks");

	begin("type == \"exit\" and status != 0", 0);
	feed("{\"ts\":1,\"agent\":\"a\",\"type\":\"exit\",\"status\":3}");
	feed("{\"ts\":2,\"agent\":\"a\",\"type\":\"start\"}");
	is_str(buf_view(&told), "firing x [\"a\"] @1\n", "type alone is no witness");
	feed("{\"ts\":3,\"agent\":\"a\",\"type\":\"exit\",\"status\":0}");
	end("firing x [\"a\"] @1\nresolved x [\"a\"] @3\n", "the other member is");

	begin("not healthy", 0);
	feed("{\"ts\":1,\"agent\":\"a\",\"type\":\"tool\"}");
	is_str(buf_view(&told), "", "nor does a record fulfil what it says nothing about");
	feed("{\"ts\":2,\"agent\":\"a\",\"healthy\":false}");
	end("firing x [\"a\"] @2\n", "but one with the member");

	begin("type == \"start\" and not exists(goal)", 0);
	feed("{\"ts\":1,\"agent\":\"a\",\"type\":\"start\"}");
	end("firing x [\"a\"] @1\n", "exists() makes what is missing speak");

	begin("type == \"exit\" and not (status == 0)", 0);
	feed("{\"ts\":1,\"agent\":\"a\",\"type\":\"exit\",\"signal\":9}");
	end("firing x [\"a\"] @1\n", "the type can speak for a rule");

	begin("type == \"wait\"", 0);
	feed("{\"ts\":1,\"agent\":\"a\",\"type\":\"wait\"}");
	feed("{\"ts\":2,\"agent\":\"a\",\"type\":\"output\"}");
	end("firing x [\"a\"] @1\nresolved x [\"a\"] @2\n", "unless nothing else is named");
}

static void
staleness(void)
{
	begin("risk_score > 0.3", 0);
	feed("{\"ts\":0,\"agent\":\"a\",\"risk_score\":0.5}");
	feed("{\"ts\":299,\"agent\":\"b\"}");
	is_str(buf_view(&told), "firing x [\"a\"] @0\n", "fires on before --stale");
	feed("{\"ts\":400,\"agent\":\"b\"}");
	end("firing x [\"a\"] @0\nresolved x [\"a\"] @300\n", "and ends then");

	begin("risk_score > 0.3", 400);
	feed("{\"ts\":0,\"agent\":\"a\",\"risk_score\":0.5}");
	feed("{\"ts\":500,\"agent\":\"b\"}");
	end("", "a pending alert that goes stale never fires");

	o.stale = 0;
	begin("risk_score > 0.3", 400);
	feed("{\"ts\":0,\"agent\":\"a\",\"risk_score\":0.5}");
	feed("{\"ts\":86400,\"agent\":\"b\"}");
	end("firing x [\"a\"] @400\n", "without --stale it holds for ever");

	begin_with("risk_score > 0.3", (struct alert_defaults){.keep = 100, .by = alert_by_agent});
	feed("{\"ts\":0,\"agent\":\"a\",\"risk_score\":0.5}");
	feed("{\"ts\":10,\"agent\":\"a\",\"risk_score\":0.1}");
	feed("{\"ts\":50,\"agent\":\"a\",\"risk_score\":0.5}");
	feed("{\"ts\":60,\"agent\":\"a\",\"risk_score\":0.1}");
	feed("{\"ts\":159,\"agent\":\"b\"}");
	is_str(buf_view(&told), "firing x [\"a\"] @0\n", "keep_firing_for bridges a gap");
	feed("{\"ts\":170,\"agent\":\"b\"}");
	end("firing x [\"a\"] @0\nresolved x [\"a\"] @160\n",
	    "and ends so long after it last held");
}

static void
telling(void)
{
	o.repeat = 3600;
	o.stale = 0;
	begin("risk_score > 0.3", 0);
	feed("{\"ts\":0,\"agent\":\"a\",\"risk_score\":0.5}");
	feed("{\"ts\":3601,\"agent\":\"b\"}");
	is_str(buf_view(&told), "firing x [\"a\"] @0\nfiring x [\"a\"] @3600\n", "told again");
	feed("{\"ts\":36001,\"agent\":\"b\"}");
	is_str(buf_view(&told),
	       "firing x [\"a\"] @0\nfiring x [\"a\"] @3600\nfiring x [\"a\"] @7200\n",
	       "once for a gap, however long");
	feed("{\"ts\":39601,\"agent\":\"b\"}");
	end("firing x [\"a\"] @0\nfiring x [\"a\"] @3600\nfiring x [\"a\"] @7200\nfiring x [\"a\"] "
	    "@39600\n",
	    "and in step after it");

	o.group_wait = 30;
	begin("risk_score > 0.3", 0);
	feed("{\"ts\":0,\"agent\":\"a\",\"risk_score\":0.5}");
	feed("{\"ts\":5,\"agent\":\"c\",\"risk_score\":0.5}");
	feed("{\"ts\":20,\"agent\":\"b\",\"risk_score\":0.5}");
	feed("{\"ts\":25,\"agent\":\"c\",\"risk_score\":0.1}");
	is_str(buf_view(&told), "", "held back for --group-wait");
	feed("{\"ts\":31,\"agent\":\"b\",\"risk_score\":0.5}");
	end("firing x [\"a\"] @30\nfiring x [\"b\"] @30\n",
	    "then told together, without what was over by then");

	o.group_wait = 30;
	begin("risk_score > 0.3", 0);
	feed("{\"ts\":0,\"agent\":\"a\",\"risk_score\":0.5}");
	alert_finish(&a);
	end("firing x [\"a\"] @0\n", "the end of the input ends the wait");
}

static void
counts(void)
{
	begin("count(tool == \"bash\" and not ok) over 5m >= 3", 0);
	feed("{\"ts\":0,\"agent\":\"a\",\"tool\":\"bash\",\"ok\":false}");
	feed("{\"ts\":10,\"agent\":\"a\",\"tool\":\"bash\",\"ok\":false}");
	feed("{\"ts\":20,\"agent\":\"b\",\"tool\":\"bash\",\"ok\":false}");
	feed("{\"ts\":30,\"agent\":\"a\",\"tool\":\"bash\",\"ok\":true}");
	is_str(buf_view(&told), "", "counted by group");
	feed("{\"ts\":40,\"agent\":\"a\",\"tool\":\"bash\",\"ok\":false}");
	feed("{\"ts\":300,\"agent\":\"a\",\"type\":\"output\"}");
	end("firing x [\"a\"] @40\nresolved x [\"a\"] @300\n",
	    "what is as old as the window is no longer counted");

	begin("count(tool == \"bash\") over 60 >= 2", 0);
	feed("{\"ts\":100,\"agent\":\"a\",\"tool\":\"bash\"}");
	feed("{\"ts\":90,\"agent\":\"a\",\"tool\":\"bash\"}");
	feed("{\"ts\":30,\"agent\":\"a\",\"tool\":\"bash\"}");
	feed("{\"ts\":150,\"agent\":\"b\"}");
	end("firing x [\"a\"] @100\nresolved x [\"a\"] @150\n",
	    "a late record counts at its own time");

	begin("health == \"critical\" and count(tool == \"bash\") over 60 >= 2", 0);
	feed("{\"ts\":0,\"agent\":\"a\",\"health\":\"critical\"}");
	feed("{\"ts\":1,\"agent\":\"a\",\"tool\":\"bash\"}");
	feed("{\"ts\":2,\"agent\":\"a\",\"tool\":\"bash\"}");
	is_str(buf_view(&told), "firing x [\"a\"] @2\n",
	       "what a member said holds while others are counted");
	feed("{\"ts\":70,\"agent\":\"a\",\"type\":\"output\"}");
	end("firing x [\"a\"] @2\nresolved x [\"a\"] @61\n", "and the count ends it");
}

static void
absence(void)
{
	begin("absent(beat) over 90s", 0);
	feed("{\"ts\":0,\"agent\":\"a\",\"beat\":1}");
	feed("{\"ts\":10,\"agent\":\"b\",\"type\":\"start\"}");
	feed("{\"ts\":80,\"agent\":\"a\",\"beat\":1}");
	feed("{\"ts\":99,\"agent\":\"a\",\"type\":\"output\"}");
	is_str(buf_view(&told), "", "not missed before its time");
	feed("{\"ts\":100,\"agent\":\"a\",\"type\":\"output\"}");
	alert_settle(&a);
	is_str(buf_view(&told), "firing x [\"b\"] @100\n", "missed where it never came");
	feed("{\"ts\":200,\"agent\":\"c\",\"beat\":1}");
	feed("{\"ts\":210,\"agent\":\"b\",\"beat\":1}");
	feed("{\"ts\":250,\"agent\":\"c\",\"beat\":1}");
	end("firing x [\"b\"] @100\nfiring x [\"a\"] @170\nresolved x [\"b\"] @210\n",
	    "missed where it ceased; over when it comes back");

	begin("absent(beat) over 90s", 0);
	feed("{\"ts\":0,\"agent\":\"a\",\"type\":\"beat\"}");
	feed("{\"ts\":80,\"agent\":\"a\",\"type\":\"beat\"}");
	feed("{\"ts\":120,\"agent\":\"b\",\"type\":\"beat\"}");
	end("", "a record of the type is as good as the member");

	begin("absent(beat) over 90s", 0);
	feed("{\"ts\":0,\"agent\":\"a\",\"beat\":1}");
	feed("{\"ts\":5000,\"agent\":\"b\",\"beat\":1}");
	end("firing x [\"a\"] @90\n", "silence does not end what silence began");

	begin("count(type == \"output\") over 10m == 0", 0);
	feed("{\"ts\":0,\"agent\":\"a\",\"type\":\"output\"}");
	feed("{\"ts\":0,\"agent\":\"b\",\"type\":\"start\"}");
	feed("{\"ts\":1,\"agent\":\"c\",\"type\":\"output\"}");
	feed("{\"ts\":600,\"agent\":\"d\",\"type\":\"output\"}");
	end("firing x [\"a\"] @600\nfiring x [\"b\"] @600\n",
	    "a count of nothing is one of silence, too, and needs its time");

	begin("absent(beat) over 90s and type != \"exit\"", 0);
	feed("{\"ts\":0,\"agent\":\"a\",\"type\":\"beat\",\"beat\":1}");
	feed("{\"ts\":0,\"agent\":\"b\",\"type\":\"beat\",\"beat\":1}");
	feed("{\"ts\":5,\"agent\":\"b\",\"type\":\"exit\"}");
	feed("{\"ts\":100,\"agent\":\"c\",\"type\":\"beat\",\"beat\":1}");
	end("firing x [\"a\"] @90\n", "who has left is not missed");

	begin_with("absent(beat) over 90s", (struct alert_defaults){.by = {.count = 0}});
	alert_time(&a, 1000);
	alert_time(&a, 1089);
	is_str(buf_view(&told), "", "without any record: not before its time");
	alert_time(&a, 1091);
	end("firing x [] @1090\n", "then missed");
}

static void
clocks(void)
{
	begin("risk_score > 0.3", 0);
	feed("{\"ts\":1000,\"agent\":\"a\",\"risk_score\":0.1}");
	feed("{\"agent\":\"a\",\"risk_score\":0.5}");
	end("firing x [\"a\"] @1000\n", "a record without ts is of the largest seen");

	begin("risk_score > 0.3", 0);
	feed("{\"ts\":1000,\"agent\":\"a\",\"risk_score\":0.5}");
	feed("{\"ts\":1e300,\"agent\":\"b\",\"risk_score\":0.1}");
	feed("{\"ts\":1e10,\"agent\":\"b\",\"risk_score\":0.5}");
	feed("{\"ts\":-5,\"agent\":\"b\",\"risk_score\":0.5}");
	feed("{\"ts\":1001,\"agent\":\"a\",\"risk_score\":0.1}");
	is_int((long long)a.jumped, 3, "wrong times are counted");
	end("firing x [\"a\"] @1000\nfiring x [\"b\"] @1000\nresolved x [\"a\"] @1001\n",
	    "one agent's wrong clock moves nobody else's time");

	begin("risk_score > 0.3", 0);
	feed("{\"ts\":1000,\"agent\":\"a\",\"risk_score\":0.5}");
	for (int i = 0; i < TIMELINE_RUN; i++)
		feed("{\"ts\":1000000000,\"agent\":\"b\",\"risk_score\":0.1}");
	end("firing x [\"a\"] @1000\nresolved x [\"a\"] @1300\n",
	    "but a run of records that agree does");

	begin("risk_score > 0.3", 0);
	feed("{\"ts\":90000000000,\"agent\":\"b\",\"risk_score\":0.1}");
	feed("{\"ts\":1000,\"agent\":\"a\",\"risk_score\":0.5}");
	end("firing x [\"a\"] @1000\n", "a first record that is wrong is not believed for long");

	begin("risk_score > 0.3", 60);
	feed("{\"ts\":10000,\"agent\":\"a\",\"risk_score\":0.1}");
	feed("{\"ts\":1000,\"agent\":\"b\",\"risk_score\":0.5}");
	feed("{\"ts\":1030,\"agent\":\"b\",\"risk_score\":0.1}");
	feed("{\"ts\":2000,\"agent\":\"b\",\"risk_score\":0.5}");
	feed("{\"ts\":2070,\"agent\":\"b\",\"risk_score\":0.5}");
	end("firing x [\"b\"] @2060\n", "a log of the past is judged by its own time");

	begin("risk_score > 0.3", 60);
	feed_at("{\"ts\":5,\"agent\":\"a\",\"risk_score\":0.5}", 1000);
	feed_at("{\"ts\":900,\"agent\":\"a\",\"risk_score\":0.5}", 1010);
	alert_time(&a, 1060);
	end("firing x [\"a\"] @1060\n", "given the time, ts does not count");
}

static void
bounds(void)
{
	char text[100];

	o.max_groups = 2;
	begin("risk_score > 0.3", 0);
	feed("{\"ts\":1,\"agent\":\"a\",\"risk_score\":0.5}");
	feed("{\"ts\":2,\"agent\":\"b\",\"risk_score\":0.5}");
	feed("{\"ts\":3,\"agent\":\"a\",\"risk_score\":0.5}");
	feed("{\"ts\":4,\"agent\":\"c\",\"risk_score\":0.5}");
	is_int((long long)a.dropped, 1, "a group dropped is counted");
	is_int((long long)a.firing, 2, "as are alerts firing");
	end("firing x [\"a\"] @1\nfiring x [\"b\"] @2\nresolved x [\"b\"] @4\nfiring x [\"c\"] "
	    "@4\n",
	    "the group longest unused goes, and its alert with it");

	begin("risk_score > 0.3", 0);
	for (int i = 0; i < 1000; i++) {
		snprintf(text, sizeof(text), "{\"ts\":%d,\"agent\":\"a%d\",\"risk_score\":0.1}", i,
		         i);
		feed(text);
	}
	is_int((long long)a.groups[0].count, 0, "groups of which nothing is known are not kept");
	end("", "and tell nothing");
}

static void
windows(void)
{
	struct alert_window w = {0};
	double t, true_count;

	for (int i = 0; i < 60; i++)
		alert_window_add(&w, i, 1000);
	is_num(alert_window_count(&w), 60, "window: exact while there are few");
	alert_window_expire(&w, 1030, 1000);
	is_num(alert_window_count(&w), 29, "window: what is as old as it is out");
	is_num(alert_window_due(&w, 1000), 1031, "window: due when the oldest leaves");
	alert_window_clear(&w);
	for (t = 0; t < 10000; t += 0.5)
		alert_window_add(&w, t, 1000), alert_window_expire(&w, t, 1000);
	true_count = 2000;
	ok(w.cap <= ALERT_WINDOW_MAX, "window: bounded");
	ok(alert_window_count(&w) >= true_count &&
	           alert_window_count(&w) <= true_count * 33 / 32 + 2,
	   "window: at most a part in 32 too many (%g of %g)", alert_window_count(&w), true_count);
	alert_window_release(&w);
	alert_window_mark(&w, 5);
	alert_window_mark(&w, 3);
	is_num(alert_window_due(&w, 10), 15, "window: a mark is the latest");
	alert_window_release(&w);
}

static void
texts(void)
{
	struct alert_label l = {.text = STR("{{ agent }} at {{$value}}, {{ $labels.job }}!")};

	ok(!alert_label_compile(&l) && l.pieces == 6, "text: pieces");
	is_str(l.piece[0].text, "agent", "text: a member");
	ok(l.piece[2].kind == PIECE_VALUE && l.piece[4].kind == PIECE_LABEL,
	   "text: value and label");
	free(l.piece);
	l = (struct alert_label){.text = STR("{{ agent")};
	ok(alert_label_compile(&l), "text: braces that do not close");
	free(l.piece);
	l = (struct alert_label){.text = STR("{{ $value | humanize }}")};
	ok(alert_label_compile(&l), "text: no functions");
	free(l.piece);
}

/* Save, and load into a fresh engine with EXPR. */
static bool
again(const char *expr, double hold)
{
	struct buf state = BUF_INIT;
	const char *reason;
	size_t line;
	bool loaded;

	alert_save(&a, &state);
	alert_release(&a);
	alert_rules_release(&rules);
	begin(expr, hold);
	alert_track(&a);
	loaded = alert_load(&a, buf_view(&state), &line, &reason);
	if (!loaded)
		printf("# line %zu: %s\n# " STR_FMT, line, reason, STR_ARG(buf_view(&state)));
	buf_release(&state);
	return loaded;
}

static void
state(void)
{
	static const char pending[] = "risk_score > 0.3";
	static const char many[] = "count(tool == \"bash\") over 60 >= 2";

	begin(pending, 60);
	alert_track(&a);
	feed("{\"ts\":0,\"agent\":\"a\",\"risk_score\":0.5}");
	ok(again(pending, 60), "state: loads what was saved");
	feed("{\"ts\":61,\"agent\":\"b\"}");
	end("firing x [\"a\"] @60\n", "state: a wait goes on");

	begin(many, 0);
	alert_track(&a);
	feed("{\"ts\":0,\"agent\":\"a\",\"tool\":\"bash\"}");
	ok(again(many, 0), "state: with a window");
	feed("{\"ts\":0,\"agent\":\"a\",\"tool\":\"bash\"}");
	is_str(buf_view(&told), "", "state: a record of the saved time is not counted twice");
	is_int((long long)a.repeated, 1, "state: such records are counted");
	feed("{\"ts\":1,\"agent\":\"a\",\"tool\":\"bash\"}");
	ok(again(many, 0), "state: with a window of two");
	feed("{\"ts\":2,\"agent\":\"a\",\"tool\":\"bash\"}");
	is_str(buf_view(&told), "", "state: what fires already is not told again");
	feed("{\"ts\":70,\"agent\":\"b\"}");
	end("resolved x [\"a\"] @61\n", "state: and is told when it ends");

	begin(pending, 0);
	alert_track(&a);
	feed("{\"ts\":0,\"agent\":\"a\",\"risk_score\":0.5}");
	ok(again("risk_score > 0.2", 0), "state: a condition may change");
	feed("{\"ts\":1,\"agent\":\"a\",\"risk_score\":0.25}");
	end("", "state: under the same name it goes on");
}

static void
damage(void)
{
	static const char *const bad[] = {
		"{}",
		"[]",
		"x",
		"{\"type\":\"alert_state\",\"version\":2,\"groups\":0,\"rules\":[]}",
		"{\"type\":\"alert_state\",\"version\":1,\"groups\":1,\"rules\":[]}\n",
		"{\"type\":\"alert_state\",\"version\":1,\"groups\":1,\"rules\":[]}\n{}\n",
		"{\"type\":\"alert_state\",\"version\":1,\"groups\":0,\"rules\":[]}\n{}\n",
		("{\"type\":\"alert_state\",\"version\":1,\"now\":1e300,\"groups\":0,\"rules\":[]}"
	         "\n")};
	const char *reason;
	size_t line;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		begin("risk_score > 0.3", 0);
		ok(!alert_load(&a, str_of(bad[i]), &line, &reason), "state: refused: %s", bad[i]);
		end("", "state: tells nothing");
	}
}

/* The first fault of a rules file, as "LINE: REASON"; empty where there is none. */
static struct buf
fault_of(const char *text)
{
	struct alert_rules read = ALERT_RULES_INIT;
	struct yaml_error fault = {0};
	struct buf said = BUF_INIT;
	struct yaml_file file;

	if (yaml_parse(&file, "rules", str_of(text), &fault)) {
		file.fault = &fault;
		alert_rules_add(&read, &file);
		alert_rules_release(&read);
		yaml_release(&file);
	}
	if (fault.line > 0)
		buf_printf(&said, "%u: %s", fault.line, fault.reason);
	return said;
}

#define RULE "groups:\n- rules:\n  - alert: a\n    "

static void
faults(void)
{
	static const struct {
		const char *text, *want;
	} cases[] = {
		{RULE "expr: x > 1\n    by: []\n", ""},
		{"", "1: no rules: expected 'groups'"},
		{"rules: []\n", "1: unknown key 'rules'"},
		{"groups: x\n", "1: groups: expected a list"},
		{"groups: [x]\n", "1: group: expected a map"},
		{"groups:\n- name: g\n", "2: group without rules"},
		{"groups:\n- rules: x\n", "2: rules: expected a list"},
		{"groups:\n- rules: [x]\n", "2: rule: expected a map"},
		{"groups:\n- rules:\n  - expr: x > 1\n", "3: rule without a name (alert)"},
		{"groups:\n- rules:\n  - {alert: '', expr: x > 1}\n",
	         "3: rule without a name (alert)"},
		{RULE "for: 1m\n", "3: rule without a condition (expr)"},
		{RULE "expr: x >\n", "4: a: expected a number after '>' at column 4"},
		{RULE "expr: 1 > 2\n", "4: a: constant: the same for every record at column 1"},
		{RULE "expr: x > 1\n    for: soon\n",
	         "5: for: expected a duration such as 30s, 5m or 4h, not 'soon'"},
		{RULE "expr: x > 1\n    by: a\n", "5: by: expected a list"},
		{RULE "expr: x > 1\n    by: [a, a]\n", "5: by: the same member twice"},
		{RULE "expr: x > 1\n    by: [a, b, c, d, e, f, g, h, i]\n",
	         "5: by: more than 8 members"},
		{RULE "expr: x > 1\n    labels: {1a: x}\n", "5: labels: bad name '1a'"},
		{RULE "expr: x > 1\n    labels: {a: '{{ b'}\n", "5: labels: a: '{{' without '}}'"},
		{RULE "expr: x > 1\n  - {alert: a, expr: y > 1}\n",
	         "5: a: the same name and labels as the rule in line 3 of rules"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct buf said = fault_of(cases[i].text);

		is_str(buf_view(&said), cases[i].want, cases[i].want);
		buf_release(&said);
	}
}

int
main(void)
{
	o = (struct alert_options)ALERT_OPTIONS_INIT;
	states();
	moments();
	witnesses();
	staleness();
	telling();
	counts();
	absence();
	clocks();
	bounds();
	windows();
	texts();
	state();
	damage();
	faults();
	buf_release(&told);
	return done_testing();
}
