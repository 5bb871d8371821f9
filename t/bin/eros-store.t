#!/bin/sh
# Looking after the store: every verb on every backend, and what is refused.
. "${srcdir:-.}/t/tap.sh"
. "$srcdir/t/servers.sh"

# Two scopes, with all that can be in one: JSON and other bytes, rows that expire, a log that was trimmed.
cat >image.jsonl <<'EOF2'
{"type":"scope","scope":"bus/news","version":7,"trimmed":4,"changed_at":1767225607.5}
{"type":"row","scope":"bus/news","key":"cursor/a","json":{"at": 5}}
{"type":"row","scope":"bus/news","key":"lease","expires":4000000000.25,"text":"held"}
{"type":"entry","scope":"bus/news","version":5,"number":0,"ts":1767225605,"json":["a",1.0]}
{"type":"entry","scope":"bus/news","version":5,"number":1,"ts":1767225605,"text":"b\n"}
{"type":"entry","scope":"bus/news","version":7,"number":0,"ts":1767225607.5,"text":""}
{"type":"scope","scope":"x","version":1,"trimmed":0,"changed_at":1767225600}
{"type":"row","scope":"x","key":"\u0000\udcff\"","text":"\udc80{"}
EOF2
grep '"type":"scope"' image.jsonl >scopes.jsonl

# first NAME: a member of the first record in ./out.
member() { sed -n "1s/.*\"$1\":\"\{0,1\}\([^,\"}]*\).*/\1/p" out; }

