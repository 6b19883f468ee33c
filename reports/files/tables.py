"""A run's tables as CSV and, where it is asked for, as Parquet beside them: the same cells with their types.

Whole numbers (öre among them) are int64, days dates, dygn with decimals decimal numbers, and everything else text. What
was written as Parquet is read again and must give the CSV file byte for byte before the folder is published.
"""

from __future__ import annotations

import filecmp
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from betalningsansvar.reports.files.csvfiles import write_pieces
from betalningsansvar.reports.files.readback import ReadBackError

_DIGITS = 18
_ROWS_AT_A_TIME = 500_000


@dataclass(frozen=True, slots=True)
class Decimals:
    """A column of decimal numbers: how many `places` it has at most, and whether all of them are written (`fixed`)."""

    places: int
    fixed: bool = False


WHOLE = Decimals(0, fixed=True)
"""A column of whole numbers that are given as text."""

Numbers = Mapping[str, Decimals]
"""The columns of numbers that are given as text, by name."""

_DYGN: Numbers = {"dygn": Decimals(6)}


def write_tables(folder: Path, tables: Iterable[tuple[str, list[pa.Table]]], *, parquet: bool = False) -> None:
    """Write each table, of pieces with the same columns, under its name. Raises OSError and ReadBackError."""
    for name, pieces in tables:
        write_pieces(folder / name, pieces)
        if parquet:
            write_beside(folder / name, pieces)


def write_beside(csv: Path, pieces: list[pa.Table], numbers: Numbers = _DYGN) -> None:
    """The table of a CSV file that stands written as Parquet beside it. Raises OSError and ReadBackError."""
    path = csv.with_suffix(".parquet")
    typed = [_typed(piece, numbers) for piece in pieces]
    with pq.ParquetWriter(path, typed[0].schema, compression="zstd", write_page_checksum=True) as writer:
        for piece in typed:
            writer.write_table(piece, row_group_size=_ROWS_AT_A_TIME)
    _hold(path, csv, numbers)


def _typed(table: pa.Table, numbers: Numbers) -> pa.Table:
    return pa.table({name: _column(table[name], numbers.get(name)) for name in table.column_names})


def _column(column: pa.ChunkedArray, number: Decimals | None) -> pa.ChunkedArray:
    if not pa.types.is_large_string(column.type) and not pa.types.is_string(column.type):
        return column
    if number is None:
        return column.cast(pa.string())
    type_ = pa.decimal128(_DIGITS, number.places) if number.places else pa.int64()
    return pc.if_else(pc.equal(column, ""), None, column).cast(type_)


def _hold(path: Path, csv: Path, numbers: Numbers) -> None:
    """Raise ReadBackError when the file, read again, is not the CSV file cell by cell."""
    again = path.with_suffix(".csv.kontroll")
    try:
        with pq.ParquetFile(path) as file:
            some = (pa.Table.from_batches([batch]) for batch in file.iter_batches(_ROWS_AT_A_TIME))
            empty = file.schema_arrow.empty_table()
            tables = some if file.metadata.num_rows else [empty]
            write_pieces(again, (_as_text(table, numbers) for table in tables))
        if not filecmp.cmp(again, csv, shallow=False):
            raise ReadBackError(f"{path.name} säger inte detsamma som {csv.name} när den läses igen. Inget är skrivet.")
    finally:
        again.unlink(missing_ok=True)


def _as_text(table: pa.Table, numbers: Numbers) -> pa.Table:
    """Decimal numbers as they stand in the CSV file: with all their decimals, or without trailing zeros."""
    columns = {}
    for name in table.column_names:
        column = table[name]
        if pa.types.is_decimal(column.type):
            column = column.cast(pa.string())
            if not numbers[name].fixed:
                column = pc.replace_substring_regex(column, r"\.?0+$", "")
        columns[name] = column
    return pa.table(columns)
