#!/usr/bin/env bash
# The command beside a change point, typed as it is printed: both commits in turns, and the verdict
# that a history cannot give.
. "$(dirname "$0")/lib.sh"

mkdir "$work/bin" && ln -s "$TARE" "$work/bin/tare"
repo=$work/shop
db=$work/history.db

commit() {
	git -C "$repo" add . && git -C "$repo" -c user.name=t -c user.email=t@localhost commit -q -m "$1" &&
		git -C "$repo" rev-parse HEAD
}

# program SECONDS: one variant as the history has it, whose only step takes so long
program() {
	mkdir -p "$repo" && cat >"$repo/scenario.json" <<-'EOF' && cat >"$repo/Dockerfile" <<-EOF
	{
		"name": "shop",
		"variants": [{ "name": "service-0" }],
		"edits": [{ "edit": "deps", "file": "deps.txt", "append": "two TOKEN\n" }]
	}
	EOF
	FROM debian:bookworm-slim
	COPY deps.txt .
	RUN sleep $1
	EOF
	echo one >"$repo/deps.txt"
}

# proof FILE: the first command beside what changed, on an engine that is here
proof() {
	python3 -c '
import json, sys
print([n["proof"] for n in json.load(sys.stdin)["news"] if n["word"] == "changed" and n["proof"]][0])' |
		sed 's/--engine docker/--engine podman/'
}

program 0.2 && git -C "$repo" init -q && before=$(commit before) && program 3 && after=$(commit after)
"$REPORT_MAKE" "$db" 3 30 1 plain
sqlite3 "$db" "UPDATE run SET commit_id = iif(id <= 21, '$before', '$after')"

test_that 'what changed has a command of both commits, in the order ABBA' '
	tare report --db "$db" --json | proof >printed &&
	has printed "for c in ${before:0:12} ${after:0:12} ${after:0:12} ${before:0:12} ${before:0:12}" \
		"tare compare ${before:0:12} ${after:0:12}" &&
	exits 0 tare report --db "$db" >out && has out "again  d=" && sh -n printed
'

test_that 'typed where the run was it ends with a verdict of interleaved pairs' '
	tare report --db "$db" --json | proof >printed &&
	(cd "$repo" && PATH=$work/bin:$PATH sh "$OLDPWD/printed") >out 2>err &&
	has out " A  ${before:0:12}, 6 runs: shop/service-0, podman, none, cold, deps edit" \
		" B  ${after:0:12}, 6 runs: shop/service-0" "build.wall: slower" "n = 6" &&
	hasnt out "not interleaved" && nothing_left
'

test_that 'and so does its JSON, as its schema says' '
	exits 0 tare compare "${before:0:12}" "${after:0:12}" --json >out && valid compare.schema.json out &&
	has out "${after:0:12}, 6 runs" "\"paired\": true"
'
