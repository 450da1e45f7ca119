#!/usr/bin/env bash
# Images are started after the builds: what is timed, what does not start and why, and that nothing of
# it is left, whatever happens.
. "$(dirname "$0")/lib.sh"

engine=${STARTS_ENGINE:-podman,docker@$PREFIX/engines/docker-20.10}
value() { sqlite3 x.db "SELECT count(*) FROM value v JOIN metric m ON m.id = v.metric JOIN sample s ON s.id = v.sample WHERE s.kind = 'start' AND m.name = '$1' ${2-}"; }
starts() { sqlite3 x.db "SELECT count(*) FROM sample WHERE kind = 'start'"; }
failure_of() {
	sqlite3 x.db "SELECT t.failure FROM sample s JOIN sample_text t ON t.sample = s.id JOIN cell c ON c.id = s.cell JOIN variant v ON v.id = c.variant WHERE s.kind = 'start' AND v.name = '$1'"
}
# run_tiny VARIANTS OPTIONS...: cold builds, and starts of their images
run_tiny() {
	local variants=$1
	shift
	tare run runner-tiny --variant "$variants" --samples 1 --state cold --cache none --db x.db "$@"
}
listening() { grep -q "$(printf ':%04X' "$1") 00000000:0000 0A" /proc/net/tcp; }
until_true() {
	local i
	for i in $(seq 300); do
		"$@" && return 0
		sleep 0.2
	done
	echo "not after a minute: $*"
	return 1
}

test_that 'an image is started with its pull and unpacked, under any user, asked over HTTP or inside' '
	given runner-tiny &&
	exits 0 run_tiny well,anyone,asked --engine "$engine" --starts 2 >out 2>err &&
	engines=$(echo "$engine" | tr , "\n" | wc -l) &&
	[ "$(value start.wall "AND v.v BETWEEN 0.02 AND 19")" = $((6 * engines)) ] &&
	[ "$(value start.pull_wall "AND v.v > 0.02")" = $((6 * engines)) ] &&
	[ "$(value start.pull_bytes "AND v.v > 10000000")" = $((6 * engines)) ] &&
	[ "$(value start.ok "AND v.v = 1")" = $((6 * engines)) ] &&
	has out "runners of tiny, 2 starts each" && hasnt out "no start" &&
	exits 0 tare show latest --db x.db --json >j && valid run.schema.json j && nothing_left
'

test_that 'what does not start is a result with its reason' '
	given runner-tiny &&
	exits 0 run_tiny low,silent,ends,loader --engine "$engine" --starts 3 >out 2>err &&
	failure_of low | grep -q "cannot listen on port 431 as uid 12345: Permission denied" &&
	failure_of silent | grep -qx "it did not answer within 2 s" &&
	failure_of ends | grep -q "exit code 3 before it answered: the disk is full" &&
	failure_of loader | grep -q "/perl needs /lib64/ld-linux-x86-64.so.2, which the image lacks" &&
	[ "$(value start.wall)" = 0 ] && [ "$(value start.ok "AND v.v = 0")" = "$(starts)" ] &&
	has out "no start: /perl needs /lib64/ld-linux-x86-64.so.2" && nothing_left
'

test_that 'a port that another program has is told, and says nothing of the image' '
	given runner-tiny &&
	{ perl runner-tiny/serve.pl 18431 >/dev/null & other=$!; } && until_true listening 18431 &&
	exits 0 run_tiny well --engine podman --starts 2 >out 2>err; code=$?
	kill $other; wait $other 2>/dev/null; [ $code = 0 ] &&
	failure_of well | grep -q "port 18431 of this machine.* is taken by perl, pid $other" &&
	[ "$(value start.ok)" = 0 ] && has out "not started: port 18431" && nothing_left
'

test_that 'builds alone start nothing' '
	given runner-tiny &&
	exits 0 run_tiny well --engine podman --starts 0 >out 2>err && [ "$(starts)" = 0 ] &&
	sed -i "s/\"runner\", //; s/runner-tiny/tiny/" runner-tiny/scenario.json &&
	exits 0 run_tiny well --engine podman >out 2>err && [ "$(starts)" = 0 ]
'

# timed and priming builds, those that were made only to start their images among them
builds() { sqlite3 x.db "SELECT count(*) || ' ' || sum(kind = 'timed') || ' ' || sum(block < 0) FROM sample WHERE kind <> 'start'"; }

test_that 'Ctrl-C while an image is started ends it, nothing is left, and --resume starts what is left' '
	given runner-tiny && sed -i "s/\"2s\"/\"5m\"/" runner-tiny/scenario.json &&
	{ "$TARE" run runner-tiny --variant well,silent --samples 1 --starts 2 --state cold --cache none --db x.db --engine podman >out 2>err & pid=$!; } &&
	until_true pgrep -f "[s]leep 1000" >/dev/null && kill -INT $pid && { wait $pid; [ $? -eq 5 ]; } &&
	has err "interrupted while images were started" && ! pgrep -f "[s]leep 1000" && nothing_left &&
	sed -i "s/\"5m\"/\"2s\"/" runner-tiny/scenario.json &&
	exits 0 tare run --resume --db x.db >out 2>err && has err "building runner-tiny/silent on podman again" &&
	[ "$(value start.ok "AND v.v = 1")" = 2 ] && failure_of silent | grep -qx "it did not answer within 2 s" &&
	[ "$(builds)" = "4 2 2" ] && has out "n = 1" && nothing_left
'

test_that 'what was built before Ctrl-C is built again by --resume, and started like the rest' '
	given runner-tiny &&
	{ "$TARE" run runner-tiny --variant well,asked --samples 1 --starts 2 --state cold --cache none --db x.db --engine podman >out 2>err & pid=$!; } &&
	until_samples 1 && kill -INT $pid && { wait $pid; [ $? -eq 5 ]; } &&
	exits 0 tare run --resume --db x.db >out 2>err &&
	[ "$(value start.ok "AND v.v = 1")" = 4 ] && [ "$(value start.wall)" = 4 ] && [ "$(builds)" = "3 2 1" ] &&
	has out "runners of tiny, 2 starts each" && nothing_left
'

test_that 'what does not build again is not started, and the table says why' '
	given runner-tiny &&
	{ "$TARE" run runner-tiny --variant well,asked --samples 1 --starts 2 --state cold --cache none --db x.db --engine podman >out 2>err & pid=$!; } &&
	until_samples 1 && kill -INT $pid && { wait $pid; [ $? -eq 5 ]; } &&
	for f in well silent; do echo "RUN false" >>runner-tiny/$f.Dockerfile; done &&
	tare run --resume --db x.db >out 2>err
	[ "$(value start.ok)" = 0 ] && has out "not started: its image was lost with an interrupted call" &&
	{ failure_of well; failure_of asked; } | grep -q "did not build again: the build ended with exit code" && nothing_left
'

test_that 'kill -9 while an image is started leaves no container' '
	given runner-tiny && sed -i "s/\"2s\"/\"5m\"/" runner-tiny/scenario.json &&
	{ "$TARE" run runner-tiny --variant silent --samples 1 --state cold --cache none --db x.db --engine podman >out 2>err & pid=$!; } &&
	until_true pgrep -f "[s]leep 1000" >/dev/null && kill -KILL $pid; wait $pid 2>/dev/null
	sleep 1; ! pgrep -f "[s]leep 1000" && exits 0 tare clean >out && nothing_left
'
