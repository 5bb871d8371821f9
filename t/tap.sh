# shellcheck shell=sh
# TAP for tests of commands. A test sources this, makes its checks and calls done_testing last:
#
#   . "${srcdir:-.}/t/tap.sh"
#   run 0 'healthy below 0.15' eros-health <<'EOF'     runs it; its output is in ./out, ./err
#   {"risk_score":0.1}
#   EOF
#   is_file out '{"risk_score":0.1,"health":"healthy"}' 'the verdict is appended'
#
# Each test runs in a private directory that is removed at the end, with a fixed locale and zone, state below
# that directory, and the commands of the build tree first in PATH. A failure shows what was seen and wanted.

set -u
srcdir=$(cd "${srcdir:-.}" && pwd)
builddir=$(cd "${builddir:-.}" && pwd)
export srcdir builddir
PATH=$builddir/bin:$PATH LC_ALL=C TZ=UTC
TMP=$(mktemp -d "${TMPDIR:-/tmp}/eros-t.XXXXXX") || exit 1
EROS_HOME=$TMP/state EROS_MODULES=${EROS_MODULES:-$builddir/lib/store}
export PATH LC_ALL TZ TMP EROS_HOME EROS_MODULES
unset EROS_LOG EROS_STORE EROS_STORE_PASSWORD_FILE EROS_RUN_ID EROS_AGENT_PID
trap 'cd /; rm -rf "$TMP"' EXIT
trap 'exit 1' HUP INT TERM
cd "$TMP" || exit 1

tap_count=0 tap_failed=0

# ok STATUS NAME: passed where STATUS is 0. Called after a command: ok $? 'name'.
ok() {
	tap_count=$((tap_count + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $tap_count - $2"
	else
		echo "not ok $tap_count - $2"
		note "$2"
		tap_failed=$((tap_failed + 1))
		return 1
	fi
}

# To stderr, which prove passes on.
note() { printf '%s\n' "$1" | sed 's/^/# /' | cut -c1-2000 >&2; }

# is GOT WANT NAME: two strings.
is() {
	[ "$1" = "$2" ]
	ok $? "$3" || { note "  got: $1"; note " want: $2"; return 1; }
}

# like GOT REGEX NAME: an extended regular expression that some line of GOT matches.
like() {
	printf '%s\n' "$1" | grep -Eq -- "$2"
	ok $? "$3" || { note "  got: $1"; note " want: /$2/"; return 1; }
}

unlike() {
	! printf '%s\n' "$1" | grep -Eq -- "$2"
	ok $? "$3" || { note "      got: $1"; note " unwanted: /$2/"; return 1; }
}

# is_file FILE WANT NAME: all that FILE holds, but for the last newline.
is_file() { is "$(cat "$1")" "$2" "$3"; }
like_file() { like "$(cat "$1")" "$2" "$3"; }

# run STATUS NAME COMMAND…: its exit status must be STATUS; stdout is left in ./out, stderr in ./err.
run() {
	tap_want=$1 tap_name=$2
	shift 2
	"$@" >out 2>err
	tap_got=$?
	[ "$tap_got" -eq "$tap_want" ]
	ok $? "$tap_name" || { note "  ran: $*"; note "  got: status $tap_got"; note " want: status $tap_want"; note "$(head -c 600 err)"; return 1; }
}

# as_nobody COMMAND…: without root's rights, for tests of permissions. COMMAND is one of the build tree, to which a nobody may
# have no way: what another command starts is not found there.
as_nobody() {
	if [ "$(id -u)" -eq 0 ]; then
		setpriv --reuid=65534 --regid=65534 --clear-groups -- "$@"
	else
		"$@"
	fi
}

# wait_for SECONDS COMMAND…: until COMMAND succeeds; false when the time is up.
wait_for() {
	tap_tries=$(($1 * 50))
	shift
	until "$@"; do
		tap_tries=$((tap_tries - 1))
		[ "$tap_tries" -gt 0 ] || return 1
		sleep 0.02
	done
}

# live_filter LINE COMMAND…: what the filter makes of LINE is out while its input goes on; TERM ends it with 143; and where
# its reader goes away, so does it, without a word.
live_filter() {
	tap_line=$1
	shift
	rm -f tap-in tap-out
	mkfifo tap-in
	"$@" <tap-in >tap-out &
	tap_pid=$!
	exec 9>tap-in
	printf '%s\n' "$tap_line" >&9
	wait_for 30 test -s tap-out
	ok $? "$1: a record is out before more is waited for"
	kill -TERM $tap_pid
	wait $tap_pid
	is $? 143 "$1: TERM ends it with 128 plus the signal"
	exec 9>&-
	{ yes "$tap_line" | head -n 50000 | "$@" 2>err; } | head -n 1 >tap-out
	is "$(wc -l <tap-out) $(cat err)" '1 ' "$1: a reader that goes away ends it quietly"
}

# tap_without WHAT NAME: whether this runs where WHAT is not to be had that NAME needs (TAP_WITHOUT, as in tap.h).
tap_without() {
	case ${TAP_WITHOUT-} in
	*"$1"*) ;;
	*) return 1 ;;
	esac
	tap_count=$((tap_count + 1))
	echo "ok $tap_count - $2 # SKIP no $1 here"
}

# How many of what is done $1 times to be sure: not so many where all takes long (TAP_LESS=20, a twentieth).
tap_times() { echo $(($1 / ${TAP_LESS:-1})); }

done_testing() {
	echo "1..$tap_count"
	[ "$tap_failed" -eq 0 ]
	exit
}
