#!/usr/bin/env bash
# ci/results on a library of one small scenario: built, interrupted, resumed, written.
. "$(dirname "$0")/lib.sh"

results() { "$here/../../ci/results" --tare "$TARE" --engine podman --db x.db --out R.md "$@"; }
exec_results() { exec "$here/../../ci/results" --tare "$TARE" --engine podman --db x.db --out R.md; }

# The library of this test, with the recipes of the real one.
library() {
	given library && ln -s "$SCENARIOS/bases" library/bases && export TARE_SCENARIOS=$PWD/library
}

# row_of N: the line of a practice in R.md
row_of() { grep "^| $1 | " R.md | head -n 1; }

test_that 'before anything was built all is left to do, and nothing was measured' '
	library &&
	exits 0 tare results --todo --engine podman --db x.db >todo &&
	same todo <<-END &&
	run	results/weigh/heavy+light/store.warm.source	podman	weigh --variant heavy,light --cache store --state warm --edit source --samples 1
	run	results/weigh/heavy+light/none.cold.none	podman	weigh --variant heavy,light --cache none --state cold --edit none --until decided
	END
	exits 0 tare results --engine podman --db x.db --json >r.json &&
	python3 -c "
import json
r = json.load(open(\"r.json\"))
assert [(c[\"row\"], c[\"result\"], c[\"why\"]) for c in r[:2]] == [
    (1, \"not measured\", \"not run\"), (2, \"not measured\", \"not run\")], r
" &&
	exits 2 tare results --row one --db x.db 2>err && has err "no row" "numbers of practices"
'

test_that 'Ctrl-C keeps what was built, the next call goes on, and the one after builds nothing' '
	library &&
	{ exec_results >out 2>err & pid=$!; } &&
	until_samples 6 && pkill -INT -P $pid -x tare && { wait $pid; [ $? -eq 5 ]; } &&
	has R.md "| 1 | copy what changes last | holds |" "| 2 | do not sleep in a build | not measured |" &&
	has err "interrupted after" && nothing_left &&
	sqlite3 x.db "SELECT id FROM sample ORDER BY id" >ids && before=$(samples) &&
	exits 0 tare results --todo --engine podman --db x.db >todo && grep -q "^resume	results/weigh/" todo &&
	exits 0 results >out2 2>err2 &&
	sqlite3 x.db "SELECT id FROM sample ORDER BY id" | head -n "$before" | diff - ids &&
	[ "$(sqlite3 x.db "SELECT count(*) FROM run")" = 2 ] &&
	has "R.md" "| 1 | copy what changes last | holds |" "| 2 | do not sleep in a build | holds |" \
		"| 3 | carry the cache in the image | not measured |" "| 6 | build in a pod | not measured |" \
		"exports a cache to a registry only" "there is no pod here" "podman 4" "stand-in" "cores" \
		"Written by ci/results --tare" "## Row 2" "## Beyond the rows" "for tests of claims | fails: 1 of 1 |" &&
	row="$(grep "no sleep, no time" R.md)" && grep -qE "n &#61;|n = [0-9]+" <<<"$row" &&
	after=$(samples) && exits 0 results >out3 2>err3 && [ "$(samples)" = "$after" ] &&
	exits 0 results --rows 2 >out4 2>err4 && [ "$(samples)" = "$after" ] && hasnt R.md "copy what changes last"
'

test_that 'an engine that is not here is named, and the others are measured' '
	library &&
	mkdir nothing && exits 3 tare results --engine podman,docker@$PWD/nothing --db x.db --todo >todo 2>err &&
	has todo "results/weigh" && has err "docker"
'

test_that 'a base that cannot be had costs its own cells, and the reason is kept' '
	library && mkdir library/lost && cd library/lost &&
	printf "FROM debian:bookworm-slim\nCOPY . /\n" >here.Dockerfile &&
	printf "FROM nowhere.invalid/none:1\nCOPY . /\n" >gone.Dockerfile && cat >scenario.json <<-END && cd ../.. &&
	{
		"name": "lost",
		"claims": [{ "row": 1, "metric": "image.size", "direction": "less",
			"of": { "variant": "gone" }, "than": { "variant": "here" } }],
		"variants": [{ "name": "here", "dockerfile": "here.Dockerfile" },
			{ "name": "gone", "dockerfile": "gone.Dockerfile" }],
		"edits": [{ "edit": "dockerfile", "find": "COPY . /", "replace": "COPY . / # TOKEN" }]
	}
	END
	exits 3 tare run lost --engine podman --cache none --state cold --edit none -n 1 --db x.db >out 2>err &&
	has err "the base cannot be had" "nowhere.invalid/none:1" "--bases-from" && has out "unsupported" "lost/gone" &&
	exits 0 tare results lost --db x.db --json >r.json &&
	has r.json "not measured" "nowhere.invalid/none:1: the base cannot be had: "
'
