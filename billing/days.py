"""The case frame as day numbers: what the models compute on.

A day is an int32, days since 1970-01-01. A blank time is ABSENT (before every day) where a missing
fact is asked for, and FAR (after every day) where a missing fact means "has not ended".
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from functools import cached_property
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


class CaseDays:
    """Cases as parallel arrays, one element per case, each made when a rule first asks for it.

    `kommun` and `vardform` are positions in the frame's categories; a `_second` is the second of the day.
    """

    def __init__(self, size: int, column: Callable[[str], NDArray[Any]]) -> None:
        self._size = size
        self._column = column

    @classmethod
    def of(cls, cases: pd.DataFrame, rows: Positions | slice = slice(None)) -> CaseDays:
        """The chosen rows of a case frame."""
        size = len(range(len(cases))[rows]) if isinstance(rows, slice) else len(rows)
        return cls(size, lambda name: _read(cases, name, rows))

    def __len__(self) -> int:
        return self._size

    def take(self, rows: Positions) -> CaseDays:
        """The cases at the chosen positions."""
        return CaseDays(len(rows), lambda name: getattr(self, name)[rows])

    @cached_property
    def kommun(self) -> NDArray[np.int16]:
        return self._column("kommun")

    @cached_property
    def vardform(self) -> Codes:
        return self._column("vardform")

    @cached_property
    def notice(self) -> Days:
        return self._column("notice")

    @cached_property
    def notice_second(self) -> Days:
        return self._column("notice_second")

    @cached_property
    def inskrivningsmeddelande(self) -> Days:
        return self._column("inskrivningsmeddelande")

    @cached_property
    def sip_kravs(self) -> Flags:
        return self._column("sip_kravs")

    @cached_property
    def sip_kallelse(self) -> Days:
        return self._column("sip_kallelse")

    @cached_property
    def hinder_fran(self) -> Days:
        return self._column("hinder_fran")

    @cached_property
    def hinder_till(self) -> Days:
        """FAR while the obstacle lasts, and where there is none."""
        return self._column("hinder_till")

    @cached_property
    def kallelse(self) -> Days:
        return self._column("kallelse")

    @cached_property
    def kallelse_second(self) -> Days:
        return self._column("kallelse_second")

    @cached_property
    def vardplan(self) -> Days:
        return self._column("vardplan")

    @cached_property
    def medverkade(self) -> Flags:
        return self._column("medverkade")

    @cached_property
    def aterkallad(self) -> Days:
        """FAR where the notice stands."""
        return self._column("aterkallad")

    @cached_property
    def utskriven(self) -> Days:
        """FAR while the patient is in."""
        return self._column("utskriven")

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


# Where each array comes from in the case frame, and what a blank time becomes.
_TIMES = {
    "notice": ("utskrivningsklar", ABSENT),
    "inskrivningsmeddelande": ("inskrivningsmeddelande", ABSENT),
    "sip_kallelse": ("sip_kallelse", ABSENT),
    "hinder_fran": ("oppenvard_hinder_fran", ABSENT),
    "hinder_till": ("oppenvard_hinder_till", FAR),
    "kallelse": ("kallelse_mottagen", ABSENT),
    "vardplan": ("vardplan_justerad", ABSENT),
    "aterkallad": ("aterkallad", FAR),
    "utskriven": ("utskriven", FAR),
}
_SECONDS_OF = {"notice_second": "utskrivningsklar", "kallelse_second": "kallelse_mottagen"}
_FLAGS = {"sip_kravs": "sip_kravs", "medverkade": "kommun_medverkade"}


def _read(cases: pd.DataFrame, name: str, rows: Positions | slice) -> NDArray[Any]:
    if name in _TIMES:
        column, blank = _TIMES[name]
        seconds = _seconds(cases[column])[rows]
        # 86 400 = 128 × 675: shifted first, the division runs on int32, at a third of the time.
        days = (seconds >> 7).astype(np.int32) // np.int32(675)
        np.copyto(days, np.int32(blank), where=seconds == np.iinfo(np.int64).min)
        return days
    if name in _SECONDS_OF:
        return (_seconds(cases[_SECONDS_OF[name]])[rows] % _SECONDS_PER_DAY).astype(np.int32)
    if name in _FLAGS:
        return cases[_FLAGS[name]].to_numpy(np.bool_)[rows]
    codes = cases[name].cat.codes.to_numpy()[rows]
    return codes.astype(np.int16 if name == "kommun" else np.int8, copy=False)


def _seconds(column: pd.Series[Any]) -> NDArray[np.int64]:
    return column.to_numpy("datetime64[s]").view(np.int64)
