#include "pins/version.h"

#include "pins/chars.h"

bool
version_is_commit(struct str ref)
{
	return (ref.len == 40 || ref.len == 64) && pin_all_of(ref, pin_is_hex);
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
	return pin_all_of(version, pin_is_version_char) && pin_is_digit(version.ptr[0]);
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
		    version_is_plain(
			    pin_split(&(struct str){name.ptr + i + 1, name.len - i - 1}, '-')))
			return true;
	return false;
}

enum pin
version_url(struct str url)
{
	struct str rest = url, path = pin_split(&rest, '#'), last, ref = STR_NONE;
	const char *host, *slash, *sign;

	path = pin_split(&path, '?');
	if (path.len == 0)
		return PIN_MOVING;
	host = memmem(path.ptr, path.len, "://", 3);
	if (pin_contains(rest, "sha256=") || pin_contains(rest, "sha512=") ||
	    pin_contains(rest, "sha384="))
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
		return pin_all_of(ref, pin_is_digit) ? PIN_EXACT : PIN_MOVING;
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
		    pin_all_of(str_from(digest, 7), pin_is_hex))
			return PIN_EXACT;
		return PIN_MOVING;
	}
	slash = memrchr(image.ptr, '/', image.len);
	slash = slash ? slash : image.ptr;
	return memchr(slash, ':', (size_t)(image.ptr + image.len - slash)) ? PIN_MOVING
	                                                                   : PIN_MISSING;
}

/* Whether one of the versions that LIST, parted by commas, wants at once is the only one. */
static enum pin
one_of(struct str list, bool (*is_exact)(struct str))
{
	struct str item;

	list = str_trim(list);
	if (list.len == 0 || str_is(list, "*"))
		return PIN_MISSING;
	while (str_item(&list, &item))
		if (is_exact(item))
			return PIN_EXACT;
	return PIN_RANGE;
}

static bool
is_cargo_exact(struct str item)
{
	return str_starts(item, STR("=")) && pin_is_semver(str_trim(str_from(item, 1)));
}

enum pin
version_cargo(struct str spec)
{
	return one_of(spec, is_cargo_exact);
}

static bool
is_poetry_exact(struct str item)
{
	while (str_starts(item, STR("=")))
		item = str_trim(str_from(item, 1));
	return version_is_plain(item);
}

enum pin
version_poetry(struct str spec)
{
	return pin_contains(spec, "|") ? PIN_RANGE : one_of(spec, is_poetry_exact);
}
