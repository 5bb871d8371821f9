#!/bin/sh
. "${srcdir:-.}/t/tap.sh"

# members FILE KEY…: the values of these members, of each record in turn, on one line.
members() {
	file=$1
	shift
	while IFS= read -r line; do
		for key; do
			printf '%s ' "$(printf '%s\n' "$line" | grep -o "\"$key\":[^,}]*" | cut -d: -f2)"
		done
	done <"$file"
}

# repeat N LINE
repeat() { yes "$2" | head -n "$1"; }

# calls N OK: N calls of the same tool with the same arguments, and their answers.
calls() {
	i=0
	while [ $((i += 1)) -le "$1" ]; do
		echo "{\"type\":\"tool\",\"agent\":\"a\",\"tool\":\"Bash\",\"id\":\"t$i\",\"input\":{\"command\":\"make\"}}"
		echo "{\"type\":\"tool_result\",\"agent\":\"a\",\"id\":\"t$i\",\"ok\":$2,\"content\":\"nothing to do\"}"
	done
}

run 0 'an output is judged' eros-pad <<'END'
{"ts": 1.0, "type":"output","agent":"a","content":"Reading\u0020it.","x":[1]}
END
judged='{"ts": 1.0, "type":"output","agent":"a","content":"Reading\u0020it.","x":[1],"pleasure":0.7,"arousal":0,"dominance":0.65,"healthy":true,"diagnosis":"ok","repetition":0,"cycle":0,"errors":0}'
is_file out "$judged" 'its own members are appended, the rest stays as it is'
mv out judged
run 0 'judging what was judged' eros-pad judged
is_file out "$judged" 'replaces its members in place'
run 0 'a record with its members twice' eros-pad <<'END'
{"healthy":1,"agent":"a","content":"Hello.","cycle":7,"healthy":2,"cycle":9}
END
is "$(grep -o '"healthy"' out | wc -l) $(grep -o '"cycle":[0-9]*' out)" '1 "cycle":0' 'has them once after'

cat >others <<'END'
{"type":"usage","agent":"a","input_tokens":1,"content":"x"}
{"type":"result","agent":"a","content":"Done.","healthy":7}
{"type":"output","role":"user","agent":"a","content":"Go on."}
{"type":"wait","agent":"a","reason":"api_retry"}
{"type":"raw","agent":"a","compact":true}
{"type":"output","agent":"a"}
{"type":17,"content":"x"}
{"risk_score":0.1}
{}
END
run 0 'records that are no doing of the agent' eros-pad others
cmp -s out others
ok $? 'pass through unchanged'

repeat 6 '{"agent":"a","goal":"g","content":"Trying once more."}' >loop
run 0 'a loop of outputs without a type' eros-pad loop
is "$(members out healthy)" 'true true true true false false ' 'is found at the fifth'
is "$(members out diagnosis)" '"ok" "ok" "ok" "ok" "looping" "looping" ' 'and called so'
is "$(members out cycle)" '0 0 0 1 1 1 ' 'with its cycle'
is "$(members out repetition)" '0 0.1667 0.4444 0.6429 0.7619 0.8333 ' 'and graded'

calls 6 true >six
run 0 'a loop of tool calls without a word' eros-pad six
grep '"type":"tool"' out >tools
is "$(members tools healthy)" 'true true true true false false ' 'is found'
is "$(tail -1 out | grep -o '"cycle":1,"errors":0')" '"cycle":1,"errors":0' 'with its cycle'
calls 10 false | eros-pad >out
is "$(tail -1 out | grep -o '"errors":.*')" '"errors":5}' 'errors are counted over the window'

for agent in a b c d e f; do echo "{\"agent\":\"$agent\",\"content\":\"Working on it.\"}"; done >many
run 0 'what several agents say' eros-pad many
is "$(members out repetition)" '0 0 0 0 0 0 ' 'is no repetition'
repeat 5 '{"content":"Same."}' | eros-pad >out
like "$(tail -1 out)" '"diagnosis":"looping"' 'records without an agent are those of one'

sed 's/"goal":"g"/"goal":"Trying to be done"/' loop >classic
run 0 'the classic model' eros-pad --model classic classic
is "$(members out pleasure)" '0.25 0.25 0.25 0.25 0.25 0.25 ' 'counts the words of the goal'
is "$(members out arousal)" '0 0 0.4 0.4 0.4 0.4 ' 'and repeats'
is "$(members out dominance healthy diagnosis | cut -c1-22)" '0 false "uncertain" 0 ' 'and judges by that'
run 0 'the classic model without an output' eros-pad --model classic six
like "$(head -1 out)" '"pleasure":0,"arousal":0,"dominance":0,"diagnosis":"no output"' 'gives no verdict'
echo '{"agent":"a","goal":"fix it","content":"it is done, completed"}' >fine
run 0 'the classic model on a good output' eros-pad --model classic fine
is "$(members out pleasure dominance healthy)" '0.5 0.4 true ' 'finds it healthy'

