#!/bin/sh
# eros-run: records, limits, respawn, the keeper pair, and records on shared outputs.
# shellcheck source=t/tap.sh disable=SC2016,SC2317 # what the agents expand; called by wait_for
. "${srcdir:-.}/t/tap.sh"

# The records of TYPE in ./out.
records() { grep "^{\"type\":\"$1\"" out; }

# The value of the member KEY in the records on stdin.
member() { sed -n "s/.*\"$1\":\\(\"[^\"]*\"\\|[^,}]*\\).*/\\1/p" | tr -d '"'; }

# Whether process PID has gone; a zombie has.
gone() { ! grep -q '^State:.[^ZX]' "/proc/$1/status" 2>/dev/null; }

has() { [ -s "$1" ]; }
has_line() { grep -q -- "$2" "$1" 2>/dev/null; }

# Start eros-run in the background; what was in ./out before is not to be taken for its output.
begin() {
	: >out
	eros-run "$@" >out 2>err &
	runner=$!
}

# Limits are waited for beside one another: several eros-runs, each with a NAME and its ./NAME.out.
later() {
	name=$1
	shift
	eros-run "$@" >"$name.out" 2>"$name.err" &
	eval "later_$name=$!"
}

# until_end STATUS NAME TEST: the end of one, as run has it.
until_end() {
	eval "wait \$later_$2"
	tap_got=$?
	cp "$2.out" out
	cp "$2.err" err
	is $tap_got "$1" "$3"
}

# Its keeper: the one child that eros-run has.
keeper_of() { tr -d " " <"/proc/$1/task/$1/children"; }

# --- what it writes

run 3 'the status of the agent is passed on' \
	eros-run --agent a1 --specialty code --goal 'count' -- \
	sh -c 'echo one; echo two; echo oops >&2; printf "three"; exit 3'
like "$(records start)" '"agent":"a1","specialty":"code","goal":"count","pid":[0-9]+,"started":[0-9]+,"host":"[^"]+","attempt":0' \
	'start has identity and attempt'
is "$(records output | grep stdout | member content | tr '\n' ' ')" 'one two three ' 'each line is a record'
is "$(records output | grep -c '"agent":"a1","specialty":"code","goal":"count","attempt":0,"stream":')" 4 \
	'with agent, specialty, goal, attempt and stream'
like "$(records output)" '"stream":"stderr","content":"oops"\}' 'stderr too'
like "$(records output)" '"content":"three","partial":true' 'a partial last line is kept and marked'
like "$(records exit)" '"pid":[0-9]+,"started":[0-9]+,"host":"[^"]+","attempt":0,"status":3,"duration":[0-9.e-]+,"user":[0-9.e-]+,"system":[0-9.e-]+,"peak_memory":[0-9]+,"diagnosis":"failed"' \
	'exit has identity, status, duration and resource use'
is "$(records exit | member pid)" "$(records start | member pid)" 'of the process that was started'
is "$(head -1 out | member type) $(tail -1 out | member type)" 'start exit' 'start comes first and exit last'
is_file err '' 'and nothing on stderr'

run 0 'no output at all' eros-run --agent a1 -- true
is "$(member type <out | tr '\n' ' ')" 'start exit ' 'gives start and exit'

run 0 'peak memory is that of the agent' eros-run --agent a1 -- sh -c 'x=$(head -c 30000000 /dev/zero | tr "\0" x)'
[ "$(records exit | member peak_memory)" -gt 30000000 ]
ok $? 'in bytes'

printf 'a\377\000b\303\251\t"\\\n' >binary
run 0 'binary bytes' eros-run --agent a1 -- cat binary
like_file out '"content":"a\\udcff\\u0000bé\\t\\"\\\\"\}' 'are escaped, so that none is lost'

head -c 1000 /dev/zero | tr '\0' x >long
run 0 'a line over the limit' eros-run --agent a1 --max-line 400 -- sh -c 'cat long; echo; echo next'
is "$(records output | member piece | tr '\n' ' ')" '1 2 3 ' 'is split into numbered pieces'
is "$(records output | grep -c '"more":true')" 2 'all but the last say that more follows'
is "$(records output | member content | head -3 | tr -d '\n')" "$(cat long)" 'and together they are the line'
like "$(records output | tail -1)" '"content":"next"\}' 'the next line is whole'

