/* Sections: how they begin and end, and what a step reads in them; see postgresql.h. */
#include "store/postgresql.h"

#include "base/hash.h"

/* Sets our advisory locks apart from those of others, mostly. */
enum { APPLICATION = 0x45524f53 };

static void
forget_section(struct postgresql *s)
{
	PQclear(s->held);
	s->held = NULL;
	for (size_t i = 0; i < PQ_WANTED; i++) {
		PQclear(s->wanted[i].row);
		s->wanted[i].row = NULL;
	}
}

int
postgresql_failed(struct postgresql *s, int status)
{
	/* Whatever fails has closed the connection, and the section is over with it. */
	if (status != EROS_OK) {
		link_close(&s->link);
		s->open = false;
	}
	return status;
}

int64_t
postgresql_turn(struct str scope)
{
	return (int64_t)hash_bytes(scope, APPLICATION);
}

static int
ask_row(struct postgresql *s, struct str key)
{
	struct parameters p = {0};

	parameter_number(&p, s->scope);
	parameter_bytes(&p, key);
	return link_ask(&s->link, PQ_ROW, &p);
}

/* What the last update read is probably wanted again. */
static int
ask_wanted(struct postgresql *s)
{
	int status = EROS_OK;

	for (size_t i = 0; i < s->wanted_count && status == EROS_OK; i++)
		status = ask_row(s, buf_view(&s->wanted[i].key));
	return status;
}

static int
ask_begin(struct postgresql *s, const struct update_id *id)
{
	struct parameters turn = {0}, scope = {0}, client = {0};
	int status = link_ask(&s->link, id ? PQ_BEGIN : PQ_BEGIN_VIEW, NULL);

	parameter_number(&turn, postgresql_turn(buf_view(&s->name)));
	if (status == EROS_OK && id)
		status = link_ask(&s->link, PQ_TURN, &turn);
	parameter_bytes(&scope, buf_view(&s->name));
	parameter_bytes(&client, str_of(s->backend.client));
	if (status == EROS_OK)
		status = link_ask(&s->link, id ? PQ_SCOPE_LOCK : PQ_SCOPE, &scope);
	/* Asked after the lock is there, however long that took. */
	if (status == EROS_OK)
		status = link_ask(&s->link, PQ_NOW, NULL);
	if (status == EROS_OK && id && id->unsure)
		status = link_ask(&s->link, PQ_DONE, &client);
	if (status == EROS_OK && id)
		status = ask_wanted(s);
	return status == EROS_OK ? link_send(&s->link) : status;
}

static int
take_scope(struct postgresql *s, struct scope_head *head)
{
	PGresult *result;
	int status = link_result(&s->link, &result);

	if (status == EROS_OK && PQntuples(result) == 1) {
		s->scope = result_number(result, 0, 0);
		head->version = (uint64_t)result_number(result, 0, 1);
		head->trimmed = (uint64_t)result_number(result, 0, 2);
		head->changed = result_seconds(result, 0, 3);
		head->watched = result_seconds(result, 0, 4);
	} else if (status == EROS_OK) {
		s->scope = 0;
	}
	PQclear(result);
	return status;
}

static int
take_begin(struct postgresql *s, struct update_id *id, struct scope_head *head)
{
	PGresult *result = NULL;
	int status = link_result(&s->link, &result);

	PQclear(result);
	if (status == EROS_OK && id) {
		status = link_result(&s->link, &result);
		PQclear(result);
	}
	if (status == EROS_OK)
		status = take_scope(s, head);
	if (status == EROS_OK)
		status = link_result(&s->link, &result);
	if (status != EROS_OK)
		return status;
	head->now = result_seconds(result, 0, 0);
	PQclear(result);
	if (id && id->unsure) {
		status = link_result(&s->link, &result);
		if (status != EROS_OK)
			return status;
		id->done = PQntuples(result) == 1 &&
		           (uint64_t)result_number(result, 0, 0) == id->number;
		PQclear(result);
	}
	for (size_t i = 0; id && i < s->wanted_count && status == EROS_OK; i++)
		status = link_result(&s->link, &s->wanted[i].row);
	return status == EROS_OK ? link_end(&s->link) : status;
}

static int
end(struct postgresql *s, enum postgresql_query how)
{
	PGresult *result = NULL;
	int status = EROS_OK;

	if (s->open && s->link.pg) {
		status = link_query(&s->link, how, NULL, &result);
		PQclear(result);
	}
	s->open = false;
	return status;
}

