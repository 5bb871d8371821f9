/*
 * eros-registry: what does a project believe, and whose turn is it?
 *
 * Each verb makes one request to the registry of a project, in one atomic step of the store, and writes the answer as
 * a record; apply does the same for requests that come as records.
 */
#include "bin/registry.h"

#include "base/exit.h"
#include "base/options.h"

#include <math.h>
#include <unistd.h>

enum {
	KEY_ALL_ACTED = OPTION_LONG,
	KEY_BELIEF,
	KEY_BY,
	KEY_CONSTRAINTS,
	KEY_EXPECT,
	KEY_LIMIT,
	KEY_META,
	KEY_SINCE,
	KEY_STATE,
	KEY_STRING,
	KEY_TTL,
	KEY_TURN,
};

static const struct argp_option options[] = {
	{"belief", KEY_BELIEF, "FILE", 0, "attend: keep the snapshot in FILE", 1},
	{"by", KEY_BY, "NAME", 0, "Who asks, for the history ($EROS_AGENT, else the user)", 1},
	{"constraints", KEY_CONSTRAINTS, "FILE", 0, "init: begin with this JSON object", 1},
	{"expect", KEY_EXPECT, "TURN", 0, "Do it in this turn only, else answer no", 1},
	{"limit", KEY_LIMIT, "N", 0, "history: at most N entries", 1},
	{"meta", KEY_META, "KEY=VALUE", 0, "register: what is known of the agent; again for more",
         1},
	{"since", KEY_SINCE, "VERSION", 0, "history: what came after this version", 1},
	{"state", KEY_STATE, "STATE", 0, "init: begin in this state (init)", 1},
	{"string", KEY_STRING, NULL, 0, "set: VALUE is text even if it is JSON", 1},
	{"ttl", KEY_TTL, "DURATION", 0, "register: for so long, unless again before (for ever)", 1},
	{"turn", KEY_TURN, "N", 0, "wait: for turn N (the next)", 1},
	{"wait", 'w', "DURATION", 0, "wait: at most so long (for ever)", 1},
	{"when-all-acted", KEY_ALL_ACTED, NULL, 0, "advance: only if every agent has acted", 1},
	{0},
};

static void
add_meta(struct registry *g, struct argp_state *state, const char *arg)
{
	const char *equals = strchr(arg, '=');

	if (!equals || equals == arg)
		argp_error(state, "--meta: not KEY=VALUE: '%s'", arg);
	if (g->meta.len > 0)
		buf_byte(&g->meta, ',');
	buf_quote(&g->meta, (struct str){arg, (size_t)(equals - arg)});
	buf_byte(&g->meta, ':');
	buf_quote(&g->meta, str_of(equals + 1));
}

