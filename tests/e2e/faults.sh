#!/usr/bin/env bash
# What can go wrong while builds run: each says what, where and what to do next, loses nothing that
# was recorded, and leaves nothing running or mounted.
. "$(dirname "$0")/lib.sh"

test_that 'a build that fails is a recorded result, with the end of its log' '
	given fails &&
	exits 4 tare run fails --engine podman --samples 1 --db x.db >out 2>err &&
	has err "the compiler says no" &&
	[ "$(samples)" -ge 2 ] && nothing_left
'

test_that 'a package registry that is down: a failed sample, with its cause' '
	mkdir down && printf "FROM python:3.13-slim\nRUN pip install --no-cache-dir --retries 1 --index-url http://127.0.0.1:9/simple bottle\n" >down/Dockerfile &&
	for engine in podman "docker@$PREFIX/engines/docker-20.10" "docker@$PREFIX/engines/docker-current"; do
		exits 4 tare run down --engine "$engine" --cache none --state cold -n 1 --db x.db >out 2>err &&
		has err "something that it fetches from is out of reach" "refused" || exit 1
	done &&
	[ "$(sqlite3 x.db "SELECT count(*) FROM sample WHERE status = '"'"'failed'"'"'")" = 3 ] && nothing_left
'

test_that 'what a build got over is not named as its cause' '
	mkdir over && { echo ECONNREFUSED; seq 2000; } >over/log &&
	printf "FROM debian:bookworm-slim\nCOPY log /\nRUN cat /log; exit 3\n" >over/Dockerfile &&
	exits 4 tare run over --engine podman --cache none --state cold -n 1 --db x.db >out 2>err &&
	has err "exit code" && hasnt err "out of reach"
'

test_that 'a build that hangs is ended at its limit and never averaged' '
	given hangs &&
	exits 0 tare run hangs --engine podman --samples 1 --state cold --cache none --timeout 6s --db x.db >out 2>err &&
	has out ">" && nothing_left
'

test_that 'Ctrl-C ends with 5, and --resume repeats no finished sample' '
	given tiny &&
	{ "$TARE" run tiny --engine podman --samples 3 --db x.db >out 2>err & pid=$!; } &&
	until_samples 3 && kill -INT $pid && { wait $pid; [ $? -eq 5 ]; } &&
	has err "interrupted" "--resume" && nothing_left &&
	before=$(samples) && sqlite3 x.db "SELECT id FROM sample ORDER BY id" >ids &&
	exits 0 tare run --resume --db x.db >out2 2>err2 &&
	[ "$(sqlite3 x.db "SELECT count(*) FROM (SELECT cell, block FROM sample WHERE kind = '"'"'timed'"'"' GROUP BY cell, block HAVING count(*) > 1)")" = 0 ] &&
	sqlite3 x.db "SELECT id FROM sample ORDER BY id" | head -n "$before" | diff - ids &&
	exits 2 tare run --resume --db x.db 2>err3 && has err3 "no run was interrupted"
'

test_that 'SIGTERM ends with 5 too' '
	given tiny &&
	{ "$TARE" run tiny --engine podman --samples 3 --db x.db >out 2>err & pid=$!; } &&
	until_samples 1 && kill -TERM $pid && { wait $pid; [ $? -eq 5 ]; } && nothing_left
'

# In a lab of its own: where no stand-in was assembled before, that takes half a minute.
test_that 'Ctrl-C while a base is assembled ends that too' '
	export TARE_LAB=$PWD/lab &&
	{ TARE_PREFIX=$PWD/none "$TARE" run pip-order --engine podman --bases standin --db x.db >out 2>err & pid=$!; } &&
	for i in $(seq 100); do pgrep -f "bases/[a]ssemble.*$TARE_LAB" >/dev/null && break; sleep 0.1; done &&
	pgrep -f "bases/[a]ssemble.*$TARE_LAB" >/dev/null && sleep 1 &&
	kill -INT $pid && { wait $pid; [ $? -eq 5 ]; } && has err "interrupted" && nothing_left
'

