#include "proc/relay.h"

#include "base/buf.h"
#include "tap.h"

#include <fcntl.h>
#include <unistd.h>

static struct buf seen =
	BUF_INIT; /* "text|" for a line, "text+" for a piece, "text$" for an unfinished one */
static bool padded = true;
static size_t calls;

static void
on_line(void *arg, const struct relay_line *line)
{
	(void)arg;
	calls++;
	if (line->piece > 0)
		buf_printf(&seen, "%u:", line->piece);
	buf_span(&seen, line->text);
	buf_str(&seen, line->more ? "+" : line->terminated ? "|" : "$");
	padded = padded && line->text.ptr[line->text.len] == '\0';
}

static int
open_pipe(struct relay *r)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) != 0)
		return -1;
	relay_open(r, ends[0]);
	buf_reset(&seen);
	return ends[1];
}

static void
put(int fd, const char *data, size_t len)
{
	if (write(fd, data, len) != (ssize_t)len)
		ok(false, "write to the pipe");
}

static void
test_lines(struct relay *r)
{
	int fd = open_pipe(r);

	is_int(relay_read(r), RELAY_IDLE, "an empty pipe is idle, and does not block");
	put(fd, "one\n\ntw", 7);
	is_int(relay_read(r), RELAY_DATA, "bytes are taken");
	is_str(buf_view(&seen), "one||", "whole lines at once, an empty one too");
	put(fd, "o\r\nrest", 7);
	relay_read(r);
	is_str(buf_view(&seen), "one||two\r|", "a line is put together, its CR kept");
	close(fd);
	is_int(relay_read(r), RELAY_END, "the end is seen");
	relay_finish(r);
	is_str(buf_view(&seen), "one||two\r|rest$", "the partial last line is kept");
	relay_finish(r);
	is_str(buf_view(&seen), "one||two\r|rest$", "once");
}

static void
test_long(struct relay *r)
{
	int fd = open_pipe(r);

	put(fd, "12345678\n123456789\n", 19);
	relay_read(r);
	is_str(buf_view(&seen), "12345678|1:12345678+2:9|",
	       "a line of the limit is whole, one above is cut");
	buf_reset(&seen);
	put(fd, "aaaabbbbccccddddeeeeffff", 24);
	relay_read(r);
	is_str(buf_view(&seen), "1:aaaabbbb+2:ccccdddd+",
	       "pieces go out before the line has ended");
	put(fd, "\n", 1);
	relay_read(r);
	is_str(buf_view(&seen), "1:aaaabbbb+2:ccccdddd+3:eeeeffff|",
	       "the last piece ends the line");
	buf_reset(&seen);
	put(fd,
	    "1234567\xc3\xa9"
	    "89\n",
	    12);
	relay_read(r);
	is_str(buf_view(&seen),
	       "1:1234567+2:\xc3\xa9"
	       "89|",
	       "a UTF-8 sequence is not cut in two");
	buf_reset(&seen);
	put(fd, "\xbf\xbf\xbf\xbf\xbf\xbf\xbf\xbf\xbf\n", 10);
	relay_read(r);
	is_str(buf_view(&seen), "1:\xbf\xbf\xbf\xbf\xbf\xbf\xbf\xbf+2:\xbf|",
	       "what is no UTF-8 is cut at the limit");
	buf_reset(&seen);
	put(fd, "aaaabbbbc", 9);
	close(fd);
	relay_read(r);
	relay_finish(r);
	is_str(buf_view(&seen), "1:aaaabbbb+2:c$", "a long line without its end");
	relay_close(r);
	fd = open_pipe(r);
	put(fd, "a\0b\n", 4);
	relay_read(r);
	ok(seen.len == 4 && memcmp(seen.ptr, "a\0b|", 4) == 0, "a NUL byte is a byte");
	close(fd);
}

/* A flood cannot keep the caller: each call takes a bounded share. */
static void
test_share(struct relay *r)
{
	static char block[RELAY_READ + 4096];
	int fd = open_pipe(r);

	memset(block, '\n', sizeof(block));
	fcntl(fd, F_SETPIPE_SZ, 4 * RELAY_READ);
	put(fd, block, sizeof(block));
	calls = 0;
	is_int(relay_read(r), RELAY_DATA, "a flood is read");
	is_int((long long)calls, RELAY_READ, "by a bounded share");
	close(fd);
}

int
main(void)
{
	struct relay r = {.fd = -1, .max = 8, .line = on_line};

	test_lines(&r);
	test_long(&r);
	test_share(&r);
	ok(padded, "every line is followed by a NUL");
	relay_release(&r);
	buf_release(&seen);
	return done_testing();
}
