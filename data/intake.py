"""From files to the case frame: every row of a case table becomes one row, every notice of an event log too."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from betalningsansvar.data.casetable import TypedTable, type_rows
from betalningsansvar.data.categories import codes_of
from betalningsansvar.data.events.log import fold_events
from betalningsansvar.data.events.statusrows import newest_versions
from betalningsansvar.data.files.columntypes import require_types
from betalningsansvar.data.files.headers import EVENT_LOG, FORMS, STATUS_ROWS, HeaderError, Layout, lay_out
from betalningsansvar.data.files.inputs import InputError, InputFile, SourceFile, find_files, require_tables, told_apart
from betalningsansvar.data.files.rawtable import RawTable, blank_rows
from betalningsansvar.data.files.tables import read_table
from betalningsansvar.data.issues import in_order, settle
from betalningsansvar.data.profiles.profile import Profile
from betalningsansvar.data.profiles.translation import translate
from betalningsansvar.data.unread import blank_money_columns, told_of_events, told_of_files
from betalningsansvar.data.values import at_the_notice

Progress = Callable[[str, int, int], None]
"""Told in Swedish what is being done, how many steps are done and how many there are: two for each file, and one for
all of them together. Within a large sheet it is told again as the rows are read. What it raises ends the reading."""


@dataclass(frozen=True)
class Intake:
    """The cases of all files (`cases`: the case frame before its checks, without `kommun`), the `issues` found
    while reading them, the files as they were read, files in the folders that are no tables, and the profile."""

    cases: pd.DataFrame
    issues: pd.DataFrame
    sources: tuple[SourceFile, ...]
    passed_over: tuple[str, ...] = ()
    profile: Profile | None = None

    @property
    def profile_facts(self) -> dict[str, str]:
        """Which profile read the files, as a run's options tell it; empty without one."""
        return {"profile": self.profile.id, "profile_sha256": self.profile.sha256} if self.profile else {}


def read_cases(paths: Sequence[Path], progress: Progress | None = None, profile: Profile | None = None) -> Intake:
    """Read CSV and Excel files, or folders of them, into one case frame in the order of files and rows.

    A file is a case table or an event log, as its header says; the messages of one stay may stand in several event
    logs. With a `profile` every file has the shape it describes. A row whose needed time cannot be read has status
    `avvisad`, another value that cannot be read `parkerad`; `orsak` is the first reason and `issues` holds them
    all. Raises InputError, with the problems of all files at once, when a file cannot be read as a table or there
    is no row at all.
    """
    found = find_files(paths)
    return _intake(found.files, progress, profile, found.passed_over)


def read_files(
    files: Sequence[InputFile],
    progress: Progress | None = None,
    profile: Profile | None = None,
    passed_over: tuple[str, ...] = (),
) -> Intake:
    """As `read_cases`, of files that the caller found or holds in memory. Raises InputError, also for two alike."""
    require_tables(files)
    return _intake(told_apart(files), progress, profile, passed_over)


def _intake(
    files: Sequence[InputFile], progress: Progress | None, profile: Profile | None, passed_over: tuple[str, ...]
) -> Intake:
    parts, read = _read_all(files, progress, profile)
    if progress:
        progress("Sätter ihop ärendena", 2 * len(files), 2 * len(files) + 1)
    cases, issues, sources = _to_cases(parts, read)
    issues = in_order(cases, pd.concat([told_of_files(sources, passed_over), issues], ignore_index=True))
    return Intake(settle(cases, issues), issues, sources, passed_over, profile)


def _read_all(
    files: Sequence[InputFile], progress: Progress | None, profile: Profile | None
) -> tuple[list[TypedTable], list[SourceFile]]:
    forms = [profile.source_form] if profile else FORMS
    problems: list[str] = []
    parts: list[TypedTable] = []
    sources: list[SourceFile] = []
    for done, file in enumerate(files):
        tell = _within(file.name, 2 * done, 2 * len(files) + 1, progress)
        tell("Läser")
        try:
            table, layout = _laid_out(read_table(file, forms, tell), profile)
        except InputError as error:
            problems += error.problems
        except HeaderError as error:
            problems += [f"{file.name}: {problem}" for problem in error.problems]
        else:
            tell("Tolkar", 1)
            parts.append(type_rows(table, layout))
            sources.append(_source_of(table, layout))
    if problems:
        raise InputError(problems)
    _require_rows(sources)
    return parts, sources


def _require_rows(sources: Sequence[SourceFile]) -> None:
    """Raise InputError when there is no row in any of the files."""
    if not any(source.rows for source in sources):
        names = ", ".join(source.name for source in sources)
        raise InputError([f"{names}: under rubrikraden finns ingen rad. Ta ut periodens ärenden igen."])


