"""A running month: what it has cost so far, and what it will if nobody leaves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import pandas as pd

from betalningsansvar.billing.agreements import RuleBook, rule_book
from betalningsansvar.billing.data_ends import require_reaching
from betalningsansvar.billing.days import CaseDays, Positions, day_number
from betalningsansvar.billing.engine import Bill, bill
from betalningsansvar.billing.forecast import WEEK, Leaving, if_all_leave, leaves_a_mean, leaving_days
from betalningsansvar.billing.kernel import compute
from betalningsansvar.billing.known import cases_as_of, computable, newest_day
from betalningsansvar.billing.month_plan import plan
from betalningsansvar.billing.period import Month
from betalningsansvar.tariffs.belopp import Tariffs
from betalningsansvar.tariffs.records import Agreement


@dataclass(frozen=True, slots=True)
class Preview:
    """`so_far` is the month as known on its `as_of`, `expected` the same with every patient still in on
    the last day. `approaching` has the cases in house that become liable within `within_days` days of
    `as_of`: arende_id, kommun, vardform, ansvar_fran (datetime64[s]); `passing` those of the next week that leave a
    mean for a liability of their own. `leaving` is the month if every patient still in leaves on a day."""

    so_far: Bill
    expected: Bill
    within_days: int
    approaching: pd.DataFrame
    passing: pd.DataFrame
    leaving: tuple[Leaving, ...]


def preview(
    cases: pd.DataFrame,
    issues: pd.DataFrame,
    agreement: Agreement,
    tariffs: Tariffs,
    month: Month,
    as_of: date | None = None,
    *,
    within_days: int,
    allow_inferred: bool = False,
) -> Preview:
    """Bill the month as of `as_of` and as of its last day, and with everybody gone, from what was known on `as_of`.

    `as_of` is by default the newest day in the data, which must then lie in the month or after it. Raises what
    `billing.engine.bill` raises.
    """
    if as_of is None:
        rows = computable(cases)
        require_reaching(cases, rows, month.start)
        as_of = newest_day(cases, rows, month.start)
    known = cases_as_of(cases, as_of)
    # A case whose notice came later did not exist; a row that was kept out is still told of.
    cases = known[(known["utskrivningsklar"].notna() | (known["status"] != "")).to_numpy()].reset_index(drop=True)
    rows = computable(cases)
    so_far = bill(cases, issues, agreement, tariffs, month, as_of, allow_inferred=allow_inferred)
    expected = bill(cases, issues, agreement, tariffs, month, month.last_day, allow_inferred=allow_inferred)

    book = rule_book(agreement)
    soon = _liable_within(cases, rows, book, tariffs, as_of, within_days)
    week = _liable_within(cases, rows, book, tariffs, as_of, WEEK.days)
    leaving = if_all_leave(
        cases, issues, agreement, tariffs, month, leaving_days(as_of, month), allow_inferred=allow_inferred
    )
    columns = ["arende_id", "kommun", "vardform", "ansvar_fran"]
    passing = week.loc[week["lamnar_medel"], columns].reset_index(drop=True)
    return Preview(so_far, expected, within_days, soon[columns], passing, leaving)


def _liable_within(
    cases: pd.DataFrame, rows: Positions, book: RuleBook, tariffs: Tariffs, as_of: date, within_days: int
) -> pd.DataFrame:
    """The cases in house that become liable within so many days after `as_of`, and whether they leave a mean."""
    horizon = as_of + timedelta(days=within_days)
    # Computed as of the horizon, so that a case which leaves a mean by then shows the day it does.
    outcome = compute(cases, rows, plan(book, tariffs, Month.of(horizon), horizon))
    days = CaseDays.of(cases, rows)
    still_in = days.out(day_number(as_of)) > day_number(as_of)
    soon = still_in & (outcome.liable_from > day_number(as_of)) & (outcome.liable_from <= day_number(horizon))
    first_day = outcome.liable_from[soon].astype("datetime64[D]").astype("datetime64[s]")
    alone = leaves_a_mean(days, outcome.liable_from, book)[soon]
    found = cases.iloc[rows[soon]][["arende_id", "kommun", "vardform"]].assign(
        ansvar_fran=first_day, lamnar_medel=alone
    )
    return found.sort_values(["kommun", "ansvar_fran", "arende_id"]).reset_index(drop=True)
