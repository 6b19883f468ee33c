"""The least that the same answers can cost: one month of the shipped `nationell` (2018), written out by hand.

Every case gets its status, reason and day of liability, every charged run its days and öre, as the engine gives them,
but the rules are constants, not data. Once as one compiled loop (numba), once as numpy on whole columns.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numba import njit
from numpy.typing import NDArray

from betalningsansvar.billing import reasons
from betalningsansvar.billing.days import FAR, CaseArrays, CaseDays
from betalningsansvar.billing.kernel import CHUNK
from betalningsansvar.billing.month_outcome import BLOCKERAD, DEBITERAS, FRI

DAY = 86_400
NAT = np.iinfo(np.int64).min
START, STOP = (int(np.datetime64(day).astype(np.int64)) for day in ("2018-11-01", "2018-12-01"))
AS_OF = int(np.datetime64("2018-12-20").astype(np.int64))
YEAR_START, YEAR_STOP = (int(np.datetime64(day).astype(np.int64)) for day in ("2018-01-01", "2019-01-01"))
RATE_ORE = 710_000
PSYKIATRI = 1
NO_MESSAGE, LATE_MESSAGE, NO_SIP, LATE_SIP, OBSTACLE = (
    reasons.INSKRIVNINGSMEDDELANDE_SAKNAS,
    reasons.INSKRIVNINGSMEDDELANDE_SENT,
    reasons.SIP_KALLELSE_SAKNAS,
    reasons.SIP_KALLELSE_SEN,
    reasons.OPPENVARD_HINDER,
)
COLUMNS = (
    "vardform",
    "utskrivningsklar",
    "inskrivningsmeddelande",
    "sip_kravs",
    "sip_kallelse",
    "oppenvard_hinder_fran",
    "oppenvard_hinder_till",
    "aterkallad",
    "utskriven",
    "makulerad",
)


@dataclass(frozen=True)
class Answers:
    """What the month says: per case, and the charged runs (case, first day, days)."""

    status: NDArray[np.int8]
    reason: NDArray[np.int8]
    liable_from: NDArray[np.int32]
    case: NDArray[np.int64]
    start: NDArray[np.int32]
    days: NDArray[np.int64]

    @property
    def amount_ore(self) -> int:
        return int(self.days.sum()) * RATE_ORE


@njit(nogil=True, cache=False)  # type: ignore[untyped-decorator]
def _pass(
    vardform: Any,
    notices: Any,
    messages: Any,
    sip_kravs: Any,
    calls: Any,
    obstacles: Any,
    obstacle_ends: Any,
    withdrawn: Any,
    discharged: Any,
    annulled: Any,
    status: Any,
    reason: Any,
    liable_from: Any,
    case: Any,
    start: Any,
    days: Any,
    first_case: int,
) -> int:
    found = 0
    for n in range(len(notices)):
        status[n], reason[n], liable_from[n] = FRI, 0, FAR
        if annulled[n] != NAT and annulled[n] // DAY <= AS_OF:
            continue
        notice = notices[n] // DAY
        blocked = 0
        if messages[n] == NAT:
            blocked = NO_MESSAGE
        elif messages[n] // DAY > notice:
            blocked = LATE_MESSAGE
        elif sip_kravs[n] and calls[n] == NAT:
            blocked = NO_SIP
        elif sip_kravs[n] and calls[n] // DAY > notice + 3:
            blocked = LATE_SIP
        end = AS_OF + 1
        if discharged[n] != NAT:
            end = min(end, discharged[n] // DAY)
        if withdrawn[n] != NAT:
            end = min(end, withdrawn[n] // DAY)
        late = 1 if notices[n] % DAY > DAY // 2 else 0
        for rule in range(2):
            counted = notice + (30 if vardform[n] == PSYKIATRI and rule == 0 else 3 + late)
            own = blocked
            if obstacles[n] != NAT and obstacles[n] // DAY <= counted:
                if obstacle_ends[n] == NAT:
                    own = own if own else OBSTACLE
                elif counted <= obstacle_ends[n] // DAY:
                    counted = obstacle_ends[n] // DAY
            if rule == 0:
                first, last = max(counted, START), min(end, STOP)
                if first < last and own:
                    status[n], reason[n] = BLOCKERAD, own
                elif first < last:
                    status[n] = DEBITERAS
                    case[found], start[found], days[found] = first_case + n, first, last - first
                    found += 1
                entry = max(counted, YEAR_START)
                if own == 0 and entry < YEAR_STOP:
                    liable_from[n] = entry
                    break
            elif own == 0:
                liable_from[n] = max(counted, YEAR_STOP)
    return found


def compiled(cases: pd.DataFrame) -> Answers:
    """One compiled loop over the cases, in chunks on two threads as the engine's."""
    arrays = CaseArrays(cases)
    columns = [arrays[name] for name in COLUMNS]
    size = len(cases)
    status, reason = np.empty(size, np.int8), np.empty(size, np.int8)
    liable_from = np.empty(size, np.int32)

    def chunk(first: int) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int64]]:
        part = slice(first, min(first + CHUNK, size))
        length = part.stop - first
        case, start, days = np.empty(length, np.int64), np.empty(length, np.int32), np.empty(length, np.int64)
        own = [column[part] for column in columns]
        found = _pass(*own, status[part], reason[part], liable_from[part], case, start, days, first)
        return case[:found], start[:found], days[:found]

    with ThreadPoolExecutor(2) as pool:
        runs = list(pool.map(chunk, range(0, size, CHUNK)))
    case, start, days = (np.concatenate(column) for column in zip(*runs, strict=True))
    return Answers(status, reason, liable_from, case, start, days)


