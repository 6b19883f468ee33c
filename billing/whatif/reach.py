"""What else a change reaches: the rules whose own value is another than the one that was probably meant."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import assert_never

from betalningsansvar.billing.period import Month
from betalningsansvar.billing.whatif.grids import Axis
from betalningsansvar.data.columns import VARDFORMER
from betalningsansvar.tariffs.records import Agreement, Genomsnitt, Individuell, Rule, Schablon, Utanfor
from betalningsansvar.tariffs.scenario import Scenario

_WORDS = {"dagar": "dagar", "individuell_efter": "dagar i medelvärdet", "troskel": "tröskel"}
"""What a person calls each value that a scenario can replace."""


def also_changed(
    agreement: Agreement,
    scenarios: Sequence[Scenario],
    axes: Sequence[Axis],
    vardform: tuple[str, ...] | None,
    first: Month,
    last: Month,
) -> tuple[str, ...]:
    """A line for each value that a scenario or grid also replaces, where the rules in force between `first` and `last`
    have several: `dagar=3 ändrar även psykiatri 30 → 3`. The value of the first kind of care is the one meant."""
    asked = [(axis.name, (axis.first, axis.last), vardform) for axis in axes if axis.name in _WORDS]
    for scenario in scenarios:
        for key in _WORDS:
            value = getattr(scenario.change, key)
            if value is not None:
                asked.append((key, (Decimal(value), Decimal(value)), scenario.change.vardform))
    in_force = [r for r in agreement.regler if r.fran <= last.last_day and (r.tom is None or r.tom >= first.start)]
    told: dict[str, None] = {}
    for key, (lowest, highest), kinds in asked:
        shown = _shown(lowest) if lowest == highest else f"{_shown(lowest)}..{_shown(highest)}"
        for vardformer, own in _others(in_force, key, kinds):
            if not lowest == own == highest:
                told[f"{_WORDS[key]}={shown} ändrar även {', '.join(vardformer)} {_shown(own)} → {shown}"] = None
    return tuple(told)


def _shown(value: Decimal) -> str:
    return f"{value:f}".replace(".", ",")


def _others(rules: Sequence[Rule], key: str, kinds: tuple[str, ...] | None) -> list[tuple[list[str], Decimal]]:
    """The kinds of care whose rule has another value than the first kind's, with that value."""
    values: dict[Decimal, list[str]] = {}
    meant: Decimal | None = None
    for vardform in kinds or VARDFORMER:
        for rule in sorted((r for r in rules if vardform in r.vardform), key=lambda r: r.fran):
            own = _value(rule, key)
            if own is None:
                continue
            meant = own if meant is None else meant
            if own != meant and vardform not in values.setdefault(own, []):
                values[own].append(vardform)
    return [(vardformer, own) for own, vardformer in values.items() if vardformer]


def _value(rule: Rule, key: str) -> Decimal | None:
    """The rule's own value of a parameter, None where its model has no such parameter."""
    match rule:
        case Individuell():
            return Decimal(rule.dagar) if key == "dagar" else None
        case Genomsnitt():
            own = {"individuell_efter": rule.individuell_efter, "troskel": rule.troskel}.get(key)
            return None if own is None else Decimal(own)
        case Schablon() | Utanfor():
            return None
        case _:
            assert_never(rule)
