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
done_testing