test_that 'a budget ends a run after the build that spends it' '
	given tiny &&
	exits 0 tare run tiny --engine podman --samples 3 --budget 1s --db x.db >out 2>err &&
	has err "the budget is spent" && [ "$(samples)" = 1 ] && nothing_left
'

test_that 'SIGKILL leaves nothing running or mounted, and the next run works' '
	given tiny &&
	{ "$TARE" run tiny --engine podman --samples 3 --db x.db >out 2>err & pid=$!; } &&
	until_samples 1 && kill -KILL $pid; wait $pid 2>/dev/null; sleep 1
	[ -z "$(grep -F "$TARE_LAB" /proc/mounts)" ] && ! pgrep -f "$TARE_LAB" &&
	exits 0 tare clean >cleaned &&
	exits 0 tare clean >again && has again "nothing to remove" &&
	exits 0 tare run --resume --db x.db >out2 2>err2 && nothing_left
'

test_that 'a priming build that fails: its samples are void and say so, other cells go on' '
	given fails &&
	exits 4 tare run fails --engine podman --samples 1 --db x.db >out 2>err &&
	has out "void" "should have primed the cache" &&
	[ "$(sqlite3 x.db "SELECT count(*) FROM sample WHERE kind = '"'"'prime'"'"' AND status = '"'"'failed'"'"'")" = 2 ] &&
	[ "$(sqlite3 x.db "SELECT count(*) FROM sample WHERE kind = '"'"'timed'"'"'")" = 3 ]
'

test_that 'two runs at once: the second says that the lab is busy' '
	given tiny &&
	{ "$TARE" run tiny --engine podman --samples 1 --db x.db >out 2>err & pid=$!; } &&
	until_samples 1 &&
	exits 5 tare run tiny --engine podman --samples 1 --db y.db 2>err2 &&
	has err2 "another run holds this lab" "TARE_LAB" &&
	wait $pid
'

test_that 'an engine that was named and is not there: 3, after the others ran' '
	given tiny && mkdir empty &&
	exits 3 tare run tiny --engine podman,docker@$PWD/empty --samples 1 --state cold --cache none >out 2>err &&
	has out podman && has err "docker@$PWD/empty cannot build here"
'

test_that 'no engine at all: 3, before anything is started' '
	given tiny && mkdir empty &&
	exits 3 tare run tiny --engine docker@$PWD/empty 2>err && has err "cannot build here"
'

test_that 'a full disk in the lab' '
	given tiny && mkdir small && mount -t tmpfs -o size=24m,mode=0700 tare-test small &&
	code=0 && { TARE_LAB=$PWD/small tare run tiny --engine podman --samples 1 --db x.db >out 2>err || code=$?; }
	umount small && { [ $code -eq 6 ] || [ $code -eq 4 ] || [ $code -eq 3 ]; } && grep -qi "no space left" err
'

test_that 'a database that cannot be written' '
	given tiny && exits 0 tare run tiny --engine podman --samples 1 --state cold --cache none --db x.db >out 2>err &&
	mkdir ro && mv x.db ro && mount --bind ro ro && mount -o remount,ro,bind ro &&
	code=0 && { tare run tiny --engine podman --samples 1 --db ro/x.db 2>err || code=$?; }
	umount ro && [ $code -eq 6 ] && has err "ro/x.db"
'

test_that 'the registry is killed in the middle' '
	given hangs && sed -i "s/sleep 600/sleep 5/" hangs/Dockerfile &&
	{ "$TARE" run hangs --engine podman --samples 1 --state cold --cache none --output push --db x.db >out 2>err & pid=$!; } &&
	for i in $(seq 300); do pgrep -f "sleep 5" >/dev/null && break; sleep 0.1; done &&
	pkill -KILL -f "docker-registry serve $TARE_LAB" && { wait $pid; code=$?; [ $code -ne 0 ]; } &&
	[ -s err ] && nothing_left
'

test_that 'the images and caches of the user stay as they are' '
	given tiny &&
	state() { find /var/lib/containers /run/libpod /run/containers -printf "%p %s %T@\n" 2>/dev/null | sort; } &&
	state >before &&
	exits 0 tare run tiny --engine podman --samples 1 >out 2>err && state >after && diff before after
'
