/* Connections: queries are collected, sent together, and their results taken in order, all within a time limit. */
#include "store/postgresql.h"

#include "base/clock.h"
#include "store/socket_wait.h"

#include <poll.h>
#include <stdio.h>

enum { BYTEA = 17 };

void
link_close(struct link *l)
{
	if (l->pg)
		PQfinish(l->pg);
	l->pg = NULL;
	l->prepared = 0;
	buf_release(&l->sent);
	l->taken = 0;
}

static int
say(struct link *l, int status, const char *why)
{
	buf_reset(l->why);
	/* The first line of what libpq has to say. */
	buf_add(l->why, why, strcspn(why, "\n"));
	return status;
}

static int
broken(struct link *l, const char *why)
{
	say(l, BACKEND_BROKEN, why);
	link_close(l);
	return BACKEND_BROKEN;
}

/* Any error ends the connection: what it leaves behind need not be known. */
int
link_fail(struct link *l, const PGresult *result)
{
	static const struct {
		const char *begins;
		int status;
	} known[] = {{"28", EROS_NOPERM},      {"42501", EROS_NOPERM},  {"3D000", EROS_CONFIG},
	             {"53100", EROS_IO},       {"58030", EROS_IO},      {"40001", BACKEND_AGAIN},
	             {"40P01", BACKEND_AGAIN}, {"57P", BACKEND_BROKEN}, {"25P03", BACKEND_BROKEN},
	             {"25P02", BACKEND_BROKEN}};
	const char *state = result ? PQresultErrorField(result, PG_DIAG_SQLSTATE) : NULL;
	const char *text = result ? PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY) : NULL;
	int status = state ? EROS_UNAVAILABLE : BACKEND_BROKEN;

	for (size_t i = 0; state && i < sizeof(known) / sizeof(known[0]); i++)
		if (strncmp(state, known[i].begins, strlen(known[i].begins)) == 0)
			status = known[i].status;
	buf_reset(l->why);
	if (state)
		buf_printf(l->why, "the server says: %s", text ? text : state);
	else
		buf_str(l->why, "the connection broke");
	link_close(l);
	return status;
}

void
link_start(struct link *l)
{
	l->deadline = clock_mono() + l->url->timeout;
}

static bool
ready(const struct link *l, short events)
{
	return socket_ready(PQsocket(l->pg), events, l->deadline);
}

static PGconn *
start(const struct link *l)
{
	char *const *part = l->url->part;
	char limits[160];
	const char *const names[] = {
		"host",    "port",        "user",    "password",         "dbname",
		"sslmode", "sslrootcert", "options", "application_name", "client_encoding",
		NULL};
	const char *const values[] = {part[URL_HOST],
	                              part[URL_PORT],
	                              part[URL_USER],
	                              part[URL_PASSWORD],
	                              *part[URL_DB] ? part[URL_DB] : part[URL_PATH],
	                              part[URL_SSLMODE],
	                              part[URL_SSLROOTCERT],
	                              limits,
	                              "eros",
	                              "UTF8",
	                              NULL};

	/* A client that is stopped in the middle of a step must not keep the others out for ever. */
	snprintf(limits, sizeof(limits),
	         "-c lock_timeout=%.0f -c statement_timeout=%.0f "
	         "-c idle_in_transaction_session_timeout=%.0f -c client_min_messages=error",
	         l->url->timeout * 1000, l->url->timeout * 2000, l->url->timeout * 1000);
	return PQconnectStartParams(names, values, 0);
}

static int
refused(struct link *l)
{
	const char *why = l->pg ? PQerrorMessage(l->pg) : "out of memory";
	bool password = l->pg && (PQconnectionNeedsPassword(l->pg) ||
	                          strstr(why, "authentication postgresql_failed") ||
	                          strstr(why, "no pg_hba.conf"));

	say(l, EROS_OK, why);
	link_close(l);
	return password ? EROS_NOPERM : EROS_UNAVAILABLE;
}

int
link_connect(struct link *l)
{
	PostgresPollingStatusType wants = PGRES_POLLING_WRITING;
	int status;

	if (l->pg && PQstatus(l->pg) == CONNECTION_OK)
		return EROS_OK;
	link_close(l);
	link_start(l);
	l->pg = start(l);
	if (!l->pg || PQstatus(l->pg) == CONNECTION_BAD)
		return refused(l);
	while (wants != PGRES_POLLING_OK && wants != PGRES_POLLING_FAILED) {
		if (!ready(l, wants == PGRES_POLLING_READING ? POLLIN : POLLOUT)) {
			broken(l, "the server did not answer in time");
			return EROS_UNAVAILABLE;
		}
		wants = PQconnectPoll(l->pg);
	}
	if (wants == PGRES_POLLING_FAILED)
		return refused(l);
	PQsetnonblocking(l->pg, 1);
	status = postgresql_prepare(l);
	return status < 0 ? EROS_UNAVAILABLE : status;
}

