"""The case frame as day numbers: what the models compute on.

A day is an int32, days since 1970-01-01. A blank time is ABSENT (before every day) where a missing
fact is asked for, and FAR (after every day) where a missing fact means "has not ended".
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Days = NDArray[np.int32]
Flags = NDArray[np.bool_]
Codes = NDArray[np.int8]
Positions = NDArray[np.int64]

ABSENT = -(2**31)
FAR = 2**31 - 1

_SECONDS_PER_DAY = 86_400
_EPOCH = date(1970, 1, 1)


def day_number(day: date) -> int:
    """Days since 1970-01-01."""
    return (day - _EPOCH).days


def to_date(number: int) -> date:
    """The date of a day number."""
    return _EPOCH + timedelta(days=int(number))


@dataclass(frozen=True, slots=True)
class CaseDays:
    """Cases as parallel arrays, one element per case.

    `kommun` (int16) and `vardform` (int8) are positions in the frame's categories; `notice_second` is
    the second of the day the notice was sent, `kallelse_second` the same for the received kallelse.
    """

    kommun: NDArray[np.int16]
    vardform: Codes
    notice: Days
    notice_second: Days
    inskrivningsmeddelande: Days
    sip_kallelse: Days
    hinder_fran: Days
    hinder_till: Days
    kallelse: Days
    kallelse_second: Days
    vardplan: Days
    aterkallad: Days
    utskriven: Days
    sip_kravs: Flags
    medverkade: Flags

    @classmethod
    def of(cls, cases: pd.DataFrame) -> CaseDays:
        """From a case frame; NaT becomes ABSENT for facts, FAR for ends."""
        notice, notice_second = _split(cases["utskrivningsklar"])
        kallelse, kallelse_second = _split(cases["kallelse_mottagen"])
        return cls(
            kommun=cases["kommun"].cat.codes.to_numpy().astype(np.int16, copy=False),
            vardform=cases["vardform"].cat.codes.to_numpy().astype(np.int8, copy=False),
            notice=notice,
            notice_second=notice_second,
            inskrivningsmeddelande=_days(cases["inskrivningsmeddelande"], ABSENT),
            sip_kallelse=_days(cases["sip_kallelse"], ABSENT),
            hinder_fran=_days(cases["oppenvard_hinder_fran"], ABSENT),
            hinder_till=_days(cases["oppenvard_hinder_till"], FAR),
            kallelse=kallelse,
            kallelse_second=kallelse_second,
            vardplan=_days(cases["vardplan_justerad"], ABSENT),
            aterkallad=_days(cases["aterkallad"], FAR),
            utskriven=_days(cases["utskriven"], FAR),
            sip_kravs=cases["sip_kravs"].to_numpy(np.bool_),
            medverkade=cases["kommun_medverkade"].to_numpy(np.bool_),
        )

    def __len__(self) -> int:
        return len(self.notice)

    def take(self, rows: Any) -> CaseDays:
        """The chosen cases: a slice, a boolean mask or positions."""
        return CaseDays(**{f.name: getattr(self, f.name)[rows] for f in fields(self)})

    def out(self, as_of: int) -> Days:
        """First day the patient no longer waits: discharge or withdrawal, the earlier; at the latest
        the day after `as_of`, because nothing is known of later days."""
        return np.minimum(np.minimum(self.utskriven, self.aterkallad), np.int32(as_of + 1))

    def end(self, as_of: int, *, utskrivningsdag: bool) -> Days:
        """First day that is not charged: as `out`, with the day of discharge itself charged or not."""
        if not utskrivningsdag:
            return self.out(as_of)
        after_discharge = np.where(self.utskriven == FAR, FAR, self.utskriven + np.int32(1)).astype(np.int32)
        return np.minimum(np.minimum(after_discharge, self.aterkallad), np.int32(as_of + 1))


def _seconds(column: pd.Series) -> NDArray[np.int64]:
    return column.to_numpy("datetime64[s]").view(np.int64)


def _days(column: pd.Series, blank: int) -> Days:
    seconds = _seconds(column)
    days = (seconds // _SECONDS_PER_DAY).astype(np.int32)
    days[seconds == np.iinfo(np.int64).min] = blank
    return days


def _split(column: pd.Series) -> tuple[Days, Days]:
    """Day number (ABSENT when blank) and second of the day."""
    days = _days(column, ABSENT)
    second = _seconds(column) - days.astype(np.int64) * _SECONDS_PER_DAY
    second[days == ABSENT] = 0
    return days, second.astype(np.int32)
