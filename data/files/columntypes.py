"""Whether the columns of a typed file have types that can hold what is asked of them: told by column, not by cell."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from betalningsansvar.data.columns import Column
from betalningsansvar.data.files.headers import HeaderError, Layout, shown_header
from betalningsansvar.data.files.rawtable import RawTable, as_texts, is_empty
from betalningsansvar.data.files.typedcells import CellType
from betalningsansvar.data.times import parse_times

_LOOKED_AT = 1_000
_WANTED = {
    "time": "datum, tidpunkt (timestamp) eller text",
    "yesno": "ja/nej (bool) eller text",
    "answer": "ja/nej (bool) eller text",
}


def require_types(table: RawTable, layout: Layout) -> None:
    """Raise HeaderError, with every column of ours whose type cannot be right. Files of text have no types."""
    if table.types:
        _require(table.header, table.types, layout, lambda place: _some_time(table, place))


def require_types_told(header: Sequence[str], types: Sequence[CellType], layout: Layout) -> None:
    """The same of a file of which only the footer is read: what numbers say, no type tells."""
    _require(header, types, layout, lambda place: True)


def _require(
    header: Sequence[str], types: Sequence[CellType], layout: Layout, some_time: Callable[[int], bool]
) -> None:
    columns = {column.name: column for column in layout.form.columns}
    problems = [
        f"kolumnen {shown_header(header[place])} är av typen {types[place].name[:60]}, så {name} går inte "
        f"att läsa ur den. Skriv den som {_WANTED.get(columns[name].kind, 'text')}."
        for name, place in layout.position.items()
        if not _can_hold(types[place], place, columns[name], some_time)
    ]
    if problems:
        raise HeaderError(problems)


def _can_hold(cells: CellType, place: int, column: Column, some_time: Callable[[int], bool]) -> bool:
    match cells.kind:
        case "text":
            return True
        case "time":
            return column.kind in ("time", "version")
        case "yesno":
            return column.kind in ("yesno", "answer") or column.or_yes
        case "number":
            return column.kind != "time" or some_time(place)
        case "clock" | "other":
            return False


def _some_time(table: RawTable, place: int) -> bool:
    """Whether any of the first numbers is a time written as digits (20181105), or there is none at all."""
    cells = table.columns[place]
    filled = np.flatnonzero(~is_empty(cells))[:_LOOKED_AT]
    return not len(filled) or not parse_times(as_texts(cells.take(filled)))[1].all()
