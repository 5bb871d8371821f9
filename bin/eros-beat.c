/*
 * eros-beat: say that an agent is alive.
 *
 * Writes the heartbeat file of the agent's process, or touches it where it is there and this very process's own.
 */
#include "base/diag.h"
#include "base/exit.h"
#include "base/file.h"
#include "base/num.h"
#include "base/options.h"
#include "proc/beat.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

struct app {
	pid_t pid;             /* 0: found by itself */
	const char *specialty; /* NULL: left as it is */
};

static const struct argp_option options[] = {
	{"pid", 'p', "PID", 0, "The agent's process ($EROS_AGENT_PID, else the parent)", 0},
	{"specialty", 's', "NAME", 0, "What kind of agent it is", 0},
	{0},
};

static error_t
parse(int key, char *arg, struct argp_state *state)
{
	struct app *a = state->input;

	switch (key) {
	case 'p': a->pid = (pid_t)option_count(state, "--pid", arg, 1, INT32_MAX); return 0;
	case 's': a->specialty = arg; return 0;
	default: return ARGP_ERR_UNKNOWN;
	}
}

/* Whether the process PID was started with our EROS_RUN_ID: its environment says so. */
static bool
is_of_run(pid_t pid, const char *run)
{
	struct buf variables = BUF_INIT, want = BUF_INIT;
	char path[32];
	bool found;

	snprintf(path, sizeof(path), "/proc/%d/environ", (int)pid);
	buf_byte(&variables, '\0');
	buf_printf(&want, "%cEROS_RUN_ID=%s%c", '\0', run, '\0');
	found = file_read(path, 16 << 20, &variables) &&
	        memmem(variables.ptr, variables.len, want.ptr, want.len);
	buf_release(&want);
	buf_release(&variables);
	return found;
}

/*
 * The process that the heartbeat is for. EROS_AGENT_PID is inherited, and may have outlived the process that it names:
 * then it names nobody, or somebody else who was not started in this run.
 */
static struct process
find_process(const struct app *a)
{
	const char *named = getenv("EROS_AGENT_PID"), *run = getenv("EROS_RUN_ID");
	uint64_t number = a->pid;
	struct process p;

	if (a->pid == 0 && named && *named) {
		if (!num_parse_count(str_of(named), INT32_MAX, &number) || number == 0)
			die(EROS_CONFIG, "bad_config", NULL, "EROS_AGENT_PID: not a pid: '%s'",
			    named);
		if (run && *run && !is_of_run((pid_t)number, run))
			die(EROS_NOINPUT, "agent_not_found", NULL,
			    "EROS_AGENT_PID: pid %s is not the agent's any more", named);
	} else if (a->pid == 0) {
		number = (uint64_t)getppid();
	}
	if (!process_of((pid_t)number, &p))
		die(errno == ESRCH ? EROS_NOINPUT : EROS_OS, "agent_not_found", strerror(errno),
		    "pid %ju", (uintmax_t)number);
	return p;
}

/* Whether the file that is there already says SPECIALTY. */
static bool
says(const char *agent, const struct process *p, const char *specialty)
{
	struct buf file = BUF_INIT;
	int dir = beat_dir();
	const char *why;
	struct beat b;
	bool same;

	note_file(&file, str_of(agent), p->pid);
	same = dir >= 0 && beat_read(dir, buf_cstr(&file), &b, &why) &&
	       strcmp(b.specialty, specialty) == 0;
	if (dir >= 0)
		close(dir);
	buf_release(&file);
	return same;
}

static const struct argp argp = {options, parse, "AGENT", "Say that AGENT is alive.",
                                 NULL,    NULL,  NULL};

int
main(int argc, char **argv)
{
	struct app a = {.pid = 0};
	char **words = options_parse(&argp, argc, argv, &a);
	const char *run = getenv("EROS_RUN_ID");
	struct process p;
	struct beat b;

	if (!words[0])
		die_usage("no agent named");
	if (words[1])
		die_usage("one agent at a time: '%s'", words[1]);
	if (!str_is_name(str_of(words[0])))
		die_usage("bad name: '%s' (letters, digits, '_' and '-', at most 128)", words[0]);
	p = find_process(&a);
	if ((!a.specialty || says(words[0], &p, a.specialty)) && beat_touch(str_of(words[0]), &p))
		return EROS_OK;
	beat_set(&b, &p, str_of(words[0]), str_of(a.specialty ? a.specialty : ""),
	         str_of(run ? run : ""));
	if (beat_write(&b))
		return EROS_OK;
	if (errno == ESRCH)
		die(EROS_NOINPUT, "agent_not_found", strerror(errno), "pid %d", (int)p.pid);
	die(errno == EACCES || errno == EPERM ? EROS_NOPERM : EROS_CANTCREATE, "cannot_create",
	    strerror(errno), "heartbeat of %s", words[0]);
}
