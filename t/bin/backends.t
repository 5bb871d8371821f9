#!/bin/sh
# The contract of the store (t/lib/store.c) on every backend.
. "${srcdir:-.}/t/tap.sh"
. "$srcdir/t/servers.sh"

contract() {
	run 0 "$1 keeps the contract" "$builddir/t/lib/store.t" "$2"
	[ "$(grep -c '^ok' out)" -gt 100 ]
	ok $? "all of it"
}
each_backend contract
servers_stop
for socket in "$TMP"/redis/socket "$TMP"/postgresql/.s.*; do
	test ! -e "$socket"
	ok $? "no socket is left: ${socket##*/}"
done
done_testing
