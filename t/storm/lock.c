/*
 * A storm over eros-lock: of those who contend for one lock, or share it, one is killed by SIGKILL as it waits, as it
 * holds the lock, or as that passes from one to the next. Both sides look. Who has the lock takes a witness, alone or with
 * those who share it; who kills looks for the lock, and where it has that nobody may have the witness. And no command
 * outlives its eros-lock.
 */
#include "storm.h"

#include "base/process.h"

#include <sys/file.h>
#include <sys/mman.h>

enum { CONTENDERS = 4, WITNESS = 5, PATIENCE = 10, SECONDS_LONG = 1000 };

enum victim { WAITING, HOLDING, PASSING, VICTIMS };

/* What the commands tell. */
struct board {
	volatile pid_t holder, parent; /* who holds the lock, and its eros-lock; 0: nobody */
	volatile unsigned holds, two;  /* how often it was held, and by two at once */
	volatile unsigned orphans;     /* commands that began though their eros-lock was dead */
};

static struct {
	struct board *board;
	unsigned killed[VICTIMS], exec, two, left, stuck, looks;
	double longest;
} seen;

static char *
path_of(const char *name)
{
	return path_join(storm.home, name);
}

static bool
take_witness(int fd, short type)
{
	struct flock f = {.l_type = type, .l_whence = SEEK_SET};

	return fcntl(fd, F_SETLK, &f) == 0;
}

static bool
is_witnessed(int fd)
{
	struct flock f = {.l_type = F_WRLCK, .l_whence = SEEK_SET};

	return fcntl(fd, F_GETLK, &f) == 0 && f.l_type != F_UNLCK;
}

