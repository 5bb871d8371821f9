#include "policy/refusal.h"

#include "tap.h"

/* What programs and services really say. */
static const char *const quota[] = {
	"Credit balance is too low",
	"Claude AI usage limit reached|1749924000",
	"You've hit your limit \xc2\xb7 resets 3pm (UTC)",
	"5-hour limit reached \xe2\x88\x99 resets 3pm",
	"API Error: 402 {\"type\":\"error\"}",
	"You've hit your usage limit. Upgrade to Pro, or try again in 3 days 2 hours.",
	"unexpected status 429 Too Many Requests: {\"error\":{\"type\":\"usage_limit_reached\"}}",
	"You exceeded your current quota, please check your plan and billing details.",
	"{\"type\":\"insufficient_quota\",\"code\":\"insufficient_quota\"}",
	"Quota exceeded for quota metric 'Gemini 2.5 Pro Requests' and limit 'requests in a day'",
	"Insufficient Balance",
	"This request requires more credits, or fewer max_tokens",
	"billing_error",
};
static const char *const authentication[] = {
	"Invalid API key \xc2\xb7 Please run /login",
	"authentication_failed",
	"API Error: 401 {\"type\":\"error\",\"error\":{\"type\":\"authentication_error\"}}",
	"API Error: 403 Request not allowed",
	"OAuth token has expired. Please obtain a new token",
	"unexpected status 401 Unauthorized: Missing bearer or basic authentication in header",
	"API key not valid. Please pass a valid API key.",
	"Incorrect API key provided: sk-abc. You can find your API key at https://example.org",
	"Invalid Authentication",
	"request failed, status code: 403",
	"HTTP/1.1 401 Unauthorized",
};
static const char *const neither[] = {
	"",
	"API Error: 429 {\"type\":\"error\",\"error\":{\"type\":\"rate_limit_error\"}}",
	"rate_limit",
	"Overloaded",
	"API Error: 529 {\"type\":\"overloaded_error\",\"message\":\"Overloaded\"}",
	"exceeded retry limit, last status: 429 Too Many Requests",
	"Rate limit reached on tokens per min (TPM): Limit 10000. Check your plan and billing.",
	"You exceeded your current quota. Please retry in 34.07s.",
	"Quota exceeded for metric generate_requests, limit: 10 requests per minute",
	"write error: Disk quota exceeded",
	"API Error: 500 Internal Server Error",
	"connection reset after 401 bytes",
	"error 4010",
	"the turn limit was reached",
};

/* Lines of standard error, which may be anything. */
static const char *const bare_errors[] = {
	"Invalid API key",
	"Error: Incorrect API key provided: sk-abc",
	"claude: Invalid API key",
	"ERROR: unexpected status 401 Unauthorized",
	"openai.AuthenticationError: Error code: 401 - {'error': {'message': 'x'}}",
	"TypeError: \"Could not resolve authentication method. Expected an api_key\"",
	"[2026-03-01T12:00:00] ERROR: You've hit your usage limit.",
	"error: {\"code\":\"insufficient_quota\"}",
};
static const char *const bare_talk[] = {
	"Next I test that an invalid API key is refused",
	"I am reading how \"Invalid API key\" is handled",
	"first step: invalid API key handling",
	"the API key is in the environment",
	"fatal: Authentication failed for 'https://example.org/x.git/'",
	"npm ERR! 401 Unauthorized - GET https://registry.example.org",
	"curl: (22) The requested URL returned error: 401",
	"usage limit",
	"credits: 3",
};

static void
expect(const char *const *texts, size_t count, bool bare, enum refusal_kind kind, const char *name)
{
	for (size_t i = 0; i < count; i++)
		ok(refusal_of(str_of(texts[i]), bare) == kind, "%s: %s", name, texts[i]);
}

#define EXPECT(texts, bare, kind, name) \
	expect(texts, sizeof(texts) / sizeof(*(texts)), bare, kind, name)

static void
take(struct refusal *r, const char *text)
{
	struct buf padded = BUF_INIT, scratch = BUF_INIT;
	struct record record = RECORD_INIT;
	struct json_error error;

	buf_padded(&padded, str_of(text));
	if (!record_scan(&record, (struct str){padded.ptr, strlen(text)}, &error))
		ok(false, "no record: %s", text);
	refusal_record(r, &record, &scratch);
	record_release(&record);
	buf_release(&padded);
	buf_release(&scratch);
}

/* What is found after the record TEXT, of which R may already have seen others. */
static void
after(struct refusal *r, const char *text, enum refusal_kind want, const char *name)
{
	struct str said;

	take(r, text);
	is_int(refusal_kind(r, &said), want, name);
}

