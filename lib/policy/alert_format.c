#include "policy/alert.h"

#include "base/clock.h"
#include "base/hash.h"
#include "record/emit.h"

/* A note being written: what its texts may name. */
struct view {
	const struct alert_note *note;
	struct json value[ALERT_BY_MAX]; /* of the group; null where missing */
	struct record kept;
	struct buf key, text;
};

static void
view_init(struct view *v, const struct alert_note *note)
{
	struct json_error error;
	struct json key, member, name;
	struct json_iter it;
	size_t i = 0;

	*v = (struct view){.note = note};
	if (note->kept.len > 0)
		record_scan(&v->kept, note->kept, &error);
	buf_padded(&v->key, note->key);
	if (!json_scan(buf_view(&v->key), &key, &error))
		return;
	for (it = json_iter(key); i < note->by->count && json_next(&it, &name, &member);)
		v->value[i++] = member;
}

static void
view_release(struct view *v)
{
	record_release(&v->kept);
	buf_release(&v->key);
	buf_release(&v->text);
}

static bool
group_value(const struct view *v, size_t i, struct json *value)
{
	*value = v->value[i];
	return value->type != JSON_NULL;
}

static bool
view_member(const struct view *v, struct str path, struct json *value)
{
	for (size_t i = 0; i < v->note->by->count; i++)
		if (str_eq(v->note->by->path[i], path))
			return group_value(v, i, value);
	return v->kept.count > 0 && record_path(&v->kept, path, value);
}

static void
add_text(struct buf *out, struct json value)
{
	struct buf scratch = BUF_INIT;

	buf_span(out, json_text(value, &scratch));
	buf_release(&scratch);
}

static void
add_value(const struct view *v, struct buf *out)
{
	const struct cond *cond = v->note->rule->cond;
	struct json value;

	if (v->note->rule->windows > 0)
		buf_number(out, v->note->value);
	else if (cond && cond_members(cond) > 0 && view_member(v, cond_member(cond, 0), &value))
		add_text(out, value);
}

/* A label or an annotation with its values filled in; a label may name another as it is written. */
static void
render(const struct view *v, const struct alert_label *label, struct buf *out)
{
	struct json value;

	for (size_t i = 0; i < label->pieces; i++) {
		const struct alert_piece *p = &label->piece[i];
		const struct alert_labels *labels = &v->note->rule->labels;

		switch (p->kind) {
		case PIECE_TEXT: buf_span(out, p->text); break;
		case PIECE_VALUE: add_value(v, out); break;
		case PIECE_MEMBER:
			if (view_member(v, p->text, &value))
				add_text(out, value);
			break;
		case PIECE_LABEL:
			for (size_t l = 0; l < labels->count; l++)
				if (str_eq(labels->label[l].name, p->text))
					buf_span(out, labels->label[l].text);
			for (size_t b = 0; b < v->note->by->count; b++)
				if (str_eq(v->note->by->path[b], p->text) &&
				    group_value(v, b, &value))
					add_text(out, value);
			if (str_is(p->text, "alertname"))
				buf_span(out, v->note->rule->name);
			break;
		}
	}
}

/* "name": at the start of a member, the name as Prometheus allows it where PLAIN. */
static void
add_name(struct buf *out, struct str name, bool plain)
{
	size_t at, first;

	if (out->ptr[out->len - 1] != '{')
		buf_byte(out, ',');
	first = at = out->len + 1;
	buf_quote(out, name);
	for (; plain && at < out->len - 1; at++) {
		char c = out->ptr[at] | 0x20;
		bool digit = out->ptr[at] >= '0' && out->ptr[at] <= '9';

		if (!((c >= 'a' && c <= 'z') || (digit && at > first)))
			out->ptr[at] = '_';
	}
	buf_byte(out, ':');
}

static void
add_rendered(struct view *v, const struct alert_labels *labels, struct buf *out)
{
	for (size_t i = 0; i < labels->count; i++) {
		buf_reset(&v->text);
		render(v, &labels->label[i], &v->text);
		add_name(out, labels->label[i].name, false);
		buf_quote(out, buf_view(&v->text));
	}
}

