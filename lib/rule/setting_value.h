/*
 * Inside of settings: one value, from the text that an option, a variable or a file has for it.
 */
#ifndef RULE_SETTING_VALUE_H
#define RULE_SETTING_VALUE_H

#include "rule/settings.h"

enum { SETTING_NAME_SIZE = 64 };

enum { SOURCE_NONE, SOURCE_ENVIRONMENT, SOURCE_OPTION };

/* Where VALUES, a command's struct, has the setting T. */
static inline void *
setting_place(void *values, const struct setting *t)
{
	return (char *)values + t->offset;
}

/* Put what TEXT says into VALUES; false, with the reason and TEXT added to REASON, where it is no value for T. */
bool setting_parse(const struct setting *t, struct str text, void *values, struct buf *reason);

void setting_copy(const struct setting *t, void *to, void *from);

/* The name as an option or a variable has it: "risk.degraded" with each separator as SEPARATOR. */
void setting_spell(char out[static SETTING_NAME_SIZE], const char *name, char separator,
                   bool upper);

/* The options of S, for settings_init and settings_release. */
void settings_options(struct settings *s, size_t count);
void settings_options_release(struct settings *s);

/* Read the policy file at PATH. */
void settings_file(struct settings *s, const char *path);

#endif
