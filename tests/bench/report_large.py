#!/usr/bin/env python3
"""What a report of a large database takes: report_large.py TARE DB prints a line, and fails where the
last 200 runs of each series take a second or more, or 100 MB."""
import os
import resource
import subprocess
import sys
import time

MAX_S, MAX_MB = 1.0, 100

tare, db = sys.argv[1:]
page = os.path.join(os.path.dirname(db), 'page.html')
best = None
for _ in range(3):
    start = time.monotonic()
    subprocess.run([tare, 'report', '--last', '200', '--db', db, '--html', page], check=True,
                   stderr=subprocess.DEVNULL)
    took = time.monotonic() - start
    best = took if best is None else min(best, took)
memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1e3
print('the last 200 runs of each series in %.2f s (limit %.0f s) and %.0f MB (limit %d MB)' % (
    best, MAX_S, memory, MAX_MB))
sys.exit(best >= MAX_S or memory >= MAX_MB)
