#include "base/options.h"
#include "rule/setting_value.h"

/* The key of the option for the first setting of the table; those of the others follow. */
enum { KEY_POLICY = OPTION_SHARED, KEY_FIRST };

static error_t
parse(int key, char *arg, struct argp_state *state)
{
	struct settings *s = state->input;
	struct buf reason = BUF_INIT;
	size_t i = (size_t)(key - KEY_FIRST);

	if (key == KEY_POLICY) {
		s->policy = arg;
		return 0;
	}
	if (key < KEY_FIRST || key >= ARGP_KEY_END)
		return ARGP_ERR_UNKNOWN;
	s->source[i] = SOURCE_OPTION;
	if (!setting_parse(&s->table[i], str_of(arg ? arg : "true"), s->given, &reason))
		argp_error(state, "--%s: %s", s->options[i].name, buf_cstr(&reason));
	buf_release(&reason);
	return 0;
}

/* What --help calls the argument of T: its words, where it has some. */
static char *
argument_name(const struct setting *t)
{
	struct buf b = BUF_INIT;

	switch (t->type) {
	case SETTING_NUMBER:
	case SETTING_COUNT: return xstrdup("N");
	case SETTING_DURATION: return xstrdup("DURATION");
	case SETTING_FLAG: return NULL;
	case SETTING_WORD: break;
	}
	for (size_t i = 0; t->words[i]; i++)
		buf_printf(&b, "%s%s", i ? "|" : "", t->words[i]);
	buf_cstr(&b);
	return b.ptr;
}

void
settings_options(struct settings *s, size_t count)
{
	s->options = xcalloc(count + 2, sizeof(*s->options));
	for (size_t i = 0; i < count; i++) {
		const struct setting *t = &s->table[i];
		char name[SETTING_NAME_SIZE];

		setting_spell(name, t->name, '-', false);
		s->options[i] = (struct argp_option){.name = xstrdup(name),
		                                     .key = KEY_FIRST + (int)i,
		                                     .arg = argument_name(t),
		                                     .doc = t->help};
	}
	s->options[count] = (struct argp_option){.name = "policy",
	                                         .key = KEY_POLICY,
	                                         .arg = "FILE",
	                                         .doc = "Take limits from this YAML file"};
	s->argp = (struct argp){.options = s->options, .parser = parse};
}

void
settings_options_release(struct settings *s)
{
	for (struct argp_option *o = s->options; o && o->key != KEY_POLICY; o++) {
		free((char *)o->name);
		free((char *)o->arg);
	}
	free(s->options);
}
