#include "policy/registry_rows.h"

#include "base/num.h"

#include <inttypes.h>
#include <stdio.h>

/* The text up to the next space; *rest is moved past it. */
static struct str
word(struct str *rest)
{
	const char *space = memchr(rest->ptr, ' ', rest->len);
	size_t len = space != NULL ? (size_t)(space - rest->ptr) : rest->len;
	struct str w = {rest->ptr, len};

	*rest = str_from(*rest, space != NULL ? len + 1 : len);
	return w;
}

bool
registry_head_get(struct rows *r, struct registry_head *h)
{
	struct str value;

	*h = (struct registry_head){0};
	if (!rows_get(r, STR("head"), &value))
		return false;
	num_parse_count(word(&value), UINT64_MAX, &h->turn);
	h->waited = str_is(word(&value), "w");
	h->state = value;
	return true;
}

void
registry_head_put(struct rows *r, const struct registry_head *h)
{
	struct buf b = BUF_INIT;

	buf_count(&b, h->turn);
	buf_str(&b, h->waited ? " w " : " - ");
	buf_span(&b, h->state);
	rows_put(r, STR("head"), buf_view(&b));
	buf_release(&b);
}

struct str
registry_key(struct buf *buf, struct str prefix, struct str name)
{
	buf_reset(buf);
	buf_span(buf, prefix);
	buf_span(buf, name);
	return buf_view(buf);
}

bool
registry_agent_read(const struct row *row, struct str name, struct registry_agent *agent)
{
	struct str value = row->value, since = word(&value), turn = word(&value);

	*agent = (struct registry_agent){.name = name, .expires = row->expires, .meta = value};
	agent->acted = num_parse_count(turn, UINT64_MAX, &agent->turn);
	return num_parse(since, &agent->since);
}

bool
registry_agent_get(struct rows *r, struct str name, struct registry_agent *agent)
{
	struct buf key = BUF_INIT;
	struct row row;
	bool found = rows_find(r, registry_key(&key, REGISTRY_AGENT, name), &row) &&
	             registry_agent_read(&row, name, agent);

	buf_release(&key);
	return found;
}

void
registry_agent_put(struct rows *r, const struct registry_agent *agent)
{
	struct buf key = BUF_INIT, value = BUF_INIT;

	buf_number(&value, agent->since);
	if (agent->acted)
		buf_printf(&value, " %" PRIu64 " ", agent->turn);
	else
		buf_str(&value, " - ");
	buf_span(&value, agent->meta);
	rows_put_until(r, registry_key(&key, REGISTRY_AGENT, agent->name), buf_view(&value),
	               agent->expires);
	buf_release(&key);
	buf_release(&value);
}

static bool
named(struct str prefix, const struct row *row, struct str *name)
{
	if (!str_starts(row->key, prefix))
		return false;
	*name = str_from(row->key, prefix.len);
	return true;
}

bool
registry_first(struct rows *r, struct str prefix, struct row *row, struct str *name)
{
	return rows_seek(r, prefix, row) && named(prefix, row, name);
}

bool
registry_next(struct rows *r, struct str prefix, struct row *row, struct str *name)
{
	return rows_next(r, row->key, row) && named(prefix, row, name);
}

struct str
registry_wait_key(struct buf *buf, uint64_t turn, struct str id)
{
	buf_reset(buf);
	buf_span(buf, REGISTRY_WAITER);
	buf_printf(buf, "%020" PRIu64 "/", turn);
	buf_span(buf, id);
	return buf_view(buf);
}

bool
registry_wait_read(struct str rest, uint64_t *turn, struct str *id)
{
	const char *slash = memchr(rest.ptr, '/', rest.len);

	if (slash == NULL)
		return false;
	*id = str_from(rest, (size_t)(slash - rest.ptr) + 1);
	return num_parse_count((struct str){rest.ptr, (size_t)(slash - rest.ptr)}, UINT64_MAX,
	                       turn);
}
