#!/bin/sh
# Listing and ending: who is chosen, who never is, and that two reapers do a thing once.
# shellcheck disable=SC2016 # the inner shells are to expand
. "${srcdir:-.}/t/tap.sh"

beats=$EROS_HOME/beats
started=''
trap 'for p in $started; do kill -9 "$p" 2>/dev/null; done; cd /; rm -rf "$TMP"' EXIT

# begin COMMAND…: in the background; its pid is in $pid. Until it is executed it is a copy of this shell, with its traps.
begin() {
	"$@" >/dev/null 2>&1 &
	pid=$!
	started="$started $pid"
	while cmp -s "/proc/$$/cmdline" "/proc/$pid/cmdline"; do :; done
}
ticks() { sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | cut -d' ' -f20; }
alive() { case $(sed 's/.*) //' "/proc/$1/stat" 2>/dev/null) in '' | Z*) return 1 ;; esac; }
dead() { ! alive "$1"; }
old() { for old_name; do touch -d '1 hour ago' "$beats/$old_name".*.json; done; }
# agent NAME [OPTION…]: a process with a heartbeat.
agent() {
	name=$1
	shift
	begin sleep 600
	eros-beat -p "$pid" "$@" "$name"
}
# member NAME <RECORDS: the values.
member() { sed -n "s/.*\"$1\":\"\{0,1\}\([^,\"}]*\).*/\1/p" | xargs; }

run 0 'nothing to do' eros-reap
is "$(cat out err)" '' 'nothing to say'
run 0 'nothing to list' eros-reap --list
is "$(cat out err)" '' 'nothing listed'

# --list
agent a1 -s code
a1=$pid
run 0 'one agent' eros-reap --list
like_file out "^\{\"type\":\"reap\",\"ts\":[0-9.]+,\"agent\":\"a1\",\"specialty\":\"code\",\"pid\":$a1,\"started\":$(ticks "$a1"),\"state\":\"(sleeping|running|waiting)\",\"age\":[0-9.]+,\"uptime\":[0-9.]+,\"memory\":[0-9]+,\"cpu\":[0-9.]+,\"parent\":$$,\"parent_name\":\"[a-z.-]+\",\"command\":\"sleep\",\"stale\":false,\"orphan\":false,\"zombie\":false\}$" 'is listed with all that is known'
old a1
run 0 'a beat of an hour ago' eros-reap --list
like_file out '"age":36[0-9.]+,.*"stale":true' 'is stale'
run 0 'unless more is allowed' eros-reap --list --stale 2h
like_file out '"stale":false' 'by --stale'
alive "$a1"
ok $? '--list ends nothing'
(begin sleep 600; eros-beat -p "$pid" orphan; echo "$pid" >orphan)
started="$started $(cat orphan)"
run 0 'one whose parent has gone' eros-reap --list
like "$(grep orphan out)" '"orphan":true' 'is an orphan'
begin sh -c 'sleep 0.3 & echo $! >child; eros-beat -p $! zombie; exec sleep 600'
parent=$pid
wait_for 10 test -s child
zombie=$(cat child)
wait_for 10 grep -q Z "/proc/$zombie/stat"
run 0 'one whose parent does not collect it' eros-reap --list
like "$(grep '"agent":"zombie"' out)" "\"state\":\"zombie\".*\"parent\":$parent,\"parent_name\":\"sleep\".*\"zombie\":true" 'is a zombie, with its parent'
old zombie
run 0 'and reaped' eros-reap --spare '^a1$'
like_file out "^\{.*\"pid\":$zombie,.*\"parent\":$parent,\"action\":\"zombie\",\"parent_name\":\"sleep\"" 'it is reported with the parent'
alive "$parent"
ok $? 'which lives'
rm "$beats/zombie".*
kill "$parent" "$(cat orphan)"
rm "$beats/orphan".*

