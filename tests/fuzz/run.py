"""`make fuzz`: so many changed inputs of every class, with a fresh seed that is printed, in processes of their own.

python -m tests.fuzz.run --inputs 100000 [--seed 1] [--only csv-byte]

A process that dies is a fault too, and so is an input that takes longer than its time.
"""

from __future__ import annotations

import argparse
import importlib
import multiprocessing
import random
import resource
import secrets
import sys
import time
import traceback
from collections.abc import Callable

Fault = tuple[int, str]
MODULES = ("tests.fuzz.cells", "tests.fuzz.rows", "tests.fuzz.typed")
"""Every module with a `CLASSES`: name of the class → a function that changes one input and raises on a fault."""

LONGEST_SECONDS = 10.0
MOST_MEMORY = 4 << 30
_BATCH = 500


def classes() -> dict[str, Callable[[random.Random], None]]:
    found: dict[str, Callable[[random.Random], None]] = {}
    for name in MODULES:
        found |= importlib.import_module(name).CLASSES
    return found


def faults_of(name: str, seeds: range) -> list[Fault]:
    """Run one class with each seed; the seeds that failed and how."""
    work = classes()[name]
    faults = []
    for seed in seeds:
        start = time.perf_counter()
        try:
            work(random.Random(seed))
        except Exception:
            faults.append((seed, traceback.format_exc(limit=-4)))
        if (taken := time.perf_counter() - start) > LONGEST_SECONDS:
            faults.append((seed, f"{taken:.0f} s"))
    return faults


def _batch(job: tuple[str, range]) -> list[Fault]:
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    return faults_of(*job)


def run(names: list[str], inputs: int, seed: int) -> int:
    """How many faults there were; each is printed with the seed that gives it again."""
    failed = 0
    each = max(1, inputs // len(names))
    for name in names:
        start, seen = time.perf_counter(), 0
        for first in range(seed, seed + each, _BATCH):
            seeds = range(first, min(first + _BATCH, seed + each))
            with multiprocessing.get_context("spawn").Pool(1) as pool:
                try:
                    faults = pool.apply_async(_batch, ((name, seeds),)).get(timeout=LONGEST_SECONDS * _BATCH)
                except multiprocessing.TimeoutError:
                    faults = [(first, f"the process of the seeds {first}–{seeds[-1]} died or hangs")]
            for at, told in faults:
                print(f"{name} --seed {at}: {told}", file=sys.stderr)
            failed += len(faults)
            seen += len(seeds)
        print(f"{name:14} {seen:>7} inputs  {time.perf_counter() - start:>7.0f} s")
    return failed


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--inputs", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--only", action="append", choices=sorted(classes()))
    options = parser.parse_args()
    seed = secrets.randbelow(1 << 32) if options.seed is None else options.seed
    print(f"seed {seed}")
    failed = run(options.only or sorted(classes()), options.inputs, seed)
    print(f"{failed} faults")
    sys.exit(bool(failed))


if __name__ == "__main__":
    main()
