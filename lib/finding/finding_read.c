/*
 * Findings back from their records.
 */
#include "finding/finding.h"

/* Where a member goes: the offset of a str, a size_t or an enum in the struct that is filled. */
enum field_type { FIELD_TEXT, FIELD_COUNT, FIELD_VERDICT };

struct field {
	const char *key;
	enum field_type type;
	size_t offset;
};

struct reading {
	struct arena *arena;
	struct buf scratch;
	const char *reason;
};

static const struct field finding_fields[] = {
	{"id", FIELD_TEXT, offsetof(struct finding, id)},
	{"rule", FIELD_TEXT, offsetof(struct finding, rule)},
	{"verdict", FIELD_VERDICT, offsetof(struct finding, verdict)},
	{"why", FIELD_TEXT, offsetof(struct finding, why)},
	{"title", FIELD_TEXT, offsetof(struct finding, title)},
	{"message", FIELD_TEXT, offsetof(struct finding, message)},
	{"impact", FIELD_TEXT, offsetof(struct finding, impact)},
	{"fix", FIELD_TEXT, offsetof(struct finding, fix)},
	{"cwe", FIELD_TEXT, offsetof(struct finding, cwe)},
	{"fingerprint", FIELD_TEXT, offsetof(struct finding, fingerprint)},
	{"baseline", FIELD_TEXT, offsetof(struct finding, baseline)},
	{0},
};
static const struct field location_fields[] = {
	{"path", FIELD_TEXT, offsetof(struct location, path)},
	{"line", FIELD_COUNT, offsetof(struct location, line)},
	{"end_line", FIELD_COUNT, offsetof(struct location, end_line)},
	{"column", FIELD_COUNT, offsetof(struct location, column)},
	{"verdict", FIELD_VERDICT, offsetof(struct location, verdict)},
	{"note", FIELD_TEXT, offsetof(struct location, note)},
	{0},
};
static const struct field evidence_fields[] = {
	{"kind", FIELD_TEXT, offsetof(struct evidence, kind)},
	{"match", FIELD_TEXT, offsetof(struct evidence, match)},
	{"path", FIELD_TEXT, offsetof(struct evidence, path)},
	{"line", FIELD_COUNT, offsetof(struct evidence, line)},
	{"end_line", FIELD_COUNT, offsetof(struct evidence, end_line)},
	{"text", FIELD_TEXT, offsetof(struct evidence, text)},
	{"report", FIELD_TEXT, offsetof(struct evidence, report)},
	{"report_line", FIELD_COUNT, offsetof(struct evidence, report_line)},
	{"note", FIELD_TEXT, offsetof(struct evidence, note)},
	{0},
};
static const struct field source_fields[] = {
	{"report", FIELD_TEXT, offsetof(struct source, report)},
	{"number", FIELD_TEXT, offsetof(struct source, number)},
	{"severity", FIELD_TEXT, offsetof(struct source, severity)},
	{"line", FIELD_COUNT, offsetof(struct source, line)},
	{"title", FIELD_TEXT, offsetof(struct source, title)},
	{"message", FIELD_TEXT, offsetof(struct source, message)},
	{"impact", FIELD_TEXT, offsetof(struct source, impact)},
	{"fix", FIELD_TEXT, offsetof(struct source, fix)},
	{"claim", FIELD_TEXT, offsetof(struct source, claim)},
	{0},
};
static const struct field judgement_fields[] = {
	{"verdict", FIELD_TEXT, offsetof(struct judgement, verdict)},
	{"by", FIELD_TEXT, offsetof(struct judgement, by)},
	{"why", FIELD_TEXT, offsetof(struct judgement, why)},
	{0},
};

static struct str
text_of(struct reading *g, struct json v)
{
	buf_reset(&g->scratch);
	return arena_copy(g->arena, json_string(v, &g->scratch));
}

static bool
fail(struct reading *g, const char *reason)
{
	if (!g->reason)
		g->reason = reason;
	return false;
}

