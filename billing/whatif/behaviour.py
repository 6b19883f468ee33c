"""A scenario's behaviour put on the cases: shorter stays, more same-day discharges, more or fewer cases.

Deterministic and in whole cases: the same data and the same scenario always give the same rows.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from betalningsansvar.billing.days import Flags, Positions
from betalningsansvar.billing.period import Month
from betalningsansvar.data.categories import codes_of
from betalningsansvar.data.columns import VARDFORMER
from betalningsansvar.data.units import SECONDS_PER_DAY
from betalningsansvar.tariffs.scenario import Behaviour

_STILL_OPEN = np.datetime64("9999-12-31", "s")
_NAT = np.iinfo(np.int64).min


def behaved(cases: pd.DataFrame, behaviour: Behaviour, start: Month | None) -> pd.DataFrame:
    """The computable rows of a case frame as they would be under the behaviour.

    Only notices sent from `start` change. A known discharge comes `kortare_dygn` days earlier, never before
    the notice; who is still in stays in. Before that, a second notice of a stay is read as the behaviour says.
    Last, per payer and month of notice, the shortest stays are made same-day until the share is reached, and every
    n:th case is doubled or taken away.
    """
    computable = codes_of(cases["status"]) == 0
    if not computable.all():
        cases = cases[computable].reset_index(drop=True)
    if not behaviour.changes_something:
        return cases
    if behaviour.andra_underrattelsen not in (None, "var_for_sig"):
        cases = _second_notices(cases, _reached(cases, behaviour, start), behaviour.andra_underrattelsen or "")
    reached = _reached(cases, behaviour, start)
    notice = cases["utskrivningsklar"].to_numpy("datetime64[s]").view(np.int64)
    discharge = cases["utskriven"].to_numpy("datetime64[s]").view(np.int64).copy()
    known = reached & (discharge != _NAT)
    if behaviour.kortare_dygn:
        shorter = np.maximum(discharge - behaviour.kortare_dygn * SECONDS_PER_DAY, notice)
        discharge[known] = np.minimum(discharge, shorter)[known]
    if behaviour.samma_dag_andel is not None:
        _send_home_same_day(cases, notice, discharge, reached, behaviour.samma_dag_andel)
    cases = cases.assign(utskriven=discharge.view("datetime64[s]"))
    if behaviour.tillvaxt:
        cases = cases.iloc[_grown(cases, reached, behaviour.tillvaxt)].reset_index(drop=True)
    return cases


def _second_notices(cases: pd.DataFrame, reached: Flags, reading: str) -> pd.DataFrame:
    """Cases of one stay, the later noticed while an earlier one ran: the earlier withdrawn by the later
    (`borjar_om`), or the later left out (`forsta_galler`)."""
    stay, _ = pd.factorize(cases["vardtillfalle_id"])
    notice, withdrawn, discharged = (
        cases[name].to_numpy("datetime64[s]").copy() for name in ("utskrivningsklar", "aterkallad", "utskriven")
    )
    end = np.fmin(np.fmin(withdrawn, discharged), _STILL_OPEN)
    rows = np.flatnonzero(reached & (cases["vardtillfalle_id"] != "").to_numpy(dtype=bool))
    rows = rows[np.lexsort((rows, notice[rows], stay[rows]))]
    if reading == "borjar_om":
        before, after = rows[:-1], rows[1:]
        runs = (stay[before] == stay[after]) & (end[before] > notice[after])
        withdrawn[before[runs]] = notice[after[runs]]
        return cases.assign(aterkallad=withdrawn)
    keep = np.ones(len(cases), np.bool_)
    while True:
        # Of each chain of overlapping cases the second goes, until none overlaps: as many rounds as the longest chain.
        before, after = rows[:-1], rows[1:]
        runs = (stay[before] == stay[after]) & (end[before] > notice[after])
        second = runs & ~np.concatenate([[False], runs[:-1]])[: len(runs)]
        if not second.any():
            return cases[keep].reset_index(drop=True)
        keep[after[second]] = False
        rows = rows[keep[rows]]


def _reached(cases: pd.DataFrame, behaviour: Behaviour, start: Month | None) -> Flags:
    reached = np.ones(len(cases), np.bool_)
    if behaviour.kommun:
        categories = list(cases["kommun"].cat.categories)
        reached &= np.isin(codes_of(cases["kommun"]), [categories.index(k) for k in behaviour.kommun])
    if behaviour.vardform:
        kinds = [VARDFORMER.index(v) for v in behaviour.vardform]
        reached &= np.isin(codes_of(cases["vardform"]), kinds)
    if start is not None:
        reached &= cases["utskrivningsklar"].to_numpy("datetime64[s]") >= np.datetime64(start.start, "s")
    return reached


def _group(cases: pd.DataFrame) -> NDArray[np.int64]:
    """One number per payer and month of notice."""
    month = cases["utskrivningsklar"].to_numpy("datetime64[M]").astype(np.int64)
    return month * (len(cases["kommun"].cat.categories) + 1) + codes_of(cases["kommun"]) + 1


def _send_home_same_day(
    cases: pd.DataFrame, notice: NDArray[np.int64], discharge: NDArray[np.int64], reached: Flags, share: Decimal
) -> None:
    """Move the discharge of the shortest stays to the hour of the notice, until the share is reached."""
    rows = np.flatnonzero(reached)
    days = discharge[rows] // SECONDS_PER_DAY - notice[rows] // SECONDS_PER_DAY
    days = np.where(discharge[rows] == _NAT, np.iinfo(np.int64).max, days)
    group = _group(cases)[rows]
    order = np.lexsort((rows, days, group))
    place, size = _place_in_group(group[order])
    wanted = _rounded(size, share)
    hit = order[(place < wanted) & (days[order] > 0) & (days[order] != np.iinfo(np.int64).max)]
    discharge[rows[hit]] = notice[rows[hit]]


def _grown(cases: pd.DataFrame, reached: Flags, growth: Decimal) -> Positions:
    """Positions of the rows to keep: some twice or more under growth, some not at all under decline."""
    rows = np.flatnonzero(reached)
    group = _group(cases)[rows]
    order = np.argsort(group, kind="stable")
    place, size = _place_in_group(group[order])
    wanted = _rounded(size, 1 + growth)
    # Evenly spread: the case at place p is taken as often as the wanted total passes a whole number at p.
    times = (place + 1) * wanted // size - place * wanted // size
    repeats = np.ones(len(cases), np.int64)
    repeats[rows[order]] = times
    return np.repeat(np.arange(len(cases)), repeats)


def _place_in_group(group: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """For sorted groups: each element's place in its group, and the size of the group."""
    if not len(group):
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    first = np.flatnonzero(np.concatenate([[True], group[1:] != group[:-1]]))
    size = np.diff(np.append(first, len(group)))
    return np.arange(len(group)) - np.repeat(first, size), np.repeat(size, size)


def _rounded(size: NDArray[np.int64], share: Decimal) -> NDArray[np.int64]:
    """size × share in whole cases, rounded half up, one Decimal per distinct size."""
    sizes, place = np.unique(size, return_inverse=True)
    whole = [int((int(n) * share).quantize(Decimal(1), ROUND_HALF_UP)) for n in sizes]
    return np.array(whole, np.int64)[place]
