#!/bin/sh
# eros-pins: which versions are exact in each kind of file, includes, lock files, formats, statuses.
# shellcheck source=t/tap.sh
. "${srcdir:-.}/t/tap.sh"

sha=0123456789012345678901234567890123456789
digest=sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef

# found FILE WANT NAME: "LINE:COLUMN RULE NAME SPEC" of each finding in it, wanted.
found() {
	eros-pins "$1" >out 2>err
	tap_got=$?
	jq -r '"\(.locations[0].line):\(.locations[0].column) \(.rule[4:]) \(.message)"' out |
		sed 's/ has no version$//; s/ may be any version of a range$//; s/ is named by what can move$//
			s/ is included, but was not read$//' >got
	is "$(cat got err)" "$2" "$3"
	is $tap_got "$([ -z "$2" ] && echo 0 || echo 1)" "$3: the status"
}

cat >requirements.txt <<E
# a comment >= 1
requests
flask>=2.0  # another ~= 2
django==4.2.1
six===1.16.0-x
numpy==1.*
uvicorn[standard,x] == 0.20.0 ; python_version >= "3.8"
pandas (>=1,==1.5.3)
	attrs ; python_version < "3.8" and os_name == 'posix'
star!=2
pip @ https://github.com/pypa/pip/archive/22.0.2.zip
pop @ https://example.com/main.zip
hop@https://example.com/main.zip#sha256=0123
foo @ git+https://github.com/a/foo@main ; python_version < "3"
bar[x] @ git+https://github.com/a/bar@$sha
git+https://github.com/a/bar@v1.0#egg=bar
-e git+ssh://git@github.com/x/y.git#egg=y
--editable=.
./local/pkg
pkgs/foo-1.0-py3-none-any.whl
hashed==1.0 \\
    --hash=sha256:aaa \\
    --hash=sha256:bbb
cont \\
  >= 3
under_score.name
Under-Score-Name==1
name==\${VERSION}
py2==1 ; python_version < "3"
py2 ; python_version >= "3"
--index-url https://example.com/simple
E
found requirements.txt "2:1 missing requests
3:1 range flask >=2.0
6:1 range numpy ==1.*
9:2 missing attrs
10:1 range star !=2
12:1 moving pop https://example.com/main.zip
14:1 moving foo git+https://github.com/a/foo@main
16:1 moving git+https://github.com/a/bar@v1.0#egg=bar
17:1 moving git+ssh://git@github.com/x/y.git#egg=y
24:1 range cont >= 3
28:1 moving name ==\${VERSION}
30:1 missing py2" 'requirements'

cat >right.txt <<E
a==1!2.0.RC.1-2_dev3+Local-4.x,
b == v1.0 , <2,
c[]==1a
d [ x , y.z ]==1.post
e==1;'3' in python_version or (platform.machine not  in "a" and (extra=='x'))
f @ https://x/f-1.zip ; sys.platform === "x"
https://x/g-1.zip; python_version ~= "3.1"
~/h
f===anything*
E
found right.txt '' 'right ones'

mkdir -p tree/requirements
printf -- '-r requirements/dev.txt\n-c constraints.txt\nnamed\n' >tree/requirements.txt
printf -- '-r ../requirements.txt\npytest\nblack\n' >tree/requirements/dev.txt
printf 'pytest==7.0\nblack<23\nnamed==1; os_name == "x"\n' >tree/constraints.txt
run 1 'a tree with includes in a circle' eros-pins --format text tree
is_file out 'tree/constraints.txt:2:1: low: black <23 may be any version of a range [pin-range]
tree/requirements.txt:3:1: medium: named has no version [pin-missing]
tree/requirements/dev.txt:3:1: medium: black has no version [pin-missing]' \
	'constraints pin what includes them; each finding is told once'
printf -- '-r ../../outside.txt\n-r /etc/passwd\n--requirement=missing.txt\n-c https://example.com/c.txt\n-rlink.txt\n-rfifo\n' \
	>tree/requirements.txt
