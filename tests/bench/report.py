#!/usr/bin/env python3
"""The page of 50 cells over 500 runs: report.py TARE MAKE. Its size is a limit; the CPU time to write
it and the time to the first paint in Chromium are guides, and fail at twice their figure."""
import os
import resource
import subprocess
import sys
import tempfile

from chromium import Chromium

CELLS, RUNS, SAMPLES, TIMES = 50, 500, 1, 5
MAX_BYTES, GUIDE_CPU_MS, GUIDE_PAINT_MS = 1_500_000, 300, 1000


def cpu_ms(argv):
    """The least CPU time of some runs."""
    best = None
    for _ in range(TIMES):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(argv, check=True, stderr=subprocess.DEVNULL)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        took = (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) * 1e3
        best = took if best is None else min(best, took)
    return best


def paint_ms(page):
    best = None
    with Chromium() as browser:
        browser.view(1400)
        for _ in range(TIMES):
            browser.open(page)
            at = browser.run("performance.getEntriesByName('first-contentful-paint')[0].startTime")
            best = at if best is None else min(best, at)
    return best


def main():
    tare, make = sys.argv[1:]
    with tempfile.TemporaryDirectory() as here:
        db, page = os.path.join(here, 'tare.db'), os.path.join(here, 'page.html')
        subprocess.run([make, db, str(CELLS), str(RUNS), str(SAMPLES)], check=True)
        cpu = cpu_ms([tare, 'report', '--db', db, '--html', page])
        size = os.path.getsize(page)
        paint = paint_ms(page)
    print('report %d cells x %d runs   %.2f MB, limit %.1f MB' % (CELLS, RUNS, size / 1e6, MAX_BYTES / 1e6))
    print('report written in          %.0f ms CPU, guide %d ms' % (cpu, GUIDE_CPU_MS))
    print('report first paint         %.0f ms, guide %d ms' % (paint, GUIDE_PAINT_MS))
    return size > MAX_BYTES or cpu > 2 * GUIDE_CPU_MS or paint > 2 * GUIDE_PAINT_MS


if __name__ == '__main__':
    sys.exit(main())
