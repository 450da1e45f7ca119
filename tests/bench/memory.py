#!/usr/bin/env python3
"""Peak memory of tare itself during a run, outside image analysis: < 40 MB.
usage: memory.py TARE SCENARIO"""
import os
import subprocess
import sys
import tempfile

LIMIT_KB = 40 * 1000


def peak_kb(pid):
    """VmHWM of a live process, in kB; 0 once it has ended."""
    try:
        with open(f'/proc/{pid}/status', encoding='ascii') as status:
            for line in status:
                if line.startswith('VmHWM:'):
                    return int(line.split()[1])
    except OSError:
        pass
    return 0


def main():
    tare, scenario = sys.argv[1:3]
    with tempfile.TemporaryDirectory() as work:
        env = dict(os.environ, TARE_LAB=f'{work}/lab')
        run = subprocess.Popen([tare, 'run', scenario, '--engine', 'podman', '--samples', '1', '-q',
                                '--db', f'{work}/x.db'], env=env, stdout=subprocess.DEVNULL)
        peak = 0
        while run.poll() is None:
            peak = max(peak, peak_kb(run.pid))
            try:
                run.wait(0.02)
            except subprocess.TimeoutExpired:
                pass
        subprocess.run([tare, 'clean', '--all'], env=env, stdout=subprocess.DEVNULL, check=False)
    print(f'peak memory of tare: {peak / 1000:.1f} MB, limit {LIMIT_KB / 1000:.0f} MB')
    return 0 if run.returncode == 0 and 0 < peak < LIMIT_KB else 1


sys.exit(main())
