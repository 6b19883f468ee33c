"""The days of a case on a strip, one place a day, from the steps of its explanation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from betalningsansvar.data.units import MICRO_PER_DYGN
from betalningsansvar.reports.month.steps import Explanation
from betalningsansvar.reports.words.columns import COLUMN_WORDS

DayKind = Literal["klar", "fri", "ansvar", "ut"]
_NOTICE = COLUMN_WORDS["utskrivningsklar"]
_ENDS = (COLUMN_WORDS["utskriven"], COLUMN_WORDS["aterkallad"])
_MOST_DAYS = 1000


@dataclass(frozen=True, slots=True)
class StripDay:
    """One day: `klar` the notice was sent, `fri` the kommun's days of grace or nothing to charge, `ansvar` charged,
    `ut` the patient left or the notice was withdrawn."""

    day: date
    kind: DayKind


def strip(explanation: Explanation) -> tuple[StripDay, ...]:
    """The days from the notice to the end, or to the last charged day; none when nothing tells when it began."""
    facts = {step.label: _day(step.at) for step in explanation.steps if step.kind == "uppgift" and step.at}
    charged = {
        first + timedelta(days=n)
        for step in explanation.steps
        if step.kind == "belopp" and step.at is not None and step.dygn_micro is not None
        for first in [_day(step.at)]
        for n in range(step.dygn_micro // MICRO_PER_DYGN)
    }
    ends = [facts[name] for name in _ENDS if name in facts]
    begin, known = facts.get(_NOTICE), [*charged, *ends]
    if begin is None or not known:
        return ()
    out, last = min(ends, default=None), max(known)
    size = min((last - begin).days + 1, _MOST_DAYS)

    def kind(day: date) -> DayKind:
        if day in charged:
            return "ansvar"
        return "ut" if day == out else "klar" if day == begin else "fri"

    return tuple(StripDay(day, kind(day)) for n in range(size) for day in [begin + timedelta(days=n)])


def _day(at: date | datetime) -> date:
    return at.date() if isinstance(at, datetime) else at
