/*
 * Languages, and masks. A mask is written below the text it is of: a blank for code, a dot for a comment, a quote for a
 * string.
 */
#include "source/lang.h"

#include "source/lines.h"
#include "tap.h"

static void
masks(enum lang lang, const char *text, const char *want)
{
	struct buf mask = BUF_INIT;

	lang_mask(lang, str_of(text), &mask);
	for (size_t i = 0; i < mask.len; i++)
		mask.ptr[i] = text[i] == '\n' ? '\n' : " .'"[(int)mask.ptr[i]];
	is_str(buf_view(&mask), want, lang_name(lang));
	buf_release(&mask);
}

static void
test_names(void)
{
	is_int(lang_of_path(STR("a/b.py")), LANG_PYTHON, "by the ending");
	is_int(lang_of_path(STR("a.py/b.C")), LANG_C, "in either case, of the last part");
	is_int(lang_of_path(STR("Makefile")), LANG_MAKE, "by the name");
	is_int(lang_of_path(STR("x/Dockerfile.dev")), LANG_DOCKERFILE, "by the name before a dot");
	is_int(lang_of_path(STR("Cargo.lock")), LANG_TOML, "by the name before the ending");
	is_int(lang_of_path(STR("py")), LANG_NONE, "no ending");
	is_int(lang_of_path(STR("x.")), LANG_NONE, "an empty one");
	is_int(lang_of_path(STR("")), LANG_NONE, "no name");
	is_int(lang_of_path(STR("x.p y")), LANG_NONE, "an ending with a blank");
	is_int(lang_of(STR("tool"), STR("#!/usr/bin/python3\n")), LANG_PYTHON, "by the first line");
	is_int(lang_of(STR("tool"), STR("#! /usr/bin/env -S python3.11 -u\r\n")), LANG_PYTHON,
	       "through env, with a version");
	is_int(lang_of(STR("tool"), STR("#!/bin/sh")), LANG_SHELL,
	       "the first line is the only one");
	is_int(lang_of(STR("tool"), STR("#!")), LANG_NONE, "no program");
	is_int(lang_of(STR("tool"), STR("text #!/bin/sh\n")), LANG_NONE, "not at the beginning");
	is_int(lang_of(STR("x.rb"), STR("#!/bin/sh\n")), LANG_RUBY, "the name goes first");
	for (int i = LANG_NONE + 1; i < LANG_COUNT; i++) {
		enum lang lang = (enum lang)i;
		struct buf path = BUF_INIT;

		is_int(lang_named(str_of(lang_name(lang))), i, lang_name(lang));
		buf_printf(&path, "x." STR_FMT, STR_ARG(lang_ending(lang)));
		is_int(lang_of_path(buf_view(&path)), i, "its usual ending is its own");
		is_str(str_of(lang_names()[i - 1]), lang_name(lang), "it is among the names");
		buf_release(&path);
	}
	is_int(lang_named(STR("cobol")), LANG_NONE, "no such language");
	is_str(str_of(lang_name(LANG_NONE)), "", "none has no name");
	ok(!lang_names()[LANG_COUNT - 1], "the names end");
	ok(lang_is_prose(LANG_MARKDOWN) && lang_is_prose(LANG_TEXT) && !lang_is_prose(LANG_NONE),
	   "prose");
	is_int(lang_blocks(LANG_PYTHON), BLOCKS_INDENT, "blocks by indentation");
	is_int(lang_blocks(LANG_C), BLOCKS_BRACES, "blocks by braces");
}