run 127 'a command that is not there' eros-run --agent a1 -- ./none
like_file err "^eros-run: cannot execute './none': No such file" 'is named'
like_file out '^\{"type":"exit".*"status":127,.*"error":"No such file or directory"' 'and has an exit record'
run 126 'a command that cannot be executed' eros-run --agent a1 -- ./binary
run 137 'death by a signal' eros-run --agent a1 -- sh -c 'kill -9 $$'
like "$(records exit)" '"signal":9,' 'is told by its number'
unlike "$(records exit)" '"status"' 'in place of the status'

# --- stdin

echo given >file
run 0 'stdin is passed on' eros-run --agent a1 -- cat <file
like_file out '"content":"given"' 'to the agent'
run 0 'stdin may be nothing' eros-run --agent a1 --stdin null -- cat <file
unlike "$(cat out)" given 'and then is'
run 1 'a file is given' eros-run --agent a1 --stdin file --respawn 1 --max-delay 0 -- sh -c 'cat; exit 1' </dev/null
is "$(records output | member content | tr '\n' ' ')" 'given given ' 'anew to each attempt'
run 1 'what was passed' eros-run --agent a1 --respawn 1 --max-delay 0 -- sh -c 'cat; exit 1' <file
is "$(records output | member content | tr '\n' ' ')" 'given ' 'goes to the first attempt only'
run 66 'a file that is not there' eros-run --agent a1 --stdin none -- true
like_file err "^eros-run: none: No such file" 'is named'

run 0 'with --pty stdout is a terminal' eros-run --agent a1 --pty -- sh -c '[ -t 1 ] && echo a terminal; tty <&1'
like_file out '"content":"a terminal"\}' 'and lines arrive as they were written'
like_file out '"content":"/dev/pts/' 'it is the controlling one'
run 0 'the end of a long output through --pty' eros-run --agent a1 --pty -- seq 1 20000
is "$(records output | wc -l) $(records output | tail -1 | member content)" '20000 20000' 'is not lost'

# --- what the agent finds

run 0 'the agent finds' eros-run --agent a1 -- sh -c 'echo "$EROS_ATTEMPT,$EROS_RUN_ID,${EROS_PREVIOUS-none},$$,$EROS_AGENT_PID"'
pid=$(records start | member pid)
is "$(records output | member content)" "0,$(records start | member run),none,$pid,$pid" \
	'its attempt, its run and its own pid'
run 0 'signals are as they were' eros-run --agent a1 -- grep -E '^Sig(Blk|Ign)' /proc/self/status
is "$(records output | member content)" "$(grep -E '^Sig(Blk|Ign)' /proc/self/status | sed 's/	/\\t/')" \
	'neither blocked nor ignored by eros-run'
run 0 'descriptors' eros-run --agent a1 -- sh -c 'ls /proc/self/fd | sort -n | tr "\n" " "'
is "$(records output | member content)" "$(sh -c 'ls /proc/self/fd | sort -n | tr "\n" " "')" \
	'are those that eros-run was given'

# --- helpers that stay

run 0 'a helper that keeps the pipe open' eros-run --agent a1 -- sh -c 'sleep 1000 & echo $!'
gone "$(records output | member content)"
ok $? 'does not hold up the end, and is ended'
mkfifo signal
begin --agent a1 --grace 30 -- sh -c '(trap "" TERM; cat signal; echo last words) & exec cat file'
wait_for 60 has_line out '"type":"exit"'
ok $? 'that ignores TERM does not hold up the exit record either'
echo >signal
wait $runner
like_file out '"content":"last words"' 'and what it says until it ends is recorded'

# --- limits

later deaf --agent a1 --timeout 4 --grace 0.2 -- sh -c 'trap "" TERM; while :; do sleep 1000; done'
later polite --agent a1 --timeout 4 -- sh -c 'trap "exit 0" TERM; while :; do sleep 0.1; done'
later silent --agent a1 --idle 4 -- sh -c 'for i in 1 2 3 4 5; do echo $i; sleep 1; done; sleep 1000'
run 124 'the hard limit' eros-run --agent a1 --timeout 0.2 -- sleep 1000
like "$(records exit)" '"signal":15,.*"diagnosis":"timeout"' 'ends the agent by TERM'
until_end 124 deaf 'an agent that ignores TERM'
like "$(records exit)" '"signal":9,.*"diagnosis":"timeout"' 'is killed after the grace'
until_end 124 polite 'an agent that exits 0 at TERM'
like "$(records exit)" '"status":0,.*"diagnosis":"timeout"' 'has reached its limit all the same'
until_end 124 silent 'silence'
like "$(records exit)" '"diagnosis":"idle"' 'is counted from the last output'
is "$(records output | grep -c '"content":"[1-5]"')" 5 'on which it begins anew'

