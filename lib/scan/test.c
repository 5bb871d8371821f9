#include "scan/test.h"

#include "scan/settle.h"

#include <stdlib.h>

static const char *const tests_keys[] = {"clean", "match", NULL};
static const char *const item_keys[] = {"code", "files", "lines", "path", NULL};

static void
check_item(const struct yaml_file *file, const struct yaml *item)
{
	const struct yaml *code, *files, *lines;

	if (item->type != YAML_MAP) {
		yaml_text(file, item);
		return;
	}
	yaml_expect_keys(file, item, item_keys);
	code = yaml_get(item, "code");
	files = yaml_get(item, "files");
	lines = yaml_get(item, "lines");
	if (!code == !files)
		yaml_fault(file, item, "expected either 'code' or 'files'");
	if (code)
		yaml_text(file, code);
	if (files)
		yaml_expect(file, files, YAML_MAP, "files");
	for (const struct yaml *f = files ? files->child : NULL; f; f = f->next)
		yaml_text(file, f);
	if (lines)
		yaml_expect(file, lines, YAML_LIST, "lines");
	for (const struct yaml *n = lines ? lines->child : NULL; n; n = n->next)
		yaml_text(file, n);
}

void
test_check(const struct yaml_file *file, const struct yaml *node)
{
	if (!node)
		return;
	yaml_expect(file, node, YAML_MAP, "tests");
	yaml_expect_keys(file, node, tests_keys);
	for (const struct yaml *list = node->child; list; list = list->next) {
		yaml_expect(file, list, YAML_LIST, list->key.ptr);
		for (const struct yaml *item = list->child; item; item = item->next)
			check_item(file, item);
	}
}

struct run {
	const struct scan_rules *rules;
	const struct scan_rule *rule;
	struct engine engine;
	struct worker worker;
	struct buf got;
};

/* A path for code that has none: of a language of the rule, else what its first glob says. */
static void
default_path(const struct scan_rule *rule, struct buf *path)
{
	buf_reset(path);
	for (int i = LANG_NONE + 1; i < LANG_COUNT; i++)
		if (rule->language[i]) {
			buf_printf(path, "test." STR_FMT, STR_ARG(lang_ending((enum lang)i)));
			return;
		}
	for (size_t i = 0; rule->globs > 0 && i < rule->glob[0].len; i++)
		if (!strchr("*?[]", rule->glob[0].ptr[i]))
			buf_byte(path, rule->glob[0].ptr[i]);
		else if (path->len == 0 || path->ptr[path->len - 1] != 'x')
			buf_byte(path, 'x');
}

struct text {
	struct str path, raw;
	struct hits hits;
};

static void
settle(struct run *r, struct text *text, size_t count)
{
	struct demands demands;

	demands_init(&demands);
	for (size_t i = 0; i < count; i++)
		for (size_t n = 0; n < text[i].hits.count; n++)
			demands_add(&demands, &text[i].hits.hit[n]);
	demands_ready(&demands);
	for (size_t i = 0; demands.count > 0 && i < count; i++)
		demands_look(&demands, &r->worker, text[i].path, lang_of(text[i].path, text[i].raw),
		             text[i].raw);
	for (size_t i = 0; i < count; i++)
		for (size_t n = 0; n < text[i].hits.count; n++) {
			const struct scan_hit *hit = &text[i].hits.hit[n];

			if (!hit->ignored && settle_where(hit, text[i].path) &&
			    demands_hold(&demands, hit)) {
				buf_str(&r->got, r->got.len > 0 ? " " : "");
				if (count > 1)
					buf_printf(&r->got, STR_FMT ":", STR_ARG(text[i].path));
				buf_count(&r->got, hit->line);
			}
		}
	demands_release(&demands);
}

/* Put the lines of what is found into r->got. */
static void
scan_item(struct run *r, const struct yaml *item)
{
	const struct yaml *files = yaml_get(item->type == YAML_MAP ? item : NULL, "files"),
			  *file = files;
	size_t count = files ? files->count : 1, i = 0;
	struct text *text = xcalloc(count + 1, sizeof(*text));
	struct buf path = BUF_INIT;

	default_path(r->rule, &path);
	if (files) {
		for (file = files->child; file; file = file->next)
			text[i++] = (struct text){.path = file->key, .raw = file->text};
	} else {
		const struct yaml *map = item->type == YAML_MAP ? item : NULL,
				  *given = yaml_get(map, "path");

		text[0].path = given ? given->text : buf_view(&path);
		text[0].raw = map ? yaml_get(map, "code")->text : item->text;
	}
	buf_reset(&r->got);
	for (i = 0; i < count; i++)
		worker_scan(&r->worker, text[i].path, lang_of(text[i].path, text[i].raw),
		            text[i].raw, &text[i].hits);
	settle(r, text, count);
	for (i = 0; i < count; i++)
		free(text[i].hits.hit);
	free(text);
	buf_release(&path);
}

/* What is wrong with the outcome of ITEM, in WHAT; false where nothing is. */
static bool
is_wrong(const struct run *r, const struct yaml *item, bool match, struct buf *what)
{
	const struct yaml *lines = yaml_get(item->type == YAML_MAP ? item : NULL, "lines");
	struct buf want = BUF_INIT;
	bool wrong;

	for (const struct yaml *n = lines ? lines->child : NULL; n; n = n->next)
		buf_printf(&want, "%s%s", want.len > 0 ? " " : "", n->text.ptr);
	buf_reset(what);
	buf_printf(what, STR_FMT ": ", STR_ARG(r->rule->id));
	if (!match)
		wrong = r->got.len > 0;
	else if (lines)
		wrong = !str_eq(buf_view(&r->got), buf_view(&want));
	else
		wrong = r->got.len == 0;
	buf_str(what, r->got.len > 0 ? "found at line " : "found nothing");
	buf_span(what, buf_view(&r->got));
	buf_printf(what, ", wanted %s%s",
	           !match  ? "nothing"
	           : lines ? "line "
	                   : "something",
	           buf_cstr(&want));
	buf_release(&want);
	return wrong;
}

size_t
scan_test(const struct scan_rules *rules,
          void (*tell)(void *arg, const char *file, unsigned line, const char *what), void *arg,
          size_t *tests)
{
	struct buf what = BUF_INIT;
	size_t failed = 0;

	*tests = 0;
	for (size_t i = 0; i < rules->count; i++) {
		struct run r = {.rules = rules, .rule = &rules->rule[i]};
		const struct yaml *node = yaml_get(r.rule->node, "tests");

		engine_init(&r.engine, rules, STR(""), r.rule);
		worker_init(&r.worker, &r.engine);
		for (const struct yaml *list = node ? node->child : NULL; list; list = list->next)
			for (const struct yaml *item = list->child; item; item = item->next) {
				++*tests;
				scan_item(&r, item);
				if (!is_wrong(&r, item, str_is(list->key, "match"), &what))
					continue;
				failed++;
				tell(arg, r.rule->file->name, item->line, buf_cstr(&what));
			}
		worker_release(&r.worker);
		engine_release(&r.engine);
		buf_release(&r.got);
	}
	buf_release(&what);
	return failed;
}
