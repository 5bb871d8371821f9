#include "finding/sarif.h"

#include "base/utf8.h"
#include "record/emit.h"

static const char schema[] = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/"
			     "sarif-schema-2.1.0.json";

/* The string KEY; JSON that others read has no lone surrogates, which buf_quote would write. */
static void
put_text(struct buf *b, const char *key, struct str s)
{
	struct buf clean = BUF_INIT;
	const char *p = s.len > 0 ? s.ptr : "", *end = p + s.len;

	while (p < end) {
		size_t n = utf8_length(p, end);

		if (n > 0)
			buf_add(&clean, p, n);
		else
			buf_str(&clean, "\xef\xbf\xbd");
		p += n ? n : 1;
	}
	emit_string(b, key, buf_view(&clean));
	buf_release(&clean);
}

static void
put_message(struct buf *b, const char *key, struct str text)
{
	emit_begin(b, key, '{');
	put_text(b, "text", text);
	emit_end(b, '}');
}

/* A path as a relative reference of RFC 3986. */
static void
put_uri(struct buf *b, struct str path)
{
	struct buf uri = BUF_INIT;

	if (memchr(path.ptr, ':', path.len) && path.ptr[0] != '/')
		buf_str(&uri, "./");
	for (size_t i = 0; i < path.len; i++) {
		unsigned char c = (unsigned char)path.ptr[i];

		if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		    (c > 0 && c < 0x80 && strchr("-._~/!$&'()*+,;=:@", c)))
			buf_byte(&uri, (char)c);
		else
			buf_printf(&uri, "%%%02X", c);
	}
	emit_string(b, "uri", buf_view(&uri));
	buf_release(&uri);
}

static const char *
level_of(enum severity severity)
{
	static const char *const level[] = {"warning", "note", "note", "warning", "error", "error"};

	return level[severity];
}

/* What GitHub sorts security findings by: a number from 0 to 10, as CVSS has it. */
static const char *
score_of(enum severity severity)
{
	static const char *const score[] = {"0.0", "0.0", "2.0", "5.5", "8.0", "9.5"};

	return score[severity];
}

static void
put_rule(struct buf *b, const struct sarif_rule *r)
{
	emit_begin(b, NULL, '{');
	put_text(b, "id", r->id);
	if (r->title.len > 0)
		put_message(b, "shortDescription", r->title);
	if (r->fix.len > 0)
		put_message(b, "help", r->fix);
	emit_begin(b, "defaultConfiguration", '{');
	emit_string(b, "level", str_of(level_of(r->severity)));
	emit_end(b, '}');
	emit_begin(b, "properties", '{');
	emit_string(b, "severity", str_of(severity_name[r->severity]));
	if (r->cwe.len > 0) {
		emit_string(b, "security-severity", str_of(score_of(r->severity)));
		emit_begin(b, "tags", '[');
		buf_str(b, "\"security\",");
		buf_quote(b, r->cwe);
		emit_end(b, ']');
	}
	emit_end(b, '}');
	emit_end(b, '}');
}

void
sarif_open(struct sarif *s, struct buf *b)
{
	emit_open(b, NULL);
	emit_string(b, "$schema", str_of(schema));
	emit_string(b, "version", STR("2.1.0"));
	emit_begin(b, "runs", '[');
	emit_begin(b, NULL, '{');
	emit_begin(b, "tool", '{');
	emit_begin(b, "driver", '{');
	emit_string(b, "name", str_of(s->tool));
	emit_string(b, "version", str_of(VERSION));
	emit_begin(b, "rules", '[');
	for (size_t i = 0; i < s->rule_count; i++)
		put_rule(b, &s->rules[i]);
	emit_end(b, ']');
	emit_end(b, '}');
	emit_end(b, '}');
	emit_string(b, "columnKind", STR("unicodeCodePoints"));
	emit_begin(b, "results", '[');
	s->results = 0;
}

static void
put_region(struct buf *b, size_t line, size_t end_line, size_t column)
{
	if (line == 0)
		return;
	emit_begin(b, "region", '{');
	emit_count(b, "startLine", line);
	if (column > 0)
		emit_count(b, "startColumn", column);
	if (end_line > line)
		emit_count(b, "endLine", end_line);
	emit_end(b, '}');
}

static void
put_location(struct buf *b, const struct location *l)
{
	emit_begin(b, NULL, '{');
	emit_begin(b, "physicalLocation", '{');
	emit_begin(b, "artifactLocation", '{');
	put_uri(b, l->path);
	if (l->path.ptr[0] != '/')
		emit_string(b, "uriBaseId", STR("%SRCROOT%"));
	emit_end(b, '}');
	put_region(b, l->line, l->end_line, l->column);
	emit_end(b, '}');
	if (l->note.len > 0)
		put_message(b, "message", l->note);
	emit_end(b, '}');
}

