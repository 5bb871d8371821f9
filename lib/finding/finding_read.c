/*
 * Findings back from their records.
 */
#include "finding/finding.h"
#include "finding/finding_fields.h"

struct reading {
	struct arena *arena;
	struct buf scratch;
	const char *reason;
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
count_read(struct reading *g, struct json v, size_t *count)
{
	uint64_t n;

	if (!json_count(v, &n))
		return fail(g, "a line or column of a finding is no whole number");
	*count = (size_t)n;
	return true;
}

static bool
severity_read(struct reading *g, struct json v, enum severity *severity)
{
	buf_reset(&g->scratch);
	*severity =
		v.type == JSON_STRING ? severity_of(json_string(v, &g->scratch)) : SEVERITY_UNKNOWN;
	return *severity != SEVERITY_UNKNOWN ||
	       fail(g, "severity is none of critical, high, medium, low and info");
}

static bool
confidence_read(struct reading *g, struct json v, double *confidence)
{
	return (json_number(v, confidence) && *confidence >= 0 && *confidence <= 1) ||
	       fail(g, "confidence is no number from 0 to 1");
}

static bool
field_read(struct reading *g, const struct field *field, struct json v, void *into)
{
	void *at = (char *)into + field->offset;

	if (field->type == FIELD_COUNT)
		return count_read(g, v, at);
	if (field->type == FIELD_SEVERITY)
		return severity_read(g, v, at);
	if (field->type == FIELD_CONFIDENCE)
		return confidence_read(g, v, at);
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
members_read(struct reading *g, const struct field *fields, const struct record *r,
             struct finding *f)
{
	struct json v;

	for (; fields->key; fields++)
		if (record_get(r, str_of(fields->key), &v))
			field_read(g, fields, v, f);
}

bool
finding_read(struct finding *f, const struct record *r, struct arena *a, const char **reason)
{
	struct reading g = {.arena = a};

	finding_release(f);
	members_read(&g, finding_fields, r, f);
	lists_read(&g, r, f);
	members_read(&g, finding_last_fields, r, f);
	buf_release(&g.scratch);
	*reason = g.reason;
	return g.reason == NULL;
}
