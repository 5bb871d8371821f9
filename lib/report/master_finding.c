#include "report/master_parts.h"

#include "report/markdown_text.h"

/* How far what belongs to an item of a numbered list is indented. */
enum { INDENT = 3 };

const char *const master_severity[SEVERITY_COUNT] = {
	"Severity not stated", "Info", "Low", "Medium", "High", "Critical"};

static size_t
number_of(struct writing *w, struct str id)
{
	const size_t *n = map_find(&w->number, id);

	return n ? *n : 0;
}

void
master_source(struct writing *w, struct str report, struct str number, size_t line)
{
	markdown_line(w->b, report);
	if (number.len > 0) {
		buf_str(w->b, " no. ");
		markdown_line(w->b, number);
	}
	if (line > 0)
		buf_printf(w->b, ", line %zu", line);
}

/* Whether the sources give different severities, the case of letters aside. */
static bool
severities_differ(const struct finding *f)
{
	for (size_t i = 1; i < f->source_count; i++)
		if (!str_eq_case(f->sources[0].severity, f->sources[i].severity))
			return true;
	return false;
}

static void
put_severity(struct writing *w, const struct finding *f)
{
	buf_printf(w->b, "1. **Severity:** %s", master_severity[f->severity]);
	if (f->source_count > 0)
		buf_str(w->b, severities_differ(f) ? " (the reports differ: " : " (");
	for (size_t i = 0; i < f->source_count; i++) {
		const struct source *s = &f->sources[i];

		if (i > 0)
			buf_str(w->b, "; ");
		if (s->severity.len > 0) {
			buf_str(w->b, "“");
			markdown_line(w->b, s->severity);
			buf_str(w->b, "” in ");
		} else {
			buf_str(w->b, "none stated in ");
		}
		master_source(w, s->report, s->number, s->line);
		if (s->claim.len > 0) {
			buf_str(w->b, ", which says “");
			markdown_line(w->b, s->claim);
			buf_str(w->b, "”");
		}
	}
	buf_str(w->b, f->source_count > 0 ? ")\n" : "\n");
}

static void
put_title(struct writing *w, const struct finding *f)
{
	struct str title = f->title.len > 0 ? f->title : f->message;

	if (title.len > 0)
		markdown_line(w->b, title);
	else
		buf_str(w->b, "not stated in the report");
}

/* A sentence: the title, with a full stop. */
static void
put_bug(struct writing *w, const struct finding *f)
{
	buf_str(w->b, "2. **The Bug:** ");
	put_title(w, f);
	if (!strchr(".!?", w->b->ptr[w->b->len - 1]))
		buf_byte(w->b, '.');
	buf_byte(w->b, '\n');
}

void
master_place(struct writing *w, const struct location *l)
{
	struct buf place = BUF_INIT;

	buf_span(&place, l->path);
	if (l->line > 0)
		buf_printf(&place, ":%zu", l->line);
	if (l->end_line > l->line && l->line > 0)
		buf_printf(&place, "-%zu", l->end_line);
	markdown_code(w->b, buf_view(&place));
	buf_release(&place);
}

/* How the code at L was found, from the first evidence that is of that place. */
static void
put_match(struct writing *w, const struct finding *f, const struct location *l)
{
	for (size_t i = 0; i < f->evidence_count; i++) {
		const struct evidence *e = &f->evidence[i];

		if (e->match.len == 0 || !str_eq(e->path, l->path) || e->line != l->line)
			continue;
		buf_str(w->b, ": ");
		markdown_line(w->b, e->kind);
		buf_str(w->b, ", ");
		markdown_line(w->b, e->match);
		if (e->report_line > 0) {
			buf_str(w->b, " (");
			master_source(w, e->report, STR_NONE, e->report_line);
			buf_byte(w->b, ')');
		}
		return;
	}
}

static void
put_locations(struct writing *w, const struct finding *f)
{
	buf_str(w->b, "3. **Location(s):**");
	if (f->location_count == 0)
		buf_str(w->b, " not stated in the report");
	buf_byte(w->b, '\n');
	for (size_t i = 0; i < f->location_count; i++) {
		const struct location *l = &f->locations[i];

		buf_printf(w->b, "%*s- ", INDENT, "");
		master_place(w, l);
		put_match(w, f, l);
		if (l->verdict != VERDICT_NONE && l->verdict != f->verdict)
			buf_printf(w->b, "; %s there",
			           l->verdict == VERDICT_NOT_FOUND ? "not found"
			                                           : verdict_name[l->verdict]);
		if (l->note.len > 0) {
			buf_str(w->b, "; ");
			markdown_line(w->b, l->note);
		}
		buf_byte(w->b, '\n');
	}
}