static void
test_records(void)
{
	struct refusal r = {0};
	struct str said = STR("none");

	is_int(refusal_kind(&r, &said), REFUSAL_NONE, "nothing was said");
	is_str(said, "none", "and no text given");
	after(&r, "{\"type\":\"output\",\"content\":\"x\",\"error\":\"Invalid API key\"}",
	      REFUSAL_NONE, "what the agent says does not count");
	after(&r, "{\"type\":\"tool_result\",\"ok\":false,\"error\":\"401 Unauthorized\"}",
	      REFUSAL_NONE, "nor what a tool says");
	after(&r, "{\"type\":\"error\",\"severity\":\"warning\",\"error\":\"Invalid API key\"}",
	      REFUSAL_NONE, "nor a warning");
	after(&r, "{\"type\":\"error\",\"sidechain\":true,\"error\":\"Invalid API key\"}",
	      REFUSAL_NONE, "nor a sub-agent");
	after(&r, "{\"type\":\"error\",\"severity\":\"error\",\"error\":\"Invalid API key\"}",
	      REFUSAL_AUTHENTICATION, "an error does");
	after(&r, "{\"type\":\"output\",\"content\":\"well\"}", REFUSAL_AUTHENTICATION,
	      "and is not taken back by an output");
	after(&r, "{\"type\":\"tool\",\"tool\":\"Bash\"}", REFUSAL_NONE,
	      "but by a call of a tool: the model has answered");
	after(&r,
	      "{\"type\":\"result\",\"ok\":false,\"error\":\"Credit balance is too \\u006cow\"}",
	      REFUSAL_QUOTA, "a failed result does");
	refusal_kind(&r, &said);
	is_str(said, "Credit balance is too low", "and its text is given");
	after(&r, "{\"type\":\"error\",\"error\":\"broken pipe\"}", REFUSAL_QUOTA,
	      "another error changes nothing");
	after(&r, "{\"type\":\"result\",\"ok\":true,\"error\":\"x\"}", REFUSAL_NONE,
	      "a result that is ok does");
	after(&r,
	      "{\"type\":\"wait\",\"reason\":\"rate_limit\",\"delay\":9000,\"error\":\"five_"
	      "hour\"}",
	      REFUSAL_QUOTA, "a limit of the account");
	after(&r, "{\"type\":\"wait\",\"reason\":\"rate_limit\",\"delay\":0}", REFUSAL_NONE,
	      "which may be lifted");
	after(&r, "{\"type\":\"wait\",\"reason\":\"api_retry\",\"error\":\"Overloaded\"}",
	      REFUSAL_NONE, "a retry of what passes");
	after(&r,
	      "{\"type\":\"wait\",\"reason\":\"api_retry\",\"error\":\"authentication_failed\"}",
	      REFUSAL_AUTHENTICATION, "a retry of what does not");
	after(&r, "{\"type\":\"result\",\"ok\":false,\"error\":7}", REFUSAL_AUTHENTICATION,
	      "an error that is no text");
}

static void
test_lines(void)
{
	char line[2 * REFUSAL_TEXT];
	struct refusal r = {0};
	struct str said;

	refusal_line(&r, STR("Error: Invalid API key"));
	is_int(refusal_kind(&r, &said), REFUSAL_AUTHENTICATION, "the last line of standard error");
	is_str(said, "Error: Invalid API key", "is given");
	for (int i = 1; i < REFUSAL_LINES; i++) {
		refusal_line(&r, STR("    at main (cli.js:1)"));
		refusal_line(&r, STR(" \t"));
	}
	is_int(refusal_kind(&r, &said), REFUSAL_AUTHENTICATION, "some lines may follow");
	refusal_line(&r, STR("and one more"));
	is_int(refusal_kind(&r, &said), REFUSAL_NONE, "but not many");
	memset(line, 'x', sizeof(line));
	refusal_line(&r, (struct str){line, sizeof(line)});
	is_int(refusal_kind(&r, &said), REFUSAL_NONE, "a long line");
	refusal_line(&r, STR("Credit balance is too low"));
	take(&r, "{\"type\":\"error\",\"error\":\"Invalid API key\"}");
	is_int(refusal_kind(&r, &said), REFUSAL_AUTHENTICATION, "records go before lines");
}

int
main(void)
{
	EXPECT(quota, false, REFUSAL_QUOTA, "quota");
	EXPECT(authentication, false, REFUSAL_AUTHENTICATION, "authentication");
	EXPECT(neither, false, REFUSAL_NONE, "neither");
	EXPECT(neither, true, REFUSAL_NONE, "neither, in a bare line");
	for (size_t i = 0; i < sizeof(bare_errors) / sizeof(*bare_errors); i++)
		ok(refusal_of(str_of(bare_errors[i]), true), "reported: %s", bare_errors[i]);
	EXPECT(bare_talk, true, REFUSAL_NONE, "mere talk");
	is_str(str_of(refusal_words[REFUSAL_QUOTA]), "quota", "the word for quota");
	is_str(str_of(refusal_words[REFUSAL_AUTHENTICATION]), "authentication",
	       "the word for authentication");
	test_records();
	test_lines();
	return done_testing();
}
