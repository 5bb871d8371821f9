#include "report/git.h"

#include "base/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { MAX_ARGS = 160, MAX_HEAD = 4096, MAX_REFS = 16 << 20, MAX_SHALLOW = 1 << 20 };

/* Beneath DIR and through no link. */
static int
open_beneath(int dir, const char *path, int flags)
{
	return file_open_beneath(dir, str_of(path), flags | O_NONBLOCK);
}

static bool
read_beneath(int dir, const char *path, size_t max, struct buf *b)
{
	int fd = open_beneath(dir, path, O_RDONLY);
	struct stat st;
	bool ok = fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && fd_read(fd, max, b);

	if (fd >= 0)
		close(fd);
	return ok;
}

static bool
is_hex(struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		if (!((s.ptr[i] >= '0' && s.ptr[i] <= '9') || (s.ptr[i] >= 'a' && s.ptr[i] <= 'f')))
			return false;
	return s.len == 40 || s.len == 64;
}

static bool
take_hex(struct git *g, struct str s)
{
	if (!is_hex(s))
		return false;
	memcpy(g->head, s.ptr, s.len);
	g->head[s.len] = '\0';
	return true;
}

/* What packed-refs says of the reference NAME. */
static bool
packed_ref(struct git *g, int dir, struct str name)
{
	struct buf b = BUF_INIT;
	struct str rest, line;
	bool found = false;

	if (read_beneath(dir, "packed-refs", MAX_REFS, &b)) {
		rest = buf_view(&b);
		while (!found && str_line(&rest, &line)) {
			const char *space = line.len > 0 ? memchr(line.ptr, ' ', line.len) : NULL;
			size_t at = space ? (size_t)(space - line.ptr) : 0;

			found = space && str_eq(str_from(line, at + 1), name) &&
			        take_hex(g, (struct str){line.ptr, at});
		}
	}
	buf_release(&b);
	return found;
}

/* The commit that HEAD names. */
static bool
read_head(struct git *g, int dir)
{
	struct buf b = BUF_INIT, ref = BUF_INIT;
	struct str name;
	bool ok = false;

	if (read_beneath(dir, "HEAD", MAX_HEAD, &b)) {
		name = str_trim(buf_view(&b));
		if (str_starts(name, STR("ref:"))) {
			struct buf path = BUF_INIT;

			name = str_trim(str_from(name, 4));
			buf_span(&path, name);
			ok = str_starts(name, STR("refs/")) &&
			     ((read_beneath(dir, buf_cstr(&path), MAX_HEAD, &ref) &&
			       take_hex(g, str_trim(buf_view(&ref)))) ||
			      packed_ref(g, dir, name));
			buf_release(&path);
		} else {
			ok = take_hex(g, name);
		}
	}
	buf_release(&b);
	buf_release(&ref);
	return ok;
}

static int
type_of(int dir, const struct dirent *e)
{
	struct stat st;

	if (e->d_type != DT_UNKNOWN)
		return e->d_type;
	if (fstatat(dir, e->d_name, &st, AT_SYMLINK_NOFOLLOW) != 0)
		return DT_UNKNOWN;
	return S_ISREG(st.st_mode) ? DT_REG : S_ISDIR(st.st_mode) ? DT_DIR : DT_LNK;
}

/* Whether all below the directory FD, which is closed, is directories and regular files, to a depth of DEPTH. */
static bool
is_plain(int fd, int depth)
{
	DIR *d = fd >= 0 ? fdopendir(fd) : NULL;
	const struct dirent *e;
	bool plain = d != NULL;

	while (plain && (e = readdir(d)) != NULL) {
		int type;

		if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
			continue;
		type = type_of(dirfd(d), e);
		if (type == DT_DIR)
			plain = depth > 0 &&
			        is_plain(open_beneath(dirfd(d), e->d_name, O_RDONLY | O_DIRECTORY),
			                 depth - 1);
		else
			plain = type == DT_REG && strcmp(e->d_name, "alternates") != 0 &&
			        strcmp(e->d_name, "http-alternates") != 0;
	}
	if (d)
		closedir(d);
	else if (fd >= 0)
		close(fd);
	return plain;
}

static bool
write_file(const struct git *g, const char *name, struct str text)
{
	char *path = path_join(g->dir, name);
	bool ok = file_replace(path, text);

	free(path);
	return ok;
}

/* The repository of our own. */
static bool
make_dir(struct git *g, int tree)
{
	const char *tmp = getenv("TMPDIR");
	struct buf shallow = BUF_INIT, b = BUF_INIT;
	char *refs;
	bool ok;

	g->dir = path_join(tmp && *tmp ? tmp : "/tmp", "eros-git.XXXXXX");
	if (!mkdtemp(g->dir)) {
		free(g->dir);
		g->dir = NULL;
		return false;
	}
	refs = path_join(g->dir, "refs");
	buf_printf(&b, "%s\n", g->head);
	ok = mkdir(refs, 0700) == 0 && write_file(g, "HEAD", buf_view(&b)) &&
	     write_file(g, "config",
	                strlen(g->head) == 64
	                        ? STR("[core]\n\trepositoryformatversion = 1\n\tbare = true\n"
	                              "[extensions]\n\tobjectFormat = sha256\n")
	                        : STR("[core]\n\trepositoryformatversion = 0\n\tbare = true\n"));
	if (ok && read_beneath(tree, "shallow", MAX_SHALLOW, &shallow))
		ok = write_file(g, "shallow", buf_view(&shallow));
	free(refs);
	buf_release(&shallow);
	buf_release(&b);
	return ok;
}