def _laid_out(read: RawTable, profile: Profile | None) -> tuple[RawTable, Layout]:
    """The table under our headers, and which column is which. Raises HeaderError and InputError."""
    table, layout = translate(read, profile) if profile else (read, lay_out(read.header, read.hint))
    require_types(table, layout)
    _refuse_nameless(read)
    return table, layout


def _within(name: str, done: int, total: int, progress: Progress | None) -> Callable[..., None]:
    """Tells what is being done with the file `name`, before which `done` steps of `total` were done."""

    def tell(what: str, more: int = 0) -> None:
        if progress:
            progress(f"{what} {name}", done + more, total)

    return tell


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
                f"{table.name}, rad {table.rows[filled[0]]}: kolumn {place + 1} har ett värde men ingen rubrik. "
                "Ge kolumnen en rubrik, eller töm den."
            )
    if problems:
        raise InputError(problems)


def _to_cases(
    parts: Sequence[TypedTable], sources: Sequence[SourceFile]
) -> tuple[pd.DataFrame, pd.DataFrame, tuple[SourceFile, ...]]:
    """All rows as one case frame in the order of files and rows, its issues, and the sources with their counts."""
    cases: list[pd.DataFrame] = []
    issues: list[pd.DataFrame] = []
    counted = list(sources)
    for form in dict.fromkeys(source.form for source in sources):
        places = [place for place, source in enumerate(sources) if source.form == form]
        rows = _together([parts[place].rows for place in places], places, sources)
        found = pd.concat([parts[place].issues for place in places], ignore_index=True)
        made, readable, in_case = rows, np.ones(len(rows), dtype=bool), np.ones(len(rows), dtype=bool)
        if form == EVENT_LOG.name:
            issues.append(told_of_events(rows, sources))
            log = fold_events(rows, found)
            made, found, readable, in_case = log.cases, log.issues, log.readable, log.in_case
        elif form == STATUS_ROWS.name:
            made, found, readable = newest_versions(rows, found)
        other = ~_is_case(rows, made)
        parts_of = (other & readable & in_case, other & ~readable, other & readable & ~in_case)
        messages, unreadable, without_notice = (_per_file(rows, mask) for mask in parts_of)
        for place in places:
            counted[place] = replace(
                counted[place],
                messages=int(messages[place]),
                unreadable=int(unreadable[place]),
                without_notice=int(without_notice[place]),
            )
        cases.append(made)
        issues.append(found)
    frame = cases[0] if len(cases) == 1 else pd.concat(cases, ignore_index=True)
    frame["makulerad"] = at_the_notice(frame["makulerad"].to_numpy(), frame["utskrivningsklar"].to_numpy())
    if len(cases) > 1:
        order = np.lexsort((frame["rad"], codes_of(frame["fil"])))
        frame = frame.take(order).reset_index(drop=True)
    in_file = _per_file(frame, np.ones(len(frame), dtype=bool))
    done = tuple(replace(source, cases=int(n)) for source, n in zip(counted, in_file, strict=True))
    for source in done:
        told = source.cases + source.messages + source.unreadable + source.without_notice
        assert told == source.rows, "a row was lost on its way to a case"
    return frame, pd.concat(issues, ignore_index=True), done


def _together(tables: Sequence[pd.DataFrame], places: Sequence[int], sources: Sequence[SourceFile]) -> pd.DataFrame:
    """The rows of several files under each other; `fil` is a category over all files of the run."""
    sizes = [len(table) for table in tables]
    rows = tables[0] if len(tables) == 1 else pd.concat(tables, ignore_index=True)
    names = pd.Index([source.name for source in sources])
    rows["fil"] = pd.Categorical.from_codes(np.repeat(places, sizes), categories=names)
    return rows


def _is_case(rows: pd.DataFrame, made: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """True for the rows of which a case was made."""
    if made is rows:
        return np.ones(len(rows), dtype=bool)
    return np.isin(_places(rows), _places(made))


def _places(frame: pd.DataFrame) -> npt.NDArray[np.int64]:
    return np.asarray(codes_of(frame["fil"]).astype(np.int64) << 32 | frame["rad"].to_numpy())


def _per_file(rows: pd.DataFrame, mask: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
    """How many of the rows in `mask` each file has."""
    codes = codes_of(rows["fil"])[mask].astype(np.int64)
    return np.bincount(codes, minlength=len(rows["fil"].cat.categories))


def _source_of(table: RawTable, layout: Layout) -> SourceFile:
    """What the manifest and the findings tell of a file, by one table of it."""
    absent, blank = blank_money_columns(table, layout)
    return SourceFile(
        name=table.name,
        sha256=table.sha256,
        rows=len(table.rows),
        encoding=table.encoding,
        delimiter=table.delimiter,
        form=layout.form.name,
        ignored=layout.ignored,
        absent=absent,
        blank=blank,
        header_row=table.header_row,
        sheets_unread=table.sheets_unread,
        rows_hidden=table.rows_hidden,
        zoned=tuple(name for name, place in layout.position.items() if table.types and table.types[place].zone),
    )
