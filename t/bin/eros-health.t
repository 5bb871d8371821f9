#!/bin/sh
# eros-health: verdicts, where limits come from, what is passed through, statuses.
# shellcheck source=t/tap.sh
. "${srcdir:-.}/t/tap.sh"

run 0 'the job' eros-health <<'E'
{"risk_score":0.1}
{"risk_score":0.15,"agent":"a1"}
{"risk_score":0.3}
{"coherence":0.85}
{"coherence":0.6}
{"coherence":0.59}
{"void_active":true,"risk_score":0.01}
{"ts":1}
E
is_file out '{"risk_score":0.1,"health":"healthy","reason":"risk_score 0.1 < 0.15"}
{"risk_score":0.15,"agent":"a1","health":"degraded","reason":"risk_score 0.15 >= 0.15"}
{"risk_score":0.3,"health":"critical","reason":"risk_score 0.3 >= 0.3"}
{"coherence":0.85,"health":"healthy","reason":"coherence 0.85 >= 0.85"}
{"coherence":0.6,"health":"degraded","reason":"coherence 0.6 < 0.85"}
{"coherence":0.59,"health":"critical","reason":"coherence 0.59 < 0.6"}
{"void_active":true,"risk_score":0.01,"health":"critical","reason":"void_active"}
{"ts":1,"health":"degraded","reason":"no metrics"}' 'each sample gets health and reason'
is_file err '' 'and nothing is complained of'

# Every other byte survives; members it owns are replaced in place, once.
run 0 'a record with everything' eros-health <<'E'
 { "reason" : "old" , "n":1.0,"big":12345678901234567890, "\u0061":"\u00e9\/é", "health":1,"risk_score" :  2.0e-1 ,"h":{"health":0},"health":{} } 
E
is_file out ' { "reason" : "risk_score 2.0e-1 >= 0.15" , "n":1.0,"big":12345678901234567890, "\u0061":"\u00e9\/é","risk_score" :  2.0e-1 ,"h":{"health":0},"health":"degraded" } ' \
	'old verdicts are replaced in place, the rest keeps its bytes'

# What is no sample passes through.
run 0 'other records' eros-health --fail-on degraded <<'E'
{"type":"output","content":"x", "health":"kept"}
{"type":"pulse","health":"critical"}
{"type":"output","risk_score":null}
E
is_file out '{"type":"output","content":"x", "health":"kept"}
{"type":"pulse","health":"critical"}
{"type":"output","risk_score":null}' 'a record of another type without a metric is not judged'
run 0 'another type with a metric' eros-health <<'E'
{"type":"output","coherence":0.9}
E
like_file out '"health":"healthy"' 'is judged'

# Broken metrics.
run 65 'a broken metric is bad data' eros-health <<'E'
{"risk_score":"low"}
{"risk_score":0.1}
{"risk_score":1e999,"coherence":1}
{"risk_score":0.1,"void_active":"no"}
E
is_file out '{"risk_score":"low","health":"critical","reason":"risk_score \"low\" is not a number from 0 to 1"}
{"risk_score":0.1,"health":"healthy","reason":"risk_score 0.1 < 0.15"}
{"risk_score":1e999,"coherence":1,"health":"critical","reason":"risk_score 1e999 is not a number from 0 to 1"}
{"risk_score":0.1,"void_active":"no","health":"critical","reason":"void_active \"no\" is not true or false"}' \
	'it is critical, the record goes on, so does the stream'
is_file err 'eros-health: stdin:1: bad metric: risk_score "low" is not a number from 0 to 1
eros-health: stdin:3: bad metric: risk_score 1e999 is not a number from 0 to 1
eros-health: stdin:4: bad metric: void_active "no" is not true or false' 'and each is told'

# The literals that Python writes.
run 65 'NaN and Infinity as metrics' eros-health <<'E'
{"risk_score":NaN,"x":1}
{"x":{"risk_score":"NaN"}, "coherence": -Infinity }
{"risk_score":0.1,"void_active":Infinity}
E
is_file out '{"risk_score":"NaN","x":1,"health":"critical","reason":"risk_score \"NaN\" is not a number from 0 to 1"}
{"x":{"risk_score":"NaN"}, "coherence": "-Infinity","health":"critical","reason":"coherence \"-Infinity\" is not a number from 0 to 1" }
{"risk_score":0.1,"void_active":"Infinity","health":"critical","reason":"void_active \"Infinity\" is not true or false"}' \
	'come out as strings, critical'
run 65 'the literals anywhere else' eros-health --reject rejected <<'E'
{"risk_score":0.1,"other":NaN}
{"x":{"risk_score":NaN}}
{"risk_score":[NaN]}
{"risk_score":NaN,"x":Infinity}
{"risk_score":nan}
{"risk_score":NaN} 1
E
is_file out '' 'are no records'
is "$(grep -c 'bad record' err) $(wc -l <rejected)" '6 6' 'told and kept'

