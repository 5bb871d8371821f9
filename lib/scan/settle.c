#include "scan/settle.h"

#include "record/emit.h"

enum { SHOWN = 200 }; /* bytes of a capture in a message */

bool
settle_where(const struct scan_hit *hit, struct str path)
{
	struct buf b = BUF_INIT, text = BUF_INIT;
	struct record r = RECORD_INIT;
	struct json_error error;
	bool holds;

	if (!hit->rule->where)
		return true;
	emit_open(&b, NULL);
	for (size_t i = 0; i < hit->rule->names; i++)
		emit_string(&b, hit->rule->name[i].ptr, hit->capture[i]);
	emit_string(&b, "path", path);
	emit_count(&b, "line", hit->line);
	emit_string(&b, "text", hit->text);
	emit_end(&b, '}');
	buf_padded(&text, buf_view(&b));
	holds = record_scan(&r, buf_view(&text), &error) && cond_eval(hit->rule->where, &r, NULL);
	record_release(&r);
	buf_release(&b);
	buf_release(&text);
	return holds;
}

/* TEXT with what was captured, shortened to what a message can show. */
static struct str
filled(const struct scan_hit *hit, struct str text, struct arena *a)
{
	struct str shown[SCAN_NAMES], name, all;
	struct buf b = BUF_INIT;

	for (size_t i = 0; i < hit->rule->names; i++) {
		shown[i] = str_trim(hit->capture[i]);
		if (shown[i].len > SHOWN)
			shown[i].len = SHOWN;
	}
	fill_in(hit->rule, text, shown, false, &b, &name);
	all = arena_copy(a, b.len > 0 ? buf_view(&b) : STR(""));
	buf_release(&b);
	return all;
}

void
settle_finding(const struct scan_hit *hit, struct str path, struct scan_result *result)
{
	const struct scan_rule *rule = hit->rule;
	struct arena *a = &result->arena;
	struct finding f = FINDING_INIT;
	struct location *at;
	struct evidence *seen;

	f.rule = arena_copy(a, rule->id);
	f.severity = rule->severity;
	f.title = filled(hit, rule->title, a);
	f.message = filled(hit, rule->message, a);
	f.impact = filled(hit, rule->impact, a);
	f.fix = filled(hit, rule->fix, a);
	f.cwe = arena_copy(a, rule->cwe);
	f.fingerprint = arena_copy(a, str_of(hit->fingerprint));
	at = finding_location(&f);
	at->path = arena_copy(a, path);
	at->line = hit->line;
	at->end_line = hit->end_line;
	at->column = hit->column;
	seen = finding_evidence(&f);
	seen->kind = STR("rule");
	seen->match = STR("pattern");
	seen->path = at->path;
	seen->line = hit->line;
	seen->end_line = hit->end_line;
	seen->text = arena_copy(a, hit->text);
	f.id = finding_id(a, (struct str[]){f.rule, at->path, f.fingerprint}, 3);
	GROW(result->finding, result->count, result->cap);
	result->finding[result->count++] = f;
}
