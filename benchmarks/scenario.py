"""A grid of days × amounts beside single runs of the engine, in one process: seconds, ratio and memory.

python -m benchmarks.scenario 1000000
"""

from __future__ import annotations

import argparse
import resource
import sys
import time
from datetime import date

import numpy as np
import pandas as pd

from benchmarks.cases import random_cases
from betalningsansvar.billing.engine import bill
from betalningsansvar.billing.period import Month
from betalningsansvar.billing.whatif.comparison import compare
from betalningsansvar.billing.whatif.grids import grid, parse_axis
from betalningsansvar.data.columns import TIME_COLUMNS
from betalningsansvar.tariffs.agreements import shipped
from betalningsansvar.tariffs.belopp import load

MONTHS = Month(2018, 1).through(Month(2018, 12))
AS_OF = date(2018, 12, 31)
SECONDS_PER_DAY = 86_400
ISSUES = {"fil": "str", "rad": "int64", "arende_id": "str", "kod": "str", "kolumn": "str", "varde": "str"}


def year_of_cases(size: int) -> pd.DataFrame:
    """Cases of the engine's benchmark, spread over the year."""
    cases = random_cases(size)
    days = np.random.default_rng(3).integers(-270, 30, size)
    shift = (days * SECONDS_PER_DAY).astype("timedelta64[s]")
    return cases.assign(
        **{name: (cases[name].to_numpy() + shift).astype("datetime64[s]") for name in TIME_COLUMNS},
        arende_id=pd.Series(np.arange(size)).astype("str"),
        fil=pd.Categorical.from_codes(np.zeros(size, np.int8), ["matning.csv"]),
        rad=np.arange(size, dtype=np.int32),
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sizes", nargs="*", type=int, default=[1_000_000])
    arguments = parser.parse_args()
    points = grid([parse_axis("dagar=0..9"), parse_axis("dygnsbelopp=5000..14900:100")])
    agreement, tariffs = shipped("nationell"), load()
    issues = pd.DataFrame({name: pd.Series(dtype=dtype) for name, dtype in ISSUES.items()})
    for size in arguments.sizes:
        cases = year_of_cases(size)
        start = time.perf_counter()
        december = bill(cases, issues, agreement, tariffs, MONTHS[-1], AS_OF)
        one_month = time.perf_counter() - start
        start = time.perf_counter()
        result = compare(cases, agreement, tariffs, MONTHS, points, AS_OF)
        tables = time.perf_counter() - start
        start = time.perf_counter()
        rows = sum(len(result.frame(first, first + 250)) for first in range(0, len(result.scenarios), 250))
        figures = time.perf_counter() - start
        assert int(result.cells(0).amount_ore[-1].sum()) == december.amount_ore, "the base is not the engine's"
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // (1 << 20 if sys.platform == "darwin" else 1 << 10)
        print(
            f"{size:,} cases, {len(points):,} scenarios, {len(MONTHS)} months: engine, one month {one_month:.2f} s; "
            f"comparison {tables:.2f} s; all {rows:,} rows {figures:.2f} s; "
            f"{(tables + figures) / one_month:.1f} × one month of the engine; peak {peak} MB"
        )


if __name__ == "__main__":
    main()
