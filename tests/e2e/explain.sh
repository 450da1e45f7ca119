#!/usr/bin/env bash
# What a change of a file would bust, said before anything is built.
. "$(dirname "$0")/lib.sh"

test_that 'the worst variant of pip-order: each file busts the installation' '
	tare explain --predict pip-order --variant copy-all >out &&
	same out <<-EOF
	pip-order/copy-all (copy-all.Dockerfile, 1 stage, 4 steps): 11 files in the
	context, 1 more left out by the ignore file
	 a change of             files     size  busts line   again
	 pyproject.toml              1    350 B  3 COPY . .  3 of 4
	 requirements-build.txt      1     77 B  3 COPY . .  3 of 4
	 requirements.txt            1    142 B  3 COPY . .  3 of 4
	 shelf/                      5  2.70 kB  3 COPY . .  3 of 4
	 tests/                      3  2.11 kB  3 COPY . .  3 of 4
	A change of any of 11 files busts line 3 COPY . ., and with it lines 4 and 5.
	EOF
'

test_that 'its better variant keeps the installation through a source edit' '
	tare explain --predict pip-order --variant manifest-first >out &&
	has out "requirements.txt            1    142 B  3 COPY requirements.txt .  4 of 5" \
		"shelf/                      5  2.70 kB  5 COPY . .                 2 of 5" \
		"A change of any of 10 files busts line 5 COPY . ., and with it line 6."
'

big() {
	mkdir -p big/src/lib big/docs
	for i in $(seq 300); do echo >big/src/lib/f$i.py; echo >big/docs/d$i.md; done
	echo >big/src/main.go; echo >big/src/notes; echo >big/top
	printf "FROM a AS b\nCOPY src/*.go /s/\nRUN make\nFROM scratch\nCOPY src/lib /l\n" >big/Dockerfile
	printf "COPY --from=b /s /s\nADD top /\n" >>big/Dockerfile
}

test_that 'a big tree is summed up, in 80 columns, with what nothing reads' '
	big && tare explain --predict big >out &&
	same out <<-EOF
	big/default (Dockerfile, 2 stages, 5 steps): 603 files in the context
	 a change of  files   size  busts line            again
	 src/main.go      1    1 B  2 COPY src/*.go /s/  4 of 5
	 src/lib/       300  300 B  5 COPY src/lib /l    3 of 5
	 top              1    1 B  7 ADD top /          1 of 5
	 docs/          300  300 B  nothing reads it
	 src/notes        1    1 B  nothing reads it
	A change of any of 300 files busts line 5 COPY src/lib /l, and with it lines 6
	and 7.
	Nothing reads 301 of the files, 301 B in all: .dockerignore can leave them out.
	EOF
'

test_that 'a line for each file where that is asked for' '
	big && tare explain --predict big --verbose >out &&
	has out " src/lib/f17.py   " " docs/d300.md " && [ "$(grep -c " B  " out)" -eq 603 ]
'

test_that 'the ignore file takes files out of the answer' '
	big && echo docs >big/.dockerignore && tare explain --predict big >out &&
	has out "303 files in the context, 1 more" "Nothing reads 1 of the files, 1 B in all" &&
	hasnt out "docs/" " .dockerignore  " " Dockerfile  "
'

test_that 'another target, Dockerfile and build argument change the answer' '
	big && tare explain --predict big --target b >out &&
	has out "1 stage, 2 steps" "2 of 2" && hasnt out " 7 ADD" &&
	printf "FROM a\nARG what=docs\nCOPY \$what /\n" >other &&
	tare explain --predict big -f other >out && has out "docs/          300" "3 COPY \$what /" &&
	tare explain --predict big -f other --build-arg what=top >out && has out " top              1"
'

test_that 'JSON says it of each file, with the steps it refers to' '
	big && printf "FROM a\nCOPY top /\nRUN x\n" >big/Dockerfile &&
	printf "caf\\xe9" >"big/$(printf "n\\xe9")" &&
	tare explain --predict big --json >out &&
	python3 - out <<-EOF
	import json, sys
	(one,) = json.load(open(sys.argv[1]))
	assert one["scenario"] == "big" and one["variant"] == "default", one
	assert [s["line"] for s in one["steps"]] == [2, 3]
	files = {f["path"]: f for f in one["files"]}
	assert len(files) == 604, len(files)
	assert files["top"] == {"path": "top", "size_bytes": 1, "first_step": 0, "steps_again": [0, 1]}
	assert files["docs/d1.md"]["first_step"] is None and files["docs/d1.md"]["steps_again"] == []
	assert "n\\\\xe9" in files, [f for f in files if f.startswith("n")]
	EOF
'

test_that 'what a file is called never reaches the terminal as it is' '
	mkdir odd && printf "FROM a\nCOPY . /\n" >odd/Dockerfile &&
	echo >"odd/$(printf "a\\033[31mb")" && tare explain --predict odd >out &&
	has out "a\\x1b[31mb" && ! grep -q "$(printf "\\033")" out
'

test_that 'a context that is empty, and files that nothing reads at all' '
	mkdir none && echo "FROM a" >none/Dockerfile && tare explain --predict none >out &&
	same out <<-EOF &&
	none/default (Dockerfile, 1 stage, 0 steps): 0 files in the context
	EOF
	echo >none/a && tare explain --predict none >out &&
	has out " a                1   1 B  nothing reads it" "Nothing reads 1 of the files"
'

test_that 'a link is not followed, a socket is no file' '
	mkdir ctx && printf "FROM a\nCOPY . /\n" >ctx/Dockerfile && ln -s / ctx/root && ln -s loop ctx/loop &&
	mkfifo ctx/fifo && tare explain --predict ctx >out && has out "3 files in the context" "root" "loop" &&
	hasnt out "fifo"
'

test_that 'errors say what, where and what next' '
	exits 2 tare explain latest 2>err &&
	same err <<-EOF &&
	tare: tare explain cannot explain a run yet
	  next  tare explain --predict DIR says what a change of each file would bust
	EOF
	exits 2 tare explain --predict pip-oder 2>err && has err "pip-order" &&
	exits 2 tare explain --predict pip-order --variant copy-al 2>err && has err "did you mean copy-all?" &&
	big && exits 2 tare explain --predict big --target c 2>err && has err "there is no stage \"c\"" "next" &&
	exits 2 tare explain --predict big -f nowhere 2>err && has err "no such Dockerfile" &&
	exits 2 tare explain --predict big --build-arg =x 2>err && has err "=x" &&
	exits 2 tare explain --predictt big 2>err && has err "did you mean --predict?" &&
	printf "FROM a\nCOPPY . /\n" >big/Dockerfile &&
	exits 2 tare explain --predict big 2>err && has err "Dockerfile:2:1" &&
	printf "[\n" >big/.dockerignore && printf "FROM a\n" >big/Dockerfile &&
	exits 2 tare explain --predict big 2>err && has err ".dockerignore:1"
'

test_that 'the disk being full is told, not swallowed' '
	big && exits 6 tare explain --predict big >/dev/full 2>err && has err "cannot write" &&
	exits 6 tare explain --predict big --json >/dev/full 2>err && has err "cannot write"
'
