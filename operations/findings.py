"""The findings in the order in which they are mended, by kind, and what became of them since an earlier extract."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from betalningsansvar.data.codes import CODES, SEVERITIES, Code
from betalningsansvar.data.issues import row_positions
from betalningsansvar.reports.month.findings import severities


@dataclass(frozen=True, slots=True)
class FindingKind:
    """A code, and how many findings have it."""

    code: Code
    count: int


@dataclass(frozen=True, slots=True)
class ChangedFindings:
    """How many findings of an earlier extract are `mended`, how many are `left`, and how many are `new`."""

    mended: int
    left: int
    new: int


def finding_kinds(issues: pd.DataFrame) -> tuple[FindingKind, ...]:
    """Each code that was found, worst severity first, then the most frequent."""
    counts = {str(kod): int(count) for kod, count in issues["kod"].value_counts().items()}
    order = sorted(counts, key=lambda kod: (SEVERITIES.index(CODES[kod].severity), -counts[kod], kod))
    return tuple(FindingKind(CODES[kod], counts[kod]) for kod in order)


def listed_findings(issues: pd.DataFrame, cases: pd.DataFrame) -> pd.DataFrame:
    """The issue frame with `allvar`, `fel` and `atgard` of each code, worst first, then by file and row; `row` is the
    position of its case in `cases`, −1 when it is about a whole file."""
    told = issues.assign(
        allvar=issues["kod"].map({c.code: c.severity for c in CODES.values()}),
        fel=issues["kod"].map({c.code: c.meaning for c in CODES.values()}),
        atgard=issues["kod"].map({c.code: c.mend for c in CODES.values()}),
        row=row_positions(cases, issues),
    )
    ordered = told.assign(rank=severities(issues)).sort_values(["rank", "fil", "rad", "kod"], kind="stable")
    return ordered.drop(columns="rank").reset_index(drop=True)


def changed_findings(before: pd.DataFrame, now: pd.DataFrame) -> ChangedFindings:
    """Findings are the same when case, code and column are; file and row differ between extracts."""
    earlier, later = _keys(before), _keys(now)
    return ChangedFindings(len(earlier - later), len(earlier & later), len(later - earlier))


def _keys(issues: pd.DataFrame) -> set[tuple[str, ...]]:
    return set(zip(issues["arende_id"], issues["kod"], issues["kolumn"], strict=True))
