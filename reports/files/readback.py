"""Opens every written workbook with another library and holds its cells to what was meant, before it is published.

python-calamine reads every book, since it takes a twentieth of openpyxl's time; of a run's books one is opened with
openpyxl too, and so are all of them in the tests.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from html import unescape
from itertools import pairwise, zip_longest
from operator import itemgetter
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pandas as pd
import python_calamine
from xlsxwriter.utility import xl_cell_to_rowcol

from betalningsansvar.data.stop import StopError
from betalningsansvar.reports.files.cells import Kind, cell_text, dygn, kronor
from betalningsansvar.reports.files.written import TableLayout, Written

Cells = Sequence[Sequence[Any]]

_BY_DAYS = ("dygn_micro", "rate_ore")
_LINE_HEADINGS = ("Från", "T.o.m.", "Dygn", "Per dygn", "Belopp")
_CELL = re.compile('<c r="([A-Z]+[0-9]+)"[^>]*>')
_UNITS: dict[Kind, int] = {"ore": 100, "dygn": 1_000_000, "medel": 1_000_000, "antal": 1}
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")


class ReadBackError(StopError):
    """Figures that must be equal are not. It is a fault in the program, never in the data; nothing is published."""


def hold(path: Path, written: Mapping[str, Written], *, twice: bool = False) -> None:
    """Hold the workbook at `path` against what was `written` on each sheet, with `twice` also as openpyxl reads it.
    Raises ReadBackError.

    Every table cell has its value and type, every formula is one of ours with its value beside it, a SUM is the sum
    of its cells, and no other cell holds a formula. No cell's content is told in the error, only where it stands.
    """
    formulas = _formulas(path)
    faults = list(_faults(_values(path), formulas, written))
    if twice:
        faults += _faults(_values_by_openpyxl(path), formulas, written)
    if faults:
        raise ReadBackError(f"{path.name}: {'; '.join(faults[:5])}. Arbetsboken lades inte ut.")


def hold_to_lines(name: str, table: TableLayout, lines: pd.DataFrame) -> None:
    """Hold the rows of an invoice's table to the Bill's charged lines of that kommun. Raises ReadBackError.

    `table` has the columns Från, T.o.m., Dygn, Per dygn and Belopp; `lines` are those of
    `billing.charged_lines.charged_lines`.
    """
    at = [[column.heading for column in table.columns].index(heading) for heading in _LINE_HEADINGS]
    told = Counter(map(itemgetter(*at), (row for row in table.rows if row[at[-1]])))
    own = lines[lines["amount_ore"] != 0]
    by_days = (own["modell"] != "schablon").tolist()
    meant = Counter(
        zip(
            *(own[name].to_numpy().astype("datetime64[D]").tolist() for name in ("fran", "tom")),
            *([n if days else None for n, days in zip(own[name].tolist(), by_days, strict=True)] for name in _BY_DAYS),
            own["amount_ore"].tolist(),
            strict=True,
        )
    )
    if told != meant:
        raise ReadBackError(f"{name}: raderna är inte beräkningens. Arbetsboken lades inte ut.")


def _values(path: Path) -> dict[str, Cells]:
    """The cells of each sheet from A1 on; an empty one is an empty text."""
    book = python_calamine.load_workbook(path)
    return {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}


def _values_by_openpyxl(path: Path) -> dict[str, Cells]:
    """The same; an empty cell is None."""
    from openpyxl import load_workbook  # costs start-up time, and only one book of a run is opened with it

    book = load_workbook(path, data_only=True, read_only=True, keep_links=False)
    try:
        return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book.worksheets}
    finally:
        book.close()


def _formulas(path: Path) -> list[dict[str, str]]:
    """Every formula of each sheet by cell, from the file itself: openpyxl shows a text that begins with = the same."""
    with ZipFile(path) as archive:
        count = sum(name.startswith("xl/worksheets/sheet") for name in archive.namelist())
        sheets = [archive.read(f"xl/worksheets/sheet{number}.xml").decode() for number in range(1, count + 1)]
    found = []
    for xml in sheets:
        formulas = {}
        for before, after in pairwise(xml.split("<f")):
            if after[0] in "> /":  # or it is <formula> or the like
                cell = _CELL.fullmatch(before, before.rfind("<c "))
                # A formula written in any other way (shared, array) counts as one that nobody meant.
                name = cell[1] if cell and after[0] == ">" else "en formel"
                formulas[name] = f"={unescape(after[1:].partition('<')[0])}"
        found.append(formulas)
    return found


def _faults(values: dict[str, Cells], formulas: list[dict[str, str]], written: Mapping[str, Written]) -> Iterable[str]:
    if list(values) != list(written) or len(formulas) != len(written):
        yield "andra blad än de som skrevs"
        return
    for (name, sheet), own_formulas in zip(written.items(), formulas, strict=True):
        for table in sheet.tables:
            yield from (f"{name} {where}" for where in _table_faults(values[name], table))
        yield from (f"{name} {where}" for where in _formula_faults(values[name], own_formulas, sheet))


def _table_faults(cells: Cells, table: TableLayout) -> Iterable[str]:
    found = [*zip_longest(*cells[table.first : table.first + len(table.rows)])]
    for at, (column, expected) in enumerate(zip(table.columns, zip(*table.rows, strict=True), strict=False)):
        own = found[at] if at < len(found) else ()
        if _plainly_same(column.kind, expected, own):
            continue
        for number, (value, cell) in enumerate(zip_longest(expected, own), start=table.first + 1):
            if not _same(column.kind, value, cell):
                yield f"rad {number} ({column.heading}) är inte det som skrevs"


def _plainly_same(kind: Kind, expected: Sequence[Any], found: Sequence[Any]) -> bool:
    """Whether a column holds just what a reader makes of the values. Quick, as nearly all do; where it is not so,
    `_same` has the say of each cell, which may be what was written all the same."""
    unit = _UNITS.get(kind)
    if unit is None:
        return [*found] == ["" if value is None else value for value in expected]
    if [*found] != ["" if value is None or value == "" else value / unit for value in expected]:
        return False
    # Up to fifteen figures a float tells one number only; true is no number, though it is equal to one.
    return bool not in set(map(type, found)) and max(map(abs, filter(None, expected)), default=0) < 10**15


def _same(kind: Kind, expected: Any, found: Any) -> bool:
    if expected is None or expected == "":
        return found is None or found == ""
    match kind:
        case "text" | "wrap":
            return isinstance(found, str) and _unescaped(found) == _unescaped(cell_text(expected))
        case "ore":
            return _number(found) == kronor(int(expected))
        case "dygn" | "medel":
            return _number(found) == dygn(int(expected))
        case "antal":
            return _number(found) == int(expected)
        case _:
            return isinstance(found, date) and _to_second(_as_datetime(found)) == _as_datetime(expected)


def _formula_faults(values: Cells, formulas: Mapping[str, str], sheet: Written) -> Iterable[str]:
    for cell in formulas.keys() - sheet.formulas.keys():
        yield f"{cell} har en formel som inte är vår"
    for cell, formula in sheet.formulas.items():
        row, column = xl_cell_to_rowcol(cell)
        shown = _cell(values, row, column)
        if formulas.get(cell) != formula.text:
            yield f"{cell} är inte formeln som skrevs"
        elif shown != formula.value if isinstance(formula.value, str) else _number(shown) != formula.value:
            yield f"{cell} visar ett annat värde än det som skrevs"
        elif formula.text.startswith("=SUM(") and _sum(values, formula.text) != formula.value:
            yield f"{cell} är inte summan av sina celler"


def _sum(values: Cells, formula: str) -> Decimal:
    top, bottom = formula.removeprefix("=SUM(").removesuffix(")").split(":")
    (first, column), (last, _) = xl_cell_to_rowcol(top), xl_cell_to_rowcol(bottom)
    numbers = (_number(_cell(values, row, column)) for row in range(first, last + 1))
    return sum((number for number in numbers if number is not None), Decimal(0))


def _cell(values: Cells, row: int, column: int) -> Any:
    """The cell, also of a file that ends before it."""
    return values[row][column] if row < len(values) and column < len(values[row]) else None


def _number(cell: Any) -> Decimal | None:
    """The number as it is written in the file; the shortest text of the float is that."""
    return Decimal(repr(cell)) if type(cell) in (int, float) else None


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)


def _as_datetime(value: date) -> datetime:
    return value if isinstance(value, datetime) else datetime(value.year, value.month, value.day)


def _to_second(at: datetime) -> datetime:
    """Excel keeps a time as a fraction of a day, which is right to well under a second."""
    return (at + timedelta(milliseconds=500)).replace(microsecond=0)
