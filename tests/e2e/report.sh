#!/usr/bin/env bash
# Reports of a history that is made up: what each option prints, and the same for the same database.
. "$(dirname "$0")/lib.sh"

"$REPORT_MAKE" "$work/tare.db" 3 40 3
history=$work/tare.db

# hidden PROGRAM COMMAND...: where that program cannot be run, by a mount of our own over it.
hidden() {
	local program as=
	program=$(readlink -f "$(command -v "$1")")
	shift
	[ "$(id -u)" -eq 0 ] || as=-r
	unshare -m $as sh -c 'mount --bind /dev/null "$0" && exec "$@"' "$program" "$@"
}

test_that 'a report says what changed last, after a sparkline a series' '
	exits 0 tare report --db "$history" >out &&
	has out "trend" "▁" "█" "changed: build.wall" "first suspect: docker" "again  d=" "git worktree add" &&
	has out "layer 3 of 3, COPY . ., +40.6 MB" "srv/model.bin +40.6 MB" &&
	[ "$(grep -n "on its level" out | cut -d: -f1)" -lt "$(grep -n "larger: image.size" out | cut -d: -f1)" ]
'

test_that 'show and compare draw the course of a series, where the locale can' '
	exits 0 tare show latest --db "$history" >out && has out "trend" "▁" "on its level" &&
	exits 0 tare compare latest~1 latest --db "$history" >out && has out "build.wall over" "▁" &&
	LC_ALL=C tare show latest --db "$history" >out && hasnt out "trend" &&
	exits 0 tare report --db "$history" >out && COLUMNS=60 tare show latest --db "$history" >out &&
	hasnt out "$(printf "\033")"
'

test_that 'the same database gives the same bytes' '
	tare report --db "$history" --html a.html 2>err && tare report --db "$history" --html b.html 2>err &&
	cmp a.html b.html &&
	tare report --db "$history" --md >a.md && tare report --db "$history" --md >b.md && cmp a.md b.md &&
	tare report --db "$history" --json >a.json && tare report --db "$history" --json >b.json &&
	cmp a.json b.json && python3 -m json.tool a.json >/dev/null
'

test_that 'Markdown begins with its marker, and the verdict stands before the rows' '
	exits 0 tare report --db "$history" --md >out &&
	head -n 1 out | grep -qE "^<!-- tare report [0-9a-f]{16} -->$" &&
	sed -n 2p out | grep -q "^\*\*" && has out "| cell | time |" "<details>" "</details>"
'

test_that 'of one run the strategies, of two B against A' '
	exits 0 tare report latest --db "$history" --html one.html 2>err && hasnt one.html "against its history" &&
	exits 0 tare report latest~1 latest --db "$history" --html two.html 2>err &&
	has two.html "B against A" "every figure of A and B" &&
	exits 0 tare report latest~1 latest --db "$history" >out && has out "build.wall" "inconclusive"
'

test_that 'another branch has its own history, and one that is not there is said so' '
	exits 0 tare report --db "$history" --branch try-faster --json >out && has out "\"branch\": \"try-faster\"" &&
	exits 2 tare report --db "$history" --branch nix 2>err && has err "nix" "tare list runs"
'

test_that 'JSON is what its schema says: of a database, a run, a comparison, of nothing' '
	tare report --db "$history" --json >out && valid run.schema.json out && has out "\"changes\": [" &&
	tare report latest --db "$history" --json >out && valid run.schema.json out &&
	tare report latest~1 latest --db "$history" --json >out && valid run.schema.json out &&
	tare compare latest~1 latest --db "$history" --json >out && valid compare.schema.json out &&
	"$REPORT_MAKE" "$PWD/empty.db" 0 0 0 && tare report --db empty.db --json >out && valid run.schema.json out
'

test_that 'without gnuplot that is said, and the page and Markdown are there all the same' '
	exits 3 hidden gnuplot "$TARE" report --db "$history" --html page.html --plots plots 2>err &&
	has err "gnuplot, which is not here" "install gnuplot-nox, or leave out --plots" "page   page.html" &&
	exits 0 hidden gnuplot "$TARE" report --db "$history" --md >md && tare report --db "$history" --html other.html 2>/dev/null && cmp page.html other.html &&
	tare report --db "$history" --md >other.md && cmp md other.md
'

test_that 'plots are drawn' '
	exits 0 tare report --db "$history" --plots plots 2>err &&
	for f in matrix samples trend; do [ -s plots/$f.png ] && [ -s plots/$f.svg ] || exit 1; done
'
