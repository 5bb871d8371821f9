#include "finding/finding.h"

#include "base/hash.h"
#include "base/mem.h"
#include "base/options.h"
#include "base/utf8.h"

#include <inttypes.h>
#include <stdio.h>

const char *const severity_name[] = {"", "info", "low", "medium", "high", "critical", NULL};
const char *const verdict_name[] = {"",          "confirmed",    "changed", "fixed",
                                    "not_found", "unverifiable", NULL};

static int
word_index(const char *const *words, struct str word)
{
	for (int i = 1; words[i]; i++)
		if (str_is(word, words[i]))
			return i;
	return 0;
}

enum severity
severity_of(struct str word)
{
	return (enum severity)word_index(severity_name, word);
}

enum verdict
verdict_of(struct str word)
{
	return (enum verdict)word_index(verdict_name, word);
}

void
finding_release(struct finding *f)
{
	free(f->locations);
	free(f->evidence);
	free(f->sources);
	free(f->judgements);
	free(f->possible);
	*f = (struct finding)FINDING_INIT;
}

struct location *
finding_location(struct finding *f)
{
	GROW(f->locations, f->location_count, f->location_cap);
	f->locations[f->location_count] = (struct location){.line = 0};
	return &f->locations[f->location_count++];
}

struct evidence *
finding_evidence(struct finding *f)
{
	GROW(f->evidence, f->evidence_count, f->evidence_cap);
	f->evidence[f->evidence_count] = (struct evidence){.line = 0};
	return &f->evidence[f->evidence_count++];
}

struct source *
finding_source(struct finding *f)
{
	GROW(f->sources, f->source_count, f->source_cap);
	f->sources[f->source_count] = (struct source){.line = 0};
	return &f->sources[f->source_count++];
}

struct judgement *
finding_judgement(struct finding *f)
{
	GROW(f->judgements, f->judgement_count, f->judgement_cap);
	f->judgements[f->judgement_count] = (struct judgement){.by = STR_NONE};
	return &f->judgements[f->judgement_count++];
}

struct str *
finding_possible(struct finding *f)
{
	GROW(f->possible, f->possible_count, f->possible_cap);
	f->possible[f->possible_count] = STR_NONE;
	return &f->possible[f->possible_count++];
}

struct str
finding_id(struct arena *a, const struct str *parts, size_t count)
{
	char digits[17];
	uint64_t hash = count;

	for (size_t i = 0; i < count; i++)
		hash = hash_bytes(parts[i], hash_mix(hash + parts[i].len));
	snprintf(digits, sizeof(digits), "%016" PRIx64, hash);
	return arena_copy(a, str_of(digits));
}

size_t
finding_column(struct str line, size_t offset)
{
	const char *p = line.ptr, *end = line.ptr + (offset < line.len ? offset : line.len);
	size_t column = 1;

	for (; p < end; column++) {
		size_t n = utf8_length(p, line.ptr + line.len);

		p += n ? n : 1;
	}
	return p > end ? column - 1 : column;
}

/* Without line ends: a message on a terminal is one line. */
static void
add_line(struct buf *b, struct str text)
{
	struct str rest = str_trim(text), line;

	for (bool first = true; str_line(&rest, &line); first = false) {
		if (!first)
			buf_byte(b, ' ');
		buf_visible(b, str_trim(line));
	}
}

void
finding_text(struct buf *b, const struct finding *f)
{
	if (f->location_count > 0) {
		const struct location *l = f->locations;

		buf_visible(b, l->path);
		buf_byte(b, ':');
		if (l->line > 0) {
			buf_count(b, l->line);
			buf_byte(b, ':');
		}
		if (l->line > 0 && l->column > 0) {
			buf_count(b, l->column);
			buf_byte(b, ':');
		}
		buf_byte(b, ' ');
	}
	if (f->severity != SEVERITY_UNKNOWN) {
		buf_str(b, severity_name[f->severity]);
		buf_str(b, ": ");
	}
	if (f->verdict != VERDICT_NONE) {
		buf_str(b, verdict_name[f->verdict]);
		buf_str(b, ": ");
	}
	add_line(b, f->message.len > 0 ? f->message : f->title);
	if (f->rule.len > 0) {
		buf_str(b, " [");
		buf_visible(b, f->rule);
		buf_byte(b, ']');
	}
	buf_byte(b, '\n');
}

enum severity
fail_on_option(struct argp_state *state, const char *arg)
{
	static const char *const words[] = {"any",  "info",     "low", "medium",
	                                    "high", "critical", NULL};

	return (enum severity)option_word(state, "--fail-on", arg, words);
}

bool
fail_on(enum severity least, const struct finding *f)
{
	return f->severity >= least && f->verdict != VERDICT_FIXED &&
	       f->verdict != VERDICT_NOT_FOUND && f->verdict != VERDICT_UNVERIFIABLE;
}