# Stale ones are ended.
agent fresh
fresh=$pid
cp "$beats/a1.$a1.json" saved
run 0 'a dry run' eros-reap --dry-run
is "$(member action <out) $(member pid <out)" "would_end $a1" 'says what it would do'
alive "$a1"
ok $? 'and does nothing'
run 0 'the stale one' eros-reap
like_file out "^\{\"type\":\"reap\",\"ts\":[0-9.]+,\"agent\":\"a1\",\"specialty\":\"code\",\"pid\":$a1,\"started\":[0-9]+,\"parent\":$$,\"action\":\"ended\",\"signal\":15,\"cause\":\"stale\",\"reason\":\"no beat for 36[0-9]+ s > 300 s\"\}$" 'is ended, with a reason'
dead "$a1"
ok $? 'and is gone'
is "$(find "$beats" -name '*.json' | sed 's,.*/,,')" "fresh.$fresh.json" 'with its heartbeat; the other one stays'
alive "$fresh"
ok $? 'as does its process'

# Descendants, TERM, KILL.
begin sh -c 'sh -c "trap \"\" TERM; echo \$\$ >deaf; while :; do sleep 0.05; done" & sleep 600 & wait'
wait_for 10 test -s deaf
eros-beat -p "$pid" tree
old tree
run 0 'a tree' eros-reap --grace 0.3 --spare fresh
is "$(grep -c "\"below\":$pid" out)" "$(($(wc -l <out) - 1))" 'each has a record, and says below whom'
like "$(grep "\"pid\":$(cat deaf)," out)" '"action":"ended","signal":9' 'who does not heed TERM is killed'
like "$(grep "\"pid\":$pid," out)" '"action":"ended","signal":15' 'who does is not'
dead "$pid" && dead "$(cat deaf)"
ok $? 'all are gone'

# Those that are never ended.
sh -c 'eros-beat me; touch -d "1 hour ago" "$EROS_HOME"/beats/me.*; eros-reap >out; echo lives' >lives
is_file lives lives 'not the shell above'
is_file out '' 'nothing is said of it'
rm "$beats"/me.*
agent spared
old spared
spared=$pid
run 0 '--spare, an agent' eros-reap --spare '^spa'
alive "$spared"
ok $? 'is spared'
run 0 '--spare, a command' eros-reap --spare 'sleep 6'
alive "$spared"
ok $? 'is spared'
kill "$spared"
if [ "$(id -u)" -eq 0 ]; then
	begin setpriv --reuid=65534 --regid=65534 --clear-groups sleep 600
	wait_for 10 grep -q '^Uid:.65534' "/proc/$pid/status"
	eros-beat -p "$pid" theirs
	old theirs
	run 0 'another user' eros-reap
	alive "$pid"
	ok $? 'is left alone'
	echo "{\"type\":\"intervene\",\"agent\":\"theirs\",\"pid\":$pid,\"started\":$(ticks "$pid")}" |
		eros-reap --records >out
	is "$(member action <out) $(sed 's/.*"refusal":"//; s/".*//' out)" "refused it is another user's" 'and that is said when asked for'
	run 0 'unless asked' eros-reap --any-user
	dead "$pid"
	ok $? 'to end it'
else
	ok 0 'another user # SKIP only root has power over other users'
fi

# Too many, too old.
for i in 1 2 3 4; do
	agent "k$i" -s code
	eval "k$i=$pid"
done
agent k5 -s browser
run 0 '--keep' eros-reap --keep 2 --by specialty
# shellcheck disable=SC2154 # set by eval
is "$(member pid <out | xargs -n 1 | sort -n | xargs) $(member cause <out)" "$k1 $k2 over_limit over_limit" 'the oldest beyond two of a specialty'
like_file out '"reason":"2 newer ones of code"' 'with the reason'
run 0 '--keep by agent' eros-reap --keep 1
is_file out '' 'each agent has one'
run 0 '--max-age' eros-reap --max-age 0
is "$(wc -l <out) $(member cause <out | xargs -n 1 | sort -u)" '4 max_age' 'those that are older'

# --match, with names that no other run of this test has
mark=mcp$$
cp "$(command -v sleep)" "$mark-files"
cp "$mark-files" "$mark-web"
all=''
for i in 1 2 3 4 5 6 7 8 9 10 11; do
	begin "./$mark-files" 600
	all="$all $pid"
