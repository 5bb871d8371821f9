#!/bin/sh
# The belief registry: what each verb answers, on each store that there is.
# shellcheck disable=SC2016 # the inner shells are to expand
. "${srcdir:-.}/t/tap.sh"
. "$srcdir/t/servers.sh"

# member NAME: of the record in out, as JSON.
member() { sed -E "s/.*[{,]\"$1\":(\"[^\"]*\"|\[[^]]*\]|\{[^}]*\}|[^,}]*).*/\1/" out; }

version() { eros-registry sync "$1" | sed -E 's/.*"version":([0-9]+).*/\1/'; }

# newer PROJECT VERSION: whether it has a later version, as it has once somebody waits for a turn.
newer() { [ "$(version "$1")" -gt "$2" ]; }

# An agent that eros-run runs takes part, until it is killed.
takes_part() {
	run 0 'a run takes part' eros-run --agent worker --registry p2 --respawn 1 --max-delay 0.01 -- \
		sh -c 'sed "s/.*\"turn\":\([0-9]*\).*/\1/" "$EROS_BELIEF"; eros-registry advance p2 "by$EROS_ATTEMPT" >/dev/null; exit "$((1 - EROS_ATTEMPT))"'
	is "$(sed -n 's/.*"content":"\([^"]*\)".*/\1/p' out | xargs)" '1 2' 'with a fresh snapshot in each attempt'
	eros-registry history p2 >out
	is "$(grep -o '"op":"[a-z]*","by":"worker"' out | cut -d'"' -f4 | xargs)" 'register advance advance leave' 'and is in the history by its name'
	run 66 'in no such project' eros-run --agent worker --registry none -- true
	mkfifo pipe
	eros-run --agent victim --registry p2 -- sh -c 'echo up >pipe; exec sleep 600' >/dev/null &
	read -r _ <pipe
	rm pipe
	kill -9 $!
	wait $! 2>/dev/null
	wait_for 30 sh -c '! eros-registry sync p2 | grep -q victim'
	ok $? 'who is killed has left'
	is "$(find "$EROS_HOME/beliefs" -type f)" '' 'and no snapshot stays'
}

on_store() {
	export EROS_STORE="$2" EROS_AGENT=boss
	rm -f answers told belief waited rejected

	# A project, from its beginning.
	run 66 "$1: no such project" eros-registry sync shop
	like_file err "^eros-registry: no such project: shop" 'is named'
	echo '{"budget":10,"phases":["plan","build"]}' >constraints
	run 0 'a project begins' eros-registry init shop --constraints constraints --state plan
	like_file out '"op":"init","by":"boss","ok":true,"changed":true,"version":1,"turn":0,"state":"plan"\}$' 'with version 1, turn 0'
	run 1 'a second beginning' eros-registry init shop
	like_file out '"ok":false,"error":"project_exists".*"version":1,"turn":0,"state":"plan"\}$' 'is refused and told what is there'
	run 0 'a snapshot' eros-registry sync shop
	is "$(member constraints)" '{"budget":10,"phases":["plan","build"]}' 'has the constraints as they were written'
	is "$(member agents)" '[]' 'and the agents'

	# Agents and turns.
	run 0 'an agent registers' eros-registry register shop coder --meta model=large --meta 'n=a "b"' --ttl 1h
	run 0 'another one' eros-registry register shop tester
	run 0 'the same again' eros-registry register shop tester
	is "$(member changed) $(member version)" 'false 3' 'is no change'
	run 0 'a lease is renewed' eros-registry register shop coder --ttl 2h
	is "$(member changed)" 'false' 'which is no change'
	run 0 'one has acted' eros-registry acted shop coder
	is "$(member waiting_for)" '["tester"]' 'and is told whom all wait for'
	run 1 'an advance that waits for all' eros-registry advance shop build --when-all-acted
	is "$(member error) $(member waiting_for)" '"not_acted" ["tester"]' 'is told whom for'
	run 66 'one that is not registered' eros-registry acted shop nobody
	like_file err 'no such agent in shop: nobody' 'is named'
	run 0 'the other has acted' eros-registry acted shop tester
	run 0 'now all have' eros-registry advance shop build --when-all-acted --expect 0
	is "$(member turn) $(member state)" '1 "build"' 'the next turn has begun'
	run 1 'a stale turn' eros-registry advance shop x --expect 0
	is "$(member error) $(member expected) $(member turn) $(member state)" '"stale_turn" 0 1 "build"' 'is told what is there'
	run 1 'a stale turn elsewhere' eros-registry set shop k v --expect 7
	run 0 'an agent leaves' eros-registry leave shop tester
	run 0 'what was said of an agent stays' eros-registry sync shop
	like_file out '"agent":"coder","since":[0-9.]+,"acted":false,"expires":[0-9.]+,"meta":\{"model":"large","n":"a \\"b\\""\}\}\]\}$' 'when its lease is renewed'

	# Constraints.
	run 0 'set to a number' eros-registry set shop budget 11.0
	run 0 'to text' eros-registry set shop motto 'go on'
	run 0 'to text that is JSON' eros-registry set shop code --string 12
	run 0 'to less than nothing' eros-registry set shop least -- -1
	run 0 'unset' eros-registry unset shop phases
	run 0 'all of them' eros-registry sync shop
	is "$(member constraints)" '{"budget":11.0,"code":"12","least":-1,"motto":"go on"}' 'are there'
	version=$(member version)
	run 0 'the same value' eros-registry set shop budget 11.0
	is "$(member changed) $(member version)" "false $version" 'is no change'
	run 0 'what is not set' eros-registry unset shop phases
	is "$(member changed)" 'false' 'cannot be unset'

	# The past.
	run 0 'the history' eros-registry history shop
	is "$(head -n 1 out | sed -E 's/"ts":[0-9.]+/"ts":0/')" '{"type":"registry","ts":0,"project":"shop","version":1,"op":"init","by":"boss","state":"plan","constraints":{"budget":10,"phases":["plan","build"]},"turn":0}' 'from the beginning'
	like_file out '"op":"set","by":"boss","key":"budget","value":11.0,"was":10,"turn":1\}$' 'with what was there before'
	is "$(grep -c '"op":"register"' out)" 2 'and no renewal of a lease'
	set -- "$1" "$2" "$(sed -n 's/.*"version":\([0-9]*\),"op":"advance".*/\1/p' out)"
	run 0 'a part of it' eros-registry history shop --since "$3" --limit 2
	is "$(grep -o '"op":"[a-z]*"' out | xargs)" 'op:leave op:set' 'in order'
	run 0 'what was believed then' eros-registry revert shop "$3"
	is "$(member turn) $(member state)" '2 "build"' 'is a new turn'
	eros-registry sync shop >out
	is "$(member constraints)" '{"budget":10,"phases":["plan","build"]}' 'with the old constraints'
	version=$(($(member version) - 1))
	run 0 'and back again' eros-registry revert shop "$version"
	eros-registry sync shop >out
	is "$(member constraints)" '{"budget":11.0,"code":"12","least":-1,"motto":"go on"}' 'with the newer ones'
	run 66 'a version to come' eros-registry revert shop 1000
	like_file err 'shop: no version 1000' 'is none'
	run 66 'version 0' eros-registry revert shop 0
	eros-registry export shop >shop.json
	run 0 'an exported project' eros-registry import copy shop.json
	run 0 'is there' eros-registry sync copy
	is "$(sed 's/.*"turn"/"turn"/; s/,"expires":[0-9.]*//' out)" "$(sed 's/.*"turn"/"turn"/; s/,"expires":[0-9.]*//' shop.json)" 'as it was'
	run 1 'but not over another' eros-registry import copy shop.json

	# Waiting.
	run 0 'a turn that has come' eros-registry wait shop --turn 2 -w 0
	run 75 'one that has not' eros-registry wait shop -w 0.05
	is "$(member error)" '"not_yet"' 'is told'
	version=$(version shop)
	eros-registry wait shop -w 60 >waited &
	wait_for 30 newer shop "$version"
	run 0 'one more turn' eros-registry advance shop test
	wait $!
	ok $? 'wakes who waits for it'
	like_file waited '"op":"wait","ok":true,"version":[0-9]+,"turn":4,"state":"test"' 'and tells'

	# Requests as records.
	cat >requests <<'EOF'
{"op":"init","project":"p2","by":"r","constraints":{"phases":["a","b"]},"state":"a","id":1}
{"op":"set","project":"p2","key":"k","value":{"x": 1},"id":"two"}
{"op":"advance","project":"p2","state":"z","expect":5,"id":[3]}
{"type":"decision","decision":"advance_phase","project":"p2"}
{"type":"decision","decision":"advance_phase","project":"p2"}
{"type":"decision","decision":"continue"}
{"op":"sync","project":"p2"}
EOF
	run 0 'requests as records' eros-registry apply shop <requests
	is "$(wc -l <out)" 7 'are answered each'
	is "$(sed -n 1p out | grep -o '"id".*')" '"id":1,"by":"r","ok":true,"changed":true,"version":1,"turn":0,"state":"a"}' 'the first'
	like "$(sed -n 3p out)" '"id":\[3\],"by":"boss","ok":false,"error":"stale_turn"' 'one that is refused'
	like "$(sed -n 4p out)" '"ok":true,"changed":true,"version":3,"turn":1,"state":"b"' 'a decision: the next phase'
	like "$(sed -n 5p out)" '"ok":false,"error":"no_phase"' 'after which there is none'
	like "$(sed -n 6p out)" '"project":"shop","op":"sync"' 'one to go on, which changes nothing'
	like "$(sed -n 7p out)" '"constraints":\{"k":\{"x": 1\},"phases":\["a","b"\]\}' 'and what has come of all'
	run 0 'the same one by one' sh -c 'i=0; while IFS= read -r r; do printf "%s\n" "$r" | sed "s/p2/p3/" | eros-registry apply shop; done' <requests
	is "$(wc -l <out)" 7 'are answered each'
	sed -E 's/"ts":[0-9.]+//; s/p3/p2/; s/"since":[0-9.]+//; s/"expires":[0-9.]+//' out >alone
	eros-registry history p2 | sed -E 's/"ts":[0-9.]+//; s/p2/p3/' >together
	eros-registry history p3 | sed -E 's/"ts":[0-9.]+//' >apart
	is "$(cat together)" "$(cat apart)" 'with the same history'
	mkfifo pipe
	eros-registry apply <pipe >answers &
	exec 3>pipe
	printf '{"op":"set","project":"p2","key":"live","value":1}\n\n' >&3
	wait_for 30 test -s answers
	ok $? 'a request is answered before the next one comes'
	exec 3>&-
	wait $!
	rm pipe
	printf 'no\n{"op":"go"}\n{"op":"sync","project":"p2"}' >bad
	rm -f rejected
	run 65 'lines that are none' eros-registry apply --reject rejected <bad
	is "$(cat rejected)" "$(head -n 2 bad)" 'are kept'
	is "$(grep -c '"op":"sync"' out)" 1 'and the rest answered, also without a newline'
	run 0 'nothing' eros-registry apply </dev/null
	is_file out '' 'has no answer'

	# Taking part while the input lasts.
	mkfifo pipe
	eros-registry attend p2 guest --belief belief --meta k=v <pipe >told &
	exec 3>pipe
	wait_for 30 test -s told
	like_file told '"op":"register".*"agent":"guest","ok":true' 'who attends is registered'
	echo >&3
	wait_for 30 test -s belief
	like_file belief '"op":"sync".*"agents":\[\{"agent":"guest",.*"expires":' 'each line makes a snapshot'
	exec 3>&-
	wait $!
	ok $? 'until the input ends'
	test ! -e belief
	ok $? 'the snapshot is gone'
	run 0 'and the guest' eros-registry sync p2
	is "$(member agents)" '[]' 'too'
	run 66 'a project that is none' eros-registry attend none guest </dev/null
	rm pipe told
	tap_without pidfds 'a run takes part' || takes_part

	# Ten at once.
	run 0 'a project for ten' eros-registry init many
	pids=''
	# However slow the machine is.
	case $EROS_STORE in *\?*) patient="$EROS_STORE&timeout=300" ;; *) patient="$EROS_STORE?timeout=300" ;; esac
	for i in 1 2 3 4 5 6 7 8 9 10; do
		(for j in 1 2 3 4 5; do eros-registry --store "$patient" advance many "s$i$j" >/dev/null; done) &
		pids="$pids $!"
	done
	# shellcheck disable=SC2086 # one word for each
	wait $pids
	eros-registry sync many >out
	is "$(member turn) $(member version)" '50 51' 'ten processes with five advances each make fifty turns'
	unset EROS_STORE EROS_AGENT
}

