#!/bin/sh
# eros-decide: decisions and their figures, teams that are lost, what is written, statuses.
# shellcheck source=t/tap.sh
. "${srcdir:-.}/t/tap.sh"

# decisions: what was decided in ./out, in a line; member NAME: the values of that.
decisions() { sed 's/.*"decision":"\([a-z_]*\)".*/\1/' out | paste -sd' ' -; }
member() { sed -n 's/.*"'"$1"'":\("[^"]*"\|\[[^]]*\]\|[^,}]*\).*/\1/p' out | paste -sd' ' -; }

run 0 'the job' eros-decide <<'E'
{"type":"pulse","ts":10,"team":"a","total":10,"active":7,"completed":0,"failed":3,"interventions":0,"health":"degraded"}
{"type":"pulse","ts":12,"team":"a","total":10,"active":4,"completed":2,"failed":4,"interventions":1,"health":"critical"}
{"type":"pulse","ts":14,"team":"b","total":30,"active":2,"completed":28,"failed":0,"interventions":0,"health":"healthy"}
{"type":"pulse","ts":16,"team":"b","total":90,"active":9,"completed":81,"failed":0,"interventions":0,"health":"healthy"}
{"type":"report","ts":18,"team":"b","total":90,"active":9,"completed":45,"failed":0,"interventions":9,"health":"critical","reason":"no progress in 120 checks","stalled":["s1"],"complete":[],"incomplete":["s1"]}
{"type":"report","ts":20,"team":"a","total":10,"active":4,"completed":2,"failed":4,"interventions":1,"health":"critical","reason":"no progress in 120 checks","stalled":["s1"],"complete":[],"incomplete":["s1"]}
E
is_file out '{"type":"decision","ts":10,"team":"a","decision":"continue","reason":"failure_rate 0.3 <= 0.3, completion_rate 0 <= 0.8","cause":"pulse","total":10,"active":7,"completed":0,"failed":3,"failure_rate":0.3,"completion_rate":0,"teams":1,"lost":0}
{"type":"decision","ts":12,"team":"a","decision":"pause_and_recalibrate","reason":"failure_rate 0.4 > 0.3","cause":"pulse","total":10,"active":4,"completed":2,"failed":4,"failure_rate":0.4,"completion_rate":0.2,"teams":1,"lost":0}
{"type":"decision","ts":14,"team":"b","decision":"continue","reason":"failure_rate 0.1 <= 0.3, completion_rate 0.75 <= 0.8","cause":"pulse","total":40,"active":6,"completed":30,"failed":4,"failure_rate":0.1,"completion_rate":0.75,"teams":2,"lost":0}
{"type":"decision","ts":16,"team":"b","decision":"advance_phase","reason":"completion_rate 0.83 > 0.8","cause":"pulse","total":100,"active":13,"completed":83,"failed":4,"failure_rate":0.04,"completion_rate":0.83,"teams":2,"lost":0}
{"type":"decision","ts":18,"team":"b","decision":"continue_partial","reason":"completion_rate 0.5 >= 0.5","cause":"report","total":90,"active":9,"completed":45,"failed":0,"failure_rate":0,"completion_rate":0.5,"teams":2,"lost":0}
{"type":"decision","ts":20,"team":"a","decision":"abort","reason":"completion_rate 0.2 < 0.5","cause":"report","total":10,"active":4,"completed":2,"failed":4,"failure_rate":0.4,"completion_rate":0.2,"teams":2,"lost":0}' \
	'each pulse and each report gives a decision that names its figures'
is_file err '' 'and nothing is complained of'

run 0 'no agents' eros-decide <<'E'
{"type":"pulse","team":"a","total":0,"active":0,"completed":0,"failed":0}
E
is_file out '{"type":"decision","team":"a","decision":"continue","reason":"no agents","cause":"pulse","total":0,"active":0,"completed":0,"failed":0,"teams":1,"lost":0}' \
	'continue, without shares'
run 0 'a name that needs escapes' eros-decide <<'E'
{"type":"pulse","team":"a\"\u000ab","total":1}
E
like_file out '"team":"a\\"\\nb"' 'has them'
cp out again
run 0 'other records' eros-decide again - <<'E'
{"type":"output","content":"x","total":1,"failed":1}
{"type":"alert","team":"a"}
{"total":1,"failed":1}
E
is_file out '' 'give none, decisions neither'

