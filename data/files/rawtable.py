"""A table as it stands in its file: text, times where the file itself holds times, and where each row came from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from betalningsansvar.data.bytematrix import Texts
from betalningsansvar.data.files.typedcells import CellType
from betalningsansvar.data.times import SerialEpoch

Cells: TypeAlias = pa.Array | pa.ChunkedArray
"""A column: text (blank is `""`, never missing), a dictionary of such texts where the file itself holds one, or `TIME`
where no cell holds anything but a time or nothing."""

TIME = pa.timestamp("s")
"""A time the file holds as a time, local and to the second; missing where the cell is blank."""

_MIDNIGHT = " 00:00:00$"


@dataclass(frozen=True, slots=True)
class RawTable:
    """The cells of one file or sheet, blank rows left out.

    `header` holds the headers as written and `columns` the cells under each; `texts` gives them as they would stand in
    a CSV file. `rows` gives the row of each as the user sees it (int32, the file's first row is 1).
    `field_counts` names the rows whose number of fields is not the header's: position → number of fields.
    `broken` names cells that hold no value (an Excel error, a formula without a result): column position → row
    position → what the cell shows. `serials` is the workbook's date system, None for CSV. `header_row` is the row of
    the header, counted as `rows`: greater than 1 where titles stand above it. `sheets_unread` names the workbook's
    other sheets: visible ones with values, and hidden ones; `rows_hidden` are rows that it does not show. `types` is
    what a typed file (Parquet) says that each column holds; empty of other files.
    """

    name: str
    sha256: str
    encoding: str
    delimiter: str | None
    header: tuple[str, ...]
    columns: tuple[Cells, ...]
    rows: npt.NDArray[np.int32]
    field_counts: Mapping[int, int] = field(default_factory=dict)
    broken: Mapping[int, Mapping[int, str]] = field(default_factory=dict)
    serials: SerialEpoch | None = None
    hint: str = ""
    header_row: int = 1
    sheets_unread: tuple[str, ...] = ()
    rows_hidden: tuple[int, ...] = ()
    types: tuple[CellType, ...] = ()

    def are_numbers(self, place: int) -> bool:
        """Whether the column at `place` may hold numbers, which cannot show their leading zeros."""
        return self.serials is not None or bool(self.types and self.types[place].kind == "number")

    def texts(self, place: int) -> Texts:
        """The column at `place` as text."""
        return as_texts(self.columns[place])


def holds_times(cells: Cells) -> bool:
    """Whether the file itself holds the column as times."""
    return bool(cells.type == TIME)


def as_texts(cells: Cells) -> Texts:
    """The cells as they would stand in a CSV file: `2018-11-05 10:30:00`, and a day alone where it is midnight."""
    if pa.types.is_dictionary(cells.type):
        return cells.cast(pa.string())
    if not holds_times(cells):
        return cells
    return pc.fill_null(pc.replace_substring_regex(cells.cast(pa.string()), _MIDNIGHT, ""), "")


def is_empty(cells: Cells) -> npt.NDArray[np.bool_]:
    """True where nothing at all stands in a cell."""
    empty = pc.is_null(cells) if holds_times(cells) else pc.equal(cells, "")
    return np.asarray(empty.to_numpy(zero_copy_only=False))


def blank_rows(columns: Sequence[Cells], size: int) -> npt.NDArray[np.intp]:
    """The positions, of `size` rows, at which every column is empty or only blanks."""
    blank = np.arange(size)
    for column in columns:
        some = column if len(blank) == size else column.take(pa.array(blank))
        empty = is_empty(some)
        if not holds_times(some):
            empty |= pc.utf8_is_space(as_texts(some)).to_numpy(zero_copy_only=False)
        blank = blank[empty]
        if not len(blank):
            break
    return blank
