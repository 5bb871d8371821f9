/*
 * The history of a project, and the return to an earlier version: what the log says was done since then is taken back.
 */
#include "bin/registry.h"

#include "base/exit.h"
#include "base/num.h"
#include "policy/registry_undo.h"

#include <stdint.h>
#include <unistd.h>

enum { RETURNS = 20 /* attempts at a project that keeps changing */ };

struct telling {
	struct str project;
	struct writer out;
};

static bool
tell(void *arg, const struct store_entry *entry)
{
	struct telling *t = arg;

	registry_entry_record(entry->text, t->project, entry->version, entry->time,
	                      writer_buf(&t->out));
	writer_done(&t->out);
	return true;
}

int
registry_history(struct registry *g)
{
	struct registry_request look = {.op = REGISTRY_SYNC};
	struct registry_answer a = REGISTRY_ANSWER_INIT;
	struct telling t = {.project = g->project};
	struct buf scope = BUF_INIT;
	uint64_t trimmed;
	int status;

	registry_ask(g, &look, &a);
	status = registry_status(g, &look, a.outcome);
	registry_answer_release(&a);
	if (status != EROS_OK)
		return status;
	writer_init(&t.out, STDOUT_FILENO, "stdout");
	status = store_read(g->store, registry_scope(g->project, &scope), g->since, g->limit, tell,
	                    &t, &trimmed);
	if (status != EROS_OK)
		store_die(g->store, status);
	if (trimmed > g->since)
		diag("trimmed", NULL, STR_FMT ": the history up to version %ju is no longer kept",
		     STR_ARG(g->project), (uintmax_t)trimmed);
	writer_close(&t.out);
	buf_release(&scope);
	return EROS_OK;
}

/* The entries of a part of the history, one after the other with their lengths. */
struct entries {
	struct buf text;
	size_t *len, count, cap;
};

static bool
keep(void *arg, const struct store_entry *entry)
{
	struct entries *e = arg;

	GROW(e->len, e->count, e->cap);
	e->len[e->count++] = entry->text.len;
	buf_span(&e->text, entry->text);
	return true;
}

static void
look_back(struct rows *r, void *arg)
{
	registry_past_begin(r, arg);
}

/* What was believed at version TO, in PAST; the entries since then are taken back one by one. */
static void
past_find(struct registry *g, const char *scope, uint64_t to, struct registry_past *past)
{
	struct entries e = {0};
	uint64_t trimmed;
	size_t end;
	int status = store_view(g->store, scope, look_back, past);

	if (status == EROS_OK)
		status = store_read(g->store, scope, to, SIZE_MAX, keep, &e, &trimmed);
	if (status != EROS_OK)
		store_die(g->store, status);
	if (past->exists && (to == 0 || to > past->version))
		die(EROS_NOINPUT, "version_not_found", NULL, STR_FMT ": no version %ju",
		    STR_ARG(g->project), (uintmax_t)to);
	if (past->exists && trimmed > to)
		die(EROS_NOINPUT, "trimmed", NULL,
		    STR_FMT ": the history up to version %ju is no longer kept",
		    STR_ARG(g->project), (uintmax_t)trimmed);
	end = e.text.len;
	for (size_t i = e.count; i-- > 0; end -= e.len[i])
		if (!registry_past_undo(past, (struct str){e.text.ptr + end - e.len[i], e.len[i]}))
			die(EROS_DATA, "bad_record", NULL,
			    STR_FMT ": the history holds what cannot be taken back",
			    STR_ARG(g->project));
	buf_release(&e.text);
	free(e.len);
}

int
registry_revert(struct registry *g)
{
	struct registry_request q = {
		.op = REGISTRY_REVERT, .by = g->by, .expects = g->expects, .expect = g->expect};
	struct registry_answer a = REGISTRY_ANSWER_INIT;
	struct registry_past past = REGISTRY_PAST_INIT;
	struct buf scope = BUF_INIT, constraints = BUF_INIT, padded = BUF_INIT;

	if (!num_parse_count(str_of(g->operand[0]), UINT64_MAX, &q.to))
		die_usage("not a version: '%s'", g->operand[0]);
	registry_scope(g->project, &scope);
	for (int i = 0; i < RETURNS && (i == 0 || a.outcome == REGISTRY_STALE); i++) {
		past_find(g, buf_cstr(&scope), q.to, &past);
		buf_reset(&constraints);
		buf_reset(&padded);
		registry_past_constraints(&past, &constraints);
		buf_padded(&padded, buf_view(&constraints));
		q.constraints = (struct str){padded.ptr, constraints.len};
		q.state = buf_view(&past.state);
		q.version = past.version;
		registry_ask(g, &q, &a);
		if (q.expects && a.turn != q.expect)
			break;
	}
	registry_past_release(&past);
	buf_release(&scope);
	buf_release(&constraints);
	buf_release(&padded);
	q.state = STR("");
	return registry_answer(g, &q, &a);
}
