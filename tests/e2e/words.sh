#!/usr/bin/env bash
# What a user types wrong, and what tare says.
. "$(dirname "$0")/lib.sh"

test_that 'without a command it says what it is and how to begin' '
	exits 2 tare 2>err &&
	has err "usage: tare COMMAND" "tare run ."
'

test_that 'a misspelt command is answered with the one that was meant' '
	exits 2 tare rnu 2>err &&
	same err <<-EOF
	tare: unknown command "rnu"; did you mean run?
	  next  tare --help lists them
	EOF
'

test_that 'a misspelt cache mode is shown where it stands' '
	mkdir shop && printf "FROM scratch\nCOPY . /\n" >shop/Dockerfile &&
	exits 2 tare run shop --cache regsitry 2>err &&
	same err <<-EOF
	tare: unknown cache mode "regsitry"; did you mean registry?
	  at    --cache
	  next  one of none, store, local, registry, inline, all
	EOF
'

test_that 'a misspelt edit and engine too' '
	mkdir shop && printf "FROM scratch\nCOPY . /\n" >shop/Dockerfile &&
	exits 2 tare plan shop --edit sorce 2>err &&
	has err "unknown edit \"sorce\"; did you mean source?" "at    --edit" &&
	exits 2 tare plan shop --engine podmann 2>err &&
	has err "podmann" "did you mean podman?"
'

test_that 'a misspelt member of scenario.json is shown by its pointer' '
	mkdir shop && printf "FROM scratch\nCOPY . /\n" >shop/Dockerfile &&
	printf "{\"name\": \"shop\", \"variants\": [{\"name\": \"a\", \"dockerfil\": \"Dockerfile\"}]}" >shop/scenario.json &&
	exits 2 tare plan shop 2>err &&
	has err "dockerfil" "shop/scenario.json: /variants/0/dockerfil" "did you mean dockerfile?"
'

test_that 'a scenario that is not there is an error that names those that are near' '
	exits 2 tare plan pip-oder 2>err &&
	has err "pip-oder" "pip-order"
'

test_that 'a directory without a Dockerfile is no scenario' '
	mkdir empty && exits 2 tare run empty 2>err && has err "Dockerfile"
'

test_that 'a Dockerfile that is none is shown with its line' '
	mkdir bad && printf "FROM scratch\nCOPPY . /\n" >bad/Dockerfile &&
	exits 2 tare plan bad 2>err && has err "Dockerfile:2"
'

test_that 'a file that is no database is left as it is' '
	mkdir shop && printf "FROM scratch\nCOPY . /\n" >shop/Dockerfile &&
	echo "something of mine" >notes.txt && cp notes.txt before &&
	exits 2 tare run shop --db notes.txt 2>err &&
	has err "notes.txt" && cmp notes.txt before
'

test_that 'a lab that others can enter is refused, and left as it is' '
	mkdir -m 0755 open && mkdir shop && printf "FROM scratch\nCOPY . /\n" >shop/Dockerfile &&
	TARE_LAB=$PWD/open exits 2 tare run shop 2>err &&
	has err "$PWD/open" && [ "$(stat -c %a open)" = 755 ] && [ -z "$(ls -A open)" ]
'

test_that 'a lab of another user is refused, and left as it is' '
	mkdir -m 0700 theirs && chown nobody theirs && mkdir shop && printf "FROM scratch\nCOPY . /\n" >shop/Dockerfile &&
	TARE_LAB=$PWD/theirs exits 2 tare run shop 2>err &&
	has err "$PWD/theirs" && [ "$(stat -c %U theirs)" = nobody ] && [ -z "$(ls -A theirs)" ]
'

test_that 'without HOME it says what to set' '
	mkdir shop && printf "FROM scratch\nCOPY . /\n" >shop/Dockerfile &&
	exits 2 env -u HOME -u TARE_LAB -u XDG_CACHE_HOME "$TARE" run shop --db x.db 2>err &&
	has err "TARE_LAB"
'

test_that 'every command has a help that names its options' '
	for c in run plan list show report bases doctor clean; do
		exits 0 tare $c --help >out && has out "tare $c:" "usage: tare $c" || exit 1
	done
'

test_that 'nothing measured yet is said so' '
	exits 2 tare show 2>err && has err "tare run"
'

test_that 'the scenarios of the library are listed' '
	exits 0 tare list scenarios >out && has out "pip-order" "multi-stage" &&
	exits 0 tare list scenarios --json >out.json && python3 -m json.tool out.json >/dev/null &&
	exits 0 tare list scenarios --tag runner >out && has out "runner-go" "image" && hasnt out "pip-order" &&
	exits 0 tare list scenarios --tag cache,python >out && has out "pip-order" && hasnt out "npm-order" &&
	exits 0 tare list scenarios --tag cache,python --json >out.json &&
	python3 -c "
import json
r = json.load(open(\"out.json\"))
assert r and all({\"cache\", \"python\"} <= set(s[\"tags\"]) and s[\"claim\"] for s in r), r
" &&
	exits 2 tare list scenarios --tag runer 2>err &&
	has err "no scenario is tagged \"runer\"; did you mean runner?" "next  one of base, cache, cpp"
'
