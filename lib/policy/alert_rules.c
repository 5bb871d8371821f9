#include "policy/alert_rules.h"

#include "base/hash.h"

#include <stdio.h>

const struct alert_by alert_by_agent = {.path = {{"agent", 5}}, .count = 1};

/* Paths. */

static bool
paths_have(const struct paths *p, struct str path)
{
	for (size_t i = 0; i < p->count; i++)
		if (str_eq(p->path[i].text, path))
			return true;
	return false;
}

static void
paths_add(struct paths *p, struct str path)
{
	if (paths_have(p, path))
		return;
	GROW(p->path, p->count, p->cap);
	p->path[p->count++] = (struct path){.text = path};
}

bool
alert_by_has(const struct alert_by *by, struct str path)
{
	for (size_t i = 0; i < by->count; i++)
		if (str_eq(by->path[i], path))
			return true;
	return false;
}

bool
alert_by_parse(struct alert_by *by, struct str text)
{
	by->count = 0;
	while (text.len > 0) {
		const char *comma = memchr(text.ptr, ',', text.len);
		struct str path = {text.ptr, comma ? (size_t)(comma - text.ptr) : text.len};

		if (path.len == 0 || by->count == ALERT_BY_MAX || alert_by_has(by, path))
			return false;
		by->path[by->count++] = path;
		text = str_from(text, path.len + (comma != NULL));
	}
	return true;
}

static bool
by_same(const struct alert_by *a, const struct alert_by *b)
{
	for (size_t i = 0; i < a->count && a->count == b->count; i++)
		if (!str_eq(a->path[i], b->path[i]))
			return false;
	return a->count == b->count;
}

static size_t
by_index(struct alert_rules *rules, const struct alert_by *by)
{
	for (size_t i = 0; i < rules->bys; i++)
		if (by_same(&rules->by[i], by))
			return i;
	GROW(rules->by, rules->bys, rules->by_cap);
	rules->by[rules->bys] = *by;
	rules->by[rules->bys].rules = 0;
	return rules->bys++;
}

/* Rules. */

static uint64_t
rule_id(const struct alert_rule *rule)
{
	uint64_t id = hash_bytes(rule->name, 0);

	for (size_t i = 0; i < rule->labels.count; i++) {
		id = hash_bytes(rule->labels.label[i].name, id);
		id = hash_bytes(rule->labels.label[i].text, id);
	}
	return id;
}

/* The members of the record itself that the condition names, but for those that every record has. */
static void
find_paths(const struct alert_rule *rule, const struct alert_by *by, bool by_type,
           struct paths *paths)
{
	for (int all = 0; all < 2 && paths->count == 0; all++)
		for (size_t i = 0; i < cond_members(rule->cond); i++) {
			struct str path = cond_member(rule->cond, i);
			bool common = alert_by_has(by, path) || str_is(path, "ts") ||
			              (str_is(path, "type") && !by_type);

			if (cond_reads(rule->cond, i) && (all || !common))
				paths_add(paths, path);
		}
}

/*
 * What a record must have to speak for the rule, and against it. What every record has counts only where the condition
 * names nothing else; the type may speak for a rule, but another type says nothing against it.
 */
static void
find_witnesses(struct alert_rule *rule, const struct alert_by *by)
{
	find_paths(rule, by, true, &rule->speaks_for);
	find_paths(rule, by, false, &rule->speaks_against);
	rule->reads = rule->speaks_for.count > 0;
	rule->asks = cond_asks(rule->cond);
}

/* Its value is told, its texts name members, and one that counts too is judged again between records. */
static void
find_keeps(struct alert_rule *rule)
{
	const struct alert_labels *texts[] = {&rule->labels, &rule->annotations};

	for (size_t i = 0; i < cond_members(rule->cond); i++)
		if (rule->windows == 0 ? i == 0 : cond_reads(rule->cond, i))
			paths_add(&rule->keeps, cond_member(rule->cond, i));
	for (size_t t = 0; t < 2; t++)
		for (size_t i = 0; i < texts[t]->count; i++)
			for (size_t p = 0; p < texts[t]->label[i].pieces; p++)
				if (texts[t]->label[i].piece[p].kind == PIECE_MEMBER)
					paths_add(&rule->keeps, texts[t]->label[i].piece[p].text);
}

