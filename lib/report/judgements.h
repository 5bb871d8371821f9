/*
 * Judgements: what a person or a model says of findings, one record a line:
 *
 *   {"finding":"0123456789abcdef","verdict":"confirmed","by":"jane","why":"reproduced"}
 *
 * They are merged under their author's name. The last one that gives a verdict decides, and the finding says by whom; the
 * evidence stays as it was.
 */
#ifndef REPORT_JUDGEMENTS_H
#define REPORT_JUDGEMENTS_H

#include "finding/finding.h"

struct judgements {
	struct judgement_record {
		struct str finding;
		struct judgement judgement;
		bool used;
	} * record;
	size_t count, cap;
	struct arena arena;
};

/* Add what R says; false with a constant REASON where it is no judgement. */
bool judgements_add(struct judgements *j, const struct record *r, const char **reason);

/* Merge them with the findings they are of; returns how many are of none, whose ids are those not used. */
size_t judgements_apply(struct judgements *j, struct finding *findings, size_t count);
void judgements_release(struct judgements *j);

#endif
