"""Small Parquet files for the tests: the rows of `intake_files` with a type for each column."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from betalningsansvar.data.columns import TIME_COLUMNS
from tests.intake_files import COLUMNS

Typing = Callable[[list[str]], pa.Array]


def texts(values: list[str]) -> pa.Array:
    return pa.array([value or None for value in values], pa.string())


def times(values: list[str], unit: str = "us") -> pa.Array:
    return pa.array([datetime.fromisoformat(value) if value else None for value in values], pa.timestamp(unit))


def as_table(*rows: list[str], header: list[str] = COLUMNS, **typed: Typing) -> pa.Table:
    """The rows with times as timestamps and everything else as text, but what `typed` says of a column."""
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(header)
    made: Mapping[str, Typing] = dict.fromkeys(TIME_COLUMNS, times) | typed
    arrays = [made.get(name, texts)(list(values)) for name, values in zip(header, columns, strict=True)]
    return pa.Table.from_arrays(arrays, names=header)


def write_parquet(folder: Path, *rows: list[str], name: str = "a.parquet", **typed: Typing) -> Path:
    pq.write_table(as_table(*rows, **typed), folder / name)
    return folder / name