bool
git_open(struct git *g, const char *root, const char **reason)
{
	char *path = path_join(root, ".git"), *real = NULL, *objects = path_join(path, "objects");
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	*g = (struct git){0};
	*reason = NULL;
	if (fd < 0)
		*reason =
			errno == ENOENT ? "it has no .git" : "its .git is no directory of its own";
	else if (!read_head(g, fd))
		*reason = "its HEAD names no commit";
	else if (!is_plain(open_beneath(fd, "objects", O_RDONLY | O_DIRECTORY), 2))
		*reason = "its objects are not all its own";
	else if (!(real = realpath(objects, NULL)) || !make_dir(g, fd))
		*reason = "no temporary directory can be made";
	g->objects = real;
	free(path);
	free(objects);
	if (fd >= 0)
		close(fd);
	if (*reason)
		git_close(g);
	return !*reason;
}

void
git_close(struct git *g)
{
	static const char *const names[] = {"HEAD", "config", "shallow", "refs"};

	for (size_t i = 0; g->dir && i < sizeof(names) / sizeof(*names); i++) {
		char *path = path_join(g->dir, names[i]);

		if (unlink(path) != 0)
			rmdir(path);
		free(path);
	}
	if (g->dir)
		rmdir(g->dir);
	free(g->dir);
	free(g->objects);
	*g = (struct git){0};
}

/* What git is to know of the world. */
static void
set_environment(const struct git *g)
{
	static const char *const fixed[][2] = {
		{"HOME", "/nonexistent"},           {"LC_ALL", "C"},
		{"GIT_CONFIG_NOSYSTEM", "1"},       {"GIT_CONFIG_SYSTEM", "/dev/null"},
		{"GIT_CONFIG_GLOBAL", "/dev/null"}, {"GIT_ATTR_NOSYSTEM", "1"},
		{"GIT_TERMINAL_PROMPT", "0"},       {"GIT_OPTIONAL_LOCKS", "0"},
		{"GIT_NO_REPLACE_OBJECTS", "1"},    {"GIT_NO_LAZY_FETCH", "1"},
		{"GIT_ALLOW_PROTOCOL", "none"},     {"GIT_PAGER", "cat"},
	};
	const char *path = getenv("PATH");
	char *kept = xstrdup(path ? path : "/usr/bin:/bin");

	clearenv();
	setenv("PATH", kept, 1);
	for (size_t i = 0; i < sizeof(fixed) / sizeof(*fixed); i++)
		setenv(fixed[i][0], fixed[i][1], 1);
	setenv("GIT_DIR", g->dir, 1);
	setenv("GIT_OBJECT_DIRECTORY", g->objects, 1);
	free(kept);
}

static noreturn void
run_child(const struct git *g, const char *const *args, int in, int out)
{
	const char *argv[MAX_ARGS + 1] = {"git", "--no-pager", "--literal-pathspecs", "-c",
	                                  "core.quotePath=false"};
	size_t n = 5;
	int null = open("/dev/null", O_WRONLY | O_CLOEXEC);

	while (*args && n < MAX_ARGS)
		argv[n++] = *args++;
	set_environment(g);
	if (null < 0 || dup2(in, 0) < 0 || dup2(out, 1) < 0 || dup2(null, 2) < 0 ||
	    chdir(g->dir) != 0)
		_exit(126);
	signal(SIGPIPE, SIG_DFL);
	execvp("git", (char *const *)(uintptr_t)argv);
	_exit(127);
}

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* All that FD gives, until it ends: false where that is too much or takes too long. */
static bool
collect(int fd, size_t max, struct buf *out)
{
	double end = now() + GIT_SECONDS;
	size_t begun = out->len;

	for (;;) {
		struct pollfd p = {fd, POLLIN, 0};
		double left = end - now();
		ssize_t n;

		if (left <= 0 || out->len - begun > max)
			return false;
		if (poll(&p, 1, (int)(left * 1000) + 1) < 0 && errno != EINTR)
			return false;
		if (!(p.revents & (POLLIN | POLLHUP | POLLERR)))
			continue;
		n = read(fd, buf_room(out, 1 << 16), 1 << 16);
		if (n == 0)
			return true;
		if (n < 0 && errno != EINTR && errno != EAGAIN)
			return false;
		out->len += n > 0 ? (size_t)n : 0;
	}
}

static int
input_file(struct str input)
{
	int fd = memfd_create("input", MFD_CLOEXEC);

	if (fd >= 0 && (!fd_write(fd, input.ptr, input.len) || lseek(fd, 0, SEEK_SET) != 0)) {
		close(fd);
		fd = -1;
	}
	return fd;
}

bool
git_run(const struct git *g, const char *const *args, struct str input, size_t max, struct buf *out)
{
	int in = input_file(input), pipe[2], status = -1;
	pid_t pid;
	bool ok;

	if (in < 0 || pipe2(pipe, O_CLOEXEC) != 0) {
		if (in >= 0)
			close(in);
		return false;
	}
	pid = fork();
	if (pid == 0)
		run_child(g, args, in, pipe[1]);
	close(in);
	close(pipe[1]);
	ok = pid > 0 && collect(pipe[0], max, out);
	close(pipe[0]);
	if (pid > 0) {
		if (!ok)
			kill(pid, SIGKILL);
		while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
			;
	}
	return ok && status == 0;
}
