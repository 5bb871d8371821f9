#include "proc/spool.h"

#include "base/buf.h"
#include "tap.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LONG = 20000 };

static void
tell(void *arg, struct buf *b, uint64_t records, uint64_t bytes)
{
	(void)arg;
	buf_printf(b, "gap %ju %ju\n", (uintmax_t)records, (uintmax_t)bytes);
}

/* Record NUMBER: the number, and as many x as make it LEN bytes long. */
static void
add_record(struct spool *s, unsigned number, size_t len, bool must)
{
	struct buf *b = spool_buf(s);

	buf_printf(b, "%u ", number);
	while (b->len < len - 1)
		buf_byte(b, 'x');
	buf_byte(b, '\n');
	spool_done(s, must);
}

/* Read what is in the pipe, and let the spool fill it again, until both are empty. */
static void
drain(struct spool *s, int fd, struct buf *all)
{
	for (;;) {
		ssize_t n;

		spool_push(s);
		n = read(fd, buf_room(all, 1 << 20), 1 << 20);
		if (n > 0)
			all->len += (size_t)n;
		else if (spool_empty(s) || s->error)
			break;
	}
}

/* Whether TEXT is the records FROM to END, in order, each of LEN bytes. */
static bool
is_run(struct str text, unsigned from, unsigned end, size_t len)
{
	for (; from < end && text.len >= len; from++, text = str_from(text, len))
		if ((unsigned)strtoul(text.ptr, NULL, 10) != from || text.ptr[len - 1] != '\n')
			return false;
	return from == end && text.len == 0;
}

static int
open_spool(struct spool *s, uint64_t max)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) != 0)
		return -1;
	fcntl(ends[0], F_SETFL, O_NONBLOCK);
	*s = (struct spool){.gap = tell};
	spool_init(s, ends[1], max);
	return ends[0];
}

static void
test_order(size_t len, unsigned count, const char *name)
{
	struct spool s;
	struct buf all = BUF_INIT;
	int fd = open_spool(&s, 64 << 20);

	for (unsigned i = 0; i < count; i++)
		add_record(&s, i, len, false);
	ok(!spool_empty(&s), "%s: a reader that does not read holds nothing up", name);
	drain(&s, fd, &all);
	ok(is_run(buf_view(&all), 0, count, len), "%s: all records, in order", name);
	is_int((long long)s.lost_records, 0, "none lost");
	buf_reset(&all);
	for (unsigned i = 0; i < count; i++)
		add_record(&s, i, len, false);
	drain(&s, fd, &all);
	ok(is_run(buf_view(&all), 0, count, len), "%s: and once more", name);
	spool_release(&s);
	close(fd);
	buf_release(&all);
}

/* Beyond the limit records are lost, told of where they are missing, and what must not be lost is not. */
static void
test_loss(void)
{
	struct spool s;
	struct buf all = BUF_INIT;
	struct str rest, line;
	int fd = open_spool(&s, 1 << 20);
	unsigned kept = 0;
	uintmax_t lost = 0, bytes = 0;
	char end[32] = "";

	for (unsigned i = 0; i < 30000; i++)
		add_record(&s, i, 100, false);
	add_record(&s, 77777, 100, true);
	ok(s.lost_records > 10000, "beyond the limit records are lost");
	drain(&s, fd, &all);
	add_record(&s, 88888, 100, false);
	drain(&s, fd, &all);
	rest = buf_view(&all);
	while (str_line(&rest, &line)) {
		char start[48] = "";

		memcpy(start, line.ptr, line.len < sizeof(start) ? line.len : sizeof(start) - 1);
		if (sscanf(start, "gap %ju %ju", &lost, &bytes) == 2)
			kept = (unsigned)((size_t)(line.ptr - all.ptr) / 100);
		memcpy(end, line.ptr, 6);
	}
	is_int((long long)lost, (long long)s.lost_records, "the gap is told once, with how many");
	is_int((long long)bytes, (long long)s.lost_bytes, "and how many bytes");
	is_int((long long)(kept + lost), 30000, "every record was kept or counted");
	ok(is_run((struct str){all.ptr, kept * 100}, 0, kept, 100),
	   "those before the gap are whole");
	is_str(str_of(end), "88888 ", "after it records go on");
	ok(memmem(all.ptr, all.len, "\n77777 ", 7), "a record that must not be lost is there");
	spool_release(&s);
	close(fd);
	buf_release(&all);
}

