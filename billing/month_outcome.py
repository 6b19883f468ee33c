"""What one month says of each case: its status and reason, the charged runs of days, and small sums per kommun."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from betalningsansvar.billing.days import FAR, Codes, Days, Flags, Positions
from betalningsansvar.billing.reasons import NONE

WORKERS = 2
_MANY_RUNS = 32  # fewer are joined sooner than threads start

FRI, BLOCKERAD, GENOMSNITT, DEBITERAS = range(4)

NO_RATE = -1


@dataclass(frozen=True, slots=True)
class Runs:
    """Charged runs of days, parallel arrays: case position, rule, rate (NO_RATE in a tariff gap), kommun,
    first day, day after the last."""

    case: Positions
    rule: NDArray[np.int16]
    rate: NDArray[np.int16]
    kommun: NDArray[np.int16]
    start: Days
    stop: Days


@dataclass(slots=True)
class Outcome:
    """What the month says of each case, and the sums of the means.

    `status` is FRI, BLOCKERAD, GENOMSNITT or DEBITERAS; `reason` a code of `billing.reasons`;
    `liable_from` FAR when no rule makes the case liable; `rule` the rule that decided (−1: none in
    force); `obstacle_later` an obstacle that began after liability and changes nothing. `sums` has per
    (rule, months back) the number of cases in the mean and their days, by kommun position.
    """

    status: Codes
    reason: Codes
    liable_from: Days
    rule: NDArray[np.int16]
    obstacle_later: Flags
    runs: list[Runs]
    sums: dict[tuple[int, int], tuple[NDArray[np.int64], NDArray[np.int64]]]

    @classmethod
    def blank(cls, size: int) -> Outcome:
        return cls(
            status=np.full(size, FRI, np.int8),
            reason=np.zeros(size, np.int8),
            liable_from=np.full(size, FAR, np.int32),
            rule=np.full(size, -1, np.int16),
            obstacle_later=np.zeros(size, np.bool_),
            runs=[],
            sums={},
        )

    def window(self, part: slice) -> Outcome:
        """The same arrays seen through a chunk; runs and sums of its own."""
        return Outcome(
            status=self.status[part],
            reason=self.reason[part],
            liable_from=self.liable_from[part],
            rule=self.rule[part],
            obstacle_later=self.obstacle_later[part],
            runs=[],
            sums={},
        )

    def gather(self, parts: list[Outcome]) -> None:
        """Take over the runs and add up the sums of the chunks, in their order."""
        for part in parts:
            self.runs += part.runs
            for key, (antal, days) in part.sums.items():
                before = self.sums.get(key)
                self.sums[key] = (antal, days) if before is None else (before[0] + antal, before[1] + days)

    def raise_status(self, rows: Positions, status: int) -> None:
        """Let the cases have at least this status."""
        self.status[rows] = np.maximum(self.status[rows], np.int8(status))

    def block(self, rows: Positions, fails: Flags, blocked: Codes) -> None:
        """Blocked is a result: the case keeps the reason of the month's first rule, unless another rule charges it."""
        hit = np.flatnonzero(fails)
        if len(hit):
            case = rows[hit]
            self.raise_status(case, BLOCKERAD)
            first = self.reason[case] == NONE
            self.reason[case[first]] = blocked[hit[first]]


def joined_runs(runs: list[Runs]) -> dict[str, NDArray[Any]]:
    """The columns of all runs end to end."""
    empty = Runs(
        np.zeros(0, np.int64),
        np.zeros(0, np.int16),
        np.zeros(0, np.int16),
        np.zeros(0, np.int16),
        np.zeros(0, np.int32),
        np.zeros(0, np.int32),
    )

    def column(name: str) -> NDArray[Any]:
        return np.concatenate([getattr(run, name) for run in runs] or [getattr(empty, name)])

    names = [field.name for field in fields(Runs)]
    if len(runs) < _MANY_RUNS:
        return {name: column(name) for name in names}
    with ThreadPoolExecutor(WORKERS) as pool:
        return dict(zip(names, pool.map(column, names), strict=True))
