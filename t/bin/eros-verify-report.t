#!/bin/sh
# eros-verify-report: two audits before and after what they found was fixed, layouts, formats, merging, options, hostile
# reports and trees, statuses.
# shellcheck source=t/tap.sh
. "${srcdir:-.}/t/tap.sh"

# verdicts FILE: "VERDICT SOURCE…" of each record in it, a source as REPORT:NUMBER by the report's last digit.
verdicts() {
	jq -r '"\(.verdict) \([.sources[] | "\(.report[-1:]):\(.number)"] | sort | join(" "))"' "$1" | sort
}
# verified STATUS NAME ARGUMENT…: as records in ./out.
verified() {
	tap_status=$1 tap_text=$2
	shift 2
	run "$tap_status" "$tap_text" eros-verify-report --format jsonl "$@"
}

# What make demo shows.
cp -r "$srcdir/demo/shop" "$srcdir/demo/audit.md" .
verified 0 'two audits in one file' audit.md
is "$(verdicts out)" 'confirmed 1:1 2:1
confirmed 1:2
confirmed 2:2
fixed 1:3
not_found 2:3
unverifiable 1:4' 'a verdict for each finding, and the two that say the same are one'
cp out records
is "$(jq -r 'select(.verdict == "confirmed").severity' out | xargs)" 'critical medium medium' 'the highest severity leads'
is "$(jq -r '.sources[].severity' out | head -2 | sort | xargs)" 'Critical High (security)' 'and both are kept, in their words'
is "$(jq -r '[.id, .verdict, .confidence, .severity, .title, .sources] | map(. != null) | all' out | sort -u)" true 'every record has what it must have'
is "$(jq -r 'select(.verdict == "confirmed") | .locations[0] | "\(.path):\(.line)"' out)" 'shop/discount.py:8
shop/worker.py:19
shop/store.py:15' 'with the lines as they are now'
is "$(jq -r '.sources[].line' out | sort -n | xargs)" '6 19 31 46 57 75 90' 'and the lines of the report'

# The same audits as web pages and editors mangle them: each line followed by a blank one, spaces that do not break, CRLF.
sed 's/^   /\xc2\xa0  /; s/$/\xc2\xa0/; s/ /\xc2\xa0/3; G; s/$/\r/' audit.md | sed 's/^\xc2\xa0\r$/\xe2\x80\x82\r/' >mangled.md
verified 0 'the same audits, mangled' mangled.md
is "$(verdicts out)" "$(verdicts records)" 'come to the same'
sed '/^--- Report 2/,$d' audit.md | sed '$!{/^```$/d}' >open.md
sed -n '/^--- Report 2/,$p' audit.md >>open.md
verified 0 'fences that are never closed' open.md
is "$(jq -r '.sources[]' out | grep -c '"number"')" 7 'lose no finding'

run 0 'the Master Bug Report' eros-verify-report audit.md
cp out master
is "$(grep -c '^1\. \*\*Severity:\*\*' out) $(grep -c '^2\. \*\*The Bug:\*\*' out) $(grep -c '^3\. \*\*Location(s):\*\*' out) $(grep -c '^4\. \*\*Root Cause & Impact:\*\*' out) $(grep -c '^5\. \*\*Proposed Fix:\*\*' out)" \
	'4 4 4 4 4' 'each finding that is no invalidated one has the five parts'
is "$(grep '^## ' out | xargs)" '## Critical ## Medium ## Unverifiable Findings ## Invalidated Findings' 'by severity, the rest under its own headings'
like_file out '7 stated, 6 after duplicates were merged: 3 confirmed, 0 changed, 1 unverifiable, 2 invalidated' 'counted at the head'
like_file out '^4\. \*\*Root Cause & Impact:\*\* not stated in the report$' 'what a report does not say is not made up'
run 0 'again' eros-verify-report audit.md
is_file out "$(cat master)" 'gives the same bytes'
eros-verify-report - <audit.md | sed 's/\*\*Inputs.*//' >out
is "$(grep -c 'confirmed' out)" "$(grep -c 'confirmed' master)" 'a report on stdin'

