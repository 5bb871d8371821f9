#include "report/judgements.h"

#include "base/map.h"

static struct str
text_of(struct judgements *j, const struct record *r, struct str key)
{
	struct buf scratch = BUF_INIT;
	struct str s = arena_copy(&j->arena, record_string(r, key, &scratch));

	buf_release(&scratch);
	return s;
}

bool
judgements_add(struct judgements *j, const struct record *r, const char **reason)
{
	struct judgement_record n = {.finding = text_of(j, r, STR("finding"))};

	n.judgement = (struct judgement){text_of(j, r, STR("verdict")), text_of(j, r, STR("by")),
	                                 text_of(j, r, STR("why"))};
	*reason = n.finding.len == 0        ? "no member \"finding\""
	          : n.judgement.by.len == 0 ? "no member \"by\""
	          : n.judgement.verdict.len > 0 && verdict_of(n.judgement.verdict) == VERDICT_NONE
	                  ? "member \"verdict\" is none"
	                  : NULL;
	if (*reason)
		return false;
	GROW(j->record, j->count, j->cap);
	j->record[j->count++] = n;
	return true;
}

static void
apply(struct judgements *j, struct judgement_record *n, struct finding *f)
{
	struct buf b = BUF_INIT;

	n->used = true;
	*finding_judgement(f) = n->judgement;
	if (n->judgement.verdict.len == 0)
		return;
	f->verdict = verdict_of(n->judgement.verdict);
	buf_printf(&b, "judged by " STR_FMT, STR_ARG(n->judgement.by));
	if (n->judgement.why.len > 0)
		buf_printf(&b, ": " STR_FMT, STR_ARG(n->judgement.why));
	f->why = arena_copy(&j->arena, buf_view(&b));
	buf_release(&b);
}

size_t
judgements_apply(struct judgements *j, struct finding *findings, size_t count)
{
	struct map ids = MAP_INIT(sizeof(struct finding *));
	size_t unused = 0;

	for (size_t i = 0; i < count; i++)
		*(struct finding **)map_use(&ids, findings[i].id, NULL) = &findings[i];
	for (size_t i = 0; i < j->count; i++) {
		struct finding **f = map_find(&ids, j->record[i].finding);

		if (f)
			apply(j, &j->record[i], *f);
		unused += !f;
	}
	map_release(&ids);
	return unused;
}

void
judgements_release(struct judgements *j)
{
	free(j->record);
	arena_release(&j->arena);
	*j = (struct judgements){0};
}
