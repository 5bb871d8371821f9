#!/bin/sh
# Stores whose clients are killed (t/storm/store.c, t/storm/waiters.c) while their servers are paused, the connections cut at the commit, the
# servers' clocks set, and servers killed and started again. STORM is the number of kills, else there are a few.
. "${srcdir:-.}/t/tap.sh"
. "$srcdir/t/servers.sh"

# Their wall clocks are off by the seconds that are in this file.
clock=$TMP/clock
head -c 8 /dev/zero >"$clock"
chmod 711 "$TMP"
chmod 644 "$clock"

# By default Redis acknowledges what it has not written yet; t/servers.sh asks for this.
export redis_fsync=always

storm=$builddir/t/storm/store.t
waiters=$builddir/t/storm/waiters.t
many() { echo $((${STORM:-60} / $1)); }

# What was acknowledged is there, and once: the storm looks at that itself.
on_backend() {
	case $1 in
	sqlite) pid='' word='' ;;
	redis) pid=$redis_pid word=EXEC ;;
	postgresql) pid=$postgresql_pid word=q2 ;; # what a commit is called on the wire
	esac
	if [ "$1" = redis ]; then
		EROS_STORE=$2 run 0 'redis: one update' eros-registry init once
		is "$(redis-cli -s "$TMP/redis/socket" --scan --pattern 'eros:*:o' | wc -l)" 0 'redis: of a client that goes nothing is kept'
	fi
	STORM=$(many 3) STORM_SERVER=$pid run 0 "$1: clients are killed" "$storm" "$2"
	like_file out '^ok 7 - [0-9]+ steps' "$1: $(sed -n 's/^ok 7 - //p' out)"
	STORM=$(many 3) run 0 "$1: who wakes others is killed" "$waiters" "$2"
	if [ "$1" = postgresql ] && [ "$(id -u)" -eq 0 ]; then
		STORM=$(many 3) STORM_USER=65534 run 0 'postgresql: who wakes others is somebody else, and killed' "$waiters" "$2"
	fi
	[ -n "$word" ] || return 0
	STORM=$(many 6) run 0 "$1: and the connection is cut at the commit" "$storm" "$2" "$word"
	like_file out '^ok 7 - [0-9]+ steps' "$1: $(sed -n 's/^ok 7 - //p' out)"
	STORM=$(many 3) STORM_CLOCK=$clock run 0 "$1: and the server's clock is set by days, both ways" "$storm" "$2" "$word"
	like_file out '^ok 7 - [0-9]+ steps' "$1: $(sed -n 's/^ok 7 - //p' out)"
	STORM=$(many 2) "$storm" "$2" >restarted 2>restarted.err &
	clients=$!
	for round in 1 2; do
		sleep 0.3
		kill -9 "$pid"
		wait "$pid" 2>/dev/null
		"$1_start"
		ok $? "$1: the server is back after it was killed ($round)"
		[ "$1" = redis ] && pid=$redis_pid || pid=$postgresql_pid
	done
	wait "$clients"
	ok $? "$1: and nothing is lost or there twice" || note "$(cat restarted.err)"
	note "$(sed -n "s/^ok 7 - /$1, restarted: /p" restarted)"
}
each_backend on_backend

# A full disk: refused, nothing of it done, and all goes on when there is room. In a mount namespace of its own.
cat >full.sh <<'END'
mount -t tmpfs -o size=500k tmpfs "$TMP/disk" || exit 99
head -c 150000 /dev/zero >"$TMP/disk/ballast"
export EROS_STORE="sqlite:$TMP/disk/e.db"
eros-registry init full >/dev/null || exit 98
done=0
while eros-registry advance full s >/dev/null 2>full.err; do
	done=$((done + 1))
done
eros-registry advance full s >/dev/null 2>&1
echo "status $?"
turn() { eros-registry sync full | sed 's/.*"turn":\([0-9]*\).*/\1/'; }
echo "told $done, there $(turn)"
rm "$TMP/disk/ballast"
eros-registry advance full s >/dev/null
echo "then $(($(turn) - done))"
eros-store check && echo sound
END
mkdir disk
if unshare -m true 2>/dev/null; then
	run 0 'a disk that fills' unshare -m sh full.sh
	is "$(sed -n 1p out)" 'status 74' 'gives 74'
	like "$(sed -n 2p out)" '^told ([1-9][0-9]*), there \1$' 'what was acknowledged is there, and no more'
	is "$(sed -n '3,4p' out | xargs)" 'then 1 sound' 'and it goes on when there is room'
else
	tap_count=$((tap_count + 1))
	echo "ok $tap_count - a full disk # SKIP no right to mount one"
	note 'a full disk was NOT tested: no right to mount one'
fi
done_testing
