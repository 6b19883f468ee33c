"""A Parquet file in parts that are read apart from each other, in any process: some row groups each, some columns.

The footer is judged as that of a file read whole (`parquetfooter`). A part tells how large the file was and when it was
changed, so that all parts are of the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from betalningsansvar.data.files.inputs import InputError, InputFile
from betalningsansvar.data.files.parquetfile import FIRST_ROW, OPENING, telling
from betalningsansvar.data.files.parquetfooter import require_whole
from betalningsansvar.data.files.rawtable import Cells, RawTable, blank_rows
from betalningsansvar.data.files.typedcells import CellType, cell_type, to_cells
from betalningsansvar.data.harmless import harmless

_BUFFER = 1 << 20
_REPEATED = 6
"""Fewer bytes than this a value, and a text is repeated so much that each is read once."""


@dataclass(frozen=True, slots=True)
class Part:
    """The row groups `groups` of a file on disk: `rows` records, before which there are `first`. Picklable; whoever
    reads it finds the file by a path that does not depend on where it runs."""

    file: InputFile
    groups: tuple[int, ...]
    first: int
    rows: int
    size: int
    changed_ns: int

    def __str__(self) -> str:
        """As a person finds it: file, row groups and rows, the header being row 1."""
        first, last = self.first + FIRST_ROW, self.first + self.rows + FIRST_ROW - 1
        begin, end = (f"{row:,}".replace(",", " ") for row in (first, last))
        groups = f"{self.groups[0]}" if len(self.groups) == 1 else f"{self.groups[0]}–{self.groups[-1]}"
        return f"{self.file.name}, radgrupp {groups} (rad {begin}–{end})"


@dataclass(frozen=True, slots=True)
class Whole:
    """A Parquet file as its footer tells it: `header` as written, the `types` of its columns, `blank` the positions of
    columns without any value, and its `parts`."""

    header: tuple[str, ...]
    types: tuple[CellType, ...]
    blank: tuple[int, ...]
    parts: tuple[Part, ...]


def parts_of(file: InputFile, rows: int) -> Whole:
    """Cut a file into parts of about `rows` records, at least a row group each. Raises InputError."""
    assert file.path is not None
    found = replace(file, path=file.path.absolute())
    with file.stream() as stream:
        status = file.path.stat()
        require_whole(stream, status.st_size, file.name)
        with telling(file.name):
            stream.seek(0)
            opened = pq.ParquetFile(stream, **OPENING)
            footer, schema = opened.metadata, opened.schema_arrow
            sizes = [footer.row_group(n).num_rows for n in range(footer.num_row_groups)]
            types = tuple(_types(opened))
            blank = tuple(place for place in range(len(schema.names)) if _is_blank(footer, schema.names[place]))
    parts: list[Part] = []
    first, groups, gathered = 0, [], 0
    for number, size in enumerate(sizes):
        groups.append(number)
        gathered += size
        if gathered >= rows or number == len(sizes) - 1:
            if gathered:
                parts.append(Part(found, tuple(groups), first, gathered, status.st_size, status.st_mtime_ns))
            first, groups, gathered = first + gathered, [], 0
    return Whole(tuple(" ".join(harmless(name).split()) for name in schema.names), types, blank, tuple(parts))


def rows_of(file: InputFile) -> int:
    """How many records the file's footer tells. Raises InputError."""
    return sum(part.rows for part in parts_of(file, 1).parts)


def _types(opened: pq.ParquetFile) -> Iterator[CellType]:
    footer = opened.metadata
    physical = {footer.schema.column(n).path: footer.schema.column(n).physical_type for n in range(footer.num_columns)}
    for field in opened.schema_arrow:
        yield cell_type(field.type, physical.get(field.name, ""))


