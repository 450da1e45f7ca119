#!/usr/bin/env bash
# Images in podman's own store: read from there, and the tree that podman mounts against ours.
. "$(dirname "$0")/lib.sh"

data=$(cd "$here/../data" && pwd)
export XDG_CACHE_HOME="$work/cache" CONTAINERS_STORAGE_CONF="$work/storage.conf"
run=$(mktemp -d /dev/shm/tare-XXXXXX)
stacks=25

cat >"$work/storage.conf" <<EOF
[storage]
driver = "overlay"
graphroot = "$work/graph"
runroot = "$run"
EOF

drop() {
	podman rmi --all --force >/dev/null 2>&1
	umount "$work/graph/overlay" 2>/dev/null
	rm -rf "$run"
}
trap 'drop; finish' EXIT

# in_store LAYOUT NAME: it is localhost/tare-test/NAME:1 in podman's store, and its id in the file id
in_store() {
	tar cf load.tar -C "$1" . && podman load -q -i load.tar >loaded && rm load.tar &&
		sed -n "s/.*sha256://p" loaded >id && [ -s id ] && podman tag "$(cat id)" "localhost/tare-test/$2:1"
}

# agrees JSON MOUNT: the files that inspect lists are those that are there
agrees() {
	python3 - "$@" <<-'EOF'
	import json, os, stat, sys
	said, root = json.load(open(sys.argv[1])), sys.argv[2]
	names, inodes = 0, {}
	for at, dirs, files in os.walk(root):
	    for f in files + [d for d in dirs if os.path.islink(os.path.join(at, d))]:
	        st = os.lstat(os.path.join(at, f))
	        names += 1
	        if stat.S_ISREG(st.st_mode):
	            inodes.setdefault(st.st_ino, (st.st_size, st.st_mode, []))[2].append(os.path.relpath(os.path.join(at, f), root))
	m = said["metrics"]
	assert m["image.files"] == names, (m["image.files"], names)
	assert m["image.visible"] == sum(s for s, _, _ in inodes.values()), (m, inodes)
	assert m["image.setuid"] == sum(len(n) for _, mode, n in inodes.values() if mode & 0o6000), (m, inodes)
	listed = {f["path"]: f["bytes"] for f in said["files"]}
	for size, _, paths in inodes.values():
	    if size:
	        mine = [p for p in paths if p in listed]
	        assert len(mine) == 1 and listed.pop(mine[0]) == size, (paths, size, listed)
	assert not listed, listed
	EOF
}

test_that 'podman: reads the store of podman itself, and a bare name finds it' '
	python3 "$data/cases/mk.py" "$data/cases/images.json" . B2 >/dev/null && in_store B2 b2 &&
	tare inspect podman:localhost/tare-test/b2:1 --json >there && tare inspect oci:B2 --json >here.json &&
	python3 -c "
import json
a, b = json.load(open(\"there\")), json.load(open(\"here.json\"))
for m in (\"image.size\", \"image.visible\", \"image.files\", \"image.layers\", \"image.wasted\"):
    assert a[\"metrics\"][m] == b[\"metrics\"][m], m
assert a[\"metrics\"][\"image.compressed\"] is None" &&
	DOCKER_HOST=unix:///none tare inspect localhost/tare-test/b2:1 >out && has out "podman:localhost/tare-test/b2:1" &&
	exits 2 tare inspect podman:localhost/none:1 2>err && has err "podman has no such image"
'

test_that "the trees of $stacks random images are those that podman mounts" '
	seed=${TARE_SEED:-$(od -An -N4 -tu4 /dev/urandom | tr -d " ")} && echo "seed $seed" &&
	python3 "$data/image/stacks.py" "$seed" "$stacks" >recipes.json &&
	python3 "$data/cases/mk.py" recipes.json . >/dev/null && for i in $(seq 0 $((stacks - 1))); do
		in_store "s$i" "s$i" && tare inspect "oci:s$i" --json >said && mount=$(podman image mount "$(cat id)") &&
		agrees said "$mount" || { echo "s$i"; cat said; find "${mount:-none}" -ls; return 1; }
		podman image umount "$(cat id)" >/dev/null
	done
'
