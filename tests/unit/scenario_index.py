#!/usr/bin/python3
"""The table in scenarios/README.md has every scenario, as its scenario.json says it; no link there
or in a scenario's own page leads nowhere.

usage: scenario_index.py SCENARIOS
"""

import json
import pathlib
import re
import sys

LINK = re.compile(r"\]\(([^)#:]+)\)")
WRITTEN_LATER = {"RESULTS.md"}  # by ci/results


def row(scenario):
    """Its line of the table but for the claim, which is said in other words there."""
    name = scenario["name"]
    rows = sorted({c["row"] for c in scenario.get("claims", []) if c.get("row")})
    return (", ".join(map(str, rows)) or "–", f"[{name}]({name}/README.md)",
            ", ".join(f"`{v['name']}`" for v in scenario["variants"]),
            ", ".join(scenario["tags"]))


def table(text):
    cells = [[c.strip() for c in line.strip("|").split(" | ")]
             for line in text.splitlines() if line.startswith("| ")]
    return [(c[0], c[1], c[2], c[4]) for c in cells if len(c) == 5 and c[1].startswith("[")]


def main(scenarios):
    page = scenarios / "README.md"
    wanted = [row(json.loads(f.read_text())) for f in scenarios.glob("*/scenario.json")]
    found = table(page.read_text())
    wrong = [f"{page}: no line {' | '.join(r)}" for r in sorted(set(wanted) - set(found))]
    wrong += [f"{page}: no scenario says {' | '.join(r)}" for r in sorted(set(found) - set(wanted))]
    for file in [page, *sorted(scenarios.glob("*/README.md"))]:
        for link in LINK.findall(file.read_text()):
            if pathlib.Path(link).name not in WRITTEN_LATER and not (file.parent / link).exists():
                wrong.append(f"{file}: {link} leads nowhere")
    print(*wrong, sep="\n")
    return 1 if wrong or not wanted else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1])))
