/*
 * Clients of a store that are killed at random moments, while its server is paused or the connection cut at the commit:
 * t/storm/store.t [URL [WORD]]. Without a URL on a SQLite file.
 *
 * Each client raises a number of its own and one that is common to all, and logs that, in one step. What was
 * acknowledged to it must be there for ever, and once; what was not, whole or not at all.
 *
 * With a WORD the clients go through a proxy, which cuts connections at random when they send something that holds it: before
 * that reaches the server, or after, before the answer comes back. STORM_SERVER is a process to be stopped for moments,
 * STORM_CLOCK the file by which the server's wall clock is set (clock.c), here by days, both ways.
 */
#include "storm.h"

#include "base/exit.h"
#include "store/store.h"

#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>

enum { CLIENTS = 6, PAIRS = 64 };

static const char *url, *word;
static char proxy_url[300], target[108], scope[32];

/* What clients and the test know of each other. */
static struct shared {
	_Atomic long acked[CLIENTS], doubts, wrong, failures;
	_Atomic int stop;
} * shared;

static void
key_of(int client, char key[static 16])
{
	snprintf(key, 16, "client/%d", client);
}

static long
number_of(struct rows *r, const char *key)
{
	char text[24] = "";
	struct str value;

	if (rows_get(r, str_of(key), &value) && value.len < sizeof(text))
		memcpy(text, value.ptr, value.len);
	return strtol(text, NULL, 10);
}

static void
put_number(struct rows *r, const char *key, long n)
{
	char text[24];

	snprintf(text, sizeof(text), "%ld", n);
	rows_put(r, str_of(key), str_of(text));
}

struct raise {
	int client;
	long from, found;
};

static void
raise_step(struct rows *r, void *arg)
{
	struct raise *a = arg;
	char key[16], text[48];

	key_of(a->client, key);
	a->found = number_of(r, key);
	if (a->found != a->from)
		return;
	put_number(r, key, a->from + 1);
	put_number(r, "all", number_of(r, "all") + 1);
	snprintf(text, sizeof(text), "%d %ld", a->client, a->from + 1);
	rows_append(r, str_of(text));
}

static void
look_step(struct rows *r, void *arg)
{
	struct raise *a = arg;
	char key[16];

	key_of(a->client, key);
	a->found = number_of(r, key);
	put_number(r, "looks", number_of(r, "looks") + 1);
}

static void
wrong(const char *what, int client, long want, long got)
{
	fprintf(stderr, "# client %d: %s: %ld, not %ld\n", client, what, got, want);
	shared->wrong++;
}

static struct store *
open_patiently(void)
{
	struct store *s = NULL;
	double until = clock_mono() + 120;

	while (store_open(&s, url) != EROS_OK) {
		store_close(s);
		s = NULL;
		if (clock_mono() > until)
			break;
		storm_sleep(0.01);
	}
	return s;
}

/*
 * What is there of the client's own number, whatever the server does. By a change, since the server may be busy yet with
 * the last step of one that was killed, or whose connection broke: that comes before this one or not at all.
 */
static bool
look(struct store *s, struct raise *a)
{
	double until = clock_mono() + 120;

	while (store_update(s, scope, look_step, a) != EROS_OK) {
		if (clock_mono() > until)
			return false;
		storm_sleep(0.01);
	}
	return true;
}

/* One step; where it fails nothing may have been done, unless that is said to be unknown. */
static bool
raise_once(struct store *s, struct raise *a)
{
	int status = store_update(s, scope, raise_step, a);
	bool unknown;

	if (status == EROS_OK) {
		if (a->found != a->from)
			wrong("a number that was not its own", a->client, a->from, a->found);
		shared->acked[a->client] = ++a->from;
		return true;
	}
	unknown = strstr(store_why(s), "outcome unknown") != NULL;
	shared->failures++;
	shared->doubts += unknown;
	if (!look(s, a))
		return false;
	if (a->found != a->from && !(unknown && a->found == a->from + 1))
		wrong("what failed was done", a->client, a->from, a->found);
	shared->acked[a->client] = a->from = a->found;
	return true;
}

static void
client(int number)
{
	struct raise a = {.client = number, .from = shared->acked[number]};
	struct store *s = open_patiently();

	if (!s || !look(s, &a))
		_exit(1);
	if (a.found != a.from && a.found != a.from + 1)
		wrong("what was acknowledged", number, a.from, a.found);
	shared->acked[number] = a.from = a.found;
	while (!shared->stop && raise_once(s, &a))
		;
	store_close(s);
	_exit(0);
}

