/*
 * eros-store: look after the store: is it there and whole, what is in it, and moving it.
 *
 * Each verb writes records; "load" reads those that "dump" wrote.
 */
#include "store.h"

#include "base/clock.h"
#include "base/diag.h"
#include "base/exit.h"
#include "base/options.h"
#include "record/emit.h"

enum { KEY_AFTER = OPTION_LONG, KEY_OLDER };

static const struct argp_option options[] = {
	{"after", KEY_AFTER, "VERSION", 0, "watch: begin after this version (the current one)", 0},
	{"no-wait", 'n', NULL, 0, "watch: end when all that is there was shown", 0},
	{"older", KEY_OLDER, "DURATION", 0, "prune: drop log entries that are older, too", 0},
	{"wait", 'w', "SECS", 0, "watch: end with 75 when nothing came for so long (for ever)", 0},
	{0},
};

static error_t
parse(int key, char *arg, struct argp_state *state)
{
	struct app *a = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &a->command;
		state->child_inputs[1] = &a->filter;
		return 0;
	case KEY_AFTER:
		a->after = option_count(state, "--after", arg, 0, INT64_MAX);
		a->given_after = true;
		return 0;
	case KEY_OLDER: a->older = option_duration(state, "--older", arg); return 0;
	case 'n': a->wait = 0; return 0;
	case 'w': a->wait = option_duration(state, "--wait", arg); return 0;
	default: return ARGP_ERR_UNKNOWN;
	}
}

struct buf *
store_out(struct app *a)
{
	return writer_buf(&a->filter.out);
}

void
store_done(struct app *a)
{
	writer_done(&a->filter.out);
}

/* End where STATUS is a failure of the store. */
void
store_must(struct app *a, int status)
{
	if (status == EROS_OK)
		return;
	writer_flush(&a->filter.out);
	store_die(a->store, status);
}

bool
store_show_scope(void *arg, const struct store_scope *scope)
{
	image_write_scope(scope, store_out(arg));
	store_done(arg);
	return true;
}

/* The scopes that are meant: the operands, or all. Collected first, as others are asked meanwhile. */
static bool
note_scope(void *arg, const struct store_scope *scope)
{
	struct buf *names = arg;

	buf_span(names, scope->name);
	buf_byte(names, '\0');
	return true;
}

void
store_each_scope(struct app *a, void (*visit)(struct app *a, const char *scope))
{
	struct buf names = BUF_INIT;

	if (!*a->operands)
		store_must(a, store_scopes(a->store, note_scope, &names));
	for (char **name = a->operands; *name; name++) {
		buf_str(&names, *name);
		buf_byte(&names, '\0');
	}
	for (size_t i = 0; i < names.len; i += strlen(names.ptr + i) + 1)
		visit(a, names.ptr + i);
	buf_release(&names);
}

static void
ping(struct app *a)
{
	double began = clock_mono(), now;

	store_must(a, store_now(a->store, &now));
	emit_open(store_out(a), "store");
	emit_number(store_out(a), "ts", clock_wall());
	emit_string(store_out(a), "event", STR("ping"));
	emit_string(store_out(a), "store", str_of(store_name(a->store)));
	emit_number(store_out(a), "now", now);
	emit_number(store_out(a), "duration",
	            (double)(long)((clock_mono() - began) * 1e6 + 0.5) / 1e6);
	emit_close(store_out(a));
	store_done(a);
}

static void
scopes(struct app *a)
{
	store_must(a, store_scopes(a->store, store_show_scope, a));
}

static void
show_fault(void *arg, const char *fault)
{
	struct app *a = arg;

	emit_open(store_out(a), "store");
	emit_string(store_out(a), "event", STR("fault"));
	emit_string(store_out(a), "reason", str_of(fault));
	emit_close(store_out(a));
	store_done(a);
}

static void
check(struct app *a)
{
	int status = store_check(a->store, show_fault, a);

	if (status == EROS_DATA)
		filter_status(&a->filter, EROS_NO);
	else
		store_must(a, status);
}

static void
prune_scope(struct app *a, const char *scope)
{
	uint64_t rows, entries;
	double now;

	store_must(a, store_now(a->store, &now));
	store_must(a, store_prune(a->store, scope, a->older >= 0 ? now - a->older : 0, &rows,
	                          &entries));
	emit_open(store_out(a), "store");
	emit_string(store_out(a), "event", STR("pruned"));
	emit_string(store_out(a), "scope", str_of(scope));
	emit_count(store_out(a), "rows", rows);
	emit_count(store_out(a), "entries", entries);
	emit_close(store_out(a));
	store_done(a);
}

static void
prune(struct app *a)
{
	store_each_scope(a, prune_scope);
}

/* What each verb does, and how many operands it takes. */
static const struct verb {
	const char *name;
	void (*run)(struct app *a); /* NULL: it reads records */
	int least, most;
} verbs[] = {
	{"check", check, 0, 0},       {"dump", store_dump, 0, INT32_MAX},
	{"load", NULL, 0, INT32_MAX}, {"migrate", store_migrate, 1, INT32_MAX},
	{"ping", ping, 0, 0},         {"prune", prune, 0, INT32_MAX},
	{"scopes", scopes, 0, 0},     {"watch", store_watch, 1, 1},
};

static const struct verb *
find_verb(char **words)
{
	int count = 0;

	if (!words[0])
		die_usage("no verb (check, dump, load, migrate, ping, prune, scopes or watch)");
	while (words[count + 1])
		count++;
	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++) {
		if (strcmp(words[0], verbs[i].name) != 0)
			continue;
		if (count < verbs[i].least || count > verbs[i].most)
			die_usage("%s: wrong number of operands: %d", words[0], count);
		return &verbs[i];
	}
	die_usage("unknown verb: '%s'", words[0]);
}

static const struct argp_child children[] = {
	{&store_argp, 0, NULL, 0}, {&filter_argp, 0, "Input of load:", 3}, {0}};
static const struct argp argp = {
	options,
	parse,
	"check\ndump [SCOPE...]\nload [FILE...]\nmigrate URL [SCOPE...]\nping\nprune "
	"[SCOPE...]\nscopes\n"
	"watch SCOPE",
	"Look after the store: is it there and whole, what is in it, and moving it.",
	children,
	NULL,
	NULL};

/* A verb that reads nothing is a filter whose input is empty. */
static void
on_start(struct filter *f)
{
	struct app *a = f->arg;

	find_verb(a->operands - 1)->run(a);
	filter_stop(f);
}

int
main(int argc, char **argv)
{
	struct app a = {.filter = FILTER_INIT,
	                .command = STORE_COMMAND_INIT,
	                .image = STORE_IMAGE_INIT,
	                .wait = -1,
	                .older = -1};
	const struct verb *verb;
	int status;

	a.operands = options_parse_mixed(&argp, argc, argv, &a);
	verb = find_verb(a.operands++);
	a.store = store_command_open(&a.command);
	a.filter.arg = &a;
	if (verb->run) {
		a.filter.start = on_start;
	} else {
		store_load(&a);
	}
	status = filter_run(&a.filter, verb->run ? a.operands - 1 : a.operands);
	image_release(&a.image);
	store_close(a.store);
	return status;
}
