#!/usr/bin/python3
"""OCI layouts of one image built again: `first`, and one directory for each thing that may be another
the second time.

usage: twins.py DIRECTORY
"""

import gzip
import hashlib
import io
import json
import pathlib
import sys
import tarfile

MANIFEST = "application/vnd.oci.image.manifest.v1+json"


def tar(names=("a", "b"), mtime=1, mode=0o644, content=b"x"):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as t:
        for name in names:
            entry = tarfile.TarInfo(name)
            entry.size, entry.mtime, entry.mode = len(content), mtime, mode
            t.addfile(entry, io.BytesIO(content))
    return out.getvalue()


def layout(directory, layers, user="", level=9, attested=None):
    blobs = directory / "blobs" / "sha256"
    blobs.mkdir(parents=True)

    def blob(data, kind, **more):
        name = hashlib.sha256(data).hexdigest()
        (blobs / name).write_bytes(data)
        return {"mediaType": kind, "digest": "sha256:" + name, "size": len(data), **more}

    config = {"os": "linux", "architecture": "amd64", "config": {"User": user}, "rootfs": {
        "type": "layers", "diff_ids": ["sha256:" + hashlib.sha256(x).hexdigest() for x in layers]}}
    image = blob(json.dumps({
        "schemaVersion": 2,
        "config": blob(json.dumps(config).encode(), "application/vnd.oci.image.config.v1+json"),
        "layers": [blob(gzip.compress(x, level, mtime=0), "application/vnd.oci.image.layer.v1.tar+gzip")
                   for x in layers]}).encode(), MANIFEST)
    said = [image]
    if attested:
        said.append(blob(attested, MANIFEST, platform={"os": "unknown", "architecture": "unknown"},
                         annotations={"vnd.docker.reference.type": "attestation-manifest",
                                      "vnd.docker.reference.digest": image["digest"]}))
    (directory / "index.json").write_text(json.dumps({"schemaVersion": 2, "manifests": said}))
    (directory / "oci-layout").write_text('{"imageLayoutVersion": "1.0.0"}')


def main(root):
    base = tar(("base",))
    layout(root / "first", [base, tar()], attested=b"once")
    layout(root / "nothing", [base, tar()], attested=b"once")
    layout(root / "attestation", [base, tar()], attested=b"twice")
    layout(root / "compression", [base, tar()], level=0)
    layout(root / "config", [base, tar()], user="1001")
    layout(root / "order", [base, tar(("b", "a"))])
    layout(root / "mtime", [base, tar(mtime=2)])
    layout(root / "metadata", [base, tar(mode=0o600)])
    layout(root / "content", [base, tar(content=b"y")])
    layout(root / "mtime, content", [base, tar(mtime=2, content=b"y")])


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(pathlib.Path(sys.argv[1]))