done
begin "./$mark-web" 600
web=$pid
wait_for 10 grep -q "$mark-web" "/proc/$web/cmdline"
run 0 '--list --match' eros-reap --list --match "$mark-[a-z]+ 600\$"
is "$(grep -c "\"command\":\"./$mark-" out)" 12 'lists by command lines'
run 0 '--match' eros-reap --match "$mark-[a-z]+ 600\$" --stale 1h
is "$(member pid <out | xargs -n 1 | sort -n | xargs)" "$(echo "$all" | xargs -n 1 | sort -n | head -2 | xargs)" 'keeps nine of each program, the newest'
run 0 '--by agent counts them together' eros-reap --match "$mark-[a-z]+ 600\$" --stale off --by agent --keep 9
is "$(wc -l <out)" 1 'so one more goes'
run 0 '--stale' eros-reap --match "$mark-[a-z]+ 600\$" --stale 0
is "$(member cause <out | xargs -n 1 | sort | uniq -c | xargs)" '9 stale' 'without a heartbeat the uptime counts'
like_file out '"reason":"no heartbeat, and up for [0-9]+ s > 0 s"' 'and that is said'
sh -c 'eros-reap --match "only-'$$'" --stale 0 >out; echo lives' >lives
is_file lives lives 'never itself nor what runs it, though it matches'

# --records
agent r1
r1=$pid
agent r2
r2=$pid
cat >interventions <<END
{"type":"output","agent":"r1","content":"x"}
{"type":"intervene","team":"t","agent":"r1","pid":$r1,"started":$(ticks "$r1"),"cause":"looping","reason":"the same call, 9 times"}
{"type":"intervene","agent":"r2","pid":$r2,"started":$(($(ticks "$r2") - 1)),"cause":"stalled","reason":"silent"}
END
eros-reap --records <interventions >out 2>err
is $? 0 'interventions'
like "$(grep r1 out)" "\"pid\":$r1,.*\"action\":\"ended\",\"signal\":15,\"cause\":\"looping\",\"reason\":\"the same call, 9 times\"" 'the one it names is ended'
like "$(grep r2 out)" "\"pid\":$r2,.*\"action\":\"gone\",\"cause\":\"stalled\"" 'one that started at another time is gone'
alive "$r2"
ok $? 'who has its pid lives'
like "$(cat "$EROS_HOME/reasons/r1.$r1.json")" '"cause":"looping","reason":"the same call, 9 times"' 'the reason is left'
tail -1 interventions | sed 's/"started":[0-9]*/&,"boot":"00000000-0000-0000-0000-000000000000"/' |
	sed "s/\"started\":[0-9]*/\"started\":$(ticks "$r2")/" | eros-reap --records >out
is "$(member action <out)" gone 'one of another boot is gone'
(head -2 interventions | tail -1; echo '{"type":"intervene","agent":"a"}'; echo '{"type":"intervene","pid":1,"started":1}'; printf '{bad\n{"agent":"r2","pid":%s,"started":%s}' "$r2" "$(ticks "$r2")") |
	eros-reap --records >out 2>err
is $? 65 'records that name nobody'
is "$(sed 's/^.*bad record: //' err | head -2 | xargs -d '\n')" 'no pid and started no agent' 'and why'
is "$(member action <out)" 'gone ended' 'the others are acted upon, and the last without a newline'

# What eros-watch writes at one check comes at once, an intervention first. Nothing more may come for long.
mkfifo live
eros-reap --records <live >out &
reaping=$!
exec 7>live
for after in '{"type":"pulse","team":"t","total":3}' '' '{"type":"pul'; do
	agent r3
	printf '%s\n%s' "{\"type\":\"intervene\",\"agent\":\"r3\",\"pid\":$pid,\"started\":$(ticks "$pid")}" "$after" >&7
	wait_for 10 dead "$pid"
	ok $? "an intervention does not wait for input behind '$after'"
	echo >&7
done
exec 7>&-
kill $reaping 2>/dev/null

run 0 'no interventions at all' eros-reap --records </dev/null
run 64 'together with others' eros-reap --records --list

# --runs, with the ids of runs of this test: others' runs are theirs
begin sleep 600
eros_run=$pid
id=$(cat /proc/sys/kernel/random/boot_id):$(stat -Lc %i /proc/self/ns/pid):$eros_run:$(ticks "$eros_run")
begin env EROS_RUN_ID="$id" setsid sleep 600
left=$pid
wait_for 10 grep -q sleep "/proc/$left/cmdline"
run 0 '--runs while eros-run lives' eros-reap --runs="$id"
is_file out '' 'ends nothing'
kill "$eros_run"
wait "$eros_run" 2>/dev/null
run 0 'another run' eros-reap --runs="${id%:*}:1,$id$$"
is_file out '' 'has left nothing'
run 0 'no run at all' eros-reap --runs=
is_file out '' 'nor has none'
run 64 'what is no run' eros-reap --runs="$id,a:b"
like_file err "'a:b'" 'is named'
run 0 '--runs after its death' eros-reap --runs="${id%:*}:1, $id"
like_file out "\"pid\":$left,.*\"action\":\"ended\",\"signal\":15,\"cause\":\"abandoned\"" 'ends what it left behind'
dead "$left"
ok $? 'which is gone'

