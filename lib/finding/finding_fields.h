/*
 * The members of a finding's record and of the objects in its lists, in their order, and where each stands in the struct that
 * it is read into and written from.
 */
#ifndef FINDING_FINDING_FIELDS_H
#define FINDING_FINDING_FIELDS_H

#include <stddef.h>

/* What stands there: a struct str, a size_t, an enum verdict, an enum severity, a double from 0 to 1. */
enum field_type { FIELD_TEXT, FIELD_COUNT, FIELD_VERDICT, FIELD_SEVERITY, FIELD_CONFIDENCE };

struct field {
	const char *key; /* NULL ends a table */
	enum field_type type;
	size_t offset;
};

/* Those of a finding that come before its lists, and those after. */
extern const struct field finding_fields[], finding_last_fields[];
/* Those of an element of a list. */
extern const struct field location_fields[], evidence_fields[], source_fields[], judgement_fields[];

#endif
