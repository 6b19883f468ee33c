"""The obstacles in regional open care of a stay, and the one of them that belongs to each case (5 kap. 5 §)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from betalningsansvar.data.events.columns import HANDELSER
from betalningsansvar.data.events.order import ABSENT, Order

Rows = npt.NDArray[np.intp]
Times = npt.NDArray[np.datetime64]

_BEGINS, _ENDS = HANDELSER.index("oppenvard_hinder"), HANDELSER.index("oppenvard_klar")
_NAT = np.datetime64("NaT", "s")
_EVER = np.datetime64("9999-12-31", "D")
_NEVER = np.datetime64("0001-01-01", "D")


@dataclass(frozen=True)
class CaseObstacles:
    """`start` and `stop` of each case's obstacle (NaT: none, or still), the cases that have `several` which do
    not touch, and the positions in the order of the messages that make the obstacles of some case (`used`)."""

    start: Times
    stop: Times
    several: Rows
    used: Rows


@dataclass(frozen=True)
class _Obstacles:
    """Sorted by stay and time. NaT as start: an end without a beginning; as stop: not yet ended."""

    stay: Rows
    start: Times
    stop: Times


def obstacles_of_cases(order: Order, stay: Rows, notice: Times, withdrawn: Times) -> CaseObstacles:
    """The obstacle of each case, given its stay and its times of notice and withdrawal (NaT: none).

    An obstacle counts for a case when it covers some day from the notice to the withdrawal. Obstacles of which
    one ends on the day the next begins are one. Where several that do not touch count, the first is kept and the
    case named in `several`: which of them postpones the entry depends on a rule that is not known here.
    """
    obstacles, at, number = _obstacles(order)
    first = np.searchsorted(obstacles.stay, stay)
    count = np.searchsorted(obstacles.stay, stay, side="right") - first
    case = np.repeat(np.arange(len(stay)), count)
    which = np.arange(len(case)) - np.repeat(np.cumsum(count) - count, count) + first[case]
    from_day, to_day = _days(obstacles.start[which], _NEVER), _days(obstacles.stop[which], _EVER)
    counts = (from_day <= _days(withdrawn, _EVER)[case]) & (to_day >= _days(notice, _EVER)[case])
    chosen = np.full(len(stay), ABSENT)
    chosen[case[counts][::-1]] = which[counts][::-1]
    several = np.flatnonzero(np.bincount(case[counts], minlength=len(stay)) > 1)
    has = chosen != ABSENT
    start, stop = np.full(len(stay), _NAT), np.full(len(stay), _NAT)
    start[has], stop[has] = obstacles.start[chosen[has]], obstacles.stop[chosen[has]]
    used = np.isin(number, np.concatenate([chosen[has], which[counts]]))
    return CaseObstacles(start, stop, several, at[used])


def _obstacles(order: Order) -> tuple[_Obstacles, Rows, Rows]:
    """Every obstacle, those that touch joined; the messages that began or ended one, and the number of that one."""
    at = np.flatnonzero(np.isin(order.kind, (_BEGINS, _ENDS)) & ~order.copy)
    kind, stay, time = order.kind[at], order.stay[at], order.seconds[at]
    new = np.where(np.diff(stay, prepend=ABSENT) != 0, ABSENT, np.roll(kind, 1)) != kind
    at, kind, stay, time = at[new], kind[new], stay[new], time[new]
    opens = (kind == _BEGINS) | (np.diff(stay, prepend=ABSENT) != 0)
    number = np.cumsum(opens) - 1
    size = int(opens.sum())
    start, stop = np.full(size, _NAT), np.full(size, _NAT)
    start[number[kind == _BEGINS]] = time[kind == _BEGINS]
    stop[number[kind == _ENDS]] = time[kind == _ENDS]
    stay = stay[opens]
    touches = (stay[1:] == stay[:-1]) & (_days(start[1:], _NEVER) <= _days(stop[:-1], _EVER))
    new = np.concatenate([np.ones(min(size, 1), dtype=bool), ~touches])
    first = np.flatnonzero(new)
    last = np.concatenate([first[1:], [size]]) - 1
    joined = _Obstacles(stay[first], start[first], stop[last[: len(first)]])
    return joined, at, (np.cumsum(new) - 1)[number]


def _days(times: Times, missing: np.datetime64) -> Times:
    return np.where(np.isnat(times), missing, times.astype("datetime64[D]"))
