#include "proc/relay.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

void
relay_open(struct relay *r, int fd)
{
	relay_close(r);
	r->fd = fd;
	fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
}

/* Hand on LEN bytes of the buffer at START; the byte after them may be overwritten only where it is an LF. */
static void
hand_on(struct relay *r, size_t start, size_t len, bool terminated, bool more)
{
	char *end = r->buf.ptr + start + len;
	char kept = *end;

	if (more || r->piece > 0)
		r->piece++;
	*end = '\0';
	r->line(r->arg, &(struct relay_line){
				.text = {r->buf.ptr + start, len},
				.piece = r->piece,
				.more = more,
				.terminated = terminated,
			});
	*end = kept;
	if (!more)
		r->piece = 0;
}

/* Where to cut at most MAX bytes off P, which holds more: before a UTF-8 sequence that would be cut in two. */
static size_t
cut_at(const char *p, size_t max)
{
	for (size_t back = 0; back < 4 && back < max; back++) {
		unsigned char c = (unsigned char)p[max - back];

		if (c >= 0xc0)
			return max - back;
		if (c < 0x80)
			break;
	}
	return max;
}

/* Hand on all lines of the buffer, of which the first LOOKED bytes are known to hold no LF. */
static void
split(struct relay *r, size_t looked)
{
	size_t start = 0;

	for (;;) {
		char *from = r->buf.ptr + start + looked;
		char *lf = memchr(from, '\n', r->buf.len - start - looked);
		size_t len = (lf ? (size_t)(lf - r->buf.ptr) : r->buf.len) - start;

		while (len > r->max) {
			size_t cut = cut_at(r->buf.ptr + start, r->max);

			hand_on(r, start, cut, false, true);
			start += cut;
			len -= cut;
		}
		if (!lf)
			break;
		hand_on(r, start, len, true, false);
		start += len + 1;
		looked = 0;
	}
	buf_drop(&r->buf, start);
}

enum relay_state
relay_read(struct relay *r)
{
	size_t looked = r->buf.len;
	ssize_t n = read(r->fd, buf_room(&r->buf, RELAY_READ + RELAY_PAD), RELAY_READ);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return RELAY_IDLE;
	if (n <= 0) /* a terminal whose other side is closed fails with EIO */
		return RELAY_END;
	r->buf.len += (size_t)n;
	memset(r->buf.ptr + r->buf.len, 0, RELAY_PAD);
	split(r, looked);
	return RELAY_DATA;
}

void
relay_finish(struct relay *r)
{
	if (r->buf.len > 0) {
		memset(buf_room(&r->buf, RELAY_PAD), 0, RELAY_PAD);
		hand_on(r, 0, r->buf.len, false, false);
	}
	buf_reset(&r->buf);
}

void
relay_close(struct relay *r)
{
	if (r->fd >= 0)
		close(r->fd);
	r->fd = -1;
	r->piece = 0;
	buf_reset(&r->buf);
}

void
relay_release(struct relay *r)
{
	relay_close(r);
	buf_release(&r->buf);
}
