"""The engine beside the same rules and lines in DuckDB SQL, in one run: seconds, ratio and equal totals; and the model
genomsnitt with individual exit beside individuell.

    python -m benchmarks.engine 1000000 10000000
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import duckdb
import numpy as np
import pandas as pd

from betalningsansvar.billing.agreements import rule_book
from betalningsansvar.billing.kernel import compute, plan
from betalningsansvar.billing.lines import case_lines
from betalningsansvar.billing.period import Month
from betalningsansvar.billing.statuses import ORSAK_DTYPE, STATUS_DTYPE
from betalningsansvar.data.columns import TIME_COLUMNS, VARDFORMER
from betalningsansvar.data.kommuner import kommuner
from betalningsansvar.tariffs import belopp
from betalningsansvar.tariffs.agreements import shipped

MONTH = Month(2018, 11)
SECONDS_PER_DAY = 86_400

# Every condition, the noon rule, obstacles, withdrawals and the day of discharge, as the engine has them.
SQL = """
CREATE OR REPLACE TEMP TABLE lines AS
WITH facts AS (
    SELECT row AS "case", kommun, vardform,
           utskrivningsklar::DATE AS notice,
           utskrivningsklar::TIME > TIME '12:00:00' AS late,
           inskrivningsmeddelande::DATE AS im,
           sip_kravs, sip_kallelse::DATE AS sip,
           oppenvard_hinder_fran::DATE AS hinder_fran, oppenvard_hinder_till::DATE AS hinder_till,
           least(coalesce(utskriven::DATE, DATE '2018-12-01'), coalesce(aterkallad::DATE, DATE '2018-12-01')) AS stop
    FROM cases
), counted AS (
    SELECT *, CASE WHEN vardform = 1 THEN notice + 30 ELSE notice + 3 + late::INT END AS first_day
    FROM facts
    WHERE im IS NOT NULL AND im <= notice
      AND (NOT sip_kravs OR (sip IS NOT NULL AND sip <= notice + 3))
), entered AS (
    SELECT *, CASE WHEN hinder_fran <= first_day AND first_day <= hinder_till THEN hinder_till
                   ELSE first_day END AS entry
    FROM counted
    WHERE hinder_fran IS NULL OR hinder_till IS NOT NULL OR hinder_fran > first_day
)
SELECT "case", kommun, greatest(entry, DATE '2018-11-01') AS start, least(stop, DATE '2018-12-01') AS stop,
       (least(stop, DATE '2018-12-01') - greatest(entry, DATE '2018-11-01'))::BIGINT AS days,
       710000::BIGINT AS rate_ore,
       (least(stop, DATE '2018-12-01') - greatest(entry, DATE '2018-11-01'))::BIGINT * 710000 AS amount_ore