static void
test_python(void)
{
	masks(LANG_PYTHON, "a = 'x#\\'' # c", "     ''''  ...");
	masks(LANG_PYTHON, "f(\"\", r'\\', b\"a\") #", "        '''''''''''");
	masks(LANG_PYTHON, "'''a\n'b''c\"\\''''#\nd", "   '\n''''''''   .\n ");
	masks(LANG_PYTHON, "\"\"\"a\n# b", "   '\n'''");
	masks(LANG_PYTHON, "'open\nx = 1 # '", " ''''\n      ...");
	masks(LANG_PYTHON, "'a\\\nb' c", " ''\n'   ");
	masks(LANG_PYTHON, "'\\", " '");
	masks(LANG_PYTHON, "", "");
	masks(LANG_PYTHON, "x # a\r\ny # b\r", "  ... \n  ....");
	masks(LANG_PYTHON, "'a\\\r\nb' c", " '''\n'   ");
	masks(LANG_NONE, "'a' # b", "       ");
	masks(LANG_PYTHON,
	      "more than sixteen bytes of code 'and more than sixteen bytes of text' # and a "
	      "comment",
	      "                                 '''''''''''''''''''''''''''''''''''  "
	      "...............");
	ok(lang_is_plain(LANG_PYTHON, STR("a = b / c // d")) && lang_is_plain(LANG_PYTHON, STR("")),
	   "plain");
	ok(!lang_is_plain(LANG_PYTHON, STR("a = b # c")) &&
	           !lang_is_plain(LANG_C, STR("a = b / c")),
	   "not plain");
}

static void
test_slashes(void)
{
	masks(LANG_C, "a/*'*/b'\"'//'\nc", " .....  ' ...\n ");
	masks(LANG_C, "/* /* */ 1 */", "........     ");
	masks(LANG_C, "/*", "..");
	masks(LANG_C, "#define X \"a\" // b", "           '  ....");
	masks(LANG_CPP, "R\"x(a)\"b)x\" 'c'", "    ''''     ' ");
	masks(LANG_CSHARP, "@\"a\\\" + @\"b\"\"c\" //", "  ''      ''''  ..");
	masks(LANG_GO, "`a\n//` // b", " '\n''  ....");
	masks(LANG_JAVA, "\"\"\"\na\"b\"\"\" // c", "   \n'''    ....");
	masks(LANG_RUST, "&'a str 'b' '\\'' b'c' // d", "         '   ''    '  ....");
	masks(LANG_RUST, "r#\"a\"b\"# /* /* */ c */ d", "   '''   .............  ");
	masks(LANG_RUST, "\"a\nb\"", " '\n' ");
	masks(LANG_SWIFT, "#\"a\"b\"# \"c\"", "  '''    ' ");
	masks(LANG_PHP, "$a = 'b'; # c\n#[d]\n// e", "      '   ...\n    \n....");
	masks(LANG_CSS, "a { b: \"/*\" } /* c */", "        ''    .......");
	masks(LANG_HTML, "<p>it's <!-- \n --> \"x\"", "        .....\n....    ");
}

static void
test_javascript(void)
{
	masks(LANG_JAVASCRIPT, "a = /[/\"]/g; b / c / d // e", "     ''''              ....");
	masks(LANG_JAVASCRIPT, "return /'/.test(x) / 2", "        '             ");
	masks(LANG_JAVASCRIPT, "f(a)/2; x[0]/'b'", "              ' ");
	masks(LANG_JAVASCRIPT, "`a${b({c: `d`})}e` // f", " '         '    '  ....");
	masks(LANG_TYPESCRIPT, "`\\`${'}'}` + '//'", " ''   '       '' ");
	masks(LANG_JAVASCRIPT, "a = /unfinished\n'b'", "               \n ' ");
	masks(LANG_JAVASCRIPT, "`${", "   ");
}

static void
test_hashes(void)
{
	masks(LANG_SHELL, "echo ${#a} a#b 'c # d' # e", "                '''''  ...");
	masks(LANG_SHELL, "a=\"x\n# y\" # z\n# w", "   '\n'''  ...\n...");
	masks(LANG_SHELL, "cat <<EOF # a\n# b\nEOF\n# c", "          ...\n'''\n   \n...");
	masks(LANG_SHELL, "cat <<-'a' <<b\nx\n\ta\ny\nb\n# z", "        '     \n'\n  \n'\n \n...");
	masks(LANG_SHELL, "echo $((1 <<n))\n# c", "               \n...");
	masks(LANG_SHELL, "$'a\\'b' 'c\\' # d", "  ''''   ''  ...");
	masks(LANG_RUBY, "a << b\n# c\nx = <<~E\n  # d\n  E\n=begin\ne\n=end\nf",
	      "      \n...\n        \n'''''\n   \n......\n.\n....\n ");
	masks(LANG_RUBY, "x =~ /'/ # y", "      '  ...");
	masks(LANG_YAML, "a: it's # b\nc: 'd # ''e' # f\ng: h#i",
	      "        ...\n    '''''''  ...\n      ");
	masks(LANG_TOML, "a = 'b\\' # c\nd = \"\"\"e\n# f\"\"\"", "     ''  ...\n       '\n'''   ");
	masks(LANG_INI, "a = b ; c\n; d\n # e", "         \n...\n ...");
	masks(LANG_SQL, "select 'it''s' -- a\n/* b */ \"c\"\"d\"",
	      "        '''''  ....\n.......  '''' ");
	masks(LANG_LUA, "a = [[b\n--]] --[==[ c\n]]]==] d -- e",
	      "      '\n''   ........\n......   ....");
	masks(LANG_PERL, "$#a; # b\n=pod\nc\n=cut\n'd'", "     ...\n....\n.\n....\n ' ");
	masks(LANG_DOCKERFILE, "RUN a # b\n# c", "         \n...");
}

