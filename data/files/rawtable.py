"""A table as it stands in its file: text, and where each row came from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from betalningsansvar.data.bytematrix import Texts
from betalningsansvar.data.times import SerialEpoch


@dataclass(frozen=True, slots=True)
class RawTable:
    """The text of one file or sheet, blank rows left out.

    `header` holds the headers as written and `columns` one array of text per header (blank is `""`, never
    missing). `rows` gives the row of each as the user sees it (int32, the file's first row is 1).
    `field_counts` names the rows whose number of fields is not the header's: position → number of fields.
    `broken` names cells that hold no value (an Excel error, a formula without a result): column position → row
    position → what the cell shows. `serials` is the workbook's date system, None for CSV. `header_row` is the row of
    the header, counted as `rows`: greater than 1 where titles stand above it. `sheets_unread` names the workbook's
    other sheets: visible ones with values, and hidden ones.
    """

    name: str
    sha256: str
    encoding: str
    delimiter: str | None
    header: tuple[str, ...]
    columns: tuple[Texts, ...]
    rows: npt.NDArray[np.int32]
    field_counts: Mapping[int, int] = field(default_factory=dict)
    broken: Mapping[int, Mapping[int, str]] = field(default_factory=dict)
    serials: SerialEpoch | None = None
    hint: str = ""
    header_row: int = 1
    sheets_unread: tuple[str, ...] = ()


def blank_rows(columns: Sequence[Texts], size: int) -> npt.NDArray[np.intp]:
    """The positions, of `size` rows, at which every column is empty or only blanks."""
    blank = np.arange(size)
    for column in columns:
        some = column if len(blank) == size else column.take(pa.array(blank))
        empty = pc.or_(pc.equal(some, ""), pc.utf8_is_space(some)).to_numpy(zero_copy_only=False)
        blank = blank[empty]
        if not len(blank):
            break
    return blank
