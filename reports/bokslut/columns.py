"""What a table of a bokslut is: columns for the CSV file and for the workbook, and rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import pandas as pd

from betalningsansvar.data.kommuner import kommuner

Kind = Literal["text", "ore", "antal", "dygn", "dag"]


@dataclass(frozen=True, slots=True)
class Column:
    """`name` in the CSV file, `heading` in the workbook. `kind` ore is whole öre (kronor in the workbook), dygn is
    millionths of a dygn. `words` are what the workbook shows for the codes of the CSV file."""

    name: str
    heading: str
    kind: Kind
    words: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """One table: `name` of the CSV file, `title` of the sheet, and rows with the columns' names.

    A missing value (`pd.NA`) is a figure that is not known, never zero.
    """

    name: str
    title: str
    columns: tuple[Column, ...]
    rows: pd.DataFrame


def in_words(table: Table) -> Table:
    """The table as people read it: words for codes, each said once, and no row that is all zeros."""
    amounts = [column.name for column in table.columns if column.kind == "ore"]
    rows = table.rows
    if table.name in _ZEROS_LEFT_OUT:
        # A figure that is not known (NA) is not zero.
        rows = rows[(rows[amounts].fillna(1) != 0).any(axis=1)].reset_index(drop=True)
    told = {c.name: rows[c.name].map(c.words) for c in table.columns if c.words is not None}
    columns = tuple(c for c in table.columns if c.name not in _CODES_LEFT_OUT.get(table.name, ()))
    return replace(table, rows=rows.assign(**told), columns=columns)


_ZEROS_LEFT_OUT = ("avrakning", "manader", "orsaker", "upplupet", "avrundning")
# The explanation beside them says it in words.
_CODES_LEFT_OUT = {"upplupet": ("slag",)}


def text(name: str, heading: str, words: Mapping[str, str] | None = None) -> Column:
    """A column of texts."""
    return Column(name, heading, "text", words)


def ore(name: str, heading: str) -> Column:
    """A column of amounts."""
    return Column(name, heading, "ore")


def count(name: str, heading: str) -> Column:
    """A column of whole numbers."""
    return Column(name, heading, "antal")


KOMMUN = (text("kommun", "Kod"), text("kommunnamn", "Kommun"))


def kommun_of(rows: pd.DataFrame) -> dict[str, Any]:
    """Code and name of the kommun at each row's position."""
    known = list(kommuner().values())
    return {
        "kommun": [known[n].code for n in rows["kommun"]],
        "kommunnamn": [known[n].name for n in rows["kommun"]],
    }


def if_known(values: pd.Series, known: np.ndarray) -> pd.Series:
    """The values, missing where they are not known."""
    return values.astype("Int64").where(known)
