/*
 * Tables as RFC 4180 has them: a row becomes a sample, a column's name a member. A cell that is a
 * JSON number is a number, spelled as it was; true and false are booleans; an empty one is left
 * out; anything else is text.
 *
 * A quoted cell may hold line ends. The row is then collected until its quotes are closed, and
 * taken apart as a whole.
 *
 * A blank line is passed over, unless it ends the table: the row after it has text where the column
 * held numbers. From there on, usually a summary, each row is a raw record.
 */
#include "agent/adapter.h"

#include "base/num.h"

#include <strings.h>

enum { COLUMNS_MAX = 4096 };

enum cell {
	CELL_EMPTY,
	CELL_NUMBER,
	CELL_TRUE,
	CELL_FALSE,
	CELL_NO_NUMBER, /* what programs write where a number is missing or broken */
	CELL_TEXT,
};

struct column {
	struct buf name;    /* the member's; an empty one leaves the cells out */
	bool numbers, text; /* it had a cell that is one */
};

struct csv {
	struct column *column;
	size_t columns, cap;
	bool headed;
	bool blank;     /* the line before was */
	bool ended;     /* what follows is not the table */
	struct buf row; /* the lines of a row so far, joined by LF */
	bool open;      /* a quoted cell goes on after them */
	struct buf cell;
};

/*
 * The next cell of *REST, quotes resolved, and whether another follows; false with a reason where
 * the quotes are wrong.
 */
static bool
cell_next(struct str *rest, struct buf *cell, bool *more, const char **reason)
{
	const char *p = rest->ptr, *end = p + rest->len;

	buf_reset(cell);
	if (p < end && *p == '"') {
		for (p++;; p++) {
			if (p == end) {
				*reason = "a quote is not closed";
				return false;
			}
			if (*p == '"' && (p + 1 == end || p[1] != '"'))
				break;
			p += *p == '"';
			buf_byte(cell, *p);
		}
		if (++p < end && *p != ',') {
			*reason = "text after a closing quote";
			return false;
		}
	} else {
		const char *comma = memchr(p, ',', rest->len);

		p = comma ? comma : end;
		buf_add(cell, rest->ptr, (size_t)(p - rest->ptr));
	}
	*more = p < end;
	*rest = *more ? str_from(*rest, (size_t)(p - rest->ptr) + 1) : (struct str){end, 0};
	return true;
}

/* The columns of this name lose it, so that their cells are left out. */
static void
column_forget(struct csv *csv, struct str name)
{
	for (size_t i = 0; i < csv->columns; i++)
		if (str_eq(buf_view(&csv->column[i].name), name))
			buf_reset(&csv->column[i].name);
}

/* The columns that renames name get their new names; what was named so before is left out. */
static void
columns_rename(struct csv *csv, const struct import_rename *rename)
{
	struct buf *name = NULL;

	for (size_t i = 0; i < csv->columns; i++)
		if (str_eq(buf_view(&csv->column[i].name), rename->from))
			name = &csv->column[i].name;
	if (!name)
		return;
	column_forget(csv, rename->to);
	buf_reset(name);
	buf_span(name, rename->to);
}

/* Of columns of one name the last counts. */
static void
column_add(struct csv *csv, struct str name)
{
	column_forget(csv, name);
	GROW(csv->column, csv->columns, csv->cap);
	csv->column[csv->columns] = (struct column){.name = BUF_INIT};
	buf_span(&csv->column[csv->columns++].name, name);
}

static const char *
header(struct import *im, struct csv *csv, struct str row)
{
	const char *reason = NULL;
	bool more = true;

	while (more && cell_next(&row, &csv->cell, &more, &reason)) {
		if (csv->columns == COLUMNS_MAX)
			return "too many columns";
		column_add(csv, str_trim(buf_view(&csv->cell)));
	}
	for (size_t i = 0; i < im->options->rename_count; i++)
		columns_rename(csv, &im->options->renames[i]);
	csv->headed = true;
	return reason;
}

static bool
has_column(const struct csv *csv, const char *name)
{
	for (size_t i = 0; i < csv->columns; i++)
		if (str_is(buf_view(&csv->column[i].name), name))
			return true;
	return false;
}

static bool
is_word(struct str s, const char *word)
{
	return s.len == strlen(word) && strncasecmp(s.ptr, word, s.len) == 0;
}

static enum cell
cell_kind(struct str cell)
{
	static const char *const none[] = {"nan", "inf", "infinity", "null", "none", "n/a", "na"};
	double number;

	if (cell.len == 0)
		return CELL_EMPTY;
	if (num_parse(cell, &number))
		return CELL_NUMBER;
	if (is_word(cell, "true"))
		return CELL_TRUE;
	if (is_word(cell, "false"))
		return CELL_FALSE;
	cell = str_from(cell, cell.ptr[0] == '-' || cell.ptr[0] == '+');
	for (size_t i = 0; i < sizeof(none) / sizeof(*none); i++)
		if (is_word(cell, none[i]))
			return CELL_NO_NUMBER;
	return CELL_TEXT;
}