def whole_columns(cases: pd.DataFrame) -> Answers:
    """The same by numpy, in chunks on two threads."""
    arrays = CaseArrays(cases)
    with ThreadPoolExecutor(2) as pool:
        starts = range(0, len(cases), CHUNK)
        parts = list(pool.map(lambda at: _columns(CaseDays.of(arrays, slice(at, at + CHUNK)), at), starts))
    return Answers(*(np.concatenate(column) for column in zip(*parts, strict=True)))


def _columns(cases: CaseDays, first_case: int) -> tuple[NDArray[Any], ...]:
    notice = cases.notice
    blocked = np.zeros(len(cases), np.int8)
    blocked[cases.sip_kravs & (cases.sip_kallelse > notice + np.int32(3))] = LATE_SIP
    blocked[cases.sip_kravs & (cases.sip_kallelse < 0)] = NO_SIP
    blocked[cases.inskrivningsmeddelande > notice] = LATE_MESSAGE
    blocked[cases.inskrivningsmeddelande < 0] = NO_MESSAGE
    after_three = notice + np.int32(3) + (cases.notice_second > DAY // 2)
    counted = np.where(cases.vardform == PSYKIATRI, notice + np.int32(30), after_three)
    entry, own = _entered(cases, counted, blocked)
    sound = cases.makulerad > AS_OF
    stop = np.minimum(np.minimum(cases.utskriven, cases.aterkallad), np.int32(STOP))
    start = np.maximum(entry, np.int32(START))
    inside = (start < stop) & sound
    status = (inside * np.where(own == 0, np.int8(DEBITERAS), np.int8(BLOCKERAD))).astype(np.int8)
    liable_from = np.where((own == 0) & sound, entry, np.int32(FAR))
    later = np.flatnonzero(((own != 0) | (entry >= YEAR_STOP)) & sound)
    some = cases.take(later)
    entry, next_own = _entered(some, after_three[later], blocked[later])
    liable_from[later] = np.where(next_own == 0, np.maximum(entry, np.int32(YEAR_STOP)), np.int32(FAR))
    case = np.flatnonzero(inside & (own == 0))
    return (
        status,
        own * inside,
        liable_from,
        case + first_case,
        start[case],
        (stop[case] - start[case]).astype(np.int64),
    )


def _entered(
    cases: CaseDays, counted: NDArray[np.int32], blocked: NDArray[np.int8]
) -> tuple[NDArray[np.int32], NDArray[np.int8]]:
    hindered = (cases.hinder_fran > 0) & (cases.hinder_fran <= counted) & (counted <= cases.hinder_till)
    entry = np.where(hindered & (cases.hinder_till != FAR), cases.hinder_till, counted)
    own = np.where((blocked == 0) & hindered & (cases.hinder_till == FAR), np.int8(OBSTACLE), blocked)
    return entry, own
