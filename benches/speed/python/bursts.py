"""Turns of contenders on one core, in short bursts."""

import subprocess
import time


def program_line(program, work, burst, *arguments):
    """The line that the program prints for a work, in words. Its other arguments come first."""
    command = [program, *arguments, "--work", work, "--blocks", "2", "--block", str(burst / 2)]
    return subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout.split()


def timed(run, burst):
    """A function that returns the µs of a run, from bursts of about `burst` seconds."""
    run(1)
    start = time.perf_counter()
    run(2)
    times = max(1, round(burst / ((time.perf_counter() - start) / 2)))

    def one():
        start = time.perf_counter()
        run(times)
        return (time.perf_counter() - start) / times * 1e6

    return one
