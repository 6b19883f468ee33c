"""The review window: the kommun may object for some days after the month, then the month is issued and frozen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from betalningsansvar.billing.period import Month
from betalningsansvar.tariffs.records import Agreement


@dataclass(frozen=True, slots=True)
class OpenMonth:
    """A month not yet issued. `review_ends` is the last day to object, None where the agreement has none."""

    month: Month
    review_ends: date | None
    ready: bool


def review_ends(agreement: Agreement, month: Month) -> date | None:
    """The last day on which the kommun may object to the month, where the agreement says so."""
    day = agreement.invandning_dag
    return month.plus(1).start.replace(day=day) if day else None


def open_months(
    frozen: Sequence[Month], agreement: Agreement, today: date, first: Month | None = None
) -> list[OpenMonth]:
    """The months from `first` (default: the first one issued) through the present one that are not issued."""
    month = first or (min(frozen) if frozen else Month.of(today))
    found = []
    while month <= Month.of(today):
        if month not in frozen:
            ends = review_ends(agreement, month)
            found.append(OpenMonth(month, ends, ready=today > (ends or month.last_day)))
        month = month.plus(1)
    return found
