#!/bin/sh
# eros-alert: rules over records.
. "${srcdir:-.}/t/tap.sh"

# brief FILE: of each alert its moment, state, name and agent.
brief() { jq -r '"\(.ts) \(.state) \(.alert) \(.agent // "-")"' "$1"; }

cat >samples <<'END'
{"ts":0,"agent":"a1","risk_score":0.31}
{"ts":45,"agent":"a1","risk_score":0.42}
{"ts":75,"agent":"a1","risk_score":0.40}
{"ts":90,"agent":"a1","risk_score":0.12}
END

# The job

run 0 'a condition with a wait' eros-alert -e 'risk_score >= 0.3' --name HighRisk --for 1m samples
is "$(brief out)" '60 firing HighRisk a1
90 resolved HighRisk a1' 'fires when it has held for as long, resolved when it ends'
is "$(jq -c '[.type, .active_at, .value, .labels, .annotations]' out | head -1)" \
	'["alert",0,0.42,{"agent":"a1"},{}]' 'the members of an alert'
is "$(jq -r .fingerprint out | sort -u | grep -Ec '^[0-9a-f]{16}$')" 1 'one fingerprint for both'

run 0 'several conditions' eros-alert -e 'risk_score >= 0.3' -e 'risk_score >= 0.4' --name More samples
is "$(brief out)" '0 firing risk_score >= 0.3 a1
45 firing More a1
90 resolved risk_score >= 0.3 a1
90 resolved More a1' 'each with its name, by default the condition'

run 0 'pending is told when asked for' eros-alert -e 'risk_score >= 0.3' --name R --for 1m --pending samples
is "$(brief out | head -1)" '0 pending R a1' 'before firing'

run 0 'from standard input' eros-alert -e 'risk_score >= 0.4' --name R <samples
is "$(brief out | head -1)" '45 firing R a1' 'the same'

run 0 'without last newline' eros-alert -e 'x > 1' --name R <<END
{"ts":1,"x":1}
$(printf '{"ts":2,"x":2}')
END
is "$(brief out)" '2 firing R -' 'records without the member that is grouped by are a group'

cat >tools <<'END'
{"ts":1,"agent":"a","type":"tool_result","tool":"bash","ok":false}
{"ts":2,"agent":"a","type":"tool_result","tool":"edit","ok":false}
{"ts":3,"agent":"b","type":"tool_result","tool":"bash","ok":false}
{"ts":4,"agent":"a","type":"tool_result","tool":"bash","ok":false}
{"ts":400,"agent":"b","type":"output"}
END
run 0 'by agent and tool' eros-alert -e 'count(not ok) over 5m >= 2' --by agent,tool --name C tools
is "$(jq -c '[.ts, .state, .agent, .tool, .value]' out)" '[4,"firing","a","bash",2]
[301,"resolved","a","bash",1]' 'counts and members are those of the group'
run 0 'by nothing' eros-alert -e 'count(not ok) over 5m >= 4' --by '' --name C tools
is "$(brief out | head -1)" '4 firing C -' 'all records are one group'

cat >beats <<'END'
{"ts":0,"agent":"a","type":"beat","beat":1}
{"ts":0,"agent":"b","type":"beat","beat":1}
{"ts":60,"agent":"b","type":"beat","beat":1}
{"ts":120,"agent":"b","type":"beat","beat":1}
{"ts":180,"agent":"a","type":"beat","beat":1}
END
run 0 'absence' eros-alert -e 'absent(beat) over 90s' --name Silent beats
is "$(brief out)" '90 firing Silent a
180 resolved Silent a' 'a silent group is noticed by the time of others'

cat >long.yaml <<'END'
groups:
  - name: g
    rules:
      - {alert: Long, expr: x > 1, for: 1h30m, keep_firing_for: 1m30s}
END
run 0 'compound durations' eros-alert --stale 2h --rules long.yaml - <<'END'
{"ts":0,"x":2}
{"ts":5399,"x":2}
{"ts":5400,"x":2}
{"ts":5401,"x":0}
{"ts":5490,"x":0}
{"ts":5491,"x":0}
END
is "$(brief out)" '5400 firing Long -
5491 resolved Long -' 'are held and kept that long'

