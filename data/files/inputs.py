"""Which files are read, and the error that stops the run for all of them at once."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path, PurePath, PurePosixPath
from typing import BinaryIO

from betalningsansvar.data.harmless import harmless
from betalningsansvar.data.identity import hide
from betalningsansvar.data.stop import StopError
from betalningsansvar.data.system_reasons import reason

CSV_SUFFIXES = (".csv", ".txt")
EXCEL_SUFFIX = ".xlsx"
PARQUET_SUFFIX = ".parquet"
_READ = (*CSV_SUFFIXES, EXCEL_SUFFIX, PARQUET_SUFFIX)
_OTHER_TABLES = (".xls", ".xlsm", ".xlsb", ".xltx", ".ods", ".numbers")


class InputError(StopError):
    """The input stops the run. `problems`: one or two sentences each, about every file that has one."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = list(problems)
        super().__init__("\n".join(self.problems))


@dataclass(frozen=True, slots=True)
class InputFile:
    """One file to read: its bytes, or the path they are read from when their turn comes.

    `name` identifies it to the user: the file's name, with folders only where two are alike, and never a patient.
    """

    name: str
    path: Path | None = None
    content: bytes | None = None

    @classmethod
    def from_bytes(cls, name: str, content: bytes) -> InputFile:
        """A file that is already in memory. Of a `name` with folders only the last part is kept."""
        return cls(_shown(PurePosixPath(name.replace("\\", "/")).name), content=content)

    @property
    def is_excel(self) -> bool:
        return (self.path or PurePosixPath(self.name)).suffix.lower() == EXCEL_SUFFIX

    @property
    def is_parquet(self) -> bool:
        return (self.path or PurePosixPath(self.name)).suffix.lower() == PARQUET_SUFFIX

    def read(self) -> bytes:
        """The whole content. Raises InputError when it is no file, cannot be opened or is empty."""
        self._require_plain()
        with self._telling():
            content = self.path.read_bytes() if self.path else self.content or b""
        if not content:
            raise InputError([f"{self.name}: filen är tom. Ta ut uppgifterna igen, eller utelämna filen."])
        return content

    def stream(self) -> BinaryIO:
        """The file to read from, some of it at a time. Raises InputError when it is no file or cannot be opened."""
        self._require_plain()
        with self._telling():
            return self.path.open("rb") if self.path else BytesIO(self.content or b"")

    def _require_plain(self) -> None:
        if self.path and self.path.exists() and not self.path.is_file():
            raise InputError([f"{self.name}: är ingen vanlig fil. Spara uppgifterna i en fil och ange den."])

    @contextmanager
    def _telling(self) -> Iterator[None]:
        try:
            yield
        except PermissionError:
            raise InputError(
                [f"{self.name}: filen går inte att öppna. Stäng den i Excel, eller kontrollera rättigheterna till den."]
            ) from None
        except OSError as error:
            raise InputError(
                [f"{self.name}: filen går inte att läsa ({reason(error)}). Kontrollera disken, eller kopiera filen."]
            ) from None


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file as it was read: enough to prove which bytes gave the result.

    `rows` counts the rows below the header that are not blank; `form` is the kind of table (`arendetabell`,
    `handelselogg`, `statusrader`); `ignored` names the columns that are not ours. `cases` is how many cases the rows
    gave, counted in the file in which their notice stands; of the other rows, `messages` belong to some case (other
    messages of its stay, older versions of it), `without_notice` to stays without a notice of utskrivningsklar, and
    `unreadable` could not be read: together they are all `rows`. `absent` and `blank` name the columns that
    can change money and that the file lacks, or holds nothing in. `header_row` is greater than 1 where titles stand
    above the header. `sheets_unread` names the other sheets of a workbook, `rows_hidden` rows that it does not show,
    `zoned` the columns of times with a zone.
    """

    name: str
    sha256: str
    rows: int
    encoding: str
    delimiter: str | None
    form: str
    ignored: tuple[str, ...] = ()
    cases: int = 0
    messages: int = 0
    unreadable: int = 0
    without_notice: int = 0
    absent: tuple[str, ...] = ()
    blank: tuple[str, ...] = ()
    header_row: int = 1
    sheets_unread: tuple[str, ...] = ()
    rows_hidden: tuple[int, ...] = ()
    zoned: tuple[str, ...] = ()


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@dataclass(frozen=True, slots=True)
class Found:
    """The files to read, in the order given (folders by name), and the files in folders that are no tables."""

    files: tuple[InputFile, ...]
    passed_over: tuple[str, ...]


def find_files(paths: Sequence[Path]) -> Found:
    """Every table among `paths`: CSV, TXT, XLSX and Parquet files named, the same but TXT directly inside folders.

    Hidden files and Excel's lock files (`~$…`) in folders are left out. Raises InputError, with all problems
    at once: nothing there, a workbook of another kind, an unknown kind given by name, the same file twice.
    """
    problems: list[str] = []
    chosen: list[Path] = []
    passed_over: list[str] = []
    for path in paths:
        if path.is_dir():
            inside = _inside(path)
            # A .txt in a folder is as likely a readme as data; it is read when it is named.
            tables = [p for p in inside if p.suffix.lower() in (".csv", EXCEL_SUFFIX, PARQUET_SUFFIX, *_OTHER_TABLES)]
            passed_over += [p.name for p in inside if p not in tables]
            chosen += tables
            if not tables:
                problems.append(
                    f"{hide(str(path))}: mappen innehåller ingen .csv-, .xlsx- eller .parquet-fil. "
                    "Ange mappen med uppgifterna."
                )
        elif path.is_file():
            chosen.append(path)
        elif path.exists():
            problems.append(f"{hide(str(path))}: är ingen vanlig fil. Spara uppgifterna i en fil och ange den.")
        else:
            problems.append(f"{hide(str(path))}: det finns ingen sådan fil eller mapp. Kontrollera stavning och plats.")
    problems += [problem for path in chosen if (problem := _wrong_kind(path))]
    problems += [
        f"{hide(path.name)}: filen är angiven {times} gånger, så varje ärende i den skulle räknas flera gånger. "
        "Ange den en gång."
        for path, times in _times_given(chosen)
        if times > 1
    ]
    if not paths:
        problems.append(
            "Ingen fil är angiven. Ange en eller flera .csv-, .txt-, .xlsx- eller .parquet-filer, eller en mapp."
        )
    if problems:
        raise InputError(problems)
    named = (InputFile(_shown(name), path) for name, path in zip(_names(chosen), chosen, strict=True))
    return Found(told_apart([*named]), tuple(map(_shown, passed_over)))


def require_tables(files: Sequence[InputFile]) -> None:
    """Refuse files in memory that are of another kind, empty in number, or alike to the last byte.

    Raises InputError with all problems at once. Of files on disk `find_files` asks the same.
    """
    problems = [problem for file in files if (problem := _wrong_kind(PurePosixPath(file.name)))]
    if not files:
        problems.append("Ingen fil är vald. Välj en eller flera .csv-, .txt-, .xlsx- eller .parquet-filer.")
    names: dict[str, str] = {}
    for file in files:
        if file.content is None:
            continue
        digest = sha256(file.content)
        if digest in names:
            problems.append(
                f"{file.name}: har samma innehåll som {names[digest]}, så varje ärende i den skulle räknas två gånger. "
                "Ta bort den ena."
            )
        names.setdefault(digest, file.name)
    if problems:
        raise InputError(problems)


def told_apart(files: Sequence[InputFile]) -> tuple[InputFile, ...]:
    """The files with a name each: the second of two that are named alike is `(2) name`, and so on."""
    taken: Counter[str] = Counter()
    told = []
    for file in files:
        taken[file.name] += 1
        again = taken[file.name]
        told.append(file if again == 1 else replace(file, name=f"({again}) {file.name}"))
    return tuple(told)


def _shown(name: str) -> str:
    """The name of a file as it is told everywhere: no patient, and nothing that a terminal would obey."""
    return hide(harmless(name))


def _times_given(paths: Sequence[Path]) -> list[tuple[Path, int]]:
    """Every file once, under the first path given, and how often it is given, also by a link or in other case."""
    identities = [(status.st_dev, status.st_ino) for status in map(Path.stat, paths)]
    first = dict(zip(reversed(identities), reversed(paths), strict=True))
    return [(first[identity], times) for identity, times in Counter(identities).items()]


def _inside(folder: Path) -> list[Path]:
    try:
        entries = sorted(folder.iterdir(), key=lambda p: p.name)
    except OSError as error:
        raise InputError(
            [f"{hide(str(folder))}: mappen går inte att läsa ({reason(error)}). Kontrollera rättigheterna till den."]
        ) from None
    return [p for p in entries if p.is_file() and not p.name.startswith((".", "~$"))]


def _is_table(path: PurePath) -> bool:
    return path.suffix.lower() in _READ


def _wrong_kind(path: PurePath) -> str:
    if _is_table(path):
        return ""
    if path.suffix.lower() in _OTHER_TABLES:
        return f"{hide(path.name)}: arbetsböcker av slaget {path.suffix} läses inte. Öppna den och spara som .xlsx."
    return (
        f"{hide(path.name)}: bara filer som slutar på .csv, .txt, .xlsx eller .parquet läses. "
        "Ta ut uppgifterna som en sådan."
    )


def _names(paths: Sequence[Path]) -> list[str]:
    """The shortest names that tell the files apart: the last part of the path, or the last two, three …"""
    resolved = [p.resolve() for p in paths]
    depth = [1] * len(paths)
    while True:
        names = ["/".join(p.parts[-n:]) for p, n in zip(resolved, depth, strict=True)]
        count = Counter(names)
        if all(n == 1 for n in count.values()):
            return names
        depth = [n + (count[name] > 1) for name, n in zip(names, depth, strict=True)]
