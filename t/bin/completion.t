#!/bin/sh
# Completion in bash, against a command whose --help is known.
. "${srcdir:-.}/t/tap.sh"

mkdir bin
cat >bin/eros-sample <<'END'
#!/bin/sh
cat <<'HELP'
Usage: eros-sample [OPTION...] [FILE...]
Judge --nothing at all

  -e, --expr=CONDITION       Judge by CONDITION, see --clock and --other
      --clock=record|wall    Where time comes from
  -n, --no-wait              Do not wait
      --stale[=SECS]         Settle after SECS
  -?, --help                 Give this help list
HELP
END
chmod 755 bin/eros-sample
PATH=$TMP/bin:$PATH

# offered WORD…: what is offered for the last of the words as bash takes them apart.
offered() {
	bash -c '
		. "$srcdir/share/completion/eros"
		COMP_WORDS=(eros-sample "$@") COMP_CWORD=$#
		_eros eros-sample "${!#}" "${COMP_WORDS[COMP_CWORD - 1]}"
		echo "${COMPREPLY[*]}"' bash "$@" 2>&1
}

is "$(offered --)" '--expr= --clock= --no-wait --stale= --help' 'the options, and none that a text mentions'
is "$(offered --c)" '--clock=' 'those that begin so'
is "$(offered -)" '-e --expr= --clock= -n --no-wait --stale= -? --help' 'short ones too'
is "$(offered --clock = r)" 'record' 'a word of an option that lists its words'
is "$(offered --clock =)" 'record wall' 'all its words'
is "$(offered --expr = r)" '' 'left to file names where it lists none'
is "$(offered file)" '' 'left to file names for an operand'
is "$(offered -n -- eros-sam)" 'eros-sample' 'a command after --'
is "$(bash -c '. "$srcdir/share/completion/eros"; complete -p eros-sample' 2>&1)" \
	'complete -o default -F _eros eros-sample' 'every eros command in PATH is served'
done_testing
