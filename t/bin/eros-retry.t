#!/bin/sh
# eros-retry: tries and delays, what is tried again, the same input each time, output, limits, signals.
# shellcheck source=t/tap.sh disable=SC2016,SC2317 # what the commands expand; called by wait_for
. "${srcdir:-.}/t/tap.sh"

# Whether process PID has gone; a zombie has.
gone() { ! grep -q '^State:.[^ZX]' "/proc/$1/status" 2>/dev/null; }
all_gone() {
	while read -r pid; do
		gone "$pid" || return 1
	done <"$1"
}
has() { [ -s "$1" ]; }
has_lines() { [ -e "$2" ] && [ "$(wc -l <"$2")" -ge "$1" ]; }

# The values of the member KEY in the records of ./report.
member() { sed -n "s/.*\"$1\":\\(\"[^\"]*\"\\|[^,}]*\\).*/\\1/p" report | tr -d '"' | tr '\n' ' '; }

# reported STATUS NAME ARG…: as run, with a ./report.
reported() {
	tap_status=$1 tap_title=$2
	shift 2
	run "$tap_status" "$tap_title" sh -c 'exec eros-retry --report 9 "$@" 9>report' sh "$@"
}

# --- tries

run 0 'a command that succeeds' eros-retry -- printf '%s|' a 'b c'
is_file out 'a|b c|' 'is run once, and its output shown'
is_file err '' 'and nothing said'
run 0 'one that succeeds at last' eros-retry --base 0.001 -- sh -c 'echo "try $EROS_ATTEMPT"; [ "$EROS_ATTEMPT" = 2 ]'
is_file out 'try 2' 'shows the output of that try alone'
is "$(grep -c '^eros-retry: attempt [01] ended with status 1, again in ' err)" 2 'and says of the others that they failed'
run 3 'one that never does' eros-retry --base 0.001 -- sh -c 'echo x; echo "$EROS_ATTEMPT" >&2; exit 3'
is_file out '' 'shows no output'
is "$(grep -x '[0-9]*' err | tr '\n' ' ')" '0 1 2 3 4 ' 'after five tries, whose stderr is that of eros-retry'
like_file err '^eros-retry: attempt 4 ended with status 3: it was the last one' 'which is said'
run 3 'with -q' eros-retry -q -n 2 --base 0.001 -- sh -c 'exit 3'
is_file err '' 'nothing is said'
run 1 'with --stream' eros-retry -q --stream -n 3 --base 0.001 -- sh -c 'echo "try $EROS_ATTEMPT"; false'
is "$(tr '\n' ' ' <out)" 'try 0 try 1 try 2 ' 'each try is shown'
run 0 'without a limit' eros-retry -n 0 -q --base 0 -- sh -c '[ "$EROS_ATTEMPT" = 12 ]'
run 0 'with a limit of a billion' eros-retry -n 1000000000 -q --base 0 -- sh -c '[ "$EROS_ATTEMPT" = 2 ]'
run 1 'no delay follows the last try' timeout 60 eros-retry -q -n 1 --base 1000 --jitter none --max 1000 -- false
run 0 'nor success' timeout 60 eros-retry -q -n 5 --base 1000 --jitter none --max 1000 -- true

reported 1 'without jitter' -q -n 6 --base 0.001 --jitter none -- false
is "$(member delay)" '0.001 0.002 0.004 0.008 0.016 ' 'each delay is twice that before'
is "$(member attempt)" '0 1 2 3 4 5 ' 'and each try is told'
reported 1 'with --max' -q -n 6 --base 0.001 --jitter none --max 0.003 -- false
is "$(member delay)" '0.001 0.002 0.003 0.003 0.003 ' 'the delays have a limit'
reported 1 'with jitter' -q -n 9 --base 0.001 --max 0.002 -- false
is "$(member delay | tr ' ' '\n' | awk '$1 > 0.002 || $1 < 0 { n++ } END { print n + 0 }')" 0 'they are below that'
[ "$(member delay | tr ' ' '\n' | sort -u | wc -l)" -gt 3 ]
ok $? 'and differ'

# --- what is tried again

for status in 125 126 127; do
	reported $status "status $status" -q --base 0 -- sh -c "exit $status"
	is "$(member reason)" 'permanent ' 'is permanent'
