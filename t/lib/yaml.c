/*
 * YAML: the tree, what is refused and at which line, and the typed readers, which end the process:
 * they run in a child whose status and message are looked at.
 */
#include "rule/yaml.h"

#include "base/buf.h"
#include "base/exit.h"
#include "base/file.h"
#include "tap.h"

#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static struct str
span(const char *s)
{
	return str_of(s);
}

static void
test_tree(void)
{
	static const char text[] = "\xef\xbb\xbf# rules\n"
				   "groups:\n"
				   "  - name: a\n"
				   "    rules: [x, \"y z\", 'it''s']\n"
				   "empty:\n"
				   "block: |\n"
				   "  one\n"
				   "  two\n"
				   "\"quoted key\": 1\n";
	struct yaml_file file;
	struct yaml_error error;
	const struct yaml *groups, *rules, *block;

	if (!ok(yaml_parse(&file, "f", STR(text), &error),
	        "a file with all kinds of nodes is read"))
		return;
	is_int(file.root->type, YAML_MAP, "the root is a map");
	is_int((long long)file.root->count, 4, "of four members");
	groups = yaml_get(file.root, "groups");
	ok(groups && groups->type == YAML_LIST && groups->count == 1, "a list of one");
	is_int(groups->line, 3, "which begins at its first element");
	is_int(groups->key_line, 2, "under a key of the line before");
	is_int(groups->child->line, 3, "the byte order mark shifts no line");
	rules = yaml_get(groups->child, "rules");
	is_str(rules->child->text, "x", "a plain scalar");
	ok(!rules->child->quoted && rules->child->next->quoted, "quotes are told apart");
	is_str(rules->child->next->next->text, "it's", "a doubled quote");
	ok(!rules->child->next->next->next, "children end");
	ok(!rules->child->key.ptr, "an element has no key");
	is_str(yaml_get(file.root, "empty")->text, "", "no value is an empty scalar");
	is_int(yaml_get(file.root, "empty")->line, 5, "at its key's line");
	block = yaml_get(file.root, "block");
	is_str(block->text, "one\ntwo\n", "a block");
	ok(block->quoted, "which is text");
	ok(block->text.ptr[block->text.len] == '\0', "text ends in a NUL");
	ok(yaml_get(file.root, "quoted key") != NULL, "a key in quotes");
	ok(!yaml_get(file.root, "missing") && !yaml_get(NULL, "x") && !yaml_get(block, "x"),
	   "what is not there is not found");
	yaml_release(&file);
	ok(!file.root && !file.arena.chunk, "released");
}

static void
test_empty(void)
{
	static const char *const texts[] = {"", "# nothing\n", "---\n", "\n\n"};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct yaml_file file;
		struct yaml_error error;

		ok(yaml_parse(&file, "f", span(texts[i]), &error) && !file.root,
		   "an empty file is accepted (%zu)", i);
		yaml_release(&file);
	}
}

static void
refused_text(struct str text, unsigned line, const char *reason)
{
	struct yaml_file file;
	struct yaml_error error = {0};

	if (!ok(!yaml_parse(&file, "f", text, &error), "refused: %s", reason)) {
		yaml_release(&file);
		return;
	}
	is_str(span(error.reason), reason, "  in these words");
	is_int(error.line, line, "  at its line");
	ok(!file.root && !file.arena.chunk, "  leaving nothing behind");
}

static void
refused(const char *text, unsigned line, const char *reason)
{
	refused_text(span(text), line, reason);
}

