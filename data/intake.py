"""From files to the case frame: every row read becomes one row, with what could not be read named beside it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from data.casetable import TypedTable, to_cases
from data.excelfile import read_excel_file
from data.files import Found, InputError, SourceFile, find_files
from data.headers import HeaderError, Layout, lay_out
from data.issues import settle
from data.rawtable import RawTable, blank_rows
from data.textfile import read_text_file

Progress = Callable[[str, int, int], None]
"""Called before each file is read with its name, how many files are done and how many there are."""


@dataclass(frozen=True)
class Intake:
    """All rows of all files (`cases`: the case frame before its checks, without `kommun`), the `issues` found
    while reading them, the files as they were read, and files in the folders that are no tables."""

    cases: pd.DataFrame
    issues: pd.DataFrame
    sources: tuple[SourceFile, ...]
    passed_over: tuple[str, ...] = ()


def read_cases(paths: Sequence[Path], progress: Progress | None = None) -> Intake:
    """Read CSV and Excel files, or folders of them, into one case frame in the order of files and rows.

    A row whose needed time cannot be read has status `avvisad`, another value that cannot be read `parkerad`;
    `orsak` is the first reason and `issues` holds them all. Raises InputError, with the problems of all files
    at once, when a file cannot be read as a table or there is no row at all.
    """
    found = find_files(paths)
    parts, sources = _read_all(found, progress)
    cases = _together([part.cases for part in parts], [source.name for source in sources])
    issues = pd.concat([part.issues for part in parts], ignore_index=True)
    assert len(cases) == sum(source.rows for source in sources), "a row was lost between the file and the case frame"
    return Intake(settle(cases, issues), issues, tuple(sources), found.passed_over)


def _read_all(found: Found, progress: Progress | None) -> tuple[list[TypedTable], list[SourceFile]]:
    problems: list[str] = []
    parts: list[TypedTable] = []
    sources: list[SourceFile] = []
    for done, file in enumerate(found.files):
        if progress:
            progress(file.name, done, len(found.files))
        try:
            table = read_excel_file(file) if file.is_excel else read_text_file(file)
            layout = lay_out(table.header, table.hint)
            _refuse_nameless(table)
        except InputError as error:
            problems += error.problems
        except HeaderError as error:
            problems += [f"{file.name}: {problem}" for problem in error.problems]
        else:
            parts.append(to_cases(table, layout))
            sources.append(_source(table, layout))
    if not problems and not any(source.rows for source in sources):
        names = ", ".join(source.name for source in sources)
        problems.append(f"{names}: there is a header but no row below it. Export the cases of the period again.")
    if problems:
        raise InputError(problems)
    return parts, sources


def _refuse_nameless(table: RawTable) -> None:
    """Raise InputError for a column that holds values but has no header: nobody can know what they are."""
    size = len(table.rows)
    problems = []
    for place, (header, column) in enumerate(zip(table.header, table.columns, strict=True)):
        if header:
            continue
        filled = np.setdiff1d(np.arange(size), blank_rows([column], size))
        if len(filled):
            problems.append(
                f"{table.name}, row {table.rows[filled[0]]}: column {place + 1} holds a value but has no header. "
                "Name the column, or empty it."
            )
    if problems:
        raise InputError(problems)


def _together(parts: Sequence[pd.DataFrame], names: Sequence[str]) -> pd.DataFrame:
    """The frames of all files under each other, with the file's name in `fil`."""
    sizes = [len(part) for part in parts]
    cases = parts[0] if len(parts) == 1 else pd.concat(parts, ignore_index=True)
    cases["fil"] = pd.Categorical.from_codes(np.repeat(np.arange(len(parts)), sizes), categories=pd.Index(names))
    return cases


def _source(table: RawTable, layout: Layout) -> SourceFile:
    return SourceFile(
        name=table.name,
        sha256=table.sha256,
        rows=len(table.rows),
        encoding=table.encoding,
        delimiter=table.delimiter,
        form=layout.form.name,
        ignored=layout.ignored,
    )
