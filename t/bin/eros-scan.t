#!/bin/sh
# eros-scan: rules over trees made here.
# shellcheck disable=SC2016 # messages have code in backquotes
. "${srcdir:-.}/t/tap.sh"

# found: of the findings in ./out, "RULE PATH:LINE" each.
found() { jq -r '"\(.rule) \(.locations[0].path):\(.locations[0].line)"' out; }

cat >rules.yaml <<'END'
rules:
  - id: loads
    title: Unpickled
    severity: critical
    languages: [python]
    pattern: 'loads\((?<what>\w+)\)'
    message: '`{{what}}` is unpickled'
    impact: Code is run.
    fix: 'Read `{{what}}` as JSON.'
    cwe: CWE-502
    tests:
      match: ['loads(x)']
      clean: ['load(x)']
  - id: low
    title: Something small
    severity: low
    globs: ['*.py']
    pattern: 'small'
END
mkdir -p tree/sub
printf 'import pickle\nx = y; d = pickle.loads(msg)  # here\n' >tree/a.py
printf '# loads(x)\n"""loads(x)"""\nloads(z)' >tree/sub/b.py
printf 'loads(x)\n' >tree/c.txt
printf 'small = loads(q)\r\nsmall\n' >tree/d.py

run 0 'a tree is scanned' eros-scan --rules rules.yaml --root tree
is "$(found)" 'loads a.py:2
loads d.py:1
low d.py:1
low d.py:2
loads sub/b.py:3' 'by path, line and rule; comments and strings are no code'
is "$(cat err)" '' 'and not a word more'
is "$(jq -c 'select(.locations[0].path == "a.py") | del(.id, .fingerprint)' out)" \
	'{"type":"finding","rule":"loads","severity":"critical","title":"Unpickled","message":"`msg` is unpickled","impact":"Code is run.","fix":"Read `msg` as JSON.","cwe":"CWE-502","locations":[{"path":"a.py","line":2,"end_line":2,"column":19}],"evidence":[{"kind":"rule","match":"pattern","path":"a.py","line":2,"end_line":2,"text":"x = y; d = pickle.loads(msg)  # here"}]}' \
	'what a finding says'
is "$(jq -r '[.id, .fingerprint] | @tsv' out | grep -cE '^[0-9a-f]{16}	[0-9a-f]+:1$')" 5 'with an id and a fingerprint'
cp out first
(cd tree && eros-scan --rules ../rules.yaml) | cmp -s - first
ok $? 'by default the tree is where one stands'

run 0 'as text' eros-scan --rules rules.yaml --root tree --format text
is "$(head -n 1 out)" 'a.py:2:19: critical: `msg` is unpickled [loads]' 'a line each'
run 0 'as SARIF' eros-scan --rules rules.yaml --root tree --format sarif
is "$(jq -c '[.version, (.runs[0].tool.driver | .name, [.rules[].id]), (.runs[0].results | length),
	.runs[0].results[0].ruleId, .runs[0].results[0].locations[0].physicalLocation.artifactLocation.uri]' out)" \
	'["2.1.0","eros-scan",["loads","low"],5,"loads","a.py"]' 'a log'

run 0 'some paths' eros-scan --rules rules.yaml --root tree sub ./d.py
is "$(found)" 'loads d.py:1
low d.py:1
low d.py:2
loads sub/b.py:3' 'they alone'
run 0 'a path from the root of the system' eros-scan --rules rules.yaml --root tree "$PWD/tree/sub/b.py"
is "$(found)" 'loads sub/b.py:3' 'within the tree'
run 0 'the tree itself as a path' eros-scan --rules rules.yaml --root tree .
is "$(found | wc -l)" 5 'all of it'
run 66 'a path that is not there, and one that is' eros-scan --rules rules.yaml --root tree nowhere a.py
is "$(found) $(cat err)" 'loads a.py:2 eros-scan: nowhere: No such file or directory' 'the one is told, the other scanned'
run 66 'a path out of the tree' eros-scan --rules rules.yaml --root tree ../tree/a.py /etc/passwd
is "$(cat out err)" 'eros-scan: ../tree/a.py: not in the tree
eros-scan: /etc/passwd: not in the tree' 'is not followed'
run 66 'no such tree' eros-scan --rules rules.yaml --root nowhere
is "$(cat err)" 'eros-scan: nowhere: No such file or directory' 'is told'

