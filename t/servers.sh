# shellcheck shell=sh
# Servers for tests of stores, sourced after t/tap.sh. Each is started on a socket in the test's own directory, is a child of
# the test and is stopped by its pid; when the test is killed, the kernel ends it.
#
# Where $clock is the path of a file, that sets their wall clocks (t/storm/clock.c).
#
#   each_backend FUNCTION          calls FUNCTION NAME URL for sqlite, redis and postgresql, each with its store empty
#
# Where a server is missing that is said, and counts as skipped; with EROS_TEST_ALL set it fails.

redis_pid='' postgresql_pid=''

trap 'servers_stop; cd /; rm -rf "$TMP"' EXIT

servers_stop() {
	[ -z "$redis_pid" ] || { kill -CONT "$redis_pid"; kill "$redis_pid"; wait "$redis_pid"; } 2>/dev/null
	# Fast shutdown, whatever clients there are.
	[ -z "$postgresql_pid" ] || { kill -CONT "$postgresql_pid"; kill -INT "$postgresql_pid"; wait "$postgresql_pid"; } 2>/dev/null
	redis_pid='' postgresql_pid=''
}

# not_tested NAME REASON
not_tested() {
	if [ -n "${EROS_TEST_ALL:-}" ]; then
		ok 1 "$1 is tested ($2)"
	else
		tap_count=$((tap_count + 1))
		echo "ok $tap_count - $1 # SKIP $2"
		note "$1 was NOT tested: $2"
	fi
}

# redis_start: leaves $redis_url. Once more after it was killed: with what was written, of which nothing is missing only
# where $redis_fsync is "always".
redis_start() {
	mkdir -p "$TMP/redis"
	LD_PRELOAD=${clock:+$builddir/t/storm/clock.so} WALL_CLOCK=${clock:-} \
		setpriv --pdeathsig KILL redis-server --save '' --appendonly yes --appendfsync "${redis_fsync:-everysec}" --dir "$TMP/redis" --port 0 \
		--unixsocket "$TMP/redis/socket" --logfile "$TMP/redis/log" &
	redis_pid=$!
	redis_url=redis+unix://$TMP/redis/socket
	wait_for 60 redis_answers || { note "$(tail -5 "$TMP/redis/log")"; return 1; }
}
redis_answers() { [ "$(redis-cli -s "$TMP/redis/socket" ping 2>/dev/null)" = PONG ]; }

# Debian keeps them out of PATH.
postgresql_bin() {
	find /usr/lib/postgresql/*/bin -name initdb 2>/dev/null | sort -V | tail -n 1 | sed 's,/[^/]*$,,'
}

# postgresql_run COMMAND…: becomes it, not as root, which PostgreSQL refuses.
postgresql_run() {
	cd / || exit 1
	[ "$(id -u)" -ne 0 ] || set -- --reuid=65534 --regid=65534 --clear-groups -- "$@"
	export LD_PRELOAD="${clock:+$builddir/t/storm/clock.so}" WALL_CLOCK="${clock:-}"
	exec setpriv --pdeathsig INT "$@"
}

postgresql_init() {
	chmod 711 "$TMP"
	mkdir "$TMP/postgresql"
	[ "$(id -u)" -ne 0 ] || chown 65534 "$TMP/postgresql"
	(postgresql_run "$(postgresql_bin)/initdb" -D "$TMP/postgresql/data" -A trust -U eros --no-sync \
		--no-locale -E UTF8) >initdb.log 2>&1 || { note "$(tail -5 initdb.log)"; return 1; }
}

# postgresql_start: leaves $postgresql_url. As redis_start.
postgresql_start() {
	[ -d "$TMP/postgresql" ] || postgresql_init || return 1
	postgresql_run "$(postgresql_bin)/postgres" -D "$TMP/postgresql/data" -k "$TMP/postgresql" \
		-c listen_addresses= -c fsync=off -c max_connections=450 -c shared_buffers=32MB >>postgresql.log 2>&1 &
	postgresql_pid=$!
	postgresql_url="postgresql://eros@/postgres?host=$TMP/postgresql"
	wait_for 120 "$(postgresql_bin)/pg_isready" -q -h "$TMP/postgresql" -U eros -d postgres ||
		{ note "$(tail -5 postgresql.log)"; return 1; }
}

each_backend() {
	"$1" sqlite "sqlite:$TMP/sqlite.db"
	if [ ! -f "$EROS_MODULES/redis.so" ]; then
		not_tested redis 'its module is not built: libhiredis-dev was missing'
	elif ! command -v redis-server >/dev/null; then
		not_tested redis 'redis-server is not installed'
	elif redis_start; then
		"$1" redis "$redis_url"
	else
		ok 1 'redis-server starts'
	fi
	if [ ! -f "$EROS_MODULES/postgresql.so" ]; then
		not_tested postgresql 'its module is not built: libpq-dev was missing'
	elif [ -z "$(postgresql_bin)" ]; then
		not_tested postgresql 'postgresql is not installed'
	elif postgresql_start; then
		"$1" postgresql "$postgresql_url"
	else
		ok 1 'postgresql starts'
	fi
}
