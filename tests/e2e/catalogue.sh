#!/usr/bin/env bash
# What an update of the catalogue changes: a tag that moves, a package index with another release.
. "$(dirname "$0")/lib.sh"

# BuildKit names a base by its digest otherwise than podman, which the test of the proxy builds with.
engine=docker@$PREFIX/engines/docker-current

test_that 'an update changes the image of what is not pinned, and names it' '
	exits 0 tare run pinning --variant latest,digest --engine "$engine" \
		--cache none --edit none,catalogue -n 1 --db x.db >out 2>err && hasnt out "void" &&
	has out "vatrates 1.0 became 1.1" "bottle 0.13.1 became 0.13.2" &&
	has out "no file of the image is another than before the update" &&
	tare results pinning --engine "$engine" --db x.db --json >r.json && python3 -c "
import json
r = json.load(open(\"r.json\"))
r = [c for c in r if c[\"result\"] != \"not measured\"]
assert len(r) == 2 and all(c[\"result\"] == \"holds\" for c in r), r
assert all(c[\"of\"] > 0 for c in r if c[\"direction\"] == \"more\"), r
assert all(c[\"of\"] == 0 for c in r if c[\"direction\"] == \"same\"), r
" && nothing_left
'

shop() {
	mkdir -p shop/one shop/two && printf "FROM debian:bookworm-slim\nARG URL\nRUN echo \$URL\n" >shop/Dockerfile &&
	cat >shop/scenario.json <<-END
	{
		"name": "shop",
		"variants": [{ "name": "app", "args": { "URL": "INDEX_URL/simple" } }],
		"index": { "before": "one", "after": "two" }
	}
	END
}

test_that 'an index that leads elsewhere is not served' '
	shop && ln -s /etc/hostname shop/two/name &&
	exits 2 tare run shop --engine podman --cache none --edit catalogue -n 1 --db x.db 2>err &&
	has err "a package index holds no links: name" && nothing_left
'

test_that 'an index is reached past the proxy of this machine' '
	shop && echo one >shop/one/name && echo two >shop/two/name &&
	printf "FROM python:3.13-slim\nARG URL\nRUN python -c \"import urllib.request as u; print(u.urlopen(\x27\$URL\x27).read())\" >/name\n" >shop/Dockerfile &&
	sed -i "s|INDEX_URL/simple|INDEX_URL/name|" shop/scenario.json &&
	http_proxy=http://127.0.0.1:9 exits 0 tare run shop --engine podman --cache none --edit none,catalogue -n 1 --db x.db >out 2>err &&
	has out "1 file of the image is another than before the update" && nothing_left
'

test_that 'an update is built cold, and elsewhere there is none' '
	shop && exits 2 tare plan shop --engine podman --cache store --edit catalogue 2>err &&
	has err "--cache none" &&
	exits 2 tare plan pip-order --engine podman --cache none --edit catalogue 2>err &&
	has err "neither a base" "nor a package index"
'
