#!/bin/sh
# What make demo shows is what its text says.
. "${srcdir:-.}/t/tap.sh"

run 0 'the demo runs' "$srcdir/demo/run"
like_file out '^\.\.\. .*"diagnosis":"looping"' 'the loop is found'
is "$(grep -c '"alert":"diagnosis' out)" 1 'and told once'
like_file out '"type":"alert","ts":17723556[0-9]*,"alert":"diagnosis == .*"state":"firing","agent":"invoices"' \
	'before the recording ends'
is "$(grep -c '"alert":"AgentCritical","state":"firing"' out)" 3 'each critical agent is told of once'
is "$(grep '"state":"resolved"' out | grep -c '"agent":"planner"')" 1 'the one that recovers is resolved'
like_file out '"summary":"planner: risk_score 0\.37 >= 0\.3"' 'a summary is filled in'
like_file out '^exit status 1$' 'and the exit status is shown'
is_file err '' 'nothing is complained of'

# The part with processes. Times differ from run to run, what happens does not.
export TMPDIR="$TMP"
run 0 'the three agents run' timeout 120 "$srcdir/demo/live"
is_file err '' 'nothing is complained of'
# told TYPE: member VALUES of the records of that type, "agent VALUE" each, sorted.
told() { sed -n "s/^{\"type\":\"$1\",.*\"agent\":\"\([a-z]*\)\".*\"$2\":\"\{0,1\}\([a-z0-9]*\).*/\1 \2/p" out | sort | xargs; }
is "$(told intervene cause)" 'reviewer stalled tester looping' 'the watch asks for an end of two of them, once each'
is "$(grep -v '"below":' out >above; mv above out; told reap action)" 'reviewer ended tester ended' 'which eros-reap ends'
is "$(told exit attempt)" 'tester 0 tester 1' 'the tester has a second attempt'
like_file out '"type":"exit",.*"agent":"tester",.*"signal":15,.*"diagnosis":"looping","reason":"looping for [0-9]+ checks"' \
	'since it was looping'
like_file out '"agent":"tester","attempt":1,.*"content":"Told: The same call gives the same result\.' 'it finds the correction'
like_file out '"type":"result",.*"agent":"tester","attempt":1,"ok":true' 'and gets to a result'
like_file out '"type":"pulse",.*"total":3,"active":0,"completed":2,"failed":1,"interventions":2' 'the last pulse counts them'
like_file out '"decision":"pause_and_recalibrate","reason":"failure_rate 0\.33' 'and the decision is by that'
gone() { ! grep -lqs "EROS_HOME=$TMP/eros-demo" /proc/[0-9]*/environ; }
wait_for 10 gone
ok $? 'no process is left'
is "$(find "$TMP" -name 'eros-demo*')" '' 'and no file'

# One that is ended in the middle ends its agents.
"$srcdir/demo/live" >out 2>err &
demo=$!
silent() { grep -qs 'pull request' "$TMP"/eros-demo*/records; }
wait_for 60 silent
ok $? 'it runs again'
kill "$demo"
wait "$demo"
is $? 1 'is told to end'
wait_for 20 gone
ok $? 'and leaves no process'

# The part with two managers: however they meet, what was granted is what has happened.
run 0 'two managers compete' timeout 120 "$srcdir/demo/shared"
is_file err '' 'nothing is complained of'
granted=$(sed -n 's/^\([0-9]*\) of the 20 were granted.*/\1/p' out)
is "$(sed -n 's/^"turn":\([0-9]*\)$/\1/p' out)" "$granted" 'each advance that was granted is a turn'
[ "$granted" -ge 10 ] && [ "$granted" -le 20 ]
ok $? 'one of the two is granted its plan at least'
like_file out "\"op\":\"revert\",\"by\":\"carla\",\"ok\":true,.*\"turn\":$((granted + 1)),\"state\":\"plan\"" 'what they did is taken back'
is "$(grep -c '"op":"advance",.*"state":"build"' out)" 1 'and the next phase begins when all have acted'

# The part with audits.
run 0 'two audits are verified' "$srcdir/demo/verify"
is_file err '' 'nothing is complained of'
is "$(grep -c '^# Master Bug Report$' out)" 1 'the master report is shown'
like_file out '7 stated, 6 after duplicates were merged: 3 confirmed' 'with what it came to'
like_file out '^exit status 1$' 'and the exit status for CI'
done_testing