# One pass suffices, though each at its end leaves another that is nobody's child.
cat >hydra <<'END'
echo $$ >>"$1"
trap '[ "$2" -le 0 ] || setsid sh ./hydra "$1" $(($2 - 1)) & exit' TERM
echo >>"$1.ready"
while :; do sleep 0.01; done
END
none_left() {
	while read -r head; do
		dead "$head" || return 1
	done <"$1"
}
for i in 1 2 3; do
	begin env EROS_RUN_ID="$id" sh ./hydra "heads$i" 3
done
wait_for 10 test -e heads1.ready -a -e heads2.ready -a -e heads3.ready
run 0 'what forks as it ends' eros-reap --runs="$id"
cat heads? >heads
none_left heads
ok $? 'is ended in one pass' || xargs kill -9 <heads 2>/dev/null
member pid <out | xargs -n 1 >named
is "$(grep -cxFf named heads)" "$(wc -l <heads)" 'each is told'
is "$(member cause <out | xargs -n 1 | sort -u)" abandoned 'with the cause'
begin env EROS_RUN_ID="$id" setsid sleep 600
spared=$pid
eros-beat -p "$spared" spared
begin env EROS_RUN_ID="$id" setsid sleep 600
wait_for 10 grep -q sleep "/proc/$pid/cmdline"
run 0 'a spared agent of a dead run' eros-reap --runs="$id" --spare '^spared$'
dead "$pid" && alive "$spared"
ok $? 'is left when the rest is ended'
begin sh -c 'sleep 600 & echo $! >below; wait'
wait_for 10 test -s below
eros-beat -p "$pid" above
old above
eros-beat -p "$(cat below)" spared
run 0 'a spared agent below another' eros-reap --spare '^spared$'
dead "$pid" && alive "$(cat below)"
ok $? 'is left when that is ended'
kill "$spared" "$(cat below)"
rm -f "$beats"/spared.*

# Without ids all dead runs are meant: in a world of its own.
cat >world <<'END'
sleep 600 &
run=$!
id=$(cat /proc/sys/kernel/random/boot_id):$(stat -Lc %i /proc/self/ns/pid):$run:$(sed 's/.*) //' /proc/$run/stat | cut -d' ' -f20)
EROS_RUN_ID=$id setsid sleep 600 &
left=$!
EROS_RUN_ID=${id%:*}:1 setsid sleep 600 &
also=$!
until grep -q sleep /proc/$left/cmdline && grep -q sleep /proc/$also/cmdline; do sleep 0.01; done
kill $run
wait $run 2>/dev/null
eros-reap --runs
echo "$left $also"
END
if unshare -r -p -f --mount-proc true 2>/dev/null; then
	run 0 '--runs without a list' unshare -r -p -f --mount-proc sh ./world
	is "$(member pid <out)" "$(tail -1 out)" 'ends what any dead run has left'
else
	ok 0 '--runs without a list # SKIP no pid namespace may be made'
fi

