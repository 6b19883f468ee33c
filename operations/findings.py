"""The findings in the order in which they are mended, by kind, over months, and what became of them since an earlier
extract."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date

import pandas as pd

from betalningsansvar.billing.agreements import RuleGapError
from betalningsansvar.billing.data_ends import ENDS, DataEndsError
from betalningsansvar.billing.engine import NothingKnownError, bill
from betalningsansvar.billing.lines import TariffGapError
from betalningsansvar.billing.period import Month
from betalningsansvar.billing.span.findings import of_all_months
from betalningsansvar.data.codes import CODES, SEVERITIES, Code
from betalningsansvar.data.issues import row_positions
from betalningsansvar.operations.inputs import Read
from betalningsansvar.operations.law import Law
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


def findings_of_months(
    read: Read, law: Law, months: Iterable[Month], as_of: date | None, ends: pd.DataFrame, *, allow_inferred: bool
) -> pd.DataFrame:
    """What was found in the data and what the months block, with the öre that hang on each in all of the months.

    `ends` is what of the whole time rests on the end of the data, instead of what each month's bill tells of it. A
    month that no bill can be made of adds nothing; where that is so of all of them no kronor are known.
    """
    found = [ends] if len(ends) else []
    for month in months:
        with suppress(RuleGapError, TariffGapError, NothingKnownError, DataEndsError):
            result = bill(
                read.cases, read.issues, law.agreement, law.tariffs, month, as_of, allow_inferred=allow_inferred
            )
            found.append(result.issues[result.issues["kod"] != ENDS])
    if len(found) == len(ends[:1]):
        return pd.concat([ends, read.issues], ignore_index=True) if len(ends) else read.issues
    return of_all_months(found, read.issues)


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