for signal in TERM HUP; do # a shell ignores INT in what it starts in the background
	begin --agent a1 -- sh -c 'trap "echo bye; exit 7" TERM; echo ready; while :; do sleep 0.01; done'
	wait_for 60 has_line out ready
	kill -$signal $runner
	wait $runner
	is $? 7 "$signal ends the agent first, by TERM, and its status is passed on"
	like "$(records output)" bye 'its last words recorded'
	like "$(records exit)" '"status":7,.*"diagnosis":"interrupted"' 'and why'
done
env --default-signal=INT eros-run --agent a1 --respawn 9 --jitter none -- false >out 2>err &
runner=$!
waits_long() { [ "$(records exit | wc -l)" -eq 3 ]; } # the third delay is of four seconds
wait_for 60 waits_long
kill -INT $runner
wait $runner
is $? 130 'INT while no agent runs'
is "$(member type <out | tr '\n' ' ')" 'start exit start exit start exit ' 'ends the waiting'
begin --agent a1 --grace 1000 -- sh -c 'trap "" TERM; echo ready; while :; do sleep 1000; done'
wait_for 60 has_line out ready
kill $runner
kill -HUP $runner
wait $runner
is $? 137 'a second signal does not wait for the grace'

# --- heartbeats and beats

begin --agent b1 --beat 0.1 -- sh -c 'echo $$; sleep 1000'
wait_for 60 has_line out stdout
pid=$(records start | member pid)
beat=$EROS_HOME/beats/b1.$pid.json
wait_for 60 has "$beat"
ok $? 'the agent has a heartbeat file'
like_file "$beat" "\"pid\":$pid,\"started\":$(records start | member started)" 'that names it'
wait_for 60 has_line out '"type":"beat".*"output_age":\(0\.\)\?[1-9]'
touched=$(stat -c %y "$beat")
like "$(records beat)" '"pid":[0-9]+,"started":.*"attempt":0,"output_age":[0-9.]+,"beat_age":[0-9.]+' 'beat records have both ages'
count=$(records beat | wc -l)
more_beats() { [ "$(records beat | wc -l)" -gt $((count + 2)) ]; }
wait_for 60 more_beats
is "$(stat -c %y "$beat")" "$touched" 'the file is not refreshed merely because eros-run lives'
kill $runner
wait $runner
[ ! -e "$beat" ]
ok $? 'and it goes with the agent'

mkfifo go
begin --agent b2 --beat 0 -- sh -c 'while read -r line; do echo "$line"; done <go'
exec 9>go
wait_for 60 has_line out start
beat=$EROS_HOME/beats/b2.$(records start | member pid).json
wait_for 60 has "$beat"
touch -d @1000 "$beat"
echo x >&9
refreshed() { [ "$(stat -c %Y "$beat")" -gt 1000 ]; }
wait_for 60 refreshed
ok $? 'output refreshes it'
is "$(records beat)" '' '--beat 0 gives no beat records'
exec 9>&-
wait $runner

begin --agent b3 --beat 0 -- sh -c 'read -r go <go; eros-beat b3; sleep 1000'
exec 9>go
wait_for 60 has_line out start
beat=$EROS_HOME/beats/b3.$(records start | member pid).json
wait_for 60 has "$beat"
touch -d @1000 "$beat"
echo x >&9
wait_for 60 refreshed
ok $? 'and so does eros-beat, for the agent by default'
exec 9>&-
kill $runner
wait $runner

# --- respawn

run 3 'a failure' eros-run --agent r1 --respawn 2 --max-delay 0.01 --jitter none -- \
	sh -c 'echo "$EROS_ATTEMPT ${EROS_PREVIOUS-none}"; exit 3'
