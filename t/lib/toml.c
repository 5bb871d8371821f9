#include "pins/toml.h"
#include "base/buf.h"
#include "tap.h"

/* The tree as text: {key=[…] key="text"@LINE:COLUMN key=other}. */
static void
show(struct buf *b, const struct toml *n)
{
	if (n->key.len > 0) {
		buf_span(b, n->key);
		buf_byte(b, '=');
	}
	switch (n->type) {
	case TOML_STRING:
		buf_quote(b, n->text);
		buf_printf(b, "@%zu:%zu", n->line, n->column);
		break;
	case TOML_OTHER: buf_span(b, n->text); break;
	default:
		buf_byte(b, n->type == TOML_TABLE ? '{' : '[');
		for (const struct toml *c = n->child; c; c = c->next) {
			show(b, c);
			if (c->next)
				buf_byte(b, ' ');
		}
		buf_byte(b, n->type == TOML_TABLE ? '}' : ']');
	}
}

static void
parses(const char *text, const char *want)
{
	struct arena a = ARENA_INIT;
	struct toml_error error;
	struct buf b = BUF_INIT;
	struct toml *root = toml_parse(&a, str_of(text), &error);

	if (root)
		show(&b, root);
	else
		buf_printf(&b, "%zu: %s", error.line, error.reason);
	is_str(buf_view(&b), want, text);
	buf_release(&b);
	arena_release(&a);
}

static void
test_values(void)
{
	parses("", "{}");
	parses("\xef\xbb\xbf# only\r\n\n \t#a comment", "{}");
	parses("a = 1\r\nb = -0x_f # x\nc=1979-05-27T07:32:00.5Z\nd = +inf",
	       "{a=1 b=-0x_f "
	       "c=1979-05-27T07:32:00.5Z "
	       "d=+inf}");
	parses("a = \"q\\\"\\u00e9\\n\\\\\"", "{a=\"q\\\"\xc3\xa9\\n\\\\\"@1:5}");
	parses("a = 'c:\\x'", "{a=\"c:\\\\x\"@1:5}");
	parses("a = \"\"\"\nx\\\n   y\n\"\"\"\"\"\nb='''z'''''", "{a=\"xy\\n\\\"\\\"\"@1:5 "
	                                                         "b=\"z''\"@5:3}");
	parses("\"\xc3\xa9\" = 'x'", "{\xc3\xa9=\"x\"@1:7}");
	parses("a = [1, # c\n [2,],\n]", "{a=[1 [2]]}");
	parses("a = {b = 'x', c.d = 2, }", "{a={b=\"x\"@1:10 c={d=2}}}");
}

static void
test_tables(void)
{
	parses("[a]\nx=1\n[ a . 'b' ]\ny=2\n[c]\n[a.d]", "{a={x=1 b={y=2} d={}} c={}}");
	parses("[[a]]\nx=1\n[a.b]\ny=1\n[[a]]\nx=2", "{a=[{x=1 b={y=1}} {x=2}]}");
	parses("a.b.c = 1\na.b.d = 2", "{a={b={c=1 d=2}}}");
	parses("[a]\n[a]\nx=1", "{a={x=1}}");
}

static void
test_faults(void)
{
	parses("a", "1: expected '=' after a key");
	parses("\na =", "2: a value is missing");
	parses("= 1", "1: a key is missing");
	parses("a = 1 2", "1: something after a value or a header");
	parses("a = 'x\n'", "1: unterminated string");
	parses("a = \"x", "1: unterminated string");
	parses("a = \"\\q\"", "1: bad escape in a string");
	parses("a = \"\\ud800\"", "1: an escape that is no character");
	parses("a = \"\\u12\"", "1: bad escape in a string");
	parses("a = [1\n2]", "2: expected ',' or ']' in an array");
	parses("a = [\n", "2: unterminated array");
	parses("a = {b=1 c=2}", "1: expected ',' or '}' in an inline table");
	parses("[a", "1: unterminated header of a table");
	parses("[[a]", "1: unterminated header of a table");
	parses("[a]\n[[a]]", "2: a table and an array of tables of the same name");
	parses("'''a''' = 1", "1: bad key");
	parses("a = 1\r", "1: something after a value or a header");
}

static void
test_depth(void)
{
	struct arena a = ARENA_INIT;
	struct toml_error error;
	struct buf b = BUF_INIT;

	buf_str(&b, "a = ");
	for (int i = 0; i < 100000; i++)
		buf_byte(&b, '[');
	ok(!toml_parse(&a, buf_view(&b), &error), "nested too deeply");
	is_str(str_of(error.reason), "nested too deeply", "  and told");
	buf_release(&b);
	arena_release(&a);
}

static void
test_get(void)
{
	struct arena a = ARENA_INIT;
	struct toml_error error;
	const struct toml *root = toml_parse(&a, STR("a = 'x'\nb = 1\nc = {d = 'y'}"), &error);

	is_str(toml_string(root, "a"), "x", "a string");
	ok(toml_string(root, "b").len == 0 && toml_string(root, "n").len == 0, "no string");
	is_str(toml_string(toml_get(root, "c"), "d"), "y", "in a table");
	ok(!toml_get(toml_get(root, "a"), "b") && !toml_get(NULL, "a"), "in no table");
	ok(toml_first(root, (const char *const[]){"n", "b", "a", NULL}) == root->child,
	   "the first string");
	ok(!toml_first(root, (const char *const[]){"n", "b", NULL}), "  of none");
	arena_release(&a);
}

int
main(void)
{
	test_values();
	test_tables();
	test_faults();
	test_depth();
	test_get();
	return done_testing();
}