/* Whether the condition can hold because nothing comes. */
static bool
holds_in_silence(const struct alert_rule *rule)
{
	static const double none[ALERT_WINDOWS_MAX];
	struct record empty = RECORD_INIT;

	if (rule->windows == 0)
		return false;
	for (size_t i = 0; i < rule->windows; i++)
		if (cond_window(rule->cond, i)->absent)
			return true;
	return !rule->reads && cond_eval(rule->cond, &empty, none);
}

/* Compile the rule's condition, and find out what follows from it. */
static bool
rule_compile(struct alert_rule *rule, const struct alert_by *by, struct cond_error *error)
{
	rule->cond = cond_compile(rule->expr, COND_WINDOWS, error);
	if (!rule->cond)
		return false;
	error->column = cond_constant_part(rule->cond);
	if (error->column > 0) {
		snprintf(error->reason, sizeof(error->reason),
		         "constant: the same for every record");
		return false;
	}
	error->column = 1;
	rule->windows = cond_windows(rule->cond);
	if (rule->windows > ALERT_WINDOWS_MAX) {
		snprintf(error->reason, sizeof(error->reason), "more than %d counts over time",
		         ALERT_WINDOWS_MAX);
		return false;
	}
	find_witnesses(rule, by);
	find_keeps(rule);
	rule->silence = holds_in_silence(rule);
	rule->id = rule_id(rule);
	return true;
}

static void
rule_release(struct alert_rule *rule)
{
	struct alert_labels *texts[] = {&rule->labels, &rule->annotations};

	for (size_t t = 0; t < 2; t++) {
		for (size_t i = 0; i < texts[t]->count; i++)
			free(texts[t]->label[i].piece);
		free(texts[t]->label);
	}
	free(rule->speaks_for.path);
	free(rule->speaks_against.path);
	free(rule->keeps.path);
	cond_free(rule->cond);
}

static const struct alert_rule *
same_id(const struct alert_rules *rules, uint64_t id)
{
	for (size_t i = 0; i < rules->count; i++)
		if (rules->rule[i].id == id)
			return &rules->rule[i];
	return NULL;
}

static void
paths_share(struct paths *p, struct cond_share *share)
{
	for (size_t i = 0; i < p->count; i++)
		p->path[i].memo = cond_share_memo(share, p->path[i].text);
}

bool
alert_rules_put(struct alert_rules *rules, struct alert_rule *rule, const struct alert_by *by,
                struct cond_error *error, const struct alert_rule **twin)
{
	*twin = NULL;
	if (!rule_compile(rule, by, error) || (*twin = same_id(rules, rule->id))) {
		rule_release(rule);
		return false;
	}
	rule->by = by_index(rules, by);
	rule->place = rules->by[rule->by].rules++;
	if (!rules->share)
		rules->share = cond_share_new();
	cond_share_add(rules->share, rule->cond);
	paths_share(&rule->speaks_for, rules->share);
	paths_share(&rule->speaks_against, rules->share);
	paths_share(&rule->keeps, rules->share);
	GROW(rules->rule, rules->count, rules->cap);
	rules->rule[rules->count++] = *rule;
	return true;
}

bool
alert_rules_condition(struct alert_rules *rules, struct str name, struct str expr,
                      const struct alert_defaults *defaults, struct cond_error *error)
{
	struct alert_rule rule = {
		.name = name, .expr = expr, .hold = defaults->hold, .keep = defaults->keep};
	const struct alert_rule *twin;

	if (alert_rules_put(rules, &rule, &defaults->by, error, &twin))
		return true;
	if (twin)
		snprintf(error->reason, sizeof(error->reason), "given twice");
	return false;
}

void
alert_rules_release(struct alert_rules *rules)
{
	for (size_t i = 0; i < rules->count; i++)
		rule_release(&rules->rule[i]);
	for (size_t i = 0; i < rules->files; i++) {
		yaml_release(rules->file[i]);
		free(rules->file[i]);
	}
	if (rules->share)
		cond_share_free(rules->share);
	free(rules->rule);
	free(rules->by);
	free(rules->file);
	*rules = (struct alert_rules)ALERT_RULES_INIT;
}
