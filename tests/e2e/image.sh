#!/usr/bin/env bash
# Images: what inspect and diff say of the field's cases, and of what is none.
. "$(dirname "$0")/lib.sh"

data=$(cd "$here/../data" && pwd)

export XDG_CACHE_HOME="$work/cache" DOCKER_CONFIG="$work/docker"
mkdir -p "$DOCKER_CONFIG"

make() { python3 "$data/cases/mk.py" "$data/cases/images.json" . "$@" >/dev/null; }

# serve LAYOUT TRICK...: a registry of that image; $registry is its address, until unserve. Its user is
# u with the password p, which docker login left behind.
serve() {
	rm -f port
	python3 "$data/image/registry.py" "$@" >port &
	server=$!
	until [ -s port ]; do sleep 0.1; done
	registry=127.0.0.1:$(cat port)
	printf '{"auths":{"%s":{"auth":"dTpw"}}}' "$registry" >"$DOCKER_CONFIG/config.json"
}

# helper NAME USER SECRET: a credential helper of that name, in bin
helper() {
	cat >"bin/docker-credential-$1" <<-EOF
	#!/bin/sh
	cat >/dev/null
	echo '{"Username":"$2","Secret":"$3"}'
	EOF
	chmod +x "bin/docker-credential-$1"
}

unserve() {
	kill "$server"
	wait "$server" 2>/dev/null || true
}

