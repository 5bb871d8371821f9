/*
 * go.mod. Its versions are exact by nature; what the go command would rewrite is not: "latest", a branch, a part of a
 * version. A module that is replaced is judged by what replaces it.
 */
#include "pins/version.h"

struct gomod {
	struct pins_file *f;
	struct map replaced; /* modules that are, whatever their version */
	struct str block;    /* the directive whose parentheses are open */
	size_t block_line;
	bool judging; /* the second pass: what is replaced is known */
};

enum { WORDS = 8 };

/* Split LINE, without its comment, at white space; returns how many words there are, WORDS + 1 for more than fit. */
static size_t
words(struct str line, struct str word[static WORDS])
{
	const char *comment = memmem(line.ptr, line.len, "//", 2);
	size_t count = 0;

	while (comment && comment > line.ptr && !strchr(" \t", comment[-1])) {
		size_t from = (size_t)(comment - line.ptr) + 2;

		comment = memmem(line.ptr + from, line.len - from, "//", 2);
	}
	if (comment)
		line.len = (size_t)(comment - line.ptr);
	for (line = str_trim(line); line.len > 0; line = str_trim(line)) {
		size_t n = 0;

		while (n < line.len && !strchr(" \t", line.ptr[n]))
			n++;
		if (count == WORDS)
			return WORDS + 1;
		word[count++] = (struct str){line.ptr, n};
		line = str_from(line, n);
	}
	return count;
}

static struct str
unquoted(struct str s)
{
	if (s.len > 1 && strchr("\"`", s.ptr[0]) && s.ptr[s.len - 1] == s.ptr[0])
		return (struct str){s.ptr + 1, s.len - 2};
	return s;
}

/* "v1.2.3", and what may come after; "v1.2" or a word is a question that the go command would answer. */
static enum pin
go_version(struct str version)
{
	struct str exact;

	if (version.len < 2 || version.ptr[0] != 'v')
		return PIN_MOVING;
	exact = (struct str){version.ptr + 1, version.len - 1};
	return version_npm(exact) == PIN_EXACT ? PIN_EXACT : PIN_MOVING;
}

static void
judge(struct gomod *g, struct str name, struct str version)
{
	pins_add(g->f, pins_place(g->f, version.ptr), go_version(unquoted(version)), unquoted(name),
	         unquoted(version));
}

static const char *
on_require(struct gomod *g, const struct str *word, size_t count)
{
	if (count != 2)
		return "expected a module and its version";
	if (g->judging && !map_find(&g->replaced, unquoted(word[0])))
		judge(g, word[0], word[1]);
	return NULL;
}

/* old [version] => new [version], which needs none where it is a directory. */
static const char *
on_replace(struct gomod *g, const struct str *word, size_t count)
{
	size_t arrow = count > 1 && str_is(word[1], "=>") ? 1 : 2;
	struct str target;

	if (count < arrow + 2 || count > arrow + 3 || !str_is(word[arrow], "=>"))
		return "expected module => replacement";
	target = unquoted(word[arrow + 1]);
	if (count == arrow + 2 && target.ptr[0] != '.' && target.ptr[0] != '/')
		return "a replacement without a version that is no directory";
	if (!g->judging && arrow == 1)
		map_use(&g->replaced, unquoted(word[0]), NULL);
	if (g->judging && count == arrow + 3)
		judge(g, word[arrow + 1], word[arrow + 2]);
	return NULL;
}

static bool
is_directive(struct str name)
{
	static const char *const known[] = {"require",   "replace", "module",  "go",
	                                    "toolchain", "exclude", "retract", "tool",
	                                    "godebug",   "ignore",  NULL};

	for (int i = 0; known[i]; i++)
		if (str_is(name, known[i]))
			return true;
	return false;
}

static const char *
directive(struct gomod *g, struct str name, const struct str *word, size_t count)
{
	if (str_is(name, "require"))
		return on_require(g, word, count);
	if (str_is(name, "replace"))
		return on_replace(g, word, count);
	return is_directive(name) ? NULL : "unknown directive";
}

static const char *
take_line(struct gomod *g, struct str line, size_t number)
{
	struct str word[WORDS];
	size_t count = words(line, word);

	if (count == 0)
		return NULL;
	if (count == 1 && str_is(word[0], ")")) {
		if (g->block.len == 0)
			return "a parenthesis that was not opened";
		g->block = STR_NONE;
		return NULL;
	}
	if (g->block.len == 0 && count == 2 && str_is(word[1], "(")) {
		g->block = word[0];
		g->block_line = number;
		return is_directive(word[0]) ? NULL : "unknown directive";
	}
	return g->block.len > 0 ? directive(g, g->block, word, count)
	                        : directive(g, word[0], word + 1, count - 1);
}

static void
pass(struct gomod *g)
{
	struct str rest = g->f->text, line;
	size_t number = 0;

	while (str_line(&rest, &line)) {
		const char *reason = take_line(g, line, ++number);

		if (reason && g->judging)
			pins_malformed(g->f, number, reason);
	}
	if (g->block.len > 0 && g->judging)
		pins_malformed(g->f, g->block_line, "unterminated block");
	g->block = STR_NONE;
}

void
gomod_check(struct pins_file *f)
{
	struct gomod g = {.f = f, .replaced = MAP_INIT(sizeof(char))};

	pass(&g);
	g.judging = true;
	pass(&g);
	map_release(&g.replaced);
}
