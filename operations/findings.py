"""The findings in the order in which they are mended, by kind, and what became of them since an earlier extract."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import pandas as pd

from betalningsansvar.data.codes import CODES, SEVERITIES, Code
from betalningsansvar.data.issues import row_positions
from betalningsansvar.reports.month.findings import severities, stake_ore


@dataclass(frozen=True, slots=True)
class FindingKind:
    """A code, how many findings have it, and the öre that hang on them (0 where nothing is computed)."""

    code: Code
    count: int
    stake_ore: int


@dataclass(frozen=True, slots=True)
class ChangedKind:
    """How many findings of a code in an earlier extract are `mended`, how many are `left`, and how many are `new`."""

    code: Code
    mended: int
    left: int
    new: int


@dataclass(frozen=True, slots=True)
class ChangedFindings:
    """What became of the findings of an earlier extract: in all, and by code, worst first."""

    mended: int
    left: int
    new: int
    kinds: tuple[ChangedKind, ...]


def finding_kinds(issues: pd.DataFrame) -> tuple[FindingKind, ...]:
    """Each code that was found, worst severity first, then the most frequent."""
    counts = {str(kod): int(count) for kod, count in issues["kod"].value_counts().items()}
    order = sorted(counts, key=lambda kod: (SEVERITIES.index(CODES[kod].severity), -counts[kod], kod))
    return tuple(FindingKind(CODES[kod], counts[kod], stake_ore(issues[issues["kod"] == kod])) for kod in order)


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
    earlier, later = _counted(before), _counted(now)
    changes = [_by_code(found) for found in (earlier - later, earlier & later, later - earlier)]
    codes = sorted(set().union(*changes), key=lambda kod: (SEVERITIES.index(CODES[kod].severity), kod))
    kinds = tuple(ChangedKind(CODES[kod], *(change[kod] for change in changes)) for kod in codes)
    mended, left, new = (change.total() for change in changes)
    return ChangedFindings(mended, left, new, kinds)


def _counted(issues: pd.DataFrame) -> Counter[tuple[str, str, str]]:
    return Counter(zip(issues["arende_id"], issues["kod"], issues["kolumn"], strict=True))


def _by_code(found: Counter[tuple[str, str, str]]) -> Counter[str]:
    by_code: Counter[str] = Counter()
    for (_, kod, _), many in found.items():
        by_code[kod] += many
    return by_code
