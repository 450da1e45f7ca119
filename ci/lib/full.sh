# The long parts of ci/test --full=PART. Sourced by it; needs say.sh and the tree as the current
# directory. Each keeps in build-full/ what it has done at this commit, stops by itself after 44
# minutes, and goes on from there when it is started again; its last line names figure and commit.
# shellcheck shell=bash

full_parts='differential fuzz sabotage report library'
full_seconds=2640
full_inputs=1000000             # of each of the four kinds
full_executions=10000000        # of the target that reads Dockerfiles

# full_commit: what is tested, with a plus where files differ from it.
full_commit() {
	local id

	id=$(git rev-parse --short=12 HEAD)
	git diff --quiet HEAD -- || id+=+
	printf '%s' "$id"
}

# full_count NAME [N]: what was done of it at this commit; N is added.
full_count() {
	local file=build-full/$1-$commit

	mkdir -p build-full
	[[ -f $file ]] || echo 0 >"$file"
	[[ $# -eq 1 ]] || echo $(($(<"$file") + $2)) >"$file"
	cat "$file"
}

# full_time: whether there is time for another piece.
full_time() { [[ $SECONDS -lt $full_seconds ]]; }

full_differential() {
	local piece=50000 n

	n=$(full_count differential)
	while [[ $n -lt $full_inputs ]] && full_time; do
		ci/differential "$piece" $((n / piece + 100)) || {
			say "differential: differences within $((n + piece)) inputs of each kind, commit $commit"
			return 1
		}
		n=$(full_count differential "$piece")
	done
	[[ $n -ge $full_inputs ]] || { full_later differential "$n of $full_inputs inputs of each kind"; return 5; }
	say "differential: 0 differences over $n inputs of each of 4 kinds, commit $commit"
}

full_fuzz() {
	local piece=250000 n log=build-fuzz/fuzz-dockerfile.log

	n=$(full_count fuzz)
	while [[ $n -lt $full_executions ]] && full_time; do
		ci/fuzz --runs "$piece" --max-len 1024 dockerfile || {
			say "fuzz: an input crashes, see build-fuzz/crash-dockerfile-*, commit $commit"
			return 1
		}
		n=$(full_count fuzz "$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")")
	done
	[[ $n -ge $full_executions ]] || { full_later fuzz "$n of $full_executions executions"; return 5; }
	say "fuzz: $n executions of the Dockerfile target, 0 crashes, commit $commit"
}

# Deliberate mistakes on every engine, and runs without one: see tests/sabotage.
full_sabotage() {
	local out=build-full/sabotage-$commit script mistakes flagged clean quiet

	mkdir -p build-full
	for script in podman engines clean; do
		TARE=$PWD/build-test/tare SABOTAGED=$PWD/build-test/tests/sabotage/tare-sabotaged \
			SCENARIOS=$PWD/tests/sabotage/library "tests/sabotage/$script.sh" || true
	done | tee "$out"
	mistakes=$(grep -cE '^(not )?ok .*, exit [0-9]$' "$out")
	flagged=$(grep -cE '^ok .*, exit [0-9]$' "$out")
	clean=$(grep -cE '^(not )?ok .* without a mistake$' "$out")
	quiet=$(grep -cE '^ok .* without a mistake$' "$out")
	say "sabotage: $flagged of $mistakes flagged, $((clean - quiet)) of $clean clean runs, commit $commit"
	[[ $mistakes -gt 0 && $flagged -eq $mistakes && $clean -eq 20 && $quiet -eq $clean ]]
}

# The last 200 runs of each series out of 10^6 samples of 20 values and 12 steps each: a release build
# tells them, since sanitizers take their own time and memory.
full_report() {
	local dir out code=0

	[[ -f build-release/build.ninja ]] || meson setup build-release --buildtype=release >/dev/null
	ninja -C build-release --quiet tare tests/bench/report-large
	dir=$(mktemp -d)
	build-release/tests/bench/report-large "$dir/tare.db" &&
		out=$(tests/bench/report_large.py build-release/tare "$dir/tare.db") || code=1
	rm -rf "$dir"
	say "report: ${out:-no database could be made}, commit $commit"
	return $code
}

# Every scenario of the library once, on podman; stand-ins are assembled as they are needed, and stay.
full_library() {
	local dir=build-full/library-$commit file name all=0 done=0 failed=0

	mkdir -p "$dir"
	for file in scenarios/*/scenario.json; do
		name=$(basename "$(dirname "$file")")
		all=$((all + 1))
		if [[ ! -e $dir/$name ]] && full_time; then
			TARE_LAB=$PWD/build-full/lab tests/library/library.py build-test/tare "$PWD/scenarios" \
				podman "$name" >"$dir/$name.new" 2>&1 || true
			mv "$dir/$name.new" "$dir/$name"
			cat "$dir/$name"
		fi
		[[ ! -e $dir/$name ]] || done=$((done + 1))
		[[ ! -e $dir/$name ]] || grep -q '^ok ' "$dir/$name" || failed=$((failed + 1))
	done
	[[ $done -eq $all ]] || { full_later library "$done of $all scenarios, $failed failed"; return 5; }
	say "library: $((all - failed)) of $all scenarios built on podman, commit $commit"
	[[ $failed -eq 0 ]]
}

full_later() {
	say "$1: $2, commit $commit; run it again to go on"
}

# full_run PART
full_run() {
	local part

	commit=$(full_commit)
	for part in $full_parts; do
		if [[ $1 == "$part" ]]; then
			"full_$part"
			return
		fi
	done
	fail 2 "unknown part \"$1\"" "one of ${full_parts// /, }"
}