rm -r tree/requirements tree/constraints.txt
printf 'stolen\n' >outside.txt
mkdir out2 && cp outside.txt out2/
ln -s ../outside.txt tree/link.txt
mkfifo tree/fifo
run 1 'includes that leave the tree' timeout 600 eros-pins --format text tree
is_file out 'tree/requirements.txt:1:1: medium: ../../outside.txt is included, but was not read [pin-unread]
tree/requirements.txt:2:1: medium: /etc/passwd is included, but was not read [pin-unread]
tree/requirements.txt:3:1: medium: missing.txt is included, but was not read [pin-unread]
tree/requirements.txt:4:1: medium: https://example.com/c.txt is included, but was not read [pin-unread]
tree/requirements.txt:5:1: medium: link.txt is included, but was not read [pin-unread]
tree/requirements.txt:6:1: medium: fifo is included, but was not read [pin-unread]' 'are told, not followed'
run 1 'the same as a single file' timeout 600 eros-pins --format text tree/requirements.txt
unlike "$(cat out)" stolen 'reads no link'
is "$(grep -c pin-unread out)" 6 'nor anything above the working directory'
printf -- '-r ../outside.txt\n' >tree/requirements.txt
run 1 'an include below the working directory' eros-pins --format text ./tree/requirements.txt
is_file out 'outside.txt:1:1: medium: stolen has no version [pin-missing]' 'is read'
run 1 'but not from elsewhere' eros-pins --format text "$PWD/tree/requirements.txt"
is_file out "$PWD/tree/requirements.txt:1:1: medium: ../outside.txt is included, but was not read [pin-unread]" \
	'where only the directory of the file is looked at'

cat >pyproject.toml <<'E'
[build-system]
requires = ["setuptools>=61", 'wheel==0.40.0']
[project]
name = "x"
dependencies = [
  "a==1", # "comment"
  "b", "c~=2.0", """d""",
]
[project.optional-dependencies]
dev = ["e<3"]
[dependency-groups]
test = ["f==1.0", {include-group = "x"}]
[tool.poetry.dependencies]
python = "^3.8"
g = "1.2.3"
h = "^1.2"
i = {version = "*", optional = true}
j = {git = "https://x/y.git", branch = "main"}
k = [{version="1.0", python="<3"}, {version=">2"}]
l = {path = "../l"}
[tool.poetry.group.dev.dependencies]
m = "~1"
n = "==1.*"
[tool.uv.sources]
b = { path = "../b" }
E
found pyproject.toml '2:13 range setuptools >=61
7:8 range c ~=2.0
7:18 missing d
10:8 range e <3
16:5 range h ^1.2
17:16 missing i *
18:40 moving j main
19:45 range k >2
22:5 range m ~1
23:5 range n ==1.*' 'pyproject'

cat >package.json <<E
{"dependencies":{"a":"1.2.3","b":"^1.2.3","c":"latest","d":"file:../d","e":"workspace:*","f":"npm:g@1.0.0",
"h":"npm:@i/j@^1","j":"github:a/b","k":"a/b#$sha","l":"git+ssh://git@github.com/a/b.git#v1",
"m":"","n":"1.x","o":"1.2","p":"https://example.com/p-1.2.3.tgz","@s/q":">=1 <2","r":"v1.2.3","s":"=1.2.3-beta.1",
"t":"1.2.3 - 1.2.4","u":"1.2.3 || 1.2.4","v":"*","\u0077":"next"},
"devDependencies":{"z":"~1"},"peerDependencies":{"react":">=16"},"optionalDependencies":{"o":"1.0.0"},
"overrides":{"a":{".":"1.0.0","b@2":"^3"},"q":"\$a"},"scripts":{"a":"^1"}}
E
found package.json '1:34 range b ^1.2.3
1:47 moving c latest
2:5 range h npm:@i/j@^1
2:23 moving j github:a/b
2:91 moving l git+ssh://git@github.com/a/b.git#v1
3:5 missing m
3:12 range n 1.x
3:22 range o 1.2
3:73 range @s/q >=1 <2
4:5 range t 1.2.3 - 1.2.4
4:25 range u 1.2.3 || 1.2.4
4:46 missing v *
4:59 moving w next
5:24 range z ~1
5:58 range react >=16
6:37 range b@2 ^3' 'package.json'

