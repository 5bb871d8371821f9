/*
 * eros-verify-report in its parts: what was asked for and what has come of it.
 */
#ifndef VERIFY_H
#define VERIFY_H

#include "base/exit.h"
#include "record/writer.h"
#include "report/history.h"
#include "report/judge.h"
#include "report/judgements.h"
#include "report/merge.h"
#include "report/read.h"
#include "scan/scan.h"

enum verify_format { VERIFY_MARKDOWN, VERIFY_JSONL, VERIFY_SARIF };

struct verify {
	/* What was asked for. */
	const char *root, *baseline, *judgements, *explain;
	const char **checks; /* files or directories of rules */
	size_t check_count, check_cap;
	enum verify_format format;
	enum report_form input;
	enum severity least;
	bool fails; /* --fail-on was given */
	bool history, blame;
	bool shows; /* progress, on a terminal */

	/* What has come of it. */
	struct claims claims;
	struct source_tree tree;
	struct scan_rules *rules;
	struct scan_result scanned;
	struct history *past;
	struct judge judge;
	struct judgements said;
	struct merge merge;
	struct arena arena;
	int status;
};

/* A word on what is being done, where somebody looks on; NULL when that is over. */
void verify_progress(const struct verify *v, const char *what, size_t count);

/* Read the reports into v->claims; what cannot be read is told. */
void verify_read(struct verify *v, char **reports);

/* Find, judge and merge; add what people say, and what has become of the findings since. */
void verify_judge(struct verify *v);
void verify_judgements(struct verify *v);
void verify_baseline(struct verify *v);

/* Write the findings in the form that was asked for. */
void verify_write(struct verify *v, struct writer *out);

/* Write the steps that were taken for one finding; false where there is none of that id. */
bool verify_explain(struct verify *v, struct writer *out);

void verify_release(struct verify *v);

#endif
