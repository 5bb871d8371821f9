/*
 * Any bytes as a file of scan rules: what is taken has patterns that can be searched for, and its tests can be run; of the
 * rest the first fault has a line.
 */
#include "scan/scan.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
tell(void *arg, const char *file, unsigned line, const char *what)
{
	(void)arg;
	(void)file;
	if (line == 0 || *what == '\0')
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct yaml_file file;
	struct yaml_error error = {0}, fault = {0};
	struct scan_rules *rules;
	size_t tests;

	if (!yaml_parse(&file, "fuzz", (struct str){(const char *)data, size}, &error))
		return 0;
	file.fault = &fault;
	rules = scan_rules_new();
	scan_rules_add(rules, &file);
	if (fault.line > 0 && fault.reason[0] == '\0')
		abort();
	if (fault.line == 0)
		scan_test(rules, tell, NULL, &tests);
	scan_rules_list(rules);
	scan_rules_free(rules);
	yaml_release(&file);
	return 0;
}
