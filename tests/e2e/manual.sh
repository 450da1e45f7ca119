#!/usr/bin/env bash
# Man pages and completion: made from the tables that --help comes from.
. "$(dirname "$0")/lib.sh"

commands() { tare --help | sed -n "s/^  \([a-z]*\)  *[a-z].*/\1/p"; }
options() { tare "$1" --help | grep -oE "^ +(-[a-z], )?--[a-z0-9-]+" | grep -oE -- "--.*"; }
completed() { bash -c 'source <("$TARE" completion bash) && COMP_WORDS=(tare "$@") COMP_CWORD=$# && _tare && echo "${COMPREPLY[@]}"' - "$@"; }
export TARE

test_that 'every command has a page without a fault' '
	[ "$(commands | wc -l)" -ge 17 ] &&
	mandoc -Tlint -Wwarning "$MAN/tare.1" &&
	for c in $(commands); do
		mandoc -Tlint -Wwarning "$MAN/tare-$c.1" && grep -q "tare.-$c" "$MAN/tare.1" || exit 1
	done
'

test_that 'a page has each option of its command, and its summary' '
	for c in $(commands); do
		mandoc -Tutf8 "$MAN/tare-$c.1" | col -b >page &&
		tare man "$c" | cmp - "$MAN/tare-$c.1" &&
		[ -n "$(options "$c")" ] && has page "tare-$c - " $(options "$c") || exit 1
	done
'

test_that 'the page of inspect has the formula, and how it differs from dive' '
	mandoc -Tutf8 "$MAN/tare-inspect.1" | col -b >page &&
	has page "= size - visible" "= visible / size" "each inode once" "DIFFERS FROM DIVE" \
		"metadata-only" "overwritten" "deleted"
'

test_that 'bash completes commands, options and what a command takes' '
	[ "$(completed ins)" = inspect ] && [ "$(completed inspect --js)" = --json ] &&
	[ "$(completed list r)" = runs ] && [ "$(completed run . --bases-)" = --bases-from ] &&
	[ -z "$(completed inspect im)" ]
'

test_that 'a shell or command that is not known is said so' '
	exits 2 tare completion tcsh 2>err && has err "bash" &&
	exits 2 tare man insepct 2>err && has err "did you mean inspect?"
'