static pid_t
start_client(int number)
{
	pid_t pid = fork();

	if (pid == 0) {
		storm.random = (uint64_t)getpid();
		client(number);
	}
	return pid;
}

/* The proxy: pairs of sockets, and what comes from one goes to the other. */
static int
connect_unix(const char *path, bool listening)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), failed;

	snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	failed = listening ? bind(fd, (struct sockaddr *)&address, sizeof(address))
	                   : connect(fd, (struct sockaddr *)&address, sizeof(address));
	if (failed || (listening && listen(fd, 64) != 0)) {
		close(fd);
		return -1;
	}
	return fd;
}

static void
cut(struct pollfd pair[2])
{
	for (int i = 0; i < 2; i++) {
		if (pair[i].fd >= 0)
			close(pair[i].fd);
		pair[i].fd = -1;
	}
}

/*
 * Pass on what came; every tenth commit on average is the connection's last, half of them without being passed on. The
 * server has done the others when it answers, and that nobody hears.
 */
static void
pass(struct pollfd pair[2], int from, bool *last)
{
	static char data[65536];
	ssize_t n = read(pair[from].fd, data, sizeof(data));
	bool unheard = from == 1 && *last;

	if (n > 0 && from == 0 && memmem(data, (size_t)n, word, strlen(word)))
		*last = storm_random(10) == 0;
	if (n <= 0 || unheard || (from == 0 && *last && storm_random(2) == 0) ||
	    send(pair[!from].fd, data, (size_t)n, MSG_NOSIGNAL) != n)
		cut(pair);
}

static void
run_proxy(int listener)
{
	struct pollfd set[1 + 2 * PAIRS];
	bool last[1 + 2 * PAIRS] = {false};

	for (int i = 0; i < 1 + 2 * PAIRS; i++)
		set[i] = (struct pollfd){.fd = -1, .events = POLLIN};
	set[0].fd = listener;
	while (poll(set, 1 + 2 * PAIRS, -1) > 0) {
		for (int i = 1; i < 1 + 2 * PAIRS; i += 2)
			for (int side = 0; side < 2; side++)
				if (set[i].fd >= 0 && set[i + side].revents)
					pass(&set[i], side, &last[i]);
		for (int i = 1; set[0].revents && i < 1 + 2 * PAIRS; i += 2) {
			if (set[i].fd >= 0)
				continue;
			set[i].fd = accept(listener, NULL, NULL);
			set[i + 1].fd = connect_unix(target, false);
			set[i].revents = set[i + 1].revents = 0;
			last[i] = false;
			if (set[i].fd < 0 || set[i + 1].fd < 0)
				cut(&set[i]);
			break;
		}
	}
	_exit(0);
}

/* The URL with the proxy's socket in the place of the server's. */
static pid_t
start_proxy(void)
{
	const char *redis = "redis+unix://", *host = strstr(url, "?host=");
	char own[108];
	int listener;
	pid_t pid;

	if (host) {
		snprintf(own, sizeof(own), "%s/.s.PGSQL.5432", storm.home);
		snprintf(target, sizeof(target), "%s/.s.PGSQL.5432", host + strlen("?host="));
		target[strcspn(target, "&")] = '\0';
		snprintf(proxy_url, sizeof(proxy_url), "%.*s?host=%s&timeout=5", (int)(host - url),
		         url, storm.home);
	} else {
		snprintf(own, sizeof(own), "%s/proxy", storm.home);
		snprintf(target, sizeof(target), "%s", url + strlen(redis));
		target[strcspn(target, "?")] = '\0';
		snprintf(proxy_url, sizeof(proxy_url), "%s%s?timeout=5", redis, own);
	}
	listener = connect_unix(own, true);
	fflush(stdout);
	pid = listener < 0 ? -1 : fork();
	if (pid == 0)
		run_proxy(listener);
	close(listener);
	url = proxy_url;
	return pid;
}

/* The log: of each client every number once, in order. */
static bool
take_entry(void *arg, const struct store_entry *entry)
{
	long *last = arg, n;
	char text[48] = "";
	int number;

	memcpy(text, entry->text.ptr, entry->text.len < sizeof(text) ? entry->text.len : 0);
	if (sscanf(text, "%d %ld", &number, &n) != 2 || number < 0 || number >= CLIENTS ||
	    n != last[number] + 1)
		wrong("the log", number, last[number] + 1, n);
	else
		last[number] = n;
	return true;
}

struct sum {
	long all, clients, each[CLIENTS];
};