static void
cell_emit(struct buf *b, struct str name, struct str cell, enum cell kind)
{
	if (name.len == 0 || kind == CELL_EMPTY)
		return;
	if (b->ptr[b->len - 1] != '{')
		buf_byte(b, ',');
	buf_quote(b, name);
	buf_byte(b, ':');
	if (kind == CELL_NUMBER)
		buf_span(b, cell);
	else if (kind == CELL_TRUE || kind == CELL_FALSE)
		buf_str(b, kind == CELL_TRUE ? "true" : "false");
	else
		buf_quote(b, cell);
}

/* Whether ROW may be one of the table: no text stands where there were numbers only. */
static bool
row_fits(struct csv *csv, struct str row)
{
	const char *reason = NULL;
	bool more = true;

	for (size_t i = 0; more && i < csv->columns; i++) {
		const struct column *c = &csv->column[i];

		if (!cell_next(&row, &csv->cell, &more, &reason))
			return true; /* the fault is told where the row is taken */
		if (c->numbers && !c->text && cell_kind(buf_view(&csv->cell)) == CELL_TEXT)
			return false;
	}
	return true;
}

/* A row as an object, which then passes through as one that was a record already. */
static const char *
sample(struct import *im, struct csv *csv, struct str row)
{
	struct buf *b = &im->padded;
	const char *reason = NULL;
	struct json_error error;
	bool more = true;
	size_t i;

	buf_reset(b);
	emit_open(b, has_column(csv, "type") ? NULL : "sample");
	if (!im->options->agent && !has_column(csv, "agent"))
		emit_string(b, "agent", str_of(adapter_csv.name));
	for (i = 0; more && i < csv->columns && cell_next(&row, &csv->cell, &more, &reason); i++) {
		struct column *c = &csv->column[i];
		enum cell kind = cell_kind(buf_view(&csv->cell));

		c->numbers |= kind == CELL_NUMBER;
		c->text |= kind == CELL_TEXT;
		cell_emit(b, buf_view(&c->name), buf_view(&csv->cell), kind);
	}
	if (reason || more)
		return reason ? reason : "more cells than columns";
	buf_byte(b, '}');
	buf_padded(b, STR(""));
	if (!record_scan(&im->record, buf_view(b), &error))
		return error.reason;
	import_at(im, member_of(&im->record, "timestamp"));
	import_at(im, member_of(&im->record, "ts"));
	adapter_records.object(im, &im->record);
	return im->reason;
}

static const char *
row_take(struct import *im, struct csv *csv, struct str row)
{
	if (!csv->headed)
		return header(im, csv, row);
	csv->ended |= csv->blank && !row_fits(csv, row);
	csv->blank = false;
	if (!csv->ended)
		return sample(im, csv, row);
	buf_reset(&im->padded);
	buf_quote(&im->padded, row);
	make_raw(im, STR_NONE, (struct json){im->padded.ptr, im->padded.len, JSON_STRING, true},
	         false);
	return im->reason;
}

/* Add LINE to the row and see whether a quoted cell goes on after it. */
static void
row_add(struct csv *csv, struct str line)
{
	bool start = !csv->open;

	if (!csv->open)
		buf_reset(&csv->row);
	else
		buf_byte(&csv->row, '\n');
	buf_span(&csv->row, line);
	for (size_t i = 0; i < line.len; i++) {
		char c = line.ptr[i];

		if (csv->open && c == '"' && i + 1 < line.len && line.ptr[i + 1] == '"')
			i++;
		else if (c == '"' && (csv->open || start))
			csv->open = !csv->open;
		start = !csv->open && c == ',';
	}
}

static const char *
csv_line(struct import *im, struct str line)
{
	struct csv *csv = im->state;

	if (!csv->open && str_trim(line).len == 0) {
		csv->blank = csv->headed;
		return NULL;
	}
	row_add(csv, line);
	im->refused = buf_view(&csv->row);
	if (csv->open && csv->row.len <= im->options->max)
		return NULL;
	if (csv->open) {
		csv->open = false;
		return "row longer than --max-record";
	}
	return row_take(im, csv, buf_view(&csv->row));
}

static const char *
csv_end(struct import *im)
{
	struct csv *csv = im->state;

	im->refused = buf_view(&csv->row);
	return csv->open ? "a quote is not closed" : im->reason;
}

static void
csv_release(struct import *im)
{
	struct csv *csv = im->state;

	for (size_t i = 0; i < csv->columns; i++)
		buf_release(&csv->column[i].name);
	free(csv->column);
	buf_release(&csv->row);
	buf_release(&csv->cell);
}

const struct adapter adapter_csv = {
	.name = "csv",
	.state_size = sizeof(struct csv),
	.line = csv_line,
	.end = csv_end,
	.release = csv_release,
};
