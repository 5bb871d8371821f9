/*
 * Readers and writers: how lines are cut out of what arrives, whatever pieces it arrives in, and that records of
 * several writers to one pipe do not tear.
 */
#include "tap.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/signals.h"
#include "record/json.h"
#include "record/reader.h"
#include "record/writer.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

/* What a reader makes of INPUT that arrives PIECE bytes at a time: "[line]" each, "!" for one that is too long. */
static struct buf
cut(struct str input, size_t piece, size_t max)
{
	struct buf shown = BUF_INIT;
	struct reader r;
	struct str line;
	enum reader_event event;
	int fds[2];

	if (pipe(fds) != 0)
		exit(1);
	reader_init(&r, fds[0], max);
	do {
		if (input.len > 0) {
			size_t n = input.len < piece ? input.len : piece;

			fd_write(fds[1], input.ptr, n);
			input = str_from(input, n);
		} else if (fds[1] >= 0) {
			close(fds[1]);
			fds[1] = -1;
		}
		while ((event = reader_next(&r, 0, &line)) == READ_LINE || event == READ_TOO_LONG) {
			if (event == READ_TOO_LONG)
				buf_byte(&shown, '!');
			else
				buf_printf(&shown, "[" STR_FMT "]", STR_ARG(line));
			if (event == READ_LINE && line.ptr[line.len] != '\0')
				buf_str(&shown, "no NUL");
		}
	} while (event == READ_TIMEOUT);
	buf_printf(&shown, "%zu", r.line_no);
	reader_release(&r);
	close(fds[0]);
	return shown;
}

static void
cuts_to(struct str input, size_t max, const char *want, const char *name)
{
	size_t wrong = 0;

	for (size_t piece = 1; piece <= input.len + 1; piece++) {
		struct buf shown = cut(input, piece, max);

		if (!str_is(buf_view(&shown), want) && wrong++ == 0)
			printf("#   got: " STR_FMT " (in pieces of %zu)\n#  want: %s\n",
			       STR_ARG(buf_view(&shown)), piece, want);
		buf_release(&shown);
	}
	is_int((long long)wrong, 0, name);
}

static void
test_lines(void)
{
	cuts_to(STR(""), 99, "0", "nothing");
	cuts_to(STR("one\ntwo\n"), 99, "[one][two]2", "lines, in pieces of any size");
	cuts_to(STR("one\ntwo"), 99, "[one][two]2", "the last without its LF");
	cuts_to(STR("one\r\ntwo\r\n\r\n"), 99, "[one][two][]3", "CRLF");
	cuts_to(STR("a\rb\n\n"), 99, "[a\rb][]2", "a CR by itself is no line end");
	cuts_to(STR("\xef\xbb\xbfone\n\xef\xbb\xbftwo\n"), 99, "[one][\xef\xbb\xbftwo]2",
	        "a byte order mark is passed over at the very start only");
	cuts_to(STR("\xef\xbb\xbf"), 99, "0", "a byte order mark and nothing else");
	cuts_to(STR("\xef\xbb"), 99, "[\xef\xbb]1", "half of one is a line");
	cuts_to(STR("x\n"), 99, "[x]1", "a line shorter than a byte order mark");
	cuts_to(STR("1234\n12345\n123456\n1\n"), 5, "[1234][12345]![1]4",
	        "a line at the limit, and one above it");
	cuts_to(STR("123456789012345"), 5, "!1", "one that is too long and never ends");
}

static void
count_bytes(void *arg, const char *data, size_t len)
{
	(void)data;
	*(size_t *)arg += len;
}

static void
test_too_long(void)
{
	size_t limit = 1 << 16, long_line = 3 << 20, streamed = 0;
	struct reader r;
	struct str line;
	FILE *f = tmpfile();

	for (size_t i = 0; i < long_line; i++)
		putc('x', f);
	fputs("\nafter\n", f);
	fflush(f);
	lseek(fileno(f), 0, SEEK_SET);
	reader_init(&r, fileno(f), limit);
	r.overlong = count_bytes;
	r.arg = &streamed;
	is_int(reader_next(&r, -1, &line), READ_TOO_LONG, "a line far above the limit");
	is_int((long long)streamed, (long long)long_line + 1, "streams by, its end included");
	ok(r.buf.cap < long_line / 2, "and is not kept: %zu bytes", r.buf.cap);
	is_int(reader_next(&r, -1, &line), READ_LINE, "the one after it");
	is_str(line, "after", "is whole");
	is_int((long long)r.line_no, 2, "and counted");
	reader_release(&r);
	fclose(f);
}

static void
test_at_once(void)
{
	struct reader r;
	struct str line;
	int fds[2];

	if (pipe(fds) != 0)
		exit(1);
	reader_init(&r, fds[0], 99);
	fd_write(fds[1], "\n", 1);
	is_int(reader_next(&r, 0, &line), READ_LINE, "the shortest line is had at once");
	reader_release(&r);
	reader_init(&r, fds[0], 99);
	fd_write(fds[1], "\xef\xbb", 2);
	is_int(reader_next(&r, 0, &line), READ_TIMEOUT,
	       "what may be a byte order mark is waited for");
	fd_write(fds[1], "\n", 1);
	is_int(reader_next(&r, 0, &line), READ_LINE, "until it is none");
	is_str(line, "\xef\xbb", "and is the line");
	reader_release(&r);
	close(fds[0]);
	close(fds[1]);
}

