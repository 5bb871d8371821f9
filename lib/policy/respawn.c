#include "policy/respawn.h"

#include "base/exit.h"
#include "base/num.h"

bool
respawn_permanent(struct respawn *r, const char *list, struct str *wrong)
{
	struct str rest = str_of(list);
	uint64_t status;

	r->permanent_words = list;
	while (str_item(&rest, wrong)) {
		bool number = wrong->len > 0 && wrong->ptr[0] >= '0' && wrong->ptr[0] <= '9';

		if (number ? !num_parse_count(*wrong, 255, &status) : !str_is_name(*wrong))
			return false;
		if (number)
			r->permanent[status] = 1;
	}
	return true;
}

static bool
is_permanent(const struct respawn *r, int status, const char *diagnosis)
{
	struct str rest = str_of(r->permanent_words ? r->permanent_words : ""), word;

	if ((status >= EROS_PERMANENT && status <= EROS_NOTFOUND) || r->permanent[status & 255])
		return true;
	while (str_item(&rest, &word))
		if (str_is(word, diagnosis))
			return true;
	return false;
}

enum respawn_verdict
respawn_decide(const struct respawn *r, unsigned attempt, int status, const char *diagnosis)
{
	if (status == EROS_OK)
		return RESPAWN_DONE;
	if (is_permanent(r, status, diagnosis))
		return RESPAWN_PERMANENT;
	if (attempt < r->limit)
		return RESPAWN_AGAIN;
	return r->limit > 0 ? RESPAWN_EXHAUSTED : RESPAWN_DONE;
}
