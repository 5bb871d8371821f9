#include "verify.h"

#include "base/diag.h"
#include "base/file.h"
#include "report/baseline.h"

#include <errno.h>

/* Larger files of judgements or of an earlier run are refused. */
static const size_t max_records = (size_t)1 << 30;

static void
check(struct verify *v)
{
	struct scan_options options = {.target = STR("")};

	if (v->check_count == 0)
		return;
	verify_progress(v, "checking by rules", v->tree.files);
	v->rules = scan_rules_new();
	for (size_t i = 0; i < v->check_count; i++)
		scan_rules_load(v->rules, v->checks[i]);
	scan_tree(v->rules, &v->tree, &options, &v->scanned);
	v->judge.check = v->scanned.finding;
	v->judge.checks = v->scanned.count;
}

/* The tree's history, where it is to be asked and has one. */
static void
open_history(struct verify *v)
{
	const char *reason;

	if (!v->history && !v->blame)
		return;
	v->past = history_open(v->root, &reason);
	if (!v->past) {
		diag("no_history", reason, "%s: no history", v->root);
		v->status = exit_worse(v->status, EROS_NOINPUT);
	}
	v->judge.history = v->past;
	v->judge.blame = v->blame;
}

void
verify_judge(struct verify *v)
{
	if (!source_tree_open(&v->tree, v->root))
		die(EROS_NOINPUT, "cannot_open", strerror(errno), "%s", v->root);
	v->judge.tree = &v->tree;
	v->judge.explain = v->explain != NULL;
	check(v);
	open_history(v);
	verify_progress(v, "judging findings", v->claims.count);
	judge_claims(&v->judge, &v->claims);
	v->merge = (struct merge){
		.finding = v->judge.finding, .count = v->judge.count, .claims = &v->claims};
	merge_run(&v->merge);
	verify_progress(v, NULL, 0);
	v->status = exit_worse(v->status, v->tree.status);
}

static struct str
read_file(struct verify *v, const char *path)
{
	struct buf text = BUF_INIT;
	struct str kept = STR("");

	if (file_read(path, max_records, &text)) {
		kept = arena_copy(&v->arena, buf_view(&text));
	} else {
		diag("cannot_open", strerror(errno), "cannot read %s", path);
		v->status = exit_worse(v->status, errno == EFBIG ? EROS_DATA : EROS_NOINPUT);
	}
	buf_release(&text);
	return kept;
}

/* Each line of the file PATH to TAKE, which refuses what is no such record. */
static void
read_records(struct verify *v, const char *path,
             bool (*take)(void *arg, const struct record *r, const char **reason), void *arg)
{
	struct str text = read_file(v, path), line;
	struct record r = RECORD_INIT;
	struct buf padded = BUF_INIT;
	struct json_error error;

	if (str_starts(text, STR("\xef\xbb\xbf")))
		text = str_from(text, 3);
	for (size_t number = 1; str_line(&text, &line); number++) {
		const char *reason = NULL;

		if (str_trim(line).len == 0)
			continue;
		buf_reset(&padded);
		buf_padded(&padded, line);
		if (!record_scan(&r, (struct str){padded.ptr, line.len}, &error))
			reason = error.reason;
		else if (take(arg, &r, &reason))
			continue;
		diag("bad_record", reason, "%s:%zu: bad record", path, number);
		v->status = exit_worse(v->status, EROS_DATA);
	}
	record_release(&r);
	buf_release(&padded);
}

static bool
take_judgement(void *arg, const struct record *r, const char **reason)
{
	return judgements_add(arg, r, reason);
}

static bool
take_old(void *arg, const struct record *r, const char **reason)
{
	return baseline_add(arg, r, reason);
}

void
verify_judgements(struct verify *v)
{
	if (!v->judgements)
		return;
	read_records(v, v->judgements, take_judgement, &v->said);
	judgements_apply(&v->said, v->merge.merged, v->merge.merged_count);
	for (size_t i = 0; i < v->said.count; i++)
		if (!v->said.record[i].used)
			diag("not_found", NULL, "%s: no finding " STR_FMT, v->judgements,
			     STR_ARG(v->said.record[i].finding));
}

void
verify_baseline(struct verify *v)
{
	struct baseline b = BASELINE_INIT;
	size_t gone;

	if (!v->baseline)
		return;
	read_records(v, v->baseline, take_old, &b);
	gone = baseline_mark(&b, v->merge.merged, v->merge.merged_count);
	if (gone > 0)
		diag("not_found", NULL, "%zu findings of %s are not in these reports", gone,
		     v->baseline);
	baseline_release(&b);
}

void
verify_release(struct verify *v)
{
	judgements_release(&v->said);
	merge_release(&v->merge);
	judge_release(&v->judge);
	if (v->past)
		history_close(v->past);
	if (v->rules) {
		scan_result_release(&v->scanned);
		scan_rules_free(v->rules);
	}
	source_tree_release(&v->tree);
	claims_release(&v->claims);
	arena_release(&v->arena);
	free(v->checks);
}