mkdir npm
cat >npm/package.json <<E
{"dependencies":{"a":"a.tgz","b":"a/b/c","c":"@a/b","d":"==1.2.3","e":"https://github.com/a/b#$sha",
"f":"patch:f@npm%3A3.2.1#~/f.patch","g":"patch:g@npm%3A^3#~/g.patch","h":"https://gitlab.com/a/b",
"i":"https://github.com/a/b/archive/v1.2.3.tar.gz","j":"x.x","k":"a/b.tgz"}}
E
found npm/package.json '2:41 range g patch:g@npm%3A^3#~/g.patch
2:74 moving h https://gitlab.com/a/b
3:56 missing j x.x' 'what npm takes for local, for a repository, and for an archive'

cat >Cargo.toml <<E
[package]
version = "0.1.0"
[dependencies]
serde = "1.2"
rand = "=0.8.5"
near = "=0.8"
tok = { version = "1", features = ["full"] }
p = { path = "../p" }
g = { git = "https://x", tag = "v1" }
r = { git = "https://x", rev = "$sha" }
w.workspace = true
[dependencies.sub]
version = "*"
[target.'cfg(unix)'.dev-dependencies]
nix = "=0.26.0"
libc = "0.2"
[workspace.dependencies]
shared = "2"
E
found Cargo.toml '4:9 range serde 1.2
6:8 range near =0.8
7:19 range tok 1
9:32 moving g v1
13:11 missing sub *
16:8 range libc 0.2
18:10 range shared 2' 'Cargo.toml'

cat >go.mod <<'E'
module x // v0
go 1.21
require github.com/a/b v1.2.3
require (
	github.com/c/d v0.0.0-20200101000000-abcdefabcdef // indirect
	github.com/e/f latest
	github.com/g/h master
	"github.com/i/j" v1.2
	github.com/k/l v2.0.0+incompatible
)
replace github.com/g/h => ../h
replace github.com/e/f => github.com/z/f v1
exclude github.com/a/b v1.2.2
E
found go.mod '8:19 moving github.com/i/j v1.2
12:42 moving github.com/z/f v1' 'go.mod is exact by nature'

cat >Gemfile <<E
source "https://rubygems.org"
gem "rails", "7.0.4"
gem 'pg', '~> 1.0' # gem "no"
gem "puma"
gem "a", git: "https://x", ref: "$sha"
gem "b", github: "x/y", branch: "main"
gem "c", path: "../c"
gem "d", ">= 1",
  # between
  "< 2", require: false
gem("e", "= 1.2")
gem "f", :git => "https://x", :tag => "v1"
git "https://x", ref: "$sha" do
  gem "g"
end
path "engines" do
  gem "h"
end
group :test do
  gem "i", platforms: [:mri, "jruby"]
end
gem "j", VERSION
gem "k", ["1.0", "> 0"]
=begin
gem "l"
=end
gem "m", "#{x}"
eval_gemfile "other"
gem "o;", "1.0"; gem "p" ;if x; gem "q", "2"; end; gem "r"
__END__
gem "n"
E
found Gemfile "3:6 range pg ~> 1.0
4:6 missing puma
6:6 moving b main
8:6 range d >= 1
12:6 moving f v1
20:8 missing i
22:6 moving j VERSION
27:6 moving m #{x}
28:1 unread \"other\"
29:23 missing p
29:57 missing r" 'Gemfile'

