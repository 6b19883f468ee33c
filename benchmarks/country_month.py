"""One month of all 290 kommuner in files, 100 000 cases that touch it: elapsed time beside processor time.

    python -m benchmarks.country_month [CASES]

Processor time is that of the program and the processes that it starts.
"""

from __future__ import annotations

import resource
import statistics
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd

from benchmarks.cases import random_cases
from benchmarks.month import CLI, shell
from benchmarks.table import Row, show


def write_cases(path: Path, size: int) -> None:
    """Cases that touch November 2018, with every condition in play."""
    frame = random_cases(2 * size).dropna(axis="columns", how="all").drop(columns=["status", "orsak"])
    waits = frame["utskrivningsklar"] < pd.Timestamp("2018-12-01")
    frame = frame[waits & ~(frame["utskriven"] < pd.Timestamp("2018-11-01"))].head(size)
    frame = frame.rename(columns={"kommun": "folkbokforingskommun"}).replace({True: "ja", False: "nej"})
    frame.insert(0, "arende_id", [f"N-{number:07d}" for number in range(len(frame))])
    frame.insert(1, "patient_id", [f"P{number % 70_000:07d}" for number in range(len(frame))])
    frame.insert(2, "enhet", [f"Avdelning {number % 300}" for number in range(len(frame))])
    frame.to_csv(path, index=False)


def rows(size: int = 100_000, repeats: int = 3) -> list[Row]:
    """Medians of the runs."""
    elapsed, processor = [], []
    with TemporaryDirectory() as home:
        data = Path(home) / "uttag.csv"
        write_cases(data, size)
        for number in range(repeats):
            before = _processor_seconds()
            out = str(Path(home) / f"{number}")
            elapsed.append(shell(CLI, "bill", str(data), "--month", "2018-11", "--as-of", "2019-02-01", "--out", out))
            processor.append(_processor_seconds() - before)
    ratio = statistics.median(a / b for a, b in zip(elapsed, processor, strict=True))
    taken = statistics.median(elapsed), statistics.median(processor)
    per_case = f"{1e6 * taken[1] / size:.0f} µs/ärende"
    return [Row(f"bill, 290 kommuner × {size}", taken[0], "processortid", taken[1], ratio, per_case)]


def _processor_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    show(rows(*map(int, sys.argv[1:2])))
