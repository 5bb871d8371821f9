#include "policy/status_set.h"

#include "base/exit.h"
#include "base/num.h"

#include <signal.h>
#include <string.h>
#include <strings.h>

static bool
parse_signal(struct str name, uint64_t *status)
{
	if (name.len > 3 && strncasecmp(name.ptr, "SIG", 3) == 0)
		name = str_from(name, 3);
	for (int number = 1; number < NSIG; number++) {
		const char *known = sigabbrev_np(number);

		if (!known || strlen(known) != name.len ||
		    strncasecmp(known, name.ptr, name.len) != 0)
			continue;
		*status = EROS_SIGNAL + (unsigned)number;
		return true;
	}
	return false;
}

static bool
parse_status(struct str text, uint64_t *status)
{
	return (num_parse_count(text, STATUS_MAX, status) && *status > 0) ||
	       parse_signal(text, status);
}

static bool
parse_range(struct str text, uint64_t *first, uint64_t *last)
{
	const char *dash = text.len > 0 ? memchr(text.ptr, '-', text.len) : NULL;
	struct str low = text;

	if (!dash) {
		bool known = parse_status(text, first);

		*last = known ? *first : 0;
		return known;
	}
	low.len = (size_t)(dash - text.ptr);
	return num_parse_count(low, STATUS_MAX, first) && *first > 0 &&
	       num_parse_count(str_from(text, low.len + 1), STATUS_MAX, last) && *last >= *first;
}

bool
status_set_add(struct status_set *s, const char *list, struct str *wrong)
{
	struct str rest = str_of(list);
	uint64_t first, last;

	if (rest.len == 0) {
		*wrong = rest;
		return false;
	}
	while (str_item(&rest, wrong)) {
		if (!parse_range(*wrong, &first, &last))
			return false;
		for (; first <= last; first++)
			s->has[first] = 1;
		s->any = true;
	}
	return true;
}
