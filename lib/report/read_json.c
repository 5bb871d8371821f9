#include "report/reading.h"

#include "record/record.h"

/*
 * Findings as JSON: records, one a line or in an array, under the names that programs give their members; and SARIF. Both
 * come to claims by way of a struct building, like those of Markdown.
 */

struct reading_json {
	struct building b;
	struct buf scratch;
	struct str file;
	uint32_t report;
};

static bool
any_of(struct json object, const char *const *keys, struct json *value)
{
	for (; *keys; keys++)
		if (json_get(object, str_of(*keys), value) && value->type != JSON_NULL)
			return true;
	return false;
}

static struct str
text_of(struct reading_json *r, struct json v)
{
	return v.type == JSON_STRING || v.type == JSON_NUMBER ? json_text(v, &r->scratch) : STR("");
}

/* The text of the first of KEYS that there is, kept. */
static struct str
member(struct reading_json *r, struct json object, const char *const *keys)
{
	struct json v, inner;

	if (!any_of(object, keys, &v))
		return STR("");
	if (v.type == JSON_OBJECT &&
	    (json_get(v, STR("text"), &inner) || json_get(v, STR("markdown"), &inner)))
		v = inner;
	r->scratch.len = 0;
	return claims_keep(r->b.out, text_of(r, v));
}

static uint32_t
line_member(struct json object, const char *const *keys)
{
	struct json v;
	uint64_t n;

	return any_of(object, keys, &v) && json_count(v, &n) && n < UINT32_MAX ? (uint32_t)n : 0;
}

static const char *const path_keys[] = {"path",     "file", "filename", "file_path",
                                        "filepath", "uri",  NULL};
static const char *const line_keys[] = {"line",       "start_line",  "line_start",
                                        "lineno",     "line_number", "startLine",
                                        "lineNumber", "lines",       NULL};
static const char *const end_keys[] = {"end_line", "line_end", "endLine", "end", NULL};

/* A path is what stands on one line. */
static struct str
path_member(struct reading_json *r, struct json object)
{
	struct str path = member(r, object, path_keys);
	const char *end = path.len > 0 ? memchr(path.ptr, '\n', path.len) : NULL;

	return end ? str_trim((struct str){path.ptr, (size_t)(end - path.ptr)}) : path;
}

static void
location_member(struct reading_json *r, struct json v, uint32_t line)
{
	struct building *b = &r->b;
	struct claim_location *l;
	struct json ranges;

	if (v.type == JSON_STRING) {
		r->scratch.len = 0;
		locations_read(b, json_string(v, &r->scratch), NULL, 0, line, CLAIM_LABEL);
		return;
	}
	if (v.type != JSON_OBJECT || !any_of(v, path_keys, &ranges))
		return;
	if (line_member(v, line_keys) == 0) {
		struct str path = path_member(r, v);

		GROW(b->location, b->locations, b->location_cap);
		b->location[b->locations++] =
			(struct claim_location){.path = path, .line = line, .url = STR("")};
		b->under = (int)b->locations - 1;
		if (any_of(v, line_keys, &ranges) && ranges.type == JSON_STRING) {
			r->scratch.len = 0;
			location_lines(b, json_string(ranges, &r->scratch), line, CLAIM_LABEL);
		}
		return;
	}
	GROW(b->location, b->locations, b->location_cap);
	l = &b->location[b->locations++];
	*l = (struct claim_location){.path = path_member(r, v), .line = line, .url = STR("")};
	l->range = arena_take(&b->out->arena, sizeof(*l->range));
	l->ranges = 1;
	*l->range = (struct claim_range){.first = line_member(v, line_keys),
	                                 .last = line_member(v, end_keys)};
	if (l->range->last == 0)
		l->range->last = l->range->first;
	b->under = (int)b->locations - 1;
}

/* Code that a finding quotes or proposes. */
static void
code_member(struct reading_json *r, struct json object, const char *const *keys,
            enum claim_role role, uint32_t number)
{
	struct json v;
	struct line *line = NULL;
	struct str rest, text;
	size_t count = 0, cap = 0;

	if (!any_of(object, keys, &v) || v.type != JSON_STRING)
		return;
	r->scratch.len = 0;
	rest = json_string(v, &r->scratch);
	while (str_line(&rest, &text)) {
		GROW(line, count, cap);
		line[count++] = (struct line){text, number, false};
	}
	if (count > 0)
		quote_add(&r->b, line, NULL, count, role, STR(""));
	free(line);
}

