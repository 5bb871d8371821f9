#include "report/reading.h"

#include <ctype.h>

/* Past marks, bullets, boxes and emoji. */
static size_t
skip_marks(struct str s)
{
	size_t n = 0, k;

	while (n < s.len && !strchr("`_/(\"'.@$<", s.ptr[n]) &&
	       (k = mark_length(s.ptr + n, s.ptr + s.len)) > 0) {
		if (s.ptr[n] == '[' && !(n + 2 < s.len && s.ptr[n + 2] == ']'))
			break;
		n += s.ptr[n] == '[' ? 3 : k;
	}
	return n;
}

/* That of a label, which may explain itself: "Severity (by CVSS)". */
static enum field
field_of(struct str label)
{
	enum field field = word_field(label);
	struct str front = word_front(label);

	return field != FIELD_NONE || front.len == word_strip(label).len ? field
	                                                                 : word_field(front);
}

static struct str
value_of(struct str s)
{
	size_t n = 0, k;

	while (n < s.len &&
	       (s.ptr[n] == ' ' || s.ptr[n] == ':' || s.ptr[n] == '*' || s.ptr[n] == '=' ||
	        (s.ptr[n] == '-' && n + 1 < s.len && s.ptr[n + 1] == ' ')))
		n++;
	if (n < s.len && (k = mark_length(s.ptr + n, s.ptr + s.len)) == 3 &&
	    (memcmp(s.ptr + n, "\xe2\x80\x93", 3) == 0 ||
	     memcmp(s.ptr + n, "\xe2\x80\x94", 3) == 0 ||
	     memcmp(s.ptr + n, "\xe2\x9e\x9c", 3) == 0 ||
	     memcmp(s.ptr + n, "\xe2\x86\x92", 3) == 0))
		n += k;
	return str_trim(str_from(s, n));
}

/* A label in emphasis: "**Severity:** High", "*Severity* High", "**Severity: High**". */
static enum field
label_emphasis(struct str text, const struct span *sp, struct str *rest)
{
	struct str in = {text.ptr + sp->from, sp->to - sp->from};
	const char *colon = memchr(in.ptr, ':', in.len);
	enum field field;

	if (colon) {
		size_t n = (size_t)(colon - in.ptr);

		field = field_of((struct str){in.ptr, n});
		*rest = value_of(str_from(text, sp->from + n));
		return field;
	}
	field = field_of(in);
	*rest = value_of(str_from(text, sp->to));
	/* "**Impact** is high" is a sentence, but "*Severity* Critical" is none. */
	if (sp->to < text.len && text.ptr[sp->to] == ' ' && rest->len > 0 &&
	    islower((unsigned char)rest->ptr[0]) && field != FIELD_SEVERITY &&
	    field != FIELD_LINES && field != FIELD_LOCATION)
		return FIELD_NONE;
	return field;
}

/* A dash between spaces, which parts a label from its value, too. */
static size_t
dash(struct str s, size_t *length)
{
	for (size_t i = 1; i + 2 < s.len && i < 40; i++) {
		if (s.ptr[i - 1] != ' ')
			continue;
		*length = s.ptr[i] == '-' && s.ptr[i + 1] == ' ' ? 1
		          : i + 3 < s.len && memcmp(s.ptr + i, "\xe2\x80", 2) == 0 &&
		                          (s.ptr[i + 2] == '\x93' || s.ptr[i + 2] == '\x94')
		                  ? 3
		                  : 0;
		if (*length > 0)
			return i;
	}
	return 0;
}

static bool
is_plain_label(struct str s)
{
	size_t words = 1;

	for (size_t i = 0; i < s.len; i++) {
		if (strchr("`.,;=\"<>{}", s.ptr[i]))
			return false;
		words += s.ptr[i] == ' ';
	}
	return s.len > 0 && words <= 5;
}