# Limits.
cat >pulses <<'E'
{"type":"pulse","ts":1,"team":"a","total":10,"completed":0,"failed":2}
{"type":"pulse","ts":2,"team":"a","total":10,"completed":7,"failed":1}
{"type":"report","ts":3,"team":"a","total":10,"completed":4,"failed":1}
E
run 0 'built-in limits' eros-decide pulses
is "$(decisions)" 'continue continue abort' 'decide'
cp out plain
run 0 'each limit by option' eros-decide --pause 0.1 --advance 0.6 --partial 0.4 pulses
is "$(decisions)" 'pause_and_recalibrate advance_phase continue_partial' 'decides otherwise'
run 0 'a limit that is reached' eros-decide --pause 0.2 --advance 0.7 pulses
is "$(decisions)" 'continue continue abort' 'is not passed'
run 0 'by the environment' env EROS_DECIDE_PAUSE=0.1 EROS_DECIDE_ON_REPORT=continue_partial eros-decide --pause 0.15 pulses
is "$(decisions)" 'pause_and_recalibrate continue continue_partial' 'likewise, after options'
printf 'decide:\n  default: {advance: 0.6, lost: 5m}\nhealth: {}\n' >policy.yaml
run 0 'by a policy' eros-decide --policy policy.yaml pulses
is "$(decisions)" 'continue advance_phase abort' 'likewise'
run 0 'the default policy' eros-decide --policy "$srcdir/share/policy/default.yaml" pulses
is_file out "$(cat plain)" 'says what is built in'
run 0 '--on-report abort' eros-decide --on-report abort --partial 0 pulses
is "$(decisions)" 'continue continue abort' 'decides upon every report'
like "$(tail -1 out)" '"reason":"on_report"' 'and is the reason'
run 0 '--on-report continue_partial' eros-decide --on-report continue_partial --partial 1 pulses
is "$(decisions)" 'continue continue continue_partial' 'too'
run 0 '--on-report share' eros-decide --on-report share pulses
is_file out "$(cat plain)" 'is the default'
run 64 'a share above 1' eros-decide --pause 30
like_file err "'30'" 'is named'
run 64 'a share that is no number' eros-decide --advance 80%
run 64 'another --on-report' eros-decide --on-report retry
run 78 'a bad variable' env EROS_DECIDE_LOST=-1 eros-decide
like_file err 'EROS_DECIDE_LOST' 'is named'
printf 'decide: {default: {pauses: 0.1}}\n' >bad.yaml
run 78 'an unknown key of a policy' eros-decide --policy bad.yaml pulses
like_file err "^eros-decide: bad.yaml:1: unknown key 'pauses' \(did you mean 'pause'\?\)" 'is told with its line'
printf 'decide: {specialties: {code: {pause: 0.1}}}\n' >bad.yaml
run 78 'limits of a specialty' eros-decide --policy bad.yaml pulses
like_file err 'bad.yaml: decide: teams have no specialties' 'are refused'
run 66 'no such policy' eros-decide --policy nowhere.yaml pulses

# Teams that are lost.
cat >teams <<'E'
{"type":"pulse","ts":0,"team":"a","total":4,"active":3,"completed":1,"failed":0}
{"type":"pulse","ts":0,"team":"done","total":1,"active":0,"completed":1,"failed":0}
{"type":"pulse","ts":30,"team":"b","total":5,"active":5,"completed":0,"failed":0}
{"type":"pulse","ts":60,"team":"b","total":5,"active":5,"completed":0,"failed":0}
{"type":"beat","ts":"1970-01-01T00:01:01Z","agent":"s"}
{"type":"pulse","ts":62,"team":"b","total":5,"active":5,"completed":0,"failed":0}
{"type":"pulse","ts":63,"team":"a","total":4,"active":3,"completed":1,"failed":0}
E
run 0 'a team whose pulses stop' eros-decide teams
is "$(member lost)" '0 0 0 0 1 1 0' 'is lost, until it pulses again'
is "$(sed -n 5p out)" '{"type":"decision","ts":61,"team":"a","decision":"continue","reason":"failure_rate 0 <= 0.3, completion_rate 0.2 <= 0.8","cause":"lost","total":10,"active":8,"completed":2,"failed":0,"failure_rate":0,"completion_rate":0.2,"teams":3,"lost":1,"lost_teams":["a"]}' \
	'which is told at once, whatever record brings the time'
