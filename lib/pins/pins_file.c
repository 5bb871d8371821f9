#include "pins/pins_file.h"

#include "base/mem.h"
#include "finding/fingerprint.h"
#include "source/tree.h"

const struct sarif_rule pins_rules[] = {
	{STR("pin-missing"), STR("A dependency without a version"),
         STR("Write down the exact version that is meant."), STR_NONE, SEVERITY_MEDIUM},
	{STR("pin-range"), STR("A dependency whose version is a range"),
         STR("Write down one version, or keep a lock file and judge with --lock-ok."), STR_NONE,
         SEVERITY_LOW},
	{STR("pin-moving"), STR("A dependency named by what can move: a tag, a branch, latest"),
         STR("Name a whole commit or a digest."), STR_NONE, SEVERITY_MEDIUM},
	{STR("pin-unread"), STR("An included file that was not read"),
         STR("Keep what is included in the same tree."), STR_NONE, SEVERITY_MEDIUM},
};
const size_t pins_rule_count = sizeof(pins_rules) / sizeof(pins_rules[0]);

void
pins_file_init(struct pins_file *f, struct pins *p, enum pins_kind kind, struct str path,
               struct str text)
{
	*f = (struct pins_file){.pins = p,
	                        .kind = kind,
	                        .path = path,
	                        .text = text,
	                        .nth = MAP_INIT(sizeof(size_t)),
	                        .mark = text.ptr,
	                        .mark_place = {1, 1}};
}

struct pins_place
pins_place(struct pins_file *f, const char *p)
{
	if (p < f->mark) {
		f->mark = f->text.ptr;
		f->mark_place = (struct pins_place){1, 1};
	}
	for (const char *end; f->mark < p; f->mark = end) {
		const char *lf = memchr(f->mark, '\n', (size_t)(p - f->mark));
		size_t left = (size_t)(f->text.ptr + f->text.len - f->mark);

		end = lf ? lf + 1 : p;
		if (lf)
			f->mark_place = (struct pins_place){f->mark_place.line + 1, 1};
		else
			f->mark_place.column +=
				finding_column((struct str){f->mark, left}, (size_t)(p - f->mark)) -
				1;
	}
	return f->mark_place;
}

struct str
pins_beside(struct pins_file *f, struct str path)
{
	const char *slash = f->path.len > 0 ? memrchr(f->path.ptr, '/', f->path.len) : NULL;
	struct buf joined = BUF_INIT, normal = BUF_INIT;
	struct str out = STR_NONE;

	if (slash && !str_starts(path, STR("/")))
		buf_add(&joined, f->path.ptr, (size_t)(slash - f->path.ptr) + 1);
	buf_span(&joined, path);
	if (source_path_normal(buf_view(&joined), &normal) && normal.len > 0)
		out = arena_copy(&f->arena, buf_view(&normal));
	buf_release(&joined);
	buf_release(&normal);
	return out;
}

/* An id that two findings of one file share only where they are the same: the third of three is told by its number. */
static struct str
id_of(struct pins_file *f, const struct sarif_rule *rule, struct str name, struct str spec)
{
	struct buf key = BUF_INIT;
	char number[24];
	size_t *nth;

	buf_span(&key, rule->id);
	buf_byte(&key, '\0');
	buf_span(&key, name);
	buf_byte(&key, '\0');
	buf_span(&key, spec);
	nth = map_use(&f->nth, buf_view(&key), NULL);
	snprintf(number, sizeof(number), "%zu", ++*nth);
	buf_release(&key);
	return finding_id(&f->arena, (struct str[]){rule->id, f->path, name, spec, str_of(number)},
	                  5);
}

static struct str
sentence(struct pins_file *f, enum pin pin, struct str name, struct str spec)
{
	static const char *const what[] = {"", "has no version", "may be any version of a range",
	                                   "is named by what can move",
	                                   "is included, but was not read"};
	struct buf b = BUF_INIT;
	struct str s;

	buf_span(&b, name);
	if (spec.len > 0) {
		buf_byte(&b, ' ');
		buf_span(&b, spec);
	}
	buf_byte(&b, ' ');
	buf_str(&b, what[pin]);
	s = arena_copy(&f->arena, buf_view(&b));
	buf_release(&b);
	return s;
}

/* A path as it is told. */
static struct str
shown(struct pins_file *f, struct str path)
{
	size_t prefix = f->pins->prefix.len;
	char *p = arena_take(&f->arena, prefix + path.len + 1);

	if (prefix > 0)
		memcpy(p, f->pins->prefix.ptr, prefix);
	memcpy(p + prefix, path.ptr, path.len);
	p[prefix + path.len] = '\0';
	return (struct str){p, prefix + path.len};
}

void
pins_add(struct pins_file *f, struct pins_place place, enum pin pin, struct str name,
         struct str spec)
{
	const struct sarif_rule *rule = &pins_rules[pin > 0 ? pin - 1 : 0];
	struct str version, lock;
	struct finding *n;
	bool locked;

	if (pin == PIN_EXACT)
		return;
	locked = pins_locked(f, name, &version, &lock);
	if (locked && f->pins->lock_ok)
		return;
	GROW(f->found, f->count, f->cap);
	n = &f->found[f->count++];
	*n = (struct finding)FINDING_INIT;
	n->rule = rule->id;
	n->severity = rule->severity;
	n->title = rule->title;
	n->id = id_of(f, rule, name, spec);
	n->message = sentence(f, pin, name, spec);
	n->fix = rule->fix;
	*finding_location(n) = (struct location){
		.path = shown(f, f->path), .line = place.line, .column = place.column};
	if (locked)
		*finding_evidence(n) = (struct evidence){.kind = STR("lock"),
		                                         .path = shown(f, lock),
		                                         .text = arena_copy(&f->arena, version)};
}

void
pins_malformed(struct pins_file *f, size_t line, const char *reason)
{
	f->pins->malformed(f->pins->arg, shown(f, f->path), line, reason);
}

static int
by_place(const void *a, const void *b)
{
	const struct finding *x = a, *y = b;
	const struct location *l = x->locations, *m = y->locations;

	if (l->line != m->line)
		return l->line < m->line ? -1 : 1;
	if (l->column != m->column)
		return l->column < m->column ? -1 : 1;
	return str_cmp(x->id, y->id);
}

struct printing {
	struct pins_file *file;
	size_t next;
};

/* The findings are in the order of the lines. */
static void
on_line(void *arg, size_t number, const char *fingerprint)
{
	struct printing *g = arg;
	struct pins_file *f = g->file;
	struct str copy = STR_NONE;

	while (g->next < f->count && f->found[g->next].locations->line <= number) {
		if (!copy.ptr)
			copy = arena_copy(&f->arena, str_of(fingerprint));
		f->found[g->next++].fingerprint = copy;
	}
}

void
pins_file_finish(struct pins_file *f)
{
	struct printing g = {f, 0};

	if (f->count > 0) {
		qsort(f->found, f->count, sizeof(*f->found), by_place);
		fingerprint_lines(f->text, on_line, &g);
	}
	for (size_t i = 0; i < f->count; i++) {
		bool fresh;

		map_use(&f->pins->seen, f->found[i].id, &fresh);
		if (fresh)
			f->pins->found(f->pins->arg, &f->found[i]);
		finding_release(&f->found[i]);
	}
	free(f->found);
	map_release(&f->nth);
	arena_release(&f->arena);
}
