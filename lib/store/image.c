#include "store/image.h"

#include "base/exit.h"
#include "record/emit.h"

static void
add_entry(struct store_image *image, const struct store_entry *entry)
{
	GROW(image->entries, image->count, image->cap);
	image->entries[image->count] = *entry;
	image->entries[image->count++].text = str_dup(entry->text);
}

static void
empty(struct store_image *image)
{
	rowset_release(&image->rows);
	while (image->count > 0)
		free((char *)image->entries[--image->count].text.ptr);
	buf_reset(&image->scope);
}

void
image_release(struct store_image *image)
{
	empty(image);
	free(image->entries);
	buf_release(&image->scope);
	*image = (struct store_image)STORE_IMAGE_INIT;
}

static void
take_rows(struct rows *r, void *arg)
{
	struct store_image *image = arg;
	struct row row;

	rowset_release(&image->rows);
	image->version = r->version - 1;
	for (bool found = rows_seek(r, STR_NONE, &row); found; found = rows_next(r, row.key, &row))
		rowset_set(&image->rows, &row);
}

/* What came after the rows were taken is not of this moment. */
static bool
take_entry(void *arg, const struct store_entry *entry)
{
	struct store_image *image = arg;

	if (entry->version > image->version)
		return false;
	add_entry(image, entry);
	return true;
}

int
image_take(struct store *s, const char *scope, struct store_image *image)
{
	int status;

	empty(image);
	buf_str(&image->scope, scope);
	status = store_view(s, scope, take_rows, image);
	if (status != EROS_OK)
		return status;
	image->changed = store_found(s).changed;
	return store_read(s, scope, 0, SIZE_MAX, take_entry, image, &image->trimmed);
}

int
image_restore(struct store *s, const struct store_image *image)
{
	char *scope = xstrndup(image->scope.ptr, image->scope.len);
	struct store_scope as = {
		.version = image->version, .trimmed = image->trimmed, .changed = image->changed};
	int status = store_restore(s, scope, &as, &image->rows, image->entries, image->count);

	free(scope);
	return status;
}

void
image_write_scope(const struct store_scope *scope, struct buf *b)
{
	emit_open(b, "scope");
	emit_string(b, "scope", scope->name);
	emit_count(b, "version", scope->version);
	emit_count(b, "trimmed", scope->trimmed);
	emit_number(b, "changed_at", scope->changed);
	emit_close(b);
}

/* TEXT as json where it is an object or array on one line, else as a string. */
static void
write_bytes(struct buf *b, struct str text)
{
	struct buf padded = BUF_INIT;
	struct json_error error;
	struct json value;
	bool is_json = text.len > 1 && (*text.ptr == '{' || *text.ptr == '[') &&
	               !memchr(text.ptr, '\n', text.len) && !memchr(text.ptr, '\r', text.len);

	if (is_json) {
		buf_padded(&padded, text);
		is_json = json_scan((struct str){padded.ptr, text.len}, &value, &error) &&
		          value.len == text.len;
	}
	if (is_json)
		emit_json(b, "json", text);
	else
		emit_string(b, "text", text);
	buf_release(&padded);
}

void
image_write_entry(struct str scope, const struct store_entry *entry, struct buf *b)
{
	emit_open(b, "entry");
	emit_string(b, "scope", scope);
	emit_count(b, "version", entry->version);
	emit_count(b, "number", entry->number);
	emit_number(b, "ts", entry->time);
	write_bytes(b, entry->text);
	emit_close(b);
}

void
image_write(const struct store_image *image, struct buf *b)
{
	struct str scope = buf_view(&image->scope);
	struct store_scope head = {scope, image->version, image->trimmed, image->changed};

	image_write_scope(&head, b);
	for (struct rowset_row *row = image->rows.first[0]; row; row = row->next[0]) {
		emit_open(b, "row");
		emit_string(b, "scope", scope);
		emit_string(b, "key", row->row.key);
		if (row->row.expires < ROW_FOREVER)
			emit_number(b, "expires", row->row.expires);
		write_bytes(b, row->row.value);
		emit_close(b);
	}
	for (size_t i = 0; i < image->count; i++)
		image_write_entry(scope, &image->entries[i], b);
}

static bool
read_count(const struct record *r, struct str key, uint64_t *count)
{
	struct json value;

	return record_get(r, key, &value) && json_count(value, count);
}

static bool
read_bytes(const struct record *r, struct buf *scratch, struct str *bytes)
{
	struct json value;

	if (record_get(r, STR("json"), &value)) {
		*bytes = (struct str){value.ptr, value.len};
		return true;
	}
	if (!record_get(r, STR("text"), &value) || value.type != JSON_STRING)
		return false;
	*bytes = json_string(value, scratch);
	return true;
}

static const char *
read_scope(struct store_image *image, const struct record *r, struct str scope)
{
	buf_span(&image->scope, scope);
	image->changed = 0;
	record_number(r, STR("changed_at"), &image->changed);
	if (!read_count(r, STR("version"), &image->version) || image->version == 0 ||
	    !read_count(r, STR("trimmed"), &image->trimmed))
		return "a scope without version and trimmed";
	return NULL;
}

static const char *
read_row(struct store_image *image, const struct record *r, struct buf *scratch)
{
	struct row row = {.expires = ROW_FOREVER};

	if (!read_bytes(r, scratch, &row.value))
		return "a row without json or text";
	row.key = record_string(r, STR("key"), scratch);
	if (row.key.len == 0 || row.key.len > ROW_KEY_MAX || row.value.len > ROW_VALUE_MAX)
		return "a row whose key or value has a wrong length";
	record_number(r, STR("expires"), &row.expires);
	rowset_set(&image->rows, &row);
	return NULL;
}

static const char *
read_entry(struct store_image *image, const struct record *r, struct buf *scratch)
{
	const struct store_entry *last = image->count ? &image->entries[image->count - 1] : NULL;
	struct store_entry entry = {.time = 0};
	uint64_t number;

	if (!read_bytes(r, scratch, &entry.text))
		return "an entry without json or text";
	if (!read_count(r, STR("version"), &entry.version) ||
	    !read_count(r, STR("number"), &number) || number > INT32_MAX)
		return "an entry without version and number";
	entry.number = (uint32_t)number;
	record_number(r, STR("ts"), &entry.time);
	if (entry.version > image->version || entry.version <= image->trimmed ||
	    (last && (entry.version < last->version ||
	              (entry.version == last->version && entry.number <= last->number))))
		return "an entry out of place";
	add_entry(image, &entry);
	return NULL;
}

enum image_reading
image_read(struct store_image *image, const struct record *r, struct buf *scratch,
           const char **reason)
{
	struct str scope, type;

	buf_room(scratch, 4 * r->len);
	scope = record_string(r, STR("scope"), scratch);
	type = record_string(r, STR("type"), scratch);
	*reason = "no name of a scope";
	if (!store_is_scope(scope))
		return IMAGE_BAD;
	if (str_is(type, "scope")) {
		if (image->scope.len > 0)
			return IMAGE_OTHER;
		*reason = read_scope(image, r, scope);
	} else if (!str_eq(scope, buf_view(&image->scope))) {
		*reason = "not of the scope that was begun";
	} else if (str_is(type, "row")) {
		*reason = read_row(image, r, scratch);
	} else if (str_is(type, "entry")) {
		*reason = read_entry(image, r, scratch);
	} else {
		*reason = "neither a scope nor a row nor an entry";
	}
	return *reason ? IMAGE_BAD : IMAGE_MORE;
}