for level in critical high medium low info any; do
	run 1 "--fail-on $level, and something critical" eros-scan --rules rules.yaml --root tree --fail-on $level
	is "$(found | wc -l)" 5 'findings are written all the same'
done
run 0 '--fail-on high, and nothing so severe' eros-scan --rules rules.yaml --root tree --fail-on high c.txt
run 66 'a worse status goes before that' eros-scan --rules rules.yaml --root tree --fail-on any nowhere a.py
run 64 'no such level' eros-scan --rules rules.yaml --root tree --fail-on severe

mkdir empty
run 0 'an empty tree' eros-scan --rules rules.yaml --root empty --fail-on any
is "$(cat out err)" '' 'has nothing'
run 0 'an empty tree as SARIF' eros-scan --rules rules.yaml --root empty --format sarif
is "$(jq -c '.runs[0].results' out)" '[]' 'is a log without results'

mkdir odd
printf 'loads(a)\n' >odd/plain.py
printf 'loads(a)\n' >odd/ignored.py
printf 'loads(a)\n' >odd/kept.py
printf 'ignored.py\nkept*\n!kept.py\n' >odd/.gitignore
printf 'loads(a)\n\000' >odd/binary.py
printf '\377\376loads(a)\nx = "\377" # \377\nloads(b)' >odd/bytes.py
: >odd/none.py
mkfifo odd/fifo.py
ln -s plain.py odd/link.py
ln -s .. odd/up
mkdir odd/.git
printf 'loads(a)\n' >odd/.git/x.py
{ head -c 1000000 /dev/zero | tr '\0' x; printf ' loads(a)\n'; } >odd/long.py
{ head -c 9000000 /dev/zero | tr '\0' '\n'; printf 'loads(a)\n'; } >odd/large.py
run 0 'what is no text of the tree' eros-scan --rules rules.yaml --root odd
is "$(found)" 'loads bytes.py:1
loads bytes.py:3
loads kept.py:1
loads long.py:1
loads plain.py:1' 'is not looked at'
like_file err '^eros-scan: 1 files are larger than 8 MiB' 'that one is too large is told'
mkdir shut
printf 'loads(a)\n' >shut/a.py
printf 'loads(a)\n' >shut/b.py
chmod 755 . shut
chmod 000 shut/a.py
run 66 'a file that cannot be read' as_nobody eros-scan --rules rules.yaml --root shut
is "$(found) $(cat err)" 'loads b.py:1 eros-scan: shut/a.py: Permission denied' 'is told, and the others are scanned'

run 74 'a full device' sh -c 'exec eros-scan --rules rules.yaml --root tree >/dev/full'
run 64 'no such format' eros-scan --format xml
run 64 'no version' eros-scan --target x

# The rules.
mkdir rules more
cp rules.yaml rules/a.yaml
printf 'rules:\n  - {id: other, title: o, severity: info, languages: [python], pattern: pickle}\n' >rules/b.yml
printf 'no rules\n' >rules/README
run 0 'a directory of rules' eros-scan --rules rules --root tree a.py
is "$(found)" 'other a.py:1
loads a.py:2
other a.py:2' 'has those of its files'
run 0 'two --rules' eros-scan --rules rules.yaml --rules rules/b.yml --root tree a.py
is "$(found | wc -l)" 3 'have all'
run 78 'a directory without rules' eros-scan --rules more --root tree
run 66 'no such rules' eros-scan --rules nowhere --root tree
run 78 'the same rule twice' eros-scan --rules rules.yaml --rules rules/a.yaml --root tree
is "$(cat err)" "eros-scan: rules/a.yaml:2: the id 'loads' again, as in line 2 of rules.yaml" 'is an error'

