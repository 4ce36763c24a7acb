"""Run a command, and say how long it took and how much memory it had at most.

Owns being small: Linux counts the memory of the process that starts a command as the command's
own peak, so that a large process must not start what it measures itself.  Prints seconds, the
peak of the command's largest process as the system counts it, and the exit code.

Leaves to others: the units and what a failure means (bench.py).
"""

import os
import subprocess
import sys
import time

if __name__ == "__main__":
    started = time.perf_counter()
    process = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - started
    print(seconds, usage.ru_maxrss, os.waitstatus_to_exitcode(status))