static void
test_refused(void)
{
	refused("a: 1\nb: 2\na: 3\n", 3, "duplicate key 'a' (first at line 1)");
	refused("x:\n  b: 1\n  'b': 2\nz: 1\nz: 2\n", 3, "duplicate key 'b' (first at line 2)");
	refused("{a: 1, a: 2}", 1, "duplicate key 'a' (first at line 1)");
	refused("\na: &x 1\n", 2, "anchors and aliases are not allowed");
	refused("a: *x\n", 1, "anchors and aliases are not allowed");
	refused("a: 1\nb: &x [1]\n", 2, "anchors and aliases are not allowed");
	refused("a: &x {}\n", 1, "anchors and aliases are not allowed");
	refused("*x : 1\n", 1, "anchors and aliases are not allowed");
	refused("a: 1\n<<: {b: 1}\n", 2, "merge keys are not allowed");
	refused("a: !!str 1\n", 1, "tags are not allowed");
	refused("a: ! 1\n", 1, "tags are not allowed");
	refused("a: !!seq [1]\n", 1, "tags are not allowed");
	refused("!x\na: 1\n", 1, "tags are not allowed");
	refused("a: 1\n---\nb: 1\n", 2, "a second document is not allowed");
	refused("? [a]\n: 1\n", 1, "a key must be text, not a list or a map");
	refused("{a: 1}: 1\n", 1, "a key must be text, not a list or a map");
	refused("a: 1\n? \n: 2\n", 2, "a key is missing");
	refused("a: \"x\\0y\"\n", 1, "NUL character in a string");
	refused("a:\n  b: 1\n\tc: 2\n", 3, "a tab cannot indent: use spaces");
	refused("a: [1, 2\nb: 3\n", 2,
	        "did not find expected ',' or ']' while parsing a flow sequence that begins at "
	        "line 1");
	refused("a: 'x\n", 2,
	        "found unexpected end of stream while scanning a quoted scalar that begins at line "
	        "1");
	refused("a: 1\n b: 2\n", 2, "mapping values are not allowed in this context");
	refused("a: 1\nb: \x01\n", 2, "control characters are not allowed");
	refused("a: 1\nb: \xff\n", 2, "invalid UTF-8");
	refused("a: \xed\xa0\x80\n", 1, "invalid UTF-8");
	refused_text(STR("a: 1\n\0b: 1\n"), 2, "NUL byte");
	refused_text(STR("\xff\xfe"
	                 "a\0:\0"),
	             1, "invalid UTF-8");
}

static void
add_times(struct buf *b, const char *s, size_t n)
{
	while (n-- > 0)
		buf_str(b, s);
}

static void
test_limits(void)
{
	struct buf b = BUF_INIT;
	struct yaml_file file;
	struct yaml_error error;

	add_times(&b, "[", YAML_MAX_DEPTH);
	add_times(&b, "]", YAML_MAX_DEPTH);
	ok(yaml_parse(&file, "f", buf_view(&b), &error), "nesting up to the limit");
	yaml_release(&file);
	buf_reset(&b);
	add_times(&b, "[", YAML_MAX_DEPTH + 1);
	add_times(&b, "]", YAML_MAX_DEPTH + 1);
	refused_text(buf_view(&b), 1, "nested deeper than 32 levels");
	buf_reset(&b);
	add_times(&b, "[", 100000);
	refused_text(buf_view(&b), 1, "nested deeper than 32 levels");
	buf_reset(&b);
	add_times(&b, "-\n", YAML_MAX_NODES - 1);
	ok(yaml_parse(&file, "f", buf_view(&b), &error), "nodes up to the limit");
	yaml_release(&file);
	buf_str(&b, "-\n");
	refused_text(buf_view(&b), YAML_MAX_NODES, "more than 1048576 nodes");
	buf_reset(&b);
	for (int i = 0; i < 50000; i++)
		buf_printf(&b, "k%d: 1\n", i);
	ok(yaml_parse(&file, "f", buf_view(&b), &error) && file.root->count == 50000,
	   "a map of many keys");
	yaml_release(&file);
	buf_str(&b, "k7: 1\n");
	refused_text(buf_view(&b), 50001, "duplicate key 'k7' (first at line 8)");
	buf_release(&b);
}