static int
add_scope(struct postgresql *s)
{
	struct parameters p = {0};
	PGresult *result = NULL;
	int status = end(s, PQ_ROLLBACK);

	parameter_bytes(&p, buf_view(&s->name));
	if (status == EROS_OK)
		status = link_query(&s->link, PQ_SCOPE_ADD, &p, &result);
	PQclear(result);
	return status;
}

static int
begin(struct postgresql *s, struct update_id *id, struct scope_head *head)
{
	int status;

	link_start(&s->link);
	status = ask_begin(s, id);
	s->open = true;
	return status == EROS_OK ? take_begin(s, id, head) : status;
}

int
postgresql_begin(struct backend *b, struct str scope, struct update_id *id, struct scope_head *head)
{
	struct postgresql *s = postgresql_of(b);
	int status = link_connect(&s->link);

	if (status != EROS_OK)
		return status;
	forget_section(s);
	if (!str_eq(buf_view(&s->name), scope)) {
		buf_reset(&s->name);
		buf_span(&s->name, scope);
		s->wanted_count = 0;
	}
	s->writing = id != NULL;
	s->number = id ? id->number : 0;
	*head = (struct scope_head){0};
	status = begin(s, id, head);
	if (status == EROS_OK && id && s->scope == 0) {
		status = add_scope(s);
		if (status == EROS_OK)
			status = begin(s, id, head);
	}
	return postgresql_failed(s, status);
}

/* Note that this update reads KEY; the first of them drops what an earlier one read, when there is no more room. */
static struct postgresql_wanted *
want(struct postgresql *s, struct str key)
{
	struct postgresql_wanted *w;

	for (size_t i = 0; i < s->wanted_count; i++)
		if (str_eq(buf_view(&s->wanted[i].key), key))
			return &s->wanted[i];
	if (!s->writing)
		return NULL;
	if (s->wanted_by != s->number && s->wanted_count == PQ_WANTED) {
		forget_section(s);
		s->wanted_count = 0;
	}
	s->wanted_by = s->number;
	if (s->wanted_count == PQ_WANTED)
		return NULL;
	w = &s->wanted[s->wanted_count++];
	buf_reset(&w->key);
	buf_span(&w->key, key);
	return w;
}

int
postgresql_get(struct backend *b, struct str key, struct row *row, bool *found)
{
	struct postgresql *s = postgresql_of(b);
	struct postgresql_wanted *w = want(s, key);
	PGresult *result = w ? w->row : NULL;
	int status = EROS_OK;

	if (!result) {
		struct parameters p = {0};

		parameter_number(&p, s->scope);
		parameter_bytes(&p, key);
		status = link_query(&s->link, PQ_ROW, &p, &result);
		if (status != EROS_OK)
			return postgresql_failed(s, status);
		if (w) {
			w->row = result;
		} else {
			PQclear(s->held);
			s->held = result;
		}
	}
	*found = PQntuples(result) == 1;
	if (*found)
		*row = (struct row){key, result_bytes(result, 0, 0), result_seconds(result, 0, 1)};
	return EROS_OK;
}

int
postgresql_scan(struct backend *b, struct str key, bool at, size_t most, backend_row *each,
                void *arg)
{
	struct postgresql *s = postgresql_of(b);
	struct parameters p = {0};
	PGresult *result;
	int status;

	parameter_number(&p, s->scope);
	parameter_bytes(&p, key);
	parameter_number(&p, (int64_t)most);
	status = link_query(&s->link, at ? PQ_ROWS_FROM : PQ_ROWS_AFTER, &p, &result);
	if (status != EROS_OK)
		return postgresql_failed(s, status);
	for (int i = 0; i < PQntuples(result); i++) {
		struct row row = {result_bytes(result, i, 2), result_bytes(result, i, 0),
		                  result_seconds(result, i, 1)};

		if (!each(arg, &row))
			break;
	}
	PQclear(result);
	return EROS_OK;
}

int
postgresql_end_view(struct backend *b)
{
	struct postgresql *s = postgresql_of(b);

	return postgresql_failed(s, end(s, PQ_COMMIT));
}

void
postgresql_abandon(struct backend *b)
{
	struct postgresql *s = postgresql_of(b);
	struct buf why = s->backend.why;

	/* A failure here is found again by whatever comes next. */
	s->backend.why = (struct buf)BUF_INIT;
	postgresql_failed(s, end(s, PQ_ROLLBACK));
	buf_release(&s->backend.why);
	s->backend.why = why;
	forget_section(s);
}