# Exit status.
printf '{"risk_score":0.2}\n' >degraded
printf '{"risk_score":0.5}\n' >critical
printf '{"risk_score":0.1}\n' >healthy
run 0 '--fail-on degraded: all healthy' eros-health --fail-on degraded healthy
run 1 '--fail-on degraded: one degraded' eros-health --fail-on degraded healthy degraded healthy
run 1 '--fail-on degraded: one critical' eros-health --fail-on degraded critical
run 0 '--fail-on critical: one degraded' eros-health --fail-on critical degraded
run 1 '--fail-on critical: one critical' eros-health --fail-on critical critical healthy
run 65 'bad data outranks --fail-on' eros-health --fail-on critical - critical <<'E'
{"risk_score":7}
E
run 64 '--fail-on healthy' eros-health --fail-on healthy
like_file err "unknown value 'healthy'" 'is no choice'

# --summary and --worst.
run 65 '--summary' eros-health --summary healthy degraded critical - <<'E'
{"type":"start"}
{"risk_score":2}
{"risk_score":0.01}
E
is "$(tail -1 out)" '{"type":"health","samples":5,"counts":{"healthy":2,"degraded":1,"critical":2},"broken":1}' \
	'ends with a record of counts'
run 0 '--summary of nothing' eros-health --summary </dev/null
is_file out '{"type":"health","samples":0,"counts":{"healthy":0,"degraded":0,"critical":0},"broken":0}' 'counts nothing'
cp out summary
run 0 'a summary read again' eros-health summary
is "$(cat out)" "$(cat summary)" 'passes through'
run 0 '--worst' eros-health --worst <<'E'
{"risk_score":0.1,"coherence":0.5}
E
like_file out '"health":"critical","reason":"coherence 0.5 < 0.6"' 'the worst metric decides'

# Where limits come from.
cat >policy.yaml <<'E'
health:
  default:
    risk: {degraded: 0.2, critical: 0.4}
  specialties:
    code:
      risk: {critical: 0.5}
      coherence: {degraded: 0.9}
    chat: {worst: true}
pad: {}
E
cat >in <<'E'
{"risk_score":0.18}
{"risk_score":0.45}
{"risk_score":0.45,"specialty":"code"}
{"coherence":0.87,"specialty":"c\u006fde"}
{"risk_score":0,"coherence":0.1,"specialty":"chat"}
{"risk_score":0.45,"specialty":"unheard-of"}
E
# verdicts COMMAND…: just the healths, in a line.
verdicts() { "$@" | sed 's/.*"health":"\([a-z]*\).*/\1/' | paste -sd' ' -; }
is "$(verdicts eros-health in)" 'degraded critical critical healthy healthy critical' 'built-in limits'
is "$(verdicts eros-health --policy policy.yaml in)" 'healthy critical degraded degraded critical critical' \
	'a policy, with sections for specialties'
is "$(verdicts env EROS_HEALTH_RISK_CRITICAL=0.46 eros-health --policy policy.yaml in)" \
	'healthy degraded degraded degraded critical degraded' 'environment before policy'
is "$(verdicts env EROS_HEALTH_RISK_CRITICAL=0.46 eros-health --policy policy.yaml --risk-critical 0.42 in)" \
	'healthy critical critical degraded critical critical' 'option before environment'
is "$(verdicts eros-health --risk-degraded 0.46 --risk-critical 0.47 --coherence-degraded 0.88 --coherence-critical 0.05 in)" \
	'healthy healthy healthy degraded healthy healthy' 'each limit has an option'
is "$(verdicts env EROS_HEALTH_WORST=true eros-health in)" 'degraded critical critical healthy critical critical' \
	'worst by the environment'
run 0 'the default policy' eros-health --policy "$srcdir/share/policy/default.yaml" in
eros-health in >plain
is "$(cat out)" "$(cat plain)" 'says what is built in'

run 64 'limits out of order' eros-health --risk-degraded 0.5 healthy
like_file err 'risk is critical from 0.3, so it cannot be degraded from 0.5' 'are named'
run 64 'a limit that is no number' eros-health --risk-critical high
run 64 'a limit out of range' eros-health --coherence-critical=-0.1
like_file err "not between 0 and 1: '-0.1'" 'is named'
run 78 'a bad variable' env EROS_HEALTH_RISK_CRITICAL=2 eros-health healthy
like_file err "EROS_HEALTH_RISK_CRITICAL: not between 0 and 1: '2'" 'is named'
printf 'health:\n  default:\n    risk: {degraded: 0.5}\n' >bad.yaml
run 78 'a policy out of order' eros-health --policy bad.yaml healthy
like_file err '^eros-health: bad.yaml:3: default: risk is critical from 0.3' 'is told with its line'
printf 'health:\n  default:\n    risk: {degrade: 0.1}\n' >bad.yaml
run 78 'a policy with an unknown key' eros-health --policy bad.yaml healthy
like_file err "^eros-health: bad.yaml:3: unknown key 'degrade' \(did you mean 'degraded'\?\)" 'is told with its line'
run 66 'no such policy' eros-health --policy nowhere.yaml healthy
is_file out '' 'and nothing is judged'

