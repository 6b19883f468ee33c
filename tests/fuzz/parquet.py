"""Parquet changed at random: its bytes, its footer, and the types of its columns. Each class raises on a fault."""

from __future__ import annotations

import io
import random
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from betalningsansvar.data.columns import TIME_COLUMNS
from tests.fuzz.cells import changed, read_or_told, same_but
from tests.fuzz.tables import NASTY, sound_table

_CODECS = ("none", "snappy", "zstd", "gzip")
_ENCODINGS = ("PLAIN", "DELTA_LENGTH_BYTE_ARRAY", "DELTA_BYTE_ARRAY")
_VALUES: tuple[Callable[[random.Random], Any], ...] = (
    lambda rng: rng.randrange(-(2**63), 2**63),
    lambda rng: rng.choice((0, 1, 180, 1380, 20181105, 1541410200)),
    lambda rng: rng.choice((float("nan"), float("inf"), -0.0, 1e300, 1380.0, 43409.4375)),
    lambda rng: rng.random() < 0.5,
    lambda rng: Decimal(rng.randrange(10**6)) / 100,
    lambda rng: date(rng.randrange(1, 9999), 1 + rng.randrange(12), 28),
    lambda rng: datetime(rng.randrange(1700, 2200), 11, 5, 10, 30, 59, rng.randrange(10**6)),
    lambda rng: time(10, 30),
    lambda rng: timedelta(days=rng.randrange(-9, 9)),
    lambda rng: rng.randbytes(rng.randrange(9)),
    lambda rng: [rng.choice(NASTY)],
    lambda rng: {"a": 1},
    lambda rng: rng.choice(NASTY),
)


def parquet_bytes(rng: random.Random) -> None:
    """The bytes of a sound file changed: it is read with every row, or told."""
    content = changed(_parquet(_columns(sound_table(rng)), rng), rng)
    intake = read_or_told(content, "a.parquet")
    if intake is not None:
        assert len(intake.cases) == intake.sources[0].rows, "a row was lost between table and cases"


def parquet_footer(rng: random.Random) -> None:
    """The footer changed, its length kept or not: what it says is not believed."""
    content = _parquet(_columns(sound_table(rng)), rng)
    length = int.from_bytes(content[-8:-4], "little")
    start = len(content) - 8 - length
    footer = bytearray(content[start:-8])
    for _ in range(rng.randint(1, 6)):
        at = rng.randrange(len(footer))
        footer[at] = rng.choice((rng.randrange(256), footer[at] ^ 1 << rng.randrange(8), 0xFF, 0))
    told = len(footer) if rng.random() < 0.9 else rng.randrange(2**31)
    read_or_told(content[:start] + bytes(footer) + told.to_bytes(4, "little") + b"PAR1", "a.parquet")


def parquet_cells(rng: random.Random) -> None:
    """Nasty values in some cells, in any kind of text: the rows untouched are read as before."""
    table = sound_table(rng)
    before = read_or_told(_parquet(_columns(table)), "a.parquet")
    assert before is not None
    touched = set()
    for _ in range(rng.randint(1, 4)):
        row, column = rng.randrange(1, len(table)), rng.randrange(len(table[0]))
        table[row][column] = rng.choice(NASTY)
        touched.add(row + 1)
    kinds = (pa.string(), pa.large_string(), pa.dictionary(pa.int16(), pa.string()), pa.binary())
    texts = {name: pa.array(array.to_pylist(), pa.string()) for name, array in _columns(table, timed=False).items()}
    columns = {name: array.cast(rng.choice(kinds)) for name, array in texts.items()}
    after = read_or_told(_parquet(columns, rng), "a.parquet")
    if after is not None:
        same_but(before, after, touched, len(table) - 1)


def parquet_types(rng: random.Random) -> None:
    """Columns of any type, also nested, twice, or with a name of nothing."""
    columns = _columns(sound_table(rng))
    names, arrays = list(columns), list(columns.values())
    for _ in range(rng.randint(1, 4)):
        at, value, size = rng.randrange(len(names)), rng.choice(_VALUES), len(arrays[0])
        arrays[at] = pa.array([value(rng) if rng.random() < 0.8 else None for _ in range(size)])
        if pa.types.is_timestamp(arrays[at].type) and rng.random() < 0.5:
            arrays[at] = arrays[at].cast(pa.timestamp("us", rng.choice(("UTC", "Europe/Stockholm", "+05:30"))))
        if rng.random() < 0.2:
            names[at] = rng.choice((*names, "", "\n", "x" * 300, "åäö.a"))
    out = io.BytesIO()
    try:
        pq.write_table(pa.Table.from_arrays(arrays, names=names), out)
    except (pa.ArrowException, ValueError):
        return
    intake = read_or_told(out.getvalue(), "a.parquet")
    if intake is not None:
        assert len(intake.cases) == intake.sources[0].rows, "a row was lost between table and cases"


def _columns(table: list[list[str]], timed: bool = True) -> dict[str, pa.Array]:
    columns = {}
    for name, *values in zip(*table, strict=True):
        if timed and name in TIME_COLUMNS:
            moments = [datetime.fromisoformat(value) if value else None for value in values]
            columns[name] = pa.array(moments, pa.timestamp("us"))
        else:
            columns[name] = pa.array(values, pa.string())
    return columns


def _parquet(columns: dict[str, pa.Array], rng: random.Random | None = None) -> bytes:
    """A file of the columns, written in any way that is left open."""
    out = io.BytesIO()
    if rng is None:
        pq.write_table(pa.table(columns), out)
        return out.getvalue()
    how: dict[str, Any] = {"compression": rng.choice(_CODECS), "row_group_size": rng.choice((1, 3, 1000))}
    if rng.random() < 0.3:
        plain = [name for name, array in columns.items() if array.type == pa.string()]
        encoding = rng.choice(_ENCODINGS)
        if plain:
            how |= {"use_dictionary": False, "column_encoding": dict.fromkeys(plain, encoding)}
    pq.write_table(pa.table(columns), out, data_page_version=rng.choice(("1.0", "2.0")), **how)
    return out.getvalue()


CLASSES = {
    "parquet-byte": parquet_bytes,
    "parquet-slut": parquet_footer,
    "parquet-celler": parquet_cells,
    "parquet-typer": parquet_types,
}