is "$(member lost_teams)" '["a"] ["a"]' 'and named as long as it is'
run 0 '--lost 20' eros-decide --lost 20 teams
is "$(member cause | tr -d '"')" 'pulse pulse lost pulse pulse pulse pulse' 'loses sooner'
run 0 '--lost 1m' eros-decide --lost 1m teams
is "$(member lost)" '0 0 0 0 1 1 0' 'is the default'
run 0 '--lost 0' eros-decide --lost 0 teams
is "$(member lost)" '0 0 0 0 0 0' 'loses none'
run 0 'two at once' eros-decide <<'E'
{"type":"pulse","ts":5,"team":"b","total":1}
{"type":"pulse","ts":5,"team":"a\"","total":1}
{"type":"pulse","ts":5,"team":"c","total":1}
{"type":"pulse","ts":100,"team":"c","total":1}
E
like "$(tail -1 out)" '"lost":2,"lost_teams":\["b","a\\""\]}$' 'are both named'
is "$(member cause | tr -d '"')" 'pulse pulse pulse lost lost pulse' 'each told by itself'
run 0 'teams in one file after the other' eros-decide - teams <<'E'
{"type":"pulse","ts":5000,"team":"z","total":1}
E
is "$(member lost)" '0 0 0 0 0 0 0' 'an old ts does not make a team lost by the clock of records'
run 0 'a ts that is no time' eros-decide --lost 1 <<'E'
{"type":"pulse","ts":5,"team":"a","total":1}
{"type":"pulse","ts":1e300,"team":"b","total":1}
{"type":"pulse","ts":-7,"team":"b","total":1}
{"type":"pulse","ts":"soon","team":"b","total":1}
{"type":"pulse","team":"b","total":1}
E
is "$(member ts) $(member lost)" '5 5 5 5 5 0 0 0 0 0' 'leaves the time as it is'

cat >jump <<'E'
{"type":"pulse","ts":5,"team":"a","total":1}
{"type":"pulse","ts":900000,"team":"b","total":1}
{"type":"pulse","ts":6,"team":"c","total":1}
E
run 0 'a ts that is far ahead' eros-decide jump
is "$(member ts) $(member lost)" '5 5 6 0 0 0' 'does not move the time'
run 0 '--max-jump' eros-decide --max-jump 20d jump
is "$(member ts) $(member cause | tr -d '"')" '5 900000 900000 900000 pulse lost pulse pulse' 'says how far is far'
yes '{"ts":900000}' | head -n 10 >steady
run 0 'ten such in a row' eros-decide jump steady
is "$(member cause | tr -d '"')" 'pulse pulse pulse lost lost lost' 'are the time'
run 0 'a first ts that is far ahead' eros-decide <<'E'
{"type":"pulse","ts":2000000,"team":"a","total":1}
{"type":"pulse","ts":6,"team":"b","total":1}
{"type":"pulse","ts":7,"team":"c","total":1}
E
is "$(member ts)" '2000000 6 7' 'is taken back'

# Bounds.
run 0 'a thousand teams and one' sh -c 'seq 1001 | sed "s/.*/{\"type\":\"pulse\",\"ts\":5,\"team\":\"t&\",\"total\":1}/" | eros-decide'
is "$(tail -n 1 out | grep -o '"total":.*"teams":[0-9]*')" \
	'"total":1000,"active":1000,"completed":0,"failed":0,"failure_rate":0,"completion_rate":0,"teams":1000' 'the first is forgotten'
like_file err '^eros-decide: 1 teams were forgotten to stay within --max-teams$' 'and that is said'
run 0 '--max-teams' eros-decide --max-teams 2 jump
is "$(member teams)" '1 2 2' 'bounds their number'
run 65 'a name that has no end' sh -c '{ printf "{\"type\":\"pulse\",\"total\":1,\"team\":\""; head -c 1025 /dev/zero | tr "\0" x; echo "\"}"; } | eros-decide'
like_file err 'bad record: the name of the team is too long$' 'is none'
run 64 'no team' eros-decide --max-teams 0
run 64 'a jump that is no duration' eros-decide --max-jump far

# The wall clock.
run 0 'old pulses by the wall clock' eros-decide --clock wall <<'E'
{"type":"pulse","ts":5,"team":"a","total":1}
{"type":"pulse","team":"b","total":1}
{"type":"pulse","ts":99999999999,"team":"c","total":1}
E
is "$(tail -1 out | grep -o '"lost":.*')" '"lost":1,"lost_teams":["a"]}' 'are those of a team that is lost'
is "$(member ts | tr ' ' '\n' | awk '$1 < 1.6e9 || $1 > 9e9')" '' 'decisions have the time of now'
mkfifo pipe
eros-decide --clock wall --lost 1ms <pipe >live &
pid=$!
exec 3>pipe
echo '{"type":"pulse","team":"a","total":1}' >&3
wait_for 30 grep -q '"cause":"lost"' live
ok $? 'with --clock wall a team is lost though nothing arrives'
exec 3>&-
wait $pid
ok $? 'and the end is the end'