# wrong LINE MESSAGE RULE: what is wrong with a rule, the lines after its first two.
wrong() {
	printf 'rules:\n  - id: x\n    title: t\n    severity: low\n    languages: [python]\n%b\n' "$3" >wrong.yaml
	run 78 "wrong: $2" eros-scan --rules wrong.yaml --root tree
	is "$(cat err)" "eros-scan: wrong.yaml:$1: $2" 'told where it stands'
}
wrong 6 "pattern: bad pattern: missing closing parenthesis at column 4" "    pattern: 'a(b'"
wrong 2 'rule without pattern' ''
wrong 7 "unknown key 'patern' (did you mean 'pattern'?)" '    pattern: a\n    patern: b'
wrong 7 "absent: bad pattern: quantifier does not follow a repeatable item at column 1" "    pattern: a\n    absent: '*'"
wrong 7 "'y' is not captured" "    pattern: '(?<x>a)'\n    not: '{{y}}'"
wrong 7 "message: 'y' is not captured" "    pattern: '(?<x>a)'\n    message: '{{y}}'"
wrong 7 "where: 'y' is not captured" "    pattern: '(?<x>a)'\n    where: y == 1"
wrong 7 "where: expected a value after '==' at column 5" "    pattern: '(?<x>a)'\n    where: 'x =='"
wrong 7 "in: 'clas' is not known (did you mean 'class'?)" "    pattern: a\n    requires: {in: clas, pattern: b}"
wrong 7 "expected 'pattern'" '    pattern: a\n    requires: {in: class}'
wrong 7 "sees: 'comments' is not known" '    pattern: a\n    sees: comments'
wrong 7 "below: '3.x' is no version such as 3.10" '    pattern: a\n    below: 3.x'
wrong 7 'refers: captures nothing' '    pattern: a\n    refers: b'
wrong 7 "'x' is captured twice" "    pattern: '(?<x>a)'\n    refers: '(?<x>b)'"
wrong 7 "multiline: expected true or false, not 'maybe'" '    pattern: a\n    multiline: maybe'
printf 'rules:\n  - {title: t, severity: low, languages: [python], pattern: a}\n' >wrong.yaml
run 78 'no id' eros-scan --rules wrong.yaml
is "$(cat err)" 'eros-scan: wrong.yaml:2: rule without id' 'is told'
printf 'rules:\n  - {id: "a b", title: t, severity: low, languages: [pyton], pattern: a}\n' >wrong.yaml
run 78 'a bad id' eros-scan --rules wrong.yaml
is "$(cat err)" "eros-scan: wrong.yaml:2: id: 'a b': letters, digits, '-' and '_' alone" 'is told'
printf 'rules:\n  - {id: a, title: t, severity: low, languages: [pyton], pattern: a}\n' >wrong.yaml
run 78 'a bad language' eros-scan --rules wrong.yaml
is "$(cat err)" "eros-scan: wrong.yaml:2: value: 'pyton' is not known (did you mean 'python'?)" 'is told'
printf 'rules:\n  - {id: a, title: t, severity: bad, globs: [x], pattern: a}\n' >wrong.yaml
run 78 'a bad severity' eros-scan --rules wrong.yaml
is "$(cat err)" "eros-scan: wrong.yaml:2: severity: 'bad' is not known" 'is told'
printf 'rules:\n  - {id: a, title: t, severity: low, pattern: a}\n' >wrong.yaml
run 78 'neither languages nor globs' eros-scan --rules wrong.yaml
is "$(cat err)" 'eros-scan: wrong.yaml:2: rule without languages or globs' 'is told'
printf 'groups: []\n' >wrong.yaml
run 78 'other rules' eros-scan --rules wrong.yaml
: >wrong.yaml
run 78 'an empty file' eros-scan --rules wrong.yaml
is "$(cat err)" "eros-scan: wrong.yaml:1: no rules: expected 'rules'" 'has no rules'

# A pattern and a text made for each other.
mkdir slow
{ head -c 200000 /dev/zero | tr '\0' a; echo b; } >slow/a.py
printf 'rules:\n  - {id: slow, title: t, severity: low, languages: [python], pattern: "^(a|aa)+$"}\n' >slow.yaml
run 0 'a search that would not end' timeout 120 eros-scan --rules slow.yaml --root slow
is "$(cat out err)" 'eros-scan: 1 searches were given up for the match limit' 'is given up'

