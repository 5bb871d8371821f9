#include "finding/finding_output.h"

const char *const finding_format_name[] = {"records", "text", "sarif", NULL};

void
finding_output_begin(struct finding_output *o)
{
	if (o->format == FINDING_SARIF)
		sarif_open(&o->sarif, writer_buf(o->out));
}

void
finding_output_put(struct finding_output *o, const struct finding *f)
{
	struct buf *b = writer_buf(o->out);

	switch (o->format) {
	case FINDING_RECORDS: finding_emit(b, f); break;
	case FINDING_TEXT: finding_text(b, f); break;
	case FINDING_SARIF: sarif_result(&o->sarif, b, f); break;
	}
	writer_done(o->out);
}

void
finding_output_end(struct finding_output *o)
{
	if (o->format == FINDING_SARIF) {
		sarif_close(&o->sarif, writer_buf(o->out));
		writer_done(o->out);
	}
}