/* Whether the same place stands before it: the schema wants each related one once. */
static bool
is_repeated(const struct finding *f, size_t i)
{
	const struct location *l = &f->locations[i];

	for (size_t j = 1; j < i; j++) {
		const struct location *k = &f->locations[j];

		if (k->line == l->line && k->end_line == l->end_line && k->column == l->column &&
		    str_eq(k->path, l->path) && str_eq(k->note, l->note))
			return true;
	}
	return false;
}

/* The first is where it is shown; the rest are related to it. */
static void
put_locations(struct buf *b, const struct finding *f)
{
	bool related = false;

	for (size_t i = 0; i < f->location_count; i++) {
		const struct location *l = &f->locations[i];

		if (l->path.len == 0 || is_repeated(f, i))
			continue;
		if (i == 0)
			emit_begin(b, "locations", '[');
		else if (!related)
			emit_begin(b, "relatedLocations", '[');
		related |= i > 0;
		put_location(b, l);
		if (i == 0)
			emit_end(b, ']');
	}
	if (related)
		emit_end(b, ']');
}

/* What the verdict says, for whoever knows only SARIF. */
static void
put_state(struct buf *b, const struct finding *f)
{
	static const char *const kind[] = {"fail", "fail",          "review",
	                                   "pass", "notApplicable", "open"};
	bool fails = strcmp(kind[f->verdict], "fail") == 0;

	emit_string(b, "kind", str_of(kind[f->verdict]));
	emit_string(b, "level", str_of(fails ? level_of(f->severity) : "none"));
	if (f->verdict == VERDICT_FIXED || f->verdict == VERDICT_NOT_FOUND) {
		emit_begin(b, "suppressions", '[');
		emit_begin(b, NULL, '{');
		emit_string(b, "kind", STR("external"));
		put_text(b, "justification", f->why);
		emit_end(b, '}');
		emit_end(b, ']');
	}
	if (str_is(f->baseline, "new") || str_is(f->baseline, "unchanged"))
		put_text(b, "baselineState", f->baseline);
	else if (str_is(f->baseline, "reopened"))
		emit_string(b, "baselineState", STR("new"));
	else if (str_is(f->baseline, "fixed"))
		emit_string(b, "baselineState", STR("absent"));
}

static void
put_fingerprints(struct buf *b, const struct finding *f)
{
	if (f->id.len == 0 && f->fingerprint.len == 0)
		return;
	emit_begin(b, "partialFingerprints", '{');
	if (f->fingerprint.len > 0)
		put_text(b, "primaryLocationLineHash", f->fingerprint);
	if (f->id.len > 0)
		put_text(b, "erosFinding/v1", f->id);
	emit_end(b, '}');
}

static void
put_properties(struct buf *b, const struct finding *f)
{
	emit_begin(b, "properties", '{');
	if (f->severity != SEVERITY_UNKNOWN)
		emit_string(b, "severity", str_of(severity_name[f->severity]));
	if (f->verdict != VERDICT_NONE)
		emit_string(b, "verdict", str_of(verdict_name[f->verdict]));
	if (f->why.len > 0)
		put_text(b, "why", f->why);
	if (f->confidence > 0)
		emit_number(b, "confidence", f->confidence);
	if (f->fix.len > 0)
		put_text(b, "fix", f->fix);
	emit_end(b, '}');
}

static void
put_rule_id(const struct sarif *s, struct buf *b, struct str rule)
{
	put_text(b, "ruleId", rule);
	for (size_t i = 0; i < s->rule_count; i++)
		if (str_eq(s->rules[i].id, rule)) {
			emit_count(b, "ruleIndex", i);
			return;
		}
}

void
sarif_result(struct sarif *s, struct buf *b, const struct finding *f)
{
	buf_str(b, s->results++ > 0 ? ",\n{" : "\n{");
	if (f->rule.len > 0)
		put_rule_id(s, b, f->rule);
	put_message(b, "message",
	            f->message.len > 0 ? f->message
	            : f->title.len > 0 ? f->title
	                               : STR("not stated"));
	put_state(b, f);
	put_locations(b, f);
	put_fingerprints(b, f);
	put_properties(b, f);
	buf_byte(b, '}');
}

void
sarif_close(struct sarif *s, struct buf *b)
{
	buf_str(b, s->results > 0 ? "\n]" : "]");
	emit_end(b, '}');
	emit_end(b, ']');
	emit_close(b);
}
