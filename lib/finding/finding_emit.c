/*
 * A finding as a record: its members in the order of eros-record(5), those that are not known left out.
 */
#include "finding/finding.h"
#include "finding/finding_fields.h"

#include "record/emit.h"

static void
put_string(struct buf *b, const char *key, struct str s)
{
	if (s.len > 0)
		emit_string(b, key, s);
}

static void
put_fields(struct buf *b, const struct field *fields, const void *from)
{
	for (; fields->key; fields++) {
		const void *at = (const char *)from + fields->offset;

		switch (fields->type) {
		case FIELD_TEXT: put_string(b, fields->key, *(const struct str *)at); break;
		case FIELD_COUNT:
			if (*(const size_t *)at > 0)
				emit_count(b, fields->key, *(const size_t *)at);
			break;
		case FIELD_VERDICT:
			put_string(b, fields->key, str_of(verdict_name[*(const enum verdict *)at]));
			break;
		case FIELD_SEVERITY:
			put_string(b, fields->key,
			           str_of(severity_name[*(const enum severity *)at]));
			break;
		case FIELD_CONFIDENCE:
			if (*(const double *)at > 0)
				emit_number(b, fields->key, *(const double *)at);
			break;
		}
	}
}

/* The COUNT elements of SIZE bytes at LIST, each an object; nothing where there is none. */
static void
put_list(struct buf *b, const char *key, const struct field *fields, const void *list, size_t count,
         size_t size)
{
	if (count == 0)
		return;
	emit_begin(b, key, '[');
	for (size_t i = 0; i < count; i++) {
		emit_begin(b, NULL, '{');
		put_fields(b, fields, (const char *)list + i * size);
		emit_end(b, '}');
	}
	emit_end(b, ']');
}

static void
put_ids(struct buf *b, const char *key, const struct str *ids, size_t count)
{
	if (count == 0)
		return;
	emit_begin(b, key, '[');
	for (size_t i = 0; i < count; i++) {
		if (i > 0)
			buf_byte(b, ',');
		buf_quote(b, ids[i]);
	}
	emit_end(b, ']');
}

void
finding_emit(struct buf *b, const struct finding *f)
{
	emit_open(b, "finding");
	put_fields(b, finding_fields, f);
	put_list(b, "locations", location_fields, f->locations, f->location_count,
	         sizeof(*f->locations));
	put_list(b, "evidence", evidence_fields, f->evidence, f->evidence_count,
	         sizeof(*f->evidence));
	put_list(b, "sources", source_fields, f->sources, f->source_count, sizeof(*f->sources));
	put_list(b, "judgements", judgement_fields, f->judgements, f->judgement_count,
	         sizeof(*f->judgements));
	put_ids(b, "possible_duplicates", f->possible, f->possible_count);
	put_fields(b, finding_last_fields, f);
	emit_close(b);
}
