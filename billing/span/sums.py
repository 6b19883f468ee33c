"""A batch of cases over a span of months: sums that can be added in any order, however the cases were split.

What looks across cases is kept as its additive parts: of a mean the number of cases and their days, per kommun and
month looked back upon. Nothing is rounded or priced before all batches are added (`billing.span.totals`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from betalningsansvar.billing.data_ends import still_in
from betalningsansvar.billing.days import ABSENT, FAR, CaseArrays, CaseDays, Days, Positions
from betalningsansvar.billing.kernel import compute
from betalningsansvar.billing.known import computable
from betalningsansvar.billing.month_outcome import BLOCKERAD, DEBITERAS, FRI, Outcome, joined_runs
from betalningsansvar.billing.span.plan import SpanPlan
from betalningsansvar.data.categories import codes_of
from betalningsansvar.data.columns import TIME_COLUMNS
from betalningsansvar.data.units import SECONDS_PER_DAY

_CELL = ("kommun", "vardform")
Columns = dict[str, NDArray[Any]]


@dataclass(frozen=True, slots=True)
class Sums:
    """What a batch comes to. Every frame has one row per key that occurs, all columns int64.

    `kommun` and `vardform` are positions in their categories (−1: none), `month`, `rule` and `rate` positions in the
    plan's months, its rule book and that month's rates (`NO_RATE`: a gap of the tariffs).

    - `read`: per kommun, vardform and `status` (position in STATUSES; 0 where the case is computed) the rows `antal`.
    - `cases`: per month, kommun, vardform, `status` (of the kernel, but FRI) and `reason` the cases `antal`.
    - `charged`: per month, kommun, vardform, rule and rate the cases `antal` that the rule charges (a case with
      several rates stands under the first), their `days`, and `first`, the earliest charged day.
    - `means`: per month, rule, `back` (months looked back upon) and kommun the cases `antal` in the mean, and `days`.
    - `open`: of cases not known to have ended, per `day` of the last month: `days` charged on it, their `amount_ore`,
      and the cases `antal` whose last charged day it is.

    `newest` is the day number of the newest time of the computed cases, ABSENT without any; `waiting` is how many of
    them are not known to have ended.
    """

    read: pd.DataFrame
    cases: pd.DataFrame
    charged: pd.DataFrame
    means: pd.DataFrame
    open: pd.DataFrame
    newest: int
    waiting: int


_KEYS = {
    "read": (*_CELL, "status"),
    "cases": ("month", *_CELL, "status", "reason"),
    "charged": ("month", *_CELL, "rule", "rate"),
    "means": ("month", "rule", "back", "kommun"),
    "open": ("day",),
}
_VALUES = {
    "read": ("antal",),
    "cases": ("antal",),
    "charged": ("antal", "days", "first"),
    "means": ("antal", "days"),
    "open": ("antal", "days", "amount_ore"),
}


def sums(cases: pd.DataFrame, plan: SpanPlan) -> Sums:
    """The sums of a batch of the checked case frame. Pure: the batch and the plan decide all of it.

    Any split of the cases into batches gives the same total, if no `arende_id` stands in two of them: `check_cases`
    of a batch cannot see its twin in another.
    """
    rows = computable(cases)
    arrays = CaseArrays(cases)
    found: dict[str, list[Columns]] = {name: [] for name in _KEYS}
    status = codes_of(cases["status"])
    told = np.union1d(rows, np.flatnonzero(status)) if len(rows) < len(cases) else rows
    kommun, vardform = (codes_of(cases[name])[told] for name in _CELL)
    found["read"].append(_counted(kommun=kommun, vardform=vardform, status=status[told]))
    everyone = CaseDays.of(arrays, rows)
    touched, places = plan.touching(everyone)
    for month, (first, stop) in enumerate(pairwise(places)):
        own = touched[first:stop]
        if len(own):
            _add_month(month, arrays, everyone, rows, own, plan, found)
    tables = {name: _summed(name, parts) for name, parts in found.items()}
    return Sums(**tables, newest=_newest(arrays, rows), waiting=len(still_in(cases, rows)))


def added(parts: Iterable[Sums]) -> Sums:
    """The sums of batches together. Their order, and how they are grouped, changes nothing."""
    every = list(parts)
    tables = {name: _summed(name, [_columns(getattr(part, name)) for part in every]) for name in _KEYS}
    newest = max((part.newest for part in every), default=ABSENT)
    return Sums(**tables, newest=newest, waiting=sum(part.waiting for part in every))


assert {f.name for f in fields(Sums)} == {*_KEYS, "newest", "waiting"}


def _columns(frame: pd.DataFrame) -> Columns:
    return {str(name): frame[name].to_numpy() for name in frame}


def _summed(name: str, parts: list[Columns]) -> pd.DataFrame:
    """The columns of all parts, one row per key. A frame is made once, for they are many and short."""
    keys, values = list(_KEYS[name]), list(_VALUES[name])
    empty = [np.zeros(0, np.int64)]
    whole = pd.DataFrame({c: np.concatenate([part[c] for part in parts] or empty) for c in (*keys, *values)})
    how = {value: "min" if value == "first" else "sum" for value in values}
    return whole.groupby(keys, sort=True, as_index=False).agg(how).astype(np.int64)[[*keys, *values]]


def _counted(**keys: NDArray[Any]) -> Columns:
    """How often each combination of the small keys occurs."""
    flat, at, apart = _places(keys)
    return apart | {"antal": np.bincount(flat, minlength=1)[at]}


def _of_month(month: int, columns: Columns) -> Columns:
    return columns | {"month": np.full(len(columns["antal"]), month)}


def _places(keys: dict[str, NDArray[Any]]) -> tuple[NDArray[np.int64], NDArray[np.int64], dict[str, NDArray[Any]]]:
    """The place of every element in the grid of all combinations of the keys, each ≥ −1; the places that occur; and
    the keys of those."""
    size = [int(key.max(initial=-1)) + 2 for key in keys.values()]
    flat = np.zeros(len(next(iter(keys.values()))), np.int64)
    for length, key in zip(size, keys.values(), strict=True):
        flat *= length
        flat += key
        flat += 1
    at = np.flatnonzero(np.bincount(flat, minlength=1))
    apart = {name: key - 1 for name, key in zip(keys, np.unravel_index(at, size), strict=True)}
    return flat, at, apart


def _add_month(
    month: int,
    arrays: CaseArrays,
    everyone: CaseDays,
    rows: Positions,
    own: Positions,
    plan: SpanPlan,
    found: dict[str, list[Columns]],
) -> None:
    """One month of the cases that touch it, by the month's own kernel. `own` are positions in `rows`."""
    outcome = compute(arrays, rows[own], plan.plans[month])
    told = np.flatnonzero(outcome.status != FRI)
    status = outcome.status[told]
    cases = _counted(
        kommun=everyone.kommun[own[told]],
        vardform=everyone.vardform[own[told]],
        status=status,
        reason=np.where(status == BLOCKERAD, outcome.reason[told], 0),
    )
    found["cases"].append(_of_month(month, cases))
    runs = joined_runs(outcome.runs)
    if len(runs["case"]):
        charged = _charged(runs, arrays["vardform"], int((status == DEBITERAS).sum()))
        found["charged"].append(_of_month(month, charged))
        if month == len(plan.months) - 1:
            found["open"].append(_open(runs, arrays, plan))
    found["means"] += _means(month, outcome)


