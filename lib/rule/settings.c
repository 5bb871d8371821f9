#include "rule/settings.h"

#include "base/clock.h"
#include "base/exit.h"
#include "base/num.h"
#include "base/options.h"
#include "rule/yaml.h"

#include <ctype.h>
#include <stdio.h>

/* The blocks a policy file may hold: one per command that has settings. */
static const char *const blocks[] = {"decide", "health", "pad", "watch", NULL};

enum { SOURCE_NONE, SOURCE_ENVIRONMENT, SOURCE_OPTION };

enum { NAME_MAX_LEN = 64 };

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
}

void
settings_release(struct settings *s)
{
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

/* One value, read as its setting's type asks, on its way to a struct of settings. */
union value {
	double number;
	uint64_t count;
	int word;
	bool flag;
};

static void *
place(void *values, const struct setting *t)
{
	return (char *)values + t->offset;
}

static size_t
width(const struct setting *t)
{
	switch (t->type) {
	case SETTING_NUMBER:
	case SETTING_DURATION: return sizeof(double);
	case SETTING_COUNT: return sizeof(uint64_t);
	case SETTING_FLAG: return sizeof(bool);
	case SETTING_WORD: return sizeof(int);
	}
	return 0;
}

/* Why TEXT is no value for T, or NULL where it is one. */
static const char *
value_parse(const struct setting *t, struct str text, union value *v)
{
	bool in_range = true;

	switch (t->type) {
	case SETTING_NUMBER:
	case SETTING_DURATION:
		if (!(t->type == SETTING_NUMBER ? num_parse : duration_parse)(text, &v->number))
			return t->type == SETTING_NUMBER ? "not a number" : "not a duration";
		in_range = v->number >= t->min && v->number <= t->max;
		break;
	case SETTING_COUNT:
		if (!num_parse_count(text, UINT64_MAX, &v->count))
			return "not a whole number";
		in_range = (double)v->count >= t->min && (double)v->count <= t->max;
		break;
	case SETTING_FLAG:
		v->flag = str_is(text, "true");
		return v->flag || str_is(text, "false") ? NULL : "not true or false";
	case SETTING_WORD:
		for (v->word = 0; t->words[v->word]; v->word++)
			if (str_is(text, t->words[v->word]))
				return NULL;
		return "not one of the known words";
	}
	return in_range ? NULL : "out of range";
}

/* "not one of classic, default", "not between 0 and 1": what value_parse says, with what is allowed. */
static void
add_fault(struct buf *out, const struct setting *t, const char *fault, struct str text)
{
	if (t->type == SETTING_WORD) {
		buf_str(out, "not one of ");
		for (size_t i = 0; t->words[i]; i++)
			buf_printf(out, "%s%s", i ? ", " : "", t->words[i]);
	} else if (strcmp(fault, "out of range") == 0) {
		buf_printf(out, "not between %.15g and %.15g", t->min, t->max);
	} else {
		buf_str(out, fault);
	}
	buf_printf(out, ": '" STR_FMT "'", STR_ARG(text));
}

/* The name as an option or a variable has it: "risk.degraded" with each separator as SEPARATOR. */
static void
spell(char out[static NAME_MAX_LEN], const char *name, char separator, bool upper)
{
	size_t i = 0;

	for (; name[i] && i < NAME_MAX_LEN - 1; i++) {
		char c = name[i] == '.' || name[i] == '_' ? separator : name[i];

		out[i] = upper ? (char)toupper((unsigned char)c) : c;
	}
	out[i] = '\0';
}

static size_t
setting_index(const struct settings *s, const char *name)
{
	size_t i = 0;

	while (strcmp(s->table[i].name, name) != 0)
		i++;
	return i;
}

void
settings_option(struct settings *s, struct argp_state *state, const char *name, const char *arg)
{
	size_t i = setting_index(s, name);
	const struct setting *t = &s->table[i];
	struct str text = str_of(arg ? arg : "true");
	union value v = {0};
	const char *fault = value_parse(t, text, &v);

	if (fault) {
		struct buf reason = BUF_INIT;
		char option[NAME_MAX_LEN];

		spell(option, name, '-', false);
		add_fault(&reason, t, fault, text);
		argp_error(state, "--%s: %s", option, buf_cstr(&reason));
		buf_release(&reason);
		return;
	}
	memcpy(place(s->given, t), &v, width(t));
	s->source[i] = SOURCE_OPTION;
}

static void
read_environment(struct settings *s)
{
	for (size_t i = 0; s->table[i].name; i++) {
		char block[NAME_MAX_LEN], rest[NAME_MAX_LEN], variable[2 * NAME_MAX_LEN + 8];
		const struct setting *t = &s->table[i];
		struct buf reason = BUF_INIT;
		union value v = {0};
		const char *text, *fault;

		spell(block, s->block, '_', true);
		spell(rest, t->name, '_', true);
		snprintf(variable, sizeof(variable), "EROS_%s_%s", block, rest);
		text = getenv(variable);
		if (!text || !*text || s->source[i] == SOURCE_OPTION)
			continue;
		fault = value_parse(t, str_of(text), &v);
		if (fault) {
			add_fault(&reason, t, fault, str_of(text));
			die(EROS_CONFIG, "bad_config", NULL, "%s: %s", variable, buf_cstr(&reason));
		}
		memcpy(place(s->given, t), &v, width(t));
		s->source[i] = SOURCE_ENVIRONMENT;
	}
}

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

static union value
read_value(struct load *l, const struct setting *t, const struct yaml *node)
{
	struct buf reason = BUF_INIT;
	union value v = {0};
	struct str text = {0};
	const char *fault;

	switch (t->type) {
	case SETTING_NUMBER: v.number = yaml_number(&l->file, node, t->min, t->max); return v;
	case SETTING_FLAG: v.flag = yaml_bool(&l->file, node); return v;
	case SETTING_COUNT:
		v.count = yaml_count(&l->file, node, (uint64_t)t->min, (uint64_t)t->max);
		return v;
	case SETTING_DURATION:
	case SETTING_WORD: break;
	}
	text = yaml_text(&l->file, node);
	fault = value_parse(t, text, &v);
	if (fault) {
		add_fault(&reason, t, fault, text);
		yaml_die(&l->file, node, "%s: %s", node->key.ptr, buf_cstr(&reason));
	}
	return v;
}

/* What a section gives, into VALUES. PREFIX is the path that leads to MAP. */
static void
read_section(struct load *l, const struct yaml *map, const char *prefix, void *values)
{
	expect_keys(l, map, prefix);
	for (const struct yaml *node = map->child; node; node = node->next) {
		char path[NAME_MAX_LEN];
		const struct setting *t = l->s->table;

		snprintf(path, sizeof(path), "%s%s", prefix, node->key.ptr);
		while (t->name && strcmp(t->name, path) != 0)
			t++;
		if (t->name) {
			union value v = read_value(l, t, node);

			memcpy(place(values, t), &v, width(t));
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

static void
read_file(struct settings *s, const char *path)
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
		memcpy(place(values, t), place(s->given, t), width(t));
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
		read_file(s, path);
	read_environment(s);
	finish(s, s->values, STR_NONE);
	for (void *v = map_oldest(&s->specialties); v; v = map_newer(&s->specialties, v))
		finish(s, v, map_key(&s->specialties, v));
}
