#!/bin/sh
# eros-import: what its options, its exit statuses and live streams promise. What each program's events become is
# in t/lib/adapter.c.

# shellcheck source=t/tap.sh
. "${srcdir:-.}/t/tap.sh"
data=$srcdir/t/data
shared=$srcdir/../shared/data

# The types in a file and how often each occurs.
types() { sed -n 's/^{"type":"\([a-z_]*\)".*/\1/p' "$1" | sort | uniq -c | awk '{ printf "%s%s %s", sep, $2, $1; sep = ", " }'; }

run 0 'a stream of claude' eros-import --ts 7 "$data/claude.jsonl"
is_file out '{"type":"start","ts":7,"agent":"5d1e0c7a-0001","program":"claude","session":"5d1e0c7a-0001","model":"claude-sonnet","version":"2.1.0","cwd":"/srv/shop"}
{"type":"output","ts":7,"agent":"5d1e0c7a-0001","role":"assistant","content":"I will run the tests first."}
{"type":"usage","ts":7,"agent":"5d1e0c7a-0001","input_tokens":4112,"output_tokens":3,"cached_tokens":4000,"cumulative":true}
{"type":"tool","ts":7,"agent":"5d1e0c7a-0001","tool":"Bash","id":"toolu_1","input":{"command":"make check"}}
{"type":"usage","ts":7,"agent":"5d1e0c7a-0001","input_tokens":4112,"output_tokens":40,"cached_tokens":4000,"cumulative":true}
{"type":"tool_result","ts":7,"agent":"5d1e0c7a-0001","tool":"Bash","id":"toolu_1","ok":false,"content":"FAIL: t/cart.t"}
{"type":"wait","ts":7,"agent":"5d1e0c7a-0001","reason":"api_retry","delay":1.5,"attempt":1,"max_attempts":10,"error":"overloaded_error"}
{"type":"usage","ts":7,"agent":"5d1e0c7a-0001","input_tokens":8124,"output_tokens":80,"cached_tokens":8000,"cost_usd":0.031,"cumulative":true}
{"type":"result","ts":7,"agent":"5d1e0c7a-0001","ok":true,"reason":"success","content":"The cart test is fixed.","turns":2,"duration":9}' \
	'becomes these records'

run 0 'labels' eros-import --ts 7 --agent a1 --specialty code --goal 'fix "it"' "$data/claude.jsonl"
is "$(grep -c '^{"type":"[a-z_]*","ts":7,"agent":"a1","specialty":"code","goal":"fix \\"it\\"",' out)" 9 'are in every record'

run 0 'empty input' eros-import </dev/null
is_file out '' 'gives nothing'
run 0 'only blank lines' sh -c 'printf "\n \r\n\n" | eros-import'
is_file out '' 'give nothing'

