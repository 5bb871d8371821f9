/* Versions as npm, and those that read its files, have them. */
#include "pins/chars.h"
#include "pins/version.h"

/* After the last '@' that is not the first character: the version in "@scope/name@1.0.0". */
static enum pin
npm_alias(struct str target)
{
	const char *at = target.len > 1 ? memrchr(target.ptr + 1, '@', target.len - 1) : NULL;

	if (!at)
		return PIN_MISSING;
	return version_npm((struct str){at + 1, (size_t)(target.ptr + target.len - at - 1)});
}

/* What yarn patches: "name@npm%3A1.0.0". */
static enum pin
npm_patched(struct str target)
{
	const char *colon = memmem(target.ptr, target.len, "npm%3A", 6);

	return colon ? version_npm(str_from(target, (size_t)(colon - target.ptr) + 6))
	             : npm_alias(target);
}

/* A page of a host of repositories, which npm takes for the repository: "https://github.com/a/b". */
static bool
is_hosted(struct str url)
{
	static const char *const hosts[] = {"github.com/", "gitlab.com/", "bitbucket.org/", NULL};
	const char *host = memmem(url.ptr, url.len, "://", 3);
	struct str path;

	if (!host)
		return false;
	path = str_from(url, (size_t)(host - url.ptr) + 3);
	if (str_starts(path, STR("www.")))
		path = str_from(path, 4);
	for (int i = 0; hosts[i]; i++) {
		if (!str_starts(path, str_of(hosts[i])))
			continue;
		path = str_from(path, strlen(hosts[i]));
		pin_split(&path, '/');
		return pin_split(&path, '/').len > 0 && path.len == 0;
	}
	return false;
}

/* "owner/name", which stands for a repository. */
static bool
is_shorthand(struct str s)
{
	struct str owner = pin_split(&s, '/');

	return owner.len > 0 && owner.ptr[0] != '@' && s.len > 0 && !memchr(s.ptr, '/', s.len);
}

static bool
is_any_char(char c)
{
	return c == 'x' || c == 'X' || c == '*' || c == '.';
}

static bool
ends_with_any(struct str s, const char *const *endings)
{
	for (; *endings; endings++) {
		size_t n = strlen(*endings);

		if (s.len >= n && memcmp(s.ptr + s.len - n, *endings, n) == 0)
			return true;
	}
	return false;
}

/* A tag is a word: no operator, no digit first. */
static bool
is_tag(struct str s)
{
	return pin_all_of(s, pin_is_version_char) && !pin_is_digit(s.ptr[0]) &&
	       !version_is_plain(s);
}

static bool
starts_with_any(struct str s, const char *const *words)
{
	for (; *words; words++)
		if (str_starts(s, str_of(*words)))
			return true;
	return false;
}

static const char *const npm_local[] = {"file:", "link:", "portal:",    "./", "../",
                                        "/",     "~/",    "workspace:", "$",  NULL};
static const char *const git_ending[] = {".git", NULL};
static const char *const npm_archives[] = {".tgz", ".tar.gz", ".tar", NULL};
static const char *const npm_git[] = {
	"git+", "git:", "git@", "ssh:", "github:", "gitlab:", "bitbucket:", "gist:", NULL};

enum pin
version_npm(struct str spec)
{
	struct str rest, before;

	spec = str_trim(spec);
	rest = spec;
	if (spec.len == 0 || pin_all_of(spec, is_any_char))
		return PIN_MISSING;
	if (starts_with_any(spec, npm_local))
		return PIN_EXACT;
	if (str_starts(spec, STR("npm:")) || str_starts(spec, STR("jsr:")))
		return npm_alias(str_from(spec, 4));
	if (str_starts(spec, STR("catalog:")))
		return PIN_UNREAD;
	before = pin_split(&rest, '#');
	if (str_starts(spec, STR("patch:")))
		return npm_patched(before);
	if (starts_with_any(spec, npm_git) || ends_with_any(before, git_ending) ||
	    is_hosted(before))
		return version_ref(rest);
	if (pin_contains(spec, "://"))
		return version_url(spec);
	if (ends_with_any(before, npm_archives))
		return PIN_EXACT;
	if (pin_contains(before, "/"))
		return is_shorthand(before) ? version_ref(rest) : PIN_EXACT;
	while (spec.len > 1 && memchr("=v ", spec.ptr[0], 3) &&
	       (pin_is_digit(spec.ptr[1]) || memchr("=v ", spec.ptr[1], 3)))
		spec = str_from(spec, 1);
	return pin_is_semver(spec) ? PIN_EXACT : is_tag(spec) ? PIN_MOVING : PIN_RANGE;
}
