/*
 * The ways in which commands write findings: --format records, text or sarif, through a writer.
 */
#ifndef FINDING_FINDING_OUTPUT_H
#define FINDING_FINDING_OUTPUT_H

#include "finding/sarif.h"
#include "record/writer.h"

enum finding_format { FINDING_RECORDS, FINDING_TEXT, FINDING_SARIF };

/* Their words, ending in NULL, for option_word. */
extern const char *const finding_format_name[];

struct finding_output {
	struct writer *out;
	enum finding_format format;
	struct sarif sarif; /* where format is FINDING_SARIF: its tool and rules */
};

void finding_output_begin(struct finding_output *o);
void finding_output_put(struct finding_output *o, const struct finding *f);
void finding_output_end(struct finding_output *o);

#endif