/* What a child that runs DO on TEXT says on stderr, and the status it ends with. */
static int
child(void (*act)(const struct yaml_file *), const char *text, struct buf *said)
{
	struct yaml_file file;
	struct yaml_error error;
	int pipes[2], status;
	pid_t pid;

	buf_reset(said);
	if (pipe(pipes) != 0 || (pid = fork()) < 0)
		abort();
	if (pid == 0) {
		dup2(pipes[1], STDERR_FILENO);
		close(pipes[0]);
		if (yaml_parse(&file, "f.yaml", span(text), &error))
			act(&file);
		_exit(0);
	}
	close(pipes[1]);
	fd_read(pipes[0], 4096, said);
	close(pipes[0]);
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void
dies(void (*act)(const struct yaml_file *), const char *text, const char *message)
{
	struct buf said = BUF_INIT;
	struct str line;
	const char *from;

	is_int(child(act, text, &said), EROS_CONFIG, "dies with the status for configuration");
	line = str_trim(buf_view(&said));
	from = line.ptr ? memmem(line.ptr, line.len, "f.yaml:", 7) : NULL;
	is_str(from ? str_from(line, (size_t)(from - line.ptr)) : line, message, "  saying so");
	buf_release(&said);
}

static void
want_keys(const struct yaml_file *f)
{
	static const char *const keys[] = {"threshold", "name", NULL};

	yaml_expect_keys(f, f->root, keys);
}

static void
want_list(const struct yaml_file *f)
{
	yaml_expect(f, yaml_get(f->root, "groups"), YAML_LIST, "groups");
}

static void
want_text(const struct yaml_file *f)
{
	yaml_text(f, yaml_get(f->root, "a"));
}

static void
want_share(const struct yaml_file *f)
{
	yaml_number(f, yaml_get(f->root, "a"), 0, 1);
}

static void
want_positive(const struct yaml_file *f)
{
	yaml_number(f, yaml_get(f->root, "a"), 1, INFINITY);
}

static void
want_number(const struct yaml_file *f)
{
	yaml_number(f, yaml_get(f->root, "a"), -INFINITY, INFINITY);
}

static void
want_duration(const struct yaml_file *f)
{
	yaml_duration(f, yaml_get(f->root, "a"));
}

static void
want_count(const struct yaml_file *f)
{
	yaml_count(f, yaml_get(f->root, "a"), 1, 10);
}

static void
want_bool(const struct yaml_file *f)
{
	yaml_bool(f, yaml_get(f->root, "a"));
}

static void
test_messages(void)
{
	dies(want_keys, "name: x\nthresold:\n  - 1\n",
	     "f.yaml:2: unknown key 'thresold' (did you mean 'threshold'?)");
	dies(want_keys, "zzzzzz: 1\n", "f.yaml:1: unknown key 'zzzzzz'");
	dies(want_keys, "[1]", "f.yaml:1: expected a map");
	dies(want_keys, "", "f.yaml:1: expected a map");
	dies(want_list, "x: 1\n\ngroups: 1\n", "f.yaml:3: groups: expected a list");
	dies(want_list, "x: 1\n", "f.yaml:1: groups: expected a list");
	dies(want_text, "a: [1]\n", "f.yaml:1: a: expected text");
	dies(want_text, "a:\n", "f.yaml:1: a: expected text, not ''");
	dies(want_text, "a: ~\n", "f.yaml:1: a: expected text, not '~'");
	dies(want_share, "a: 1.5\n", "f.yaml:1: a: expected a number from 0 to 1, not '1.5'");
	dies(want_share, "a: \"1\"\n", "f.yaml:1: a: expected a number from 0 to 1, not \"1\"");
	dies(want_share, "a: .nan\n", "f.yaml:1: a: expected a number from 0 to 1, not '.nan'");
	dies(want_positive, "a: 0\n", "f.yaml:1: a: expected a number of at least 1, not '0'");
	dies(want_number, "a: 1e999\n", "f.yaml:1: a: expected a number, not '1e999'");
	dies(want_duration, "a: -5m\n",
	     "f.yaml:1: a: expected a duration such as 30s, 5m or 4h, not '-5m'");
	dies(want_count, "a: 11\n", "f.yaml:1: a: expected a whole number from 1 to 10, not '11'");
	dies(want_count, "a: 0\n", "f.yaml:1: a: expected a whole number from 1 to 10, not '0'");
	dies(want_count, "a: 1.0\n",
	     "f.yaml:1: a: expected a whole number from 1 to 10, not '1.0'");
	dies(want_bool, "a: yes\n", "f.yaml:1: a: expected true or false, not 'yes'");
	dies(want_bool, "a: 'true'\n", "f.yaml:1: a: expected true or false, not \"true\"");
}

static void
test_values(void)
{
	static const char text[] =
		"t: 5\nq: \"null\"\nn: -2.5e1\nd: 90s\ne: \"5m\"\nc: 10\nb: true\nf: False\n";
	struct yaml_file f;
	struct yaml_error error;

	ok(yaml_parse(&f, "f", STR(text), &error), "values");
	is_str(yaml_text(&f, yaml_get(f.root, "t")), "5", "a number serves as text");
	is_str(yaml_text(&f, yaml_get(f.root, "q")), "null", "null in quotes is text");
	is_num(yaml_number(&f, yaml_get(f.root, "n"), -100, 0), -25, "a number");
	is_num(yaml_duration(&f, yaml_get(f.root, "d")), 90, "a duration");
	is_num(yaml_duration(&f, yaml_get(f.root, "e")), 300, "a duration in quotes");
	is_int((long long)yaml_count(&f, yaml_get(f.root, "c"), 1, 10), 10, "a count");
	ok(yaml_bool(&f, yaml_get(f.root, "b")), "true");
	ok(!yaml_bool(&f, yaml_get(f.root, "f")), "False");
	yaml_release(&f);
}

static void
load_missing(const struct yaml_file *f)
{
	struct yaml_file file;

	(void)f;
	yaml_load(&file, "/nonexistent/f.yaml");
}

static void
load_wrong(const struct yaml_file *f)
{
	struct yaml_file file;
	int pipes[2];

	(void)f;
	if (pipe(pipes) != 0 || write(pipes[1], "a: 1\na: 2\n", 10) != 10)
		abort();
	close(pipes[1]);
	dup2(pipes[0], STDIN_FILENO);
	yaml_load(&file, "-");
}

static void
load_large(const struct yaml_file *f)
{
	struct yaml_file file;
	FILE *large = tmpfile();

	(void)f;
	if (!large || ftruncate(fileno(large), (16 << 20) + 1) != 0)
		abort();
	dup2(fileno(large), STDIN_FILENO);
	yaml_load(&file, "-");
}

static void
test_load(void)
{
	struct buf said = BUF_INIT;

	is_int(child(load_missing, "", &said), EROS_NOINPUT, "a file that is not there: 66");
	ok(memmem(said.ptr, said.len, "/nonexistent/f.yaml: No such file", 33) != NULL,
	   "and named");
	is_int(child(load_wrong, "", &said), EROS_CONFIG, "a wrong file: 78");
	ok(memmem(said.ptr, said.len, "stdin:2: duplicate key 'a'", 26) != NULL, "with its line");
	is_int(child(load_large, "", &said), EROS_CONFIG, "a file too large: 78");
	ok(memmem(said.ptr, said.len, "stdin: larger than 16 MiB", 25) != NULL, "and why");
	buf_release(&said);
}

/* What others write may hold what rule files may not. */
static void
test_foreign(void)
{
	static const char text[] = "a: &x {b: 1}\n<<: *x\n*x : !!int 2\na: *x\n--- # another\n- c\n";
	struct yaml_file f;
	struct yaml_error error;
	const struct yaml *n;

	ok(!yaml_parse(&f, "f", str_of(text), &error), "anchors and the like are refused");
	ok(yaml_parse_foreign(&f, "f", str_of(text), &error), "  but not in a foreign text");
	is_int((long long)f.root->count, 4, "  of which the first document counts");
	n = f.root->child;
	ok(n->type == YAML_MAP && n->line == 1 && n->column == 4, "  an anchor is passed over");
	ok(n->next->type == YAML_SCALAR && n->next->text.len == 0, "  an alias is empty");
	is_str(n->next->next->text, "2", "  so is a tag");
	is_int(n->child->column, 11, "  and columns are known");
	yaml_release(&f);
	ok(!yaml_parse_foreign(&f, "f", STR("a: [\n"), &error), "what is no YAML is refused there, too");
}

int
main(void)
{
	test_foreign();
	test_tree();
	test_empty();
	test_refused();
	test_limits();
	test_messages();
	test_values();
	test_load();
	return done_testing();
}
