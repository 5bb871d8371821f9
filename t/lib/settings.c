#include "rule/settings.h"

#include "base/file.h"
#include "base/options.h"
#include "tap.h"

#include <stddef.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

struct sample {
	double share, age;
	uint64_t limit;
	bool strict;
	int model;
	double doubled; /* derived */
};

static const char *const models[] = {"classic", "default", NULL};

static const struct setting table[] = {
	{"share.low", SETTING_NUMBER, offsetof(struct sample, share), 0, 1, NULL, "a share"},
	{"max_age", SETTING_DURATION, offsetof(struct sample, age), 1, 86400, NULL, "an age"},
	{"limit", SETTING_COUNT, offsetof(struct sample, limit), 1, 100, NULL, "a limit"},
	{"strict", SETTING_FLAG, offsetof(struct sample, strict), 0, 0, NULL, "strict"},
	{"model", SETTING_WORD, offsetof(struct sample, model), 0, 0, models, "a model"},
	{0},
};

static const struct sample builtin = {0.5, 60, 5, false, 1, 0};

static bool
ready(void *values, struct buf *reason)
{
	struct sample *s = values;

	s->doubled = 2 * s->share;
	if (s->share == 0.25 && s->limit == 25)
		buf_str(reason, "share.low 0.25 does not go with limit 25");
	return reason->len == 0;
}

static struct settings settings;

static void
print(const struct sample *s)
{
	dprintf(STDERR_FILENO, "%g %g %d %d %d %g\n", s->share, s->age, (int)s->limit, s->strict,
	        s->model, s->doubled);
}

/* One way to run a command: with options, an environment and a policy, each NULL where there is none. */
struct run {
	const char *name;
	char *args[4];
	const char *variable, *value, *policy;
	int status;
	const char *want; /* the values for a plain specialty and for code, or what stderr holds */
};

/* In a child, since what is wrong ends it. Standard input is the policy. */
static _Noreturn void
run_child(const struct run *t)
{
	char *argv[] = {"settings", t->args[0], t->args[1], t->args[2], NULL};
	int argc = 1;

	while (argv[argc])
		argc++;
	if (t->variable)
		setenv(t->variable, t->value, 1);
	settings_init(&settings, "pad", table, &builtin, sizeof(builtin));
	settings.ready = ready;
	options_parse(&settings.argp, argc, argv, &settings);
	settings_load(&settings, t->policy ? "-" : settings.policy);
	print(settings_for(&settings, STR("other")));
	if (settings_vary(&settings))
		print(settings_for(&settings, STR("code")));
	settings_release(&settings);
	exit(0);
}

static void
run(const struct run *t)
{
	int policy = memfd_create("policy", 0), errors = memfd_create("errors", 0), status = 0;
	struct buf seen = BUF_INIT;
	pid_t pid;

	fflush(stdout);
	if (t->policy)
		fd_write(policy, t->policy, strlen(t->policy));
	lseek(policy, 0, SEEK_SET);
	pid = fork();
	if (pid == 0) {
		dup2(policy, STDIN_FILENO);
		dup2(errors, STDERR_FILENO);
		run_child(t);
	}
	waitpid(pid, &status, 0);
	lseek(errors, 0, SEEK_SET);
	fd_read(errors, 1 << 16, &seen);
	is_int(WEXITSTATUS(status), t->status, t->name);
	ok(strstr(buf_cstr(&seen), t->want) != NULL, "%s: says '%s'", t->name, t->want);
	if (!strstr(buf_cstr(&seen), t->want))
		printf("#   got: %s\n", seen.ptr);
	buf_release(&seen);
	close(policy);
	close(errors);
}

#define POLICY                                    \
	"watch: {anything: 1}\n"                  \
	"pad:\n"                                  \
	"  specialties:\n"                        \
	"    code: {limit: 20, model: classic}\n" \
	"  default:\n"                            \
	"    share: {low: 0.1}\n"                 \
	"    max_age: 5m\n"

