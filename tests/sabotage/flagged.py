#!/usr/bin/env python3
"""flagged.py RUN.json CHECK CLASS: that check flagged a sample, in that class; what is void takes no
part, what is a finding does. Prints the note that the table has to hold.

flagged.py RUN.json: no check flagged any sample.
"""

import json
import sys


def samples_of(run):
    return [(cell, sample) for cell in run["cells"] for sample in cell["samples"]]


def main(path, check=None, class_=None):
    with open(path, encoding="utf-8") as f:
        run = json.load(f)
    failed = [(cell, sample, fail) for cell, sample in samples_of(run)
              for fail in sample["failed_checks"]]
    if check is None:
        assert samples_of(run), "there is no sample"
        assert not failed, [(c["engine"], c["cache"], c["edit"], f) for c, _, f in failed]
        return
    hits = [hit for hit in failed if hit[2]["check"] == check]
    assert hits, f"{check} flagged none; flagged were {[f['check'] for _, _, f in failed]}"
    for cell, sample, fail in hits:
        assert fail["class"] == class_, f"{check} is {fail['class']}"
        if class_ == "void":
            assert not sample["counts"], f"a sample counts that {check} made void"
        elif sample["kind"] == "timed":
            voids = [f for f in sample["failed_checks"] if f["class"] == "void"]
            assert sample["counts"] and not voids, f"{check} is a finding, but it is void: {voids}"
    print(hits[0][2]["text"])


main(*sys.argv[1:])
