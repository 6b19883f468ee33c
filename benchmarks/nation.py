"""A nation's decade in Parquet: every month of ten years by one process, a pool, a Dask cluster and DuckDB's SQL.

    python -m benchmarks.nation --cases 10000000 --folder /tmp/nation
    python -m benchmarks.nation --cases 100000000 --folder /tmp/nation --only pool --only process

Each way runs in a process of its own; all come to the same öre. Processor seconds and peak are of all its processes.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import numpy as np
import psutil
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.cases import SECONDS_PER_DAY, random_cases
from benchmarks.nation_sql import total_ore
from betalningsansvar.billing.period import Month
from betalningsansvar.data.columns import TIME_COLUMNS
from betalningsansvar.data.files.inputs import find_files
from betalningsansvar.operations.law import Law, LawRequest, find_law
from betalningsansvar.operations.part_engines import Engine, cluster_at, one_process, pool_of
from betalningsansvar.operations.span_batches import BatchRequest, compute_batches
from betalningsansvar.tariffs.belopp import Layer, Tariffs
from betalningsansvar.tariffs.records import Belopp

YEARS = range(2018, 2028)
RATES = {year: 710_000 + 40_000 * (year - 2018) for year in YEARS}
AS_OF = date(2028, 6, 30)
A_FILE = 1_000_000
WAYS = ("process", "pool", "dask", "duckdb")


def write_files(folder: Path, cases: int) -> None:
    """Files of a million cases, a year's notices each, with every condition in play; those that stand are kept."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(-(-cases // A_FILE)):
        path = folder / f"uttag-{number:03d}.parquet"
        size = min(A_FILE, cases - number * A_FILE)
        if path.exists() and pq.ParquetFile(path).metadata.num_rows == size:
            continue
        frame = random_cases(size, seed=number)
        days = np.random.default_rng(number).integers(0, 330, size) + (YEARS[number % len(YEARS)] - 2018) * 365 - 270
        for name in TIME_COLUMNS:
            frame[name] = frame[name].to_numpy() + (days * SECONDS_PER_DAY).astype("timedelta64[s]")
        if YEARS[number % len(YEARS)] != YEARS[-1]:  # nobody waits for years
            frame["utskriven"] = frame["utskriven"].fillna(frame["utskrivningsklar"] + np.timedelta64(20, "D"))
        frame = frame.dropna(axis="columns", how="all").drop(columns=["status", "orsak", "kommun_medverkade"])
        frame = frame.rename(columns={"kommun": "folkbokforingskommun"})
        frame.insert(0, "arende_id", [f"N{number:03d}-{row:07d}" for row in range(size)])
        frame.insert(1, "patient_id", [f"P{row % 700_000:07d}" for row in range(size)])
        pq.write_table(pa.Table.from_pandas(frame, preserve_index=False), path.with_suffix(".part"))
        path.with_suffix(".part").rename(path)


def law() -> Law:
    """The statute with an amount for each of the years, also those that are not known."""
    known = [
        Belopp("lag-2017-612", date(year, 1, 1), date(year, 12, 31), vardformer(), ore, "prov", "T", "prov")
        for year, ore in RATES.items()
    ]
    found = find_law(LawRequest())
    return Law(found.agreement, Tariffs((Layer("prov", "", (), tuple(known)),)), found.texts, found.chosen, None)


def vardformer() -> tuple[str, ...]:
    from betalningsansvar.data.columns import VARDFORMER

    return VARDFORMER


def engine(way: str, address: str) -> Engine:
    if way == "dask":
        return cluster_at(address)
    return pool_of(psutil.cpu_count() or 1) if way == "pool" else one_process


def run(way: str, folder: Path, address: str) -> int:
    """The öre of all months."""
    if way == "duckdb":
        return total_ore(folder, RATES)
    months = (Month(YEARS[0], 1), Month(YEARS[-1], 12))
    request = BatchRequest(find_files([folder]).files, law(), *months, AS_OF, AS_OF)
    return compute_batches(request, engine(way, address)).report.totals.amount_ore


def measured(way: str, folder: Path) -> tuple[float, float, int, int]:
    """Seconds, processor seconds, peak MB and öre of one way in a process of its own; a cluster's workers stand before,
    and their processor and memory count too."""
    before = processor_seconds()
    seconds, peak, ore = watched(way, folder)
    return seconds, processor_seconds() - before, peak, ore


def processor_seconds() -> float:
    """Of every process that this one has started and that has ended, with those it started."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def watched(way: str, folder: Path) -> tuple[float, int, int]:
    """Seconds, peak MB and öre."""
    others: list[subprocess.Popen[bytes]] = []
    address = ""
    if way == "dask":
        known = folder / "scheduler.json"
        known.unlink(missing_ok=True)
        shared = ["--scheduler-file", str(known), "--no-dashboard"]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        scheduler = [sys.executable, "-m", "distributed.cli.dask_scheduler", "--port", "0", *shared]
        workers = ["--nworkers", str(psutil.cpu_count()), "--nthreads", "1", "--local-directory", str(folder / "dask")]
        others.append(subprocess.Popen(scheduler, **quiet))  # type: ignore[call-overload]
        worker = [sys.executable, "-m", "distributed.cli.dask_worker", *workers, *shared]
        others.append(subprocess.Popen(worker, **quiet))  # type: ignore[call-overload]
        while not known.exists():
            time.sleep(0.1)
        time.sleep(8)
        address = json.loads(known.read_text())["address"]
    try:
        command = [sys.executable, "-m", "benchmarks.nation", "--folder", str(folder), "--way", way, "--at", address]
        start = time.perf_counter()
        job = subprocess.Popen(command, stdout=subprocess.PIPE)
        peak = 0
        while job.poll() is None:
            peak = max(peak, sum(map(memory, (job.pid, *(other.pid for other in others)))))
            time.sleep(0.2)
        seconds = time.perf_counter() - start
        assert job.stdout is not None
        return seconds, peak // 1_000_000, int(job.stdout.read())
    finally:
        for other in reversed(others):
            other.terminate()
            other.wait(30)


def memory(pid: int) -> int:
    """The bytes that a process and those it has started hold, pages that they share counted once (Linux)."""
    total = 0
    try:
        first = psutil.Process(pid)
        for process in (first, *first.children(recursive=True)):
            total += process.memory_full_info().pss
    except psutil.Error:
        pass  # it ended meanwhile
    return total


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=10_000_000)
    parser.add_argument("--folder", type=Path, default=Path("ut/nation"))
    parser.add_argument("--only", action="append", choices=WAYS)
    parser.add_argument("--way", choices=WAYS, help=argparse.SUPPRESS)
    parser.add_argument("--at", default="", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.way:
        print(run(asked.way, asked.folder, asked.at))
        return
    write_files(asked.folder, asked.cases)
    print(f"{asked.cases:,} cases, {len(YEARS) * 12} months".replace(",", " "))
    print("| way | seconds | processor seconds | peak MB |\n|---|---|---|---|")
    ore = set()
    for way in asked.only or WAYS:
        seconds, processor, peak, found = measured(way, asked.folder)
        ore.add(found)
        print(f"| {way} | {seconds:.1f} | {processor:.1f} | {peak} |", flush=True)
    assert len(ore) == 1, f"the ways differ: {ore}"


if __name__ == "__main__":
    main()
