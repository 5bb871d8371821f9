#include "pins/version.h"

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_alnum(char c)
{
	return is_digit(c) || ((c | 32) >= 'a' && (c | 32) <= 'z');
}

static bool
all_of(struct str s, bool (*is)(char))
{
	for (size_t i = 0; i < s.len; i++)
		if (!is(s.ptr[i]))
			return false;
	return s.len > 0;
}

static bool
is_hex(char c)
{
	return is_digit(c) || ((c | 32) >= 'a' && (c | 32) <= 'f');
}

static bool
is_version_char(char c)
{
	return is_alnum(c) || c == '.' || c == '-' || c == '+' || c == '_' || c == '!';
}

static bool
contains(struct str s, const char *part)
{
	return s.len > 0 && memmem(s.ptr, s.len, part, strlen(part));
}

/* The part of S before the first C, S being moved past that; all of it where there is none. */
static struct str
split(struct str *s, char c)
{
	const char *at = s->len > 0 ? memchr(s->ptr, c, s->len) : NULL;
	struct str part = {s->ptr, at ? (size_t)(at - s->ptr) : s->len};

	*s = at ? str_from(*s, part.len + 1) : (struct str){s->ptr + s->len, 0};
	return part;
}

bool
version_is_commit(struct str ref)
{
	return (ref.len == 40 || ref.len == 64) && all_of(ref, is_hex);
}

enum pin
version_ref(struct str ref)
{
	return version_is_commit(ref) ? PIN_EXACT : PIN_MOVING;
}

bool
version_is_plain(struct str version)
{
	if (version.len > 0 && (version.ptr[0] | 32) == 'v')
		version = str_from(version, 1);
	return all_of(version, is_version_char) && is_digit(version.ptr[0]);
}

/* Whether a digit begins a version in NAME: "foo-1.2", "v1.2.3", "1.0"; or it is a commit. */
static bool
names_version(struct str name)
{
	static const char *const endings[] = {".tar.gz", ".tar.bz2", ".tar.xz", ".tgz",
	                                      ".zip",    ".whl",     ".gz",     NULL};

	for (int i = 0; endings[i]; i++) {
		size_t n = strlen(endings[i]);

		if (name.len > n && memcmp(name.ptr + name.len - n, endings[i], n) == 0) {
			name.len -= n;
			break;
		}
	}
	if (version_is_commit(name) || version_is_plain(name))
		return true;
	for (size_t i = 0; i + 1 < name.len; i++)
		if ((name.ptr[i] == '-' || name.ptr[i] == '@') &&
		    version_is_plain(split(&(struct str){name.ptr + i + 1, name.len - i - 1}, '-')))
			return true;
	return false;
}

enum pin
version_url(struct str url)
{
	struct str rest = url, path = split(&rest, '#'), last, ref = STR_NONE;
	const char *host, *slash, *sign;

	path = split(&path, '?');
	if (path.len == 0)
		return PIN_MOVING;
	host = memmem(path.ptr, path.len, "://", 3);
	if (contains(rest, "sha256=") || contains(rest, "sha512=") || contains(rest, "sha384="))
		return PIN_EXACT;
	if (str_starts(url, STR("file:")))
		return PIN_EXACT;
	host = host ? host + 3 : path.ptr;
	slash = memchr(host, '/', (size_t)(path.ptr + path.len - host));
	if (!slash)
		return PIN_MOVING;
	sign = memrchr(slash, '@', (size_t)(path.ptr + path.len - slash));
	if (sign)
		ref = (struct str){sign + 1, (size_t)(path.ptr + path.len - sign - 1)};
	if (str_starts(url, STR("svn+")))
		return all_of(ref, is_digit) ? PIN_EXACT : PIN_MOVING;
	if (memchr(url.ptr, '+', (size_t)(host - url.ptr)) || str_starts(url, STR("git:")))
		return version_ref(ref);
	slash = memrchr(path.ptr, '/', path.len);
	last = (struct str){slash + 1, (size_t)(path.ptr + path.len - slash - 1)};
	return names_version(last) ? PIN_EXACT : PIN_MOVING;
}