static void
severity_member(struct reading_json *r, struct json object)
{
	static const char *const keys[] = {"severity", "level", "risk", "priority", NULL};
	struct claim *c = r->b.claim;

	c->severity_words = member(r, object, keys);
	c->severity = word_severity(c->severity_words);
	if (c->severity == SEVERITY_UNKNOWN && str_is(c->severity_words, "error"))
		c->severity = SEVERITY_HIGH;
	else if (c->severity == SEVERITY_UNKNOWN && str_is(c->severity_words, "warning"))
		c->severity = SEVERITY_MEDIUM;
	c->severity_line = c->line;
}

static struct claim *
claim_begin(struct reading_json *r, uint32_t line)
{
	struct claim *c = claims_add(r->b.out);

	*c = (struct claim){.report = r->report,
	                    .ordinal = (uint32_t)r->b.out->report[r->report].claims++,
	                    .line = line,
	                    .last_line = line,
	                    .severity_words = STR(""),
	                    .section = STR("")};
	r->b = (struct building){
		.out = r->b.out, .claim = c, .under = -1, .near = -1, .path = STR("")};
	return c;
}

static void
unread(struct reading_json *r, uint32_t line, struct str text, const char *reason)
{
	struct claim_unread *u = claims_add_unread(r->b.out);

	text.len = text.len < 120 ? text.len : 120;
	*u = (struct claim_unread){r->report, line, claims_keep(r->b.out, text), reason};
}

static void
object_read(struct reading_json *r, struct json object, uint32_t line)
{
	static const char *const titles[] = {"title",   "name",    "summary",     "issue",
	                                     "finding", "message", "description", NULL};
	static const char *const texts[] = {"message", "description", "details", "detail",
	                                    "body",    "explanation", NULL};
	static const char *const impacts[] = {"impact", "consequence", NULL};
	static const char *const fixes[] = {"fix",        "recommendation", "proposed_fix",
	                                    "suggestion", "remediation",    "suggested_fix",
	                                    NULL};
	static const char *const numbers[] = {"number", "id", "finding_id", NULL};
	static const char *const categories[] = {"cwe", "rule", "category", "type_of", NULL};
	static const char *const codes[] = {"code",         "quote",         "snippet", "excerpt",
	                                    "code_snippet", "existing_code", NULL};
	static const char *const remedies[] = {"fix_code", "fixed_code", "improved_code",
	                                       "suggested_code", NULL};
	static const char *const places[] = {"locations", "location", "files", NULL};
	struct json v, item;
	struct claim *c;

	if (object.type != JSON_OBJECT || !any_of(object, titles, &v)) {
		unread(r, line, (struct str){object.ptr, object.len}, "no title");
		return;
	}
	c = claim_begin(r, line);
	severity_member(r, object);
	c->title = member(r, object, titles);
	c->description = member(r, object, texts);
	c->impact = member(r, object, impacts);
	c->fix = member(r, object, fixes);
	c->number = member(r, object, numbers);
	c->category = member(r, object, categories);
	if (any_of(object, path_keys, &v))
		location_member(r, v.type == JSON_STRING ? object : v, line);
	if (any_of(object, places, &v)) {
		struct json_iter it = json_iter(v);

		if (v.type != JSON_ARRAY)
			location_member(r, v, line);
		else
			while (json_next(&it, NULL, &item))
				location_member(r, item, line);
	}
	code_member(r, object, codes, CLAIM_QUOTE, line);
	code_member(r, object, remedies, CLAIM_REMEDY, line);
	building_keep(&r->b);
}

static void
reading_begin(struct reading_json *r, struct claims *out, struct str file)
{
	struct claim_report *report = claims_add_report(out);

	*r = (struct reading_json){.b = {.out = out, .under = -1, .near = -1, .path = STR("")},
	                           .file = file,
	                           .report = (uint32_t)out->reports - 1};
	report->file = claims_keep(out, file);
	report->title = STR("");
	report->line = 1;
	report->records = true;
}

