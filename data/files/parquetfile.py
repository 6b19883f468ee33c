"""Parquet: every column as cells by its type.

Rows are numbered as in the same table as CSV: the first record is row 2, below the header.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from betalningsansvar.data.files.inputs import InputError, InputFile
from betalningsansvar.data.files.parquetfooter import DAMAGE, absurd, damaged, require_whole
from betalningsansvar.data.files.rawtable import Cells, RawTable, as_texts, blank_rows
from betalningsansvar.data.files.typedcells import cell_type, to_cells
from betalningsansvar.data.harmless import harmless
from betalningsansvar.data.identity import hide

_ROWS_AT_A_TIME = 500_000
FIRST_ROW = 2
_PIECE = 1 << 20
_FOOTER = {"thrift_string_size_limit": 16 << 20, "thrift_container_size_limit": 1 << 20}
OPENING = {**_FOOTER, "page_checksum_verification": True}  # a page that carries a checksum must have the bytes it is of
_LEAST_TEXT, _TEXT_A_BYTE = 320 << 20, 40  # text unpacked, all columns together, in bytes


def read_parquet_file(file: InputFile, tell: Callable[[str], None] | None = None) -> RawTable:
    """Read every row of a Parquet file. Raises InputError when it is no safe and whole Parquet file.

    `tell` is told, in Swedish, what is done each time some rows are read; what it raises ends the reading.
    """
    content = file.read()
    source = _Source(io.BytesIO(content), len(content), file.name)
    parts = []
    for part in source.batches(_ROWS_AT_A_TIME):
        if tell:
            last = f"{source.read + FIRST_ROW - 1:,}".replace(",", " ")
            tell(f"Läser till och med rad {last} i")
        parts.append(part)
    return _together(parts)


@contextmanager
def telling(name: str, *, room: bool = True) -> Iterator[None]:
    """Whatever the reader stumbles on within is told as a damage of `name`; its own text may quote a value. Where there
    may be no `room` for what is read, a MemoryError is left as it is."""
    try:
        yield
    except InputError:
        raise
    except MemoryError:
        if room:
            raise damaged(name) from None
        raise
    except pa.ArrowNotImplementedError:
        raise InputError(
            [f"{name}: filen är packad eller kodad på ett sätt som inte läses. Skriv den med förvalda inställningar."]
        ) from None
    except DAMAGE:
        raise damaged(name) from None


class _Source:
    """A Parquet file that is open. `read` is how many records have been read."""

    def __init__(self, stream: BinaryIO, size: int, name: str) -> None:
        """Judge the footer before anything is unpacked. Raises InputError."""
        self._name, self._stream = name, stream
        self._text_left = max(_LEAST_TEXT, size * _TEXT_A_BYTE)
        self.read = 0
        require_whole(stream, size, name)
        stream.seek(0)
        with telling(name):
            plain = pq.ParquetFile(stream, **OPENING)
            footer, schema = plain.metadata, plain.schema_arrow
            stored = [footer.schema.column(n) for n in range(footer.num_columns)]
            # A text that is repeated is kept once: what all of it takes is known before it is laid out.
            texts = [one.path for one in stored if one.physical_type == "BYTE_ARRAY" and not one.max_repetition_level]
            self._file = pq.ParquetFile(stream, read_dictionary=texts, pre_buffer=False, **OPENING)
            physical = {one.path: one.physical_type for one in stored}
            self._names = schema.names
            self._types = [cell_type(field.type, physical.get(field.name, "")) for field in schema]
            self._chosen = [n for n, one in enumerate(self._types) if one.kind != "other"]

    def batches(self, rows: int) -> Iterator[RawTable]:
        """Every record, some at a time."""
        self._stream.seek(0)
        self._digest = _sha256(self._stream)
        names = list(dict.fromkeys(self._names[n] for n in self._chosen))
        with telling(self._name):
            found = self._file.iter_batches(rows, columns=names) if names else iter(())
            some = next(found, None)
        if some is None:
            yield self._table([pa.array([], pa.string())] * len(self._chosen), 0, {})
        while some is not None:
            with telling(self._name):
                table = self._of(some)
            yield table
            with telling(self._name):
                some = next(found, None)
        if names and self.read != self._file.metadata.num_rows:
            raise damaged(self._name)

    def _of(self, some: pa.RecordBatch) -> RawTable:
        cells, lost = [], {}
        # Columns of one name come side by side, also one that is not chosen.
        arrays: dict[str, list[pa.Array]] = {}
        for name, array in zip(some.schema.names, some.columns, strict=True):
            arrays.setdefault(name, []).append(array)
        for place, name in enumerate(self._names):
            array = arrays[name].pop(0) if name in arrays else None
            if place not in self._chosen:
                continue
            try:
                column, gone = to_cells(array, self._types[place])
            except pa.ArrowInvalid:
                raise self._unreadable(place) from None
            self._spend(column)
            mostly_different = pa.types.is_dictionary(column.type) and 2 * len(column.dictionary) > len(column)
            cells.append(as_texts(column) if mostly_different else column)
            if gone:
                lost[place] = gone
        table = self._table(cells, some.num_rows, lost)
        self.read += some.num_rows
        return table

    def _unreadable(self, place: int) -> InputError:
        shown = hide(harmless(self._names[place]))[:60]
        return InputError([f"{self._name}: kolumnen {shown} har värden som inte går att läsa. Ta ut filen igen."])

    def _spend(self, column: Cells) -> None:
        """Count what the texts take when each is laid out. Raises InputError where that is absurd."""
        if not pa.types.is_dictionary(column.type):
            return
        lengths = pc.binary_length(column.dictionary).to_numpy(zero_copy_only=False).astype(np.int64)
        used = np.bincount(column.indices.to_numpy(), minlength=len(lengths))
        self._text_left -= int((lengths * used).sum())
        if self._text_left < 0:
            raise absurd(self._name)

    def _table(self, cells: Sequence[Cells], size: int, lost: Mapping[int, Mapping[int, str]]) -> RawTable:
        columns: list[Cells] = [pa.repeat(pa.scalar("", pa.string()), size)] * len(self._names)
        for place, column in zip(self._chosen, cells, strict=True):
            columns[place] = column
        first = self.read + FIRST_ROW
        rows = np.arange(first, first + size, dtype=np.int32)
        keep = np.ones(size, dtype=bool)
        keep[blank_rows(columns, size)] = False
        moved = np.cumsum(keep) - 1
        return RawTable(
            name=self._name,
            sha256=self._digest,
            encoding="parquet",
            delimiter=None,
            header=tuple(" ".join(harmless(name).split()) for name in self._names),
            columns=tuple(columns) if keep.all() else tuple(column.filter(pa.array(keep)) for column in columns),
            rows=rows[keep],
            broken={place: {int(moved[row]): shown for row, shown in own.items()} for place, own in lost.items()},
            types=tuple(self._types),
        )


def _sha256(stream: BinaryIO) -> str:
    digest = hashlib.sha256()
    while piece := stream.read(_PIECE):
        digest.update(piece)
    return digest.hexdigest()


def _together(parts: Sequence[RawTable]) -> RawTable:
    """The batches of one file as one table."""
    first = parts[0]
    if len(parts) == 1:
        return first
    starts = np.cumsum([0, *(len(part.rows) for part in parts)]).tolist()
    broken: dict[int, dict[int, str]] = {}
    for start, part in zip(starts, parts, strict=False):
        for place, cells in part.broken.items():
            broken.setdefault(place, {}).update({start + row: shown for row, shown in cells.items()})
    columns = []
    for places in zip(*(part.columns for part in parts), strict=True):
        alike = len({str(column.type) for column in places}) == 1
        column = pa.chunked_array(places if alike else [as_texts(one) for one in places])
        # What looks at several chunks takes their dictionaries to be the same.
        columns.append(column.unify_dictionaries())
    return RawTable(
        name=first.name,
        sha256=first.sha256,
        encoding=first.encoding,
        delimiter=None,
        header=first.header,
        columns=tuple(columns),
        rows=np.concatenate([part.rows for part in parts]),
        broken=broken,
        types=first.types,
    )
