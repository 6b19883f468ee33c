"""Walking time: which rule and rate an agreement gives each month and vardform, and where one is missing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import assert_never

from betalningsansvar.billing.period import Month
from betalningsansvar.billing.pricing import rate, serie_of
from betalningsansvar.data.columns import VARDFORMER
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


def unknown_series(agreement: Agreement, tariffs: Tariffs) -> list[str]:
    """The series that rules name and no tariff file has."""
    named = {serie for rule in agreement.regler if (serie := serie_of(rule))}
    return sorted(named - tariffs.serier().keys())


def monthly_coverage(agreement: Agreement, tariffs: Tariffs, through: Month) -> list[Stretch]:
    """Every month from the agreement's start through `through`, joined where nothing changes."""
    by_content: dict[tuple[object, ...], list[str]] = {}
    for vardform in VARDFORMER:
        stretches: list[Stretch] = []
        month = Month.of(agreement.start)
        while month <= through:
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
    day = max(month.start, agreement.start)
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
