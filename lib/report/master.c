#include "report/master.h"

#include "report/markdown_text.h"
#include "report/master_parts.h"

#include <inttypes.h>

/* The headings, in their order. */
enum section {
	SECTION_CONFIRMED,
	SECTION_CHANGED,
	SECTION_UNVERIFIABLE,
	SECTION_INVALIDATED,
	SECTIONS
};

static enum section
section_of(const struct finding *f)
{
	static const enum section section[VERDICT_COUNT] = {
		[VERDICT_NONE] = SECTION_CONFIRMED,
		[VERDICT_CONFIRMED] = SECTION_CONFIRMED,
		[VERDICT_CHANGED] = SECTION_CHANGED,
		[VERDICT_FIXED] = SECTION_INVALIDATED,
		[VERDICT_NOT_FOUND] = SECTION_INVALIDATED,
		[VERDICT_UNVERIFIABLE] = SECTION_UNVERIFIABLE};

	return section[f->verdict];
}

/* Call WRITE for each finding of SECTION, the severest first; of one severity alone where SEVERITY is not below 0. */
static void
each(struct writing *w, enum section section, int severity,
     void (*write)(struct writing *w, const struct finding *f))
{
	for (int s = SEVERITY_COUNT - 1; s >= 0; s--) {
		if (severity >= 0 && s != severity)
			continue;
		for (size_t i = 0; i < w->m->count; i++)
			if (section_of(&w->m->finding[i]) == section &&
			    (int)w->m->finding[i].severity == s)
				write(w, &w->m->finding[i]);
	}
}

static void
give_number(struct writing *w, const struct finding *f)
{
	size_t next = w->number.count + 1;
	bool fresh;
	size_t *n = map_use(&w->number, f->id, &fresh);

	if (fresh)
		*n = next;
}

static size_t
count_of(const struct master *m, enum section section, int severity)
{
	size_t n = 0;

	for (size_t i = 0; i < m->count; i++)
		n += section_of(&m->finding[i]) == section &&
		     (severity < 0 || (int)m->finding[i].severity == severity);
	return n;
}

static void
put_confirmed(struct writing *w)
{
	if (count_of(w->m, SECTION_CONFIRMED, -1) == 0)
		buf_str(w->b, "\n## Confirmed Findings\n\nNone.\n");
	for (int s = SEVERITY_COUNT - 1; s >= 0; s--) {
		if (count_of(w->m, SECTION_CONFIRMED, s) == 0)
			continue;
		buf_printf(w->b, "\n## %s\n", master_severity[s]);
		each(w, SECTION_CONFIRMED, s, master_finding);
	}
}

static void
put_others(struct writing *w, enum section section, const char *title)
{
	if (count_of(w->m, section, -1) == 0)
		return;
	buf_printf(w->b, "\n## %s\n", title);
	each(w, section, -1, master_finding);
}

static void
put_invalid(struct writing *w, const struct finding *f)
{
	bool fixed = f->verdict == VERDICT_FIXED;

	master_heading(w, f);
	buf_printf(w->b, "- **Verdict:** %s\n- **Why:** ", fixed ? "fixed" : "not found");
	markdown_line(w->b, f->why.len > 0 ? f->why : STR("not known"));
	buf_byte(w->b, '\n');
	for (size_t i = 0; i < f->evidence_count; i++) {
		const struct evidence *e = &f->evidence[i];
		struct location l = {.path = e->path, .line = e->line, .end_line = e->end_line};

		if (e->path.len == 0 && e->note.len == 0)
			continue;
		buf_str(w->b, "- ");
		markdown_line(w->b, e->kind.len > 0 ? e->kind : STR("evidence"));
		buf_str(w->b, ": ");
		if (e->path.len > 0)
			master_place(w, &l);
		if (e->match.len > 0) {
			buf_str(w->b, e->path.len > 0 ? ", " : "");
			markdown_line(w->b, e->match);
		}
		if (e->note.len > 0) {
			buf_str(w->b, e->path.len > 0 || e->match.len > 0 ? "; " : "");
			markdown_line(w->b, e->note);
		}
		buf_byte(w->b, '\n');
	}
	for (size_t i = 0; i < f->source_count; i++) {
		const struct source *s = &f->sources[i];

		buf_str(w->b, "- Stated in ");
		master_source(w, s->report, s->number, s->line);
		if (s->severity.len > 0) {
			buf_str(w->b, ", severity “");
			markdown_line(w->b, s->severity);
			buf_str(w->b, "”");
		}
		buf_byte(w->b, '\n');
	}
}

