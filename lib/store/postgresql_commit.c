/* What is changed at the end of a step; see postgresql.h. */
#include "store/postgresql.h"

#include "store/local_wake.h"

static int
put_scope(struct postgresql *s, const struct batch *batch)
{
	struct parameters p = {0};

	parameter_number(&p, s->scope);
	parameter_number(&p, (int64_t)batch->version);
	parameter_number(&p, (int64_t)batch->trim);
	parameter_seconds(&p, batch->now);
	return link_ask(&s->link, PQ_SCOPE_SET, &p);
}

static int
put_row(struct postgresql *s, const struct rowset_row *row)
{
	struct parameters p = {0};

	parameter_number(&p, s->scope);
	parameter_bytes(&p, row->row.key);
	if (row->dropped)
		return link_ask(&s->link, PQ_ROW_DELETE, &p);
	parameter_bytes(&p, row->row.value);
	parameter_seconds(&p, row->row.expires);
	return link_ask(&s->link, PQ_ROW_SET, &p);
}

static int
put_entry(struct postgresql *s, const struct batch_entry *entry, double now)
{
	struct parameters p = {0};

	parameter_number(&p, s->scope);
	parameter_number(&p, (int64_t)entry->version);
	parameter_number(&p, entry->number);
	parameter_seconds(&p, entry->time > 0 ? entry->time : now);
	parameter_bytes(&p, entry->text);
	return link_ask(&s->link, PQ_LOG_ADD, &p);
}

/* An empty key may be more than one waiter's, so that those are never woken directly. */
static int
put_wake(struct postgresql *s, struct str key, size_t *count)
{
	uint64_t channel = postgresql_channel(buf_view(&s->name), key);
	struct parameters p = {0};
	char name[PQ_CHANNEL];

	if (key.len && local_wake(channel ^ s->link.place))
		return EROS_OK;
	postgresql_channel_name(channel, name);
	parameter_bytes(&p, str_of(name));
	p.binary[0] = 0;
	++*count;
	return link_ask(&s->link, PQ_NOTIFY, &p);
}

static int
put_outcome(struct postgresql *s)
{
	struct parameters p = {0};

	parameter_bytes(&p, str_of(s->backend.client));
	parameter_number(&p, (int64_t)s->number);
	return link_ask(&s->link, PQ_DONE_SET, &p);
}

/* Ask for all of it; *COUNT says how many results there will be. */
static int
put_batch(struct postgresql *s, const struct batch *batch, size_t *count)
{
	int status = put_scope(s, batch);

	*count = 3 + batch->changes->count + batch->count;
	if (status == EROS_OK)
		status = put_outcome(s);
	if (status == EROS_OK && s->number == 1) {
		status = link_ask(&s->link, PQ_DONE_FORGET, NULL);
		++*count;
	}
	for (const struct rowset_row *row = batch->changes->first[0]; row && status == EROS_OK;
	     row = row->next[0])
		status = put_row(s, row);
	for (size_t i = 0; i < batch->count && status == EROS_OK; i++)
		status = put_entry(s, &batch->entries[i], batch->now);
	if (batch->trim > 0 && status == EROS_OK) {
		struct parameters p = {0};

		parameter_number(&p, s->scope);
		parameter_number(&p, (int64_t)batch->trim);
		status = link_ask(&s->link, PQ_LOG_TRIM, &p);
		++*count;
	}
	for (size_t i = 0; i < batch->wake_count && status == EROS_OK; i++)
		status = put_wake(s, batch->wakes[i], count);
	return status == EROS_OK ? link_ask(&s->link, PQ_COMMIT, NULL) : status;
}

int
postgresql_commit(struct backend *b, const struct batch *batch)
{
	struct postgresql *s = postgresql_of(b);
	PGresult *result;
	size_t count;
	int status;

	link_start(&s->link);
	status = put_batch(s, batch, &count);
	if (status == EROS_OK)
		status = link_send(&s->link);
	while (status == EROS_OK && count-- > 0) {
		status = link_result(&s->link, &result);
		PQclear(result);
	}
	if (status == EROS_OK)
		status = link_end(&s->link);
	s->open = false;
	return postgresql_failed(s, status);
}
