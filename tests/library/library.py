#!/usr/bin/python3
"""Scenarios of the library build for real, images differ in what `differs` of scenario.json gives a
reason for, and claims on exact metrics hold.

usage: library.py TARE SCENARIOS ENGINES SCENARIO...
       library.py TARE SCENARIOS ENGINES --of-the-day N SCENARIO...

Each is built cold and without a cache, once a variant and engine. What an engine cannot build has
to be listed as unsupported there, with its reason. ENGINES are named as ci/setup does, with
commas. --of-the-day takes N of the scenarios, others each day of the year. Stand-ins take the
place of bases that cannot be had; TARE_LAB, where it is set, keeps them. Says "ok" or "not ok" for
each scenario, and exits 1 when one failed.
"""

import datetime
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

CELL = ["--cache", "none", "--state", "cold", "--edit", "none"]
# What an engine may lack; every other reason is a mistake of the library's or of tare's.
REASONS = ("does not know", "its mirrors serve docker.io only", "cannot be told a compression")
# Metrics that a scenario may claim something of, exact ones, so that one build tells.
EXACT = ("image.", "start.ok")
# What of an image may differ between variants, and the instructions that can be the reason.
FILES = {"FROM", "RUN", "COPY", "ADD"}
CAUSES = {"image.root_user": {"FROM", "USER"}, "image.layers": FILES | {"WORKDIR"},
          "image.files": FILES, "image.packages": FILES, "image.setuid": FILES,
          "image.shell": FILES, "image.ca_bundle": FILES}


def engine_at(name):
    """As tare takes an engine that ci/setup calls so."""
    prefix = os.environ.get("TARE_PREFIX", "/opt/tare")
    return name if "-" not in name else f"{name.split('-')[0]}@{prefix}/engines/{name}"


def of_the_day(names, n):
    day = datetime.date.today().timetuple().tm_yday
    return [names[(day * n + i) % len(names)] for i in range(min(n, len(names)))]


def ask(tare, *words):
    done = subprocess.run([tare, *words], capture_output=True, text=True, check=False)
    try:
        return json.loads(done.stdout)
    except ValueError:
        sys.exit(f"{' '.join(words)}: exit {done.returncode}, no JSON\n{done.stderr}")


def cell_wrong(cell):
    """What is wrong with it, or None."""
    if cell["unsupported"]:
        known = any(reason in cell["unsupported"] for reason in REASONS)
        return None if known else cell["unsupported"]
    for what in ("failures", "timeouts", "void", "prime_failures"):
        if cell[what]:
            return f"{cell[what]} {what}"
    return None if cell["n"] == 1 else f"{cell['n']} samples"


def show(cell):
    where = f"{cell['variant']} on {cell['engine']}"
    if cell["unsupported"]:
        return f"{where}: unsupported: {cell['unsupported']}"
    m = cell["metrics"]
    figures = [f"{m['build.wall']['estimate']:.1f} s"] if "build.wall" in m else []
    figures += [f"{m['image.size']['estimate'] / 1e6:.1f} MB"] if "image.size" in m else []
    return f"{where}: " + ", ".join(figures)


def claims_wrong(claims):
    """Those on exact metrics of what was built here that do not hold."""
    told = [c for c in claims if c["metric"].startswith(EXACT) and "store" not in c["cells"]]
    for c in told:
        why = f" ({c['why']})" if c["why"] else ""
        print(f"  {c['engine']}: {c['says']}: {c['result']}{why}")
    return [f"{c['engine']}: {c['says']}: {c['result']}" for c in told
            if c["result"] not in ("holds", "not measured")]


def declared(file, scenario):
    """By variant, the instructions that differ from the first one's: words of `differs`, and COPY
    where an ignore file of its own decides what there is to copy."""
    words = {v["name"]: {line.split()[1] for line in scenario.get("differs", {}).get(v["name"], [])}
             for v in scenario["variants"]}
    ignoring = any((file.parent / (v["dockerfile"] + ".dockerignore")).exists()
                   for v in scenario["variants"])
    return {name: found | ({"COPY"} if ignoring else set()) for name, found in words.items()}


def images_wrong(cells, first, words):
    """Images that differ from the first variant's in what its Dockerfile gives no reason for."""
    wrong = []
    built = {(c["engine"], c["variant"]): c["metrics"] for c in cells if not c["unsupported"]}
    for (engine, variant), metrics in built.items():
        of_first = built.get((engine, first), {})
        for metric in CAUSES.keys() & metrics.keys() & of_first.keys():
            a, b = of_first[metric]["estimate"], metrics[metric]["estimate"]
            if a != b and not CAUSES[metric] & words[variant]:
                wrong.append(f"{variant} on {engine}: {metric} is {b:g}, of {first} {a:g}, and "
                             f"nothing in differs says why")
    return wrong


def check(tare, engines, file):
    """What is wrong with the scenario: a list, empty when nothing is."""
    scenario = json.loads(file.read_text())
    name, variants = scenario["name"], [v["name"] for v in scenario["variants"]]
    with tempfile.TemporaryDirectory(prefix="tare-library-") as work:
        db = os.path.join(work, "tare.db")
        done = subprocess.run([tare, "run", name, "--engine", engines, *CELL, "--samples", "1",
                               "--quiet", "--db", db], capture_output=True, text=True, check=False)
        if not os.path.exists(db):
            return [f"nothing was built, exit {done.returncode}", *done.stderr.splitlines()]
        cells = ask(tare, "show", "--json", "--db", db)["cells"]
        claims = ask(tare, "results", name, "--engine", engines, "--json", "--db", db)
    for cell in cells:
        print("  " + show(cell))
    wrong = [f"{c['variant']} on {c['engine']}: {cell_wrong(c)}" for c in cells if cell_wrong(c)]
    built = {c["variant"] for c in cells if not c["unsupported"]}
    lacking = {c["variant"] for c in cells if c["unsupported"]} - built
    if {c["variant"] for c in cells} != set(variants):
        wrong.append("not all variants were planned")
    if lacking and not built:
        wrong.append("no engine builds any of it")
    if done.returncode and (wrong or not any(c["unsupported"] for c in cells)):
        wrong.append(f"exit {done.returncode}: {done.stderr.strip()}")
    return wrong + images_wrong(cells, variants[0], declared(file, scenario)) + claims_wrong(claims)


def main(tare, scenarios, engines, *names):
    if names[0] == "--of-the-day":
        names = of_the_day(names[2:], int(names[1]))
        print("of the day:", *names)
    engines = ",".join(engine_at(name) for name in engines.split(","))
    os.environ["TARE_SCENARIOS"] = scenarios
    if "TARE_LAB" in os.environ:
        return check_all(tare, scenarios, engines, names)
    with tempfile.TemporaryDirectory(prefix="tare-library-") as work:
        os.environ["TARE_LAB"] = os.path.join(work, "lab")
        try:
            return check_all(tare, scenarios, engines, names)
        finally:
            subprocess.run([tare, "clean", "--all"], capture_output=True, check=False)


def check_all(tare, scenarios, engines, names):
    failed = 0
    for i, name in enumerate(names, 1):
        began = time.monotonic()
        wrong = check(tare, engines, pathlib.Path(scenarios, name, "scenario.json"))
        failed += bool(wrong)
        print("not ok" if wrong else "ok", i, f"- {name} ({time.monotonic() - began:.0f} s)",
              *wrong, sep="\n  " if wrong else " ", flush=True)
    return failed > 0


if __name__ == "__main__":
    if len(sys.argv) < 5:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
