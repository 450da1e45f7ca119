#!/usr/bin/env python3
"""Count test cases in meson's testlog.json: the lines of cmocka ("[       OK ] name"), and of scripts
("ok 1 - title"). A program that failed without saying which test counts as one failed; one that
passed without saying so as one passed; a skip is a failure where CI=true. Prints the closing line."""
import json
import os
import re
import sys



def count(test):
    out = test.get('stdout', '') + '\n' + test.get('stderr', '')
    passed = len(re.findall(r'^(?:\[       OK \] |ok \d+)', out, re.M))
    # cmocka names a failed test when it fails and again at the end
    failed = len(set(m.group(0) for m in re.finditer(r'^(\[  FAILED  \] (?!\d+ test).*|not ok \d+.*)$', out, re.M)))
    skipped = len(set(m.group(0) for m in re.finditer(r'^\[  SKIPPED \] (?!\d+ test).*$', out, re.M)))
    if test['result'] == 'SKIP':
        skipped = max(skipped, 1)
    elif test['result'] != 'OK':
        failed = max(failed, 1)
    elif passed == 0:
        passed = 1
    return passed, failed, skipped


def main():
    totals = [0, 0, 0]
    with open(sys.argv[1], encoding='utf-8') as log:
        for line in log:
            for i, n in enumerate(count(json.loads(line))):
                totals[i] += n
    passed, failed, skipped = totals
    if os.environ.get('CI') == 'true' and skipped:
        print(f'{skipped} skipped: in CI that is a failure')
        failed, skipped = failed + skipped, 0
    print(f'{passed} passed, {failed} failed' + (f', {skipped} skipped' if skipped else ''))
    return 1 if failed else 0


sys.exit(main())
