"""Bokslut: a year settled per kommun, what was invoiced against the outcome, whole öre that tie by construction.

The outcome is computed by the rule the agreement names (under a schablon by its `utfall`), and by the statute
beside it. For every kommun: invoiced + settled before + settlement + not issued = outcome.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from betalningsansvar.billing.agreements import RuleBook, require_rules, rule_book
from betalningsansvar.billing.data_ends import require_reaching, still_in_after
from betalningsansvar.billing.days import Positions
from betalningsansvar.billing.known import computable, newest_day
from betalningsansvar.billing.lines import TariffGapError, schablon_lines
from betalningsansvar.billing.month_plan import plan
from betalningsansvar.billing.period import Month
from betalningsansvar.billing.summary import per_kommun
from betalningsansvar.billing.year.accrual import Accrual, accrue, frozen_months
from betalningsansvar.billing.year.gaps import Notice, coverage_notices
from betalningsansvar.billing.year.issued import IssuedYear, LedgerYear, issued_year
from betalningsansvar.billing.year.named_lines import without_waived
from betalningsansvar.billing.year.outcome import (
    MONTHS,
    YearOutcome,
    cells,
    require_confirmed,
    settlement_book,
    statute_book,
    year_outcome,
)
from betalningsansvar.billing.year.settled_tables import (
    explained,
    positions,
    settlement_table,
    shown_kommuner,
    year_cases,
)
from betalningsansvar.billing.year.waterfall import by_cause
from betalningsansvar.billing.year.yearcells import (
    BY_ASSUMPTION,
    BY_LEDGER,
    BY_NOBODY,
    BY_SCHABLON,
    YearCells,
)
from betalningsansvar.data.categories import codes_of
from betalningsansvar.data.kommuner import kommuner
from betalningsansvar.tariffs.belopp import Tariffs
from betalningsansvar.tariffs.records import Agreement, Belopp
from betalningsansvar.tariffs.schablon_underlag import SchablonTable


@dataclass(frozen=True, slots=True)
class Bokslut:
    """One year settled. `kommun` is a code in `months` and `settlement`, a position elsewhere; money is öre.

    `months`: as `YearCells.frame` gives them. `settlement`: one row per kommun as in `Bill.kommuner`, with
    invoiced_ore, outcome_ore, statute_ore, settled_ore (issued as settlement before), not_issued_ore (outcome of
    months nobody was invoiced for), settlement_ore (what is left: plus → invoice, minus → credit) and known.
    `causes`: öre per row of `settlement` and cause of `billing.year.waterfall.CAUSES`; `explained`: the same by
    month and case, as `waterfall` gives it. `cases` is the case frame with the year's status, orsak, dygn and
    amount_ore. `outcome.missing` and `statute.missing` name the amounts the tariffs lack; `replaced` has the user's own
    amounts of the year, each with the other that it takes the place of.
    """

    year: int
    as_of: date
    agreement: Agreement
    months: pd.DataFrame
    settlement: pd.DataFrame
    causes: NDArray[np.int64]
    explained: pd.DataFrame
    outcome: YearOutcome
    statute: YearOutcome
    cases: pd.DataFrame
    issues: pd.DataFrame
    schabloner: tuple[SchablonTable, ...]
    accrual: Accrual
    issued: IssuedYear | None
    notices: tuple[Notice, ...]
    replaced: tuple[tuple[Belopp, Belopp], ...]

    @property
    def outcome_known(self) -> bool:
        return not self.outcome.missing

    @property
    def statute_known(self) -> bool:
        return not self.statute.missing

    @property
    def settlement_ore(self) -> int:
        """The whole settlement, plus and minus together."""
        return int(self.settlement["settlement_ore"].sum())

    @property
    def rates(self) -> tuple[Belopp, ...]:
        """Every amount used, by rule and by statute."""
        return tuple(dict.fromkeys((*self.outcome.rates, *self.statute.rates)))


def reconcile(
    cases: pd.DataFrame,
    issues: pd.DataFrame,
    agreement: Agreement,
    tariffs: Tariffs,
    year: int,
    as_of: date | None = None,
    *,
    ledger: LedgerYear | None = None,
    allow_inferred: bool = False,
) -> Bokslut:
    """Settle `year` from checked cases.

    `ledger` is what has been issued; without one the schablon's printed shares count as
    invoiced, and other months as invoiced exactly as computed, which a notice says. `as_of` is the day the data was
    extracted, by default the last day of the year or the newest time in the data, whichever is later, and then the data
    must reach into the year.

    Where the tariffs lack rates for the outcome under a schablon, the report goes on with the statute's outcome
    beside it. Raises DataEndsError, TariffGapError for any other missing amount, or one only inferred without
    `allow_inferred`, and RuleGapError when no rule covers a day of the year.
    """
    rows = computable(cases)
    first, last = date(year, 1, 1), date(year, 12, 31)
    extract_given = as_of is not None
    if not extract_given:
        require_reaching(cases, rows, first)
    as_of = as_of or newest_day(cases, rows, last)
    used = np.unique(codes_of(cases["vardform"])[rows])
    require_rules(agreement, first, last, [str(cases["vardform"].cat.categories[n]) for n in used] or ["somatik"])

    book = rule_book(agreement)
    schablon_ore, schablon = _schablon_cells(book, year)
    computed = year_outcome(cases, rows, settlement_book(agreement), tariffs, year, as_of)
    statute = year_outcome(cases, rows, statute_book(), tariffs, year, as_of)
    _require_rates(computed, schablon)
    known = ~schablon if computed.missing else np.ones_like(schablon)
    outcome = _within(computed, known)
    waived_ore = 0
    if ledger is not None:
        outcome, waived_ore = without_waived(outcome, cases, ledger, year)
    require_confirmed(outcome.rates, allow_inferred=allow_inferred)
    require_confirmed(statute.rates, allow_inferred=allow_inferred)

    issued = None if ledger is None else issued_year(ledger, year)
    source, invoiced_ore = _invoiced(issued, schablon, schablon_ore, outcome.amounts_ore(len(kommuner())))
    year_cells = YearCells(
        source=source,
        invoiced_ore=invoiced_ore,
        outcome_ore=outcome.amounts_ore(len(kommuner())),
        statute_ore=statute.amounts_ore(len(kommuner())),
        known=known,
        schablon=schablon,
        free=schablon & (schablon_ore == 0),
    )
    accrual = _accrual(cases, rows, computed, tariffs, agreement, year, as_of, ledger, schablon, schablon_ore)

    of_year = year_cases(cases, rows, computed, outcome)
    own, means = outcome.lines[outcome.lines["case"] >= 0], outcome.lines[outcome.lines["case"] < 0]
    kommun_rows = shown_kommuner(per_kommun(of_year, own, means, agreement), year_cells, issued)
    settled = settlement_table(kommun_rows, year_cells, issued)
    at = positions(settled)
    causes = explained(of_year, outcome, year_cells, issued)
    return Bokslut(
        year=year,
        as_of=as_of,
        agreement=agreement,
        months=year_cells.frame(at, settled["kommun"].to_numpy(object)),
        settlement=settled,
        causes=by_cause(causes, len(kommuner()))[at],
        explained=causes,
        outcome=outcome,
        statute=statute,
        cases=of_year,
        issues=issues if extract_given else _with_end(issues, cases, rows, agreement, tariffs, year, as_of),
        schabloner=tuple(book.schabloner[n] for n in sorted(book.schabloner) if book.rules[n].fran.year <= year),
        accrual=accrual,
        issued=issued,
        notices=coverage_notices(cases, rows, year, as_of, year_cells, outcome, statute, issued, waived_ore),
        replaced=tuple(tariffs.replaced(date(year, 1, 1), date(year, 12, 31))),
    )


def _with_end(
    issues: pd.DataFrame,
    cases: pd.DataFrame,
    rows: Positions,
    agreement: Agreement,
    tariffs: Tariffs,
    year: int,
    as_of: date,
) -> pd.DataFrame:
    """The issues, after what of the year's outcome rests on the end of the data."""
    book = settlement_book(agreement)
    plans = (plan(book, tariffs, Month(year, number), as_of) for number in range(1, 13))
    ends = still_in_after(cases, rows, plans, newest_day(cases, rows, date.min), date(year, 12, 31))
    return pd.concat([ends, issues], ignore_index=True) if len(ends) else issues