run 0 'SARIF' eros-verify-report --format sarif audit.md
is "$(jq -r '.version, (.runs[0].results | length), .runs[0].tool.driver.name' out | xargs)" '2.1.0 6 eros-verify-report' 'is one log with all findings'
is "$(jq -r '.runs[0].results[0].partialFingerprints.primaryLocationLineHash' out | tail -c 3)" ':1' 'with fingerprints'
cp out log.sarif
verified 0 'SARIF as a report' --input sarif log.sarif
is "$(jq -s length out)" 6 'has six findings'
cp records findings.jsonl
verified 0 'records as a report' findings.jsonl
is "$(jq -s length out)" 6 'are six findings again'
verified 0 'a last line without its end' - <<E
$(printf '{"title":"t","severity":"high","file":"shop/api.py","line":7,"code":"order = json.loads(body)"}')
E
is "$(jq -r '"\(.verdict) \(.severity) \(.locations[0].path):\(.locations[0].line)"' out)" 'confirmed high shop/api.py:7' 'a finding of another program'

# Options.
run 1 '--fail-on of a severity that is there' eros-verify-report --fail-on critical audit.md
sed -i 's/return eval(.*/return False/' shop/discount.py
run 0 '--fail-on of one that is not' eros-verify-report --fail-on critical audit.md
run 1 '--fail-on any' eros-verify-report --fail-on any audit.md
verified 0 '--baseline' --baseline records audit.md
is "$(jq -r 'select(.sources[0].number == "2" or .sources[0].number == "1") | "\(.baseline) \(.verdict)"' out | sort -u | head -3 | cut -d' ' -f1 | sort -u | xargs)" 'fixed unchanged' 'says what has become of each since'
id=$(jq -r 'select(.title | startswith("Key is")).id' records)
run 0 '--explain' eros-verify-report --explain "$id" audit.md
like_file out '^audit.md:31: Key is compared' 'names the finding'
like_file out 'shop/store\.py: quote at line 37 of the report: in part' 'and the steps that were taken'
run 66 '--explain of no finding' eros-verify-report --explain 0000 audit.md
like_file err 'no finding 0000' 'says so'
printf '{"finding":"%s","verdict":"confirmed","by":"ann","why":"seen *again*"}' "$id" >said
verified 0 '--judgements' --judgements said audit.md
is "$(jq -r 'select(.judgements) | "\(.verdict) \(.judgements[0].verdict) \(.judgements[0].by)"' out)" 'confirmed confirmed ann' 'decide, with their author named'
run 0 '--judgements in Markdown' eros-verify-report --judgements said audit.md
like_file out 'ann' 'too'
printf '{"finding":"%s","verdict":"confirmed"}\n{bad\n' "$id" >said
verified 65 'judgements of nobody, and a malformed one' --judgements said audit.md
is "$(grep -c 'said:[12]: bad record' err)" 2 'are told with their lines'
printf '{"finding":"0000","verdict":"confirmed","by":"x"}\n' >said
verified 0 'a judgement of no finding' --judgements said audit.md
like_file err 'said: no finding 0000' 'is told'
verified 0 '--checks' --checks "$srcdir/share/scan" audit.md
is "$(jq -r 'select(.title | startswith("Sweeper")).evidence[].kind' out | grep -c check)" 1 'a rule that sees the same is evidence'
run 78 '--checks with wrong rules' eros-verify-report --checks audit.md audit.md

