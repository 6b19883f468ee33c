"""One patient, one bed: days that two cases claim for the same patient, or twice within one stay.

A case claims the days from its notice up to its withdrawal or discharge; a stay those from admission up to discharge.
A patient who moves leaves one bed and takes another on the same day, so the day of leaving is not claimed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from betalningsansvar.data.bytematrix import all_differ
from betalningsansvar.data.patients import patient_keys

Rows = npt.NDArray[np.intp]
Numbers = npt.NDArray[np.int64]

ELSEWHERE, WITHIN_STAY = "PATIENT_PA_TVA_PLATSER", "SAMMA_DYGN_FLERA_ARENDEN"
"""The codes of what `of_patients` and `within_stays` find."""

STILL_OPEN = int(np.datetime64("9999-12-31", "D").astype(np.int64))
_DAY = 86_400
_NAT = np.iinfo(np.int64).min


@dataclass(frozen=True)
class Overlaps:
    """Case `row` claims the days [`start`, `stop`) that case `other` claims too; day numbers, `stop` STILL_OPEN while
    both are still in. Each row stands once, beside the case that claims the days longest."""

    row: Rows
    other: Rows
    start: Numbers
    stop: Numbers


def within_stays(cases: pd.DataFrame, rows: Rows) -> Overlaps:
    """Cases of one vårdtillfälle, among `rows`, whose days from notice to withdrawal or discharge overlap."""
    rows = rows[(cases["vardtillfalle_id"].iloc[rows] != "").to_numpy(dtype=bool)]
    if not len(rows) or all_differ(pa.array(cases["vardtillfalle_id"].iloc[rows].array)):
        return _none()
    stay, _ = pd.factorize(cases["vardtillfalle_id"].iloc[rows])
    return _claimed_twice(rows, stay, *_waiting(cases, rows))


def of_patients(cases: pd.DataFrame, rows: Rows) -> Overlaps:
    """Cases of one patient, among `rows`, in different stays: their waiting days overlap, or else their stays do."""
    key = patient_keys(pa.array(cases["patient_id"].iloc[rows].array))
    ordered = np.sort(key)
    twice = ordered[1:][ordered[1:] == ordered[:-1]]
    shared = np.flatnonzero(np.isin(key, twice) & (key != -1)) if len(twice) else np.empty(0, dtype=np.intp)
    rows, patient = rows[shared], key[shared]
    if not len(rows):
        return _none()
    waiting = _claimed_twice(rows, patient, *_waiting(cases, rows))
    named = cases["vardtillfalle_id"].to_numpy()
    same_stay = (named[waiting.row] == named[waiting.other]) & (named[waiting.row] != "")
    waiting = _some(waiting, ~same_stay)
    in_house = _stays_twice(cases, rows, patient)
    told = np.isin(in_house.row, waiting.row) | np.isin(in_house.other, waiting.row)
    told |= np.isin(in_house.row, waiting.other) & np.isin(in_house.other, waiting.other)
    return _joined(waiting, _some(in_house, ~told))


def _waiting(cases: pd.DataFrame, rows: Rows) -> tuple[Numbers, Numbers]:
    """The days each case claims; none where the notice was never valid."""
    start = _days(cases, "utskrivningsklar", rows, STILL_OPEN)
    ends = [_days(cases, name, rows, STILL_OPEN) for name in ("aterkallad", "utskriven")]
    end = np.minimum(*ends)
    return start, np.where(cases["makulerad"].iloc[rows].notna(), start, end)


def _stays_twice(cases: pd.DataFrame, rows: Rows, patient: Numbers) -> Overlaps:
    """Stays of one patient, told at the first case of each. Rows without vardtillfalle_id that share their moment of
    admission are one stay."""
    named = cases["vardtillfalle_id"].iloc[rows]
    admitted = pd.Series(cases["inskriven"].to_numpy()[rows].astype(np.int64).astype("str"))
    stay, _ = pd.factorize(pd.MultiIndex.from_arrays([patient, named.where(named != "", "@" + admitted.to_numpy())]))
    size = int(stay.max()) + 1
    first = np.full(size, len(rows))
    np.minimum.at(first, stay, np.arange(len(rows)))
    start, end = np.full(size, STILL_OPEN), np.full(size, -STILL_OPEN)
    np.minimum.at(start, stay, _days(cases, "inskriven", rows, STILL_OPEN))
    left = _days(cases, "utskriven", rows, STILL_OPEN)
    # Who was discharged on some row is not still in by another; a withdrawn notice alone does not tell until when.
    withdrawn = np.minimum(*(_days(cases, name, rows, STILL_OPEN) for name in ("aterkallad", "makulerad")))
    discharged = np.zeros(size, dtype=bool)
    discharged[stay[left < STILL_OPEN]] = True
    known = np.where(left < STILL_OPEN, left, np.where(discharged[stay], -STILL_OPEN, withdrawn))
    np.maximum.at(end, stay, known)
    return _claimed_twice(rows[first], patient[first], start, end)


def _claimed_twice(rows: Rows, line: Numbers, start: Numbers, end: Numbers) -> Overlaps:
    """The later of two claims on one `line` (a stay, a patient) that share days, and the one that reaches farthest."""
    some = start < end
    rows, line, start, end = rows[some], line[some], start[some], end[some]
    if not len(rows):
        return _none()
    order = np.lexsort((rows, -end, start, line))
    rows, line, start, end = rows[order], line[order], start[order], end[order]
    # All lines laid after each other, so that the latest end so far is one running maximum.
    shift = np.unique(line, return_inverse=True)[1] * (2 * (STILL_OPEN + 1))
    latest = np.maximum.accumulate(end + shift)
    holder = np.maximum.accumulate(np.where(np.diff(latest, prepend=-1) > 0, np.arange(len(rows)), 0))
    later = np.flatnonzero(start[1:] + shift[1:] < latest[:-1]) + 1
    other = holder[later - 1]
    return Overlaps(rows[later], rows[other], start[later], np.minimum(end[later], end[other]))


def _days(cases: pd.DataFrame, column: str, rows: Rows, blank: int) -> Numbers:
    seconds = cases[column].to_numpy()[rows].astype("datetime64[s]").astype(np.int64)
    return np.where(seconds == _NAT, blank, seconds // _DAY)


def _none() -> Overlaps:
    nothing = np.empty(0, dtype=np.int64)
    return Overlaps(nothing, nothing, nothing, nothing)


def _some(overlaps: Overlaps, mask: npt.NDArray[np.bool_]) -> Overlaps:
    return Overlaps(overlaps.row[mask], overlaps.other[mask], overlaps.start[mask], overlaps.stop[mask])


def _joined(one: Overlaps, more: Overlaps) -> Overlaps:
    pairs = ((one.row, more.row), (one.other, more.other), (one.start, more.start), (one.stop, more.stop))
    return Overlaps(*(np.concatenate(pair) for pair in pairs))