FROM entered
WHERE greatest(entry, DATE '2018-11-01') < least(stop, DATE '2018-12-01')
"""


def random_cases(size: int, seed: int = 1) -> pd.DataFrame:
    """A case frame with every condition in play, notices around the month."""
    rng = np.random.default_rng(seed)
    blank = np.datetime64("NaT")

    def some(times: np.ndarray, share: float) -> np.ndarray:
        return np.where(rng.random(size) < share, times, blank).astype("datetime64[s]")

    def after(times: np.ndarray, most_days: int) -> np.ndarray:
        return times + rng.integers(0, most_days * SECONDS_PER_DAY, size).astype("timedelta64[s]")

    admitted = after(np.full(size, np.datetime64("2018-10-01", "s")), 60)
    notice = after(admitted, 10)
    obstacle = after(notice, 6)
    columns: dict[str, object] = {
        "inskriven": admitted,
        "inskrivningsmeddelande": some(after(admitted, 3), 0.97),
        "utskrivningsklar": notice,
        "aterkallad": some(after(notice, 8), 0.05),
        "sip_kallelse": some(after(notice, 5), 0.5),
        "oppenvard_hinder_fran": some(obstacle, 0.05),
        "oppenvard_hinder_till": blank,
        "kallelse_mottagen": blank,
        "vardplan_justerad": blank,
        "utskriven": some(after(notice, 15), 0.95),
    }
    hindered = ~np.isnat(np.asarray(columns["oppenvard_hinder_fran"]))
    ended = hindered & (rng.random(size) < 0.8)
    columns["oppenvard_hinder_till"] = np.where(ended, after(obstacle, 6), blank).astype("datetime64[s]")
    columns["kallelse_mottagen"] = columns["vardplan_justerad"] = np.full(size, blank).astype("datetime64[s]")
    frame = pd.DataFrame({name: columns.get(name, blank) for name in TIME_COLUMNS}, copy=False)
    vardform = rng.choice(np.arange(2, dtype=np.int8), size, p=[0.92, 0.08])
    return frame.assign(
        sip_kravs=rng.random(size) < 0.4,
        kommun_medverkade=True,
        kommun=pd.Categorical.from_codes(rng.integers(0, 290, size, dtype=np.int16), list(kommuner())),
        vardform=pd.Categorical.from_codes(vardform, list(VARDFORMER)),
        status=pd.Categorical.from_codes(np.zeros(size, np.int8), dtype=STATUS_DTYPE),
        orsak=pd.Categorical.from_codes(np.zeros(size, np.int8), dtype=ORSAK_DTYPE),
    )


def seconds(job: Callable[[], object], repeats: int) -> list[float]:
    taken = []
    for _ in range(repeats):
        start = time.perf_counter()
        job()
        taken.append(time.perf_counter() - start)
    return taken


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sizes", nargs="*", type=int, default=[1_000_000, 10_000_000])
    parser.add_argument("--repeats", type=int, default=5)
    arguments = parser.parse_args()
    agreement, tariffs = shipped("nationell"), belopp.load()
    for size in arguments.sizes:
        cases = random_cases(size)
        rows = np.arange(size)

        def engine(cases: pd.DataFrame = cases, rows: np.ndarray = rows) -> pd.DataFrame:
            month_plan = plan(rule_book(agreement), tariffs, MONTH, date(2018, 12, 20))
            return case_lines(compute(cases, rows, month_plan), month_plan)[0]

        database = duckdb.connect()
        # DuckDB's own columns, so that its time is that of the rules and not of reading a pandas frame.
        flat = cases.assign(
            row=rows, kommun=cases["kommun"].cat.codes.astype("int16"), vardform=cases["vardform"].cat.codes
        ).drop(columns=["status", "orsak"])
        database.register("flat", flat)
        database.execute("CREATE TABLE cases AS SELECT * FROM flat")
        database.unregister("flat")
        del flat

        ours, theirs = [], []
        for _ in range(arguments.repeats):
            ours += seconds(engine, 1)
            theirs += seconds(lambda database=database: database.execute(SQL), 1)  # type: ignore[misc]
        lines = engine()
        found = database.execute("SELECT count(*), sum(days)::BIGINT, sum(amount_ore)::BIGINT FROM lines").fetchone()
        own = (len(lines), int(lines["days"].sum()), int(lines["amount_ore"].sum()))
        ratio = statistics.median(a / b for a, b in zip(ours, theirs, strict=True))
        medians = f"engine {statistics.median(ours):.2f} s, DuckDB {statistics.median(theirs):.2f} s"
        print(f"{size} cases: {medians}, median ratio {ratio:.2f}")
        print(f"  lines, dygn, öre: engine {own}, DuckDB {found}, {'equal' if own == found else 'DIFFERENT'}")
        if sys.platform != "win32":
            import resource  # only where there is one

            print(f"  peak memory of the process {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6:.2f} GB")
        if own != found:
            raise SystemExit(1)
        _models(cases, rows, arguments.repeats)


def _models(cases: pd.DataFrame, rows: np.ndarray, repeats: int) -> None:
    """Seconds of one month under each model, the same cases for every kommun."""
    tariffs = belopp.load()
    individual = shipped("nationell")
    mean = replace(shipped("vastra-gotaland"), region=None)
    plans = [plan(rule_book(agreement), tariffs, MONTH, date(2018, 12, 20)) for agreement in (individual, mean)]
    taken: list[list[float]] = [[], []]
    for _ in range(repeats):
        for own, month_plan in zip(taken, plans, strict=True):
            own += seconds(lambda month_plan=month_plan: case_lines(compute(cases, rows, month_plan), month_plan), 1)  # type: ignore[misc]
    ratio = statistics.median(b / a for a, b in zip(*taken, strict=True))
    print(f"  genomsnitt {statistics.median(taken[1]):.2f} s, {ratio:.2f} × individuell")


if __name__ == "__main__":
    main()
