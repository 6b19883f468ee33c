"""manifest.json: what went in, what computed it and what came out, enough to reproduce and to prove a run."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from hashlib import file_digest
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from betalningsansvar.data.files.inputs import SourceFile
from betalningsansvar.data.identity import hide

PROGRAM = "betalningsansvar"
LIBRARIES = ("holidays", "numpy", "openpyxl", "pandas", "pyarrow", "python-calamine", "XlsxWriter")


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """One file by its name (no folder, which may tell about the computer) and the SHA-256 of its bytes."""

    name: str
    sha256: str

    @classmethod
    def of(cls, path: Path) -> Fingerprint:
        """Of the file as it is now. Raises OSError."""
        with path.open("rb") as file:
            return cls(path.name, file_digest(file, "sha256").hexdigest())


@dataclass(frozen=True, slots=True)
class ReadFile(Fingerprint):
    """A file of data: its `form`, its `rows`, and what became of them: `cases`, `messages` of some case, rows that are
    `unreadable`, rows of stays `without_notice`. Then the columns not read, and those that can change money and are
    absent or blank."""

    form: str
    rows: int
    cases: int
    messages: int = 0
    unreadable: int = 0
    without_notice: int = 0
    columns_not_read: tuple[str, ...] = ()
    columns_absent: tuple[str, ...] = ()
    columns_blank: tuple[str, ...] = ()

    @classmethod
    def of_source(cls, source: SourceFile) -> ReadFile:
        return cls(
            source.name,
            source.sha256,
            source.form,
            source.rows,
            source.cases,
            source.messages,
            source.unreadable,
            source.without_notice,
            tuple(map(hide, source.ignored)),
            source.absent,
            source.blank,
        )


def written(folder: Path) -> Iterable[Fingerprint]:
    """The files that stand in the folder, by their path below it."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield Fingerprint(path.relative_to(folder).as_posix(), Fingerprint.of(path).sha256)


def by_name(files: Iterable[Fingerprint]) -> list[dict[str, Any]]:
    """As the manifest lists them."""
    return sorted((asdict(file) for file in files), key=lambda entry: (entry["name"], entry["sha256"]))


def installed_version(distribution: str) -> str:
    """The release of an installed package, or `not installed` when the program runs from a bare checkout."""
    try:
        return version(distribution)
    except PackageNotFoundError:
        return "not installed"
