#include "store/command.h"

#include "base/exit.h"
#include "base/options.h"
#include "store/url.h"

enum { KEY_STORE = OPTION_SHARED + 0x100 };

static const struct argp_option options[] = {
	{"store", KEY_STORE, "URL", 0, "Where state is shared ($EROS_STORE)", 0},
	{0},
};

static error_t
parse(int key, char *arg, struct argp_state *state)
{
	struct store_command *c = state->input;

	if (key != KEY_STORE)
		return ARGP_ERR_UNKNOWN;
	free(c->url);
	c->url = store_command_url(arg);
	return 0;
}

const struct argp store_argp = {options, parse, NULL, NULL, NULL, NULL, NULL};

char *
store_command_url(char *arg)
{
	char *url = xstrdup(arg);

	store_url_hide(arg);
	return url;
}

struct store *
store_command_open(struct store_command *c)
{
	struct store *s;
	int status = store_open(&s, c->url);

	if (c->url)
		explicit_bzero(c->url, strlen(c->url));
	free(c->url);
	c->url = NULL;
	if (status != EROS_OK)
		store_die(s, status);
	return s;
}
