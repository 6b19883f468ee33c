"""The checks a row must pass before anything is computed: its payer, the order of its times, its duplicates.

A row that contradicts itself is parked with its reasons; it is never dropped. Times are compared by calendar
date, since a discharge is often given without an hour.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from betalningsansvar.billing.duplicates import drop_copies, find_duplicates
from betalningsansvar.data.bytematrix import all_differ
from betalningsansvar.data.issues import NO_ROW, Findings, in_order, row_positions, settle
from betalningsansvar.data.personnummer import wrong_control_digit

Mask = npt.NDArray[np.bool_]

# (later, earlier): the first may not fall on a day before the second.
_ORDERS = (
    ("utskrivningsklar", "inskriven"),
    ("aterkallad", "utskrivningsklar"),
    ("makulerad", "utskrivningsklar"),
    ("oppenvard_hinder_till", "oppenvard_hinder_fran"),
    ("permission_fran", "inskriven"),
    ("permission_till", "permission_fran"),
    ("utskriven", "inskriven"),
    ("utskriven", "utskrivningsklar"),
)
# (code, start, end): the second may not stand without the first.
_SPANS = (
    ("HINDER_UTAN_BORJAN", "oppenvard_hinder_fran", "oppenvard_hinder_till"),
    ("PERMISSION_UTAN_BORJAN", "permission_fran", "permission_till"),
)
_UNREADABLE = ("CELLFEL", "KOMMUN_OKAND", "NODVANDIG_TID_OLASLIG", "TID_OLASLIG")
_NO_MESSAGE_LATER_THAN = np.timedelta64(24 * 3600, "s")
_STILL_OPEN = np.datetime64("9999-12-31", "D")


def check_cases(cases: pd.DataFrame, issues: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Add the payer and the final `status` and `orsak` to the rows that intake read.

    `cases` and `issues` are intake's. Returns a new case frame with `kommun` (5 kap. 2 §: the kommun that
    placed the patient, else that of folkbokföring), exact copies of a row dropped with a warning, and the
    issues of intake and checks together, in the order of rows and columns.
    """
    kept, issues, dropped = drop_copies(cases, issues)
    assert len(cases) == len(kept) + dropped, "a row was lost while copies were dropped"
    found = Findings()
    unreadable = _Unreadable(kept, issues)
    find_duplicates(kept, found)
    kept = kept.assign(kommun=_payer(kept, unreadable, found))
    _check_order(kept, found)
    _check_pairs(kept, unreadable, found)
    _warn_about_late_message(kept, found)
    _warn_about_control_digit(kept, found)
    issues = pd.concat([issues, found.frame(kept)], ignore_index=True)
    kept = settle(kept, issues)
    overlaps = Findings()
    _warn_about_overlap(kept, overlaps)
    issues = pd.concat([issues, overlaps.frame(kept)], ignore_index=True)
    return kept, in_order(cases, issues)


class _Unreadable:
    """Which rows hold a value that could not be read: such a cell is not blank, whatever the frame says."""

    def __init__(self, cases: pd.DataFrame, issues: pd.DataFrame) -> None:
        self._size = len(cases)
        relevant = issues[issues["kod"].isin([*_UNREADABLE, "RAD_TRASIG"])]
        rows = row_positions(cases, relevant)
        # An issue may be about a row that is no case: a message of a log, an older version, a whole file.
        self._rows, relevant = rows[rows != NO_ROW], relevant[rows != NO_ROW]
        self._columns = relevant["kolumn"].to_numpy()
        self._whole_rows = relevant["kod"].to_numpy() == "RAD_TRASIG"

    def of(self, column: str) -> Mask:
        """True where the row has something unreadable in `column`, or is unreadable as a whole."""
        mask = np.zeros(self._size, dtype=bool)
        mask[self._rows[(self._columns == column) | self._whole_rows]] = True
        return mask


def _payer(cases: pd.DataFrame, unreadable: _Unreadable, found: Findings) -> pd.Categorical:
    """The payer by 5 kap. 2 §. A placeringskommun that cannot be read leaves the payer open: it is not blank."""
    placed = cases["placeringskommun"].cat.codes.to_numpy()
    registered = cases["folkbokforingskommun"].cat.codes.to_numpy()
    placed_unread = unreadable.of("placeringskommun")
    payer = np.where(placed >= 0, placed, np.where(placed_unread, -1, registered))
    missing = (payer < 0) & ~placed_unread & ~unreadable.of("folkbokforingskommun")
    found.add(np.flatnonzero(missing), "KOMMUN_SAKNAS", "folkbokforingskommun")
    return pd.Categorical.from_codes(payer, categories=cases["folkbokforingskommun"].cat.categories)


