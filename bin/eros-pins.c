/*
 * eros-pins: which versions in files of dependencies are not exact?
 *
 * Looks for such files in the trees that are named, or takes single ones; writes a finding for each version that is not.
 */
#include "pins.h"

#include "base/diag.h"
#include "base/exit.h"
#include "base/file.h"
#include "base/options.h"
#include "finding/finding_output.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

struct app {
	struct pins pins;
	struct pins_root root;
	struct finding_output output;
	struct writer out;
	enum severity least; /* that makes the status EROS_NO */
	int status;
};

enum { KEY_FAIL_ON = OPTION_LONG, KEY_FORMAT, KEY_LOCK_OK };

static const struct argp_option options[] = {
	{"fail-on", KEY_FAIL_ON, "critical|high|medium|low|info|any", 0,
         "Exit with 1 only if a finding is that severe or more (any)", 0},
	{"format", KEY_FORMAT, "records|text|sarif", 0, "How to write the findings (records)", 0},
	{"lock-ok", KEY_LOCK_OK, NULL, 0, "What a lock file pins is pinned", 0},
	{0},
};

static error_t
parse(int key, char *arg, struct argp_state *state)
{
	struct app *a = state->input;

	switch (key) {
	case KEY_FAIL_ON: a->least = fail_on_option(state, arg); return 0;
	case KEY_FORMAT:
		a->output.format = (enum finding_format)option_word(state, "--format", arg,
		                                                    finding_format_name);
		return 0;
	case KEY_LOCK_OK: a->pins.lock_ok = true; return 0;
	default: return ARGP_ERR_UNKNOWN;
	}
}

static void
on_found(void *arg, const struct finding *f)
{
	struct app *a = arg;

	finding_output_put(&a->output, f);
	if (fail_on(a->least, f))
		a->status = exit_worse(a->status, EROS_NO);
}

static void
on_malformed(void *arg, struct str path, size_t line, const char *reason)
{
	struct app *a = arg;

	diag("bad_file", reason, STR_FMT ":%zu: malformed", STR_ARG(path), line);
	a->status = exit_worse(a->status, EROS_DATA);
}

static enum pins_open
on_open(void *arg, struct str path, struct buf *text)
{
	struct app *a = arg;

	return pins_root_open(&a->root, path, text);
}

static void
cannot_open(struct app *a, const char *path)
{
	diag("cannot_open", strerror(errno), "cannot read %s", path);
	a->status = exit_worse(a->status, errno == EFBIG ? EROS_DATA : EROS_NOINPUT);
}

/* Packages that were installed hold files of dependencies, which are not those of the tree. */
static bool
is_installed(struct str path)
{
	static const char *const dirs[] = {"/node_modules/", "/site-packages/", "/.venv/", "/venv/",
	                                   "/.tox/",         "/vendor/bundle/", NULL};

	for (int i = 0; dirs[i]; i++)
		if (str_starts(path, str_of(dirs[i] + 1)) || strstr(path.ptr, dirs[i]))
			return true;
	return false;
}

static void
check_member(struct app *a, const char *root, const struct source_file *file, struct buf *text)
{
	char *whole = path_join(root, file->path.ptr);
	enum pins_kind kind = is_installed(file->path) ? PINS_NONE : pins_kind_of(str_of(whole));
	enum source_state state;

	free(whole);
	if (kind == PINS_NONE)
		return;
	state = source_read(a->root.tree, file, text);
	if (state == SOURCE_TEXT)
		pins_check(&a->pins, kind, file->path, buf_view(text));
	else if (state == SOURCE_GONE)
		a->status = exit_worse(a->status, EROS_NOINPUT);
	else
		on_malformed(a, file->path, 1, state == SOURCE_LARGE ? "too large" : "no text");
}

/* PATH as it goes before the paths in it: "" for ".", else with a slash after it. */
static void
set_prefix(struct app *a, struct buf *prefix, const char *path)
{
	struct str s = str_of(path);

	while (str_starts(s, STR("./")))
		s = str_from(s, 2);
	while (s.len > 0 && s.ptr[s.len - 1] == '/')
		s.len--;
	if (!str_is(s, ".") && (s.len > 0 || path[0] == '/')) {
		buf_span(prefix, s);
		buf_byte(prefix, '/');
	}
	a->pins.prefix = buf_view(prefix);
}