done
run 127 'a command that is not there' eros-retry -- ./none
is_file err 'eros-retry: ./none: No such file or directory' 'is named'
echo >plain
run 126 'one that cannot be executed' eros-retry -- ./plain
reported 126 '126 where --on lists it' -q -n 2 --base 0 --on 100-126 -- sh -c 'exit 126'
is "$(member reason)" 'exhausted ' 'is tried again'
reported 4 '--on' -q -n 3 --base 0 --on 1-3,75 -- sh -c 'exit $((EROS_ATTEMPT + 3))'
is "$(member status)" '3 4 ' 'lists what is tried again, and nothing else is'
reported 3 '--stop' -q -n 9 --base 0 --on 1-9 --stop 3,TERM -- sh -c 'exit $((EROS_ATTEMPT + 1))'
is "$(member status)" '1 2 3 ' 'goes before that'
reported 137 'a signal by name' -q -n 9 --base 0 --stop SIGKILL -- sh -c '[ "$EROS_ATTEMPT" = 1 ] && kill -9 $$; kill -15 $$'
is "$(member status)" '143 137 ' 'counts as the status of a shell'

# --- the same input each time

seq 1 3 >input
{
	read -r first
	run 0 'a file' eros-retry -q --base 0 -- sh -c 'read -r x; echo "$0 $x"; [ "$EROS_ATTEMPT" = 2 ]' "$first"
} <input
is_file out '1 2' 'is rewound to where it was'
{
	eros-retry -q -- head -c 2 >/dev/null
	cat >rest
} <input
is_file rest '2
3' 'and left where the last try left it'
seq 1 100000 >long
run 0 'a pipe' sh -c 'cat long | eros-retry -q --base 0 -- sh -c "cksum; [ \$EROS_ATTEMPT = 2 ]"'
is_file out "$(cksum <long)" 'is read anew by each try'
run 0 'a pipe of which a try reads only a part' sh -c \
	'cat long | eros-retry -q --base 0 -- sh -c "[ \$EROS_ATTEMPT = 2 ] || { head -5; exit 1; }; cksum"'
is_file out "$(cksum <long)" 'too'
run 0 'an endless one' sh -c 'yes | timeout 60 eros-retry -q --base 0 -- sh -c "head -1; [ \$EROS_ATTEMPT = 1 ]"'
is_file out 'y' 'can be read at once, and again'
mkfifo quiet
eros-retry -- sh -c 'echo started >started; cat' <quiet >out 2>err &
runner=$!
exec 8>quiet
wait_for 60 has started
ok $? 'a command starts before there is input'
echo late >&8
exec 8>&-
wait $runner
is "$? $(cat out)" '0 late' 'and gets it as it comes'
run 1 'more input than --spool' sh -c 'cat long | eros-retry --spool 100K -n 5 --base 0 -- sh -c "cksum >sum; exit 1"'
is_file sum "$(cksum <long)" 'is given in full'
like_file err 'ended with status 1: standard input is longer than --spool' 'but only once'
run 0 'an empty input' sh -c ': | eros-retry -q --base 0 -- sh -c "cat; [ \$EROS_ATTEMPT = 1 ]"'
run 0 'a closed one' sh -c 'eros-retry -q --base 0 -- sh -c "cat; [ \$EROS_ATTEMPT = 1 ]" <&-'

# --- output

run 0 'a big output' eros-retry -q --base 0 -- sh -c 'cat long; [ "$EROS_ATTEMPT" = 1 ]'
is "$(cksum <out)" "$(cksum <long)" 'is kept on disk, whole, and only once'
run 0 'bytes of any kind' eros-retry -- printf 'a\000\377b'
is "$(od -An -tx1 out)" ' 61 00 ff 62' 'are kept'
run 0 'last words of what is left behind' eros-retry -- sh -c 'echo late & echo now'
is "$(sort out | tr '\n' ' ')" 'late now ' 'are waited for, for a moment'
run 74 'no room for the output' env TMPDIR="$TMP/none" eros-retry -- cat long
like_file err '^eros-retry: cannot keep what it reads or prints: No such file' 'is an error'
run 74 'no room for the input' sh -c 'cat long | TMPDIR=none eros-retry -- sh -c "cat >/dev/null"'
run 74 'a file that may not grow' sh -c 'ulimit -f 200; trap "" XFSZ; exec eros-retry -- cat long'
like_file err '^eros-retry: cannot keep what it reads or prints: ' 'is an error'
run 74 'a full device' sh -c 'eros-retry -- echo x >/dev/full'
like_file err '^eros-retry: cannot write stdout: No space left' 'too'
run 74 'a closed stdout' sh -c 'eros-retry -- echo x >&-'
sh -c 'eros-retry -- cat long; echo $? >status' | :
is_file status 141 'a reader that went away ends it as SIGPIPE would'