# Statuses.
run 64 'no report' eros-verify-report
run 64 'an option with a wrong word' eros-verify-report --format html audit.md
like_file err "html" 'is named'
run 66 'a report that is not there' eros-verify-report none.md
like_file err 'cannot read none\.md: No such file' 'is named'
run 66 'a tree that is not there' eros-verify-report --root none audit.md
cp audit.md secret.md
chmod 0 secret.md
run 66 'a report that may not be read' as_nobody eros-verify-report "$TMP/secret.md"
: >empty.md
run 65 'an empty report' eros-verify-report empty.md
like_file err 'empty\.md: no finding could be read' 'is no report without findings'
like_file out 'empty\.md`: 0 findings' 'and begins nowhere'
echo 'Dear all, the weather is fine.' >letter.md
run 65 'nothing that could be read' eros-verify-report letter.md
printf '# Review\n\nAll 12 files were read. No issues found.\n' >clear.md
run 0 'a report that says that there is nothing' eros-verify-report --format jsonl clear.md
is "$(cat out err)" '' 'which is no finding, and no fault'
printf '# Review\n\nNo critical or high severity security issues were identified.\n' >clear.md
run 0 'of some severities' eros-verify-report --format jsonl clear.md
printf '# Letter\n\nA zero base is what leads to vulnerabilities.\n' >letter2.md
run 65 'but not one that has a zero in it' eros-verify-report letter2.md
printf '# Review\n\n## a.py\n\nNo issues found.\n\n## b.py\n\n- HIGH: it is slow\n' >part.md
run 0 'a report that is well in one part' eros-verify-report --format jsonl part.md
is "$(jq -s length out)" 1 'has findings in another'
printf '# Review\n\n## [H-01] It is slow\n\n%s\n' "$(head -c 60000 /dev/zero | sed 's/\x0/错/g')" >wide.md
run 0 'a very long line of a script that does not part words' eros-verify-report --format jsonl wide.md
is "$(jq -s length out)" 1 'is read'
run 65 'one of two' eros-verify-report --format jsonl letter.md audit.md
is "$(jq -s length out)" 6 'and the other is verified'
run 65 'which goes before --fail-on' eros-verify-report --fail-on any letter.md audit.md
printf '# [H-01] Title\n\nsrc/a.c:1\n\n# [H-02]\n' >part.md
run 0 'what looks like a finding and is none' eros-verify-report part.md
like_file err 'part\.md:5: not read as a finding' 'is told with its line'
printf '{"title":"x","file":"a.c"}\n{bad\n' >bad.jsonl
run 65 'a malformed line of JSON' eros-verify-report bad.jsonl
like_file err 'bad\.jsonl:2: not read as a finding' 'is told with its line'
run 74 'a full device' sh -c 'eros-verify-report audit.md >/dev/full'

# Hostile reports.
truncate -s 65M large.md
run 65 'more than 64 MiB' eros-verify-report large.md
like_file err 'large\.md: refused: it is larger than 64 MiB' 'is refused'
{
	printf '# [H-01] deep\n\nshop/api.py:3\n\n'
	awk "BEGIN { for (i = 0; i < $(tap_times 100000); i++) printf \"- \"; print \"x\" }"
} >deep.md
run 0 'lists in lists' eros-verify-report deep.md
{
	awk 'BEGIN { for (i = 0; i < 3000; i++) printf "|a"; print "|"; for (i = 0; i < 3000; i++) printf "|-"; print "|"
		for (i = 0; i < 10000; i++) print "|x|" }'
	cat audit.md
} >table.md
run 0 'a table of thirty million cells' eros-verify-report table.md
# shellcheck disable=SC2016 # Markdown
printf '# [H-01] nul\0title \377\n\n**Severity:** High\n\nshop/api.py:7\n```\norder = json.loads(body)\n```\n' >bytes.md
verified 0 'NUL and invalid UTF-8' bytes.md
is "$(jq -r .verdict out)" confirmed 'are no obstacle'
awk 'BEGIN { printf "# [H-01] long\n\nshop/api.py:7 "; for (i = 0; i < 300000; i++) printf "word "; print "" }' >long.md
run 0 'a very long line' eros-verify-report long.md
# shellcheck disable=SC2016 # Markdown
awk 'BEGIN { for (n = 1; n <= 1000; n++)
	printf "## %d. It is not checked\n\n**Severity:** High\n**File:** `shop/api.py`\n\nThe value of `field_%d` is used at once.\n\n", n, n }' >equal.md
verified 0 'a thousand findings that say the same' equal.md
is "$(jq -r .id out | sort -u | wc -l)" 1000 'have an id each'
# shellcheck disable=SC2016 # Markdown
printf '# [H-01] <script> | `x` [a](javascript:1)\n\nshop/api.py:7\n```\norder = json.loads(body)\n```\n' >markup.md
run 0 'markup in a title' eros-verify-report markup.md
unlike "$(cat out)" '^[^`]*<script>' 'is no markup in the report'

# Nothing outside of the tree is read, and nothing in it that is no file.
mkdir tree outside
echo 'password = "correct horse battery"' >outside/secret.py
ln -s ../outside tree/link
ln -s ../outside/secret.py tree/secret.py
ln -s loop tree/loop
mkfifo tree/pipe.py
# shellcheck disable=SC2016 # Markdown
for path in ../outside/secret.py link/secret.py secret.py "$TMP/outside/secret.py" loop pipe.py; do
	printf '# [H-01] Secret\n\nFile: `%s:1`\n\n```\npassword = "correct horse battery"\n```\n' "$path" >leak.md
	timeout 60 eros-verify-report --format jsonl --root tree leak.md >out 2>err
	unlike "$(jq -r .verdict out)" 'confirmed|changed' "$path is not looked into"
	unlike "$(jq -c 'del(.sources)' out)" 'correct horse' 'and nothing of it is shown'