static bool
field_read(struct reading *g, const struct field *field, struct json v, void *into)
{
	void *at = (char *)into + field->offset;
	uint64_t count;

	if (field->type == FIELD_COUNT) {
		if (!json_count(v, &count))
			return fail(g, "a line or column of a finding is no whole number");
		*(size_t *)at = (size_t)count;
		return true;
	}
	if (v.type != JSON_STRING)
		return fail(g, "a member of a finding that holds text is no string");
	if (field->type == FIELD_TEXT) {
		*(struct str *)at = text_of(g, v);
		return true;
	}
	buf_reset(&g->scratch);
	*(enum verdict *)at = verdict_of(json_string(v, &g->scratch));
	return *(enum verdict *)at != VERDICT_NONE || fail(g, "unknown verdict of a finding");
}

static bool
fields_read(struct reading *g, const struct field *fields, struct json object, void *into)
{
	struct json v;

	if (object.type != JSON_OBJECT)
		return fail(g, "an element of a list in a finding is no object");
	for (; fields->key; fields++)
		if (json_get(object, str_of(fields->key), &v) && !field_read(g, fields, v, into))
			return false;
	return true;
}

/* The list KEY of R; what it holds is walked by the iterator. */
static bool
list_of(struct reading *g, const struct record *r, const char *key, struct json_iter *it)
{
	struct json v;

	if (!record_get(r, str_of(key), &v))
		return false;
	if (v.type != JSON_ARRAY)
		return fail(g, "locations, evidence, sources, judgements and possible_duplicates "
		               "are lists");
	*it = json_iter(v);
	return true;
}

static void
lists_read(struct reading *g, const struct record *r, struct finding *f)
{
	struct json_iter it;
	struct json key, v;

	if (list_of(g, r, "locations", &it))
		while (json_next(&it, &key, &v))
			fields_read(g, location_fields, v, finding_location(f));
	if (list_of(g, r, "evidence", &it))
		while (json_next(&it, &key, &v))
			fields_read(g, evidence_fields, v, finding_evidence(f));
	if (list_of(g, r, "sources", &it))
		while (json_next(&it, &key, &v))
			fields_read(g, source_fields, v, finding_source(f));
	if (list_of(g, r, "judgements", &it))
		while (json_next(&it, &key, &v))
			fields_read(g, judgement_fields, v, finding_judgement(f));
	if (!list_of(g, r, "possible_duplicates", &it))
		return;
	while (json_next(&it, &key, &v)) {
		if (v.type == JSON_STRING)
			*finding_possible(f) = text_of(g, v);
		else
			fail(g, "an id among possible_duplicates is no string");
	}
}

static void
severity_read(struct reading *g, const struct record *r, struct finding *f)
{
	struct json v;

	if (!record_get(r, STR("severity"), &v))
		return;
	buf_reset(&g->scratch);
	if (v.type == JSON_STRING)
		f->severity = severity_of(json_string(v, &g->scratch));
	if (f->severity == SEVERITY_UNKNOWN)
		fail(g, "severity is none of critical, high, medium, low and info");
}

static void
confidence_read(struct reading *g, const struct record *r, struct finding *f)
{
	struct json v;

	if (!record_get(r, STR("confidence"), &v))
		return;
	if (!json_number(v, &f->confidence) || f->confidence < 0 || f->confidence > 1)
		fail(g, "confidence is no number from 0 to 1");
}

bool
finding_read(struct finding *f, const struct record *r, struct arena *a, const char **reason)
{
	struct reading g = {.arena = a};
	struct json v;

	finding_release(f);
	for (const struct field *field = finding_fields; field->key; field++)
		if (record_get(r, str_of(field->key), &v))
			field_read(&g, field, v, f);
	severity_read(&g, r, f);
	confidence_read(&g, r, f);
	lists_read(&g, r, f);
	buf_release(&g.scratch);
	*reason = g.reason;
	return g.reason == NULL;
}
