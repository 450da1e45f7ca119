#!/usr/bin/env bash
# Bases that a scenario has built: by the engine under test, pushed, pinned, and what they cost.
. "$(dirname "$0")/lib.sh"

D=$PREFIX/engines

# shop: an application, and the base that it has built
shop() {
	mkdir shop && cd shop && echo "echo hello" >app.sh &&
	printf "FROM debian:bookworm-slim\nRUN echo base >/base\n" >base.Dockerfile &&
	printf "FROM team/base:1\nCOPY app.sh /app.sh\nRUN cat /base && sh /app.sh\n" >app.Dockerfile && cd .. &&
	cat >shop/scenario.json <<-END
	{
		"name": "shop",
		"variants": [{ "name": "app", "dockerfile": "app.Dockerfile" },
			{ "name": "base", "dockerfile": "base.Dockerfile" }],
		"bases": { "team/base:1": { "build": { "variant": "base" } } },
		"edits": [{ "edit": "source", "variant": "app", "file": "app.sh", "append": "# TOKEN\n" }]
	}
	END
}

q() { sqlite3 x.db "$1"; }

test_that 'each engine builds it once, and its cells are built on what it built' '
	shop &&
	exits 0 tare run shop --variant app --engine "podman,docker@$D/docker-20.10" \
		--cache none --state cold --edit none,source -n 2 --db x.db >out 2>err &&
	has err "building the base team/base:1 on podman" "building the base team/base:1 on docker@20.10" &&
	has out "shop/app" "shop/base, output push, n = 1" "stand-in" && hasnt out "void" &&
	[ "$(q "SELECT count(*) FROM sample WHERE block = -1")" = 2 ] &&
	exits 0 tare show --json --db x.db >run.json && python3 -c "
import json
cells = json.load(open(\"run.json\"))[\"cells\"]
on = {}
for c in cells:
    if c[\"variant\"] == \"app\":
        for s in c[\"samples\"]:
            on.setdefault(c[\"engine\"], set()).update(i[\"digest\"] for i in s[\"inputs\"] if i[\"ref\"] == \"team/base:1\")
assert all(len(d) == 1 for d in on.values()) and len(on) == 2 and len(set.union(*on.values())) == 2, on
" && nothing_left
'

test_that 'bases that are built on each other are refused' '
	shop && printf "FROM team/base:1\nRUN true\n" >shop/base.Dockerfile &&
	exits 2 tare run shop --variant app --engine podman --cache none --state cold --edit none -n 1 --db x.db 2>err &&
	has err "bases that are built on each other: team/base:1 on team/base:1" "shop/scenario.json: /bases"
'

# below: the base of shop, on a base that is built as well
below() {
	printf "FROM debian:bookworm-slim\nRUN echo os >/os\n" >shop/os.Dockerfile &&
	printf "FROM team/os:1\nRUN cat /os && echo base >/base\n" >shop/base.Dockerfile &&
	sed -i 's|"bases": {|"bases": { "team/os:1": { "build": { "variant": "os" } },|
		s|{ "name": "base"|{ "name": "os", "dockerfile": "os.Dockerfile" }, &|' shop/scenario.json
}

test_that 'a base on a base that is built: first the one below' '
	shop && below &&
	exits 0 tare run shop --variant app --engine podman --cache none --state cold --edit none -n 1 --db x.db >out 2>err &&
	grep -n "building the base" err | grep -A1 "team/os:1" | grep -q "team/base:1" &&
	has out "shop/app" "shop/base, output push" "shop/os, output push" && hasnt out "failed" && nothing_left
'

test_that 'bases that go round are named, all of them' '
	shop && below && printf "FROM team/base:1\nRUN true\n" >shop/os.Dockerfile &&
	exits 2 tare run shop --variant app --engine podman --cache none --state cold --edit none -n 1 --db x.db 2>err &&
	has err "team/os:1 on team/base:1 on team/os:1"
'

test_that 'what stands on a base that does not build is not built, and says so' '
	shop && below && printf "FROM debian:bookworm-slim\nRUN exit 3\n" >shop/os.Dockerfile &&
	exits 4 tare run shop --variant app --engine podman --cache none,store --edit none -n 1 --db x.db >out 2>err &&
	has err "not built: its base team/os:1 did not build (the build ended with exit code 3)" &&
	has out "failed" "1 of 1 builds failed: not built: its base team/os:1" &&
	[ "$(q "SELECT group_concat(status) FROM sample WHERE block < 0")" = failed,failed ] && nothing_left
'
