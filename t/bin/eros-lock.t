#!/bin/sh
# Running a command under a lock: exclusion, waiting, what a killed eros-lock leaves, reports.
# shellcheck disable=SC2016 # the inner shells are to expand
. "${srcdir:-.}/t/tap.sh"

locks=$EROS_HOME/locks

# held NAME…: in the background, hold the lock until ./go-NAME is there; returns when it has it. Options go first.
hold() {
	for hold_name; do :; done
	rm -f "go-$hold_name" "has-$hold_name"
	eros-lock "$@" -- sh -c 'echo $$ >"has-$0"; while [ ! -e "go-$0" ]; do sleep 0.02; done' "$hold_name" &
	hold_pid=$!
	wait_for 10 test -s "has-$hold_name"
}
let_go() {
	: >"go-$1"
	wait "$hold_pid"
}
gone() { ! kill -0 "$1" 2>/dev/null; }

# The command and its status.
run 0 'runs a command' eros-lock a -- echo hello
is_file out hello 'its output is its own'
run 0 'without -- too' eros-lock a echo hello
run 7 'its status is passed on' eros-lock a -- sh -c 'exit 7'
run 143 'a signal it died of is 128 plus' eros-lock a -- sh -c 'kill -TERM $$'
run 127 'not found' eros-lock a -- ./no-such-command
like_file err '^eros-lock: \./no-such-command: No such file' 'and named'
: >plain
run 126 'not executable' eros-lock a -- ./plain
like_file err '^eros-lock: \./plain: Permission denied' 'and named'
echo in | eros-lock a -- cat >out
is_file out in 'stdin is the command'\''s'
is "$(stat -c %a "$locks" "$locks/a.lock" | xargs)" '700 600' 'the directory has mode 0700, the file 0600'
is "$(ls "$locks")" a.lock 'the lock file stays, the holder file does not'

# Misuse.
run 64 'no lock' eros-lock
run 64 'no command' eros-lock a
run 64 'no command after --' eros-lock a --
run 64 'an unknown option' eros-lock --frobnicate a -- true
run 64 'a bad duration' eros-lock -w soon a -- true
run 64 'a bad status' eros-lock -E 300 a -- true
run 64 'a report to nowhere' eros-lock --report 77 a -- true
for name in '' a/b .. 'a b' "$(printf %0200d 0)"; do
	run 64 "a bad name: '$name'" eros-lock "$name" -- true
done
run 0 help eros-lock --help
like_file out 'Usage: eros-lock' 'on stdout'
run 64 '--list with an operand' eros-lock --list a
run 77 'no right to the directory' env EROS_HOME="$TMP/forbidden" sh -c '
	mkdir "$EROS_HOME"; chmod 711 "$TMP"; chmod 0 "$EROS_HOME"
	if [ "$(id -u)" -eq 0 ]; then exec setpriv --reuid=65534 --regid=65534 --clear-groups -- "$0" a -- true; fi
	exec "$0" a -- true' "$(command -v eros-lock)"
run 73 'no directory to be made' env EROS_HOME=/proc/nowhere eros-lock a -- true

# Exclusion, and what is said of the holder.
hold a
run 75 'not a second one' eros-lock -n a -- true
like_file err '^eros-lock: a is held by pid [0-9]+ since 20[0-9T:.-]+Z: sh -c echo' 'the holder is named'
is "$(sed 's/.* pid \([0-9]*\).*/\1/' err)" "$hold_pid" 'by its pid'
tap_without 'limits of waits' 'a short wait' || run 75 'nor after a short wait' eros-lock -w 50ms a -- true
run 9 'with a status of its own' eros-lock -n -E 9 a -- true
run 0 'another lock is free' eros-lock -n b -- true
run 75 'not even shared' eros-lock -n -s a -- true
run 75 'json' env EROS_LOG=json eros-lock -n a -- true
like_file err '"error":"lock_timeout"' 'has the name of the error'
is "$(eros-lock --list | grep '"lock":"a"' | grep -c "\"state\":\"held\",\"mode\":\"exclusive\",\"pid\":$hold_pid,")" 1 'it is listed'
is "$(eros-lock --list | grep '"lock":"b"' | sed 's/"ts":[0-9.]*/TS/')" '{"type":"lock",TS,"lock":"b","state":"free"}' 'as is a free one'
eros-lock --list >/dev/full 2>err
is $? 74 'a full device'
(sleep 0.2; : >go-a) &
run 0 'waiting, it is had' eros-lock -w 20 a -- true
wait "$hold_pid"

# Shared.
hold -s a
run 0 'shared twice' eros-lock -n -s a -- true
run 75 'but not exclusive' eros-lock -n a -- true
like "$(eros-lock --list | grep '"lock":"a"')" '"mode":"shared"' 'listed as shared'
let_go a

# flock(1) and others on the same file.
hold a
flock -n "$locks/a.lock" true
is $? 1 'flock(1) is kept out'
perl -e 'open my $f, "<", shift or die; exit(flock($f, 6) ? 0 : 1)' "$locks/a.lock"
is $? 1 'perl is kept out'
let_go a
flock "$locks/a.lock" sh -c 'eros-lock -n a -- true; echo $?' >out 2>err
is_file out 75 'flock(1) keeps it out'
like_file err 'a is held by pid [0-9]+: flock ' 'and is named'
perl -e 'open my $f, "<", shift or die; flock($f, 2); exit(system("eros-lock -n a -- true 2>/dev/null") >> 8)' "$locks/a.lock"
is $? 75 'perl keeps it out'
if command -v python3 >/dev/null && python3 -c 'import fcntl' 2>/dev/null; then
	cat >lock.py <<-'END'
	import fcntl, subprocess, sys
	f = open(sys.argv[1])
	try:
	    fcntl.flock(f, fcntl.LOCK_EX | fcntl.LOCK_NB)
	except BlockingIOError:
	    sys.exit(1)
	sys.exit(subprocess.run(["eros-lock", "-n", "a", "--", "true"], stderr=subprocess.DEVNULL).returncode)
	END
	hold a
	python3 lock.py "$locks/a.lock"
	is $? 1 'fcntl.flock of Python is kept out'
	let_go a
	python3 lock.py "$locks/a.lock"
	is $? 75 'fcntl.flock of Python keeps it out'
