"""What commands print: lines, counts and findings."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from betalningsansvar.data.shown import quotable, without_controls

if TYPE_CHECKING:
    import pandas as pd

    from betalningsansvar.billing.period import Month

_STATUSES = {"": ("kan beräknas", "kan beräknas"), "parkerad": ("parkerat", "parkerade")}
_STATUSES |= {"avvisad": ("avvisat", "avvisade"), "debiteras": ("debiteras", "debiteras"), "fri": ("fritt", "fria")}
_STATUSES |= {"blockerad": ("blockerat", "blockerade"), "genomsnitt": ("i medelvärdet", "i medelvärdet")}


def say(lines: Iterable[str]) -> None:
    """Print each line as a terminal takes it: the no-break spaces of numbers become plain ones, which it cuts and
    searches, and what it would obey is left out."""
    for line in lines:
        plain = line.replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")
        click.echo(without_controls(plain))


def say_counts(cases: pd.DataFrame) -> None:
    """One line: how many cases there are of each status."""
    from betalningsansvar.reports.words.numbers import counted

    counts = [(str(status), int(number)) for status, number in cases["status"].value_counts(sort=False).items()]
    told = ", ".join(counted(number, *_STATUSES[status]) for status, number in counts if number)
    say([f"{counted(len(cases), 'ärende', 'ärenden')}: {told}." if told else "0 ärenden."])


def say_findings(issues: pd.DataFrame, where: str) -> None:
    """The last line of a run: how many findings there are of each severity, what hangs on them, and where they are."""
    from betalningsansvar.reports.month.findings import findings_summary

    say([findings_summary(issues, where)])


def list_in(out: Path) -> str:
    """Where the findings of a written folder are listed."""
    return str(out / "avvikelser.xlsx")


def list_by(command: str) -> str:
    """Where the findings of a whole period are listed, of a command that writes no list: what `command` writes."""
    return f"avvikelser.csv som {command} skriver"


def list_of_months(first: Month, last: Month) -> str:
    """The same of the months `first` through `last`."""
    return list_by(f"bill --month {first}" if first == last else f"bill --from {first} --to {last}")


def list_of(inputs: Iterable[Path]) -> str:
    """Where the findings are listed of a command that writes no list."""
    return f"listan som check {' '.join(quotable(str(path)) for path in inputs)} visar"
