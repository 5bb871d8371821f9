#!/bin/sh
# eros-watch: the verdicts on recorded streams, the end of the watch, and two watches of one team.
# shellcheck disable=SC2016 # dollars are awk's
. "${srcdir:-.}/t/tap.sh"

# Records of one agent. Each takes its ts first.
start() { printf '{"ts":%s,"type":"start","agent":"a","pid":4242,"started":77,"attempt":%s}\n' "$1" "${2:-0}"; }
says() { printf '{"ts":%s,"type":"output","agent":"%s","content":"%s"}\n' "$1" "${3:-a}" "$2"; }
calls() { printf '{"ts":%s,"type":"tool","agent":"a","tool":"Bash","id":"t%s","input":{"command":"%s"}}\n' "$1" "$1" "$2"; }
answers() { printf '{"ts":%s,"type":"tool_result","agent":"a","tool":"Bash","id":"t%s","ok":true,"content":"%s"}\n' "$1" "$2" "$3"; }
waits() { printf '{"ts":%s,"type":"wait","agent":"a","reason":"%s","delay":%s}\n' "$1" "$2" "$3"; }
uses() { printf '{"ts":%s,"type":"usage","agent":"a","output_tokens":%s,"cost_usd":%s,"cumulative":true}\n' "$1" "$2" "$3"; }
result() { printf '{"ts":%s,"type":"result","agent":"%s","ok":true}\n' "$1" "${2:-a}"; }
ends() { printf '{"ts":%s,"type":"exit","agent":"a","pid":4242,"started":77,"attempt":%s,"status":%s}\n' "$1" "${3:-0}" "${2:-0}"; }

# every FROM TO STEP COMMAND: COMMAND with each time, and the number of it, as arguments.
every() {
	time=$1 number=0
	while [ "$time" -le "$2" ]; do
		"$4" "$time" "$number"
		time=$((time + $3)) number=$((number + 1))
	done
}
beat() { printf '{"ts":%s,"type":"beat","agent":"a","pid":4242}\n' "$1"; }
beats() { every "$1" "$2" 10 beat; }

# What ./out says of agents, a line each: "TS TYPE CAUSE", or the name of an alert.
verdicts() {
	sed -n 's/.*"type":"\(intervene\)","ts":\([0-9.]*\),.*"cause":"\([a-z_]*\)".*/\2 \1 \3/p
		s/.*"type":"\(alert\)","ts":\([0-9.]*\),.*"alert":"\([a-z_]*\)".*/\2 \1 \3/p
		s/.*"type":"\(report\)","ts":\([0-9.]*\),.*/\2 \1/p' out | tr '\n' ';'
}

# replay NAME VERDICTS [OPTION…]: of the stream in ./in.
replay() {
	replayed=$1 wanted=$2
	shift 2
	run 0 "$replayed: runs" eros-watch --clock record "$@" in
	is "$(verdicts)" "$wanted" "$replayed"
}

{ start 0 && beats 5 20 && says 25 'I read the parser.' && says 50 'The bug is in the lexer.' && result 60 && ends 61; } >in
replay 'the first token after 25 s is no silence' ''
word() { says "$1" "word$((($1 * 7919) % 1009))"; }
{ start 0 && every 1 700 1 word; } >in
replay 'one word per second for ever reaches the hard limit' '600 intervene timeout;'
same() { calls "$1" 'make test' && answers "$(($1 + 1))" "$1" 'Error 1'; }
{ start 0 && every 2 120 5 same && ends 121; } >in
replay 'the same tool call with the same arguments is a loop' '34 intervene looping;'
two() { if [ $(($2 % 2)) = 0 ]; then calls "$1" 'cat a' && answers "$(($1 + 1))" "$1" A; else calls "$1" 'cat b' && answers "$(($1 + 1))" "$1" B; fi; }
{ start 0 && every 2 120 5 two && ends 121; } >in
replay 'A-B-A-B is a loop' '34 intervene looping;'

stall() { start 0 && says 40 'I ask the model.' && "$@" && beats 50 440 && says 446 'It is back.' && says 450 'I go on.' && result 460 && ends 461; }
stall waits 41 api_retry 405 >in
replay 'an API stall of 405 s that is announced and recovers' ''
stall waits 41 api_retry 2 >in
replay 'the same when a shorter delay was announced' ''
stall true >in
replay 'the same stall unannounced' '80 intervene stalled;' --turns 0
cp in stalled
cat >policy.yaml <<'EOF'
watch:
  specialties:
    poll: {timeout: 2h, quiet: {tool: 10m}}
    build: {timeout: 1h, quiet: {tool: 25m}}