done
mkdir -p clean/docs
cp leak.md clean/docs/other-report.md
cp leak.md clean/leak.md
run 0 'a tree with the report in it' eros-verify-report --format jsonl --root clean clean/leak.md
unlike "$(jq -r .verdict out)" 'confirmed|changed' 'the report and other prose are no place to find code'

# History is asked for through git, which the tree cannot make run anything.
cat >hook <<'E'
#!/bin/sh
touch "$TMP/hooked"
E
chmod 755 hook
mkdir past
(
	cd past || exit 1
	export GIT_AUTHOR_NAME=ann GIT_AUTHOR_EMAIL=a@example.org GIT_COMMITTER_NAME=ann GIT_COMMITTER_EMAIL=a@example.org
	export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1
	git init -q -b main .
	printf 'import os\n\n\ndef remove(name):\n    os.system("rm -r " + name)\n' >remove.py
	git add remove.py
	git commit -qm 'remove'
	printf 'import shutil\n\n\ndef remove(name):\n    shutil.rmtree(name)\n' >remove.py
	git commit -qam 'remove without a shell'
	git config core.fsmonitor "$TMP/hook"
	git config core.hooksPath "$TMP"
	git config diff.external "$TMP/hook"
	git config diff.x.textconv "$TMP/hook"
	git config core.pager "$TMP/hook"
	echo '*.py diff=x filter=x' >.git/info/attributes
) >log 2>&1
# shellcheck disable=SC2016 # Markdown
printf '# [H-01] Shell\n\nFile: `remove.py:5`\n\n```\nos.system("rm -r " + name)\n```\n' >shell.md
verified 0 'without history' --root past shell.md
is "$(jq -r .verdict out)" not_found 'what is gone is not found'
verified 0 '--history' --history --blame --root past shell.md
is "$(jq -r '"\(.verdict) \([.evidence[].kind] | index("history") != null)"' out)" 'fixed true' 'finds it in an earlier commit'
[ ! -e hooked ]
ok $? 'and the tree has run nothing'
run 0 'the commit' eros-verify-report --root past shell.md
like_file out '^- \*\*Commit:\*\* .?[0-9a-f]{40}' 'is at the head of the report'
run 66 '--history of a tree that has none' eros-verify-report --history --root clean shell.md
like_file err 'clean: no history' 'is told'

run 65 'instructions to follow' eros-verify-report "$srcdir/t/data/report/guide.md"
like_file err 'guide.md' 'are no report'

# What is old, or another's, is no fix.
mkdir -p old/src fixed/src other/src
cat >old/src/reader.go <<'EOF'
package reader

func Parse(payload []byte) error {
	if len(payload) == 0 {
		return errEmpty
	}
	r := newReader(payload)
	if err := r.fill(); err != nil {
		return err
	}
	size := r.readSize()
	body := make([]byte, size)
	return r.readBody(body)
}

func (t *Tail) follow() {
	line, err := t.reader.ReadString('\n')
	if err != nil {
		prefix = line
		t.poll()
		return
	}
	line = prefix + line
}

func (t *Tail) open(name string) {
	usage, err := t.journal.Usage()
	if err != nil {
		log.Printf("no usage of %s: %s", name, err)
		return
	}
	if usage == 0 {
		log.Printf("%s is empty", name)
		t.journal = nil
		return
	}
}
EOF
cat >old.md <<'EOF'
# Bugs

### The size is taken as it comes
- **Severity:** High
- **Where:** src/reader.go:11-12
- **Problem:** A peer may make it allocate any amount.
```go
size := r.readSize()
body := make([]byte, size)
```
- **Fix:** reject a size larger than the remaining payload before allocating.

### The start of a line is lost
- **Severity:** Medium
- **Where:** src/reader.go:17-23
- **Problem:** Each piece overwrites the one before.
```go
line, err := t.reader.ReadString('\n')
if err != nil {
	prefix = line
	t.poll()
	return
}
line = prefix + line
```
- **Fix:** `prefix += line`.

### A journal that cannot be read is kept
- **Severity:** Low
- **Where:** src/reader.go:27-31
- **Problem:** It goes on with it.
```go
usage, err := t.journal.Usage()
if err != nil {
	log.Printf("no usage of %s: %s", name, err)
	return
}
```
- **Fix:** close it and set `t.journal = nil` before `return`.
EOF
verified 0 'faults that nobody has mended' --root old old.md
is "$(jq -r .verdict out | xargs)" 'confirmed confirmed confirmed' \
	'neither a parameter, nor a line like it that is quoted, nor one of another branch is the fix'
