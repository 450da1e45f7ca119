#!/usr/bin/python3
"""tare stat against scipy and numpy on random samples: oracle.py TARE. Exit code 77 without scipy."""
import json
import math
import subprocess
import sys

try:
    import numpy
    from scipy import stats
except ImportError:
    sys.exit(77)

SEED = 81


def ask(binary, question, *more):
    return json.loads(subprocess.run([binary, "stat", *more], input=json.dumps(question), check=True,
                                     capture_output=True, text=True).stdout)


def close(what, got, wanted):
    if not math.isclose(got, wanted, rel_tol=1e-7, abs_tol=1e-12):
        sys.exit(f"{what}: {got}, not {wanted}")


def compare(binary, rng):
    a = rng.lognormal(2, 0.1, rng.integers(2, 40)).round(rng.integers(1, 6))
    b = rng.lognormal(2.05, 0.1, rng.integers(2, 40)).round(rng.integers(1, 6))
    got = ask(binary, {"a": a.tolist(), "b": b.tolist()}, "compare")
    both = numpy.concatenate([a, b])
    exact = len(numpy.unique(both)) == len(both) <= 50
    test = stats.mannwhitneyu(b, a, method="exact" if exact else "asymptotic")
    close("ratio", got["ratio"], numpy.exp(numpy.median(numpy.log(b)[:, None] - numpy.log(a))))
    close("p", got["p"], test.pvalue)


def median(binary, rng):
    x = rng.normal(10, 3, rng.integers(1, 60))
    got = ask(binary, {"values": x.tolist()}, "median")
    close("median", got["median"], numpy.median(x))


def main():
    rng = numpy.random.default_rng(SEED)
    for _ in range(60):
        compare(sys.argv[1], rng)
        median(sys.argv[1], rng)


if __name__ == "__main__":
    main()