on_backend() {
	backend=$1 EROS_STORE=$2
	export EROS_STORE
	run 0 "$backend: ping" eros-store ping
	like_file out "^\{\"type\":\"store\",\"ts\":[0-9.]*,\"event\":\"ping\",\"store\":\"${backend%ql}[^\"]*\",\"now\":[0-9.]*,\"duration\":[0-9.e-]*\}$" "$backend answers"
	run 0 "$backend: dump of nothing" eros-store dump
	is_file out '' "$backend: is nothing"
	run 66 "$backend: dump of a scope that is not there" eros-store dump no/thing
	run 0 "$backend: load" eros-store load image.jsonl
	is_file out "$(cat scopes.jsonl)" "$backend: names what it loaded"
	run 0 "$backend: scopes" eros-store scopes
	is_file out "$(cat scopes.jsonl)" "$backend: all are listed"
	run 0 "$backend: dump" eros-store dump
	is_file out "$(cat image.jsonl)" "$backend: gives what was loaded, byte for byte"
	run 0 "$backend: dump of one" eros-store dump x
	is_file out "$(tail -n 2 image.jsonl)" "$backend: is that one"
	run 1 "$backend: load again" eros-store load image.jsonl
	like_file err 'bus/news is there already' "$backend: is refused"
	run 0 "$backend: dump" eros-store dump
	is_file out "$(cat image.jsonl)" "$backend: and nothing was changed"
	run 0 "$backend: check" eros-store check
	is_file out '' "$backend: finds nothing"

	# The log.
	run 0 "$backend: watch what is there" eros-store watch -n --after 0 bus/news
	is "$(grep '"type":"entry"' image.jsonl; echo '{"type":"store","event":"trimmed","scope":"bus/news","version":4}')" \
		"$(cat out)" "$backend: shows the log, and what is missing of it"
	run 0 "$backend: watch from a version on" eros-store watch -n --after 5 bus/news
	is_file out "$(grep '"version":7,"number"' image.jsonl)" "$backend: shows what is after it"
	if [ "$backend" = redis ]; then
		redis-cli -s "$TMP/redis/socket" xadd 'eros:{bus/news}:l' 7-4294967296 by 'somebody else' >/dev/null
		run 0 'redis: watch what somebody else wrote' timeout 60 eros-store watch -n --after 5 bus/news
		is_file out "$(grep '"version":7,"number"' image.jsonl)" 'redis: shows what is ours'
		run 0 'redis: check' timeout 60 eros-store check
		redis-cli -s "$TMP/redis/socket" xdel 'eros:{bus/news}:l' 7-4294967296 >/dev/null
	fi
	run 75 "$backend: watch for some time" eros-store watch -w 0.05 bus/news
	is_file out '' "$backend: shows nothing old"
	eros-store watch -w 600 --after 0 new/scope >watched 2>&1 &
	watcher=$!
	sed 's,bus/news,new/scope,' image.jsonl | sed '/"x"/d' >new.jsonl
	wait_for 60 is_watched
	run 0 "$backend: a scope that is watched" eros-store load new.jsonl
	wait_for 60 grep -q '"version":7' watched
	is "$(grep -c '"type":"entry"' watched)" 3 "$backend: is shown when it is changed"
	kill "$watcher"
	wait "$watcher" 2>/dev/null
	is $? 143 "$backend: a watch ends by a signal"

	# Pruning.
	sed 's,bus/news,old/scope,; s/4000000000.25/5/' image.jsonl | sed '/"x"/d' >old.jsonl
	run 0 "$backend: a scope with a row that has expired" eros-store load old.jsonl
	run 0 "$backend: dump" eros-store dump old/scope
	unlike "$(cat out)" lease "$backend: it is not there"
	run 0 "$backend: prune" eros-store prune old/scope
	is_file out '{"type":"store","event":"pruned","scope":"old/scope","rows":1,"entries":0}' "$backend: it is taken away"
	run 0 "$backend: prune again" eros-store prune
	is "$(grep -c '"rows":0,"entries":0' out)" 4 "$backend: there is nothing more in any"
	run 0 "$backend: prune the log" eros-store prune --older 1d old/scope
	is_file out '{"type":"store","event":"pruned","scope":"old/scope","rows":0,"entries":3}' "$backend: takes old entries away"
	run 0 "$backend: watch" eros-store watch -n --after 4 old/scope
	is_file out '{"type":"store","event":"trimmed","scope":"old/scope","version":7}' "$backend: and says so"

	# Moving.
	rm -f moved.db*
	run 0 "$backend: migrate" eros-store migrate sqlite:moved.db bus/news x
	is_file out "$(cat scopes.jsonl)" "$backend: names what it moved"
	run 0 "$backend: there" eros-store --store sqlite:moved.db dump
	is_file out "$(cat image.jsonl)" "$backend: it is the same"
	run 1 "$backend: migrate again" eros-store migrate sqlite:moved.db x
	sed 's,"bus/news","back/again",; s,"x","back/x",' image.jsonl >back.jsonl
	run 0 "a scope to move back" eros-store --store sqlite:moved.db load back.jsonl
	run 0 "$backend: migrate back" eros-store --store sqlite:moved.db migrate "$EROS_STORE" back/again back/x
	run 0 "$backend: there" eros-store dump back/again back/x
	is_file out "$(cat back.jsonl)" "$backend: it is the same"

	# Input that is wrong: the scope it is in is left out, the rest is loaded.
	{
		sed 's/"x"/"y"/' image.jsonl | tail -n 2
		echo '{"type":"scope","scope":"broken","version":1,"trimmed":0}'
		echo '{"type":"row","scope":"broken","key":"a","text":"1"}'
		echo '{"type":"row","scope":"broken","key":"b"'
		sed 's/"x"/"z"/' image.jsonl | tail -n 2 | tr -d '\n' | sed 's/}{/}\n{/'
	} >wrong.jsonl
	run 65 "$backend: load of a broken line" eros-store load --reject rejected wrong.jsonl
	is "$(sed 's/.*"scope":"\([a-z]*\)".*/\1/' out | xargs)" 'y z' "$backend: loads the scopes that are whole"
	is_file rejected '{"type":"row","scope":"broken","key":"b"' "$backend: keeps the line"
	rm rejected
	run 0 "$backend: scopes" eros-store scopes
	unlike "$(cat out)" broken "$backend: and not the other"
	run 0 "$backend: empty input" eros-store load /dev/null
	run 74 "$backend: a full device" sh -c 'eros-store scopes >/dev/full'
	unset EROS_STORE
}
# It sleeps. If not yet for a change, it shows what came before it did.
is_watched() { grep -qE "^State:.*sleeping" "/proc/$watcher/status"; }
each_backend on_backend

for bad in '{"type":"row","scope":"x","key":"a","text":"1"}' '{"type":"scope","scope":"x","version":0,"trimmed":0}' \
	'{"type":"scope","scope":"a b","version":1,"trimmed":0}' '{"type":"scope","version":1,"trimmed":0}' '{"type":"what","scope":"x"}'; do
	echo "$bad" >bad.jsonl
	run 65 "no image: $bad" eros-store --store sqlite:bad.db load bad.jsonl
