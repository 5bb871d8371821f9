/*
 * A finding as a record: its members in the order of eros-record(5), those that are not known left out.
 */
#include "finding/finding.h"

#include "record/emit.h"

static void
put_string(struct buf *b, const char *key, struct str s)
{
	if (s.len > 0)
		emit_string(b, key, s);
}

static void
put_count(struct buf *b, const char *key, size_t n)
{
	if (n > 0)
		emit_count(b, key, n);
}

static void
put_verdict(struct buf *b, enum verdict v)
{
	put_string(b, "verdict", str_of(verdict_name[v]));
}

static void
put_location(struct buf *b, const struct location *l)
{
	put_string(b, "path", l->path);
	put_count(b, "line", l->line);
	put_count(b, "end_line", l->end_line);
	put_count(b, "column", l->column);
	put_verdict(b, l->verdict);
	put_string(b, "note", l->note);
}

static void
put_evidence(struct buf *b, const struct evidence *e)
{
	put_string(b, "kind", e->kind);
	put_string(b, "match", e->match);
	put_string(b, "path", e->path);
	put_count(b, "line", e->line);
	put_count(b, "end_line", e->end_line);
	put_string(b, "text", e->text);
	put_string(b, "report", e->report);
	put_count(b, "report_line", e->report_line);
	put_string(b, "note", e->note);
}

static void
put_source(struct buf *b, const struct source *s)
{
	put_string(b, "report", s->report);
	put_string(b, "number", s->number);
	put_string(b, "severity", s->severity);
	put_count(b, "line", s->line);
	put_string(b, "title", s->title);
	put_string(b, "message", s->message);
	put_string(b, "impact", s->impact);
	put_string(b, "fix", s->fix);
	put_string(b, "claim", s->claim);
}

static void
put_judgement(struct buf *b, const struct judgement *j)
{
	put_string(b, "verdict", j->verdict);
	put_string(b, "by", j->by);
	put_string(b, "why", j->why);
}

/* The list LIST of F under KEY, each element an object that PUT fills; nothing where it is empty. */
#define PUT_LIST(b, key, list, count, put)                \
	do {                                              \
		if ((count) == 0)                         \
			break;                            \
		emit_begin((b), (key), '[');              \
		for (size_t i_ = 0; i_ < (count); i_++) { \
			emit_begin((b), NULL, '{');       \
			put((b), &(list)[i_]);            \
			emit_end((b), '}');               \
		}                                         \
		emit_end((b), ']');                       \
	} while (0)

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
	put_string(b, "id", f->id);
	put_string(b, "rule", f->rule);
	put_verdict(b, f->verdict);
	put_string(b, "why", f->why);
	if (f->confidence > 0)
		emit_number(b, "confidence", f->confidence);
	put_string(b, "severity", str_of(severity_name[f->severity]));
	put_string(b, "title", f->title);
	put_string(b, "message", f->message);
	put_string(b, "impact", f->impact);
	put_string(b, "fix", f->fix);
	put_string(b, "cwe", f->cwe);
	PUT_LIST(b, "locations", f->locations, f->location_count, put_location);
	PUT_LIST(b, "evidence", f->evidence, f->evidence_count, put_evidence);
	PUT_LIST(b, "sources", f->sources, f->source_count, put_source);
	PUT_LIST(b, "judgements", f->judgements, f->judgement_count, put_judgement);
	put_ids(b, "possible_duplicates", f->possible, f->possible_count);
	put_string(b, "fingerprint", f->fingerprint);
	put_string(b, "baseline", f->baseline);
	emit_close(b);
}
