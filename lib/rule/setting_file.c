#include "rule/setting_value.h"
#include "rule/yaml.h"

#include <stdio.h>

/* The blocks a policy file may hold: one per command that has settings. */
static const char *const blocks[] = {"decide", "health", "pad", "watch", NULL};

/* A policy file being read into S. */
struct load {
	struct settings *s;
	struct yaml_file file;
};

/* The keys allowed below PREFIX ("" or "risk."): the next word of every setting that begins so. */
static void
expect_keys(struct load *l, const struct yaml *map, const char *prefix)
{
	size_t len = strlen(prefix), count = 0, cap = 0;
	char **keys = NULL;

	for (const struct setting *t = l->s->table; t->name; t++) {
		const char *word = t->name + len;

		if (strncmp(t->name, prefix, len) != 0)
			continue;
		GROW(keys, count, cap);
		keys[count++] = xstrndup(word, strcspn(word, "."));
	}
	GROW(keys, count, cap);
	keys[count] = NULL;
	yaml_expect_keys(&l->file, map, (const char *const *)keys);
	while (count > 0)
		free(keys[--count]);
	free(keys);
}

static void
read_value(struct load *l, const struct setting *t, const struct yaml *node, void *values)
{
	void *place = setting_place(values, t);
	struct buf reason = BUF_INIT;

	switch (t->type) {
	case SETTING_NUMBER: *(double *)place = yaml_number(&l->file, node, t->min, t->max); break;
	case SETTING_FLAG: *(bool *)place = yaml_bool(&l->file, node); break;
	case SETTING_COUNT:
		*(uint64_t *)place = yaml_count(&l->file, node, (uint64_t)t->min, (uint64_t)t->max);
		break;
	case SETTING_DURATION:
	case SETTING_WORD:
		if (!setting_parse(t, yaml_text(&l->file, node), values, &reason))
			yaml_die(&l->file, node, "%s: %s", node->key.ptr, buf_cstr(&reason));
		break;
	}
}

/* What a section gives, into VALUES. PREFIX is the path that leads to MAP. */
static void
read_section(struct load *l, const struct yaml *map, const char *prefix, void *values)
{
	expect_keys(l, map, prefix);
	for (const struct yaml *node = map->child; node; node = node->next) {
		char path[SETTING_NAME_SIZE];
		const struct setting *t = l->s->table;

		snprintf(path, sizeof(path), "%s%s", prefix, node->key.ptr);
		while (t->name && strcmp(t->name, path) != 0)
			t++;
		if (t->name) {
			read_value(l, t, node, values);
		} else {
			snprintf(path, sizeof(path), "%s%s.", prefix, node->key.ptr);
			yaml_expect(&l->file, node, YAML_MAP, node->key.ptr);
			read_section(l, node, path, values);
		}
	}
}

/* Ask the command about one set of values as the file gives it, on a copy: options are still to come. */
static void
check_section(struct load *l, const struct yaml *node, const void *values)
{
	struct buf reason = BUF_INIT;
	void *copy;

	if (!l->s->ready)
		return;
	copy = memcpy(xmalloc(l->s->size), values, l->s->size);
	if (!l->s->ready(copy, &reason))
		yaml_die(&l->file, node, "%s: %s", node->key.ptr, buf_cstr(&reason));
	free(copy);
	buf_release(&reason);
}

static void
read_block(struct load *l, const struct yaml *block)
{
	static const char *const keys[] = {"default", "specialties", NULL};
	const struct yaml *section = yaml_get(block, "default");
	const struct yaml *specialties = yaml_get(block, "specialties");
	struct settings *s = l->s;

	yaml_expect_keys(&l->file, block, keys);
	if (section) {
		read_section(l, section, "", s->values);
		check_section(l, section, s->values);
	}
	if (!specialties)
		return;
	yaml_expect(&l->file, specialties, YAML_MAP, "specialties");
	for (section = specialties->child; section; section = section->next) {
		void *values = map_use(&s->specialties, section->key, NULL);

		memcpy(values, s->values, s->size);
		read_section(l, section, "", values);
		check_section(l, section, values);
	}
}

void
settings_file(struct settings *s, const char *path)
{
	struct load l = {.s = s};

	yaml_load(&l.file, path);
	if (l.file.root) {
		yaml_expect_keys(&l.file, l.file.root, blocks);
		if (yaml_get(l.file.root, s->block))
			read_block(&l, yaml_get(l.file.root, s->block));
	}
	yaml_release(&l.file);
}
