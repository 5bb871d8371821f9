/*
 * Source trees, made here: what is walked and what is not, what .gitignore leaves out, finding by path and by name,
 * reading of what changes or is no text.
 */
#include "source/tree.h"

#include "base/exit.h"
#include "base/file.h"
#include "source/ignore.h"
#include "tap.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

/* Put TEXT into PATH, making the directories that it names. */
static void
put(const char *path, const char *text)
{
	char *copy = xstrdup(path);
	int fd;

	for (char *p = copy; (p = strchr(p + 1, '/'));) {
		*p = '\0';
		mkdir(copy, 0777);
		*p = '/';
	}
	free(copy);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	if (fd < 0 || !fd_write(fd, text, strlen(text)))
		ok(false, "cannot make %s", path);
	close(fd);
}

/* The paths of the tree at "tree", a line each. */
static void
walks(const char *want, const char *name)
{
	struct source_tree t;
	struct buf got = BUF_INIT;

	if (ok(source_tree_open(&t, "tree"), "%s: opened", name)) {
		for (size_t i = 0; i < t.files; i++)
			buf_printf(&got, STR_FMT "\n", STR_ARG(t.file[i].path));
		is_str(buf_view(&got), want, name);
		is_int(t.status, EROS_OK, "nothing is in the way");
		source_tree_release(&t);
	}
	buf_release(&got);
}

static void
clean(void)
{
	is_int(system("rm -rf tree outside"), 0, "anew");
	mkdir("tree", 0777);
}

static void
test_walk(void)
{
	struct source_tree t;
	struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "tree/socket"};
	int s = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	clean();
	walks("", "an empty tree");
	put("tree/b.py", "1");
	put("tree/a/z.c", "");
	put("tree/a.c", "");
	put("tree/.git/config", "");
	put("tree/a/.git", "gitdir: elsewhere");
	put("tree/.github/w.yml", "");
	put("tree/a/line\nend.py", "");
	put("tree/\xff.py", "");
	put("outside/secret.py", "");
	ok(symlink("../outside", "tree/out") == 0 && symlink("..", "tree/a/up") == 0 &&
	           symlink("b.py", "tree/link.py") == 0 && mkfifo("tree/fifo.py", 0666) == 0,
	   "links and a FIFO");
	ok(bind(s, (struct sockaddr *)&address, sizeof(address)) == 0, "a socket");
	close(s);
	walks(".github/w.yml\na.c\na/line\nend.py\na/z.c\nb.py\n\xff.py\n",
	      "files alone, .git left out, links not followed, by the bytes of their paths");
	ok(!source_tree_open(&t, "nowhere") && errno == ENOENT, "no such tree");
	ok(!source_tree_open(&t, "tree/b.py") && errno == ENOTDIR, "no directory");
}

static void
test_files(void)
{
	struct source_tree t;
	struct source_file *const *named;
	size_t count;

	clean();
	put("tree/x/a.py", "12345");
	put("tree/y/a.py", "");
	put("tree/y/README", "");
	put("tree/y/a.py.bak", "");
	put("tree/old/b.py", "");
	put("tree/old.py", "");
	put("tree/c_backup.py", "");
	put("tree/backups.py/d.py", "");
	put("tree/holder.py~", "");
	ok(symlink("x", "tree/dir") == 0 && symlink("../x/a.py", "tree/y/l.py") == 0 &&
	           symlink("dir/../dir", "tree/dir2") == 0 && symlink("loop", "tree/loop") == 0 &&
	           symlink("../../outside", "tree/y/out") == 0 && symlink("/etc", "tree/etc") == 0,
	   "links");
	ok(source_tree_open(&t, "tree"), "opened");
	named = source_tree_named(&t, STR("a.py"), &count);
	if (is_int((long long)count, 2, "two of a name")) {
		is_str(named[0]->path, "x/a.py", "the first");
		is_str(named[1]->path, "y/a.py", "the second");
		is_str(named[0]->name, "a.py", "the name");
		is_int((long long)named[0]->size, 5, "the size");
		is_int(named[0]->lang, LANG_PYTHON, "the language");
	}
	source_tree_named(&t, STR("a"), &count);
	is_int((long long)count, 0, "none of a name");
	source_tree_named(&t, STR("zzz"), &count);
	is_int((long long)count, 0, "none of a name after all others");
	is_str(source_tree_find(&t, STR("./x//../x/a.py"))->path, "x/a.py", "a path with detours");
	is_str(source_tree_find(&t, STR("dir/a.py"))->path, "x/a.py", "through a link");
	is_str(source_tree_find(&t, STR("dir2/a.py"))->path, "x/a.py", "through two");
	is_str(source_tree_find(&t, STR("y/l.py"))->path, "x/a.py", "a link to a file");
	ok(!source_tree_find(&t, STR("loop")) && !source_tree_find(&t, STR("loop/x")),
	   "a link to itself");
	ok(!source_tree_find(&t, STR("../tree/x/a.py")), "not out of the tree");
	ok(!source_tree_find(&t, STR("/x/a.py")), "not from the root of the system");
	ok(!source_tree_find(&t, STR("y/out/secret.py")) &&
	           !source_tree_find(&t, STR("etc/passwd")),
	   "not by a link out of it");
	ok(!source_tree_find(&t, STR("x")) && !source_tree_find(&t, STR("")),
	   "a directory is no file");
	for (size_t i = 0; i < t.files; i++) {
		struct str path = t.file[i].path;
		bool wanted = !str_is(path, "x/a.py") && !str_is(path, "y/a.py") &&
		              !str_is(path, "y/README") && !str_is(path, "old.py") &&
		              !str_is(path, "backups.py/d.py");

		is_int(t.file[i].backup, wanted, path.ptr);
	}
	source_tree_release(&t);
}

