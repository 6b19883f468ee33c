"""The checks a row must pass before anything is computed: its payer, the order of its times, its duplicates.

A row that contradicts itself is parked with its reasons; it is never dropped. Times are compared by calendar
date, since a discharge is often given without an hour.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from betalningsansvar.billing.duplicates import (
    drop_copies,
    drop_overtaken,
    find_duplicates,
    newest_times,
    rows_sharing_an_id,
)
from betalningsansvar.billing.file_findings import by_row_or_file
from betalningsansvar.billing.overlaps import ELSEWHERE, STILL_OPEN, WITHIN_STAY, of_patients, within_stays
from betalningsansvar.data.categories import codes_of
from betalningsansvar.data.codes import WHOLE_ROW
from betalningsansvar.data.columns import TIME_COLUMNS
from betalningsansvar.data.identity import tells_patient
from betalningsansvar.data.issues import NO_ROW, Findings, in_order, row_positions, settle
from betalningsansvar.data.personnummer import wrong_control_digit

Mask = npt.NDArray[np.bool_]

# (later, earlier): the first may not fall on a day before the second.
ORDERS = (
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
SPANS = (
    ("HINDER_UTAN_BORJAN", "oppenvard_hinder_fran", "oppenvard_hinder_till"),
    ("PERMISSION_UTAN_BORJAN", "permission_fran", "permission_till"),
)
_UNREADABLE = ("CELLFEL", "KOMMUN_OKAND", "NODVANDIG_TID_OLASLIG", "TID_OLASLIG")
NO_MESSAGE_LATER_THAN = np.timedelta64(24 * 3600, "s")


def check_cases(
    cases: pd.DataFrame,
    issues: pd.DataFrame,
    today: date | None = None,
    newest: npt.NDArray[np.int64] | None = None,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Add the payer and the final `status` and `orsak` to the rows that intake read.

    `cases` and `issues` are intake's. A time after `today` parks its row, since it cannot have happened; without
    `today` no time is late. `newest` is as `drop_overtaken` takes it. Returns a new case frame with `kommun` (5 kap.
    2 §: the kommun that placed the patient, else that of folkbokföring), exact copies of a row and what a newer extract
    has overtaken dropped and told, and the issues of intake and checks together, in the order of rows and columns.
    """
    kept = cases
    shared = len(rows_sharing_an_id(cases)) > 0
    if shared:
        newest = newest_times(cases) if newest is None else newest  # a copy tells how new its file is, as any row does
        kept, issues, copies = drop_copies(cases, issues)
        kept, issues, overtaken = drop_overtaken(kept, issues, newest)
        assert len(cases) == len(kept) + copies + overtaken, "a row was lost while copies were dropped"
    issues = _placed_anyway(kept, issues)
    found = Findings()
    unreadable = _Unreadable(kept, issues)
    if shared:
        find_duplicates(kept, found)
    kept = kept.assign(kommun=_payer(kept, unreadable, found))
    _check_order(kept, found)
    _check_pairs(kept, unreadable, found)
    if today is not None:
        _check_future(kept, today, found)
    _warn_about_late_message(kept, found)
    _warn_about_leave(kept, found)
    _warn_about_control_digit(kept, found)
    issues = pd.concat([issues, found.frame(kept)], ignore_index=True)
    kept = settle(kept, issues)
    later = Findings()
    _warn_about_overlap(kept, later)
    no_hour = _notices_without_hour(kept)
    telling = tells_patient(pa.array(kept["arende_id"].array))
    of_files = [
        by_row_or_file(kept, no_hour, "KLOCKSLAG_SAKNAS", "utskrivningsklar", later),
        by_row_or_file(kept, telling, "PERSONNUMMER_SOM_ARENDE_ID", "arende_id", later),
    ]
    issues = pd.concat([issues, later.frame(kept), *of_files], ignore_index=True)
    return kept, in_order(cases, issues)


class _Unreadable:
    """Which rows hold a value that could not be read: such a cell is not blank, whatever the frame says."""

    def __init__(self, cases: pd.DataFrame, issues: pd.DataFrame) -> None:
        self._size = len(cases)
        relevant = issues[issues["kod"].isin([*_UNREADABLE, *WHOLE_ROW])]
        rows = row_positions(cases, relevant)
        # An issue may be about a row that is no case: a message of a log, an older version, a whole file.
        self._rows, relevant = rows[rows != NO_ROW], relevant[rows != NO_ROW]
        self._columns = relevant["kolumn"].to_numpy()
        self._whole_rows = relevant["kod"].isin(WHOLE_ROW).to_numpy(dtype=bool)

    def of(self, column: str) -> Mask:
        """True where the row has something unreadable in `column`, or is unreadable as a whole."""
        mask = np.zeros(self._size, dtype=bool)
        mask[self._rows[(self._columns == column) | self._whole_rows]] = True
        return mask