run 0 'staleness' eros-alert -e 'risk_score > 0.3' --name R --stale 10 - <<'END'
{"ts":0,"agent":"a","risk_score":0.5}
{"ts":11,"agent":"b"}
END
is "$(brief out)" '0 firing R a
10 resolved R a' 'a silent group ends after --stale'

run 0 'repetition' eros-alert -e 'absent(beat) over 90s' --name S --repeat 60 beats
is "$(brief out)" '90 firing S a
150 firing S a
180 resolved S a' 'told again after --repeat'

run 0 'group wait' eros-alert -e 'risk_score > 0.3' --name R --group-wait 20 - <<'END'
{"ts":0,"agent":"a","risk_score":0.5}
{"ts":10,"agent":"b","risk_score":0.5}
{"ts":30,"agent":"c"}
END
is "$(brief out)" '20 firing R a
20 firing R b' 'told together'

run 0 'labels for Alertmanager' eros-alert -e 'x > 1' --name R --by 2x,a.b,alertname --format alertmanager - <<'END'
{"ts":0,"2x":"q","a.b":1,"alertname":"other","x":5}
END
is "$(jq -c '.[0].labels' out)" '{"alertname":"R","_x":"q","a_b":"1"}' 'have names that it takes'

# Rules

cat >rules.yaml <<'END'
groups:
  - name: risk
    labels: {team: core}
    rules:
      - alert: HighRisk
        expr: risk_score >= 0.3 and not void_active
        for: 1m
        keep_firing_for: 30s
        labels: {severity: page, where: "{{ agent }}/{{ $labels.severity }}"}
        annotations:
          summary: "{{ agent }} is at {{ risk_score }} ({{$value}}) in {{ meta.turn }}{{ nothing }}"
      - alert: ToolErrors
        expr: count(type == "tool_result" and ok == false) over 5m >= 2
        by: [agent, tool]
tests:
  - name: high risk
    input:
      - {ts: 0, agent: a1, risk_score: 0.5}
      - '{"ts": 60, "agent": "a1", "risk_score": 0.6}'
    alerts:
      - {ts: 60, alert: HighRisk, state: firing, agent: a1, labels: {severity: page}}
END
cat >input <<'END'
{"ts":0,"agent":"a1","risk_score":0.5,"meta":{"turn":7}}
{"ts":61,"agent":"a1","risk_score":0.61,"meta":{"turn":8}}
{"ts":70,"agent":"a1","risk_score":0.1,"meta":{"turn":9}}
{"ts":120,"agent":"a2","risk_score":0.1}
END
run 0 'rules' eros-alert --rules rules.yaml input
is "$(brief out)" '60 firing HighRisk a1
100 resolved HighRisk a1' 'keep_firing_for'
is "$(jq -c '[.labels, .annotations.summary]' out)" \
'[{"agent":"a1","team":"core","severity":"page","where":"a1/page"},"a1 is at 0.5 (0.5) in 7"]
[{"agent":"a1","team":"core","severity":"page","where":"a1/page"},"a1 is at 0.61 (0.61) in 8"]' \
	'labels and annotations are filled in'

# bad NAME REGEX RULES: the rules are refused with 78 and a message that matches.
bad() {
	printf '%s\n' "$3" >bad.yaml
	run 78 "$1" eros-alert --check bad.yaml && like_file err "$2" "$1: message"
}
bad 'unknown key' "bad.yaml:1: unknown key 'thresold'" 'thresold: 1'
bad 'unknown key in a rule' "bad.yaml:2: .*unknown key 'exp'.*'expr'" 'groups: [{name: g, rules: [
  {alert: A, exp: x > 1}]}]'
bad 'rule without a name' 'bad.yaml:1: rule without a name' 'groups: [{name: g, rules: [{expr: x > 1}]}]'
bad 'rule without a condition' 'without a condition' 'groups: [{name: g, rules: [{alert: A}]}]'
bad 'constant comparison' 'A: constant.* at column 1' 'groups: [{name: g, rules: [{alert: A, expr: 2 > 1}]}]'
bad 'constant part' 'constant.* at column 11' 'groups: [{name: g, rules: [{alert: A, expr: x > 1 and 2 > 1}]}]'
bad 'condition' "expected a number after '>=' at column" 'groups: [{name: g, rules: [{alert: A, expr: x >= }]}]'
bad 'the same rule twice' 'same name and labels as the rule in line 1' \
	'groups: [{name: g, rules: [{alert: A, expr: x > 1}, {alert: A, expr: x > 2}]}]'