is "$(records output | member content | tr '\n' ,)" '0 none,1 exit 3,2 exit 3,' 'is tried again, and the new attempt knows why'
like "$(tail -1 out)" '"type":"retries_exhausted",.*"agent":"r1","attempts":3,"status":3' 'until the attempts are exhausted'
is "$(records exit | member attempt | tr '\n' ' ')" '0 1 2 ' 'each with its records'
run 0 'a success' eros-run --agent r1 --respawn 5 --max-delay 0.01 -- sh -c '[ "$EROS_ATTEMPT" = 2 ]'
is "$(records exit | wc -l)" 3 'ends it'
is "$(records retries_exhausted)" '' 'and nothing was exhausted'
for status in 125 126 127 42; do
	run $status "status $status" eros-run --agent r1 --respawn 3 --permanent 2,42 -- sh -c "exit $status"
	is "$(member type <out | tr '\n' ' ')" 'start exit ' 'is not tried again'
done
run 124 'a limit' eros-run --agent r1 --respawn 1 --timeout 0.1 --max-delay 0 -- sleep 1000
is "$(records exit | member diagnosis | tr '\n' ' ')" 'timeout timeout ' 'is a failure'
run 124 'a diagnosis' eros-run --agent r1 --respawn 3 --timeout 0.1 --permanent timeout -- sleep 1000
is "$(records exit | wc -l)" 1 'may be permanent too'

# What the service refuses for good, in the words of the programs.
cat >claude-quota <<'END'
{"type":"system","subtype":"init","session_id":"s","model":"m","cwd":"/","tools":[]}
{"type":"result","subtype":"success","is_error":true,"result":"Credit balance is too low","num_turns":1}
END
cat >claude-limit <<'END'
{"type":"system","subtype":"init","session_id":"s","model":"m","cwd":"/","tools":[]}
{"type":"rate_limit_event","rate_limit_info":{"status":"rejected","resetsAt":4102444800,"rateLimitType":"five_hour"},"session_id":"s"}
END
cat >claude-key <<'END'
{"type":"result","subtype":"success","is_error":true,"result":"Invalid API key \u00b7 Fix external API key","num_turns":1}
END
cat >claude-busy <<'END'
{"type":"result","subtype":"success","is_error":true,"result":"API Error: 529 {\"error\":{\"type\":\"overloaded_error\"}}","num_turns":1}
END
cat >claude-talk <<'END'
{"type":"assistant","message":{"id":"m","content":[{"type":"text","text":"Error: Invalid API key"}]},"session_id":"s"}
{"type":"result","subtype":"error_during_execution","is_error":true,"num_turns":1}
END
cat >codex-quota <<'END'
{"type":"thread.started","thread_id":"t"}
{"type":"error","message":"You've hit your usage limit. Upgrade to Pro or try again in 2 days."}
{"type":"turn.failed","error":{"message":"You've hit your usage limit. Upgrade to Pro or try again in 2 days."}}
END
cat >codex-key <<'END'
{"type":"thread.started","thread_id":"t"}
{"type":"turn.failed","error":{"message":"unexpected status 401 Unauthorized: Missing bearer or basic authentication in header"}}
END
cat >codex-busy <<'END'
{"type":"thread.started","thread_id":"t"}
{"type":"turn.failed","error":{"message":"exceeded retry limit, last status: 429 Too Many Requests"}}
END
cat >gemini-key <<'END'
{"type":"init","timestamp":"2026-03-01T12:00:00.000Z","session_id":"s","model":"m"}
{"type":"result","timestamp":"2026-03-01T12:00:01.000Z","status":"error","error":{"type":"ApiError","message":"API key not valid. Please pass a valid API key."}}
END
cat >opencode-key <<'END'
{"type":"error","timestamp":1772366400000,"sessionID":"s","error":{"name":"ProviderAuthError","data":{"providerID":"p","message":"Invalid API key"}}}
END
cat >openai-quota <<'END'
data: {"error":{"message":"You exceeded your current quota, please check your plan and billing details.","type":"insufficient_quota","code":"insufficient_quota"}}
END
for case in claude-quota claude-limit claude-key codex-quota codex-key gemini-key opencode-key openai-quota; do
	diagnosis=${case#*-}
	case $diagnosis in key) diagnosis=authentication ;; limit) diagnosis=quota ;; esac
	run 3 "$case" eros-run --agent p1 --import ${case%-*} --respawn 2 --permanent quota,authentication --max-delay 0 -- \
		sh -c "cat $case; exit 3"
	is "$(records exit | member diagnosis)" "$diagnosis" 'is told as such, and not tried again'
