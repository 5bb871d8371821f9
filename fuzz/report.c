/*
 * Any bytes as a report, in each of its forms: what comes out holds together, and is the same after a way through bytes.
 */
#include "report/read.h"

#include <stdint.h>
#include <stdlib.h>

static void
check_claim(const struct claims *c, const struct claim *k)
{
	if (k->report >= c->reports || k->severity > SEVERITY_CRITICAL)
		abort();
	for (size_t i = 0; i < k->quotes; i++)
		if (k->quote[i].lines == 0 || k->quote[i].location >= (int)k->locations)
			abort();
	for (size_t i = 0; i < k->locations; i++)
		if (memchr(k->location[i].path.ptr, '\n', k->location[i].path.len) ||
		    (k->location[i].ranges > 0 && !k->location[i].range))
			abort();
	for (size_t i = 0; i < k->title.len; i++)
		if (k->title.ptr[i] == 0)
			abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	for (int form = REPORT_AUTO; form <= REPORT_SARIF; form++) {
		struct claims c = CLAIMS_INIT, copy = CLAIMS_INIT;
		struct buf bytes = BUF_INIT, again = BUF_INIT;

		report_parse(&c, STR("fuzz"), (struct str){(const char *)data, size}, form);
		for (size_t i = 0; i < c.count; i++)
			check_claim(&c, &c.claim[i]);
		claims_pack(&c, &bytes);
		if (!claims_unpack(&copy, buf_view(&bytes)))
			abort();
		claims_pack(&copy, &again);
		if (!str_eq(buf_view(&bytes), buf_view(&again)))
			abort();
		claims_release(&copy);
		/* Bytes that are none are refused, whatever they hold. */
		if (claims_unpack(&copy, (struct str){(const char *)data, size}) && size < 12)
			abort();
		claims_release(&copy);
		claims_release(&c);
		buf_release(&bytes);
		buf_release(&again);
	}
	return 0;
}