done
head='{"type":"scope","scope":"x","version":3,"trimmed":1}'
for bad in '"row","key":"a"' '"row","key":"","text":"1"' '"row","text":"1"' '"entry","version":1,"number":0,"text":""' \
	'"entry","version":4,"number":0,"text":""' '"entry","version":2,"text":""' '"entry","version":2,"number":0'; do
	printf '%s\n{"scope":"x","type":%s}\n' "$head" "$bad" >bad.jsonl
	run 65 "no image: $bad" eros-store --store sqlite:bad.db load bad.jsonl
	is_file out '' 'and nothing is loaded'
done

# Where state is by default, and who may read it.
run 0 'without a URL' eros-store ping
is "$(stat -c '%a %n' "$EROS_HOME" "$EROS_HOME/eros.db" | sed "s,$TMP/,," | xargs)" '700 state 600 state/eros.db' \
	'a file in the state directory, for its owner alone'
mkdir -m 0 forbidden
chmod 711 "$TMP"
EROS_HOME=$TMP/forbidden
run 77 'no right to the directory' as_nobody eros-store ping
EROS_HOME=$TMP/state
run 73 'a directory that is not there' eros-store --store sqlite:no/such/x.db ping

# URLs and passwords.
run 78 'TLS to Redis' eros-store --store rediss://:hush@h ping
like_file err 'Redis over TLS is not built in' 'is refused with a clear word'
run 78 'an unknown kind' eros-store --store etcd://h ping
run 78 'no URL' eros-store --store nonsense ping
run 78 'a bad option' eros-store --store 'redis://:hush@h?colour=red' ping
for scheme in redis postgresql; do
	[ -f "$EROS_MODULES/$scheme.so" ] || continue
	run 69 "$scheme: nobody is there" eros-store --store "$scheme://u:hush@127.0.0.1:1/0" ping
	unlike "$(cat err)" hush "$scheme: the password is not shown"
	like_file err "^eros-store: $scheme://u:xxxx@127.0.0.1:1/0: " "$scheme: the rest is"
done
run 78 'a module that is not there' env EROS_MODULES=/nonexistent eros-store --store redis://h ping
run 78 'a password file that is not there' env EROS_STORE_PASSWORD_FILE=none eros-store --store redis://h ping
if [ -n "$redis_pid" ]; then
	redis-cli -s "$TMP/redis/socket" config set requirepass hushhush >/dev/null
	run 77 'Redis wants a password' eros-store --store "$redis_url" ping
	run 77 'a wrong one' eros-store --store "redis+unix://:wrongwrong@$TMP/redis/socket" ping
	unlike "$(cat err)" wrongwrong 'is not shown'
	run 0 'the right one' eros-store --store "redis+unix://:hushhush@$TMP/redis/socket" ping
	unlike "$(cat out)" hushhush 'is not shown'
	echo hushhush >password
	run 0 'the right one in a file' env EROS_STORE_PASSWORD_FILE=password eros-store --store "$redis_url" ping
	hides() { tr '\0' ' ' <"/proc/$watcher/cmdline" | grep -q ':xxxxxxxx@'; }
	tap_without 'process titles' 'the command line does not show it' || {
		eros-store --store "redis+unix://:hushhush@$TMP/redis/socket" watch x >/dev/null &
		watcher=$!
		wait_for 60 hides
		ok $? 'the command line does not show it'
		kill "$watcher"
		wait "$watcher" 2>/dev/null
	}
fi

# Without the library that it does not need.
ldd "$builddir/bin/eros-health" >libraries 2>&1
unlike "$(cat libraries)" 'sqlite|hiredis|libpq' 'a command without state does not load SQLite'
ldd "$builddir/bin/eros-store" >libraries 2>&1
unlike "$(cat libraries)" 'hiredis|libpq' 'nor one with state the libraries of servers'

run 64 'no verb' eros-store
run 64 'an unknown verb' eros-store mend
run 64 'an operand too many' eros-store ping x
run 64 'no scope' eros-store watch
run 64 'a bad duration' eros-store --older soon prune
run 66 'a file that is not there' eros-store load none.jsonl
run 65 'a bad name of a scope' eros-store dump 'a b'
done_testing