awk '{ sub(/prefix = line$/, "prefix += line"); print }
	/size := / { print "\tif size > len(payload) {\n\t\treturn errSize\n\t}" }
	/no usage of/ { print "\t\tt.journal.Close()\n\t\tt.journal = nil" }' old/src/reader.go >fixed/src/reader.go
verified 0 'and once they are' --root fixed old.md
is "$(jq -r .verdict out | xargs)" 'fixed fixed fixed' 'they are told as fixed'
for i in 1 2 3 4 5 6; do
	printf 'package reader\n\nfunc Other%d() int {\n\treturn 1\n}\n' $i
done >other/src/reader.go
verified 0 'a file that has come to be another' --root other old.md
is "$(jq -r .verdict out | sort -u)" not_found 'brackets that are anywhere are no part of a quote'

mkdir -p named/src
cat >named/src/Source.php <<'EOF'
<?php
final class Source
{
    public static function fromBytes(string $contents, string $extension): self
    {
        return new self(strtolower(ltrim(trim($extension), '.')), $contents);
    }
}
EOF
cat >named.md <<'EOF'
# Bugs

### The extension leads out of the directory
- **Severity:** High
- **Where:** src/Source.php:4-7
- **Problem:** `Source::fromBytes()` takes any, so `Parser::bytes('x', 'pdf/../../victim.txt')->text()` writes over another file.
EOF
verified 0 'a call that shows the fault' --root named named.md
is "$(jq -r .verdict out)" unverifiable 'need not be in the file that defines what it is about'
sed 's/fromBytes/fromText/' named/src/Source.php >named/src/Text.php
mv named/src/Text.php named/src/Source.php
verified 0 'and where nothing of it is there' --root named named.md
is "$(jq -r .verdict out)" not_found 'it is not'

# The two reports of a real mission, on trees before and after: 16 findings, 11 confirmed; ten fixed.
brief=$srcdir/../shared/data/reports/mission-brief.md
sh "$srcdir/t/trees.sh" before before
sh "$srcdir/t/trees.sh" after after
if [ -f "$brief" ]; then
	verified 0 'the mission, before' --root before "$brief"
	is "$(verdicts out)" 'confirmed 1:1 1:8
confirmed 1:2
confirmed 1:3
confirmed 1:4
confirmed 1:5
confirmed 1:6
confirmed 1:7 2:4
confirmed 2:1
confirmed 2:2
confirmed 2:5
not_found 2:7
unverifiable 1:9
unverifiable 2:3
unverifiable 2:6' 'eleven are confirmed, one is invalidated'
	verified 0 'the mission, after' --root after "$brief"
	is "$(verdicts out)" 'fixed 1:1 1:8
fixed 1:2
fixed 1:3
fixed 1:4
fixed 1:5
fixed 1:6
fixed 1:7 2:4
fixed 2:1
fixed 2:2
fixed 2:5
not_found 2:7
unverifiable 1:9
unverifiable 2:3
unverifiable 2:6' 'ten are fixed, none is confirmed'
else
	ok 0 'the mission is not here # SKIP no shared data'
fi

# Killed while its report is being read, by a process that has more to say than a pipe holds: that goes too.
mkdir -p killed
awk 'BEGIN { for (n = 1; n <= 5000; n++)
	printf "## %d. The cache of part %d is never emptied\n\n**Severity:** High\n\n**Location:** `part%d.py:%d`\n\nIt grows.\n\n", n, n, n, n }' >long.md
eros-verify-report --root killed long.md >out 2>err &
verifier=$!
reader() { reader=$(tr -d ' ' <"/proc/$verifier/task/$verifier/children") && [ -n "$reader" ]; } 2>/dev/null
gone() { case $(sed 's/.*) //' "/proc/$reader/stat" 2>/dev/null) in '' | Z*) return 0 ;; *) return 1 ;; esac; }
wait_for 60 reader
ok $? 'a report is read by a process of its own'
kill -STOP "$verifier"
sleep 0.2
{ kill -9 "$verifier" && wait "$verifier"; } 2>/dev/null
wait_for 60 gone
ok $? 'which is gone when the command is killed' || kill -9 "$reader"
done_testing