/* Bytes looked at again for each that arrives would make this take minutes. */
static void
test_trickle(void)
{
	size_t len = tap_times(300000);
	struct reader r;
	struct str line;
	int fds[2];

	if (pipe(fds) != 0)
		exit(1);
	reader_init(&r, fds[0], 1 << 20);
	for (size_t i = 0; i < len; i++) {
		fd_write(fds[1], "x", 1);
		if (reader_next(&r, 0, &line) != READ_TIMEOUT)
			break;
	}
	ok(r.looked == len && r.start == 0,
	   "of a line that trickles in every byte is looked at once");
	fd_write(fds[1], "\n", 1);
	is_int(reader_next(&r, -1, &line), READ_LINE, "until it is complete");
	is_int((long long)line.len, (long long)len, "and whole");
	reader_release(&r);
	close(fds[0]);
	close(fds[1]);
}

static void
note_wait(void *arg)
{
	(*(int *)arg)++;
}

static void
test_waiting(void)
{
	struct reader r;
	struct str line;
	int fds[2], waits = 0;

	if (pipe(fds) != 0)
		exit(1);
	reader_init(&r, fds[0], 100);
	r.before_wait = note_wait;
	r.arg = &waits;
	fd_write(fds[1], "a\nb\n", 4);
	reader_next(&r, 50, &line);
	ok(reader_ready(&r), "a second line is there already");
	reader_next(&r, 50, &line);
	is_int(waits, 0, "there was nothing to wait for");
	ok(!reader_ready(&r), "now there is");
	is_int(reader_next(&r, 1, &line), READ_TIMEOUT, "the time is up");
	is_int(waits, 1, "and before waiting the caller was told");
	signal_watch();
	raise(SIGTERM);
	is_int(reader_next(&r, -1, &line), READ_SIGNAL,
	       "a signal that came before the wait ends it");
	is_int(signal_caught, SIGTERM, "and is known");
	signal_caught = 0;
	reader_release(&r);
	close(fds[0]);
	close(fds[1]);
}

enum { WRITERS = 4, RECORDS = 50, LENGTH = 20000 };

static void
write_records(int fd, char letter)
{
	struct writer w;

	writer_init(&w, fd, "pipe");
	for (int i = 0; i < RECORDS; i++) {
		memset(buf_room(writer_buf(&w), LENGTH), letter, LENGTH);
		w.buf.len += LENGTH;
		buf_byte(writer_buf(&w), '\n');
		writer_done(&w);
		if (i % 3 == 0)
			writer_flush(&w);
	}
	writer_close(&w);
	_exit(0);
}

static void
test_writers(void)
{
	struct reader r;
	struct str line;
	int fds[2], whole = 0, torn = 0;

	if (pipe(fds) != 0)
		exit(1);
	fflush(stdout);
	for (int i = 0; i < WRITERS; i++)
		if (fork() == 0)
			write_records(fds[1], (char)('a' + i));
	close(fds[1]);
	reader_init(&r, fds[0], 1 << 20);
	while (reader_next(&r, -1, &line) == READ_LINE) {
		bool same = line.len == LENGTH;

		for (size_t i = 1; same && i < line.len; i++)
			same = line.ptr[i] == line.ptr[0];
		whole += same;
		torn += !same;
	}
	is_int(torn, 0, "no record of several writers to one pipe is torn");
	is_int(whole, WRITERS * RECORDS, "and none is lost");
	while (wait(NULL) > 0)
		;
	reader_release(&r);
	close(fds[0]);
}

/* What FILE, opened in this MODE, holds after "{}" was written where a line had been cut off. */
static void
is_added(const char *path, int mode, const char *want, const char *name)
{
	int fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
	struct buf text = BUF_INIT;
	struct writer w;

	if (fd < 0 || !fd_write(fd, "{}\n{\"a", 6))
		exit(1);
	close(fd);
	writer_init(&w, open(path, O_WRONLY | mode), "file");
	buf_str(writer_buf(&w), "{}\n");
	writer_close(&w);
	file_read(path, 100, &text);
	is_str(buf_view(&text), want, name);
	buf_release(&text);
}

static void
test_mending(void)
{
	char path[] = "/tmp/eros-stream.XXXXXX";

	close(mkstemp(path));
	is_added(path, O_APPEND, "{}\n{\"a\n{}\n",
	         "a line that was cut off is ended by the next writer");
	is_added(path, 0, "{}\n{\"a", "not where it is written over");
	unlink(path);
}

int
main(void)
{
	test_lines();
	test_too_long();
	test_at_once();
	test_trickle();
	test_writers();
	test_mending();
	test_waiting();
	return done_testing();
}
