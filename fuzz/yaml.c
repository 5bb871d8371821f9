/*
 * Any bytes as a rules file: accepted ones give a tree that holds together, the others an error
 * with a line.
 */
#include "rule/yaml.h"

#include <stdint.h>
#include <stdlib.h>

static void
check(const struct yaml *node, unsigned depth)
{
	size_t children = 0;

	if (depth > YAML_MAX_DEPTH || node->line == 0)
		abort();
	if (node->type == YAML_SCALAR && strlen(node->text.ptr) != node->text.len)
		abort();
	for (const struct yaml *child = node->child; child; child = child->next, children++) {
		if (node->type == YAML_SCALAR ||
		    (node->type == YAML_MAP) != (child->key.ptr != NULL))
			abort();
		check(child, depth + 1);
	}
	if (children != node->count)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct yaml_file file;
	struct yaml_error error = {0};

	if (!yaml_parse(&file, "fuzz", (struct str){(const char *)data, size}, &error)) {
		if (error.line == 0 || error.reason[0] == '\0')
			abort();
		return 0;
	}
	if (file.root)
		check(file.root, 0);
	yaml_release(&file);
	return 0;
}
