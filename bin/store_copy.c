/* Scopes out of a store, into a store, and from one to another. */
#include "store.h"

#include "base/diag.h"
#include "base/exit.h"

/* Take the scope as it is; ends where one that was named is not there. */
static bool
take(struct app *a, const char *scope)
{
	store_must(a, image_take(a->store, scope, &a->image));
	if (a->image.version > 0)
		return true;
	diag("not_found", NULL, "no such scope: %s", scope);
	filter_status(&a->filter, EROS_NOINPUT);
	return false;
}

static void
dump_scope(struct app *a, const char *scope)
{
	if (!take(a, scope))
		return;
	image_write(&a->image, store_out(a));
	store_done(a);
}

void
store_dump(struct app *a)
{
	store_each_scope(a, dump_scope);
}

/* Put what was collected into STORE. */
static void
restore(struct app *a, struct store *store)
{
	int status;

	if (a->image.scope.len == 0)
		return;
	status = image_restore(store, &a->image);
	if (status == EROS_NO) {
		diag("exists", NULL, STR_FMT " is there already",
		     STR_ARG(buf_view(&a->image.scope)));
		filter_status(&a->filter, EROS_NO);
	} else if (status != EROS_OK) {
		writer_flush(&a->filter.out);
		store_die(store, status);
	} else {
		struct store_scope scope = {buf_view(&a->image.scope), a->image.version,
		                            a->image.trimmed, a->image.changed};

		store_show_scope(a, &scope);
	}
}

/* A scope of which a record was bad is left out: half of it is nothing that ever was. */
static void
on_record(struct filter *f, const struct record *r)
{
	struct app *a = f->arg;
	const char *reason;
	enum image_reading reading = image_read(&a->image, r, &f->scratch, &reason);

	if (reading == IMAGE_OTHER) {
		restore(a, a->store);
		image_release(&a->image);
		reading = image_read(&a->image, r, &f->scratch, &reason);
	}
	if (reading == IMAGE_BAD) {
		filter_reject(f, reason);
		image_release(&a->image);
	}
}

static void
on_end(struct filter *f)
{
	struct app *a = f->arg;

	if (f->status < EROS_SIGNAL)
		restore(a, a->store);
}

static bool
on_bad_line(struct filter *f, struct str line)
{
	(void)line;
	image_release(&((struct app *)f->arg)->image);
	return false;
}

static struct store *target;

/* A scope that is changed meanwhile would be moved as it was: said, and tried again by who asked. */
static void
move_scope(struct app *a, const char *scope)
{
	uint64_t version;

	if (!take(a, scope))
		return;
	restore(a, target);
	version = a->image.version;
	store_must(a, image_take(a->store, scope, &a->image));
	if (a->image.version != version) {
		diag("changed", NULL, "%s was changed while it was copied", scope);
		filter_status(&a->filter, EROS_TEMPFAIL);
	}
}

void
store_migrate(struct app *a)
{
	struct store_command to = STORE_COMMAND_INIT;

	to.url = store_command_url(*a->operands++);
	target = store_command_open(&to);
	store_each_scope(a, move_scope);
	store_close(target);
}

void
store_load(struct app *a)
{
	a->filter.record = on_record;
	a->filter.bad_line = on_bad_line;
	a->filter.finish = on_end;
}
