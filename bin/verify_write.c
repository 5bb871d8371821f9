#include "verify.h"

#include "report/commit.h"
#include "report/master.h"

#include <stdlib.h>

static void
write_sarif(struct verify *v, struct writer *out)
{
	struct sarif s = {.tool = "eros-verify-report"};

	sarif_open(&s, writer_buf(out));
	for (size_t i = 0; i < v->merge.merged_count; i++) {
		sarif_result(&s, writer_buf(out), &v->merge.merged[i]);
		writer_done(out);
	}
	sarif_close(&s, writer_buf(out));
	writer_done(out);
}

static void
write_records(struct verify *v, struct writer *out)
{
	for (size_t i = 0; i < v->merge.merged_count; i++) {
		finding_emit(writer_buf(out), &v->merge.merged[i]);
		writer_done(out);
	}
}

/* The tree is shown by the path that it was given by: the same command gives the same bytes wherever it is run. */
static void
write_master(struct verify *v, struct writer *out)
{
	struct master m = {.finding = v->merge.merged,
	                   .count = v->merge.merged_count,
	                   .claims = &v->claims,
	                   .tree = str_of(v->root),
	                   .commit = commit_of(v->root, &v->arena)};

	master_write(writer_buf(out), &m);
	writer_done(out);
}

void
verify_write(struct verify *v, struct writer *out)
{
	switch (v->format) {
	case VERIFY_MARKDOWN: write_master(v, out); break;
	case VERIFY_JSONL: write_records(v, out); break;
	case VERIFY_SARIF: write_sarif(v, out); break;
	}
	for (size_t i = 0; v->fails && i < v->merge.merged_count; i++)
		if (fail_on(v->least, &v->merge.merged[i]))
			v->status = exit_worse(v->status, EROS_NO);
}

/* Whether ID is that of claim I's finding, or of the one it has become a part of. */
static bool
is_asked(const struct verify *v, size_t i, struct str id)
{
	return str_eq(v->judge.finding[i].id, id) ||
	       str_eq(v->merge.merged[v->merge.into[i]].id, id);
}

bool
verify_explain(struct verify *v, struct writer *out)
{
	struct str id = str_of(v->explain);
	bool any = false;

	for (size_t i = 0; i < v->judge.count; i++) {
		const struct claim *c = &v->claims.claim[i];
		struct buf *b = writer_buf(out);

		if (!is_asked(v, i, id))
			continue;
		any = true;
		buf_printf(b, "%.*s:%u: ", STR_ARG(v->claims.report[c->report].file), c->line);
		buf_span(b, c->title);
		buf_byte(b, '\n');
		buf_span(b, buf_view(&v->judge.steps[i]));
		buf_byte(b, '\n');
		writer_done(out);
	}
	return any;
}
