/* Dropping what has expired, and what is old in a log; see store.h. */
#include "store/store_parts.h"

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
