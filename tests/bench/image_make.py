#!/usr/bin/env python3
"""image_make.py OUT big|edited|tiny|slim [gzip|zstd|none] - write an image layout for the benchmarks.

big: 12 layers, 1.5 GB, some 110,000 entries and 200 packages, with a chown -R, an rm and overwrites.
edited: big as the tag before, and as the tag after a source edit that made its last 5 layers anew
(with none, the docker-archive has the tag after alone). tiny: 300,000 files of 100 bytes or so.
slim: 180 MB in 4 layers. Same arguments, same bytes but for the packer's version. Content is words
and noise, about as compressible as programs are."""
import hashlib, io, json, os, random, subprocess, sys, tarfile

MB = 1000 * 1000
PACK = {"gzip": ["gzip", "-6", "-n", "-c"], "zstd": ["zstd", "-q", "-3", "-T1", "-c"], "none": ["cat"]}
SHARED = 7  # layers that an edit leaves as they are


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


def dpkg(entries):
    """The database of 200 packages that own these files."""
    status, each = "", len(entries) // 200
    for i in range(200):
        status += "Package: part%d\nStatus: install ok installed\nVersion: 1.%d-1\nArchitecture: amd64\n\n" % (i, i)
        owned = "".join("/" + e[0] + "\n" for e in entries[i * each:(i + 1) * each])
        yield "var/lib/dpkg/info/part%d.list" % i, owned.encode(), {}
    yield "var/lib/dpkg/status", status.encode(), {}


def plan(kind, rng):
    """Layers: each a list of (name, content or its size or None for a whiteout, extra)."""
    if kind == "tiny":
        return [[("usr/share/tiny/d%d/f%d" % (i // 250, i), 60 + i % 80, {}) for i in range(300000)]]
    if kind == "slim":
        return [[(p, n, {}) for p, n in files(rng, "usr/l%d" % k, 2500, t * MB)] for k, t in enumerate((80, 60, 35, 5))]
    layers = [[(p, n, {}) for p, n in files(rng, "usr/l%d" % k, c, t * MB)]
              for k, (c, t) in enumerate(((20000, 420), (15000, 260), (12000, 210), (12000, 160), (8000, 120), (8000, 90), (6000, 60)))]
    chown = [(p, n, dict(uid=1000, gid=1000)) for p, n, _ in layers[2]]  # chown -R
    layers.append([("usr/l3/d%d/.wh.s%d" % (d, s), None, {}) for d in range(15) for s in range(20)])  # rm
    layers.append([(p, n + 7, {}) for p, n, _ in layers[4][::2]])  # overwrites
    layers.append([(p, n, {}) for p, n in files(rng, "opt/app", 6000, 60 * MB)])
    layers.append([("etc/motd", 40, {})])
    layers[0] += dpkg(layers[0])
    return layers[:6] + [chown] + layers[6:]


def layer_write(out, packing, entries, content, data):
    layer, dirs = Layer(out, packing), set()
    for name, what, extra in entries:
        d = os.path.dirname(name)
        if d not in dirs:
            dirs.add(d)
            layer.add(d, type=tarfile.DIRTYPE, mode=0o755)
        layer.add(name, slices(content, data, what) if isinstance(what, int) else what or b"", **extra)
    return layer.end(out)


def blob(out, b):
    h = hashlib.sha256(b).hexdigest()
    open(os.path.join(out, "blobs/sha256", h), "wb").write(b)
    return dict(digest="sha256:" + h, size=len(b))


def image(out, layers, tag):
    """The config and manifest of these layers; what the index says of them, and the names of all blobs."""
    config = blob(out, json.dumps(dict(architecture="amd64", os="linux", config={}, rootfs=dict(type="layers", diff_ids=[d for _, d in layers]))).encode())
    manifest = blob(out, json.dumps(dict(schemaVersion=2, config=dict(config, mediaType="application/vnd.oci.image.config.v1+json"), layers=[d for d, _ in layers])).encode())
    names = ["blobs/sha256/" + d["digest"][7:] for d in [config] + [d for d, _ in layers]]
    return dict(manifest, mediaType="application/vnd.oci.image.manifest.v1+json", annotations={"org.opencontainers.image.ref.name": tag}), names


def archive(out, names):
    """As docker save writes it."""
    open(os.path.join(out, "manifest.json"), "w").write(json.dumps([dict(Config=names[0], RepoTags=["bench:1"], Layers=names[1:])]))
    subprocess.run(["tar", "cf", out + ".tar", "-C", out, "manifest.json"] + list(dict.fromkeys(names)), check=True)


def main():
    out, kind, packing = sys.argv[1], sys.argv[2], (sys.argv[3:] + ["gzip"])[0]
    base = "big" if kind == "edited" else kind
    rng = random.Random(base)
    data = pool(rng)
    os.makedirs(os.path.join(out, "blobs/sha256"))
    plans = plan(base, rng)
    seeds = [2 if base == "big" and n == 6 else n for n in range(len(plans))]  # chown -R keeps contents
    layers = [layer_write(out, packing, p, random.Random(s), data) for p, s in zip(plans, seeds)]
    made = [image(out, layers, "before" if kind == "edited" else "latest")]
    if kind == "edited":
        after = [layer_write(out, packing, [("etc/edited", 9, {})] + p, random.Random(1000 + n), data) for n, p in list(enumerate(plans))[SHARED:]]
        made.append(image(out, layers[:SHARED] + after, "after"))
    open(os.path.join(out, "oci-layout"), "w").write('{"imageLayoutVersion":"1.0.0"}')
    json.dump(dict(schemaVersion=2, manifests=[m for m, _ in made]), open(os.path.join(out, "index.json"), "w"))
    if packing == "none":
        archive(out, made[-1][1])


main()
