"""The lines of a received invoice: those that can be held against a case, and those that can only be shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pandas as pd

_EARLIEST, _LATEST = "1990-01-01", "2099-12-31"
_MOST_DIGITS = 16
"""No invoice has a greater number; one of a million digits is not worked out."""


@dataclass(frozen=True, slots=True)
class ReceivedLine:
    """One line as it stands: `row` and `text` as printed, money in öre, days as millionths of a dygn.

    `modell` is blank where the text tells neither a case nor a model that is known, `fran` and `tom` (ISO text) where
    the line tells no days, and `dygn_micro` None where it counts in something else.
    """

    row: int
    text: str
    kommun: str
    arende_id: str
    regelverk: str
    modell: str
    fran: str
    tom: str
    dygn_micro: int | None
    rate_ore: int
    amount_ore: int

    @property
    def why_not(self) -> str:
        """Why the line cannot be held against a case or a month; blank when it can."""
        if not self.modell:
            return "raden säger inte vilket ärende den gäller"
        if self.modell == "avrakning":
            return "en slutavräkning hålls mot årets bokslut, inte mot en månad"
        if not self.fran:
            return "raden säger inte vilka dagar den gäller"
        if not _EARLIEST <= self.fran <= self.tom <= _LATEST:
            return "radens dagar är orimliga"
        if self.fran[:7] != self.tom[:7]:
            return "raden går över flera månader"
        if self.dygn_micro is None:
            return "raden säger inte hur många dygn den gäller"
        return ""


@dataclass(frozen=True, slots=True)
class Received:
    """One invoice. `lines` can be compared: row, text, kommun, arende_id, regelverk, modell, fran, tom (ISO text),
    dygn_micro, rate_ore, amount_ore (int64). `shown` cannot: kommun, row, text, fran, tom, amount_ore, why.

    `number` is the invoice's own, blank where the file tells none; `months` are those that it is about, and `kommuner`
    those invoiced.
    """

    name: str
    number: str
    lines: pd.DataFrame
    shown: pd.DataFrame
    kommuner: tuple[str, ...]
    months: tuple[str, ...]

    @property
    def amount_ore(self) -> int:
        """What all the lines come to."""
        return int(self.lines["amount_ore"].sum()) + int(self.shown["amount_ore"].sum())


def received(
    name: str, number: str, lines: Sequence[ReceivedLine], kommun: str = "", period: tuple[str, str] = ("", "")
) -> Received:
    """The lines told apart. `kommun` and `period` (first and last day) are the document's own, where it tells them."""
    own = [line for line in lines if not line.why_not]
    columns: dict[str, Any] = {field: [getattr(line, field) for line in own] for field in _FIELDS}
    typed = {field: pd.Series(values, dtype=_FIELDS[field]) for field, values in columns.items()}
    rest = [line for line in lines if line.why_not]
    shown = {field: pd.Series([getattr(line, field) for line in rest], dtype=_FIELDS[field]) for field in _SHOWN}
    shown["why"] = pd.Series([line.why_not for line in rest], dtype="str")
    months = {line.fran[:7] for line in own} or {day[:7] for day in period if _EARLIEST <= day <= _LATEST}
    payers = {line.kommun for line in lines} | ({kommun} - {""})
    return Received(
        name, number, pd.DataFrame(typed), pd.DataFrame(shown), tuple(sorted(payers)), tuple(sorted(months))
    )


def whole_number(number: Decimal) -> int:
    """The number as an int. Raises ValueError when it has decimals, or is beyond every amount."""
    if not number.is_finite() or number.adjusted() >= _MOST_DIGITS or number != int(number):
        raise ValueError("no whole number of a size that occurs")
    return int(number)


_FIELDS = {
    "row": "int64",
    "text": "str",
    "kommun": "str",
    "arende_id": "str",
    "regelverk": "str",
    "modell": "str",
    "fran": "str",
    "tom": "str",
    "dygn_micro": "int64",
    "rate_ore": "int64",
    "amount_ore": "int64",
}
_SHOWN = ("kommun", "row", "text", "fran", "tom", "amount_ore")
