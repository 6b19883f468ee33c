"""A raw table typed column by column: a case table, an event log, or rows of versions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from betalningsansvar.data.bytematrix import Texts
from betalningsansvar.data.columns import VARDFORMER, Column
from betalningsansvar.data.events.columns import HANDELSER
from betalningsansvar.data.files.footers import rows_of_no_case
from betalningsansvar.data.files.headers import EVENT_LOG, STATUS_ROWS, Layout
from betalningsansvar.data.files.rawtable import Cells, RawTable, as_texts, holds_times
from betalningsansvar.data.identity import HIDDEN, has_a_piece, hide, tells_patient
from betalningsansvar.data.issues import Findings
from betalningsansvar.data.kommuner import kommuner, region_names
from betalningsansvar.data.kommuntext import why_no_kommun
from betalningsansvar.data.times import given_times, parse_times
from betalningsansvar.data.timetext import why_unreadable
from betalningsansvar.data.values import (
    BLANK,
    UNKNOWN,
    YES_AS_TIME,
    error_values,
    lacking_a_digit,
    lost_digits,
    read_handelser,
    read_kommuner,
    read_regions,
    read_text,
    read_vardformer,
    read_versions,
    read_yes_no,
    yes_as_time,
)

_IDS = ("arende_id", "vardtillfalle_id", "patient_id")
_RUN_TOGETHER = r"[0-9]{6}[^0-9]{0,3}[0-9A-Za-z][0-9]{3}"
_MANY_DIGITS = r"(?:[0-9].*){8}"
# The column that holds several rows together, in the forms in which a row is not a case.
_TOGETHER = {EVENT_LOG.name: "vardtillfalle_id", STATUS_ROWS.name: "arende_id"}
_MISSING_CODES = {"arende_id": "ARENDE_ID_SAKNAS", "vardtillfalle_id": "VARDTILLFALLE_ID_SAKNAS"}

Positions = npt.NDArray[np.intp]
_NONE: Positions = np.empty(0, dtype=np.intp)


@dataclass(frozen=True)
class TypedTable:
    """The rows of one file, one typed column per column of its form, with `fil` and `rad`; the issues of their values.

    Rows of a case table are a case frame without status and orsak.
    """

    rows: pd.DataFrame
    issues: pd.DataFrame


def type_rows(table: RawTable, layout: Layout) -> TypedTable:
    """Type every column of the form `table` has; a column the file does not have is blank.

    Of a row with too many or too few fields nothing is kept, since it is not known which value belongs where,
    but `arende_id` where that is the first column, and what stands where the stay of a log or the message of a
    version should: a row that cannot be read must keep the cases it belongs to from being computed.
    """
    return _Typing(table, layout).run()


class _Typing:
    """The work on one table: what is found is collected while the columns are typed one after another."""

    def __init__(self, table: RawTable, layout: Layout) -> None:
        self._table = table
        self._layout = layout
        self._size = len(table.rows)
        self._no_case = rows_of_no_case(table, layout)
        self._counts = {row: count for row, count in table.field_counts.items() if row not in self._no_case}
        # Rows of which no value is read: it is not known which belongs where, or they are no case at all.
        self._ragged = np.array([*self._counts, *self._no_case], dtype=np.intp)
        self._found = Findings()

    def run(self) -> TypedTable:
        typed: dict[str, object] = {column.name: self._typed(column) for column in self._layout.form.columns}
        typed["fil"] = pd.Categorical([self._table.name]).repeat(self._size)
        typed["rad"] = self._table.rows
        rows = pd.DataFrame(typed, copy=False)
        expected = len(self._table.header)
        counts = [f"{n} fält i stället för {expected}" for n in self._counts.values()]
        self._found.add(np.array([*self._counts], dtype=np.intp), "RAD_TRASIG", varde=counts)
        self._found.add(np.array([*self._no_case], dtype=np.intp), "RAD_EJ_ARENDE", varde=[*self._no_case.values()])
        named = rows if "arende_id" in rows else rows[["fil", "rad"]].assign(arende_id="")
        return TypedTable(rows, self._found.frame(named))

    def _typed(self, column: Column) -> object:
        cells, broken = self._cells(column)
        rows = np.fromiter(broken, dtype=np.intp, count=len(broken))
        self._found.add(rows, "CELLFEL", column.name, list(broken.values()))
        if column.kind == "time":
            return self._times(column, cells, broken)
        texts = as_texts(cells) if column.kind in ("text", "version") or holds_times(cells) else cells
        if column.kind == "kommun":
            kommun = read_kommuner(texts)
            self._note(kommun == UNKNOWN, "KOMMUN_OKAND", column, texts, why_no_kommun)
            place = self._layout.position.get(column.name)
            if place is not None and not self._table.are_numbers(place):
                # A number cell cannot hold the zero; text that lacks it may lack another digit.
                self._note(lacking_a_digit(texts) & (kommun >= 0), "KOMMUNKOD_UTFYLLD", column, texts)
            return pd.Categorical.from_codes(kommun.clip(min=BLANK), categories=pd.Index(list(kommuner())))
        if column.kind == "region":
            region = read_regions(texts)
            self._note(region == UNKNOWN, "REGION_OKAND", column, texts)
            return pd.Categorical.from_codes(region.clip(min=BLANK), categories=pd.Index(list(region_names())))
        if column.kind == "vardform":
            vardform = read_vardformer(texts)
            self._note(self._readable(vardform < 0, rows), "VARDFORM_OKAND", column, texts)
            return pd.Categorical.from_codes(vardform.clip(min=BLANK), categories=pd.Index(VARDFORMER))
        if column.kind == "yesno":
            answer = read_yes_no(texts)
            self._note(answer == UNKNOWN, "JANEJ_OLASLIG", column, texts)
            return np.where(answer < 0, column.default, answer == 1)
        if column.kind == "answer":
            answer = read_yes_no(texts)
            self._note(answer == UNKNOWN, "JANEJ_OLASLIG", column, texts)
            return answer.clip(min=BLANK)
        if column.kind == "handelse":
            handelse = read_handelser(texts)
            self._note(self._readable(handelse < 0, rows), "HANDELSE_OKAND", column, texts)
            return pd.Categorical.from_codes(handelse.clip(min=BLANK), categories=pd.Index(HANDELSER))
        if column.kind == "version":
            version = read_versions(texts)
            self._note(self._readable(version < 0, rows), "VERSION_OLASLIG", column, texts)
            return version
        return self._text(column, texts, rows)

    def _cells(self, column: Column) -> tuple[Cells, Mapping[int, str]]:
        """The column, blank where the cell is broken or the row is ragged, and its broken cells."""
        place = self._layout.position.get(column.name)
        if place is None:
            return pa.repeat(pa.scalar("", pa.string()), self._size), {}
        cells, broken = self._table.columns[place], self._table.broken.get(place, {})
        if column.kind == "text" and not holds_times(cells):
            cells = as_texts(cells)
            errors = np.flatnonzero(error_values(cells)).tolist()
            broken = {**broken, **{row: cells[row].as_py() for row in errors}}
        if self._no_case:
            broken = {row: shown for row, shown in broken.items() if row not in self._no_case}
        together = column.name == _TOGETHER.get(self._layout.form.name)
        kept = together or (column.name == "arende_id" and place == 0)
        blanked = [*broken, *(self._no_case if kept else self._ragged)]
        if kept and len(self._ragged):  # fields that ran together may hold the patient's number
            # A stay is kept as long as it can be, for its messages must find it; of a case the file and row are told.
            telling = _RUN_TOGETHER if together else _MANY_DIGITS
            found = pc.match_substring_regex(as_texts(cells.take(pa.array(self._ragged))), telling)
            blanked += self._ragged[found.to_numpy(zero_copy_only=False)].tolist()
        if blanked:
            mask = np.zeros(self._size, dtype=bool)
            mask[blanked] = True
            cells = cells if holds_times(cells) else as_texts(cells)
            cells = pc.if_else(pa.array(mask), None if holds_times(cells) else "", cells)
        return cells, broken

    def _times(self, column: Column, cells: Cells, broken: Mapping[int, str]) -> npt.NDArray[np.datetime64]:
        yes = None
        if holds_times(cells):
            times, unreadable = given_times(cells)
        else:
            cells = as_texts(cells)
            if column.or_yes:
                yes, cells = yes_as_time(cells)
            times, unreadable = parse_times(cells, self._table.serials)
        if yes is not None:
            times[yes] = YES_AS_TIME
        rows = np.flatnonzero(unreadable)
        shown = _shown(as_texts(cells.filter(pa.array(unreadable))), column, why_unreadable)
        self._found.add(rows, "NODVANDIG_TID_OLASLIG" if column.needed else "TID_OLASLIG", column.name, shown)
        if column.needed:
            lost = np.fromiter(broken, dtype=np.intp, count=len(broken))
            self._found.add(lost, "NODVANDIG_TID_OLASLIG", column.name, list(broken.values()))
            blank = np.isnat(times) & ~unreadable
            self._note(self._readable(blank, lost), "TID_SAKNAS", column, cells)
        return times

    def _text(self, column: Column, texts: Texts, broken: Positions) -> pd.Series:
        trimmed = read_text(texts)
        if column.name in _IDS:
            self._note(lost_digits(trimmed), "SIFFROR_FORLORADE", column, trimmed)
        if column.needed and column.name in _MISSING_CODES:
            blank = _is_blank(trimmed)
            self._note(self._readable(blank), _MISSING_CODES[column.name], column, trimmed)
        if column.name == "patient_id":
            blank = _is_blank(trimmed)
            self._note(self._readable(blank, broken), "PATIENT_SAKNAS", column, trimmed)
        if column.name not in _IDS:
            trimmed = self._without_identities(column, trimmed)
        return pd.Series(trimmed.to_pandas(), dtype="str")

    def _without_identities(self, column: Column, texts: Texts) -> Texts:
        """Words for people (a ward, how a stay ended) stand in summaries too, which show nobody who the patient is."""
        words = texts.unique()
        telling = words.filter(pa.array(tells_patient(words)))
        if not len(telling):
            return texts
        mask = pc.is_in(texts, value_set=telling)
        self._note(mask.to_numpy(zero_copy_only=False), "PERSONNUMMER_I_TEXT", column, texts)
        return pc.if_else(mask, HIDDEN, texts)

    def _readable(self, mask: npt.NDArray[np.bool_], broken: Positions = _NONE) -> npt.NDArray[np.bool_]:
        """`mask` without the rows whose cell is broken or whose fields do not fit: those are noted as such."""
        mask = mask.copy()
        mask[broken] = False
        mask[self._ragged] = False
        return mask

    def _note(
        self,
        mask: npt.NDArray[np.bool_],
        kod: str,
        column: Column,
        cells: Cells,
        why: Callable[[str], str] | None = None,
    ) -> None:
        """Note the rows in `mask` with their texts, and with `why` each is not understood."""
        rows = np.flatnonzero(mask)
        if len(rows):
            self._found.add(rows, kod, column.name, _shown(as_texts(cells.filter(pa.array(mask))), column, why))


def _is_blank(texts: Texts) -> npt.NDArray[np.bool_]:
    blank: npt.NDArray[np.bool_] = pc.equal(texts, "").to_numpy(zero_copy_only=False)
    return blank


def _shown(texts: Texts, column: Column, why: Callable[[str], str] | None) -> Texts | list[str]:
    """Each text, hidden where it tells who the patient is, followed by why it is not understood."""
    if column.kind == "text":
        return texts
    time = column.kind in ("time", "version")
    told = {}
    for text in texts.unique().to_pylist():
        reason = why(text.strip()) if why else ""
        shown = HIDDEN if has_a_piece(text, time) else hide(text)
        told[text] = f"{text} ({reason})" if reason and shown == text else shown
    return [told[text] for text in texts.to_pylist()]
