#!/usr/bin/env python3
"""Processor time of a sample's checks beyond the image's own analysis: the median of each engine and
cache mode is <= 30 ms.
usage: checks.py TARE-WITH-COUNTERS SCENARIO [ENGINES]"""
import collections
import os
import statistics
import subprocess
import sys
import tempfile

LIMIT_MS = 30


def costs(tare, scenario, engines):
    """(engine, cache, state) -> milliseconds of each sample."""
    found = collections.defaultdict(list)
    with tempfile.TemporaryDirectory() as work:
        path = f'{work}/cost'
        env = dict(os.environ, TARE_LAB=f'{work}/lab', TARE_CHECKS_COST=path)
        command = [tare, 'run', scenario, '--engine', engines, '--cache', 'all', '--edit', 'source',
                   '--samples', '3', '-q', '--db', f'{work}/x.db']
        run = subprocess.run(command, env=env, stdout=subprocess.DEVNULL, check=False)
        subprocess.run([tare, 'clean', '--all'], env=env, stdout=subprocess.DEVNULL, check=False)
        if run.returncode:
            sys.exit(f'the run failed: exit {run.returncode}')
        with open(path, encoding='ascii') as lines:
            for line in lines:
                *cell, seconds = line.split()
                found[tuple(cell)].append(float(seconds) * 1000)
    return found


def main():
    found = costs(sys.argv[1], sys.argv[2], sys.argv[3] if len(sys.argv) > 3 else 'podman')
    worst = 0
    for cell, ms in sorted(found.items()):
        middle = statistics.median(ms)
        worst = max(worst, middle)
        print(f'{cell[0]:<18} {cell[1]:<9} {cell[2]:<5} {middle:5.1f} ms of {len(ms)} samples, '
              f'at most {max(ms):.1f}')
    print(f'checks of a sample: {worst:.1f} ms, limit {LIMIT_MS} ms')
    return 0 if found and worst <= LIMIT_MS else 1


sys.exit(main())
