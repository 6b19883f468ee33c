"""manifest.json: what went in, what computed it and what came out, enough to reproduce and to prove a run."""

from __future__ import annotations

import json
import platform
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from hashlib import file_digest
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from billing.summary import COUNTED
from data.codes import CODES
from data.files import SourceFile
from reports.checks import Check
from reports.lines import charged_lines

if TYPE_CHECKING:
    from billing.engine import Bill

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
    """A file of data, with its `form`, its `rows` and how many `cases` they gave: messages are not cases."""

    form: str
    rows: int
    cases: int

    @classmethod
    def of_source(cls, source: SourceFile) -> ReadFile:
        return cls(source.name, source.sha256, source.form, source.rows, source.cases)


def manifest(
    bill: Bill,
    *,
    inputs: Sequence[Fingerprint],
    tariffs: Sequence[Fingerprint],
    options: Mapping[str, str],
    checks: Sequence[Check],
    folder: Path,
) -> bytes:
    """The manifest of a run whose other files stand finished in `folder`. The same run gives the same bytes."""
    content = {
        "program": {"name": PROGRAM, "version": installed_version(PROGRAM), "python": platform.python_version()},
        "libraries": {name: installed_version(name) for name in LIBRARIES},
        "month": str(bill.period),
        "as_of": bill.as_of.isoformat(),
        "agreement": {
            "id": bill.agreement.id,
            "namn": bill.agreement.namn,
            "origin": Path(bill.agreement.origin).name,
            "sha256": bill.agreement.sha256,
        },
        "options": dict(options),
        "inputs": _by_name(inputs),
        "tariffs": _by_name(tariffs),
        "rates": [
            {
                "serie": rate.serie,
                "fran": rate.fran.isoformat(),
                "tom": rate.tom.isoformat(),
                "dygnsbelopp_ore": rate.rate_ore,
                "kalla": rate.kalla,
                "status": rate.status,
            }
            for rate in bill.rates
        ],
        "counts": {
            "cases": len(bill.cases),
            "status": {name: int((bill.cases["status"] == name).sum()) for name in COUNTED},
            "issues": bill.issues["kod"].map(lambda kod: CODES[kod].severity).value_counts().to_dict(),
            "lines": len(charged_lines(bill)),
            "kommuner": int((bill.kommuner["kommun"] != "").sum()),
            "nollfakturor": int(bill.kommuner["nollfaktura"].sum()),
        },
        "totals_ore": {
            "amount": int(bill.kommuner["amount_ore"].sum()),
            "individuell": int(bill.lines["amount_ore"].sum()),
            "genomsnitt_schablon": int(bill.kommun_lines["amount_ore"].sum()),
        },
        "checks": [asdict(check) | {"holds": check.holds} for check in checks],
        "files": _by_name(_written(folder)),
    }
    return (json.dumps(content, ensure_ascii=False, indent=2, sort_keys=True) + "\n").encode()


def _written(folder: Path) -> Iterable[Fingerprint]:
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield Fingerprint(path.relative_to(folder).as_posix(), Fingerprint.of(path).sha256)


def _by_name(files: Iterable[Fingerprint]) -> list[dict[str, Any]]:
    return sorted((asdict(file) for file in files), key=lambda entry: (entry["name"], entry["sha256"]))


def installed_version(distribution: str) -> str:
    """The release of an installed package, or `not installed` when the program runs from a bare checkout."""
    try:
        return version(distribution)
    except PackageNotFoundError:
        return "not installed"
