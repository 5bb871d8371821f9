/*
 * What commands and services say, and people list: errors of agents, waits that are asked for, lists of statuses. Whatever
 * it is, a wait is finite and not negative, success is in no list, and a refusal has its words.
 */
#include "policy/refusal.h"
#include "policy/retry_after.h"
#include "policy/status_set.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_lines(struct str text)
{
	struct refusal r = {.kind = REFUSAL_NONE};
	struct str line, said = STR_NONE;

	while (str_line(&text, &line))
		refusal_line(&r, line);
	if (refusal_kind(&r, &said) != REFUSAL_NONE && (said.len == 0 || said.len > REFUSAL_TEXT))
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = {(const char *)data, size}, wrong;
	char *list = malloc(size + 1);
	struct status_set set = {.any = false};
	double seconds;

	memcpy(list, data, size);
	list[size] = '\0';
	if (retry_after(text, 1772366400, &seconds) && !(seconds >= 0 && isfinite(seconds)))
		abort();
	if (status_set_add(&set, list, &wrong) && (!set.any || set.has[0]))
		abort();
	/* What a bare line says a program's own error says too, unless it passes. */
	if (refusal_of(text, true) != REFUSAL_NONE && refusal_of(text, false) == REFUSAL_NONE)
		abort();
	check_lines(text);
	free(list);
	return 0;
}
