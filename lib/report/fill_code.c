#include "report/fill.h"

#include <ctype.h>

/* Code: quoted, proposed, or an example. */

static bool
lead_says(struct str lead, const char *const *words)
{
	for (; *words; words++)
		for (size_t i = 0, n = strlen(*words); i + n <= lead.len; i++)
			if (strncasecmp(lead.ptr + i, *words, n) == 0 &&
			    (i == 0 || !isalpha((unsigned char)lead.ptr[i - 1])))
				return true;
	return false;
}

/* What the code of a fence is, by the label it stands under and the line before it. */
static enum claim_role
role_of(const struct filling *f, const struct fence *fence)
{
	static const char *const shells[] = {"console", "shell-session", "mermaid",  "http",
	                                     "log",     "output",        "terminal", NULL};
	static const char *const before[] = {"before",    "current", "vulnerable", "existing",
	                                     "buggy",     "problem", "original",   "instead of",
	                                     "currently", "bad",     NULL};
	static const char *const after[] = {"after",        "should be", "fixed", "replace",
	                                    "corrected",    "suggest",   "fix",   "change to",
	                                    "change it to", "recommend", "use:",  "better",
	                                    "proposed",     "could be",  "good",  NULL};
	static const char *const demo[] = {
		"exploit",   "poc",  "proof of concept", "reproduce", "attack", "payload", "output",
		"test case", "run:", "demonstrat",       "steps",     NULL};
	struct str lead = f->lead;
	bool colon = lead.len > 0 && strchr(":*", lead.ptr[lead.len - 1]);

	for (size_t i = 0; shells[i]; i++)
		if (str_is(fence->info, shells[i]))
			return CLAIM_DEMO;
	if (lead.len > 100)
		lead = str_from(lead, lead.len - 100);
	if (colon && lead_says(lead, before) && !lead_says(lead, after))
		return CLAIM_QUOTE;
	if (f->field == FIELD_FIX)
		return CLAIM_REMEDY;
	if (f->field == FIELD_DEMO)
		return CLAIM_DEMO;
	if (colon && lead_says(lead, after) && !lead_says(lead, before))
		return CLAIM_REMEDY;
	if (colon && lead_says(lead, demo))
		return CLAIM_DEMO;
	return CLAIM_QUOTE;
}

static void
fix_add(struct filling *f, const struct fence *fence)
{
	struct buf text = BUF_INIT;

	buf_str(&text, "```\n");
	for (size_t i = 0; i < fence->lines; i++) {
		buf_span(&text, fence->line[i].text);
		buf_byte(&text, '\n');
	}
	buf_str(&text, "```");
	text_add(&f->b.fix, buf_view(&text));
	buf_release(&text);
}

void
code_read(struct filling *f, const struct piece *piece)
{
	const struct fence *fence = &f->p->fences.fence[piece->fence];
	enum claim_role role = role_of(f, fence);
	int under = f->b.under;

	if (f->b.near >= 0 && f->b.location[f->b.near].line == f->lead_line)
		f->b.under = f->b.near;
	else if (f->b.fresh > 1)
		f->b.under = -1;
	f->b.fresh = 0;
	quotes_read(&f->b, fence, role);
	if (f->b.under < 0)
		f->b.under = under;
	if (role == CLAIM_REMEDY)
		fix_add(f, fence);
	f->lead = STR("");
	f->lead_line = 0;
}

/* Code quoted as a block quote, without a fence. */
size_t
quoted_read(struct filling *f, size_t i)
{
	struct fence fence = {STR(""), NULL, 0, f->p->piece[i].line};
	struct line *line = NULL;
	size_t cap = 0, j = i;

	while (j < f->s->to && f->p->piece[j].kind == PIECE_TEXT && f->p->piece[j].quotes > 0 &&
	       word_is_code(f->p->piece[j].text)) {
		GROW(line, fence.lines, cap);
		line[fence.lines++] =
			(struct line){f->p->piece[j].text, f->p->piece[j].line, false};
		j++;
	}
	fence.line = line;
	if (fence.lines > 0)
		quotes_read(&f->b, &fence, role_of(f, &fence));
	free(line);
	return j;
}
