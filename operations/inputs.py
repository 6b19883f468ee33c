"""Read the data and check it: the first step of every use case."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import pandas as pd

from betalningsansvar.billing.cases import check_cases
from betalningsansvar.billing.file_findings import FilesInBatches
from betalningsansvar.data.batches import Batches
from betalningsansvar.data.files.inputs import InputFile, SourceFile
from betalningsansvar.data.files.named import NamedFile
from betalningsansvar.data.intake import read_files
from betalningsansvar.data.profiles.profile import Profile, find_profile
from betalningsansvar.operations.requests import Progress
from betalningsansvar.reports.files.manifest import ReadFile


@dataclass(frozen=True, slots=True)
class ReadRequest:
    """The files to read, in the order given, and how.

    `profile` is the id of a shipped one or a file that was read. `passed_over` names the files of the chosen folders
    that are no tables. `today` is the day by which a time lies in the future.
    """

    files: tuple[InputFile, ...]
    today: date
    profile: str | NamedFile | None = None
    passed_over: tuple[str, ...] = ()


@dataclass(frozen=True)
class Read:
    """The checked cases and everything found wrong in them (frames of docs/arkitektur.md), and where they come from."""

    cases: pd.DataFrame
    issues: pd.DataFrame
    sources: tuple[SourceFile, ...]
    passed_over: tuple[str, ...]
    profile: Profile | None
    today: date

    @property
    def inputs(self) -> tuple[ReadFile, ...]:
        """The files as a manifest lists them."""
        return tuple(ReadFile.of_source(source) for source in self.sources)

    @property
    def profile_facts(self) -> dict[str, str]:
        """Which profile read the files, as a run's options tell it; empty without one."""
        return {"profile": self.profile.id, "profile_sha256": self.profile.sha256} if self.profile else {}


def read(request: ReadRequest, progress: Progress | None = None) -> Read:
    """Read and check. Raises InputError with the problems of all files at once."""
    profile = find_profile(request.profile) if request.profile else None
    # The check is one step more than the reading has.
    told = (lambda what, done, total: progress(what, done, total + 1)) if progress else None
    intake = read_files(request.files, told, profile, request.passed_over)
    steps = 2 * len(request.files) + 2
    if progress:
        progress("Kontrollerar ärendena", steps - 1, steps)
    cases, issues = check_cases(intake.cases, intake.issues, request.today)
    if progress:
        progress("Kontrollerar ärendena", steps, steps)
    return Read(cases, issues, intake.sources, intake.passed_over, profile, request.today)


class ReadInBatches:
    """The data read and checked some rows at a time: iterate once, then ask for `sources` and `issues`.

    A batch holds the cases and the issues of its own rows, as `read` would give them; no more than one is in memory.
    What needs the whole stands in `data.batches.Batches`: a case's twin, stay or patient in another batch is not seen.
    """

    def __init__(self, request: ReadRequest, rows: int) -> None:
        """Batches of about `rows` rows. Raises InputError for files that are no tables."""
        self.profile = find_profile(request.profile) if request.profile else None
        self.today, self.passed_over = request.today, request.passed_over
        self._batches = Batches(request.files, rows, self.profile, request.passed_over)
        self._of_files = FilesInBatches()

    def __iter__(self) -> Iterator[Read]:
        """Every batch, checked. Raises InputError at the first file that cannot be read."""
        for intake in self._batches:
            cases, issues = check_cases(intake.cases, intake.issues, self.today)
            issues = self._of_files.rest(cases, issues)
            yield Read(cases, issues, intake.sources, (), self.profile, self.today)

    @property
    def sources(self) -> tuple[SourceFile, ...]:
        """The files as the batches so far have read them."""
        return self._batches.sources

    @property
    def issues(self) -> pd.DataFrame:
        """What is told of whole files, once all batches are read."""
        return pd.concat([self._batches.issues, self._of_files.issues()], ignore_index=True)
