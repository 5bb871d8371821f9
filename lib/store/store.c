#include "store/store_parts.h"

#include "base/clock.h"
#include "base/file.h"
#include "store/module.h"

#include <errno.h>

enum { PASSWORD_MAX = 4096 };

int
store_fail(struct store *s, int status, const char *why)
{
	buf_reset(&s->why);
	buf_str(&s->why, why);
	return status;
}

int
store_told(struct store *s, int status)
{
	if (status == EROS_OK)
		return status;
	store_fail(s, status, "");
	buf_span(&s->why, buf_view(&s->backend->why));
	return status < 0 ? EROS_UNAVAILABLE : status;
}

bool
store_is_scope(struct str name)
{
	if (name.len > SCOPE_MAX)
		return false;
	for (size_t start = 0, i = 0; i <= name.len; i++)
		if (i == name.len || name.ptr[i] == '/') {
			if (!str_is_name((struct str){name.ptr + start, i - start}))
				return false;
			start = i + 1;
		}
	return true;
}

int
store_check_scope(struct store *s, const char *scope)
{
	if (store_is_scope(str_of(scope)))
		return EROS_OK;
	store_fail(s, EROS_DATA, "a bad name for a scope: ");
	buf_str(&s->why, scope);
	return EROS_DATA;
}

/* $EROS_STORE_PASSWORD_FILE goes before the URL: its first line. */
static int
read_password(struct store *s)
{
	const char *path = getenv("EROS_STORE_PASSWORD_FILE");
	struct buf b = BUF_INIT;
	struct str rest, line;
	int status = EROS_OK;

	if (!path || !*path || strcmp(s->url.part[URL_SCHEME], "sqlite") == 0)
		return EROS_OK;
	if (!file_read(path, PASSWORD_MAX, &b)) {
		store_fail(s, EROS_OK, "EROS_STORE_PASSWORD_FILE: ");
		buf_printf(&s->why, "%s: %s", path, strerror(errno));
		status = EROS_CONFIG;
	}
	rest = buf_view(&b);
	if (status == EROS_OK && str_line(&rest, &line)) {
		free(s->url.part[URL_PASSWORD]);
		s->url.part[URL_PASSWORD] = xstrndup(line.ptr, line.len);
	}
	if (b.ptr)
		explicit_bzero(b.ptr, b.len);
	buf_release(&b);
	return status;
}

int
store_open(struct store **result, const char *url)
{
	struct store *s = xcalloc(1, sizeof(*s));
	backend_open *open = NULL;
	const char *why;
	int status;

	*result = s;
	s->step = (struct step)STEP_INIT;
	if (!url || !*url)
		url = getenv("EROS_STORE");
	if (!url || !*url)
		url = "sqlite:";
	random_key(s->client);
	if (!store_url_parse(str_of(url), &s->url, &why))
		return store_fail(s, EROS_CONFIG, why);
	status = read_password(s);
	if (status == EROS_OK)
		status = module_find(&s->url, &open, &s->why);
	if (status != EROS_OK)
		return status;
	return store_told(s, open(&s->url, s->client, &s->backend));
}

void
store_close(struct store *s)
{
	if (!s)
		return;
	step_release(&s->step);
	if (s->backend) {
		struct buf why = s->backend->why;

		s->backend->ops->close(s->backend);
		buf_release(&why);
	}
	store_url_release(&s->url);
	buf_release(&s->why);
	free(s);
}

const char *
store_why(const struct store *s)
{
	return buf_cstr((struct buf *)&s->why);
}

const char *
store_name(const struct store *s)
{
	return s->url.name;
}

void
store_die(const struct store *s, int status)
{
	if (status == EROS_CONFIG)
		die(EROS_CONFIG, "bad_config", store_why(s), "%s", store_name(s));
	die(status, "store_unavailable", store_why(s), "%s", store_name(s));
}

int
store_run(struct store *s, const char *scope, struct update_id *id, store_attempt *attempt,
          void *arg)
{
	double deadline = clock_mono() + s->url.timeout;
	int status = store_check_scope(s, scope), broken = 0;

	if (status != EROS_OK)
		return status;
	do {
		status = attempt(s, str_of(scope), id, arg);
		broken += status == BACKEND_BROKEN;
	} while (status < 0 && broken < 2 && clock_mono() < deadline);
	if (status == BACKEND_AGAIN)
		status =
			store_fail(s, EROS_UNAVAILABLE, "others were faster until the time was up");
	else
		status = store_told(s, status);
	if (status != EROS_OK && id && id->unsure)
		buf_str(&s->why, " (outcome unknown)");
	return status;
}

struct call {
	store_step *step;
	void *arg;
};

static int
call_step(struct store *s, struct str scope, struct update_id *id, void *arg)
{
	const struct call *call = arg;
	struct backend *b = s->backend;
	struct batch batch;
	int status = b->ops->begin(b, scope, id, &s->head);

	if (status != EROS_OK)
		return status;
	if (id && id->done) {
		b->ops->abandon(b);
		return EROS_OK;
	}
	step_begin(&s->step, b, &s->head, !id);
	call->step(&s->step.rows, call->arg);
	if (s->step.status != EROS_OK) {
		b->ops->abandon(b);
		return s->step.status;
	}
	if (!id)
		return b->ops->end_view(b);
	if (!step_batch(&s->step, &s->head, &batch)) {
		b->ops->abandon(b);
		return EROS_OK;
	}
	status = b->ops->commit(b, &batch);
	id->unsure |= status == BACKEND_BROKEN;
	return status;
}

int
store_update(struct store *s, const char *scope, store_step *step, void *arg)
{
	struct update_id id = {.number = ++s->number};

	return store_run(s, scope, &id, call_step, &(struct call){step, arg});
}

int
store_view(struct store *s, const char *scope, store_step *step, void *arg)
{
	return store_run(s, scope, NULL, call_step, &(struct call){step, arg});
}

struct store_scope
store_found(const struct store *s)
{
	return (struct store_scope){
		.version = s->head.version, .trimmed = s->head.trimmed, .changed = s->head.changed};
}

struct get {
	struct str key;
	struct buf *value;
	size_t start;
	bool found;
};

static void
get_step(struct rows *r, void *arg)
{
	struct get *g = arg;
	struct str value;

	g->value->len = g->start;
	g->found = rows_get(r, g->key, &value);
	buf_span(g->value, value);
}

int
store_get(struct store *s, const char *scope, struct str key, struct buf *value, bool *found)
{
	struct get g = {key, value, value->len, false};
	int status = store_view(s, scope, get_step, &g);

	*found = status == EROS_OK && g.found;
	return status;
}