def _check_order(cases: pd.DataFrame, found: Findings) -> None:
    """Park a row in which something happened on a day before what must come first; NaT is never before."""
    for later, earlier in _ORDERS:
        second, first = _days(cases, later), _days(cases, earlier)
        rows = np.flatnonzero(second < first)
        pairs = zip(second[rows].astype(str), first[rows].astype(str), strict=True)
        found.add(rows, "ORIMLIG_TIDSFOLJD", later, [f"{day} före {earlier} {limit}" for day, limit in pairs])


def _check_pairs(cases: pd.DataFrame, unreadable: _Unreadable, found: Findings) -> None:
    """Park a row that has one value of a pair without the other."""
    for code, start, end in _SPANS:
        ends = cases[end].notna() & cases[start].isna()
        no_start = np.flatnonzero(ends.to_numpy() & ~unreadable.of(start))
        found.add(no_start, code, end, _shown(cases[end].to_numpy()[no_start]))
    ended = (cases["avslut"] != "").to_numpy(dtype=bool) & cases["utskriven"].isna().to_numpy()
    no_time = np.flatnonzero(ended & ~unreadable.of("utskriven"))
    found.add(no_time, "AVSLUT_UTAN_TID", "avslut", cases["avslut"].iloc[no_time].to_list())


def _warn_about_late_message(cases: pd.DataFrame, found: Findings) -> None:
    """The inskrivningsmeddelande was sent more than 24 hours after admission, or after the need was seen (2:3)."""
    sent, admitted = cases["inskrivningsmeddelande"].to_numpy(), cases["inskriven"].to_numpy()
    seen = np.fmax(admitted, cases["behov_upptackt"].to_numpy())
    rows = np.flatnonzero(sent - seen > _NO_MESSAGE_LATER_THAN)
    found.add(rows, "INSKRIVNINGSMEDDELANDE_OVER_24H", "inskrivningsmeddelande", _shown(sent[rows]))


def _warn_about_control_digit(cases: pd.DataFrame, found: Findings) -> None:
    ids = pa.array(cases["patient_id"].array)
    found.add(np.flatnonzero(wrong_control_digit(ids)), "PERSONNUMMER_KONTROLLSIFFRA", "patient_id")


def _warn_about_overlap(cases: pd.DataFrame, found: Findings) -> None:
    """Two computable cases of one stay run on the same days: from notice up to withdrawal or discharge."""
    if all_differ(pa.array(cases["vardtillfalle_id"].array)):
        return
    stay, _ = pd.factorize(cases["vardtillfalle_id"])
    eligible = (cases["vardtillfalle_id"] != "").to_numpy(dtype=bool) & (cases["status"] == "").to_numpy()
    rows = np.flatnonzero(eligible)
    rows = rows[np.bincount(stay[rows], minlength=1)[stay[rows]] > 1]
    if not len(rows):
        return
    start = _days(cases, "utskrivningsklar")[rows]
    end = np.fmin(np.fmin(_days(cases, "aterkallad")[rows], _days(cases, "utskriven")[rows]), _STILL_OPEN)
    some_days = start < end
    rows, start, end = rows[some_days], start[some_days], end[some_days]
    order = np.lexsort((end, start, stay[rows]))
    rows, start, end = rows[order], start[order].astype(np.int64), end[order].astype(np.int64)
    # One line of time per stay, laid after each other, so that the latest end so far is one running maximum.
    _, line = np.unique(stay[rows], return_inverse=True)
    shift = line * (int(_STILL_OPEN.astype(np.int64)) + 1)
    latest_end = np.maximum.accumulate(end + shift)
    overlapping = np.flatnonzero(start[1:] + shift[1:] < latest_end[:-1]) + 1
    stays = cases["vardtillfalle_id"].iloc[rows[overlapping]]
    found.add(rows[overlapping], "SAMMA_DYGN_FLERA_ARENDEN", "utskrivningsklar", [f"vårdtillfälle {s}" for s in stays])


def _days(cases: pd.DataFrame, column: str) -> npt.NDArray[np.datetime64]:
    return cases[column].to_numpy().astype("datetime64[D]")


def _shown(times: npt.NDArray[np.datetime64]) -> pa.Array:
    return pc.strftime(pa.array(times, pa.timestamp("s")), format="%Y-%m-%d %H:%M")