void
json_lines_read(struct claims *out, struct str file, struct str text)
{
	struct reading_json r;
	struct buf padded = BUF_INIT;
	struct json_error error;
	struct json v, item;
	struct str line;
	uint32_t number = 0;

	reading_begin(&r, out, file);
	if (str_starts(text, STR("\xef\xbb\xbf")))
		text = str_from(text, 3);
	if (str_starts(str_trim(text), STR("["))) {
		buf_padded(&padded, str_trim(text));
		if (json_scan((struct str){padded.ptr, str_trim(text).len}, &v, &error)) {
			struct json_iter it = json_iter(v);

			while (json_next(&it, NULL, &item))
				object_read(&r, item, 1);
			text = STR("");
		}
	}
	while (str_line(&text, &line)) {
		number++;
		line = str_trim(line);
		if (line.len == 0)
			continue;
		buf_reset(&padded);
		buf_padded(&padded, line);
		if (json_scan((struct str){padded.ptr, line.len}, &v, &error))
			object_read(&r, v, number);
		else
			unread(&r, number, line, error.reason);
	}
	out->report[r.report].last_line = number;
	buf_release(&padded);
	buf_release(&r.scratch);
}

/* A location of SARIF: its file and its region, whose snippet is a quote. */
static void
sarif_location(struct reading_json *r, struct json location)
{
	static const char *const texts[] = {"text", NULL};
	struct json physical, artifact, region = {0}, snippet;
	struct building *b = &r->b;
	struct claim_location *l;

	if (!json_get(location, STR("physicalLocation"), &physical) ||
	    !json_get(physical, STR("artifactLocation"), &artifact))
		return;
	GROW(b->location, b->locations, b->location_cap);
	l = &b->location[b->locations++];
	*l = (struct claim_location){
		.path = path_member(r, artifact), .line = r->b.claim->line, .url = STR("")};
	if (str_starts(l->path, STR("file://")))
		l->path = str_from(l->path, 7);
	b->under = (int)b->locations - 1;
	if (!json_get(physical, STR("region"), &region) || line_member(region, line_keys) == 0)
		return;
	l->range = arena_take(&b->out->arena, sizeof(*l->range));
	l->ranges = 1;
	*l->range = (struct claim_range){.first = line_member(region, line_keys),
	                                 .last = line_member(region, end_keys)};
	if (l->range->last == 0)
		l->range->last = l->range->first;
	if (json_get(region, STR("snippet"), &snippet))
		code_member(r, snippet, texts, CLAIM_QUOTE, r->b.claim->line);
}

static void
sarif_result(struct reading_json *r, struct json result, uint32_t line)
{
	static const char *const message[] = {"message", NULL}, *const rule[] = {"ruleId", NULL};
	struct json v, item;
	struct claim *c = claim_begin(r, line);

	severity_member(r, result);
	c->title = c->description = member(r, result, message);
	if (memchr(c->title.ptr, '\n', c->title.len))
		c->title.len = (size_t)((const char *)memchr(c->title.ptr, '\n', c->title.len) -
		                        c->title.ptr);
	c->category = member(r, result, rule);
	if (c->title.len == 0)
		c->title = c->category;
	c->impact = c->fix = c->number = STR("");
	if (json_get(result, STR("locations"), &v) && v.type == JSON_ARRAY) {
		struct json_iter it = json_iter(v);

		while (json_next(&it, NULL, &item))
			sarif_location(r, item);
	}
	building_keep(&r->b);
}

/* The line of the text at which a value stands, counting on from the one before. */
static uint32_t
line_at(const char **from, uint32_t *line, const char *at)
{
	for (; *from < at; ++*from)
		*line += **from == '\n';
	return *line;
}

/* TEXT is what the runs are in. */
static void
runs_read(struct reading_json *r, struct json runs, const char *text)
{
	struct json_iter it = json_iter(runs);
	struct json run, results, result;
	uint32_t line = 1;

	while (json_next(&it, NULL, &run)) {
		struct json_iter in;

		if (!json_get(run, STR("results"), &results) || results.type != JSON_ARRAY)
			continue;
		in = json_iter(results);
		while (json_next(&in, NULL, &result))
			if (result.type == JSON_OBJECT)
				sarif_result(r, result, line_at(&text, &line, result.ptr));
	}
	r->b.out->report[r->report].last_line = line;
}

void
sarif_read(struct claims *out, struct str file, struct str text)
{
	struct reading_json r;
	struct buf padded = BUF_INIT;
	struct json_error error;
	struct json v, runs;
	bool good;

	reading_begin(&r, out, file);
	if (str_starts(text, STR("\xef\xbb\xbf")))
		text = str_from(text, 3);
	buf_padded(&padded, text);
	good = json_scan((struct str){padded.ptr, text.len}, &v, &error) &&
	       json_get(v, STR("runs"), &runs) && runs.type == JSON_ARRAY;
	if (!good)
		unread(&r, 1, STR(""), "not SARIF: no object with runs");
	if (good)
		runs_read(&r, runs, padded.ptr);
	buf_release(&padded);
	buf_release(&r.scratch);
}
