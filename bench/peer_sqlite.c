/*
 * What one would write without EROS: a program on SQLite that keeps a project's turn, and its history.
 *
 *   peer_sqlite FILE once            open, advance by one, close
 *   peer_sqlite FILE loop N BATCH    N advances in transactions of BATCH; prints advances a second of processor time
 */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static sqlite3 *db;

static void
must(int result)
{
	if (result != SQLITE_OK && result != SQLITE_DONE && result != SQLITE_ROW) {
		fprintf(stderr, "peer_sqlite: %s\n", sqlite3_errmsg(db));
		exit(1);
	}
}

static void
run(const char *sql)
{
	must(sqlite3_exec(db, sql, NULL, NULL, NULL));
}

static sqlite3_stmt *
prepare(const char *sql)
{
	sqlite3_stmt *statement;

	must(sqlite3_prepare_v2(db, sql, -1, &statement, NULL));
	return statement;
}

/* Read the turn, write the next, log it: as records of JSON. */
static void
advance(void)
{
	static sqlite3_stmt *get, *set, *log;
	char head[200], entry[200];
	long turn = 0;

	if (!get) {
		get = prepare("SELECT value FROM state WHERE project = ?1 AND key = ?2");
		set = prepare(
			"INSERT OR REPLACE INTO state (project, key, value) VALUES (?1, ?2, ?3)");
		log = prepare("INSERT INTO history (project, version, at, entry) VALUES (?1, ?2, "
		              "?3, ?4)");
	}
	sqlite3_bind_text(get, 1, "bench", -1, SQLITE_STATIC);
	sqlite3_bind_text(get, 2, "head", -1, SQLITE_STATIC);
	if (sqlite3_step(get) == SQLITE_ROW)
		turn = atol(strstr((const char *)sqlite3_column_text(get, 0), "\"turn\":") + 7);
	sqlite3_reset(get);
	snprintf(head, sizeof(head), "{\"state\":\"s%ld\",\"turn\":%ld,\"ts\":1767225600.125}",
	         turn % 7, turn + 1);
	snprintf(entry, sizeof(entry),
	         "{\"op\":\"advance\",\"ts\":1767225600.125,\"by\":\"m1\",\"state\":\"s%ld\","
	         "\"was\":\"s%ld\",\"turn\":%ld}",
	         turn % 7, (turn + 6) % 7, turn + 1);
	sqlite3_bind_text(set, 1, "bench", -1, SQLITE_STATIC);
	sqlite3_bind_text(set, 2, "head", -1, SQLITE_STATIC);
	sqlite3_bind_text(set, 3, head, -1, SQLITE_STATIC);
	must(sqlite3_step(set));
	sqlite3_reset(set);
	sqlite3_bind_text(log, 1, "bench", -1, SQLITE_STATIC);
	sqlite3_bind_int64(log, 2, turn + 1);
	sqlite3_bind_double(log, 3, 1767225600.125);
	sqlite3_bind_text(log, 4, entry, -1, SQLITE_STATIC);
	must(sqlite3_step(log));
	sqlite3_reset(log);
}

int
main(int argc, char **argv)
{
	long count = argc > 3 ? atol(argv[3]) : 1, batch = argc > 4 ? atol(argv[4]) : 1;
	clock_t began = clock();

	if (argc < 3 || sqlite3_open(argv[1], &db) != SQLITE_OK) {
		fprintf(stderr, "usage: peer_sqlite FILE once | loop N BATCH\n");
		return 64;
	}
	sqlite3_busy_timeout(db, 10000);
	run("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;"
	    "CREATE TABLE IF NOT EXISTS state (project TEXT, key TEXT, value TEXT, PRIMARY KEY "
	    "(project, key)) WITHOUT ROWID;"
	    "CREATE TABLE IF NOT EXISTS history (project TEXT, version INTEGER, at REAL, entry "
	    "TEXT, "
	    "PRIMARY KEY (project, version)) WITHOUT ROWID;");
	for (long i = 0; i < count; i++) {
		if (i % batch == 0)
			run("BEGIN IMMEDIATE");
		advance();
		if (i % batch == batch - 1 || i == count - 1)
			run("COMMIT");
	}
	if (argc > 3)
		printf("%.0f\n", (double)count / ((double)(clock() - began) / CLOCKS_PER_SEC));
	for (sqlite3_stmt *s; (s = sqlite3_next_stmt(db, NULL)) != NULL;)
		sqlite3_finalize(s);
	sqlite3_close(db);
	return 0;
}
