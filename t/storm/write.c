/*
 * A storm over those who write records to one pipe, and to one file, that all of them share: each is killed at some
 * moment and replaced. On the pipe there is no line that is not whole. In the file a line may be cut off, for the kernel
 * stops in the middle of a write(2) there; but the next one does not run into it.
 */
#include "storm.h"

#include "proc/outlet.h"
#include "record/writer.h"

enum { WRITERS = 3, LONGEST = 200000 };

static struct {
	unsigned lines, cut, glued;
} seen;

/* The writer. */

static void
make_record(struct buf *b)
{
	static const unsigned lengths[] = {100, 3000, 20000, LONGEST};
	size_t len = lengths[storm_random(4)];

	buf_str(b, "{\"x\":\"");
	memset(buf_room(b, len), 'x', len);
	b->len += len;
	buf_str(b, "\",\"end\":true}\n");
}

static void
write_filter(void)
{
	struct writer w;

	writer_init(&w, STDOUT_FILENO, "stdout");
	for (;;) {
		make_record(writer_buf(&w));
		writer_done(&w);
		if (storm_random(2))
			writer_flush(&w);
		usleep(storm_random(200));
	}
}

static void
write_outlet(void)
{
	struct outlet o;
	struct buf b = BUF_INIT;

	outlet_init(&o, STDOUT_FILENO);
	for (;;) {
		size_t sent = 0;

		buf_reset(&b);
		make_record(&b);
		while (sent < b.len) {
			ssize_t n = outlet_write(&o, b.ptr + sent, b.len - sent);

			if (n < 0)
				_exit(1);
			if (n == 0)
				poll(&(struct pollfd){.fd = o.fd, .events = POLLOUT}, 1,
				     o.retry > 0 ? (int)ceil(o.retry * 1e3) : 100);
			sent += (size_t)n;
		}
		usleep(storm_random(200));
	}
}

static void
look(void *arg, const struct record *r, struct str line)
{
	(void)arg;
	if (r || line.len == 0)
		return;
	seen.cut++;
	seen.glued += memrchr(line.ptr, '{', line.len) != line.ptr;
}

static pid_t
start(int out, unsigned number)
{
	char seed[24];

	snprintf(seed, sizeof(seed), "%u", storm_random(UINT32_MAX));
	return storm_spawn(STDIN_FILENO, out,
	                   (char *[]){storm.self, number % 2 ? "outlet" : "filter", seed, NULL});
}

static void
end(pid_t pid)
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

/* KILLS of those who write to OUT; IN is where to read that meanwhile, or -1. */
static void
kill_writers(int out, unsigned kills, int in, struct buf *all)
{
	pid_t pid[WRITERS];

	for (unsigned i = 0; i < WRITERS; i++)
		pid[i] = start(out, i);
	for (unsigned i = 0; i < kills; i++) {
		unsigned victim = storm_random(WRITERS);
		double moment = clock_mono() + storm_random(20000) / 1e6;

		if (in >= 0 && storm_random(3) > 0)
			storm_collect(in, all, moment);
		storm_sleep(fmax(0, moment - clock_mono()));
		end(pid[victim]);
		pid[victim] = start(out, victim);
	}
	for (unsigned i = 0; i < WRITERS; i++)
		end(pid[i]);
}

static void
look_at(struct buf *all)
{
	seen.lines += storm_lines(buf_view(all), look, NULL);
	buf_release(all);
}

static void
round_pipe(unsigned kills)
{
	struct buf all = BUF_INIT;
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) != 0)
		return;
	kill_writers(ends[1], kills, ends[0], &all);
	close(ends[1]);
	storm_collect(ends[0], &all, 0);
	close(ends[0]);
	look_at(&all);
}

static void
round_file(unsigned kills)
{
	char *path = path_join(storm.home, "records");
	int fd = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	struct buf all = BUF_INIT;

	kill_writers(fd, kills, -1, NULL);
	file_read(path, SIZE_MAX, &all);
	look_at(&all);
	close(fd);
	unlink(path);
	free(path);
}

int
main(int argc, char **argv)
{
	static void (*const rounds[])(unsigned kills) = {round_pipe, round_file};
	enum { BATCH = 10 };

	if (argc > 2) {
		storm.random = strtoull(argv[2], NULL, 10);
		strcmp(argv[1], "outlet") == 0 ? write_outlet() : write_filter();
	}
	if (!storm_begin(argv[0], 40))
		return 1;
	for (int file = 0; file < 2; file++) {
		seen.lines = seen.cut = seen.glued = 0;
		for (unsigned i = 0; i < storm.kills / 2; i += BATCH)
			rounds[file](BATCH);
		printf("# killed: %u who wrote to a %s; %u lines, %u cut off\n", storm.kills / 2,
		       file ? "file" : "pipe", seen.lines, seen.cut);
		if (!file)
			is_int(seen.cut, 0, "on a pipe no line is cut off");
		is_int(seen.glued, 0, "no line runs into the one before");
		ok(seen.lines > 0, "there was something to see");
	}
	return storm_end();
}
