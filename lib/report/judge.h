/*
 * What is to be said of each claim, by the tree: is the code there as it was quoted, and where; and if it is not, what
 * shows that it was fixed.
 *
 *   struct judge j = {.tree = &tree};
 *   judge_claims(&j, &claims);
 *   j.finding[i]                        what claims.claim[i] came to
 *   judge_release(&j);
 *
 * A claim is judged in each file that it cites (site.h), then as a whole: confirmed if it is confirmed in any of them; else
 * changed; else fixed, not_found or unverifiable. Where it cites no file of the tree its quotes are looked for in all
 * files but prose and the reports themselves; and so they are where those cited have them no more, or not whole: what is
 * found then makes a claim changed, and no more. Nothing that only the report says is evidence.
 *
 * The tree's files are read once each at most for either search (anchors.h) and once for the alignment after it, in threads; the
 * findings do not depend on the order.
 */
#ifndef REPORT_JUDGE_H
#define REPORT_JUDGE_H

#include "base/arena.h"
#include "finding/finding.h"
#include "report/claim.h"
#include "source/tree.h"

struct history;

struct judge {
	struct source_tree *tree;
	const struct finding *check; /* what rules found in the same tree, for checks */
	size_t checks;
	struct history *history; /* asked where a quote is not there any more, or NULL */
	bool blame;              /* ask it too who wrote the lines of what is confirmed */
	bool explain;            /* keep the steps */

	/* What comes out, a finding for each claim, in their order; all strings are the arena's or the claims'. */
	struct finding *finding;
	struct buf *steps; /* for each, where explain is set, the steps taken, a line each */
	size_t count;
	struct arena arena;
	struct arena *thread_arena; /* private, as is */
	size_t arenas;
};

void judge_claims(struct judge *j, const struct claims *claims);
void judge_release(struct judge *j);

#endif
