/* What .gitignore files leave out. */
#include "source/ignore.h"

/* Without the spaces at its end that no backslash stands before. */
static struct str
trim_spaces(struct str line)
{
	size_t end = 0;

	for (size_t i = 0; i < line.len; i++) {
		if (line.ptr[i] == '\\')
			i++;
		else if (line.ptr[i] == ' ')
			continue;
		end = i + 1;
	}
	line.len = end < line.len ? end : line.len;
	return line;
}

static void
add(struct ignore *i, struct str line)
{
	struct ignore_pattern p = {.glob = trim_spaces(line)};

	if (p.glob.len == 0 || p.glob.ptr[0] == '#')
		return;
	if (p.glob.ptr[0] == '!') {
		p.negated = true;
		p.glob = str_from(p.glob, 1);
	}
	if (p.glob.len > 0 && p.glob.ptr[p.glob.len - 1] == '/') {
		p.directory = true;
		p.glob.len--;
	}
	if (p.glob.len > 0 && memchr(p.glob.ptr, '/', p.glob.len)) {
		p.anchored = true;
		if (p.glob.ptr[0] == '/')
			p.glob = str_from(p.glob, 1);
	}
	if (p.glob.len == 0)
		return;
	GROW(i->pattern, i->patterns, i->cap);
	i->pattern[i->patterns++] = p;
}

void
ignore_parse(struct ignore *i)
{
	struct str rest = buf_view(&i->text), line;

	if (str_starts(rest, STR("\xef\xbb\xbf")))
		rest = str_from(rest, 3);
	while (str_line(&rest, &line)) {
		const char *nul = line.len > 0 ? memchr(line.ptr, '\0', line.len) : NULL;

		/* As git, which ends the pattern there. */
		if (nul)
			line.len = (size_t)(nul - line.ptr);
		add(i, line);
	}
}

void
ignore_release(struct ignore *i)
{
	free(i->pattern);
	buf_release(&i->text);
}

bool
ignore_matches(const struct ignore *i, struct str path, bool directory)
{
	for (; i; i = i->outer) {
		struct str inner = str_from(path, i->base), name = inner;
		const char *slash = memrchr(inner.ptr, '/', inner.len);

		if (slash)
			name = str_from(inner, (size_t)(slash - inner.ptr) + 1);
		for (size_t n = i->patterns; n-- > 0;) {
			const struct ignore_pattern *p = &i->pattern[n];

			if ((directory || !p->directory) &&
			    glob_matches(p->glob, p->anchored ? inner : name))
				return !p->negated;
		}
	}
	return false;
}
