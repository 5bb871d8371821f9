/*
 * What the history says of places where a quote is not there any more, or where only lines were stated, of another commit;
 * and who wrote the lines of what is confirmed.
 */
#include "report/judge_parts.h"

#include "report/history.h"

#include <stdlib.h>
#include <time.h>

enum { CONTEXT = 3, MOST_LINES = 200, SHORT_HASH = 12 };

struct past {
	struct bench *b;
	uint32_t file;
	uint32_t *site; /* those that are asked about */
	size_t sites;
	struct buf text; /* as it is now */
	struct align_source now;
	enum lang lang;
};

static struct str
day(struct arena *arena, double when)
{
	time_t t = (time_t)when;
	struct tm tm;
	char out[32];

	if (!gmtime_r(&t, &tm) || strftime(out, sizeof(out), "%Y-%m-%d", &tm) == 0)
		return STR("?");
	return arena_copy(arena, str_of(out));
}

static struct str
short_hash(struct str hash)
{
	return (struct str){hash.ptr, hash.len < SHORT_HASH ? hash.len : SHORT_HASH};
}

static struct evidence *
note_past(struct bench *b, struct site *s, const char *kind, struct str commit, double when,
          struct str author)
{
	struct evidence *e = site_evidence(s);

	if (!e)
		return NULL;
	*e = (struct evidence){.kind = str_of(kind),
	                       .match = arena_copy(&b->j->arena, short_hash(commit)),
	                       .path = b->j->tree->file[s->file].path,
	                       .note = arena_format(&b->j->arena, STR_FMT " " STR_FMT,
	                                            STR_ARG(day(&b->j->arena, when)),
	                                            STR_ARG(author))};
	return e;
}

/*
 * Where the lines FIRST to LAST of OLD are in NOW: they and a few around them are aligned, and all of them have to be
 * there.
 */
static bool
trace(const struct align_source *old, uint32_t first, uint32_t last, const struct align_source *now,
      enum lang lang, struct align_range *found)
{
	uint32_t from = first > CONTEXT ? first - CONTEXT : 1, to = last + CONTEXT;
	struct str line[MOST_LINES + 2 * CONTEXT + 1];
	struct align_quote q;
	struct alignment a;
	bool all = true;
	size_t n = 0;

	if (first == 0 || last < first || last - first >= MOST_LINES)
		return false;
	*found = (struct align_range){0, 0};
	for (uint32_t i = from; i <= to; i++)
		line[n++] = lines_text(&old->lines, i);
	align_quote_init(&q, line, n, lang);
	align(&q, now, NULL, 0, &a);
	for (size_t i = first - from; i <= last - from; i++) {
		const struct align_line *l = &a.line[i];

		all &= l->state == LINE_EMPTY || l->state >= LINE_DROPPED;
		if (l->first > 0 && (found->first == 0 || l->first < found->first))
			found->first = l->first;
		if (l->last > found->last)
			found->last = l->last;
	}
	alignment_release(&a);
	align_quote_release(&q);
	return all && found->first > 0;
}

/* S is at the lines NOW of the present text. */
static void
move(struct past *p, struct site *s, struct align_range now)
{
	s->first = now.first;
	s->last = now.last;
	s->here = true;
	fingerprint_line(p->now.text, now.first, s->fingerprint);
}

static void
say(struct site *s, enum verdict verdict, double confidence, struct str why)
{
	s->verdict = verdict;
	s->confidence = confidence;
	s->why = why;
}

/* The quote of S was in V. One too weak to be found by itself is looked for by the lines around it. */
static void
was_there(struct past *p, struct site *s, const struct version *v, const struct align_source *old,
          const struct site_quoted *quoted)
{
	struct bench *b = p->b;
	struct align_range now;
	struct evidence *e = note_past(b, s, "history", v->commit, v->when, v->author);

	if (e) {
		e->line = quoted->first;
		e->end_line = quoted->last;
	}
	if (quoted->weak && trace(old, quoted->first, quoted->last, &p->now, p->lang, &now)) {
		move(p, s, now);
		say(s, VERDICT_CONFIRMED, 0.75,
		    arena_format(&b->j->arena,
		                 "the stated lines of commit " STR_FMT " are there, at lines %u-%u",
		                 STR_ARG(short_hash(v->commit)), now.first, now.last));
		return;
	}
	say(s, VERDICT_FIXED, 0.85,
	    arena_format(&b->j->arena, "it was there as quoted in commit " STR_FMT " of " STR_FMT,
	                 STR_ARG(short_hash(v->commit)), STR_ARG(day(&b->j->arena, v->when))));
}

static bool
visit_version(void *arg, const struct version *v)
{
	struct past *p = arg;
	struct align_source old;
	struct site_file f = {v->path, p->lang, &old};
	size_t kept = 0;

	align_source_init(&old, v->text, p->lang);
	for (size_t i = 0; i < p->sites; i++) {
		struct site *s = &p->b->site[p->site[i]];
		struct site_quoted quoted;

		if (site_is_quoted(s, &p->b->claims->claim[s->claim], &f, &quoted))
			was_there(p, s, v, &old, &quoted);
		else
			p->site[kept++] = p->site[i];
	}
	p->sites = kept;
	align_source_release(&old);
	return kept > 0;
}

