/*
 * The ground floor: strings, buffers, numbers, times, hashes, maps and files.
 */
#include "tap.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/map.h"
#include "base/num.h"

#include <errno.h>
#include <float.h>
#include <inttypes.h>
#include <sys/stat.h>
#include <unistd.h>

static void
test_str(void)
{
	static const char *const words[] = {"threshold", "window", "strikes", NULL};
	struct str rest = STR("one\r\ntwo\n\nlast"), line = STR_NONE;
	char name[130];

	ok(str_cmp(STR("a"), STR("ab")) < 0, "str_cmp: the shorter of two first");
	ok(str_cmp(STR("b"), STR("ab")) > 0, "str_cmp: by bytes");
	ok(str_cmp(STR("\xff"), STR("a")) > 0, "str_cmp: bytes are unsigned");
	ok(str_cmp(STR_NONE, STR("")) == 0, "str_cmp: none is empty");
	ok(str_starts(STR("ab"), STR("")), "str_starts: every string starts with nothing");
	ok(!str_starts(STR("a"), STR("ab")), "str_starts: not with a longer one");
	is_str(str_trim(STR(" \t\v a b\r\n")), "a b", "str_trim: both ends");
	is_str(str_trim(STR(" \n ")), "", "str_trim: nothing but space");

	ok(str_line(&rest, &line) && str_is(line, "one"), "str_line: CRLF");
	ok(str_line(&rest, &line) && str_is(line, "two"), "str_line: LF");
	ok(str_line(&rest, &line) && str_is(line, ""), "str_line: empty");
	ok(str_line(&rest, &line) && str_is(line, "last"), "str_line: no LF at the end");
	ok(!str_line(&rest, &line), "str_line: the end");

	memset(name, 'x', sizeof(name));
	ok(str_is_name(STR("Az09_-")), "str_is_name: all that is allowed");
	ok(str_is_name((struct str){name, 128}), "str_is_name: 128 bytes");
	ok(!str_is_name((struct str){name, 129}), "str_is_name: not 129");
	ok(!str_is_name(STR("")), "str_is_name: not empty");
	ok(!str_is_name(STR("..")) && !str_is_name(STR("a/b")) && !str_is_name(STR("a\0b")) &&
	           !str_is_name(STR("\xc3\xa9")),
	   "str_is_name: nothing that could leave a directory");

	is_str(str_of(str_nearest(STR("thresold"), words)), "threshold", "str_nearest: a letter left out");
	is_str(str_of(str_nearest(STR("widnow"), words)), "window", "str_nearest: two swapped");
	ok(!str_nearest(STR("colour"), words), "str_nearest: none is near");
	ok(!str_nearest((struct str){name, 129}, words), "str_nearest: a very long word");
}

int
main(void)
{
	test_str();
	return done_testing();
}
