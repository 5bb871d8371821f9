/*
 * Gemfile. It is a program; what is read of it are the statements that name gems with literals, and the blocks around them
 * that say where the gems come from. What is computed cannot be seen, and is told as something that can move.
 */
#include "base/mem.h"
#include "pins/version.h"

/* Where gems come from, by the options of a statement or the block around it. */
struct origin {
	bool path, git;
	struct str ref;
	enum pin pin; /* of ref */
};

struct gem {
	struct origin from;
	struct str name, spec;
	const char *at; /* where the name stands */
	enum pin pin;   /* of the versions: PIN_MISSING where there is none */
	const char *reason;
};

struct gemfile {
	struct pins_file *f;
	char *copy;          /* of the text, without comments and ends of lines */
	bool comment;        /* inside =begin … =end */
	struct origin *open; /* the blocks that are */
	size_t count, cap;
};

/* The string at the start of S, which is moved past it; false where it has no end. */
static bool
take_string(struct str *s, struct str *text)
{
	char quote = s->ptr[0];
	size_t n = 1;

	while (n < s->len && s->ptr[n] != quote)
		n += s->ptr[n] == '\\' && n + 1 < s->len ? 2 : 1;
	if (n >= s->len)
		return false;
	*text = (struct str){s->ptr + 1, n - 1};
	*s = str_from(*s, n + 1);
	return true;
}

static size_t
word_length(struct str s)
{
	size_t n = 0;

	while (n < s.len && (((s.ptr[n] | 32) >= 'a' && (s.ptr[n] | 32) <= 'z') ||
	                     (s.ptr[n] >= '0' && s.ptr[n] <= '9') || s.ptr[n] == '_'))
		n++;
	return n;
}

/* To the next comma or bracket. */
static void
skip_expression(struct str *s)
{
	size_t n = 0;

	while (n < s->len && !strchr(",[](){}\"'", s->ptr[n]))
		n++;
	*s = str_from(*s, n > 0 || s->len == 0 ? n : 1);
}

static void
set_ref(struct origin *o, struct str ref, enum pin pin)
{
	o->ref = ref;
	o->pin = pin;
}

static void
on_option(struct gem *g, struct str key, struct str value)
{
	static const char *const gits[] = {"git", "github", "gitlab", "bitbucket", "gist", NULL};

	for (int i = 0; gits[i]; i++)
		g->from.git |= str_is(key, gits[i]);
	if (str_is(key, "path"))
		g->from.path = true;
	else if (str_is(key, "ref"))
		set_ref(&g->from, value, version_ref(value));
	else if (str_is(key, "tag") || str_is(key, "branch"))
		set_ref(&g->from, value, PIN_MOVING);
}

static void
on_argument(struct gem *g, struct str value, const char *at, bool literal)
{
	struct str version = str_trim(value);

	if (g->name.len == 0) {
		g->name = value;
		g->at = at;
		if (!literal)
			g->pin = PIN_MOVING;
		return;
	}
	if (str_starts(version, STR("=")))
		version = str_trim(str_from(version, 1));
	if (g->spec.len == 0)
		g->spec = value;
	if (!literal || memmem(value.ptr, value.len, "#{", 2))
		g->pin = PIN_MOVING;
	else if (version_is_plain(version) && g->pin != PIN_MOVING)
		g->pin = PIN_EXACT;
	else if (g->pin == PIN_MISSING)
		g->pin = PIN_RANGE;
}

/* The key of an option where S begins with one, "git:" or ":git =>" or "\"git\" =>", else empty; S is moved past it. */
static struct str
take_key(struct str *s)
{
	struct str rest = *s, key = STR_NONE;
	bool symbol = rest.ptr[0] == ':';

	if (strchr("\"'", rest.ptr[0])) {
		if (!take_string(&rest, &key))
			return STR_NONE;
	} else {
		rest = str_from(rest, symbol);
		key = (struct str){rest.ptr, word_length(rest)};
		rest = str_from(rest, key.len);
	}
	if (!symbol && key.len > 0 && str_starts(rest, STR(":")) && !str_starts(rest, STR("::"))) {
		*s = str_from(rest, 1);
		return key;
	}
	rest = str_trim(rest);
	if (!str_starts(rest, STR("=>")))
		return STR_NONE;
	*s = str_from(rest, 2);
	return key;
}

static void
take_arguments(struct gem *g, struct str s)
{
	struct str key = STR_NONE, value;
	bool fresh = true; /* an argument begins here */
	int depth = 0;

	for (s = str_trim(s); s.len > 0 && !g->reason; s = str_trim(s)) {
		char c = s.ptr[0];
		const char *at = s.ptr;

		if (strchr(",[](){}", c)) {
			depth += strchr("[({", c) ? 1 : strchr("])}", c) ? -1 : 0;
			if (c == ',' && depth <= 0)
				key = STR_NONE;
			fresh = c == ',' || strchr("[({", c);
			s = str_from(s, 1);
			continue;
		}
		value = fresh ? take_key(&s) : STR_NONE;
		if (value.len > 0) {
			key = value;
			continue;
		}
		if (c == '"' || c == '\'') {
			if (!take_string(&s, &value))
				g->reason = "unterminated string";
			else if (key.len > 0)
				on_option(g, key, value);
			else if (fresh)
				on_argument(g, value, at + 1, true);
		} else {
			skip_expression(&s);
			if (fresh && key.len > 0)
				on_option(g, key, STR_NONE);
			else if (fresh)
				on_argument(g, str_trim((struct str){at, (size_t)(s.ptr - at)}), at,
				            false);
		}
		fresh = false;
	}
}