static enum field
label_plain(struct str s, struct str *rest)
{
	const char *colon = memchr(s.ptr, ':', s.len < 48 ? s.len : 48);
	size_t n = colon ? (size_t)(colon - s.ptr) : 0, length;
	struct str label = {s.ptr, n};

	if (colon && (n + 1 == s.len || s.ptr[n + 1] == ' ' || strchr("`/[~(*", s.ptr[n + 1])) &&
	    is_plain_label(label)) {
		*rest = value_of(str_from(s, n));
		return field_of(label);
	}
	n = dash(s, &length);
	label = str_trim((struct str){s.ptr, n});
	if (n > 0 && is_plain_label(label) && label.len <= 24 &&
	    isupper((unsigned char)label.ptr[0])) {
		*rest = value_of(str_from(s, n + length));
		return word_field(label);
	}
	if (s.len > 9 && strncasecmp(s.ptr, "severity ", 9) == 0 &&
	    word_is_severity(str_from(s, 9))) {
		*rest = str_from(s, 9);
		return FIELD_SEVERITY;
	}
	if (s.len > 5 && strncasecmp(s.ptr, "line", 4) == 0) {
		n = s.ptr[4] == 's' || s.ptr[4] == 'S' ? 5 : 4;
		*rest = str_trim(str_from(s, n));
		if (n < s.len && s.ptr[n] == ' ' && rest->len > 0 &&
		    isdigit((unsigned char)rest->ptr[0]))
			return FIELD_LINES;
	}
	*rest = STR("");
	if (s.len <= 40 && isupper((unsigned char)s.ptr[0]) && is_plain_label(s))
		return word_field(s);
	return FIELD_NONE;
}

enum field
label_read(struct str text, const struct span *span, size_t spans, struct str *rest)
{
	size_t at = skip_marks(text);

	*rest = text;
	if (at >= text.len)
		return FIELD_NONE;
	for (size_t i = 0; i < spans; i++)
		if ((span[i].kind == SPAN_STRONG || span[i].kind == SPAN_EMPH) &&
		    span[i].from <= at && span[i].to > at) {
			enum field field = label_emphasis(text, &span[i], rest);

			if (field != FIELD_NONE)
				return field;
		}
	return label_plain(str_from(text, at), rest);
}

/* " · severity: low": a label behind a dot in the middle of a line. */
static bool
is_dotted(struct str s)
{
	struct str rest;

	return (str_starts(s, STR(" \xC2\xB7 ")) || str_starts(s, STR(" \xE2\x80\xA2 "))) &&
	       label_plain(str_from(s, skip_marks(s)), &rest) != FIELD_NONE;
}

/* Where a further label begins after AT: behind a bar or a dot, or in emphasis with a colon. */
static size_t
next_label(struct str text, const struct span *span, size_t spans, size_t at)
{
	size_t next = text.len;
	struct str rest;

	for (size_t i = at + 1; i + 1 < text.len; i++)
		if ((text.ptr[i] == '|' && text.ptr[i - 1] == ' ' && text.ptr[i + 1] == ' ') ||
		    is_dotted(str_from(text, i))) {
			next = i;
			break;
		}
	for (size_t i = 0; i < spans; i++) {
		struct str in = {text.ptr + span[i].from, span[i].to - span[i].from};

		if (span[i].kind == SPAN_STRONG && span[i].from > at + 1 && span[i].from < next &&
		    (memchr(in.ptr, ':', in.len) ||
		     (span[i].to < text.len && text.ptr[span[i].to] == ':')) &&
		    label_emphasis(text, &span[i], &rest) != FIELD_NONE)
			next = span[i].from;
	}
	return next;
}

size_t
segments_read(struct str text, const struct span *span, size_t spans,
              struct segment out[static SEGMENTS])
{
	size_t count = 0, at = 0;

	while (at < text.len && count < SEGMENTS) {
		size_t end = count + 1 < SEGMENTS ? next_label(text, span, spans, at) : text.len;
		struct str s = {text.ptr + at, end - at}, rest;
		struct span inner[8];
		size_t inners = 0;

		for (size_t i = 0; i < spans && inners < 8; i++)
			if (span[i].from >= at && span[i].to <= end && span[i].from <= at + 8) {
				inner[inners] = span[i];
				inner[inners].from -= (uint32_t)at;
				inner[inners++].to -= (uint32_t)at;
			}
		out[count].field = label_read(s, inner, inners, &rest);
		out[count].text = out[count].field == FIELD_NONE ? str_trim(s) : rest;
		if (out[count].text.len > 0 || out[count].field != FIELD_NONE)
			count++;
		at = end + (end < text.len && text.ptr[end] == '|');
	}
	return count;
}

enum field
cell_label(const struct pieces *p, const struct piece *cell, struct str *rest)
{
	enum field field = label_read(cell->text, p->span + cell->span, cell->spans, rest);

	return rest->len > 0 && memchr(cell->text.ptr, ':', cell->text.len) ? field : FIELD_NONE;
}