static error_t
parse(int key, char *arg, struct argp_state *state)
{
	struct registry *g = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &g->command;
		state->child_inputs[1] = &g->filter;
		return 0;
	case KEY_ALL_ACTED: g->all_acted = true; return 0;
	case KEY_BELIEF: g->belief = arg; return 0;
	case KEY_BY: g->by = str_of(arg); return 0;
	case KEY_CONSTRAINTS: g->constraints = arg; return 0;
	case KEY_EXPECT:
		g->expects = true;
		g->expect = option_count(state, "--expect", arg, 0, UINT64_MAX);
		return 0;
	case KEY_LIMIT: g->limit = option_count(state, "--limit", arg, 1, SIZE_MAX); return 0;
	case KEY_META: add_meta(g, state, arg); return 0;
	case KEY_SINCE: g->since = option_count(state, "--since", arg, 0, UINT64_MAX); return 0;
	case KEY_STATE: g->state = str_of(arg); return 0;
	case KEY_STRING: g->string = true; return 0;
	case KEY_TTL: g->ttl = option_duration(state, "--ttl", arg); return 0;
	case KEY_TURN:
		g->turns = true;
		g->turn = option_count(state, "--turn", arg, 0, UINT64_MAX);
		return 0;
	case 'w': g->wait = option_duration(state, "--wait", arg); return 0;
	default: return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_child children[] = {
	{&store_argp, 0, NULL, 1}, {&filter_argp, 0, "Input of apply:", 2}, {0}};
static const char doc[] =
	"Keep what the agents of a project believe together: constraints, state, turn."
	"\vVERB is one of\n"
	"  init PROJECT                 sync PROJECT\n"
	"  advance PROJECT STATE        register PROJECT AGENT\n"
	"  acted PROJECT AGENT          leave PROJECT AGENT\n"
	"  attend PROJECT AGENT         wait PROJECT\n"
	"  set PROJECT KEY VALUE        unset PROJECT KEY\n"
	"  history PROJECT              revert PROJECT VERSION\n"
	"  export PROJECT               import PROJECT [FILE]\n"
	"  apply [PROJECT]";
static const struct argp argp = {options, parse, "VERB [PROJECT] [ARG...]", doc, children,
                                 NULL,    NULL};

enum verb {
	VERB_INIT,
	VERB_SYNC,
	VERB_ADVANCE,
	VERB_REGISTER,
	VERB_ACTED,
	VERB_LEAVE,
	VERB_ATTEND,
	VERB_SET,
	VERB_UNSET,
	VERB_WAIT,
	VERB_HISTORY,
	VERB_REVERT,
	VERB_EXPORT,
	VERB_IMPORT,
	VERB_APPLY
};
static const struct {
	const char *name, *arguments;
	int least, most; /* operands after the project */
} verbs[] = {
	[VERB_INIT] = {"init", "PROJECT", 0, 0},
	[VERB_SYNC] = {"sync", "PROJECT", 0, 0},
	[VERB_ADVANCE] = {"advance", "PROJECT STATE", 1, 1},
	[VERB_REGISTER] = {"register", "PROJECT AGENT", 1, 1},
	[VERB_ACTED] = {"acted", "PROJECT AGENT", 1, 1},
	[VERB_LEAVE] = {"leave", "PROJECT AGENT", 1, 1},
	[VERB_ATTEND] = {"attend", "PROJECT AGENT", 1, 1},
	[VERB_SET] = {"set", "PROJECT KEY VALUE", 2, 2},
	[VERB_UNSET] = {"unset", "PROJECT KEY", 1, 1},
	[VERB_WAIT] = {"wait", "PROJECT", 0, 0},
	[VERB_HISTORY] = {"history", "PROJECT", 0, 0},
	[VERB_REVERT] = {"revert", "PROJECT VERSION", 1, 1},
	[VERB_EXPORT] = {"export", "PROJECT", 0, 0},
	[VERB_IMPORT] = {"import", "PROJECT [FILE]", 0, 1},
	[VERB_APPLY] = {"apply", "[PROJECT]", 0, 0},
};
enum { VERBS = sizeof(verbs) / sizeof(verbs[0]) };

/* The verb, with its operands checked and set. */
static enum verb
read_verb(struct registry *g, char **words)
{
	static const char *names[VERBS + 1];
	int verb = 0, count = 0;
	const char *nearest;

	if (!words[0])
		die_usage("no verb");
	for (int i = 0; i < VERBS; i++)
		names[i] = verbs[i].name;
	while (verb < VERBS && strcmp(verbs[verb].name, words[0]) != 0)
		verb++;
	nearest = str_nearest(str_of(words[0]), names);
	if (verb == VERBS && nearest)
		die_usage("unknown verb '%s' (did you mean '%s'?)", words[0], nearest);
	if (verb == VERBS)
		die_usage("unknown verb '%s'", words[0]);
	while (words[1 + count])
		count++;
	if ((count == 0 && verb != VERB_APPLY) || count - 1 > verbs[verb].most ||
	    (count > 0 && count - 1 < verbs[verb].least))
		die_usage("usage: %s %s", verbs[verb].name, verbs[verb].arguments);
	g->project = count > 0 ? str_of(words[1]) : STR("");
	g->operand = words + (count > 0 ? 2 : 1);
	if (count > 0 && !str_is_name(g->project))
		die_usage("bad name for a project: '%s'", words[1]);
	return (enum verb)verb;
}

static int
run(struct registry *g, enum verb verb)
{
	static char *standard_input[] = {"-", NULL};

	switch (verb) {
	case VERB_INIT: return registry_init(g);
	case VERB_SYNC:
	case VERB_EXPORT: return registry_sync(g);
	case VERB_ADVANCE: return registry_advance(g);
	case VERB_REGISTER: return registry_agent(g, REGISTRY_REGISTER);
	case VERB_ACTED: return registry_agent(g, REGISTRY_ACTED);
	case VERB_LEAVE: return registry_agent(g, REGISTRY_LEAVE);
	case VERB_ATTEND: return registry_attend(g);
	case VERB_SET: return registry_constraint(g, REGISTRY_SET);
	case VERB_UNSET: return registry_constraint(g, REGISTRY_UNSET);
	case VERB_WAIT: return registry_wait(g);
	case VERB_HISTORY: return registry_history(g);
	case VERB_REVERT: return registry_revert(g);
	case VERB_IMPORT: return registry_import(g);
	case VERB_APPLY: return registry_apply(g, standard_input);
	}
	return EROS_FAULT;
}

/* Who asks, where no option says so. */
static struct str
author(void)
{
	static char number[24];
	const char *name = getenv("EROS_AGENT");

	if (!name || !*name)
		name = getenv("LOGNAME");
	if (!name || !*name)
		name = getenv("USER");
	if (name && *name)
		return str_of(name);
	snprintf(number, sizeof(number), "%u", (unsigned)getuid());
	return str_of(number);
}

int
main(int argc, char **argv)
{
	struct registry g = {.filter = FILTER_INIT,
	                     .command = STORE_COMMAND_INIT,
	                     .wait = INFINITY,
	                     .limit = SIZE_MAX};
	enum verb verb;
	int status;

	g.by = author();
	verb = read_verb(&g, options_parse_mixed(&argp, argc, argv, &g));
	g.store = store_command_open(&g.command);
	status = run(&g, verb);
	store_close(g.store);
	buf_release(&g.meta);
	return status;
}