EOF
poll() { calls "$1" 'sleep 300; gh run view' && answers "$(($1 + 300))" "$1" 'in progress'; }
polls() { start 0 && every 31 3000 302 poll && result 3060 && ends 3061; }
polls | sed 's/"agent"/"specialty":"poll",&/' >in
replay 'a poll every five minutes with its tool in flight, under a policy' '' --policy policy.yaml
edit() {
	printf '{"ts":%s,"type":"tool","agent":"a","tool":"Edit","id":"e%s","input":{"file":"src/m%s.c","old":"int n","new":"size_t n"}}\n' "$1" "$2" "$2"
	printf '{"ts":%s,"type":"tool_result","agent":"a","tool":"Edit","id":"e%s","ok":true,"content":"src/m%s.c was edited"}\n' "$1" "$2" "$2"
}
{ start 0 && every 31 178 3 edit && result 180 && ends 181; } >in
replay 'a batch of fifty similar edits' ''
is "$(grep -c '"type":"tool",' in)" 50 'there are fifty of them'
build() { start 0 && says 29 'I build it.' && calls 31 make && beats 40 1230 && answers 1231 31 'built' && result 1240 && ends 1241; }
build >in
replay 'a quiet build of twenty minutes, with time for it' '' --timeout 30m
build | sed 's/"agent"/"specialty":"build",&/' >in
replay 'the same by policy' '' --policy policy.yaml
build >in
replay 'the same without' '572 intervene stalled;600 intervene timeout;' --turns 0
{ start 0 && says 35 'Done.' && result 40 && beats 41 200; } >in
replay 'a result and then nothing' '70 intervene lingering;'
{ start 0 && result 40 && says 60 'One thing more.' && result 65 && beats 66 90 && ends 94; } >in
replay 'two results' ''
{ start 0 && result 40 && says 60 'One thing more.' && result 65 && beats 66 100; } >in
replay 'of two results the last counts' '96 intervene lingering;'
burn() { uses "$1" "$(($1 * 100))" "$(($1 / 100)).$(($1 % 100))"; }
{ start 0 && says 30 'Let me think.' && every 33 200 4 burn && ends 201; } >in
replay 'tokens burning steadily without progress' '110 intervene over_budget;'

{ start 0 && says 30 'S3CRET'; } >in
EROS_HOME=/nonexistent run 0 'a replay needs no state' eros-watch --clock record in
cp stalled in
run 0 'a team whose agent stalls' eros-watch --clock record --turns 10 in
cp out first
is "$(verdicts)" '80 intervene stalled;98 report;' 'the watch ends with its report'
is "$(grep '"intervene"' out)" '{"type":"intervene","ts":80,"team":"default","agent":"a","pid":4242,"started":77,"cause":"stalled","reason":"silent for 20 checks","pleasure":0.7,"arousal":0,"dominance":0.65,"duration":80,"attempt":0}' \
	'an intervention'
is "$(head -1 out)" '{"type":"pulse","ts":2,"team":"default","total":1,"active":1,"completed":0,"failed":0,"interventions":0,"health":"healthy"}' 'a pulse'
is "$(tail -1 out)" '{"type":"report","ts":98,"team":"default","total":1,"active":1,"completed":0,"failed":0,"interventions":1,"health":"critical","reason":"no progress in 10 checks","stalled":["a"],"complete":[],"incomplete":["a"]}' 'a report'
is "$(grep -c '"pulse"' out)" 49 'a pulse at each check'
while IFS= read -r line; do printf '%s\n' "$line"; done <in | eros-watch --clock record --turns 10 >again
cmp first again
ok $? 'however the records arrive, the output is the same'
{ start 0 && result 40 && ends 41; } >in
run 0 'nobody runs' eros-watch --clock record in
is "$(tail -1 out | sed 's/.*"total"/"total"/')" '"total":1,"active":0,"completed":1,"failed":0,"interventions":0,"health":"healthy"}' \
	'the last pulse has who completed'
