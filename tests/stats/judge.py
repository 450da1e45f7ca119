#!/usr/bin/env python3
"""Judge change points found by others on the histories of tests/stats/changes.c, and time them.

  changes --print SEED | judge.py TARE

Needs signal-processing-algorithms (e-divisive) and apache-otava from PyPI; what is missing is left
out. Prints F1, precision and false alarms of each, then the times at n = 200 and n = 10,000."""
import json
import random
import subprocess
import sys
import tempfile
import time

WITHIN = 2


def tare(binary, series):
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl") as f:
        for values in series:
            f.write(json.dumps({"values": values}) + "\n")
        f.flush()
        out = subprocess.run([binary, "stat", "changepoint", "--batch", f.name], check=True,
                             capture_output=True, text=True).stdout
    return [json.loads(line)["changepoints"] for line in out.splitlines()]


def e_divisive(series):
    import numpy
    from signal_processing_algorithms.energy_statistics import energy_statistics
    numpy.random.seed(1)
    return [energy_statistics.e_divisive(numpy.array(v), pvalue=0.01, permutations=100)
            for v in series]


def otava(series):
    from otava.analysis import compute_change_points
    return [[c.index for c in compute_change_points(v)[0]] for v in series]


def score(found, truth):
    hits = total = 0
    for f, t in zip(found, truth):
        left = sorted(f)
        total += len(left)
        for change in t:
            near = [x for x in left if abs(x - change) <= WITHIN]
            if near:
                left.remove(near[0])
                hits += 1
    wanted = sum(map(len, truth))
    precision, recall = hits / max(1, total), hits / wanted
    return 2 * precision * recall / max(1e-9, precision + recall), precision, total - hits


def timed(f, *args):
    begin = time.perf_counter()
    f(*args)
    return time.perf_counter() - begin


def main():
    binary = sys.argv[1]
    lines = [json.loads(line) for line in sys.stdin]
    series, truth = [x["values"] for x in lines], [x["changes"] for x in lines]
    points = sum(map(len, series))
    methods = {"tare": lambda s: tare(binary, s), "e-divisive": e_divisive, "otava": otava}
    for name, method in methods.items():
        try:
            f1, precision, false = score(method(series), truth)
        except ImportError as e:
            print(f"{name}: not here ({e})")
            continue
        print(f"{name}: F1 {f1:.3f}  precision {precision:.3f}  "
              f"false alarms a 1000 points {1000 * false / points:.2f}")
    rng = random.Random(1)
    for n, repeats in ((200, 50), (10000, 5)):
        many = [[100 * (1 + 0.03 * rng.gauss(0, 1)) * (1.1 if k > n // 2 else 1) for k in range(n)]
                for _ in range(repeats)]
        nothing = timed(tare, binary, [[1.0]])  # to start a process and read JSON
        ours = (timed(tare, binary, many) - nothing) / repeats
        try:
            theirs = timed(otava, many) / repeats
        except ImportError:
            theirs = float("nan")
        print(f"n = {n}: tare {1000 * ours:.2f} ms, its JSON with it; otava {1000 * theirs:.2f} ms")


if __name__ == "__main__":
    main()
