/*
 * eros-lock: run a command while holding an exclusive, or shared, lock, so that no two work on one agent.
 *
 * Reads and writes nothing itself; with --report records of what it did, with --list records of all locks.
 */
#include "base/clock.h"
#include "base/diag.h"
#include "base/exit.h"
#include "base/file.h"
#include "base/options.h"
#include "proc/guard.h"
#include "proc/holder.h"
#include "record/emit.h"
#include "record/share.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

struct app {
	const char *file;
	double wait;
	int busy;   /* the status where the lock is held by another */
	int report; /* a descriptor, or -1 */
	bool shared, exec, keep_open, list;

	struct lock lock;
	struct holder self;
	struct buf holders; /* as JSON, for the report */
	double began, taken;
};

enum { KEY_EXEC = OPTION_LONG, KEY_FILE, KEY_KEEP_OPEN, KEY_LIST, KEY_REPORT };

static const struct argp_option options[] = {
	{"exec", KEY_EXEC, NULL, 0, "Become the command, which then holds the lock itself", 0},
	{"file", KEY_FILE, "PATH", 0, "Lock this file; all operands are the command", 0},
	{"keep-open", KEY_KEEP_OPEN, NULL, 0,
         "Let what the command leaves running hold the lock on", 0},
	{"list", KEY_LIST, NULL, 0, "Show locks and their holders as records", 0},
	{"no-wait", 'n', NULL, 0, "Do not wait for the lock", 0},
	{"report", KEY_REPORT, "FD", 0, "Write records of what happens to this descriptor", 0},
	{"shared", 's', NULL, 0, "Share the lock with others that do", 0},
	{"status", 'E', "STATUS", 0, "Exit with this where the lock is held by another (75)", 0},
	{"wait", 'w', "SECS", 0, "Wait this long for the lock (5)", 0},
	{0},
};

static error_t
parse(int key, char *arg, struct argp_state *state)
{
	struct app *a = state->input;

	switch (key) {
	case KEY_EXEC: a->exec = true; return 0;
	case KEY_FILE: a->file = arg; return 0;
	case KEY_KEEP_OPEN: a->keep_open = true; return 0;
	case KEY_LIST: a->list = true; return 0;
	case KEY_REPORT:
		a->report = (int)option_count(state, "--report", arg, 0, 1 << 20);
		return 0;
	case 'E': a->busy = (int)option_count(state, "--status", arg, 0, 255); return 0;
	case 'n': a->wait = 0; return 0;
	case 's': a->shared = true; return 0;
	case 'w': a->wait = option_duration(state, "--wait", arg); return 0;
	default: return ARGP_ERR_UNKNOWN;
	}
}

/* Seconds since BEGAN, to the microsecond. */
static double
since(double began)
{
	return (double)(long long)((clock_mono() - began) * 1e6 + 0.5) / 1e6;
}

static void
open_report(const struct app *a, struct buf *b, const char *event)
{
	emit_open(b, "lock");
	emit_number(b, "ts", clock_wall());
	emit_string(b, "lock", str_of(a->lock.path ? a->lock.path : a->lock.name));
	emit_string(b, "event", str_of(event));
	emit_string(b, "mode", a->shared ? STR("shared") : STR("exclusive"));
	emit_count(b, "pid", (unsigned long long)a->self.process.pid);
	emit_count(b, "started", a->self.process.started);
}

/* Who reads reports may have gone: that is no reason to end the command, nor to lose its status. */
static void
send_report(const struct app *a, struct buf *b)
{
	struct sigaction ignore = {.sa_handler = SIG_IGN}, before;
	struct share share;

	emit_close(b);
	share_init(&share, a->report);
	sigaction(SIGPIPE, &ignore, &before);
	if (!share_write(&share, b->ptr, b->len))
		diag("io_error", strerror(errno), "--report %d", a->report);
	sigaction(SIGPIPE, &before, NULL);
	share_release(&share);
	buf_release(b);
}

static void
report_waited(const struct app *a, const char *event)
{
	struct buf b = BUF_INIT;

	if (a->report < 0)
		return;
	open_report(a, &b, event);
	emit_number(&b, "waited", since(a->began));
	send_report(a, &b);
}

static void
report_released(const struct app *a, int status)
{
	struct buf b = BUF_INIT;

	if (a->report < 0)
		return;
	open_report(a, &b, "released");
	emit_number(&b, "held", since(a->taken));
	emit_count(&b, "status", (unsigned)status);
	send_report(a, &b);
}

/* Name a holder on stderr, and for the report. */
static void
name_holder(void *arg, const struct holder *h)
{
	struct app *a = arg;
	struct buf when = BUF_INIT;

	if (h->since > 0) {
		buf_str(&when, " since ");
		buf_time(&when, h->since);
	}
	diag("lock_timeout", NULL, "%s is held by pid %d%s%s: %s",
	     a->lock.path ? a->lock.path : a->lock.name, (int)h->process.pid,
	     h->life == PROCESS_GONE ? " (ended; left to its children)" : "", buf_cstr(&when),
	     h->command);
	buf_release(&when);
	emit_begin(&a->holders, NULL, '{');
	holder_add(&a->holders, h);
	emit_end(&a->holders, '}');
}

