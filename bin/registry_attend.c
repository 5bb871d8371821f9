/*
 * Taking part for as long as standard input is open: the lease is renewed, each line that comes makes the snapshot
 * anew, and at the end of the input, which is also the end of whoever holds it open, the agent leaves.
 */
#include "bin/registry.h"

#include "base/exit.h"
#include "base/file.h"
#include "base/signals.h"

#include <errno.h>
#include <unistd.h>

enum { LEASE = 60, LINE_MOST = 4096 };

struct attend {
	struct registry *g;
	struct registry_request request; /* that registers */
	struct reader in;
	struct writer out;
};

static enum registry_outcome
ask(struct attend *t, enum registry_op op, bool told)
{
	struct registry_request q = t->request;
	struct registry_answer a = REGISTRY_ANSWER_INIT;
	enum registry_outcome outcome;

	q.op = op;
	registry_ask(t->g, &q, &a);
	outcome = a.outcome;
	if (told) {
		registry_answer_record(&q, &a, t->g->project, writer_buf(&t->out));
		writer_done(&t->out);
	}
	registry_answer_release(&a);
	return outcome;
}

/* The snapshot goes to the file that --belief names, then to stdout. */
static void
refresh(struct attend *t)
{
	const char *path = t->g->belief;
	struct buf *b = writer_buf(&t->out);
	size_t before = b->len;

	ask(t, REGISTRY_SYNC, true);
	if (path && !file_replace(path, str_from(buf_view(b), before)))
		die(EROS_CANTCREATE, "cannot_create", strerror(errno), "cannot write %s", path);
	writer_flush(&t->out);
}

/* Until the input ends. A lease that cannot be renewed now is tried again: it has time left. */
static void
serve(struct attend *t)
{
	int renew = (int)(t->request.ttl * 1000 / 3);
	struct str line;

	for (;;) {
		switch (reader_next(&t->in, renew, &line)) {
		case READ_LINE: refresh(t); break;
		case READ_TIMEOUT: ask(t, REGISTRY_REGISTER, false); break;
		case READ_TOO_LONG: break;
		case READ_SIGNAL:
		case READ_END:
		case READ_ERROR: return;
		}
	}
}

int
registry_attend(struct registry *g)
{
	struct attend t = {.g = g, .request = {.agent = str_of(g->operand[0]), .by = g->by}};
	struct buf meta = BUF_INIT;
	enum registry_outcome outcome;
	int status;

	t.request.meta = registry_meta(g, &meta);
	t.request.ttl = g->ttl > 0 ? g->ttl : LEASE;
	if (!str_is_name(t.request.agent))
		die_usage("bad name for an agent: '%s'", g->operand[0]);
	signal_watch();
	reader_init(&t.in, STDIN_FILENO, LINE_MOST);
	writer_init(&t.out, STDOUT_FILENO, "stdout");
	outcome = ask(&t, REGISTRY_REGISTER, true);
	status = registry_status(g, &t.request, outcome);
	writer_flush(&t.out);
	if (outcome == REGISTRY_DONE) {
		serve(&t);
		ask(&t, REGISTRY_LEAVE, true);
		if (g->belief)
			unlink(g->belief);
	}
	writer_close(&t.out);
	reader_release(&t.in);
	buf_release(&meta);
	return signal_caught ? EROS_SIGNAL + signal_caught : status;
}