bad 'braces that do not close' "'{{' without '}}'" \
	'groups: [{name: g, rules: [{alert: A, expr: x > 1, annotations: {s: "{{ x"}}]}]'
# shellcheck disable=SC2016 # $value is for eros-alert
bad 'a function in braces' 'expected a member' \
	'groups: [{name: g, rules: [{alert: A, expr: x > 1, annotations: {s: "{{ $value | humanize }}"}}]}]'
bad 'name of a label' "labels: bad name 'a-b'" \
	'groups: [{name: g, rules: [{alert: A, expr: x > 1, labels: {a-b: c}}]}]'
bad 'duration' 'for' 'groups: [{name: g, rules: [{alert: A, expr: x > 1, for: soon}]}]'
bad 'no rules' 'no rules' 'tests: []'
bad 'a list' 'expected a map' '- 1'
bad 'empty file' 'no rules' ''
run 78 'a condition of -e' eros-alert -e '1 > 2' </dev/null
run 78 'the same -e twice' eros-alert -e 'x > 2' -e 'x > 2' </dev/null

# --check and --test

run 0 'check' eros-alert --check rules.yaml
is_file out '{"type":"check","rules":2,"hints":1}' 'a summary'
like_file err "rules.yaml:5: hint: HighRisk: .*'nothing'" 'a member nobody knows is a hint'
run 0 'check of -e' eros-alert --check -e 'risk_skore > 1'
like_file err "did you mean 'risk_score'" 'with what was probably meant'
run 0 'test' eros-alert --test rules.yaml
is_file out '{"type":"test","tests":1,"failed":0}' 'a summary'
sed 's/ts: 60, alert/ts: 61, alert/' rules.yaml >failing.yaml
run 1 'a test that fails' eros-alert --test failing.yaml rules.yaml
is_file out '{"type":"test","tests":2,"failed":1}' 'a summary counts it'
like_file err '^failing.yaml:16: failed: high risk$' 'says which'
like_file err '^ *got: \{"type":"alert","ts":60' 'what was got'
like_file err '^ *want: \{"ts":61,"alert":"HighRisk"' 'what was wanted'
for f in "$srcdir"/share/rules/*.yaml; do
	run 0 "check ${f##*/}" eros-alert --check "$f"
	is_file err '' "${f##*/} gives no hint"
	run 0 "test ${f##*/}" eros-alert --test "$f"
	unlike "$(cat out)" '"tests":0' "${f##*/} has tests"
done
# Members that eros-record(5) defines are known, and no others.
sed -n 's/^\.It Cm \(.*\) Pq .*/\1/p' "$srcdir/man/eros-record.5" | tr -d ' ' | tr , '\n' |
	sort -u >members
while read -r member; do set -- "$@" -e "exists($member)"; done <members
run 0 'all members' eros-alert --check "$@"
is_file err '' 'every member of eros-record(5) is known'

# Alertmanager

run 0 'alertmanager' eros-alert --rules rules.yaml --format alertmanager --generator-url http://x/ input
is "$(jq -c 'map([.labels.alertname, .labels.severity, .startsAt, .endsAt, .generatorURL])' out)" \
'[["HighRisk","page","1970-01-01T00:01:00.000Z","1970-01-01T08:01:00.000Z","http://x/"],["HighRisk","page","1970-01-01T00:01:00.000Z","1970-01-01T00:01:40.000Z","http://x/"]]' \
	'one array, as its API takes it'
is "$(jq -c '[.[] | .labels + .annotations | map(type)] | add | unique' out)" '["string"]' 'all values are strings'
run 0 'alertmanager without alerts' eros-alert -e 'x > 1' --format alertmanager </dev/null
is_file out '[]' 'an empty array'

# State