awk 'BEGIN { for (i = 1; i <= 12; i++) printf "{\"ts\":%d,\"type\":\"output\",\"agent\":\"a%d\",\"content\":\"S3CRET\",\"goal\":\"S3CRET\"}\n", i, i }' >in
run 0 'twelve agents' eros-watch --clock record in
is "$(verdicts)" '11 alert too_many_agents;12 alert too_many_agents;' 'one more than ten gives an alert'
like_file out '"alert":"too_many_agents","agent":"a11","reason":"10 agents are running: this one is not watched"' 'which names it'
run 0 'without a limit' eros-watch --clock record --max-agents 0 in
is "$(verdicts)" '' '0 is no limit'
unlike "$(cat out)" 'S3CRET|a1' 'no text of an agent is in a pulse'
for i in 0 1 2 3; do start $((i * 100)) $i && ends $((i * 100 + 9)) 1 $i; done >in
run 0 'an agent that fails at each attempt' eros-watch --clock record in
is "$(verdicts)" '309 alert retries_exhausted;' 'after three respawns there is an alert'
run 1 'status 1 for an intervention' eros-watch --clock record --fail-on intervene stalled
run 0 'none for a report where there is none' eros-watch --clock record --fail-on report --turns 0 stalled
run 1 'status 1 for a report' eros-watch --clock record --fail-on report stalled

# What eros-pad has found counts, else it is found here.
{ start 0 && every 31 60 3 word; } | eros-pad |
	sed 's/"healthy":true,"diagnosis":"ok"/"healthy":false,"diagnosis":"divergent"/' >in
run 0 'telemetry in the records' eros-watch --clock record in
is "$(verdicts)" '36 intervene divergent;' 'is taken as it is'
sed 's/"healthy":false,"diagnosis":"divergent"/"healthy":true,"diagnosis":"ok"/' in >ok
run 0 'healthy telemetry' eros-watch --clock record ok
is "$(verdicts)" '' 'is no fault'
{ start 0 && every 2 120 5 same; } >in
printf 'pad:\n  default:\n    arousal: 1\n    repetition: 1\n' >pad.yaml
run 0 'the policy of eros-pad' eros-watch --clock record --policy pad.yaml in
is "$(verdicts)" '' 'counts for what is found here'

# Limits.
run 78 'a warm-up as long as the hard limit' eros-watch --warmup 600 /dev/null
is_file err 'eros-watch: the warm-up takes 600 s, which the hard limit of 600 s never lets pass' 'is refused'
run 78 'silence that is never reached' eros-watch --interval 30 /dev/null
run 78 'in the environment' env EROS_WATCH_TIMEOUT=10 eros-watch /dev/null
printf 'watch:\n  specialties:\n    slow: {warmup: 20m}\n' >bad.yaml
run 78 'in the policy' eros-watch --policy bad.yaml /dev/null
like_file err "for specialty 'slow'" 'names the specialty'
run 78 'a policy with an unknown key' sh -c 'echo "watch: {default: {warmups: 3}}" >k.yaml; eros-watch --policy k.yaml /dev/null'
run 0 'the default policy' eros-watch --clock record --policy "$srcdir/share/policy/default.yaml" stalled
like "$(verdicts)" '^80 intervene stalled;' 'is what is built in'
run 64 'a bad option' eros-watch --interval 0
run 64 'a bad team' eros-watch --team ../x
run 66 'no such policy' eros-watch --policy none.yaml /dev/null

# Input.
run 0 'empty input' eros-watch --clock record /dev/null
is_file out '' 'says nothing by the records'
printf '{"agent":"a","ts":1,"type":"output"\n{"agent":"../a","ts":1,"type":"output"}\n{"agent":"a","ts":1,"type":"start"}' >in
run 65 'bad lines' eros-watch --clock record --reject bad in
is_file err 'eros-watch: in:1: bad record: unexpected end
eros-watch: in:2: bad record: bad name of an agent' 'are told'
is "$(wc -l <bad)" 2 'and kept'
like_file out '"total":1' 'a last line without line feed counts'
run 65 'a strict one stops' eros-watch --clock record --strict in
printf '{"type":"output","content":"x","ts":1}\n' >nameless
run 0 'a record of nobody' eros-watch --clock record nameless
like_file err '1 records name no agent' 'is told'
{ start 0 && printf '{"ts":1,"type":"output","agent":"a","content":"' && head -c 3000000 /dev/zero | tr '\0' x && echo '"}'; } >in
run 0 'a very long line' eros-watch --clock record in
run 65 'one that is too long' eros-watch --clock record --max-record 1M in
run 66 'no such file' eros-watch --clock record none
echo >unreadable && chmod 0 unreadable && chmod 755 .
run 66 'an unreadable file' as_nobody eros-watch --clock record unreadable
run 74 'a full device' sh -c 'eros-watch --clock record stalled >/dev/full'

