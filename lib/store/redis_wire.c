#include "store/redis_wire.h"

#include "base/clock.h"
#include "store/socket_wait.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

void
wire_init(struct wire *w, const struct store_url *url, struct buf *why)
{
	*w = (struct wire){.url = url, .why = why, .fd = -1};
}

void
wire_close(struct wire *w)
{
	if (w->fd >= 0)
		close(w->fd);
	w->fd = -1;
	if (w->reader)
		redisReaderFree(w->reader);
	w->reader = NULL;
	if (w->out.ptr)
		explicit_bzero(w->out.ptr, w->out.cap); /* the password may be in it */
	buf_release(&w->out);
}

static int
say(struct wire *w, int status, const char *why)
{
	buf_reset(w->why);
	buf_str(w->why, why);
	return status;
}

static int
broken(struct wire *w, const char *why)
{
	wire_close(w);
	return say(w, BACKEND_BROKEN, why);
}

void
wire_start(struct wire *w, double seconds)
{
	w->deadline = clock_mono() + w->url->timeout + seconds;
}

static bool
connect_to(struct wire *w, const struct sockaddr *address, socklen_t len)
{
	int one = 1, error = 0;
	socklen_t size = sizeof(error);

	w->fd = socket(address->sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (w->fd < 0)
		return false;
	setsockopt(w->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	setsockopt(w->fd, SOL_SOCKET, SO_KEEPALIVE, &one, sizeof(one));
	/* A socket in the file system has no room for one more until the server has looked. */
	while ((error = connect(w->fd, address, len)) != 0 && errno == EAGAIN &&
	       clock_mono() < w->deadline)
		nanosleep(&(struct timespec){.tv_nsec = 2000000}, NULL);
	if (error == 0)
		return true;
	error = 0;
	if (errno == EINPROGRESS) {
		if (!socket_ready(w->fd, POLLOUT, w->deadline))
			error = ETIMEDOUT;
		else if (getsockopt(w->fd, SOL_SOCKET, SO_ERROR, &error, &size) != 0)
			error = errno;
		errno = error;
	}
	if (error == 0 && errno == 0)
		return true;
	error = errno;
	close(w->fd);
	w->fd = -1;
	errno = error;
	return false;
}

static int
connect_unix(struct wire *w)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	const char *path = w->url->part[URL_PATH];

	if (strlen(path) + 2 > sizeof(address.sun_path))
		return say(w, EROS_CONFIG, "the path of the socket is too long");
	address.sun_path[0] = '/';
	strcpy(address.sun_path + 1, path);
	if (connect_to(w, (struct sockaddr *)&address, sizeof(address)))
		return EROS_OK;
	return say(w, EROS_UNAVAILABLE, strerror(errno));
}

static int
connect_tcp(struct wire *w)
{
	const char *host = w->url->part[URL_HOST], *port = w->url->part[URL_PORT];
	struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *list = NULL;
	int error = getaddrinfo(*host ? host : "localhost", *port ? port : "6379", &hints, &list);

	if (error != 0)
		return say(w, EROS_UNAVAILABLE, gai_strerror(error));
	for (struct addrinfo *a = list; a && w->fd < 0; a = a->ai_next)
		connect_to(w, a->ai_addr, a->ai_addrlen);
	error = errno;
	freeaddrinfo(list);
	return w->fd >= 0 ? EROS_OK : say(w, EROS_UNAVAILABLE, strerror(error));
}

static int
log_in(struct wire *w)
{
	const char *password = w->url->part[URL_PASSWORD], *user = w->url->part[URL_USER];
	bool unixes = strcmp(w->url->part[URL_SCHEME], "redis+unix") == 0;
	const char *db =
		*w->url->part[URL_DB] || unixes ? w->url->part[URL_DB] : w->url->part[URL_PATH];
	int status = EROS_OK;

	if (*password) {
		wire_command(w, *user ? 3 : 2);
		wire_text(w, "AUTH");
		if (*user)
			wire_text(w, user);
		wire_text(w, password);
		status = wire_skip(w, 1);
	}
	if (status == EROS_OK) {
		wire_command(w, 2);
		wire_text(w, "SELECT");
		wire_text(w, *db ? db : "0");
		status = wire_skip(w, 1);
	}
	return status == BACKEND_BROKEN ? EROS_UNAVAILABLE : status;
}

int
wire_connect(struct wire *w)
{
	int status;

	if (w->fd >= 0)
		return EROS_OK;
	wire_start(w, 0);
	status = strcmp(w->url->part[URL_SCHEME], "redis+unix") == 0 ? connect_unix(w)
	                                                             : connect_tcp(w);
	if (status != EROS_OK)
		return status;
	w->reader = redisReaderCreate();
	if (!w->reader)
		return say(w, EROS_OS, "out of memory");
	status = log_in(w);
	if (status != EROS_OK)
		wire_close(w);
	return status;
}

void
wire_command(struct wire *w, size_t words)
{
	buf_printf(&w->out, "*%zu\r\n", words);
}

void
wire_word(struct wire *w, struct str word)
{
	buf_printf(&w->out, "$%zu\r\n", word.len);
	buf_span(&w->out, word);
	buf_str(&w->out, "\r\n");
}

void
wire_text(struct wire *w, const char *word)
{
	wire_word(w, str_of(word));
}

int
wire_send(struct wire *w)
{
	size_t sent = 0;

	while (sent < w->out.len) {
		ssize_t n = send(w->fd, w->out.ptr + sent, w->out.len - sent, MSG_NOSIGNAL);

		if (n > 0)
			sent += (size_t)n;
		else if (errno == EAGAIN && !socket_ready(w->fd, POLLOUT, w->deadline))
			return broken(w, "the server does not take what is sent");
		else if (errno != EAGAIN && errno != EINTR)
			return broken(w, "the connection broke");
	}
	buf_reset(&w->out);
	return EROS_OK;
}

static int
receive(struct wire *w)
{
	char block[16384];
	ssize_t n = recv(w->fd, block, sizeof(block), 0);

	if (n > 0)
		return redisReaderFeed(w->reader, block, (size_t)n) == REDIS_OK
		               ? EROS_OK
		               : broken(w, "the server's answer cannot be understood");
	if (n == 0 || (errno != EAGAIN && errno != EINTR))
		return broken(w, "the connection broke");
	if (!socket_ready(w->fd, POLLIN, w->deadline))
		return broken(w, "the server did not answer in time");
	return EROS_OK;
}

int
wire_reply(struct wire *w, redisReply **reply)
{
	void *found = NULL;
	int status = EROS_OK;

	*reply = NULL;
	if (w->fd < 0)
		return say(w, BACKEND_BROKEN, "the connection broke");
	if (w->out.len > 0)
		status = wire_send(w);
	while (status == EROS_OK && !found) {
		if (redisReaderGetReply(w->reader, &found) != REDIS_OK)
			return broken(w, "the server's answer cannot be understood");
		if (!found)
			status = receive(w);
	}
	*reply = found;
	return status;
}

int
wire_error(struct wire *w, const redisReply *reply)
{
	static const struct {
		const char *begins;
		int status;
	} known[] = {{"NOAUTH", EROS_NOPERM},         {"WRONGPASS", EROS_NOPERM},
	             {"NOPERM", EROS_NOPERM},         {"ERR invalid password", EROS_NOPERM},
	             {"ERR AUTH", EROS_NOPERM},       {"ERR DB index", EROS_CONFIG},
	             {"ERR invalid DB", EROS_CONFIG}, {"WRONGTYPE", EROS_CONFIG}};

	buf_reset(w->why);
	buf_printf(w->why, "the server says: %.*s", (int)reply->len, reply->str);
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (strncmp(reply->str, known[i].begins, strlen(known[i].begins)) == 0)
			return known[i].status;
	return EROS_UNAVAILABLE;
}

int
wire_answer(struct wire *w, redisReply **reply)
{
	int status = wire_reply(w, reply);

	if (status != EROS_OK || (*reply)->type != REDIS_REPLY_ERROR)
		return status;
	status = wire_error(w, *reply);
	freeReplyObject(*reply);
	*reply = NULL;
	return status;
}

int
wire_expect(struct wire *w, int type, redisReply **reply)
{
	int status = wire_answer(w, reply);

	if (status != EROS_OK || (*reply)->type == type)
		return status;
	freeReplyObject(*reply);
	*reply = NULL;
	return say(w, EROS_UNAVAILABLE, "the server gave an answer of another kind");
}

int
wire_skip(struct wire *w, size_t count)
{
	int worst = EROS_OK;

	for (; count > 0; count--) {
		redisReply *reply;
		int status = wire_reply(w, &reply);

		if (status != EROS_OK)
			return status;
		if (reply->type == REDIS_REPLY_ERROR && worst == EROS_OK)
			worst = wire_error(w, reply);
		freeReplyObject(reply);
	}
	return worst;
}