test_that 'the lists that one layer brings and the next removes' '
	make B1 && tare inspect docker-archive:B1.tar >out &&
	same out <<-EOF
	 docker-archive:B1.tar  linux/amd64

	  size            501 kB   content of all files in 2 layers
	  compressed           -   not known: nothing here is compressed
	  visible        1.00 kB   1 file of the final tree, each inode once
	  wasted          500 kB   efficiency 0.0020

	 layer    size  wasted  compressed  instruction
	     1  501 kB  500 kB           -  RUN apt-get update
	     2     0 B     0 B           -  RUN rm -rf /var/lib/apt/lists/*

	 wasted: 500 kB deleted
	     300 kB  var/lib/apt/lists/main  deleted, layer 2
	     200 kB  var/lib/apt/lists/updates  deleted, layer 2

	 largest files
	    1.00 kB  var/lib/apt/lists/keep  layer 1

	 largest directories
	    1.00 kB  var/lib/apt/lists  1 file

	 no packages
	    1.00 kB  no package'"'"'s: 1 file

	Of 501 kB, 500 kB are wasted, all of it hidden by layer 2 (RUN rm -rf
	/var/lib/apt/lists/*). It runs as root, without a shell and with 0 setuid or
	setgid files.
	EOF
'

test_that 'an archive in a pipe is the same image' '
	make B1 C1 C5 && for id in B1 C1 C5; do
		tare inspect $id.tar --json | grep -v "\"image\":" >file &&
		tare inspect docker-archive:- --json <$id.tar | grep -v "\"image\":" >pipe &&
		gzip -c $id.tar >packed && tare inspect packed --json | grep -v "\"image\":" >gz &&
		cmp file pipe && cmp file gz || return 1
	done
'

test_that 'JSON is what its schema says, and tells six names apart' '
	make C2 C3 B2 && tare inspect C3 --json >c3 && valid image.schema.json c3 &&
	tare inspect C2 --json >c2 && valid image.schema.json c2 && has c2 "\"hello\"" &&
	python3 -c "
import json
names = [f[\"path\"] for f in json.load(open(\"c3\"))[\"files\"]]
assert len(set(names)) == 6, names" &&
	tare diff C2 C3 --json >d && valid image-diff.schema.json d &&
	tare diff B2 B2 --json >d && valid image-diff.schema.json d && has d "They are the same image"
'

test_that 'no control or bidirectional character of a name reaches the terminal' '
	make C3 && tare inspect C3 >out && tare diff C3 C3 --md >>out &&
	hasnt out "$(printf "\033")" "$(printf "\342\200\256")" && has out "\\x1b[31m" "\\u202e"
'

test_that 'a diff says which layers are shared, and what changed' '
	make B1 C1 && tare diff C1.tar B1.tar >out &&
	has out "0 of 2 shared" "var/lib/apt/lists/keep  added" "three  removed" \
		"that differs is 1, by content."
'

# differs TWIN WORDS: by what a second build differs, in its list and in its answer.
differs() {
	tare diff oci:first "oci:$1" --json >d.json && valid image-diff.schema.json d.json &&
		has d.json "$2" &&
		[ "$(python3 -c 'import json; print(*json.load(open("d.json"))["differs"], sep=", ")')" = "$1" ]
}

test_that 'where two builds of one thing part, a diff says at which layer and by what' '
	python3 "$data/image/twins.py" . &&
	differs nothing "They are the same image." &&
	for of in attestation compression config; do
		differs $of "All layers hold the same; what differs is the $of." || exit 1
	done &&
	for by in order mtime metadata content "mtime, content"; do
		differs "$by" "The first layer that differs is 2, by $by." || exit 1
	done
'

test_that 'a diff compares digests of an archive where it is asked to' '
	make C5 && python3 -c "
b = bytearray(open(\"C5.tar\", \"rb\").read())
b[b.index(b\"x\" + bytes(99)) + 612] ^= 1
open(\"other.tar\", \"wb\").write(b)" &&
	tare diff C5.tar other.tar >out && has out "x  content" &&
	exits 7 tare diff C5.tar other.tar --verify 2>err && has err "digest" &&
	exits 7 tare inspect other.tar 2>err
'

test_that 'of two long names of one file that of GNU counts, as it does for engines' '
	python3 -c "
import hashlib, io, json, tarfile
def head(name, format):
    t = tarfile.TarInfo(name); t.size = 1; return t.tobuf(format)
layer = head(\"p\" * 120, tarfile.PAX_FORMAT)[:1024] + head(\"g\" * 120, tarfile.GNU_FORMAT) + b\"x\" + bytes(511 + 1024)
out = tarfile.open(\"two.tar\", \"w\")
def add(name, b):
    t = tarfile.TarInfo(name); t.size = len(b); out.addfile(t, io.BytesIO(b))
add(\"layer.tar\", layer)
config = json.dumps({\"rootfs\": {\"type\": \"layers\", \"diff_ids\": [\"sha256:\" + hashlib.sha256(layer).hexdigest()]}}).encode()
name = hashlib.sha256(config).hexdigest() + \".json\"
add(name, config)
add(\"manifest.json\", json.dumps([{\"Config\": name, \"Layers\": [\"layer.tar\"]}]).encode())
out.close()" &&
	tare inspect two.tar --json >out && has out "gggg" && hasnt out "pppp"
'

test_that 'the mode that a hard link gives its file is a difference' '
	for m in 644 4755; do
		printf "{\"m$m\":{\"format\":\"docker\",\"layers\":[{\"e\":[{\"p\":\"a\",\"n\":9},{\"p\":\"b\",\"t\":\"h\",\"to\":\"a\",\"m\":\"$m\"}]}]}}" >recipe.json &&
		python3 "$data/cases/mk.py" recipe.json . >/dev/null || return 1
	done &&
	tare diff m644.tar m4755.tar >out && has out "a  mode" "b  mode" && tare diff m644.tar m644.tar >out && hasnt out "a  mode"
'

test_that 'what is no image is said so' '
	echo text >file && exits 2 tare inspect file 2>err && has err "no tar" &&
	mkdir empty && exits 2 tare inspect oci:empty 2>err && has err "index.json is not there" &&
	exits 6 tare inspect oci:nowhere 2>err && has err "nowhere" &&
	mkfifo pipe && exits 2 tare inspect docker-archive:pipe 2>err &&
	has err "no regular file" "docker-archive:-" &&
	exits 2 tare inspect /dev/null 2>err && has err "no regular file" &&
	exits 2 tare inspect 2>err && has err "takes one image" &&
	exits 2 tare diff a 2>err && has err "takes two images"
'

test_that 'a layer that is not what its name says is an error' '
	make B2 && layer=$(ls -S B2/blobs/sha256/* | head -1) && printf x >>"$layer" &&
	exits 7 tare inspect oci:B2 2>err && has err "what came has the digest"
'

test_that 'a layer that is not there makes a partial result, marked' '
	make B2 && rm "$(ls -S B2/blobs/sha256/* | head -1)" && tare inspect oci:B2 --json >out &&
	valid image.schema.json out && has out "\"partial\": \"1 of 2 layers are not there" \
		"\"image.size\": null"
'

test_that 'a bomb ends at its ceiling' '
	make B3 && exits 2 tare inspect oci:B3 --max-unpacked 1MB 2>err && has err "larger than 1000000 bytes"
'

test_that 'a log with a record for each user is advised about' '
	printf "{\"logs\":{\"format\":\"docker\",\"layers\":[{\"e\":[{\"p\":\"var/log/lastlog\",\"zero\":20000000},{\"p\":\"var/log/faillog\",\"zero\":32000}]}]}}" >logs.json &&
	python3 "$data/cases/mk.py" logs.json . >/dev/null && tare inspect logs.tar >out &&
	has out "advice: var/log/lastlog is 20.0 MB" "--no-log-init" && hasnt out "advice: var/log/faillog"
'

test_that 'a platform that is not there is named' '
	make B5 && exits 2 tare inspect oci:B5 --platform linux/s390x 2>err &&
	has err "no image for linux/s390x, only: linux/amd64"
'

test_that 'what was read is not read again; what changed since, and what is damaged, is' '
	export XDG_CACHE_HOME="$PWD/cache" && make B2 && sleep 3 && tare inspect oci:B2 --json >first &&
	[ "$(ls "$XDG_CACHE_HOME/tare/layers" | wc -l)" -eq 2 ] && tare inspect oci:B2 --json >again &&
	cmp first again &&
	for kept in "$XDG_CACHE_HOME"/tare/layers/*; do printf x | dd of="$kept" bs=1 seek=700 conv=notrunc 2>/dev/null; done &&
	tare inspect oci:B2 --json >damaged && cmp first damaged &&
	layer=$(ls -S B2/blobs/sha256/* | head -1) && printf x | dd of="$layer" bs=1 seek=8 conv=notrunc 2>/dev/null &&
	exits 7 tare inspect oci:B2 2>err && exits 7 tare inspect oci:B2 --verify 2>err
'

test_that 'a registry, however one logs in, wherever its blobs lie, however busy it is' '
	make B2 && tare inspect oci:B2 --json --verify | grep -v "\"image\":" >layout &&
	for tricks in "" basic bearer "bearer redirect" "busy basic redirect" "ends redirect"; do
		serve B2 $tricks && tare inspect "docker://$registry/a:1" --json --verify >out
		code=$?; unserve; [ "$code" -eq 0 ] && grep -v "\"image\":" out >answer &&
		cmp layout answer && valid image.schema.json out || return 1
	done
'

test_that 'what docker login and podman login left behind is used: a helper, a token, a file' '
	make B2 && mkdir bin && PATH="$PWD/bin:$PATH" &&
	helper pass u p && helper token "<token>" id3ntity &&
	for tricks in basic bearer identity; do
		serve B2 $tricks
		case $tricks in
		basic) printf "{\"credHelpers\":{\"%s\":\"pass\"}}" "$registry" >"$DOCKER_CONFIG/config.json" ;;
		bearer) rm "$DOCKER_CONFIG/config.json"
			printf "{\"auths\":{\"%s\":{\"auth\":\"dTpw\"}}}" "$registry" >auth.json ;;
		identity) printf "{\"credsStore\":\"token\"}" >"$DOCKER_CONFIG/config.json" ;;
		esac
		REGISTRY_AUTH_FILE="$PWD/auth.json" tare inspect "docker://$registry/a:1" --verify >out 2>err
		code=$?; unserve; [ "$code" -eq 0 ] || { cat err; return 1; }
	done &&
	serve B2 identity && printf "{\"auths\":{\"%s\":{\"identitytoken\":\"id3ntity\"}}}" "$registry" >"$DOCKER_CONFIG/config.json" &&
	{ tare inspect "docker://$registry/a:1" --verify >out; code=$?; unserve; } && [ "$code" -eq 0 ]
'

test_that 'an image of docker.io comes from the first mirror that has it' '
	make B2 && export XDG_CONFIG_HOME="$PWD/config" && mkdir -p config/docker && serve B2 &&
	printf "{\"registry-mirrors\":[\"http://127.0.0.1:1\",\"http://%s/\"]}" "$registry" >config/docker/daemon.json &&
	{ tare inspect docker://alpine --json --verify | grep -v "\"image\":" >out; code=$?; unserve; } &&
	[ "$code" -eq 0 ] && tare inspect oci:B2 --json --verify | grep -v "\"image\":" >layout && cmp layout out
'

test_that 'a token that ends in the middle is asked for once more, and a password that does not hold is not asked for ever' '
	make B4 && tare inspect oci:B4 --json --verify | grep -v "\"image\":" >layout && serve B4 ends &&
	{ tare inspect "docker://$registry/a:1" --json --verify | grep -v "\"image\":" >out; code=$?; unserve; } &&
	[ "$code" -eq 0 ] && cmp layout out &&
	serve B4 ends && printf "{\"auths\":{\"%s\":{\"auth\":\"dTpx\"}}}" "$registry" >"$DOCKER_CONFIG/config.json" &&
	{ exits 2 tare inspect "docker://$registry/a:1" 2>err; code=$?; unserve; } && [ "$code" -eq 0 ] &&
	has err "no token: HTTP 401" "docker login"
'

test_that 'where blobs lie cannot ask for the password of the registry' '
	make B2 && serve B2 bearer redirect thief &&
	{ exits 2 tare inspect "docker://$registry/a:1" --verify 2>err; code=$?; unserve; } &&
	[ "$code" -eq 0 ] && [ ! -e stolen ] && has err "HTTP 401"
'

# The mirror of a registry that nobody answers for.
conf() {
	cat >containers/registries.conf <<-EOF
	unqualified-search-registries = ["docker.io"] # of short names
	[[registry]]
	prefix = "registry.invalid/team"
	location = "registry.invalid/team"
	${1-}
	[[registry.mirror]]
	location = "127.0.0.1:1/nobody"
	[[registry.mirror]]
	location = '$registry/mirrored'
	insecure = true
	${2-}
	EOF
}

test_that 'an image comes from the mirror that registries.conf names' '
	make B2 && export XDG_CONFIG_HOME="$PWD" && mkdir containers &&
	tare inspect oci:B2 --json --verify | grep -v "\"image\":" >layout && serve B2 basic && conf &&
	{ tare inspect docker://registry.invalid/team/shop:1 --json --verify | grep -v "\"image\":" >out
	  code=$?; conf "" "pull-from-mirror = \"digest-only\""
	  exits 6 tare inspect docker://registry.invalid/team/shop:1 2>err; tag=$?
	  conf "blocked = true"; exits 2 tare inspect docker://registry.invalid/team/shop:1 2>blocked; no=$?
	  conf "blocked = yes"; exits 2 tare inspect docker://registry.invalid/team/shop:1 2>wrong; bad=$?; unserve; } &&
	cmp layout out && [ "$code$tag$no$bad" = 0000 ] && has err "registry.invalid" &&
	has blocked "registries.conf blocks it" "registry.invalid/team/shop" && has wrong "containers/registries.conf:5" "no TOML"
'

test_that 'a registry that is wrong is an error, and no secret is in it' '
	make B2 &&
	serve B2 short && { exits 6 tare inspect "docker://$registry/a:1" --verify 2>err; code=$?; unserve; } &&
	[ "$code" -eq 0 ] &&
	serve B2 lie && { exits 7 tare inspect "docker://$registry/a:1" --verify 2>err; code=$?; unserve; } &&
	[ "$code" -eq 0 ] && serve B2 bearer && rm "$DOCKER_CONFIG/config.json" &&
	{ exits 2 tare inspect "docker://$registry/a:1" 2>err; code=$?; unserve; } && [ "$code" -eq 0 ] &&
	has err "docker login" && hasnt err "dTpw" "t0ken"
'

test_that 'what is kept of layers stays below its limit, and what was used last stays' '
	export XDG_CACHE_HOME="$PWD/cache" && kept="$PWD/cache/tare/layers" && make B2 B4 C2 && sleep 3 &&
	tare inspect oci:B2 >/dev/null && ls "$kept" >b2 && [ "$(wc -l <b2)" -eq 2 ] &&
	tare inspect oci:B4 >/dev/null && [ "$(ls "$kept" | wc -l)" -eq 4 ] && touch -d 2020-01-01 "$kept"/* &&
	tare inspect oci:B2 >/dev/null &&
	TARE_LAYERS_MAX=$(($(cd "$kept" && cat $(cat "$OLDPWD/b2") | wc -c) + 1500)) tare inspect oci:C2 >/dev/null &&
	[ "$(ls "$kept" | grep -cFf b2)" -eq 2 ] && [ "$(ls "$kept" | wc -l)" -eq 3 ] &&
	TARE_LAYERS_MAX=0 tare inspect oci:B4 >/dev/null && [ "$(ls "$kept" | wc -l)" -eq 0 ]
'