# --tidy
rm -f "$beats"/*
agent t1
t1=$pid
agent t2
kill "$t1"
wait "$t1" 2>/dev/null
eros-lock --exec lock true
sed 's/"boot":"[^"]*"/"boot":"00000000-0000-0000-0000-000000000000"/' "$beats/t2.$pid.json" >"$beats/boot.$pid.json"
sed 's/"agent":"t2"/"agent":"far"/; s/"host":"[^"]*"/"host":"elsewhere"/' "$beats/boot.$pid.json" >"$beats/far.$pid.json"
sed -i 's/"agent":"t2"/"agent":"boot"/' "$beats/boot.$pid.json"
run 0 '--tidy, dry' eros-reap --tidy --dry-run
is "$(member action <out | xargs -n 1 | sort -u)" would_remove 'says what it would remove'
is "$(member file <out)" "beats/boot.$pid.json beats/t1.$t1.json $(cd "$EROS_HOME" && echo locks/lock.*.json)" \
	'the files of the dead, and of an earlier boot of this host'
run 0 '--tidy' eros-reap --tidy
is "$(cd "$EROS_HOME" && echo beats/* locks/*.json)" "beats/far.$pid.json beats/t2.$pid.json locks/*.json" 'and removes them'
alive "$pid"
ok $? 'and ends nothing'
rm "$beats"/*

# A pid that is reused: for real where it can be chosen, else by another start in the file.
agent reuse
victim=$pid
how='made up'
kill "$victim"
wait "$victim" 2>/dev/null
sleep 0.03
for try in 1 2 3 4 5 6 7 8 9 10; do
	echo $((victim - 1)) 2>/dev/null >/proc/sys/kernel/ns_last_pid || break
	begin sleep 600
	[ "$pid" -ne "$victim" ] || { how=real try=; break; }
done
if [ "$how" != real ]; then
	begin sleep 600
	sed "s/\"pid\":[0-9]*,\"started\":[0-9]*/\"pid\":$pid,\"started\":1/" "$beats/reuse.$victim.json" >"$beats/reuse.$pid.json"
fi
echo "# the reuse of the pid is $how${try:+ after $try tries}"
old reuse
run 0 'a heartbeat whose pid is another'\''s now' eros-reap
is_file out '' 'ends nobody'
alive "$pid"
ok $? 'the other lives'
run 0 'and is not listed as it' eros-reap --list
is "$(member state <out | xargs -n 1 | sort -u)" gone 'it is gone'
rm "$beats"/*

# Two reapers at once: each process is ended once, and told once. Again and again.
cat >counter <<'END'
told=
trap 'echo term >>"$0.$$"; told=yes' TERM
echo >"$0.ready.$$"
while [ ! "$told" ]; do sleep 600 & wait; done
sleep 0.1 # for a second one
END
once=0 told=0 rounds=20
for _ in $(seq $rounds); do
	victims=''
	for i in 1 2 3; do
		begin sh ./counter
		victims="$victims $pid"
		wait_for 10 test -e "counter.ready.$pid"
		eros-beat -p "$pid" "v$i"
	done
	old v1 v2 v3
	eros-reap --grace 60 >one &
	first=$!
	eros-reap --grace 60 >two
	wait $first
	[ "$(cat one two | grep -v below | sed 's/.*"pid":\([0-9]*\).*/\1/' | sort -n | xargs)" = "$(echo "$victims" | xargs -n 1 | sort -n | xargs)" ] && told=$((told + 1))
	[ "$(for v in $victims; do wc -l <"counter.$v"; done | xargs)" = '1 1 1' ] && once=$((once + 1))
done
is $told $rounds 'two reapers tell each once'
is $once $rounds 'and each got SIGTERM once'

# Hostile heartbeat files.
chmod 711 "$TMP"
agent good
old good
good=$pid
ln -s /etc/passwd "$beats/link.1.json"
mkfifo "$beats/fifo.2.json"
truncate -s 1G "$beats/huge.3.json"
echo '{"pid":' >"$beats/cut.4.json"
: >"$beats/empty.5.json"
mkdir "$beats/dir.6.json"
sed 's,"agent":"good","agent":"../good",' "$beats/good.$good.json" >"$beats/slash.7.json"
cp "$beats/good.$good.json" "$beats/other.$good.json"
cp "$beats/good.$good.json" "$beats/good"
head -c 4096 /dev/urandom >"$beats/noise.8.json"
begin sleep 600
eros-beat -p "$pid" future
touch -d '1 hour' "$beats"/future.*
if [ "$(id -u)" -ne 0 ]; then
	cp "$beats/good.$good.json" "$beats/secret.9.json"
	chmod 0 "$beats/secret.9.json"
fi
run 65 'hostile files' eros-reap
is "$(member pid <out)" "$good" 'the stale one is ended all the same'
for name in link.1 fifo.2 huge.3 cut.4 empty.5 dir.6 slash.7 noise.8 "other.$good"; do
	like_file err "^eros-reap: heartbeat file $name.json: " "$name is reported"
