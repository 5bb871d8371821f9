#!/bin/sh
# Stands for a program of the build tree, as the link variant/valgrind/NAME, and runs NAME under valgrind. What
# valgrind has to say goes to a log of its own, so that the tests see the program's stderr alone.

here=$(cd "${0%/*}" && pwd)
top=${here%/variant/valgrind/*}
# Not by pid: those come round again.
log=$(mktemp "$top/variant/valgrind/log/XXXXXXXX") || exit 99
exec valgrind -q --read-inline-info=no --error-exitcode=99 --leak-check=full --errors-for-leak-kinds=definite,possible \
	--suppressions="$top/variant/valgrind/supp" --log-file="$log" "$top/${here#"$top/variant/valgrind/"}/${0##*/}" "$@"
