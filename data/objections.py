"""The file in which a kommun objects: the list of disputes with rows of its own added. Every fault is told by cell."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TypeVar

from betalningsansvar.data.columns import Column
from betalningsansvar.data.files.excelfile import read_excel_file
from betalningsansvar.data.files.headers import Form
from betalningsansvar.data.files.inputs import InputError, InputFile
from betalningsansvar.data.folding import fold
from betalningsansvar.data.identity import hide

T = TypeVar("T")

REGISTERED, NUMBER, ROW, CASE, REASON, AMOUNT, RAISED = (
    "Bestridande", "Faktura", "Rad", "Ärende", "Orsak", "Belopp", "Bestritt den",
)  # fmt: skip
"""The columns that are read; what else the list holds is the region's, and passed over."""

_NEEDED = (NUMBER, ROW, CASE, REASON)
_ALL = (REGISTERED, *_NEEDED, AMOUNT, RAISED)
_FORM = Form("bestridanden", tuple(Column(name, "text", needed=name in _NEEDED) for name in _ALL))
_SHOWN = 10


@dataclass(frozen=True, slots=True)
class ObjectionRow:
    """One row: the invoice `number` as printed, a case or a row of it, why, and, where given, how much and when.
    `cells` names the cell of each column, such as `C5`."""

    cells: Mapping[str, str]
    number: str
    row: int | None
    arende_id: str | None
    reason: str
    amount_ore: int | None
    raised_on: date | None


class ObjectionFileError(InputError):
    """Cells that cannot be read or registered; nothing of the file was registered. `faults` are (cell, what)."""

    def __init__(self, name: str, faults: Sequence[tuple[str, str]]) -> None:
        self.faults = tuple(faults)
        more = [f"… och {len(faults) - _SHOWN} till."] if len(faults) > _SHOWN else []
        super().__init__(
            [*(f"{name}, cell {cell}: {what}" for cell, what in faults[:_SHOWN]), *more, "Inget är registrerat."]
        )


def read_objections(file: InputFile, known: Collection[int]) -> list[ObjectionRow]:
    """The rows of the file that are not registered yet (without a number in Bestridande), in its order.

    Raises ObjectionFileError with every cell that cannot be read or holds a number in Bestridande that is none of the
    `known`, and InputError for a file that is no such list.
    """
    if not file.is_excel:
        raise InputError([f"{file.name}: bestridanden läses ur listan i Excel (.xlsx)."])
    table = read_excel_file(file, (_FORM,))
    place = {fold(header): at for at, header in enumerate(table.header)}
    if missing := [name for name in _NEEDED if fold(name) not in place]:
        raise InputError([f"{file.name}: kolumnen {', '.join(missing)} saknas. Fyll i listan som regionen skickade."])
    texts = {
        name: [text.strip() for text in table.texts(place[fold(name)]).to_pylist()]
        for name in _ALL
        if fold(name) in place
    }
    faults: list[tuple[str, str]] = []
    found = []
    for at, sheet_row in enumerate(table.rows.tolist()):
        own = {name: column[at] for name, column in texts.items()}
        registered = own.get(REGISTERED, "")
        if registered and not (registered.isdecimal() and len(registered) < 19 and int(registered) in known):
            cell = f"{_letters(place[fold(REGISTERED)])}{sheet_row}"
            faults.append((cell, f"{hide(registered)[:40]!r} är inget registrerat bestridande. Lämna cellen tom."))
        if registered or not any(own.values()):
            continue
        cells = {name: f"{_letters(place[fold(name)])}{sheet_row}" for name in texts}
        read = _Cells(own, cells, faults)
        found.append(
            ObjectionRow(
                cells=cells,
                number=read.needed(NUMBER),
                row=read.parsed(ROW, _row, "är inget radnummer"),
                arende_id=own[CASE] or None,
                reason=read.needed(REASON).upper(),
                amount_ore=read.parsed(AMOUNT, _ore, "är inget belopp i kronor"),
                raised_on=read.parsed(RAISED, _day, "är ingen dag"),
            )
        )
        if bool(own[ROW]) == bool(own[CASE]):
            faults.append((cells[CASE], "Ange antingen ett ärende eller en rad på fakturan."))
    if faults:
        raise ObjectionFileError(file.name, faults)
    return found


@dataclass(frozen=True, slots=True)
class _Cells:
    texts: Mapping[str, str]
    cells: Mapping[str, str]
    faults: list[tuple[str, str]]

    def needed(self, name: str) -> str:
        if not self.texts[name]:
            self.faults.append((self.cells[name], f"{name} saknas."))
        return self.texts[name]

    def parsed(self, name: str, parse: Callable[[str], T], wrong: str) -> T | None:
        text = self.texts.get(name, "")
        if not text:
            return None
        try:
            return parse(text)
        except (ValueError, ArithmeticError):
            self.faults.append((self.cells[name], f"{hide(text)[:40]!r} {wrong}."))
            return None


def _row(text: str) -> int:
    return int(text)


def _ore(text: str) -> int:
    plain = text.replace("\N{NO-BREAK SPACE}", "").replace(" ", "").removesuffix("kr").replace(",", ".")
    ore = Decimal(plain) * 100
    if not ore.is_finite() or ore != int(ore):
        raise ValueError(text)
    return int(ore)


def _day(text: str) -> date:
    return date.fromisoformat(text[:10])


def _letters(position: int) -> str:
    letters = ""
    while position >= 0:
        letters = chr(ord("A") + position % 26) + letters
        position = position // 26 - 1
    return letters
