#!/bin/sh
# The house around the code: every command is complete and documented, and the tables in eros(7) are those of the code.
. "${srcdir:-.}/t/tap.sh"

commands=$(find "$srcdir/bin" -name 'eros-*.c' | sed 's,.*/,,; s/\.c$//' | sort)
eros7=$srcdir/man/eros.7

for c in $commands; do
	is "$(sed -n "s/^AC_INIT.*\[\([0-9.]*\)\])$/$c (EROS) \1/p" "$srcdir/configure.ac")" "$($c --version)" \
		"$c is built and knows its version"
	run 0 "$c --help" "$c" --help
	like_file out '^Usage: '"$c" "$c --help shows its usage"
	like_file out '^ .*--help ' "$c --help shows its options"
	run 64 "$c: an option that it does not know" "$c" --no-such-option
	like_file err "^$c: .*--no-such-option" "$c names that option"
	run 74 "$c --help to a full device" sh -c "$c --help >/dev/full"
	run 74 "$c --help to a closed output" sh -c "$c --help >&-"
	[ -f "$srcdir/man/$c.1" ] && [ -x "$srcdir/t/bin/$c.t" ]
	ok $? "$c has a page and a test"
	grep -q "^\.It Xr $c 1\$" "$eros7"
	ok $? "$c is in eros(7)"
	readelf -hdlsW "$builddir/bin/$c" >elf
	like "$(cat elf)" 'Type: *DYN' "$c is position-independent"
	like "$(cat elf)" 'GNU_RELRO' "$c has RELRO"
	like "$(cat elf)" 'BIND_NOW' "$c is bound at start"
	like "$(cat elf)" '__stack_chk_fail' "$c has the stack protector"
done
is "$(sed -n 's/^\.It Xr \(eros-.*\) 1$/\1/p' "$eros7")" "$commands" \
	'eros(7) lists the commands, sorted, and no other'

is "$(sed -n '/^\.Sh EXIT STATUS/,/^\.El/s/^\.It \([0-9]*\).*/\1/p' "$eros7")" \
	"$(sed -n 's/^\tEROS_[A-Z]* = \([0-9]*\),* .*/\1/p' "$srcdir/lib/base/exit.h")" \
	'eros(7) has exactly the exit statuses of lib/base/exit.h'

is "$(sed -n '/error names/,/^\.El/s/^\.It Cm //p' "$eros7")" \
	"$(find "$srcdir/lib" "$srcdir/bin" -name '*.c' -exec cat {} + | tr '\n' ' ' |
		grep -oE '\b(diag|die)\(([A-Za-z_]+,[[:space:]]*)?"[a-z_]+"' | sed 's/"$//; s/.*"//' | sort -u)" \
	'eros(7) has exactly the error names that the code gives, sorted'

# above FLOOR ALLOWED…: what the folder lib/FLOOR includes beyond itself and ALLOWED.
above() {
	floor=$1
	shift
	cat "$srcdir/lib/$floor"/*.[ch] | sed -n 's/^#include "\([a-z]*\)\/.*/\1/p' | sort -u |
		grep -vxE "$floor$(printf '|%s' "$@")"
}
is "$(above base base)" '' 'lib/base includes only itself'
is "$(above record base)" '' 'lib/record includes only what is below'
is "$(above rule base record)" '' 'lib/rule includes only what is below'
for floor in finding source; do
	[ -d "$srcdir/lib/$floor" ] || continue
	is "$(above "$floor" base record)" '' "lib/$floor includes only what is below"
done
for floor in policy store proc agent pins report scan; do
	[ -d "$srcdir/lib/$floor" ] || continue
	is "$(above "$floor" base record rule finding source)" '' "lib/$floor includes only what is below"
done
is "$(cd "$srcdir/lib/policy" && grep -nE \
	'\b(clock_[a-z]+|time|getenv|f?open(at)?|fd_[a-z]+|file_[a-z]+|s?random|rand|getpid) ?\(' ./*.c)" '' \
	'lib/policy asks no clock, no file, no environment and no chance'

is "$(sed -n 's/^    \(eros-[a-z-]*\)  .*->.*/\1/p' "$srcdir/README" | sort)" "$commands" 'README has a line for each command, and no other'
is "$(head -2 "$srcdir/README" | sed 's/^ *\(.*[a-z]\)   .*/\1/')" "$(printf '%s\n' './bootstrap demo' './bootstrap check')" \
	'README opens with the two commands'
done_testing