# Conditions that search the file for each of very many matches.
awk 'BEGIN { for (i = 0; i < 40000; i++) print "use(x" i ")" }' >slow/a.py
cat >slow.yaml <<'END'
rules:
  - {id: slow, title: t, severity: low, languages: [python], pattern: 'use\((?<x>\w+)\)', requires: 'get\({{x}}\)'}
END
run 0 'conditions that would not end' timeout 120 eros-scan --rules slow.yaml --root slow
like "$(cat out err)" '^eros-scan: [0-9]+ searches were given up for the match limit$' 'are given up'
cat >slow.yaml <<'END'
rules:
  - {id: slow, title: t, severity: low, languages: [python], pattern: 'use\(', requires: 'x39999\)', not-inside: get}
END
run 0 'what is the same for all matches' timeout 120 eros-scan --rules slow.yaml --root slow
is "$(wc -l <out) $(cat err)" '40000 ' 'is searched for once'

# Tests of rules.
run 0 'tests that pass' eros-scan --test rules.yaml
is_file out '{"type":"test","tests":2,"failed":0}' 'are counted'
sed "s/'load(x)'/'loads(x)'/" rules.yaml >failing.yaml
run 1 'a test that fails' eros-scan --test --rules failing.yaml
is "$(cat out err)" '{"type":"test","tests":2,"failed":1}
failing.yaml:13: failed: loads: found at line 1, wanted nothing' 'is told'

# Under a version.
printf 'rules:\n  - {id: old, title: t, severity: low, languages: [python], pattern: pickle, below: "3.10"}\n' >old.yaml
for target in 3.9 3 2.7.18 3.9.99; do
	run 0 "below 3.10: $target" eros-scan --rules old.yaml --root tree --target $target
	is "$(found | wc -l)" 2 'the rule counts'
done
for target in 3.10 3.10.1 3.11 4; do
	run 0 "not below 3.10: $target" eros-scan --rules old.yaml --root tree --target $target
	is "$(found | wc -l)" 0 'the rule does not count'
done
run 0 'no version' eros-scan --rules old.yaml --root tree
is "$(found | wc -l)" 0 'the rule does not count'

# Many files, in threads.
mkdir -p many/a many/b
i=0
while [ $i -lt 300 ]; do
	i=$((i + 1))
	printf 'x = %d\nloads(x%d)\nclass C%d:\n  def f(): pass\n' $i $i $i >many/a/$i.py
	printf 'run(C%d)\n' $i >many/b/$i.py
done
printf 'rules:\n  - {id: run, title: t, severity: low, languages: [python], pattern: "run\\\\((?<c>C\\\\d+)\\\\)", defines: {pattern: "^class {{c}}:", has: def f}}\n' >run.yaml
run 0 'many files' eros-scan --rules rules.yaml --rules run.yaml --root many
is "$(found | wc -l) $(jq -r '.locations[0].path' out | LC_ALL=C sort -c 2>&1)" '600 ' 'all findings, definitions in other files among them, in order'
cp out first
eros-scan --rules rules.yaml --rules run.yaml --root many | cmp -s - first
ok $? 'the same each time'

# What is shipped.
run 0 'the tests of the rules that are shipped' eros-scan --test "$srcdir/share/scan"
is "$(jq .failed out)$(cat err)" 0 'pass'
for rules in "$srcdir"/share/scan/*.yaml; do
	is "$(grep -c '^  - id:' "$rules")" "$(grep -c '^      match:$' "$rules")" "each rule of ${rules##*/} has code that it must find"
	is "$(grep -c '^  - id:' "$rules")" "$(grep -c '^      clean:$' "$rules")" 'and code that it must not'
done
mkdir shipped
printf 'x = pickle.loads(message)  # (now)\ny = pickle.loads(self.sock.recv(f(1)), fix_imports=True) # it\n' >shipped/a.py
run 0 'what is captured of a call' eros-scan --rules "$srcdir/share/scan" --root shipped
is "$(jq -r .message out | cut -d ' ' -f 1)" "\`message\`
\`self.sock.recv(f(1))\`" 'is its first argument, not what comes after it'
done_testing
