"""What a value of ours is as a cell of a workbook: columns and their kinds, texts that a cell can hold, exact numbers.

Whole öre and millionths of a dygn become numbers here and nowhere else.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

Kind = Literal["text", "wrap", "ore", "dygn", "medel", "antal", "dag", "tid"]

LONGEST_TEXT = 32_767
"""In UTF-16 units, as Excel counts: a sign beyond the first plane takes two."""

# What XML 1.0 has no room for, and the halves of broken surrogate pairs; a tab or line end becomes a space too.
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def cell_text(text: str) -> str:
    """The text as a cell can hold it: no control characters, cut at Excel's limit with … at the end."""
    clean = text if text.isprintable() else _UNPRINTABLE.sub(" ", text)
    if len(clean) > LONGEST_TEXT // 2:
        units = clean.encode("utf-16-le")
        if len(units) > 2 * LONGEST_TEXT:
            clean = units[: 2 * (LONGEST_TEXT - 1)].decode("utf-16-le", "ignore") + "…"
    # XlsxWriter takes a text in these two tags for ready-made XML.
    return f"{clean} " if clean.startswith("<r>") and clean.endswith("</r>") else clean


def kronor(ore: int) -> Decimal:
    """Whole öre as the exact number of kronor that the cell holds."""
    return Decimal(ore).scaleb(-2)


def dygn(micro: int) -> Decimal:
    """Millionths of a dygn as the exact number of dygn that the cell holds."""
    return Decimal(micro).scaleb(-6)


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table: its heading, what it holds, and its least and greatest width in characters.

    `summed` gives it a live sum below the table.
    """

    heading: str
    kind: Kind
    least: int = 6
    most: int = 40
    summed: bool = False
    to_the_left: bool = False

    @property
    def align(self) -> str:
        return "right" if self.kind in ("ore", "dygn", "medel", "antal") and not self.to_the_left else "left"