static void
globs(const char *glob, const char *yes, const char *no)
{
	struct str rest, item;

	for (rest = str_of(yes); str_item(&rest, &item);)
		ok(glob_matches(str_of(glob), item), "%s matches " STR_FMT, glob, STR_ARG(item));
	for (rest = str_of(no); str_item(&rest, &item);)
		ok(!glob_matches(str_of(glob), item), "%s does not match " STR_FMT, glob,
		   STR_ARG(item));
}

static void
test_globs(void)
{
	globs("*.py", "a.py,.py", "a.pyc,a/b.py");
	globs("a?c", "abc", "ac,a/c,abbc");
	globs("a*b*c", "abc,axxbyybzzc", "ab,abcd");
	globs("[a-c]x", "ax,cx", "dx,x");
	globs("[!a-c]x", "dx", "ax,/x");
	globs("[^]]", "a", "]");
	globs("[]-]", "],-", "a");
	globs("[[:digit:][:upper:]]", "1,A", "a");
	globs("[\\]]", "]", "\\");
	globs("[a", "", "[a,a");
	globs("[[:alpha:]-z]", "b,-,z", "1,[");
	globs("[[:foo:]a]", "", "a,f,[");
	globs("[[:]a]", "[a],:a]", "a,a]");
	globs("[[:alpha]", "[,:,a,h", "b");
	globs("[[:cntrl:]]", "\x7f,\x1f", "a, ");
	globs("x[[:graph:]]y", "x!y,x~y", "x y,x\xc3y");
	globs("x[[:print:]]y", "x y,xay", "x\x7fy");
	globs("x[[:space:]]y", "x y,x\ty,x\ny", "x\vy,xay");
	globs("[--0]", "-,.,0", "a,/");
	globs("[a-c-e]", "b,-,e", "d");
	globs("[z-b]", "z", "b,m,-");
	globs("[/]", "", "/,a");
	globs("\\*", "*", "a");
	globs("a\\", "", "a\\,a");
	globs("\\a\\?", "a?", "ab,\\a?");
	globs("**/a", "a,b/a,b/c/a", "ba,b/ba,a/b");
	globs("a/**", "a/b,a/b/c", "a,ab/c");
	globs("a/**/b", "a/b,a/x/b,a/x/y/b", "ab,a/xb,a/b/c");
	globs("**/a/**/*.c", "a/x.c,b/a/c/d/x.c", "b/x.c,a/x.h");
	globs("a**b", "ab,axb", "a/b");
	globs("**", "a,a/b", "");
	globs("a**", "a,ab,ab/c", "b");
	globs("a**/b", "ab,ab/b,a/b,ac/d/b", "acb,ac/bd");
	globs("?**", "ab", "a/b,ab/c");
	globs("?a**/b", "xac/b", "xac/d/b,xab");
	globs("a/***/b", "a/b,a/c/d/b", "ab");
	globs("a/**\\/b", "a//b,a/c/b", "a/b");
	globs("**/*b/c*", "b/c,a/xb/cd,b/b/c", "c,b/a/c,bx/c");
	globs("*/b", "a/b", "b,a/a/b");
	globs("*****************************a", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
	      "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab");
}

