/* Rows in memory: the table behind them, and the promises of base/rows.h. */
#include "tap.h"

#include "base/buf.h"
#include "base/memory_rows.h"

/* A table and a plain list of the same keys, changed at random, agree in order and content. */
enum { KEYS = 500, CHANGES = 20000 };

static uint64_t
draw(uint64_t *state)
{
	*state = *state * 6364136223846793005ULL + 1442695040888963407ULL;
	return *state >> 33;
}

static bool
same(const struct rowset *t, const long *value)
{
	const struct rowset_row *at = rowset_seek(t, STR_NONE, true);
	size_t count = 0;

	for (unsigned i = 0; i < KEYS; i++) {
		unsigned char key[2] = {(unsigned char)(i >> 8), (unsigned char)i};
		long got;

		if (value[i] < 0)
			continue;
		count++;
		if (!at || !str_eq(at->row.key, (struct str){(char *)key, 2}) ||
		    at->row.value.len < sizeof(got))
			return false;
		memcpy(&got, at->row.value.ptr, sizeof(got));
		if (got != value[i])
			return false;
		at = at->next[0];
	}
	return !at && count == t->count;
}

static void
test_table(void)
{
	struct rowset t = ROWSET_INIT;
	long value[KEYS], content[8] = {0};
	uint64_t chance = 7;
	bool good = true;

	memset(value, 0xff, sizeof(value));
	for (long n = 0; n < CHANGES && good; n++) {
		unsigned i = (unsigned)(draw(&chance) % KEYS);
		unsigned char key[2] = {(unsigned char)(i >> 8), (unsigned char)i};
		struct row row = {{(char *)key, 2}, {(char *)content, 8 + draw(&chance) % 56}, 0};

		content[0] = n;
		value[i] = draw(&chance) % 3 ? n : -1;
		if (value[i] < 0)
			rowset_delete(&t, row.key);
		else
			rowset_set(&t, &row);
		if (n % 100 == 0)
			good = same(&t, value);
	}
	ok(good, "a table keeps what was set, in order");
	ok(t.levels > 3, "and is built in levels");
	rowset_release(&t);
	is_int((long long)t.count, 0, "released");
}

static void
test_steps(void)
{
	struct memory_rows m = MEMORY_ROWS_INIT;
	struct rows *r = memory_rows_begin(&m, 10);
	struct str value;

	is_int((long long)r->version, 1, "the first step is to make version 1");
	ok(!rows_get(r, STR("a"), &value), "there is nothing at first");
	memory_rows_end(&m);
	is_int((long long)m.version, 0, "a step that changes nothing makes no version");

	r = memory_rows_begin(&m, 11);
	rows_put(r, STR("a"), STR("1"));
	rows_append(r, STR("first"));
	ok(rows_get(r, STR("a"), &value) && str_is(value, "1"), "a step sees its own changes");
	rows_next_step(r);
	is_int((long long)r->version, 2, "the next step has the next version");
	rows_next_step(r);
	is_int((long long)r->version, 2, "but not where nothing was changed");
	rows_append(r, STR("second"));
	rows_append(r, STR("third"));
	rows_wake(r, STR("w"));
	memory_rows_end(&m);
	is_int((long long)m.version, 2, "two steps that changed something");
	ok(m.entries == 3 && m.log[0].version == 1 && m.log[2].version == 2 &&
	           str_is(m.log[2].text, "third"),
	   "the log has what was appended, under the version of its step");
	ok(m.wakes == 1 && str_is(m.woken[0], "w"), "who was woken is known");

	r = memory_rows_begin(&m, 9);
	is_num(r->now, 11, "time does not go back");
	ok(m.wakes == 0, "nobody is woken twice");
	rows_trim(r, 1);
	memory_rows_end(&m);
	ok(m.entries == 2 && m.trimmed == 1 && str_is(m.log[0].text, "second"), "trimmed");
	memory_rows_release(&m);
}

static void
test_expiry(void)
{
	struct memory_rows m = MEMORY_ROWS_INIT;
	struct rows *r = memory_rows_begin(&m, 10);
	struct row row;
	struct str value;

	rows_put_until(r, STR("a"), STR("1"), 20);
	rows_put(r, STR("b"), STR("2"));
	rows_put_until(r, STR("c"), STR("3"), 30);
	memory_rows_end(&m);
	r = memory_rows_begin(&m, 19.9);
	ok(rows_get(r, STR("a"), &value), "a row is there before it expires");
	r = memory_rows_begin(&m, 20);
	ok(!rows_get(r, STR("a"), &value), "and is not from then on");
	ok(rows_seek(r, STR("a"), &row) && str_is(row.key, "b") && row.expires == ROW_FOREVER,
	   "a scan passes over it");
	ok(rows_next(r, STR("b"), &row) && str_is(row.key, "c") && row.expires == 30,
	   "and goes on");
	ok(!rows_next(r, STR("c"), &row), "to the end");
	rows_put(r, STR("a"), STR("again"));
	ok(rows_find(r, STR("a"), &row) && str_is(row.value, "again"), "it can be put anew");
	rows_delete(r, STR("b"));
	ok(!rows_get(r, STR("b"), &value), "deleted");
	memory_rows_release(&m);
}

int
main(void)
{
	test_table();
	test_steps();
	test_expiry();
	return done_testing();
}
