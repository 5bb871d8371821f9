#include "report/fill.h"

#include <ctype.h>

/* Lines of text: labels with their values, and what stands for a label by itself. */

bool
field_lasts(enum field f)
{
	return f == FIELD_DESCRIPTION || f == FIELD_IMPACT || f == FIELD_FIX || f == FIELD_DEMO;
}

/* A severity or a status that makes up a line: "high", "_Resolved_". */
static bool
bare_read(struct filling *f, const struct piece *piece)
{
	enum claim_said_kind kind;
	struct str s = word_strip(piece->text);
	const struct span *span = f->p->span + piece->span;

	if (piece->first && piece->text.len <= 24 && word_is_severity(piece->text) &&
	    piece->depth == 0) {
		severity_set(f, piece->text, piece->line);
		return true;
	}
	if (s.len == 0 || s.len > 90 || piece->spans == 0 || span->kind == SPAN_CODE ||
	    !word_said(s, &kind))
		return false;
	/* "[FIXED]", or all of it in emphasis. */
	for (size_t i = 0; i < piece->spans; i++)
		if ((span[i].kind == SPAN_STRONG || span[i].kind == SPAN_EMPH) &&
		    span[i].to - span[i].from + 4 >= piece->text.len) {
			said_add(f, kind, s, piece->line);
			return true;
		}
	return false;
}

/* A status in emphasis or brackets within a line: "_Resolved_", "[FIXED]". */
static void
said_read(struct filling *f, const struct piece *piece)
{
	for (size_t i = 0; i < piece->spans; i++) {
		const struct span *s = &f->p->span[piece->span + i];
		struct str in = {piece->text.ptr + s->from, s->to - s->from};
		enum claim_said_kind kind;

		if (s->kind != SPAN_CODE && s->kind != SPAN_LINK && in.len >= 4 && in.len <= 24 &&
		    in.len + 4 < piece->text.len && !memchr(in.ptr, ':', in.len) &&
		    isupper((unsigned char)word_strip(in).ptr[0]) && word_said(in, &kind) &&
		    word_strip(in).len <= 16)
			said_add(f, kind, word_strip(in), piece->line);
	}
}

static bool
is_rule_line(struct str s)
{
	struct str t = str_trim(s);

	return t.len >= 9 && word_strip(t).len == 0;
}

void
text_read(struct filling *f, const struct piece *piece)
{
	struct segment segment[SEGMENTS];
	size_t count = segments_read(piece->text, f->p->span + piece->span, piece->spans, segment);

	if (is_rule_line(piece->text))
		return;
	if (piece->first && !piece->item && f->field == FIELD_ASIDE && !f->headed)
		f->field = f->base;
	said_read(f, piece);
	f->lead = piece->text;
	f->lead_line = piece->line;
	for (size_t i = 0; i < count; i++) {
		enum field field = segment[i].field;
		struct str value = segment[i].text;

		if (field == FIELD_NONE) {
			if (count == 1 && f->field != FIELD_SEVERITY && bare_read(f, piece))
				continue;
			value_read(f, piece, count == 1 ? piece->text : value, f->field);
			if (!field_lasts(f->field) && f->field != FIELD_LOCATION &&
			    f->field != FIELD_LINES && f->field != FIELD_NONE)
				f->field = f->base;
			continue;
		}
		if (field_lasts(field))
			f->base = field;
		f->field = field;
		f->headed = false;
		if (value.len == 0)
			continue;
		value_read(f, piece, value, field);
		if (!field_lasts(field))
			f->field = f->base;
	}
}
