"""Read the data and check it: the first step of every use case."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pandas as pd

from betalningsansvar.billing.cases import check_cases
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
