#include "policy/correction.h"

#include <stddef.h>

void
correction_check(const struct yaml_file *file)
{
	if (!file->root)
		return;
	yaml_expect(file, file->root, YAML_MAP, "corrections");
	for (const struct yaml *node = file->root->child; node; node = node->next)
		yaml_text(file, node);
}

const char *
correction_choose(const struct yaml_file *file, const char *exact, const char *diagnosis)
{
	const char *const keys[] = {exact, diagnosis, "default"};

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		const struct yaml *node = yaml_get(file->root, keys[i]);

		if (node)
			return node->text.ptr;
	}
	return NULL;
}
