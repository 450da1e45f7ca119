# Lines for whoever waits, and how to give up. Sourced by the scripts in ci/.
# shellcheck shell=bash

say() { printf '%s\n' "$*"; }

# fail CODE WHAT NEXT: the exit codes are tare's own (3: a tool is missing, 2: bad usage).
fail() {
	printf '%s: %s\n  next  %s\n' "${0##*/}" "$2" "$3" >&2
	exit "$1"
}

# quietly LOG COMMAND...: run it with its output in LOG, which is shown when it fails.
quietly() {
	local log=$1
	shift
	"$@" </dev/null >"$log" 2>&1 && return
	printf '%s: this failed: %s\n' "${0##*/}" "$*" >&2
	tail -n 30 "$log" >&2
	return 1
}
