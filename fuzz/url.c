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
	/* Where it was is something else; the same bytes may occur elsewhere by chance. */
	if (good && strlen(u.part[URL_PASSWORD]) > 8 && !strchr(u.part[URL_PASSWORD], 'x') &&
	    count(str_of(u.name), str_of(u.part[URL_PASSWORD])) > 0 &&
	    count(str_of(u.name), str_of(u.part[URL_PASSWORD])) >=
	            count(text, str_of(u.part[URL_PASSWORD])))
		abort();
	store_url_release(&u);
	return 0;
}
