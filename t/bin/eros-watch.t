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
done_testing
