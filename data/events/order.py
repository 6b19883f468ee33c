"""The order in which the messages of a stay happened, also where they are given without an hour."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from betalningsansvar.data.events.columns import HANDELSER
from betalningsansvar.data.units import SECONDS_PER_DAY

ABSENT = -1

Rows = npt.NDArray[np.intp]
Mask = npt.NDArray[np.bool_]
Times = npt.NDArray[np.datetime64]

_ENDS = [HANDELSER.index(name) for name in ("avliden", "avbruten", "utskriven")]
# (what ends, what begins): the end of the one before goes before a new beginning.
_PAIRS = (
    (HANDELSER.index("aterkallad"), HANDELSER.index("utskrivningsklar")),
    (HANDELSER.index("oppenvard_klar"), HANDELSER.index("oppenvard_hinder")),
)
_DAY = np.int64(SECONDS_PER_DAY)


@dataclass(frozen=True)
class Order:
    """The readable events, stay by stay in the order they happened: position in the log (`rows`), stay, kind
    (position in `HANDELSER`), time, and whether the one before is the same message (`copy`)."""

    rows: Rows
    stay: Rows
    kind: npt.NDArray[np.int8]
    seconds: Times
    copy: Mask


def put_in_order(stay: Rows, kind: npt.NDArray[np.int8], seconds: Times, readable: Mask) -> Order:
    """Sort the readable events by stay, time and kind.

    What ends a stay comes last on its day, since a discharge is often given without an hour. A withdrawal that
    would come first of its day or second, and so withdraw nothing, goes after the notice of that day or second;
    so does the end of an obstacle and its beginning.
    """
    rows = np.flatnonzero(readable)
    stay, kind, seconds = stay[rows], kind[rows], seconds[rows]
    at = seconds.astype(np.int64)
    key = np.where(np.isin(kind, _ENDS), at // _DAY * _DAY + _DAY - 1, at)
    rank = kind.astype(np.int16) * 2
    while True:
        order = np.lexsort((at, rank, key, stay))
        copy = _copies(stay[order], kind[order], at[order])
        moves = [_misplaced(stay, kind, at, order[~copy], *pair) for pair in _PAIRS]
        ends = np.concatenate([move[0] for move in moves])
        begins = np.concatenate([move[1] for move in moves])
        movable = rank[ends] % 2 == 0
        ends, begins = ends[movable], begins[movable]
        if not len(ends):
            return Order(rows[order], stay[order], kind[order], seconds[order], copy)
        key[ends], rank[ends] = at[begins], rank[begins] + 1


def _copies(stay: Rows, kind: npt.NDArray[np.int8], at: npt.NDArray[np.int64]) -> Mask:
    same = (np.diff(stay) == 0) & (np.diff(kind) == 0) & (np.diff(at) == 0)
    return np.concatenate([np.zeros(min(len(stay), 1), dtype=bool), same])


def _misplaced(
    stay: Rows, kind: npt.NDArray[np.int8], at: npt.NDArray[np.int64], order: Rows, end: int, begin: int
) -> tuple[Rows, Rows]:
    """The events of kind `end` that end nothing where they stand, and the `begin` right after each, of its time."""
    turns = order[np.isin(kind[order], (end, begin))]
    ends, begins = turns[:-1], turns[1:]
    after = np.concatenate([[ABSENT], kind[turns[:-1]]])[:-1] if len(turns) else kind[turns]
    before = np.concatenate([[ABSENT], stay[turns[:-1]]])[:-1] if len(turns) else stay[turns]
    ends_nothing = (before != stay[ends]) | (after != begin)
    together = (kind[ends] == end) & (kind[begins] == begin) & (stay[ends] == stay[begins])
    no_hour = (at[ends] % _DAY == 0) & (at[ends] // _DAY == at[begins] // _DAY)
    wrong = ends_nothing & together & (no_hour | (at[ends] == at[begins]))
    return ends[wrong], begins[wrong]


def first_of(group: Rows, at: Rows, groups: int) -> Rows:
    """For each of `groups` the first of the positions `at` (ascending) whose `group` it is; ABSENT where none."""
    first = np.full(groups, ABSENT)
    first[group[at[::-1]]] = at[::-1]
    return first