/* Until all is sent; what comes meanwhile is taken in, or both sides would wait for each other. */
static int
flush(struct link *l)
{
	int left;

	while ((left = PQflush(l->pg)) > 0) {
		if (!ready(l, POLLIN | POLLOUT))
			return broken(l, "the server does not take what is sent");
		if (!PQconsumeInput(l->pg))
			return broken(l, "the connection broke");
	}
	return left < 0 ? broken(l, "the connection broke") : EROS_OK;
}

static int
receive(struct link *l, PGresult **result)
{
	*result = NULL;
	while (PQisBusy(l->pg)) {
		if (!ready(l, POLLIN))
			return broken(l, "the server did not answer in time");
		if (!PQconsumeInput(l->pg))
			return broken(l, "the connection broke");
	}
	*result = PQgetResult(l->pg);
	return EROS_OK;
}

int
link_ask(struct link *l, enum postgresql_query query, const struct parameters *p)
{
	Oid types[PQ_PARAMETERS] = {0};
	char name[8];
	bool good, fresh;

	if (!l->pg)
		return say(l, BACKEND_BROKEN, "the connection broke");
	fresh = !(l->prepared & (uint32_t)1 << query);
	for (int i = 0; p && i < p->count; i++)
		types[i] = p->binary[i] ? BYTEA : 0;
	snprintf(name, sizeof(name), "q%d", (int)query);
	good = (PQpipelineStatus(l->pg) != PQ_PIPELINE_OFF || PQenterPipelineMode(l->pg)) &&
	       (!fresh ||
	        PQsendPrepare(l->pg, name, postgresql_text[query], p ? p->count : 0, types)) &&
	       PQsendQueryPrepared(l->pg, name, p ? p->count : 0, p ? p->value : NULL,
	                           p ? p->length : NULL, p ? p->binary : NULL, 1);
	l->prepared |= (uint32_t)1 << query;
	buf_byte(&l->sent, fresh);
	return good ? EROS_OK : broken(l, PQerrorMessage(l->pg));
}

int
link_send(struct link *l)
{
	if (!l->pg)
		return say(l, BACKEND_BROKEN, "the connection broke");
	return PQpipelineSync(l->pg) ? flush(l) : broken(l, "the connection broke");
}

/* A result, and the NULL that is after it. */
static int
take(struct link *l, PGresult **result)
{
	PGresult *end = NULL;
	int status = receive(l, result);

	if (status != EROS_OK)
		return status;
	if (PQresultStatus(*result) != PGRES_COMMAND_OK &&
	    PQresultStatus(*result) != PGRES_TUPLES_OK) {
		status = link_fail(l, *result);
		PQclear(*result);
		*result = NULL;
		return status;
	}
	status = receive(l, &end);
	PQclear(end);
	if (status != EROS_OK) {
		PQclear(*result);
		*result = NULL;
	}
	return status;
}

int
link_result(struct link *l, PGresult **result)
{
	int status = EROS_OK;

	*result = NULL;
	if (!l->pg)
		return say(l, BACKEND_BROKEN, "the connection broke");
	if (l->sent.ptr[l->taken++]) {
		status = take(l, result);
		PQclear(*result);
		*result = NULL;
	}
	return status == EROS_OK ? take(l, result) : status;
}

int
link_end(struct link *l)
{
	PGresult *result;
	int status;

	if (!l->pg)
		return say(l, BACKEND_BROKEN, "the connection broke");
	status = receive(l, &result);
	PQclear(result);
	buf_reset(&l->sent);
	l->taken = 0;
	return status;
}

int
link_query(struct link *l, enum postgresql_query query, const struct parameters *p,
           PGresult **result)
{
	int status;

	link_start(l);
	*result = NULL;
	status = link_ask(l, query, p);
	if (status == EROS_OK)
		status = link_send(l);
	if (status == EROS_OK)
		status = link_result(l, result);
	if (status == EROS_OK)
		status = link_end(l);
	if (status != EROS_OK) {
		PQclear(*result);
		*result = NULL;
	}
	return status;
}

int
link_simple(struct link *l, const char *sql, PGresult **result)
{
	PGresult *next = NULL;
	int status;

	*result = NULL;
	if (PQpipelineStatus(l->pg) != PQ_PIPELINE_OFF)
		PQexitPipelineMode(l->pg);
	if (!PQsendQuery(l->pg, sql))
		return broken(l, "the connection broke");
	status = flush(l);
	while (status == EROS_OK && (status = receive(l, &next)) == EROS_OK && next) {
		PQclear(*result);
		*result = next;
	}
	if (status != EROS_OK) {
		PQclear(*result);
		*result = NULL;
	}
	return status;
}