# --- what the command finds

run 0 'signals are as they were' eros-retry -- grep -E '^Sig(Blk|Ign)' /proc/self/status
is_file out "$(grep -E '^Sig(Blk|Ign)' /proc/self/status)" 'neither blocked nor ignored by eros-retry'
run 0 'descriptors' sh -c 'exec eros-retry --report 9 -- sh -c "ls /proc/self/fd | sort -n | tr \"\\n\" \" \"" 9>report'
is_file out "$(sh -c 'ls /proc/self/fd | sort -n | tr "\n" " "')" 'are those that eros-retry was given'

# --- limits

# They are waited for beside one another, since each needs the time to get going.
mkdir -p alone/bin
cp "$builddir/bin/eros-retry" alone/bin
alone/bin/eros-retry -q -n 1 --attempt-timeout 4 -- sh -c 'echo $$ >alone.pids; exec sleep 1000' >alone.out 2>alone.err &
alone=$!
eros-retry -q -n 1 --attempt-timeout 4 --grace 0.1 -- \
	sh -c 'trap "" TERM; echo >deaf; while :; do sleep 1000; done' >deaf.out 2>deaf.err &
deaf=$!
reported 124 'a limit for each try' -q -n 2 --base 0 --attempt-timeout 3 -- sh -c \
	'setsid sh -c "echo \$\$ >>pids; exec sleep 1000" & sleep 1000'
is "$(member diagnosis)$(member status)" 'timeout timeout 124 124 124 ' 'ends it, with status 124'
all_gone pids
ok $? 'and all that it started'
is "$(wc -l <pids)" 2 'each time'
wait $deaf
is "$? $(wc -l <deaf)" '124 1' 'a command that ignores TERM is killed after the grace'
wait $alone
is $? 124 'without its helper'
all_gone alone.pids
ok $? 'the command is ended all the same'
reported 124 '--deadline' -q -n 0 --base 0.01 --deadline 1 -- sh -c '[ "$EROS_ATTEMPT" = 0 ] || sleep 1000; exit 3'
is "$(member reason)$(member diagnosis)" 'deadline timeout ' 'ends the try that is running'
reported 3 'a deadline' -n 9 --base 1000 --max 1000 --jitter none --deadline 900 -- sh -c 'exit 3'
is "$(member reason)" 'deadline ' 'that another try cannot meet is not waited for'
like_file err 'ended with status 3: the deadline leaves no time for another' 'which is said'
like_file report '^\{"type":"retries_exhausted","ts":[0-9.]+,"attempts":1,"status":3\}$' 'and told'

rm -f pids
run 1 'what a failed try leaves running' eros-retry -q -n 2 --base 0 -- \
	sh -c 'setsid setsid sh -c "echo \$\$ >>pids; exec sleep 1000" & while ! [ "$(wc -l <pids)" -gt "$EROS_ATTEMPT" ]; do :; done 2>/dev/null; false'
all_gone pids
ok $? 'is ended'
is "$(wc -l <pids)" 2 'after each of them'
rm -f pids
run 0 'what a successful one leaves running' eros-retry -- \
	sh -c 'setsid sh -c "echo \$\$ >pids; exec sleep 1000" >/dev/null 2>&1 & while ! [ -s pids ]; do :; done'
gone "$(cat pids)"
is $? 1 'stays'
kill "$(cat pids)"

# --- signals

for signal in TERM HUP INT; do
	rm -f pids
	env --default-signal=INT eros-retry --base 0 -- sh -c 'trap "echo bye >&2; exit 7" TERM INT HUP
		setsid sh -c "echo \$\$ >>pids; exec sleep 1000" & echo $$ >>pids; while :; do sleep 0.02; done' >out 2>err &
	runner=$!
	wait_for 60 has_lines 2 pids
	kill -$signal $runner
	wait $runner
	is $? 7 "$signal ends the command, and its status is passed on"
	all_gone pids
	ok $? 'with all that it started'
	like_file err '^bye' 'after its last words'
