"""The billing month."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

MONTH_NAMES = (
    "januari", "februari", "mars", "april", "maj", "juni",
    "juli", "augusti", "september", "oktober", "november", "december",
)  # fmt: skip


FIRST_DAY, LAST_DAY = date(1990, 1, 1), date(2099, 12, 31)
"""What can be asked for: before the first lag (1990:1404) there was nothing to charge, and nobody plans beyond."""


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """One calendar month, the unit that is billed. `stop` is the first day after it."""

    year: int
    month: int

    @classmethod
    def parse(cls, text: str) -> Month:
        """Read `2018-11`. Raises ValueError naming the text for anything else, such as `2018-13`."""
        found = re.fullmatch(r"(\d{4})-(\d{2})", text.strip())
        if not found or not 1 <= int(found[2]) <= 12 or not FIRST_DAY.year <= int(found[1]) <= LAST_DAY.year:
            raise ValueError(f"{text[:40]!r} is not a month; write it as 2018-11 (a year from 1990 to 2099)")
        return cls(int(found[1]), int(found[2]))

    @classmethod
    def of(cls, day: date) -> Month:
        return cls(day.year, day.month)

    @property
    def start(self) -> date:
        return date(self.year, self.month, 1)

    @property
    def stop(self) -> date:
        # Not by relativedelta: every case of a month asks.
        return date(self.year + self.month // 12, self.month % 12 + 1, 1)

    @property
    def last_day(self) -> date:
        return self.stop - timedelta(days=1)

    def plus(self, months: int) -> Month:
        return Month.of(self.start + relativedelta(months=months))

    def through(self, last: Month) -> list[Month]:
        """This month and those after it, to `last`; empty when `last` is earlier."""
        size = (last.year - self.year) * 12 + last.month - self.month + 1
        return [self.plus(n) for n in range(size)]

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"


def months_text(months: Sequence[int]) -> str:
    """Months (1–12, in order) in words, three or more in a row as a span: `januari–oktober och december`."""
    runs: list[list[int]] = []
    for month in months:
        if runs and month == runs[-1][-1] + 1:
            runs[-1].append(month)
        else:
            runs.append([month])
    parts: list[str] = []
    for run in runs:
        names = [MONTH_NAMES[m - 1] for m in run]
        parts += [f"{names[0]}–{names[-1]}"] if len(run) > 2 else names
    return " och ".join(filter(None, (", ".join(parts[:-1]), parts[-1])))
