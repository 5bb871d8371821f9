/*
 * Findings as a log of SARIF 2.1.0 (OASIS), what code hosts and editors read.
 *
 *   struct sarif s = {.tool = "eros-scan", .rules = rules, .rule_count = n};
 *   sarif_open(&s, b); sarif_result(&s, b, &finding); …; sarif_close(&s, b);
 *
 * B may be emptied between calls. The log is one run. A finding that nobody judged, or that is confirmed, is a failure of the level that its
 * severity says; the verdicts that are none become kinds: changed "review", unverifiable "open", fixed "pass",
 * not_found "notApplicable", the last two suppressed with the reason. Bytes that are no UTF-8 become U+FFFD.
 */
#ifndef FINDING_SARIF_H
#define FINDING_SARIF_H

#include "finding/finding.h"

struct sarif_rule {
	struct str id, title, fix, cwe;
	enum severity severity;
};

struct sarif {
	const char *tool;
	const struct sarif_rule *rules;
	size_t rule_count;
	size_t results; /* private */
};

void sarif_open(struct sarif *s, struct buf *b);
void sarif_result(struct sarif *s, struct buf *b, const struct finding *f);
void sarif_close(struct sarif *s, struct buf *b);

#endif