cat >Dockerfile <<E
# escape=\\
ARG V=18
ARG D
ARG PINNED=alpine@$digest
FROM node:\${V} AS build
FROM --platform=linux/amd64 debian@$digest as Base
FROM \$PINNED
RUN apt-get update && apt-get install -y --no-install-recommends \\
    # a comment, curl

    curl=7.88.1-10 git \\
    wget=1.* libx-dev- >/dev/null 2>&1 \\
 && rm -rf /var/lib/apt/lists/* && echo apt-get
FROM build
FROM scratch
FROM ubuntu
FROM reg.io:5000/x
FROM \$D
FROM \${D:-x:1}
COPY --from=base /a /b
COPY --from=0 /a /b
COPY --from=nginx:1 /a /b
RUN --mount=type=bind,from=busybox apt install vim; ls
RUN ["apt-get", "install", "-y", "joe"]
RUN <<EOF
apt-get install -y less
EOF
ENV P="emacs nano" W=x
RUN apt-get -qq -o A::B="c d" install \$P \$Q -t bookworm foo/stable ./x.deb \$(cat list) || true
E
printf '%s\n' "RUN sh -c 'apt-get update && apt-get install zip' && echo a\"b apt-get install no\"c \"\"\"x y\"\"\"" >>Dockerfile
found Dockerfile "5:6 moving node:18
11:20 missing git
12:5 range wget 1.*
16:6 missing ubuntu
17:6 missing reg.io:5000/x
18:6 moving \$D
19:6 moving x:1
22:13 moving nginx:1
23:28 missing busybox
23:48 missing vim
24:35 missing joe
26:20 missing less
29:39 missing emacs
29:39 missing nano
29:42 moving \$Q
29:57 moving foo stable
29:76 moving \$(…)
30:46 missing zip" 'Dockerfile'

mkdir -p .github/workflows
cat >.github/workflows/ci.yml <<E
on: push
x: &anchor {uses: not/here@v1}
jobs:
  a:
    <<: *anchor
    steps:
      - uses: actions/checkout@v4
      - uses: "actions/setup@$sha" # v1
      - uses: ./.github/actions/x
      - uses: docker://alpine:3.8
      - uses: docker://alpine@$digest
      - uses: actions/none
      - run: |
          uses: nothing@v1
  b:
    uses: o/r/.github/workflows/w.yml@main
E
found .github/workflows/ci.yml '2:19 moving not/here v1
7:15 moving actions/checkout v4
10:15 moving alpine:3.8
12:15 missing actions/none
16:11 moving o/r/.github/workflows/w.yml main' 'workflows'
printf 'runs:\n  using: composite\n  steps:\n  - uses: a/b@v1\n' >action.yml
found action.yml '4:11 moving a/b v1' 'a composite action'

cat >.pre-commit-config.yaml <<E
repos:
- repo: https://github.com/psf/black
  rev: 23.1.0
  hooks: [{id: black, additional_dependencies: ["click==8", "eslint@^8", "x"]}]
- repo: local
  hooks: []
- repo: https://github.com/x/y
  rev: $sha
- repo: https://github.com/x/z
E
found .pre-commit-config.yaml '3:8 moving https://github.com/psf/black 23.1.0
4:61 range eslint ^8
4:74 missing x
9:9 missing https://github.com/x/z' 'pre-commit'
printf -- '- repo: https://github.com/x/y\n  sha: v0.9.1\n- repo: https://github.com/x/z\n  sha: %s\n' $sha \
	>.pre-commit-config.yaml
found .pre-commit-config.yaml '2:8 moving https://github.com/x/y v0.9.1' 'pre-commit as it was at first'

# Lock files.
mkdir -p lock/web lock/py lock/rs/member lock/rb
printf '{"dependencies":{"a":"^1","b":"^1","@s/c":"*"}}' >lock/web/package.json
printf '{"packages":{"":{},"node_modules/a":{"version":"1.9.0"},"node_modules/x/node_modules/@s/c":{"version":"2.0.0"}}}' \
	>lock/web/package-lock.json
printf '[project]\ndependencies = ["My_Dep>=1", "other"]\n' >lock/py/pyproject.toml
printf '[[package]]\nname = "my-dep"\nversion = "1.5"\n' >lock/py/uv.lock
printf '[dependencies]\nserde = "1"\nx = "1"\n' >lock/rs/member/Cargo.toml
printf '[[package]]\nname = "serde"\nversion = "1.0.1"\n' >lock/rs/Cargo.lock
printf 'gem "rails"\ngem "pg"\n' >lock/rb/Gemfile
printf 'GEM\n  specs:\n    rails (7.0.4)\n      pg (>= 1)\n' >lock/rb/Gemfile.lock
run 1 '--lock-ok' eros-pins --lock-ok --format text lock
is_file out 'lock/py/pyproject.toml:2:30: medium: other has no version [pin-missing]
lock/rb/Gemfile:2:6: medium: pg has no version [pin-missing]
lock/rs/member/Cargo.toml:3:5: low: x 1 may be any version of a range [pin-range]
lock/web/package.json:1:31: low: b ^1 may be any version of a range [pin-range]' \
	'leaves out what is locked, and nothing else'
run 1 'a lock without the option' eros-pins lock/web
is "$(jq -c 'select(.evidence).evidence[0]' out)" '{"kind":"lock","path":"lock/web/package-lock.json","text":"1.9.0"}
{"kind":"lock","path":"lock/web/package-lock.json","text":"2.0.0"}' 'is evidence'
for l in 'yarn.lock:"@s/c@npm:*", "@s/c@^2":' 'pnpm-lock.yaml:  /@s/c@2.0.0:' 'bun.lock:    "@s/c": ["@s/c@2.0.0"],'; do
	rm -rf other && mkdir other
	printf '{"dependencies":{"@s/c":"*"}}' >other/package.json
	printf '%s\n' "${l#*:}" >"other/${l%%:*}"
	run 0 "${l%%:*}" eros-pins --lock-ok other
done

# Malformed files: told, and the rest judged nevertheless.
bad() {
	printf %b "$2" >"$1"
	run 65 "$3" eros-pins --format text "$1"
	is_file err "eros-pins: $1:$4" "  $3: it is said where"
}
bad requirements.txt 'a==\nb\n' 'an operator alone' '1: malformed: an operator without a version'
is_file out 'requirements.txt:2:1: medium: b has no version [pin-missing]' 'and the rest is judged'
bad requirements.txt 'a[x==1\n' 'extras without end' '1: malformed: unterminated list of extras'
bad requirements.txt '\na 1\n' 'words' '2: malformed: expected a version after the name'
bad requirements.txt '==1\n' 'no name' '1: malformed: expected the name of a package'
bad requirements.txt 'a==1;python\n' 'a marker that is none' '1: malformed: bad marker'
bad requirements.txt 'a (==1\n' 'a parenthesis' '1: malformed: unterminated parenthesis'
bad requirements.txt 'a<=abc\n' 'a<=abc' '1: malformed: no version of Python packages'
bad requirements.txt 'a==1..0\n' 'a==1..0' '1: malformed: no version of Python packages'
bad requirements.txt 'a~=1\n' 'a~=1' '1: malformed: no version of Python packages'
bad requirements.txt 'a>=1.*\n' 'a>=1.*' '1: malformed: no version of Python packages'
bad requirements.txt 'a<1+local\n' 'a<1+local' '1: malformed: no version of Python packages'
bad requirements.txt 'a==1.dev1.*\n' 'a==1.dev1.*' '1: malformed: no version of Python packages'
bad requirements.txt 'a==1,,<2\n' 'a==1,,<2' '1: malformed: expected a version after the name'
bad requirements.txt 'a[b,]\n' 'a[b,]' '1: malformed: bad list of extras'
bad requirements.txt 'a[b c]==1\n' 'a[b c]==1' '1: malformed: bad list of extras'
bad requirements.txt 'a-==1\n' 'a-==1' '1: malformed: expected the name of a package'
bad requirements.txt '~=1\n' '~=1' '1: malformed: expected the name of a package'
bad requirements.txt 'a==1; python_version < 3\n' 'a==1; python_version < 3' '1: malformed: bad marker'
bad requirements.txt 'a==1; python == "3"\n' 'a==1; python == "3"' '1: malformed: bad marker'
bad requirements.txt 'a==1; (os_name == "x"\n' 'a==1; (os_name == "x"' '1: malformed: bad marker'
bad requirements.txt 'a==1; os_name == "x" and\n' 'a==1; os_name == "x" and' '1: malformed: bad marker'
bad requirements.txt 'a==1; os_name == "x" os_name == "y"\n' 'a==1; os_name == "x" os_name == "y"' '1: malformed: bad marker'
bad requirements.txt 'a==1; os_name not "x"\n' 'a==1; os_name not "x"' '1: malformed: bad marker'
bad requirements.txt 'a==1;\n' 'a==1;' '1: malformed: bad marker'
bad requirements.txt 'a @ somewhere\n' 'a @ somewhere' '1: malformed: expected a URL after '\''@'\'''
bad requirements.txt 'a @ https://x/a-1.zip;os_name == "x"\n' 'a @ https://x/a-1.zip;os_name == "x"' '1: malformed: bad marker'
bad requirements.txt 'a--index-url=http://x/a-1.zip\n' 'an option without a blank' '1: malformed: expected a version after the name'
bad requirements.txt ' -r\n' 'no file' '1: malformed: an option without its argument'
bad pyproject.toml 'a = [1,\n' 'TOML without end' '2: malformed: unterminated array'
bad pyproject.toml '[project]\ndependencies = ["a b"]\n' 'a bad requirement' '2: malformed: expected a version after the name'
bad package.json '{"dependencies":\n{"a":1}}' 'a number' '2: malformed: a version that is no string'
bad package.json '{"dependencies":\n[}' 'bad JSON' '2: malformed: expected a value'
bad package.json '[]' 'no object' '1: malformed: expected an object'
bad Cargo.toml '[dependencies]\na = 1\n' 'a number in Cargo.toml' '2: malformed: expected a string or a table'
bad go.mod 'require (\na v1.0.0\n' 'a block without end' '1: malformed: unterminated block'
bad go.mod 'module x\nrequire a\n' 'no version' '2: malformed: expected a module and its version'
bad go.mod 'requires a v1.0.0\n' 'a misspelt word' '1: malformed: unknown directive'
bad go.mod 'replace a => b\n' 'a bare replacement' '1: malformed: a replacement without a version that is no directory'
bad Gemfile 'gem "a\n' 'a string without end' '1: malformed: unterminated string'
bad Dockerfile 'FROM\n' 'no image' '1: malformed: FROM without an image'
bad Dockerfile 'FROM a b c\n' 'no AS' '1: malformed: expected AS and a name after the image'
bad Dockerfile 'FORM a\n' 'no instruction' '1: malformed: unknown instruction'
bad Dockerfile 'RUN <<E\nls\n' 'a heredoc without end' '1: malformed: unterminated heredoc'
bad action.yml 'a: [\n' 'bad YAML' '2: malformed: did not find expected node content while parsing a flow node'
printf 'a\0b' >requirements.txt
run 65 'no text in a tree' eros-pins .
like_file err '^eros-pins: requirements.txt:1: malformed: no text$' 'is told'

# Formats, statuses.
rm -rf ./* .github .pre-commit-config.yaml
run 0 'an empty tree' eros-pins
is_file out '' 'has no findings'
: >requirements.txt
run 0 'an empty file' eros-pins requirements.txt
printf 'a\r\nb>1\r\nc==1' >requirements.txt
run 1 'records are the default' eros-pins requirements.txt
is "$(jq -c '[.type,.rule,.severity,.title,.message,.fix,.locations,.fingerprint]' out)" \
	'["finding","pin-missing","medium","A dependency without a version","a has no version","Write down the exact version that is meant.",[{"path":"requirements.txt","line":1,"column":1}],"23571b2a4b0b94cf:1"]
["finding","pin-range","low","A dependency whose version is a range","b >1 may be any version of a range","Write down one version, or keep a lock file and judge with --lock-ok.",[{"path":"requirements.txt","line":2,"column":1}],"f5379d56be3dbd58:1"]' \
	'with all their members'
cp out first
run 1 'again' eros-pins requirements.txt
cmp -s out first
ok $? 'the same bytes'
run 1 'from stdin' eros-pins --format text - <requirements.txt
is_file out 'stdin:1:1: medium: a has no version [pin-missing]
stdin:2:1: low: b >1 may be any version of a range [pin-range]' 'as requirements'
run 1 'SARIF' eros-pins --format sarif .
is "$(jq -r -f "$srcdir/t/data/sarif.jq" out)" '' 'is what its schema wants'
is "$(jq -c '[.version, .runs[0].tool.driver.name, (.runs[0].tool.driver.rules | length), (.runs[0].results[0] |
	.ruleId, .ruleIndex, .level, .kind, .message.text, .locations[0].physicalLocation,
	(.partialFingerprints | keys))]' out)" \
	'["2.1.0","eros-pins",4,"pin-missing",0,"warning","fail","a has no version",{"artifactLocation":{"uri":"requirements.txt","uriBaseId":"%SRCROOT%"},"region":{"startLine":1,"startColumn":1}},["erosFinding/v1","primaryLocationLineHash"]]' \
	'holds the findings'
printf 'c==1\n' >requirements.txt
run 0 'SARIF of nothing' eros-pins --format sarif
is "$(jq -c '.runs[0].results' out)" '[]' 'is whole, too'
printf 'b>1\n' >requirements.txt
run 0 '--fail-on' eros-pins --fail-on medium .
like_file out pin-range 'still writes what is less severe'
run 1 '--fail-on low' eros-pins --fail-on low .
run 64 '--fail-on of no severity' eros-pins --fail-on worst .
run 64 'a format that is none' eros-pins --format xml .
run 66 'a file that is not there' eros-pins none.txt requirements.txt
like_file out pin-range 'the others are judged'
like_file err '^eros-pins: cannot read none.txt: No such file or directory$' 'it is named'
echo x >README.md
run 65 'a file of another kind' eros-pins README.md
is_file err 'eros-pins: README.md: not a file of dependencies that is known here' 'is named'
run 1 'another name for requirements' eros-pins --format text -- requirements.txt
printf 'a\n' >dev.in
run 1 'a source of requirements' eros-pins dev.in
mkdir shut && echo a >shut/requirements.txt && chmod 0 shut/requirements.txt && chmod 711 .
run 66 'a file that may not be read' as_nobody eros-pins shut/requirements.txt
run 66 'nor in a tree' as_nobody eros-pins shut
rm -rf shut
run 74 'a full device' sh -c 'eros-pins requirements.txt >/dev/full'

# Names: which files are looked at.
rm -f ./*
mkdir -p requirements sub/.github/workflows node_modules/x .venv vendor/bundle ignored requirements/deep
for f in requirements-dev.txt dev-requirements.txt requirements/ci.txt sub/Gemfile node_modules/x/package.json .venv/Gemfile \
	vendor/bundle/Gemfile notes.txt sub/Dockerfile.dev app.dockerfile sub/Containerfile Dockerfile.dockerignore ignored/Gemfile \
	requirements/deep/x.txt sub/.github/workflows/x.yaml; do
	printf 'gem "x"\n' >"$f"
done
printf 'x: {uses: a/b@v1}\n' >sub/.github/workflows/x.yaml
printf 'FROM x\n' | tee sub/Dockerfile.dev app.dockerfile >sub/Containerfile
printf 'x\n' | tee requirements-dev.txt dev-requirements.txt >requirements/ci.txt
echo ignored >.gitignore
run 1 'files by their names' eros-pins --format text
is "$(sed 's/:.*//' out)" 'app.dockerfile
dev-requirements.txt
requirements-dev.txt
requirements/ci.txt
sub/.github/workflows/x.yaml
sub/Containerfile
sub/Dockerfile.dev
sub/Gemfile' 'neither what is installed nor what is ignored'
(cd sub/.github && eros-pins --format text workflows) >out
like_file out '^workflows/x.yaml:1:11: ' 'a directory whose name counts'
run 1 'several operands' eros-pins --format text sub/ ./requirements
is "$(sed 's/:.*//' out)" 'sub/.github/workflows/x.yaml
sub/Containerfile
sub/Dockerfile.dev
sub/Gemfile
requirements/ci.txt' 'each told as it was named'

