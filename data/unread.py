"""What a run does not read, or reads as blank: columns, files and kinds of event, told once for each file.

A column that is not ours may hold the very fact that decides; a column that is missing is read as "never happened".
Neither stops the run, and neither may pass in silence.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd
import pyarrow.compute as pc

from betalningsansvar.data.categories import codes_of
from betalningsansvar.data.events.columns import HANDELSER
from betalningsansvar.data.files.headers import EVENT_LOG, Layout
from betalningsansvar.data.files.inputs import SourceFile
from betalningsansvar.data.files.rawtable import Cells, RawTable, as_texts, holds_times
from betalningsansvar.data.folding import NO_VALUE
from betalningsansvar.data.issues import about_files

MONEY_COLUMNS = (
    "utskriven",
    "inskrivningsmeddelande",
    "aterkallad",
    "makulerad",
    "placeringskommun",
    "sip_kravs",
    "sip_kallelse",
    "oppenvard_hinder_fran",
    "oppenvard_hinder_till",
    "permission_fran",
    "permission_till",
)
"""The columns that need not be in a file, and whose blanks decide who pays and how much."""

_MONEY_EVENTS = ("utskriven", "inskrivningsmeddelande", "aterkallad")
_ENDS = ("utskriven", "avliden", "avbruten")
_LONGEST = 400
_FIRST_CELLS = 100


def blank_money_columns(table: RawTable, layout: Layout) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The money columns of the form that the table lacks, and those that are blank on every row."""
    wanted = [c.name for c in layout.form.columns if c.name in MONEY_COLUMNS and not c.needed]
    blank = [
        name
        for name in wanted
        if (place := layout.position.get(name)) is not None
        and _tells_nothing(table.columns[place])
        and not table.broken.get(place)
    ]
    return tuple(name for name in wanted if name not in layout.position), tuple(blank)


def _tells_nothing(column: Cells) -> bool:
    """Whether every cell is blank or a word for no value; the first cells answer for most columns."""
    if holds_times(column):
        return bool(column.null_count == len(column))
    return all(
        text.strip() == "" or text.strip().casefold() in NO_VALUE
        for cells in (column.slice(0, _FIRST_CELLS), column)
        for text in pc.unique(as_texts(cells)).to_pylist()
    )


def told_of_files(sources: Sequence[SourceFile], passed_over: Sequence[str]) -> pd.DataFrame:
    """The issues about whole files: passed over, columns not read, absent or blank, rows above the header or without
    a case.
    """
    found = [(name, "FIL_EJ_LAST", "") for name in passed_over]
    for source in sources:
        if source.rows == 0:
            continue
        for kod, names in (
            ("BLAD_EJ_LAST", source.sheets_unread),
            ("RADER_DOLDA", tuple(f"rad {row}" for row in source.rows_hidden)),
            ("KOLUMN_EJ_LAST", source.ignored),
            ("TIDSZON_OMRAKNAD", source.zoned),
            ("KOLUMN_SAKNAS", source.absent),
            ("KOLUMN_TOM", source.blank),
        ):
            if names:
                found.append((source.name, kod, _listed(names)))
        if source.header_row > 1:
            found.append((source.name, "RUBRIK_UNDER_TITEL", f"rad {source.header_row}"))
        if source.without_notice:
            found.append((source.name, "RADER_UTAN_ARENDE", f"{source.without_notice} av {source.rows} rader"))
    return about_files(found)


def told_of_events(logs: pd.DataFrame, sources: Iterable[SourceFile]) -> pd.DataFrame:
    """The kinds of event that no log of the run holds, though they can change money: told at the first log."""
    names = [source.name for source in sources if source.form == EVENT_LOG.name and source.rows]
    if not names:
        return about_files([])
    seen = {HANDELSER[code] for code in np.unique(codes_of(logs["handelse"])) if code >= 0}
    missing = [name for name in _MONEY_EVENTS if not seen & set(_ENDS if name == "utskriven" else (name,))]
    return about_files([(names[0], "HANDELSE_SAKNAS", _listed(missing))] if missing else [])


def _listed(names: Sequence[str]) -> str:
    """The names in one text; of very many, the first ones and how many are left."""
    shown: list[str] = []
    for name in names:
        if shown and len(", ".join([*shown, name])) > _LONGEST - 20:
            return f"{', '.join(shown)} … och {len(names) - len(shown)} till"
        shown.append(name)
    return ", ".join(shown)