static const struct run runs[] = {
	{"nothing given", {0}, NULL, NULL, NULL, 0, "0.5 60 5 0 1 1\n"},
	{"options",
         {"--max-age=2m", "--strict", "--model=classic"},
         NULL,
         NULL,
         NULL,
         0,
         "0.5 120 5 1 0 1\n"},
	{"a policy", {0}, NULL, NULL, POLICY, 0, "0.1 300 5 0 1 0.2\n0.1 300 20 0 0 0.2\n"},
	{"environment before policy",
         {0},
         "EROS_PAD_MAX_AGE",
         "7",
         POLICY,
         0,
         "0.1 7 5 0 1 0.2\n0.1 7 20 0 0 0.2\n"},
	{"option before environment",
         {"--max-age", "9"},
         "EROS_PAD_MAX_AGE",
         "7",
         POLICY,
         0,
         "0.1 9 5 0 1 0.2\n0.1 9 20 0 0 0.2\n"},
	{"option before specialty",
         {"--limit=7"},
         NULL,
         NULL,
         POLICY,
         0,
         "0.1 300 7 0 1 0.2\n0.1 300 7 0 0 0.2\n"},
	{"a nested name in the environment",
         {0},
         "EROS_PAD_SHARE_LOW",
         "0.75",
         NULL,
         0,
         "0.75 60 5 0 1 1.5\n"},
	{"a flag in the environment", {0}, "EROS_PAD_STRICT", "true", NULL, 0, "0.5 60 5 1 1 1\n"},
	{"an empty variable", {0}, "EROS_PAD_STRICT", "", NULL, 0, "0.5 60 5 0 1 1\n"},
	{"a policy for others", {0}, NULL, NULL, "health: {}\n", 0, "0.5 60 5 0 1 1\n"},
	{"an empty policy", {0}, NULL, NULL, "", 0, "0.5 60 5 0 1 1\n"},
	{"a wrong variable that an option hides",
         {"--limit=7"},
         "EROS_PAD_LIMIT",
         "x",
         NULL,
         0,
         "0.5 60 7 0 1 1\n"},

	{"option: no number",
         {"--share-low=x"},
         NULL,
         NULL,
         NULL,
         64,
         "--share-low: not a number: 'x'"},
	{"option: out of range",
         {"--share-low=2"},
         NULL,
         NULL,
         NULL,
         64,
         "--share-low: not between 0 and 1: '2'"},
	{"option: no duration",
         {"--max-age=1y"},
         NULL,
         NULL,
         NULL,
         64,
         "--max-age: not a duration: '1y'"},
	{"option: no count",
         {"--limit=1.5"},
         NULL,
         NULL,
         NULL,
         64,
         "--limit: not a whole number: '1.5'"},
	{"option: no such word",
         {"--model=fancy"},
         NULL,
         NULL,
         NULL,
         64,
         "--model: not one of classic, default: 'fancy'"},
	{"options that contradict",
         {"--limit=25", "--share-low=0.25"},
         NULL,
         NULL,
         NULL,
         64,
         "share.low 0.25 does not go with limit 25"},
	{"an option that contradicts a specialty",
         {"--share-low=0.25"},
         NULL,
         NULL,
         "pad: {specialties: {code: {limit: 25}}}",
         64,
         "share.low 0.25 does not go with limit 25 for specialty 'code'"},
	{"environment: no flag",
         {0},
         "EROS_PAD_STRICT",
         "yes",
         NULL,
         78,
         "EROS_PAD_STRICT: not true or false: 'yes'"},
	{"environment that contradicts",
         {0},
         "EROS_PAD_LIMIT",
         "25",
         "pad: {default: {share: {low: 0.25}}}",
         78,
         "share.low 0.25 does not go with limit 25"},
	{"policy that contradicts",
         {0},
         NULL,
         NULL,
         "pad:\n default:\n  share: {low: 0.25}\n  limit: 25\n",
         78,
         "stdin:3: default: share.low 0.25 does not go with limit 25"},
	{"policy: contradiction, even where an option mends it",
         {"--limit=5"},
         NULL,
         NULL,
         "pad:\n default:\n  share: {low: 0.25}\n  limit: 25\n",
         78,
         "stdin:3: default: share.low 0.25 does not go with limit 25"},
	{"policy: unknown block", {0}, NULL, NULL, "paf: {}\n", 78, "stdin:1: unknown key 'paf'"},
	{"policy: unknown section",
         {0},
         NULL,
         NULL,
         "pad:\n  defaults: {}\n",
         78,
         "stdin:2: unknown key 'defaults' (did you mean 'default'?)"},
	{"policy: unknown setting",
         {0},
         NULL,
         NULL,
         "pad: {default: {limt: 1}}\n",
         78,
         "unknown key 'limt' (did you mean 'limit'?)"},
	{"policy: unknown setting below",
         {0},
         NULL,
         NULL,
         "pad:\n default:\n  share:\n   lo: 1\n",
         78,
         "stdin:4: unknown key 'lo'"},
	{"policy: unknown setting of a specialty",
         {0},
         NULL,
         NULL,
         "pad:\n specialties:\n  code:\n   x: 1\n",
         78,
         "stdin:4: unknown key 'x'"},
	{"policy: a value for a group",
         {0},
         NULL,
         NULL,
         "pad: {default: {share: 1}}\n",
         78,
         "stdin:1: "},
	{"policy: a group for a value",
         {0},
         NULL,
         NULL,
         "pad: {default: {limit: {a: 1}}}\n",
         78,
         "stdin:1: "},
	{"policy: a list of specialties",
         {0},
         NULL,
         NULL,
         "pad: {specialties: [code]}\n",
         78,
         "stdin:1: "},
	{"policy: a scalar", {0}, NULL, NULL, "hello\n", 78, "stdin:1: "},
	{"policy: no number",
         {0},
         NULL,
         NULL,
         "pad: {default: {share: {low: x}}}\n",
         78,
         "stdin:1: "},
	{"policy: out of range",
         {0},
         NULL,
         NULL,
         "pad: {default: {share: {low: 1.5}}}\n",
         78,
         "stdin:1: "},
	{"policy: duration out of range",
         {0},
         NULL,
         NULL,
         "pad: {default: {max_age: 2d}}\n",
         78,
         "max_age: not between 1 and 86400: '2d'"},
	{"policy: count out of range",
         {0},
         NULL,
         NULL,
         "pad: {default: {limit: 101}}\n",
         78,
         "expected a whole number from 1 to 100"},
	{"policy: no such word",
         {0},
         NULL,
         NULL,
         "pad: {default: {model: fancy}}\n",
         78,
         "model: not one of classic, default: 'fancy'"},
	{"policy: no flag", {0}, NULL, NULL, "pad: {default: {strict: 7}}\n", 78, "stdin:1: "},
};

/* Without a policy there is one set of values; specialties come after it, in their order. */
static void
test_each(void)
{
	struct str specialty;
	const void *values;
	struct settings s;

	settings_init(&s, "pad", table, &builtin, sizeof(builtin));
	values = settings_each(&s, NULL, &specialty);
	ok(values == s.values && specialty.len == 0, "settings_each begins with the default");
	ok(!settings_each(&s, values, &specialty), "and ends with it");
	map_use(&s.specialties, STR("code"), NULL);
	map_use(&s.specialties, STR("web"), NULL);
	values = settings_each(&s, settings_each(&s, NULL, &specialty), &specialty);
	is_str(specialty, "code", "then come the specialties");
	ok(values == settings_for(&s, STR("code")), "each with its values");
	values = settings_each(&s, values, &specialty);
	is_str(specialty, "web", "in turn");
	ok(!settings_each(&s, values, &specialty), "to the last");
	settings_release(&s);
}

int
main(void)
{
	for (size_t i = 0; i < sizeof(runs) / sizeof(runs[0]); i++)
		run(&runs[i]);
	test_each();
	return done_testing();
}