done
run 3 'quota' eros-run --agent p1 --import claude --respawn 1 --permanent quota -- sh -c 'cat claude-quota; exit 3'
like "$(records exit)" '"status":3,.*"diagnosis":"quota","reason":"Credit balance is too low"' 'the exit record says in which words'
is "$(records retries_exhausted)" '' 'and nothing was exhausted'
run 3 'an error that is not listed' eros-run --agent p1 --import claude --respawn 1 --permanent quota --max-delay 0 -- \
	sh -c 'cat claude-key; echo "previous $EROS_PREVIOUS" >&2; exit 3'
is "$(records exit | member diagnosis | tr '\n' ' ')" 'authentication authentication ' 'is tried again'
like "$(records output)" 'previous exit 3: Invalid API key' 'and the new attempt knows'
for case in claude-busy claude-talk codex-busy; do
	run 3 "$case" eros-run --agent p1 --import ${case%-*} --respawn 1 --permanent quota,authentication --max-delay 0 -- \
		sh -c "cat $case; exit 3"
	is "$(records exit | member diagnosis | tr '\n' ' ')" 'failed failed ' 'is a failure like any other'
done
run 0 'an agent that succeeds all the same' eros-run --agent p1 --import claude --permanent quota -- cat claude-quota
unlike "$(records exit)" diagnosis 'has not failed'
run 124 'an agent that a limit ends' eros-run --agent p1 --import claude --timeout 2 -- sh -c 'cat claude-quota; sleep 1000'
is "$(records exit | member diagnosis)" timeout 'was ended by the limit'

run 1 'plain output' eros-run --agent p1 --respawn 1 --permanent quota,authentication --max-delay 0 -- \
	sh -c 'echo "Error: Invalid API key" >&2; echo >&2; echo "    at main (cli.js:1)" >&2; exit 1'
is "$(records exit | member diagnosis)" authentication 'is known by the last lines of stderr'
run 1 'plain talk' eros-run --agent p1 --respawn 1 --permanent quota,authentication --max-delay 0 -- \
	sh -c 'echo "Error: Invalid API key"; echo "I test that an invalid API key is refused" >&2; exit 1'
is "$(records exit | member diagnosis | tr '\n' ' ')" 'failed failed ' 'is not'
run 1 'an error long ago' eros-run --agent p1 --respawn 1 --permanent quota,authentication --max-delay 0 -- \
	sh -c 'echo "Error: Invalid API key" >&2; seq 1 5 >&2; exit 1'
is "$(records exit | member diagnosis | tr '\n' ' ')" 'failed failed ' 'is not either'

cat >corrections <<'END'
timeout: Be quick.
exit 3: Three is wrong.
failed: Do better.
default: Try again.
END
later corrected --agent r1 --respawn 3 --max-delay 0 --corrections corrections --timeout 4 -- \
	sh -c 'echo "${EROS_CORRECTION-none}"; case $EROS_ATTEMPT in 0) exit 3;; 1) sleep 1000;; 2) kill -9 $$;; esac; exit 4'
until_end 4 corrected 'corrections'
is "$(records output | member content | tr '\n' '|')" 'none|Three is wrong.|Be quick.|Try again.|' 'are chosen by the diagnosis'
echo 'looping: Stop that.' >corrections
begin --agent r2 --respawn 1 --max-delay 0 --corrections corrections -- \
	sh -c 'echo "${EROS_PREVIOUS-none}|${EROS_CORRECTION-none}"; [ "$EROS_ATTEMPT" = 1 ] || exec sleep 1000'
wait_for 60 has_line out 'none|none'
echo "{\"type\":\"intervene\",\"agent\":\"r2\",\"pid\":$(records start | member pid),\"started\":$(records start | member started),\"cause\":\"looping\",\"reason\":\"ls, again and again\"}" |
	eros-reap --records >reaped
wait $runner
is $? 0 'an agent that eros-reap ended is started again'
like "$(records exit)" '"signal":15,.*"diagnosis":"looping","reason":"ls, again and again"' 'its exit record has cause and reason'
like "$(records output)" '"content":"looping: ls, again and again\|Stop that."' 'and so does the new attempt'

echo 'timeout: [a, b]' >wrong
run 78 'wrong corrections' eros-run --agent r1 --corrections wrong -- true
like_file err '^eros-run: wrong:1: ' 'are pointed at'
run 66 'corrections that are not there' eros-run --agent r1 --corrections none -- true

# --- the keeper pair

