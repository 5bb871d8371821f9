#include "agent/adapter.h"

/* Every line is an output of bare text, whatever it looks like. */
static const char *
text_line(struct import *im, struct str line)
{
	if (str_trim(line).len > 0)
		make_text(im, NULL, line);
	return im->reason;
}

const struct adapter adapter_text = {.name = "text", .line = text_line};