static void
check_tree(struct app *a, const char *path)
{
	struct source_tree tree;
	struct buf text = BUF_INIT, prefix = BUF_INIT;
	char *root;

	if (!source_tree_open(&tree, path)) {
		cannot_open(a, path);
		return;
	}
	root = realpath(path, NULL);
	a->root.tree = &tree;
	set_prefix(a, &prefix, path);
	for (size_t i = 0; i < tree.files; i++)
		check_member(a, root ? root : path, &tree.file[i], &text);
	a->status = exit_worse(a->status, tree.status);
	source_tree_release(&tree);
	buf_release(&text);
	buf_release(&prefix);
	free(root);
}

/* The kind of a single file, which may have any name that ends like one of requirements. */
static enum pins_kind
kind_of(const char *path)
{
	char *real = realpath(path, NULL);
	size_t len = strlen(path);
	enum pins_kind kind = pins_kind_of(str_of(real ? real : path));

	free(real);
	if (kind == PINS_NONE && ((len > 4 && strcmp(path + len - 4, ".txt") == 0) ||
	                          (len > 3 && strcmp(path + len - 3, ".in") == 0)))
		kind = PINS_REQUIREMENTS;
	return kind;
}

/*
 * A single file. What it includes and the lock file beside it are looked for below the working directory where the file is there,
 * else below its own.
 */
static void
check_file(struct app *a, const char *path)
{
	bool below = path[0] != '/' && !strstr(path, "..");
	const char *slash = strrchr(path, '/'), *name = below || !slash ? path : slash + 1;
	char *dir = below || !slash ? xstrdup(".") : xstrndup(path, (size_t)(slash - path) + 1);
	bool is_stdin = strcmp(path, "-") == 0;
	enum pins_kind kind = is_stdin ? PINS_REQUIREMENTS : kind_of(path);
	struct buf text = BUF_INIT, prefix = BUF_INIT;

	while (strncmp(name, "./", 2) == 0)
		name += 2;
	a->root = (struct pins_root){.fd = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC)};
	set_prefix(a, &prefix, dir);
	if (kind == PINS_NONE) {
		diag("bad_file", NULL, "%s: not a file of dependencies that is known here", path);
		a->status = exit_worse(a->status, EROS_DATA);
	} else if (a->root.fd < 0 || !file_read(path, SOURCE_MAX_FILE, &text)) {
		cannot_open(a, path);
	} else {
		pins_check(&a->pins, kind, is_stdin ? STR("stdin") : str_of(name), buf_view(&text));
	}
	if (a->root.fd >= 0)
		close(a->root.fd);
	buf_release(&text);
	buf_release(&prefix);
	free(dir);
}

static void
check(struct app *a, const char *path)
{
	struct stat st;

	a->pins.prefix = STR_NONE;
	if (strcmp(path, "-") != 0 && stat(path, &st) != 0)
		cannot_open(a, path);
	else if (strcmp(path, "-") != 0 && S_ISDIR(st.st_mode))
		check_tree(a, path);
	else
		check_file(a, path);
	a->root = (struct pins_root){.fd = -1};
}

static const char doc[] = "Find versions in files of dependencies that are not exact.";

int
main(int argc, char **argv)
{
	struct app a = {.pins = PINS_INIT};
	const struct argp argp = {options, parse, "[FILE|DIR...]", doc, NULL, NULL, NULL};
	char **paths = options_parse(&argp, argc, argv, &a);

	a.pins.open = on_open;
	a.pins.found = on_found;
	a.pins.malformed = on_malformed;
	a.pins.arg = &a;
	writer_init(&a.out, STDOUT_FILENO, "stdout");
	a.output.out = &a.out;
	a.output.sarif = (struct sarif){
		.tool = "eros-pins", .rules = pins_rules, .rule_count = pins_rule_count};
	finding_output_begin(&a.output);
	if (!paths[0])
		check(&a, ".");
	for (; *paths; paths++)
		check(&a, *paths);
	finding_output_end(&a.output);
	pins_release(&a.pins);
	writer_close(&a.out);
	return a.status;
}