/* Where a byte of the copy stands. */
static struct pins_place
place_of(struct gemfile *g, const char *at)
{
	return pins_place(g->f, g->f->text.ptr + (at - g->copy));
}

static void
on_gem(struct gemfile *g, struct str arguments, const char *at)
{
	struct gem gem = {.pin = PIN_MISSING, .at = at};
	const struct origin *from = &gem.from;

	take_arguments(&gem, arguments);
	if (gem.reason || gem.name.len == 0) {
		pins_malformed(g->f, place_of(g, at).line,
		               gem.reason ? gem.reason : "a gem without a name");
		return;
	}
	if (!from->git && !from->path && g->count > 0)
		from = &g->open[g->count - 1];
	if (from->path)
		return;
	if (from->git)
		pins_add(g->f, place_of(g, gem.at), from->ref.len > 0 ? from->pin : PIN_MOVING,
		         gem.name, from->ref);
	else
		pins_add(g->f, place_of(g, gem.at), gem.pin, gem.name, gem.spec);
}

/* Whether S is a call of NAME; its arguments. */
static bool
calls(struct str s, const char *name, struct str *arguments)
{
	size_t n = strlen(name);

	if (!str_starts(s, str_of(name)) || s.len == n || !strchr(" \t(\"'", s.ptr[n]))
		return false;
	*arguments = str_from(s, n);
	return true;
}

static bool
opens_block(struct str s)
{
	static const char *const words[] = {"if", "unless", "case", "begin", "def", "while", NULL};
	struct str arguments, last = s;

	for (int i = 0; words[i]; i++)
		if (calls(s, words[i], &arguments) || str_is(s, words[i]))
			return true;
	if (last.len > 0 && last.ptr[last.len - 1] == '|') {
		const char *bar = memrchr(last.ptr, '|', last.len - 1);

		last.len = bar ? (size_t)(bar - last.ptr) : last.len;
		last = str_trim(last);
	}
	return last.len > 2 && memcmp(last.ptr + last.len - 3, " do", 3) == 0;
}

/* A block has the origin of the one around it, or its own. */
static void
open_block(struct gemfile *g, struct str s)
{
	struct origin o = g->count > 0 ? g->open[g->count - 1] : (struct origin){.pin = PIN_MOVING};
	struct gem own = {.pin = PIN_MISSING};
	struct str arguments;

	if (calls(s, "git", &arguments) || calls(s, "github", &arguments)) {
		take_arguments(&own, arguments);
		o = (struct origin){.git = true, .ref = own.from.ref, .pin = own.from.pin};
	} else if (calls(s, "path", &arguments)) {
		o = (struct origin){.path = true};
	}
	GROW(g->open, g->count, g->cap);
	g->open[g->count++] = o;
}

static void
on_statement(struct gemfile *g, struct str s)
{
	struct str arguments;

	if (calls(s, "gem", &arguments))
		on_gem(g, arguments, s.ptr);
	else if (calls(s, "eval_gemfile", &arguments))
		pins_add(g->f, place_of(g, s.ptr), PIN_UNREAD, str_trim(arguments), STR_NONE);
	if (opens_block(s))
		open_block(g, s);
	else if (str_is(s, "end") && g->count > 0)
		g->count--;
}

/* Where SOUGHT stands in LINE outside of strings, or its end. */
static size_t
outside(struct str line, char sought)
{
	char quote = '\0';

	for (size_t i = 0; i < line.len; i++) {
		char c = line.ptr[i];

		if (quote && c == '\\')
			i++;
		else if (quote)
			quote = c == quote ? '\0' : quote;
		else if (c == '"' || c == '\'')
			quote = c;
		else if (c == sought)
			return i;
	}
	return line.len;
}

/* S has any number of statements, with semicolons between them. */
static void
on_statements(struct gemfile *g, struct str s)
{
	while (s.len > 0) {
		size_t n = outside(s, ';');

		on_statement(g, str_trim((struct str){s.ptr, n}));
		s = str_from(s, n < s.len ? n + 1 : n);
	}
}

/* What LINE says beyond blanks and a comment. */
static struct str
code_of(struct gemfile *g, struct str line)
{
	if (str_starts(line, STR("=begin")))
		g->comment = true;
	else if (str_starts(line, STR("=end")))
		g->comment = false;
	else if (!g->comment)
		return str_trim((struct str){line.ptr, outside(line, '#')});
	return STR_NONE;
}

/*
 * Statements are read in a copy in which all else is blank, so that one that goes over several lines is one span, each byte where
 * it is in the text. One goes on where a line ends in a comma, a backslash or an open bracket.
 */
void
gemfile_check(struct pins_file *f)
{
	struct gemfile g = {.f = f, .copy = arena_take(&f->arena, f->text.len + 1)};
	struct str rest = f->text, line, code, statement = STR_NONE;

	memset(g.copy, ' ', f->text.len + 1);
	while (str_line(&rest, &line) && !str_starts(line, STR("__END__"))) {
		char *at;

		code = code_of(&g, line);
		if (code.len == 0)
			continue;
		at = g.copy + (code.ptr - f->text.ptr);
		memcpy(at, code.ptr, code.len);
		if (statement.len == 0)
			statement.ptr = at;
		statement.len = (size_t)(at - statement.ptr) + code.len;
		if (at[code.len - 1] == '\\')
			at[code.len - 1] = ' ';
		else if (!strchr(",([{", at[code.len - 1]))
			on_statements(&g, statement), statement = STR_NONE;
	}
	if (statement.len > 0)
		on_statements(&g, statement);
	free(g.open);
}
