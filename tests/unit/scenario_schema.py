#!/usr/bin/python3
"""The JSON Schema of scenario.json is one, takes the library's, and agrees with the C code.

usage: scenario_schema.py SCENARIOS CASES.json
"""

import json
import pathlib
import sys

try:
    import jsonschema
except ImportError:
    print("python3-jsonschema is not installed")
    sys.exit(77)


def main(scenarios, cases):
    schema = json.loads((scenarios / "scenario.schema.json").read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    failed = 0
    library = sorted(scenarios.glob("*/scenario.json"))
    for file in library:
        for error in validator.iter_errors(json.loads(file.read_text())):
            print(f"{file}: {error.json_path}: {error.message}")
            failed += 1
    for case in json.loads(cases.read_text()):
        try:
            accepted = validator.is_valid(json.loads(case["json"]))
        except ValueError:
            accepted = False
        # what tare refuses, the schema refuses, unless it is about files or names elsewhere
        wanted = "error" not in case or case.get("schema") == "accepts"
        if accepted != wanted:
            print(f"{case['case']}: the schema {'accepts' if accepted else 'refuses'} it")
            failed += 1
    return 1 if failed or not library else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])))
