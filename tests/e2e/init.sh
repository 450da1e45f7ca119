#!/usr/bin/env bash
# tare init on copies of real programs, and what it wrote, built.
. "$(dirname "$0")/lib.sh"

# program NAME SCENARIO VARIANT: a user's directory: that program with that Dockerfile in it.
program() {
	cp -r "$SCENARIOS/programs/$1" . && cp "$SCENARIOS/$2/$3.Dockerfile" "$1/Dockerfile"
}

# valid FILE: by the schema that editors use
valid() {
	python3 -c "
import json, sys, jsonschema
jsonschema.validate(json.load(open(sys.argv[1])), json.load(open(sys.argv[2])))
" "$1" "$SCENARIOS/scenario.schema.json"
}

# edits_of FILE: "source deps …", each once
edits_of() { python3 -c "
import json, sys
print(*dict.fromkeys(e['edit'] for e in json.load(open(sys.argv[1]))['edits']))" "$1"; }

test_that 'a Python program: its source, a package more, and both are built' '
	program shelf pip-order manifest-first &&
	exits 0 tare init shelf >out && valid shelf/scenario.json &&
	has out "source      shelf/app.py" "deps        requirements.txt: iniconfig 2.0.0 more" "tare run shelf" &&
	[ "$(edits_of shelf/scenario.json)" = "source mode dockerfile deps" ] &&
	exits 0 tare run shelf --engine podman --samples 1 --edit source,deps --db x.db >out 2>err &&
	has out "deps" "source" && hasnt out "void" "deps-downloaded" &&
	exits 0 tare show --json --db x.db >run.json && has run.json "iniconfig" && nothing_left
'

test_that 'a Node program: manifest and lock file change together' '
	program links npm-order manifest-first &&
	exits 0 tare init links >out && valid links/scenario.json &&
	has out "package.json: picocolors 1.1.1 more" "package-lock.json: the same in the lock file" &&
	exits 0 tare plan links --engine podman --edit deps,source >plan && hasnt plan "no deps edit"
'

test_that 'Go, Rust and Java: what each of them downloads' '
	program feed go-order manifest-first && program pins cargo-order copy-all && program orders maven-order copy-all &&
	for p in feed pins orders; do exits 0 tare init $p >$p.out && valid $p/scenario.json || exit 1; done &&
	has feed.out "go.mod: github.com/pkg/errors v0.9.1 more" "go.sum: its sums" &&
	has pins.out "Cargo.toml: fnv 1.0.7 more" "Cargo.lock: its checksum" &&
	has orders.out "pom.xml: org.jspecify:jspecify 1.0.0 more"
'

test_that 'what is there is not replaced unless that is asked for' '
	program shelf pip-order copy-all && echo "{}" >shelf/scenario.json &&
	exits 2 tare init shelf 2>err && has err "there is a scenario.json already" "--force" &&
	[ "$(cat shelf/scenario.json)" = "{}" ] &&
	exits 0 tare init shelf --force --json >out && has out "\"name\": \"shelf\"" && valid shelf/scenario.json
'

test_that 'what is there stays where the new one could not be read back' '
	program shelf pip-order copy-all && echo "{}" >shelf/scenario.json &&
	mv shelf/Dockerfile "shelf/$(printf "Dockerfile\377")" &&
	exits 2 tare init shelf --force -f "shelf/$(printf "Dockerfile\377")" 2>err &&
	has err "the scenario.json that was made cannot be read" "/variants/0/dockerfile" &&
	[ "$(cat shelf/scenario.json)" = "{}" ] && rm shelf/scenario.json &&
	exits 2 tare init shelf -f "shelf/$(printf "Dockerfile\377")" 2>err && [ "$(ls shelf | grep -c scenario.json)" = 0 ]
'

test_that 'a monorepo: the Dockerfile of one service, the whole as the context' '
	mkdir -p mono/services/a mono/services/b && cd mono &&
	printf "print(1)\n" >services/a/app.py && printf "six==1.16.0" >services/a/requirements.txt &&
	printf "print(2)\n" >services/b/app.py && printf "toml==0.10.2\n" >services/b/requirements.txt &&
	printf "FROM python:3.13-slim\nCOPY services/a/requirements.txt /\nRUN pip install --target /lib -r /requirements.txt\nCOPY services/a /app\nRUN python /app/app.py\n" >services/a/Dockerfile &&
	exits 0 tare init -f services/a/Dockerfile . >out && valid scenario.json &&
	has out "built from services/a/Dockerfile" "source      services/a/app.py" "deps        services/a/requirements.txt" &&
	exits 0 tare run --engine podman --samples 1 --edit deps --state warm --cache store --db ../x.db >../out 2>../err &&
	has ../out store && hasnt ../out "void"
'

test_that 'what it does not know it leaves out, and says so' '
	mkdir odd && printf "FROM debian:bookworm-slim\nCOPY Gemfile /\nRUN true\n" >odd/Dockerfile && echo "gem \"rack\"" >odd/Gemfile &&
	exits 0 tare init odd >out && valid odd/scenario.json &&
	has out "note: no source edit" "no deps edit from Gemfile (bundler)" && [ "$(edits_of odd/scenario.json)" = dockerfile ] &&
	mkdir none && exits 2 tare init none 2>err && has err "Dockerfile" && [ ! -e none/scenario.json ] &&
	exits 2 tare init -f odd/Dockerfile none 2>err && has err "not in the directory"
'
