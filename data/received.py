"""The lines of an invoice someone received, read back from a `fakturarader.csv` (or the same columns in Excel)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

import pandas as pd

from betalningsansvar.data.files.excelfile import read_excel_file
from betalningsansvar.data.files.inputs import InputError, InputFile, require_tables
from betalningsansvar.data.files.rawtable import RawTable
from betalningsansvar.data.files.textfile import read_text_file
from betalningsansvar.data.folding import fold
from betalningsansvar.data.identity import hide
from betalningsansvar.data.kommuner import kommuner
from betalningsansvar.data.units import MICRO_PER_DYGN

_LONGEST = 60


def read_received(file: InputFile) -> pd.DataFrame:
    """One row per line: kommun, arende_id, regelverk, modell, fran, tom (ISO text), dygn_micro, rate_ore, amount_ore
    (int64); other columns are passed over. Raises InputError naming file, row, column and value of what is wrong.
    """
    require_tables([file])
    table = read_excel_file(file) if file.is_excel else read_text_file(file)
    place = {fold(header): n for n, header in enumerate(table.header)}
    missing = [name for name in _COLUMNS if fold(name) not in place]
    if missing:
        raise InputError([f"{table.name}: saknar {', '.join(missing)}. Ange fakturans fakturarader.csv."])
    problems: list[str] = []
    columns = {
        ours: _parsed(table, place[fold(name)], name, parse, problems) for name, (ours, parse) in _COLUMNS.items()
    }
    if problems:
        raise InputError(problems)
    return pd.DataFrame(columns)


def _parsed(table: RawTable, column: int, name: str, parse: Callable[[str], Any], problems: list[str]) -> list[Any]:
    values: list[Any] = []
    for row, text in zip(table.rows.tolist(), table.columns[column].to_pylist(), strict=True):
        try:
            values.append(parse(text.strip()))
        except (ValueError, InvalidOperation):
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
    return _whole_number(Decimal(text or "0") * MICRO_PER_DYGN)


def _ore(text: str) -> int:
    return _whole_number(Decimal(text))


def _whole_number(number: Decimal) -> int:
    if not number.is_finite() or number != int(number):
        raise ValueError(str(number))
    return int(number)


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
