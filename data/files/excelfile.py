"""Excel workbooks (.xlsx): the sheet with the cases, its header row, and every cell as text with its true row."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from python_calamine import CalamineError, CalamineSheet, SheetTypeEnum, SheetVisibleEnum, load_workbook

from betalningsansvar.data.files.archive import Archive
from betalningsansvar.data.files.headers import FORMS, Form, form_of, known_columns
from betalningsansvar.data.files.inputs import InputError, InputFile, sha256
from betalningsansvar.data.files.rawtable import RawTable, blank_rows

_HEADER_WITHIN = 10
_EXACT_BELOW = 10**15  # Excel keeps fifteen digits of a number
_HALF_SECOND = timedelta(microseconds=500_000)

Cell = int | float | str | bool | time | date | datetime | timedelta


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A sheet whose header row is `values[head]`; `first_row` and `first_column` are where `values` begin, from 1."""

    name: str
    values: list[list[Cell]]
    head: int
    first_row: int
    first_column: int
    merged: tuple[tuple[tuple[int, int], tuple[int, int]], ...]

    @property
    def header(self) -> tuple[str, ...]:
        return tuple(" ".join(_text(cell).split()) for cell in self.values[self.head])

    def has_all_needed(self, forms: Sequence[Form]) -> bool:
        form = form_of(self.header, forms)
        return {c.name for c in form.columns if c.needed} <= {c.name for c in form.matched(self.header)}

    @property
    def hint(self) -> str:
        """Why a column may seem to be missing: cells of the header row are merged."""
        row = self.first_row + self.head - 1
        if any(top <= row <= bottom for (top, _), (bottom, _) in self.merged):
            return f"The header row of sheet {self.name} has merged cells, which hide headers: unmerge them."
        return ""


def read_excel_file(file: InputFile, forms: Sequence[Form] = FORMS) -> RawTable:
    """Read the one visible sheet that has the needed headers of one of `forms`.

    They stand in one of its first ten rows that are not blank.

    Numbers become text without decimals where they have none, dates become `2018-11-05 10:30:00` to the nearest
    second. Raises InputError when the file is no safe workbook, or several sheets could be the one.
    """
    content = file.read()
    archive = Archive(content, file.name)
    sheet = _choose(_visible_sheets(content, file.name, forms), file.name, forms)
    body = sheet.values[sheet.head + 1 :]
    first_body_row = sheet.first_row + sheet.head + 1
    broken: dict[int, dict[int, str]] = {place: {} for place in range(len(sheet.header))}
    for (row, column), shown in archive.broken_cells(sheet.name).items():
        if row >= first_body_row and column >= sheet.first_column:
            broken.setdefault(column - sheet.first_column, {})[row - first_body_row] = shown
    columns = []
    for place, cells in enumerate(zip(*body, strict=True) if body else [()] * len(sheet.header)):
        broken[place] |= _cut_numbers(cells)
        columns.append(_texts(cells, broken[place]))
    rows = np.arange(first_body_row, first_body_row + len(body), dtype=np.int32)
    keep = np.ones(len(rows), dtype=bool)
    keep[blank_rows(columns, len(rows))] = False
    moved = np.cumsum(keep) - 1
    return RawTable(
        name=file.name,
        sha256=sha256(content),
        encoding="xlsx",
        delimiter=None,
        header=sheet.header,
        columns=tuple(column.filter(pa.array(keep)) for column in columns),
        rows=rows[keep],
        broken={place: {int(moved[row]): shown for row, shown in cells.items()} for place, cells in broken.items()},
        serials=archive.date_system(),
        hint=sheet.hint,
    )


def _visible_sheets(content: bytes, name: str, forms: Sequence[Form]) -> list[_Sheet]:
    """Every visible worksheet that is not empty."""
    try:
        workbook = load_workbook(io.BytesIO(content))
        tables = [
            workbook.get_sheet_by_name(sheet.name)
            for sheet in workbook.sheets_metadata
            if sheet.typ == SheetTypeEnum.WorkSheet and sheet.visible == SheetVisibleEnum.Visible
        ]
        sheets = [_sheet(table, forms) for table in tables if table.start is not None]
    except CalamineError:  # its text may quote a cell
        raise InputError([f"{name}: the workbook is damaged and cannot be read. Save it as .xlsx again."]) from None
    if not sheets:
        raise InputError([f"{name}: the workbook has no visible sheet with values. Unhide it, or leave the file out."])
    return sheets


def _sheet(table: CalamineSheet, forms: Sequence[Form]) -> _Sheet:
    """The sheet's values; its header is the row, of the first ten not blank, that has most known columns."""
    values = table.to_python(skip_empty_area=True)
    filled = [n for n, row in enumerate(values[: 10 * _HEADER_WITHIN]) if any(cell != "" for cell in row)]
    head = max(filled[:_HEADER_WITHIN], key=lambda n: (known_columns([_text(c) for c in values[n]], forms), -n))
    row, column = table.start or (0, 0)
    return _Sheet(table.name, values, head, row + 1, column + 1, tuple(table.merged_cell_ranges or ()))


def _choose(sheets: Sequence[_Sheet], name: str, forms: Sequence[Form]) -> _Sheet:
    """The one sheet that has every needed column; if none has, the one that comes nearest."""
    fitting = [sheet for sheet in sheets if sheet.has_all_needed(forms)]
    if len(fitting) > 1:
        names = ", ".join(sheet.name for sheet in fitting)
        raise InputError(
            [
                f"{name}: sheets {names} all have the needed columns, and it cannot be known which one counts. "
                "Hide or remove the others, or save each as a file."
            ]
        )
    return fitting[0] if fitting else max(sheets, key=lambda sheet: known_columns(sheet.header, forms))


def _cut_numbers(cells: Sequence[Cell]) -> dict[int, str]:
    """Numbers with more digits than Excel keeps: what the last ones were is lost."""
    return {
        row: f"{cell:.0f} (Excel behåller bara 15 siffror)"
        for row, cell in enumerate(cells)
        if type(cell) is float and not -_EXACT_BELOW < cell < _EXACT_BELOW
    }


def _texts(cells: Sequence[Cell], broken: Mapping[int, str]) -> pa.Array:
    texts = [cell if type(cell) is str else _text(cell) for cell in cells]
    for row, shown in broken.items():
        texts[row] = shown
    return pc.replace_substring_regex(pa.array(texts, pa.string()), r"[\x00\r\n]+", " ")


def _text(cell: Cell) -> str:
    """One cell as it would stand in a CSV file."""
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell)
    if isinstance(cell, datetime):
        return (cell + _HALF_SECOND).isoformat(" ", "seconds")
    if isinstance(cell, bool):
        return "ja" if cell else "nej"
    return cell.isoformat() if isinstance(cell, date) else str(cell)