done
: >err # what was there is not to be taken for this one's
eros-retry -n 2 --base 1000 --max 1000 --jitter none -- false >out 2>err &
runner=$!
wait_for 60 has err
kill $runner
wait $runner
is $? 143 'TERM ends a delay'
rm -f pids
eros-retry --grace 1000 -- sh -c 'trap "" TERM; echo $$ >pids; while :; do sleep 1000; done' >out 2>err &
runner=$!
wait_for 60 has pids
kill $runner
helped() { [ "$(wc -w <"/proc/$runner/task/$runner/children")" -eq 2 ]; }
wait_for 60 helped
sleep 0.3
kill $runner
wait $runner
is $? 137 'a second signal does not wait for the grace'
# At any moment of its start; the command writes its pid as soon as it has one.
: >pids
for i in 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9; do
	eros-retry -- sh -c 'echo $$ >>pids; exec sleep 1000' >out 2>err &
	runner=$!
	sleep 0.00$i
	kill -9 $runner
	wait $runner
done
wait_for 60 all_gone pids
ok $? 'kill -9 leaves no command running'

# --- a time that the command asks for

# after TEXT ARG…: a command that writes TEXT to the file and fails; then one that does not.
after() {
	text=$1
	shift
	reported "$@" --retry-after-file after -- sh -c '[ "$EROS_ATTEMPT" -gt 0 ] && exit 0; printf "%s" "$0" >"$EROS_RETRY_AFTER_FILE"; exit 3' "$text"
}
after 0 0 'seconds' -q --base 1000 --jitter none
is "$(member delay)" '0 ' 'are waited for in place of the delay'
after 0.25 0 'a fraction' -q --base 1000 --jitter none
is "$(member delay)" '0.25 ' 'too'
after 'Sun, 06 Nov 1994 08:49:37 GMT' 0 'a date of HTTP' -q --base 1000 --jitter none
is "$(member delay)" '0 ' 'that has passed is not waited for'
after '1994-11-06T08:49:37Z' 0 'nor one of RFC 3339' -q --base 1000 --jitter none
after 7200 3 'a time beyond the deadline' -q --deadline 3600
is "$(member reason)" 'deadline ' 'is not waited for'
after "$(date -ud '+2 hours' '+%a, %d %b %Y %H:%M:%S GMT')" 3 'a date beyond the deadline' -q --deadline 3600
is "$(member reason)" 'deadline ' 'neither'
after soon 0 'anything else' --base 0.001
like_file err '^eros-retry: after: neither seconds nor a date$' 'is said, and the delay is the usual'
echo 7200 >after
run 0 'what stood there before' eros-retry -q --base 0.001 --deadline 3600 --retry-after-file after -- sh -c '[ "$EROS_ATTEMPT" = 1 ]'
mkfifo pipe
run 66 'what is no file' eros-retry --retry-after-file pipe -- true
like_file err '^eros-retry: pipe: not a regular file' 'is refused'

# --- a budget

for i in 1 2 3; do
	eros-retry -q -n 4 --base 0 --budget b1 --budget-floor 4 --budget-share 0 --budget-window 10h --report 9 -- false 9>>reports
done
is "$? $(grep -c '"delay"' reports) $(grep -c '"reason":"exhausted"' reports) $(grep -c '"reason":"budget"' reports)" '1 4 1 2' \
	'retries beyond the budget are not made'
run 3 'without budget' eros-retry -n 4 --base 0 --budget b1 --budget-floor 4 --budget-share 0 --budget-window 10h -- sh -c 'exit 3'
like_file err '^eros-retry: attempt 0 ended with status 3: there is no retry budget$' 'it is said, and the status passed on'
run 0 'a success' eros-retry --budget b1 --budget-floor 0 --budget-share 0 -- true
run 3 'another budget' eros-retry -n 3 --base 0 --budget b2 -- sh -c 'exit 3'
like_file err 'it was the last one' 'is another one'
: >reports
for i in 1 2 3 4 5; do
	for _ in 1 2 3 4; do
		eros-retry -q -n 3 --base 0 --budget b3 --budget-floor 3 --budget-share 0.25 --budget-window 10h --report 9 -- \
			false 9>>"reports.$i"
	done &
