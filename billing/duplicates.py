"""The same arende_id more than once: exact copies are dropped, different contents are parked."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from betalningsansvar.data.bytematrix import all_differ
from betalningsansvar.data.columns import CASE_COLUMNS
from betalningsansvar.data.issues import Findings, in_order, row_positions

_NAMES = [column.name for column in CASE_COLUMNS]


def drop_copies(cases: pd.DataFrame, issues: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame, int]:
    """Drop every row that is an exact copy of an earlier one, with the warning DUBBLETT_IDENTISK.

    A copy has the same typed value in every column, also across files, and the same values that could not be
    read. A row whose fields do not fit the header is never a copy. Returns the rows kept (`RangeIndex`), the
    issues without those of the dropped rows but with the warnings, and how many rows were dropped.
    """
    rows = _rows_sharing_an_id(cases)
    if not len(rows):
        return cases, issues, 0
    rows = rows[~np.isin(rows, row_positions(cases, issues)[issues["kod"].to_numpy() == "RAD_TRASIG"])]
    group = _equal_rows(cases.iloc[rows], _unreadable_values(cases, issues, rows))
    copy = pd.Series(group).duplicated().to_numpy()
    if not copy.any():
        return cases, issues, 0
    dropped = rows[copy]
    first = pd.Series(rows[~copy], index=group[~copy])
    found = Findings()
    found.add(dropped, "DUBBLETT_IDENTISK", "arende_id", _place("samma som", cases, first[group[copy]].to_numpy()))
    about_dropped = np.isin(row_positions(cases, issues), dropped)
    issues = pd.concat([issues[~about_dropped], found.frame(cases)], ignore_index=True)
    keep = np.ones(len(cases), dtype=bool)
    keep[dropped] = False
    return cases[keep].reset_index(drop=True), in_order(cases, issues), len(dropped)


def find_duplicates(cases: pd.DataFrame, found: Findings) -> None:
    """Park all rows that share an arende_id (copies are already dropped): which one holds is not known."""
    rows = _rows_sharing_an_id(cases)
    if not len(rows):
        return
    code, _ = pd.factorize(cases["arende_id"].iloc[rows])
    order = np.argsort(code, kind="stable")
    starts = np.flatnonzero(np.diff(code[order], prepend=-1))
    first, second = rows[order[starts]], rows[order[starts + 1]]
    other = np.where(rows == first[code], second[code], first[code])
    found.add(rows, "DUBBLETT", "arende_id", _place("även", cases, other))


def _rows_sharing_an_id(cases: pd.DataFrame) -> npt.NDArray[np.intp]:
    """The rows whose arende_id is not blank and stands in more than one row."""
    if all_differ(pa.array(cases["arende_id"].array)):
        return np.empty(0, dtype=np.intp)
    code, _ = pd.factorize(cases["arende_id"])
    blank = cases["arende_id"].to_numpy() == ""
    return np.flatnonzero((np.bincount(code)[code] > 1) & ~blank)


def _equal_rows(cases: pd.DataFrame, unreadable: pd.Series) -> npt.NDArray[np.int64]:
    """A number for each row, the same for rows that are equal in every column."""
    group = np.zeros(len(cases), dtype=np.int64)
    for values in (*(cases[name] for name in _NAMES), unreadable):
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
