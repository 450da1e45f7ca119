#!/usr/bin/env python3
"""stacks.py SEED COUNT - print a recipe file (tests/data/cases/mk.py) of random images, layers on layers
as builders write them: files, directories, links, hard links, whiteouts, opaque markers, what takes
another's place. Same seed, same recipes."""
import json, random, sys

NAMES = ["a", "b", "c", "lib", "x.conf"]
KINDS = [("file", 8), ("dir", 3), ("link", 2), ("hard", 2), ("gone", 4), ("opaque", 1)]


class Tree:
    """What is there so far: path -> kind, with all directories above."""

    def __init__(self):
        self.at = {}

    def drop(self, path):
        for p in [p for p in self.at if p == path or p.startswith(path + "/")]:
            del self.at[p]

    def parents(self, path):
        parts = path.split("/")[:-1]
        return ["/".join(parts[:i + 1]) for i in range(len(parts))]


def is_no_dir(entries, name):
    return not any(e["p"] == name and e.get("t") == "d" for e in entries)


def layer(rng, tree):
    """One layer's entries: markers first, as engines write them, each name once."""
    entries, markers, named, below = [], [], set(), dict(tree.at)
    for _ in range(rng.randint(1, 9)):
        kind = rng.choices([k for k, _ in KINDS], [w for _, w in KINDS])[0]
        path = "/".join(rng.choice(NAMES) for _ in range(rng.randint(1, 3)))
        if any(n == path or n.startswith(path + "/") or path.startswith(n + "/") and is_no_dir(entries, n)
               for n in named) or any(tree.at.get(p, "d") != "d" for p in tree.parents(path)):
            continue
        if kind == "gone" and path in below and path in tree.at:
            slash = path.rfind("/") + 1
            markers.append(dict(p=path[:slash] + ".wh." + path[slash:], s=""))
            tree.drop(path)
            named.add(path)
            continue
        if kind == "opaque" and below.get(path) == "d" and tree.at.get(path) == "d":
            for p in [p for p in tree.at if p.startswith(path + "/")]:
                del tree.at[p]
            entries.append(dict(p=path, t="d"))
            markers.append(dict(p=path + "/.wh..wh..opq", s=""))
            named.add(path)
            continue
        if kind in ("gone", "opaque"):
            continue
        for p in tree.parents(path):
            if p not in named and not any(e["p"] == p for e in entries):
                entries.append(dict(p=p, t="d"))
            tree.at[p] = "d"
        files = [e["p"] for e in entries if e.get("t", "f") == "f"]
        if kind == "dir":
            if tree.at.get(path, "d") != "d":
                tree.drop(path)
            entries.append(dict(p=path, t="d"))
            tree.at[path] = "d"
        else:
            tree.drop(path)
            if kind == "hard" and files:
                entries.append(dict(p=path, t="h", to=rng.choice(files)))
            elif kind == "link":
                entries.append(dict(p=path, t="l", to=rng.choice(["a", "/b", "../c", "none"])))
            else:
                entries.append(dict(p=path, n=rng.choice([0, 1, 700, 5000]), c=str(rng.random()), m=rng.choice(["644", "4755"])))
            tree.at[path] = "f"
        named.add(path)
    return dict(z=rng.choice(["gzip", "gzip", None]), e=markers + entries)


def main():
    rng, recipes = random.Random(sys.argv[1]), {}
    for i in range(int(sys.argv[2])):
        tree = Tree()
        recipes["s%d" % i] = dict(format="oci", layers=[layer(rng, tree) for _ in range(rng.randint(1, 6))])
    json.dump(recipes, sys.stdout)


main()
