#include "store/store.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/random.h"
#include "base/signals.h"
#include "store/module.h"
#include "store/step.h"

#include <errno.h>

enum { PASSWORD_MAX = 4096 };

/* For how long a waiter for every change has itself noted, and after which part of it anew. */
static const double watch_time = 60;

struct store {
	struct backend *backend;
	struct store_url url;
	struct buf why;
	char client[RANDOM_KEY];
	uint64_t number; /* of the last update */
	struct step step;
	struct scope_head head; /* of the last section */
};

static int
fail(struct store *s, int status, const char *why)
{
	buf_reset(&s->why);
	buf_str(&s->why, why);
	return status;
}

/* What the backend says, as the status of the whole. */
static int
told(struct store *s, int status)
{
	if (status == EROS_OK)
		return status;
	fail(s, status, "");
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
		fail(s, EROS_OK, "EROS_STORE_PASSWORD_FILE: ");
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
		return fail(s, EROS_CONFIG, why);
	status = read_password(s);
	if (status == EROS_OK)
		status = module_find(&s->url, &open, &s->why);
	if (status != EROS_OK)
		return status;
	return told(s, open(&s->url, s->client, &s->backend));
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

static int
check_scope(struct store *s, const char *scope)
{
	if (store_is_scope(str_of(scope)))
		return EROS_OK;
	fail(s, EROS_DATA, "a bad name for a scope: ");
	buf_str(&s->why, scope);
	return EROS_DATA;
}

/* One attempt. */
static int
attempt(struct store *s, struct str scope, struct update_id *id, store_step *step, void *arg)
{
	struct backend *b = s->backend;
	struct batch batch;
	int status = b->ops->begin(b, scope, id, &s->head);

	if (status != EROS_OK || (id && id->done))
		return status;
	step_begin(&s->step, b, &s->head, !id);
	step(&s->step.rows, arg);
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

/*
 * Until it is done, or fails, or the time is up. A connection that broke is made anew once; if it breaks again
 * before the time is up the server is not well.
 */
static int
run(struct store *s, const char *scope, struct update_id *id, store_step *step, void *arg)
{
	double deadline = clock_mono() + s->url.timeout;
	int status = check_scope(s, scope), broken = 0;

	if (status != EROS_OK)
		return status;
	do {
		status = attempt(s, str_of(scope), id, step, arg);
		broken += status == BACKEND_BROKEN;
	} while (status < 0 && broken < 2 && clock_mono() < deadline);
	if (status == BACKEND_AGAIN)
		status = fail(s, EROS_UNAVAILABLE, "others were faster until the time was up");
	else
		status = told(s, status);
	if (status != EROS_OK && id && id->unsure)
		buf_str(&s->why, " (outcome unknown)");
	return status;
}

int
store_update(struct store *s, const char *scope, store_step *step, void *arg)
{
	struct update_id id = {.number = ++s->number};

	return run(s, scope, &id, step, arg);
}

int
store_view(struct store *s, const char *scope, store_step *step, void *arg)
{
	return run(s, scope, NULL, step, arg);
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

static int
restore(struct store *s, struct update_id *id, const struct store_scope *as, struct batch *batch)
{
	static const struct str everybody = {NULL, 0};
	struct backend *b = s->backend;
	struct scope_head head;
	int status = b->ops->begin(b, as->name, id, &head);

	if (status != EROS_OK || id->done)
		return status;
	if (head.version > 0) {
		b->ops->abandon(b);
		return EROS_NO;
	}
	batch->wakes = &everybody;
	batch->wake_count = head.watched > head.now;
	status = b->ops->commit(b, batch);
	id->unsure |= status == BACKEND_BROKEN;
	return status;
}

int
store_restore(struct store *s, const char *scope, const struct store_scope *as,
              const struct rowset *rows, const struct store_entry *entries, size_t count)
{
	struct store_scope named = {str_of(scope), as->version, as->trimmed, as->changed};
	struct batch_entry *copies = xcalloc(count + 1, sizeof(*copies));
	struct batch batch = {.version = as->version,
	                      .now = as->changed,
	                      .changes = rows,
	                      .entries = copies,
	                      .count = count,
	                      .trim = as->trimmed};
	struct update_id id = {.number = ++s->number};
	double deadline = clock_mono() + s->url.timeout;
	int status = check_scope(s, scope), broken = 0;

	for (size_t i = 0; i < count; i++)
		copies[i] = (struct batch_entry){entries[i].version, entries[i].number,
		                                 entries[i].time, entries[i].text};
	if (status == EROS_OK)
		do {
			status = restore(s, &id, &named, &batch);
			broken += status == BACKEND_BROKEN;
		} while (status < 0 && broken < 2 && clock_mono() < deadline);
	free(copies);
	if (status == EROS_NO)
		return fail(s, EROS_NO, "the scope is there already");
	return told(s, status);
}

int
store_read(struct store *s, const char *scope, uint64_t after, size_t limit,
           bool (*each)(void *arg, const struct store_entry *entry), void *arg, uint64_t *trimmed)
{
	int status = check_scope(s, scope);

	*trimmed = 0;
	if (status != EROS_OK)
		return status;
	return told(s, s->backend->ops->read(s->backend, str_of(scope), after, limit, each, arg,
	                                     trimmed));
}

int
store_scopes(struct store *s, bool (*each)(void *arg, const struct store_scope *scope), void *arg)
{
	return told(s, s->backend->ops->scopes(s->backend, each, arg));
}

int
store_now(struct store *s, double *now)
{
	int status = s->backend->ops->now(s->backend, now);

	if (status == BACKEND_BROKEN)
		status = s->backend->ops->now(s->backend, now);
	return told(s, status);
}

int
store_check(struct store *s, void (*each)(void *arg, const char *fault), void *arg)
{
	return told(s, s->backend->ops->check(s->backend, each, arg));
}

struct prune {
	struct step *step;
	double before;
	uint64_t rows, entries;
	struct buf last; /* the key of the row looked at last */
};

/* Looks at the rows of the backend itself: a step does not see those that have expired. */
static bool
drop_expired(void *arg, const struct row *row)
{
	struct prune *p = arg;

	if (row->expires <= p->step->rows.now) {
		rows_delete(&p->step->rows, row->key);
		p->rows++;
	}
	buf_reset(&p->last);
	buf_span(&p->last, row->key);
	return true;
}

static void
prune_step(struct rows *r, void *arg)
{
	struct prune *p = arg;
	struct step *step = p->step;
	struct backend *b = step->backend;
	struct buf from = BUF_INIT;
	uint64_t trim = 0;

	p->rows = p->entries = 0;
	buf_reset(&p->last);
	do {
		buf_reset(&from);
		buf_span(&from, buf_view(&p->last));
		step->status =
			b->ops->scan(b, buf_view(&from), false, STEP_PAGE_MOST, drop_expired, p);
	} while (step->status == EROS_OK && !str_eq(buf_view(&from), buf_view(&p->last)));
	buf_release(&from);
	if (step->status == EROS_OK && p->before > 0)
		step->status = b->ops->old_entries(b, p->before, &trim, &p->entries);
	if (p->entries > 0)
		rows_trim(r, trim);
}

int
store_prune(struct store *s, const char *scope, double before, uint64_t *rows, uint64_t *entries)
{
	struct prune p = {&s->step, before, 0, 0, BUF_INIT};
	int status = store_update(s, scope, prune_step, &p);

	buf_release(&p.last);
	*rows = status == EROS_OK ? p.rows : 0;
	*entries = status == EROS_OK ? p.entries : 0;
	return status;
}

struct store_waiter {
	struct store *store;
	void *waiter;
	char *scope;
	bool every;      /* woken by every change: */
	double noted_at; /* by clock_mono */
};

/* Say that somebody sleeps for every change; again before that is forgotten. */
static int
note_watch(struct store_waiter *w)
{
	double now;
	int status;

	if (!w->every || (w->noted_at > 0 && clock_mono() < w->noted_at + watch_time / 2))
		return EROS_OK;
	status = store_now(w->store, &now);
	if (status == EROS_OK)
		status = told(w->store,
		              w->store->backend->ops->watch(w->store->backend, str_of(w->scope),
		                                            now + watch_time));
	w->noted_at = clock_mono();
	return status;
}

int
store_waiter_open(struct store *s, const char *scope, struct str key, struct store_waiter **result)
{
	struct store_waiter *w;
	int status = check_scope(s, scope);

	*result = NULL;
	if (status != EROS_OK)
		return status;
	w = xcalloc(1, sizeof(*w));
	w->store = s;
	w->scope = xstrdup(scope);
	w->every = key.len == 0;
	status = told(s, s->backend->ops->waiter_open(s->backend, str_of(scope), key, &w->waiter));
	if (status == EROS_OK)
		status = note_watch(w);
	if (status == EROS_OK)
		*result = w;
	else
		store_waiter_close(w);
	return status;
}

int
store_wait(struct store_waiter *w, double seconds, bool *woken)
{
	double until = clock_mono() + seconds;
	int status;

	*woken = false;
	do {
		status = note_watch(w);
		if (status == EROS_OK) {
			double left = fmin(fmax(until - clock_mono(), 0), watch_time / 2);

			status = told(w->store, w->store->backend->ops->wait(
							w->store->backend, w->waiter, left, woken));
		}
	} while (status == EROS_OK && !*woken && clock_mono() < until && !signal_caught);
	return status;
}

void
store_waiter_close(struct store_waiter *w)
{
	if (!w)
		return;
	if (w->waiter)
		w->store->backend->ops->waiter_close(w->store->backend, w->waiter);
	free(w->scope);
	free(w);
}