enum pin
version_image(struct str image)
{
	const char *at = memchr(image.ptr, '@', image.len), *slash;
	struct str digest;

	if (at) {
		digest = (struct str){at + 1, (size_t)(image.ptr + image.len - at - 1)};
		if (str_starts(digest, STR("sha256:")) && digest.len == 7 + 64 &&
		    all_of(str_from(digest, 7), is_hex))
			return PIN_EXACT;
		return PIN_MOVING;
	}
	slash = memrchr(image.ptr, '/', image.len);
	slash = slash ? slash : image.ptr;
	return memchr(slash, ':', (size_t)(image.ptr + image.len - slash)) ? PIN_MOVING
	                                                                   : PIN_MISSING;
}

/* "1.2.3", with what may come after a hyphen or a plus sign. */
static bool
is_semver(struct str v)
{
	for (int i = 0; i < 3; i++) {
		size_t n = 0;

		while (n < v.len && is_digit(v.ptr[n]))
			n++;
		if (n == 0)
			return false;
		v = str_from(v, n);
		if (i < 2 && (v.len == 0 || v.ptr[0] != '.'))
			return false;
		v = str_from(v, i < 2 ? 1 : 0);
	}
	return v.len == 0 || ((v.ptr[0] == '-' || v.ptr[0] == '+') && v.len > 1 &&
	                      all_of(str_from(v, 1), is_version_char));
}

/* After the last '@' that is not the first character: the version in "@scope/name@1.0.0". */
static enum pin
npm_alias(struct str target)
{
	const char *at = target.len > 1 ? memrchr(target.ptr + 1, '@', target.len - 1) : NULL;

	if (!at)
		return PIN_MISSING;
	return version_npm((struct str){at + 1, (size_t)(target.ptr + target.len - at - 1)});
}

/* A tag is a word: no operator, no digit first. */
static bool
is_tag(struct str s)
{
	return all_of(s, is_version_char) && !is_digit(s.ptr[0]) && !str_is(s, "x") &&
	       !str_is(s, "X") && !version_is_plain(s);
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
static const char *const npm_git[] = {
	"git+", "git:", "git@", "ssh:", "github:", "gitlab:", "bitbucket:", "gist:", NULL};

enum pin
version_npm(struct str spec)
{
	struct str rest, before;

	spec = str_trim(spec);
	rest = spec;
	if (spec.len == 0 || str_is(spec, "*") || str_is(spec, "x") || str_is(spec, "X"))
		return PIN_MISSING;
	if (starts_with_any(spec, npm_local))
		return PIN_EXACT;
	if (str_starts(spec, STR("npm:")) || str_starts(spec, STR("jsr:")))
		return npm_alias(str_from(spec, 4));
	if (str_starts(spec, STR("catalog:")))
		return PIN_UNREAD;
	before = split(&rest, '#');
	if (str_starts(spec, STR("patch:")))
		return npm_alias(before);
	if (starts_with_any(spec, npm_git) || contains(before, ".git"))
		return version_ref(rest);
	if (contains(spec, "://"))
		return version_url(spec);
	if (contains(before, "/"))
		return version_ref(rest);
	while (spec.len > 0 && (spec.ptr[0] == '=' || spec.ptr[0] == 'v' || spec.ptr[0] == ' ') &&
	       spec.len > 1 && (is_digit(spec.ptr[1]) || spec.ptr[1] == 'v' || spec.ptr[1] == ' '))
		spec = str_from(spec, 1);
	return is_semver(spec) ? PIN_EXACT : is_tag(spec) ? PIN_MOVING : PIN_RANGE;
}

enum pin
version_cargo(struct str spec)
{
	struct str item;

	spec = str_trim(spec);
	if (spec.len == 0 || str_is(spec, "*"))
		return PIN_MISSING;
	while (str_item(&spec, &item))
		if (str_starts(item, STR("=")) && is_semver(str_trim(str_from(item, 1))))
			return PIN_EXACT;
	return PIN_RANGE;
}

enum pin
version_poetry(struct str spec)
{
	struct str item;

	spec = str_trim(spec);
	if (spec.len == 0 || str_is(spec, "*"))
		return PIN_MISSING;
	if (contains(spec, "|"))
		return PIN_RANGE;
	while (str_item(&spec, &item)) {
		while (str_starts(item, STR("=")))
			item = str_trim(str_from(item, 1));
		if (version_is_plain(item))
			return PIN_EXACT;
	}
	return PIN_RANGE;
}
