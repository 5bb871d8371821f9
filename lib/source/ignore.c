/* What .gitignore files leave out. */
#include "source/ignore.h"

static void
add(struct ignore *i, struct str line)
{
	struct ignore_pattern p = {.glob = line};
	size_t end = line.len;

	/* White space at the end counts only after a backslash. */
	while (end > 0 && line.ptr[end - 1] == ' ' && !(end > 1 && line.ptr[end - 2] == '\\'))
		end--;
	p.glob.len = end;
	if (end == 0 || p.glob.ptr[0] == '#')
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
	while (str_line(&rest, &line))
		add(i, line);
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
