/*
 * Requests that are at hand together are made in one atomic section of the store, as if one by one. While the
 * input is waited for, none is open.
 */
#include "bin/registry.h"

#include "base/exit.h"

enum { GROUP_MOST = 1024, GROUP_BYTES = 1 << 20 };

struct line {
	size_t at, len;
};

struct group {
	struct registry *g;
	struct buf project;
	struct buf text; /* the lines, each with what the scanner needs after it */
	struct line line[GROUP_MOST];
	size_t count;

	struct record r;
	struct buf scratch, out;
	struct registry_answer answer;
};

static void
request(struct group *p, struct rows *r, const struct line *line)
{
	struct str project = p->g->project;
	struct registry_request q;
	struct json_error error;
	const char *reason;

	buf_reset(&p->scratch);
	if (!record_scan(&p->r, (struct str){p->text.ptr + line->at, line->len}, &error) ||
	    !registry_request_read(&p->r, &p->scratch, &project, &q, &reason))
		return; /* it was read before */
	if (q.by.len == 0)
		q.by = p->g->by;
	registry_step(r, &q, &p->answer);
	registry_answer_record(&q, &p->answer, project, &p->out);
}

static void
step(struct rows *r, void *arg)
{
	struct group *p = arg;

	buf_reset(&p->out);
	for (size_t i = 0; i < p->count; i++) {
		if (i > 0)
			rows_next_step(r);
		request(p, r, &p->line[i]);
	}
}

static void
group_make(struct group *p)
{
	struct writer *out = &p->g->filter.out;
	struct buf scope = BUF_INIT;
	int status;

	if (p->count == 0)
		return;
	status = store_update(p->g->store, registry_scope(buf_view(&p->project), &scope), step, p);
	if (status != EROS_OK) {
		writer_flush(out);
		store_die(p->g->store, status);
	}
	buf_span(writer_buf(out), buf_view(&p->out));
	writer_done(out);
	p->count = 0;
	buf_reset(&p->text);
	buf_release(&scope);
}

static void
on_record(struct filter *f, const struct record *r)
{
	struct group *p = f->arg;
	struct str project = p->g->project;
	struct registry_request q;
	const char *reason;

	if (!registry_request_read(r, &f->scratch, &project, &q, &reason)) {
		filter_reject(f, reason);
		return;
	}
	if (!str_eq(project, buf_view(&p->project)) || p->count == GROUP_MOST ||
	    p->text.len >= GROUP_BYTES) {
		group_make(p);
		buf_reset(&p->project);
		buf_span(&p->project, project);
	}
	p->line[p->count++] = (struct line){p->text.len, r->len};
	buf_padded(&p->text, (struct str){r->text, r->len});
}

static void
on_pause(struct filter *f)
{
	group_make(f->arg);
}

int
registry_apply(struct registry *g, char **files)
{
	struct group *p = xcalloc(1, sizeof(*p));
	int status;

	p->g = g;
	g->filter.record = on_record;
	g->filter.before_wait = on_pause;
	g->filter.finish = on_pause;
	g->filter.arg = p;
	status = filter_run(&g->filter, files);
	buf_release(&p->project);
	buf_release(&p->text);
	buf_release(&p->scratch);
	buf_release(&p->out);
	record_release(&p->r);
	registry_answer_release(&p->answer);
	free(p);
	return status;
}