/* A paragraph of an item; *begun says whether it is its first. */
static void
put_paragraph(struct writing *w, struct str text, bool *begun)
{
	if (*begun)
		buf_printf(w->b, "\n%*s", INDENT, "");
	else
		buf_byte(w->b, ' ');
	markdown_block(w->b, text, INDENT);
	*begun = true;
}

/* The words of the other sources, where they are others. */
static void
put_wordings(struct writing *w, const struct finding *f, bool *begun)
{
	for (size_t i = 0; f->source_count > 1 && i < f->source_count; i++) {
		const struct source *s = &f->sources[i];
		bool message = s->message.len > 0 && !str_eq(s->message, f->message);

		if (!message && str_eq(s->title, f->title))
			continue;
		buf_printf(w->b, *begun ? "\n%*s" : "%*s", *begun ? INDENT : 1, "");
		master_source(w, s->report, s->number, s->line);
		buf_str(w->b, ": ");
		markdown_line(w->b, s->title);
		buf_byte(w->b, '\n');
		*begun = true;
		if (message)
			put_paragraph(w, s->message, begun);
	}
}

static void
put_possible(struct writing *w, const struct finding *f, bool *begun)
{
	for (size_t i = 0; i < f->possible_count; i++) {
		size_t n = number_of(w, f->possible[i]);

		if (n == 0)
			continue;
		buf_printf(w->b,
		           *begun ? "\n%*sPossible duplicate of no. %zu.\n"
		                  : "%*sPossible duplicate of no. %zu.\n",
		           *begun ? INDENT : 1, "", n);
		*begun = true;
	}
}

static void
put_judgements(struct writing *w, const struct finding *f, bool *begun)
{
	for (size_t i = 0; i < f->judgement_count; i++) {
		const struct judgement *j = &f->judgements[i];

		buf_printf(w->b, *begun ? "\n%*s" : "%*s", *begun ? INDENT : 1, "");
		buf_str(w->b, "Judged ");
		markdown_line(w->b, j->verdict);
		buf_str(w->b, " by ");
		markdown_line(w->b, j->by);
		if (j->why.len > 0) {
			buf_str(w->b, ": ");
			markdown_line(w->b, j->why);
		}
		buf_byte(w->b, '\n');
		*begun = true;
	}
}

static void
put_cause(struct writing *w, const struct finding *f)
{
	bool begun = false;

	buf_str(w->b, "4. **Root Cause & Impact:**");
	if (f->message.len > 0)
		put_paragraph(w, f->message, &begun);
	if (f->impact.len > 0)
		put_paragraph(w, f->impact, &begun);
	if (!begun)
		put_paragraph(w, STR("not stated in the report"), &begun);
	put_wordings(w, f, &begun);
	put_judgements(w, f, &begun);
	put_possible(w, f, &begun);
}

/* The fix, and those of other sources where they are others. */
static void
put_fix(struct writing *w, const struct finding *f)
{
	bool begun = false;

	buf_str(w->b, "5. **Proposed Fix:**");
	put_paragraph(w, f->fix.len > 0 ? f->fix : STR("not stated in the report"), &begun);
	for (size_t i = 0; i < f->source_count; i++) {
		const struct source *s = &f->sources[i];

		if (s->fix.len == 0 || str_eq(s->fix, f->fix))
			continue;
		buf_printf(w->b, "\n%*s", INDENT, "");
		master_source(w, s->report, s->number, s->line);
		buf_str(w->b, ":\n");
		put_paragraph(w, s->fix, &begun);
	}
}

void
master_heading(struct writing *w, const struct finding *f)
{
	buf_printf(w->b, "\n### %zu. ", number_of(w, f->id));
	put_title(w, f);
	if (f->baseline.len > 0) {
		buf_str(w->b, " (");
		markdown_line(w->b, f->baseline);
		buf_byte(w->b, ')');
	}
	buf_str(w->b, "\n\n");
}

void
master_finding(struct writing *w, const struct finding *f)
{
	master_heading(w, f);
	if (f->verdict != VERDICT_NONE && f->verdict != VERDICT_CONFIRMED) {
		buf_str(w->b, "Why: ");
		markdown_line(w->b, f->why.len > 0 ? f->why : STR("not known"));
		buf_str(w->b, "\n\n");
	}
	put_severity(w, f);
	put_bug(w, f);
	put_locations(w, f);
	put_cause(w, f);
	put_fix(w, f);
}
