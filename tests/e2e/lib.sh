# Tests that run the binary as a person would and look at what it prints. Sourced by tests/e2e/*.sh,
# which meson starts with TARE (the binary), SCENARIOS and STUB_DIR set.
#
#   test_that 'title' 'commands joined by &&'   one test, in a directory of its own
#   given NAME                                  copies tests/data/e2e/NAME here
#   exits N COMMAND...                          its exit code is N
#   same FILE                                   FILE equals standard input
#   has FILE TEXT...                            FILE holds each TEXT
#   hasnt FILE TEXT...                          and none of these
#   until_samples N                             waits until x.db holds N samples
set -u

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
work=$(mktemp -d "${TMPDIR:-/tmp}/tare-e2e-XXXXXX")
failed=0
count=0

export TARE_LAB="${TARE_LAB:-$work/lab}" XDG_DATA_HOME="$work/data" TARE_SCENARIOS="$SCENARIOS"
export PREFIX="${TARE_PREFIX:-/opt/tare}"
export LC_ALL=C.UTF-8 NO_COLOR=1 COLUMNS=80
unset CDPATH GITHUB_REF_NAME CI_COMMIT_REF_NAME

tare() { "$TARE" "$@"; }

given() { cp -r "$here/../data/e2e/$1" .; }

exits() {
	local wanted=$1 code=0
	shift
	"$@" || code=$?
	[ "$code" -eq "$wanted" ] && return 0
	echo "exit code $code instead of $wanted: $*" >&9
	[ ! -s err ] || sed 's/^/  | /' err >&9
	return 1
}

same() { diff -u - "$1"; }

has() {
	local file=$1 text
	shift
	for text; do
		grep -qF -e "$text" "$file" && continue
		echo "$file does not hold: $text"
		sed 's/^/  | /' "$file"
		return 1
	done
}

hasnt() {
	local file=$1 text
	shift
	for text; do
		grep -qF -e "$text" "$file" || continue
		echo "$file holds: $text"
		return 1
	done
}

# valid SCHEMA FILE: JSON as a schema of reports/ says.
valid() {
	/usr/bin/python3 -c '
import json, sys, jsonschema
jsonschema.validate(json.load(open(sys.argv[2])), json.load(open(sys.argv[1])))
' "$here/../../reports/$1" "$2"
}

samples() { sqlite3 x.db 'SELECT count(*) FROM sample'; }

until_samples() {
	local i
	for i in $(seq 600); do
		[ "$(samples 2>/dev/null || echo 0)" -ge "$1" ] && return 0
		sleep 0.2
	done
	echo "no $1 samples after two minutes"
	return 1
}

# Control groups of this test's runs: none of them is going on.
own_cgroups() {
	local db label
	for db in ./*.db "$XDG_DATA_HOME"/tare/tare.db; do
		[ -s "$db" ] || continue
		for label in $(sqlite3 "$db" "SELECT lower(substr(hex(uuid), 21)) FROM run"); do
			ls -d /sys/fs/cgroup/*/tare/"$label" /sys/fs/cgroup/tare/"$label" 2>/dev/null
		done
	done
}

# What a run may not leave: processes, mounts and control groups of the lab.
nothing_left() {
	local left
	left=$(grep -F "$TARE_LAB" /proc/mounts; pgrep -af "$TARE_LAB"; own_cgroups)
	[ -z "$left" ] && return 0
	echo "left behind: $left"
	return 1
}

test_that() {
	local dir
	count=$((count + 1))
	dir=$work/$count
	mkdir -p "$dir"
	if (cd "$dir" && eval "$2") >"$dir.log" 2>&1 9>"$dir.why"; then
		echo "ok $count - $1"
	else
		echo "not ok $count - $1"
		sed 's/^/  /' "$dir.log" "$dir.why"
		failed=$((failed + 1))
	fi
}

finish() {
	"$TARE" clean --all >/dev/null 2>&1
	rm -rf "$work"
	echo "1..$count"
	exit $((failed > 0))
}
trap finish EXIT