# --changes.
cat >steady <<'E'
{"type":"pulse","ts":1,"team":"a","total":10}
{"type":"pulse","ts":2,"team":"a","total":10,"failed":1}
{"type":"pulse","ts":3,"team":"b","total":10,"failed":9}
{"type":"pulse","ts":4,"team":"b","total":10,"failed":9}
{"type":"pulse","ts":66,"team":"b","total":10,"failed":9}
{"type":"pulse","ts":67,"team":"a","total":10}
{"type":"report","ts":68,"team":"a","total":10}
{"type":"report","ts":69,"team":"a","total":10}
E
run 0 '--changes' eros-decide --changes steady
is "$(member ts)" '1 3 66 67 68 69' 'leaves out what is as before, but no report and no team lost or found'

# Exit status.
printf '{"type":"pulse","total":10}\n' >steadily
printf '{"type":"pulse","total":10,"completed":9}\n' >advance
printf '{"type":"report","total":10,"completed":9}\n' >partial
printf '{"type":"pulse","total":10,"failed":9}\n' >pause
printf '{"type":"report","total":10,"completed":1}\n' >abort
for case in 'lost 0 0 1 1 1' 'continue_partial 0 0 1 1 1' 'pause 0 0 0 1 1' 'pause_and_recalibrate 0 0 0 1 1' 'abort 0 0 0 0 1'; do
	word=${case%% *} got=
	for file in steadily advance partial pause abort; do
		eros-decide --fail-on "$word" "$file" >/dev/null
		got="$got $?"
	done
	is "$word$got" "$case" "--fail-on $word"
done
run 1 '--fail-on lost, one lost' eros-decide --fail-on lost teams
run 0 '--fail-on continue_partial, one lost' eros-decide --fail-on continue_partial teams
run 1 'what was decided once' eros-decide --fail-on pause pause steadily
run 1 'with --changes too' eros-decide --changes --fail-on pause pause steadily
run 65 'bad data outranks --fail-on' eros-decide --fail-on pause pause - <<'E'
{
E
run 64 '--fail-on continue' eros-decide --fail-on continue
like_file err "unknown value 'continue'" 'is no choice'

# Bad figures.
run 65 'figures that are none' eros-decide --reject rejected - advance <<'E'
{"type":"pulse","team":"a","total":10,"failed":11}
{"type":"pulse","team":"a"}
{"type":"pulse","team":["a"],"total":1}
E
is "$(decisions)" 'advance_phase' 'are not decided upon'
is_file err 'eros-decide: stdin:1: bad record: failed is above total
eros-decide: stdin:2: bad record: a pulse without total
eros-decide: stdin:3: bad record: team is no string' 'and told'
is "$(wc -l <rejected)" '3' 'and kept'

# What every filter must bear.
run 0 'empty input' eros-decide </dev/null
is_file out '' 'gives nothing'
printf '{"type":"pulse","total":1}' >unended
run 0 'no newline at the end' eros-decide unended
is "$(decisions)" 'continue' 'is no less a line'
run 65 'a malformed line' eros-decide --reject rejected2 pause - advance <<'E'
{"type":"pulse","total":1
E
is "$(decisions)" 'pause_and_recalibrate advance_phase' 'does not stop the stream'
like_file err '^eros-decide: stdin:1: bad record: ' 'and is told'
is_file rejected2 '{"type":"pulse","total":1' 'and kept'
run 65 '--strict' eros-decide --strict - advance <<'E'
{
E
is_file out '' 'stops at it'
awk 'BEGIN { printf "{\"pad\":\""; for (i = 0; i < 300000; i++) printf "0123456789"; print "\",\"type\":\"pulse\",\"total\":3}" }' >long
run 0 'a line of 3 MB' eros-decide long
is "$(decisions) $(member total)" 'continue 3' 'is read whole'
run 65 'a line above --max-record' eros-decide --max-record 1M long advance
is "$(decisions)" 'advance_phase' 'is passed over'
run 64 'a bad option' eros-decide --no-such
run 64 'another clock' eros-decide --clock sun
run 66 'a file that is not there' eros-decide nowhere advance
is "$(decisions)" 'advance_phase' 'the others are read'
like_file err 'cannot open nowhere' 'and it is named'
chmod 755 .
cp advance secret && chmod 000 secret
run 66 'a file that may not be read' as_nobody eros-decide secret
run 73 '--reject that cannot be' eros-decide --reject nowhere/file advance
run 74 'a full disk' sh -c 'eros-decide advance >/dev/full'
run 65 'diagnostics as records' env EROS_LOG=json eros-decide <<'E'
{"type":"pulse"}
E
like_file err '"error":"bad_record".*"cause":"a pulse without total"' 'with name and cause'
live_filter "$(cat advance)" eros-decide

done_testing
