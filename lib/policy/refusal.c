#include "policy/refusal.h"

#include <ctype.h>

const char *const refusal_words[] = {
	[REFUSAL_NONE] = NULL,
	[REFUSAL_QUOTA] = "quota",
	[REFUSAL_AUTHENTICATION] = "authentication",
};

/*
 * How programs and services say it, in lower case. What is `plain` says so in a bare line too; the rest, which git and
 * curl say as well, counts only where the program reports it as its own error.
 */
static const char *const quota_plain[] = {
	"api error: 402",
	"claude ai usage limit reached",
	"credit balance is too low",
	"error code: 402",
	"exceeded_current_quota",
	"insufficient balance",
	"insufficient credits",
	"insufficient quota",
	"insufficient_quota",
	"unexpected status 402",
	"usage limit reached",
	"usage_limit_reached",
	"usage_not_included",
	"you exceeded your current quota",
	"you've hit your limit",
	"you've hit your usage limit",
	"you've reached your usage limit",
	NULL,
};
static const char *const quota_reported[] = {
	"-hour limit reached",
	"billing hard limit",
	"billing_error",
	"check your plan and billing",
	"daily quota",
	"exceeded your current quota",
	"out of credits",
	"payment required",
	"quota exceeded",
	"quota exhausted",
	"quota_exceeded",
	"requires more credits",
	"session limit reached",
	"spending limit",
	"usage limit",
	"weekly limit reached",
	NULL,
};
static const char *const authentication_plain[] = {
	"api error: 401",
	"api error: 403",
	"api key not valid",
	"api_key_invalid",
	"could not resolve authentication method",
	"error code: 401",
	"error code: 403",
	"incorrect api key",
	"invalid api key",
	"invalid x-api-key",
	"invalid_api_key",
	"oauth token has expired",
	"oauth token revoked",
	"please run /login",
	"please set an auth method",
	"unexpected status 401",
	"unexpected status 403",
	NULL,
};
static const char *const authentication_reported[] = {
	"401 unauthorized",
	"403 forbidden",
	"access token could not be refreshed",
	"api key expired",
	"api key is invalid",
	"api key is missing",
	"api key not found",
	"authentication failed",
	"authentication required",
	"authentication_error",
	"authentication_failed",
	"invalid authentication",
	"invalid_authentication",
	"missing api key",
	"missing bearer",
	"no api key",
	"not logged in",
	"oauth_org_not_allowed",
	"organization has been disabled",
	"permission_denied",
	"unauthenticated",
	NULL,
};
static const struct {
	const char *const *phrase;
	enum refusal_kind kind;
	bool plain;
} lists[] = {
	{quota_plain, REFUSAL_QUOTA, true},
	{authentication_plain, REFUSAL_AUTHENTICATION, true},
	{quota_reported, REFUSAL_QUOTA, false},
	{authentication_reported, REFUSAL_AUTHENTICATION, false},
};

/* What is no such quota: a rate that is kept in seconds, a service that is busy, a full disk. */
static const char *const passing[] = {
	"concurrency limit",
	"disk quota",
	"high demand",
	"max request",
	"overloaded",
	"per min",
	"per second",
	"per-minute",
	"per_minute",
	"perminute",
	"rate limit reached",
	"rate_limit_error",
	NULL,
};

static const char *
find(struct str text, const char *part)
{
	return text.len > 0 ? memmem(text.ptr, text.len, part, strlen(part)) : NULL;
}

static bool
find_any(struct str text, const char *const *parts)
{
	for (; *parts; parts++)
		if (find(text, *parts))
			return true;
	return false;
}

/* Whether P, within TEXT, is a number and a unit of seconds: "34.07s", "20 seconds". */
static bool
is_seconds(struct str text, const char *p)
{
	static const char *const units[] = {"s", "ms", "sec", "second", "seconds"};
	const char *end = text.ptr + text.len;
	struct str unit;

	if (p == end || !isdigit((unsigned char)*p))
		return false;
	while (p < end && (isdigit((unsigned char)*p) || *p == '.' || *p == ' '))
		p++;
	unit.ptr = p;
	while (p < end && isalpha((unsigned char)*p))
		p++;
	unit.len = (size_t)(p - unit.ptr);
	for (size_t i = 0; i < sizeof(units) / sizeof(*units); i++)
		if (str_is(unit, units[i]))
			return true;
	return false;
}

/* Whether it passes by itself, as the service may say too: "try again in 20 s". */
static bool
is_passing(struct str text)
{
	static const char *const starts[] = {"retry in ", "try again in "};

	for (size_t i = 0; i < sizeof(starts) / sizeof(*starts); i++) {
		const char *p = find(text, starts[i]);

		if (p && is_seconds(text, p + strlen(starts[i])))
			return true;
	}
	return find_any(text, passing);
}

static bool
ends_with(struct str text, const char *word)
{
	size_t len = strlen(word);

	return text.len >= len && memcmp(text.ptr + text.len - len, word, len) == 0;
}

