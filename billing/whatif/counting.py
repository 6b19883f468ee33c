"""Counting charged days for every value of a swept parameter at once.

A case counted from day c and gone on day e is charged on day t under `dagar` = d when t ≥ c + d and t < e. So
the days charged under d are those with at least d days since c: a histogram over days since c, built once,
gives every d. The same holds for the day after which a case leaves a mean. Obstacles and vardagar bend the
count; those cases are dated by the engine's own stage, once per value.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from betalningsansvar.billing.days import Codes, Days, Flags, Positions

Counts = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Waiting:
    """Cases whose charge runs from `counted` + d, but not before `earliest`, up to `end` (exclusive)."""

    kommun: NDArray[np.int16]
    vardform: Codes
    counted: Days
    earliest: Days
    end: Days

    def chosen(self, hit: Flags | NDArray[np.int64]) -> Waiting:
        """The chosen cases."""
        return Waiting(self.kommun[hit], self.vardform[hit], self.counted[hit], self.earliest[hit], self.end[hit])


def days_by_value(cases: Waiting, start: int, stop: int, values: Sequence[int], kommuner: int) -> tuple[Counts, Counts]:
    """Charged days in [start, stop), and cases with at least one, for each d of `values`: int64 [V, kommun]."""
    since_first = np.maximum(np.maximum(cases.earliest, np.int32(start)) - cases.counted, 0)
    since_stop = np.minimum(cases.end, np.int32(stop)) - cases.counted
    hit = np.flatnonzero(since_stop > since_first)
    most = max(values)
    width = most + 2
    first = since_first[hit]
    last = since_stop[hit]
    row = cases.kommun[hit].astype(np.int64) * width
    size = kommuner * width
    begins = np.bincount(row + np.minimum(first, most), minlength=size).reshape(kommuner, width)
    ends = np.bincount(row + np.minimum(last, most), minlength=size).reshape(kommuner, width)
    at_age = np.cumsum(begins - ends, axis=1, dtype=np.int64)[:, :most]
    beyond = np.zeros(kommuner, np.int64)
    older = np.flatnonzero(last > most)
    np.add.at(beyond, cases.kommun[hit[older]], (last[older] - np.maximum(first[older], most)).astype(np.int64))
    # Days with at least d days since the count began, for d = 0 … most.
    at_least = np.zeros((kommuner, most + 1), np.int64)
    at_least[:, most] = beyond
    at_least[:, :most] = np.cumsum(at_age[:, ::-1], axis=1)[:, ::-1] + beyond[:, None]
    # A case has a charged day under d when its last day lies at least d days after the count began.
    longest = np.bincount(row + np.minimum(last, most + 1), minlength=size).reshape(kommuner, width)
    cases_over = np.cumsum(longest[:, ::-1], axis=1, dtype=np.int64)[:, ::-1]
    wanted = np.array(values)
    return at_least[:, wanted].T.copy(), cases_over[:, wanted + 1].T.copy()


def days_by_date(
    kommun: NDArray[np.int16],
    end: Days,
    start: int,
    stop: int,
    liable_from: Sequence[Days],
    met: Sequence[Flags],
    kommuner: int,
    uncharged: Callable[[Positions, Days, Days], Days] | None = None,
) -> tuple[Counts, Counts]:
    """The same for cases dated one by one: `liable_from` and `met` have an array per value.

    `uncharged(rows, first, stop)` gives the days of each run that are not charged although the case is liable.
    """
    days = np.zeros((len(liable_from), kommuner), np.int64)
    charged = np.zeros((len(liable_from), kommuner), np.int64)
    for value, (liable, holds) in enumerate(zip(liable_from, met, strict=True)):
        rows = np.flatnonzero(holds & (end > start) & (liable < stop) & (liable < end))
        first = np.maximum(liable[rows], np.int32(start))
        last = np.minimum(end[rows], np.int32(stop))
        own = (last - first).astype(np.int64)
        if uncharged is not None:
            own -= uncharged(rows, first, last)
        np.add.at(days[value], kommun[rows], own)
        np.add.at(charged[value], kommun[rows], (own > 0).astype(np.int64))
    return days, charged


def lengths_by_value(
    kommun: NDArray[np.int16], days: Days, waited: Days, values: Sequence[int | None], kommuner: int
) -> tuple[Counts, Counts]:
    """Cases in a mean and their days when those that waited longer than each value leave it (None = nobody): int64
    [V, kommun].

    `days` are those that count in the mean, `waited` those that decide who leaves. One histogram of
    (kommun, waited) gives all of them.
    """
    most = max((v for v in values if v is not None), default=0)
    width = most + 2
    row = kommun.astype(np.int64) * width + np.minimum(waited, most + 1)
    size = kommuner * width
    by_length = np.bincount(row, minlength=size).reshape(kommuner, width)
    days_by_length = np.zeros(size, np.int64)
    np.add.at(days_by_length, row, days.astype(np.int64))
    antal = np.cumsum(by_length, axis=1, dtype=np.int64)
    total = np.cumsum(days_by_length.reshape(kommuner, width), axis=1, dtype=np.int64)
    return (
        np.array([antal[:, -1] if v is None else antal[:, v] for v in values]),
        np.array([total[:, -1] if v is None else total[:, v] for v in values]),
    )
