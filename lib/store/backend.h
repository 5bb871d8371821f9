/*
 * What a kind of store has to offer to store.c, which is the same for all of them: SQLite is linked in, the others are modules
 * that are loaded when their kind of URL is opened.
 *
 * A module is a shared object NAME.so that exports one function, STORE_MODULE_ENTRY, and calls the program that loads
 * it only through the table that it is given there.
 *
 * Functions return a status of base/exit.h, with the reason in why, or one of:
 *
 *   BACKEND_AGAIN    others were faster: run the step again
 *   BACKEND_BROKEN   the connection broke. Before the commit nothing was done; of a commit the outcome is not known, and the next
 *                    begin is told so. Whatever is begun next connects anew.
 */
#ifndef STORE_BACKEND_H
#define STORE_BACKEND_H

#include "base/buf.h"
#include "base/exit.h"
#include "base/rowset.h"
#include "store/store.h"
#include "store/url.h"

enum { BACKEND_AGAIN = -1, BACKEND_BROKEN = -2 };

struct backend {
	const struct backend_ops *ops;
	const char *client; /* what identifies this handle among all */
	struct buf why;
};

/* A scope as a step finds it. */
struct scope_head {
	uint64_t version, trimmed;
	double changed; /* the now of its last step */
	double watched; /* until when somebody sleeps for every change */
	double now;     /* the store's clock */
};

struct batch_entry {
	uint64_t version;
	uint32_t number;
	double time; /* 0: the section's now */
	struct str text;
};

/* What one atomic section changes. */
struct batch {
	uint64_t version; /* the scope's from now on */
	double now;
	const struct rowset *changes; /* rows to set, those marked as dropped to delete */
	const struct batch_entry *entries;
	size_t count;
	uint64_t trim; /* forget entries up to this version; 0: none */
	const struct str *wakes;
	size_t wake_count;
	bool durable;
};

/* The update that a section belongs to: the same however often it is run. */
struct update_id {
	uint64_t number; /* of this client, from 1 */
	bool unsure;     /* an earlier attempt may have been committed: */
	bool done;       /* set by begin: it was */
};

typedef bool backend_row(void *arg, const struct row *row);

/* ID is NULL for a view. After EROS_OK, also where the update was done, one of the last three here ends the section. */
typedef int backend_begin(struct backend *b, struct str scope, struct update_id *id,
                          struct scope_head *head);
typedef int backend_get(struct backend *b, struct str key, struct row *row, bool *found);
/* Rows from KEY on (after it, where not AT), up to WANT, in order; expired ones too. */
typedef int backend_scan(struct backend *b, struct str key, bool at, size_t want, backend_row *each,
                         void *arg);
typedef int backend_commit(struct backend *b, const struct batch *batch);
typedef int backend_end_view(struct backend *b);
typedef void backend_abandon(struct backend *b);

typedef int backend_read(struct backend *b, struct str scope, uint64_t after, size_t limit,
                         bool (*each)(void *arg, const struct store_entry *entry), void *arg,
                         uint64_t *trimmed);
typedef int backend_scopes(struct backend *b,
                           bool (*each)(void *arg, const struct store_scope *scope), void *arg);
typedef int backend_now(struct backend *b, double *now);
/* Within a section that was begun: entries of before BEFORE; their last version is *TRIM. */
typedef int backend_old_entries(struct backend *b, double before, uint64_t *trim, uint64_t *count);
typedef int backend_check(struct backend *b, void (*each)(void *arg, const char *fault), void *arg);

/* Note that somebody sleeps for every change of SCOPE until UNTIL. */
typedef int backend_watch(struct backend *b, struct str scope, double until);
typedef int backend_waiter_open(struct backend *b, struct str scope, struct str key, void **waiter);
typedef int backend_wait(struct backend *b, void *waiter, double seconds, bool *woken);
typedef void backend_waiter_close(struct backend *b, void *waiter);
typedef void backend_close(struct backend *b);

struct backend_ops {
	backend_begin *begin;
	backend_get *get;
	backend_scan *scan;
	backend_commit *commit;
	backend_end_view *end_view;
	backend_abandon *abandon;
	backend_read *read;
	backend_scopes *scopes;
	backend_now *now;
	backend_old_entries *old_entries;
	backend_check *check;
	backend_watch *watch;
	backend_waiter_open *waiter_open;
	backend_wait *wait;
	backend_waiter_close *waiter_close;
	backend_close *close;
};

/* Opening gives a backend also where it fails: for why, and to be closed. */
typedef int backend_open(const struct store_url *url, const char *client, struct backend **b);

backend_open sqlite_open;

/* What a module may call. It has these under their usual names, see store/module_host.c. */
struct store_host {
	unsigned size; /* of this table: a module and a program of different versions do not meet */
	void *(*alloc)(void *ptr, size_t size);
	void (*grow)(struct buf *b, size_t extra);
	void (*vprintf)(struct buf *b, const char *fmt, va_list ap);
	uint64_t (*hash)(struct str s, uint64_t seed);
	double (*clock_mono)(void);
	int (*signal_fd)(void);
};

struct store_module {
	unsigned size; /* of struct backend_ops */
	backend_open *open;
};

#define STORE_MODULE_ENTRY eros_store_module
typedef const struct store_module *store_module_entry(const struct store_host *host);
store_module_entry STORE_MODULE_ENTRY;

#endif
