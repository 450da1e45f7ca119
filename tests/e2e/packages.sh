#!/usr/bin/env bash
# --packages lab: what apt fetches is kept in the lab, and said; what no proxy can keep is refused.
. "$(dirname "$0")/lib.sh"

D=$PREFIX/engines

shop() {
	mkdir shop && printf "FROM debian:bookworm-slim\nRUN apt-get update && apt-get install -y --no-install-recommends tini && echo \$http_proxy\n" >shop/Dockerfile
}

test_that 'apt goes through the proxy on each engine, and what it fetched is kept' '
	shop &&
	exits 0 tare run shop --packages lab --engine "podman,docker@$D/docker-20.10,docker@$D/docker-current,buildkit@$D/buildkit" \
		--cache none --state cold --edit none -n 1 --db x.db >out 2>err &&
	has out "packages: what apt fetches over http comes through the lab" "Apt-Cacher NG" && hasnt out "void" &&
	find "$TARE_LAB/keep/packages" -name "tini_*.deb" | grep -q . &&
	tare show --json --db x.db >run.json && has run.json "Apt-Cacher NG" &&
	[ "$(grep -o "http_proxy=http://127.0.0.1:" run.json | wc -l)" -ge 4 ] && nothing_left
'

test_that 'what asks over https is refused, with the reason' '
	exits 2 tare run pip-order --packages lab --engine podman --db x.db 2>err &&
	has err "of no use to any build here" "pip asks its registry over https" "packages lab" &&
	exits 2 tare run pip-order --packages latb --engine podman --db x.db 2>err && has err "one of direct, lab"
'
