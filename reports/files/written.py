"""What was written on a sheet, for whoever reads the file back: tables, and formulas by cell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from betalningsansvar.reports.files.cells import Column


@dataclass(frozen=True, slots=True)
class TableLayout:
    """A table as written: the values stand in rows `first` … `first + len(rows) − 1`, counted from 0."""

    first: int
    columns: tuple[Column, ...]
    rows: tuple[Sequence[Any], ...]


@dataclass(frozen=True, slots=True)
class Formula:
    """One of our own formulas, and the value written beside it."""

    text: str
    value: Decimal | int | str


@dataclass(frozen=True, slots=True)
class Written:
    """What was written on one sheet."""

    tables: list[TableLayout] = field(default_factory=list)
    formulas: dict[str, Formula] = field(default_factory=dict)
