"""Cases of Parquet files, a batch at a time: case tables with columns of the right types, in any process.

Only what can change a figure or park a row is read. Every value is typed as that of a file read whole.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from betalningsansvar.data.bytematrix import hashes
from betalningsansvar.data.casetable import TypedTable, type_rows
from betalningsansvar.data.files.columntypes import require_types, require_types_told
from betalningsansvar.data.files.headers import CASE_TABLE, HeaderError, Layout, lay_out
from betalningsansvar.data.files.inputs import InputError, InputFile, SourceFile
from betalningsansvar.data.files.parquetparts import Part, Whole, parts_of, read_part
from betalningsansvar.data.unread import MONEY_COLUMNS
from betalningsansvar.data.values import at_the_notice

_NOT_READ = ("vardtillfalle_id", "enhet")
"""Columns that change no figure: they place a case beside others, which batches cannot do."""


@dataclass(frozen=True, slots=True)
class Source:
    """A file to read in batches: its layout, its parts, and what is told of it (without its SHA-256)."""

    file: InputFile
    layout: Layout
    parts: tuple[Part, ...]
    told: SourceFile


@dataclass(frozen=True, slots=True)
class Batch:
    """Some rows of one file as a case frame before its checks, and the issues of their values. `ids` has a hash of
    every `arende_id`, 0 where it is blank: equal ids have equal hashes."""

    cases: pd.DataFrame
    issues: pd.DataFrame
    ids: npt.NDArray[np.uint64]


def sources(files: Sequence[InputFile], rows: int) -> tuple[Source, ...]:
    """The files cut into parts of about `rows` rows. Raises InputError with the problems of all of them: one that is
    no Parquet file on disk, is no case table, or has a column of a wrong type."""
    problems: list[str] = []
    found: list[Source] = []
    for file in files:
        try:
            found.append(_source(file, rows))
        except InputError as error:
            problems += error.problems
        except HeaderError as error:
            problems += [f"{file.name}: {problem}" for problem in error.problems]
    if not problems and not any(source.parts for source in found):
        problems.append("Filerna har ingen rad. Ta ut periodens ärenden igen.")
    if problems:
        raise InputError(problems)
    return tuple(found)


def _source(file: InputFile, rows: int) -> Source:
    if file.path is None or not file.is_parquet:
        raise InputError([f"{file.name}: bara Parquet läses i delar. Spara uppgifterna som Parquet."])
    whole = parts_of(file, rows)
    layout = lay_out(whole.header)
    if layout.form is not CASE_TABLE:
        raise InputError([f"{file.name}: bara ärendetabeller läses i delar, och detta är {layout.form.name}."])
    require_types_told(whole.header, whole.types, layout)
    return Source(file, layout, whole.parts, _told(file, whole, layout))


def _told(file: InputFile, whole: Whole, layout: Layout) -> SourceFile:
    size = sum(part.rows for part in whole.parts)
    wanted = [c.name for c in layout.form.columns if c.name in MONEY_COLUMNS and not c.needed]
    return SourceFile(
        name=file.name,
        sha256="",
        rows=size,
        encoding="parquet",
        delimiter=None,
        form=layout.form.name,
        ignored=layout.ignored,
        cases=size,
        absent=tuple(name for name in wanted if name not in layout.position),
        blank=tuple(name for name in wanted if layout.position.get(name) in whole.blank),
        zoned=tuple(name for name, place in layout.position.items() if whole.types[place].zone),
    )


def batches(part: Part, layout: Layout, rows: int) -> Iterator[Batch]:
    """The rows of a part, `rows` at a time. Raises InputError."""
    names = [name for name in layout.position if name not in _NOT_READ]
    for number, raw in enumerate(read_part(part, [layout.position[name] for name in names], rows)):
        if not part.first and not number:  # the first rows of a file show what its numbers are
            try:
                require_types(raw, layout)
            except HeaderError as error:
                raise InputError([f"{part.file.name}: {problem}" for problem in error.problems]) from None
        typed = type_rows(raw, layout)
        del raw  # no more than one batch is held, and once
        yield _batch(typed)


def _batch(typed: TypedTable) -> Batch:
    cases = typed.rows
    cases["makulerad"] = at_the_notice(cases["makulerad"].to_numpy(), cases["utskrivningsklar"].to_numpy())
    return Batch(cases, typed.issues, hashes(pa.array(cases["arende_id"].array)))
