/* What is asked outside of steps: the log, the scopes, the time, damage; see postgresql.h. */
#include "store/postgresql.h"

/* Pages of the log until EACH has enough. */
static int
read_pages(struct postgresql *s, uint64_t after, size_t limit,
           bool (*each)(void *arg, const struct store_entry *entry), void *arg)
{
	struct store_entry entry = {.version = after, .number = INT32_MAX};
	int64_t number = INT32_MAX;
	size_t given = 0;
	int rows = 1;

	while (rows > 0) {
		struct parameters p = {0};
		PGresult *result;
		uint64_t last = entry.version;
		int status;

		parameter_number(&p, s->scope);
		parameter_number(&p, (int64_t)last);
		parameter_number(&p, number);
		status = link_query(&s->link, PQ_LOG_READ, &p, &result);
		if (status != EROS_OK)
			return status;
		rows = PQntuples(result);
		for (int i = 0; i < rows; i++) {
			number = result_number(result, i, 1);
			entry = (struct store_entry){(uint64_t)result_number(result, i, 0),
			                             (uint32_t)number, result_seconds(result, i, 2),
			                             result_bytes(result, i, 3)};
			if ((given++ >= limit && entry.version != last) || !each(arg, &entry))
				rows = 0;
			last = entry.version;
		}
		PQclear(result);
	}
	return EROS_OK;
}

int
postgresql_read(struct backend *b, struct str scope, uint64_t after, size_t limit,
                bool (*each)(void *arg, const struct store_entry *entry), void *arg,
                uint64_t *trimmed)
{
	struct postgresql *s = postgresql_of(b);
	struct scope_head head;
	int status = postgresql_begin(b, scope, NULL, &head);

	if (status == EROS_OK) {
		*trimmed = head.trimmed;
		status = read_pages(s, after, limit, each, arg);
		postgresql_abandon(b);
	}
	return status;
}

int
postgresql_scopes(struct backend *b, bool (*each)(void *arg, const struct store_scope *scope),
                  void *arg)
{
	struct postgresql *s = postgresql_of(b);
	PGresult *result;
	int status = link_connect(&s->link);

	if (status == EROS_OK)
		status = link_query(&s->link, PQ_SCOPES, NULL, &result);
	if (status != EROS_OK)
		return status;
	for (int i = 0; i < PQntuples(result); i++) {
		struct store_scope scope = {
			result_bytes(result, i, 0), (uint64_t)result_number(result, i, 1),
			(uint64_t)result_number(result, i, 2), result_seconds(result, i, 3)};

		if (!each(arg, &scope))
			break;
	}
	PQclear(result);
	return EROS_OK;
}

int
postgresql_now(struct backend *b, double *seconds)
{
	struct postgresql *s = postgresql_of(b);
	PGresult *result;
	int status = link_connect(&s->link);

	if (status == EROS_OK)
		status = link_query(&s->link, PQ_NOW, NULL, &result);
	if (status != EROS_OK)
		return status;
	*seconds = result_seconds(result, 0, 0);
	PQclear(result);
	return EROS_OK;
}

int
postgresql_old_entries(struct backend *b, double before, uint64_t *trim, uint64_t *count)
{
	struct postgresql *s = postgresql_of(b);
	struct parameters p = {0};
	PGresult *result;
	int status;

	parameter_number(&p, s->scope);
	parameter_seconds(&p, before);
	status = link_query(&s->link, PQ_LOG_OLD, &p, &result);
	if (status != EROS_OK)
		return status;
	*count = (uint64_t)result_number(result, 0, 0);
	*trim = (uint64_t)result_number(result, 0, 1);
	PQclear(result);
	return EROS_OK;
}

int
postgresql_check(struct backend *b, void (*each)(void *arg, const char *fault), void *arg)
{
	struct postgresql *s = postgresql_of(b);
	struct buf text = BUF_INIT;
	PGresult *result;
	int status = link_connect(&s->link);

	if (status == EROS_OK)
		status = link_query(&s->link, PQ_CHECK, NULL, &result);
	if (status != EROS_OK)
		return status;
	for (int i = 0; i < PQntuples(result); i++) {
		buf_reset(&text);
		buf_span(&text, result_bytes(result, i, 0));
		each(arg, buf_cstr(&text));
		status = EROS_DATA;
	}
	buf_release(&text);
	PQclear(result);
	return status;
}
