/* Following the log of a scope. */
#include "store.h"

#include "base/exit.h"
#include "base/signals.h"
#include "record/emit.h"

static bool
show_entry(void *arg, const struct store_entry *entry)
{
	struct app *a = arg;

	image_write_entry(str_of(*a->operands), entry, store_out(a));
	store_done(a);
	a->after = entry->version;
	return true;
}

/* What is there beyond the last version that was shown, and whether anything was. */
static bool
show_new(struct app *a)
{
	uint64_t before = a->after, trimmed;

	store_must(a,
	           store_read(a->store, *a->operands, a->after, SIZE_MAX, show_entry, a, &trimmed));
	if (trimmed > before) {
		emit_open(store_out(a), "store");
		emit_string(store_out(a), "event", STR("trimmed"));
		emit_string(store_out(a), "scope", str_of(*a->operands));
		emit_count(store_out(a), "version", trimmed);
		emit_close(store_out(a));
		store_done(a);
		a->after = a->after > trimmed ? a->after : trimmed;
	}
	writer_flush(&a->filter.out);
	return a->after > before;
}

static bool
find_version(void *arg, const struct store_scope *scope)
{
	struct app *a = arg;

	if (str_is(scope->name, *a->operands))
		a->after = scope->version;
	return true;
}

void
store_watch(struct app *a)
{
	struct store_waiter *w;
	bool woken = true;

	store_must(a, store_waiter_open(a->store, *a->operands, STR_NONE, &w));
	if (!a->given_after)
		store_must(a, store_scopes(a->store, find_version, a));
	while (!signal_caught && (show_new(a) || woken) && a->wait != 0)
		store_must(a, store_wait(w, a->wait > 0 ? a->wait : 1e9, &woken));
	store_waiter_close(w);
	if (signal_caught)
		filter_status(&a->filter, EROS_SIGNAL + signal_caught);
	else if (a->wait > 0)
		filter_status(&a->filter, EROS_TEMPFAIL);
}
