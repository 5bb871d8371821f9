# shellcheck shell=sh
# For benches: a script sources this and calls race.
#
# Speed is input over processor time, the best of several rounds in which the two commands take turns, so that what
# else the machine does disturbs both alike and as little as can be.

set -eu
srcdir=$(cd "${srcdir:-.}" && pwd)
builddir=$(cd "${builddir:-.}" && pwd)
export LC_ALL=C
unset EROS_LOG
TMP=$(mktemp -d "${TMPDIR:-/tmp}/eros-bench.XXXXXX")
trap 'rm -rf "$TMP"' EXIT
trap 'exit 1' HUP INT TERM
PATH=$builddir/bin:$builddir/bench:$TMP:$PATH
export PATH

# better OLD NEW: the smaller of each number in "SECONDS KIB".
better() {
	echo "$1 $2" | awk '{ print ($1 < $3 ? $1 : $3), ($2 > $4 ? $2 : $4) }'
}

# race NAME WANTED ROUNDS INPUT OURS PEER: two commands, each a string; WANTED is the ratio to be reached. Leaves what
# ours took, "SECONDS KIB", in $ours.
race() {
	ours='1e9 0' theirs='1e9 0' round=0
	while [ "$round" -lt "$3" ]; do
		round=$((round + 1))
		# shellcheck disable=SC2086 # commands are words
		ours=$(better "$ours" "$(measure "$4" $5)")
		# shellcheck disable=SC2086
		theirs=$(better "$theirs" "$(measure "$4" $6)")
	done
	echo "$1 $2 $(wc -c <"$4") $ours $theirs" | awk '{
		printf "%s: ours %.0f MB/s, peer %.0f MB/s, ratio %.2f (wanted: %s)\n",
			$1, $3 / $4 / 1e6, $3 / $6 / 1e6, $6 / $4, $2 }'
}

missing() {
	echo "$1: not measured, $2"
}