run 0 'a line that is not JSON' eros-import -f claude --ts 7 <<'END'
{"type":"assistant","message":
END
is_file out '{"type":"output","ts":7,"agent":"claude","content":"{\"type\":\"assistant\",\"message\":"}' 'is text'
run 0 'bytes that are no UTF-8' sh -c 'printf "caf\351 \001\n" | eros-import --ts 7'
is_file out '{"type":"output","ts":7,"agent":"text","content":"caf\udce9 \u0001"}' 'are escaped'
run 0 'no line feed at the end, CR LF, a byte order mark' sh -c 'printf "\357\273\277a b\r\nc d" | eros-import --ts 7'
is_file out '{"type":"output","ts":7,"agent":"text","content":"a b"}
{"type":"output","ts":7,"agent":"text","content":"c d"}' 'are read'

run 0 'a table' eros-import --ts 7 --agent m --map risk_score=risk <<'END'
update,risk,note
1,0.250,
2,NaN,"so, ""so"""
END
is_file out '{"type":"sample","update":1,"risk_score":0.250,"ts":7,"agent":"m"}
{"type":"sample","update":2,"risk_score":"NaN","note":"so, \"so\"","ts":7,"agent":"m"}' 'becomes samples'

run 0 'records' eros-import --agent a2 <<'END'
{"ts":1.50, "agent":"x","caf\u00e9":[1, 2]}
END
is_file out '{"ts":1.50, "agent":"a2","caf\u00e9":[1, 2]}' 'pass with their labels replaced'
run 0 'forced text' eros-import -f text --ts 7 <<'END'
{"ts":1}
END
is_file out '{"type":"output","ts":7,"agent":"text","content":"{\"ts\":1}"}' 'stays text'
run 0 'several files' eros-import --ts 7 "$data/claude.jsonl" - "$data/claude.jsonl" <<'END'
between
END
is "$(grep -c . out)" 19 'each a stream of its own'
like_file out '"agent":"text","content":"between"' 'decided anew'

# What is refused.
run 65 'a line without a time' eros-import --clock record --reject no <<'END'
{"ts":1,"x":1}
{"x":2}
{"ts":"1970-01-01T00:00:03Z","x":3}
END
is_file out '{"ts":1,"x":1}
{"ts":"1970-01-01T00:00:03Z","x":3}' 'is left out, the rest goes on'
is_file no '{"x":2}' 'and goes to --reject'
is_file err 'eros-import: stdin:2: bad record: no time' 'and is told'
run 65 'no record where one was asked for' eros-import -f records <<'END'
{"ts":1}
{"ts":
{"ts":3}
END
is_file out '{"ts":1}
{"ts":3}' 'is refused'
run 65 'the first at once' eros-import --strict --clock record <<'END'
{"ts":1}
{"x":2}
{"ts":3}
END
is_file out '{"ts":1}' 'under --strict'
rm -f no
run 65 'a row whose quote is not closed' eros-import -f csv --reject no --ts 7 <<'END'
a,b
1,2
3,"4
5,6
END
is_file no '3,"4
5,6' 'is refused whole'
is_file out '{"type":"sample","agent":"csv","a":1,"b":2,"ts":7}' 'and what came before it stands'
rm -f no
run 65 'a line that is too long' sh -c '{ echo a; head -c 5000 /dev/zero | tr "\0" x; echo; echo b; } |
	eros-import --ts 7 --max-record 4K --reject no'
is "$(grep -c . out) $(wc -c <no)" '2 5001' 'is passed over, to --reject'
run 0 'a long line' sh -c '{ printf "{\"ts\":1,\"x\":\""; head -c 5000000 /dev/zero | tr "\0" x; echo "\"}"; } | eros-import'
is "$(wc -c <out)" 5000016 'is read'

# Live: each record is out as soon as its line is in.
mkfifo in live
eros-import --ts 7 <in >live &
exec 3>in 4<live
echo 'working on it' >&3
read -r line <&4
is "$line" '{"type":"output","ts":7,"agent":"text","content":"working on it"}' 'a record is out while the stream stands'
echo '{"type":"thread.started","thread_id":"th"}' >&3
read -r line <&4
is "$line" '{"type":"start","ts":7,"agent":"th","program":"codex","session":"th"}' 'and so is one that decides'
exec 3>&-
wait $!
is $? 0 'the end of the stream ends it'
exec 4<&-

# Statuses.
run 64 'an unknown format' eros-import -f perl
like_file err "perl" 'is named'
run 64 'a bad name' eros-import --agent a/b
run 64 'a bad map' eros-import --map risk
run 64 'a bad time' eros-import --ts noon
run 64 'two clocks' eros-import --ts 1 --clock record
run 64 'an unknown option' eros-import --nonsense
run 66 'a file that is not there' eros-import --ts 7 nowhere "$data/claude.jsonl"
is "$(grep -c . out)" 9 'keeps no other from being read'
like_file err '^eros-import: cannot open nowhere: No such file' 'and is named'
cp "$data/claude.jsonl" secret && chmod 0 secret && chmod 755 .
run 66 'an unreadable file' as_nobody "$(command -v eros-import)" "$TMP/secret"
run 73 'a reject file that cannot be made' eros-import --reject nowhere/no </dev/null
run 74 'a full device' sh -c "eros-import '$data/claude.jsonl' >/dev/full"
run 74 'a directory' eros-import .
live_filter 'working on it' eros-import -f text
run 0 'help' eros-import --help
like_file out '^ *-f, --format=NAME' 'names the options'

# Real streams, where they are.
if [ -d "$shared/streams" ]; then
	run 0 'real: claude' eros-import "$shared/streams/claude-session.jsonl"
	is "$(types out)" 'output 15, raw 6, tool 10, tool_result 10, usage 11' 'has these records'
	is "$(grep -c '"type":"tool_result".*"tool":' out)" 10 'and every result its tool'
	like_file out '"goal":"please move the \+ button' 'and a goal'
	run 0 'real: codex' eros-import "$shared/streams/codex-session.jsonl"
	is "$(types out)" 'output 35, raw 35, start 1, tool 34, tool_result 34, usage 35' 'has these records'
	like_file out '"goal":"Evaluate @packages/services' 'and the goal at the end of what the editor says'
	run 0 'real: gemini' eros-import "$shared/streams/gemini-session.json"
	is "$(types out)" 'output 8, start 1, tool 3, tool_result 3, usage 4' 'has these records'
	for file in "$shared"/streams/*.json*; do
		eros-import "$file" >all
		run 0 "real: $(basename "$file") gives whole records" eros-import -f records --clock record <all
		cmp -s all out
		ok $? 'which pass unchanged'
	done
	for n in 1 2 3 4 5; do
		run 0 "real: codex exec $n" eros-import --ts 7 "$shared/streams/codex-exec-$n.jsonl"
		like "$(tail -n 1 out)" '"type":"result","ts":7,"agent":"019a2d7[ab]-.*"ok":true' 'ends in a result'
	done
	run 0 'real: a history' eros-import --map risk_score=risk "$shared/metrics/claude_chat_escalation_recovery_test.csv"
	is "$(grep -c '^{"type":"sample".*"risk_score":0\.' out)" 9 'has a sample for each row'
	is "$(grep -c '"type":"sample"' out) $(grep -c '"type":"raw"' out)" '9 5' 'and its summary is no sample'
fi

done_testing
