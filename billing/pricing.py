"""From liable days to priced lines: days × dated rate = öre.

A piece is a run of days with one rule and one rate for some vardformer. Each case is cut by the few
pieces of the month, never day by day.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from betalningsansvar.billing.days import day_number
from betalningsansvar.data.columns import VARDFORMER
from betalningsansvar.tariffs.belopp import Tariffs
from betalningsansvar.tariffs.records import Belopp, Rule


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


def pieces(number: int, rule: Rule, tariffs: Tariffs, start: date, stop: date) -> list[Piece]:
    """The pieces of the days [start, stop), which must lie inside the rule's own period."""
    runs: dict[tuple[int, int, Belopp | None], list[int]] = {}
    for vardform in rule.vardform:
        for first, last, belopp in _runs(rule, tariffs, vardform, start, stop):
            runs.setdefault((first, last, belopp), []).append(VARDFORMER.index(vardform))
    return [Piece(number, tuple(vardformer), first, last, belopp) for (first, last, belopp), vardformer in runs.items()]


def rate(rule: Rule, tariffs: Tariffs, vardform: str, day: date) -> Belopp | None:
    """What a vårddygn costs under the rule on that day: its own kronor, or its series' amount."""
    if isinstance(rule.dygnsbelopp, int):
        last_day = rule.tom or date(2200, 12, 31)
        return Belopp(
            rule.agreement, rule.fran, last_day, rule.vardform, rule.dygnsbelopp, rule.kalla, rule.status, rule.label
        )
    assert rule.dygnsbelopp is not None
    return tariffs.rate(rule.dygnsbelopp, vardform, day)


def _runs(rule: Rule, tariffs: Tariffs, vardform: str, start: date, stop: date) -> list[tuple[int, int, Belopp | None]]:
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
