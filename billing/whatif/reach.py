"""What else a change reaches: the rules whose own value is another than the one that was probably meant."""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

from betalningsansvar.billing.period import Month
from betalningsansvar.billing.whatif.grids import Axis
from betalningsansvar.data.columns import VARDFORMER
from betalningsansvar.tariffs.records import Agreement, Genomsnitt, Individuell, Rule, Schablon, Utanfor
from betalningsansvar.tariffs.scenario import Scenario


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
    asked = [(axis.name, f"{axis.first:f}..{axis.last:f}", vardform) for axis in axes]
    for scenario in scenarios:
        for key in ("dagar", "individuell_efter", "troskel"):
            value = getattr(scenario.change, key)
            if value is not None:
                asked.append((key, str(value), scenario.change.vardform))
    in_force = [r for r in agreement.regler if r.fran <= last.last_day and (r.tom is None or r.tom >= first.start)]
    told: dict[str, None] = {}
    for key, shown, kinds in asked:
        for vardformer, own in _others(in_force, key, kinds):
            told[f"{key}={shown} ändrar även {', '.join(vardformer)} {own} → {shown}"] = None
    return tuple(told)


def _others(rules: Sequence[Rule], key: str, kinds: tuple[str, ...] | None) -> list[tuple[list[str], str]]:
    """The kinds of care whose rule has another value than the first kind's, with that value."""
    values: dict[str, list[str]] = {}
    meant: str | None = None
    for vardform in kinds or VARDFORMER:
        for rule in sorted((r for r in rules if vardform in r.vardform), key=lambda r: r.fran):
            own = _value(rule, key)
            if own is None:
                continue
            meant = meant or own
            if own != meant and vardform not in values.setdefault(own, []):
                values[own].append(vardform)
    return [(vardformer, own) for own, vardformer in values.items() if vardformer]


def _value(rule: Rule, key: str) -> str | None:
    """The rule's own value of a parameter, None where its model has no such parameter."""
    match rule:
        case Individuell():
            return str(rule.dagar) if key == "dagar" else None
        case Genomsnitt():
            own = {"individuell_efter": rule.individuell_efter, "troskel": rule.troskel}.get(key)
            return None if own is None else str(own)
        case Schablon() | Utanfor():
            return None
        case _:
            assert_never(rule)