# A history kept as a table.
cat >history.csv <<'E'
update,E,coherence,risk,decision
1,,1.0,0.21,approve
2,,1.0,0.30428306722717563,revise
3,0.6,1.0,0.09,approve
E
eros-import -f csv --map risk_score=risk history.csv >imported
is "$(verdicts eros-health imported)" 'degraded critical healthy' 'an imported table is judged row by row'
history=$srcdir/../shared/data/metrics/claude_chat_escalation_recovery_test.csv
if [ -r "$history" ]; then
	sed -n '2,10p' "$history" | awk -F, '{ print $7 < 0.15 ? "healthy" : $7 < 0.30 ? "degraded" : "critical" }' |
		paste -sd' ' - >wanted
	eros-import -f csv --map risk_score=risk "$history" >imported
	is "$(grep risk_score imported | verdicts eros-health)" "$(cat wanted)" 'a real history'
	is "$(cat wanted)" 'degraded degraded degraded degraded critical degraded degraded healthy healthy' \
		'with the health that the thresholds say'
fi

# What every filter must bear.
run 0 'empty input' eros-health </dev/null
is_file out '' 'gives nothing'
printf '{"risk_score":0.1}' >unended
run 0 'no newline at the end' eros-health unended
is_file out '{"risk_score":0.1,"health":"healthy","reason":"risk_score 0.1 < 0.15"}' 'is no less a line'
run 65 'a malformed line' eros-health --reject rejected2 <<'E'
{"risk_score":0.1}
{"risk_score":0.1
{"risk_score":0.2}
E
is "$(verdicts cat out)" 'healthy degraded' 'does not stop the stream'
like_file err '^eros-health: stdin:2: bad record: ' 'and is told'
is_file rejected2 '{"risk_score":0.1' 'and kept'
run 65 '--strict' eros-health --strict <<'E'
{"risk_score":0.1}
{
{"risk_score":0.2}
E
is "$(verdicts cat out)" 'healthy' 'stops at it'
awk 'BEGIN { printf "{\"pad\":\""; for (i = 0; i < 300000; i++) printf "0123456789"; print "\",\"risk_score\":0.2}" }' >long
run 0 'a line of 3 MB' eros-health long
sed 's/,"health":"degraded","reason":"risk_score 0.2 >= 0.15"}$/}/' out | cmp -s - long
ok $? 'is judged whole'
run 65 'a line above --max-record' eros-health --max-record 1M long healthy
is "$(verdicts cat out)" 'healthy' 'is passed over'
run 64 'a bad option' eros-health --no-such
run 66 'a file that is not there' eros-health nowhere healthy
is "$(verdicts cat out)" 'healthy' 'the others are read'
like_file err 'cannot open nowhere' 'and it is named'
chmod 755 .
cp healthy secret && chmod 000 secret
run 66 'a file that may not be read' as_nobody eros-health secret
run 73 '--reject that cannot be' eros-health --reject nowhere/file healthy
run 74 'a full disk' sh -c 'eros-health healthy >/dev/full'
live_filter '{"risk_score":0.1}' eros-health

# Standard descriptors that are closed: no file of the command's own gets into their place.
tap_without 'closed descriptors' 'input, output and messages closed' || {
	run 74 'input closed' timeout 30 sh -c 'eros-health <&-'
	like_file err 'cannot read stdin' 'cannot be read'
	run 74 'output closed' sh -c 'eros-health --reject rejected3 healthy >&-'
	like_file err 'cannot write stdout' 'cannot be written'
	echo '{' | sh -c 'eros-health --reject rejected3 2>&-' >out
	is "$?" '65' 'messages closed'
	is_file rejected3 '{' 'no record and no message gets among the rejected lines'
}
run 0 '--help' eros-health --help
run 0 '--version' eros-health --version
like_file out '^eros-health \(EROS\) ' 'names the command'
run 65 'diagnostics as records' env EROS_LOG=json eros-health <<'E'
{"risk_score":9}
E
like_file err '"error":"bad_metric".*"cause":"risk_score 9 is not a number from 0 to 1"' 'with name and cause'

done_testing
