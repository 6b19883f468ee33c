"""From liable days to priced lines: days × dated rate = öre.

A piece is a run of days with one rule and one rate for some vardformer. Each case is cut by the few
pieces of the month, never day by day.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import assert_never

from betalningsansvar.billing.agreements import rule_days
from betalningsansvar.billing.days import day_number
from betalningsansvar.billing.period import Month
from betalningsansvar.data.columns import VARDFORMER
from betalningsansvar.data.stop import StopError
from betalningsansvar.tariffs.belopp import Tariffs
from betalningsansvar.tariffs.meanrates import different_amounts
from betalningsansvar.tariffs.records import Belopp, CaseRule, Genomsnitt, Individuell, Rule, Schablon, Utanfor


@dataclass(frozen=True, slots=True)
class Piece:
    """Days [start, stop) of rule number `rule` that cost `belopp` for the `vardformer` (positions).

    `belopp` is None in a gap of the tariffs; that matters only if a day is charged there.
    """

    rule: int
    vardformer: tuple[int, ...]
    start: int
    stop: int
    belopp: Belopp | None


def pieces(number: int, rule: CaseRule, tariffs: Tariffs, start: date, stop: date) -> list[Piece]:
    """The pieces of the days [start, stop), which must lie inside the rule's own period."""
    runs: dict[tuple[int, int, Belopp | None], list[int]] = {}
    for vardform in rule.vardform:
        for first, last, belopp in _runs(rule, tariffs, vardform, start, stop):
            runs.setdefault((first, last, belopp), []).append(VARDFORMER.index(vardform))
    return [Piece(number, tuple(vardformer), first, last, belopp) for (first, last, belopp), vardformer in runs.items()]


def rate(rule: CaseRule, tariffs: Tariffs, vardform: str, day: date) -> Belopp | None:
    """What a vårddygn costs under the rule on that day: its own kronor, or its series' amount."""
    if isinstance(rule.dygnsbelopp, int):
        last_day = rule.tom or date(2200, 12, 31)
        return Belopp(
            rule.agreement, rule.fran, last_day, rule.vardform, rule.dygnsbelopp, rule.kalla, rule.status, rule.label
        )
    return tariffs.rate(rule.dygnsbelopp, vardform, day)


class MixedMeanError(StopError):
    """A mean over several kinds of care whose amounts differ on the day that prices it."""


def mean_day(rule: Genomsnitt, month: Month) -> date:
    """The day whose amount prices a mean: the last of the month on which its rule is in force."""
    return rule_days(rule, month.start, month.stop)[1] - timedelta(days=1)


def mean_rate(rule: Genomsnitt, tariffs: Tariffs, month: Month) -> Belopp | None:
    """What a vårddygn of the mean costs. Raises MixedMeanError when its kinds of care have different amounts."""
    day = mean_day(rule, month)
    if differ := different_amounts(rule, tariffs.layers, day, day):
        raise MixedMeanError(
            f"{rule.label}: {differ} Gör en regel för varje vårdform i avtalet, eller ange dygnsbeloppet i kronor."
        )
    return rate(rule, tariffs, rule.vardform[0], day)


def serie_of(rule: Rule) -> str:
    """The series that prices the rule, blank where it has an amount of its own or prices no day."""
    match rule:
        case Individuell() | Genomsnitt():
            return rule.dygnsbelopp if isinstance(rule.dygnsbelopp, str) else ""
        case Schablon() | Utanfor():
            return ""
        case _:
            assert_never(rule)


def _runs(
    rule: CaseRule, tariffs: Tariffs, vardform: str, start: date, stop: date
) -> list[tuple[int, int, Belopp | None]]:
    """Unbroken runs of days that cost the same, as (first day, day after the last, amount)."""
    runs: list[tuple[int, int, Belopp | None]] = []
    day = start
    while day < stop:
        belopp = rate(rule, tariffs, vardform, day)
        number = day_number(day)
        if runs and _same(runs[-1][2], belopp):
            runs[-1] = (runs[-1][0], number + 1, runs[-1][2])
        else:
            runs.append((number, number + 1, belopp))
        day += timedelta(days=1)
    return runs


def _same(one: Belopp | None, other: Belopp | None) -> bool:
    return one is other or (one is not None and other is not None and one.rate_ore == other.rate_ore)