each_backend on_store

# What is the same on every store.
export EROS_STORE="sqlite:$TMP/sqlite.db"
run 64 'no verb' eros-registry
run 64 'an unknown verb' eros-registry advence shop x
like_file err "unknown verb 'advence' \(did you mean 'advance'\?\)" 'has a neighbour'
run 64 'no project' eros-registry sync
run 64 'too many words' eros-registry sync shop x
run 64 'a bad name' eros-registry sync ../shop
like_file err "bad name for a project: '../shop'" 'is shown'
run 64 'a bad name for an agent' eros-registry register shop a/b
run 64 'an empty state' eros-registry advance shop ''
run 64 'an empty key' eros-registry set shop '' 1
run 64 'a turn that is none' eros-registry advance shop x --expect -1
run 64 'meta that is none' eros-registry register shop a --meta x
run 64 'a version that is none' eros-registry revert shop x
run 66 'constraints that cannot be read' eros-registry init q --constraints none
echo '[1]' >array
run 65 'constraints that are no object' eros-registry init q --constraints array
echo '{' >half
run 65 'constraints that are no JSON' eros-registry init q --constraints half
like_file err 'half: no JSON' 'the file is named'
run 65 'a project that was not exported' eros-registry import q array
run 66 'one that is not there' eros-registry import q none
run 74 'a full device' sh -c 'eros-registry sync shop >/dev/full'
run 74 'for apply, too' sh -c 'echo "{\"op\":\"sync\",\"project\":\"shop\"}" | eros-registry apply >/dev/full'
run 78 'a store that is none' eros-registry sync shop --store nosql:x
run 0 'who asks is the user, where nothing says so' env -u EROS_AGENT LOGNAME=me eros-registry set shop a 1
is "$(member by)" '"me"' 'by name'
run 0 'or as an option says' eros-registry --by you set shop a 2
is "$(member by)" '"you"' 'before the verb, too'
version=$(version shop)
eros-registry wait shop >out &
waiting=$!
wait_for 30 newer shop "$version"
kill -TERM $waiting
wait $waiting
is $? 143 'a signal ends the wait'
run 0 'help' eros-registry --help
run 0 'version' eros-registry --version
done_testing
