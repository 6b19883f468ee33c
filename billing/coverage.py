"""Walking time: which rule and rate an agreement gives each month and vardform, and where one is missing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import assert_never

from betalningsansvar.billing.period import Month
from betalningsansvar.billing.pricing import rate, serie_of
from betalningsansvar.data.columns import VARDFORMER
from betalningsansvar.data.stop import StopError
from betalningsansvar.tariffs.belopp import Tariffs
from betalningsansvar.tariffs.records import (
    Agreement,
    Belopp,
    CaseRule,
    Genomsnitt,
    Individuell,
    Rule,
    Schablon,
    Utanfor,
)

LAG_1990 = "lag-1990-1404"
_MOST_YEARS = 100


class CoverageError(StopError):
    """The months asked for are too many to walk."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Months `first`–`last` in which `vardformer` have the same rules and rates on each day.

    Without a rule for some day `uncovered` is true; a rule whose series lacks an amount for some day is
    in `unpriced`.
    """

    vardformer: tuple[str, ...]
    first: Month
    last: Month
    rules: tuple[Rule, ...]
    rates: tuple[Belopp, ...]
    uncovered: bool
    unpriced: tuple[CaseRule, ...]


@dataclass(frozen=True, slots=True)
class BelowGeriatric:
    """An agreed amount under lag (1990:1404) that from `first` is below that of geriatric care, the lowest that parties
    may agree on (12 §)."""

    rule: Individuell
    belopp: Belopp
    geriatric: Belopp
    first: date


@dataclass(frozen=True, slots=True)
class Coverage:
    """An agreement month by month through `through`: its stretches, the series that nobody has, amounts too low."""

    through: Month
    stretches: tuple[Stretch, ...]
    unknown: tuple[str, ...]
    below_geriatric: tuple[BelowGeriatric, ...]

    @property
    def unbillable(self) -> bool:
        """Whether some month lacks a rule or an amount."""
        return bool(self.unknown) or any(stretch.uncovered or stretch.unpriced for stretch in self.stretches)


def coverage(agreement: Agreement, tariffs: Tariffs, through: Month) -> Coverage:
    """Walk the agreement from its start through `through`, or to its last day when that is earlier.

    Raises CoverageError for more than a hundred years.
    """
    if through.year - agreement.start.year > _MOST_YEARS:
        raise CoverageError(
            f"{agreement.id}: {agreement.start}–{through} är mer än {_MOST_YEARS} år. Välj en tidigare månad."
        )
    stretches = tuple(monthly_coverage(agreement, tariffs, through))
    low = tuple(_below_geriatric(stretches, tariffs))
    return Coverage(through, stretches, tuple(unknown_series(agreement, tariffs)), low)


def unknown_series(agreement: Agreement, tariffs: Tariffs) -> list[str]:
    """The series that rules name and no tariff file has."""
    named = {serie for rule in agreement.regler if (serie := serie_of(rule))}
    return sorted(named - tariffs.serier().keys())


def monthly_coverage(agreement: Agreement, tariffs: Tariffs, through: Month) -> list[Stretch]:
    """Every month from the agreement's start through `through`, or its last, joined where nothing changes."""
    last = min(through, Month.of(agreement.end)) if agreement.end else through
    by_content: dict[tuple[object, ...], list[str]] = {}
    for vardform in VARDFORMER:
        stretches: list[Stretch] = []
        month = Month.of(agreement.start)
        while month <= last:
            now = _month(agreement, tariffs, vardform, month)
            if stretches and _content(stretches[-1]) == _content(now):
                now = replace(stretches.pop(), last=month)
            stretches.append(now)
            month = month.plus(1)
        for stretch in stretches:
            by_content.setdefault((stretch.first, stretch.last, *_content(stretch)), []).append(vardform)
    joined = [Stretch(tuple(kinds), *key) for key, kinds in by_content.items()]  # type: ignore[arg-type]
    return sorted(joined, key=lambda s: (s.first, s.vardformer))


def _month(agreement: Agreement, tariffs: Tariffs, vardform: str, month: Month) -> Stretch:
    rules: dict[Rule, None] = {}
    rates: dict[Belopp, None] = {}
    unpriced: dict[CaseRule, None] = {}
    uncovered = False
    day = month.start  # a month that the agreement begins or ends inside cannot be billed by it alone
    while day < month.stop:
        rule = next((r for r in agreement.regler if vardform in r.vardform and r.in_force(day)), None)
        if rule is None:
            uncovered = True
        else:
            rules[rule] = None
            match rule:
                case Individuell() | Genomsnitt():
                    belopp = rate(rule, tariffs, vardform, day)
                    if belopp is None:
                        unpriced[rule] = None
                    else:
                        rates[belopp] = None
                case Schablon() | Utanfor():
                    pass
                case _:
                    assert_never(rule)
        day += timedelta(days=1)
    return Stretch((vardform,), month, month, tuple(rules), tuple(rates), uncovered, tuple(unpriced))


def _content(stretch: Stretch) -> tuple[object, ...]:
    return stretch.rules, stretch.rates, stretch.uncovered, stretch.unpriced


def _below_geriatric(stretches: Iterable[Stretch], tariffs: Tariffs) -> Iterator[BelowGeriatric]:
    told = set()
    for stretch in stretches:
        for rule in stretch.rules:
            if not isinstance(rule, Individuell) or rule.raknas_fran != "kallelse" or rule.dygnsbelopp == LAG_1990:
                continue
            for year in range(stretch.first.year, stretch.last.year + 1):
                first = max(date(year, 1, 1), stretch.first.start, rule.fran)
                geriatric = tariffs.rate(LAG_1990, "geriatrik", first)
                agreed = rate(rule, tariffs, rule.vardform[0], first)
                if geriatric and agreed and agreed.rate_ore < geriatric.rate_ore and rule not in told:
                    told.add(rule)
                    yield BelowGeriatric(rule, agreed, geriatric, first)
