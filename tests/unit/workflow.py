#!/usr/bin/python3
"""workflow.py ROOT: the workflow files in ci/github/ are what GitHub would take.

YAML without duplicate keys; the members that jobs and steps know; every action pinned by a full
version; what is typed by others reaches a shell through the environment alone; every script is
bash, and what it calls in ci/ is there and knows the options it is given. Where check-jsonschema is
installed, its copy of GitHub's own schema is asked as well.
"""

import glob
import os
import re
import shutil
import subprocess
import sys

import yaml

TOP = {"name", "on", "permissions", "concurrency", "jobs", "env", "defaults", "run-name"}
JOB = {"name", "runs-on", "timeout-minutes", "strategy", "container", "env", "steps", "needs", "if",
       "permissions", "services", "outputs", "defaults", "concurrency", "continue-on-error"}
STEP = {"name", "id", "if", "run", "uses", "with", "env", "shell", "working-directory",
        "timeout-minutes", "continue-on-error"}
PINNED = re.compile(r"^[\w.-]+/[\w./-]+@(v\d+\.\d+\.\d+|[0-9a-f]{40})$")


class Strict(yaml.SafeLoader):
    """A key twice in one mapping is an error, and "on" stays a word."""


def mapping(loader, node, deep=False):
    keys = [loader.construct_object(k, deep=True) for k, _ in node.value]
    for k in keys:
        if keys.count(k) > 1:
            raise yaml.constructor.ConstructorError(None, None, f"{k} twice", node.start_mark)
    return yaml.SafeLoader.construct_mapping(loader, node, deep)


Strict.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, mapping)
Strict.yaml_implicit_resolvers = {
    c: [(tag, exp) for tag, exp in rules if tag != "tag:yaml.org,2002:bool" or c not in "oOyYnN"]
    for c, rules in yaml.SafeLoader.yaml_implicit_resolvers.items()}


def script_faults(root, script):
    """What is wrong with a step's script."""
    if "${{" in script:
        yield "an expression in a script: give it by env"
    done = subprocess.run(["bash", "-n"], input=script, text=True, capture_output=True, check=False)
    if done.returncode:
        yield done.stderr.strip()
    for line in script.splitlines():
        for program in re.findall(r"\bci/[\w-]+", line):
            path = os.path.join(root, program)
            if not os.access(path, os.X_OK):
                yield f"{program} is not there"
                continue
            usage = subprocess.run([path, "--help"], text=True, capture_output=True, check=True).stdout
            for option in re.findall(r"\s(--[\w-]+)", line):
                if option not in usage:
                    yield f"{program} has no {option}"


def step_faults(root, step):
    yield from (f"no such member of a step: {k}" for k in set(step) - STEP)
    if ("run" in step) == ("uses" in step):
        yield "a step either runs or uses"
    if "uses" in step and not PINNED.match(step["uses"]):
        yield f"{step['uses']} is not pinned by a full version"
    yield from script_faults(root, step.get("run", ""))


def job_faults(root, job):
    yield from (f"no such member of a job: {k}" for k in set(job) - JOB)
    if "runs-on" not in job or not job.get("steps"):
        yield "a job runs on something, and has steps"
    axes = set(job.get("strategy", {}).get("matrix", {}))
    for name in re.findall(r"\$\{\{ *matrix\.([\w-]+)", yaml.safe_dump(job)):
        if name not in axes:
            yield f"the matrix has no {name}"
    for step in job.get("steps", []):
        yield from (f"{step.get('name', step.get('uses'))}: {f}" for f in step_faults(root, step))


def faults(root, path):
    with open(path, encoding="utf-8") as f:
        flow = yaml.load(f, Loader=Strict)
    yield from (f"no such member of a workflow: {k}" for k in set(flow) - TOP)
    if flow.get("permissions") != {"contents": "read"}:
        yield "it asks for more than reading"
    known = set()
    for event in flow["on"].values():
        known |= set((event or {}).get("inputs", {}))
    for name in re.findall(r"\$\{\{ *inputs\.([\w-]+)", yaml.safe_dump(flow["jobs"])):
        if name not in known:
            yield f"no such input: {name}"
    for name, job in flow["jobs"].items():
        yield from (f"{name}: {f}" for f in job_faults(root, job))
    if shutil.which("check-jsonschema"):
        done = subprocess.run(["check-jsonschema", "--builtin-schema", "vendor.github-workflows",
                               path], text=True, capture_output=True, check=False)
        if done.returncode:
            yield done.stdout


def main():
    root = sys.argv[1]
    found = [(p, f) for p in sorted(glob.glob(f"{root}/ci/github/*.yml")) for f in faults(root, p)]
    for path, fault in found:
        print(f"{path}: {fault}")
    sys.exit(bool(found) or not glob.glob(f"{root}/ci/github/*.yml"))


main()
