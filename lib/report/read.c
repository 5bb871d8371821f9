#include "report/read.h"
#include "report/reading.h"

#include "base/clock.h"
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

/* What the child may take: so much, and more for each byte of the report. */
enum { MEMORY = 96 << 20, MEMORY_PER_BYTE = 40, SECONDS = 10, BYTES_PER_SECOND = 1 << 20 };

/* For how long a child that does not use the processor is waited for, in seconds beyond its limit, times this. */
enum { PATIENCE = 20 };

/* How a result comes to us: the bytes are followed by this, or the child did not get to the end. */
#define COMPLETE "claims\n"

static enum report_form
form_of(struct str text)
{
	struct str s = str_trim(text);

	if (str_starts(s, STR("\xef\xbb\xbf")))
		s = str_trim(str_from(s, 3));
	if (s.len == 0 || (s.ptr[0] != '{' && s.ptr[0] != '['))
		return REPORT_MARKDOWN;
	if (s.ptr[0] == '[') {
		s = str_trim(str_from(s, 1));
		return s.len > 0 && s.ptr[0] == '{' ? REPORT_JSON_LINES : REPORT_MARKDOWN;
	}
	s.len = s.len < 4096 ? s.len : 4096;
	return memmem(s.ptr, s.len, "\"runs\"", 6) || memmem(s.ptr, s.len, "sarif", 5)
	               ? REPORT_SARIF
	               : REPORT_JSON_LINES;
}

void
report_parse(struct claims *out, struct str file, struct str text, enum report_form form)
{
	switch (form == REPORT_AUTO ? form_of(text) : form) {
	case REPORT_SARIF: sarif_read(out, file, text); break;
	case REPORT_JSON_LINES: json_lines_read(out, file, text); break;
	default: markdown_read(out, file, text);
	}
}

/* The memory this process has mapped already, in bytes: sanitizers and valgrind map a lot. */
static rlim_t
mapped(void)
{
	unsigned long pages = 0;
	FILE *f = fopen("/proc/self/statm", "re");

	if (f && fscanf(f, "%lu", &pages) != 1)
		pages = 0;
	if (f)
		fclose(f);
	return (rlim_t)pages * (rlim_t)sysconf(_SC_PAGESIZE);
}

static void
limit(int resource, rlim_t value)
{
	struct rlimit l;

	if (getrlimit(resource, &l) != 0)
		return;
	if (l.rlim_max != RLIM_INFINITY && l.rlim_max < value)
		value = l.rlim_max;
	l.rlim_cur = l.rlim_max = value;
	setrlimit(resource, &l);
}

static rlim_t
seconds_for(struct str text)
{
	return SECONDS + text.len / BYTES_PER_SECOND;
}

/*
 * The child of PARENT, with which it dies: whatever the parser says on stderr before it gives up is not for the user.
 */
static void
child(pid_t parent, int to, const char *path, struct str text, enum report_form form)
{
	struct claims c = CLAIMS_INIT;
	struct buf b = BUF_INIT;
	int null = open("/dev/null", O_WRONLY | O_CLOEXEC);

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(1);
	if (null >= 0)
		dup2(null, STDERR_FILENO);
	limit(RLIMIT_CORE, 0);
	limit(RLIMIT_AS, mapped() + MEMORY + (rlim_t)text.len * MEMORY_PER_BYTE);
	limit(RLIMIT_CPU, seconds_for(text));
	report_parse(&c, str_of(path), text, form);
	claims_pack(&c, &b);
	buf_str(&b, COMPLETE);
	_exit(fd_write(to, b.ptr, b.len) ? 0 : 1);
}

/* All that the child writes, until it is done or its time is up. */
static bool
collect(int from, double until, struct buf *b)
{
	for (;;) {
		double left = until - clock_mono();
		struct pollfd p = {from, POLLIN, 0};
		ssize_t n;

		if (left <= 0)
			return false;
		n = poll(&p, 1, left > 60 ? 60000 : (int)(left * 1000) + 1);
		if (n < 0 && errno != EINTR)
			return false;
		if (n <= 0)
			continue;
		n = read(from, buf_room(b, 1 << 16), 1 << 16);
		if (n == 0)
			return true;
		if (n < 0 && errno != EINTR)
			return false;
		b->len += n > 0 ? (size_t)n : 0;
	}
}

/* Why a child did not finish. */
static const char *
why(int status)
{
	if (WIFSIGNALED(status) && (WTERMSIG(status) == SIGXCPU || WTERMSIG(status) == SIGKILL))
		return "it takes more time to read than a report may";
	return "it takes more memory to read than a report may";
}

static bool
parse_apart(struct claims *out, const char *path, struct str text, enum report_form form,
            const char **reason)
{
	struct buf b = BUF_INIT;
	int pipes[2], status = 0;
	bool done = false;
	pid_t parent = getpid(), pid;

	*reason = "no process to read it in";
	if (pipe2(pipes, O_CLOEXEC) != 0)
		return false;
	fflush(NULL);
	pid = fork();
	if (pid == 0) {
		close(pipes[0]);
		child(parent, pipes[1], path, text, form);
	}
	close(pipes[1]);
	if (pid > 0) {
		done = collect(pipes[0], clock_mono() + (double)seconds_for(text) * PATIENCE, &b);
		if (!done)
			kill(pid, SIGKILL);
		while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
			continue;
		*reason = done ? why(status) : "it takes more time to read than a report may";
	}
	close(pipes[0]);
	done = done && b.len >= strlen(COMPLETE) &&
	       memcmp(b.ptr + b.len - strlen(COMPLETE), COMPLETE, strlen(COMPLETE)) == 0;
	if (done) {
		b.len -= strlen(COMPLETE);
		done = claims_unpack(out, buf_view(&b));
	}
	buf_release(&b);
	return done;
}

/* Whether all reports from FROM on say that they have no findings. */
static bool
is_clear(const struct claims *c, size_t from)
{
	for (size_t i = from; i < c->reports; i++)
		if (!c->report[i].clear)
			return false;
	return c->reports > from;
}

enum report_result
report_read(struct claims *out, const char *path, enum report_form form, const char **reason)
{
	struct buf text = BUF_INIT;
	size_t before = out->count, reports = out->reports;
	enum report_result result;

	*reason = "";
	if (!file_read(path, REPORT_MAX, &text)) {
		result = errno == EFBIG ? REPORT_REFUSED : REPORT_UNOPENED;
		*reason = "it is larger than 64 MiB";
	} else if (!parse_apart(out, path, buf_view(&text), form, reason)) {
		result = REPORT_REFUSED;
	} else {
		result = out->count > before      ? REPORT_READ
		         : is_clear(out, reports) ? REPORT_CLEAR
		                                  : REPORT_NOTHING;
	}
	buf_release(&text);
	return result;
}
