"""`make fuzz`: so many changed inputs of every class, with a fresh seed that is printed, in processes of their own.

python -m tests.fuzz.run --inputs 100000 [--seed 1] [--only csv-byte]

A process that dies is a fault too, and so is an input that takes longer than its time.
"""

from __future__ import annotations

import argparse
import importlib
import math
import multiprocessing
import os
import random
import resource
import secrets
import sys
import time
import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.connection import Connection

from tests.figures import keep

Fault = tuple[int, str]
MODULES = tuple(
    f"tests.fuzz.{name}" for name in ("cells", "parquet", "rows", "typed", "hostile", "identity", "injection")
)
"""Every module with a `CLASSES`: name of the class → a function that changes one input and raises on a fault."""

LONGEST_SECONDS = 10.0
"""Of processor time: other work on the machine is no fault."""
MOST_MEMORY = 4 << 30
LONGEST_BATCH = 3600.0
_BATCH = 1000
_TRIALS, _LEAST_SECONDS = 10, 0.02


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
        start = time.process_time()
        try:
            work(random.Random(seed))
        except Exception:
            faults.append((seed, traceback.format_exc(limit=-4)))
        if (taken := time.process_time() - start) > LONGEST_SECONDS:
            faults.append((seed, f"{taken:.0f} s"))
    return faults


def _tell_faults(told: Connection, name: str, seeds: range) -> None:
    """The same in a process of its own, with a limit on its memory."""
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    told.send(faults_of(name, seeds))


def _in_a_child(name: str, seeds: range, seconds: float) -> list[Fault]:
    """The faults of the seeds; a process that dies is found at once, one that hangs when its time is up."""
    context = multiprocessing.get_context("spawn")
    heard, told = context.Pipe(duplex=False)
    child = context.Process(target=_tell_faults, args=(told, name, seeds))
    child.start()
    told.close()
    try:
        if heard.poll(seconds):
            faults: list[Fault] = heard.recv()
            return faults
        return [(seeds[0], f"the process of the seeds {seeds[0]}–{seeds[-1]} hangs")]
    except EOFError:
        return [(seeds[0], f"the process of the seeds {seeds[0]}–{seeds[-1]} died")]
    finally:
        child.kill()
        child.join()
        heard.close()


def shares(names: list[str], inputs: int) -> dict[str, int]:
    """How many of the inputs each class gets: the more the sooner one is tried, but by the root, so that no class
    takes all of them and none all of the time."""
    weights = {}
    for name in names:
        work, start = classes()[name], time.process_time()
        for number in range(_TRIALS):
            work(random.Random(number))
        weights[name] = (time.process_time() - start + _LEAST_SECONDS) ** -0.5
    whole = sum(weights.values())
    return {name: max(1, math.ceil(inputs * weight / whole)) for name, weight in weights.items()}


def run(wanted: dict[str, int], seed: int, seconds: float = LONGEST_BATCH) -> tuple[int, list[str]]:
    """How many faults there were, each printed with the seed that gives it again; and a row of figures per class."""
    failed, figures = 0, []
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for name, each in wanted.items():
            start, own = time.perf_counter(), 0
            batches = [range(first, min(first + _BATCH, seed + each)) for first in range(seed, seed + each, _BATCH)]
            for faults in pool.map(lambda seeds, name=name: _in_a_child(name, seeds, seconds), batches):
                for at, told in faults:
                    print(f"{name} --seed {at}: {told}", file=sys.stderr, flush=True)
                own += len(faults)
            print(f"{name:14} {each:>7} inputs  {time.perf_counter() - start:>7.0f} s  {own} faults", flush=True)
            figures.append(f"| {name} | {each} | {own} |")
            failed += own
    return failed, figures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--inputs", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--only", action="append", choices=sorted(classes()))
    parser.add_argument("--figures", action="store_true", help="write the figures into docs/sakerhet.md")
    options = parser.parse_args()
    seed = secrets.randbelow(1 << 32) if options.seed is None else options.seed
    print(f"seed {seed}", flush=True)
    failed, rows = run(shares(options.only or sorted(classes()), options.inputs), seed)
    print(f"{failed} faults")
    if options.figures:
        keep("fuzz", [f"Frö {seed}.", "", "| Slag | Ändrade indata | Fel |", "|---|---:|---:|", *rows])
    sys.exit(bool(failed))


if __name__ == "__main__":
    main()
