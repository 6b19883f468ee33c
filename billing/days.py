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

from betalningsansvar.data.categories import codes_of
from betalningsansvar.data.units import SECONDS_PER_DAY
from betalningsansvar.tariffs.records import CaseTerms

Days = NDArray[np.int32]
Flags = NDArray[np.bool_]
Codes = NDArray[np.int8]
Positions = NDArray[np.int64]

ABSENT = -(2**31)
FAR = 2**31 - 1

_EPOCH = date(1970, 1, 1)


def day_number(day: date) -> int:
    """Days since 1970-01-01."""
    return (day - _EPOCH).days


def chosen(mask: Flags, one: NDArray[Any] | np.signedinteger[Any], other: NDArray[Any]) -> NDArray[Any]:
    """`one` where the mask holds, else `other`, of the type of `other`: np.where without a branch for each element.

    Where the mask is as good as a toss of a coin, a branch that the processor guesses wrong costs ten times the work.
    """
    bits = np.negative(mask.view(np.int8)).astype(other.dtype, copy=False)  # all ones where the mask holds
    bits &= other ^ one
    bits ^= other
    return bits


def to_date(number: int) -> date:
    """The date of a day number."""
    return _EPOCH + timedelta(days=int(number))


class CaseArrays:
    """The columns of a case frame as arrays, each taken out of the frame once, however many chunks read it."""

    def __init__(self, cases: pd.DataFrame) -> None:
        self._cases = cases
        self._known: dict[str, NDArray[Any]] = {}

    def __len__(self) -> int:
        return len(self._cases)

    def __getitem__(self, name: str) -> NDArray[Any]:
        """Times as seconds since 1970 (int64, a blank is `_NAT`), categories as codes, flags as flags."""
        if name not in self._known:
            column = self._cases[name]
            if isinstance(column.dtype, pd.CategoricalDtype):
                self._known[name] = codes_of(column)
            elif column.dtype.kind == "M":
                self._known[name] = column.to_numpy("datetime64[s]").view(np.int64)
            elif name == "avslut":
                self._known[name] = (column.str.casefold() == "avliden").to_numpy(np.bool_)
            else:
                self._known[name] = column.to_numpy(np.bool_)
        return self._known[name]


class CaseDays:
    """Cases as parallel arrays, one element per case, each made when a rule first asks for it.

    `kommun` and `vardform` are positions in the frame's categories; a `_second` is the second of the day.
    """

    def __init__(self, size: int, column: Callable[[str], NDArray[Any]]) -> None:
        self._size = size
        self._column = column

    @classmethod
    def of(cls, cases: pd.DataFrame | CaseArrays, rows: Positions | slice = slice(None)) -> CaseDays:
        """The chosen rows of a case frame."""
        arrays = CaseArrays(cases) if isinstance(cases, pd.DataFrame) else cases
        size = len(range(len(arrays))[rows]) if isinstance(rows, slice) else len(rows)
        return cls(size, lambda name: _read(arrays, name, rows))

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
    def makulerad(self) -> Days:
        """FAR where the notice was not annulled."""
        return self._column("makulerad")

    @cached_property
    def message_late(self) -> Flags:
        """Whether the inskrivningsmeddelande was sent more than 24 hours after admission, or after the later time when
        the need was seen (2 kap. 3 §)."""
        return self._column("message_late")

    @cached_property
    def permission_fran(self) -> Days:
        return self._column("permission_fran")

    @cached_property
    def permission_till(self) -> Days:
        """FAR while the leave lasts, and where there is none."""
        return self._column("permission_till")

    @cached_property
    def avliden(self) -> Flags:
        return self._column("avliden")

    @cached_property
    def utskriven(self) -> Days:
        """FAR while the patient is in."""
        return self._column("utskriven")

    def out(self, as_of: int) -> Days:
        """First day the patient no longer waits: discharge or withdrawal, the earlier; at the latest
        the day after `as_of`, because nothing is known of later days."""
        return np.minimum(np.minimum(self.utskriven, self.aterkallad), np.int32(as_of + 1))

    def end(self, as_of: int, terms: CaseTerms) -> Days:
        """First day that is not charged: as `out`, with the day of discharge, or of death, itself charged or not."""
        if not (terms.utskrivningsdag or terms.dodsdag):
            return self.out(as_of)
        last_day: Flags | bool = terms.utskrivningsdag
        if terms.dodsdag is not None:
            last_day = np.where(self.avliden, terms.dodsdag, terms.utskrivningsdag)
        after_discharge = np.where(self.utskriven == FAR, FAR, self.utskriven + np.int32(1) * last_day)
        return np.minimum(np.minimum(after_discharge, self.aterkallad), np.int32(as_of + 1)).astype(np.int32)

    def void(self, as_of: int, terms: CaseTerms) -> Flags:
        """Whether the notice is known on `as_of` never to have been valid: it owes no day and is in no mean."""
        void: Flags = self.makulerad <= as_of
        return void | (self.aterkallad <= as_of) if terms.aterkallad == "makulering" else void

    def whole_days_away(self, terms: CaseTerms) -> tuple[Days, Days] | None:
        """The days [first, stop) of leave that are not charged, empty where first ≥ stop; None where leave changes
        nothing. The day the patient leaves and the day of return are not whole."""
        if terms.permission != "avdrag" or not (self.permission_fran != ABSENT).any():
            return None
        first = np.where(self.permission_fran == ABSENT, FAR, self.permission_fran + np.int32(1)).astype(np.int32)
        return first, self.permission_till


_NAT = np.iinfo(np.int64).min

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
    "makulerad": ("makulerad", FAR),
    "permission_fran": ("permission_fran", ABSENT),
    "permission_till": ("permission_till", FAR),
    "utskriven": ("utskriven", FAR),
}
_SECONDS_OF = {"notice_second": "utskrivningsklar", "kallelse_second": "kallelse_mottagen"}
_FLAGS = {"sip_kravs": "sip_kravs", "medverkade": "kommun_medverkade"}


def _read(cases: CaseArrays, name: str, rows: Positions | slice) -> NDArray[Any]:
    if name in _TIMES:
        column, blank = _TIMES[name]
        seconds = cases[column][rows]
        days = _day_numbers(seconds)
        days |= np.multiply(seconds == _NAT, np.int32(blank), dtype=np.int32)
        return days
    if name in _SECONDS_OF:
        seconds = cases[_SECONDS_OF[name]][rows]
        # The low 32 bits are enough: what is left of a day is less than that.
        return seconds.astype(np.int32) - _day_numbers(seconds) * np.int32(SECONDS_PER_DAY)
    if name == "message_late":
        sent, admitted, seen = (cases[one][rows] for one in ("inskrivningsmeddelande", "inskriven", "behov_upptackt"))
        # A blank time is the least number there is: a message that was not sent is never late.
        late: Flags = (sent > np.maximum(admitted, seen) + SECONDS_PER_DAY) & (admitted != _NAT)
        return late
    if name == "avliden":
        return cases["avslut"][rows]
    if name in _FLAGS:
        return cases[_FLAGS[name]][rows]
    return cases[name][rows].astype(np.int16 if name == "kommun" else np.int8, copy=False)


def _day_numbers(seconds: NDArray[np.int64]) -> Days:
    """Day numbers of seconds; 0 of a blank.

    86 400 = 128 × 675: shifted first, the division runs on int32, at a third of the time. Of a blank, all the bits
    that are left are 0.
    """
    return (seconds >> 7).astype(np.int32) // np.int32(675)