def _charged(runs: Columns, vardform: NDArray[np.int8], charged_cases: int) -> Columns:
    """The runs of a month per kommun, vardform, rule and rate."""
    keys = {"kommun": runs["kommun"], "vardform": vardform[runs["case"]], "rule": runs["rule"], "rate": runs["rate"]}
    flat, at, apart = _places(keys)
    sums_of = {"antal": _first_of_case(runs, charged_cases), "days": (runs["stop"] - runs["start"]).astype(np.int64)}
    table = dict(apart)
    for name, each in sums_of.items():
        total = np.zeros(int(flat.max()) + 1, np.int64)
        np.add.at(total, flat, each)
        table[name] = total[at]
    earliest = np.full(int(flat.max()) + 1, FAR, np.int64)
    np.minimum.at(earliest, flat, runs["start"])
    return table | {"first": earliest[at]}


def _first_of_case(runs: Columns, charged_cases: int) -> NDArray[np.int64]:
    """1 for the first run of a case under a rule, 0 for the others."""
    case, rule = runs["case"], runs["rule"]
    if len(case) == charged_cases:
        return np.ones(len(case), np.int64)
    order = np.lexsort((runs["start"], rule, case))
    anew = (np.diff(case[order], prepend=-1) != 0) | (np.diff(rule[order], prepend=-1) != 0)
    counts = np.zeros(len(case), np.int64)
    counts[order] = anew
    return counts


def _means(month: int, outcome: Outcome) -> list[Columns]:
    parts: list[Columns] = []
    for (rule, back), (antal, days) in outcome.sums.items():
        kommun = np.flatnonzero(antal)
        keys = {"rule": np.full(len(kommun), rule), "back": np.full(len(kommun), back), "kommun": kommun}
        parts.append(_of_month(month, {**keys, "antal": antal[kommun], "days": days[kommun]}))
    return parts


def _open(runs: Columns, arrays: CaseArrays, plan: SpanPlan) -> Columns:
    """Days of the plan's last month charged to cases whose end is not known, per day."""
    last = plan.plans[-1]
    case = runs["case"]
    ended = CaseDays.of(arrays, case)
    still_in = (ended.utskriven == FAR) & (ended.aterkallad == FAR)
    rate_ore = np.array([*(b.rate_ore for b in last.rates), 0], np.int64)[runs["rate"][still_in]]
    start, stop = runs["start"][still_in], runs["stop"][still_in]
    case = case[still_in]
    order = np.lexsort((stop, case))
    final = np.flatnonzero(np.diff(case[order], append=-1) != 0)
    size = last.stop - last.start
    return {
        "day": np.arange(last.start, last.stop),
        "antal": np.bincount(stop[order[final]] - 1 - last.start, minlength=size),
        "days": _per_day(start, stop, np.ones(len(case), np.int64), last.start, size),
        "amount_ore": _per_day(start, stop, rate_ore, last.start, size),
    }


def _per_day(start: Days, stop: Days, each: NDArray[np.int64], first: int, size: int) -> NDArray[np.int64]:
    """`each` of every day in [start, stop), added up for the `size` days from `first`."""
    steps = np.zeros(size + 1, np.int64)
    np.add.at(steps, start - first, each)
    np.add.at(steps, stop - first, -each)
    return np.cumsum(steps)[:size]


def _newest(arrays: CaseArrays, rows: Positions) -> int:
    seconds = max(int(arrays[name][rows].max(initial=np.iinfo(np.int64).min)) for name in TIME_COLUMNS)
    return max(seconds // SECONDS_PER_DAY, ABSENT)
