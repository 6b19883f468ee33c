"""Our invoice as a workbook, preview or numbered, read back by its cells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import islice
from typing import Any

from python_calamine import CalamineSheet

from betalningsansvar.data.files.archive import Archive
from betalningsansvar.data.files.inputs import InputError
from betalningsansvar.data.files.workbook import open_workbook
from betalningsansvar.data.harmless import harmless
from betalningsansvar.data.identity import hide
from betalningsansvar.data.kommuner import kommuner
from betalningsansvar.data.received.lines import Received, ReceivedLine, received, whole_number
from betalningsansvar.data.units import MICRO_PER_DYGN

CASE, RULE, FRAN, TOM, DYGN, RATE, AMOUNT = "Ärende", "Regel", "Från", "T.o.m.", "Dygn", "Per dygn", "Belopp"
_HEADER = (CASE, RULE, FRAN, TOM, DYGN, RATE, AMOUNT)
_TOTAL, _NUMBER, _KOMMUN, _PERIOD = "Summa", "Fakturanummer", "Kommunkod", "Period"
_MOST_ROWS = 1_048_576


def is_invoice_book(name: str, content: bytes) -> bool:
    """Whether one of the sheets has the headings of an invoice's lines. Raises InputError for no sound workbook."""
    return _sheet(name, content) is not None


def read_invoice_book(name: str, content: bytes, models: Mapping[str, str]) -> Received:
    """The lines between the headings and the sum, which must hold. `models`: the model by the word in Ärende.

    Raises InputError naming the cell that cannot be read.
    """
    found = _sheet(name, content)
    assert found is not None
    rows, head, places = found
    labels = {str(row[at]).strip(): row[at + 1] for row in rows[:head] for at in range(len(row) - 1) if row[at] != ""}
    kommun = _text(labels.get(_KOMMUN, "")).zfill(4)
    if kommun not in kommuner():
        raise InputError([f"{name}: fakturans kommunkod saknas eller är okänd. Be avsändaren om en ny fil."])
    rules = {row[0].split(".", 1)[0]: row[0].split("\n", 1)[0] for row in rows[head:] if _is_rule(row)}
    lines: list[ReceivedLine] = []
    for number, row in enumerate(rows[head + 1 :], start=head + 2):
        cells = {column: row[at] if at < len(row) else "" for column, at in places.items()}
        who = harmless(_text(cells[CASE])).strip()
        read = _Cells(name, number, cells, places)
        if who == _TOTAL:
            if read.ore(AMOUNT) != sum(line.amount_ore for line in lines):
                raise InputError([f"{name}: raderna på fakturan blir inte dess summa. Be avsändaren om en ny fil."])
            return received(name, _text(labels.get(_NUMBER, "")), lines, kommun, _days(labels.get(_PERIOD, "")))
        amount_ore = read.ore(AMOUNT)
        if cells[FRAN] == "" and amount_ore == 0:
            continue  # a message that there is nothing to pay
        lines.append(
            ReceivedLine(
                row=len(lines) + 1,
                text=who,
                kommun=kommun,
                arende_id="" if who in models else who,
                regelverk=rules.get(_text(cells[RULE]), ""),
                modell=models.get(who, "individuell" if who else ""),
                fran=read.day(FRAN),
                tom=read.day(TOM),
                dygn_micro=read.whole(DYGN, MICRO_PER_DYGN),
                rate_ore=read.ore(RATE),
                amount_ore=amount_ore,
            )
        )
    raise InputError([f"{name}: fakturans rader slutar utan summa; filen är avkortad. Be avsändaren om en ny fil."])


def _days(cell: Any) -> tuple[str, str]:
    """First and last day of `2018-11-01–2018-11-30`; blank where the cell says something else."""
    parts = _text(cell).split("–")
    try:
        first, last = (date.fromisoformat(part.strip()).isoformat() for part in parts)
    except ValueError:
        return "", ""
    return first, last


def _is_rule(row: Sequence[Any]) -> bool:
    return bool(row) and isinstance(row[0], str) and row[0].split(".", 1)[0].isdecimal()


def _sheet(name: str, content: bytes) -> tuple[list[list[Any]], int, dict[str, int]] | None:
    """The rows of the sheet with an invoice's lines, the row of their headings, and where each column stands."""
    for sheet in open_workbook(content, Archive(content, name), name).sheets:
        rows = _rows(name, sheet)
        for number, row in enumerate(rows):
            texts = [str(cell).strip() for cell in row]
            if all(heading in texts for heading in _HEADER):
                return rows, number, {heading: texts.index(heading) for heading in _HEADER}
    return None


def _rows(name: str, sheet: CalamineSheet) -> list[list[Any]]:
    if sheet.start is None:
        return []
    try:
        return list(islice(sheet.iter_rows(), _MOST_ROWS))
    except OverflowError:
        raise InputError([f"{name}: en cell har ett orimligt datum. Be avsändaren om en ny fil."]) from None


def _text(cell: Any) -> str:
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell).strip()


class _Cells:
    """The cells of one row; what cannot be read is told by its cell."""

    def __init__(self, name: str, row: int, cells: Mapping[str, Any], places: Mapping[str, int]) -> None:
        self._name, self._row, self._cells, self._places = name, row, cells, places

    def ore(self, column: str) -> int:
        return self.whole(column, 100)

    def whole(self, column: str, factor: int) -> int:
        cell = self._cells[column]
        try:
            return whole_number(Decimal(repr(cell) if isinstance(cell, float) else str(cell or 0)) * factor)
        except (ValueError, ArithmeticError):
            raise self._fault(column) from None

    def day(self, column: str) -> str:
        cell = self._cells[column]
        if cell == "":
            return ""
        try:
            day = cell.date() if isinstance(cell, datetime) else cell
            return (day if isinstance(day, date) else date.fromisoformat(str(cell).strip()[:10])).isoformat()
        except ValueError:
            raise self._fault(column) from None

    def _fault(self, column: str) -> InputError:
        shown = hide(str(self._cells[column])[:60])
        where = f"{chr(ord('A') + self._places[column] % 26)}{self._row}"
        return InputError(
            [f"{self._name}, cell {where}: {column} = {shown} går inte att läsa. Be avsändaren om en ny fil."]
        )
