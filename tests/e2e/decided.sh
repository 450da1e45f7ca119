#!/usr/bin/env bash
# Builds until each comparison is decided, on a real engine; what was decided is said alike by the
# run, by show, by compare and in JSON.
. "$(dirname "$0")/lib.sh"

cold="--engine podman --state cold --cache none --db x.db"

# at_most N: samples; few where the machine is quiet, more where it is not
at_most() {
	[ "$(samples)" -le "$1" ] && return 0
	echo "$(samples) samples, more than $1"
	return 1
}

# verdict_of B: recorded against its reference
verdict_of() {
	sqlite3 x.db "SELECT verdict FROM decision JOIN cell ON cell.id = b
		JOIN variant ON variant.id = cell.variant WHERE variant.name = '$1' ORDER BY place LIMIT 1"
}

verdict_is() {
	[ "$(verdict_of "$1")" = "$2" ] && return 0
	echo "$1: $(verdict_of "$1"), not $2"
	return 1
}

# row_of FILE METRIC: "verdict why paired ratio-within-interval p" of a compare --json
row_of() {
	python3 - "$@" <<-'EOF'
	import json, sys
	m = [x for x in json.load(open(sys.argv[1]))[0]["metrics"] if x["metric"] == sys.argv[2]][0]
	inside = None if m["low"] is None else m["low"] < m["ratio"] < m["high"]
	print(m["verdict"], m["why"], m["paired"], inside, m["p"] is None, sep="|")
	EOF
}

# decided_in FILE: "verdict above-1 level" of the only comparison of a run's JSON
decided_in() {
	python3 - "$1" <<-'EOF'
	import json, sys
	(c,) = json.load(open(sys.argv[1]))["comparisons"]
	print(c["verdict"], c["low"] > 1, round(c["level"], 4))
	EOF
}

same_text() { [ "$(cat)" = "$1" ]; }

# Of a text: "(95 %: +50 to +70 %, n = 5)", on one line.
interval_in() { tr '\n' ' ' <"$1" | tr -s ' ' | grep -oE '\([0-9.]+ %: [^()]*n = [0-9]+\)' | head -n 1; }

test_that 'a variant that is plainly slower is decided in a few blocks, and all say the same' '
	given rivals &&
	exits 0 tare run rivals --variant quick,slow $cold >out 2>err &&
	has err "2 cells, until 1 comparison is decided" "  decided  podman, none (cold), no edit: slow is slower than quick" &&
	[ "$(samples)" -ge 8 ] && at_most 30 && verdict_is slow slower &&
	interval_in out >of_run && [ -s of_run ] &&
	tr "\n" " " <out | grep -q "slow is slower than quick" &&
	exits 0 tare show --db x.db >shown && interval_in shown | diff - of_run &&
	exits 0 tare compare quick slow --db x.db >compared && has compared "build.wall: slower" &&
	interval_in compared | diff - of_run &&
	exits 0 tare compare slow quick --db x.db >reversed && has reversed "build.wall: faster" &&
	exits 0 tare show --json --db x.db >run.json && grep -q "slow is slower than quick" run.json &&
	decided_in run.json | same_text "slower True 0.95" &&
	tare report --db x.db --html page.html 2>err2 && grep -q "slower" page.html && nothing_left
'

test_that 'a variant against its twin is not told from it; the budget ends it' '
	given rivals &&
	exits 0 tare run rivals --variant quick,twin $cold --budget 40s >out 2>err &&
	{ [ "$(samples)" -lt 10 ] || grep -qE "  (so far  |decided) .*twin .* %: .* %, n = [0-9]+\)" err; } &&
	case $(verdict_of twin) in
	same | inconclusive) ;;
	*) # by chance 1 in 20; then at least no great difference is claimed
		tare compare quick twin --db x.db | grep -qE "B against A [+−-]?[0-9](\.[0-9])? %" ;;
	esac
'

test_that 'Ctrl-C keeps what was decided so far, and --resume goes on to the verdict' '
	given rivals &&
	{ "$TARE" run rivals --variant quick,slow $cold >out 2>err & pid=$!; } &&
	until_samples 5 && kill -INT $pid && { wait $pid; [ $? -eq 5 ]; } &&
	has err "interrupted after" "--resume" && verdict_is slow inconclusive && nothing_left &&
	sqlite3 x.db "SELECT id FROM sample ORDER BY id" >ids && before=$(samples) &&
	exits 0 tare run --resume --db x.db >out2 2>err2 &&
	sqlite3 x.db "SELECT id FROM sample ORDER BY id" | head -n "$before" | diff - ids &&
	[ "$(sqlite3 x.db "SELECT count(*) FROM (SELECT 1 FROM sample GROUP BY cell, block HAVING count(*) > 1)")" = 0 ] &&
	verdict_is slow slower && at_most 30
'

test_that 'where half of an arm fails to build: 4, and no more of it is built' '
	given rivals &&
	exits 4 tare run rivals --variant quick,broken $cold >out 2>err &&
	[ "$(samples)" = 6 ] && verdict_is broken inconclusive
'

test_that 'two runs on one machine are not interleaved: effect, interval and no verdict' '
	given rivals &&
	exits 0 tare run rivals --variant quick $cold -n 5 -q >out && exits 0 tare run rivals --variant quick $cold -n 5 -q >out &&
	exits 0 tare compare latest~1 latest --db x.db >compared &&
	has compared "build.wall: inconclusive" "not interleaved; next: tare run" "--until decided" &&
	exits 0 tare compare latest~1 latest --db x.db --json >c.json &&
	[ "$(row_of c.json build.wall)" = "inconclusive|not interleaved|False|True|False" ] &&
	[ "$(row_of c.json image.size)" = "same|None|False|None|True" ]
'

test_that 'what cannot be meant is said before anything is built' '
	given rivals &&
	exits 2 tare run rivals --until decidd 2>err && has err "did you mean decided?" &&
	exits 2 tare run rivals --until decided -n 3 2>err && has err "exclude each other" &&
	exits 2 tare run rivals --variant quick $cold --until decided 2>err && has err "nothing can be decided"
'
