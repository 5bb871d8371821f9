/*
 * The URL of a store, taken apart.
 *
 * The parts are strings of their own, decoded; what is not given is empty. The password is in no other part, and name is
 * the URL without it.
 */
#ifndef STORE_URL_H
#define STORE_URL_H

#include "base/str.h"

enum url_part {
	URL_SCHEME,
	URL_USER,
	URL_PASSWORD,
	URL_HOST,
	URL_PORT,
	URL_PATH, /* without the '/' that ends the host */
	URL_DB,
	URL_SYNC,
	URL_SSLMODE,
	URL_SSLROOTCERT,
	URL_PARTS
};

struct store_url {
	char *part[URL_PARTS];
	char *name;     /* for diagnostics */
	double timeout; /* in seconds */
};

/*
 * Take TEXT apart; false with *WHY, a constant, where it is no URL of a store. "sqlite:PATH" is taken as it stands up to a '?',
 * nothing in it is decoded. *U is to be released in either case.
 */
bool store_url_parse(struct str text, struct store_url *u, const char **why);
void store_url_release(struct store_url *u);

/* Overwrite the password in TEXT, a URL that may be wrong, with 'x': for the command line that others can see. */
void store_url_hide(char *text);

#endif
