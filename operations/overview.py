"""A month at a glance: each kommun beside the month before, the rules and amounts, and what the reader must know."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from betalningsansvar.billing.charged_lines import rows_of
from betalningsansvar.billing.known import newest_day
from betalningsansvar.billing.period import Month
from betalningsansvar.operations.findings import FindingKind, finding_kinds
from betalningsansvar.operations.inputs import Read
from betalningsansvar.operations.kommun_means import KommunMean, kommun_means
from betalningsansvar.operations.month import MonthWork
from betalningsansvar.reports.month.findings import findings_summary
from betalningsansvar.reports.month.summary import month_notices
from betalningsansvar.tariffs.records import Belopp, Rule

_GROUPS = ("region", "utomlans", "saknas")
_COUNTS = ("debiteras", "genomsnitt", "fri", "blockerad", "parkerad", "avvisad")


@dataclass(frozen=True, slots=True)
class KommunRow:
    """One kommun of the summary; `code` is blank for the cases without a payer. `before_ore` and `change_ore` are
    None when the month before could not be computed."""

    code: str
    name: str
    group: str
    cases: int
    counts: Mapping[str, int]
    dygn_micro: int
    amount_ore: int
    before_ore: int | None
    change_ore: int | None
    means: tuple[KommunMean, ...]


@dataclass(frozen=True)
class Overview:
    """The month in totals and per kommun. `rules` and `rates` are those that decided something; `notices`
    must be read before the month is sent, `still_in` counts the patients who had not left when the data was extracted,
    and `findings` are what was found in the cases of the month, with the kronor that hang on them (`told` sums up)."""

    rows: tuple[KommunRow, ...]
    counts: Mapping[str, int]
    dygn_micro: int
    amount_ore: int
    before_ore: int | None
    payers: int
    rules: tuple[Rule, ...]
    rates: tuple[Belopp, ...]
    notices: tuple[str, ...]
    still_in: int
    findings: tuple[FindingKind, ...]
    told: str

    @property
    def change_ore(self) -> int | None:
        """More (or less) than the month before."""
        return None if self.before_ore is None else self.amount_ore - self.before_ore

    @property
    def by_mean(self) -> bool:
        """Whether some kommun is charged by its mean this month."""
        return any(row.means for row in self.rows)


def month_overview(work: MonthWork, earlier: Mapping[str, int] | None) -> Overview:
    """The overview of a month, and by kommun the öre of the month before it (None: they are not known)."""
    bill = work.bill
    means = kommun_means(bill)
    found = (_row(row, earlier, means) for row in rows_of(bill.kommuner))
    rows = tuple(sorted(found, key=lambda row: (_GROUPS.index(row.group), row.name)))
    charged = bill.kommun_lines.loc[bill.kommun_lines["amount_ore"] != 0, "rule"]
    used = np.union1d(bill.cases.loc[bill.cases["rule"] >= 0, "rule"].unique(), charged.unique())
    cases = bill.cases
    left = cases["utskriven"].notna() | cases["aterkallad"].notna()
    return Overview(
        rows=rows,
        counts={name: int(bill.kommuner[name].sum()) for name in _COUNTS},
        dygn_micro=int(bill.kommuner["dygn_micro"].sum()),
        amount_ore=bill.amount_ore,
        before_ore=None if earlier is None else sum(earlier.values()),
        payers=int((bill.kommuner["amount_ore"] > 0).sum()),
        rules=tuple(bill.rules[int(number)] for number in used),
        rates=tuple(bill.rates),
        notices=month_notices(bill),
        still_in=int((cases["status"].isin(["debiteras"]) & ~left).sum()),
        findings=finding_kinds(bill.issues),
        told=findings_summary(bill.issues),
    )


def _row(row: Any, earlier: Mapping[str, int] | None, means: Mapping[str, tuple[KommunMean, ...]]) -> KommunRow:
    amount_ore = int(row.amount_ore)
    code = str(row.kommun)
    before_ore = None if earlier is None else earlier.get(code, 0)
    return KommunRow(
        code=code,
        name=str(row.kommunnamn),
        group=str(row.grupp),
        cases=int(row.antal_arenden),
        counts={name: int(getattr(row, name)) for name in _COUNTS},
        dygn_micro=int(row.dygn_micro),
        amount_ore=amount_ore,
        before_ore=before_ore,
        change_ore=None if before_ore is None else amount_ore - before_ore,
        means=means.get(code, ()),
    )


def newest_in(read: Read) -> date | None:
    """The day of the newest time in the data: as far as it reaches. None without a notice."""
    first = read.cases["utskrivningsklar"].min()
    return None if first is pd.NaT else newest_day(read.cases, np.arange(len(read.cases)), first.date())


def months_in(read: Read) -> tuple[Month, ...]:
    """The months the data tells of, from the first notice to the newest time, newest first; none without a time."""
    last = newest_in(read)
    if last is None:
        return ()
    return tuple(reversed(Month.of(read.cases["utskrivningsklar"].min().date()).through(Month.of(last))))