head -2 samples >log
run 0 'a first run' eros-alert -e 'risk_score >= 0.3' --name R --for 1m --state st log
is_file out '' 'pending at its end'
run 0 'the same again' eros-alert -e 'risk_score >= 0.3' --name R --for 1m --state st log
is_file out '' 'adds nothing'
cp samples log
run 0 'a second run on the log that has grown' eros-alert -e 'risk_score >= 0.3' --name R --for 1m --state st log
is "$(brief out)" '60 firing R a1
90 resolved R a1' 'goes on where the first ended'
run 0 'a third' eros-alert -e 'risk_score >= 0.3' --name R --for 1m --state st log
is_file out '' 'tells nothing again'
is "$(stat -c %a st)" 600 'the state is private'

head -3 samples >log
run 1 'fail-on' eros-alert -e 'risk_score >= 0.3' --name R --fail-on firing --state gone log
run 1 'fail-on for one that fires on' eros-alert -e 'risk_score >= 0.3' --name R --fail-on firing --state gone log
is_file out '' 'though there is nothing new to tell'
run 0 'its rule is gone' eros-alert -e 'risk_score >= 0.9' --name Other --fail-on firing --state gone log
is "$(brief out)" '75 resolved R a1' 'it is told as resolved'

printf 'damaged\n' >damaged
run 65 'a damaged state' eros-alert -e 'x > 1' --state damaged </dev/null
like_file err 'damaged:1: bad state' 'says where'
is_file damaged damaged 'and is left alone'
run 0 'state of two groups' eros-alert -e 'risk_score >= 0.3' --name R --state two - <<'END'
{"ts":0,"agent":"a","risk_score":0.5}
{"ts":0,"agent":"b","risk_score":0.5}
END
sed '$d' two >'cut'
run 65 'a state cut short' eros-alert -e 'x > 1' --state 'cut' </dev/null
sed '1s/"version":1/"version":2/' two >new
run 65 'a state of another version' eros-alert -e 'x > 1' --state new </dev/null
like_file err 'another version' 'says so'
: >empty
run 0 'an empty state' eros-alert -e 'x > 1' --state empty </dev/null
flock two.lock eros-alert -e 'x > 1' --state two </dev/null 2>err
is $? 75 'a state in use'
like_file err 'two is in use by another run' 'says so'

printf '{"type":"alert","ts":0,"agen' >torn
eros-alert -e 'x > 1' --name R --state torn.st >>torn <<'END'
{"ts":1,"agent":"a","x":2}
END
is "$(sed -n 2p torn | jq -c '[.ts, .alert]')" '[1,"R"]' 'what is added to a torn file begins a line'

# Input and statuses

run 0 'empty input' eros-alert -e 'x > 1' </dev/null
is_file out '' 'no alert'
run 65 'a line that is no record' eros-alert -e 'x > 1' --name R --fail-on firing --reject rej - <<'END'
{"ts":1,"agent":"a","x":2}
oops
END
is "$(brief out)" '1 firing R a' 'the rest is handled'
is_file rej oops 'the line is kept'
like_file err 'stdin:2: bad record' 'and reported'
run 65 'strict' eros-alert -e 'x > 1' --strict - <<'END'
oops
{"ts":1,"agent":"a","x":2}
END
is_file out '' 'stops'
long=$(head -c 200000 /dev/zero | tr '\0' a)
printf '{"ts":1,"agent":"a","x":2,"y":"%s"}\n' "$long" >long
run 0 'a long line' eros-alert -e 'x > 1' --name R long
is "$(brief out)" '1 firing R a' 'is a record like any'
run 65 'a line that is too long' eros-alert -e 'x > 1' --max-record 1K long
printf '{"ts":1,"agent":"%s","x":2}\n' "$long" >long
run 0 'a long value to group by' eros-alert -e 'x > 1' long
is "$(jq -r '.agent | length' out)" 1024 'is cut'
run 0 'wrong times' eros-alert -e 'x > 1' --name R - <<'END'
{"ts":100,"agent":"a","x":2}
{"ts":1e300,"agent":"b","x":0}
{"ts":101,"agent":"a","x":0}
END
is "$(brief out)" '100 firing R a
101 resolved R a' 'do not move the time'
like_file err '1 records were taken at the time as it stood' 'and are counted'
run 0 'more groups than allowed' eros-alert -e 'x > 1' --name R --max-groups 1 - <<'END'
{"ts":1,"agent":"a","x":2}
{"ts":2,"agent":"b","x":2}
END
like_file err '1 groups were dropped' 'are counted'
n=$(tap_times 100000)
some=$((n + 500))
awk -v some=$some 'BEGIN { for (i = 0; i < 2 * some - 500; i++)
	printf "{\"ts\":%d,\"agent\":\"a%d\",\"x\":2}\n", i / 1000, i % some }' >many