static struct board *
open_board(const char *path)
{
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	void *board = MAP_FAILED;

	if (fd >= 0 && ftruncate(fd, sizeof(struct board)) == 0)
		board = mmap(NULL, sizeof(struct board), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	close(fd);
	return board == MAP_FAILED ? NULL : board;
}

/* Whether the parent is neither an eros-lock nor the storm. One who was bound to it is dead by the time this returns. */
static bool
is_orphan(void)
{
	struct buf name = BUF_INIT;
	char path[32];
	bool orphan;

	snprintf(path, sizeof(path), "/proc/%d/comm", (int)getppid());
	file_read(path, 64, &name);
	orphan = !str_is(buf_view(&name), "eros-lock\n") && !str_is(buf_view(&name), "lock.t\n");
	buf_release(&name);
	if (orphan)
		usleep(50000);
	return orphan;
}

/*
 * The command. Its witness is at a lower descriptor than the lock, so that when it dies the kernel gives up the witness
 * first: a second holder who is none must not be seen.
 */
static int
hold(const char *home, bool shared, unsigned microseconds)
{
	char *board_path = path_join(home, "board"), *witness_path = path_join(home, "witness");
	struct board *board = open_board(board_path);
	int witness = dup2(open(witness_path, O_RDWR | O_CREAT | O_CLOEXEC, 0600), WITNESS);

	if (!board || witness != WITNESS)
		return 1;
	if (!take_witness(witness, shared ? F_RDLCK : F_WRLCK))
		board->two++;
	board->orphans += is_orphan();
	board->holds++;
	if (!shared) {
		board->parent = getppid();
		board->holder = getpid();
	}
	usleep(microseconds);
	if (!shared)
		board->holder = board->parent = 0;
	return 0;
}

/* The contenders. */

static pid_t
start(int null)
{
	char time[16];
	bool exec = storm_random(4) == 0, shared = storm_random(4) == 0;
	bool lasting = !shared && storm_random(6) == 0;
	char *argv[] = {"eros-lock",
	                exec ? "--exec" : "--wait=600",
	                shared ? "-s" : "--wait=600",
	                "--wait=600",
	                "storm",
	                storm.self,
	                shared ? "share" : "hold",
	                storm.home,
	                time,
	                NULL};

	snprintf(time, sizeof(time), "%u", lasting ? SECONDS_LONG * 1000000u : storm_random(4000));
	seen.exec += exec;
	return storm_spawn(null, null, argv);
}

static bool
runs(pid_t pid)
{
	struct process p;

	return process_of(pid, &p);
}

/* Who has ended is replaced. */
static void
refill(pid_t *pid, int null)
{
	for (unsigned i = 0; i < CONTENDERS; i++)
		if (pid[i] == 0 || waitpid(pid[i], NULL, WNOHANG) != 0)
			pid[i] = start(null);
}

/* The place of a contender for whom the lock is held (IS), or is not. */
static int
find(const pid_t *pid, bool is)
{
	unsigned first = storm_random(CONTENDERS);
	pid_t holder = seen.board->holder, parent = seen.board->parent;

	for (unsigned i = 0; i < CONTENDERS; i++) {
		pid_t one = pid[(first + i) % CONTENDERS];

		if ((holder > 0 && (one == parent || one == holder)) == is)
			return (int)((first + i) % CONTENDERS);
	}
	return -1;
}

/* Whom to kill, the moment for that having come; -1 where it passed. */
static int
choose(pid_t *pid, enum victim victim, int null)
{
	double end = clock_mono() + PATIENCE;

	/* Where somebody holds it for ever it is that one's turn: no other moment will come. */
	while (victim == PASSING && seen.board->holder != 0)
		if (clock_mono() > end - PATIENCE + 0.02)
			return find(pid, true);
	while (victim == HOLDING && seen.board->holder == 0 && clock_mono() < end)
		refill(pid, null);
	if (victim == PASSING && storm_random(2))
		usleep(storm_random(1500));
	return find(pid, victim == HOLDING);
}

/* The lock, from the side of the killer. */
static void
look(int lock, int witness)
{
	double end = clock_mono() + storm_random(3) / 1e3;

	do {
		if (flock(lock, LOCK_EX | LOCK_NB) != 0)
			continue;
		seen.two += is_witnessed(witness);
		seen.looks++;
		flock(lock, LOCK_UN);
	} while (clock_mono() < end);
}

/* The command that was run for the dead PID ends too; what it held was given back. */
static void
check_end(pid_t holder, pid_t pid)
{
	double since = clock_mono();

	while (holder != pid && runs(holder) && clock_mono() < since + PATIENCE)
		usleep(200);
	if (holder != pid && runs(holder)) {
		seen.left++;
		kill(holder, SIGKILL);
	}
	seen.longest = fmax(seen.longest, clock_mono() - since);
	if (seen.board->holder == holder)
		seen.board->holder = seen.board->parent = 0;
}

static void
round_lock(pid_t *pid, int null, int lock, int witness)
{
	enum victim victim = storm_random(VICTIMS);
	pid_t holder, parent, killed;
	int place;

	refill(pid, null);
	usleep(storm_random(3000));
	place = choose(pid, victim, null);
	if (place < 0)
		place = (int)storm_random(CONTENDERS);
	killed = pid[place];
	kill(killed, SIGKILL);
	holder = seen.board->holder;
	parent = seen.board->parent;
	look(lock, witness);
	waitpid(killed, NULL, 0);
	pid[place] = 0;
	if (holder > 0 && (parent == killed || holder == killed)) {
		check_end(holder, killed);
		victim = HOLDING;
	} else if (victim == HOLDING) {
		victim = PASSING;
	}
	seen.killed[victim]++;
}

/* At the end everybody who does not hold it for ever gets it, and then nothing is left locked. */
static void
drain(pid_t *pid, int lock)
{
	double end = clock_mono() + PATIENCE;

	for (unsigned i = 0; i < CONTENDERS; i++) {
		while (waitpid(pid[i], NULL, WNOHANG) == 0 && clock_mono() < end) {
			int place = find(pid, true);

			usleep(5000);
			if (place >= 0 && place == find(pid, true))
				kill(seen.board->holder, SIGKILL);
		}
		seen.stuck += clock_mono() >= end;
		kill(pid[i], SIGKILL);
		waitpid(pid[i], NULL, 0);
	}
	while (flock(lock, LOCK_EX | LOCK_NB) != 0 && clock_mono() < end + PATIENCE)
		usleep(5000);
	seen.stuck += clock_mono() >= end + PATIENCE;
}

int
main(int argc, char **argv)
{
	pid_t pid[CONTENDERS] = {0};
	int null = open("/dev/null", O_RDWR | O_CLOEXEC), lock, witness;
	char *dir;

	if (argc > 3)
		return hold(argv[2], strcmp(argv[1], "share") == 0,
		            (unsigned)strtoul(argv[3], NULL, 10));
	if (!storm_begin(argv[0], 30))
		return 1;
	close(state_dir("locks"));
	dir = path_of("locks/storm.lock");
	lock = open(dir, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	free(dir);
	dir = path_of("witness");
	witness = open(dir, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	free(dir);
	dir = path_of("board");
	seen.board = open_board(dir);
	free(dir);
	if (lock < 0 || witness < 0 || !seen.board)
		return 1;
	for (unsigned i = 0; i < storm.kills && seen.left < 3; i++)
		round_lock(pid, null, lock, witness);
	refill(pid, null);
	drain(pid, lock);
	printf("# killed: %u eros-lock waiting, %u holding, %u as the lock passed; of %u holds; "
	       "the "
	       "killer had it %u times; a command ended %.3f s after at most\n",
	       seen.killed[WAITING], seen.killed[HOLDING], seen.killed[PASSING], seen.board->holds,
	       seen.looks, seen.longest);
	is_int(seen.board->two, 0, "no holder met another");
	is_int(seen.two, 0, "who killed had the lock only where nobody held it");
	is_int(seen.left, 0, "no command outlives its eros-lock");
	is_int(seen.board->orphans, 0, "none begins after it");
	is_int(seen.stuck, 0, "the lock goes on to the next");
	ok(seen.board->holds > 0, "there was something to see");
	return storm_end();
}
