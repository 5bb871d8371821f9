/*
 * eros-scan: what in a source tree fits rules that describe faults? Reads rules and a tree, writes findings.
 */
#include "base/exit.h"
#include "base/file.h"
#include "base/options.h"
#include "finding/finding_output.h"
#include "record/emit.h"
#include "scan/scan.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

struct app {
	const char *root;
	const char **rules; /* files and directories */
	size_t files, file_cap;
	struct scan_options options;
	enum finding_format format;
	bool fails, test;
	enum severity fail_on;
};

enum { KEY_FAIL_ON = OPTION_LONG, KEY_FORMAT, KEY_ROOT, KEY_RULES, KEY_TARGET, KEY_TEST };

static const struct argp_option options[] = {
	{"rules", KEY_RULES, "FILE|DIR", 0,
         "Read rules from this YAML file, or those of this directory; may be repeated (" DATA_DIR
         "/scan)",
         1},
	{"root", KEY_ROOT, "TREE", 0, "The source tree (.)", 1},
	{"target", KEY_TARGET, "VERSION", 0,
         "The version of its language that the code is to run under", 1},
	{"test", KEY_TEST, NULL, 0, "Only run the tests in the rules, which may be operands then",
         2},
	{"format", KEY_FORMAT, "records|text|sarif", 0, "What to write (records)", 3},
	{"fail-on", KEY_FAIL_ON, "any|info|low|medium|high|critical", 0,
         "Exit with 1 if there is a finding so severe, or more", 3},
	{0},
};

static void
add_rules(struct app *a, const char *path)
{
	GROW(a->rules, a->files, a->file_cap);
	a->rules[a->files++] = path;
}

