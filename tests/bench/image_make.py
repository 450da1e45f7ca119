#!/usr/bin/env python3
"""image_make.py OUT big|edited|tiny|slim [gzip|zstd|none] - write an image layout for the benchmarks.

big: 12 layers, 1.5 GB, some 110,000 entries, with a chown -R, an rm and overwrites. edited: big after a source edit, 7 of its 12 layers the same. tiny: 300,000
files of 100 bytes or so. slim: 180 MB in 4 layers. Same arguments, same bytes but for the packer's
version. Content is words and noise, about as compressible as programs are."""
import hashlib, io, json, os, random, subprocess, sys, tarfile

MB = 1000 * 1000
PACK = {"gzip": ["gzip", "-6", "-n", "-c"], "zstd": ["zstd", "-q", "-3", "-T1", "-c"], "none": ["cat"]}


EDITED = (6, 8, 9, 10, 11)


def pool(rng):
    words = [rng.randbytes(rng.randint(2, 9)) for _ in range(3000)]
    out = bytearray()
    while len(out) < 8 * MB:
        out += rng.choice(words) if rng.random() < 0.93 else rng.randbytes(12)
    return bytes(out)


class Layer:
    def __init__(self, out, packing):
        self.path = os.path.join(out, "layer")
        self.file = open(self.path, "wb")
        self.packer = subprocess.Popen(PACK[packing], stdin=subprocess.PIPE, stdout=self.file)
        self.diff, self.packing = hashlib.sha256(), packing

    def write(self, b):
        self.diff.update(b)
        self.packer.stdin.write(b)

    def add(self, name, data=b"", **kw):
        t = tarfile.TarInfo(name)
        t.size, t.mtime = len(data), 1700000000
        t.mode = 0o644
        for k, v in kw.items():
            setattr(t, k, v)
        self.write(t.tobuf(tarfile.GNU_FORMAT))
        self.write(data + bytes(-len(data) % 512))

    def end(self, out):
        self.write(bytes(1024))
        self.packer.stdin.close()
        self.packer.wait()
        self.file.close()
        h = hashlib.sha256()
        with open(self.path, "rb") as f:
            while b := f.read(1 << 20):
                h.update(b)
        size = os.path.getsize(self.path)
        os.rename(self.path, os.path.join(out, "blobs/sha256", h.hexdigest()))
        kind = "application/vnd.oci.image.layer.v1.tar" + {"none": ""}.get(self.packing, "+" + self.packing)
        return dict(mediaType=kind, digest="sha256:" + h.hexdigest(), size=size), "sha256:" + self.diff.hexdigest()


def sizes(rng, count, total):
    s = [rng.paretovariate(1.1) for _ in range(count)]
    scale = total / sum(s)
    return [min(int(x * scale) + 1, 7 * MB) for x in s]


def files(rng, where, count, total):
    return [("%s/d%d/s%d/file-%d.bin" % (where, i // 400, i // 20 % 20, i), n)
            for i, n in enumerate(sizes(rng, count, total))]


def slices(rng, data, n):
    at = rng.randrange(len(data) - n)
    return rng.randbytes(8) + data[at:at + n][8:] if n > 8 else data[at:at + n]


def plan(kind, rng):
    """Layers: each a list of (name, size or None for a whiteout, extra)."""
    if kind == "tiny":
        return [[("usr/share/tiny/d%d/f%d" % (i // 250, i), 60 + i % 80, {}) for i in range(300000)]]
    if kind == "slim":
        return [[(p, n, {}) for p, n in files(rng, "usr/l%d" % k, 2500, t * MB)] for k, t in enumerate((80, 60, 35, 5))]
    layers = [[(p, n, {}) for p, n in files(rng, "usr/l%d" % k, c, t * MB)]
              for k, (c, t) in enumerate(((20000, 420), (15000, 260), (12000, 210), (12000, 160), (8000, 120), (8000, 90), (6000, 60)))]
    layers.append([(p, n, dict(uid=1000, gid=1000)) for p, n, _ in layers[2]])  # chown -R
    layers.append([("usr/l3/d%d/.wh.s%d" % (d, s), None, {}) for d in range(15) for s in range(20)])  # rm
    layers.append([(p, n + 7, {}) for p, n, _ in layers[4][::2]])  # overwrites
    layers.append([(p, n, {}) for p, n in files(rng, "opt/app", 6000, 60 * MB)])
    layers.append([("etc/motd", 40, {})])
    return layers


def main():
    out, kind, packing = sys.argv[1], sys.argv[2], (sys.argv[3:] + ["gzip"])[0]
    edited, kind = kind == "edited", "big" if kind == "edited" else kind
    rng = random.Random(kind)
    data = pool(rng)
    os.makedirs(os.path.join(out, "blobs/sha256"))
    descs, diffs = [], []
    for n, entries in enumerate(plan(kind, rng)):
        layer, content, dirs = Layer(out, packing), random.Random(n if n != 7 else 2), set()
        if edited and n in EDITED:
            content = random.Random(1000 + n)
            entries = [("etc/edited", 9, {})] + entries
        for name, size, extra in entries:
            d = os.path.dirname(name)
            if d not in dirs:
                dirs.add(d)
                layer.add(d, type=tarfile.DIRTYPE, mode=0o755)
            layer.add(name, slices(content, data, size) if size is not None else b"", **extra)
        desc, diff = layer.end(out)
        descs.append(desc), diffs.append(diff)
    def blob(b):
        h = hashlib.sha256(b).hexdigest()
        open(os.path.join(out, "blobs/sha256", h), "wb").write(b)
        return dict(digest="sha256:" + h, size=len(b))
    config = blob(json.dumps(dict(architecture="amd64", os="linux", config={}, rootfs=dict(type="layers", diff_ids=diffs))).encode())
    manifest = blob(json.dumps(dict(schemaVersion=2, config=dict(config, mediaType="application/vnd.oci.image.config.v1+json"), layers=descs)).encode())
    open(os.path.join(out, "oci-layout"), "w").write('{"imageLayoutVersion":"1.0.0"}')
    json.dump(dict(schemaVersion=2, manifests=[dict(manifest, mediaType="application/vnd.oci.image.manifest.v1+json")]), open(os.path.join(out, "index.json"), "w"))
    if packing == "none":  # and as docker save writes it
        hexes = [d["digest"][7:] for d in descs]
        open(os.path.join(out, "manifest.json"), "w").write(json.dumps([dict(Config="blobs/sha256/" + config["digest"][7:], RepoTags=["bench:1"], Layers=["blobs/sha256/" + h for h in hexes])]))
        subprocess.run(["tar", "cf", out + ".tar", "-C", out, "blobs", "manifest.json", "index.json", "oci-layout"], check=True)


main()
