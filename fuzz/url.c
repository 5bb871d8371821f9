/* URLs of stores: whatever they are, the name has no password in it, and parts have no NUL. */
#include "store/url.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static size_t
count(struct str text, struct str word)
{
	size_t n = 0;

	for (; text.len >= word.len; text = str_from(text, 1))
		n += memcmp(text.ptr, word.ptr, word.len) == 0;
	return n;
}

/*
 * Where it was is something else; the same bytes may occur elsewhere by chance, and by an escape without having been
 * there.
 */
static bool
is_shown(struct str text, struct str password, struct str name)
{
	if (password.len <= 8 || memchr(password.ptr, 'x', password.len))
		return false;
	return memchr(text.ptr, '%', text.len)
	               ? str_eq(name, text)
	               : count(name, password) > 0 &&
	                         count(name, password) >= count(text, password);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = {(const char *)data, size};
	struct store_url u;
	const char *why = NULL;
	bool good = store_url_parse(text, &u, &why);

	if (!good && !why)
		abort();
	for (int i = 0; i < URL_PARTS; i++)
		if (!u.part[i] || strlen(u.part[i]) > size)
			abort();
	if (good && is_shown(text, str_of(u.part[URL_PASSWORD]), str_of(u.name)))
		abort();
	store_url_release(&u);
	return 0;
}
