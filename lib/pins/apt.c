/*
 * What apt-get is asked to install in the commands of a shell. No shell is here: words are taken at blanks, quotes left
 * out, and a command ends where an operator stands.
 */
#include "pins/dockerfile.h"

enum state {
	OTHER,            /* a command that is not apt-get */
	APT,              /* after apt-get, before its verb */
	INSTALL,          /* after install */
	ARGUMENT,         /* the next word belongs to an option of apt-get */
	PACKAGE_ARGUMENT, /* of install */
	REDIRECTED,       /* the next word is a file */
};

static bool
is_apt(struct str word)
{
	const char *slash = memrchr(word.ptr, '/', word.len);

	if (slash)
		word = str_from(word, (size_t)(slash - word.ptr) + 1);
	return str_is(word, "apt-get") || str_is(word, "apt") || str_is(word, "aptitude");
}

static bool
takes_argument(struct str option)
{
	static const char *const options[] = {"-o",
	                                      "-c",
	                                      "-t",
	                                      "--option",
	                                      "--config-file",
	                                      "--target-release",
	                                      "--default-release",
	                                      NULL};

	for (int i = 0; options[i]; i++)
		if (str_is(option, options[i]))
			return true;
	return false;
}

static bool
is_alnum(char c)
{
	return (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z');
}

static void
one_package(struct dockerfile *d, struct str word, const char *at, bool open)
{
	const char *sign = memchr(word.ptr, '=', word.len),
		   *slash = memchr(word.ptr, '/', word.len);
	struct str name = word, version = STR_NONE;
	enum pin pin = PIN_MISSING;

	if (word.len == 0 || (!is_alnum(word.ptr[0]) && word.ptr[0] != '$'))
		return;
	if (word.ptr[word.len - 1] == '-')
		return;
	if (sign) {
		name.len = (size_t)(sign - word.ptr);
		version = str_from(word, name.len + 1);
		pin = version.len == 0                        ? PIN_MISSING
		      : memchr(version.ptr, '*', version.len) ? PIN_RANGE
		                                              : PIN_EXACT;
	} else if (slash && !open) {
		name.len = (size_t)(slash - word.ptr);
		version = str_from(word, name.len + 1);
		pin = PIN_MOVING;
	}
	if (open)
		pin = PIN_MOVING;
	pins_add(d->f, dockerfile_place(d, at), pin, name, version);
}

/* A word that is to be installed; a variable in it may hold several. */
static void
packages(struct dockerfile *d, struct str word)
{
	const char *at = word.ptr;
	bool open;
	struct str expanded = dockerfile_expand(d, word, &open), one;

	while (dockerfile_word(&expanded, &one))
		one_package(d, one, at, open);
}

/* The operator at the start of S, as a count of bytes. */
static size_t
operator_length(struct str s)
{
	return s.len > 0 && strchr(";&|\n(){}`", s.ptr[0]) && s.ptr[0] != '\0';
}

/* How far a word goes on from S: a variable ${A:-b} and what is in quotes are part of it. */
static size_t
piece_length(struct str s)
{
	bool variable = str_starts(s, STR("${"));
	char close = variable ? '}' : s.ptr[0];
	const char *end = variable || close == '"' || close == '\''
	                          ? memchr(s.ptr + 1, close, s.len - 1)
	                          : NULL;

	return end ? (size_t)(end - s.ptr) + 1 : 1;
}

/* The next word, which ends at a blank or an operator; quotes all around it are left out, and *quoted says so. */
static struct str
shell_word(struct str *s, bool list, bool *quoted)
{
	size_t n = 0;
	struct str word;

	while (n < s->len && !strchr(list ? " \t\r[]," : " \t\r", s->ptr[n]) &&
	       (n == 0 || !operator_length(str_from(*s, n))))
		n += piece_length(str_from(*s, n));
	word = (struct str){s->ptr, n};
	*s = str_from(*s, n);
	*quoted = n > 1 && strchr("\"'", word.ptr[0]) && word.ptr[n - 1] == word.ptr[0];
	if (*quoted)
		word = (struct str){word.ptr + 1, n - 2};
	return word;
}

static enum state
on_word(struct dockerfile *d, enum state state, struct str word)
{
	if (word.len == 0)
		return state;
	if (state == OTHER)
		return is_apt(word) ? APT : OTHER;
	if (state == ARGUMENT)
		return APT;
	if (state == PACKAGE_ARGUMENT || state == REDIRECTED)
		return INSTALL;
	if (word.ptr[0] == '-')
		return !takes_argument(word) ? state : state == APT ? ARGUMENT : PACKAGE_ARGUMENT;
	if (state == APT)
		return str_is(word, "install") ? INSTALL : OTHER;
	if (memchr(word.ptr, '>', word.len) || memchr(word.ptr, '<', word.len))
		return strchr("<>", word.ptr[word.len - 1]) ? REDIRECTED : INSTALL;
	packages(d, word);
	return INSTALL;
}

/* What is in quotes may be a script, too: sh -c "…". Within that one there is no other. */
static void
run(struct dockerfile *d, struct str script, bool inner)
{
	enum state state = OTHER;
	struct str word;
	bool quoted;
	bool list = str_starts(str_trim(script), STR("["));

	while (script.len > 0) {
		if (strchr(list ? " \t\r[]," : " \t\r", script.ptr[0])) {
			script = str_from(script, 1);
		} else if (str_starts(script, STR("$("))) {
			/* What a command prints cannot be seen. */
			if (state == INSTALL)
				pins_add(d->f, dockerfile_place(d, script.ptr), PIN_MOVING,
				         STR("$(…)"), STR_NONE);
			script = str_from(script, 2);
			state = OTHER;
		} else if (operator_length(script) > 0) {
			script = str_from(script, 1);
			state = OTHER;
		} else {
			word = shell_word(&script, list, &quoted);
			if (quoted && !inner && state == OTHER)
				run(d, word, true);
			state = on_word(d, state, word);
		}
	}
}

void
dockerfile_apt(struct dockerfile *d, struct str script)
{
	run(d, script, false);
}
