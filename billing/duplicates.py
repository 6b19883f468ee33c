"""The same arende_id more than once: exact copies are dropped, and so is what a newer extract has overtaken.

Whatever else differs is parked, for it cannot be known which row holds.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from betalningsansvar.data.bytematrix import all_differ
from betalningsansvar.data.categories import codes_of
from betalningsansvar.data.codes import WHOLE_ROW
from betalningsansvar.data.columns import CASE_COLUMNS, TIME_COLUMNS
from betalningsansvar.data.issues import Findings, in_order, row_positions

_NAMES = [column.name for column in CASE_COLUMNS]
_BECOMES_KNOWN = (
    *("inskrivningsmeddelande", "aterkallad", "makulerad", "sip_kallelse", "oppenvard_hinder_fran"),
    *("oppenvard_hinder_till", "kallelse_mottagen", "vardplan_justerad", "utskriven", "avslut", "behov_upptackt"),
    *("permission_fran", "permission_till", "region"),
)
"""What may be blank in one extract and told in the next without contradiction."""


DROPPED = ("DUBBLETT_IDENTISK", "NYARE_UTTAG_GALLER")
"""The codes that are told of rows which are not counted as cases of their own: one finding for each row."""


def drop_copies(cases: pd.DataFrame, issues: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame, int]:
    """Drop every row that is an exact copy of an earlier one, with the warning DUBBLETT_IDENTISK.

    A copy has the same typed value in every column, also across files, and the same values that could not be
    read. A row whose fields do not fit the header is never a copy. Returns the rows kept (`RangeIndex`), the
    issues without those of the dropped rows but with the warnings, and how many rows were dropped.
    """
    rows = rows_sharing_an_id(cases)
    if not len(rows):
        return cases, issues, 0
    rows = rows[~np.isin(rows, row_positions(cases, issues)[issues["kod"].isin(WHOLE_ROW).to_numpy(dtype=bool)])]
    group = _equal_rows(cases.iloc[rows], _unreadable_values(cases, issues, rows))
    copy = pd.Series(group).duplicated().to_numpy()
    if not copy.any():
        return cases, issues, 0
    dropped = rows[copy]
    first = pd.Series(rows[~copy], index=group[~copy])
    found = Findings()
    found.add(dropped, "DUBBLETT_IDENTISK", "arende_id", _place("samma som", cases, first[group[copy]].to_numpy()))
    return _without(cases, issues, dropped, found)


def drop_overtaken(
    cases: pd.DataFrame, issues: pd.DataFrame, newest: npt.NDArray[np.int64]
) -> tuple[pd.DataFrame, pd.DataFrame, int]:
    """Drop the rows of older extracts that a newer one holds too and only knows more about, with NYARE_UTTAG_GALLER.

    An extract is as new as the newest time in its file: `newest`, of all of its rows (`newest_times`). The newest row
    of an arende_id holds when every other, each from a file of its own, tells the same or is blank where only time
    could tell. Otherwise all stay, to be parked. Returns what `drop_copies` does.
    """
    rows = rows_sharing_an_id(cases)
    if not len(rows):
        return cases, issues, 0
    shared = cases.iloc[rows]
    case, _ = pd.factorize(shared["arende_id"])
    file = codes_of(shared["fil"])
    known = np.sum([shared[name].notna() & (shared[name] != "") for name in _BECOMES_KNOWN], axis=0)
    order = np.lexsort((known, newest[file], case))
    last = order[np.flatnonzero(np.diff(case[order], append=-1) != 0)]
    holds = last[np.argsort(case[last])][case]
    agrees = np.asarray(shared["status"] == "") & (known <= known[holds])
    for name in filter(shared.__contains__, _NAMES):
        code, _ = pd.factorize(shared[name])
        same = code == code[holds]
        if name in _BECOMES_KNOWN:
            same |= (shared[name].isna() | (shared[name] == "")).to_numpy()
        agrees &= same
    _, of_file = np.unique(case * (int(file.max()) + 1) + file, return_inverse=True)
    agrees &= np.bincount(of_file)[of_file] == 1
    every = np.bincount(case, weights=~agrees) == 0
    overtaken = every[case] & (np.arange(len(rows)) != holds)
    if not overtaken.any():
        return cases, issues, 0
    dropped = rows[overtaken]
    found = Findings()
    found.add(dropped, "NYARE_UTTAG_GALLER", "arende_id", _place("gäller:", cases, rows[holds[overtaken]]))
    return _without(cases, issues, dropped, found)


def find_duplicates(cases: pd.DataFrame, found: Findings) -> None:
    """Park all rows that share an arende_id (copies are already dropped): which one holds is not known."""
    rows = rows_sharing_an_id(cases)
    if not len(rows):
        return
    code, _ = pd.factorize(cases["arende_id"].iloc[rows])
    order = np.argsort(code, kind="stable")
    starts = np.flatnonzero(np.diff(code[order], prepend=-1))
    first, second = rows[order[starts]], rows[order[starts + 1]]
    other = np.where(rows == first[code], second[code], first[code])
    found.add(rows, "DUBBLETT", "arende_id", _place("även", cases, other))


def _without(
    cases: pd.DataFrame, issues: pd.DataFrame, dropped: npt.NDArray[np.intp], found: Findings
) -> tuple[pd.DataFrame, pd.DataFrame, int]:
    """The frame without the dropped rows, the issues with what was `found` of them and nothing else about them."""
    about_dropped = np.isin(row_positions(cases, issues), dropped)
    issues = pd.concat([issues[~about_dropped], found.frame(cases)], ignore_index=True)
    keep = np.ones(len(cases), dtype=bool)
    keep[dropped] = False
    return cases[keep].reset_index(drop=True), in_order(cases, issues), len(dropped)


def newest_times(cases: pd.DataFrame) -> npt.NDArray[np.int64]:
    """The newest time of each file in the order of the categories of `fil`, in seconds since 1970."""
    file = codes_of(cases["fil"])
    newest = np.full(len(cases["fil"].cat.categories), np.iinfo(np.int64).min)
    for name in TIME_COLUMNS:  # NaT is the smallest of all
        np.maximum.at(newest, file, cases[name].to_numpy().astype("datetime64[s]").astype(np.int64))
    return newest


def rows_sharing_an_id(cases: pd.DataFrame) -> npt.NDArray[np.intp]:
    """The rows whose arende_id is not blank and stands in more than one row."""
    if all_differ(pa.array(cases["arende_id"].array)):
        return np.empty(0, dtype=np.intp)
    code, _ = pd.factorize(cases["arende_id"])
    blank = cases["arende_id"].to_numpy() == ""
    return np.flatnonzero((np.bincount(code)[code] > 1) & ~blank)


def _equal_rows(cases: pd.DataFrame, unreadable: pd.Series) -> npt.NDArray[np.int64]:
    """A number for each row, the same for rows that are equal in every column."""
    group = np.zeros(len(cases), dtype=np.int64)
    for values in (*(cases[name] for name in _NAMES if name in cases), unreadable):
        code, distinct = pd.factorize(values)  # missing is −1
        group, _ = pd.factorize(group * (len(distinct) + 1) + code + 1)
    return group


def _unreadable_values(cases: pd.DataFrame, issues: pd.DataFrame, rows: npt.NDArray[np.intp]) -> pd.Series:
    """What stands in `rows` that could not be read, as one text a row: two such rows may differ only there."""
    position = row_positions(cases, issues)
    about = np.isin(position, rows)
    texts = issues["kolumn"][about] + "=" + issues["varde"][about]
    joined = texts.groupby(position[about]).agg("\n".join)
    return joined.reindex(rows, fill_value="")


def _place(word: str, cases: pd.DataFrame, rows: npt.NDArray[np.intp]) -> list[str]:
    files, numbers = cases["fil"].iloc[rows], cases["rad"].iloc[rows]
    return [f"{word} {file} rad {row}" for file, row in zip(files, numbers, strict=True)]