static void
sum_step(struct rows *r, void *arg)
{
	struct sum *sum = arg;

	sum->all = number_of(r, "all");
	sum->clients = 0;
	for (int i = 0; i < CLIENTS; i++) {
		char key[16];

		key_of(i, key);
		sum->each[i] = number_of(r, key);
		sum->clients += sum->each[i];
	}
}

static void
check_end(void)
{
	long last[CLIENTS] = {0};
	struct sum sum = {0};
	uint64_t trimmed;
	struct store *s = open_patiently();
	double until = clock_mono() + 120;
	bool same = true;
	int status;

	if (!ok(s != NULL, "the store is there at the end"))
		return;
	ok(look(s, &(struct raise){0}), "and is changed");
	while (store_view(s, scope, sum_step, &sum) != EROS_OK && clock_mono() < until)
		storm_sleep(0.01);
	while ((status = store_read(s, scope, 0, SIZE_MAX, take_entry, last, &trimmed)) !=
	               EROS_OK &&
	       clock_mono() < until) {
		memset(last, 0, sizeof(last));
		storm_sleep(0.01);
	}
	is_int(status, EROS_OK, "and answers");
	for (int i = 0; i < CLIENTS; i++)
		same &= sum.each[i] == last[i] && sum.each[i] >= shared->acked[i] &&
		        sum.each[i] <= shared->acked[i] + 1;
	ok(same, "what was acknowledged is there, and nothing twice");
	is_int(sum.all, sum.clients, "no step is there by half");
	ok(sum.all > 0, "%ld steps, %ld failed, of %ld of them the outcome was unknown", sum.all,
	   shared->failures, shared->doubts);
	is_int(shared->wrong, 0, "nobody saw anything else");
	store_close(s);
}

/* By what seconds the server's wall clock is off; NULL where it is left alone. */
static volatile int64_t *
map_clock(void)
{
	const char *path = getenv("STORM_CLOCK");
	int fd = path && *path ? open(path, O_RDWR | O_CLOEXEC) : -1;
	void *page = fd < 0 ? NULL : mmap(NULL, 8, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	if (fd >= 0)
		close(fd);
	return page;
}

static void
storm_on(pid_t clients[CLIENTS])
{
	const char *server = getenv("STORM_SERVER");
	pid_t paused = server && *server ? (pid_t)atoi(server) : 0;
	volatile int64_t *off = map_clock();

	for (unsigned n = 0; n < storm.kills; n++) {
		unsigned i = storm_random(CLIENTS);

		storm_sleep((5 + storm_random(20)) * 1e-3);
		if (paused && storm_random(8) == 0) {
			kill(paused, SIGSTOP);
			storm_sleep(0.05);
			kill(paused, SIGCONT);
		}
		if (off && storm_random(4) == 0)
			*off = (int64_t)storm_random(14 * 86400) - 7 * 86400;
		kill(clients[i], SIGKILL);
		waitpid(clients[i], NULL, 0);
		clients[i] = start_client((int)i);
	}
}

/* On a busy machine the kills may all come before a client's first step. */
static void
await_steps(void)
{
	double until = clock_mono() + 120;
	long steps;

	do {
		steps = 0;
		for (int i = 0; i < CLIENTS; i++)
			steps += shared->acked[i];
		storm_sleep(0.01);
	} while (steps == 0 && clock_mono() < until);
}

int
main(int argc, char **argv)
{
	char own[sizeof("sqlite:/s.db") + sizeof(storm.home)];
	pid_t clients[CLIENTS], proxy = 0;
	int status, failed = 0;

	if (!storm_begin(argv[0], 20))
		return 1;
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
	              0);
	snprintf(own, sizeof(own), "sqlite:%s/s.db", storm.home);
	url = argc > 1 ? argv[1] : own;
	word = argc > 2 ? argv[2] : NULL;
	snprintf(scope, sizeof(scope), "storm/%d", (int)getpid());
	if (word)
		proxy = start_proxy();
	fflush(stdout);
	for (int i = 0; i < CLIENTS; i++)
		clients[i] = start_client(i);
	storm_on(clients);
	storm_sleep(0.2);
	await_steps();
	shared->stop = 1;
	for (int i = 0; i < CLIENTS; i++) {
		waitpid(clients[i], &status, 0);
		failed += status != 0;
	}
	is_int(failed, 0, "all clients end in order");
	if (proxy > 0) {
		kill(proxy, SIGKILL);
		waitpid(proxy, NULL, 0);
		url = argv[1];
	}
	check_end();
	return storm_end();
}