static void
put_invalidated(struct writing *w)
{
	buf_str(w->b, "\n## Invalidated Findings\n");
	if (count_of(w->m, SECTION_INVALIDATED, -1) == 0)
		buf_str(w->b, "\nNone.\n");
	each(w, SECTION_INVALIDATED, -1, put_invalid);
}

/* What looked like a finding and is none of the above. */
static void
put_unread(struct writing *w)
{
	const struct claims *c = w->m->claims;

	if (!c || c->unreads == 0)
		return;
	buf_str(w->b, "\n## Not Read\n\nThese lines look like findings, but could not be read as "
	              "such.\n\n");
	for (size_t i = 0; i < c->unreads; i++) {
		const struct claim_unread *u = &c->unread[i];

		buf_str(w->b, "- ");
		master_source(w, c->report[u->report].file, STR_NONE, u->line);
		buf_printf(w->b, ", %s: ", u->reason);
		markdown_code(w->b, u->text);
		buf_byte(w->b, '\n');
	}
}

static void
put_inputs(struct writing *w)
{
	const struct claims *c = w->m->claims;

	for (size_t i = 0; c && i < c->reports; i++) {
		const struct claim_report *r = &c->report[i];

		buf_str(w->b, i == 0 ? "- **Inputs:**\n  - " : "  - ");
		markdown_code(w->b, r->file);
		if (r->title.len > 0) {
			buf_str(w->b, " (");
			markdown_line(w->b, r->title);
			buf_byte(w->b, ')');
		}
		if (r->line > 0)
			buf_printf(w->b, ", from line %" PRIu32, r->line);
		buf_printf(w->b, ": %zu %s\n", r->claims, r->claims == 1 ? "finding" : "findings");
	}
}

static void
put_counts(struct writing *w)
{
	const struct master *m = w->m;
	size_t stated = 0;

	for (size_t i = 0; i < m->count; i++)
		stated += m->finding[i].source_count > 0 ? m->finding[i].source_count : 1;
	buf_printf(w->b, "- **Findings:** %zu stated, %zu after duplicates were merged: ", stated,
	           m->count);
	buf_printf(w->b, "%zu confirmed, %zu changed, %zu unverifiable, %zu invalidated\n",
	           count_of(m, SECTION_CONFIRMED, -1), count_of(m, SECTION_CHANGED, -1),
	           count_of(m, SECTION_UNVERIFIABLE, -1), count_of(m, SECTION_INVALIDATED, -1));
	buf_str(w->b, "- **Confirmed by severity:**");
	for (int s = SEVERITY_COUNT - 1; s >= 0; s--)
		if (s >= SEVERITY_LOW || count_of(m, SECTION_CONFIRMED, s) > 0)
			buf_printf(w->b, "%s %s %zu", s == SEVERITY_CRITICAL ? "" : ",",
			           master_severity[s], count_of(m, SECTION_CONFIRMED, s));
	buf_byte(w->b, '\n');
}

static void
put_head(struct writing *w)
{
	buf_str(w->b, "# Master Bug Report\n\n- **Tree:** ");
	markdown_code(w->b, w->m->tree);
	buf_str(w->b, "\n- **Commit:** ");
	if (w->m->commit.len > 0)
		markdown_code(w->b, w->m->commit);
	else
		buf_str(w->b, "not known");
	buf_byte(w->b, '\n');
	put_inputs(w);
	put_counts(w);
}

void
master_write(struct buf *b, const struct master *m)
{
	struct writing w = {.b = b, .m = m, .number = MAP_INIT(sizeof(size_t))};

	for (int section = 0; section < SECTIONS; section++)
		each(&w, (enum section)section, -1, give_number);
	put_head(&w);
	put_confirmed(&w);
	put_others(&w, SECTION_CHANGED, "Changed Findings");
	put_others(&w, SECTION_UNVERIFIABLE, "Unverifiable Findings");
	put_unread(&w);
	put_invalidated(&w);
	map_release(&w.number);
}
