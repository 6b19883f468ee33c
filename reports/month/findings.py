"""The findings of `check`, on the terminal and as a file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pandas as pd

from betalningsansvar.data.codes import CODES
from betalningsansvar.data.files.headers import CASE_TABLE
from betalningsansvar.data.files.inputs import SourceFile
from betalningsansvar.reports.files.csvfiles import issue_rows, write_table

_ORDER = ("avvisar", "parkerar", "blockerar", "varning")


def source_lines(sources: Sequence[SourceFile]) -> Iterator[str]:
    """How the rows of each file became cases, for the files in which a row is not a case."""
    for source in sources:
        if source.form != CASE_TABLE.name:
            left = [f"{source.without_notice} in stays without a notice"] if source.without_notice else []
            left += [f"{source.unreadable} unreadable"] if source.unreadable else []
            yield f"{source.name} ({source.form}): {source.rows} rows, {', '.join([f'{source.cases} cases', *left])}."


def finding_lines(issues: pd.DataFrame, most: int) -> Iterator[str]:
    """The worst findings first, at most `most` of them, then how many of each kind there are."""
    if issues.empty:
        yield "Nothing to mend."
        return
    severity = issues["kod"].map(lambda kod: _ORDER.index(CODES[kod].severity))
    ordered = issues.assign(severity=severity).sort_values(["severity", "fil", "rad", "kod"], kind="stable")
    shown = ["fil", "rad", "arende_id", "kod", "kolumn", "varde"]
    for fil, rad, arende_id, kod, kolumn, varde in ordered.head(most)[shown].to_numpy().tolist():
        code = CODES[kod]
        value = f" {varde!r}" if varde else ""
        yield f"{fil} row {rad}, {arende_id or 'no arende_id'}: {kod} ({code.severity})"
        yield f"  {kolumn}{value}: {code.meaning} {code.mend}"
    if len(ordered) > most:
        yield f"… and {len(ordered) - most} more; --out FILE writes all of them."
    for kod, count in issues["kod"].value_counts().items():
        yield f"{count:>8}  {kod} ({CODES[str(kod)].severity})"


def write_findings(issues: pd.DataFrame, path: Path) -> None:
    """All findings in the columns of `avvikelser.csv`. Raises OSError."""
    write_table(path, issue_rows(issues))
