#include "proc/spool.h"

#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

void
spool_init(struct spool *s, int fd, uint64_t max)
{
	*s = (struct spool){.max = max, .file = -1, .gap = s->gap, .arg = s->arg};
	outlet_init(&s->out, fd);
}

/* A file without a name in the state directory. */
static int
file_open(void)
{
	int dir = state_dir("spool"), fd, saved;

	if (dir < 0)
		return -1;
	fd = openat(dir, ".", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	saved = errno;
	close(dir);
	errno = saved;
	return fd;
}

/* Move LEN bytes between P and the ring at POSITION: by READING or by writing. False with errno. */
static bool
ring_move(struct spool *s, uint64_t position, char *p, size_t len, bool reading)
{
	uint64_t size = s->max + SPOOL_RESERVE;

	while (len > 0) {
		uint64_t at = position % size;
		size_t part = len < size - at ? len : (size_t)(size - at);
		ssize_t n = reading ? pread(s->file, p, part, (off_t)at)
		                    : pwrite(s->file, p, part, (off_t)at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		p += n;
		position += (uint64_t)n;
		len -= (size_t)n;
	}
	return true;
}

/* Whether the disk took RECORD. */
static bool
file_add(struct spool *s, struct buf *record, bool must)
{
	if (s->max == 0 || s->used + record->len > s->max + (must ? SPOOL_RESERVE : 0))
		return false;
	if (s->file < 0)
		s->file = file_open();
	if (s->file < 0 || !ring_move(s, s->first + s->used, record->ptr, record->len, false)) {
		s->file_error = errno;
		return false;
	}
	s->used += record->len;
	return true;
}

/*
 * Whether a record may be kept that need not: once something was lost only when there is room for a good deal again, so
 * that a reader gets one long gap and not a hundred short ones.
 */
static bool
has_room(const struct spool *s)
{
	return s->gap_records == 0 || s->used <= s->max - s->max / 4;
}

/* Whether there was room for RECORD. What must not be lost is held in memory where the disk fails. */
static bool
add(struct spool *s, struct buf *record, bool must)
{
	size_t held = s->head.len - s->sent;

	if (s->used == 0 && held >= SPOOL_MEMORY && spool_push(s))
		held = s->head.len - s->sent;
	if (s->used > 0 || held >= SPOOL_MEMORY) {
		if (file_add(s, record, must))
			return true;
		if (s->used > 0 || !must)
			return false;
	}
	buf_span(&s->head, buf_view(record));
	return true;
}

static void
count_lost(struct spool *s, uint64_t records, uint64_t bytes)
{
	s->lost_records += records;
	s->lost_bytes += bytes;
	s->gap_records += records;
	s->gap_bytes += bytes;
}

/* Put the record that tells of a gap before what comes next. */
static bool
tell_gap(struct spool *s, bool must)
{
	struct buf b = BUF_INIT;
	bool told = true;

	if (s->gap_records > 0) {
		s->gap(s->arg, &b, s->gap_records, s->gap_bytes);
		told = add(s, &b, must);
		if (told)
			s->gap_records = s->gap_bytes = 0;
		buf_release(&b);
	}
	return told;
}

/* How many LFs. */
static uint64_t
lines(const char *p, size_t len)
{
	uint64_t count = 0;

	for (const char *end = p + len; p < end && (p = memchr(p, '\n', (size_t)(end - p))); p++)
		count++;
	return count;
}

void
spool_done(struct spool *s, bool must)
{
	if (s->record.len == 0)
		return;
	if (!s->error &&
	    ((!must && !has_room(s)) || !tell_gap(s, must) || !add(s, &s->record, must)))
		count_lost(s, lines(s->record.ptr, s->record.len), s->record.len);
	buf_reset(&s->record);
}

void
spool_end(struct spool *s)
{
	if (!s->error)
		tell_gap(s, true);
}

/* Bring records from the disk into memory: at least one whole. */
static void
refill(struct spool *s)
{
	buf_drop(&s->head, s->sent);
	s->sent = 0;
	while (s->used > 0 &&
	       (s->head.len < SPOOL_MEMORY / 2 || !memchr(s->head.ptr, '\n', s->head.len))) {
		size_t len = s->used < SPOOL_MEMORY / 2 ? (size_t)s->used : SPOOL_MEMORY / 2;

		if (!ring_move(s, s->first, buf_room(&s->head, len), len, true)) {
			s->file_error = errno;
			spool_give_up(s);
			return;
		}
		s->head.len += len;
		s->first += len;
		s->used -= len;
	}
	if (s->used == 0 && s->first > 0) {
		s->first = 0;
		if (ftruncate(s->file, 0) != 0)
			s->file_error = errno;
	}
}

/* Whether what is in memory is little, or not even one record. */
static bool
wants_more(const struct spool *s)
{
	size_t held = s->head.len - s->sent;

	return held < SPOOL_MEMORY / 4 || !memchr(s->head.ptr + s->sent, '\n', held);
}

bool
spool_push(struct spool *s)
{
	while (!s->error) {
		ssize_t n;

		if (s->used > 0 && wants_more(s))
			refill(s);
		if (s->sent == s->head.len)
			break;
		n = outlet_write(&s->out, s->head.ptr + s->sent, s->head.len - s->sent);
		if (n < 0) {
			s->error = errno;
			spool_give_up(s);
		}
		if (n <= 0)
			break;
		s->sent += (size_t)n;
	}
	if (s->sent == s->head.len)
		s->sent = s->head.len = 0;
	return !s->error;
}

void
spool_give_up(struct spool *s)
{
	static char block[32 << 10];

	count_lost(s, lines(s->head.ptr + s->sent, s->head.len - s->sent), s->head.len - s->sent);
	while (s->used > 0) {
		size_t len = s->used < sizeof(block) ? (size_t)s->used : sizeof(block);

		if (!ring_move(s, s->first, block, len, true))
			memset(block, 0, len);
		count_lost(s, lines(block, len), len);
		s->first += len;
		s->used -= len;
	}
	s->sent = s->head.len = 0;
}

bool
spool_release(struct spool *s)
{
	buf_release(&s->record);
	buf_release(&s->head);
	if (s->file >= 0)
		close(s->file);
	return outlet_close(&s->out);
}
