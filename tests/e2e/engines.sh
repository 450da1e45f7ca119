#!/usr/bin/env bash
# Real builds on every engine: what is cold, what is warm, and what an edit costs.
. "$(dirname "$0")/lib.sh"

# values_of FILE METRIC: of every timed sample, a line each; a metric that is absent fails
values_of() {
	python3 - "$@" <<-'EOF'
	import json, sys
	run = json.load(open(sys.argv[1]))
	for c in run["cells"]:
	    for s in c["samples"]:
	        if s["kind"] == "timed":
	            print(s["values"][sys.argv[2]] + 0)
	EOF
}

# bulky: tiny, with an app.sh of 2 MB and more that does not pack
bulky() {
	given tiny && { echo 'echo hello; exit'; head -c 2000000 /dev/urandom | base64; } >tiny/app.sh
}

# sends_what_it_says FILE: where a priming build left an image, the push sent what push.bytes says,
# within 2 % or 20 kB of answers, headers and the manifest
sends_what_it_says() {
	python3 - "$@" <<-'EOF'
	import json, sys
	run = json.load(open(sys.argv[1]))
	told = [s["values"] for c in run["cells"] for s in c["samples"] if s["kind"] == "timed" and not isinstance(s["values"]["push.bytes"], dict)]
	assert told, "no sample has push.bytes"
	for v in told:
	    sent, said = v["registry.tx"], v["push.bytes"]
	    print(f"registry.tx {sent:.0f}, push.bytes {said:.0f}")
	    assert said > 2e6 and abs(sent - said) <= max(0.02 * said, 20000), "they differ"
	EOF
}

# steps_are FILE ENGINE CACHE STATE EDIT CACHED TOTAL: in every sample of the cell
steps_are() {
	python3 - "$@" <<-'EOF'
	import json, sys
	file, engine, cache, state, edit, cached, total = sys.argv[1:8]
	run = json.load(open(file))
	found = [c for c in run["cells"] if (c["engine"], c["cache"], c["state"], c["edit"]) == (engine, cache, state, edit)]
	assert len(found) == 1, f"{len(found)} cells {sys.argv[2:6]}"
	samples = [s for s in found[0]["samples"] if s["kind"] == "timed"]
	assert samples, f"no samples in {sys.argv[2:6]}"
	for s in samples:
	    got = (s["values"]["steps.cached"], s["values"]["steps.total"])
	    assert got == (int(cached), int(total)), f"{sys.argv[2:6]}: steps {got}, not {cached}/{total}; checks {s['failed_checks']}"
	EOF
}

# clean_run FILE: no check failed in any sample
clean_run() {
	python3 - "$@" <<-'EOF'
	import json, sys
	run = json.load(open(sys.argv[1]))
	bad = [(c["engine"], c["cache"], c["state"], c["edit"], s["failed_checks"]) for c in run["cells"] for s in c["samples"] if s["failed_checks"]]
	assert not bad, f"checks failed: {bad}"
	EOF
}

for engine in podman docker@20.10 docker@current buildkit; do
	case $engine in
	buildkit) word=buildkit@$PREFIX/engines/buildkit ;;
	docker@*) word=docker@$PREFIX/engines/docker-${engine#docker@} ;;
	*) word=$engine ;;
	esac

	test_that "$engine: cold, warm, and warm after a source edit" "
		given plain &&
		exits 0 tare run plain --engine $word --samples 1 --json >run.json 2>err &&
		steps_are run.json $engine none cold none 0 7 &&
		steps_are run.json $engine store warm none 7 7 &&
		steps_are run.json $engine store warm source 4 7 &&
		clean_run run.json && nothing_left
	"

	test_that "$engine: every edit busts the steps that read it, and no other" "
		given tiny &&
		exits 0 tare run tiny --engine $word --samples 1 --cache store --edit deps,dockerfile,mode --json >run.json 2>err &&
		steps_are run.json $engine store warm deps 3 7 &&
		steps_are run.json $engine store warm mode 4 7 &&
		clean_run run.json
	"

	test_that "$engine: what is pushed passes the relay" "
		bulky &&
		exits 0 tare run tiny --engine $word --samples 1 --output push --edit source --json >run.json 2>err &&
		clean_run run.json &&
		values_of run.json registry.tx >sent && ! grep -qx 0 sent &&
		sends_what_it_says run.json
	"
done

