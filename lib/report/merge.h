/*
 * Which findings say the same, within a report and across reports.
 *
 *   struct merge m = {.finding = j.finding, .count = j.count, .claims = &claims};
 *   merge_run(&m);
 *   m.merged[k]                     a finding, or several made one
 *   m.into[i]                       which of these finding[i] has become
 *   merge_release(&m);
 *
 * Measured, places say little by themselves (two faults in one function are the rule), and wording alone less. So two are made one
 * only where place and wording both speak for it, the weaker the one the stronger the other; where a report itself says
 * that one is part of another; or where the same rule found the same line. What is less sure is kept apart and each named a
 * possible duplicate of the other. Severity and verdict have no part in it. Two of one report have to be more alike than
 * two of different ones, since their author kept them apart.
 *
 * Of what is made one nothing is lost: all places, evidence, sources with their wordings and severities. The words are
 * those of the one that is the more severe, the severity the highest. The verdict is the strongest: confirmed, changed,
 * fixed, not found, unverifiable; but fixed goes before one that is not as sure. Each that says otherwise is evidence of
 * kind "verdict".
 *
 * Time is linear in the number of findings, each being compared with a bounded number of others: those next to it in the same
 * file, and those that share a rare word of the title. The outcome depends on the order of the input alone.
 */
#ifndef REPORT_MERGE_H
#define REPORT_MERGE_H

#include "finding/finding.h"
#include "report/claim.h"

struct merge {
	const struct finding *finding; /* each with at most one source; they outlive the merge */
	size_t count;
	const struct claims
		*claims; /* claim i is what finding i was made from; NULL where there are none */

	/* What comes out. */
	struct finding *merged;
	size_t merged_count;
	size_t *into;

	/* private */
	struct arena arena;
};

void merge_run(struct merge *m);
void merge_release(struct merge *m);

#endif