static void
test_ignore(void)
{
	clean();
	put("tree/.gitignore",
	    "\xef\xbb\xbf# comment\n*.log\n!keep.log\n/top\nbuild/\ndoc/*.txt\n\\#x\n"
	    "\\!y\ntrail \nsp\\ \n**/deep/x\n\n");
	put("tree/a.log", "");
	put("tree/keep.log", "");
	put("tree/top", "");
	put("tree/sub/top", "");
	put("tree/build/x", "");
	put("tree/sub/build", "");
	put("tree/doc/a.txt", "");
	put("tree/doc/sub/a.txt", "");
	put("tree/#x", "");
	put("tree/!y", "");
	put("tree/trail", "");
	put("tree/sp ", "");
	put("tree/a/b/deep/x", "");
	walks(".gitignore\ndoc/sub/a.txt\nkeep.log\nsub/build\nsub/top\n",
	      "names, anchors, directories, escapes, comments, white space");

	clean();
	put("tree/.gitignore", "one\\\\ \ntwo\\ \\  \n\\ \n #x\nthree\t\n\\#y\nfour/ \nfive\r");
	put("tree/one\\", "");
	put("tree/one", "");
	put("tree/two  ", "");
	put("tree/two", "");
	put("tree/ ", "");
	put("tree/ #x", "");
	put("tree/#y", "");
	put("tree/three", "");
	put("tree/four/x", "");
	put("tree/five", "");
	walks(".gitignore\none\nthree\ntwo\n",
	      "spaces at the end, with backslashes before them, and what else is none");

	clean();
	put("tree/.gitignore", "*.c\nout/\n!out/back.c\nlib/*\n!lib/in\n");
	put("tree/sub/.gitignore", "!b.c\r\n/c.h\n*.d\n");
	put("tree/a.c", "");
	put("tree/sub/a.c", "");
	put("tree/sub/b.c", "");
	put("tree/sub/c.h", "");
	put("tree/sub/x/c.h", "");
	put("tree/sub/x/c.d", "");
	put("tree/x.d", "");
	put("tree/out/back.c", "");
	put("tree/lib/in/f.h", "");
	put("tree/lib/no/f.h", "");
	walks(".gitignore\nlib/in/f.h\nsub/.gitignore\nsub/b.c\nsub/x/c.h\nx.d\n",
	      "inner files go before outer ones, and nothing comes back from below what is left "
	      "out");
	put("tree/.git/info/exclude", "\xef\xbb\xbf*.h\nb.c\n/sub/x/\n");
	put("tree/.git/x.d", "");
	walks(".gitignore\nsub/.gitignore\nsub/b.c\nx.d\n",
	      "the repository's own patterns, before those of all files");
	is_int(system("mv tree/.git tree/lib/in && mkdir outside && mv tree/lib/in/.git/info "
	              "outside && "
	              "ln -s ../../../../outside/info tree/lib/in/.git/info"),
	       0, "and of a repository within, by a link");
	walks(".gitignore\nlib/in/f.h\nsub/.gitignore\nsub/b.c\nsub/x/c.h\nx.d\n",
	      "links are not followed to them");
	is_int(system("rm -r tree/lib/in/.git tree/.gitignore && ln -s ../outside tree/.gitignore "
	              "&& mkdir "
	              "tree/lib/.gitignore"),
	       0, "no files of patterns");
	walks("a.c\nlib/in/f.h\nlib/no/f.h\nout/back.c\nsub/.gitignore\nsub/a.c\nsub/b.c\nsub/x/"
	      "c.h\nx.d\n",
	      "a link or a directory is no file of patterns");
}

static void
reads(const struct source_tree *t, const char *path, enum source_state state, const char *want)
{
	struct source_file f = {.path = str_of(path)};
	struct buf text = BUF_INIT;

	is_int(source_read(t, &f, &text), state, path);
	is_str(buf_view(&text), want, "its text");
	buf_release(&text);
}

