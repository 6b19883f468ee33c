"""The end of the data, where nobody said when it was extracted: what lies wholly after it stops, and what rests on
patients taken to be still in is told.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from betalningsansvar.billing.days import ABSENT, CaseDays, Positions, day_number, to_date
from betalningsansvar.billing.kernel import compute
from betalningsansvar.billing.known import newest_day
from betalningsansvar.billing.lines import case_lines
from betalningsansvar.billing.month_plan import Plan, touching
from betalningsansvar.data.issues import about_files, empty_issues
from betalningsansvar.data.stop import StopError

Counts = NDArray[np.int64]

ENDS = "UTTAG_SLUTAR_I_MANADEN"


class DataEndsError(StopError):
    """The data ends before what is to be computed begins, and nobody said when it was extracted. `newest` is the day
    of its newest time, `first_day` the first day asked for."""

    def __init__(self, newest: date, first_day: date) -> None:
        self.newest, self.first_day = newest, first_day
        super().__init__(
            f"Uppgifterna slutar {newest}, före {first_day}: inget dygn från och med den dagen är känt, och patienter "
            "utan utskrivning skulle räknas som kvar. Ta ut uppgifterna på nytt, eller ange dagen då de togs ut."
        )


def require_reaching(cases: pd.DataFrame, rows: Positions, first_day: date) -> None:
    """Raise DataEndsError when the newest time of the rows, where there are any, is before `first_day`."""
    newest = newest_day(cases, rows, date.min)
    if len(rows) and newest < first_day:
        raise DataEndsError(newest, first_day)


def still_in(cases: pd.DataFrame, rows: Positions) -> Positions:
    """Those of `rows` whose patient, as far as the data tells, still waits."""
    open_ = (cases["utskriven"].isna() & cases["aterkallad"].isna()).to_numpy()
    return rows[open_[rows]]


def still_in_after(
    cases: pd.DataFrame, rows: Positions, plans: Iterable[Plan], newest: date, last_day: date
) -> pd.DataFrame:
    """One finding, with `stake_ore`, when the data ends on `newest`, before `last_day`, and some charge of `rows` rests
    on patients taken to be still in after that; no row otherwise. The `plans` are those of the months computed."""
    waiting = still_in(cases, rows)
    resting, ore = np.zeros(len(cases), np.int64), 0
    if newest < last_day and len(waiting):
        for plan in plans:
            days, amounts = charged(cases, waiting, plan)
            known_days, known_amounts = charged(cases, waiting, replace(plan, as_of=day_number(newest)))
            resting += days - known_days
            ore += int((amounts - known_amounts).sum())
    return told_of_end(newest, int((resting > 0).sum()), int(resting.sum()), ore)


def told_of_end(newest: date, number: int, days: int = 0, stake_ore: int | None = None) -> pd.DataFrame:
    """The finding that so many cases, and so many of their days, rest on what is not in the data; none for no case."""
    if not number:
        return empty_issues().assign(stake_ore=pd.array([], dtype="Int64"))
    told = f"senaste dag {newest}; {number} {'ärende' if number == 1 else 'ärenden'} räknas som kvar"
    told += f" ({days} dygn)" if days else ""
    return about_files([("", ENDS, told)]).assign(stake_ore=pd.array([stake_ore], dtype="Int64"))


def ends_within(newest: int, waiting: int, first_day: date, last_day: date) -> pd.DataFrame:
    """The finding on data whose newest time of a computed case is on the day number `newest` (ABSENT: there is none),
    when that is before `last_day` and so many patients are `waiting`; else no row. Raises DataEndsError when it is
    before `first_day`."""
    if newest == ABSENT:
        return told_of_end(last_day, 0)
    day = to_date(newest)
    if day < first_day:
        raise DataEndsError(day, first_day)
    return told_of_end(day, waiting if day < last_day else 0)


def charged(cases: pd.DataFrame, rows: Positions, plan: Plan) -> tuple[Counts, Counts]:
    """Days and öre charged day by day in the plan's month, for every row of the frame."""
    rows = rows[touching(CaseDays.of(cases, rows), plan)]
    lines, _ = case_lines(compute(cases, rows, plan), plan)
    return by_case(lines, "days", len(cases)), by_case(lines, "amount_ore", len(cases))


def by_case(lines: pd.DataFrame, column: str, size: int) -> Counts:
    """A column of the lines added up for each row of a case frame of `size`."""
    total = np.zeros(size, np.int64)
    np.add.at(total, lines["case"].to_numpy(), lines[column].to_numpy())
    return total
