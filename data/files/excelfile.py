"""Excel workbooks (.xlsx): the sheet with the cases, its header row, and every cell as text with its true row."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice

import numpy as np
import pyarrow as pa
from python_calamine import CalamineSheet

from betalningsansvar.data.files.archive import Archive
from betalningsansvar.data.files.headers import FORMS, Form, has_all_needed, known_columns
from betalningsansvar.data.files.inputs import InputError, InputFile, sha256
from betalningsansvar.data.files.rawtable import Cells, RawTable, blank_rows
from betalningsansvar.data.files.texthead import LEAST_KNOWN, LINES_LOOKED_AT, WIDE
from betalningsansvar.data.files.timecells import LATEST, as_times, joined
from betalningsansvar.data.files.workbook import Workbook, open_workbook
from betalningsansvar.data.harmless import harmless, harmless_texts
from betalningsansvar.data.identity import hide

_MOST_ROWS_ABOVE = 1_000
_ROWS_AT_A_TIME = 2_000
_EXACT_BELOW = 10**15  # Excel keeps fifteen digits of a number
_HALF_SECOND = timedelta(microseconds=500_000)

Cell = int | float | str | bool | time | date | datetime | timedelta


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A sheet whose header stands in `head_row` (from 1); `first_column` (from 1) is where its values begin."""

    table: CalamineSheet
    header: tuple[str, ...]
    head_row: int
    first_column: int

    @property
    def name(self) -> str:
        return str(self.table.name)

    @property
    def hint(self) -> str:
        """Why a column may seem to be missing: cells of the header row are merged."""
        row = self.head_row - 1
        if any(top <= row <= bottom for (top, _), (bottom, _) in self.table.merged_cell_ranges or ()):
            return f"Rubrikraden på bladet {hide(self.name)} har sammanfogade celler, som döljer rubriker: dela dem."
        return ""


def read_excel_file(
    file: InputFile, forms: Sequence[Form] = FORMS, tell: Callable[[str], None] | None = None
) -> RawTable:
    """Read the one visible sheet that has the needed headers of one of `forms`.

    They stand in one of its first rows that are not blank. Numbers become text without decimals where they have none;
    a column of dates holds times to the nearest second, and a date among other cells is text, `2018-11-05 10:30:00`.
    Raises InputError when the file is no safe workbook, or several sheets could be the one. `tell` is told, in Swedish,
    what is done each time some rows are read; what it raises ends the reading.
    """
    content = file.read()
    archive = Archive(content, file.name)
    if tell:
        tell("Öppnar arbetsboken")
    workbook = open_workbook(content, archive, file.name)
    sheets = _visible_sheets(workbook, file.name, forms)
    sheet = _choose(sheets, file.name, forms)
    others = [other.name for other in sheets if other is not sheet]
    first_body_row = sheet.head_row + 1
    broken: dict[int, dict[int, str]] = {place: {} for place in range(len(sheet.header))}
    for (row, column), shown in {**archive.broken_cells(sheet.name), **workbook.unknown}.items():
        if row >= first_body_row and column >= sheet.first_column:
            broken.setdefault(column - sheet.first_column, {})[row - first_body_row] = hide(shown)
    columns = _columns(sheet, broken, file.name, tell)
    size = len(columns[0]) if columns else 0
    rows = np.arange(first_body_row, first_body_row + size, dtype=np.int32)
    keep = np.ones(size, dtype=bool)
    keep[blank_rows(columns, size)] = False
    moved = np.cumsum(keep) - 1
    return RawTable(
        name=file.name,
        sha256=sha256(content),
        encoding="xlsx",
        delimiter=None,
        header=sheet.header,
        columns=tuple(columns if keep.all() else (column.filter(pa.array(keep)) for column in columns)),
        rows=rows[keep],
        broken={place: {int(moved[row]): shown for row, shown in cells.items()} for place, cells in broken.items()},
        serials=archive.date_system(),
        hint=sheet.hint,
        header_row=sheet.head_row,
        sheets_unread=tuple(hide(name) for name in (*others, *workbook.hidden)),
        rows_hidden=tuple(np.intersect1d(archive.hidden_rows(sheet.name), rows[keep]).tolist()),
    )


