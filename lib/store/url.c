#include "store/url.h"

#include "base/clock.h"
#include "base/mem.h"

#include <stdlib.h>

static const double default_timeout = 10;

static struct str
upto(struct str s, const char *stops)
{
	size_t n = 0;

	while (n < s.len && !strchr(stops, s.ptr[n]))
		n++;
	return (struct str){s.ptr, n};
}

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Set a part to S with each %XX as the byte XX; false where that is none, or NUL. */
static bool
set(struct store_url *u, enum url_part part, struct str s)
{
	char *out = xmalloc(s.len + 1), *p = out;
	bool good = true;

	for (size_t i = 0; i < s.len; i++) {
		*p = s.ptr[i];
		if (*p == '%') {
			int high = i + 2 < s.len ? hex_digit(s.ptr[i + 1]) : -1;
			int low = high >= 0 ? hex_digit(s.ptr[i + 2]) : -1;

			*p = (char)(high * 16 + low);
			good &= low >= 0;
			i += 2;
		}
		good &= *p++ != '\0';
	}
	*p = '\0';
	free(u->part[part]);
	u->part[part] = out;
	return good;
}

static bool
take_option(struct store_url *u, struct str name, struct str value, const char **why)
{
	static const struct {
		const char *name;
		enum url_part part;
	} known[] = {{"db", URL_DB},     {"host", URL_HOST},       {"password", URL_PASSWORD},
	             {"port", URL_PORT}, {"sslmode", URL_SSLMODE}, {"sslrootcert", URL_SSLROOTCERT},
	             {"sync", URL_SYNC}, {"user", URL_USER}};

	*why = "a bad timeout";
	if (str_is(name, "timeout"))
		return duration_parse(value, &u->timeout) && u->timeout > 0;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		*why = "a bad escape";
		if (str_is(name, known[i].name))
			return set(u, known[i].part, value);
	}
	*why = "an unknown option";
	return false;
}

static bool
take_options(struct store_url *u, struct str query, const char **why)
{
	while (query.len > 0) {
		struct str item = upto(query, "&"), name = upto(item, "=");

		*why = "an option without a value";
		if (name.len == item.len ||
		    !take_option(u, name, str_from(item, name.len + 1), why))
			return false;
		query = str_from(query, item.len + (item.len < query.len));
	}
	*why = "sync is normal or full";
	return !*u->part[URL_SYNC] || strcmp(u->part[URL_SYNC], "full") == 0 ||
	       strcmp(u->part[URL_SYNC], "normal") == 0;
}

/* [USER[:PASSWORD]@][HOST][:PORT] */
static bool
take_authority(struct store_url *u, struct str s)
{
	const char *at = s.len > 0 ? memrchr(s.ptr, '@', s.len) : NULL;
	struct str who = {s.ptr, at ? (size_t)(at - s.ptr) : 0}, user = upto(who, ":"), host;

	if (at)
		s = str_from(s, who.len + 1);
	if (s.len > 0 && *s.ptr == '[') {
		host = upto(s, "]");
		if (host.len == s.len)
			return false;
		s = str_from(s, host.len + 1);
		host = str_from(host, 1);
	} else {
		host = upto(s, ":");
		s = str_from(s, host.len);
	}
	if (s.len > 0 && (*s.ptr != ':' || !set(u, URL_PORT, str_from(s, 1))))
		return false;
	return set(u, URL_USER, user) && set(u, URL_HOST, host) &&
	       set(u, URL_PASSWORD, str_from(who, user.len + (user.len < who.len)));
}

static bool
take_place(struct store_url *u, struct str place)
{
	struct str authority = upto(place, "/");

	place = str_from(place, authority.len);
	return take_authority(u, authority) && set(u, URL_PATH, str_from(place, place.len > 0));
}

static bool
take_parts(struct store_url *u, struct str rest, const char **why)
{
	struct str place = upto(rest, "?");
	struct str query = str_from(rest, place.len + (place.len < rest.len));

	if (strcmp(u->part[URL_SCHEME], "sqlite") == 0) {
		place = str_from(place, str_starts(place, STR("///")) ? 2 : 0);
		free(u->part[URL_PATH]);
		u->part[URL_PATH] = xstrndup(place.len ? place.ptr : "", place.len);
		*why = "a path with a NUL";
		return strlen(u->part[URL_PATH]) == place.len && take_options(u, query, why);
	}
	*why = "no // after the scheme";
	if (!str_starts(place, STR("//")))
		return false;
	*why = "a bad host, port or escape";
	return take_place(u, str_from(place, 2)) && take_options(u, query, why);
}

void
store_url_hide(char *text)
{
	char *start = strstr(text, "://"), *at = strrchr(text, '@');
	char *colon = start ? strchr(start + 3, ':') : NULL;

	if (at && colon && colon < at)
		memset(colon + 1, 'x', (size_t)(at - colon) - 1);
	for (char *p = text; (p = strstr(p, "password=")) != NULL;) {
		p += strlen("password=");
		memset(p, 'x', strcspn(p, "&"));
	}
}

/* TEXT with what stands for its password. */
static char *
name_of(struct str text)
{
	char *name = xstrndup(text.len ? text.ptr : "", text.len);

	store_url_hide(name);
	return name;
}

bool
store_url_parse(struct str text, struct store_url *u, const char **why)
{
	struct str scheme = upto(text, ":");

	*u = (struct store_url){.name = name_of(text), .timeout = default_timeout};
	for (int i = 0; i < URL_PARTS; i++)
		u->part[i] = xstrdup("");
	*why = "no scheme, such as sqlite:";
	if (scheme.len == text.len || scheme.len == 0 || !set(u, URL_SCHEME, scheme))
		return false;
	return take_parts(u, str_from(text, scheme.len + 1), why);
}

void
store_url_release(struct store_url *u)
{
	if (u->part[URL_PASSWORD])
		explicit_bzero(u->part[URL_PASSWORD], strlen(u->part[URL_PASSWORD]));
	for (int i = 0; i < URL_PARTS; i++)
		free(u->part[i]);
	free(u->name);
	*u = (struct store_url){.name = NULL};
}
