#!/usr/bin/python3
"""The Dockerfiles of a scenario differ in what its scenario.json declares, and in nothing else.

usage: scenario_differs.py SCENARIOS
"""

import difflib
import json
import pathlib
import sys


def instructions(text):
    """One string an instruction: comments left out, continued lines joined."""
    out, continued = [], False
    for line in text.splitlines():
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        if continued:
            out[-1] = out[-1][:-1].rstrip() + " " + line
        else:
            out.append(line)
        continued = line.endswith("\\")
    return out


def difference(a, b):
    return [line for line in difflib.ndiff(instructions(a), instructions(b))
            if line.startswith(("- ", "+ "))]


def check(file):
    scenario = json.loads(file.read_text())
    texts = [(file.parent / v.get("dockerfile", "Dockerfile")).read_text()
             for v in scenario["variants"]]
    declared, wrong = scenario.get("differs", {}), 0
    for variant, text in list(zip(scenario["variants"], texts))[1:]:
        found = difference(texts[0], text)
        if declared.get(variant["name"]) != found:
            print(f"{file}: /differs/{variant['name']}: the Dockerfiles say", *found, sep="\n  ")
            wrong += 1
    return wrong


def main(scenarios):
    files = sorted(scenarios.glob("*/scenario.json"))
    return 1 if sum(check(file) for file in files) or not files else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1])))