/* What the rule says goes before what the group is called by. */
static bool
is_rule_label(const struct alert_rule *rule, struct str name)
{
	for (size_t i = 0; i < rule->labels.count; i++)
		if (str_eq(rule->labels.label[i].name, name))
			return true;
	return false;
}

static void
add_labels(struct view *v, bool plain, struct buf *out)
{
	const struct alert_note *note = v->note;
	struct json value;

	for (size_t i = 0; i < note->by->count; i++) {
		struct str name = note->by->path[i];

		if (is_rule_label(note->rule, name) || (plain && str_is(name, "alertname")) ||
		    !group_value(v, i, &value))
			continue;
		buf_reset(&v->text);
		add_text(&v->text, value);
		add_name(out, name, plain);
		buf_quote(out, buf_view(&v->text));
	}
	add_rendered(v, &note->rule->labels, out);
}

/* The group's members, as they were, but for names that the alert itself has. */
static void
add_group(struct view *v, struct buf *out)
{
	static const char *const own[] = {"active_at", "alert", "annotations", "fingerprint",
	                                  "labels",    "state", "ts",          "type",
	                                  "value",     NULL};

	for (size_t i = 0; i < v->note->by->count; i++) {
		struct json value;
		size_t o = 0;

		while (own[o] && !str_is(v->note->by->path[i], own[o]))
			o++;
		if (own[o] || !group_value(v, i, &value))
			continue;
		add_name(out, v->note->by->path[i], false);
		buf_add(out, value.ptr, value.len);
	}
}

static void
add_value_member(const struct view *v, struct buf *out)
{
	const struct alert_rule *rule = v->note->rule;
	struct json value;

	if (rule->windows > 0)
		emit_number(out, "value", v->note->value);
	else if (rule->cond && cond_members(rule->cond) > 0 &&
	         view_member(v, cond_member(rule->cond, 0), &value))
		emit_json(out, "value", (struct str){value.ptr, value.len});
}

void
alert_note_record(const struct alert_note *note, struct buf *out)
{
	struct view v;

	view_init(&v, note);
	emit_open(out, "alert");
	if (note->timed)
		emit_number(out, "ts", note->ts);
	emit_string(out, "alert", note->rule->name);
	emit_string(out, "state", str_of(note->state));
	add_group(&v, out);
	if (note->timed)
		emit_number(out, "active_at", note->since);
	add_value_member(&v, out);
	emit_begin(out, "labels", '{');
	add_labels(&v, false, out);
	emit_end(out, '}');
	emit_begin(out, "annotations", '{');
	add_rendered(&v, &note->rule->annotations, out);
	emit_end(out, '}');
	emit_key(out, "fingerprint");
	buf_printf(out, "\"%016jx\"", (uintmax_t)hash_bytes(note->key, note->rule->id));
	emit_close(out);
	view_release(&v);
}

static void
add_time(struct buf *out, const char *key, double t)
{
	emit_key(out, key);
	buf_byte(out, '"');
	buf_time(out, t);
	buf_byte(out, '"');
}

void
alert_note_alertmanager(const struct alert_note *note, const struct alert_options *options,
                        const char *generator, struct buf *out)
{
	bool resolved = strcmp(note->state, "resolved") == 0;
	struct view v;

	view_init(&v, note);
	buf_str(out, "{\"labels\":{");
	add_name(out, STR("alertname"), false);
	buf_quote(out, note->rule->name);
	add_labels(&v, true, out);
	buf_str(out, "},\"annotations\":{");
	add_rendered(&v, &note->rule->annotations, out);
	buf_byte(out, '}');
	add_time(out, "startsAt", note->fired);
	/* Alertmanager takes an alert that is not told again in time for resolved: it is to wait for the next. */
	if (resolved)
		add_time(out, "endsAt", note->ts);
	else if (options->repeat > 0)
		add_time(out, "endsAt", note->ts + 2 * options->repeat);
	emit_string(out, "generatorURL", str_of(generator));
	buf_byte(out, '}');
	view_release(&v);
}
