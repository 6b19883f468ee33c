"""Rows of an export that are no case: totals, counts, notes below the table, rules, and the header once more.

They are told, one finding a row, and not read value by value. Only a row without any of the times that must be there
can be a total or a note, so that no case is taken for one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from betalningsansvar.data.files.headers import Layout
from betalningsansvar.data.files.rawtable import RawTable, as_texts, holds_times, is_empty
from betalningsansvar.data.folding import fold

_TOTAL = re.compile(
    r"(grand |sub)?total\w*|(del|slut)?summa\b|sum\b|antal\b|medel\w*|genomsnitt\w*|median\b", re.IGNORECASE
)
_NOTE = re.compile(
    r"\(?\d+ (rader|rad|rows?|poster|ärenden|records)\b|sida \d|page \d|utskrive[nt] |uttag\w*[ :]|källa\b|rapport\b|"
    r"skapad |genererad |generated |slut på |end of |completion time|\*\*\*|#",
    re.IGNORECASE,
)
_RULE = re.compile(r"[-=+_*|.\s]{3,}")
_MOST_LOOKED_AT = 10_000
_LONGEST = 60


def rows_of_no_case(table: RawTable, layout: Layout) -> dict[int, str]:
    """The positions of the rows that are no case, and what each is, in Swedish with the text that tells it."""
    places = [layout.position[c.name] for c in layout.form.columns if c.needed and c.kind == "time"]
    first = places[0]
    suspects = _blank_in_all(table, places)
    if not holds_times(table.columns[first]):
        texts = table.texts(first)
        again = pc.equal(texts, table.header[first])
        rule = pc.match_substring_regex(texts, r"^[-=+_*]{3,}$")
        suspects |= pc.or_(again, rule).to_numpy(zero_copy_only=False)
    rows = np.flatnonzero(suspects)[:_MOST_LOOKED_AT]
    if not len(rows):
        return {}
    cells = zip(*(as_texts(column.take(pa.array(rows))).to_pylist() for column in table.columns), strict=True)
    header = [fold(text) for text in table.header]
    found = ((row, _what(values, header)) for row, values in zip(rows.tolist(), cells, strict=True))
    return {row: what for row, what in found if what}


def _blank_in_all(table: RawTable, places: Sequence[int]) -> npt.NDArray[np.bool_]:
    blank = np.ones(len(table.rows), dtype=bool)
    for place in places:
        blank &= is_empty(table.columns[place])
    return blank


def _what(values: Sequence[str], header: Sequence[str]) -> str:
    filled = [text for text in map(str.strip, values) if text]
    if not filled:
        return ""
    shown = filled[0][:_LONGEST]
    if [fold(text) for text in values] == list(header):
        return "upprepad rubrikrad"
    if all(_RULE.fullmatch(text) for text in filled):
        return "linje utan uppgifter"
    if len(filled) > max(3, len(header) // 2):
        return ""
    if _TOTAL.match(shown):
        return f"summarad: {shown}"
    alone = len(filled) == 1 and len(shown.split()) > 1
    return f"anmärkning: {shown}" if _NOTE.match(shown) or alone else ""
