"""A forecast of the open month: what it comes to if every patient still in leaves today, in a week, at its end.

A mean is hard to foresee: each discharge adds a case and its days, and a case over the agreement's limit leaves the
mean for a liability of its own. So three ends are computed with the same engine as the month itself, and the cases
about to leave the mean are named.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd

from betalningsansvar.billing.agreements import RuleBook
from betalningsansvar.billing.days import CaseDays, Flags, day_number
from betalningsansvar.billing.engine import Bill, bill
from betalningsansvar.billing.period import Month
from betalningsansvar.data.columns import VARDFORMER
from betalningsansvar.tariffs.belopp import Tariffs
from betalningsansvar.tariffs.records import Agreement, Genomsnitt

WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Leaving:
    """The month as it becomes if every patient still in is discharged on `day`."""

    day: date
    bill: Bill


def leaving_days(as_of: date, month: Month) -> tuple[date, ...]:
    """Today, a week from it, and the last day of the month: each once, none after the month."""
    return tuple(sorted({min(day, month.last_day) for day in (as_of, as_of + WEEK, month.last_day)}))


def if_all_leave(
    cases: pd.DataFrame,
    issues: pd.DataFrame,
    agreement: Agreement,
    tariffs: Tariffs,
    month: Month,
    days: Iterable[date],
    *,
    allow_inferred: bool = False,
) -> tuple[Leaving, ...]:
    """The month billed once for each day, of cases as they were known on the first of them.

    A patient whose notice is withdrawn, or who has gone home, is not touched. Raises what `billing.engine.bill` raises.
    """
    still_in = (cases["utskriven"].isna() & cases["aterkallad"].isna() & (cases["status"] == "")).to_numpy()
    return tuple(
        Leaving(day, bill(_gone(cases, still_in, day), issues, agreement, tariffs, month, month.last_day,
                          allow_inferred=allow_inferred))
        for day in days
    )  # fmt: skip


def _gone(cases: pd.DataFrame, still_in: Flags, day: date) -> pd.DataFrame:
    last_second = np.datetime64(day + timedelta(days=1), "s") - np.timedelta64(1, "s")
    return cases.assign(utskriven=cases["utskriven"].mask(still_in, last_second))


def leaves_a_mean(days: CaseDays, liable_from: np.ndarray, book: RuleBook) -> Flags:
    """Of the cases, those that become liable by a mean's limit on the length of a stay (`individuell_efter`)."""
    cell = days.kommun.astype(np.intp) * len(VARDFORMER) + days.vardform
    found = np.zeros(len(days), np.bool_)
    for number, rule in enumerate(book.rules):
        if isinstance(rule, Genomsnitt) and rule.individuell_efter:
            last = day_number(rule.tom or date.max)
            in_force = (liable_from >= day_number(rule.fran)) & (liable_from <= last)
            found |= book.covers[number].ravel()[cell] & in_force
    return found