else
	ok 0 'fcntl.flock of Python # SKIP there is no python3'
fi

# A file of the user's own.
run 0 'a file' eros-lock --file f.lck -- true
run 0 'in another directory' eros-lock --file "$TMP/f.lck" -- sh -c 'ls "$TMP"/f.lck.*.json | wc -l'
is_file out 1 'the holder is told beside it'
flock f.lck sh -c 'eros-lock -n --file f.lck -- true; echo $?' >out 2>err
is_file out 75 'flock(1) keeps it out there'
run 0 'a directory' eros-lock --file "$TMP" -- true
run 73 'no such directory' eros-lock --file none/f -- true

# Children left behind do not keep the lock, unless they are let.
run 0 'a child is left behind' eros-lock a -- sh -c 'sleep 60 >/dev/null 2>&1 & echo $!'
left=$(cat out)
run 0 'it does not keep the lock' eros-lock -n a -- true
kill "$left"
run 0 'with --keep-open' eros-lock --keep-open a -- sh -c 'sleep 60 >/dev/null 2>&1 & echo $!'
left=$(cat out)
run 75 'it does' eros-lock -n a -- true
like_file err 'ended; left to its children' 'and that is said'
like "$(eros-lock --list | grep '"lock":"a"')" '"state":"held".*"left":true' 'and listed'
kill "$left"
run 0 'until it has gone' eros-lock -w 20 a -- true

# eros-lock killed: the command is ended, and until it has gone the lock stays with it.
hold a
command_pid=$(cat has-a)
kill -9 "$hold_pid"
wait "$hold_pid" 2>/dev/null
wait_for 10 gone "$command_pid"
ok $? 'eros-lock is killed and the command with it'
run 0 'the lock is free then' eros-lock -w 20 a -- true
is "$(eros-lock --list | grep -c '"state":"held"')" 0 'and nobody is said to hold it'

# TERM and INT: the command first.
eros-lock a -- sh -c 'trap "echo told; exit 3" TERM; : >ready; while :; do sleep 0.02; done' >out &
wait_for 10 test -e ready
kill -TERM $!
wait $!
is $? 3 'TERM goes to the command, and its status comes back'
is_file out told 'which ends in its own way'

# --exec
run 0 '--exec becomes the command' eros-lock --exec a -- sh -c 'eros-lock --list | grep -c "\"pid\":$$,"'
is_file out 1 'which is then the holder'
is "$(find "$locks" -name 'a.*.json' | wc -l)" 1 'what others left was removed'
run 127 '--exec of nothing' eros-lock --exec a -- ./no-such-command
run 0 'leaves the lock free' eros-lock -n a -- true
is "$(find "$locks" -name 'a.*.json' | wc -l)" 0 'and nothing beside it'

# --report
run 0 'a report' eros-lock --report 3 a -- sh -c 'exit 0' 3>report
is "$(sed 's/.*"event":"\([a-z_]*\)".*/\1/' report | xargs)" 'acquired released' 'acquired and released'
like "$(cat report)" '"event":"released","mode":"exclusive","pid":[0-9]+,"started":[0-9]+,"held":[0-9.e-]+,"status":0}' 'with the status'
tap_without 'limits of waits' 'a report of one' || {
	flock "$locks/a.lock" eros-lock --report 3 -w 20ms a -- true 3>report 2>err
	is "$(sed 's/.*"event":"\([a-z_]*\)".*/\1/' report | xargs)" 'waited timed_out' 'waited and timed out'
	like "$(cat report)" '"status":75,"holders":\[{"pid":[0-9]+,"started":[0-9]+,"command":"flock ' 'with the holder'
}
eros-lock --report 3 a -- sh -c 'echo leaked >&3' 3>report 2>err
is "$(grep -c leaked report)" 0 'the command does not have the descriptor'

mkfifo reports
(exec 4<reports; wait_for 10 test -e held) &
reader=$!
eros-lock --report 3 a -- sh -c ": >held; while kill -0 $reader 2>/dev/null; do sleep 0.02; done; exit 6" 3>reports 2>err
is $? 6 "a reader of reports that goes away ends nothing"
like_file err "^eros-lock: --report 3: Broken pipe" "and that is said"

# It links nothing but libc.
ldd "$builddir/bin/eros-lock" >libs 2>&1
is "$(grep -vEc 'linux-vdso|/ld-linux|libc\.so|statically linked|not a dynamic executable|lib[alu][a-z]*san\.so|lib(m|gcc_s|pthread|dl|rt|stdc\+\+)\.so' libs)" 0 'it links libc only'

# Hostile holder files harm nothing.
ln -s /etc/passwd "$locks/a.1.json"
mkfifo "$locks/a.2.json"
echo '{"pid":' >"$locks/a.3.json"
flock "$locks/a.lock" sh -c 'eros-lock -n a -- true; echo $?' >out 2>err
is_file out 75 'a link, a FIFO and a garbled file beside the lock'
run 0 'nor keep it from being listed' eros-lock --list
rm "$locks/c.lock" 2>/dev/null
ln -s "$TMP/elsewhere" "$locks/c.lock"
run 73 'a lock file that is a link is not followed' eros-lock c -- true
test ! -e elsewhere
ok $? 'and nothing is made where it leads'
done_testing
