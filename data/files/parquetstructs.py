"""What a Parquet footer and a page header say, by the numbers of the format's own fields (parquet.thrift)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from betalningsansvar.data.files.thrift import Struct, ThriftError, read_struct

DELTA_BYTE_ARRAY = 7
_BYTE_ARRAY = 6
_OPTIONAL, _REPEATED = 1, 2

Levels = tuple[int, int]
"""How often a value of a column may be missing, and repeated, on its way down from the record."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """A column of a row group: its physical `kind`, how many bytes it has (`packed`, `unpacked`), and where it begins.

    `histograms` are how many counts the statistics have by repetition and by definition level, 0 without any;
    `text_size` whether they tell the size of its texts.
    """

    kind: int
    encodings: tuple[int, ...]
    packed: int
    unpacked: int
    start: int
    encrypted: bool
    histograms: tuple[int, int]
    text_size: bool

    def fits(self, levels: Levels) -> bool:
        """Whether the statistics are of a column with these levels and this kind."""
        definition, repetition = levels
        return (
            self.histograms[0] in (0, repetition + 1)
            and self.histograms[1] in (0, definition + 1)
            and (self.kind == _BYTE_ARRAY or not self.text_size)
        )


@dataclass(frozen=True, slots=True)
class Group:
    """A row group."""

    rows: int
    chunks: tuple[Chunk, ...]


@dataclass(frozen=True, slots=True)
class Footer:
    """A file: its `rows`, the `levels` of each column, and its row groups."""

    rows: int
    levels: tuple[Levels, ...]
    groups: tuple[Group, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """How many bytes a page has, packed and unpacked."""

    packed: int
    unpacked: int


def read_footer(content: bytes) -> Footer:
    """Raises ThriftError, KeyError, TypeError or AttributeError for what is no footer."""
    found, _ = read_struct(content)
    schema = iter(found[2])
    root = next(schema, None)
    if root is None:
        raise ThriftError("no columns are told")
    levels = tuple(_leaves(schema, root.get(5, 0), (0, 0), 0))
    groups = tuple(Group(group[3], tuple(map(_chunk, group[1]))) for group in found.get(4, []))
    return Footer(found[3], levels, groups)


def _leaves(schema: Iterator[Struct], number: int, above: Levels, depth: int) -> Iterator[Levels]:
    if depth > 32:
        raise ThriftError("columns within columns without end")
    for _ in range(number):
        element = next(schema, None)
        if element is None:
            raise ThriftError("fewer columns than told")
        repetition = element.get(3, 0)
        own = (above[0] + (repetition in (_OPTIONAL, _REPEATED)), above[1] + (repetition == _REPEATED))
        if element.get(5, 0) > 0:
            yield from _leaves(schema, element[5], own, depth + 1)
        else:
            yield own


def _chunk(column: Struct) -> Chunk:
    told = column.get(3, {})
    encrypted = 8 in column or 9 in column
    sizes = told.get(16, {})
    starts = [at for at in (told.get(11, 0), told.get(9, 0)) if at > 0]
    return Chunk(
        kind=told.get(1, -1) if encrypted else told[1],
        encodings=tuple(told.get(2, ())),
        packed=told.get(7, 0),
        unpacked=told.get(6, 0),
        start=min(starts, default=0),
        encrypted=encrypted,
        histograms=(len(sizes.get(2, ())), len(sizes.get(3, ()))),
        text_size=1 in sizes,
    )


def read_page(content: bytes) -> tuple[Page, int]:
    """The header of a page, and how long it is. Raises ThriftError."""
    found, length = read_struct(content)
    if not isinstance(found.get(2), int) or not isinstance(found.get(3), int):
        raise ThriftError("no page")
    return Page(packed=found[3], unpacked=found[2]), length
