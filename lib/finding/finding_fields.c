#include "finding/finding_fields.h"

#include "finding/finding.h"

const struct field finding_fields[] = {
	{"id", FIELD_TEXT, offsetof(struct finding, id)},
	{"rule", FIELD_TEXT, offsetof(struct finding, rule)},
	{"verdict", FIELD_VERDICT, offsetof(struct finding, verdict)},
	{"why", FIELD_TEXT, offsetof(struct finding, why)},
	{"confidence", FIELD_CONFIDENCE, offsetof(struct finding, confidence)},
	{"severity", FIELD_SEVERITY, offsetof(struct finding, severity)},
	{"title", FIELD_TEXT, offsetof(struct finding, title)},
	{"message", FIELD_TEXT, offsetof(struct finding, message)},
	{"impact", FIELD_TEXT, offsetof(struct finding, impact)},
	{"fix", FIELD_TEXT, offsetof(struct finding, fix)},
	{"cwe", FIELD_TEXT, offsetof(struct finding, cwe)},
	{0},
};
const struct field finding_last_fields[] = {
	{"fingerprint", FIELD_TEXT, offsetof(struct finding, fingerprint)},
	{"baseline", FIELD_TEXT, offsetof(struct finding, baseline)},
	{0},
};
const struct field location_fields[] = {
	{"path", FIELD_TEXT, offsetof(struct location, path)},
	{"line", FIELD_COUNT, offsetof(struct location, line)},
	{"end_line", FIELD_COUNT, offsetof(struct location, end_line)},
	{"column", FIELD_COUNT, offsetof(struct location, column)},
	{"verdict", FIELD_VERDICT, offsetof(struct location, verdict)},
	{"note", FIELD_TEXT, offsetof(struct location, note)},
	{0},
};
const struct field evidence_fields[] = {
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
const struct field source_fields[] = {
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
const struct field judgement_fields[] = {
	{"verdict", FIELD_TEXT, offsetof(struct judgement, verdict)},
	{"by", FIELD_TEXT, offsetof(struct judgement, by)},
	{"why", FIELD_TEXT, offsetof(struct judgement, why)},
	{0},
};
