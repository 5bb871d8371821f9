#!/bin/sh
# Heartbeats: whose they are, and that no beat is dated when its process was not alive.
# shellcheck disable=SC2016 # the inner shells are to expand
. "${srcdir:-.}/t/tap.sh"

beats=$EROS_HOME/beats
age() { echo $(($(date +%s) - $(stat -c %Y "$1"))); }
back() { touch -d '1 hour ago' "$1"; }

sleep 600 &
agent=$!
file=$beats/a1.$agent.json
run 64 'options go first' eros-beat a1 -p "$agent"
run 0 'a heartbeat' eros-beat --pid "$agent" a1
is "$(cat out err)" '' 'nothing is said'
is "$(stat -c %a "$beats" "$file" | xargs)" '700 600' 'directory 0700, file 0600'
like "$(cat "$file")" "^\{\"type\":\"beat\",\"ts\":[0-9.]+,\"agent\":\"a1\",\"pid\":$agent,\"started\":$(awk '{ print $22 }' "/proc/$agent/stat"),\"boot\":\"$(cat /proc/sys/kernel/random/boot_id)\",\"pidns\":$(stat -Lc %i /proc/self/ns/pid),\"host\":\"$(uname -n)\"\}$" 'the identity is inside'
inode=$(stat -c %i "$file")
back "$file"
run 0 'another' eros-beat --pid "$agent" a1
[ "$(age "$file")" -lt 60 ]
ok $? 'dates it anew'
is "$(stat -c %i "$file")" "$inode" 'the file is the same'
run 0 'with a specialty' eros-beat -p "$agent" -s code a1
like_file "$file" '"specialty":"code"' 'it is inside'
inode=$(stat -c %i "$file")
run 0 'the same again' eros-beat -p "$agent" -s code a1
is "$(stat -c %i "$file")" "$inode" 'only dates it'
run 0 'without one' eros-beat -p "$agent" a1
like_file "$file" '"specialty":"code"' 'it stays'

# Whose it is by default.
sh -c 'eros-beat me; echo $$ >pid'
like "$(ls "$beats")" "^me\.$(cat pid)\.json$" 'the parent by default'
run 0 'EROS_AGENT_PID goes first' env EROS_AGENT_PID="$agent" eros-beat env
like "$(ls "$beats")" "^env\.$agent\.json$" 'and is used'
run 78 'EROS_AGENT_PID that is no pid' env EROS_AGENT_PID=x1 eros-beat env
env EROS_RUN_ID=r1 sleep 600 &
of_run=$!
wait_for 10 grep -qz '^EROS_RUN_ID=r1$' "/proc/$of_run/environ"
run 0 'of the same run' env EROS_RUN_ID=r1 EROS_AGENT_PID="$of_run" eros-beat run
like "$(cat "$beats/run.$of_run.json")" '"run":"r1"' 'the run is inside'
run 66 'of another run' env EROS_RUN_ID=r2 EROS_AGENT_PID="$of_run" eros-beat other
like_file err 'is not the agent.s any more' 'is refused'
test ! -e "$beats/other.$of_run.json"
ok $? 'and no file made'
run 0 'several processes serve one agent' eros-beat -p "$of_run" a1
is "$(find "$beats" -name 'a1.*.json' | wc -l)" 2 'each with its file'

# Never another's, never a dead one's.
sed 's/"started":[0-9]*/"started":1/' "$file" >earlier
cp earlier "$file"
run 0 'where an earlier process of this pid left its file' eros-beat -p "$agent" a1
unlike "$(cat "$file")" '"started":1,' 'it is replaced, not refreshed'
kill "$of_run"
wait "$of_run" 2>/dev/null
back "$beats/a1.$of_run.json"
run 66 'a dead process' eros-beat -p "$of_run" a1
like_file err "^eros-beat: pid $of_run: No such process" 'is named'
[ "$(age "$beats/a1.$of_run.json")" -gt 3000 ]
ok $? 'and its file not refreshed'
sh -c 'sleep 0.1 & exec sleep 600' &
parent=$!
zombie=
find_zombie() { zombie=$(cat /proc/[0-9]*/stat 2>/dev/null | awk -v p="$parent" '$3 == "Z" && $4 == p { print $1 }'); [ -n "$zombie" ]; }
wait_for 10 find_zombie
run 66 'a zombie' eros-beat -p "$zombie" a1

# What lies in the way.
rm "$file"
ln -s /etc/passwd "$file"
run 0 'a link is replaced' eros-beat -p "$agent" a1
test ! -L "$file"
ok $? 'not followed'
rm "$file"
mkfifo "$file"
run 0 'a FIFO too' eros-beat -p "$agent" a1
truncate -s 1G "$file"
run 0 'a gigabyte too' eros-beat -p "$agent" a1
[ "$(stat -c %s "$file")" -lt 8192 ]
ok $? 'by a small file'
rm "$file"
mkdir "$file"
run 73 'a directory is not' eros-beat -p "$agent" a1

# Misuse.
run 64 'no agent' eros-beat
run 64 'two agents' eros-beat a b
run 64 'a bad pid' eros-beat -p -1 a
run 64 'an unknown option' eros-beat --frobnicate a
for name in '' a/b .. 'a b' "$(printf %0200d 0)"; do
	run 64 "a bad name: '$name'" eros-beat "$name"
done
run 0 help eros-beat --help
run 73 'no directory to be made' env EROS_HOME=/proc/nowhere eros-beat -p "$agent" a1
chmod 711 "$TMP"
mkdir -m 0 forbidden
EROS_HOME=$TMP/forbidden
run 77 'no right to the directory' as_nobody eros-beat a1
kill "$agent" "$parent"
done_testing