done
like_file err '^eros-reap: heartbeat file good: its name is not AGENT.PID.json' 'as is a wrong name'
like_file err "^eros-reap: heartbeat file future.$pid.json: its beat lies in the future" 'and a beat in the future'
alive "$pid"
ok $? 'whose process lives'
is "$(stat -c %s "$beats/huge.3.json")" 1073741824 'nothing of theirs is removed'
run 65 'and tidied' eros-reap --tidy
is "$(find "$beats" | wc -l)" 11 'they stay, but for the one whose process has gone'
rm -rf "$beats"
mkdir -m 700 "$beats"
if [ "$(id -u)" -eq 0 ]; then
	chown -R 65534 "$EROS_HOME"
	echo '{}' >"$beats/secret.9.json"
	chmod 600 "$beats/secret.9.json"
	as_nobody eros-reap >out 2>err
	is $? 65 'an unreadable file'
	like_file err '^eros-reap: heartbeat file secret.9.json: Permission denied' 'is reported'
	chown -R 0 "$EROS_HOME"
	rm "$beats/secret.9.json"
fi

# A reaper that is killed: the next one ends and tells what it had begun.
begun=$EROS_HOME/reap/$(uname -n).jsonl
# half NAME: a process that heeds no SIGTERM, and a reaper that was killed as it waited for it.
half() {
	begin sh -c 'trap "" TERM; : >"$0"; while :; do sleep 0.05; done' "$1.ready"
	wait_for 10 test -e "$1.ready"
	eros-beat -p "$pid" "$1"
	old "$1"
	eros-reap --grace 600 >out &
	reaper=$!
	wait_for 10 grep -qs "\"agent\":\"$1\"" "$begun"
	{ kill -9 $reaper && wait $reaper; } 2>/dev/null
}
half half
is "$(alive "$pid"; cat out)" '' 'a killed reaper tells nothing'
run 0 '--list' eros-reap --list
run 0 'and --dry-run' eros-reap --dry-run --stale off
is_file out '' 'leave it so'
run 0 'the next one, whatever it is asked for' eros-reap --tidy --grace 0
like "$(grep "\"pid\":$pid," out)" '"agent":"half",.*"action":"ended","signal":9,"cause":"stale","reason":"no beat for 36[0-9]+ s' 'ends it, for the same reason'
dead "$pid" && [ ! -e "$begun" ] && [ -z "$(ls "$beats")" ]
ok $? 'and nothing of it is left'
half half
kill -9 "$pid"
wait_for 10 dead "$pid"
run 0 'with interventions, of which there are none' eros-reap --records </dev/null
is "$(member pid <out | cut -d' ' -f1) $(member action <out | cut -d' ' -f1) $(member cause <out | cut -d' ' -f1)" "$pid gone stale" 'what has gone meanwhile is told'
[ -z "$(ls "$beats")" ]
ok $? 'and its heartbeat removed'
printf '{bad\n' >"$begun"
run 0 'where that is garbled' eros-reap
like_file err 'is damaged: what is good of it was read' 'it is reported'
run 0 'once' eros-reap
is_file err '' 'and no more'

# Signals: what was begun is finished.
begin sh -c 'trap "echo >told" TERM; echo >ready; while [ ! -e go ]; do sleep 0.02; done'
wait_for 10 test -e ready
eros-beat -p "$pid" last
old last
eros-reap --grace 60 >out &
reaper=$!
wait_for 10 test -e told
kill -TERM $reaper
echo >go
wait $reaper
is $? 143 'TERM to eros-reap'
dead "$pid"
ok $? 'comes when the process has ended'
is "$(member action <out | xargs -n 1 | sort -u)" ended 'and that was told'

# Misuse.
run 64 'an operand' eros-reap x
run 64 'a bad pattern' eros-reap --match '('
like_file err 'missing closing parenthesis at column 2' 'with the column'
run 64 'a bad number' eros-reap --keep many
run 64 'a bad duration' eros-reap --stale soon
run 64 'a bad word' eros-reap --by name
run 64 '--by match alone' eros-reap --by match
run 64 'an unknown option' eros-reap --frobnicate
run 0 help eros-reap --help
run 71 'no directory to be made' env EROS_HOME=/proc/nowhere eros-reap --list
run 73 'nor a lock' env EROS_HOME=/proc/nowhere eros-reap
agent full
eros-reap --list >/dev/full 2>err
is $? 74 'a full device'
like_file err '^eros-reap: cannot write stdout: No space left' 'is reported'
done_testing
