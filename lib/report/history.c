#include "report/history.h"

#include "base/num.h"

#include <stdio.h>

enum { BATCH = 8, MAX_LOG = 4 << 20, MAX_TEXTS = 64 << 20 };

struct history {
	struct git git;
};

struct history *
history_open(const char *root, const char **reason)
{
	struct history *h = xcalloc(1, sizeof(*h));

	if (git_open(&h->git, root, reason))
		return h;
	free(h);
	return NULL;
}

void
history_close(struct history *h)
{
	if (h)
		git_close(&h->git);
	free(h);
}

/* What cannot be a line of git's input, or a name of its output. */
static bool
is_speakable(struct str path)
{
	for (size_t i = 0; i < path.len; i++)
		if (path.ptr[i] == '\n' || path.ptr[i] == '"' || path.ptr[i] == '\0')
			return false;
	return path.len > 0;
}

static struct str
word_of(struct str *line)
{
	const char *space = line->len > 0 ? memchr(line->ptr, ' ', line->len) : NULL;
	size_t len = space ? (size_t)(space - line->ptr) : line->len;
	struct str word = {line->ptr, len};

	*line = str_from(*line, space ? len + 1 : len);
	return word;
}

/* Lines "@COMMIT TIME AUTHOR", each followed by the names it changed: one, since but one was asked for. */
static size_t
log_read(struct str log, struct version *version)
{
	struct str line;
	size_t n = 0;

	while (n < HISTORY_VERSIONS && str_line(&log, &line)) {
		struct version *v = &version[n];

		if (str_starts(line, STR("@"))) {
			line = str_from(line, 1);
			*v = (struct version){.commit = word_of(&line)};
			if (!num_parse(word_of(&line), &v->when))
				v->when = 0;
			v->author = line;
		} else if (line.len > 0 && v->commit.len > 0 && is_speakable(line)) {
			v->path = line;
			n++;
			if (n < HISTORY_VERSIONS)
				version[n] = (struct version){.commit = STR_NONE};
		}
	}
	return n;
}

/* The next "ID blob SIZE", LF, SIZE bytes, LF of what cat-file --batch writes; an empty text for what is no blob. */
static bool
batch_next(struct str *rest, struct str *text)
{
	struct str line, word;
	uint64_t size = 0;

	*text = STR_NONE;
	if (!str_line(rest, &line))
		return false;
	word_of(&line);
	word = word_of(&line);
	if (!num_parse_count(word_of(&line), MAX_TEXTS, &size) || size >= rest->len)
		return str_is(word, "missing");
	if (str_is(word, "blob"))
		*text = (struct str){rest->ptr, size};
	*rest = str_from(*rest, size + 1);
	return true;
}

/* The texts of N versions, in OUT. */
static bool
texts_read(struct history *h, struct version *v, size_t n, struct buf *out)
{
	static const char *const args[] = {"cat-file", "--batch", NULL};
	struct buf ask = BUF_INIT;
	struct str rest;
	bool ok;

	buf_reset(out);
	for (size_t i = 0; i < n; i++)
		buf_printf(&ask, STR_FMT ":" STR_FMT "\n", STR_ARG(v[i].commit),
		           STR_ARG(v[i].path));
	ok = git_run(&h->git, args, buf_view(&ask), MAX_TEXTS, out);
	rest = buf_view(out);
	for (size_t i = 0; ok && i < n; i++)
		ok = batch_next(&rest, &v[i].text);
	buf_release(&ask);
	return ok;
}

bool
history_versions(struct history *h, struct str path,
                 bool (*visit)(void *arg, const struct version *v), void *arg)
{
	struct version version[HISTORY_VERSIONS] = {{.when = 0}};
	struct buf log = BUF_INIT, texts = BUF_INIT, name = BUF_INIT;
	const char *args[] = {"log",
	                      "--follow",
	                      "--name-only",
	                      "--no-textconv",
	                      "--no-ext-diff",
	                      "--no-show-signature",
	                      "-n64",
	                      "--diff-filter=AMR",
	                      "--format=tformat:@%H %ct %an",
	                      "HEAD",
	                      "--",
	                      NULL,
	                      NULL};
	size_t n = 0;
	bool ok = is_speakable(path), more = true;

	if (ok) {
		buf_span(&name, path);
		args[11] = buf_cstr(&name);
		ok = git_run(&h->git, args, STR(""), MAX_LOG, &log);
		n = ok ? log_read(buf_view(&log), version) : 0;
	}
	for (size_t i = 0; ok && more && i < n; i += BATCH) {
		size_t some = n - i < BATCH ? n - i : BATCH;

		ok = texts_read(h, version + i, some, &texts);
		for (size_t k = i; ok && more && k < i + some; k++)
			more = visit(arg, &version[k]);
	}
	buf_release(&log);
	buf_release(&texts);
	buf_release(&name);
	return ok;
}

bool
history_text(struct history *h, struct str commit, struct str path, struct buf *text)
{
	struct version v = {.commit = commit, .path = path};
	struct buf out = BUF_INIT;
	bool ok = is_speakable(path) && texts_read(h, &v, 1, &out) && v.text.ptr;

	buf_reset(text);
	if (ok)
		buf_span(text, v.text);
	buf_release(&out);
	return ok;
}

/* A line of --line-porcelain that begins with KEY and a space. */
static bool
field(struct str line, const char *key, struct str *value)
{
	size_t len = strlen(key);

	if (line.len < len + 1 || memcmp(line.ptr, key, len) != 0 || line.ptr[len] != ' ')
		return false;
	*value = str_from(line, len + 1);
	return true;
}

static void
blame_read(struct str out, void (*visit)(void *arg, const struct blame *b), void *arg)
{
	struct blame b = {0};
	struct str line, value;
	bool fresh = true;

	while (str_line(&out, &line)) {
		if (fresh) {
			uint64_t number = 0;

			b = (struct blame){.commit = word_of(&line)};
			word_of(&line);
			if (num_parse_count(word_of(&line), UINT32_MAX, &number))
				b.line = (uint32_t)number;
			fresh = false;
		} else if (str_starts(line, STR("\t"))) {
			visit(arg, &b);
			fresh = true;
		} else if (field(line, "author", &value)) {
			b.author = value;
		} else if (field(line, "summary", &value)) {
			b.summary = value;
		} else if (field(line, "author-time", &value)) {
			if (!num_parse(value, &b.when))
				b.when = 0;
		}
	}
}

bool
history_blame(struct history *h, struct str path, const uint32_t *lines, size_t count,
              void (*visit)(void *arg, const struct blame *b), void *arg)
{
	const char *args[2 * HISTORY_BLAMES + 8];
	char range[HISTORY_BLAMES][32];
	struct buf out = BUF_INIT, name = BUF_INIT;
	size_t n = 0;
	bool ok = is_speakable(path) && count > 0;

	args[n++] = "blame";
	args[n++] = "--line-porcelain";
	for (size_t i = 0; i < count && i < HISTORY_BLAMES; i++) {
		snprintf(range[i], sizeof(range[i]), "-L%u,%u", lines[i], lines[i]);
		args[n++] = range[i];
	}
	buf_span(&name, path);
	args[n++] = "HEAD";
	args[n++] = "--";
	args[n++] = buf_cstr(&name);
	args[n] = NULL;
	ok = ok && git_run(&h->git, args, STR(""), MAX_LOG, &out);
	if (ok)
		blame_read(buf_view(&out), visit, arg);
	buf_release(&out);
	buf_release(&name);
	return ok;
}