done
wait
is "$(cat reports.* | grep -c '"delay"')" 8 'several at once keep to a share of the first tries'
run 78 'a store that is no store' eros-retry --store nonsense:x --budget b1 -- touch ran
run 78 'which is not open to fail' eros-retry --store nonsense:x --fail-open --budget b1 -- touch ran
run 64 'a bad name' eros-retry --budget a/b -- true
run 64 'a bad share' eros-retry --budget a --budget-share -1 -- true
run 64 'a bad window' eros-retry --budget a --budget-window 0 -- true
run 78 'without its helper' alone/bin/eros-retry --budget b1 -- touch ran
mkdir -p alone/libexec/eros
printf '#!/bin/sh\nexit 69\n' >alone/libexec/eros/eros-budget
chmod 755 alone/libexec/eros/eros-budget
run 69 'a store that cannot be reached' alone/bin/eros-retry --budget b1 -- touch ran
[ ! -e ran ]
ok $? 'nothing is run'
run 3 'with --fail-open' alone/bin/eros-retry --fail-open -n 2 --base 0 --budget b1 -- sh -c 'exit 3'
like_file err 'attempt 1 ended with status 3: it was the last one' 'it is as without a budget'
printf '#!/bin/sh\n[ "$2" = first ] || exit 69\n' >alone/libexec/eros/eros-budget
run 3 'one that cannot be reached any more' alone/bin/eros-retry -n 2 --base 0 --budget b1 -- sh -c 'exit 3'
like_file err 'attempt 0 ended with status 3: there is no retry budget' 'allows no retry'
printf '#!/bin/sh\necho asked >asked; exec sleep 1000\n' >alone/libexec/eros/eros-budget
alone/bin/eros-retry --budget b1 -- touch ran >out 2>err &
runner=$!
wait_for 60 has asked
kill $runner
wait $runner
is $? 143 'one that does not answer is not waited for after TERM'
[ ! -e ran ]
ok $? 'and nothing is run'

# --- what is told

reported 0 'records of the tries' -q --base 0.001 --jitter none -- sh -c '[ "$EROS_ATTEMPT" = 1 ]'
like_file report '^\{"type":"retry","ts":[0-9.]+,"attempt":0,"status":1,"duration":[0-9.e-]+,"delay":0.001\}$' 'say how each ended, and what follows'
like_file report '^\{"type":"retry","ts":[0-9.]+,"attempt":1,"status":0,"duration":[0-9.e-]+,"reason":"success"\}$' 'or why nothing does'
reported 3 'the last record' -q -n 2 --base 0 -- sh -c 'exit 3'
like "$(tail -1 report)" '^\{"type":"retries_exhausted","ts":[0-9.]+,"attempts":2,"status":3\}$' 'says that the tries are used up'
EROS_LOG=json eros-retry -n 2 --base 0 -- false 2>err
like_file err '^\{.*"command":"eros-retry","error":"task_failed"' 'diagnostics may be records'
like_file err '"error":"retries_exhausted"' 'with names'
run 0 'a report that cannot be written' sh -c 'eros-retry --report 9 -- echo x 9>/dev/full'
is "$(cat out) $(grep -c '^eros-retry: --report 9: No space left' err)" 'x 1' 'is said, and no more'

# --- usage

run 64 'no command' eros-retry
run 64 'no command after options' eros-retry -n 3 --
run 64 'an unknown option' eros-retry --nonsense true
run 64 'a bad count' eros-retry -n -1 true
run 64 'a bad delay' eros-retry --base soon true
run 64 'a bad word' eros-retry --jitter half true
for list in '' 0 256 3-1 ,1 TERMX 0-5 1-999; do
	run 64 "a bad list: '$list'" eros-retry --on "$list" true
done
like_file err "no status from 1 to 255, range of them or signal: '1-999'" 'whose item is named'
run 64 'a report to nowhere' sh -c 'eros-retry --report 9 -- true 9>&-'
run 0 'options end at the command' eros-retry echo --base
is_file out '--base' 'whose options are its own'
done_testing
