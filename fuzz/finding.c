/*
 * Any bytes as records of findings: what can be read is written as it reads back, and what is made of it, SARIF, text, a
 * master report, holds together, whatever it quotes.
 */
#include "finding/fingerprint.h"
#include "finding/sarif.h"
#include "report/baseline.h"
#include "report/master.h"
#include "report/merge.h"

#include <stdint.h>
#include <stdlib.h>

enum { MOST = 64 };

static struct finding findings[MOST];
static size_t count;

/* Read the record TEXT, which is padded, into F. */
static bool
take(struct finding *f, struct baseline *base, struct arena *a, struct str text)
{
	struct record r = RECORD_INIT;
	struct json_error error;
	const char *reason;
	bool taken = record_scan(&r, text, &error) && finding_read(f, &r, a, &reason);

	if (taken && base)
		baseline_add(base, &r, &reason);
	record_release(&r);
	return taken;
}

static void
check_round_trip(const struct finding *f, struct arena *a)
{
	struct finding again = FINDING_INIT;
	struct buf first = BUF_INIT, padded = BUF_INIT, second = BUF_INIT;

	finding_emit(&first, f);
	buf_padded(&padded, (struct str){first.ptr, first.len - 1});
	if (!take(&again, NULL, a, (struct str){padded.ptr, first.len - 1}))
		abort();
	finding_emit(&second, &again);
	if (!str_eq(buf_view(&first), buf_view(&second)))
		abort();
	finding_release(&again);
	buf_release(&first);
	buf_release(&padded);
	buf_release(&second);
}

static void
check_sarif(void)
{
	struct sarif s = {.tool = "fuzz"};
	struct buf b = BUF_INIT, padded = BUF_INIT;
	struct json v;
	struct json_error error;

	sarif_open(&s, &b);
	for (size_t i = 0; i < count; i++)
		sarif_result(&s, &b, &findings[i]);
	sarif_close(&s, &b);
	buf_padded(&padded, buf_view(&b));
	if (!json_scan((struct str){padded.ptr, b.len}, &v, &error))
		abort();
	buf_release(&b);
	buf_release(&padded);
}

/* Nothing that drives a terminal. */
static void
check_shown(const struct buf *b)
{
	for (size_t i = 0; i < b->len; i++)
		if ((unsigned char)b->ptr[i] < ' ' && b->ptr[i] != '\n' && b->ptr[i] != '\t')
			abort();
}

static void
check_master(struct baseline *base)
{
	struct merge merge = {.finding = findings, .count = count};
	struct buf b = BUF_INIT;
	struct master master;

	merge_run(&merge);
	if (merge.merged_count > count || (count > 0 && merge.merged_count == 0))
		abort();
	if (baseline_mark(base, merge.merged, merge.merged_count) > base->count)
		abort();
	master = (struct master){
		.finding = merge.merged, .count = merge.merged_count, .tree = STR("tree")};
	master_write(&b, &master);
	for (size_t i = 0; i < count; i++)
		finding_text(&b, &findings[i]);
	check_shown(&b);
	buf_release(&b);
	merge_release(&merge);
}

static void
on_line(void *arg, size_t number, const char *fingerprint)
{
	if (number != ++*(size_t *)arg || !strchr(fingerprint, ':'))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str rest = {(const char *)data, size}, line;
	struct arena arena = ARENA_INIT;
	struct baseline base = BASELINE_INIT;
	size_t lines = 0;

	fingerprint_lines(rest, on_line, &lines);
	for (count = 0; count < MOST && str_line(&rest, &line);) {
		struct buf padded = BUF_INIT;

		buf_padded(&padded, line);
		findings[count] = (struct finding)FINDING_INIT;
		if (take(&findings[count], &base, &arena, (struct str){padded.ptr, line.len}))
			check_round_trip(&findings[count++], &arena);
		else
			finding_release(&findings[count]);
		buf_release(&padded);
	}
	check_sarif();
	check_master(&base);
	for (size_t i = 0; i < count; i++)
		finding_release(&findings[i]);
	baseline_release(&base);
	arena_release(&arena);
	return 0;
}