def _within(outcome: YearOutcome, known: NDArray[np.bool_]) -> YearOutcome:
    """Only the lines of kommuner and months whose outcome is known: a part of a month's amount would mislead."""
    where = outcome.lines["kommun"].to_numpy().astype(np.int64), outcome.lines["month"].to_numpy().astype(np.int64) - 1
    return replace(outcome, lines=outcome.lines[known[where]].reset_index(drop=True))


def _schablon_cells(book: RuleBook, year: int) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """The printed share per kommun and month, and where a schablon is in force at all."""
    parts = [schablon_lines(book, Month(year, m)).assign(month=m) for m in range(1, MONTHS + 1)]
    lines = pd.concat(parts, ignore_index=True)
    in_force = np.zeros((len(kommuner()), MONTHS), np.bool_)
    in_force[lines["kommun"].to_numpy(), lines["month"].to_numpy() - 1] = True
    return cells(lines, len(kommuner())), in_force


def _require_rates(outcome: YearOutcome, schablon: NDArray[np.bool_]) -> None:
    """A gap is borne only under a schablon, whose months were invoiced all the same."""
    unpriced = outcome.lines[~outcome.lines["priced"]]
    where = unpriced["kommun"].to_numpy().astype(np.int64), unpriced["month"].to_numpy().astype(np.int64) - 1
    if (~schablon[where]).any():
        raise TariffGapError(outcome.missing)