# Agents of every kind: in the background, in sessions of their own, daemonised, deaf to TERM.
cat >family <<'END'
trap '' TERM
sh -c 'trap "" TERM; echo child $$; while :; do sleep 1000; done' &
setsid sh -c 'trap "" TERM; echo session $$; while :; do sleep 1000; done' &
setsid sh -c 'setsid sh -c "trap \"\" TERM; echo daemon \$\$; while :; do sleep 1000; done" &'
echo agent $$
while :; do sleep 1000; done
END
family_started() { [ "$(grep -c -E 'content":"(child|session|daemon|agent) ' out)" -eq 4 ]; }
family_gone() {
	for member in $family; do
		gone "$member" || return 1
	done
}
for victim in eros-run keeper; do
	begin --agent k1 -- sh family
	wait_for 60 family_started
	ok $? 'a family of processes'
	family=$(records output | member content | sed 's/.* //')
	keeper=$(keeper_of $runner)
	if [ $victim = keeper ]; then
		kill -9 "$keeper"
	else
		kill -9 $runner
	fi
	wait_for 60 family_gone
	ok $? "is gone after kill -9 of the $victim"
	wait $runner
	is $? 137 'whose status says so'
	wait_for 60 gone "$keeper"
	ok $? 'and no keeper is left'
	is "$(ls "$EROS_HOME/beats")" '' 'nor a heartbeat'
done
like "$(records exit)" '"signal":9,.*"diagnosis":"keeper_lost"' 'a lost keeper is told in the exit record'

# The same without a control group, which only root may make here, if anybody.
# Of copies, since it may have no way to the tree.
mkdir -p nobody there/bin there/libexec/eros
cp "$builddir/bin/eros-run" there/bin
cp "$builddir"/libexec/eros/eros-* there/libexec/eros
chmod 777 nobody
chmod 755 .
for victim in eros-run keeper; do
	: >out
	as_nobody sh -c 'echo $$ >&3; exec "$@"' sh env EROS_HOME="$TMP/nobody" "$TMP/there/bin/eros-run" \
		--agent k2 -- sh family >out 2>err 3>pid &
	wait_for 60 family_started
	ok $? "without root's rights the family"
	family=$(records output | member content | sed 's/.* //')
	runner=$(cat pid)
	if [ $victim = keeper ]; then
		kill -9 "$(keeper_of "$runner")"
	else
		kill -9 "$runner"
	fi
	wait_for 60 family_gone
	ok $? "is gone too after kill -9 of the $victim"
	wait
done

# A control group is used where it may be made: the agent is in it, and it does not stay.
group=$(sed -n 's/^[^-]* \([^ ]*\) [^ ]* - cgroup2 .*/\1/p; s/^[^ ]* [^ ]* [^ ]* [^ ]* \([^ ]*\) .* - cgroup2 .*/\1/p' /proc/self/mountinfo | head -1)
own=$(sed -n 's/^0:://p' /proc/self/cgroup)
if [ -n "$group" ] && mkdir "$group$own/eros-test-$$" 2>mkdir.err; then
	rmdir "$group$own/eros-test-$$"
	mkdir "$group$own/eros-run-99999999-$$"
	run 0 'where a control group may be made' eros-run --agent k3 -- sed -n 's/^0:://p' /proc/self/cgroup
	like "$(records output | member content)" '/eros-run-[0-9]+-[0-9]+$' 'the agent is in one'
	[ ! -e "$group$(records output | member content)" ]
	ok $? 'which goes with the run'
	[ ! -e "$group$own/eros-run-99999999-$$" ]
	ok $? 'as does one that a dead run has left'
else
	run 0 'where no control group may be made' eros-run --agent k3 -- sed -n 's/^0:://p' /proc/self/cgroup
	is "$(records output | member content)" "$own" 'the agent is in that of eros-run'
fi

begin --agent k1 --grace 0.1 -- sh -c 'echo $$; sleep 1000'
wait_for 60 has_line out stdout
kill -STOP "$(keeper_of $runner)"
kill $runner
wait $runner
is $? 137 'an end is brought about even where the keeper does not answer'
gone "$(records output | member content)"
ok $? 'and the agent is gone'

# --- slow readers, shared outputs

