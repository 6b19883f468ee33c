"""A kommun's year taken apart: its months, why the outcome of each is another than what was invoiced, and the cases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from betalningsansvar.billing.charged_lines import rows_of
from betalningsansvar.billing.period import Month
from betalningsansvar.billing.year.bokslut import Bokslut
from betalningsansvar.billing.year.waterfall import CAUSES
from betalningsansvar.data.kommuner import kommuner
from betalningsansvar.reports.bokslut.words import CAUSES as CAUSE_WORDS
from betalningsansvar.reports.bokslut.words import SOURCES


@dataclass(frozen=True, slots=True)
class Cause:
    """One cause: its code, what it is called, the öre it explains, and in how many cases."""

    code: str
    name: str
    amount_ore: int
    cases: int


@dataclass(frozen=True, slots=True)
class MonthPart:
    """One month of a kommun: where its invoiced amount comes from (`source` in words), both amounts (`outcome_ore` is
    None where an amount per vårddygn is missing) and the causes of their difference."""

    month: Month
    source: str
    issued: bool
    invoiced_ore: int
    outcome_ore: int | None
    causes: tuple[Cause, ...]


@dataclass(frozen=True, slots=True)
class CasePart:
    """What one case (blank `arende_id`: a mean or a schablon) has to do with a month's difference. `row` is its
    position in the case frame, −1 for none or one that is no longer in the data."""

    month: Month
    cause: Cause
    arende_id: str
    row: int
    amount_ore: int


@dataclass(frozen=True)
class KommunYear:
    """The parts of one kommun's year, months in order, cases by month with the largest first."""

    kommun: str
    months: tuple[MonthPart, ...]
    cases: tuple[CasePart, ...]


def kommun_year(bokslut: Bokslut, kommun: str) -> KommunYear | None:
    """Take a kommun's year apart; None when it has no part in the bokslut."""
    months = bokslut.months[bokslut.months["kommun"] == kommun]
    if not len(months):
        return None
    position = list(kommuner()).index(kommun)
    own = bokslut.explained[bokslut.explained["kommun"] == position]
    causes = {number: _causes(own[own["month"] == number]) for number in months["month"]}
    parts = tuple(
        MonthPart(
            Month(bokslut.year, int(row.month)),
            SOURCES[row.source],
            row.source in ("liggare", "schablon"),
            int(row.invoiced_ore),
            int(row.outcome_ore) if row.known else None,
            causes[row.month],
        )
        for row in rows_of(months)
    )
    rows = dict(reversed([(name, row) for row, name in enumerate(bokslut.cases["arende_id"])]))
    own = own.assign(size=own["amount_ore"].abs()).sort_values(
        ["month", "size"], ascending=[True, False], kind="stable"
    )
    cases = tuple(
        CasePart(
            Month(bokslut.year, int(row.month)),
            next(cause for cause in causes[row.month] if cause.code == CAUSES[row.cause]),
            row.arende_id,
            rows.get(row.arende_id, -1) if row.arende_id else -1,
            int(row.amount_ore),
        )
        for row in rows_of(own)
    )
    return KommunYear(kommun, parts, cases)


def _causes(explained: pd.DataFrame) -> tuple[Cause, ...]:
    found = []
    for number, code in enumerate(CAUSES):
        part = explained[explained["cause"] == number]
        if len(part):
            found.append(Cause(code, CAUSE_WORDS[code], int(part["amount_ore"].sum()), len(part)))
    return tuple(found)


def not_issued_months(bokslut: Bokslut) -> Sequence[Month]:
    """The months that the ledger has not issued; none when there is no ledger."""
    found = {month for n in bokslut.notices if n.kind == "manader_ej_utfardade" for month in n.months}
    return [Month(bokslut.year, month) for month in sorted(found)]