run 0 'a hundred thousand groups, and some' eros-alert -e 'x > 1' --name R --stale 0 ${TAP_LESS:+--max-groups "$n"} many
is "$(jq -r .state out | sort | uniq -c | tr -s ' ')" " $((n + some)) firing
 $some resolved" 'each fires, and again when it is back after it had to go'
like_file err "$some groups were dropped" 'those that went are counted'
run 0 'a hundred thousand groups' eros-alert -e 'x > 1' --name R --stale 0 --max-groups "$some" many
is "$(jq -r .state out | sort | uniq -c | tr -s ' ')" " $some firing" 'all known at a time'
is_file err '' 'none is dropped'
run 64 'no rules' eros-alert
run 64 'a bad option' eros-alert --nonsense
run 64 'a bad duration' eros-alert -e 'x > 1' --stale soon
run 64 'a bad word' eros-alert -e 'x > 1' --clock sun
run 64 'a name before its condition' eros-alert --name R -e 'x > 1'
run 66 'no such file' eros-alert -e 'x > 1' nowhere
run 66 'no such rules' eros-alert --rules nowhere
cp samples secret && cp rules.yaml secret.yaml && chmod 0 secret secret.yaml && chmod 755 .
run 66 'an unreadable file' as_nobody "$(command -v eros-alert)" -e 'x > 1' "$TMP/secret"
run 66 'unreadable rules' as_nobody "$(command -v eros-alert)" --rules "$TMP/secret.yaml"
run 73 'a reject file that cannot be made' eros-alert -e 'x > 1' --reject nowhere/no samples
run 73 'a state that cannot be written' eros-alert -e 'x > 1' --state nowhere/st </dev/null
run 74 'a full device' sh -c 'eros-alert -e "risk_score > 0.1" samples >/dev/full'
run 74 'a full device, with a state' sh -c 'eros-alert -e "risk_score > 0.1" --state full samples >/dev/full'
[ ! -s full ]
ok $? 'the state does not say what was not told'
run 0 'help' eros-alert --help
like_file out 'Usage: eros-alert' 'on standard output'

# Live

live_filter '{"ts":1,"agent":"a","x":2}' eros-alert -e 'x > 1' --name R
mkfifo pipe
eros-alert -e 'absent(beat) over 300ms' --by '' --name S --clock wall pipe >live &
exec 3>pipe
wait_for 5 test -s live
ok $? 'by the wall clock an alert comes without input'
exec 3>&-
wait

# Killed at any moment: each alert is told at least once.
i=0
while [ $i -lt 400 ]; do
	printf '{"ts":%d,"agent":"a%d","x":2}\n' $i $i
	i=$((i + 1))
done >many
: >all
i=0
while [ $i -lt 25 ]; do
	head -$((i * 16 + 16)) many >some
	eros-alert -e 'x > 1' --name R --state kst --stale 0 --repeat 0 some >>all 2>/dev/null &
	pid=$!
	[ $((i % 5)) -eq 4 ] || kill -9 $pid 2>/dev/null
	wait $pid
	i=$((i + 1))
done 2>/dev/null
eros-alert -e 'x > 1' --name R --state kst --stale 0 --repeat 0 many >>all
# A line that a kill cut short is no record, and told again later.
is "$(grep -o '"agent":"a[0-9]*"' all | sort -u | wc -l)" 400 'killed again and again, it loses no alert'
is "$(jq -r .state all | sort -u)" firing 'and makes up none'

done_testing