def _placed_anyway(cases: pd.DataFrame, issues: pd.DataFrame) -> pd.DataFrame:
    """The issues, where an unknown folkbokforingskommun only warns when a known kommun placed the patient: the latter
    pays whatever the former is (5 kap. 2 §)."""
    unknown = (issues["kod"] == "KOMMUN_OKAND") & (issues["kolumn"] == "folkbokforingskommun")
    if not unknown.any():
        return issues
    row = row_positions(cases, issues)
    placed = np.append(codes_of(cases["placeringskommun"]) >= 0, False)  # NO_ROW, −1, is the last
    return issues.assign(kod=issues["kod"].mask(unknown & placed[row], "FOLKBOKFORING_OKAND"))


def _payer(cases: pd.DataFrame, unreadable: _Unreadable, found: Findings) -> pd.Categorical:
    """The payer by 5 kap. 2 §. A placeringskommun that cannot be read leaves the payer open: it is not blank."""
    placed = codes_of(cases["placeringskommun"])
    registered = codes_of(cases["folkbokforingskommun"])
    placed_unread = unreadable.of("placeringskommun")
    payer = np.where(placed >= 0, placed, np.where(placed_unread, -1, registered))
    missing = (payer < 0) & ~placed_unread & ~unreadable.of("folkbokforingskommun")
    found.add(np.flatnonzero(missing), "KOMMUN_SAKNAS", "folkbokforingskommun")
    return pd.Categorical.from_codes(payer, categories=cases["folkbokforingskommun"].cat.categories)


def _check_order(cases: pd.DataFrame, found: Findings) -> None:
    """Park a row in which something happened on a day before what must come first; NaT is never before."""
    for later, earlier in ORDERS:
        second, first = _days(cases, later), _days(cases, earlier)
        rows = np.flatnonzero(second < first)
        pairs = zip(second[rows].astype(str), first[rows].astype(str), strict=True)
        found.add(rows, "ORIMLIG_TIDSFOLJD", later, [f"{day} före {earlier} {limit}" for day, limit in pairs])


def _check_future(cases: pd.DataFrame, today: date, found: Findings) -> None:
    """Park a row with a time after `today`: it cannot have happened, and must not move the end of what is known."""
    first = np.datetime64(today, "s") + np.timedelta64(24 * 3600, "s")
    for name in TIME_COLUMNS:
        times = cases[name].to_numpy()
        rows = np.flatnonzero(times >= first)
        found.add(rows, "TID_I_FRAMTIDEN", name, _shown(times[rows]))


def _check_pairs(cases: pd.DataFrame, unreadable: _Unreadable, found: Findings) -> None:
    """Park a row that has one value of a pair without the other."""
    for code, start, end in SPANS:
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
    rows = np.flatnonzero(sent - seen > NO_MESSAGE_LATER_THAN)
    found.add(rows, "INSKRIVNINGSMEDDELANDE_OVER_24H", "inskrivningsmeddelande", _shown(sent[rows]))


def _warn_about_leave(cases: pd.DataFrame, found: Findings) -> None:
    """The patient was away from the ward: the law is silent, and what it means is the parties' to say."""
    rows = np.flatnonzero(cases["permission_fran"].notna().to_numpy())
    found.add(rows, "PERMISSION", "permission_fran", _shown(cases["permission_fran"].to_numpy()[rows]))


def _warn_about_control_digit(cases: pd.DataFrame, found: Findings) -> None:
    ids = pa.array(cases["patient_id"].array)
    found.add(np.flatnonzero(wrong_control_digit(ids)), "PERSONNUMMER_KONTROLLSIFFRA", "patient_id")


def _notices_without_hour(cases: pd.DataFrame) -> Mask:
    """Computable cases whose notice stands at midnight, as a date without an hour does."""
    seconds = cases["utskrivningsklar"].to_numpy().astype("datetime64[s]").astype(np.int64)
    return np.asarray((seconds % (24 * 3600) == 0) & (cases["status"] == "").to_numpy())


def _warn_about_overlap(cases: pd.DataFrame, found: Findings) -> None:
    """Computable cases that claim the same days of one stay, or the same patient in two places."""
    rows = np.flatnonzero((cases["status"] == "").to_numpy())
    for kod, overlaps in (
        (WITHIN_STAY, within_stays(cases, rows)),
        (ELSEWHERE, of_patients(cases, rows)),
    ):
        files, numbers = (cases[name].iloc[overlaps.other] for name in ("fil", "rad"))
        days = zip(overlaps.start.tolist(), overlaps.stop.tolist(), files, numbers, strict=True)
        told = [f"{_span(start, stop)}, även i {file} rad {row}" for start, stop, file, row in days]
        found.add(overlaps.row, kod, "utskrivningsklar", told)


def _span(start: int, stop: int) -> str:
    """Days as they are told: how many, and which."""
    first, last = (np.datetime64(day, "D") for day in (start, stop - 1))
    return f"från {first}" if stop == STILL_OPEN else f"{stop - start} dygn {first}–{last}"


def _days(cases: pd.DataFrame, column: str) -> npt.NDArray[np.datetime64]:
    return cases[column].to_numpy().astype("datetime64[D]")


def _shown(times: npt.NDArray[np.datetime64]) -> pa.Array:
    return pc.strftime(pa.array(times, pa.timestamp("s")), format="%Y-%m-%d %H:%M")