def _columns(
    sheet: _Sheet, broken: dict[int, dict[int, str]], name: str, tell: Callable[[str], None] | None
) -> list[Cells]:
    """The columns below the header, some rows at a time; numbers that were cut are noted in `broken`."""
    parts: list[list[pa.Array]] = [[] for _ in sheet.header]
    rows = islice(sheet.table.iter_rows(), sheet.head_row, None)
    start = 0
    try:
        with _garbage_left():
            while some := list(islice(rows, _ROWS_AT_A_TIME)):
                if tell:
                    last = f"{sheet.head_row + start + len(some):,}".replace(",", " ")
                    tell(f"Läser till och med rad {last} i")
                for place, cells in enumerate(zip(*some, strict=True)):
                    kinds = set(map(type, cells))
                    cut = _cut_numbers(cells) if float in kinds else {}
                    broken[place] |= {start + row: shown for row, shown in cut.items()}
                    here = {row - start: shown for row, shown in broken[place].items() if 0 <= row - start < len(some)}
                    times = None if here else as_times(cells, kinds)
                    parts[place].append(_texts(cells, kinds, here) if times is None else times)
                start += len(some)
    except OverflowError:
        raise InputError(
            [
                f"{name}: bladet {hide(sheet.name)} har, på rad {sheet.head_row + start + 1} eller senare, ett datum "
                "eller klockslag som är orimligt. Rätta cellen, eller formatera den som text."
            ]
        ) from None
    return [joined(part) for part in parts]


@contextmanager
def _garbage_left() -> Iterator[None]:
    """No search for circles of garbage meanwhile: rows are none, and every few hundred of them would start one."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _visible_sheets(workbook: Workbook, name: str, forms: Sequence[Form]) -> list[_Sheet]:
    """Every visible worksheet that is not empty."""
    sheets = [sheet for table in workbook.sheets if (sheet := _sheet(table, forms))]
    if not sheets:
        raise InputError([f"{name}: arbetsboken har inget synligt blad med värden. Visa bladet, eller utelämna filen."])
    return sheets


def _sheet(table: CalamineSheet, forms: Sequence[Form]) -> _Sheet | None:
    """The sheet's header: of its first rows that are not blank, the one that has most known columns.

    Where none has two (a foreign export), the first that is nearly as wide as the widest. None if all are blank.
    """
    if table.start is None:
        return None
    filled: list[tuple[int, tuple[str, ...]]] = []
    try:
        for row, cells in enumerate(islice(table.iter_rows(), _MOST_ROWS_ABOVE + table.start[0]), start=1):
            header = tuple(" ".join(harmless(_text(cell)).split()) for cell in cells)
            if any(header):
                filled.append((row, header))
            if len(filled) == LINES_LOOKED_AT or has_all_needed(header, forms):
                break
    except OverflowError:
        pass  # the cell is told when its rows are read
    if not filled:
        return None
    row, header = max(filled, key=lambda one: (known_columns(one[1], forms), -one[0]))
    if known_columns(header, forms) < LEAST_KNOWN:
        most = max(sum(map(bool, header)) for _, header in filled)
        row, header = next(one for one in filled if sum(map(bool, one[1])) >= WIDE * most)
    return _Sheet(table, header, row, table.start[1] + 1)


def _choose(sheets: Sequence[_Sheet], name: str, forms: Sequence[Form]) -> _Sheet:
    """The one sheet that has every needed column; if none has, the one that comes nearest."""
    fitting = [sheet for sheet in sheets if has_all_needed(sheet.header, forms)]
    if len(fitting) > 1:
        names = ", ".join(hide(sheet.name) for sheet in fitting)
        raise InputError(
            [
                f"{name}: bladen {names} har alla de kolumner som behövs, och det går inte att veta vilket som gäller. "
                "Dölj eller ta bort de andra, eller spara vart och ett som en fil."
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


def _texts(cells: Sequence[Cell], kinds: set[type], broken: Mapping[int, str]) -> pa.Array:
    if kinds == {str} and not broken:
        if not any(cells):
            return pa.repeat(pa.scalar("", pa.string()), len(cells))
        return harmless_texts(pa.array(cells, pa.string()))
    texts = [cell if type(cell) is str else _text(cell) for cell in cells]
    for row, shown in broken.items():
        texts[row] = shown
    return harmless_texts(pa.array(texts, pa.string()))


def _text(cell: Cell) -> str:
    """One cell as it would stand in a CSV file."""
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell)
    if isinstance(cell, datetime):
        return (cell if cell > LATEST else cell + _HALF_SECOND).isoformat(" ", "seconds")
    if isinstance(cell, bool):
        return "ja" if cell else "nej"
    return cell.isoformat() if isinstance(cell, date) else str(cell)
