"""One month of the engine beside the least it can cost and beside DuckDB, all with the same answers: status, reason and
day of liability of every case, and the priced lines. Then the model genomsnitt beside individuell.

    python -m benchmarks.engine 10000 1000000 10000000
"""

from __future__ import annotations

import argparse
import gc
import statistics
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd

from benchmarks import floor, sql
from benchmarks.cases import random_cases
from benchmarks.table import Row, show
from betalningsansvar.billing.agreements import rule_book
from betalningsansvar.billing.kernel import compute
from betalningsansvar.billing.lines import case_lines
from betalningsansvar.billing.month_outcome import BLOCKERAD, Outcome
from betalningsansvar.billing.month_plan import Plan, plan
from betalningsansvar.billing.period import Month
from betalningsansvar.tariffs import belopp
from betalningsansvar.tariffs.agreements import shipped

MONTH, AS_OF = Month(2018, 11), date(2018, 12, 20)
SIZES = (10_000, 100_000, 1_000_000, 10_000_000)


def seconds(job: Callable[[], object]) -> float:
    gc.collect()
    start = time.perf_counter()
    job()
    return time.perf_counter() - start


def month_plan(agreement: str) -> Plan:
    """The plan of the month under a shipped agreement, its rules for every kommun."""
    return plan(rule_book(replace(shipped(agreement), region=None)), belopp.load(), MONTH, AS_OF)


def require_same(cases: pd.DataFrame, outcome: Outcome, lines: pd.DataFrame, connection: object) -> None:
    """Stop unless the floors and DuckDB give every case the engine's answer."""
    reason = np.where(outcome.status == BLOCKERAD, outcome.reason, 0)
    days = np.zeros(len(cases), np.int64)
    np.add.at(days, lines["case"].to_numpy(), lines["days"].to_numpy())
    for told in (floor.compiled(cases), floor.whole_columns(cases)):
        own = np.zeros(len(cases), np.int64)
        own[told.case] = told.days
        assert (told.status == outcome.status).all() and (told.reason == reason).all()
        assert (told.liable_from == outcome.liable_from).all() and (own == days).all()
        assert told.amount_ore == int(lines["amount_ore"].sum())
    status, why, liable_from = sql.answers(connection)  # type: ignore[arg-type]
    assert (status == outcome.status).all() and (why == reason).all() and (liable_from == outcome.liable_from).all()
    total = connection.execute("SELECT sum(amount_ore)::BIGINT FROM lines").fetchone()  # type: ignore[attr-defined]
    assert total == (int(lines["amount_ore"].sum()),)


def rows(sizes: tuple[int, ...] = SIZES, repeats: int = 5) -> list[Row]:
    """A row per size and peer, medians of runs that take turns."""
    found = []
    for size in sizes:
        cases = random_cases(size)
        every = np.arange(size)
        own_plan, mean_plan = month_plan("nationell"), month_plan("vastra-gotaland")

        def engine(plan: Plan = own_plan, cases: pd.DataFrame = cases, every: np.ndarray = every) -> pd.DataFrame:
            return case_lines(compute(cases, every, plan), plan)[0]

        connection = sql.database(cases)
        peers: dict[str, Callable[[], object]] = {
            "numba, samma svar": lambda cases=cases: floor.compiled(cases),  # type: ignore[misc]
            "numpy, samma svar": lambda cases=cases: floor.whole_columns(cases),  # type: ignore[misc]
            "DuckDB, samma svar": lambda connection=connection: connection.execute(sql.SQL),  # type: ignore[misc]
            "genomsnitt": lambda plan=mean_plan, engine=engine: engine(plan),  # type: ignore[misc]
        }
        taken: dict[str, list[float]] = {name: [] for name in ("engine", *peers)}
        for peer in peers.values():
            peer()
        require_same(cases, compute(cases, every, own_plan), engine(), connection)
        for _ in range(repeats):
            taken["engine"].append(seconds(engine))
            for name, peer in peers.items():
                taken[name].append(seconds(peer))
        today = statistics.median(taken["engine"])
        per_case = today / size
        for name in peers:
            ratios = [own / other for own, other in zip(taken["engine"], taken[name], strict=True)]
            found.append(
                Row(
                    f"månad, {size} ärenden",
                    today,
                    name,
                    statistics.median(taken[name]),
                    statistics.median(ratios),
                    f"{per_case * 1e9:.0f} ns/ärende",
                )
            )
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sizes", nargs="*", type=int, default=list(SIZES))
    parser.add_argument("--repeats", type=int, default=5)
    arguments = parser.parse_args()
    show(rows(tuple(arguments.sizes), arguments.repeats))


if __name__ == "__main__":
    main()
