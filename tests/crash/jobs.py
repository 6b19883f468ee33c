"""The ways to issue that are cut off: with the ledger alone, and with the real command, which writes files."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Sequence
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from betalningsansvar import cli
from betalningsansvar.billing.cases import check_cases
from betalningsansvar.billing.charged_lines import charged_lines
from betalningsansvar.billing.engine import bill
from betalningsansvar.billing.ledger.connection import Ledger
from betalningsansvar.billing.ledger.corrections import wanted_lines
from betalningsansvar.billing.period import Month
from betalningsansvar.data.files.named import NamedFile
from betalningsansvar.data.intake import read_cases
from betalningsansvar.operations.ledger_receipts import verify_against
from betalningsansvar.reports.files.manifest import written
from betalningsansvar.tariffs.agreements import find_agreement
from betalningsansvar.tariffs.belopp import load
from tests.ledger.stand import issue_lines, line, lines

LINES = 40
COMMAND_MONTH = "2018-11"
EXAMPLE = Path(__file__).parents[2] / "data" / "exempel" / "halland-2018-11-12.csv"


@dataclass(frozen=True)
class Folder:
    """What the command writes, alone in a folder of its own; and what the terminal showed."""

    out: Path

    @property
    def terminal(self) -> Path:
        return self.out.with_suffix(".txt")

    @property
    def left(self) -> Sequence[Path]:
        """The half-written folders beside it."""
        return sorted(self.out.parent.glob(f".{self.out.name}.*"))

    def require_whole(self, url: str) -> None:
        """Every file as the manifest has it, none besides, and its receipt in the ledger's chain."""
        manifest = self.out / "manifest.json"
        listed = {(file["name"], file["sha256"]) for file in json.loads(manifest.read_bytes())["files"]}
        found = {(file.name, file.sha256) for file in written(self.out) if file.name != manifest.name}
        assert found == listed, f"{self.out.name} is not whole"
        verify_against(url, [NamedFile(manifest.name, manifest.read_bytes())])


@dataclass(frozen=True)
class Job:
    """One way to issue: what is cut off, the month and the lines that must then stand, and the folder of its files.
    `export` writes them when the ledger has issued what they lack."""

    run: Callable[[], object]
    period: str
    wanted: pd.DataFrame
    folder: Folder | None = None
    export: Callable[[], object] | None = None


def straight(ledger: Ledger, rng: random.Random) -> Job:
    """Lines of a month, some of them other than in the round before."""
    period = f"2019-{rng.randint(1, 3):02d}"
    wanted = lines(*(line(f"H-{n}", rng.randint(1, 3), rng.choice(["1380", "1384"])) for n in range(LINES)))
    return Job(lambda: issue_lines(ledger, wanted, period), period, wanted)


def command(url: str, file: Path, wanted: pd.DataFrame, out: Path) -> Job:
    """`issue` of the file, and `ledger export` of what it could not write."""
    folder = Folder(out)
    issuing = ["issue", str(file), "--month", COMMAND_MONTH, "--agreement", "halland", "--ledger", url]
    confirmed = [*issuing, "--confirm", "--allow-missing", "--out", str(out)]
    exporting = ["ledger", "export", "--ledger", url, "--format", "xlsx", "--month", COMMAND_MONTH, "--out", str(out)]
    return Job(_typed(confirmed, folder), COMMAND_MONTH, wanted, folder, _typed(exporting, folder))


def _typed(words: Sequence[str], folder: Folder) -> Callable[[], object]:
    def typed() -> None:
        with folder.terminal.open("w", encoding="utf-8") as shown, redirect_stdout(shown), redirect_stderr(shown):
            cli.main(list(words), standalone_mode=False)

    return typed


def two_versions(folder: Path) -> Sequence[tuple[Path, pd.DataFrame]]:
    """The example, and the example without every third row; and what each is to be invoiced."""
    rows = EXAMPLE.read_text(encoding="utf-8-sig").splitlines()
    shorter = folder / "shorter.csv"
    shorter.write_text("\n".join(row for n, row in enumerate(rows) if n == 0 or n % 3), encoding="utf-8")
    return [(file, _computed(file)) for file in (EXAMPLE, shorter)]


def _computed(file: Path) -> pd.DataFrame:
    intake = read_cases([file])
    cases, issues = check_cases(intake.cases, intake.issues)
    month = Month.parse(COMMAND_MONTH)
    return wanted_lines(charged_lines(bill(cases, issues, find_agreement("halland"), load(), month)))