/* The status of HTTP that TEXT speaks of, as in "status: 401" or "error 402"; 0 where it speaks of none. */
static int
http_status(struct str text)
{
	static const char *const words[] = {"error", "status", "code", "http"};

	for (size_t i = 1; i + 3 <= text.len; i++) {
		const char *p = text.ptr + i;
		struct str before = {text.ptr, i};

		if (p[0] != '4' || p[1] != '0' || p[2] < '1' || p[2] > '3' ||
		    isalnum((unsigned char)p[-1]) ||
		    (i + 3 < text.len && isalnum((unsigned char)p[3])))
			continue;
		while (before.len > 0 && !isalnum((unsigned char)before.ptr[before.len - 1]))
			before.len--;
		for (size_t w = 0; w < sizeof(words) / sizeof(*words); w++)
			if (ends_with(before, words[w]))
				return 400 + (p[2] - '0');
	}
	return 0;
}

/*
 * Whether what stands before a phrase in a bare line makes that an error message: nothing, the name of whoever reports
 * it, or a word for an error; and then the phrase begins a part of its own.
 */
static bool
is_reported(struct str before)
{
	static const char *const words[] = {"error", "fatal", "exception", NULL};
	struct str name = str_trim(before);
	char last = name.len > 0 ? name.ptr[name.len - 1] : ':';

	if (name.len == 0 || (last == ':' && !memchr(name.ptr, ' ', name.len)))
		return true;
	return strchr(":]|\"'({-", last) && find_any(name, words);
}

/* Without what is said of a quota, where that PASSES. */
static enum refusal_kind
phrase_kind(struct str text, bool bare, bool passes)
{
	for (size_t i = 0; i < sizeof(lists) / sizeof(*lists); i++) {
		if ((bare && !lists[i].plain) || (passes && lists[i].kind == REFUSAL_QUOTA))
			continue;
		for (const char *const *p = lists[i].phrase; *p; p++) {
			const char *at = find(text, *p);

			if (at &&
			    (!bare || is_reported((struct str){text.ptr, (size_t)(at - text.ptr)})))
				return lists[i].kind;
		}
	}
	return REFUSAL_NONE;
}

enum refusal_kind
refusal_of(struct str text, bool bare)
{
	char lower[REFUSAL_TEXT];
	struct str view = {lower, text.len < REFUSAL_TEXT ? text.len : REFUSAL_TEXT};
	enum refusal_kind kind;
	bool passes;
	int status;

	for (size_t i = 0; i < view.len; i++)
		lower[i] = (char)tolower((unsigned char)text.ptr[i]);
	passes = is_passing(view);
	kind = phrase_kind(view, bare, passes);
	status = kind || bare ? 0 : http_status(view);
	if (status == 402)
		return passes ? REFUSAL_NONE : REFUSAL_QUOTA;
	return status ? REFUSAL_AUTHENTICATION : kind;
}

static void
keep(struct refusal_text *t, struct str text)
{
	t->len = text.len < REFUSAL_TEXT ? text.len : REFUSAL_TEXT;
	while (t->len > 0 && t->len < text.len && (text.ptr[t->len] & 0xc0) == 0x80)
		t->len--; /* not inside a character */
	if (t->len > 0)
		memcpy(t->text, text.ptr, t->len);
}

/* The text of an error, if it is one. */
static void
take_error(struct refusal *r, struct str text)
{
	enum refusal_kind kind = refusal_of(text, false);

	if (!kind)
		return;
	r->kind = kind;
	keep(&r->said, text);
}

/* A limit of an account, not of a rate: the program says until when it has to wait, or that it need not any more. */
static void
take_limit(struct refusal *r, struct str error)
{
	r->kind = error.len > 0 ? REFUSAL_QUOTA : REFUSAL_NONE;
	keep(&r->said, error);
}

static bool
member_is(const struct record *record, struct str key, struct str text)
{
	struct json v;

	return record_get(record, key, &v) && json_is(v, text);
}

void
refusal_record(struct refusal *r, const struct record *record, struct buf *scratch)
{
	struct str error;

	if (record_true(record, STR("sidechain")))
		return;
	buf_reset(scratch);
	error = record_string(record, STR("error"), scratch);
	if (member_is(record, STR("type"), STR("tool")) ||
	    (member_is(record, STR("type"), STR("result")) && record_true(record, STR("ok"))))
		r->kind = REFUSAL_NONE;
	else if (member_is(record, STR("type"), STR("wait")) &&
	         member_is(record, STR("reason"), STR("rate_limit")))
		take_limit(r, error);
	else if (member_is(record, STR("type"), STR("result")) ||
	         member_is(record, STR("type"), STR("wait")) ||
	         (member_is(record, STR("type"), STR("error")) &&
	          !member_is(record, STR("severity"), STR("warning"))))
		take_error(r, error);
}

void
refusal_line(struct refusal *r, struct str line)
{
	line = str_trim(line);
	if (line.len > 0)
		keep(&r->line[r->lines++ % REFUSAL_LINES], line);
}

enum refusal_kind
refusal_kind(const struct refusal *r, struct str *text)
{
	const struct refusal_text *t = &r->said;
	enum refusal_kind kind = r->kind;

	for (size_t i = 0; !kind && i < REFUSAL_LINES && i < r->lines; i++) {
		t = &r->line[(r->lines - 1 - i) % REFUSAL_LINES];
		kind = refusal_of((struct str){t->text, t->len}, true);
	}
	if (kind)
		*text = (struct str){t->text, t->len};
	return kind;
}