for limit in pleasure=0.5 dominance=0.4 arousal=0; do
	run 0 "--$limit" eros-pad --model classic --"$limit" fine
	is "$(members out healthy)" 'false ' 'moves the threshold, which is not part of what is healthy'
done
run 0 '--repetition' eros-pad --repetition 0.4 loop
is "$(members out healthy)" 'true true false false false false ' 'moves the threshold'
run 0 '--window' eros-pad --model classic --window 1 --pleasure 0.6 - <<'END'
{"agent":"a","goal":"one two","content":"one"}
{"agent":"a","goal":"one two","content":"two"}
END
is "$(members out pleasure)" '0.5 0.5 ' 'is how many outputs count'
EROS_PAD_REPETITION=0.4 eros-pad loop >out
is "$(members out healthy)" 'true true false false false false ' 'the environment moves it, too'

cat >policy.yaml <<'END'
pad:
  default:
    repetition: 0.4
  specialties:
    research:
      repetition: 0.8
END
run 0 '--policy' eros-pad --policy policy.yaml loop
is "$(members out healthy)" 'true true false false false false ' 'moves it'
sed 's/^{/{"specialty":"research",/' loop >research
run 0 '--policy for a specialty' eros-pad --policy policy.yaml research
is "$(members out healthy)" 'true true true true true false ' 'moves it otherwise'
sed 's/repetition/repetitoin/' policy.yaml >wrong.yaml
run 78 'a wrong policy' eros-pad --policy wrong.yaml loop
like_file err 'wrong.yaml:3: .*repetitoin' 'is named with its line'
run 66 'a policy that is not there' eros-pad --policy none.yaml loop

{
	cat loop
	echo '{"agent":"b","content":"x"}'
	echo '{"agent":"c","content":"x"}'
	head -1 loop
} >three
run 0 '--max-agents' eros-pad --max-agents 2 three
like "$(tail -1 out)" '"repetition":0,' 'forgets the least recently seen'
like_file err '^eros-pad: 2 agents were forgotten' 'and says how many'
run 0 'as many agents as are allowed' eros-pad --max-agents 3 three
is "$(tail -1 out | grep -o '"repetition":0.878,')$(cat err)" '"repetition":0.878,' 'are remembered'

run 65 'a malformed line' eros-pad --reject bad - <<'END'
{"agent":"a","content":"x"}
{"agent":"a","content":
{"agent":"a","content":"x"}
END
is "$(wc -l <out) $(cat bad)" '2 {"agent":"a","content":' 'is put aside, the rest is judged'
like_file err '^eros-pad: stdin:2: bad record: ' 'and told'
run 65 '--strict' eros-pad --strict bad loop
is "$(wc -c <out)" 0 'stops there'
run 0 'empty input' eros-pad </dev/null
is "$(cat out err)" '' 'gives nothing'
printf '{"agent":"a","content":"x"}' >unended
run 0 'a last line without a line end' eros-pad unended
is "$(members out healthy)" 'true ' 'is judged'
{
	printf '{"agent":"a","content":"'
	head -c 300000 /dev/zero | tr '\0' x
	echo '"}'
} >long
run 0 'a very long line' eros-pad long
is "$(grep -c '"healthy":true' out) $(wc -c <out)" "1 $(($(wc -c <long) + 112))" 'is judged'
run 65 'one that is too long' eros-pad --max-record 1K long loop
is "$(wc -l <out)" 6 'is passed over'
run 66 'a file that is not there' eros-pad none loop
is "$(wc -l <out)" 6 'does not keep from reading the others'
chmod 0 long
run 66 'an unreadable file' as_nobody "$builddir/bin/eros-pad" "$PWD/long"
run 73 '--reject that cannot be' eros-pad --reject nowhere/file loop
eros-pad loop >/dev/full 2>err
is $? 74 'a full disk is an error'
live_filter '{"agent":"a","content":"at work"}' eros-pad
for wrong in --window=0 --window=65 --pleasure=2 --model=mine --max-agents=0 --nonsense; do
	run 64 "misuse: $wrong" eros-pad "$wrong" loop
done
run 78 'a wrong environment' env EROS_PAD_WINDOW=x eros-pad loop

# Many agents at once: each has a state of its own.
n=$(tap_times 10000)
awk -v n="$n" 'BEGIN { for (r = 0; r < 5; r++) for (i = 0; i < n; i++) printf "{\"agent\":\"a%d\",\"content\":\"same\"}\n", i }' >crowd
run 0 'ten thousand agents' eros-pad crowd
is "$(tail -n "$n" out | grep -c '"diagnosis":"looping"')" "$n" 'are told apart'

# The sessions of real programs, where they are at hand.
streams=$srcdir/../shared/data/streams
if [ -d "$streams" ] && [ -x "$builddir/bin/eros-import" ]; then
	for stream in "$streams"/*.json*; do
		eros-import "$stream" | eros-pad >out
		is "$(grep -c '"healthy":false' out)" 0 "no alarm on ${stream##*/}"
	done
fi

done_testing