# By the wall clock.
pulses() { [ "$(grep -c '"pulse"' "$1")" -ge "$2" ]; }
mkfifo pipe
exec 9<>pipe
: >live
eros-watch --team w --interval 0.05 --max-record 1M <pipe >live 2>live.err 9>&- &
watch=$!
wait_for 10 pulses live 3
ok $? 'it ticks when nothing arrives'
run 75 'a second watch that does not wait' eros-watch --team w --no-wait /dev/null
like_file err "team w is watched by pid $watch" 'is told who has the team'
tap_without 'limits of waits' 'one that waits for a while' || run 75 'one that waits for a while' eros-watch --team w --wait 0.1 /dev/null
run 0 'another team' eros-watch --team v /dev/null
ticks_under() {
	: >"live.$1"
	(trap '' PIPE; while "$1"; do :; done) 2>/dev/null | eros-watch --team "$1" --interval 0.05 --max-record 1M >"live.$1" 2>/dev/null &
	flooded=$!
	wait_for 10 pulses "live.$1" 5
	ok $? "it ticks $2"
	kill $flooded
	wait $flooded
	is $? 143 'and ends upon a signal'
}
records() { cat stalled; }
blanks() { echo; }
endless() { head -c 65536 /dev/zero | tr '\0' x; }
ticks_under records 'under a flood of records'
ticks_under blanks 'under a flood of blank lines'
ticks_under endless 'under a line without end'
exec 9>&-
wait $watch
is $? 0 'it ends with its input where no agent runs'

# live AGENT PID: a start of that very process, at this moment.
live() { printf '{"type":"start","agent":"%s","pid":%s,"started":%s}\n' "$1" "$2" "$(sed 's/.*) //' "/proc/$2/stat" | cut -d' ' -f20)"; }
quick() { exec eros-watch --team "$1" --interval 0.02 --warmup 0.1 --silence 2 --turns 0 --timeout 60; }
sleep 600 &
agent=$!
live a $agent >in
quick q <in >outlived &
watch=$!
wait_for 10 grep -q intervene outlived
ok $? 'after its input has ended it goes on while an agent runs'
kill $agent
wait $agent 2>/dev/null
wait $watch
is $? 0 'and ends when none does'
like "$(tail -1 outlived)" '"active":0,"completed":0,"failed":1,"interventions":1' 'which it knows without a record'
[ ! -e "$EROS_HOME/watch/q.jsonl" ]
ok $? 'and leaves nothing'
(quick q <in >out)
is "$(verdicts)" '' 'for a process that is gone there is no intervention'

: >"$EROS_HOME/watch/q.jsonl.aB3dE6"
: >"$EROS_HOME/watch/q2.jsonl.aB3dE6"
(quick q <in >out)
is "$(ls "$EROS_HOME/watch")" q2.jsonl.aB3dE6 'what a watch of the team left that was killed as it saved is removed'

# Of two watches one stands by, and takes over when the other is killed: whenever, nobody is intervened on twice.
sleep 600 &
agent=$!
twice=0 never=0
for i in 1 2 3 4 5 6; do
	rm -rf pipe "$EROS_HOME/watch" && mkfifo pipe && exec 9<>pipe
	: >one
	: >two
	quick s <pipe >one 2>/dev/null 9>&- &
	one=$!
	wait_for 10 pulses one 1 || note 'the first does not start'
	quick s <pipe >two 2>two.err 9>&- &
	two=$!
	wait_for 10 grep -q 'standing by' two.err || note 'the second does not stand by'
	live a $agent >&9
	sleep "0.$((i % 10))$((i * 3 % 10))"
	{ kill -9 $one && wait $one; } 2>/dev/null
	live a $agent | sed s/start/beat/ >&9 # what the first had read last is lost
	wait_for 20 grep -q intervene one two
	soon=$(($(grep -c pulse two) + 10))
	wait_for 20 pulses two $soon || note 'the second does not take over'
	said=$(cat one two | grep -c intervene)
	[ "$said" -gt 1 ] && twice=$((twice + 1))
	[ "$said" -lt 1 ] && never=$((never + 1))
	kill $two && exec 9>&- && wait $two
done 2>/dev/null
is "$twice" 0 'no agent is intervened on twice'
is "$never" 0 'nor forgotten'
kill $agent
done_testing
