"""The lines of a received `fakturarader.csv`, or the same columns in Excel."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from betalningsansvar.data.files.inputs import InputError, InputFile
from betalningsansvar.data.files.rawtable import RawTable
from betalningsansvar.data.files.tables import read_table
from betalningsansvar.data.folding import fold
from betalningsansvar.data.identity import hide
from betalningsansvar.data.kommuner import kommuner
from betalningsansvar.data.received.lines import Received, ReceivedLine, received, whole_number
from betalningsansvar.data.units import MICRO_PER_DYGN

_LONGEST = 60
_TOLD = 10


def read_rows(file: InputFile) -> Received:
    """One line per row; other columns are passed over. Raises InputError naming file, row, column and value."""
    table = read_table(file)
    place = {fold(header): n for n, header in enumerate(table.header)}
    missing = [name for name in _COLUMNS if fold(name) not in place]
    if missing:
        raise InputError(
            [
                f"{table.name}: saknar {', '.join(missing)}. Ange fakturans fakturarader.csv, fakturan som arbetsbok "
                "(.xlsx) eller e-fakturan (.xml)."
            ]
        )
    problems = [
        f"{table.name}, rad {table.rows[row]}: har {count} fält i stället för {len(table.header)}, så det går inte att "
        "veta vilket värde som hör vart. Be avsändaren om en ny fil."
        for row, count in table.field_counts.items()
    ]
    columns = {
        ours: _parsed(table, place[fold(name)], name, parse, problems) for name, (ours, parse) in _COLUMNS.items()
    }
    if problems:
        more = [f"… och {len(problems) - _TOLD} till."] if len(problems) > _TOLD else []
        raise InputError([*problems[:_TOLD], *more])
    rows = zip(table.rows.tolist(), *columns.values(), strict=True)
    lines = [ReceivedLine(row=row, text=own[1] or own[3], **dict(zip(columns, own, strict=True))) for row, *own in rows]
    return received(file.name, "", lines)


def _parsed(table: RawTable, column: int, name: str, parse: Callable[[str], Any], problems: list[str]) -> list[Any]:
    values: list[Any] = []
    for row, text in zip(table.rows.tolist(), table.texts(column).to_pylist(), strict=True):
        try:
            values.append(parse(text.strip()))
        except (ValueError, ArithmeticError):
            problems.append(
                f"{table.name}, rad {row}: {name} = {hide(text[:_LONGEST])} går inte att läsa. "
                "Be avsändaren om en ny fil."
            )
    return values


def _kommun(text: str) -> str:
    code = text.zfill(4)
    if code not in kommuner():
        raise ValueError(text)
    return code


def _day(text: str) -> str:
    return date.fromisoformat(text[:10]).isoformat()


def _micro(text: str) -> int:
    return whole_number(Decimal(text or "0") * MICRO_PER_DYGN)


def _ore(text: str) -> int:
    return whole_number(Decimal(text))


_COLUMNS: dict[str, tuple[str, Callable[[str], Any]]] = {
    "kommun": ("kommun", _kommun),
    "arende_id": ("arende_id", str),
    "regelverk": ("regelverk", str),
    "modell": ("modell", str),
    "fran": ("fran", _day),
    "tom": ("tom", _day),
    "dygn": ("dygn_micro", _micro),
    "dygnsbelopp_ore": ("rate_ore", _ore),
    "belopp_ore": ("amount_ore", _ore),
}
