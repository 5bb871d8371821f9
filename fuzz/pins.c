/*
 * Any bytes as a file of dependencies: the first says of which kind, and whether files that it names hold the same. Whatever is
 * found has a place in the text.
 */
#include "pins/pins.h"

#include <stdint.h>
#include <stdlib.h>

struct fuzz {
	struct str text;
	int opens; /* how many more */
};

static enum pins_open
on_open(void *arg, struct str path, struct buf *text)
{
	struct fuzz *z = arg;

	if (path.len == 0 || path.ptr[0] == '/')
		abort();
	if (z->opens == 0)
		return PINS_MISSING;
	z->opens--;
	buf_span(text, z->text);
	return PINS_OPENED;
}

static void
on_found(void *arg, const struct finding *f)
{
	const struct fuzz *z = arg;

	if (f->id.len != 16 || f->message.len == 0 || f->fingerprint.len == 0 ||
	    f->location_count != 1 || f->locations->line == 0 || f->locations->column == 0 ||
	    f->locations->line > z->text.len + 1)
		abort();
}

static void
on_malformed(void *arg, struct str path, size_t line, const char *reason)
{
	(void)arg;
	if (line == 0 || !reason || path.len == 0)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz z = {.text = {(const char *)data + 1, size - 1}};
	struct pins p = PINS_INIT;

	if (size == 0)
		return 0;
	z.opens = data[0] & 0x10 ? 4 : 0;
	p.open = on_open;
	p.found = on_found;
	p.malformed = on_malformed;
	p.arg = &z;
	p.lock_ok = data[0] & 0x20;
	pins_check(&p, (enum pins_kind)(data[0] % PINS_KINDS), STR("a/b"), z.text);
	pins_release(&p);
	return 0;
}