def _invoiced(
    issued: IssuedYear | None,
    schablon: NDArray[np.bool_],
    schablon_ore: NDArray[np.int64],
    outcome_ore: NDArray[np.int64],
) -> tuple[NDArray[np.int8], NDArray[np.int64]]:
    """Where each kommun's month was invoiced, and its öre.

    A month is issued for all at once: a kommun without an invoice in it got nothing to pay.
    """
    if issued is None:
        source = np.where(schablon, BY_SCHABLON, BY_ASSUMPTION)
        return source.astype(np.int8), np.where(schablon, schablon_ore, outcome_ore)
    source = np.where(np.broadcast_to(issued.months, schablon.shape), BY_LEDGER, BY_NOBODY)
    return source.astype(np.int8), issued.amounts_ore()


def _accrual(
    cases: pd.DataFrame,
    rows: Positions,
    outcome: YearOutcome,
    tariffs: Tariffs,
    agreement: Agreement,
    year: int,
    as_of: date,
    ledger: LedgerYear | None,
    schablon: NDArray[np.bool_],
    schablon_ore: NDArray[np.int64],
) -> Accrual:
    last_day = date(year, 12, 31)
    frozen = frozen_months(agreement, year, last_day)
    nowhere = np.zeros_like(schablon)
    if ledger is None:
        # The open month cannot have been invoiced; the others count as invoiced by schablon or as computed.
        invoiced, invoiced_ore, left_out = schablon, schablon_ore, ~schablon & frozen
    else:
        then = issued_year(ledger, year, last_day)
        invoiced, invoiced_ore, left_out = nowhere | then.months, then.amounts_ore(), nowhere
    return accrue(
        cases, rows, outcome, tariffs, year, as_of,
        frozen=frozen, invoiced_ore=invoiced_ore, invoiced=invoiced, schablon=schablon, left_out=left_out,
        without_waived=lambda one: one if ledger is None else without_waived(one, cases, ledger, year)[0],
    )  # fmt: skip