# A link to where it is gives a file any number of paths.
mkdir -p loop/x && ln -s ../x loop/x/again
printf -- '-r again/requirements.txt\nx\n' >loop/x/requirements.txt
run 1 'a link in a circle' timeout 600 eros-pins --format text loop
[ "$(grep -c 'x has no version' out)" -le 256 ]
ok $? 'is not followed for ever'
like "$(cat out)" 'again/requirements.txt:1:1: .* again/requirements.txt is included, but was not read' 'and what was not read is told'
rm -r loop

# Much.
many=$(tap_times 60000)
awk -v "n=$many" 'BEGIN { for (i = 0; i < n; i++) printf "p%d>=1 \\\n # x\n", i }' >requirements-dev.txt
run 1 'a long file' timeout 600 eros-pins --format text requirements-dev.txt
is "$(wc -l <out)" "$many" 'each line of it'
head -c 3000000 /dev/zero | tr '\0' 'a' >requirements-dev.txt
run 1 'a long line' timeout 600 eros-pins requirements-dev.txt
head -c 9000000 /dev/zero | tr '\0' '\n' >requirements-dev.txt
run 65 'a file that is too large' eros-pins requirements-dev.txt
run 65 'in a tree, too' eros-pins .
like_file err '^eros-pins: requirements-dev.txt:1: malformed: too large$' 'is told'
done_testing
