"""Whether the columns of a typed file have types that can hold what is asked of them: told by column, not by cell."""

from __future__ import annotations

import numpy as np

from betalningsansvar.data.columns import Column
from betalningsansvar.data.files.headers import HeaderError, Layout, shown_header
from betalningsansvar.data.files.rawtable import RawTable, as_texts, is_empty
from betalningsansvar.data.times import parse_times

_LOOKED_AT = 1_000
_WANTED = {
    "time": "datum, tidpunkt (timestamp) eller text",
    "yesno": "ja/nej (bool) eller text",
    "answer": "ja/nej (bool) eller text",
}


def require_types(table: RawTable, layout: Layout) -> None:
    """Raise HeaderError, with every column of ours whose type cannot be right. Files of text have no types."""
    if not table.types:
        return
    columns = {column.name: column for column in layout.form.columns}
    problems = [
        f"kolumnen {shown_header(table.header[place])} är av typen {table.types[place].name[:60]}, så {name} går inte "
        f"att läsa ur den. Skriv den som {_WANTED.get(columns[name].kind, 'text')}."
        for name, place in layout.position.items()
        if not _can_hold(table, place, columns[name])
    ]
    if problems:
        raise HeaderError(problems)


def _can_hold(table: RawTable, place: int, column: Column) -> bool:
    match table.types[place].kind:
        case "text":
            return True
        case "time":
            return column.kind in ("time", "version")
        case "yesno":
            return column.kind in ("yesno", "answer") or column.or_yes
        case "number":
            return column.kind != "time" or _some_time(table, place)
        case "clock" | "other":
            return False


def _some_time(table: RawTable, place: int) -> bool:
    """Whether any of the first numbers is a time written as digits (20181105), or there is none at all."""
    cells = table.columns[place]
    filled = np.flatnonzero(~is_empty(cells))[:_LOOKED_AT]
    return not len(filled) or not parse_times(as_texts(cells.take(filled)))[1].all()
