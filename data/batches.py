"""Cases some at a time, for data that no memory holds: the rows of a case table are read as the whole reading does.

A Parquet file is read in parts; a CSV file is held as text and its rows made cases in parts; a workbook is one part.
Rows of an event log or of versions belong together wherever they stand, so all files that hold such rows are one batch,
which comes last.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import pandas as pd

from betalningsansvar.data.casetable import TypedTable, type_rows
from betalningsansvar.data.files.headers import CASE_TABLE, FORMS, HeaderError, form_of
from betalningsansvar.data.files.inputs import InputError, InputFile, SourceFile, require_tables, told_apart
from betalningsansvar.data.files.parquetfile import parquet_header, read_parquet_batches
from betalningsansvar.data.files.rawtable import RawTable
from betalningsansvar.data.files.tables import read_table
from betalningsansvar.data.intake import Intake, laid_out, require_rows, source_of, to_cases
from betalningsansvar.data.issues import in_order, settle
from betalningsansvar.data.profiles.profile import Profile
from betalningsansvar.data.unread import told_of_files


class Batches:
    """The files as batches of at most about `rows` rows: iterate once, then ask for `sources` and `issues`.

    Each batch is an Intake of one file (of all, for rows that belong together) with the rows' own issues: the same as
    those of the whole reading. What only the whole can tell is not in them: of a file, `issues` tells it afterwards; of
    cases that share an id, a stay or a patient across batches, nobody has looked.
    """

    def __init__(
        self,
        files: Sequence[InputFile],
        rows: int,
        profile: Profile | None = None,
        passed_over: tuple[str, ...] = (),
    ) -> None:
        """Raises InputError for files that are no tables, or alike to the last byte."""
        require_tables(files)
        self._files, self._rows, self._profile, self._passed_over = told_apart(files), rows, profile, passed_over
        self._read: dict[str, SourceFile] = {}

    @property
    def sources(self) -> tuple[SourceFile, ...]:
        """The files in the order given, as the batches so far have read them."""
        return tuple(self._read[file.name] for file in self._files if file.name in self._read)

    @property
    def issues(self) -> pd.DataFrame:
        """What is told of the files as wholes, once all batches are read."""
        return told_of_files(self.sources, self._passed_over)

    def __iter__(self) -> Iterator[Intake]:
        """Every batch. Raises InputError at the first file that cannot be read, and when there is no row at all."""
        together: list[tuple[TypedTable, SourceFile]] = []
        for file in self._files:
            try:
                for raw in self._parts(file):
                    table, layout = laid_out(raw, self._profile)
                    part = type_rows(table, layout), source_of(table, layout)
                    if layout.form.name == CASE_TABLE.name:
                        yield self._batch([part])
                    else:
                        together.append(part)
            except HeaderError as error:
                raise InputError([f"{file.name}: {problem}" for problem in error.problems]) from None
        if together:
            yield self._batch(together)
        require_rows(self.sources)

    def _parts(self, file: InputFile) -> Iterator[RawTable]:
        """The file's raw tables: of rows that belong together, and of a workbook, one."""
        forms = [self._profile.source_form] if self._profile else FORMS
        whole = self._profile is not None and self._profile.form.name != CASE_TABLE.name
        if file.is_parquet and not whole and _is_case_table(file, self._profile):
            yield from read_parquet_batches(file, self._rows)
            return
        table = read_table(file, forms)
        if file.is_excel or whole or laid_out(table, self._profile)[1].form.name != CASE_TABLE.name:
            yield table
            return
        for start in range(0, max(len(table.rows), 1), self._rows):
            yield table.part(start, start + self._rows)

    def _batch(self, parts: Sequence[tuple[TypedTable, SourceFile]]) -> Intake:
        tables, read = zip(*parts, strict=True)
        cases, issues, sources = to_cases(tables, read)
        for source in sources:
            before = self._read.get(source.name)
            self._read[source.name] = source if before is None else _together(before, source)
        issues = in_order(cases, issues)
        return Intake(settle(cases, issues), issues, sources, profile=self._profile)


def _is_case_table(file: InputFile, profile: Profile | None) -> bool:
    if profile:
        return profile.form.name == CASE_TABLE.name
    return form_of(parquet_header(file)).name == CASE_TABLE.name


def _together(one: SourceFile, other: SourceFile) -> SourceFile:
    """Two parts of one file as one."""
    counts = {name: getattr(one, name) + getattr(other, name) for name in ("rows", "cases", "messages", "unreadable")}
    blank = tuple(name for name in one.blank if name in other.blank)
    return replace(one, **counts, without_notice=one.without_notice + other.without_notice, blank=blank)