static int
time_out(struct app *a)
{
	struct buf b = BUF_INIT;

	buf_byte(&a->holders, '[');
	if (holder_each(&a->lock, name_holder, a) == 0)
		diag("lock_timeout", NULL, "%s is held by another process",
		     a->lock.path ? a->lock.path : a->lock.name);
	buf_byte(&a->holders, ']');
	if (a->report >= 0) {
		open_report(a, &b, "timed_out");
		emit_number(&b, "waited", since(a->began));
		emit_count(&b, "status", (unsigned)a->busy);
		emit_json(&b, "holders", buf_view(&a->holders));
		send_report(a, &b);
	}
	buf_release(&a->holders);
	return a->busy;
}

/* Open the lock and take it: 0, or the status to exit with. */
static int
take(struct app *a, const char *name)
{
	struct lock *l = &a->lock;
	enum lock_result result;

	if (!(a->file ? lock_open_file(l, a->file) : lock_open(l, name)))
		die(errno == EACCES || errno == EPERM ? EROS_NOPERM : EROS_CANTCREATE,
		    "cannot_open", strerror(errno), "lock %s", a->file ? a->file : name);
	if (!process_of(getpid(), &a->self.process))
		die(EROS_OS, "system_error", strerror(errno), "/proc");
	a->began = clock_mono();
	result = lock_take(l, a->shared, 0);
	if (result == LOCK_BUSY && a->wait > 0) {
		result = lock_take(l, a->shared, a->wait);
		report_waited(a, "waited");
	}
	if (result == LOCK_BUSY)
		return time_out(a);
	if (result == LOCK_FAILED)
		die(EROS_OS, "system_error", strerror(errno), "lock %s", a->file ? a->file : name);
	a->taken = clock_mono();
	return 0;
}

/*
 * The file beside the lock only informs: not to be able to write it is no reason not to run the command. What
 * becomes the command cannot remove it at the end, so the next one does.
 */
static void
sign(struct app *a, char **argv)
{
	struct holder *h = &a->self;

	if (a->exec && !a->shared && !a->lock.path)
		holder_clear(&a->lock);
	h->since = clock_wall();
	h->shared = a->shared;
	holder_command(h, argv);
	if (a->lock.dir < 0 || !holder_write(&a->lock, h))
		diag("cannot_create", strerror(errno), "%s: holder file", a->lock.name);
	report_waited(a, "acquired");
}

static int
run(struct app *a, char **argv)
{
	struct guard guard;
	int status;

	sign(a, argv);
	if (a->report > STDERR_FILENO)
		fcntl(a->report, F_SETFD, FD_CLOEXEC);
	if (a->exec) {
		status = guard_exec(argv, a->lock.fd);
		holder_remove(&a->lock, &a->self);
		return status;
	}
	guard_init(&guard);
	guard.inherit = a->lock.fd;
	if (!guard_start(&guard, argv))
		die(EROS_OS, "system_error", strerror(errno), "%s", argv[0]);
	status = guard_wait(&guard);
	if (!a->keep_open) {
		holder_remove(&a->lock, &a->self);
		lock_release(&a->lock);
	}
	report_released(a, status);
	return status;
}

static int
list(void)
{
	struct buf records = BUF_INIT;
	int status = EROS_OK;

	if (!holder_list(&records, clock_wall()))
		die(EROS_OS, "cannot_open", strerror(errno), "directory of locks");
	if (!fd_write(STDOUT_FILENO, records.ptr, records.len) || close(STDOUT_FILENO) != 0) {
		diag("io_error", strerror(errno), "stdout");
		status = EROS_IO;
	}
	buf_release(&records);
	return status;
}

static const struct argp argp = {options,
                                 parse,
                                 "NAME COMMAND [ARG...]\n--file PATH COMMAND [ARG...]\n--list",
                                 "Run a command while holding the lock NAME.",
                                 NULL,
                                 NULL,
                                 NULL};

int
main(int argc, char **argv)
{
	struct app a = {.wait = 5, .busy = EROS_TEMPFAIL, .report = -1, .lock = LOCK_INIT};
	char **words = options_parse(&argp, argc, argv, &a);
	const char *name = NULL;
	int status;

	if (a.list && *words)
		die_usage("--list takes no operand: '%s'", *words);
	if (a.list)
		return list();
	if (!a.file)
		name = *words ? *words++ : NULL;
	if (!a.file && (!name || !str_is_name(str_of(name))))
		die_usage(name ? "bad name: '%s' (letters, digits, '_' and '-', at most 128)"
		               : "no lock named",
		          name);
	if (*words && strcmp(*words, "--") == 0)
		words++;
	if (!*words)
		die_usage("no command");
	if (a.report >= 0 && fcntl(a.report, F_GETFD) < 0)
		die_usage("--report: '%d' is not open", a.report);
	status = take(&a, name);
	if (status == 0)
		status = run(&a, words);
	lock_close(&a.lock);
	return status;
}
