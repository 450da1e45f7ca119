#!/usr/bin/python3
"""The package index of the scenario pinning is what its release makes, byte for byte, and the locked
requirements name the hash of the wheel.

usage: scenario_release.py SCENARIO
"""

import hashlib
import pathlib
import subprocess
import sys
import tempfile


def files(place):
    return {str(f.relative_to(place)): f.read_bytes() for f in sorted(place.rglob("*")) if f.is_file()}


def main(scenario):
    with tempfile.TemporaryDirectory(prefix="tare-release-") as work:
        subprocess.run([scenario / "vatrates/release", work], check=True)
        made = files(pathlib.Path(work))
    there = files(scenario / "index")
    wrong = [name for name in sorted(made.keys() | there.keys()) if made.get(name) != there.get(name)]
    wheel = made["before/simple/vatrates/vatrates-1.0-py3-none-any.whl"]
    if hashlib.sha256(wheel).hexdigest() not in (scenario / "app/locked.txt").read_text():
        wrong.append("app/locked.txt names another hash")
    print(*wrong, sep="\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1])))