static error_t
parse(int key, char *arg, struct argp_state *state)
{
	struct app *a = state->input;

	switch (key) {
	case KEY_FAIL_ON:
		a->fails = true;
		a->fail_on = fail_on_option(state, arg);
		break;
	case KEY_FORMAT:
		a->format = (enum finding_format)option_word(state, "--format", arg,
		                                             finding_format_name);
		break;
	case KEY_ROOT: a->root = arg; break;
	case KEY_RULES: add_rules(a, arg); break;
	case KEY_TARGET:
		if (!scan_is_version(str_of(arg)))
			argp_error(state, "--target: '%s': expected a version such as 3.9", arg);
		a->options.target = str_of(arg);
		break;
	case KEY_TEST: a->test = true; break;
	default: return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

static struct scan_rules *
load_rules(const struct app *a)
{
	struct scan_rules *rules = scan_rules_new();

	for (size_t i = 0; i < a->files; i++)
		scan_rules_load(rules, a->rules[i]);
	return rules;
}

static void
note_failure(void *arg, const char *file, unsigned line, const char *what)
{
	buf_printf(arg, "%s:%u: failed: %s\n", file, line, what);
}

/* Write how the tests went: one record, and on standard error what failed. */
static int
run_tests(const struct scan_rules *rules)
{
	struct buf failures = BUF_INIT;
	struct writer w;
	size_t tests, failed = scan_test(rules, note_failure, &failures, &tests);

	writer_init(&w, STDOUT_FILENO, "stdout");
	emit_open(writer_buf(&w), "test");
	emit_count(writer_buf(&w), "tests", tests);
	emit_count(writer_buf(&w), "failed", failed);
	emit_close(writer_buf(&w));
	writer_done(&w);
	if (!fd_write(STDERR_FILENO, failures.ptr, failures.len))
		return EROS_IO;
	buf_release(&failures);
	writer_close(&w);
	return failed > 0 ? EROS_NO : EROS_OK;
}

/* PATH as it is from the root on; false where it is not within the tree. */
static bool
path_in_tree(const char *root, const char *path, struct buf *normal)
{
	char whole[PATH_MAX];
	size_t len;

	if (*path != '/')
		return source_path_normal(str_of(path), normal);
	if (!realpath(root, whole))
		return false;
	len = strlen(whole);
	if (strncmp(path, whole, len) != 0 || (path[len] != '/' && path[len] != '\0' && len > 1))
		return false;
	return source_path_normal(str_of(path + len + strspn(path + len, "/")), normal);
}

/* The operands as paths in the tree; those that are not there raise STATUS. NULL where none was given. */
static const char **
find_paths(const struct app *a, const struct source_tree *tree, char **operand, struct arena *arena,
           int *status)
{
	const char **paths = NULL;
	size_t count = 0, cap = 0;
	struct buf normal = BUF_INIT;

	if (!*operand)
		return NULL;
	for (; *operand; operand++) {
		struct stat st;
		bool within = path_in_tree(a->root, *operand, &normal);

		if (!within || (normal.len > 0 && fstatat(tree->fd, buf_cstr(&normal), &st,
		                                          AT_SYMLINK_NOFOLLOW) != 0)) {
			diag("cannot_open", within ? strerror(errno) : "not in the tree", "%s",
			     *operand);
			*status = EROS_NOINPUT;
			continue;
		}
		GROW(paths, count, cap);
		paths[count++] =
			arena_copy(arena, normal.len > 0 ? buf_view(&normal) : STR("")).ptr;
	}
	GROW(paths, count, cap);
	paths[count] = NULL;
	buf_release(&normal);
	return paths;
}

static int
write_findings(const struct app *a, struct scan_rules *rules, const struct scan_result *result)
{
	struct writer w;
	struct finding_output o = {.out = &w, .format = a->format};
	int status = EROS_OK;

	writer_init(&w, STDOUT_FILENO, "stdout");
	o.sarif.tool = "eros-scan";
	o.sarif.rules = scan_rules_list(rules);
	o.sarif.rule_count = scan_rules_count(rules);
	finding_output_begin(&o);
	for (size_t i = 0; i < result->count; i++) {
		finding_output_put(&o, &result->finding[i]);
		if (a->fails && fail_on(a->fail_on, &result->finding[i]))
			status = EROS_NO;
	}
	finding_output_end(&o);
	writer_close(&w);
	return status;
}

static int
scan(struct app *a, struct scan_rules *rules, char **operands)
{
	struct source_tree tree;
	struct scan_result result;
	struct arena arena = ARENA_INIT;
	const char **paths;
	int status = EROS_OK;

	if (!source_tree_open(&tree, a->root))
		die(EROS_NOINPUT, "cannot_open", strerror(errno), "%s", a->root);
	a->options.paths = paths = find_paths(a, &tree, operands, &arena, &status);
	scan_tree(rules, &tree, &a->options, &result);
	status = exit_worse(status, exit_worse(tree.status, write_findings(a, rules, &result)));
	if (result.too_large > 0)
		diag("too_large", NULL, "%zu files are larger than %d MiB and were not searched",
		     result.too_large, SOURCE_MAX_FILE >> 20);
	if (result.given_up > 0)
		diag("match_limit", NULL, "%zu searches were given up for the match limit",
		     result.given_up);
	scan_result_release(&result);
	source_tree_release(&tree);
	arena_release(&arena);
	free(paths);
	return status;
}

int
main(int argc, char **argv)
{
	static struct app a = {.root = "."};
	static const struct argp argp = {options,
	                                 parse,
	                                 "[PATH...]\n--test RULES...",
	                                 "Write a finding for each place in a source tree that "
	                                 "fits a rule; all of it, or what is at PATHs.",
	                                 NULL,
	                                 NULL,
	                                 NULL};
	char **operands = options_parse(&argp, argc, argv, &a);
	struct scan_rules *rules;
	int status;

	for (; a.test && *operands; operands++)
		add_rules(&a, *operands);
	if (a.files == 0)
		add_rules(&a, DATA_DIR "/scan");
	rules = load_rules(&a);
	status = a.test ? run_tests(rules) : scan(&a, rules, operands);
	scan_rules_free(rules);
	free(a.rules);
	return status;
}