static void
test_read(void)
{
	struct source_tree t;
	char *long_text = xmalloc(20001), *late = xmalloc(9001);

	memset(long_text, 'x', 20000);
	long_text[20000] = '\0';
	clean();
	put("tree/a/b.py", "bytes \xff\n");
	put("tree/empty", "");
	put("tree/long", long_text);
	is_int(truncate("tree/a/b.py", 9), 0, "with a NUL");
	ok(source_tree_open(&t, "tree"), "opened");
	reads(&t, "a/b.py", SOURCE_BINARY, "");
	put("tree/a/b.py", "bytes \xff\n");
	reads(&t, "a/b.py", SOURCE_TEXT, "bytes \xff\n");
	reads(&t, "empty", SOURCE_TEXT, "");
	reads(&t, "long", SOURCE_TEXT, long_text);
	t.max_file = 19999;
	reads(&t, "long", SOURCE_LARGE, "");
	t.max_file = 20000;
	reads(&t, "long", SOURCE_TEXT, long_text);
	is_int(truncate("tree/long", 8192), 0, "shrunk");
	long_text[8192] = '\0';
	reads(&t, "long", SOURCE_TEXT, long_text);
	memset(late, 'x', 9000);
	late[9000] = '\0';
	put("tree/late", late);
	is_int(truncate("tree/late", 9001), 0, "a NUL late in it");
	{
		struct source_file f = {.path = STR("late")};
		struct buf text = BUF_INIT;

		is_int(source_read(&t, &f, &text), SOURCE_TEXT, "makes no binary");
		is_int((long long)text.len, 9001, "and is read");
		buf_release(&text);
	}
	ok(unlink("tree/empty") == 0 && mkfifo("tree/empty", 0666) == 0, "a FIFO in its place");
	reads(&t, "empty", SOURCE_GONE, "");
	is_int(system("rm -r tree/a && mkdir outside && echo 1 >outside/b.py && ln -s ../outside "
	              "tree/a"),
	       0, "a link in place of a directory");
	reads(&t, "a/b.py", SOURCE_GONE, "");
	reads(&t, "nothing", SOURCE_GONE, "");
	source_tree_release(&t);
	free(long_text);
	free(late);
}

struct counts {
	atomic_size_t visits, bytes, binary;
	size_t index[64];
};

static bool
is_python(const struct source_file *file, void *arg)
{
	(void)arg;
	return file->lang == LANG_PYTHON;
}

static void
visit(const struct source_visit *v, void *arg)
{
	struct counts *c = arg;

	c->index[v->index]++;
	c->visits++;
	c->bytes += v->text.len;
	c->binary += v->state == SOURCE_BINARY;
}

static void
test_each(void)
{
	clean();
	for (int i = 0; i < 40; i++) {
		char path[64];

		snprintf(path, sizeof(path), "tree/d%d/f%d.%s", i % 7, i, i % 4 ? "py" : "c");
		put(path, "text\n");
	}
	is_int(truncate("tree/d1/f1.py", 100), 0, "one of them binary");
	for (unsigned threads = 1; threads <= 3; threads += 2) {
		struct source_tree t;
		struct counts c = {0};
		bool once = true;

		ok(source_tree_open(&t, "tree"), "opened");
		unlink("tree/d2/f2.py");
		source_each(&t, threads, is_python, visit, &c);
		is_int((long long)c.visits, threads == 1 ? 30 : 29, "the files that are wanted");
		is_int((long long)c.bytes, 28 * 5, "their text");
		is_int((long long)c.binary, 1, "but of binary ones");
		is_int(t.status, threads == 1 ? EROS_NOINPUT : EROS_OK,
		       "what cannot be read is noted");
		for (size_t i = 0; i < t.files; i++)
			once = once && c.index[i] == (t.file[i].lang == LANG_PYTHON);
		ok(once, "each once");
		source_tree_release(&t);
	}
	ok(source_threads() >= 1, "some thread");
}

int
main(void)
{
	char dir[] = "/tmp/eros-source.XXXXXX";
	char *command;

	if (!mkdtemp(dir) || chdir(dir) != 0)
		return 1;
	test_walk();
	test_files();
	test_globs();
	test_ignore();
	test_read();
	test_each();
	command = path_join("rm -rf /tmp", dir + strlen("/tmp/"));
	is_int(chdir("/") == 0 ? system(command) : -1, 0, "left as it was");
	free(command);
	return done_testing();
}