test_that 'a layer that an earlier run read is read again with --verify alone' "
	given tiny && export XDG_CACHE_HOME=\$PWD/cache && kept=\$PWD/cache/tare/layers &&
	once() { exits 0 tare run tiny --engine podman --samples 1 --output push --state cold --cache none --json \"\$@\" >run.json 2>err; } &&
	once && [ -n \"\$(ls \$kept)\" ] && touch -d 2020-01-01 \$kept/* &&
	once --verify && [ -z \"\$(find \$kept -newermt 2021-01-01 -type f)\" ] &&
	once && [ -n \"\$(find \$kept -newermt 2021-01-01 -type f)\" ] && clean_run run.json
"

test_that 'podman: a registry cache is exported, imported and read back' "
	given tiny &&
	exits 0 tare run tiny --engine podman --samples 1 --cache none,registry --edit none,source --json >run.json 2>err &&
	steps_are run.json podman registry warm none 7 7 &&
	steps_are run.json podman registry warm source 4 7 &&
	clean_run run.json
"

test_that 'docker 20.10: inline travels in the image' "
	given tiny &&
	exits 0 tare run tiny --engine docker@$PREFIX/engines/docker-20.10 --samples 1 --cache none,inline --edit none --json >run.json 2>err &&
	clean_run run.json
"

# caches_apart JSON N: N builds that push an image and a cache of BuildKit's kind name two repositories,
# so that no push writes what the registry reads for the other.
caches_apart() {
	python3 - "$@" <<-'END'
	import json, re, sys
	seen = 0
	for command in (s["command"] for c in json.load(open(sys.argv[1]))["cells"] for s in c["samples"]):
	    cache = re.search(r"--(?:cache-to|export-cache) type=registry,\S*ref=([^ ,]+):", command)
	    image = re.search(r"(?:-t |name=)([^ ,]+):", command)
	    seen += bool(cache)
	    assert not cache or image and cache[1] != image[1], command
	assert seen == int(sys.argv[2]), f"{seen} builds pushed a cache"
	END
}

test_that 'docker current: local, registry and inline' "
	given tiny &&
	exits 0 tare run tiny --engine docker@$PREFIX/engines/docker-current --samples 1 --cache all --edit source --json >run.json 2>err &&
	steps_are run.json docker@current registry:max warm source 4 7 &&
	steps_are run.json docker@current local:max warm source 4 7 &&
	caches_apart run.json 4 && clean_run run.json
"

test_that 'a slow link makes the base slow to come' "
	given tiny &&
	exits 0 tare run tiny --engine podman --samples 1 --state cold --cache none --link 20ms,10MB --json >run.json 2>err &&
	clean_run run.json && values_of run.json phase.base_pull >pull &&
	awk '{ exit !(\$1 >= 2.5) }' pull
"

test_that 'buildkit: every mode, its depth, and what a deps edit loses' "
	given tiny &&
	exits 0 tare run tiny --engine buildkit@$PREFIX/engines/buildkit --samples 1 --cache all --edit deps --json >run.json 2>err &&
	steps_are run.json buildkit local:max warm deps 3 7 &&
	steps_are run.json buildkit registry:max warm deps 3 7 &&
	steps_are run.json buildkit registry:min warm deps 2 7 &&
	steps_are run.json buildkit inline warm deps 2 7 &&
	caches_apart run.json 4 && clean_run run.json && nothing_left
"

# compressed: tiny, to be pushed as gzip and as zstd
compressed() {
	given tiny &&
	sed -i 's/"variants": .*/"variants": [{ "name": "gzip", "dockerfile": "Dockerfile", "compression": "gzip" }, { "name": "zstd", "dockerfile": "Dockerfile", "compression": "zstd" }],/' tiny/scenario.json
}

test_that 'compression: what was asked for is what was pushed, or it is not built' "
	compressed &&
	exits 0 tare run tiny --engine buildkit@$PREFIX/engines/buildkit --engine podman --engine docker@$PREFIX/engines/docker-current --engine docker@$PREFIX/engines/docker-20.10 --samples 1 --cache none,registry --edit source --json >run.json 2>err &&
	has run.json 'cannot be told a compression' 'pushes the layers of its cache as they are there: gzip' &&
	clean_run run.json
"

# A stage that a source edit does not touch, copied on top of what it does.
linked() {
	given tiny && sed -i '/"dockerfile", "find"/d' tiny/scenario.json && cat >tiny/Dockerfile <<-'END'
	FROM debian:bookworm-slim AS build
	COPY deps.txt /deps
	RUN wc -l /deps > /built

	FROM debian:bookworm-slim
	COPY app.sh /app.sh
	COPY --link --from=build /built /built
	RUN <<SCRIPT
	sh /app.sh
	SCRIPT
	END
}

test_that 'COPY --link and heredocs: kept over a source edit, and unsupported where they are not known' "
	linked &&
	exits 0 tare run tiny --engine buildkit@$PREFIX/engines/buildkit --engine podman --engine docker@$PREFIX/engines/docker-20.10 --samples 1 --cache store --edit source --json >run.json 2>err &&
	steps_are run.json buildkit store warm source 3 5 && clean_run run.json &&
	has run.json 'podman does not know COPY --link: line 7' 'docker@20.10 does not know COPY --link: line 7' &&
	sed -i 's/--link //' tiny/Dockerfile &&
	exits 0 tare run tiny --engine podman --samples 1 --cache none --edit none >out 2>err &&
	has out 'podman does not know heredocs: line 8'
"

test_that 'what an engine cannot do is shown with its reason' "
	given tiny &&
	exits 0 tare run tiny --engine podman --samples 1 --cache store,local --edit none >out 2>err &&
	has out 'unsupported' 'podman exports a cache to a registry only'
"

test_that 'a table, a sentence, and where it is saved' "
	given plain &&
	exits 0 tare run plain --engine podman --samples 1 >out 2>err &&
	has out podman none store cold source 'Saved as run' &&
	has err '3 cells, 1 samples each: 5 builds' &&
	exits 0 tare show >again && diff out again &&
	exits 0 tare list runs >runs && has runs plain
"