static bool
is_gone(const struct site *s)
{
	return s->cited && (s->verdict == VERDICT_CHANGED || s->verdict == VERDICT_NOT_FOUND);
}

/* The commit that a permalink names, ".../blob/COMMIT/path"; empty where it names none. */
static struct str
commit_of(struct str url)
{
	static const char *const marks[] = {"/blob/", "/tree/", "/raw/"};

	for (size_t i = 0; i < sizeof(marks) / sizeof(*marks) && url.len > 0; i++) {
		const char *at = memmem(url.ptr, url.len, marks[i], strlen(marks[i]));
		struct str rest = STR_NONE;

		if (!at)
			continue;
		rest = str_from(url, (size_t)(at - url.ptr) + strlen(marks[i]));
		for (size_t n = 0; n < rest.len; n++)
			if (!strchr("0123456789abcdef", rest.ptr[n]))
				return n >= 7 && rest.ptr[n] == '/' ? (struct str){rest.ptr, n}
				                                    : STR_NONE;
	}
	return STR_NONE;
}

/* Lines that a permalink states are those of its commit: where they are now. */
static void
follow_permalinks(struct past *p, struct site *s)
{
	const struct claim *c = &p->b->claims->claim[s->claim];
	struct buf text = BUF_INIT;
	struct str commit = STR_NONE;
	struct align_source old;
	struct align_range now;

	for (size_t i = 0; i < c->locations && i < 64 && commit.len == 0; i++)
		if (s->cites >> i & 1)
			commit = commit_of(c->location[i].url);
	if (commit.len > 0 && s->ranges > 0 &&
	    history_text(p->b->j->history, commit, p->b->j->tree->file[s->file].path, &text)) {
		align_source_init(&old, buf_view(&text), p->lang);
		if (trace(&old, s->stated[0].first, s->stated[0].last, &p->now, p->lang, &now)) {
			struct evidence *e = note_past(p->b, s, "history", commit, 0, STR(""));

			move(p, s, now);
			if (e)
				e->line = now.first, e->end_line = now.last,
				e->note = STR("where the lines of that commit are now");
		}
		align_source_release(&old);
	}
	buf_release(&text);
}

struct blaming {
	struct past *past;
	uint32_t line[HISTORY_BLAMES]; /* at HEAD */
	uint32_t site[HISTORY_BLAMES];
	size_t count;
};

static void
visit_blame(void *arg, const struct blame *blame)
{
	struct blaming *m = arg;
	struct bench *b = m->past->b;

	for (size_t i = 0; i < m->count; i++) {
		struct site *s = &b->site[m->site[i]];
		struct evidence *e;

		if (m->line[i] != blame->line)
			continue;
		e = note_past(b, s, "blame", blame->commit, blame->when, blame->author);
		if (!e)
			continue;
		e->line = e->end_line = s->first;
		e->note = arena_format(&b->j->arena, STR_FMT ": " STR_FMT, STR_ARG(e->note),
		                       STR_ARG(blame->summary));
	}
}

/* Who wrote the first line of what is confirmed, as far as HEAD has it. */
static void
ask_blame(struct past *p)
{
	struct bench *b = p->b;
	struct str path = b->j->tree->file[p->file].path;
	struct blaming m = {.past = p};
	struct buf text = BUF_INIT;
	struct align_source head;
	struct align_range there;

	if (history_text(b->j->history, STR("HEAD"), path, &text)) {
		align_source_init(&head, buf_view(&text), p->lang);
		for (size_t i = b->file_first[p->file]; i < b->file_first[p->file + 1]; i++) {
			struct site *s = &b->site[b->by_file[i]];

			if (s->verdict == VERDICT_CONFIRMED && s->here &&
			    m.count < HISTORY_BLAMES &&
			    trace(&p->now, s->first, s->first, &head, p->lang, &there)) {
				m.line[m.count] = there.first;
				m.site[m.count++] = b->by_file[i];
			}
		}
		align_source_release(&head);
		history_blame(b->j->history, path, m.line, m.count, visit_blame, &m);
	}
	buf_release(&text);
}

static void
file_ask(struct past *p)
{
	struct bench *b = p->b;
	size_t first = b->file_first[p->file], end = b->file_first[p->file + 1];
	const struct source_file *file = &b->j->tree->file[p->file];

	if (source_read(b->j->tree, file, &p->text) != SOURCE_TEXT)
		return;
	p->lang = lang_of(file->path, buf_view(&p->text));
	align_source_init(&p->now, buf_view(&p->text), p->lang);
	p->sites = 0;
	for (size_t i = first; i < end; i++) {
		struct site *s = &b->site[b->by_file[i]];

		if (is_gone(s))
			p->site[p->sites++] = b->by_file[i];
		else if (s->cited && !s->here && s->ranges > 0)
			follow_permalinks(p, s);
	}
	if (p->sites > 0)
		history_versions(b->j->history, file->path, visit_version, p);
	if (b->j->blame)
		ask_blame(p);
	align_source_release(&p->now);
}

void
bench_history(struct bench *b)
{
	struct past p = {.b = b, .site = xcalloc(b->sites + 1, sizeof(*p.site))};

	for (p.file = 0; p.file < b->j->tree->files; p.file++)
		if (b->file_first[p.file + 1] > b->file_first[p.file])
			file_ask(&p);
	free(p.site);
	buf_release(&p.text);
}