static void
test_no_disk(void)
{
	struct spool s;
	int fd = open_spool(&s, 64 << 20);

	setenv("EROS_HOME", "/dev/null/none", 1);
	for (unsigned i = 0; i < 20000; i++)
		add_record(&s, i, 100, false);
	ok(s.lost_records > 0 && s.file_error == ENOTDIR,
	   "without a disk records are lost, and why is known");
	unsetenv("EROS_HOME");
	spool_give_up(&s);
	ok(spool_empty(&s) && s.lost_records + 700 > 20000, "giving up counts what was held");
	spool_release(&s);
	close(fd);
}

static void
test_gone(void)
{
	struct spool s;
	int fd = open_spool(&s, 1 << 20);

	close(fd);
	add_record(&s, 0, 100, false);
	ok(!spool_push(&s) && s.error == EPIPE, "a reader that has gone is an error");
	is_int((long long)s.lost_records, 1, "and the record is counted");
	add_record(&s, 1, 100, false);
	ok(spool_empty(&s), "nothing is kept for it");
	spool_release(&s);
}

/* Several writers and a slow reader on one pipe: no record tears. */
static void
test_shared(void)
{
	enum { WRITERS = 4, EACH = 60 };
	unsigned next[WRITERS] = {0}, torn = 0;
	struct buf all = BUF_INIT;
	struct str rest, line;
	int ends[2];

	if (pipe(ends) != 0)
		return;
	for (unsigned w = 0; w < WRITERS; w++) {
		if (fork() == 0) {
			struct spool s = {.gap = tell};

			close(ends[0]);
			spool_init(&s, ends[1], 64 << 20);
			for (unsigned i = 0; i < EACH; i++)
				add_record(&s, w * 1000 + i, LONG + w * 100, false);
			while (spool_push(&s) && !spool_empty(&s))
				usleep(500);
			_exit(spool_release(&s) ? 0 : 1);
		}
	}
	close(ends[1]);
	for (ssize_t n; (n = read(ends[0], buf_room(&all, 4096), 4096)) > 0;)
		all.len += (size_t)n;
	close(ends[0]);
	while (wait(NULL) > 0)
		;
	rest = buf_view(&all);
	while (str_line(&rest, &line)) {
		unsigned number = (unsigned)strtoul(line.ptr, NULL, 10),
			 w = number / 1000 % WRITERS;

		torn += line.len != LONG + w * 100 - 1 || next[w]++ != number % 1000;
	}
	is_int(torn, 0, "four writers of 20,000 bytes: no record torn, each writer's in order");
	is_int((long long)(next[0] + next[1] + next[2] + next[3]), 4 * EACH,
	       "and all of them there");
	buf_release(&all);
}

/* What a killed writer leaves in a full pipe are whole records. */
static void
test_killed(void)
{
	struct buf all = BUF_INIT;
	unsigned torn = 0;

	for (unsigned round = 0; round < 20; round++) {
		int ends[2];
		pid_t pid;

		if (pipe(ends) != 0 || (pid = fork()) < 0)
			return;
		if (pid == 0) {
			struct spool s = {.gap = tell};

			spool_init(&s, ends[1], 1 << 20);
			for (unsigned i = 0;; i++) {
				add_record(&s, i, LONG + i % 7 * 1000, false);
				spool_push(&s);
			}
		}
		close(ends[1]);
		for (unsigned i = 0; i < round; i++)
			if (read(ends[0], buf_room(&all, 4096), 4096) > 0)
				all.len += 4096;
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
		buf_reset(&all);
		for (ssize_t n; (n = read(ends[0], buf_room(&all, 65536), 65536)) > 0;)
			all.len += (size_t)n;
		close(ends[0]);
		torn += all.len > 0 && all.ptr[all.len - 1] != '\n';
	}
	is_int(torn, 0, "a writer killed before a full pipe leaves no half record");
	buf_release(&all);
}

int
main(void)
{
	char home[] = "/tmp/eros-spool.XXXXXX";
	char *sub;

	signal(SIGPIPE, SIG_IGN);
	if (!mkdtemp(home))
		return 1;
	setenv("XDG_STATE_HOME", home, 1);
	unsetenv("EROS_HOME");
	test_order(100, 20000, "short records");
	test_order(LONG, 200, "long records");
	test_order(3 << 20, 4, "records longer than the pipe");
	test_loss();
	test_no_disk();
	test_gone();
	test_shared();
	test_killed();
	for (const char *const *p = (const char *const[]){"/eros/spool", "/eros", "", NULL}; *p;
	     p++) {
		sub = xmalloc(strlen(home) + strlen(*p) + 1);
		strcpy(stpcpy(sub, home), *p);
		rmdir(sub);
		free(sub);
	}
	return done_testing();
}
