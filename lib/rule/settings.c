#include "rule/setting_value.h"

#include "base/exit.h"

#include <stdio.h>

void
settings_init(struct settings *s, const char *block, const struct setting *table,
              const void *builtin, size_t size)
{
	size_t count = 0;

	while (table[count].name)
		count++;
	*s = (struct settings){.block = block, .table = table, .size = size};
	s->specialties = (struct map)MAP_INIT(size);
	s->values = memcpy(xmalloc(size), builtin, size);
	s->given = xcalloc(1, size);
	s->source = xcalloc(count + 1, 1);
	settings_options(s, count);
}

void
settings_release(struct settings *s)
{
	settings_options_release(s);
	map_release(&s->specialties);
	free(s->values);
	free(s->given);
	free(s->source);
	*s = (struct settings){0};
}

const void *
settings_for(const struct settings *s, struct str specialty)
{
	const void *values = map_find(&s->specialties, specialty);

	return values ? values : s->values;
}

const void *
settings_each(const struct settings *s, const void *values, struct str *specialty)
{
	const void *next = s->values;

	*specialty = STR_NONE;
	if (values == s->values)
		next = map_oldest(&s->specialties);
	else if (values)
		next = map_newer(&s->specialties, values);
	if (next && next != s->values)
		*specialty = map_key(&s->specialties, next);
	return next;
}

static void
read_environment(struct settings *s)
{
	for (size_t i = 0; s->table[i].name; i++) {
		char block[SETTING_NAME_SIZE], rest[SETTING_NAME_SIZE],
			variable[2 * SETTING_NAME_SIZE + 8];
		const struct setting *t = &s->table[i];
		struct buf reason = BUF_INIT;
		const char *text;

		setting_spell(block, s->block, '_', true);
		setting_spell(rest, t->name, '_', true);
		snprintf(variable, sizeof(variable), "EROS_%s_%s", block, rest);
		text = getenv(variable);
		if (!text || !*text || s->source[i] == SOURCE_OPTION)
			continue;
		if (!setting_parse(t, str_of(text), s->given, &reason))
			die(EROS_CONFIG, "bad_config", NULL, "%s: %s", variable, buf_cstr(&reason));
		s->source[i] = SOURCE_ENVIRONMENT;
	}
}

/* Options and environment over one set of values, which is then complete. */
static void
finish(struct settings *s, void *values, struct str specialty)
{
	struct buf reason = BUF_INIT;
	int worst = SOURCE_NONE;

	for (size_t i = 0; s->table[i].name; i++) {
		const struct setting *t = &s->table[i];

		if (s->source[i] == SOURCE_NONE)
			continue;
		worst = s->source[i] > worst ? s->source[i] : worst;
		setting_copy(t, values, s->given);
	}
	if (!s->ready || s->ready(values, &reason)) {
		buf_release(&reason);
		return;
	}
	if (specialty.len > 0)
		buf_printf(&reason, " for specialty '" STR_FMT "'", STR_ARG(specialty));
	if (worst == SOURCE_OPTION)
		die_usage("%s", buf_cstr(&reason));
	die(EROS_CONFIG, "bad_config", NULL, "%s", buf_cstr(&reason));
}

void
settings_load(struct settings *s, const char *path)
{
	if (path)
		settings_file(s, path);
	read_environment(s);
	finish(s, s->values, STR_NONE);
	for (void *v = map_oldest(&s->specialties); v; v = map_newer(&s->specialties, v))
		finish(s, v, map_key(&s->specialties, v));
}