static void
test_lines(void)
{
	struct lines l = LINES_INIT;

	lines_index(&l, STR("a\r\n\nbc"));
	is_int((long long)l.count, 3, "lines");
	is_str(lines_text(&l, 1), "a", "without CRLF");
	is_str(lines_text(&l, 2), "", "an empty one");
	is_str(lines_text(&l, 3), "bc", "the last without LF");
	is_str(lines_text(&l, 4), "", "none beyond");
	is_str(lines_text(&l, 0), "", "none before the first");
	is_int((long long)lines_at(&l, 0), 1, "of the first byte");
	is_int((long long)lines_at(&l, 2), 1, "the LF belongs to its line");
	is_int((long long)lines_at(&l, 3), 2, "of the next");
	is_int((long long)lines_at(&l, 6), 3, "of the end");
	is_int((long long)lines_start(&l, 3), 4, "where a line begins");
	is_int((long long)lines_start(&l, 9), 6, "where none does");
	lines_index(&l, STR("x\n"));
	is_int((long long)l.count, 1, "used again");
	lines_index(&l, STR(""));
	is_int((long long)l.count, 0, "no line");
	is_int((long long)lines_at(&l, 0), 1, "then line 1");
	is_str(lines_text(&l, 1), "", "which is empty");
	lines_release(&l);
}

static void
test_python_fields(void)
{
	masks(LANG_PYTHON, "f\"{x[\"a\"]} b\" + c # d", "  ''''''''''      ...");
	masks(LANG_PYTHON, "rF'{f'{'a'}'}'; Tr'{{'b", "   ''''''''''      ''  ");
	masks(LANG_PYTHON, "f'{x:\"<{w}} ' + 1", "  ''''''''''     ");
	masks(LANG_PYTHON, "f\"{x!r:>{'a}'}} #\" # c", "  '''''''''''''''  ...");
	masks(LANG_PYTHON, "f\"{(lambda x: \"}\")(1)}\" 1", "  ''''''''''''''''''''   ");
	masks(LANG_PYTHON, "f\"open {x\ny = \"a\"\nf\"{x[\"a\"]}\"",
	      "  '''''''\n     ' \n  '''   '' ");
	masks(LANG_PYTHON, "f\"{x:\n y\" + 1", "  '''\n   ''''");
	masks(LANG_PYTHON, "f\"\"\"{x[\n\"a\"] # \"\n:}\"\"\" # d", "    '''\n''''''''\n''    ...");
	masks(LANG_PYTHON, "f\"\\{x[\"a\"]}\\\"\" 1", "  '''''''''''   ");
	masks(LANG_PYTHON, "f\"a{{\" \"b\" f\"}}\" c", "  '''   '    ''   ");
	masks(LANG_PYTHON, "if\"a{\" else \"b\"", "   ''        ' ");
	masks(LANG_PYTHON, "f\"{x)}\" + \"a\"", "  ''''     ' ");
	masks(LANG_PYTHON, "f\"{'\n'}\" 1", "  ''\n ''''");
	masks(LANG_PYTHON, "f\"{x:%H:%M}\" \"{\" 1", "  '''''''''   '   ");
}

int
main(void)
{
	test_names();
	test_python();
	test_python_fields();
	test_slashes();
	test_javascript();
	test_hashes();
	test_lines();
	return done_testing();
}
