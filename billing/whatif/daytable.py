"""Counts from which the cost of many scenarios follows: charged days, and sums of means, before any amount.

Arrays over kommuner have one element per position of `data.kommuner`; a table's values (V) are those of one
swept parameter, such as dagar 0–10.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from betalningsansvar.billing import genomsnitt
from betalningsansvar.billing.days import day_number, to_date
from betalningsansvar.billing.lines import Missing
from betalningsansvar.billing.period import Month
from betalningsansvar.billing.whatif.overlay import BY_SCENARIO
from betalningsansvar.data.units import MICRO_PER_DYGN
from betalningsansvar.tariffs.records import Belopp, CaseRule, Genomsnitt

Counts = NDArray[np.int64]
PROGNOS = "P"


@dataclass(frozen=True, slots=True)
class Charge:
    """Days charged case by case under one rule and one amount in a month: `days` int64 [V or 1, kommun].
    `first` is the first day of the stretch, `belopp` None in a gap of the tariffs."""

    month: int
    rule: CaseRule
    first: int
    belopp: Belopp | None
    days: Counts


@dataclass(frozen=True, slots=True)
class MeanSums:
    """Cases and days of a mean: `antal` and `days` int64 [V or 1, months back, kommun]."""

    month: int
    rule: Genomsnitt
    last_day: date
    belopp: Belopp | None
    antal: Counts
    days: Counts


@dataclass(frozen=True, slots=True)
class Fixed:
    """A schablon's printed share of the month, öre per kommun."""

    month: int
    amount_ore: Counts


@dataclass(slots=True)
class DayTable:
    """All counts of one family of scenarios that differ only in a swept parameter and in amounts.

    `cases` int64 [V or 1, month, kommun] counts the cases charged or in a mean. `engine_months` lists the
    months that were run case by case through the whole engine, because no count is exact there.
    """

    months: tuple[Month, ...]
    cases: Counts
    charges: list[Charge] = field(default_factory=list)
    means: list[MeanSums] = field(default_factory=list)
    fixed: list[Fixed] = field(default_factory=list)
    engine_months: set[int] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Cells:
    """The answer per month and kommun: int64 arrays [month, kommun] of cases, millionths of a dygn and öre,
    and whether an amount of a forecast is in it."""

    cases: Counts
    dygn_micro: Counts
    amount_ore: Counts
    prognos: NDArray[np.bool_]
    missing: tuple[Missing, ...]
    inferred: tuple[Belopp, ...]


@dataclass(frozen=True, slots=True)
class Price:
    """What may differ without a new count: one amount (öre) for the changed rules, and the threshold and
    rounding of their means; None leaves the rule's own."""

    rate_ore: int | None = None
    troskel: Decimal | None = None
    decimaler: int | str | None = None

    def of(self, rule: Genomsnitt) -> Genomsnitt:
        """The rule with this threshold and rounding, if the scenario reaches it."""
        if rule.kalla != BY_SCENARIO:
            return rule
        if self.troskel is not None:
            rule = replace(rule, troskel=self.troskel)
        if self.decimaler is not None:
            rule = replace(rule, decimaler=None if isinstance(self.decimaler, str) else self.decimaler)
        return rule


def priced(table: DayTable, value: int, price: Price) -> Cells:
    """The table at one of its values and one price. Days without an amount come back as `missing`."""
    size = table.cases.shape[1:]
    dygn_micro, amount_ore = np.zeros(size, np.int64), np.zeros(size, np.int64)
    prognos = np.zeros(size, np.bool_)
    missing: list[Missing] = []
    inferred: dict[Belopp, None] = {}

    def rate(rule: CaseRule, belopp: Belopp | None, month: int, charged: Counts, first: int) -> int:
        if price.rate_ore is not None and rule.kalla == BY_SCENARIO:
            return price.rate_ore
        if belopp is None:
            if days := int(charged.sum()):
                day = to_date(first)
                missing.append(Missing(str(rule.dygnsbelopp), day.year, days, day))
            return 0
        if belopp.status == "I" and charged.any():
            inferred[belopp] = None
        if belopp.status == PROGNOS:
            prognos[month] |= charged > 0
        return belopp.rate_ore

    for charge in table.charges:
        days = _at(charge.days, value)
        rate_ore = rate(charge.rule, charge.belopp, charge.month, days, charge.first)
        dygn_micro[charge.month] += days * MICRO_PER_DYGN
        amount_ore[charge.month] += days * rate_ore
    for sums in table.means:
        rule = price.of(sums.rule)
        pairs = zip(_at(sums.antal, value), _at(sums.days, value), strict=True)
        means = [genomsnitt.mean(antal, days, rule) for antal, days in pairs]
        triggered = np.logical_and.reduce([m.exceeds for m in means])
        dygn = np.where(triggered, means[0].dygn_micro, 0)
        rate_ore = rate(sums.rule, sums.belopp, sums.month, -(-dygn // MICRO_PER_DYGN), day_number(sums.last_day))
        dygn_micro[sums.month] += dygn
        amount_ore[sums.month] += genomsnitt.amount_ore(dygn, rate_ore)
    for share in table.fixed:
        amount_ore[share.month] += share.amount_ore
    return Cells(_at(table.cases, value), dygn_micro, amount_ore, prognos, tuple(missing), tuple(inferred))


def _at(values: Counts, value: int) -> Counts:
    """The array of one value; an array that does not depend on the swept parameter has a single one."""
    own: Counts = values[value if len(values) > 1 else 0]
    return own
