"""How long patients waited, counted: of a batch of cases, so that any split of them adds up to the same.

Nothing is a share, a mean or a median before all batches are added (`billing.statistics`): a batch is how many cases
waited each number of days. Who came back within 30 days only all batches together tell; for that each leaves a record
per case.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import assert_never

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from betalningsansvar.billing import genomsnitt, individuell
from betalningsansvar.billing.agreements import rule_book
from betalningsansvar.billing.data_ends import still_in
from betalningsansvar.billing.days import ABSENT, CaseDays, Flags, Positions, day_number
from betalningsansvar.billing.known import computable, newest_day
from betalningsansvar.billing.period import Month
from betalningsansvar.billing.readmissions import STAY, back_within_30_days
from betalningsansvar.data.columns import VARDFORMER
from betalningsansvar.data.patients import are_told, patient_marks
from betalningsansvar.tariffs.records import Agreement, Genomsnitt, Individuell, Schablon, Utanfor

NATIONELL, AVTAL = range(2)
"""The two shapes (`billing.statistics`) as they are counted."""
_PSYKIATRI = VARDFORMER.index("psykiatri")
_LENGTHS, _CELL = ["month", "shape", "kommun", "psykiatri", "days"], ["month", "shape", "kommun"]

_PLACE = [("region", np.int8), ("kommun", np.int16), ("shapes", np.uint8)]
RECORD = np.dtype([*((name, STAY[name]) for name in STAY.names or ()), *_PLACE])
"""A stay as `back_within_30_days` takes it, with the number of the region counted, its kommun (position), and a bit for
each shape that counts it."""


@dataclass(frozen=True, slots=True)
class StayPlan:
    """What is counted: discharges of the `months`, in a row, as the data knew them on `as_of`. Frozen and picklable.

    By the `secret` the records tell patients apart, and nobody else by them who they are: random, one for a run."""

    agreement: Agreement
    months: tuple[Month, ...]
    as_of: date
    secret: bytes


@dataclass(frozen=True, slots=True)
class StayCounts:
    """What batches came to. Frames of int64 with a row per key that occurs; `month` is a position in the plan's months,
    `kommun` in its categories.

    - `lengths`: per month, shape, kommun, psykiatri (0 or 1) and `days` the cases `antal` that are counted.
    - `alone`: per month, shape (AVTAL) and kommun the cases `antal` that left the agreement's mean.
    - `back`: per month, shape and kommun the counted cases `antal` whose patient was back within 30 days; no row before
      `with_returns`.

    `newest` is the day number of the newest time of the computed cases, ABSENT without any; `waiting` is how many of
    them are not known to have ended.
    """

    lengths: pd.DataFrame
    alone: pd.DataFrame
    back: pd.DataFrame
    newest: int
    waiting: int


def count_stays(cases: pd.DataFrame, plan: StayPlan, region: int = 0) -> tuple[StayCounts, NDArray[np.void]]:
    """The counts of a batch of the checked case frame, and its records (`RECORD`), which are told to be of `region`.
    Pure."""
    until = day_number(plan.as_of)
    rows = computable(cases)
    newest = day_number(newest_day(cases, rows, date.min)) if len(rows) else ABSENT
    waiting = len(still_in(cases, rows))
    known = CaseDays.of(cases, rows)
    rows = rows[(known.makulerad > until) & (known.kommun >= 0)]
    days = CaseDays.of(cases, rows)
    month = _months(days, plan)
    counted, alone, length = _by_agreement(days, month, plan, until)
    waited = np.where(month >= 0, days.utskriven - days.notice, 0)
    psykiatri = (days.vardform == _PSYKIATRI).astype(np.int8)
    shapes = (waited >= 1) * np.uint8(1 << NATIONELL) | counted * np.uint8(1 << AVTAL)
    lengths = []
    for shape, each in ((NATIONELL, waited), (AVTAL, length)):
        at = np.flatnonzero(shapes >> shape & 1)
        columns = (month[at], shape, days.kommun[at], psykiatri[at], each[at], 1)
        lengths.append(pd.DataFrame(dict(zip((*_LENGTHS, "antal"), columns, strict=True))))
    at = np.flatnonzero(alone)
    left = pd.DataFrame({"month": month[at], "shape": AVTAL, "kommun": days.kommun[at], "antal": 1})
    counts = StayCounts(_summed(lengths, _LENGTHS), _summed([left], _CELL), _summed([], _CELL), newest, waiting)
    records = _records(cases, rows, days, shapes, plan.secret)
    records["region"] = region
    return counts, records


def counts_added(parts: Iterable[StayCounts]) -> StayCounts:
    """The counts of batches together. Their order, and how they are grouped, changes nothing."""
    every = list(parts)
    return StayCounts(
        _summed([part.lengths for part in every], _LENGTHS),
        _summed([part.alone for part in every], _CELL),
        _summed([part.back for part in every], _CELL),
        max((part.newest for part in every), default=ABSENT),
        sum(part.waiting for part in every),
    )


def with_returns(counts: StayCounts, records: Iterable[NDArray[np.void]], plan: StayPlan) -> StayCounts:
    """The counts with who came back within 30 days; all records of a patient must come in one of the arrays."""
    found = []
    for own in records:
        back = own[back_within_30_days(own, day_number(plan.as_of))]
        month = _month_of(back["utskriven"].astype(np.int64), plan)
        for shape in (NATIONELL, AVTAL):
            at = np.flatnonzero(back["shapes"] >> shape & 1)
            columns = {"month": month[at], "shape": shape, "kommun": back["kommun"][at], "antal": 1}
            found.append(_summed([pd.DataFrame(columns)], _CELL))
    return replace(counts, back=_summed([counts.back, *found], _CELL))


def _summed(parts: list[pd.DataFrame], keys: list[str]) -> pd.DataFrame:
    """The cases of all parts, one row per key."""
    blank = pd.DataFrame({name: np.zeros(0, np.int64) for name in (*keys, "antal")})
    whole = pd.concat([blank, *(part.astype(np.int64) for part in parts)], ignore_index=True)
    return whole.groupby(keys, sort=True, as_index=False)[["antal"]].sum()


def _months(days: CaseDays, plan: StayPlan) -> NDArray[np.int64]:
    """The month in which each case was discharged, as far as is known; −1 for none."""
    discharged = (days.utskriven <= day_number(plan.as_of)) & (days.aterkallad > days.utskriven)
    return np.where(discharged, _month_of(days.utskriven.astype(np.int64), plan), -1)


def _month_of(day: Positions, plan: StayPlan) -> NDArray[np.int64]:
    starts = [day_number(month.start) for month in plan.months]
    month = np.searchsorted(starts, day, side="right") - 1
    return np.where(day < day_number(plan.months[-1].stop), month, -1)


def _by_agreement(
    days: CaseDays, month: NDArray[np.int64], plan: StayPlan, until: int
) -> tuple[Flags, Flags, NDArray[np.int64]]:
    """Cases that count in their month under the agreement, those that left its mean, and the days of each."""
    counted, alone = np.zeros(len(days), np.bool_), np.zeros(len(days), np.bool_)
    length = np.zeros(len(days), np.int64)
    book = rule_book(plan.agreement)
    for number, one in enumerate(plan.months):
        at = np.flatnonzero(month == number)
        own = days.take(at)
        cell = own.kommun * np.int16(len(VARDFORMER)) + own.vardform
        length[at] = own.utskriven - own.notice
        for place, rule in enumerate(book.rules):
            last = rule.tom or date.max
            in_force = (own.utskriven >= day_number(rule.fran)) & (own.utskriven <= day_number(last))
            mine = book.covers[place].ravel()[cell] & in_force
            if not mine.any():
                continue
            match rule:
                case Genomsnitt():
                    stay = genomsnitt.stays(own, rule, until)
                    inside = genomsnitt.in_month(stay, rule, day_number(one.start), day_number(one.stop))
                    counted[at] |= mine & (stay.left_out == 0) & inside
                    alone[at] |= mine & (stay.blocked == 0) & stay.leaves_mean & stay.discharged
                    length[at] = np.where(mine, stay.days, length[at])
                case Individuell():
                    counted[at] |= mine & (individuell.entry(own, rule).blocked == 0) & ~own.void(until, rule)
                case Schablon():
                    counted[at] |= mine
                case Utanfor():
                    pass
                case _:
                    assert_never(rule)
    return counted, alone, length


def _records(
    cases: pd.DataFrame, rows: Positions, days: CaseDays, shapes: NDArray[np.uint8], secret: bytes
) -> NDArray[np.void]:
    """Every stay whose patient is told. Those far from the months too: by them it is known how many patients share the
    digits of an id without its century."""
    records = np.empty(len(rows), RECORD)
    marks = patient_marks(pa.array(cases["patient_id"].array.take(rows)), secret)
    for name in marks.dtype.names or ():
        records[name] = marks[name]
    admitted = cases["inskriven"].to_numpy()[rows]
    records["inskriven"] = np.where(np.isnat(admitted), 0, admitted.astype("datetime64[D]").astype(np.int64))
    records["utskriven"] = np.where(shapes > 0, days.utskriven, 0)
    records["kommun"], records["shapes"] = days.kommun, shapes
    return records[are_told(marks)]
