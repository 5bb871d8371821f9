#!/bin/sh
# The contract of the store (t/lib/store.c) on every backend, and the budget of eros-retry.
. "${srcdir:-.}/t/tap.sh"
. "$srcdir/t/servers.sh"

contract() {
	if [ "$1" = redis ]; then
		run 0 "$1: a client that looks at two scopes" "$builddir/t/lib/store.t" "$2" leave
		is "$(redis-cli -s "$TMP/redis/socket" --scan --pattern 'eros:*:o')" '' "$1: nothing is kept of it when it has gone"
		is "$(redis-cli -s "$TMP/redis/socket" info commandstats | grep -o 'cmdstat_[a-z]*watch')" cmdstat_watch \
			"$1: what the commit has ended is not ended again"
	fi
	run 0 "$1 keeps the contract" "$builddir/t/lib/store.t" "$2"
	[ "$(grep -c '^ok' out)" -gt 100 ]
	ok $? "all of it"
	for _ in 1 2 3; do
		eros-retry --store "$2" -q -n 4 --base 0 --budget shared --budget-floor 4 --budget-share 0 \
			--budget-window 10h --report 9 -- false 9>>"reports.$1"
	done
	is "$(grep -c '"delay"' "reports.$1") $(grep -c '"reason":"budget"' "reports.$1")" '4 2' \
		'and retries are made within a budget'
}
each_backend contract
servers_stop
for socket in "$TMP"/redis/socket "$TMP"/postgresql/.s.*; do
	test ! -e "$socket"
	ok $? "no socket is left: ${socket##*/}"
done
done_testing