mkfifo fifo fifo2
eros-run --agent s1 --timeout 4 -- sh -c 'echo $$ >agent; yes | head -20000; sleep 1000' >fifo 2>err &
runner=$!
eros-run --agent s1 --spool 100K --timeout 4 -- sh -c 'echo $$ >agent2; yes | head -20000; sleep 1000' >fifo2 2>err2 &
runner2=$!
exec 8<fifo 9<fifo2
wait_for 60 has agent
wait_for 60 gone "$(cat agent)"
ok $? 'a reader that does not read does not hold up the limit'
cat <&8 >out
exec 8<&-
wait $runner
is $? 124 'nor change the status'
is "$(grep -vc '^{.*}$' out) $(records output | wc -l)" '0 20000' 'what was spooled is whole'
like "$(tail -1 out)" '"type":"exit"' 'and ends in the exit record'

wait_for 60 has agent2
wait_for 60 gone "$(cat agent2)"
cat <&9 >out
exec 9<&-
wait $runner2
like "$(records lost)" '"agent":"s1","records":[0-9]+,"bytes":[0-9]+' 'beyond --spool the loss is counted where it is'
like_file err2 '^eros-run: [0-9]+ records of [0-9]+ bytes were lost' 'and said'
is "$(records lost | member records | awk '{ n += $1 } END { print n }')" "$(sed 's/eros-run: \([0-9]*\).*/\1/' err2)" \
	'with the same number'
is "$(($(records output | wc -l) + $(sed 's/eros-run: \([0-9]*\).*/\1/' err2)))" 20000 'so that nothing else is missing'

# What is written while the last of it is read must not be waited for after.
for i in 1 2 3 4 5; do
	eros-run --agent s3 --grace 1000 -- sh -c 'yes | head -20000' >fifo &
	runner=$!
	cat <fifo | wc -l >count
	wait_for 60 gone $runner || break
done
is "$? $(cat count)" '0 20002' 'it ends when the last record has been taken'

head -c 20000 /dev/zero | tr '\0' y >big
for kind in pipe file; do
	writers=
	if [ $kind = pipe ]; then
		cat <fifo >shared &
		reader=$!
		exec 7>fifo
	else
		exec 7>shared
	fi
	for i in 1 2 3 4; do
		eros-run --agent w$i -- sh -c 'for i in 1 2 3 4 5 6 7 8; do cat big; echo; done' >&7 2>err$i &
		writers="$writers $!"
	done
	exec 7>&-
	# shellcheck disable=SC2086 # a list
	wait $writers
	[ $kind = file ] || wait "$reader"
	is "$(sed -n 's/^{"type":"output",.*"content":"\(y*\)"}$/\1/p' shared | sort | uniq -c | awk '{ print $1, length($2) }') $(wc -l <shared)" '32 20000 40' \
		"four writers of 20,000-byte records to one $kind tear none"
done

eros-run --agent s2 -- sh -c 'echo $$ >agent; while echo x; do :; done' 2>err | head -1 >out
rm -f closed
wait_for 60 gone "$(cat agent)"
ok $? 'the agent is ended when the reader goes away'
is_file err '' 'quietly'
run 74 'a full device' sh -c 'exec eros-run --agent s2 -- sh -c "echo x; sleep 1000" >/dev/full'
like_file err '^eros-run: cannot write stdout: No space left' 'is an error'
run 74 'a closed stdout' sh -c 'exec eros-run --agent s2 -- echo x >&-'

# --- adapters

cat >stream <<'END'
{"type":"system","subtype":"init","session_id":"s","model":"m","cwd":"/","tools":[]}
not json
{"type":"result","subtype":"success","is_error":false,"result":"Done.","num_turns":1}
END
run 0 'with --import' eros-run --agent i1 --import claude -- cat stream
is "$(member type <out | tr '\n' ' ')" 'start start output result exit ' 'the adapter makes the records'
is "$(grep -c '"agent":"i1".*"attempt":0' out)" 5 'each with agent and attempt'

# --- usage

run 64 'no agent' eros-run -- true
run 64 'a bad agent' eros-run --agent a/b -- true
run 64 'no command' eros-run --agent a1
run 64 'an unknown option' eros-run --agent a1 --nonsense -- true
run 64 'a bad limit' eros-run --agent a1 --timeout soon -- true
run 64 'a bad list' eros-run --agent a1 --permanent 1,999 -- true
like_file err "999" 'names the value'
run 0 'help' eros-run --help
like_file out '--respawn=N' 'is on stdout'
run 0 'options end at the command' eros-run --agent a1 echo --timeout
like_file out '"content":"--timeout"' 'whose options are its own'
done_testing
