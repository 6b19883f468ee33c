"""What a span of months needs to know besides the cases: the month's plan of the engine, once for every month."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from betalningsansvar.billing.agreements import rule_book
from betalningsansvar.billing.days import CaseDays, Positions, day_number
from betalningsansvar.billing.engine import require_known
from betalningsansvar.billing.month_plan import Plan, plan
from betalningsansvar.billing.period import Month
from betalningsansvar.tariffs.belopp import Tariffs
from betalningsansvar.tariffs.records import Agreement, Belopp

_EVERYTHING_KNOWN = date.max


@dataclass(frozen=True, slots=True)
class SpanPlan:
    """An agreement over months in a row. Frozen, small (some kB a month) and picklable: every process gets a copy.

    `plans` are the engine's, one a month. `month_of` has for each day from the first month's first to the last one's
    last the position of its month. `as_of` is the day the data was extracted; None: all of its times are known, which
    gives each month what `bill` gives when it takes the day from the data.
    """

    agreement: Agreement
    tariffs: Tariffs
    months: tuple[Month, ...]
    as_of: date | None
    plans: tuple[Plan, ...]
    month_of: NDArray[np.int16]

    def touching(self, cases: CaseDays) -> tuple[Positions, NDArray[np.int64]]:
        """The cases that can owe a day of each month or be in one of its means (`billing.month_plan.touching`): their
        positions, month by month, and where each month's end among them (one more than the months)."""
        first, size = self.plans[0].start, len(self.months)
        notice, out = cases.notice, np.minimum(cases.utskriven, cases.aterkallad)
        last_day = len(self.month_of) - 1
        begins = self.month_of[np.clip(notice.astype(np.int64) - first, 0, last_day)]
        ends = self.month_of[np.clip(out.astype(np.int64) - first, 0, last_day)] + np.int16(self.reach)
        # Out before the span, a trigger looks back over as many months as lie between.
        before = np.flatnonzero(out < first)
        ends[before] = self._months_after(out[before])
        ends = np.minimum(ends, np.int16(size - 1))
        times = np.where(notice < self.plans[-1].stop, np.maximum(ends - begins + 1, 0), 0)
        row = np.repeat(np.arange(len(cases)), times)
        nth = np.arange(len(row)) - np.repeat(np.cumsum(times) - times, times)
        month = begins[row] + nth.astype(np.int16)
        places = np.concatenate([[0], np.cumsum(np.bincount(month, minlength=size))])
        return row[np.argsort(month, kind="stable")], places

    @property
    def replaced(self) -> list[tuple[Belopp, Belopp]]:
        """The user's own amounts of the span, each with the other that it takes the place of."""
        return self.tariffs.replaced(self.months[0].start, self.months[-1].last_day)

    @property
    def reach(self) -> int:
        """Over how many earlier months some mean's trigger looks back."""
        return max((len(windows) - 1 for plan in self.plans for windows in plan.windows.values()), default=0)

    def _months_after(self, out: NDArray[np.int32]) -> NDArray[np.int16]:
        """The last month whose trigger reaches days before the span; −1 where none does."""
        starts = [day_number(self.months[0].plus(-back).start) for back in range(self.reach, -1, -1)]
        return (np.searchsorted(starts, out, side="right") - 1).astype(np.int16)


def span_plan(agreement: Agreement, tariffs: Tariffs, months: Sequence[Month], as_of: date | None = None) -> SpanPlan:
    """The plan of `months`, at least one and in a row. Raises NothingKnownError for an `as_of` before the last."""
    if as_of:
        require_known(as_of, months[-1])
    book = rule_book(agreement)
    plans = tuple(plan(book, tariffs, month, as_of or _EVERYTHING_KNOWN) for month in months)
    lengths = [p.stop - p.start for p in plans]
    return SpanPlan(
        agreement, tariffs, tuple(months), as_of, plans, np.repeat(np.arange(len(months), dtype=np.int16), lengths)
    )