def _is_blank(footer: pq.FileMetaData, name: str) -> bool:
    """Whether the footer says that every value of the column is missing."""
    missing = 0
    for number in range(footer.num_row_groups):
        group = footer.row_group(number)
        for place in range(group.num_columns):
            chunk = group.column(place)
            if chunk.path_in_schema == name:
                missing += chunk.statistics.null_count or 0 if chunk.is_stats_set else 0
    return bool(missing == footer.num_rows)


def read_part(part: Part, places: Sequence[int], rows: int) -> Iterator[RawTable]:
    """The columns at `places` of a part, `rows` records at a time; the other columns are blank and of no type.

    Rows without any value in them are left out. Raises InputError, also when the file was changed since its footer was
    read.
    """
    assert part.file.path is not None
    if not part.file.path.exists():
        raise InputError(
            [
                f"{part.file.name}: filen finns inte där delen räknas, {part.file.path}. Har den flyttats? "
                "De datorer som räknar tillsammans måste nå den på samma plats."
            ]
        )
    status = part.file.path.stat()
    if (status.st_size, status.st_mtime_ns) != (part.size, part.changed_ns):
        raise InputError([f"{part.file.name}: filen ändrades medan den lästes. Kör igen när den är färdig."])
    with part.file.stream() as stream, telling(str(part), room=False):
        opened = pq.ParquetFile(stream, **OPENING)
        names = opened.schema_arrow.names
        types = tuple(_types(opened))
        texts = _repeated(opened.metadata, part)
        # With a buffer a column is read a piece at a time, not a whole row group of it.
        reading = {"read_dictionary": texts, "pre_buffer": False, "buffer_size": _BUFFER}
        opened = pq.ParquetFile(stream, **reading, **OPENING)
        chosen = [names[place] for place in places]
        read = 0
        batches = opened.iter_batches(rows, row_groups=list(part.groups), columns=chosen, use_threads=False)
        while (batch := next(batches, None)) is not None:
            first, size = part.first + read + FIRST_ROW, batch.num_rows
            arrays = {place: batch.column(names[place]) for place in places}
            raw = _raw(part, names, types, arrays, np.arange(first, first + size, dtype=np.int32))
            read += size
            del batch, arrays
            yield raw
            del raw
        if read != part.rows:
            raise InputError([f"{part}: här finns {read} rader, och filens slut säger {part.rows}. Ta ut filen igen."])


def _repeated(footer: pq.FileMetaData, part: Part) -> list[str]:
    """The texts of few values, which are kept once each: unique ones would cost ten times the reading."""
    found = []
    for place in range(footer.num_columns):
        chunks = [footer.row_group(group).column(place) for group in part.groups]
        texts = footer.schema.column(place).physical_type == "BYTE_ARRAY"
        if texts and sum(c.total_uncompressed_size for c in chunks) < _REPEATED * sum(c.num_values for c in chunks):
            found.append(footer.schema.column(place).path)
    return found


def _raw(
    part: Part,
    names: Sequence[str],
    types: tuple[CellType, ...],
    arrays: dict[int, pa.Array],
    rows: np.ndarray,
) -> RawTable:
    columns: dict[int, Cells] = {}
    lost = {}
    for place, array in arrays.items():
        columns[place], gone = to_cells(array, types[place])
        if gone:
            lost[place] = gone
    keep = np.ones(len(rows), np.bool_)
    keep[blank_rows(list(columns.values()), len(rows))] = False
    if not keep.all():
        columns = {place: column.filter(pa.array(keep)) for place, column in columns.items()}
    moved = np.cumsum(keep) - 1
    nothing: Cells = pa.repeat(pa.scalar("", pa.string()), int(keep.sum()))
    return RawTable(
        name=part.file.name,
        sha256="",
        encoding="parquet",
        delimiter=None,
        header=tuple(" ".join(harmless(name).split()) for name in names),
        columns=tuple(columns.get(place, nothing) for place in range(len(names))),
        rows=rows[keep],
        broken={place: {int(moved[row]): shown for row, shown in gone.items()} for place, gone in lost.items()},
        types=types,
    )
