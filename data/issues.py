"""The problems found in rows: collected by the stages, and what they make of a row."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from betalningsansvar.data.bytematrix import Texts
from betalningsansvar.data.categories import codes_of
from betalningsansvar.data.codes import CODES, STATUSES, WHOLE_ROW
from betalningsansvar.data.columns import CASE_COLUMNS
from betalningsansvar.data.events.columns import EVENT_COLUMNS
from betalningsansvar.data.identity import HIDDEN, has_a_piece, hide, tells_patient

NO_ROW = -1
ISSUE_COLUMNS = ("fil", "rad", "arende_id", "kod", "kolumn", "varde")
_LONGEST_VALUE = 200

_SEVERITY_RANK = {"avvisar": 0, "parkerar": 1}
_STATUS_OF_RANK = ("avvisad", "parkerad", "")
_COLUMN_ORDER = {"": 0, **{c.name: n for n, c in reversed([*enumerate((*CASE_COLUMNS, *EVENT_COLUMNS), start=1)])}}
_CODE_ORDER = {code: n for n, code in enumerate(CODES)}


class Findings:
    """What a stage finds, one call per kind of problem; `frame` turns it into an issue frame."""

    def __init__(self) -> None:
        self._found: list[pd.DataFrame] = []

    def add(
        self, rows: npt.NDArray[np.integer], kod: str, kolumn: str = "", varde: Texts | Sequence[str] | str = ""
    ) -> None:
        """Note the problem `kod` at the positions `rows` of the case frame; `varde` is one text, or one per row."""
        if len(rows):
            self._found.append(
                pd.DataFrame({"row": rows, "kod": kod, "kolumn": kolumn, "varde": _shown(kolumn, varde)})
            )

    def frame(self, cases: pd.DataFrame) -> pd.DataFrame:
        """The issue frame, in the order of rows, columns and codes. `cases` has `fil`, `rad` and `arende_id`."""
        if not self._found:
            return empty_issues()
        found = pd.concat(self._found, ignore_index=True)
        column, code = found["kolumn"].map(_COLUMN_ORDER), found["kod"].map(_CODE_ORDER)
        found = found.iloc[np.lexsort((code, column, found["row"]))]
        place = cases[["fil", "rad", "arende_id"]].take(found["row"].to_numpy())
        frame = pd.DataFrame(
            {
                "fil": place["fil"].astype("str").to_numpy(),
                "rad": place["rad"].to_numpy().astype(np.int64),
                "arende_id": _without_identity(place["arende_id"], found["kod"].isin(WHOLE_ROW).to_numpy(bool)).array,
                **{name: found[name].array for name in ("kod", "kolumn", "varde")},
            }
        )
        return _as_issues(frame)


def empty_issues() -> pd.DataFrame:
    """An issue frame without rows."""
    return _as_issues(pd.DataFrame({name: [] for name in ISSUE_COLUMNS}))


def about_files(found: Sequence[tuple[str, str, str]], kolumn: str = "") -> pd.DataFrame:
    """An issue frame about whole files: (file, code, value) each. `rad` is 0, since no row is meant."""
    if not found:
        return empty_issues()
    fil, kod, varde = zip(*found, strict=True)
    blank = [""] * len(found)
    columns = (fil, [0] * len(found), blank, kod, [kolumn] * len(found), map(hide, varde))
    return _as_issues(pd.DataFrame(dict(zip(ISSUE_COLUMNS, map(list, columns), strict=True))))


def in_order(cases: pd.DataFrame, issues: pd.DataFrame) -> pd.DataFrame:
    """`issues` in the order of files (as in `cases`), rows, columns and codes."""
    files = {name: n for n, name in enumerate(cases["fil"].cat.categories)}
    keys = (
        issues["kod"].map(_CODE_ORDER),
        issues["kolumn"].map(_COLUMN_ORDER),
        issues["rad"],
        issues["fil"].map(files).fillna(-1),
    )
    return issues.iloc[np.lexsort(keys)].reset_index(drop=True)


def _as_issues(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.astype({name: "int64" if name == "rad" else "str" for name in ISSUE_COLUMNS})


def row_positions(cases: pd.DataFrame, issues: pd.DataFrame) -> npt.NDArray[np.int64]:
    """The position in `cases` of the row each issue is about; NO_ROW for a whole file or a row that is no case.

    Never index with it unmasked: −1 would be the last row.
    """
    files = {name: n for n, name in enumerate(cases["fil"].cat.categories)}
    codes = codes_of(cases["fil"]).astype(np.int64)
    keys = codes << 32 | cases["rad"].to_numpy()
    order = np.argsort(keys, kind="stable")
    wanted = issues["fil"].map(files).fillna(-1).to_numpy().astype(np.int64) << 32 | issues["rad"].to_numpy()
    place = np.searchsorted(keys[order], wanted).clip(max=max(len(keys) - 1, 0))
    if not len(keys):
        return np.full(len(issues), NO_ROW, dtype=np.int64)
    at = order[place]
    return np.where(keys[at] == wanted, at, NO_ROW)


def settle(cases: pd.DataFrame, issues: pd.DataFrame) -> pd.DataFrame:
    """`cases` with `status` and `orsak` as the parking and rejecting `issues` of every row decide.

    The first problem names the row: rejecting before parking, then in the order of the columns.
    """
    status = np.full(len(cases), len(_STATUS_OF_RANK) - 1, dtype=np.int8)
    orsak = np.zeros(len(cases), dtype=np.int64)
    severity = issues["kod"].map({c.code: _SEVERITY_RANK.get(c.severity, -1) for c in CODES.values()}).to_numpy()
    rows = row_positions(cases, issues)
    deciding = np.flatnonzero((severity >= 0) & (rows >= 0))
    if len(deciding):
        column = issues["kolumn"].map(_COLUMN_ORDER).to_numpy()[deciding]
        code = issues["kod"].map(_CODE_ORDER).to_numpy()[deciding]
        order = np.lexsort((code, column, severity[deciding], rows[deciding]))
        row, first = np.unique(rows[deciding][order], return_index=True)
        status[row] = severity[deciding][order][first]
        orsak[row] = code[order][first] + 1
    names = np.array([STATUSES.index(name) for name in _STATUS_OF_RANK], dtype=np.int8)
    return cases.assign(
        status=pd.Categorical.from_codes(names[status], categories=pd.Index(STATUSES)),
        orsak=pd.Categorical.from_codes(orsak, categories=pd.Index(["", *CODES])),
    )


def _without_identity(arende_id: pd.Series, broken: npt.NDArray[np.bool_]) -> pd.Series:
    """The ids as they may be shown. In a `broken` row anything may stand where the id should, so there every text with
    the digits of a personal number is hidden, whatever else is in it."""
    hidden = tells_patient(pa.array(arende_id, pa.string()))
    if broken.any():
        hidden[broken] |= arende_id[broken].map(has_a_piece).to_numpy(bool)
    return arende_id.mask(hidden, HIDDEN)


def _shown(kolumn: str, varde: Texts | Sequence[str] | str) -> pd.Series | str:
    """Values as they may be shown: never a patient's identity, never a whole page."""
    if kolumn == "patient_id":
        return HIDDEN
    if isinstance(varde, str):
        return varde
    values = varde if isinstance(varde, pa.Array | pa.ChunkedArray) else pa.array(varde, pa.string())
    shown = pd.Series(values.to_pandas(), dtype="str").str.slice(0, _LONGEST_VALUE)
    return shown.mask(tells_patient(values), HIDDEN)
