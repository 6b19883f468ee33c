"""What is told of a run over the country as a whole: how far the data reaches, agreements that are not known, and the
cases of which the region is assumed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import pandas as pd

from betalningsansvar.billing.data_ends import ends_within, told_of_end
from betalningsansvar.billing.days import ABSENT, to_date
from betalningsansvar.billing.period import Month
from betalningsansvar.billing.span.sums import Sums
from betalningsansvar.billing.span.totals import SpanTotals, charged_alone
from betalningsansvar.data.issues import about_files
from betalningsansvar.data.units import MICRO_PER_DYGN
from betalningsansvar.reports.nation.record import RegionReport
from betalningsansvar.reports.words.numbers import counted


def reach(as_of: date | None, newest: int, waiting: int, last: Month) -> tuple[date, pd.DataFrame]:
    """The day the data was extracted, by all of it: a small region's newest day says little. And what is told of it.

    `newest` is the day number of the newest time of the computed cases (ABSENT without any), `waiting` how many of
    them are not known to have ended. Raises DataEndsError when the data ends before the `last` month begins.
    """
    if as_of:
        return as_of, told_of_end(as_of, 0)
    ends = ends_within(newest, waiting, last.start, last.last_day)
    return max(last.last_day, last.last_day if newest == ABSENT else to_date(newest)), ends


@dataclass(frozen=True)
class Assumed:
    """The cases of one region of which that is assumed, and what they are charged: `days` and öre. In a region where
    every case is one, a mean is among them; else only what is charged day by day."""

    cases: int
    days: int
    amount_ore: int

    @classmethod
    def of(cls, part: Sums, totals: SpanTotals) -> Assumed:
        """Of the sums of those cases, and the region's totals."""
        number = int(part.read["antal"].sum())
        if number == sum(totals.read.values()):
            return cls(number, int(totals.kommuner["dygn_micro"].sum()) // MICRO_PER_DYGN, totals.amount_ore)
        return cls(number, *charged_alone(part, totals.plan))


def told_of_assumed(assumed: Sequence[Assumed]) -> pd.DataFrame:
    """How many cases the region is assumed of, and the dygn and öre that hang on it."""
    touched = [one for one in assumed if one.cases]
    if not touched:
        return _nothing()
    cases = counted(sum(one.cases for one in touched), "ärende", "ärenden")
    where = counted(len(touched), "region", "regioner")
    return _about(
        "REGION_ANTAGEN",
        f"{cases} i {where}, {sum(one.days for one in touched)} dygn",
        sum(one.amount_ore for one in touched),
    )


def told_of_agreements(done: Sequence[RegionReport]) -> pd.DataFrame:
    """The regions whose agreement is not known on some of the days, with what the statute charges in its place."""
    told = [
        _about("AVTAL_DELVIS_KANT", f"{one.name} {one.unknown}", one.span.totals.amount_ore)
        for one in done
        if one.unknown
    ]
    return pd.concat([_nothing(), *told], ignore_index=True)


def _about(kod: str, varde: str, ore: int) -> pd.DataFrame:
    return about_files([("", kod, varde)]).assign(stake_ore=pd.array([ore], dtype="Int64"))


def _nothing() -> pd.DataFrame:
    return about_files([]).assign(stake_ore=pd.array([], dtype="Int64"))
